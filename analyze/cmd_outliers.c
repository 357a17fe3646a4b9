/*
 * cmd_outliers - "vanalyze outliers": in which scenarios the outliers are.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/commands.h"
#include "analyze/frames_stats.h"
#include "analyze/pipeline.h"
#include "analyze/stats/outlier.h"
#include "core/zio.h"

static const char usage[] = "vanalyze outliers [OPTION]... DATASET...|TABLE.csv...";
static const char about[] =
	"How the outliers, by the modified z-score of Iglewicz and Hoaglin, spread over "
	"combinations of factor levels: per combination how many of its samples are outliers, and "
	"its share of all outliers, largest first.  Median and MAD are those of all samples of a "
	"platform at a capture point or pair of points.";

struct outliers_command {
	struct options options; /* first: the way back from the pipeline's options */
	struct opt_list merge;
	struct frames_stats stats;
	const char *within;
	struct table list;
};

static enum vstatus
write_list(const struct table *list, const char *path, struct verr *err)
{
	struct zwriter *w;
	struct strbuf b;
	struct verr closing;
	enum vstatus st = zwriter_open(&w, path, 0, err), st2;

	if (st != V_OK)
		return st;
	strbuf_init(&b);
	table_add_csv(&b, list);
	st = zwriter_write(w, b.p, b.n, err);
	st2 = zwriter_close(w, st == V_OK ? err : &closing);
	strbuf_release(&b);
	return st == V_OK ? st2 : st;
}

static enum vstatus
read_within(enum outliers_within *within, const char *word, struct verr *err)
{
	if (!word || !strcmp(word, "dataset"))
		*within = OUTLIERS_WITHIN_DATASET;
	else if (!strcmp(word, "cell"))
		*within = OUTLIERS_WITHIN_CELL;
	else
		return verr_set(err, V_EUSAGE, "--within %s: expected dataset or cell", word);
	return V_OK;
}

static enum vstatus
run(struct results *r, int *exit_status, const struct pipeline *p, char **inputs, size_t n,
	struct verr *err)
{
	struct outliers_command *c = (struct outliers_command *)p->options;
	struct frame_use u = {.times = FRAME_NO_TIMES, .use = frames_outliers, .ctx = &c->stats};
	enum vstatus st = read_within(&c->stats.outliers.within, c->within, err);

	if (st == V_OK && c->options.samples) {
		outliers_list_init(&c->list);
		c->stats.outliers.list = &c->list;
		u.times = FRAME_TIMES;
	}
	if (st == V_OK)
		st = frames_run(r, exit_status, &c->options, &u, inputs, n, err);
	if (st == V_OK && c->options.samples)
		st = write_list(&c->list, c->options.samples, err);
	return st;
}

int
cmd_outliers(int argc, char **argv)
{
	struct outliers_command c = {.stats.outliers.threshold = OUTLIER_THRESHOLD};
	struct options *o = &c.options;
	const struct opt table[] = {OPTIONS_METRIC(o),
		{"by", 0, OPT_LIST, &o->by, "FACTOR[,FACTOR]",
			"combine the levels of these instead of all factors that vary", 0, 0, 0},
		{"merge", 0, OPT_LIST, &c.merge, "FACTOR:LEVEL[,LEVEL]=NAME",
			"one level in the place of several (may be repeated)", 0, 0, 0},
		{"threshold", 0, OPT_REAL, &c.stats.outliers.threshold, "M",
			"an outlier has a modified z-score above M or below -M (default 3.5)", 0,
			1e9, 0},
		{"within", 0, OPT_TEXT, &c.within, "dataset|cell",
			"what median and MAD are of: all of a platform (default), or each cell", 0,
			0, 0},
		{"min-share", 0, OPT_REAL, &c.stats.outliers.min_share_pct, "PCT",
			"add up the combinations with smaller shares in one row", 0, 100, 0},
		{"list", 0, OPT_TEXT, &o->samples, "FILE",
			"also write the outlying probes as CSV (.zst: compressed; -: instead of "
			"the table)",
			0, 0, 0},
		OPTIONS_INPUT(o), OPTIONS_PAIR(o), OPTIONS_OUTPUT(o), OPTIONS_END};
	struct pipeline p = {.options = o};
	int exit_status;

	c.stats.options = o;
	c.stats.merge = &c.merge;
	table_init(&c.list);
	exit_status = pipeline_main(&p, run, table, usage, about, argc, argv);
	table_release(&c.list);
	opt_list_release(&c.merge);
	return exit_status;
}
