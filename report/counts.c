/*
 * counts - the tables on losses and data quality; see tables.h.
 *
 * For people, a column of nothing but zeros is left out and named in the caption, so that what
 * did happen is easy to see.  A table of more than a page in which nothing happened stands beside
 * the document.  CSV keeps all columns.
 */
#include <math.h>
#include <string.h>

#include "report/tables.h"
#include "report/view.h"

struct count_column {
	const char *name; /* in the results */
	const char *title;
	enum doc_quantity quantity;
	bool drop_if_zero;
	const char *said; /* in the caption, when all rows are zero */
};

static const struct count_column loss_columns[] = {
	{"runs", "Runs", DOC_NUMBER, false, NULL},
	{"probes", "Probes", DOC_NUMBER, false, NULL},
	{"answered", "Answered", DOC_NUMBER, false, NULL},
	{"lost", "Lost", DOC_NUMBER, false, "lost probes"},
	{"loss_pct", "Lost", DOC_PERCENT, false, NULL},
	{"late", "Late", DOC_NUMBER, true, "late replies"},
	{"unfinished", "Unfinished", DOC_NUMBER, true, "unfinished probes"},
	{"duplicate_replies", "Duplicates", DOC_NUMBER, true, "duplicate replies"},
	{"copies", "Copies", DOC_NUMBER, true, "copies"},
	{"ambiguous", "Ambiguous", DOC_NUMBER, true, "ambiguous probes"},
	{"negative", "Negative", DOC_NUMBER, true, "negative samples"},
	{"reordered", "Reordered", DOC_NUMBER, true, "reordered replies"},
	{"untimed_packets", "Untimed", DOC_NUMBER, true, "packets without time"},
	{"clock_steps", "Clock steps", DOC_NUMBER, true, "clock steps"},
	{"unmatched_replies", "Unmatched", DOC_NUMBER, true, "unmatched replies"},
};
#define N_LOSS (sizeof loss_columns / sizeof *loss_columns)

static const struct count_column pair_columns[] = {
	{"runs", "Runs", DOC_NUMBER, false, NULL},
	{"pairs", "Pairs", DOC_NUMBER, false, NULL},
	{"unpaired_inner", "Only inside", DOC_NUMBER, true, "probes seen only inside"},
	{"unpaired_outer", "Only outside", DOC_NUMBER, true, "probes seen only outside"},
	{"undecidable", "Undecidable", DOC_NUMBER, true, "undecidable pairs"},
	{"unanswered", "Unanswered", DOC_NUMBER, true, "unanswered pairs"},
	{"negative", "Negative", DOC_NUMBER, true, "negative overheads"},
	{"excluded", "Excluded", DOC_NUMBER, true, "excluded pairs"},
	{"share_undefined", "No share", DOC_NUMBER, true, "pairs without share"},
	{"resolution_ns", "Resolution", DOC_TIME, true, NULL},
};
#define N_PAIR (sizeof pair_columns / sizeof *pair_columns)

static const char absent[] = "not in the results";

static void
add_columns(struct doc_table *t, const struct count_column *columns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct doc_column *c =
			doc_add_column(t, columns[i].name, columns[i].title, columns[i].quantity);

		c->metric = columns[i].name;
		c->statistic = columns[i].quantity == DOC_NUMBER ? "count" : "value";
		c->exact = columns[i].quantity != DOC_PERCENT;
		c->drop_if_zero = columns[i].drop_if_zero;
	}
}

static void
add_counts(struct doc *d, struct doc_table *t, struct doc_cell *c, const struct model_row *r,
	const struct count_column *columns, size_t n)
{
	const char *reason = model_text(r, "reason");

	for (size_t i = 0; i < n; i++) {
		c[i].value = model_real(r, columns[i].name);
		if (isnan(c[i].value) && !columns[i].drop_if_zero)
			doc_absent(d, t, &c[i], reason ? reason : absent);
	}
	if (model_real(r, "loss_is_upper_bound") > 0)
		doc_note(d, t, &c[3], "an upper bound: the capture itself dropped packets");
}

/* note_absent - a reason for what some rows have and others do not. */
static void
note_absent(struct doc *d, struct doc_table *t)
{
	for (size_t i = 0; i < t->n_rows * t->n_columns; i++) {
		const struct doc_column *c = &t->columns[i % t->n_columns];
		struct doc_cell *cell = &t->cells[i];

		if (c->quantity != DOC_LABEL && !c->hidden && isnan(cell->value) && !cell->reason)
			doc_absent(d, t, cell, absent);
	}
}

/* tell_zeros - name the columns that nothing happened in. */
static void
tell_zeros(
	struct strbuf *out, const struct doc_table *t, const struct count_column *columns, size_t n)
{
	size_t labels = t->n_columns - n;
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		const struct doc_column *c = &t->columns[labels + i];

		if (!columns[i].said || !c->hidden || !c->zero)
			continue;
		strbuf_addf(out, "%s%s", any ? ", " : " Zero in every row: ", columns[i].said);
		any = true;
	}
	if (any)
		strbuf_addc(out, '.');
}

/* nothing_happened - in any row: what the caption of the quality table says already. */
static bool
nothing_happened(const struct doc_table *t, const struct count_column *columns, size_t n)
{
	size_t labels = t->n_columns - n;

	for (size_t i = 0; i < n; i++) {
		const struct doc_column *c = &t->columns[labels + i];

		if (columns[i].said && !c->zero && !c->hidden)
			return false;
	}
	return true;
}

static void
counts_table(struct doc *d, const struct model *m, const char *metric, bool pairs,
	struct doc_table *t, const char *caption)
{
	const struct count_column *columns = pairs ? pair_columns : loss_columns;
	size_t n_columns = pairs ? N_PAIR : N_LOSS;
	struct strbuf b;
	struct view v;

	t->section = DOC_QUALITY_DETAIL;
	view_init(&v, m, VIEW_ALL, VIEW_ECHO);
	view_label_columns(d, t, &v);
	doc_add_column(t, pairs ? "pair" : "point", pairs ? "Pair" : "Point", DOC_LABEL);
	add_columns(t, columns, n_columns);
	for (size_t i = 0; i < v.n; i++) {
		size_t n;
		const struct model_row *r =
			model_places(m, KIND_COUNTS, metric, "", v.cells[i], &n);

		for (size_t k = 0; k < n; k++) {
			struct doc_cell *c = view_label_row(doc_add_row(t), &v, v.cells[i]);

			(c++)->text = view_pair_name(d, r[k].inner, r[k].outer);
			add_counts(d, t, c, &r[k], columns, n_columns);
		}
	}
	doc_table_finish(t);
	note_absent(d, t);
	t->detail = t->n_rows > DOC_ROWS_PER_PART && nothing_happened(t, columns, n_columns);
	strbuf_init(&b);
	strbuf_adds(&b, caption);
	tell_zeros(&b, t, columns, n_columns);
	view_constants(&b, &v);
	t->caption = doc_take(d, &b);
	strbuf_release(&b);
	view_release(&v);
}

static bool
has_counts(const struct model *m, const char *metric)
{
	for (size_t i = 0; i < m->n_rows; i++) {
		if (m->rows[i].kind == KIND_COUNTS && strcmp(m->rows[i].metric, metric) == 0)
			return true;
	}
	return false;
}

void
tables_losses(struct doc *d, const struct model *m)
{
	if (has_counts(m, "rtt_ns"))
		counts_table(d, m, "rtt_ns", false,
			doc_add_table(d, "losses", "What became of the probes"),
			"A late reply came after the expiry time; an unfinished probe was open "
			"when the capture ended; an ambiguous one cannot be told from another.");
}

void
tables_pairs(struct doc *d, const struct model *m)
{
	if (has_counts(m, "overhead_ns"))
		counts_table(d, m, "overhead_ns", true,
			doc_add_table(d, "pairs", "Pairing of the points"),
			"A pair is one probe seen at both points; resolution is that of the "
			"coarser clock reading.");
}
