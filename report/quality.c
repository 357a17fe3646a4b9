/*
 * quality - what went wrong while measuring, one row for each platform (with driver); see
 * tables.h.
 *
 * The counts of all cells, points and pairs of the platform are added up; a probe that was seen
 * at three points counts at each of them.  Runs and probes are those of the point that has most,
 * so that they can be read as what was sent.  What happened nowhere is said in the caption.
 */
#include <math.h>
#include <string.h>

#include "report/tables.h"
#include "report/view.h"

struct quality_column {
	const char *metric; /* whose counts */
	const char *name;
	const char *title;
	bool largest;     /* of the points of a cell, not their sum */
	const char *said; /* in the caption when all rows are zero; NULL: shown in any case */
};

static const struct quality_column columns[] = {
	{"rtt_ns", "runs", "Runs", true, NULL},
	{"rtt_ns", "probes", "Probes", true, NULL},
	{"rtt_ns", "lost", "Lost", false, "lost probes"},
	{"rtt_ns", "points_with_drops", "Captures that dropped", false,
		"captures that dropped packets"},
	{"rtt_ns", "clock_steps", "Clock steps", false, "clock steps"},
	{"rtt_ns", "late", "Late", false, "late replies"},
	{"rtt_ns", "unfinished", "Unfinished", false, "unfinished probes"},
	{"rtt_ns", "duplicate_replies", "Duplicates", false, "duplicate replies"},
	{"rtt_ns", "copies", "Copies", false, "copies"},
	{"rtt_ns", "ambiguous", "Ambiguous", false, "ambiguous probes"},
	{"rtt_ns", "reordered", "Reordered", false, "reordered replies"},
	{"rtt_ns", "negative", "Negative RTT", false, "negative RTTs"},
	{"rtt_ns", "untimed_packets", "Untimed", false, "packets without time"},
	{"rtt_ns", "incomplete_messages", "Incomplete", false, "incomplete messages"},
	{"overhead_ns", "unpaired_inner", "Only inside", false, "probes seen only inside"},
	{"overhead_ns", "unpaired_outer", "Only outside", false, "probes seen only outside"},
	{"overhead_ns", "undecidable", "Undecidable", false, "undecidable pairs"},
	{"overhead_ns", "negative", "Negative overhead", false, "negative overheads"},
	{"overhead_ns", "excluded", "Excluded", false, "excluded pairs"},
};
#define N_COLUMNS (sizeof columns / sizeof *columns)

static void
add_columns(struct doc *d, struct doc_table *t, bool drivers)
{
	doc_add_column(t, "platform", "Platform", DOC_LABEL);
	if (drivers)
		doc_add_column(t, "driver", "Driver", DOC_LABEL);
	for (size_t i = 0; i < N_COLUMNS; i++) {
		bool pairs = strcmp(columns[i].metric, "overhead_ns") == 0;
		struct doc_column *c = doc_add_column(t,
			pairs ? doc_text(d, "pairs_%s", columns[i].name) : columns[i].name,
			columns[i].title, DOC_NUMBER);

		c->metric = c->id;
		c->statistic = "count";
		c->exact = true;
		c->drop_if_zero = columns[i].said != NULL;
	}
}

/* add_up - the counts of a cell to those of the row, absent only while none is known. */
static void
add_up(struct doc_cell *sum, const struct model *m, size_t cell, const struct quality_column *col)
{
	double of_cell = NAN;
	size_t n;
	const struct model_row *r = model_places(m, KIND_COUNTS, col->metric, "", cell, &n);

	for (size_t i = 0; i < n; i++) {
		double v = model_real(&r[i], col->name);

		if (isnan(v))
			continue;
		if (isnan(of_cell))
			of_cell = v;
		else
			of_cell = col->largest ? fmax(of_cell, v) : of_cell + v;
	}
	if (!isnan(of_cell))
		sum->value = isnan(sum->value) ? of_cell : sum->value + of_cell;
}

static void
add_rows(struct doc_table *t, const struct model *m, bool drivers)
{
	struct doc_cell *row = NULL;

	for (size_t c = 0; c < m->n_cells; c++) {
		if (!row || !model_same_variant(&m->cells[c - 1], &m->cells[c])) {
			row = doc_add_row(t);
			(row++)->text = m->cells[c].platform;
			if (drivers)
				(row++)->text = m->cells[c].driver;
		}
		for (size_t i = 0; i < N_COLUMNS; i++)
			add_up(&row[i], m, c, &columns[i]);
	}
}

static void
tell(struct doc *d, struct doc_table *t)
{
	size_t labels = t->n_columns - N_COLUMNS;
	bool any = false;
	struct strbuf b;

	strbuf_init(&b);
	strbuf_adds(&b,
		"Added up over all cells, points and pairs of a platform; runs and probes are "
		"those of the point that has most.");
	for (size_t i = 0; i < N_COLUMNS; i++) {
		if (!columns[i].said || !t->columns[labels + i].zero)
			continue;
		strbuf_addf(&b, "%s%s", any ? ", " : " Zero everywhere: ", columns[i].said);
		any = true;
	}
	if (any)
		strbuf_addc(&b, '.');
	t->caption = doc_take(d, &b);
	strbuf_release(&b);
}

void
tables_quality(struct doc *d, const struct model *m)
{
	bool any = false, drivers = false;
	struct doc_table *t;

	for (size_t i = 0; i < m->n_rows; i++)
		any |= m->rows[i].kind == KIND_COUNTS;
	for (size_t c = 0; c < m->n_cells; c++)
		drivers |= m->cells[c].driver != NULL;
	if (!any)
		return;
	t = doc_add_table(d, "quality", "What went wrong while measuring");
	t->section = DOC_QUALITY;
	add_columns(d, t, drivers);
	add_rows(t, m, drivers);
	doc_table_finish(t);
	for (size_t i = 0; i < t->n_rows * t->n_columns; i++) {
		const struct doc_column *c = &t->columns[i % t->n_columns];

		if (c->quantity != DOC_LABEL && !c->hidden && isnan(t->cells[i].value))
			doc_absent(d, t, &t->cells[i], "not in the results");
	}
	tell(d, t);
}
