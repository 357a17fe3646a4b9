/*
 * Tests of capture/tool: which word of a command line is the tool (read off tool.h), and running
 * small commands of POSIX, whose statuses and output are known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "capture/tool.h"
#include "core/json.h"
#include "tests/unit/tmpdir.h"

struct tool_case {
	const char *argv[8];
	const char *name, *file;
};

static const struct tool_case tool_cases[] = {
	{{"ping", "-c", "1", "h", NULL}, "ping", "ping.txt"},
	{{"/usr/bin/ping", "h", NULL}, "ping", "ping.txt"},
	{{"ip", "netns", "exec", "guest", "ping", "h", NULL}, "ping", "ping.txt"},
	{{"iperf3", "-J", NULL}, "iperf3", "iperf3.json"},
	{{"/opt/load.sh", "x", NULL}, "load.sh", "load.sh.txt"},
	{{"true", NULL}, "true", "true.txt"},
};

static void
recognised(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof tool_cases / sizeof tool_cases[0]; i++) {
		char *argv[8];
		struct tool t;

		memcpy(argv, tool_cases[i].argv, sizeof argv);
		tool_recognise(&t, argv);
		assert_string_equal(t.name, tool_cases[i].name);
		assert_string_equal(t.file, tool_cases[i].file);
		assert_int_equal(t.exit, -1);
		tool_release(&t);
	}
}

struct run_case {
	const char *argv[4];
	int exit;
	const char *output;
};

static const struct run_case run_cases[] = {
	{{"printf", "# a\\n# b\\n", NULL}, 0, "# a\n# b\n"},
	{{"sh", "-c", "exit 3", NULL}, 3, ""},
	{{"sh", "-c", "echo '#'; kill -TERM $$", NULL}, 128 + 15, "#\n"},
	{{"/nonexistent/x", NULL}, 127, ""},
	{{"/", NULL}, 126, ""},
};

static void
run_and_kept(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof run_cases / sizeof run_cases[0]; i++) {
		char *argv[4], *path, *text = NULL;
		struct verr err;
		struct tool t;
		size_t n;

		memcpy(argv, run_cases[i].argv, sizeof argv);
		tool_recognise(&t, argv);
		if (i == 4) { /* "/" has no last part to name a file after */
			free(t.file);
			t.file = strdup("root.txt");
		}
		if (tool_run(&t, tmpdir, &err) != V_OK)
			fail_msg("%s", err.msg);
		assert_int_equal(t.exit, run_cases[i].exit);
		path = file_join(tmpdir, t.file);
		assert_int_equal(file_slurp(&text, &n, path, NULL), V_OK);
		assert_string_equal(text, run_cases[i].output);
		remove(path);
		free(text);
		free(path);
		tool_release(&t);
	}
}

static void
told_on_one_line(void **state)
{
	char command[] = "x", odd[] = "a\nb\t\"c\"", *argv[] = {command, odd, NULL}, *text;
	struct json *o;
	struct tool t;

	(void)state;
	tool_recognise(&t, argv);
	t.exit = 5;
	text = tool_json(&t);
	assert_null(strchr(text, '\n'));
	assert_int_equal(json_parse(&o, text, strlen(text), "t", NULL), V_OK);
	assert_string_equal(json_str(json_at(json_get(o, "argv"), 1), ""), odd);
	json_free(o);
	free(text);
	tool_release(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recognised),
		cmocka_unit_test_setup_teardown(run_and_kept, tmpdir_make, tmpdir_remove),
		cmocka_unit_test(told_on_one_line),
	};

	return cmocka_run_group_tests_name("tool", tests, NULL, NULL);
}
