#ifndef VANTAGE_CAPTURE_SETTINGS_H
#define VANTAGE_CAPTURE_SETTINGS_H
/*
 * settings - the options of `vcap start` and `vcap run`, checked.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/ifspec.h"
#include "core/err.h"
#include "core/opt.h"
#include "core/str.h"

#define SETTINGS_OPTIONS 27
#define SETTINGS_INTERFACES_MAX 64
#define SETTINGS_DEFAULT_NAME "vcap"

/* The command line as typed. */
struct settings_words {
	struct opt_list interfaces, factors, watches;
	const char *output, *platform, *driver, *run_id, *name, *host_name, *filter, *buffer;
	const char *compress, *counters, *max_size, *rotate, *user, *tstamp_type;
	int64_t snaplen, duration_ns;
	bool sync, foreground, promiscuous, counters_only;
};

struct settings {
	struct settings_words words; /* what needs no conversion is used from here */
	struct ifspec *points;       /* innermost first */
	size_t n_points;
	char *dataset;  /* directory */
	char *name;     /* of the daemon */
	char *run_id;   /* wanted; NULL: made of time and name */
	char *run_name; /* the end of a made-up run id */
	char *host_name;
	const char **watches; /* NULL-terminated */
	uint32_t snaplen;
	size_t buffer_bytes;
	int level; /* WRITER_LEVEL_AUTO */
	int64_t interval_ns;   /* of the counters; 0 off */
	uint64_t max_bytes;    /* on disk; 0 no limit */
	uint64_t rotate_bytes; /* of input; 0 never */
};

/* settings_table - fill the option table for opt_parse(); the words get their defaults. */
void settings_table(struct opt table[SETTINGS_OPTIONS], struct settings_words *w);
/* settings_check - make *s of the words, which it takes over.  V_EUSAGE names the option. */
enum vstatus settings_check(struct settings *s, const struct settings_words *w, struct verr *err);
void settings_release(struct settings *s);

/* settings_has_factor - do words before the i-th of NAME=LEVEL name its factor, too? */
bool settings_has_factor(const struct opt_list *factors, size_t i);

/* size_parse - "4096", "64K", "8M", "8MiB", "1G": bytes, the letters being powers of 1024. */
bool size_parse(uint64_t *bytes, struct slice text);

#endif
