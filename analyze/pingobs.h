#ifndef VANTAGE_ANALYZE_PINGOBS_H
#define VANTAGE_ANALYZE_PINGOBS_H
/*
 * pingobs - private to in_ping and in_fping: what the lines of a ping output say, collected,
 * and turned into probes at the end.
 *
 * Lines are statements about probes ("seq 7 was answered after 61 us", "seq 8: no answer yet"),
 * and several may speak of one probe, in any order: a late reply follows its "no answer yet", an
 * unbuffered list on standard error overtakes the lines on standard output.  So nothing is
 * decided while reading.  Call order: pingobs_init, any of the note functions, pingobs_finish.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/in_ping.h"
#include "analyze/pingline.h"
#include "core/err.h"
#include "core/str.h"

/* Probes of one output, lost ones included: 2.3 hours at 1000/s.  Beyond: V_ELIMIT. */
#define PING_PROBES_MAX ((size_t)1 << 23)
/* Targets of one output (fping takes many).  Beyond: V_ELIMIT. */
#define PING_TARGETS_MAX ((size_t)4096)

enum obs_kind {
	OBS_ANSWER,  /* a reply line that names its seq */
	OBS_SILENCE, /* a line that says: this seq has no answer, or an error as its answer */
	OBS_LISTED,  /* an entry of fping's list at the end; counts where no reply line did */
	OBS_TIMED,   /* a reply that names no seq */
	OBS_REFUSED, /* an ICMP error that names no seq */
	OBS_DEAD,    /* "is unreachable": no reply to any of the target's probes */
};

struct obs {
	struct ping_probe p;
	int64_t order; /* seq without the wrap at 65536; INT64_MAX if it has none */
	uint32_t rank; /* how many observations came before */
	enum obs_kind kind;
};

struct pingobs_target {
	char *name;          /* as the tool was told */
	char *addr;          /* NULL: the name is all there is */
	int64_t first_order; /* seq of the first probe sent; -1 where its line is not there */
	int64_t last_order;  /* highest order seen; -1 before the first */
	int64_t sent;        /* the summary; -1 not told */
	int64_t received;
	int64_t duplicates;
	int64_t errors;
	bool wraps;        /* the tool prints the 16 bits of the wire */
	bool has_number;   /* some line of it names a seq */
	uint64_t interval; /* fping -Q: the latest interval that it has a line of; 0 none */
};

struct pingobs {
	struct pingobs_target *targets;
	size_t n_targets;
	size_t cap_targets;
	struct obs *obs;
	size_t n_obs;
	size_t cap_obs;
	size_t section;     /* first target of the ping program's run that is being read */
	size_t current;     /* the target that lines without a name speak of */
	uint64_t interval;  /* fping -Q: intervals begun so far */
	size_t last_answer; /* index of the latest OBS_ANSWER; SIZE_MAX before the first */
	enum ping_dialect dialect;
	uint8_t family;
	int64_t payload_bytes;
	int64_t stats_sent; /* fping -s, over all targets; -1 not told */
	int64_t stats_received;
	bool colon_header;  /* "PING h (a): 56 data bytes": BSD, inetutils or BusyBox */
	bool whole_percent; /* the loss stands there without decimals */
	bool in_summary;    /* after "--- h ping statistics ---" */
	bool foreign;       /* hping3 */
	bool over_limit;
	uint64_t n_evidence; /* lines that only a ping program prints */
	uint64_t n_lists;    /* lines that look like fping -C -q, and could be anything */
	uint64_t n_unknown;
};

/* What a line reader made of a line. */
enum ping_said {
	SAID_NOTHING, /* not mine */
	SAID_NOISE,   /* known, says nothing about a probe, and others might print it too */
	SAID_PING,    /* only a ping program prints that */
	SAID_LIST,    /* fping's list */
};

void pingobs_init(struct pingobs *po);
void pingobs_release(struct pingobs *po);

/* pingobs_add_target - returns its index (0, and over_limit set, beyond PING_TARGETS_MAX). */
size_t pingobs_add_target(struct pingobs *po, struct slice name, struct slice addr);
/*
 * pingobs_begin - a header opens a target of a ping that prints 16-bit numbers; after a summary it
 *   also opens a new run of the program.  NULL, and over_limit set, beyond PING_TARGETS_MAX.
 */
struct pingobs_target *pingobs_begin(struct pingobs *po, struct slice name, struct slice addr);
/* pingobs_rename - the name of a target that lines spoke of before one named it. */
void pingobs_rename(struct pingobs *po, size_t target, struct slice name);
/* pingobs_named - the target of that name, made when it is new. */
size_t pingobs_named(struct pingobs *po, struct slice name);

/* pingobs_note - keep p (its target set) under its seq, or without one for the last three kinds. */
void pingobs_note(struct pingobs *po, struct ping_probe p, enum obs_kind kind);

/* pingobs_finish - probes, targets and totals into o, which is zeroed.  V_ELIMIT. */
enum vstatus pingobs_finish(struct ping_output *o, struct pingobs *po, struct verr *err);

/* ping_probe_none - a probe of that target without a value: lost, until told otherwise. */
struct ping_probe ping_probe_none(size_t target);
/* ping_probe_timed - set the RTT, its resolution, and the send time if there is a stamp. */
void ping_probe_timed(
	struct ping_probe *p, int64_t rtt_ns, int64_t resolution_ns, const struct pingline *l);

#endif
