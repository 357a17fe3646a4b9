#ifndef VANTAGE_REPORT_VIEW_H
#define VANTAGE_REPORT_VIEW_H
/*
 * view - the cells that one table or figure shows, and how their rows are labelled.
 *
 * Factors that vary among the shown cells become columns; those with a single level go into the
 * caption once.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/str.h"
#include "report/doc.h"
#include "report/model.h"

enum view_set { VIEW_IDLE, VIEW_ALL, VIEW_LOADED };
/* What the cells have to have measured. */
enum view_of {
	VIEW_ECHO,
	VIEW_HTTP,
	VIEW_TCP,
	VIEW_THROUGHPUT,
	VIEW_PROXY,
	VIEW_TRANSIT,
	VIEW_COUNTERS,
	VIEW_KINDS
};

struct view {
	const struct model *m;
	size_t *cells; /* indices into m->cells, ascending */
	size_t n;
	bool *measured; /* of m->cells: what is to be shown */
	bool varies[MODEL_FACTORS_MAX];
	bool settings[MODEL_FACTORS_MAX]; /* no load, and cells of one platform differ in it */
	bool drivers;                          /* some cell has a driver */
	const char *usual_inner, *usual_outer; /* the pair of most cells; "" when none has one */
	const char **http; /* VIEW_THROUGHPUT, VIEW_TCP: datasets of HTTP */
	size_t n_http, cap_http;
	size_t n_blocks; /* of blocks_keep(); 0 before */
	uint32_t own;    /* factors that no other block records, as bits */
};

/* What the shown intervals rest on; gathered by view_value(), told by view_tell_intervals(). */
struct view_said {
	bool mean, median;
	bool over_runs, over_probes, order_statistics, none;
	double level_min, level_max;
	double n_eff_min, n_eff_max;
	double n_min, n_max; /* of the intervals over runs */
};

/*
 * view_init - cells of that set, of those that measured such things (every cell when no row of the
 *   results is of any of them; one that found nothing only if it measured nothing else either):
 *   VIEW_IDLE    all load factors at rest; every cell when none is.  Of those of one platform
 *                (with driver), the ones that tell most: with a pair of two captures; else with a
 *                pair of the tool and a capture; else those with points alone
 *   VIEW_ALL     every cell
 *   VIEW_LOADED  cells of platforms (with driver) that were also run under load, at that setting
 *                of all other factors which has the most loads
 */
void view_init(struct view *v, const struct model *m, enum view_set set, enum view_of of);
void view_release(struct view *v);
/* view_keep - only those cells of the view; keep[] is one for each of m->cells. */
void view_keep(struct view *v, const bool *keep);

/* view_side_effect - is the row of flows that carried HTTP?  Requests are what was measured
 *   there; what they take is in their own tables. */
bool view_side_effect(const struct view *v, const struct model_row *r);

/* view_constants - "Load type none; captures 2." appended to *out, or nothing. */
void view_constants(struct strbuf *out, const struct view *v);
/*
 * view_name - "docker (nat), 100 pps": platform and setting; then, if it is not the usual one, the
 *   pair or the inner point.
 * view_platform - the same without the setting.
 * view_setting - the levels of the factors, load factors aside, in which cells of one platform
 *   differ; appended to *out, nothing when they differ in none.
 * view_same_setting - have two cells equal levels of these?
 */
enum view_place { VIEW_PAIR, VIEW_POINT };
const char *view_name(struct doc *d, const struct view *v, size_t cell, enum view_place place);
const char *view_platform(struct doc *d, const struct view *v, size_t cell, enum view_place place);
void view_setting(struct strbuf *out, const struct view *v, size_t cell);
bool view_same_setting(const struct view *v, size_t a, size_t b);
/* view_usual - " Pair guest-host unless named." or the same of the point, appended to *out. */
void view_usual(struct strbuf *out, const struct view *v, enum view_place place);
/* view_tags - name-value tags for CSV: platform, driver, all recorded factors, pair. */
struct doc_tag *view_tags(struct doc *d, const struct view *v, size_t cell, size_t *n);

/* view_label_columns, view_label_row - platform, driver and factors, of which only the varying
 *   ones are shown outside CSV; row is advanced. */
void view_label_columns(struct doc *d, struct doc_table *t, const struct view *v);
struct doc_cell *view_label_row(struct doc_cell *row, const struct view *v, size_t cell);

/*
 * view_pair - the pair of points whose overhead stands for the cell: guest-host, else app-host,
 *   else the first there is.  False when the cell has no pair; then *inner is the innermost
 *   point there is ("" when there is none) and *outer is "".
 */
bool view_pair(const struct model *m, size_t cell, const char **inner, const char **outer);
bool view_is_usual(const struct view *v, const char *inner, const char *outer);
/* view_pair_name - "guest–host". */
const char *view_pair_name(struct doc *d, const char *inner, const char *outer);

/*
 * view_value - fill a value cell from ci, else from summary, or without interval from describe.
 *   An absent value or interval gets its reason as a note of t.  said may be NULL.
 */
void view_value(struct doc *d, struct doc_table *t, struct doc_cell *cell, const struct model *m,
	const char *metric, const char *statistic, size_t in_cell, const char *inner,
	const char *outer, struct view_said *said);
void view_said_init(struct view_said *s);
/* view_mark_single_runs - a note on each interval over probes where the table has both kinds. */
void view_mark_single_runs(struct doc *d, struct doc_table *t, const struct view_said *s);
/* view_tell_intervals - sentences on statistic, level and method, appended to *out. */
void view_tell_intervals(struct strbuf *out, const struct view_said *s);
/* view_range - "1200" or "1200 to 5000", whole numbers. */
void view_range(struct strbuf *out, double min, double max);

#endif
