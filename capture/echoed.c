/*
 * echoed - see echoed.h.
 *
 * A table says for each tool which of its options are factors and how their arguments are written.
 * Factors are what shapes the load: sizes, rates, numbers of connections, the test.  Where it goes
 * (addresses, ports), what it is called and how it is printed are not: they would part runs that
 * belong together; run.json has them in argv.  The same holds for options that the table does not
 * know.  Nothing is filled in: a default that was not typed is no level.
 *
 * Levels are written in one form, so that "-s 128K" and "-s 131072" are one level: sizes in bytes,
 * rates in bits or requests per second, durations in seconds.  Suffixes are each tool's own: of
 * netperf K is 1024 and k is 1000; of iperf both are 1024 in a size and 1000 in a rate.  What does
 * not read as a number stays the text that it was.
 */
#include "capture/echoed.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "capture/echoed_int.h"
#include "core/alloc.h"
#include "core/loadtool.h"
#include "core/str.h"

/* ---- levels ---- */

/* A decimal number with a letter behind it, in millionths, exactly; base 1: no letter. */
static bool
scaled_number(int64_t *micro, struct slice s, int64_t base)
{
	static const char letters[] = "kmgt";
	const char *power = s.n ? strchr(letters, tolower((unsigned char)s.p[s.n - 1])) : NULL;

	if (power && *power && base > 1)
		s.n--;
	else
		power = NULL;
	if (!s.n || !slice_scaled(s, 6, micro, NULL))
		return false;
	for (ptrdiff_t i = power ? power - letters : -1; i >= 0; i--)
		if (__builtin_mul_overflow(*micro, base, micro))
			return false;
	return true;
}

/* Without zeros behind the point: 1.500000 is 1.5. */
static char *
number_text(int64_t micro)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_addf(&b, "%s%lld", micro < 0 ? "-" : "", llabs((long long)micro) / 1000000);
	if (micro % 1000000) {
		strbuf_addf(&b, ".%06lld", llabs((long long)micro) % 1000000);
		while (b.p[b.n - 1] == '0')
			b.p[--b.n] = '\0';
	}
	return strbuf_detach(&b);
}

/* "1m30s": each number with its unit; a last one without is seconds. */
static bool
seconds_number(int64_t *micro, struct slice s)
{
	static const struct {
		const char *name;
		int64_t micro;
	} units[] = {
		{"ms", 1000}, {"s", 1000000}, {"m", 60000000}, {"h", 3600000000}, {"", 1000000}};

	*micro = 0;
	while (s.n) {
		struct slice number = s, unit;
		int64_t v;
		size_t i = 0;

		number.n = 0;
		while (number.n < s.n && strchr("0123456789.", s.p[number.n]))
			number.n++;
		unit = (struct slice){s.p + number.n, 0};
		while (number.n + unit.n < s.n && isalpha((unsigned char)unit.p[unit.n]))
			unit.n++;
		while (i < 5 && !slice_eq(unit, units[i].name))
			i++;
		/* an overflow is far beyond what a test lasts */
		if (i == 5 || number.n + unit.n == 0 || !slice_scaled(number, 3, &v, NULL) ||
			__builtin_mul_overflow(v, units[i].micro / 1000, &v) ||
			__builtin_add_overflow(*micro, v, micro))
			return false;
		s.p += number.n + unit.n;
		s.n -= number.n + unit.n;
	}
	return true;
}

/* The level that an argument stands for, on the heap. */
static char *
level_of(enum form form, struct slice arg)
{
	struct slice number = arg;
	int64_t micro, base = 1;
	bool known = false;

	if (form == SIZE && arg.n)
		base = isupper((unsigned char)arg.p[arg.n - 1]) ? 1024 : 1000;
	else if (form == SIZE_BINARY)
		base = 1024;
	else if (form == RATE) {
		base = 1000;
		slice_cut(&number, &arg, '/');
		arg = number;
	}
	if (form == SECONDS)
		known = arg.n && seconds_number(&micro, arg);
	else if (form != TEXT)
		known = scaled_number(&micro, number, base);
	return known ? number_text(micro) : xstrndup(arg.p, arg.n);
}

/* ---- factors ---- */

static void
set_factor(struct run *r, const char *name, enum form form, struct slice arg)
{
	char *level;

	if (!arg.n || !run_factor_name_ok(name) || run_factor(r, name))
		return;
	level = level_of(form, arg);
	run_set_factor(r, name, level);
	free(level);
}

/* "THREADS=10" of -J: a name that a user gave. */
static void
set_defined(struct run *r, struct slice arg)
{
	struct slice name;
	char *text;

	if (!slice_cut(&name, &arg, '=') || !arg.p)
		return;
	text = xstrndup(name.p, name.n);
	set_factor(r, text, TEXT, arg);
	free(text);
}

static void
apply(struct run *r, const struct echoed_row *row, const char *argument)
{
	struct slice rest = slice_of(argument ? argument : ""), first = rest;

	switch (row->form) {
	case FLAG:
		set_factor(r, row->factor, TEXT, slice_of(row->level));
		return;
	case DEFINE:
		set_defined(r, rest);
		return;
	case SKIP:
	case SKIP_FLAG:
		return;
	default:
		break;
	}
	if (row->second && slice_cut(&first, &rest, ',') && rest.p)
		set_factor(r, row->second, row->form, rest);
	set_factor(r, row->factor, row->form, first);
}

/* ---- the command line ---- */

static bool
has_argument(const struct echoed_row *row)
{
	return row->form != FLAG && row->form != SKIP_FLAG;
}

static const struct echoed_row *
find_row(const struct echoed_row *rows, const char *option, size_t n)
{
	for (; rows->option; rows++)
		if (strlen(rows->option) == n && strncmp(rows->option, option, n) == 0)
			return rows;
	return NULL;
}

/* "-qn100": letters one by one.  True: the next word is the last one's argument. */
static bool
take_letters(struct run *r, const struct echoed_row *rows, const char *letters, const char *next)
{
	for (const char *c = letters; *c; c++) {
		const char option[2] = {'-', *c};
		const struct echoed_row *row = find_row(rows, option, 2);

		if (!row)
			return false;
		if (has_argument(row)) {
			apply(r, row, c[1] ? c + 1 : next);
			return !c[1];
		}
		apply(r, row, NULL);
	}
	return false;
}

/* True: the next word was its argument. */
static bool
take_word(struct run *r, const struct echoed_row *rows, const char *word, const char *next)
{
	size_t n = strcspn(word, "=");
	const struct echoed_row *row = find_row(rows, word, n);

	if (word[0] != '-' || !word[1])
		return false;
	if (row && word[n]) {
		apply(r, row, word + n + 1);
		return false;
	}
	if (row && has_argument(row)) {
		apply(r, row, next);
		return true;
	}
	if (row)
		apply(r, row, NULL);
	else if (word[1] != '-')
		return take_letters(r, rows, word + 1, next);
	return false;
}

static const struct echoed_row *
find_section(const char *program, const char *name)
{
	for (size_t i = 0; i < echoed_n_sections; i++) {
		const struct echoed_section *s = &echoed_sections[i];

		if (strcmp(s->program, program) == 0 &&
			(name && s->section ? strcmp(name, s->section) == 0 : name == s->section))
			return s->rows;
	}
	return NULL;
}

void
echoed_factors(struct run *r, const char *program, char *const *argv, size_t n)
{
	const struct echoed_row *rows = find_section(program, NULL);
	size_t i = 0;

	while (i < n && !loadtool_program(slice_of(argv[i])))
		i++;
	for (i++; rows && i < n; i++) {
		if (strcmp(argv[i], "--") == 0)
			rows = find_section(program, "--");
		else if (take_word(r, rows, argv[i], i + 1 < n ? argv[i + 1] : NULL))
			i++;
	}
}

bool
echoed_option(struct echoed_option *o, size_t i)
{
	for (size_t k = 0; k < echoed_n_sections; k++)
		for (const struct echoed_row *row = echoed_sections[k].rows; row->option; row++)
			if (i-- == 0) {
				*o = (struct echoed_option){echoed_sections[k].program,
					echoed_sections[k].section, row->option, row->factor,
					row->second};
				return true;
			}
	return false;
}
