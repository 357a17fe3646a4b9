/*
 * t_svg - drawings of gnuplot made fit for a page.  Expected texts are worked out by hand from
 * what svg.h promises; that browsers draw them is tested by tests/cli/browser.bats.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/svg.h"

#define HEAD(id)                                                                              \
	" xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" " \
	"role=\"img\" aria-labelledby=\"" id "-title " id "-desc\">\n"                        \
	"<title id=\"" id "-title\">T&#60;</title>\n<desc id=\"" id "-desc\">D&#38;</desc>"

static enum vstatus
clean(struct strbuf *out, const char *text, enum svg_colours colours)
{
	const struct svg_params p = {
		.id = "f", .title = "T<", .description = "D&", .colours = colours};
	struct verr err;

	strbuf_init(out);
	return svg_clean(out, text, strlen(text), &p, &err);
}

struct svg_case {
	const char *text;
	const char *expected; /* inside the root; NULL: refused */
};

static void
kept_and_left_out(void **state)
{
	static const struct svg_case cases[] = {
		{"", ""},
		{"<title>Gnuplot</title><desc>x<b/></desc>", ""},
		{"<g id=\"a\"><path d='M0,0 h2'/></g>", "<g id=\"f-a\"><path d=\"M0,0 h2\"/></g>"},
		{"<g fill = 'none'\n\tx =\"1\" ></g>", "<g fill=\"none\" x=\"1\"></g>"},
		{"<use xlink:href='#a' x=\"1\"/>", "<use xlink:href=\"#f-a\" x=\"1\"/>"},
		{"<use xlink:href='http://h/#a'/>", "<use/>"},
		{"<rect fill=\"url(#a)\"/>", "<rect fill=\"url(#f-a)\"/>"},
		{"<rect fill=\"url(http://h/)\"/>", "<rect/>"},
		{"<path onload=\"alert(1)\" style='x' d=\"M0\"/>", "<path d=\"M0\"/>"},
		{"<script>alert(1)</script><g/>", "<g/>"},
		{"<filter id='f'><feFlood/><filter></filter></filter><g/>", "<g/>"},
		{"<foreignObject><g></g></foreignObject>", ""},
		{"<text>a &lt;b&gt; &amp;&#8211; &x; \"q\" 'r' ></text>",
			"<text>a &lt;b&gt; &amp;&#8211; &#38;x; &#34;q&#34; &#39;r&#39; "
			"&#62;</text>"},
		{"<!-- no --><g/>", "<g/>"},
		{"<path d='\"><script>'/>", "<path d=\"&#34;&#62;&#60;script&#62;\"/>"},
		{"<![CDATA[<script>]]>", NULL},
		{"<?php ?>", NULL},
		{"<g>", NULL},
		{"</g>", NULL},
		{"<g></text>", NULL},
		{"<g a></g>", NULL},
		{"<g a=b></g>", NULL},
		{"<g a= ></g>", NULL},
		{"<g a='b></g>", NULL},
		{"< g/>", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf text, out, expected;
		enum vstatus st;

		strbuf_init(&text);
		strbuf_addf(&text, "<?xml?>\n<svg viewBox=\"0 0 1 1\">%s</svg>\n", cases[i].text);
		st = clean(&out, text.p, SVG_PLAIN);
		strbuf_init(&expected);
		if (cases[i].expected) {
			strbuf_addf(&expected, "<svg viewBox=\"0 0 1 1\"" HEAD("f") "%s</svg>\n",
				cases[i].expected);
			assert_int_equal(st, V_OK);
			assert_string_equal(out.p, expected.p);
		} else {
			assert_int_equal(st, V_EFORMAT);
		}
		strbuf_release(&expected);
		strbuf_release(&out);
		strbuf_release(&text);
	}
}

/* Cut at every byte, a drawing is refused; nothing behind its end is looked at. */
static void
cut_anywhere(void **state)
{
	static const char whole[] =
		"<svg><g id='a'><text>x &lt; y</text><title>t</title></g></svg>";
	struct strbuf out;

	(void)state;
	for (size_t n = 0; n < sizeof whole - 1; n++) {
		char *part = strndup(whole, n);

		assert_int_equal(clean(&out, part, SVG_PLAIN), V_EFORMAT);
		strbuf_release(&out);
		free(part);
	}
	assert_int_equal(clean(&out, whole, SVG_PLAIN), V_OK);
	strbuf_release(&out);
	assert_int_equal(clean(&out, "<html></html>", SVG_PLAIN), V_EFORMAT);
	strbuf_release(&out);
}

/* Colours of draw.h in gnuplot's spelling; others stay. */
static void
colours(void **state)
{
	static const struct svg_case cases[] = {
		{"rgb(  0,   0,   0)", "currentColor"},
		{"black", "currentColor"},
		{"currentColor", "currentColor"},
		{"none", "none"},
		{"rgb(  0, 114, 178)", "var(--s2)"},
		{"rgb(110, 110, 110)", "var(--s8)"},
		{"rgb(200, 200, 200)", "var(--grid)"},
		{"rgb(1, 2, 3)", "rgb(1, 2, 3)"},
		{"rgb(0,0,0) x", "rgb(0,0,0) x"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf text, out, expected;

		strbuf_init(&text);
		strbuf_init(&expected);
		strbuf_addf(&text, "<svg><path stroke='%s'/></svg>", cases[i].text);
		strbuf_addf(&expected, "<svg" HEAD("f") "<path stroke=\"%s\"/></svg>\n",
			cases[i].expected);
		assert_int_equal(clean(&out, text.p, SVG_THEMED), V_OK);
		assert_string_equal(out.p, expected.p);
		strbuf_release(&expected);
		strbuf_release(&out);
		strbuf_release(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept_and_left_out),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(colours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
