/*
 * adopt_text - outputs of tools and tables of counters into a run directory; see adopt.h.
 *
 * Outputs are kept as they are, under their own name.  Those of samplers of system counters are
 * read as well, and a table of counters made of them (capture/printed), so that one form is
 * analysed whoever recorded it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "capture/adopt_int.h"
#include "capture/columns.h"
#include "capture/echoed.h"
#include "capture/printed.h"
#include "core/alloc.h"
#include "core/file.h"
#include "core/loadtool.h"
#include "core/log.h"
#include "core/str.h"
#include "core/table.h"
#include "core/tstamp.h"
#include "core/zio.h"

#define COUNTERS "counters"
/* How sar's own files begin, on little-endian machines: SYSSTAT_MAGIC of its sa.h. */
#define SAR_MAGIC "\x96\xd5"

/* ---- names ---- */

/* "counters", "counters.hostA" */
static bool
is_counters_name(const char *point)
{
	size_t n = strlen(COUNTERS);

	return point && !strncmp(point, COUNTERS, n) && (!point[n] || point[n] == '.');
}

/* The host that the name before "=" tells; NULL: none. */
static const char *
host_of(const char *point)
{
	if (!point || !strcmp(point, ADOPT_APP))
		return NULL;
	if (!is_counters_name(point))
		return point;
	return point[strlen(COUNTERS)] && point[strlen(COUNTERS) + 1] ? point + strlen(COUNTERS) + 1
								      : NULL;
}

/* "counters.sar.csv.zst", "counters.sar-2.csv.zst" */
static char *
counters_name(const struct adoption *a, const char *middle)
{
	for (int k = 1;; k++) {
		char *file = k == 1
			? xasprintf(COUNTERS "%s%s.csv.zst", *middle ? "." : "", middle)
			: xasprintf(COUNTERS "%s%s-%d.csv.zst", *middle ? "." : "", middle, k);
		char *to = file_join(a->dir, file);
		bool taken = file_exists(to);

		free(to);
		if (!taken)
			return file;
		free(file);
	}
}

/* ---- counters ---- */

static enum vstatus
write_compressed(const struct adoption *a, const char *file, struct slice text, struct verr *err)
{
	char *to = file_join(a->dir, file);
	struct zwriter *w;
	enum vstatus st = zwriter_open(&w, to, 0, err), st2;

	free(to);
	if (st != V_OK)
		return st;
	st = zwriter_write(w, text.p, text.n, err);
	st2 = zwriter_close(w, st == V_OK ? err : NULL);
	return st == V_OK ? st2 : st;
}

static enum vstatus
add_counters(struct adoption *a, char *file, const char *host, const char *kind, struct slice text,
	const char *name, struct verr *err)
{
	struct table t;
	enum vstatus st;

	table_init(&t);
	st = table_parse_csv(&t, text.p, text.n, name, err);
	if (st == V_OK)
		st = write_compressed(a, file, text, err);
	if (st == V_OK)
		columns_add(&a->run, file, host, &t, kind);
	table_release(&t);
	free(file);
	return st;
}

/* A table in our own form. */
static enum vstatus
adopt_counters(struct adoption *a, const struct operand *o, struct verr *err)
{
	const char *host = host_of(o->point);
	char *text;
	size_t len;
	enum vstatus st = file_slurp(&text, &len, o->path, err);

	if (st != V_OK)
		return st;
	st = add_counters(a, counters_name(a, host ? host : ""), host, NULL,
		(struct slice){text, len}, o->path, err);
	free(text);
	return st;
}

/* What is not in the table is counted, and shown. */
static void
report_left_out(struct adoption *a, const struct printed *p, const char *path)
{
	const struct {
		uint64_t n;
		const char *what;
		bool problem;
	} left_out[] = {
		{p->n_since_boot, "reports of means since the machine's start", false},
		{p->n_texts, "columns of texts", false},
		{p->n_unknown, "lines that are neither heading nor values", true},
		{p->n_unreadable, "cells that are no numbers", true},
		{p->n_twice, "values of a time that has one already", true},
		{p->n_over, "values beyond the limit of a table", true},
	};

	if (p->ambiguous_date)
		log_warn("%s: the date is read as month/day/year; --date gives another", path);
	for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) {
		if (!left_out[i].n)
			continue;
		log_info("%s: not in the table of counters: %" PRIu64 " %s", path, left_out[i].n,
			left_out[i].what);
		a->n_problems += left_out[i].problem;
	}
}

static void
note_counters_time(struct adoption *a, struct slice csv)
{
	struct slice line, field;
	int64_t t_ns;

	slice_line(&line, &csv);
	while (slice_line(&line, &csv)) {
		if (!slice_cut(&field, &line, ',') || !slice_i64(field, &t_ns))
			continue;
		if (a->counters_first_ns == TSTAMP_NONE || t_ns < a->counters_first_ns)
			a->counters_first_ns = t_ns;
		if (t_ns > a->counters_last_ns)
			a->counters_last_ns = t_ns;
	}
}

static enum vstatus
add_printed(struct adoption *a, const struct printed *p, const char *middle, const char *host,
	const char *kind, const char *path, struct verr *err)
{
	struct slice csv = {p->csv.p, p->csv.n};

	report_left_out(a, p, path);
	note_counters_time(a, csv);
	return add_counters(
		a, counters_name(a, middle), host ? host : p->host, kind, csv, path, err);
}

/* CSV that the user calls counters. */
static enum vstatus
adopt_foreign(struct adoption *a, const struct operand *o, struct verr *err)
{
	const char *host = host_of(o->point);
	struct printed p;
	enum vstatus st = printed_convert_csv(&p, o->path, &a->when, err);

	if (st == V_OK)
		st = add_printed(a, &p, host ? host : "", host, NULL, o->path, err);
	printed_release(&p);
	return st;
}

static enum vstatus
convert(struct adoption *a, enum load_kind kind, struct slice text, const char *path,
	const char *host, struct verr *err)
{
	struct printed p;
	struct verr why;
	enum vstatus st;

	if (!printed_reads(kind)) {
		log_info("%s: %s, %s: kept, and not made into a table of counters", path,
			loadtool_name(kind), loadtool_form(kind));
		return V_OK;
	}
	st = printed_convert(&p, kind, text, path, &a->when, &why);
	if (st == V_OK) {
		st = add_printed(a, &p, loadtool_name(kind), host, "level", path, err);
	} else if (st == V_EDOM || st == V_EFORMAT) {
		log_warn("%s: kept, but no table of counters is made of it", why.msg);
		report_left_out(a, &p, path);
		a->n_problems++;
		st = V_OK;
	} else {
		verr_set(err, st, "%s", why.msg);
	}
	printed_release(&p);
	return st;
}

/* ---- tools ---- */

static void
set_argv(struct run_tool *t, const struct transcript_part *part)
{
	t->argv = xcalloc(part->n_argv + 1, sizeof *t->argv);
	for (; t->n_argv < part->n_argv; t->n_argv++)
		t->argv[t->n_argv] = xstrdup(part->argv[t->n_argv]);
}

/* If the command is echoed above its output: arguments, and factors. */
static void
take_echo(struct adoption *a, struct run_tool *t, struct slice text)
{
	struct transcript script;

	if (transcript_split(&script, text.p, text.n, NULL) == V_OK && script.n_tools == 1)
		for (size_t i = 0; i < script.n_parts; i++) {
			const struct transcript_part *p = &script.parts[i];

			if (!p->program)
				continue;
			set_argv(t, p);
			echoed_factors(&a->run, p->program, p->argv, p->n_argv);
		}
	transcript_release(&script);
}

static struct run_tool *
add_tool(struct adoption *a, const struct loadtool *tool, const char *name, const char *file)
{
	struct run_tool *t = run_add_tool(&a->run, name, file);

	if (tool->version[0])
		t->version = xstrdup(tool->version);
	return t;
}

static enum vstatus
adopt_tool(struct adoption *a, const struct operand *o, const struct loadtool *tool,
	const char *name, struct slice head, struct verr *err)
{
	char *base = file_base(o->path), *to = file_join(a->dir, base), *text = NULL;
	const char *host = host_of(o->point);
	size_t len;
	enum vstatus st = file_exists(to)
		? verr_set(err, V_EUSAGE, "%s: the run holds a file of that name already", o->path)
		: file_copy(o->path, to, err);

	if (st == V_OK) {
		struct run_tool *t = add_tool(a, tool, name, base);

		t->host = host ? xstrdup(host) : NULL;
		take_echo(a, t, head);
	}
	if (st == V_OK && loadtool_class(tool->kind) == LOAD_CLASS_COUNTERS) {
		st = file_slurp(&text, &len, o->path, err);
		if (st == V_OK)
			st = convert(a, tool->kind, (struct slice){text, len}, o->path, host, err);
		free(text);
	}
	free(base);
	free(to);
	return st;
}

enum vstatus
adopt_part(
	struct adoption *a, const struct transcript_part *part, const char *file, struct verr *err)
{
	char *to = file_join(a->dir, file);
	enum vstatus st = file_write_atomic(to, part->text.p, part->text.n, err);
	struct loadtool tool;
	bool known;

	free(to);
	if (st != V_OK)
		return st;
	known = loadtool_recognise(&tool, part->text.p, part->text.n, file);
	/* what the output says is surer: wrk2 is often called wrk */
	set_argv(add_tool(a, &tool, known ? loadtool_name(tool.kind) : part->program, file), part);
	echoed_factors(&a->run, part->program, part->argv, part->n_argv);
	if (!known) {
		a->run.state = RUN_FAILED;
		a->run.reason = xasprintf("no output of %s", part->program);
		a->n_problems++;
	} else if (loadtool_class(tool.kind) == LOAD_CLASS_COUNTERS) {
		st = convert(a, tool.kind, part->text, file, NULL, err);
	}
	return st;
}

/* ---- what is it? ---- */

/* Is there a header and a row of as many fields? */
static bool
is_csv(const char *path, struct slice head)
{
	struct slice line;
	struct table t;
	bool yes;

	if (!slice_line(&line, &head) || slice_find(line, ",") == SIZE_MAX)
		return false;
	table_init(&t);
	yes = table_read_csv_texts(&t, path, NULL) == V_OK && t.n_columns > 1 && t.n_rows;
	table_release(&t);
	return yes;
}

static enum vstatus
adopt_by_head(struct adoption *a, const struct operand *o, struct slice head, struct verr *err)
{
	struct loadtool tool;
	bool known = loadtool_recognise(&tool, head.p, head.n, o->path);

	if (slice_starts(head, "t_ns,"))
		return adopt_counters(a, o, err);
	if (is_counters_name(o->point) && loadtool_class(tool.kind) != LOAD_CLASS_COUNTERS)
		return adopt_foreign(a, o, err);
	if (known)
		return adopt_tool(a, o, &tool, loadtool_name(tool.kind), head, err);
	if (is_csv(o->path, head)) {
		log_info("%s: CSV that no tool is known to write: kept as it is", o->path);
		return adopt_tool(a, o, &tool, "csv", head, err);
	}
	if (slice_starts(head, SAR_MAGIC))
		return verr_set(err, V_EFORMAT,
			"%s: a binary file of sar: import what \"sadf -d\" or \"sar -f\" prints of it",
			o->path);
	if (!head.n)
		return verr_set(err, V_EFORMAT, "%s: the file is empty", o->path);
	return verr_set(err, V_EFORMAT,
		"%s: neither a capture (pcap, pcapng) nor the output of a tool that is known, nor "
		"CSV",
		o->path);
}

enum vstatus
adopt_text(struct adoption *a, const struct operand *o, struct verr *err)
{
	char *head = xmalloc(LOADTOOL_HEAD_BYTES);
	size_t n;
	enum vstatus st = file_head(head, &n, LOADTOOL_HEAD_BYTES, o->path, err);

	if (st == V_OK)
		st = adopt_by_head(a, o, (struct slice){head, n}, err);
	free(head);
	return st;
}
