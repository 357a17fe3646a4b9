/*
 * t_escape - text of results in LaTeX, Markdown and HTML.  Expected texts follow from the tables of
 * special characters in the LaTeX and GitHub-flavoured Markdown manuals and from RFC 3629 (what
 * is UTF-8); that they compile is tested by tests/cli/vreport.bats.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/escape.h"

struct escape_case {
	const char *text;
	const char *expected;
};

static void
check(const struct escape_case *cases, size_t n, void (*escape)(struct strbuf *, const char *))
{
	for (size_t i = 0; i < n; i++) {
		struct strbuf out;

		strbuf_init(&out);
		strbuf_adds(&out, "<");
		escape(&out, cases[i].text);
		assert_string_equal(out.p + 1, cases[i].expected);
		strbuf_release(&out);
	}
}

static void
latex(void **state)
{
	static const struct escape_case cases[] = {
		{"", ""},
		{"docker (nat)", "docker (nat)"},
		{"a_b%c&d#e$f", "a\\_b\\%c\\&d\\#e\\$f"},
		{"{x}~^\\", "\\{x\\}\\textasciitilde{}\\textasciicircum{}\\textbackslash{}"},
		{"\\input{/etc/passwd}", "\\textbackslash{}input\\{/etc/passwd\\}"},
		{"[1]*", "{[}1{]}{*}"}, /* after \\ they would be arguments */
		{"<|>", "\\textless{}\\textbar{}\\textgreater{}"},
		{"a--b", "a-\\kern0pt{}-b"}, /* no ligature */
		{"line\nbreak\ttab", "line break tab"},
		{"\x01\x7f", "U+0001\\allowbreak{}U+007F\\allowbreak{}"},
		{"\xc3\xa9\xe2\x80\x93", "\xc3\xa9\xe2\x80\x93"}, /* e acute, en dash */
		{"\xc2\xb5s", "\\textmu{}s"},
		{"\xe6\xbc\xa2", "U+6F22\\allowbreak{}"},      /* a Chinese character */
		{"\xe2\x80\xae", "U+202E\\allowbreak{}"},      /* right-to-left override */
		{"\xf0\x9f\x90\xa7", "U+1F427\\allowbreak{}"}, /* beyond the first plane */
		{"\xff", "\\textbackslash{}xFF"},
		{"\xc3", "\\textbackslash{}xC3"},                         /* cut */
		{"\xc0\xaf", "\\textbackslash{}xC0\\textbackslash{}xAF"}, /* overlong slash */
		{"\xed\xa0\x80", "\\textbackslash{}xED\\textbackslash{}xA0\\textbackslash{}x80"},
		{"\xf4\x90\x80\x80",
			"\\textbackslash{}xF4\\textbackslash{}x90\\textbackslash{}x80"
			"\\textbackslash{}x80"},  /* above U+10FFFF */
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaa", /* 29 of them: after the 24th and 28th */
			"aaaaaaaaaaaaaaaaaaaaaaaa\\allowbreak{}aaaa\\allowbreak{}a"},
	};

	(void)state;
	check(cases, sizeof cases / sizeof *cases, escape_tex);
}

static void
markdown(void **state)
{
	static const struct escape_case cases[] = {
		{"", ""},
		{"a|b", "a\\|b"},
		{"*x* _y_ `z` [l](u) ~s~ #h", "\\*x\\* \\_y\\_ \\`z\\` \\[l\\](u) \\~s\\~ \\#h"},
		{"<script>&amp;", "&lt;script\\>&amp;amp;"},
		{"a\nb\rc\td", "a b c d"},
		{"\x01", "U+0001"},
		{"\xe6\xbc\xa2", "\xe6\xbc\xa2"},
		{"\xff", "\\\\xFF"},
		{"\\", "\\\\"},
	};

	(void)state;
	check(cases, sizeof cases / sizeof *cases, escape_markdown);
}

/* what RFC 3629 and the HTML standard (13.1.4, character references) make of the bytes */
static void
html(void **state)
{
	static const struct escape_case cases[] = {
		{"", ""}, {"docker (nat) 50%", "docker (nat) 50%"},
		{"<a href=\"x\" id='y'>&amp;",
			"&#60;a href=&#34;x&#34; id=&#39;y&#39;&#62;&#38;amp;"},
		{"line\nbreak\ttab\r", "line break tab "},
		{"\x01\x7f\xc2\x85", "U+0001U+007FU+0085"},
		{"\xd7\xa9\xe6\xbc\xa2\xf0\x9f\x90\xa7", "\xd7\xa9\xe6\xbc\xa2\xf0\x9f\x90\xa7"},
		{"\xe2\x80\xae\xe2\x81\xa6x", "U+202EU+2066x"}, /* override, isolate */
		{"\xe2\x80\x8f", "\xe2\x80\x8f"}, /* a right-to-left mark turns nothing round */
		{"\xff\xc3", "\\xFF\\xC3"},
		{"\xef\xbf\xbe", "U+FFFE"}, /* no character, and no XML */
	};

	(void)state;
	check(cases, sizeof cases / sizeof *cases, escape_html);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(latex),
		cmocka_unit_test(markdown),
		cmocka_unit_test(html),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
