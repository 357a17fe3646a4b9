/*
 * measured - what was measured in which cell; see measured.h.
 *
 * By the metrics of the rows, and by what they counted.
 */
#include "report/measured.h"

#include <stdlib.h>
#include <string.h>

static bool
is_of(const struct model_row *r, enum view_of of)
{
	static const char *const metrics[][3] = {
		[VIEW_ECHO] = {"rtt_ns", "overhead_ns", "overhead_share_pct"},
		[VIEW_HTTP] = {"latency_ns", "ttfb_ns", "connect_ns"},
		[VIEW_TCP] = {"tcp_ack_ns", "tcp_handshake_ns", "tcp_timestamp_ns"},
		[VIEW_THROUGHPUT] = {"throughput_bps", "total_throughput_bps"},
		[VIEW_PROXY] = {"proxy_overhead_ns", "miss_latency_ns", "hit_latency_ns"},
		[VIEW_TRANSIT] = {"delay_ns", "delay_out_ns", "delay_in_ns"},
	};

	if (of == VIEW_COUNTERS || r->kind == KIND_COUNTERS)
		return of == VIEW_COUNTERS && r->kind == KIND_COUNTERS;
	for (size_t i = 0; i < 3 && metrics[of][i]; i++)
		if (!strcmp(r->metric, metrics[of][i]))
			return true;
	return false;
}

/* is_empty - does the row say that nothing was there to measure? */
static bool
is_empty(const struct model_row *r)
{
	static const char *const counted[] = {"probes", "pairs", "unpaired_inner", "unpaired_outer",
		"undecidable", "unmatched_replies", "requests", "connections", "failed_connections",
		"results", "flows", "packets_inner", "packets_outer"};

	if (r->kind == KIND_CDF || r->kind == KIND_COUNTERS)
		return false;
	if (r->kind == KIND_RUNS) /* other rows of the cell tell whether anything came of it */
		return true;
	if (r->kind != KIND_COUNTS)
		return model_real(r, "n") == 0;
	for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
		if (model_real(r, counted[i]) > 0)
			return false;
	return true;
}

/*
 * The cells with such rows; of results that are about none of these things every cell.  A cell of
 * which all such rows are empty counts as well, so that a reader sees that nothing came of it,
 * unless something else was measured there: a capture without any packet may have been made of
 * anything.
 */
static void
find_cells(struct view *v, enum view_of of)
{
	bool known = false, *there = xcalloc(v->m->n_cells + 1, sizeof *there);
	bool *other = xcalloc(v->m->n_cells + 1, sizeof *other);

	v->measured = xcalloc(v->m->n_cells + 1, sizeof *v->measured);
	for (size_t i = 0; i < v->m->n_rows; i++) {
		const struct model_row *r = &v->m->rows[i];
		bool empty = is_empty(r);

		there[r->cell] |= is_of(r, of);
		v->measured[r->cell] |= is_of(r, of) && !empty;
		for (enum view_of k = VIEW_ECHO; k < VIEW_KINDS; k++) {
			known |= is_of(r, k);
			other[r->cell] |= k != of && k != VIEW_COUNTERS && is_of(r, k) && !empty;
		}
	}
	for (size_t c = 0; c < v->m->n_cells; c++)
		v->measured[c] |= !known || (there[c] && !other[c]);
	free(other);
	free(there);
}

bool
view_side_effect(const struct view *v, const struct model_row *r)
{
	for (size_t i = 0; i < v->n_http; i++)
		if (!strcmp(v->http[i], r->dataset))
			return true;
	return false;
}

static void
find_http(struct view *v)
{
	for (size_t i = 0; i < v->m->n_rows; i++) {
		const struct model_row *r = &v->m->rows[i];

		if (r->kind != KIND_COUNTS || !is_of(r, VIEW_HTTP) || is_empty(r) || !*r->dataset ||
			view_side_effect(v, r))
			continue;
		GROW(v->http, v->n_http, v->cap_http);
		v->http[v->n_http++] = r->dataset;
	}
}

void
measured_find(struct view *v, enum view_of of)
{
	find_cells(v, of);
	if (of == VIEW_THROUGHPUT || of == VIEW_TCP)
		find_http(v);
}
