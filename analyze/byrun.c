/*
 * byrun - see byrun.h.
 *
 * A run of a cell has a series (values) and a tally (counts) of the metric at a place, or one of
 * them: a run that lost all its probes has no value, and is the very one that is looked for.
 *
 * In the document the labels of a cell stand once, with an array over its runs for each of run, n,
 * excluded, mean, median, lost and warnings.
 */
#include "analyze/byrun.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/rows.h"
#include "analyze/summarize_int.h"
#include "core/text.h"

/* Metrics whose runs are told, and which of their counts is a loss; -1 none. */
static const struct told {
	const char *metric;
	int lost;
	int drops; /* which count is of captures that lost packets */
	int steps; /* and of clocks that were set back */
} told[] = {
	{"rtt_ns", RTT_LOST, RTT_DROPPED, RTT_CLOCK_STEPS},
	{"overhead_ns", OVERHEAD_UNPAIRED_INNER, -1, -1},
	{"latency_ns", HTTP_FAILED_REQUESTS, HTTP_DROPPED, -1},
	{"tcp_ack_ns", -1, TCP_DROPPED, -1},
	{"proxy_overhead_ns", PROXY_UNDECIDED, PROXY_DROPPED, -1},
	{"throughput_bps", -1, -1, -1},
	{"goodput_bps", -1, -1, -1},
	{"delay_ns", -1, -1, -1},
};

static const struct told *
told_of(const char *metric)
{
	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		if (!strcmp(told[i].metric, metric))
			return &told[i];
	return NULL;
}

static bool
counted(const struct tally *t, int column)
{
	return t && column >= 0 && t->counts[column] > 0;
}

/* What makes a run doubtful, as words. */
static void
add_warnings(struct analysis *a, size_t row, const struct told *what, const struct series *s,
	const struct tally *t)
{
	struct strbuf b;

	strbuf_init(&b);
	if (counted(t, what->drops))
		strbuf_adds(&b, "|drops");
	if (counted(t, what->steps))
		strbuf_adds(&b, "|clock_steps");
	if (s && fabs(s->opening_delta) > OPENING_DELTA)
		strbuf_adds(&b, "|begins_differently");
	if (!s || !s->n)
		strbuf_adds(&b, "|no_samples");
	rows_set_text(&a->rows, row, "warnings", b.n ? b.p + 1 : NULL);
	strbuf_release(&b);
}

static void
add_row(struct analysis *a, const struct cell *cell, const struct told *what,
	const struct series *s, const struct tally *t)
{
	size_t row = table_add_row(&a->rows);

	rows_set_by(&a->rows, row, cell, a->n_by);
	rows_set_text(&a->rows, row, "metric", a->metric);
	rows_set_text(&a->rows, row, "run", cell->levels[a->n_by]);
	rows_set_int(&a->rows, row, "n", s ? s->n : 0);
	rows_set_int(&a->rows, row, "excluded", s ? s->excluded : 0);
	rows_set_real(&a->rows, row, "mean", s ? s->mean : (double)NAN);
	rows_set_real(&a->rows, row, "median", s ? s->median : (double)NAN);
	if (t && what->lost >= 0)
		rows_set_int(&a->rows, row, "lost", t->counts[what->lost]);
	else
		rows_set_real(&a->rows, row, "lost", NAN);
	add_warnings(a, row, what, s, t);
}

struct parts { /* series and tallies of the metric, in one list for grouping */
	const struct labels **labels;
	const struct series **series; /* NULL: it is a tally */
	const struct tally **tallies;
	size_t n;
};

static void
find_parts(struct parts *p, const struct measures *m, const char *metric)
{
	size_t most = m->n_series + m->n_tallies + 1;

	p->labels = xcalloc(most, sizeof *p->labels);
	p->series = xcalloc(most, sizeof *p->series);
	p->tallies = xcalloc(most, sizeof *p->tallies);
	p->n = 0;
	for (size_t i = 0; i < m->n_series; i++) {
		if (strcmp(m->series[i].metric, metric) != 0)
			continue;
		p->labels[p->n] = &m->series[i].labels;
		p->series[p->n++] = &m->series[i];
	}
	for (size_t i = 0; i < m->n_tallies; i++) {
		if (strcmp(m->tallies[i].metric, metric) != 0)
			continue;
		p->labels[p->n] = &m->tallies[i].labels;
		p->tallies[p->n++] = &m->tallies[i];
	}
}

static void
add_cell(
	struct analysis *a, const struct cell *cell, const struct told *what, const struct parts *p)
{
	const struct series *s = NULL;
	const struct tally *t = NULL;

	for (size_t i = 0; i < cell->n_members; i++) {
		size_t at = cell->members[i];

		s = p->series[at] ? p->series[at] : s;
		t = p->tallies[at] ? p->tallies[at] : t;
	}
	add_row(a, cell, what, s, t);
}

void
byrun_add(struct results *r, const struct measures *m, const char *metric, const char *const *by,
	size_t n_by)
{
	const struct told *what = told_of(metric);
	const char **names;
	struct analysis *a;
	struct cells cells;
	struct parts p;

	if (!what || text_among("run", by, n_by))
		return;
	find_parts(&p, m, metric);
	names = xcalloc(n_by + 1, sizeof *names);
	for (size_t i = 0; i < n_by; i++)
		names[i] = by[i];
	names[n_by] = "run";
	cells_group(&cells, p.labels, p.n, names, n_by + 1);
	a = results_add(r, "runs", metric, by, n_by);
	for (size_t i = 0; i < cells.n; i++)
		add_cell(a, &cells.items[i], what, &p);
	results_fold(a, "run");
	cells_release(&cells);
	free(names);
	free(p.tallies);
	free(p.series);
	free(p.labels);
}
