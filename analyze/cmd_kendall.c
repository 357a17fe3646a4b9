/*
 * cmd_kendall - "vanalyze kendall": which factors go along with which metrics.
 */
#include "analyze/commands.h"
#include "analyze/frames_stats.h"
#include "analyze/pipeline.h"

static const char usage[] = "vanalyze kendall [OPTION]... DATASET...|TABLE.csv...";
static const char about[] =
	"Kendall's rank correlation tau_b of every factor with every metric, and of either with "
	"each other, with p-values adjusted by Holm's method.  A factor of numbers enters as it "
	"is, any other as one variable of 0 and 1 per level, called factor=level.  One matrix per "
	"platform and capture point or pair of points; --by makes others.";

static enum vstatus
run(struct results *r, int *exit_status, const struct pipeline *p, char **inputs, size_t n,
	struct verr *err)
{
	struct frames_stats stats = {.options = p->options};
	struct frame_use u = {.times = FRAME_NO_TIMES, .use = frames_kendall, .ctx = &stats};

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
