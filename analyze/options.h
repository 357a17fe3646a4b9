#ifndef VANTAGE_ANALYZE_OPTIONS_H
#define VANTAGE_ANALYZE_OPTIONS_H
/*
 * options - what vanalyze's commands have in common: their options, and the way from a command
 * line to a study.
 */
#include <stdint.h>

#include "analyze/contrast.h"
#include "analyze/hint.h"
#include "analyze/show.h"
#include "analyze/stats/boot.h"
#include "analyze/study.h"
#include "analyze/summarize.h"
#include "core/opt.h"

struct options {
	struct opt_list by;
	struct opt_list where;
	struct opt_list keep;
	const char *metric;
	const char *point;
	const char *inner;
	const char *outer;
	const char *output;
	const char *samples;
	const char *flows;
	const char *baseline;
	const char *against; /* a dataset of published values */
	const char *over;
	const char *range;
	const char *quantile_list;
	double level;
	int64_t bootstrap; /* resamples, 0 none */
	int64_t seed;
	int64_t timeout_ns;
	int64_t threads;
	const char *max_memory;
	const char *during;
	int64_t window_ns;
	bool in_flight;
	bool per_core;
	int format; /* enum show_format */
	bool verbose;
	/* made from the above by options_finish() */
	struct filter *filters;
	size_t n_filters;
	struct filter points;
	struct filter metrics;
	double range_from; /* of --range; infinite: not asked for */
	double range_to;
	double *quantiles; /* heap; NULL when not asked for */
	size_t n_quantiles;
	uint32_t excluded_flags;
	bool keep_failed; /* runs that were rejected */
	bool told;        /* not an option: what is wrong with the inputs was shown before */
};

/* options_init - the defaults; threads: as many as there are processors. */
void options_init(struct options *o);
/* options_finish - check and convert after opt_parse(); limit the memory of the program. */
enum vstatus options_finish(struct options *o, struct verr *err);
void options_release(struct options *o);

/* Rows of option tables, by what a command does with its input. */
#define OPTIONS_INPUT(o)                                                                           \
	{"where", 0, OPT_LIST, &(o)->where, "FACTOR=LEVEL[,LEVEL]",                                \
		"only runs with one of these levels (may be repeated)", 0, 0, 0},                  \
		{"point", 0, OPT_TEXT, &(o)->point, "P[,P]", "only these capture points", 0, 0,    \
			0},                                                                        \
		{"timeout", 0, OPT_DURATION, &(o)->timeout_ns, "T",                                \
			"a reply after that is late (default 10s)", 1e3, 1e15, 0},                 \
		{"keep", 0, OPT_LIST, &(o)->keep, "FLAG",                                          \
			"include samples with this flag: ambiguous, negative, corrupt; "           \
			"or failed runs",                                                          \
			0, 0, 0},                                                                  \
		{"max-memory", 0, OPT_TEXT, &(o)->max_memory, "SIZE",                              \
			"end rather than take more, like 4G (default: what the machine has free)", \
			0, 0, 0},                                                                  \
		{"threads", 'j', OPT_INT, &(o)->threads, "N",                                      \
			"threads (default: one a processor)", 1, 1024, 0},                         \
	{                                                                                          \
		"verbose", 'v', OPT_FLAG, &(o)->verbose, NULL,                                     \
			"also show how every packet was counted", 0, 0, 0                          \
	}
#define OPTIONS_GROUPING(o)                                                                     \
	{"by", 0, OPT_LIST, &(o)->by, "FACTOR[,FACTOR]",                                        \
		"group by these instead of all factors that vary", 0, 0, 0},                    \
	{                                                                                       \
		"level", 0, OPT_REAL, &(o)->level, "L", "confidence level (default 0.95)", 0.5, \
			0.999999, 0                                                             \
	}
#define OPTIONS_METRIC(o)                                                                   \
	{                                                                                   \
		"metric", 0, OPT_TEXT, &(o)->metric, "M[,M]", "only these metrics", 0, 0, 0 \
	}
#define OPTIONS_BASELINE(o)                                                                     \
	{                                                                                       \
		"baseline", 0, OPT_TEXT, &(o)->baseline, "[FACTOR=]LEVEL",                      \
			"compare with this level (default " CONTRAST_BASELINE ") of the first " \
			"--by factor, or of platform",                                          \
			0, 0, 0                                                                 \
	}
#define OPTIONS_SWEEP(o)                                                                           \
	{"over", 0, OPT_TEXT, &(o)->over, "FACTOR",                                                \
		"curves over this numeric factor, divided by the baseline's, and their ranking",   \
		0, 0, 0},                                                                          \
	{                                                                                          \
		"range", 0, OPT_TEXT, &(o)->range, "A:B", "rank them over this range of it", 0, 0, \
			0                                                                          \
	}
#define OPTIONS_ESTIMATES(o)                                                                     \
	{"quantiles", 0, OPT_TEXT, &(o)->quantile_list, "P[,P]",                                 \
		"intervals of these quantiles instead of the median's", 0, 0, 0},                \
		{"bootstrap", 0, OPT_INT, &(o)->bootstrap, "B",                                  \
			"BCa intervals from B resamples besides", BOOT_RESAMPLES_MIN,            \
			BOOT_RESAMPLES_MAX, 0},                                                  \
	{                                                                                        \
		"seed", 0, OPT_INT, &(o)->seed, "N", "of the bootstrap's generator (default 1)", \
			0, 9007199254740992.0, 0                                                 \
	}
#define OPTIONS_PAIR(o)                                                                           \
	{"inner", 0, OPT_TEXT, &(o)->inner, "P", "the point nearer to the application", 0, 0, 0}, \
	{                                                                                         \
		"outer", 0, OPT_TEXT, &(o)->outer, "P", "the point nearer to the wire", 0, 0, 0   \
	}
#define OPTIONS_SAMPLES(o)                                                                   \
	{                                                                                    \
		"samples", 0, OPT_TEXT, &(o)->samples, "FILE",                               \
			"also write one row per probe as CSV (.zst: compressed; -: instead " \
			"of the table)",                                                     \
			0, 0, 0                                                              \
	}
#define OPTIONS_FLOWS(o)                                                                       \
	{                                                                                      \
		"flows", 0, OPT_TEXT, &(o)->flows, "FILE",                                     \
			"also write one row per connection as CSV (.zst: compressed)", 0, 0, 0 \
	}
#define OPTIONS_COUNTERS(o)                                                                  \
	{"during", 0, OPT_TEXT, &(o)->during, "rtt|http|tcp",                                \
		"only from the first of these probes to the end of the last", 0, 0, 0},      \
		{"in-flight", 0, OPT_FLAG, &(o)->in_flight, NULL,                            \
			"of that, only while at least one was awaited", 0, 0, 0},            \
		{"window", 0, OPT_DURATION, &(o)->window_ns, "T",                            \
			"peaks are means over this long (default 1s)", 1e6, 1e15, 0},        \
	{                                                                                    \
		"per-core", 0, OPT_FLAG, &(o)->per_core, NULL, "also of every core", 0, 0, 0 \
	}
#define OPTIONS_OUTPUT(o)                                                                          \
	{"text", 0, OPT_CHOICE, &(o)->format, NULL, "a table for people (default on a terminal)",  \
		0, 0, SHOW_TEXT},                                                                  \
		{"csv", 0, OPT_CHOICE, &(o)->format, NULL, "CSV (default elsewhere)", 0, 0,        \
			SHOW_CSV},                                                                 \
		{"json", 0, OPT_CHOICE, &(o)->format, NULL, "a results document", 0, 0,            \
			SHOW_JSON},                                                                \
	{                                                                                          \
		"output", 'o', OPT_TEXT, &(o)->output, "FILE", "write there instead of to stdout", \
			0, 0, 0                                                                    \
	}
#define OPTIONS_END                                          \
	{                                                    \
		NULL, 0, OPT_FLAG, NULL, NULL, NULL, 0, 0, 0 \
	}

/* options_study_params - selection and reading as the options say. */
struct study_params options_study_params(const struct options *o, bool keep_samples);

/*
 * options_by - the names that --by asks for; none (V_OK, *n 0) when it was not given.
 *   *by out: heap array of the names that resolve() answered with
 *   resolve  the name that a word stands for, NULL (V_EUSAGE) if there is none
 *   known    the names there are, for the message
 */
enum vstatus options_by(const char ***by, size_t *n, const struct options *o,
	const char *(*resolve)(const void *ctx, struct slice word), const void *ctx,
	const struct hint *known, struct verr *err);

/* options_check_metrics - is each metric that --metric names among the measured ones?  V_EUSAGE */
enum vstatus
options_check_metrics(const struct options *o, const struct hint *measured, struct verr *err);

/* options_study_by - as options_by over a study; study_by() when --by was not given. */
enum vstatus options_study_by(const char ***by, size_t *n, const struct options *o,
	const struct study *s, enum study_factors which, struct verr *err);

/*
 * options_check_points - V_EUSAGE if --point, --inner or --outer name a point that no run has, or
 *   --inner and --outer one that lies outside the other.
 */
enum vstatus options_check_points(const struct options *o, const struct study *s, struct verr *err);

/*
 * options_provenance - note program and command line in the results, without what cannot change
 *   them (threads, where output goes, verbosity): same input, same bytes.
 */
void options_provenance(struct results *r, char *const *argv, int argc);

/*
 * options_summarize - what summarize() is asked for, the baseline resolved.
 *   *sp out; points into o, by and m
 *   by[n_by]  the names to group by: those of --by, or the defaults
 *   V_EUSAGE when --baseline names nothing that is there.  A baseline that nobody asked for and
 *   that is missing only matters when nothing else is to be summarized.
 */
enum vstatus options_summarize(struct summarize_params *sp, const struct options *o, unsigned what,
	const char *const *by, size_t n_by, const struct measures *m, struct verr *err);

/* show_classes - with -v, on stderr: how the packets of each point were counted. */
void show_classes(const struct study *s);

#endif
