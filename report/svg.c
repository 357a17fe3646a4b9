/*
 * svg - see svg.h.
 *
 * A reader for the XML that gnuplot writes, not for XML at large: tags with quoted attributes,
 * character references, comments and a declaration.  CDATA, entities of a document type and
 * processing instructions inside the drawing are refused.
 *
 * Elements that are left out go with all that they contain: title and desc (ours take their
 * place), and the filters that gnuplot defines and no plot of ours uses.
 */
#include "report/svg.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "report/draw.h"
#include "report/escape.h"

#define DEPTH_MAX 32

static const char *const kept_elements[] = {"svg", "g", "defs", "path", "rect", "circle", "use",
	"text", "tspan", "polygon", "polyline", "line", "clipPath"};
static const char *const kept_attributes[] = {"viewBox", "id", "x", "y", "width", "height", "cx",
	"cy", "r", "d", "points", "x1", "y1", "x2", "y2", "fill", "fill-opacity", "stroke", "color",
	"stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "transform",
	"text-anchor", "font-family", "font-size", "xlink:href", "clip-path", "class", "xml:space",
	"opacity", "stroke-opacity", "fill-rule"};

struct cleaner {
	struct strbuf *out;
	const struct svg_params *p;
	struct slice rest;
	struct slice open[DEPTH_MAX]; /* names of the open elements that are kept */
	size_t depth;
	struct slice skipped; /* the element that is being left out; p NULL: none */
	size_t skipped_depth; /* elements of its name inside it */
	bool done;
};

static bool
one_of(struct slice name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (slice_eq(name, list[i]))
			return true;
	}
	return false;
}

static bool
same_name(struct slice a, struct slice b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

/* reference_length - of a character reference at the start of s, else 0. */
static size_t
reference_length(struct slice s)
{
	static const char *const named[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"};
	size_t n = 2;

	for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
		if (slice_starts(s, named[i]))
			return strlen(named[i]);
	}
	if (!slice_starts(s, "&#"))
		return 0;
	while (n < s.n && strchr("0123456789abcdefABCDEFx", s.p[n]))
		n++;
	return n > 2 && n < s.n && s.p[n] == ';' ? n + 1 : 0;
}

/* text - characters between tags or in an attribute, escaped anew. */
static void
put_text(struct strbuf *out, struct slice s)
{
	while (s.n) {
		size_t reference = reference_length(s);
		char one[2] = {*s.p, '\0'};

		if (reference) {
			strbuf_add(out, s.p, reference);
		} else if ((unsigned char)*s.p < 0x80 && *s.p != '\n') {
			escape_html(out, one);
		} else {
			strbuf_addc(out, *s.p);
		}
		reference = reference ? reference : 1;
		s.p += reference;
		s.n -= reference;
	}
}

/* is_rgb - "rgb(  0, 114, 178)" or a word for black. */
static bool
is_rgb(struct slice v, int *red, int *green, int *blue)
{
	char text[40];
	int end = 0;

	if (slice_eq(v, "black")) {
		*red = *green = *blue = 0;
		return true;
	}
	if (v.n >= sizeof text)
		return false;
	memcpy(text, v.p, v.n);
	text[v.n] = '\0';
	return sscanf(text, "rgb( %d , %d , %d )%n", red, green, blue, &end) == 3 &&
		(size_t)end == v.n;
}

/* themed - a colour as the page's; false when it has none for it. */
static bool
themed(struct strbuf *out, struct slice value)
{
	int red, green, blue;

	if (!is_rgb(value, &red, &green, &blue))
		return false;
	if (red + green + blue == 0) {
		strbuf_adds(out, "currentColor");
		return true;
	}
	for (size_t i = 1; i < FIGURES_CURVES_MAX; i++) {
		const struct draw_style *s = &draw_styles[i];

		if (s->red == red && s->green == green && s->blue == blue) {
			strbuf_addf(out, "var(--s%zu)", i + 1);
			return true;
		}
	}
	if (red == green && green == blue) {
		strbuf_adds(out, "var(--grid)");
		return true;
	}
	return false;
}

static bool
is_colour(struct slice name)
{
	return slice_eq(name, "fill") || slice_eq(name, "stroke") || slice_eq(name, "color");
}

static void
put_attribute(struct cleaner *c, struct slice name, struct slice value)
{
	struct strbuf *out = c->out;

	if (!one_of(name, kept_attributes, sizeof kept_attributes / sizeof *kept_attributes))
		return;
	/* nothing from elsewhere */
	if (slice_eq(name, "xlink:href") && !slice_starts(value, "#"))
		return;
	if (slice_find(value, "url(") != SIZE_MAX && !slice_starts(value, "url(#"))
		return;
	strbuf_addf(out, " %.*s=\"", (int)name.n, name.p);
	if (slice_eq(name, "id")) {
		strbuf_addf(out, "%s-", c->p->id);
		put_text(out, value);
	} else if (slice_eq(name, "xlink:href")) {
		strbuf_addf(out, "#%s-", c->p->id);
		put_text(out, (struct slice){value.p + 1, value.n - 1});
	} else if (slice_starts(value, "url(#")) {
		strbuf_addf(out, "url(#%s-", c->p->id);
		put_text(out, (struct slice){value.p + 5, value.n - 5});
	} else if (c->p->colours != SVG_THEMED || !is_colour(name) || !themed(out, value)) {
		put_text(out, value);
	}
	strbuf_addc(out, '"');
}

static void
advance(struct slice *s, size_t n)
{
	s->p += n;
	s->n -= n;
}

static struct slice
take_name(struct slice *s)
{
	struct slice name = {s->p, 0};

	while (name.n < s->n && !strchr(" \t\r\n/>='\"<", s->p[name.n]))
		name.n++;
	advance(s, name.n);
	return name;
}

static void
take_blanks(struct slice *s)
{
	while (s->n && strchr(" \t\r\n", *s->p))
		advance(s, 1);
}

static enum vstatus
cut(struct verr *err)
{
	return verr_set(err, V_EFORMAT, "the drawing is cut or is no SVG");
}

/* take_attributes - up to the ">", written if the element is kept; *empty for "/>". */
static enum vstatus
take_attributes(struct cleaner *c, bool keep, bool *empty, struct verr *err)
{
	struct slice *s = &c->rest;

	*empty = false;
	for (;;) {
		struct slice name, value;
		size_t end;

		take_blanks(s);
		if (slice_starts(*s, "/>")) {
			*empty = true;
			advance(s, 2);
			return V_OK;
		}
		if (slice_starts(*s, ">")) {
			advance(s, 1);
			return V_OK;
		}
		name = take_name(s);
		take_blanks(s); /* gnuplot writes fill = 'x' here and there */
		if (name.n == 0 || !slice_starts(*s, "="))
			return cut(err);
		advance(s, 1);
		take_blanks(s);
		if (s->n == 0 || (*s->p != '\'' && *s->p != '"'))
			return cut(err);
		end = slice_find((struct slice){s->p + 1, s->n - 1}, *s->p == '"' ? "\"" : "'");
		if (end == SIZE_MAX)
			return cut(err);
		value = (struct slice){s->p + 1, end};
		advance(s, end + 2);
		if (keep)
			put_attribute(c, name, value);
	}
}

/* open_root - what the page wants to know of the drawing. */
static void
open_root(struct cleaner *c)
{
	strbuf_addf(c->out,
		" xmlns=\"http://www.w3.org/2000/svg\" "
		"xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\" "
		"aria-labelledby=\"%s-title %s-desc\"",
		c->p->id, c->p->id);
}

static void
describe_root(struct cleaner *c)
{
	strbuf_addf(c->out, "\n<title id=\"%s-title\">", c->p->id);
	escape_html(c->out, c->p->title);
	strbuf_addf(c->out, "</title>\n<desc id=\"%s-desc\">", c->p->id);
	escape_html(c->out, c->p->description);
	strbuf_adds(c->out, "</desc>");
}

static enum vstatus
take_start(struct cleaner *c, struct verr *err)
{
	struct slice name;
	enum vstatus st;
	bool keep, empty, root = c->depth == 0;

	advance(&c->rest, 1);
	name = take_name(&c->rest);
	if (c->skipped.p) {
		st = take_attributes(c, false, &empty, err);
		c->skipped_depth += st == V_OK && !empty && same_name(name, c->skipped);
		return st;
	}
	keep = one_of(name, kept_elements, sizeof kept_elements / sizeof *kept_elements);
	if (name.n == 0 || c->depth == DEPTH_MAX || (root && !slice_eq(name, "svg")))
		return cut(err);
	if (keep)
		strbuf_addf(c->out, "<%.*s", (int)name.n, name.p);
	st = take_attributes(c, keep, &empty, err);
	if (st != V_OK)
		return st;
	if (keep && root)
		open_root(c);
	if (keep)
		strbuf_adds(c->out, empty ? "/>" : ">");
	if (keep && root)
		describe_root(c);
	if (keep && !empty)
		c->open[c->depth++] = name;
	else if (!empty)
		c->skipped = name;
	return V_OK;
}

static enum vstatus
take_end(struct cleaner *c, struct verr *err)
{
	struct slice name;

	advance(&c->rest, 2);
	name = take_name(&c->rest);
	take_blanks(&c->rest);
	if (!slice_starts(c->rest, ">"))
		return cut(err);
	advance(&c->rest, 1);
	if (c->skipped.p) {
		if (!same_name(name, c->skipped))
			return V_OK;
		if (c->skipped_depth > 0)
			c->skipped_depth--;
		else
			c->skipped.p = NULL;
		return V_OK;
	}
	if (c->depth == 0 || !same_name(name, c->open[c->depth - 1]))
		return cut(err);
	c->depth--;
	c->done = c->depth == 0;
	strbuf_addf(c->out, "</%.*s>", (int)name.n, name.p);
	return V_OK;
}

/* take_piece - the next tag or text. */
static enum vstatus
take_piece(struct cleaner *c, struct verr *err)
{
	size_t n = slice_find(c->rest, "<");

	if (n == SIZE_MAX)
		return cut(err);
	if (!c->skipped.p && c->depth)
		put_text(c->out, (struct slice){c->rest.p, n});
	advance(&c->rest, n);
	if (slice_starts(c->rest, "<!--")) {
		n = slice_find(c->rest, "-->");
		if (n == SIZE_MAX)
			return cut(err);
		advance(&c->rest, n + 3);
		return V_OK;
	}
	if (slice_starts(c->rest, "<!") || slice_starts(c->rest, "<?"))
		return cut(err);
	return slice_starts(c->rest, "</") ? take_end(c, err) : take_start(c, err);
}

enum vstatus
svg_clean(struct strbuf *out, const char *text, size_t len, const struct svg_params *p,
	struct verr *err)
{
	struct cleaner c = {.out = out, .p = p, .rest = {text, len}};
	size_t start = slice_find(c.rest, "<svg");
	enum vstatus st = V_OK;

	if (start == SIZE_MAX)
		return cut(err);
	advance(&c.rest, start);
	while (st == V_OK && !c.done)
		st = take_piece(&c, err);
	strbuf_addc(out, '\n');
	return st;
}
