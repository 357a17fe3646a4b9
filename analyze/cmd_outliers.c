/*
 * cmd_outliers - "vanalyze outliers": in which scenarios the outliers are.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/commands.h"
#include "analyze/frames.h"
#include "analyze/outliers.h"
#include "analyze/pipeline.h"
#include "analyze/stats/outlier.h"
#include "core/zio.h"

static const char usage[] = "vanalyze outliers [OPTION]... DATASET...|TABLE.csv...";
static const char about[] =
	"How the outliers, by the modified z-score of Iglewicz and Hoaglin, spread over "
	"combinations of factor levels: per combination how many of its samples are outliers, and "
	"its share of all outliers, largest first.  Median and MAD are those of all samples of a platform at a "
	"capture point or pair of points.";

struct outliers_command {
	struct options options; /* first: the way back from the pipeline's options */
	struct opt_list merge;
	struct outliers_params params;
	const char *within;
	struct table list;
};

/* Without --by: the factors with several levels. */
static size_t *
varying_factors(size_t *n, const struct frame *f)
{
	size_t *by = xcalloc(f->n_factors + 1, sizeof *by);

	*n = 0;
	for (size_t k = 0; k < f->n_factors; k++)
		if (f->factors[k].n_levels > 1 && !frames_is_label(f->factors[k].name))
			by[(*n)++] = k;
	return by;
}

/* by[n] without what is among the groups already; how many are left. */
static size_t
drop_groups(size_t *by, size_t n, const size_t *groups, size_t n_groups)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		bool is_group = false;

		for (size_t g = 0; g < n_groups; g++)
			is_group |= by[i] == groups[g];
		if (!is_group)
			by[kept++] = by[i];
	}
	return kept;
}

static enum vstatus
use(void *ctx, struct results *r, struct frame *f, const size_t *groups, size_t n_groups,
	struct verr *err)
{
	struct outliers_command *c = ctx;
	size_t *by, n_by;
	enum vstatus st = V_OK;

	for (size_t i = 0; st == V_OK && i < c->merge.n; i++) {
		st = frame_merge(f, c->merge.items[i], err);
		if (st != V_OK)
			verr_ctx(err, "--merge %s", c->merge.items[i]);
	}
	if (st == V_OK)
		st = frames_by(&by, &n_by, &c->options, f, err);
	if (st != V_OK)
		return st;
	if (!c->options.by.n) {
		free(by);
		by = varying_factors(&n_by, f);
	}
	n_by = drop_groups(by, n_by, groups, n_groups);
	c->params.metrics = c->options.metrics.n_levels ? &c->options.metrics : NULL;
	outliers_add(r, f, groups, n_groups, by, n_by, &c->params);
	free(by);
	return V_OK;
}

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
	struct frame_use u = {.times = FRAME_NO_TIMES, .use = use, .ctx = c};
	enum vstatus st = read_within(&c->params.within, c->within, err);

	if (st == V_OK && c->options.samples) {
		outliers_list_init(&c->list);
		c->params.list = &c->list;
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
	struct outliers_command c = {.params.threshold = OUTLIER_THRESHOLD};
	struct options *o = &c.options;
	const struct opt table[] = {OPTIONS_METRIC(o),
		{"by", 0, OPT_LIST, &o->by, "FACTOR[,FACTOR]",
			"combine the levels of these instead of all factors that vary", 0, 0, 0},
		{"merge", 0, OPT_LIST, &c.merge, "FACTOR:LEVEL[,LEVEL]=NAME",
			"one level in the place of several (may be repeated)", 0, 0, 0},
		{"threshold", 0, OPT_REAL, &c.params.threshold, "M",
			"an outlier has a modified z-score above M or below -M (default 3.5)", 0,
			1e9, 0},
		{"within", 0, OPT_TEXT, &c.within, "dataset|cell",
			"what median and MAD are of: all of a platform (default), or each cell", 0,
			0, 0},
		{"min-share", 0, OPT_REAL, &c.params.min_share_pct, "PCT",
			"add up the combinations with smaller shares in one row", 0, 100, 0},
		{"list", 0, OPT_TEXT, &o->samples, "FILE",
			"also write the outlying probes as CSV (.zst: compressed; -: instead of the "
			"table)",
			0, 0, 0},
		OPTIONS_INPUT(o), OPTIONS_PAIR(o), OPTIONS_OUTPUT(o), OPTIONS_END};
	struct pipeline p = {.options = o};
	int exit_status;

	table_init(&c.list);
	exit_status = pipeline_main(&p, run, table, usage, about, argc, argv);
	table_release(&c.list);
	opt_list_release(&c.merge);
	return exit_status;
}
