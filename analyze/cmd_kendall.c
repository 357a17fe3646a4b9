/*
 * cmd_kendall - "vanalyze kendall": which factors go along with which metrics.
 */
#include <stdlib.h>

#include "analyze/commands.h"
#include "analyze/correlation.h"
#include "analyze/frames.h"
#include "analyze/pipeline.h"

static const char usage[] = "vanalyze kendall [OPTION]... DATASET...|TABLE.csv...";
static const char about[] =
	"Kendall's rank correlation tau_b of every factor with every metric, and of either with "
	"each other, with p-values adjusted by Holm's method.  A factor of numbers enters as it "
	"is, any other as one variable of 0 and 1 per level, called factor=level.  One matrix per platform "
	"and capture point or pair of points; --by makes others.";

/* The groups that --by names instead of the platform, and the points in any case. */
static enum vstatus
use(void *ctx, struct results *r, struct frame *f, const size_t *by, size_t n_by, struct verr *err)
{
	const struct options *o = ctx;
	struct correlation_params p = {.metrics = o->metrics.n_levels ? &o->metrics : NULL,
		.n_threads = (unsigned)o->threads};
	size_t *asked, n_asked, *groups, n = 0;
	enum vstatus st = frames_by(&asked, &n_asked, o, f, err);

	if (st != V_OK)
		return st;
	groups = xcalloc(n_asked + n_by + 1, sizeof *groups);
	for (size_t i = 0; i < n_asked; i++)
		if (!frames_is_point(f->factors[asked[i]].name))
			groups[n++] = asked[i];
	for (size_t i = 0; i < n_by; i++)
		if (!o->by.n || frames_is_point(f->factors[by[i]].name))
			groups[n++] = by[i];
	st = correlation_add(r, f, groups, n, &p, err);
	free(asked);
	free(groups);
	return st;
}

static enum vstatus
run(struct results *r, int *exit_status, const struct pipeline *p, char **inputs, size_t n,
	struct verr *err)
{
	struct frame_use u = {.times = FRAME_NO_TIMES, .use = use, .ctx = p->options};

	return frames_run(r, exit_status, p->options, &u, inputs, n, err);
}

int
cmd_kendall(int argc, char **argv)
{
	struct options o;
	const struct opt table[] = {OPTIONS_METRIC(&o),
		{"by", 0, OPT_LIST, &o.by, "FACTOR[,FACTOR]",
			"one matrix for each level of these, instead of each platform", 0, 0, 0},
		OPTIONS_INPUT(&o), OPTIONS_PAIR(&o), OPTIONS_OUTPUT(&o), OPTIONS_END};
	struct pipeline p = {.options = &o};

	return pipeline_main(&p, run, table, usage, about, argc, argv);
}
