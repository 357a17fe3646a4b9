/*
 * cmd_join - "vcap join": one run of the parts that several machines recorded.
 */
#include <stdio.h>
#include <stdlib.h>

#include "capture/commands.h"
#include "capture/join.h"
#include "core/dataset.h"
#include "core/file.h"
#include "core/log.h"
#include "core/opt.h"

static enum vstatus
join(const char *dataset, const char *run_id, char **parts, size_t n, struct verr *err)
{
	char *dir = NULL, *name = file_base(dataset);
	enum vstatus st = join_runs(&dir, dataset, run_id, parts, n, err);

	if (st == V_OK)
		st = dataset_store_descriptor(dataset, name, err);
	if (st == V_OK)
		printf("%s\n", dir);
	free(dir);
	free(name);
	return st;
}

int
cmd_join(int argc, char **argv)
{
	const char *dataset = NULL, *run_id = NULL;
	const struct opt table[] = {
		{"output", 'o', OPT_TEXT, &dataset, "DATASET", "where the run goes (needed)", 0, 0,
			0},
		{"run-id", 0, OPT_TEXT, &run_id, "ID", "its name (default: the parts')", 0, 0, 0},
		{NULL, 0, OPT_FLAG, NULL, NULL, NULL, 0, 0, 0},
	};
	struct verr err;
	char **parts;
	size_t n;
	enum vstatus st = opt_parse(&parts, &n, argc, argv, table, NULL,
		"Make one run of RUN directories that were recorded under one --run-id, innermost "
		"first. Each point and each counters table keeps its host, so that nothing is "
		"compared across clocks unknowingly.",
		&err);

	if (st == V_END)
		return VEXIT_OK;
	if (st == V_OK && (!dataset || !*dataset))
		st = verr_set(&err, V_EUSAGE, "-o DATASET is needed");
	if (st == V_OK && n < 2)
		st = verr_set(&err, V_EUSAGE, "at least two RUN directories are needed");
	if (st == V_OK)
		st = join(dataset, run_id, parts, n, &err);
	if (st != V_OK)
		log_error("join: %s", err.msg);
	return (int)vstatus_exit(st);
}
