/*
 * plots - see plots.h.
 *
 * gnuplot's PDF terminal writes the time of day into the file; it is overwritten digit by digit,
 * so that no offset in the file moves.
 */
#include "report/plots.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "report/gnuplot.h"
#include "report/plot.h"
#include "report/svg.h"

#define PDF_DATE "/CreationDate (D:"
#define PDF_DATE_DIGITS "19700101000000"

static const char *const suffixes[] = {"gp", "dat", "log", "svg"};

static char *
path_of(const char *dir, const struct doc_figure *f, const char *suffix)
{
	char *name = xasprintf("figure-%s.%s", f->id, suffix), *path = file_join(dir, name);

	free(name);
	return path;
}

/* store - a buffer as a figure's file; the buffer is empty then. */
static enum vstatus
store(struct strbuf *b, const char *dir, const struct doc_figure *f, const char *suffix,
	struct verr *err)
{
	char *path = path_of(dir, f, suffix);
	enum vstatus st = file_write_atomic(path, b->n ? b->p : "", b->n, err);

	strbuf_clear(b);
	free(path);
	return st;
}

static enum vstatus
store_sources(const struct doc_figure *f, const char *dir, struct verr *err)
{
	struct strbuf b;
	enum vstatus st;

	strbuf_init(&b);
	plot_script(&b, f);
	st = store(&b, dir, f, "gp", err);
	if (st == V_OK) {
		plot_data(&b, f);
		st = store(&b, dir, f, "dat", err);
	}
	strbuf_release(&b);
	return st;
}

/* description - what a drawing shows, for who does not see it. */
static void
description(struct strbuf *out, const struct doc_figure *f)
{
	strbuf_adds(out,
		f->kind == DOC_CDF      ? "Cumulative share of probes over "
			: f->kind == DOC_PANELS ? "Curves of "
						: "A point with its interval for each row: ");
	strbuf_addf(out, "%s (%s). ", f->axis, num_unit_label(f->unit));
	for (size_t i = 0; i < f->n_curves; i++)
		strbuf_addf(out, "%s%s", i ? ", " : "Curves: ", f->curves[i].label);
	for (size_t i = 0; i < f->n_marks; i++)
		strbuf_addf(out, "%s%s", i ? ", " : "Rows: ", f->marks[i].label);
	strbuf_adds(out, ". The numbers are in the tables and the CSV.");
}

static enum vstatus
clean(struct strbuf *out, const struct doc_figure *f, const char *dir, enum svg_colours colours,
	struct verr *err)
{
	char *path = path_of(dir, f, "svg"), *id = xasprintf("figure-%s", f->id), *text;
	struct svg_params p = {.id = id, .title = f->title, .colours = colours};
	struct strbuf about;
	size_t len;
	enum vstatus st = file_slurp(&text, &len, path, err);

	strbuf_init(&about);
	if (st == V_OK) {
		description(&about, f);
		p.description = about.p;
		st = svg_clean(out, text, len, &p, err);
		free(text);
	}
	if (st != V_OK) {
		verr_ctx(err, "figure %s", f->id);
		st = V_EIO; /* it is gnuplot that failed, not the results */
	}
	strbuf_release(&about);
	free(path);
	free(id);
	return st;
}

static enum vstatus
clean_svg(const struct doc_figure *f, const char *dir, struct verr *err)
{
	struct strbuf b;
	enum vstatus st;

	strbuf_init(&b);
	strbuf_adds(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	st = clean(&b, f, dir, SVG_PLAIN, err);
	if (st == V_OK)
		st = store(&b, dir, f, "svg", err);
	strbuf_release(&b);
	return st;
}

static enum vstatus
undate_pdf(const struct doc_figure *f, const char *dir, struct verr *err)
{
	char *path = path_of(dir, f, "pdf"), *text;
	size_t len, n = strlen(PDF_DATE_DIGITS);
	enum vstatus st = file_slurp(&text, &len, path, err);

	if (st == V_OK) {
		char *date = memmem(text, len, PDF_DATE, strlen(PDF_DATE));

		if (date) {
			date += strlen(PDF_DATE);
			for (size_t i = 0; i < n && isdigit((unsigned char)date[i]); i++)
				date[i] = PDF_DATE_DIGITS[i];
			st = file_write_atomic(path, text, len, err);
		}
		free(text);
	}
	free(path);
	return st;
}

static void
remove_file(const char *dir, const struct doc_figure *f, const char *suffix)
{
	char *path = path_of(dir, f, suffix);

	unlink(path);
	free(path);
}

static bool
is_drawn(const struct doc_figure *f)
{
	return !f->csv_only;
}

/* run - gnuplot on all figures that are drawn; st and err of jobs[i] belong to figure i. */
static enum vstatus
run(struct gnuplot_job *jobs, const struct doc *d, const char *dir, const char *formats,
	size_t n_parallel, struct verr *err)
{
	struct gnuplot_job *packed = xcalloc(d->n_figures + 1, sizeof *packed);
	size_t *from = xcalloc(d->n_figures + 1, sizeof *from);
	size_t n = 0;
	enum vstatus st;

	for (size_t i = 0; i < d->n_figures; i++) {
		if (!is_drawn(&d->figures[i]))
			continue;
		from[n] = i;
		packed[n].script = xasprintf("figure-%s.gp", d->figures[i].id);
		packed[n++].log = xasprintf("figure-%s.log", d->figures[i].id);
	}
	st = gnuplot_run(packed, n, dir, formats, n_parallel, err);
	for (size_t k = 0; k < n; k++) {
		jobs[from[k]].st = packed[k].st;
		jobs[from[k]].err = packed[k].err;
		free(packed[k].script);
		free(packed[k].log);
	}
	free(from);
	free(packed);
	return st;
}

static enum vstatus
finish_file(const struct gnuplot_job *job, const struct doc_figure *f, const char *dir,
	struct verr *err)
{
	enum vstatus st;

	remove_file(dir, f, "log");
	if (job->st != V_OK)
		return verr_set(err, job->st, "%s", job->err.msg);
	st = clean_svg(f, dir, err);
	return st == V_OK ? undate_pdf(f, dir, err) : st;
}

enum vstatus
plots_store(const struct doc *d, const char *dir, size_t n_parallel, struct verr *err)
{
	struct gnuplot_job *jobs = xcalloc(d->n_figures + 1, sizeof *jobs);
	enum vstatus st = file_mkdirs(dir, err);

	for (size_t i = 0; st == V_OK && i < d->n_figures; i++) {
		if (is_drawn(&d->figures[i]))
			st = store_sources(&d->figures[i], dir, err);
	}
	if (st == V_OK)
		st = run(jobs, d, dir, "svg pdf png", n_parallel, err);
	for (size_t i = 0; st == V_OK && i < d->n_figures; i++) {
		if (is_drawn(&d->figures[i]))
			st = finish_file(&jobs[i], &d->figures[i], dir, err);
	}
	free(jobs);
	return st;
}

void
plots_init(struct plots *p)
{
	memset(p, 0, sizeof *p);
}

void
plots_release(struct plots *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->svg[i]);
	free(p->svg);
	plots_init(p);
}

static enum vstatus
take_svg(struct plots *p, size_t i, const struct gnuplot_job *job, const struct doc_figure *f,
	const char *dir, struct verr *err)
{
	struct strbuf b;
	enum vstatus st;

	if (job->st != V_OK)
		return verr_set(err, job->st, "%s", job->err.msg);
	strbuf_init(&b);
	st = clean(&b, f, dir, SVG_THEMED, err);
	if (st == V_OK)
		p->svg[i] = strbuf_detach(&b);
	strbuf_release(&b);
	return st;
}

static enum vstatus
make_in(struct plots *p, const struct doc *d, const char *dir, size_t n_parallel, struct verr *err)
{
	struct gnuplot_job *jobs = xcalloc(d->n_figures + 1, sizeof *jobs);
	enum vstatus st = V_OK, first = V_OK;

	for (size_t i = 0; st == V_OK && i < d->n_figures; i++) {
		if (is_drawn(&d->figures[i]))
			st = store_sources(&d->figures[i], dir, err);
	}
	if (st == V_OK)
		st = run(jobs, d, dir, "svg", n_parallel, err);
	for (size_t i = 0; st == V_OK && i < d->n_figures; i++) {
		enum vstatus one;

		if (!is_drawn(&d->figures[i]))
			continue;
		one = take_svg(p, i, &jobs[i], &d->figures[i], dir, first == V_OK ? err : NULL);
		first = first == V_OK ? one : first;
	}
	free(jobs);
	return st == V_OK ? first : st;
}

enum vstatus
plots_make(struct plots *p, const struct doc *d, size_t n_parallel, struct verr *err)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = xasprintf("%s/vreport-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	enum vstatus st;

	p->svg = xcalloc(d->n_figures + 1, sizeof *p->svg);
	p->n = d->n_figures;
	if (!mkdtemp(dir)) {
		st = verr_sys(err, "cannot make the directory %s", dir);
		free(dir);
		return st;
	}
	st = make_in(p, d, dir, n_parallel, err);
	for (size_t i = 0; i < d->n_figures; i++) {
		for (size_t k = 0; k < sizeof suffixes / sizeof *suffixes; k++)
			remove_file(dir, &d->figures[i], suffixes[k]);
	}
	rmdir(dir);
	free(dir);
	return st;
}
