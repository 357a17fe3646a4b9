/*
 * write - see write.h.
 *
 * Output is made in memory and written at the end, so that a failure leaves no half document.
 */
#include "report/write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/log.h"
#include "report/csv.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report/tex.h"

static bool
is_directory_name(const char *path)
{
	size_t n = path ? strlen(path) : 0;

	return n && (path[n - 1] == '/' || file_is_dir(path));
}

/* store - write a buffer to DIR/PREFIX-ID.SUFFIX (ID NULL: DIR/PREFIX.SUFFIX) and empty it. */
static enum vstatus
store(struct strbuf *b, const char *dir, const char *prefix, const char *id, const char *suffix,
	struct verr *err)
{
	char *name = xasprintf("%s%s%s.%s", prefix, id ? "-" : "", id ? id : "", suffix);
	char *path = file_join(dir, name);
	enum vstatus st = file_write_atomic(path, b->n ? b->p : "", b->n, err);

	strbuf_clear(b);
	free(path);
	free(name);
	return st;
}

static enum vstatus
store_latex(const struct doc *d, const char *dir, struct verr *err)
{
	enum vstatus st = V_OK;
	struct strbuf b;

	strbuf_init(&b);
	for (size_t i = 0; st == V_OK && i < d->n_tables; i++) {
		if (d->tables[i].csv_only)
			continue;
		tex_needs(&b);
		tex_table(&b, &d->tables[i]);
		st = store(&b, dir, "table", d->tables[i].id, "tex", err);
	}
	for (size_t i = 0; st == V_OK && i < d->n_figures; i++) {
		if (d->figures[i].csv_only)
			continue;
		tex_needs(&b);
		tex_figure(&b, &d->figures[i]);
		st = store(&b, dir, "figure", d->figures[i].id, "tex", err);
	}
	if (st == V_OK) {
		tex_document(&b, d, TEX_BY_FILE);
		st = store(&b, dir, "report", NULL, "tex", err);
	}
	strbuf_release(&b);
	return st;
}

static enum vstatus
store_csv(const struct doc *d, const char *dir, struct verr *err)
{
	enum vstatus st = V_OK;
	struct strbuf b;

	strbuf_init(&b);
	for (size_t i = 0; st == V_OK && i < d->n_tables; i++) {
		csv_table(&b, &d->tables[i]);
		st = store(&b, dir, "table", d->tables[i].id, "csv", err);
	}
	for (size_t i = 0; st == V_OK && i < d->n_figures; i++) {
		if (d->figures[i].kind == DOC_INTERVALS)
			continue; /* its numbers are those of a table */
		csv_figure(&b, &d->figures[i]);
		st = store(&b, dir, "figure", d->figures[i].id, "csv", err);
	}
	strbuf_release(&b);
	return st;
}

/* add_html - the page; a drawing that could not be made is left out and told. */
static void
add_html(struct strbuf *b, bool *incomplete, const struct doc *d, const struct settings *s)
{
	struct plots plots;
	struct verr err;
	enum vstatus st;

	plots_init(&plots);
	st = plots_make(&plots, d, (size_t)s->n_parallel, &err);
	if (st != V_OK) {
		*incomplete = true;
		log_warn("figures are left out: %s", err.msg);
	}
	html_document(b, d, &plots, st == V_OK ? NULL : err.msg);
	plots_release(&plots);
}

static void
add_single(struct strbuf *b, bool *incomplete, const struct doc *d, const struct settings *s)
{
	switch ((enum format)s->format) {
	case FORMAT_DEFAULT:
	case FORMAT_LATEX:
		if (s->standalone)
			tex_document(b, d, TEX_INLINE);
		else
			tex_fragment(b, d);
		break;
	case FORMAT_MARKDOWN:
		markdown_document(b, d);
		break;
	case FORMAT_CSV:
		csv_tidy(b, d);
		break;
	case FORMAT_HTML:
		add_html(b, incomplete, d, s);
		break;
	}
}

static enum vstatus
write_directory(bool *incomplete, const struct doc *d, const struct settings *s, struct verr *err)
{
	enum vstatus st = file_mkdirs(s->output, err);
	struct strbuf b;

	if (st != V_OK)
		return st;
	if (s->format == FORMAT_CSV)
		return store_csv(d, s->output, err);
	if (s->format != FORMAT_MARKDOWN && s->format != FORMAT_HTML)
		return store_latex(d, s->output, err);
	strbuf_init(&b);
	add_single(&b, incomplete, d, s);
	st = store(&b, s->output, "report", NULL, s->format == FORMAT_HTML ? "html" : "md", err);
	strbuf_release(&b);
	return st;
}

static enum vstatus
write_document(bool *incomplete, const struct doc *d, const struct settings *s, struct verr *err)
{
	enum vstatus st = V_OK;
	struct strbuf b;

	if (is_directory_name(s->output))
		return write_directory(incomplete, d, s, err);
	strbuf_init(&b);
	add_single(&b, incomplete, d, s);
	if (s->output && strcmp(s->output, "-") != 0)
		st = file_write_atomic(s->output, b.p, b.n, err);
	else
		out_write(stdout, b.p, b.n); /* command_main() looks whether it arrived */
	strbuf_release(&b);
	return st;
}

enum vstatus
write_report(bool *incomplete, const struct doc *d, const struct settings *s, struct verr *err)
{
	enum vstatus st = V_OK;

	*incomplete = false;
	if (s->format != FORMAT_DEFAULT || !s->figures)
		st = write_document(incomplete, d, s, err);
	if (st == V_OK && s->figures)
		st = plots_store(d, s->figures, (size_t)s->n_parallel, err);
	return st;
}
