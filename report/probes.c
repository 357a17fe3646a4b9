/*
 * probes - tables of what was measured besides echo: HTTP requests, TCP connections, throughput,
 * requests through a proxy, and packets in transit; see tables.h.
 *
 * All are one form with two lists of columns: counts, then metrics with their intervals; one row
 * for each cell and point, or pair of points.  A point at which nothing of the kind was seen has
 * no row.  Experiments of different kinds have tables of their own, see blocks.h.  Where
 * tables_cross() has set platforms beside each other and these tables are longer than a page, they
 * stand as a detail beside the document.
 */
#include <math.h>
#include <string.h>

#include "report/blocks.h"
#include "report/sections.h"
#include "report/tables.h"
#include "report/view.h"

#define COLUMNS_MAX 10

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
	const char *counts; /* the metric that the counts belong to; its rows have the places */
	const char *caption;
	const char *absent; /* why a count is */
	struct shown_column counted[COLUMNS_MAX]; /* the first two say whether there is anything */
	struct shown_column measured[COLUMNS_MAX];
};

static const struct kind kinds[] = {
	{VIEW_TRANSIT, "transit", "Packets in transit", "delay_ns",
		"Packets from one point to the other: lost ones were seen at the first alone; the "
		"shares are of the packets of that direction.",
		"no packets went that way",
		{{"packets_inner", "Inside", DOC_NUMBER, false},
			{"packets_outer", "Outside", DOC_NUMBER, false},
			{"loss_out_pct", "Lost outward", DOC_PERCENT, false},
			{"loss_in_pct", "Lost inward", DOC_PERCENT, false},
			{"duplicates", "Duplicates", DOC_NUMBER, false},
			{"reordered", "Reordered", DOC_NUMBER, false},
			{"ambiguous", "Ambiguous", DOC_NUMBER, true},
			{"unfinished", "Unfinished", DOC_NUMBER, true}},
		{{"delay_out_ns", "Delay outward", DOC_TIME, true},
			{"delay_in_ns", "Delay inward", DOC_TIME, true},
			{"delay_ns", "Delay", DOC_TIME, false}}},
	{VIEW_TCP, "tcp", "TCP connections", "tcp_ack_ns",
		"Round trips of the handshake, from data to their acknowledgment (Karn's rule), "
		"and by time stamps.",
		"not in the results",
		{{"connections", "Connections", DOC_NUMBER, false},
			{"packets", "Packets", DOC_NUMBER, false},
			{"retransmitted", "Sent again", DOC_NUMBER, true},
			{"reordered", "Reordered", DOC_NUMBER, true},
			{"resets", "Resets", DOC_NUMBER, true}},
		{{"tcp_handshake_ns", "Handshake", DOC_TIME, false},
			{"tcp_ack_ns", "ACK", DOC_TIME, false},
			{"tcp_timestamp_ns", "Time stamps", DOC_TIME, true}}},
	{VIEW_THROUGHPUT, "throughput", "Throughput of results and flows", "throughput_bps",
		"Payload per second: of a tool's result as the tool states it, send and receive "
		"side apart; of a flow in a capture, one direction each, and of all flows "
		"together.",
		"not in the results",
		{{"results", "Results", DOC_NUMBER, true}, {"flows", "Flows", DOC_NUMBER, true},
			{"messages_ok", "Messages okay", DOC_NUMBER, true},
			{"messages_err", "In error", DOC_NUMBER, true},
			{"cut_results", "Cut results", DOC_NUMBER, true}},
		{{"throughput_bps", "Throughput", DOC_RATE, false},
			{"total_throughput_bps", "All flows", DOC_RATE, true}}},
	{VIEW_HTTP, "http", "HTTP requests", "latency_ns",
		"From the first byte of a request to the first and to the last of its response; "
		"connect is the handshake, total all of it from the SYN on. A failed connection "
		"has no request.",
		"connections are not told apart there",
		{{"requests", "Requests", DOC_NUMBER, false},
			{"complete", "Complete", DOC_NUMBER, false},
			{"failed_connections", "Failed", DOC_NUMBER, true},
			{"failed_connections_pct", "Failed connections", DOC_PERCENT, false}},
		{{"connect_ns", "Connect", DOC_TIME, false},
			{"ttfb_ns", "First byte", DOC_TIME, false},
			{"latency_ns", "Latency", DOC_TIME, false},
			{"total_ns", "Total", DOC_TIME, true}}},
	{VIEW_PROXY, "proxy", "Requests through a proxy", "proxy_overhead_ns",
		"The overhead of a miss is its latency before the proxy minus that of the proxy's "
		"own request behind it; a hit was answered by the proxy itself.",
		"no requests there",
		{{"requests", "Requests", DOC_NUMBER, false},
			{"misses", "Misses", DOC_NUMBER, false},
			{"hits", "Hits", DOC_NUMBER, false},
			{"undecidable", "Undecidable", DOC_NUMBER, true},
			{"unanswered", "Unanswered", DOC_NUMBER, true},
			{"negative", "Negative", DOC_NUMBER, true},
			{"tunnels", "Tunnels", DOC_NUMBER, true}},
		{{"hit_latency_ns", "Latency of hits", DOC_TIME, true},
			{"miss_latency_ns", "Latency of misses", DOC_TIME, false},
			{"proxy_overhead_ns", "Overhead", DOC_TIME, false}}},
};
#define N_KINDS (sizeof kinds / sizeof *kinds)

static size_t
length(const struct shown_column *c)
{
	size_t n = 0;

	while (n < COLUMNS_MAX && c[n].name)
		n++;
	return n;
}

static bool
of_pairs(const struct kind *k)
{
	return k->of == VIEW_PROXY || k->of == VIEW_TRANSIT;
}

static void
add_columns(struct doc *d, struct doc_table *t, const struct view *v, const struct kind *k)
{
	view_label_columns(d, t, v);
	for (size_t i = 0; i < t->n_columns; i++) /* the point says enough */
		t->columns[i].csv_only |= !strcmp(t->columns[i].id, MODEL_CAPTURES);
	if (of_pairs(k))
		doc_add_column(t, "pair", "Pair", DOC_LABEL);
	else
		doc_add_column(t, "point", "Point", DOC_LABEL);
	for (size_t i = 0; i < length(k->counted); i++) {
		const struct shown_column *c = &k->counted[i];
		struct doc_column *column = doc_add_column(t, c->name, c->title, c->quantity);

		column->metric = c->name;
		column->statistic = c->quantity == DOC_NUMBER ? "count" : "share";
		column->exact = c->quantity == DOC_NUMBER;
		column->drop_if_zero = c->drop_if_zero;
	}
	for (size_t i = 0; i < length(k->measured); i++) {
		const struct shown_column *c = &k->measured[i];
		struct doc_column *column = doc_add_column(t, c->name, c->title, c->quantity);

		column->metric = c->name;
		column->statistic = v->m->statistic;
		column->unit_set = 1;
		column->drop_if_zero = c->drop_if_zero;
	}
}

static bool
is_empty(const struct kind *k, const struct model_row *r)
{
	return !(model_real(r, k->counted[0].name) > 0 || model_real(r, k->counted[1].name) > 0);
}

/* has_metric - is the metric stated of the place at all?  Not every kind of place has each. */
static bool
has_metric(const struct model *m, const char *metric, const struct model_row *at)
{
	static const enum model_kind sources[] = {KIND_CI, KIND_DESCRIBE, KIND_SUMMARY};

	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
		if (model_find(m, sources[i], metric, sources[i] == KIND_CI ? m->statistic : "",
			    at->cell, at->inner, at->outer))
			return true;
	return false;
}

static void
add_row(struct doc *d, struct doc_table *t, const struct view *v, const struct kind *k,
	const struct model_row *counts, struct view_said *said)
{
	struct doc_cell *c = view_label_row(doc_add_row(t), v, counts->cell);

	(c++)->text = view_pair_name(d, counts->inner, counts->outer);
	for (size_t i = 0; i < length(k->counted); i++, c++) {
		c->value = model_real(counts, k->counted[i].name);
		if (isnan(c->value))
			doc_absent(d, t, c, k->absent);
	}
	for (size_t i = 0; i < length(k->measured); i++, c++) {
		const char *metric = k->measured[i].name;

		if (k->measured[i].drop_if_zero && !has_metric(v->m, metric, counts))
			continue; /* doc_table_finish() drops the column where no row has it */
		view_value(d, t, c, v->m, metric, v->m->statistic, counts->cell, counts->inner,
			counts->outer, said);
	}
}

/* note_missing - a reason for what stands in a column that other rows need. */
static void
note_missing(struct doc *d, struct doc_table *t)
{
	for (size_t i = 0; i < t->n_rows * t->n_columns; i++) {
		const struct doc_column *c = &t->columns[i % t->n_columns];

		if (c->quantity != DOC_LABEL && !c->hidden && isnan(t->cells[i].value) &&
			!t->cells[i].reason)
			doc_absent(d, t, &t->cells[i], "not measured there");
	}
}

static void
finish(struct doc *d, struct doc_table *t, const struct view *v, const struct kind *k,
	const struct view_said *said)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_adds(&b, k->caption);
	view_constants(&b, v);
	view_tell_intervals(&b, said);
	view_mark_single_runs(d, t, said);
	t->caption = doc_take(d, &b);
	strbuf_release(&b);
	doc_table_finish(t);
	note_missing(d, t);
}

/* has_cross - has the section a table with platforms beside each other already? */
static bool
has_cross(const struct doc *d, enum doc_section section)
{
	for (size_t i = 0; i < d->n_tables; i++)
		if (d->tables[i].section == section && d->tables[i].cross)
			return true;
	return false;
}

static struct doc_table *
start_table(struct doc *d, const struct view *v, const struct kind *k, size_t block)
{
	struct doc_table *t = doc_add_table(d, k->id, blocks_title(d, v, block, k->title));

	t->section = sections_of_metric(k->counts);
	add_columns(d, t, v, k);
	return t;
}

/* block_table - of the cells in the view. */
static void
block_table(struct doc *d, const struct view *v, const struct kind *k, size_t block, bool detail)
{
	struct doc_table *t = NULL;
	struct view_said said;

	view_said_init(&said);
	for (size_t i = 0; i < v->n; i++) {
		size_t n;
		const struct model_row *r =
			model_places(v->m, KIND_COUNTS, k->counts, "", v->cells[i], &n);

		for (size_t p = 0; p < n; p++) {
			if (is_empty(k, &r[p]) ||
				(k->of == VIEW_THROUGHPUT && view_side_effect(v, &r[p])))
				continue;
			if (!t)
				t = start_table(d, v, k, block);
			add_row(d, t, v, k, &r[p], &said);
		}
	}
	if (t) {
		finish(d, t, v, k, &said);
		t->detail = detail;
	}
}

static void
probe_tables(struct doc *d, const struct model *m, const struct kind *k)
{
	bool detail = has_cross(d, sections_of_metric(k->counts)), more = true;
	size_t from = d->n_tables;

	for (size_t block = 0; more; block++) {
		struct view v;

		view_init(&v, m, VIEW_ALL, k->of);
		detail = detail && v.n > DOC_ROWS_PER_PART;
		more = blocks_keep(&v, block);
		if (more)
			block_table(d, &v, k, block, detail);
		view_release(&v);
	}
	if (d->n_tables == from + 1)
		blocks_alone(d, from, k->title);
}

void
tables_probes(struct doc *d, const struct model *m)
{
	for (size_t i = 0; i < N_KINDS; i++)
		probe_tables(d, m, &kinds[i]);
}
