/*
 * t_flags - the words against the enum, and against docs/flags.md, where users read them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/flags.h"
#include "core/file.h"

static void
test_one_word_a_flag(void **state)
{
	const uint32_t last = FLAG_TRANSLATED;
	uint32_t all = 0;

	(void)state;
	for (const struct flag_word *w = flag_words; w->word; w++) {
		assert_true(w->flag && (w->flag & (w->flag - 1)) == 0);
		assert_int_equal(all & w->flag, 0);
		assert_int_equal(flag_of(slice_of(w->word)), w->flag);
		all |= w->flag;
	}
	assert_int_equal(all, last | (last - 1)); /* none between has no word */
	assert_int_equal(FLAGS_EXCLUDED & ~all, 0);
}

static void
test_no_word(void **state)
{
	const char *const others[] = {"", "dups", "du", "DUP", "dup ", "dup|late"};

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_int_equal(flag_of(slice_of(others[i])), 0);
}

static void
test_text(void **state)
{
	static const struct {
		uint32_t flags;
		const char *text;
	} cases[] = {
		{0, ""},
		{FLAG_LOST, "lost"},
		{FLAG_AMBIGUOUS | FLAG_DUP, "dup|ambiguous"},
		{FLAG_COPY | FLAG_CORRUPT, "copy|corrupt"},
		{FLAG_TIMEOUT | FLAG_GAP | FLAG_LATE, "late|gap|timeout"},
		{FLAG_TRANSLATED | (FLAG_TRANSLATED - 1),
			"copy|dup|late|lost|unfinished|ambiguous|reordered|negative|derived|error|"
			"corrupt|gap|cut|retransmitted|pipelined|merged|delayed|refused|unreachable|"
			"reset|closed|timeout|revalidated|inbound|translated"},
	};
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		strbuf_clear(&b);
		strbuf_adds(&b, "before,");
		flags_add(&b, cases[i].flags);
		assert_int_equal(strncmp(b.p, "before,", 7), 0);
		assert_string_equal(b.p + 7, cases[i].text);
	}
	strbuf_release(&b);
}

/* "| `dup` | further replies ... | ... | yes |": every word in the order of the table, and
 * "left out" where statistics leave it out. */
static void
test_documented(void **state)
{
	char *text;
	size_t len;
	struct slice rest, line;
	const struct flag_word *w = flag_words;

	(void)state;
	assert_int_equal(file_slurp(&text, &len, "docs/flags.md", NULL), V_OK);
	rest = (struct slice){text, len};
	while (slice_line(&line, &rest)) {
		if (!slice_starts(line, "| `"))
			continue;
		assert_non_null(w->word);
		assert_int_equal(slice_find(line, w->word), 3);
		assert_int_equal(slice_ends(line, "| left out |"), (w->flag & FLAGS_EXCLUDED) != 0);
		w++;
	}
	assert_null(w->word);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_word_a_flag),
		cmocka_unit_test(test_no_word),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
