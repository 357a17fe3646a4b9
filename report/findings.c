/*
 * findings - see findings.h.
 *
 * A row is compared only with a native row of the same pair of points, at the same level of
 * every factor that both record, and only if there is exactly one such row: overhead between
 * other points, or at another rate, is another quantity.
 */
#include "report/findings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/view.h"

#define BASELINE "native"

struct finding {
	const struct view *v;
	size_t cell;
	bool pair;
	const char *inner, *outer;
	struct doc_cell overhead, share, rtt;
	const struct model_row *compare; /* the results' own comparison; NULL none */
	struct view_said said;
};

static void
look(struct doc *d, struct finding *f, const struct view *v, size_t cell)
{
	struct doc_table scratch = {0}; /* takes the notes, which the cost table has already */
	const struct model *m = v->m;

	*f = (struct finding){.v = v, .cell = cell};
	view_said_init(&f->said);
	f->overhead = f->share = f->rtt =
		(struct doc_cell){.value = NAN, .lower = NAN, .upper = NAN, .spread = NAN};
	f->pair = view_pair(m, cell, &f->inner, &f->outer);
	if (f->pair) {
		view_value(d, &scratch, &f->overhead, m, "overhead_ns", m->statistic, cell,
			f->inner, f->outer, &f->said);
		view_value(d, &scratch, &f->share, m, "overhead_share_pct", m->statistic, cell,
			f->inner, f->outer, NULL);
		f->compare =
			model_find(m, KIND_COMPARE, "overhead_ns", "", cell, f->inner, f->outer);
		if (!isfinite(model_real(f->compare, "ratio_lower")) ||
			!isfinite(model_real(f->compare, "ratio_upper")) ||
			!model_text(f->compare, "baseline"))
			f->compare = NULL;
	} else {
		view_value(d, &scratch, &f->rtt, m, "rtt_ns", m->statistic, cell, f->inner, "",
			&f->said);
	}
	free(scratch.notes);
}

static bool
has_interval(const struct doc_cell *c)
{
	return isfinite(c->lower) && isfinite(c->upper);
}

static bool
is_native(const struct finding *f)
{
	return strcmp(f->v->m->cells[f->cell].platform, BASELINE) == 0;
}

/* comparable - same pair, and no factor in which both are known to differ. */
static bool
comparable(const struct finding *a, const struct finding *b)
{
	const struct model *m = a->v->m;

	if (strcmp(a->inner, b->inner) != 0 || strcmp(a->outer, b->outer) != 0)
		return false;
	for (size_t i = 0; i < m->n_factors; i++) {
		const char *la = m->cells[a->cell].levels[i], *lb = m->cells[b->cell].levels[i];

		/* the dataset tells apart who measured, the captures how: neither is a setting */
		if (strcmp(m->factors[i], MODEL_DATASET) == 0 ||
			strcmp(m->factors[i], MODEL_CAPTURES) == 0)
			continue;
		if (la && lb && strcmp(la, lb) != 0)
			return false;
	}
	return true;
}

/* find_baseline - the native row to read f against; NULL when there is none, or several. */
static const struct finding *
find_baseline(const struct finding *f, const struct finding *all, size_t n)
{
	const struct finding *found = NULL;

	if (is_native(f) || !f->pair || !has_interval(&f->overhead))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (!is_native(&all[i]) || !has_interval(&all[i].overhead) ||
			!comparable(f, &all[i]))
			continue;
		if (found)
			return NULL;
		found = &all[i];
	}
	return found;
}

static void
add_range(struct strbuf *out, const struct doc_cell *c, enum num_unit unit)
{
	struct num_shown s;

	num_show(&s, c->value, c->lower, c->upper, c->spread, unit);
	strbuf_addf(out, "%s to %s\xc2\xa0%s", s.lower, s.upper, num_unit_label(unit));
}

/*
 * add_value - "20.8 µs (95 % interval 19.7 to 21.8 µs), 22.6 % of the RTT".
 *   brief: what the clause before it said already is not said again
 */
enum how { FULLY, BRIEFLY };

static void
add_value(struct strbuf *out, const struct finding *f, const struct doc_cell *c, bool say_single,
	enum how how)
{
	enum num_unit unit = num_time_unit(&c->value, 1);
	char level[NUM_TEXT_SIZE];
	struct num_shown s;

	num_show(&s, c->value, c->lower, c->upper, c->spread, unit);
	strbuf_addf(out, "%s\xc2\xa0%s", s.value, num_unit_label(unit));
	if (!has_interval(c)) {
		strbuf_adds(out, ", without an interval");
		return;
	}
	strbuf_adds(out, " (");
	if (how == FULLY) {
		num_plain(level, 100 * f->said.level_min);
		strbuf_addf(out, "%s\xc2\xa0%% interval%s ", level,
			say_single && c->over_probes ? " over the probes of a single run" : "");
	}
	add_range(out, c, unit);
	strbuf_addc(out, ')');
	if (isfinite(f->share.value)) {
		num_show(&s, f->share.value, f->share.lower, f->share.upper, f->share.spread,
			NUM_PCT);
		strbuf_addf(out, ", %s\xc2\xa0%%%s", s.value, how == FULLY ? " of the RTT" : "");
	}
}

static const char *
statistic_of(const struct finding *f)
{
	return strcmp(f->v->m->statistic, "mean") == 0 ? "Mean" : "Median";
}

/* tell_value - "Mean overhead 20.8 µs (95 % interval 19.7 to 21.8 µs), 22.6 % of the RTT.". */
static void
tell_value(struct strbuf *out, const struct finding *f, const char *what, const struct doc_cell *c,
	bool say_single)
{
	if (!isfinite(c->value)) {
		strbuf_addf(out, "The %s is undefined or not in the results.", what);
		return;
	}
	strbuf_addf(out, "%s %s ", statistic_of(f), what);
	add_value(out, f, c, say_single, FULLY);
	strbuf_addc(out, '.');
}

/* verdict_of - of the results' own comparison if there is one, else of the two intervals. */
static enum doc_verdict
verdict_of(const struct finding *f, const struct finding *base)
{
	const char *said = model_text(f->compare, "verdict");

	if (f->compare && !said)
		return DOC_OVERLAPS;
	if (said)
		return strcmp(said, "higher") == 0 ? DOC_ABOVE : DOC_BELOW;
	if (f->pair && is_native(f))
		return DOC_BASELINE;
	if (!base)
		return DOC_UNDECIDED;
	if (f->overhead.lower > base->overhead.upper)
		return DOC_ABOVE;
	return f->overhead.upper < base->overhead.lower ? DOC_BELOW : DOC_OVERLAPS;
}

/* tell_ratio - "1.34 times that of native (95 % interval 1.22 to 1.48)." */
static void
tell_ratio(struct strbuf *out, const struct finding *f, enum doc_verdict verdict)
{
	double level = NAN;
	char text[NUM_TEXT_SIZE];
	struct num_shown s;

	num_show(&s, model_real(f->compare, "ratio"), model_real(f->compare, "ratio_lower"),
		model_real(f->compare, "ratio_upper"), NAN, NUM_COUNT);
	strbuf_addf(
		out, " That is %s times that of %s (", s.value, model_text(f->compare, "baseline"));
	if (json_f64(json_get(f->compare->analysis->parameters, "level"), &level)) {
		num_plain(text, 100 * level);
		strbuf_addf(out, "%s\xc2\xa0%% ", text);
	}
	strbuf_addf(out, "interval of the ratio %s to %s)%s", s.lower, s.upper,
		verdict == DOC_OVERLAPS ? ": the two are not told apart." : ".");
}

static void
tell_intervals(struct strbuf *out, const struct finding *base, enum doc_verdict verdict)
{
	static const char *const relation[] = {
		[DOC_ABOVE] = "lies above",
		[DOC_OVERLAPS] = "overlaps",
		[DOC_BELOW] = "lies below",
	};

	strbuf_addf(out, " The interval %s that of " BASELINE ", ", relation[verdict]);
	add_range(out, &base->overhead, num_time_unit(&base->overhead.value, 1));
	strbuf_adds(out,
		verdict == DOC_OVERLAPS ? ": the intervals alone do not tell the two apart." : ".");
}

static void
tell_verdict(struct strbuf *out, const struct finding *f, const struct finding *base,
	enum doc_verdict verdict)
{
	if (has_interval(&f->overhead) && f->overhead.lower <= 0 && f->overhead.upper >= 0)
		strbuf_adds(out, " The interval holds 0, so no overhead is shown.");
	if (f->compare)
		tell_ratio(out, f, verdict);
	else if (base)
		tell_intervals(out, base, verdict);
}

/* badge_of - the verdict in a few words; NULL none. */
static const char *
badge_of(struct doc *d, const struct finding *f, enum doc_verdict verdict)
{
	const char *baseline = f->compare ? model_text(f->compare, "baseline") : BASELINE;

	switch (verdict) {
	case DOC_UNDECIDED:
		break;
	case DOC_BASELINE:
		return "baseline";
	case DOC_ABOVE:
		return doc_text(d, "more than %s", baseline);
	case DOC_OVERLAPS:
		return doc_text(d, "not told apart from %s", baseline);
	case DOC_BELOW:
		return doc_text(d, "less than %s", baseline);
	}
	return NULL;
}

static void
tell(struct doc *d, const struct finding *f, const struct finding *base, bool say_single)
{
	struct doc_finding *out;
	struct strbuf b;

	GROW(d->findings, d->n_findings, d->cap_findings);
	out = &d->findings[d->n_findings++];
	out->name = view_name(d, f->v, f->cell, f->pair ? VIEW_PAIR : VIEW_POINT);
	out->verdict = verdict_of(f, base);
	out->badge = badge_of(d, f, out->verdict);
	strbuf_init(&b);
	if (f->pair) {
		tell_value(&b, f, "overhead", &f->overhead, say_single);
		tell_verdict(&b, f, base, out->verdict);
	} else {
		tell_value(&b, f, "RTT", &f->rtt, say_single);
		strbuf_adds(&b, " No second point was captured, so no overhead is known.");
	}
	out->text = doc_take(d, &b);
	strbuf_release(&b);
}

/* ---- several settings of one platform ---- */

struct group { /* findings that differ in their setting alone */
	const struct finding *items;
	const struct finding **bases;
	enum doc_verdict *verdicts;
	size_t n;
};

/* settings_where - "10 pps and 100 pps": of the findings that are chosen. */
static void
settings_where(struct strbuf *out, const struct group *g, const bool *chosen)
{
	size_t left = 0;
	bool any = false;

	for (size_t i = 0; i < g->n; i++)
		left += chosen[i];
	for (size_t i = 0; i < g->n; i++) {
		if (!chosen[i])
			continue;
		strbuf_adds(out, !any ? "" : left == 1 ? " and " : ", ");
		view_setting(out, g->items[i].v, g->items[i].cell);
		any = true;
		left--;
	}
}

/* add_ratio - ", 1.34 times that of native (1.22 to 1.48)"; nothing without a comparison. */
static void
add_ratio(struct strbuf *out, const struct finding *f, enum how how)
{
	struct num_shown s;

	if (!f->compare)
		return;
	num_show(&s, model_real(f->compare, "ratio"), model_real(f->compare, "ratio_lower"),
		model_real(f->compare, "ratio_upper"), NAN, NUM_COUNT);
	strbuf_addf(out, ", %s times", s.value);
	if (how == FULLY)
		strbuf_addf(out, " that of %s", model_text(f->compare, "baseline"));
	strbuf_addf(out, " (%s to %s)", s.lower, s.upper);
}

/* tell_settings - "Mean overhead at 10 pps 9.2 µs (...), 14 % of the RTT; at 100 pps ...". */
static void
tell_settings(struct strbuf *out, const struct group *g, bool say_single)
{
	const char *said = NULL;
	bool compared = false;

	for (size_t i = 0; i < g->n; i++) {
		const struct finding *f = &g->items[i];
		const struct doc_cell *c = f->pair ? &f->overhead : &f->rtt;
		const char *what = f->pair ? "overhead" : "RTT";
		bool again = said && !strcmp(said, what);
		enum how how = again && !c->over_probes ? BRIEFLY : FULLY;

		if (i)
			strbuf_adds(out, "; ");
		if (!again)
			strbuf_addf(out, "%s %s ", i ? "" : statistic_of(f), what);
		strbuf_adds(out, "at ");
		view_setting(out, f->v, f->cell);
		strbuf_addc(out, ' ');
		if (isfinite(c->value))
			add_value(out, f, c, say_single, how);
		else
			strbuf_adds(out, "undefined or not in the results");
		add_ratio(out, f, compared ? BRIEFLY : FULLY);
		compared |= f->compare != NULL;
		said = isfinite(c->value) ? what : NULL;
	}
	strbuf_addc(out, '.');
}

/* tell_relation - in which settings a verdict was come to, and on what grounds. */
static void
tell_relation(struct strbuf *out, const struct group *g, enum doc_verdict verdict, bool compared)
{
	static const struct {
		const char *relation, *intervals, *ratio;
	} words[] = {
		[DOC_ABOVE] = {"More than", "the intervals do not overlap",
			"the interval of the ratio lies above 1"},
		[DOC_OVERLAPS] = {"Not told apart from", "the intervals overlap",
			"the interval of the ratio does not decide"},
		[DOC_BELOW] = {"Less than", "the intervals do not overlap",
			"the interval of the ratio lies below 1"},
	};
	bool *chosen = xcalloc(g->n + 1, sizeof *chosen);
	const char *baseline = BASELINE;
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++) {
		const struct finding *f = &g->items[i];

		chosen[i] = g->verdicts[i] == verdict && (f->compare != NULL) == compared &&
			(compared || g->bases[i]);
		if (chosen[i] && compared)
			baseline = model_text(f->compare, "baseline");
		n += chosen[i];
	}
	if (n) {
		strbuf_addf(out, " %s %s at ", words[verdict].relation, baseline);
		settings_where(out, g, chosen);
		strbuf_addf(out, ": %s.",
			compared ? words[verdict].ratio : words[verdict].intervals);
	}
	free(chosen);
}

static void
tell_zeros(struct strbuf *out, const struct group *g)
{
	bool *chosen = xcalloc(g->n + 1, sizeof *chosen), any = false;

	for (size_t i = 0; i < g->n; i++) {
		const struct doc_cell *c = &g->items[i].overhead;

		chosen[i] = has_interval(c) && c->lower <= 0 && c->upper >= 0;
		any |= chosen[i];
	}
	if (any) {
		strbuf_adds(out, " The interval of the overhead holds 0 at ");
		settings_where(out, g, chosen);
		strbuf_addc(out, '.');
	}
	free(chosen);
}

/* common_verdict - that of all settings, or none; the badge says how many are above or below. */
static void
common_verdict(struct doc *d, struct doc_finding *out, const struct group *g)
{
	size_t above = 0, below = 0;

	out->verdict = g->verdicts[0];
	for (size_t i = 0; i < g->n; i++) {
		above += g->verdicts[i] == DOC_ABOVE;
		below += g->verdicts[i] == DOC_BELOW;
		if (g->verdicts[i] != g->verdicts[0])
			out->verdict = DOC_UNDECIDED;
	}
	out->badge = badge_of(d, &g->items[0], out->verdict);
	if (!out->badge && above)
		out->badge = doc_text(d, "more than " BASELINE " at %zu of %zu", above, g->n);
	else if (!out->badge && below)
		out->badge = doc_text(d, "less than " BASELINE " at %zu of %zu", below, g->n);
}

static void
tell_group(struct doc *d, const struct finding *f, size_t n, const struct finding *all,
	size_t n_all, bool say_single)
{
	struct group g = {.items = f,
		.bases = xcalloc(n, sizeof *g.bases),
		.verdicts = xcalloc(n, sizeof *g.verdicts),
		.n = n};
	struct doc_finding *out;
	struct strbuf b;

	for (size_t i = 0; i < n; i++) {
		g.bases[i] = find_baseline(&f[i], all, n_all);
		g.verdicts[i] = verdict_of(&f[i], g.bases[i]);
	}
	GROW(d->findings, d->n_findings, d->cap_findings);
	out = &d->findings[d->n_findings++];
	out->name = view_platform(d, f->v, f->cell, f->pair ? VIEW_PAIR : VIEW_POINT);
	common_verdict(d, out, &g);
	strbuf_init(&b);
	tell_settings(&b, &g, say_single);
	tell_zeros(&b, &g);
	for (enum doc_verdict v = DOC_ABOVE; v <= DOC_BELOW; v++) {
		tell_relation(&b, &g, v, true);
		tell_relation(&b, &g, v, false);
	}
	if (!f->pair)
		strbuf_adds(&b, " No second point was captured, so no overhead is known.");
	out->text = doc_take(d, &b);
	strbuf_release(&b);
	free(g.bases);
	free(g.verdicts);
}

/* of_one - how many findings from f on are of its platform and place. */
static size_t
of_one(const struct finding *f, size_t left)
{
	const struct model_cell *cells = f->v->m->cells;
	size_t n = 1;

	while (n < left && model_same_variant(&cells[f[0].cell], &cells[f[n].cell]) &&
		f[n].pair == f[0].pair && !strcmp(f[n].inner, f[0].inner) &&
		!strcmp(f[n].outer, f[0].outer))
		n++;
	return n;
}

static void
tell_note(struct doc *d, const struct view_said *said, size_t n, size_t n_all)
{
	struct strbuf b;

	strbuf_init(&b);
	if (said->over_probes)
		strbuf_addf(&b,
			"%s over the probes of a single run, which says nothing about how runs "
			"differ: only further runs can tell whether a difference lasts.",
			said->over_runs ? "Some of these intervals are"
					: "Each of these intervals is");
	if (n < n_all)
		strbuf_addf(&b, "%s%zu further rows are in the cost table.", b.n ? " " : "",
			n_all - n);
	d->findings_note = doc_take(d, &b);
	strbuf_release(&b);
}

void
findings_tell(struct doc *d, const struct model *m)
{
	struct view_said said = {0};
	struct finding *all;
	struct view v;
	size_t n;

	view_init(&v, m, VIEW_IDLE, VIEW_ECHO);
	n = v.n < FINDINGS_MAX ? v.n : FINDINGS_MAX;
	all = xcalloc(n + 1, sizeof *all);
	for (size_t i = 0; i < n; i++) {
		look(d, &all[i], &v, v.cells[i]);
		said.over_runs |= all[i].said.over_runs;
		said.over_probes |= all[i].said.over_probes;
	}
	for (size_t i = 0, step; i < n; i += step) {
		step = of_one(&all[i], n - i);
		if (step == 1)
			tell(d, &all[i], find_baseline(&all[i], all, n), said.over_runs);
		else
			tell_group(d, &all[i], step, all, n, said.over_runs);
	}
	tell_note(d, &said, n, v.n);
	free(all);
	view_release(&v);
}
