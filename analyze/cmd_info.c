/*
 * cmd_info - "vanalyze info": what is in datasets, runs and files.
 *
 * Of a dataset it shows what run.json files say; captures named as files are read.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/commands.h"
#include "analyze/loadobs.h"
#include "analyze/pipeline.h"
#include "analyze/tabular.h"
#include "core/file.h"
#include "core/log.h"
#include "core/text.h"
#include "core/trace.h"
#include "core/tstamp.h"

#define LEVELS_SHOWN_MAX 12 /* of a factor; more are only counted */

static const char usage[] = "vanalyze info [OPTION]... DATASET|RUN|FILE...";
static const char about[] = "What is in it: runs, factors and their levels, points, files; "
			    "for capture files the format, packets, time span and protocols.";

static size_t
text_column(struct table *t, const char *name)
{
	size_t c = table_find(t, name);

	return c == SIZE_MAX ? table_add_column(t, name, COLUMN_TEXT) : c;
}

static void
set(struct table *t, size_t row, const char *name, const char *v)
{
	table_set_text(t, text_column(t, name), row, v);
}

static void
set_count(struct table *t, size_t row, const char *name, int64_t v)
{
	size_t c = table_find(t, name);

	if (c == SIZE_MAX)
		c = table_add_column(t, name, COLUMN_INT);
	if (v != RUN_NA)
		table_set_int(t, c, row, v);
}

/* ---- runs ---- */

static void
add_points(struct table *t, size_t row, const struct run *r)
{
	struct strbuf points, tools;

	strbuf_init(&points);
	strbuf_init(&tools);
	for (size_t i = 0; i < r->n_points; i++)
		strbuf_addf(&points, "%s%s", i ? " " : "", r->points[i].name);
	for (size_t i = 0; i < r->n_tools; i++)
		strbuf_addf(&tools, "%s%s", i ? " " : "",
			*r->tools[i].name ? r->tools[i].name : r->tools[i].file);
	set(t, row, "points", points.n ? points.p : NULL);
	set(t, row, "tools", tools.n ? tools.p : NULL);
	strbuf_release(&points);
	strbuf_release(&tools);
}

static void
add_runs(struct results *r, const struct study *s)
{
	struct analysis *a = results_add(r, "runs", NULL, NULL, 0);
	struct table *t = &a->rows;

	for (size_t i = 0; i < s->n_runs; i++) {
		const struct study_run *sr = &s->runs[i];
		size_t row = table_add_row(t);

		for (size_t k = 0; k < sr->labels.n; k++)
			set(t, row, sr->labels.items[k].name, sr->labels.items[k].level);
	}
	for (size_t i = 0; i < s->n_runs; i++) {
		add_points(t, i, s->runs[i].run);
		set(t, i, "state", run_state_name(s->runs[i].run->state));
	}
}

/* ---- factors ---- */

static void
add_levels(struct table *t, const struct study *s, const char *factor)
{
	const char **levels = xcalloc(s->n_runs + 1, sizeof *levels);
	size_t n = 0, distinct = 0, row = table_add_row(t);
	struct strbuf b;

	for (size_t i = 0; i < s->n_runs; i++) {
		const char *v = run_factor(s->runs[i].run, factor);

		if (v)
			levels[n++] = v;
	}
	qsort(levels, n, sizeof *levels, text_order_natural);
	strbuf_init(&b);
	for (size_t i = 0; i < n; i++) {
		if (i && !strcmp(levels[i], levels[i - 1]))
			continue;
		if (distinct++ < LEVELS_SHOWN_MAX)
			strbuf_addf(&b, "%s%s", distinct > 1 ? ", " : "", levels[i]);
	}
	if (distinct > LEVELS_SHOWN_MAX)
		strbuf_addf(&b, ", ... (%zu in all)", distinct);
	set(t, row, "factor", factor);
	set_count(t, row, "runs", (int64_t)n);
	set(t, row, "levels", b.n ? b.p : NULL);
	strbuf_release(&b);
	free(levels);
}

static void
add_factors(struct results *r, const struct study *s)
{
	struct analysis *a = results_add(r, "factors", NULL, NULL, 0);

	add_levels(&a->rows, s, "platform");
	add_levels(&a->rows, s, "driver");
	for (size_t d = 0; d < s->n_datasets; d++) {
		const char **names;
		size_t n;

		dataset_factor_names(&names, &n, &s->datasets[d]);
		for (size_t i = 0; i < n; i++) {
			bool seen = false;

			for (size_t row = 0; row < a->rows.n_rows && !seen; row++)
				seen = !strcmp(table_text(&a->rows, 0, row), names[i]);
			if (!seen)
				add_levels(&a->rows, s, names[i]);
		}
		free(names);
	}
}

/* ---- capture files ---- */

static void
describe_capture(struct table *t, size_t row, struct trace *trace, struct study *s)
{
	uint64_t classes[PACKET_N_CLASSES] = {0}, bytes = 0;
	int64_t first = INT64_MAX, last = INT64_MIN;
	const struct trace_info *info = trace_info(trace);
	struct trace_record rec;
	struct packet p;
	struct verr err;
	char text[TSTAMP_ISO_SIZE];
	enum vstatus st;

	while ((st = trace_next(trace, &rec, &err)) == V_OK) {
		packet_decode(&p, rec.linktype, rec.data, rec.caplen, rec.len);
		classes[p.cls]++;
		bytes += rec.len;
		if (rec.t_ns != TSTAMP_NONE && rec.t_ns < first)
			first = rec.t_ns;
		if (rec.t_ns > last)
			last = rec.t_ns;
	}
	if (st != V_END)
		study_problem(s, "%s", err.msg);
	set(t, row, "format", info->format == TRACE_PCAP ? "pcap" : "pcapng");
	set(t, row, "resolution", info->nanosecond ? "ns" : "us");
	set_count(t, row, "linktype", info->linktype);
	set_count(t, row, "snaplen", info->snaplen);
	set_count(t, row, "interfaces", info->n_interfaces);
	set_count(t, row, "packets", (int64_t)info->n_records);
	set_count(t, row, "bytes", (int64_t)bytes);
	if (first <= last) {
		tstamp_iso(text, first);
		set(t, row, "first", text);
		tstamp_iso(text, last);
		set(t, row, "last", text);
	}
	for (int c = 0; c < PACKET_N_CLASSES; c++)
		if (classes[c])
			set_count(t, row, packet_class_name((enum packet_class)c),
				(int64_t)classes[c]);
}

static void
add_capture(struct table *t, struct study *s, const struct run *run, const char *file)
{
	char *path = run_file_path(run, file);
	struct verr err;
	struct trace *trace;

	if (trace_open(&trace, path, ZIO_INLINE, &err) == V_OK) {
		size_t row = table_add_row(t);

		set(t, row, "file", path);
		describe_capture(t, row, trace, s);
		trace_close(trace);
	} else {
		study_problem(s, "%s", err.msg);
	}
	free(path);
}

static void
add_captures(struct results *r, struct study *s)
{
	struct analysis *a = results_add(r, "captures", NULL, NULL, 0);

	for (size_t i = 0; i < s->n_runs; i++) {
		const struct run *run = s->runs[i].run;

		if (s->runs[i].dataset->document)
			continue; /* a whole dataset: its run.json files tell */
		for (size_t k = 0; k < run->n_points; k++)
			for (size_t f = 0; f < run->points[k].n_files; f++)
				add_capture(&a->rows, s, run, run->points[k].files[f]);
	}
}

/* Loose files that nothing here reads; each is reported. */
static size_t
report_unknown(struct study *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_runs; i++) {
		const struct run *run = s->runs[i].run;
		const struct run_tool *t = run->tools;
		struct verr err;
		char *path;

		if (run->n_tools != 1 || *t->name || loadobs_class(run, t) != LOAD_CLASS_NONE)
			continue;
		path = file_join(run->path, t->file);
		if (observation_check_ping(path, &err) != V_OK) {
			study_problem(s, "%s", err.msg);
			n++;
		}
		free(path);
	}
	return n;
}

static enum vstatus
run_info(struct results *r, int *exit_status, const struct pipeline *p, char **inputs, size_t n,
	struct verr *err)
{
	struct study_params params = options_study_params(p->options, false);
	struct study s;
	size_t n_tabular = 0, n_unknown = 0;
	enum vstatus st;

	params.keep_failed = true; /* it lists everything, with its state */
	st = study_load(&s, inputs, n, &params, err);
	if (st == V_OK)
		st = study_check_selection(&s, &params, err);
	if (st == V_OK)
		n_unknown = report_unknown(&s);
	if (st == V_OK && s.n_runs > n_unknown) {
		add_runs(r, &s);
		add_factors(r, &s);
		add_captures(r, &s);
	}
	for (size_t i = 0; st == V_OK && i < s.n_datasets; i++) {
		if (!tabular_is(&s.datasets[i]))
			continue;
		st = tabular_info(r, &s.datasets[i], err);
		n_tabular++;
	}
	if (st == V_OK) {
		study_sources(&s, r, false);
		*exit_status = s.n_runs == n_unknown && !n_tabular ? VEXIT_NODATA
			: s.n_problems                             ? VEXIT_PARTIAL
								   : VEXIT_OK;
		if (!s.n_runs && !n_tabular)
			log_error("no run among the inputs");
	}
	study_release(&s);
	return st;
}

int
cmd_info(int argc, char **argv)
{
	struct options o;
	const struct opt table[] = {OPTIONS_INPUT(&o), OPTIONS_OUTPUT(&o), OPTIONS_END};
	struct pipeline p = {&o, 0, 0, false};

	return pipeline_main(&p, run_info, table, usage, about, argc, argv);
}
