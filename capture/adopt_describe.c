/*
 * adopt_describe - what a partial run.json adds to an adopted run; see adopt.h.
 */
#include <stdlib.h>
#include <string.h>

#include "capture/adopt.h"
#include "core/alloc.h"
#include "core/file.h"
#include "core/json.h"

static void
set_text(char **to, const char *from)
{
	if (!from)
		return;
	free(*to);
	*to = xstrdup(from);
}

/* Does the document give its point a place?  Read as a struct, every point has one. */
static bool
has_order(const struct json *document, const char *point)
{
	const struct json *m = json_first(json_get(document, "points"));

	while (m && strcmp(json_str(json_get(m, "name"), ""), point) != 0)
		m = json_next(m);
	return json_get(m, "order") != NULL;
}

static void
describe_point(struct run *r, const struct run_point *from, const struct json *document)
{
	for (size_t i = 0; i < r->n_points; i++) {
		struct run_point *p = &r->points[i];

		if (strcmp(p->name, from->name) != 0)
			continue;
		if (has_order(document, from->name))
			p->order = from->order;
		set_text(&p->host, from->host);
		set_text(&p->interface, from->interface);
		set_text(&p->netns, from->netns);
		set_text(&p->filter, from->filter);
		set_text(&p->tstamp_type, from->tstamp_type);
		p->dropped_by_kernel = from->dropped_by_kernel;
		p->dropped_by_interface = from->dropped_by_interface;
	}
}

/* A struct run has its points from the innermost; equal orders keep their places. */
static void
sort_points(struct run *r)
{
	for (size_t i = 1; i < r->n_points; i++) {
		struct run_point p = r->points[i];
		size_t k = i;

		for (; k > 0 && r->points[k - 1].order > p.order; k--)
			r->points[k] = r->points[k - 1];
		r->points[k] = p;
	}
}

static void
replace_argv(struct run_tool *t, const struct run_tool *from)
{
	for (size_t i = 0; i < t->n_argv; i++)
		free(t->argv[i]);
	t->argv = xrealloc(t->argv, from->n_argv, sizeof *t->argv);
	for (size_t i = 0; i < from->n_argv; i++)
		t->argv[i] = xstrdup(from->argv[i]);
	t->n_argv = from->n_argv;
}

static void
describe_tool(struct run *r, const struct run_tool *from)
{
	for (size_t i = 0; i < r->n_tools; i++) {
		struct run_tool *t = &r->tools[i];

		if (strcmp(t->file, from->file) != 0)
			continue;
		set_text(&t->version, from->version);
		set_text(&t->host, from->host);
		t->exit = from->exit;
		replace_argv(t, from);
	}
}

static void
describe_counters(struct run *r, const struct run_counters *from)
{
	for (size_t i = 0; i < r->n_counters; i++)
		if (strcmp(r->counters[i].file, from->file) == 0)
			set_text(&r->counters[i].host, from->host);
}

static void
describe(struct run *r, struct run *part)
{
	for (size_t i = 0; i < part->n_points; i++)
		describe_point(r, &part->points[i], part->document);
	sort_points(r);
	for (size_t i = 0; i < part->n_tools; i++)
		describe_tool(r, &part->tools[i]);
	for (size_t i = 0; i < part->n_counters; i++)
		describe_counters(r, &part->counters[i]);
	set_text(&r->started, part->started);
	set_text(&r->ended, part->ended);
	json_free(r->document); /* its other keys are kept when the run is stored */
	r->document = part->document;
	part->document = NULL;
}

enum vstatus
adopt_describe(struct adoption *a, const char *path, struct verr *err)
{
	struct run part;
	char *text = NULL;
	size_t len;
	enum vstatus st = file_slurp(&text, &len, path, err);

	run_init(&part);
	if (st == V_OK)
		st = run_parse(&part, text, len, path, err);
	if (st == V_OK)
		describe(&a->run, &part);
	run_release(&part);
	free(text);
	return st;
}
