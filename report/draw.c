/*
 * draw - see draw.h.
 */
#include "report/draw.h"

#include <string.h>

#include <math.h>

#include "report/escape.h"

#define SUBDIVIDED_DECADES 3

const struct draw_style draw_styles[FIGURES_CURVES_MAX] = {
	{0, 0, 0, "solid", "solid"},
	{0, 114, 178, "dash pattern=on 6pt off 2pt", "(12,4)"},
	{213, 94, 0, "solid", "solid"},
	{0, 158, 115, "dash pattern=on 2pt off 1.5pt", "(4,3)"},
	{204, 121, 167, "dash pattern=on 6pt off 2pt on 1pt off 2pt", "(12,4,2,4)"},
	{230, 159, 0, "solid", "solid"},
	{86, 180, 233, "dash pattern=on 3pt off 1pt", "(6,2)"},
	{110, 110, 110, "dash pattern=on 1pt off 1pt", "(2,2)"},
};

void
drawn_points(struct drawn *s, const struct doc_figure *f, const struct doc_curve *c)
{
	size_t first = 0, end, step;

	*s = (struct drawn){
		.curve = c, .scale = num_per_unit(f->unit), .from = f->from, .to = f->to};
	while (first < c->n_points && c->points[first].x < f->from)
		first++;
	for (end = first; end < c->n_points && c->points[end].x <= f->to;)
		end++;
	s->before = first ? c->points[first - 1].p : 0;
	step = (end - first) / DRAW_POINTS_PER_CURVE + 1;
	for (size_t i = first; i < end; i += step)
		s->at[s->n++] = i;
	if (s->n && s->at[s->n - 1] != end - 1)
		s->at[s->n++] = end - 1;
}

bool
drawn_has_band(const struct doc_figure *f, const struct drawn *s)
{
	const struct doc_point *p = s->n ? &s->curve->points[s->at[0]] : NULL;

	return f->n_curves <= DRAW_BANDS_MAX_CURVES && p && isfinite(p->p_lower) &&
		isfinite(p->p_upper);
}

double
draw_within_1(double p)
{
	return p < 0 ? 0 : p > 1 ? 1 : p;
}

static size_t
code_points(const char *text)
{
	size_t n = 0;

	while (utf8_next(&text) != 0)
		n++;
	return n;
}

/* The place n code points behind text, or its end. */
static const char *
behind(const char *text, size_t n)
{
	while (n-- > 0 && utf8_next(&text) != 0)
		;
	return text;
}

void
draw_short(struct strbuf *out, const char *label)
{
	size_t n = code_points(label), kept = DRAW_LABEL_CHARS - DRAW_LABEL_TAIL - 1;
	const char *tail, *end = label;

	if (n <= DRAW_LABEL_CHARS && strlen(label) <= DRAW_LABEL_BYTES) {
		strbuf_adds(out, label);
		return;
	}
	tail = behind(label, n - DRAW_LABEL_TAIL);
	while (kept-- > 0) {
		const char *next = behind(end, 1);

		if (next > tail || (size_t)(next - label) + strlen(tail) > DRAW_LABEL_BYTES)
			break;
		end = next;
	}
	strbuf_add(out, label, (size_t)(end - label));
	strbuf_adds(out, "\xe2\x80\xa6");
	strbuf_adds(out, tail);
}

size_t
draw_width(const char *text)
{
	size_t n = 0;
	int code;

	/* from the Hangul letters on, scripts are mostly wide; too much room does no harm */
	while ((code = utf8_next(&text)) != 0)
		n += code >= 0x1100 ? 2 : 1;
	return n;
}

size_t
draw_log_ticks(double ticks[DRAW_TICKS_MAX], double from, double to)
{
	static const double steps[] = {1, 2, 5};
	bool subdivided = log10(to / from) <= SUBDIVIDED_DECADES;
	size_t n = 0;

	for (int e = (int)floor(log10(from)); e <= (int)ceil(log10(to)); e++) {
		for (size_t i = 0; i < (subdivided ? 3 : 1); i++) {
			double tick = steps[i] * pow(10, e);

			if (tick >= from && tick <= to && n < DRAW_TICKS_MAX)
				ticks[n++] = tick;
		}
	}
	return n;
}
