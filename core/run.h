#ifndef VANTAGE_CORE_RUN_H
#define VANTAGE_CORE_RUN_H
/*
 * run - one execution of one experiment: run.json, schema vantage/run/1 (docs/schema).
 *
 * Absent numbers are RUN_NA and are written as null: "not available" is never 0.  Keys that we
 * do not know are kept when a run.json is read and written again.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/json.h"

#define RUN_NA INT64_MIN
#define RUN_SCHEMA "vantage/run/1"
#define RUN_FILE "run.json"
#define RUN_LIST_MAX 1024 /* points, tools, counter files, factors of one run */

struct factor {
	char *name;
	char *value;  /* as text */
	bool numeric; /* was a JSON number; also when the text is a plain decimal on import */
};

struct run_point {
	char *name;      /* guest, host, client, ... */
	int order;       /* 0 innermost */
	char *host;      /* name of one of run.hosts; NULL not known */
	char *interface; /* NULL not known */
	char *netns;     /* NULL not known or none */
	char **files;    /* names inside the run directory */
	size_t n_files;
	int64_t linktype;
	int64_t snaplen;
	char *filter;
	char *tstamp_type;
	int64_t packets;
	int64_t dropped_by_kernel;
	int64_t dropped_by_interface;
	int64_t dropped_by_writer;
};

struct run_tool {
	char *name;    /* ping, fping, ab, ... */
	char *version; /* NULL not known */
	char **argv;
	size_t n_argv;
	char *file; /* its output inside the run directory */
	int64_t exit;
	char *host;
};

struct run_counters {
	char *file;
	char *host;
	int64_t interval_ns;
	struct json *columns; /* descriptions made by run_describe_column(); else NULL */
};

enum run_state { RUN_RECORDING, RUN_COMPLETE, RUN_TRUNCATED, RUN_FAILED };

struct run {
	char *path; /* the run's directory; "" for a run made up of loose files */
	char *id;
	char *platform;
	char *driver;           /* NULL none */
	struct factor *factors; /* sorted by name; platform and driver are not among them */
	size_t n_factors;
	char *started; /* as written, NULL not known */
	char *ended;
	struct run_point *points; /* sorted by order */
	size_t n_points;
	struct run_tool *tools;
	size_t n_tools;
	struct run_counters *counters;
	size_t n_counters;
	enum run_state state;
	char *reason;          /* NULL none */
	struct json *document; /* the whole run.json as read or built; owned; may be NULL */
};

/* run_init - an empty run: platform "unknown", state complete.  run_release frees what it owns. */
void run_init(struct run *r);
void run_release(struct run *r);

/*
 * run_load - read DIR/run.json into an initialised, empty run.  V_EFORMAT names the key and what
 *   was expected ("points[1].files: expected an array of strings"), V_ELIMIT when a list has more
 *   than RUN_LIST_MAX elements.  After a failure the run is to be released all the same.
 */
enum vstatus run_load(struct run *r, const char *dir, struct verr *err);
/* run_parse - the same from text (pure; for tests and fuzzing); path stays "". */
enum vstatus
run_parse(struct run *r, const char *text, size_t len, const char *name, struct verr *err);
/*
 * run_hold - tell other processes of this machine that the run in DIR is being recorded: a
 *   descriptor that says so until it is closed, also by a kill; -1 where that is not possible.
 * run_is_held - is one of them recording it?  False, too, where the file system has no locks.
 */
int run_hold(const char *dir);
bool run_is_held(const char *dir);
/* run_store - write DIR/run.json atomically from the fields and the kept unknown keys.
 *   r->document is brought up to date with what was written. */
enum vstatus run_store(struct run *r, const char *dir, struct verr *err);

/* run_factor - value of a factor; also answers "platform" and "driver"; NULL if not there. */
const char *run_factor(const struct run *r, const char *name);
/* run_set_factor - add or replace; "platform" and "driver" go where they belong.  A plain decimal
 *   becomes a number and is written as JSON has it ("1.50" as 1.5); "007" and "1e3" stay texts. */
void run_set_factor(struct run *r, const char *name, const char *value);
/* run_factor_name_ok - may a factor bear this name?  Not one of the samples' fixed columns, not
 *   empty, and without control bytes and the , = : that --by, --where and --merge cut at. */
bool run_factor_name_ok(const char *name);

/* run_add_point - outermost so far (order: one more than the largest); the pointers that this and
 *   run_add_tool return die at the next call of the same. */
struct run_point *run_add_point(struct run *r, const char *name);
void run_point_add_file(struct run_point *p, const char *file);
struct run_tool *run_add_tool(struct run *r, const char *name, const char *file);
/* run_add_counters - a table of system counters, its interval not known yet. */
struct run_counters *run_add_counters(struct run *r, const char *file);
/* run_describe_column - what a column of that table is: its unit, and its kind: "counter" (counts
 *   up) or "level"; NULL not known. */
void
run_describe_column(struct run_counters *c, const char *column, const char *unit, const char *kind);

/* run_point_dropped - is it known that packets were dropped (by kernel, interface or writer)? */
bool run_point_dropped(const struct run_point *p);

/* run_file_path - where a file of the run is, on the heap; "-" (standard input) stays as it is. */
char *run_file_path(const struct run *r, const char *file);

const char *run_state_name(enum run_state s);

#endif
