#ifndef VANTAGE_REPORT_DOC_H
#define VANTAGE_REPORT_DOC_H
/*
 * doc - a report as sentences, tables and figures, before any output format.
 *
 * tables.c, figures.c, findings.c and their like fill it from the model; tex, markdown, csv and
 * html write it.  All text is plain UTF-8 that the writers escape; all values are in base units
 * (ns, percent, bit/s, ones), NaN where there is none.  Everything lives in the document's arena.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/alloc.h"
#include "core/str.h"
#include "report/num.h"

/*
 * What documents for people show of one table; CSV always has all rows.  A page that is sorted
 * and searched on a screen has room for more than paper.
 */
#define DOC_ROWS_PER_PART 40
#define DOC_PARTS_MAX 5
#define DOC_ROWS_SHOWN_MAX (DOC_ROWS_PER_PART * DOC_PARTS_MAX)
#define DOC_ROWS_SCREEN_MAX 1000
/* Footnotes of one table; further reasons share one note that says so. */
#define DOC_NOTES_MAX 9

enum doc_quantity { DOC_LABEL, DOC_NUMBER, DOC_PERCENT, DOC_TIME, DOC_RATE };

struct doc_tag { /* what a column stands for when rows are written one value a line */
	const char *name;
	const char *value;
};

struct doc_column {
	const char *id;    /* for machines: platform, rtt_inner_ns, ... */
	const char *title; /* for people */
	const char *group; /* heading above neighbouring columns of the same group, or NULL */
	enum doc_quantity quantity;
	const char *metric;    /* as in the results */
	const char *statistic; /* mean, median, count, ...; NULL for labels */
	struct doc_tag *tags;
	size_t n_tags;
	int unit_set;      /* columns of one set share a unit; 0: on its own */
	bool exact;        /* known without error: as many digits as it has */
	bool csv_only;     /* a label that documents for people have no room for */
	bool drop_if_zero; /* leave out for people when all rows say 0, or none says anything */
	/* doc_table_finish() */
	enum num_unit unit;
	bool interval;  /* some cell has one */
	bool symmetric; /* all of them are estimate ± half-width */
	bool zero;      /* every row says 0 */
	bool hidden;    /* by csv_only or drop_if_zero, or a label that says nothing of its own */
};

struct doc_cell {
	const char *text; /* labels; NULL: absent */
	double value;
	double lower;
	double upper;
	double spread;      /* see num_show() */
	unsigned notes;     /* bit i: the table's note i belongs to it */
	const char *reason; /* why value is absent, for CSV */
	bool faint;         /* not to be shaded */
	size_t cell;        /* number of the cell whose runs are behind it; 0: none is named */
	bool over_probes;   /* the interval comes from the probes of a single run */
};

/* Where a table or figure stands; their order and headings are in sections.h. */
enum doc_section {
	DOC_RESULTS, /* of what no other section is about */
	DOC_OVERVIEW,
	DOC_QUALITY,
	DOC_PING,
	DOC_TRANSIT,
	DOC_TCP,
	DOC_THROUGHPUT,
	DOC_HTTP,
	DOC_PROXY,
	DOC_COUNTERS,
	DOC_CORRELATIONS,
	DOC_OUTLIERS,
	DOC_PUBLISHED,
	DOC_DATA,
	DOC_QUALITY_DETAIL
};

struct doc_table {
	const char *id;
	const char *title;
	enum doc_section section;
	const char *caption; /* sentences behind the title */
	struct doc_column *columns;
	size_t n_columns, cap_columns;
	struct doc_cell *cells; /* n_rows * n_columns */
	size_t n_rows, cap_cells;
	const char **notes;
	size_t n_notes;
	bool csv_only; /* a part beyond what documents for people show */
	bool shaded;   /* values lie in [-1, 1]: cells are coloured by sign and size */
	bool detail;   /* a file of its own and folded on a page, not part of a document */
	bool turned;   /* titles of its many narrow columns stand on end on paper */
	bool cross;    /* platforms stand beside each other in columns */
};

struct doc_point {
	double x, p, p_lower, p_upper;
	double low, high; /* DOC_BOXES: ends of the whiskers */
};

struct doc_curve {
	const char *label;
	struct doc_tag *tags;
	size_t n_tags;
	struct doc_point *points; /* ascending x; all the results hold */
	size_t n_points;
	size_t series; /* which colour it has */
	/* DOC_PANELS: p is a value of the metric, x a tick's index or, if numeric, a number */
	size_t panel; /* where it stands */
	double area_from, area_to; /* range of x in which it is shaded to the reference; NaN none */
};

struct doc_mark {
	const char *label;
	double value, lower, upper;
	size_t series; /* which colour it has */
};

enum doc_figure_kind { DOC_CDF, DOC_INTERVALS, DOC_PANELS };
enum doc_shape { DOC_LINES, DOC_BARS, DOC_BOXES }; /* of DOC_PANELS */

struct doc_figure {
	enum doc_figure_kind kind;
	enum doc_section section; /* DOC_RESULTS: that of its metric */
	const char *id;
	const char *title;
	const char *caption;
	const char *metric;
	const char *axis;    /* what the value axis shows, without unit */
	const char *numbers; /* id of the table that holds the numbers, or the figure's own CSV */
	enum num_unit unit;
	bool log_axis;
	double from, to;          /* shown range of the value axis, base units */
	struct doc_curve *curves; /* DOC_CDF, DOC_PANELS */
	size_t n_curves;
	enum doc_shape shape;     /* DOC_PANELS, as all to the next */
	const char *x_axis;       /* what stands along the panels, for people */
	const char *x_factor;     /* and its name in the results */
	const char *statistic;    /* what p is of the metric: median, ratio, ... */
	const char **ticks;       /* its levels; of numbers none */
	size_t n_ticks;
	bool numeric;             /* it is an axis of numbers, shown */
	double x_from, x_to;      /* in this range */
	double reference;         /* height of a line across; NaN none */
	const char *reference_label;
	const char **panels; /* their titles */
	size_t n_panels;
	struct doc_mark *marks; /* DOC_INTERVALS */
	size_t n_marks;
	bool csv_only;
};

/* What an interval allows to say of a row; see findings.h. */
enum doc_verdict { DOC_UNDECIDED, DOC_BASELINE, DOC_ABOVE, DOC_OVERLAPS, DOC_BELOW };

struct doc_finding {
	const char *name; /* of the row: "docker (nat)" */
	const char *text; /* sentences */
	enum doc_verdict verdict;
	const char *badge; /* the verdict in a few words: "more than native"; NULL none */
};

struct doc_source { /* a dataset */
	const char *name;
	const char *title;   /* NULL none */
	const char *sha256;  /* NULL not known */
	const char *program; /* that read it */
	const char *line;    /* all of that: for people, on one line */
};

/* The runs behind a cell of the results; see runs.h.  NaN: not known. */
struct doc_run {
	const char *id;
	const char *warnings; /* words parted by |; NULL none */
	double n, excluded, mean, median, lost;
};

struct doc_runs_at { /* of one metric at one place */
	const char *metric, *place; /* for people */
	enum num_unit unit;
	struct doc_run *runs;
	size_t n;
};

struct doc_runs {
	size_t cell; /* as in doc_cell */
	const char *name;
	struct doc_runs_at *at;
	size_t n; /* 0: left out, since the page has too many */
};

struct doc {
	struct doc_finding *findings;
	size_t n_findings, cap_findings;
	const char *findings_note; /* a sentence about all of them; "" none */
	struct doc_source *sources;
	size_t n_sources, cap_sources;
	const char **commands; /* that made the results */
	size_t n_commands, cap_commands;
	struct doc_table *tables;
	size_t n_tables, cap_tables;
	struct doc_figure *figures;
	size_t n_figures, cap_figures;
	struct doc_runs *runs; /* by cell */
	size_t n_runs, cap_runs;
	const char **remarks; /* the analyses' own notes, each with what it is about */
	size_t n_remarks, cap_remarks;
	struct arena arena;
};

void doc_init(struct doc *d);
void doc_release(struct doc *d);

/* doc_text - a formatted string in the document's arena. */
const char *doc_text(struct doc *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* doc_take - move a buffer's text into the arena and empty it; "" when nothing was added. */
const char *doc_take(struct doc *d, struct strbuf *b);
/* doc_file_id - prefix, and text with a dash for all but ASCII letters and digits: a table's id is
 *   part of a file's name and of an anchor, and the text came from elsewhere. */
const char *doc_file_id(struct doc *d, const char *prefix, const char *text);

/* doc_add_table, doc_add_figure - append; the pointer dies at the next call of the same.
 *   A table's id that is taken gets a number. */
struct doc_table *doc_add_table(struct doc *d, const char *id, const char *title);
struct doc_figure *doc_add_figure(struct doc *d, enum doc_figure_kind kind, const char *id);
/* doc_add_sentence - append a copy to a list unless it is there already. */
void doc_add_sentence(struct doc *d, const char ***list, size_t *n, size_t *cap, const char *s);

/* doc_add_column - before the first row. */
struct doc_column *
doc_add_column(struct doc_table *t, const char *id, const char *title, enum doc_quantity quantity);
/* doc_add_row - a row of absent cells; its first cell, n_columns of them. */
struct doc_cell *doc_add_row(struct doc_table *t);
/* doc_note - give a cell of t a note, which cells share; a general one when there is no room. */
void doc_note(struct doc *d, struct doc_table *t, struct doc_cell *cell, const char *text);
/* doc_absent - the same, and remember the text as the reason why the value is absent. */
void doc_absent(struct doc *d, struct doc_table *t, struct doc_cell *cell, const char *reason);
/* doc_table_finish - choose units and forms once all rows are there. */
void doc_table_finish(struct doc_table *t);

/* doc_in_text - does a document that is read from end to end hold the table? */
bool doc_in_text(const struct doc_table *t);
/* doc_has_values - has it columns of something else than texts? */
bool doc_has_values(const struct doc_table *t);
/* doc_same_group - do both columns stand under one heading? */
bool doc_same_group(const struct doc_column *a, const struct doc_column *b);

/* doc_rows_shown - rows of a document that has room for max; the rest is counted in a sentence. */
size_t doc_rows_shown(const struct doc_table *t, size_t max);
/* doc_left_out - that sentence, appended to *out; nothing when all rows are shown. */
void doc_left_out(struct strbuf *out, const struct doc_table *t, size_t max);
/* doc_note_mark - 'a' for note 0. */
char doc_note_mark(size_t note);
/* doc_note_marks - "a,c" for a cell with notes 0 and 2; "" without. */
void doc_note_marks(char marks[2 * DOC_NOTES_MAX + 1], const struct doc_cell *cell);
/* doc_show - the digits of a value cell. */
void doc_show(struct num_shown *out, const struct doc_column *c, const struct doc_cell *cell);

#endif
