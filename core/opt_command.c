/*
 * opt_command - commands out of a table: which one is meant, its --help, the program's own.
 *
 * command_main() remembers which row it runs, so that opt_parse() can fill in a usage line and
 * the row's longer help; this pointer is the only state here and in opt.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/file.h"
#include "core/log.h"
#include "core/opt_int.h"

struct opt_running opt_running;

static const struct command *
find_command(const struct command *table, const char *name)
{
	for (; table && table->name; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

static void
add_commands(struct strbuf *out, const struct command *table)
{
	const struct command *c;
	size_t width = 0;

	for (c = table; c->name; c++)
		if (strlen(c->name) > width)
			width = strlen(c->name);
	strbuf_adds(out, "\nCommands:\n");
	for (c = table; c->name; c++) {
		size_t begin = out->n;

		strbuf_addf(out, "  %s", c->name);
		opt_add_row(out, begin, width + 4, c->help);
	}
}

static int
run_command(const char *program, const struct command *c, int argc, char **argv)
{
	opt_running.program = program;
	opt_running.command = c;
	return c->run(argc, argv);
}

/* What --help of the program itself shows. */
static void
print_overview(const char *program, const char *about, const struct command *table)
{
	struct strbuf out;

	strbuf_init(&out);
	strbuf_addf(&out, "Usage: %s COMMAND [OPTION]... [ARGUMENT]...\n", program);
	strbuf_addf(&out, "       %s help COMMAND\n       %s --version\n", program, program);
	if (about) {
		strbuf_addc(&out, '\n');
		opt_add_paragraphs(&out, about);
	}
	if (table && table->name)
		add_commands(&out, table);
	strbuf_addf(&out, "\n\"%s help COMMAND\" shows the options of a command.\n", program);
	out_write(stdout, out.p, out.n);
	strbuf_release(&out);
}

static int
fail_unknown_command(const char *program, const struct command *table, const char *name)
{
	const char **names;
	const char *near;
	size_t n = 0;

	while (table && table[n].name)
		n++;
	names = xcalloc(n + 2, sizeof *names);
	while (n-- > 0)
		names[n] = table[n].name;
	near = opt_nearest(name, names);
	log_error("unknown command %s%s%s%s", name, near ? "; did you mean " : "", near ? near : "",
		near ? "?" : "");
	log_error("\"%s --help\" lists the commands", program);
	free(names);
	return VEXIT_USAGE;
}

static int
command_help(const char *program, const struct command *c, char *name)
{
	char help[] = "--help";
	char *argv[] = {name, help, NULL};

	return run_command(program, c, 2, argv);
}

static bool
asks_for_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

/* "help", "help CMD", "--help", "-h" in argv[1]. */
static int
help_wanted(const char *program, const char *about, const struct command *table,
	const struct command *fallback, int argc, char **argv)
{
	const struct command *c = argc > 2 ? find_command(table, argv[2]) : NULL;
	struct strbuf out;
	int status;

	if (c)
		return command_help(program, c, argv[2]);
	if (argc > 2 && !fallback)
		return fail_unknown_command(program, table, argv[2]);
	if (!fallback) {
		print_overview(program, about, table);
		return VEXIT_OK;
	}
	status = command_help(program, fallback, argv[0]);
	if (table && table->name) {
		strbuf_init(&out);
		add_commands(&out, table);
		out_write(stdout, out.p, out.n);
		strbuf_release(&out);
	}
	return status;
}

static int
dispatch(const char *program, const char *about, const struct command *table,
	const struct command *fallback, int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	const struct command *c = find_command(table, word);

	if (c)
		return run_command(program, c, argc - 1, argv + 1);
	if (strcmp(word, "--version") == 0) {
		printf("%s %s\n", program, VANTAGE_VERSION);
		return VEXIT_OK;
	}
	if (asks_for_help(word))
		return help_wanted(program, about, table, fallback, argc, argv);
	if (fallback)
		return run_command(program, fallback, argc, argv);
	if (argc > 1 && word[0] != '-')
		return fail_unknown_command(program, table, word);
	log_error("%s%s; \"%s --help\" lists the commands",
		argc > 1 ? "unknown option " : "no command given", word, program);
	return VEXIT_USAGE;
}

int
command_main(const char *program, const char *about, const struct command *table,
	const struct command *fallback, int argc, char **argv)
{
	struct verr err;
	int status;

	log_set_program(program);
	status = dispatch(program, about, table, fallback, argc, argv);
	if (out_check(stdout, "standard output", &err) != V_OK) {
		log_error("%s", err.msg);
		status = VEXIT_SYSTEM;
	}
	return status;
}
