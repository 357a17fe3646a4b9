/*
 * escape - see escape.h.
 *
 * Two engines and two font encodings have to agree, so the passing code points are those that
 * LaTeX declares for OT1 and TS1 and that Latin Modern has in Unicode as well: most of Latin-1,
 * the accented letters of Latin Extended-A, and some punctuation.  A few signs are passed as
 * mathematics.  Everything else could stop pdflatex or vanish silently under lualatex, so it is
 * shown as its number.  Right-to-left and combining characters are among these on purpose.
 */
#include "report/escape.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A run of this many characters may be broken after each further BREAK_EVERY. */
#define BREAK_FROM 24
#define BREAK_EVERY 4

struct span {
	int first, last;
};

static const struct span passing[] = {
	{0xa1, 0xa1},
	{0xa3, 0xa3},
	{0xa7, 0xa7},
	{0xa9, 0xa9},
	{0xae, 0xae},
	{0xb0, 0xb3},
	{0xb6, 0xb7},
	{0xb9, 0xb9},
	{0xbc, 0xcf},
	{0xd1, 0xdd},
	{0xdf, 0xef},
	{0xf1, 0xfd},
	{0xff, 0x103},
	{0x106, 0x10f},
	{0x112, 0x117},
	{0x11a, 0x121},
	{0x124, 0x125},
	{0x128, 0x12b},
	{0x130, 0x131},
	{0x134, 0x135},
	{0x139, 0x13e},
	{0x141, 0x144},
	{0x147, 0x148},
	{0x14c, 0x155},
	{0x158, 0x161},
	{0x164, 0x165},
	{0x168, 0x171},
	{0x174, 0x17e},
	{0x2013, 0x2014},
	{0x2018, 0x2019},
	{0x201c, 0x201d},
	{0x2026, 0x2026},
};

struct spelled {
	int code;
	const char *tex;
};

static const struct spelled spellings[] = {
	{'\\', "\\textbackslash{}"},
	{'~', "\\textasciitilde{}"},
	{'^', "\\textasciicircum{}"},
	{'_', "\\_"},
	{'%', "\\%"},
	{'&', "\\&"},
	{'#', "\\#"},
	{'$', "\\$"},
	{'{', "\\{"},
	{'}', "\\}"},
	{'<', "\\textless{}"},
	{'>', "\\textgreater{}"},
	{'|', "\\textbar{}"},
	{'[', "{[}"},
	{']', "{]}"},
	{'*', "{*}"},
	{'`', "\\textasciigrave{}"},
	{'"', "{''}"},
	{'\t', " "},
	{'\n', " "},
	{'\r', " "},
	{0xa0, "~"},
	{0xb5, "\\textmu{}"},
	{0x394, "$\\Delta$"},
	{0x3b1, "$\\alpha$"},
	{0x3b2, "$\\beta$"},
	{0x3bb, "$\\lambda$"},
	{0x3bc, "\\textmu{}"},
	{0x3c1, "$\\rho$"},
	{0x3c3, "$\\sigma$"},
	{0x3c4, "$\\tau$"},
	{0x2009, "\\,"},
	{0x202f, "\\,"},
	{0x2022, "\\textbullet{}"},
	{0x20ac, "\\texteuro{}"},
	{0x2190, "$\\leftarrow$"},
	{0x2192, "$\\rightarrow$"},
	{0x2212, "$-$"},
	{0x221e, "$\\infty$"},
	{0x2248, "$\\approx$"},
	{0x2264, "$\\le$"},
	{0x2265, "$\\ge$"},
};

static int
utf8_length(unsigned char lead)
{
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 1;
}

int
utf8_next(const char **s)
{
	static const int smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = (unsigned char)**s;
	int n = utf8_length(lead), code;

	if (lead == 0)
		return 0;
	if (lead < 0x80) {
		(*s)++;
		return lead;
	}
	code = lead & (0xff >> (n + 1));
	for (int i = 1; i < n; i++) {
		unsigned char c = (unsigned char)(*s)[i];

		if ((c & 0xc0) != 0x80)
			n = 1;
		else
			code = code << 6 | (c & 0x3f);
	}
	if (n == 1 || code < smallest[n] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
		(*s)++;
		return -1 - lead;
	}
	*s += n;
	return code;
}

static const char *
spelling(int code)
{
	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
		if (spellings[i].code == code)
			return spellings[i].tex;
	}
	return NULL;
}

static bool
passes(int code)
{
	if (code >= 0x20 && code < 0x7f)
		return true;
	for (size_t i = 0; i < sizeof passing / sizeof *passing; i++) {
		if (code >= passing[i].first && code <= passing[i].last)
			return true;
	}
	return false;
}

/* escape_code - one code point, which stands at from and ends before to. */
static void
escape_code(struct strbuf *out, int code, const char *from, const char *to)
{
	const char *tex = spelling(code);

	if (tex)
		strbuf_adds(out, tex);
	else if (code < 0)
		strbuf_addf(out, "\\textbackslash{}x%02X", (unsigned)(-1 - code));
	else if (!passes(code))
		strbuf_addf(out, "U+%04X\\allowbreak{}", (unsigned)code);
	else
		strbuf_add(out, from, (size_t)(to - from));
	if (code == '-' && *to == '-')
		strbuf_adds(out, "\\kern0pt{}"); /* two hyphens stay two hyphens */
}

void
escape_tex(struct strbuf *out, const char *text)
{
	const char *from = text;
	int code, run = 0;

	while ((code = utf8_next(&text)) != 0) {
		escape_code(out, code, from, text);
		from = text;
		run = code == ' ' ? 0 : run + 1;
		if (run >= BREAK_FROM && run % BREAK_EVERY == 0)
			strbuf_adds(out, "\\allowbreak{}");
	}
}

void
escape_markdown(struct strbuf *out, const char *text)
{
	const char *from = text;
	int code;

	while ((code = utf8_next(&text)) != 0) {
		if (code < 0)
			strbuf_addf(out, "\\\\x%02X", (unsigned)(-1 - code));
		else if (code == '\n' || code == '\r' || code == '\t')
			strbuf_addc(out, ' ');
		else if (code < 0x20 || code == 0x7f)
			strbuf_addf(out, "U+%04X", (unsigned)code);
		else if (code == '&')
			strbuf_adds(out, "&amp;");
		else if (code == '<')
			strbuf_adds(out, "&lt;");
		else if (code < 0x80 && strchr("\\`*_[]|~#>!$", code))
			strbuf_addf(out, "\\%c", code);
		else
			strbuf_add(out, from, (size_t)(text - from));
		from = text;
	}
}

/* turns_direction - the explicit formatting characters of bidirectional text. */
static bool
turns_direction(int code)
{
	return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

void
escape_html(struct strbuf *out, const char *text)
{
	const char *from = text;
	int code;

	while ((code = utf8_next(&text)) != 0) {
		if (code < 0)
			strbuf_addf(out, "\\x%02X", (unsigned)(-1 - code));
		else if (code == '\n' || code == '\r' || code == '\t')
			strbuf_addc(out, ' ');
		else if (code < 0x20 || (code >= 0x7f && code < 0xa0) || turns_direction(code) ||
			(code & 0xfffe) == 0xfffe)
			strbuf_addf(out, "U+%04X", (unsigned)code);
		else if (code < 0x80 && strchr("&<>\"'", code))
			strbuf_addf(out, "&#%d;", code);
		else
			strbuf_add(out, from, (size_t)(text - from));
		from = text;
	}
}
