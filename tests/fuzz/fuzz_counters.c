/*
 * fuzz_counters - any bytes as a table of system counters, and what is derived of it.
 *
 * Checks what countertable.h and usage.h promise: every row is used or counted, times and steps are
 * there for each, no number is a text; every interval of a metric goes forward in time, overlaps
 * none before it unless the clock stepped, and has a denominator above 0.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/usage.h"
#include "core/tstamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool truth)
{
	if (!truth)
		abort();
}

static void
judge_metric(void *ctx, const struct usage *u)
{
	const struct countertable *ct = ctx;
	const struct usage_spans whole = {NULL, 0};
	double mean = usage_mean(u, &whole);
	char *peak_name = usage_peak_name(u->name);

	must(u->name && *u->name && u->n <= ct->n);
	must(usage_is_metric(peak_name));
	for (size_t i = 0; i < u->n; i++) {
		const struct usage_step *s = &u->steps[i];

		must(s->to_ns > s->from_ns);
		must(s->den > 0);
		must(i == 0 || s->from_ns >= u->steps[i - 1].to_ns || ct->counts.clock_steps > 0);
		must(usage_covers(&whole, s));
	}
	must(u->n > 0 || isnan(mean));
	(void)usage_peak(u, NS_PER_S, &whole);
	free(peak_name);
}

static void
judge_table(const struct countertable *ct)
{
	must(ct->n == ct->counts.rows && ct->table.n_rows == ct->n);
	must(ct->cores <= COUNTERTABLE_CORES_MAX && ct->interval_ns >= 0);
	for (size_t c = 1; c < ct->table.n_columns; c++)
		must(ct->table.columns[c].type != COLUMN_TEXT);
	for (size_t row = 1; row < ct->n; row++) {
		must(ct->steps[row] - ct->steps[row - 1] <= 1);
		must(!countertable_on_time(ct, row - 1, row) || ct->t_ns[row] > ct->t_ns[row - 1]);
	}
	must(ct->n == 0 || ct->steps[ct->n - 1] == ct->counts.clock_steps);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct usage_params params = {.per_core = true, .cores = 0};
	struct countertable ct;
	struct verr err;
	enum vstatus st = countertable_parse(&ct, (const char *)data, size, "fuzz", 0, &err);

	must(st == V_OK || st == V_EFORMAT || st == V_ELIMIT);
	if (ct.table.n_columns) {
		judge_table(&ct);
		(void)usage_derive(&ct, &params, judge_metric, &ct);
	}
	countertable_release(&ct);
	return 0;
}
