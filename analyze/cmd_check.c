/*
 * cmd_check - "vanalyze check": is it intact?
 *
 * One row per finding.  Checksums (SHA256SUMS), run.json against its schema's rules, files that
 * are missing or listed nowhere, captures read to their end and counted against run.json, drops,
 * clocks that stepped back, tools that failed, outputs that are cut.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/commands.h"
#include "analyze/in_ping.h"
#include "analyze/loadobs.h"
#include "analyze/pipeline.h"
#include "analyze/tabular.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "core/trace.h"
#include "core/tstamp.h"

static const char usage[] = "vanalyze check [OPTION]... DATASET|RUN|FILE...";
static const char about[] =
	"Is it intact?  Checksums, run.json, missing files, damaged captures, dropped packets, "
	"clock steps, failed tools.  Exit status 0 when nothing was found, 4 otherwise.";

struct checking {
	struct table *rows;
	const char *dataset;
	const char *run;
	bool loose; /* a file on its own, which nobody made checksums of */
	size_t n_found;
};

/* severity: "error" (data is missing or damaged) or "warning" (to be known when judging it). */
static void __attribute__((format(printf, 4, 5)))
found(struct checking *c, const char *severity, const char *file, const char *fmt, ...)
{
	size_t row = table_add_row(c->rows);
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	table_set_text(c->rows, 0, row, severity);
	table_set_text(c->rows, 1, row, c->dataset);
	table_set_text(c->rows, 2, row, c->run);
	table_set_text(c->rows, 3, row, file);
	table_set_text(c->rows, 4, row, text);
	free(text);
	c->n_found++;
}

static void
check_sums(struct checking *c, const struct run *r)
{
	char **bad = NULL;
	size_t n_ok = 0, n_bad = 0;
	struct verr err;
	enum vstatus st;

	if (c->loose)
		return;
	st = sums_check(&n_ok, &bad, &n_bad, r->path, &err);
	if (st != V_OK)
		found(c, "warning", "SHA256SUMS", "%s", err.msg);
	for (size_t i = 0; st == V_OK && i < n_bad; i++)
		found(c, "error", "SHA256SUMS", "%s", bad[i]);
	texts_free(bad, n_bad);
}

/* Packets of the file; steps of the clock are reported once. */
static uint64_t
check_capture(struct checking *c, const char *path, const char *file)
{
	struct trace_record rec;
	int64_t newest = INT64_MIN;
	uint64_t n = 0, n_back = 0;
	struct verr err;
	struct trace *t;
	enum vstatus st = trace_open(&t, path, ZIO_INLINE, &err);

	if (st != V_OK) {
		found(c, "error", file, "%s", err.msg);
		return 0;
	}
	while ((st = trace_next(t, &rec, &err)) == V_OK) {
		n++;
		if (newest > INT64_MIN && rec.t_ns != TSTAMP_NONE &&
			tstamp_diff(rec.t_ns, newest) < -NS_PER_S)
			n_back++;
		if (rec.t_ns > newest)
			newest = rec.t_ns;
	}
	if (st != V_END)
		found(c, "error", file, "%s", err.msg);
	if (n_back)
		found(c, "warning", file,
			"the clock stepped back: %" PRIu64
			" packets are more than 1 s older than one "
			"before them",
			n_back);
	if (trace_info(t)->dropped_known && trace_info(t)->dropped)
		found(c, "warning", file,
			"%" PRIu64 " packets were dropped, as the file itself says",
			trace_info(t)->dropped);
	trace_close(t);
	return n;
}

static void
check_drops(struct checking *c, const struct run_point *p)
{
	const struct {
		int64_t n;
		const char *by;
	} drops[] = {
		{p->dropped_by_kernel, "the kernel"},
		{p->dropped_by_interface, "the interface"},
		{p->dropped_by_writer, "the writer"},
	};

	for (size_t i = 0; i < sizeof drops / sizeof *drops; i++)
		if (drops[i].n != RUN_NA && drops[i].n > 0)
			found(c, "warning", NULL, "point %s: %" PRId64 " packets dropped by %s",
				p->name, drops[i].n, drops[i].by);
}

static void
check_point(struct checking *c, const struct run *r, const struct run_point *p)
{
	uint64_t n = 0;

	for (size_t i = 0; i < p->n_files; i++) {
		char *path = run_file_path(r, p->files[i]);

		n += check_capture(c, path, p->files[i]);
		free(path);
	}
	if (p->packets != RUN_NA && (uint64_t)p->packets != n)
		found(c, "error", NULL,
			"point %s: run.json tells of %" PRId64 " packets, the files hold %" PRIu64,
			p->name, p->packets, n);
	check_drops(c, p);
}

static void
check_ping(struct checking *c, const char *file, const char *text, size_t len, const char *path)
{
	struct ping_output out = {0};
	struct verr err;

	if (ping_parse(&out, text, len, path, &err) != V_OK)
		found(c, "error", file, "%s", err.msg);
	else if (out.summary_missing)
		found(c, "error", file, "cut short: the summary at the end is missing");
	else if (out.n_lines_unknown)
		found(c, "warning", file, "%" PRIu64 " lines are not understood",
			out.n_lines_unknown);
	ping_output_release(&out);
}

/* Is it ping's?  A loose file bears no tool's name, and may be of any other that is known. */
static enum vstatus
is_ping(bool *yes, const struct run *r, const struct run_tool *t, const char *path,
	struct verr *err)
{
	enum load_class class;

	if (*t->name) {
		*yes = slice_ends(slice_of(t->name), "ping");
		return V_OK;
	}
	class = loadobs_class(r, t);
	*yes = class == LOAD_CLASS_PING || class == LOAD_CLASS_NONE;
	return class == LOAD_CLASS_NONE ? observation_check_ping(path, err) : V_OK;
}

static void
check_tool(struct checking *c, const struct run *r, const struct run_tool *t)
{
	struct verr err;
	char *path, *text = NULL;
	size_t len;
	bool ping;

	if (t->exit != RUN_NA && t->exit != 0)
		found(c, "warning", t->file, "%s ended with exit status %" PRId64, t->name,
			t->exit);
	if (!t->file)
		return;
	path = file_join(r->path, t->file);
	if (is_ping(&ping, r, t, path, &err) != V_OK || file_slurp(&text, &len, path, &err) != V_OK)
		found(c, "error", t->file, "%s", err.msg);
	else if (ping)
		check_ping(c, t->file, text, len, path);
	free(text);
	free(path);
}

static void
check_state(struct checking *c, const struct run *r)
{
	if (r->state == RUN_RECORDING && run_is_held(r->path))
		found(c, "warning", "run.json", "is being recorded: 'vcap stop' ends it");
	else if (r->state == RUN_RECORDING)
		found(c, "warning", "run.json",
			"the recording never ended: its recorder was killed, or runs on another "
			"machine; what is there is used, 'vcap reject' leaves the run out");
	else if (r->state != RUN_COMPLETE)
		found(c, r->state == RUN_FAILED ? "error" : "warning", "run.json",
			"the run's state is %s%s%s", run_state_name(r->state),
			r->reason ? ": " : "", r->reason ? r->reason : "");
}

static bool
is_run_directory(const char *path)
{
	char *file = file_join(path, "run.json");
	bool yes = file_exists(file);

	free(file);
	return yes;
}

static void
check_run(struct checking *c, const struct run *r)
{
	c->run = r->id;
	c->loose = !is_run_directory(r->path);
	check_state(c, r);
	check_sums(c, r);
	for (size_t i = 0; i < r->n_points; i++)
		check_point(c, r, &r->points[i]);
	for (size_t i = 0; i < r->n_tools; i++)
		check_tool(c, r, &r->tools[i]);
}

/* Does the descriptor list the runs that are there, and no others? */
static void
check_descriptor(struct checking *c, const struct dataset *d)
{
	const struct json *resources = json_get(d->document, "resources");
	size_t n_listed = 0;

	for (const struct json *res = json_first(resources); res; res = json_next(res)) {
		const char *path = json_str(json_get(res, "path"), "");
		char *full;

		if (!file_name_is_local(path)) {
			found(c, "error", "datapackage.json",
				"\"%s\" is no path inside the dataset", path);
			continue;
		}
		full = file_join(d->path, path);
		if (!file_exists(full))
			found(c, "error", "datapackage.json", "%s is listed and missing", path);
		n_listed += slice_ends(slice_of(path), "/run.json");
		free(full);
	}
	if (n_listed < d->n_runs)
		found(c, "warning", "datapackage.json", "%zu of %zu runs are not listed",
			d->n_runs - n_listed, d->n_runs);
}

static void
check_dataset(struct checking *c, const struct dataset *d)
{
	struct verr err;

	c->dataset = d->name;
	c->run = NULL;
	for (size_t i = 0; i < d->n_unreadable; i++)
		found(c, "error", NULL, "%s", d->problems[i]);
	if (d->document)
		check_descriptor(c, d);
	for (size_t i = 0; i < d->n_runs; i++)
		check_run(c, &d->runs[i]);
	if (tabular_is(d) && tabular_check(d, &err) != V_OK)
		found(c, "error", NULL, "%s", err.msg);
}

static enum vstatus
run_check(struct results *r, int *exit_status, const struct pipeline *p, char **inputs, size_t n,
	struct verr *err)
{
	static const char *const columns[] = {"severity", "dataset", "run", "file", "finding"};
	struct analysis *a = results_add(r, "findings", NULL, NULL, 0);
	struct checking c = {.rows = &a->rows};
	size_t n_runs = 0, n_tabular = 0;

	(void)p;
	if (!n)
		return verr_set(err, V_EUSAGE, "no input: name a dataset, a run or a file");
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		table_add_column(&a->rows, columns[i], COLUMN_TEXT);
	for (size_t i = 0; i < n; i++) {
		struct dataset d;
		enum vstatus st;

		dataset_init(&d);
		st = dataset_load(&d, inputs[i], err);
		if (st == V_OK)
			check_dataset(&c, &d);
		n_runs += d.n_runs;
		n_tabular += tabular_is(&d);
		dataset_release(&d);
		if (st != V_OK)
			return st;
	}
	analysis_note(a, "%zu run%s checked, %zu finding%s.", n_runs, n_runs == 1 ? "" : "s",
		c.n_found, c.n_found == 1 ? "" : "s");
	*exit_status = c.n_found ? VEXIT_PARTIAL : n_runs || n_tabular ? VEXIT_OK : VEXIT_NODATA;
	if (*exit_status == VEXIT_NODATA)
		log_error("no run among the inputs");
	return V_OK;
}

int
cmd_check(int argc, char **argv)
{
	struct options o;
	const struct opt table[] = {OPTIONS_OUTPUT(&o), OPTIONS_END};
	struct pipeline p = {&o, 0, 0, false};

	return pipeline_main(&p, run_check, table, usage, about, argc, argv);
}
