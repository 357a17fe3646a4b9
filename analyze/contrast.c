/*
 * contrast - cells against the baseline; see contrast.h.
 */
#include "analyze/contrast.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/counterparts.h"
#include "analyze/rows.h"
#include "analyze/stats/compare.h"
#include "analyze/stats/describe.h"
#include "analyze/stats/holm.h"
#include "core/str.h"

#define LEVELS_SHOWN 20 /* in a message */

/* ---- which level of which factor ---- */

static bool
listed(const char *const *names, size_t n, struct slice name)
{
	for (size_t i = 0; i < n; i++)
		if (slice_eq(name, names[i]))
			return true;
	return false;
}

static const char *
default_factor(const char *const *by, size_t n_by, enum contrast_by chosen)
{
	if (chosen == CONTRAST_BY_DEFAULT && listed(by, n_by, SLICE_LIT("platform")))
		return "platform";
	return by[0];
}

static bool
is_label(const struct measures *m, struct slice name)
{
	for (size_t i = 0; i < m->n_series; i++)
		for (size_t k = 0; k < m->series[i].labels.n; k++)
			if (slice_eq(name, m->series[i].labels.items[k].name))
				return true;
	return false;
}

/* "FACTOR=LEVEL" where FACTOR is one, else the whole text is a level. */
static enum vstatus
split_asked(struct contrast_params *c, const char *asked, const char *const *by, size_t n_by,
	const struct measures *m, struct verr *err)
{
	const char *eq = strchr(asked, '=');
	struct slice name = {asked, eq ? (size_t)(eq - asked) : 0};

	c->baseline = asked;
	if (!eq || !is_label(m, name))
		return V_OK;
	for (size_t i = 0; i < n_by; i++) {
		if (slice_eq(name, by[i])) {
			c->factor = by[i];
			c->baseline = eq + 1;
			return V_OK;
		}
	}
	return verr_set(err, V_EUSAGE,
		"--baseline %s: %.*s does not tell cells apart here; name it in --by", asked,
		(int)name.n, name.p);
}

static const char *
level_of(const struct series *s, const char *factor)
{
	const struct label *l = labels_get(&s->labels, factor);

	return l ? l->level : NULL;
}

/* Distinct levels of a factor, for a message: the first ones are enough to see what is meant. */
static void
list_levels(struct strbuf *b, const struct measures *m, const char *factor)
{
	const char *shown[LEVELS_SHOWN];
	size_t n = 0;

	for (size_t i = 0; i < m->n_series; i++) {
		const char *level = level_of(&m->series[i], factor);

		if (!level || listed(shown, n, slice_of(level)))
			continue;
		if (n == LEVELS_SHOWN) {
			strbuf_adds(b, ", ...");
			return;
		}
		strbuf_addf(b, "%s%s", n ? ", " : "", level);
		shown[n++] = level;
	}
}

static enum vstatus
check_level(const struct contrast_params *c, const struct measures *m, struct verr *err)
{
	struct strbuf levels;

	for (size_t i = 0; i < m->n_series; i++) {
		const char *level = level_of(&m->series[i], c->factor);

		if (level && !strcmp(level, c->baseline))
			return V_OK;
	}
	strbuf_init(&levels);
	list_levels(&levels, m, c->factor);
	verr_set(err, V_EUSAGE,
		"nothing to compare with: no samples of %s %s; "
		"--baseline LEVEL names another (there are: %s)",
		c->factor, c->baseline, levels.n ? levels.p : "none");
	strbuf_release(&levels);
	return V_EUSAGE;
}

enum vstatus
contrast_resolve(struct contrast_params *c, const char *asked, const char *const *by, size_t n_by,
	enum contrast_by chosen, const struct measures *m, struct verr *err)
{
	struct contrast_params found = {
		.baseline = CONTRAST_BASELINE, .level = c->level, .over = c->over};
	enum vstatus st = V_OK;

	if (n_by == 0)
		return verr_set(err, V_EUSAGE, "nothing to compare: no factor has two levels");
	if (asked)
		st = split_asked(&found, asked, by, n_by, m, err);
	if (!found.factor)
		found.factor = default_factor(by, n_by, chosen);
	if (st == V_OK)
		st = check_level(&found, m, err);
	if (st == V_OK)
		*c = found;
	return st;
}

/* ---- who meets whom ---- */

/* One side of a comparison. */
struct side {
	const struct series **runs; /* those with samples */
	size_t n_runs;
};

bool
contrast_is_file_name(const char *name)
{
	return !strcmp(name, "dataset") || !strcmp(name, "run");
}

static void
side_add(struct side *side, const struct series *s)
{
	if (s->n)
		side->runs[side->n_runs++] = s;
}

static bool
of_baseline(const struct cells *cells, const struct cell *cell, const struct contrast_params *c)
{
	for (size_t i = 0; i < cells->n_by; i++)
		if (!strcmp(cells->by[i], c->factor))
			return cell->levels[i] && !strcmp(cell->levels[i], c->baseline);
	return false;
}

/* ---- samples ---- */

static struct compare_sample
sample_of(double *x, size_t n, double n_eff)
{
	sort_f64(x, n);
	return (struct compare_sample){x, n, n < 2 ? (double)n : fmin(fmax(n_eff, 2), (double)n)};
}

/* The runs' own means or medians; x is on the heap. */
static struct compare_sample
over_runs(double **x, const struct side *side, double (*value)(const struct series *s))
{
	*x = xcalloc(side->n_runs + 1, sizeof **x);
	for (size_t i = 0; i < side->n_runs; i++)
		(*x)[i] = value(side->runs[i]);
	return sample_of(*x, side->n_runs, (double)side->n_runs);
}

static double
mean_of(const struct series *s)
{
	return s->mean;
}

static double
median_of(const struct series *s)
{
	return s->median;
}

/* All probes; each run counts with its effective size. */
static struct compare_sample
over_probes(double **x, const struct side *side)
{
	size_t n = 0, filled = 0;
	double n_eff = 0;

	for (size_t i = 0; i < side->n_runs; i++)
		n += side->runs[i]->n;
	*x = xmalloc((n + 1) * sizeof **x);
	for (size_t i = 0; i < side->n_runs; i++) {
		const struct series *s = side->runs[i];

		memcpy(*x + filled, s->x, s->n * sizeof **x);
		filled += s->n;
		n_eff += s->n_effective;
	}
	return sample_of(*x, n, n_eff);
}

/* ---- one comparison ---- */

struct outcome {
	const char *over; /* "runs" or "probes"; NULL: there was nothing to compare */
	size_t n;
	size_t n_baseline;
	double n_effective; /* NaN over runs, as below */
	double n_baseline_effective;
	struct ratio ratio;
	double shift;
	struct rank_comparison ranks;
	struct welch welch;
	const char *verdict;
	char reason[400];
};

static const struct outcome no_outcome = {
	.n_effective = (double)NAN,
	.n_baseline_effective = (double)NAN,
	.ratio = {(double)NAN, (double)NAN, (double)NAN, (double)NAN, RATIO_NONE},
	.shift = (double)NAN,
	.ranks = {(double)NAN, (double)NAN, {(double)NAN, (double)NAN}, false},
	.welch = {(double)NAN, (double)NAN, {(double)NAN, (double)NAN}},
};

/* Adds why something is undefined, once each. */
static void
add_reason(struct outcome *o, enum vstatus st, const struct verr *err)
{
	size_t used = strlen(o->reason);

	if (st != V_OK && !strstr(o->reason, err->msg))
		snprintf(o->reason + used, sizeof o->reason - used, "%s%.150s", used ? "; " : "",
			err->msg);
}

/* A ratio above 1 is more of it, unless the baseline's mean is negative. */
static const char *
verdict_of(const struct ratio *r, const struct compare_sample *baseline)
{
	double mean, sd;

	if (r->set != RATIO_INTERVAL || (r->lower <= 1 && r->upper >= 1))
		return NULL;
	moments(&mean, &sd, baseline->x, baseline->n, NULL);
	return (r->lower > 1) == (mean > 0) ? "higher" : "lower";
}

static void
compare_means(struct outcome *o, const struct compare_sample *x, const struct compare_sample *y,
	double level)
{
	struct verr err;

	o->n = x->n;
	o->n_baseline = y->n;
	add_reason(o, compare_ratio(&o->ratio, x, y, level, &err), &err);
	add_reason(o, compare_welch(&o->welch, x, y, &err), &err);
	o->verdict = verdict_of(&o->ratio, y);
}

static void
compare_order(struct outcome *o, const struct compare_sample *x, const struct compare_sample *y)
{
	struct verr err;

	add_reason(o, compare_shift(&o->shift, x, y, &err), &err);
	add_reason(o, compare_ranks(&o->ranks, x, y, &err), &err);
}

static void
compare_runs(struct outcome *o, const struct side *side, const struct side *baseline, double level)
{
	double *values[4];
	struct compare_sample x = over_runs(&values[0], side, mean_of);
	struct compare_sample y = over_runs(&values[1], baseline, mean_of);
	struct compare_sample median_x = over_runs(&values[2], side, median_of);
	struct compare_sample median_y = over_runs(&values[3], baseline, median_of);

	o->over = "runs";
	compare_means(o, &x, &y, level);
	compare_order(o, &median_x, &median_y);
	for (int i = 0; i < 4; i++)
		free(values[i]);
}

static void
compare_probes(
	struct outcome *o, const struct side *side, const struct side *baseline, double level)
{
	double *values[2];
	struct compare_sample x = over_probes(&values[0], side);
	struct compare_sample y = over_probes(&values[1], baseline);

	o->over = "probes";
	o->n_effective = x.n_eff;
	o->n_baseline_effective = y.n_eff;
	compare_means(o, &x, &y, level);
	compare_order(o, &x, &y);
	free(values[0]);
	free(values[1]);
}

static struct outcome
compare_sides(const struct side *side, const struct side *baseline, const struct contrast_params *c)
{
	struct outcome o = no_outcome;

	if (!baseline->n_runs)
		snprintf(o.reason, sizeof o.reason, "no counterpart in the baseline");
	else if (!side->n_runs)
		snprintf(o.reason, sizeof o.reason, "no samples");
	else if (side->n_runs > 1 && baseline->n_runs > 1)
		compare_runs(&o, side, baseline, c->level);
	else if (c->over == CONTRAST_RUNS_ONLY)
		snprintf(o.reason, sizeof o.reason, "a side has a single run");
	else
		compare_probes(&o, side, baseline, c->level);
	return o;
}

/* ---- rows ---- */

static void
add_row(struct analysis *a, const struct cell *cell, const struct contrast_params *c,
	const struct outcome *o)
{
	struct table *t = &a->rows;
	size_t row = table_add_row(t);

	rows_set_by(t, row, cell, a->n_by);
	rows_set_text(t, row, "metric", a->metric);
	rows_set_text(t, row, "baseline", c->baseline);
	rows_set_int(t, row, "n", o->n);
	rows_set_int(t, row, "n_baseline", o->n_baseline);
	rows_set_real(t, row, "ratio", o->ratio.estimate);
	rows_set_real(t, row, "ratio_lower", o->ratio.lower);
	rows_set_real(t, row, "ratio_upper", o->ratio.upper);
	rows_set_real(t, row, "hl_shift", o->shift);
	rows_set_real(t, row, "cliffs_delta", o->ranks.cliffs_delta);
	rows_set_real(t, row, "p_mw", o->ranks.p.p);
	rows_set_real(t, row, "p_welch", o->welch.p.p);
	rows_set_real(t, row, "p_holm", NAN); /* when all rows are there */
	rows_set_text(t, row, "verdict", o->verdict);
	rows_set_text(t, row, "over", o->over);
	rows_set_real(t, row, "n_effective", o->n_effective);
	rows_set_real(t, row, "n_baseline_effective", o->n_baseline_effective);
	rows_set_real(t, row, "log10_p_mw", o->ranks.p.log10_p);
	rows_set_real(t, row, "log10_p_welch", o->welch.p.log10_p);
	rows_set_text(t, row, "reason", o->reason);
}

/* How many tests there are. */
static size_t
add_holm(struct table *t)
{
	size_t p_welch = table_find(t, "p_welch"), p_holm = table_find(t, "p_holm"), n = 0;
	double *p = xcalloc(t->n_rows + 1, sizeof *p);

	for (size_t row = 0; row < t->n_rows; row++) {
		p[row] = table_real(t, p_welch, row);
		n += isnan(p[row]) ? 0 : 1;
	}
	holm_adjust(p, p, t->n_rows);
	for (size_t row = 0; row < t->n_rows; row++)
		if (!isnan(p[row]))
			table_set_real(t, p_holm, row, p[row]);
	free(p);
	return n;
}

/* What there is to say about all rows together. */
struct tally_of_rows {
	size_t n_runs;   /* comparisons over runs */
	size_t n_probes; /* over probes */
	size_t n_lonely; /* cells without a counterpart */
};

static void
count_row(struct tally_of_rows *n, const struct outcome *o, const struct side *baseline)
{
	n->n_runs += o->over && !strcmp(o->over, "runs");
	n->n_probes += o->over && !strcmp(o->over, "probes");
	n->n_lonely += baseline->n_runs == 0;
}

static void
add_notes(struct analysis *a, const struct tally_of_rows *n, size_t n_tests)
{
	if (n->n_runs)
		analysis_note(a,
			"Runs are the samples: ratio and Welch's test compare the means of runs, "
			"shift, delta and Mann-Whitney's test their medians.");
	if (n->n_probes)
		analysis_note(a,
			"%zu of %zu comparisons have a side of a single run and are over probes: "
			"ratio and Welch's test with effective sample sizes for their correlation, "
			"p_mw as if probes were independent.  They say nothing about how runs "
			"differ.",
			n->n_probes, n->n_probes + n->n_runs);
	if (n->n_lonely)
		analysis_note(a, "%zu cells have no counterpart in the baseline.", n->n_lonely);
	if (n_tests)
		analysis_note(a, "p_holm: p_welch adjusted for the %zu tests of this table (Holm).",
			n_tests);
}

static void
add_parameters(struct analysis *a, const struct contrast_params *c)
{
	json_add_str(a->parameters, "factor", c->factor);
	json_add_str(a->parameters, "baseline", c->baseline);
	json_add_str(a->parameters, "adjusted", "p_welch");
}

void
contrast_add(
	struct analysis *a, struct series *const *series, size_t n, const struct contrast_params *c)
{
	const struct labels **labels = xcalloc(n + 1, sizeof *labels);
	struct side side = {xcalloc(n + 1, sizeof *side.runs), 0};
	struct side baseline = {xcalloc(n + 1, sizeof *baseline.runs), 0};
	struct counterparts *counterparts = counterparts_new(
		series, n, (const char *const *)a->by, a->n_by, c->factor, c->baseline);
	struct tally_of_rows tally = {0, 0, 0};
	struct cells cells;

	for (size_t i = 0; i < n; i++)
		labels[i] = &series[i]->labels;
	cells_group(&cells, labels, n, (const char *const *)a->by, a->n_by);
	for (size_t i = 0; i < cells.n; i++) {
		const struct cell *cell = &cells.items[i];
		struct outcome o;

		if (of_baseline(&cells, cell, c))
			continue;
		side.n_runs = 0;
		for (size_t k = 0; k < cell->n_members; k++)
			side_add(&side, series[cell->members[k]]);
		baseline.n_runs = counterparts_of(counterparts, cell, baseline.runs);
		o = compare_sides(&side, &baseline, c);
		add_row(a, cell, c, &o);
		count_row(&tally, &o, &baseline);
	}
	add_parameters(a, c);
	if (a->rows.n_rows)
		add_notes(a, &tally, add_holm(&a->rows));
	cells_release(&cells);
	counterparts_free(counterparts);
	free(side.runs);
	free(baseline.runs);
	free(labels);
}
