/*
 * study - load inputs, select runs, read observations with threads; see study.h.
 *
 * Operands of the form POINT=FILE (where no file of that whole name exists) are the points of one
 * run made up on the command line, innermost first: "overhead guest=a.pcap host=b.pcap".
 */
#include "analyze/study.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/loadobs.h"
#include "analyze/parallel.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"

const char *const study_places[] = {"point", "inner", "outer", "host", NULL};

/* ---- problems ---- */

void
study_problem(struct study *s, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	if (!s->told)
		log_error("%s", text);
	free(text);
	s->n_problems++;
}

/* ---- loading ---- */

static bool
is_point_operand(const char *arg)
{
	const char *eq = strchr(arg, '=');

	return eq && eq != arg && !memchr(arg, '/', (size_t)(eq - arg)) && !file_exists(arg);
}

/* What the point app printed: a load tool's output that shows itself, else a ping's. */
static void
add_app(struct run *r, const char *file)
{
	struct run_tool *t = run_add_tool(r, "", file);
	enum load_class class = loadobs_class(r, t);

	if (class == LOAD_CLASS_HTTP || class == LOAD_CLASS_NETWORK)
		return;
	free(t->name);
	t->name = xstrdup("ping");
}

/* One run out of all POINT=FILE operands. */
static struct dataset
dataset_of_points(char *const *paths, size_t n)
{
	struct dataset d;
	struct run *r;

	dataset_init(&d);
	d.path = xstrdup("");
	d.name = xstrdup("command-line");
	d.runs = xcalloc(1, sizeof *d.runs);
	d.n_runs = 1;
	r = &d.runs[0];
	run_init(r);
	free(r->id);
	r->id = xstrdup("command-line");
	for (size_t i = 0; i < n; i++) {
		char *name;

		if (!is_point_operand(paths[i]))
			continue;
		name = xstrndup(paths[i], (size_t)(strchr(paths[i], '=') - paths[i]));
		if (!strcmp(name, POINT_APP))
			add_app(r, strchr(paths[i], '=') + 1);
		else
			run_point_add_file(run_add_point(r, name), strchr(paths[i], '=') + 1);
		free(name);
	}
	return d;
}

static enum vstatus
load_datasets(struct study *s, char *const *paths, size_t n, struct verr *err)
{
	bool points = false;
	enum vstatus st;

	s->datasets = xcalloc(n + 1, sizeof *s->datasets);
	for (size_t i = 0; i < n; i++) {
		struct dataset *d = &s->datasets[s->n_datasets];

		if (is_point_operand(paths[i])) {
			points = true;
			continue;
		}
		dataset_init(d);
		s->n_datasets++; /* to be released, whatever comes */
		st = dataset_load(d, paths[i], err);
		if (st != V_OK)
			return st;
		for (size_t k = 0; k < d->n_unreadable; k++)
			study_problem(s, "%s", d->problems[k]);
	}
	if (points)
		s->datasets[s->n_datasets++] = dataset_of_points(paths, n);
	return V_OK;
}

static void
label_run(struct study *s, struct study_run *sr)
{
	const struct run *r = sr->run;

	labels_add(&sr->labels, &s->arena, "dataset", sr->dataset->name, 0);
	labels_add(&sr->labels, &s->arena, "run", r->id, 0);
	labels_add(&sr->labels, &s->arena, "platform", r->platform, 0);
	labels_add(&sr->labels, &s->arena, "driver", r->driver, 0);
	for (size_t i = 0; i < r->n_factors; i++)
		labels_add(&sr->labels, &s->arena, r->factors[i].name, r->factors[i].value, 0);
}

static bool
run_passes(const struct study_run *sr, const struct filter *filters, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct label *l = labels_get(&sr->labels, filters[i].name);

		if (!filter_keeps(&filters[i], l ? l->level : NULL))
			return false;
	}
	return true;
}

/* What a tool's output is worth reading for: OBSERVE_ bits.  What nobody knows may be a ping's. */
static unsigned
tool_serves(const struct run *r, const struct run_tool *t)
{
	if (!t->file)
		return 0;
	switch (loadobs_class(r, t)) {
	case LOAD_CLASS_PING:
		return OBSERVE_ECHO;
	case LOAD_CLASS_HTTP:
		return OBSERVE_HTTP;
	case LOAD_CLASS_NETWORK:
		return OBSERVE_THROUGHPUT;
	default:
		return *t->name ? 0 : OBSERVE_ECHO;
	}
}

static int
by_order(const void *a, const void *b)
{
	const struct observation *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	if (x->is_load != y->is_load)
		return x->is_load ? -1 : 1;
	return natural_cmp(x->point, y->point);
}

static void
add_observation(struct study *s, const struct study_params *p, struct observation o)
{
	if (p->points && !filter_keeps(p->points, o.point))
		return;
	s->observations = xrealloc(s->observations, s->n_observations + 1, sizeof o);
	s->observations[s->n_observations++] = o;
}

static void
add_tool(struct study *s, const struct study_params *p, const struct run *r,
	const struct run_tool *t)
{
	unsigned what = p->observe.what ? p->observe.what : OBSERVE_ECHO;
	unsigned serves = tool_serves(r, t);

	if (serves & what)
		add_observation(s, p,
			serves == OBSERVE_ECHO ? observation_of_tool(r, t)
					       : observation_of_load(r, t));
}

static void
add_run(struct study *s, const struct dataset *d, const struct run *r, const struct study_params *p)
{
	struct study_run *sr;

	s->runs = xrealloc(s->runs, s->n_runs + 1, sizeof *s->runs);
	sr = &s->runs[s->n_runs];
	*sr = (struct study_run){.dataset = d, .run = r, .first = s->n_observations};
	label_run(s, sr);
	if (!run_passes(sr, p->filters, p->n_filters))
		return;
	if (r->state == RUN_FAILED && !p->keep_failed) {
		if (!s->told)
			log_warn("%s: left out, it failed (%s); --keep failed includes it", r->id,
				r->reason ? r->reason : "no reason given");
		s->n_failed++;
		return;
	}
	for (size_t i = 0; i < r->n_tools; i++)
		add_tool(s, p, r, &r->tools[i]);
	for (size_t i = 0; i < r->n_points; i++)
		add_observation(s, p, observation_of_point(r, &r->points[i]));
	sr->n_observations = s->n_observations - sr->first;
	if (sr->n_observations)
		qsort(s->observations + sr->first, sr->n_observations, sizeof *s->observations,
			by_order);
	s->n_runs++;
}

/* What a run is called, or has, under a name that --where takes; NULL nothing. */
static const char *
level_of(const struct dataset *d, const struct run *r, const char *name)
{
	return !strcmp(name, "dataset") ? d->name
		: !strcmp(name, "run")  ? r->id
					: run_factor(r, name);
}

static void
known_factors(struct hint *h, const struct study *s)
{
	static const char *const always[] = {"platform", "driver", "dataset", "run"};

	for (size_t d = 0; d < s->n_datasets; d++)
		for (size_t i = 0; i < s->datasets[d].n_runs; i++)
			for (size_t k = 0; k < s->datasets[d].runs[i].n_factors; k++)
				hint_add(h, s->datasets[d].runs[i].factors[k].name);
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		hint_add(h, always[i]);
}

/* A filter that names nothing known is a mistake, not an empty selection. */
static enum vstatus
check_filters(const struct study *s, const struct study_params *p, struct verr *err)
{
	struct hint known;
	enum vstatus st = V_OK;

	hint_init(&known);
	if (p->n_filters)
		known_factors(&known, s);
	for (size_t f = 0; st == V_OK && f < p->n_filters; f++)
		if (!hint_has(&known, p->filters[f].name)) {
			verr_set(err, V_EUSAGE, "--where: no run has a factor called %s",
				p->filters[f].name);
			st = hint_fail(err, &known, p->filters[f].name);
		}
	hint_release(&known);
	return st;
}

/* Does any run pass this filter, the others aside?  *levels: what the runs have. */
static bool
any_passes(struct hint *levels, const struct study *s, const struct filter *f)
{
	bool any = false;

	for (size_t d = 0; d < s->n_datasets; d++)
		for (size_t i = 0; i < s->datasets[d].n_runs; i++) {
			const char *level =
				level_of(&s->datasets[d], &s->datasets[d].runs[i], f->name);

			any |= filter_keeps(f, level);
			if (level)
				hint_add(levels, level);
		}
	return any;
}

static enum vstatus
refuse_level(const struct hint *levels, const char *factor, struct verr *err)
{
	verr_set(err, V_EDOM, "--where %s: no run has such a level", factor);
	hint_fail(err, levels, NULL);
	return V_EDOM;
}

enum vstatus
study_check_selection(const struct study *s, const struct study_params *p, struct verr *err)
{
	enum vstatus st = V_OK;

	if (s->n_runs || !p->n_filters)
		return V_OK;
	for (size_t f = 0; st == V_OK && f < p->n_filters; f++) {
		struct hint levels;

		hint_init(&levels);
		if (!any_passes(&levels, s, &p->filters[f]))
			st = refuse_level(&levels, p->filters[f].name, err);
		hint_release(&levels);
	}
	if (st == V_OK)
		st = verr_set(err, V_EDOM, "no run has all that --where asks for");
	if (s->n_datasets == 1)
		verr_ctx(err, "%s", s->datasets[0].name);
	return st;
}

enum vstatus
study_load(struct study *s, char *const *paths, size_t n, const struct study_params *params,
	struct verr *err)
{
	enum vstatus st;

	memset(s, 0, sizeof *s);
	s->told = params->told;
	if (!n)
		return verr_set(err, V_EUSAGE, "no input: name a dataset, a run or a file");
	st = load_datasets(s, paths, n, err);
	if (st == V_OK)
		st = check_filters(s, params, err);
	for (size_t d = 0; st == V_OK && d < s->n_datasets; d++)
		for (size_t i = 0; i < s->datasets[d].n_runs; i++)
			add_run(s, &s->datasets[d], &s->datasets[d].runs[i], params);
	return st;
}

/* ---- observing ---- */

struct observing {
	struct study *study;
	const struct study_params *params;
};

static void
observe_one(void *ctx, size_t i)
{
	struct observing *w = ctx;

	observation_read(&w->study->observations[i], &w->params->observe);
	progress_add(1);
}

void
study_observe(struct study *s, const struct study_params *params)
{
	struct study_params p = *params;
	struct observing w = {s, &p};

	/* With threads to spare, each file is decompressed ahead of its analysis. */
	p.observe.mode = params->n_threads > s->n_observations ? ZIO_AHEAD : ZIO_INLINE;
	progress_start("reading", s->n_observations);
	parallel_for(s->n_observations, params->n_threads, observe_one, &w);
	progress_stop();
	s->nothing_usable = true;
	for (size_t i = 0; i < s->n_observations; i++) {
		struct observation *o = &s->observations[i];

		for (size_t k = 0; k < o->n_problems; k++)
			study_problem(s, "%s", o->problems[k]);
		s->system_error |= o->system_error;
		s->nothing_usable &= !o->usable;
	}
}

void
study_release(struct study *s)
{
	for (size_t i = 0; i < s->n_observations; i++)
		observation_release(&s->observations[i]);
	for (size_t i = 0; i < s->n_datasets; i++)
		dataset_release(&s->datasets[i]);
	free(s->observations);
	free(s->runs);
	free(s->datasets);
	arena_release(&s->arena);
	memset(s, 0, sizeof *s);
}

const struct study_run *
study_run_of(const struct study *s, size_t observation)
{
	size_t low = 0, high = s->n_runs;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (s->runs[mid].first <= observation)
			low = mid;
		else
			high = mid;
	}
	return &s->runs[low];
}

static void
known_points(struct hint *h, const struct run *r)
{
	for (size_t i = 0; i < r->n_points; i++)
		hint_add(h, r->points[i].name);
	for (size_t i = 0; i < r->n_tools; i++)
		if (tool_serves(r, &r->tools[i]))
			hint_add(h, POINT_APP);
}

void
study_points(struct hint *h, const struct study *s)
{
	for (size_t d = 0; d < s->n_datasets; d++)
		for (size_t i = 0; i < s->datasets[d].n_runs; i++)
			known_points(h, &s->datasets[d].runs[i]);
}

int
study_point_rank(const struct study *s, const char *point)
{
	int rank = INT_MAX;

	for (size_t i = 0; i < s->n_observations; i++)
		if (s->observations[i].order < rank && !strcmp(s->observations[i].point, point))
			rank = s->observations[i].order;
	return rank;
}

int
study_exit(const struct study *s)
{
	if (s->nothing_usable)
		return s->system_error ? VEXIT_SYSTEM : VEXIT_NODATA;
	return s->n_problems ? VEXIT_PARTIAL : VEXIT_OK;
}

void
study_sources(const struct study *s, struct results *r, bool checksums)
{
	for (size_t i = 0; i < s->n_datasets; i++) {
		const struct dataset *d = &s->datasets[i];
		struct verr err;
		char hex[SHA256_HEX_SIZE];
		bool known = checksums && dataset_checksum(hex, d, &err) == V_OK;

		results_add_source(r, d->name, d->title, known ? hex : NULL);
	}
}
