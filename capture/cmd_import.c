/*
 * cmd_import - "vcap import": adopt captures and tool outputs as a run.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "capture/adopt.h"
#include "capture/commands.h"
#include "capture/sheet.h"
#include "core/alloc.h"
#include "core/dataset.h"
#include "core/file.h"
#include "core/log.h"
#include "core/opt.h"

static const char usage[] = "vcap import [OPTION]... [POINT=]FILE...\n"
			    "       vcap import [OPTION]... --from-table TABLE.csv [DIRECTORY]";
static const char about[] =
	"Make a run of files that were recorded elsewhere: captures in any form that the reader "
	"takes, outputs of ping and fping, counters tables.  A capture's point is named before "
	"\"=\", or after the file (guest.pcap is the point guest); points count from the innermost "
	"in the order given.  With --from-table, one run for each row of a table: columns "
	"file:POINT with paths below DIRECTORY (default: the table's), platform, driver, run_id and name like "
	"the options, all others factors.";

struct import {
	const char *output;
	const char *platform;
	const char *driver;
	const char *run_id;
	const char *name;
	const char *describe;
	const char *table;
	struct opt_list factors;
};

static enum vstatus
set_factors(struct run *r, const struct import *o, struct verr *err)
{
	run_set_factor(r, "platform", o->platform);
	if (o->driver)
		run_set_factor(r, "driver", o->driver);
	for (size_t i = 0; i < o->factors.n; i++) {
		const char *text = o->factors.items[i], *eq = strchr(text, '=');
		char *name;

		if (!eq || eq == text)
			return verr_set(err, V_EUSAGE, "--factor %s: expected NAME=LEVEL", text);
		name = xstrndup(text, (size_t)(eq - text));
		if (!run_factor_name_ok(name)) {
			verr_set(err, V_EUSAGE,
				"--factor %s: that name is taken by a column of the samples tables",
				name);
			free(name);
			return V_EUSAGE;
		}
		run_set_factor(r, name, eq + 1);
		free(name);
	}
	return V_OK;
}

static char *
dataset_dir(const struct import *o)
{
	if (o->output)
		return xstrdup(o->output);
	if (o->driver)
		return xasprintf("datasets/%s-%s", o->platform, o->driver);
	return xasprintf("datasets/%s", o->platform);
}

static enum vstatus
adopt_all(struct adoption *a, const struct import *o, const char *dir, char **files, size_t n,
	struct verr *err)
{
	char *name = file_base(dir);
	enum vstatus st = set_factors(&a->run, o, err);

	if (o->run_id) {
		free(a->run.id);
		a->run.id = xstrdup(o->run_id);
	}
	if (st == V_OK)
		st = adopt_begin(a, dir, o->name ? o->name : name, files, n, err);
	for (size_t i = 0; st == V_OK && i < n; i++)
		st = adopt_file(a, files[i], err);
	if (st == V_OK && o->describe)
		st = adopt_describe(a, o->describe, err);
	if (st == V_OK)
		st = adopt_end(a, err);
	if (st == V_OK)
		st = dataset_store_descriptor(dir, name, err);
	free(name);
	return st;
}

static int
import(const struct import *o, char **files, size_t n)
{
	struct adoption a = {0};
	struct verr err;
	char *dir = dataset_dir(o);
	enum vstatus st;
	int exit_status;

	run_init(&a.run);
	st = adopt_all(&a, o, dir, files, n, &err);
	if (st == V_OK) {
		log_info("%s: %" PRIu64 " packets, %zu points, %zu tool outputs", a.dir,
			a.n_packets, a.run.n_points, a.run.n_tools);
		exit_status = a.n_problems ? VEXIT_PARTIAL : VEXIT_OK;
	} else {
		log_error("import: %s", err.msg);
		adopt_abandon(&a);
		exit_status = (int)vstatus_exit(st);
	}
	adopt_release(&a);
	free(dir);
	return exit_status;
}

/* ---- many runs ---- */

/* The options, and over them what the row says. */
static int
import_row(const struct import *o, const struct sheet_run *row)
{
	struct import one = *o;
	int exit_status;

	one.platform = row->platform ? row->platform : o->platform;
	one.driver = row->driver ? row->driver : o->driver;
	one.run_id = row->run_id ? row->run_id : o->run_id;
	one.name = row->name ? row->name : o->name;
	one.factors.n = o->factors.n + row->n_factors;
	one.factors.items = xcalloc(one.factors.n + 1, sizeof *one.factors.items);
	for (size_t i = 0; i < one.factors.n; i++)
		one.factors.items[i] =
			i < o->factors.n ? o->factors.items[i] : row->factors[i - o->factors.n];
	exit_status = import(&one, row->files, row->n_files);
	free(one.factors.items);
	return exit_status;
}

/* Every row is tried; a run that cannot be imported does not hold up the others. */
static int
import_rows(const struct import *o, const struct sheet *s)
{
	size_t n_failed = 0, n_partial = 0;
	int worst = VEXIT_OK;

	for (size_t row = 0; row < s->table.n_rows; row++) {
		struct sheet_run r;
		struct verr err;
		enum vstatus st = sheet_row(&r, s, row, &err);
		int one = st == V_OK ? import_row(o, &r) : (int)vstatus_exit(st);

		if (st != V_OK)
			log_error("import: %s", err.msg);
		if (one != VEXIT_OK && one != VEXIT_PARTIAL) {
			log_error("import: %s: row %zu was not imported", s->path, row + 1);
			n_failed++;
			worst = one;
		}
		n_partial += one == VEXIT_PARTIAL;
		sheet_run_release(&r);
	}
	if (n_failed == s->table.n_rows)
		return worst;
	return n_failed || n_partial ? VEXIT_PARTIAL : VEXIT_OK;
}

static int
import_table(const struct import *o, char **operands, size_t n)
{
	char *dir = n ? xstrdup(operands[0]) : file_dir(o->table);
	struct sheet s;
	struct verr err;
	enum vstatus st = sheet_load(&s, o->table, dir, &err);
	int exit_status;

	if (st == V_OK) {
		exit_status = import_rows(o, &s);
	} else {
		log_error("import: %s", err.msg);
		exit_status = (int)vstatus_exit(st);
	}
	sheet_release(&s);
	free(dir);
	return exit_status;
}

static enum vstatus
check_operands(const struct import *o, char **operands, size_t n, struct verr *err)
{
	if (!o->table)
		return n ? V_OK : verr_set(err, V_EUSAGE, "no files to import");
	if (n > 1 || (n && !file_is_dir(operands[0])))
		return verr_set(err, V_EUSAGE,
			"--from-table takes one directory, which the table's paths are below");
	if (o->run_id || o->describe)
		return verr_set(err, V_EUSAGE, "--run-id and --describe are for a single run");
	return V_OK;
}

int
cmd_import(int argc, char **argv)
{
	struct import o = {.platform = "unknown"};
	const struct opt table[] = {
		{"output", 'o', OPT_TEXT, &o.output, "DATASET",
			"where the run goes (default datasets/PLATFORM[-DRIVER])", 0, 0, 0},
		{"platform", 0, OPT_TEXT, &o.platform, "NAME",
			"native, kvm, lxc, docker, ... (default unknown)", 0, 0, 0},
		{"driver", 0, OPT_TEXT, &o.driver, "NAME", "virtio, e1000, nat, ...", 0, 0, 0},
		{"factor", 0, OPT_LIST, &o.factors, "NAME=LEVEL",
			"a factor's level in this run (may be repeated)", 0, 0, 0},
		{"run-id", 0, OPT_TEXT, &o.run_id, "ID",
			"name of the run (default: time of its first packet, and NAME)", 0, 0, 0},
		{"name", 0, OPT_TEXT, &o.name, "NAME",
			"end of the run's name (default: the dataset's)", 0, 0, 0},
		{"describe", 0, OPT_TEXT, &o.describe, "FILE",
			"a partial run.json: hosts, interfaces, versions and arguments of tools", 0,
			0, 0},
		{"from-table", 0, OPT_TEXT, &o.table, "TABLE.csv",
			"one run for each row: columns file:POINT, platform, driver, ..., factors",
			0, 0, 0},
		{NULL, 0, OPT_FLAG, NULL, NULL, NULL, 0, 0, 0},
	};
	struct verr err;
	char **files;
	size_t n;
	int exit_status;
	enum vstatus st = opt_parse(&files, &n, argc, argv, table, usage, about, &err);

	if (st == V_OK)
		st = check_operands(&o, files, n, &err);
	if (st == V_OK) {
		exit_status = o.table ? import_table(&o, files, n) : import(&o, files, n);
	} else {
		if (st != V_END)
			log_error("import: %s", err.msg);
		exit_status = st == V_END ? VEXIT_OK : (int)vstatus_exit(st);
	}
	opt_list_release(&o.factors);
	return exit_status;
}
