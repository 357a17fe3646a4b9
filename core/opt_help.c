/*
 * opt_help - the text of --help, out of the table that is parsed by.
 */
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/opt_int.h"

#define HELP_COLUMNS 80
#define HELP_LEFT_MAX 30 /* longer option texts get a line of their own */

bool
opt_takes_argument(const struct opt *o)
{
	return o->kind != OPT_FLAG && o->kind != OPT_CHOICE;
}

/* Append the words of `text` in lines of at most `columns`, all but the first indented. */
static void
add_wrapped(struct strbuf *out, struct slice text, size_t indent, size_t columns)
{
	size_t at = indent;
	struct slice word;

	while (slice_word(&word, &text)) {
		if (at > indent && at + 1 + word.n > columns) {
			strbuf_addf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (at > indent) {
			strbuf_addc(out, ' ');
			at++;
		}
		strbuf_add(out, word.p, word.n);
		at += word.n;
	}
	strbuf_addc(out, '\n');
}

void
opt_add_paragraphs(struct strbuf *out, const char *text)
{
	struct slice rest = slice_of(text);
	struct slice line;

	while (slice_line(&line, &rest)) {
		if (line.n > 0 && line.p[0] == ' ') {
			strbuf_add(out, line.p, line.n);
			strbuf_addc(out, '\n');
		} else {
			add_wrapped(out, line, 0, HELP_COLUMNS);
		}
	}
}

/* "  -o, --output FILE" */
static void
add_option_left(struct strbuf *out, const struct opt *o)
{
	if (o->letter)
		strbuf_addf(out, "  -%c, --%s", o->letter, o->name);
	else
		strbuf_addf(out, "      --%s", o->name);
	if (opt_takes_argument(o))
		strbuf_addf(out, " %s", o->arg ? o->arg : "VALUE");
}

void
opt_add_row(struct strbuf *out, size_t begin, size_t width, const char *help)
{
	size_t used = out->n - begin;

	if (used + 2 > width) {
		strbuf_addc(out, '\n');
		used = 0;
	}
	strbuf_addf(out, "%*s", (int)(width - used), "");
	add_wrapped(out, slice_of(help ? help : ""), width, HELP_COLUMNS);
}

static size_t
options_width(const struct opt *table)
{
	struct strbuf left;
	size_t width = sizeof "  -h, --help" - 1;

	strbuf_init(&left);
	for (; table->name; table++) {
		strbuf_clear(&left);
		add_option_left(&left, table);
		if (left.n > width && left.n <= HELP_LEFT_MAX)
			width = left.n;
	}
	strbuf_release(&left);
	return width + 2;
}

const struct opt *
opt_find_letter(const struct opt *table, char letter)
{
	for (; table->name; table++)
		if (table->letter == letter)
			return table;
	return NULL;
}

static void
add_options(struct strbuf *out, const struct opt *table)
{
	const struct opt help = {.name = "help",
		.letter = opt_find_letter(table, 'h') ? '\0' : 'h',
		.kind = OPT_FLAG};
	size_t width = options_width(table);
	size_t begin;

	strbuf_adds(out, "\nOptions:\n");
	for (; table->name; table++) {
		begin = out->n;
		add_option_left(out, table);
		opt_add_row(out, begin, width, table->help);
	}
	begin = out->n;
	add_option_left(out, &help);
	opt_add_row(out, begin, width, "show this text and exit");
}

/* The forms of a command, each on a line of its own. */
static void
add_forms(struct strbuf *out, struct slice forms)
{
	const size_t indent = sizeof "Usage: " - 1;
	struct slice form;

	while (slice_line(&form, &forms)) {
		add_wrapped(out, slice_trim(form), indent, HELP_COLUMNS);
		if (forms.n)
			strbuf_addf(out, "%*s", (int)indent, "");
	}
}

static void
add_usage(struct strbuf *out, const char *usage_line)
{
	const struct command *c = opt_running.command;

	strbuf_adds(out, "Usage: ");
	if (usage_line)
		add_forms(out, slice_of(usage_line));
	else if (c)
		strbuf_addf(out, "%s %s [OPTION]...%s%s\n", opt_running.program, c->name,
			c->operands && *c->operands ? " " : "", c->operands ? c->operands : "");
	else
		strbuf_adds(out, "[OPTION]...\n");
}

void
opt_print_help(const struct opt *table, const char *usage_line, const char *about)
{
	const struct command *c = opt_running.command;
	struct strbuf out;

	strbuf_init(&out);
	add_usage(&out, usage_line);
	if (!about && c)
		about = c->help;
	if (about) {
		strbuf_addc(&out, '\n');
		opt_add_paragraphs(&out, about);
	}
	add_options(&out, table);
	if (c && c->more && (!about || strcmp(about, c->more) != 0)) {
		strbuf_addc(&out, '\n');
		opt_add_paragraphs(&out, c->more);
	}
	out_write(stdout, out.p, out.n);
	strbuf_release(&out);
}
