/*
 * cmd_import - "vcap import": adopt captures and tool outputs as runs.
 *
 * Files that belong together are one run; a text in which several commands and their outputs
 * follow each other (capture/transcript) is one run for each.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "capture/adopt.h"
#include "capture/commands.h"
#include "capture/script.h"
#include "capture/settings.h"
#include "capture/sheet.h"
#include "core/alloc.h"
#include "core/dataset.h"
#include "core/file.h"
#include "core/log.h"
#include "core/opt.h"

static const char usage[] = "vcap import [OPTION]... [NAME=]FILE...\n"
			    "vcap import [OPTION]... --from-table TABLE.csv [DIRECTORY]";
static const char about[] =
	"Make a run of files that were recorded elsewhere: captures in any form that the reader "
	"takes; outputs of ping, fping, ab, JMeter, wrk, hey, k6, netperf, iperf, mpstat, sar and "
	"vmstat; tables of counters and other CSV.  A capture's point is named before \"=\", or after "
	"the file (guest.pcap is the point guest); points count from the innermost in the order "
	"given.  \"counters=FILE.csv\" is a table with a column of times.  A text with several "
	"commands, each above its output, becomes one run for each, the options as factors.  With "
	"--from-table, one run for each row of a table: columns file:NAME (or files) with paths below "
	"DIRECTORY (default: the table's), platform, driver, run_id and name like the options, all "
	"others factors.";

struct import {
	const char *output;
	const char *platform;
	const char *driver;
	const char *run_id;
	const char *name;
	const char *describe;
	const char *table;
	const char *date;
	struct when when;
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
import_files(const struct import *o, char **files, size_t n)
{
	struct adoption a = {.when = o->when};
	struct verr err;
	char *dir = dataset_dir(o);
	enum vstatus st;
	int exit_status;

	run_init(&a.run);
	st = adopt_all(&a, o, dir, files, n, &err);
	if (st == V_OK) {
		log_info("%s: %" PRIu64
			 " packets, %zu points, %zu tool outputs, %zu counters tables",
			a.dir, a.n_packets, a.run.n_points, a.run.n_tools, a.run.n_counters);
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

/* ---- many commands ---- */

/* The run of one command: the factors that were asked for, and those that its options give. */
static enum vstatus
adopt_command(struct adoption *a, const struct import *o, const struct script *s, size_t i,
	const char *dataset, const char *id, struct verr *err)
{
	enum vstatus st = set_factors(&a->run, o, err);

	if (st == V_OK)
		script_set_factors(&a->run, s, i);
	free(a->run.id);
	a->run.id = script_id(s, i, id);
	if (st == V_OK)
		st = adopt_begin(a, dataset, "", NULL, 0, err);
	if (st == V_OK)
		st = adopt_part(a, &s->text.parts[i], s->file, err);
	return st == V_OK ? adopt_end(a, err) : st;
}

static enum vstatus
import_command(const struct import *o, const struct script *s, size_t i, const char *dataset,
	const char *id, size_t *n_problems, struct verr *err)
{
	struct adoption a = {.when = o->when};
	enum vstatus st;

	run_init(&a.run);
	st = adopt_command(&a, o, s, i, dataset, id, err);
	if (st != V_OK)
		adopt_abandon(&a);
	else if (a.run.reason)
		log_warn("%s: line %zu: %s", s->path, s->text.parts[i].line, a.run.reason);
	*n_problems += a.n_problems;
	adopt_release(&a);
	return st;
}

static int
import_script(const struct import *o, const struct script *s)
{
	char *dataset = dataset_dir(o), *base = file_base(dataset);
	char *id = script_base_id(o->run_id, o->name ? o->name : base);
	size_t n_problems = script_report(s);
	enum vstatus st = V_OK;
	struct verr err;

	for (size_t i = 0; st == V_OK && i < s->text.n_parts; i++)
		if (s->text.parts[i].program)
			st = import_command(o, s, i, dataset, id, &n_problems, &err);
	if (st == V_OK)
		st = dataset_store_descriptor(dataset, base, &err);
	if (st == V_OK)
		log_info("%s: %zu runs of %s", dataset, s->text.n_tools, s->path);
	else
		log_error("import: %s", err.msg);
	free(id);
	free(base);
	free(dataset);
	if (st != V_OK)
		return (int)vstatus_exit(st);
	return n_problems ? VEXIT_PARTIAL : VEXIT_OK;
}

/* One run, or those of the commands in the one file. */
static int
import(const struct import *o, char **files, size_t n)
{
	struct script s = {0};
	struct verr err;
	enum vstatus st = V_END;
	int exit_status;

	for (size_t i = 0; st == V_END && i < n; i++)
		st = script_load(&s, files[i], &err);
	if (st == V_OK && n > 1)
		st = verr_set(&err, V_EUSAGE,
			"%s: %zu commands and their outputs are as many runs: import it without "
			"other files",
			s.path, s.text.n_tools);
	if (st == V_OK && o->describe)
		st = verr_set(&err, V_EUSAGE, "%s: --describe is for a single run", s.path);
	if (st == V_END) {
		exit_status = import_files(o, files, n);
	} else if (st == V_OK) {
		exit_status = import_script(o, &s);
	} else {
		log_error("import: %s", err.msg);
		exit_status = (int)vstatus_exit(st);
	}
	script_release(&s);
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
check_operands(struct import *o, char **operands, size_t n, struct verr *err)
{
	if (o->date && !when_parse(&o->when, slice_of(o->date)))
		return verr_set(err, V_EUSAGE,
			"--date %s: expected YYYY-MM-DD, and Z or +hh:mm behind it where the zone "
			"is known",
			o->date);
	if (o->output && !*o->output)
		return verr_set(err, V_EUSAGE, "-o: the name of the dataset is empty");
	for (size_t i = 0; i < o->factors.n; i++)
		if (settings_has_factor(&o->factors, i))
			return verr_set(err, V_EUSAGE,
				"--factor %s: that factor has a level already",
				o->factors.items[i]);
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
			"one run for each row: columns file:NAME or files, platform, driver, ..., "
			"factors",
			0, 0, 0},
		{"date", 0, OPT_TEXT, &o.date, "DATE",
			"day and zone of times that lack them: 2026-11-21, 2026-11-21+01:00", 0, 0,
			0},
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
