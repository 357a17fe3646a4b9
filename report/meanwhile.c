/*
 * meanwhile - tables of what was measured besides echo: HTTP requests and TCP connections at each point,
 * and what the machines did; see tables.h.
 *
 * HTTP and TCP are one form with two lists of columns: counts, then times with their intervals.  Of
 * the system counters the documents for people show those that every machine has, and of
 * what was watched its use of the CPU; all others are in the results and in the CSV of vanalyze.
 */
#include <math.h>
#include <string.h>

#include "report/sections.h"
#include "report/tables.h"
#include "report/view.h"

#define COLUMNS_MAX 8
#define ROUNDING 1e-9

/* ---- HTTP and TCP ---- */

struct shown_column {
	const char *name; /* a column of the counts, or a metric */
	const char *title;
	enum doc_quantity quantity;
	bool drop_if_zero;
};

struct kind {
	enum view_of of;
	const char *id;
	const char *title;
	const char *counts; /* the metric that the counts belong to */
	const char *caption;
	struct shown_column counted[COLUMNS_MAX];
	struct shown_column timed[COLUMNS_MAX];
};

static const struct kind http = {VIEW_HTTP, "http", "HTTP requests", "latency_ns",
	"From the first byte of a request to the first and to the last of its response; connect is the "
	"handshake, total all of it from the SYN on. A failed connection has no request.",
	{{"requests", "Requests", DOC_NUMBER, false}, {"complete", "Complete", DOC_NUMBER, false},
		{"failed_connections", "Failed", DOC_NUMBER, true},
		{"failed_connections_pct", "Failed connections", DOC_PERCENT, false}},
	{{"connect_ns", "Connect", DOC_TIME, false}, {"ttfb_ns", "First byte", DOC_TIME, false},
		{"latency_ns", "Latency", DOC_TIME, false}, {"total_ns", "Total", DOC_TIME, true}}};

static const struct kind tcp = {VIEW_TCP, "tcp", "TCP connections", "tcp_ack_ns",
	"Round trips of the handshake, from data to their acknowledgment (Karn's rule), and by time stamps.",
	{{"connections", "Connections", DOC_NUMBER, false},
		{"packets", "Packets", DOC_NUMBER, false},
		{"retransmitted", "Sent again", DOC_NUMBER, true},
		{"reordered", "Reordered", DOC_NUMBER, true},
		{"resets", "Resets", DOC_NUMBER, true}},
	{{"tcp_handshake_ns", "Handshake", DOC_TIME, false}, {"tcp_ack_ns", "ACK", DOC_TIME, false},
		{"tcp_timestamp_ns", "Time stamps", DOC_TIME, true}}};

static size_t
length(const struct shown_column *c)
{
	size_t n = 0;

	while (n < COLUMNS_MAX && c[n].name)
		n++;
	return n;
}

static void
add_columns(struct doc *d, struct doc_table *t, const struct view *v, const struct kind *k)
{
	view_label_columns(d, t, v);
	for (size_t i = 0; i < t->n_columns; i++) /* the point says enough */
		t->columns[i].csv_only |= !strcmp(t->columns[i].id, MODEL_CAPTURES);
	doc_add_column(t, "point", "Point", DOC_LABEL);
	for (size_t i = 0; i < length(k->counted); i++) {
		const struct shown_column *c = &k->counted[i];
		struct doc_column *column = doc_add_column(t, c->name, c->title, c->quantity);

		column->metric = c->name;
		column->statistic = c->quantity == DOC_NUMBER ? "count" : "share";
		column->exact = c->quantity == DOC_NUMBER;
		column->drop_if_zero = c->drop_if_zero;
	}
	for (size_t i = 0; i < length(k->timed); i++) {
		const struct shown_column *c = &k->timed[i];
		struct doc_column *column = doc_add_column(t, c->name, c->title, c->quantity);

		column->metric = c->name;
		column->statistic = v->m->statistic;
		column->unit_set = 1;
		column->drop_if_zero = c->drop_if_zero;
	}
}

/* Whether there is anything to show at the point: at some nobody saw a connection. */
static bool
is_empty(const struct kind *k, const struct model_row *r)
{
	return !(model_real(r, k->counted[0].name) > 0);
}

static void
add_row(struct doc *d, struct doc_table *t, const struct view *v, const struct kind *k, size_t cell,
	const struct model_row *counts, struct view_said *said)
{
	struct doc_cell *c = view_label_row(doc_add_row(t), v, cell);

	(c++)->text = counts->inner;
	for (size_t i = 0; i < length(k->counted); i++, c++) {
		c->value = model_real(counts, k->counted[i].name);
		if (isnan(c->value))
			doc_absent(d, t, c, "connections are not told apart there");
	}
	for (size_t i = 0; i < length(k->timed); i++, c++)
		view_value(d, t, c, v->m, k->timed[i].name, v->m->statistic, cell, counts->inner,
			"", said);
}

static void
probe_table(struct doc *d, const struct model *m, const struct kind *k)
{
	struct doc_table *t = NULL;
	struct view_said said;
	struct strbuf b;
	struct view v;

	view_init(&v, m, VIEW_ALL, k->of);
	view_said_init(&said);
	for (size_t i = 0; i < v.n; i++) {
		size_t n;
		const struct model_row *r =
			model_places(m, KIND_COUNTS, k->counts, "", v.cells[i], &n);

		for (size_t p = 0; p < n; p++) {
			if (is_empty(k, &r[p]))
				continue;
			if (!t) {
				t = doc_add_table(d, k->id, k->title);
				t->section = sections_of_metric(k->counts);
				add_columns(d, t, &v, k);
			}
			add_row(d, t, &v, k, v.cells[i], &r[p], &said);
		}
	}
	if (t) {
		strbuf_init(&b);
		strbuf_adds(&b, k->caption);
		view_constants(&b, &v);
		view_tell_intervals(&b, &said);
		view_mark_single_runs(d, t, &said);
		t->caption = doc_take(d, &b);
		strbuf_release(&b);
		doc_table_finish(t);
	}
	view_release(&v);
}

void
tables_http(struct doc *d, const struct model *m)
{
	probe_table(d, m, &http);
}

void
tables_tcp(struct doc *d, const struct model *m)
{
	probe_table(d, m, &tcp);
}

/* ---- system counters ---- */

static const struct usage_column {
	const char *metric;
	const char *column; /* of the analysis: mean or peak */
	const char *title;
	enum doc_quantity quantity;
	bool drop_if_zero;
} usage_columns[] = {
	{"cpu_busy_pct", "mean", "CPU", DOC_PERCENT, false},
	{"cpu_busy_pct", "peak", "CPU, peak", DOC_PERCENT, false},
	{"cpu_softirq_pct", "mean", "Softirq", DOC_PERCENT, true},
	{"mem_used_pct", "mean", "Memory", DOC_PERCENT, false},
};
#define N_USAGE (sizeof usage_columns / sizeof *usage_columns)

/* A mean or peak with its interval. */
static void
usage_value(struct doc *d, struct doc_table *t, struct doc_cell *c, const struct model_row *r,
	const char *column)
{
	const char *reason = model_text(r, "reason");
	bool peak = !strcmp(column, "peak");

	c->value = model_real(r, column);
	c->lower = model_real(r, peak ? "peak_lower" : "mean_lower");
	c->upper = model_real(r, peak ? "peak_upper" : "mean_upper");
	/* runs that differ by the rounding of sums alone do not differ */
	if (c->upper - c->lower < ROUNDING * fabs(c->value))
		c->lower = c->upper = c->value;
	if (isnan(c->value))
		doc_absent(d, t, c, reason ? reason : "not recorded");
}

static void
usage_table_columns(struct doc *d, struct doc_table *t, const struct view *v)
{
	view_label_columns(d, t, v);
	doc_add_column(t, "host", "Machine", DOC_LABEL);
	doc_add_column(t, "runs", "Runs", DOC_NUMBER);
	t->columns[t->n_columns - 1].metric = "runs";
	t->columns[t->n_columns - 1].statistic = "count";
	t->columns[t->n_columns - 1].exact = true;
	for (size_t i = 0; i < N_USAGE; i++) {
		const struct usage_column *u = &usage_columns[i];
		struct doc_column *c = doc_add_column(
			t, doc_text(d, "%s_%s", u->metric, u->column), u->title, u->quantity);

		c->metric = u->metric;
		c->statistic = u->column;
		c->drop_if_zero = u->drop_if_zero;
	}
}

static void
usage_row(struct doc *d, struct doc_table *t, const struct view *v, size_t cell, const char *host)
{
	struct doc_cell *c = view_label_row(doc_add_row(t), v, cell);
	const struct model_row *busy =
		model_find(v->m, KIND_COUNTERS, "cpu_busy_pct", "", cell, host, "");

	(c++)->text = *host ? host : "without name";
	(c++)->value = model_real(busy, "runs");
	for (size_t i = 0; i < N_USAGE; i++, c++)
		usage_value(d, t, c,
			model_find(
				v->m, KIND_COUNTERS, usage_columns[i].metric, "", cell, host, ""),
			usage_columns[i].column);
}

static const char usage_caption[] =
	"Percent of the whole machine, while the runs were recorded: their mean and their peak over a sliding "
	"window, averaged over runs with 95 % intervals over the runs where there are several.";

void
tables_counters(struct doc *d, const struct model *m)
{
	struct doc_table *t = NULL;
	struct strbuf b;
	struct view v;

	view_init(&v, m, VIEW_ALL, VIEW_COUNTERS);
	for (size_t i = 0; i < v.n; i++) {
		size_t n;
		const struct model_row *r =
			model_places(m, KIND_COUNTERS, "cpu_busy_pct", "", v.cells[i], &n);

		for (size_t h = 0; h < n; h++) {
			if (!t) {
				t = doc_add_table(d, "counters", "What the machines did meanwhile");
				t->section = DOC_COUNTERS;
				usage_table_columns(d, t, &v);
			}
			usage_row(d, t, &v, v.cells[i], r[h].inner);
		}
	}
	if (t) {
		strbuf_init(&b);
		strbuf_adds(&b, usage_caption);
		view_constants(&b, &v);
		t->caption = doc_take(d, &b);
		strbuf_release(&b);
		doc_table_finish(t);
	}
	view_release(&v);
}
