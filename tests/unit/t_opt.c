/*
 * Tests of core/opt and, for what it prints, core/log.  Expectations are written out by hand from
 * the words of the headers; the edit distances in the comments are counted by hand.
 */
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/log.h"
#include "core/opt.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define WORDS_MAX 16

static struct {
	bool verbose;
	bool quiet;
	const char *output;
	struct opt_list where;
	int64_t jobs;
	int64_t seed;
	double level;
	int64_t timeout_ns;
	int format;
} got;

static const struct opt table[] = {
	{.name = "verbose",
		.letter = 'v',
		.kind = OPT_FLAG,
		.target = &got.verbose,
		.help = "say more"},
	{.name = "quiet",
		.letter = 'q',
		.kind = OPT_FLAG,
		.target = &got.quiet,
		.help = "say less"},
	{.name = "output",
		.letter = 'o',
		.kind = OPT_TEXT,
		.target = &got.output,
		.arg = "FILE",
		.help = "write to FILE instead of standard output, which is what happens without"
			" this option"},
	{.name = "where",
		.kind = OPT_LIST,
		.target = &got.where,
		.arg = "F=V",
		.help = "only runs whose factor F is V"},
	{.name = "jobs",
		.letter = 'j',
		.kind = OPT_INT,
		.target = &got.jobs,
		.arg = "N",
		.help = "number of threads",
		.min = 1,
		.max = 64},
	{.name = "seed", .kind = OPT_INT, .target = &got.seed, .arg = "N", .help = "any number"},
	{.name = "level",
		.kind = OPT_REAL,
		.target = &got.level,
		.arg = "P",
		.help = "confidence level",
		.min = 0.5,
		.max = 0.999},
	{.name = "timeout",
		.kind = OPT_DURATION,
		.target = &got.timeout_ns,
		.arg = "TIME",
		.help = "how long",
		.min = 1e6,
		.max = INFINITY},
	{.name = "csv", .kind = OPT_CHOICE, .target = &got.format, .choice = 1, .help = "as CSV"},
	{.name = "json", .kind = OPT_CHOICE, .target = &got.format, .choice = 2, .help = "as JSON"},
	{.name = "a-rather-long-option-name",
		.kind = OPT_TEXT,
		.target = &got.output,
		.arg = "ARGUMENT",
		.help = "has a line of its own"},
	{0},
};

/* Parse a command line given as one text with single blanks; "_" stands for an empty word. */
static enum vstatus
parse(char ***operands, size_t *n, const char *line, struct verr *err)
{
	static char text[256];
	static char *argv[WORDS_MAX + 1];
	static char empty[] = "";
	int argc = 0;
	char *word;

	opt_list_release(&got.where);
	memset(&got, 0, sizeof got);
	snprintf(text, sizeof text, "%s", line);
	for (word = strtok(text, " "); word && argc < WORDS_MAX; word = strtok(NULL, " "))
		argv[argc++] = strcmp(word, "_") == 0 ? empty : word;
	argv[argc] = NULL;
	return opt_parse(operands, n, argc, argv, table, "t [OPTION]... FILE...", "About.", err);
}

static void
reads_every_kind(void **state)
{
	struct verr err = {"untouched"};
	char **operands;
	size_t n;

	(void)state;
	assert_int_equal(
		parse(&operands, &n,
			"t a -vq --output=x=y --where k=v b --where=l=w -j 8 --seed -5 --level 0.95"
			" --timeout 1.5s",
			&err),
		V_OK);
	assert_true(got.verbose && got.quiet);
	assert_string_equal(got.output, "x=y");
	assert_int_equal(got.where.n, 2);
	assert_string_equal(got.where.items[0], "k=v");
	assert_string_equal(got.where.items[1], "l=w");
	assert_int_equal(got.jobs, 8);
	assert_int_equal(got.seed, -5);
	assert_true(got.level == 0.95);
	assert_int_equal(got.timeout_ns, 1500000000);
	assert_int_equal(n, 2);
	assert_string_equal(operands[0], "a");
	assert_string_equal(operands[1], "b");
	assert_string_equal(err.msg, "untouched");
	opt_list_release(&got.where);
	assert_null(got.where.items);
}

static void
reads_unusual_forms(void **state)
{
	struct verr err;
	char **operands;
	size_t n;

	(void)state;
	assert_int_equal(parse(&operands, &n, "t", &err), V_OK);
	assert_int_equal(n, 0);
	assert_int_equal(parse(&operands, &n, "t - -vofile -j8 --csv --json _", &err), V_OK);
	assert_string_equal(got.output, "file");
	assert_true(got.verbose);
	assert_int_equal(got.jobs, 8);
	assert_int_equal(got.format, 2);
	assert_int_equal(n, 2);
	assert_string_equal(operands[0], "-");
	assert_string_equal(operands[1], "");
	assert_int_equal(parse(&operands, &n, "t x -- -v -- --csv", &err), V_OK);
	assert_false(got.verbose);
	assert_int_equal(n, 4);
	assert_string_equal(operands[1], "-v");
	assert_string_equal(operands[2], "--");
	assert_string_equal(operands[3], "--csv");
	/* an argument is the next word, whatever it looks like; and may be empty */
	assert_int_equal(parse(&operands, &n, "t --output --csv", &err), V_OK);
	assert_string_equal(got.output, "--csv");
	assert_int_equal(parse(&operands, &n, "t --output=", &err), V_OK);
	assert_string_equal(got.output, "");
}

static void
refuses_with_a_hint(void **state)
{
	static const struct {
		const char *line;
		const char *msg;
	} cases[] = {
		{"t --ouptut x", "unknown option --ouptut; did you mean --output?"},
		{"t --out=x", "unknown option --out; did you mean --output?"},
		{"t --jsn", "unknown option --jsn; did you mean --json?"},
		{"t --hlep", "unknown option --hlep; did you mean --help?"},
		{"t --wherever-you-are", "unknown option --wherever-you-are"},
		{"t -x", "unknown option -x"},
		{"t -vx", "unknown option -x"},
		{"t --output", "option --output needs FILE"},
		{"t -j", "option --jobs needs N"},
		{"t --csv=yes", "option --csv takes no value"},
		{"t -j x", "option --jobs: 'x' is not an integer"},
		{"t -j 1.5", "option --jobs: '1.5' is not an integer"},
		{"t -j 0", "option --jobs: 0 is not between 1 and 64"},
		{"t -j65", "option --jobs: 65 is not between 1 and 64"},
		{"t --seed 9223372036854775808",
			"option --seed: '9223372036854775808' is not an integer"},
		{"t --level 95%", "option --level: '95%' is not a number"},
		{"t --level 1", "option --level: 1 is not between 0.5 and 0.999"},
		{"t --timeout soon",
			"option --timeout: 'soon' is not a duration such as 100ms, 10s or 2min"},
		{"t --timeout 1us", "option --timeout: 1us is below 0.001 s"},
	};
	struct verr err;
	char **operands;
	size_t n;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(cases); i++) {
		assert_int_equal(parse(&operands, &n, cases[i].line, &err), V_EUSAGE);
		assert_string_equal(err.msg, cases[i].msg);
		assert_int_equal(n, 0);
	}
	opt_list_release(&got.where);
}

static void
finds_the_nearest(void **state)
{
	static const char *const names[] = {"platform", "driver", "level", "rtt", "samples", NULL};
	static const char *const nothing[] = {NULL};

	(void)state;
	assert_string_equal(opt_nearest("platfrom", names), "platform"); /* 1: a swap */
	assert_string_equal(opt_nearest("plaform", names), "platform");  /* 1: one missing */
	assert_string_equal(opt_nearest("divers", names), "driver");     /* 2 */
	assert_string_equal(opt_nearest("rtt", names), "rtt");           /* 0 */
	assert_string_equal(opt_nearest("rrt", names), "rtt");           /* 1 */
	assert_string_equal(opt_nearest("sample", names), "samples");    /* 1 */
	assert_string_equal(opt_nearest("pl", names), "platform");       /* begins so */
	assert_null(opt_nearest("x", names));
	assert_null(opt_nearest("overhead", names)); /* level: 5 */
	assert_null(opt_nearest("", names));
	assert_null(opt_nearest("rtt", nothing));
}

/* Run body() with file descriptor fd redirected to path, then read path into text. */
static int
redirected(char *text, size_t size, int fd, int (*body)(void))
{
	char path[] = "/tmp/t_opt.XXXXXX";
	int file = mkstemp(path);
	int saved = dup(fd);
	ssize_t n;
	int result;

	assert_true(file >= 0 && saved >= 0);
	fflush(NULL);
	dup2(file, fd);
	result = body();
	fflush(NULL);
	dup2(saved, fd);
	close(saved);
	n = pread(file, text, size - 1, 0);
	assert_true(n >= 0);
	text[n] = '\0';
	close(file);
	unlink(path);
	return result;
}

static int
parse_help(void)
{
	struct verr err;
	char **operands;
	size_t n;

	return (int)parse(&operands, &n, "t x --help", &err);
}

static void
help_comes_from_the_table(void **state)
{
	static const char expected[] =
		"Usage: t [OPTION]... FILE...\n"
		"\n"
		"About.\n"
		"\n"
		"Options:\n"
		"  -v, --verbose       say more\n"
		"  -q, --quiet         say less\n"
		"  -o, --output FILE   write to FILE instead of standard output, which is what\n"
		"                      happens without this option\n"
		"      --where F=V     only runs whose factor F is V\n"
		"  -j, --jobs N        number of threads\n"
		"      --seed N        any number\n"
		"      --level P       confidence level\n"
		"      --timeout TIME  how long\n"
		"      --csv           as CSV\n"
		"      --json          as JSON\n"
		"      --a-rather-long-option-name ARGUMENT\n"
		"                      has a line of its own\n"
		"  -h, --help          show this text and exit\n";
	char text[4096];

	(void)state;
	assert_int_equal(redirected(text, sizeof text, STDOUT_FILENO, parse_help), V_END);
	assert_string_equal(text, expected);
}

/* A program with two commands for command_main(). */
static int
run_echo(int argc, char **argv)
{
	struct verr err;
	char **operands;
	size_t n;
	size_t i;
	enum vstatus st = opt_parse(&operands, &n, argc, argv, table, NULL, NULL, &err);

	if (st == V_EUSAGE)
		log_error("%s", err.msg);
	if (st != V_OK)
		return (int)vstatus_exit(st);
	printf("%s:", argv[0]);
	for (i = 0; i < n; i++)
		printf(" %s", operands[i]);
	printf("\n");
	return VEXIT_OK;
}

static int
run_partial(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return VEXIT_PARTIAL;
}

static const struct command commands[] = {
	{"echo", "WORD...", "print words", "It prints them.\n\n  prog echo  a b", run_echo},
	{"partial", "", "end with 4", NULL, run_partial},
	{0},
};
static const struct command fallback = {"prog", "FILE...", "the only thing", NULL, run_echo};

static const char *words[WORDS_MAX];
static const struct command *used_fallback;

static int
run_program(void)
{
	char *argv[WORDS_MAX + 1] = {NULL};
	int argc = 0;
	int status;

	for (; words[argc]; argc++)
		argv[argc] = strdup(words[argc]);
	status = command_main("prog", "Does things.", commands, used_fallback, argc, argv);
	while (argc > 0)
		free(argv[--argc]); /* the tests here leave the operands in place */
	return status;
}

static void
set_words(const char *a, const char *b, const char *c)
{
	words[0] = "prog";
	words[1] = a;
	words[2] = a ? b : NULL;
	words[3] = a && b ? c : NULL;
	words[4] = NULL;
}

static void
commands_are_dispatched(void **state)
{
	static const struct {
		const char *words[3];
		int status;
		const char *out;
	} cases[] = {
		{{"echo", "a", "b"}, 0, "echo: a b\n"},
		{{"partial"}, 4, ""},
		{{"--version"}, 0, "prog " VANTAGE_VERSION "\n"},
		{{NULL}, 2, ""},
		{{"ehco"}, 2, ""},
		{{"--bogus"}, 2, ""},
		{{"help", "bogus"}, 2, ""},
		{{"echo", "--bogus"}, 2, ""},
	};
	char text[4096];
	size_t i;

	(void)state;
	used_fallback = NULL;
	for (i = 0; i < N_OF(cases); i++) {
		set_words(cases[i].words[0], cases[i].words[1], cases[i].words[2]);
		assert_int_equal(
			redirected(text, sizeof text, STDOUT_FILENO, run_program), cases[i].status);
		assert_string_equal(text, cases[i].out);
	}
}

static void
mistakes_are_explained(void **state)
{
	static const struct {
		const char *words[2];
		const char *out;
	} cases[] = {
		{{"ehco"},
			"prog: unknown command ehco; did you mean echo?\n"
			"prog: \"prog --help\" lists the commands\n"},
		{{NULL}, "prog: no command given; \"prog --help\" lists the commands\n"},
		{{"--bogus"}, "prog: unknown option --bogus; \"prog --help\" lists the commands\n"},
		{{"echo", "--jbos"}, "prog: unknown option --jbos; did you mean --jobs?\n"},
		{{"\x1b[2J"},
			"prog: unknown command ?[2J\n"
			"prog: \"prog --help\" lists the commands\n"},
	};
	char text[4096];
	size_t i;

	(void)state;
	used_fallback = NULL;
	for (i = 0; i < N_OF(cases); i++) {
		set_words(cases[i].words[0], cases[i].words[1], NULL);
		assert_int_equal(redirected(text, sizeof text, STDERR_FILENO, run_program), 2);
		assert_string_equal(text, cases[i].out);
	}
}

static void
help_of_the_program(void **state)
{
	static const char overview[] = "Usage: prog COMMAND [OPTION]... [ARGUMENT]...\n"
				       "       prog help COMMAND\n"
				       "       prog --version\n"
				       "\n"
				       "Does things.\n"
				       "\n"
				       "Commands:\n"
				       "  echo     print words\n"
				       "  partial  end with 4\n"
				       "\n"
				       "\"prog help COMMAND\" shows the options of a command.\n";
	static const char begin[] = "Usage: prog echo [OPTION]... WORD...\n\nprint words\n";
	static const char end[] =
		"show this text and exit\n\nIt prints them.\n\n  prog echo  a b\n";
	static const char *const ways[][2] = {{"--help"}, {"-h"}, {"help"}};
	char text[4096];
	size_t i;

	(void)state;
	used_fallback = NULL;
	for (i = 0; i < N_OF(ways); i++) {
		set_words(ways[i][0], NULL, NULL);
		assert_int_equal(redirected(text, sizeof text, STDOUT_FILENO, run_program), 0);
		assert_string_equal(text, overview);
	}
	for (i = 0; i < 2; i++) {
		set_words(i ? "help" : "echo", i ? "echo" : "--help", NULL);
		assert_int_equal(redirected(text, sizeof text, STDOUT_FILENO, run_program), 0);
		assert_memory_equal(text, begin, sizeof begin - 1);
		assert_string_equal(text + strlen(text) - strlen(end), end);
	}
}

static void
fallback_takes_the_rest(void **state)
{
	char text[4096];

	(void)state;
	used_fallback = &fallback;
	set_words("x", "--csv", NULL);
	assert_int_equal(redirected(text, sizeof text, STDOUT_FILENO, run_program), 0);
	assert_string_equal(text, "prog: x\n");
	set_words(NULL, NULL, NULL);
	assert_int_equal(redirected(text, sizeof text, STDOUT_FILENO, run_program), 0);
	assert_string_equal(text, "prog:\n");
	set_words("partial", NULL, NULL);
	assert_int_equal(redirected(text, sizeof text, STDOUT_FILENO, run_program), 4);
	set_words("--help", NULL, NULL);
	assert_int_equal(redirected(text, sizeof text, STDOUT_FILENO, run_program), 0);
	assert_non_null(strstr(text, "--a-rather-long-option-name"));
	assert_non_null(strstr(text, "\nCommands:\n  echo     print words\n"));
}

/* In a child, because what a full disk refused stays in stdout's buffer. */
static int
run_on_full_disk(void)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		int full = open("/dev/full", O_WRONLY);

		dup2(full, STDOUT_FILENO);
		_exit(run_program());
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
full_disk_is_a_failure(void **state)
{
	char text[4096];

	(void)state;
	used_fallback = NULL;
	set_words("echo", "a", NULL);
	assert_int_equal(redirected(text, sizeof text, STDERR_FILENO, run_on_full_disk), 1);
	assert_string_equal(text, "prog: cannot write standard output: No space left on device\n");
	set_words("--version", NULL, NULL);
	assert_int_equal(redirected(text, sizeof text, STDERR_FILENO, run_on_full_disk), 1);
}

/* Standard error is a file here: no bar at all, and messages by kind. */
static int
log_some(void)
{
	log_set_program("prog");
	progress_start("reading", 10);
	progress_add(5);
	log_info("%d runs", 3);
	log_warn("cut short");
	log_verbose("unseen");
	log_set_verbose(true);
	log_verbose("seen");
	log_set_verbose(false);
	progress_stop();
	return 0;
}

static void
log_writes_messages_only(void **state)
{
	char text[4096];

	(void)state;
	redirected(text, sizeof text, STDERR_FILENO, log_some);
	assert_string_equal(text, "prog: 3 runs\nprog: warning: cut short\nprog: seen\n");
	assert_false(log_is_verbose());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_kind),
		cmocka_unit_test(reads_unusual_forms),
		cmocka_unit_test(refuses_with_a_hint),
		cmocka_unit_test(finds_the_nearest),
		cmocka_unit_test(help_comes_from_the_table),
		cmocka_unit_test(commands_are_dispatched),
		cmocka_unit_test(mistakes_are_explained),
		cmocka_unit_test(help_of_the_program),
		cmocka_unit_test(fallback_takes_the_rest),
		cmocka_unit_test(full_disk_is_a_failure),
		cmocka_unit_test(log_writes_messages_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
