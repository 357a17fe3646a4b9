/*
 * html_figure - figures of the HTML page; see html_int.h.
 *
 * The script and the data that gnuplot read travel inside the links that save them.
 */
#include "report/escape.h"
#include "report/html_int.h"
#include "report/plot.h"

/* base64 - RFC 4648, section 4. */
static void
base64(struct strbuf *out, const struct strbuf *in)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < in->n; i += 3) {
		size_t n = in->n - i < 3 ? in->n - i : 3;
		unsigned long bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < n ? (unsigned char)in->p[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			strbuf_addc(out, k <= n ? digits[bits >> (18 - 6 * k) & 63] : '=');
	}
}

static void
link_to(struct strbuf *out, const struct doc_figure *f, const char *suffix, const char *text,
	const struct strbuf *content)
{
	strbuf_addf(out,
		"<a download=\"figure-%s.%s\" href=\"data:text/plain;charset=utf-8;base64,", f->id,
		suffix);
	base64(out, content);
	strbuf_addf(out, "\">%s</a>", text);
}

static void
files(struct strbuf *out, const struct doc_figure *f)
{
	struct strbuf content;

	strbuf_init(&content);
	strbuf_adds(out, "<span class=\"files\">To adjust it: ");
	plot_script(&content, f);
	link_to(out, f, "gp", "gnuplot script", &content);
	strbuf_adds(out, ", ");
	strbuf_clear(&content);
	plot_data(&content, f);
	link_to(out, f, "dat", "its data", &content);
	strbuf_adds(out, ".</span>");
	strbuf_release(&content);
}

void
html_figure(struct strbuf *out, const struct doc_figure *f, const char *svg)
{
	strbuf_addf(out, "<figure id=\"plot-%s\">\n<h3 id=\"heading-plot-%s\">", f->id, f->id);
	escape_html(out, f->title);
	strbuf_adds(out, "</h3>\n");
	if (svg) {
		strbuf_addf(out,
			"<div class=\"scroll plot\" role=\"region\" tabindex=\"0\" "
			"aria-labelledby=\"heading-plot-%s\">\n",
			f->id);
		strbuf_adds(out, svg);
		strbuf_adds(out, "</div>\n");
	} else {
		strbuf_adds(out, "<p class=\"missing\">The drawing is missing here.</p>\n");
	}
	strbuf_adds(out, "<figcaption dir=\"auto\">");
	escape_html(out, *f->caption == ' ' ? f->caption + 1 : f->caption);
	strbuf_addc(out, ' ');
	files(out, f);
	strbuf_adds(out, "</figcaption>\n</figure>\n");
}
