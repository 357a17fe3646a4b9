/*
 * opt - commands and options out of tables.
 *
 * One row says everything about an option: its names, where its value goes, the limits and the
 * line for --help.  Parsing, --help and the hint for a mistyped name read the same rows, so they
 * cannot disagree.  A row's argument is always the following word or what stands behind "=",
 * also when it begins with "-"; abbreviations of long names are not accepted, because a script
 * that relies on one breaks when an option is added.
 *
 * The hint is the name with the least edit distance (insert, delete, replace, swap two
 * neighbours: optimal string alignment), if that distance is at most a third of the typed
 * length (2 at least, and less than everything); a typed beginning of a name also leads to it.
 *
 * command_main() remembers which row it runs, so that opt_parse() can fill in a usage line and
 * the row's longer help; this pointer is the only state here.
 */
#include "core/opt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/file.h"
#include "core/log.h"
#include "core/str.h"
#include "core/tstamp.h"

#define HELP_COLUMNS 80
#define HELP_LEFT_MAX 30 /* longer option texts get a line of their own */
#define NAME_MAX_BYTES 63

static struct {
	const char *program;
	const struct command *command;
} running;

static bool
takes_argument(const struct opt *o)
{
	return o->kind != OPT_FLAG && o->kind != OPT_CHOICE;
}

static size_t
min3(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Optimal string alignment distance of two texts of at most NAME_MAX_BYTES. */
static size_t
edit_distance(const char *a, const char *b)
{
	size_t rows[3][NAME_MAX_BYTES + 1]; /* two before, one before, current */
	size_t *before2 = rows[0];
	size_t *before = rows[1];
	size_t *now = rows[2];
	size_t n = strlen(b);
	size_t i;
	size_t j;

	for (j = 0; j <= n; j++)
		before[j] = j;
	for (i = 1; a[i - 1]; i++) {
		size_t *spare = before2;

		now[0] = i;
		for (j = 1; j <= n; j++) {
			now[j] = min3(before[j] + 1, now[j - 1] + 1,
				before[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
				before2[j - 2] + 1 < now[j])
				now[j] = before2[j - 2] + 1;
		}
		before2 = before;
		before = now;
		now = spare;
	}
	return before[n];
}

const char *
opt_nearest(const char *s, const char *const *names)
{
	size_t n = strlen(s);
	size_t allowed = n / 3 > 2 ? n / 3 : 2;
	size_t best = SIZE_MAX;
	const char *nearest = NULL;

	if (n == 0 || n > NAME_MAX_BYTES)
		return NULL;
	for (; *names; names++) {
		size_t distance;

		if (strlen(*names) > NAME_MAX_BYTES)
			continue;
		distance = edit_distance(s, *names);
		if (strncmp(s, *names, n) == 0 && distance > 1)
			distance = 1;
		if (distance < best && distance <= allowed && distance < n) {
			best = distance;
			nearest = *names;
		}
	}
	return nearest;
}

/* Heap text: the words of `text` in lines of at most `columns`, all but the first indented. */
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

/* Paragraphs; lines that begin with a blank (examples) stay as they are. */
static void
add_paragraphs(struct strbuf *out, const char *text)
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
	if (takes_argument(o))
		strbuf_addf(out, " %s", o->arg ? o->arg : "VALUE");
}

/* One row of a two-column list; `left` stands in *out already, its line began at `begin`. */
static void
add_row_help(struct strbuf *out, size_t begin, size_t width, const char *help)
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

static const struct opt *
find_letter(const struct opt *table, char letter)
{
	for (; table->name; table++)
		if (table->letter == letter)
			return table;
	return NULL;
}

static void
add_options(struct strbuf *out, const struct opt *table)
{
	const struct opt help = {
		.name = "help", .letter = find_letter(table, 'h') ? '\0' : 'h', .kind = OPT_FLAG};
	size_t width = options_width(table);
	size_t begin;

	strbuf_adds(out, "\nOptions:\n");
	for (; table->name; table++) {
		begin = out->n;
		add_option_left(out, table);
		add_row_help(out, begin, width, table->help);
	}
	begin = out->n;
	add_option_left(out, &help);
	add_row_help(out, begin, width, "show this text and exit");
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
	const struct command *c = running.command;

	strbuf_adds(out, "Usage: ");
	if (usage_line)
		add_forms(out, slice_of(usage_line));
	else if (c)
		strbuf_addf(out, "%s %s [OPTION]... %s\n", running.program, c->name,
			c->operands ? c->operands : "");
	else
		strbuf_adds(out, "[OPTION]...\n");
}

static void
print_help(const struct opt *table, const char *usage_line, const char *about)
{
	const struct command *c = running.command;
	struct strbuf out;

	strbuf_init(&out);
	add_usage(&out, usage_line);
	if (!about && c)
		about = c->help;
	if (about) {
		strbuf_addc(&out, '\n');
		add_paragraphs(&out, about);
	}
	add_options(&out, table);
	if (c && c->more && (!about || strcmp(about, c->more) != 0)) {
		strbuf_addc(&out, '\n');
		add_paragraphs(&out, c->more);
	}
	out_write(stdout, out.p, out.n);
	strbuf_release(&out);
}

static const struct opt *
find_name(const struct opt *table, struct slice name)
{
	for (; table->name; table++)
		if (slice_eq(name, table->name))
			return table;
	return NULL;
}

static enum vstatus
fail_unknown(struct verr *err, struct slice name, const struct opt *table)
{
	char typed[NAME_MAX_BYTES + 1];
	const char **names;
	const char *near;
	size_t n = 0;

	while (table[n].name)
		n++;
	names = xcalloc(n + 2, sizeof *names);
	for (n = 0; table[n].name; n++)
		names[n] = table[n].name;
	names[n] = "help";
	snprintf(typed, sizeof typed, "%.*s", (int)(name.n < sizeof typed ? name.n : 0), name.p);
	near = opt_nearest(typed, names);
	verr_set(err, V_EUSAGE, "unknown option --%.*s%s%s%s", (int)name.n, name.p,
		near ? "; did you mean --" : "", near ? near : "", near ? "?" : "");
	free(names);
	return V_EUSAGE;
}

/* A limit in the unit that the user types. */
static void
limit_text(char *text, size_t size, const struct opt *o, double limit)
{
	if (o->kind == OPT_DURATION)
		snprintf(text, size, "%.9g s", limit * 1e-9);
	else
		snprintf(text, size, "%.15g", limit);
}

static enum vstatus
check_limits(const struct opt *o, double v, const char *arg, struct verr *err)
{
	char min[40];
	char max[40];

	if (!(o->min < o->max) || (v >= o->min && v <= o->max))
		return V_OK;
	limit_text(min, sizeof min, o, o->min);
	limit_text(max, sizeof max, o, o->max);
	if (isinf(o->max))
		return verr_set(err, V_EUSAGE, "option --%s: %s is below %s", o->name, arg, min);
	if (isinf(o->min))
		return verr_set(err, V_EUSAGE, "option --%s: %s is above %s", o->name, arg, max);
	return verr_set(
		err, V_EUSAGE, "option --%s: %s is not between %s and %s", o->name, arg, min, max);
}

static enum vstatus
fail_value(struct verr *err, const struct opt *o, const char *arg, const char *expected)
{
	return verr_set(err, V_EUSAGE, "option --%s: '%s' is not %s", o->name, arg, expected);
}

static enum vstatus
set_int(const struct opt *o, const char *arg, struct verr *err)
{
	enum vstatus st;
	int64_t v;

	if (!slice_i64(slice_of(arg), &v))
		return fail_value(err, o, arg, "an integer");
	st = check_limits(o, (double)v, arg, err);
	if (st == V_OK)
		*(int64_t *)o->target = v;
	return st;
}

static enum vstatus
set_real(const struct opt *o, const char *arg, struct verr *err)
{
	enum vstatus st;
	double v;

	if (!slice_f64(slice_of(arg), &v))
		return fail_value(err, o, arg, "a number");
	st = check_limits(o, v, arg, err);
	if (st == V_OK)
		*(double *)o->target = v;
	return st;
}

static enum vstatus
set_duration(const struct opt *o, const char *arg, struct verr *err)
{
	enum vstatus st;
	int64_t v;

	if (!duration_parse(&v, slice_of(arg)))
		return fail_value(err, o, arg, "a duration such as 100ms, 10s or 2min");
	st = check_limits(o, (double)v, arg, err);
	if (st == V_OK)
		*(int64_t *)o->target = v;
	return st;
}

static enum vstatus
set_value(const struct opt *o, const char *arg, struct verr *err)
{
	struct opt_list *list;

	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)o->target = true;
		return V_OK;
	case OPT_CHOICE:
		*(int *)o->target = o->choice;
		return V_OK;
	case OPT_TEXT:
		*(const char **)o->target = arg;
		return V_OK;
	case OPT_LIST:
		list = o->target;
		GROW(list->items, list->n, list->cap);
		list->items[list->n++] = arg;
		return V_OK;
	case OPT_INT:
		return set_int(o, arg, err);
	case OPT_REAL:
		return set_real(o, arg, err);
	case OPT_DURATION:
		return set_duration(o, arg, err);
	}
	return V_EUSAGE;
}

/* The command line while it is read. */
struct words {
	int argc;
	char **argv;
	int next;     /* the word to read next */
	int operands; /* moved to argv[1..operands] */
	const struct opt *table;
};

static enum vstatus
take_argument(const char **arg, struct words *w, const struct opt *o, struct verr *err)
{
	*arg = NULL;
	if (!takes_argument(o))
		return V_OK;
	if (w->next >= w->argc)
		return verr_set(err, V_EUSAGE, "option --%s needs %s", o->name,
			o->arg ? o->arg : "a value");
	*arg = w->argv[w->next++];
	return V_OK;
}

/* "--name", "--name value", "--name=value"; text is what follows the dashes. */
static enum vstatus
parse_long(struct words *w, const char *text, struct verr *err)
{
	const char *equals = strchr(text, '=');
	struct slice name = {text, equals ? (size_t)(equals - text) : strlen(text)};
	const struct opt *o = find_name(w->table, name);
	const char *arg;
	enum vstatus st;

	if (!o && slice_eq(name, "help") && !equals)
		return V_END;
	if (!o)
		return fail_unknown(err, name, w->table);
	if (equals) {
		if (!takes_argument(o))
			return verr_set(err, V_EUSAGE, "option --%s takes no value", o->name);
		return set_value(o, equals + 1, err);
	}
	st = take_argument(&arg, w, o, err);
	return st == V_OK ? set_value(o, arg, err) : st;
}

/* "-v", "-vq", "-o FILE", "-oFILE"; text is what follows the dash. */
static enum vstatus
parse_short(struct words *w, const char *text, struct verr *err)
{
	for (; *text; text++) {
		const struct opt *o = find_letter(w->table, *text);
		const char *arg = text + 1;
		enum vstatus st;

		if (!o && *text == 'h')
			return V_END;
		if (!o)
			return verr_set(err, V_EUSAGE, "unknown option -%c", *text);
		if (takes_argument(o) && *arg)
			return set_value(o, arg, err);
		st = take_argument(&arg, w, o, err);
		if (st == V_OK)
			st = set_value(o, arg, err);
		if (st != V_OK)
			return st;
	}
	return V_OK;
}

static enum vstatus
parse_words(struct words *w, struct verr *err)
{
	bool options = true;
	enum vstatus st = V_OK;

	while (st == V_OK && w->next < w->argc) {
		char *word = w->argv[w->next++];

		if (!options || word[0] != '-' || word[1] == '\0')
			w->argv[++w->operands] = word;
		else if (strcmp(word, "--") == 0)
			options = false;
		else if (word[1] == '-')
			st = parse_long(w, word + 2, err);
		else
			st = parse_short(w, word + 1, err);
	}
	return st;
}

enum vstatus
opt_parse(char ***operands, size_t *n, int argc, char **argv, const struct opt *table,
	const char *usage_line, const char *about, struct verr *err)
{
	struct words w = {.argc = argc, .argv = argv, .next = 1, .table = table};
	enum vstatus st = parse_words(&w, err);

	*operands = argv + (argc > 0);
	*n = st == V_OK ? (size_t)w.operands : 0;
	if (st == V_END)
		print_help(table, usage_line, about);
	return st;
}

void
opt_list_release(struct opt_list *l)
{
	free(l->items);
	*l = (struct opt_list){0};
}

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
		add_row_help(out, begin, width + 4, c->help);
	}
}

static int
run_command(const char *program, const struct command *c, int argc, char **argv)
{
	running.program = program;
	running.command = c;
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
		add_paragraphs(&out, about);
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
