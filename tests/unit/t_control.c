/*
 * Tests of capture/control: the request line (expected values read off control.h), and a name that
 * two want at once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/control.h"
#include "tests/unit/tmpdir.h"

struct request_case {
	const char *line;
	enum vstatus status;
	enum control_verb verb;
	const char *text;
};

static const struct request_case request_cases[] = {
	{"status", V_OK, CONTROL_STATUS, ""},
	{"stop", V_OK, CONTROL_STOP, ""},
	{"stop ", V_OK, CONTROL_STOP, ""},
	{"mark warm", V_OK, CONTROL_MARK, "warm"},
	{"mark  two words ", V_OK, CONTROL_MARK, "two words"},
	{"mark \xc3\xbc", V_OK, CONTROL_MARK, "\xc3\xbc"},
	{"tool {}", V_OK, CONTROL_TOOL, "{}"},
	{"", V_EFORMAT, 0, NULL},
	{" ", V_EFORMAT, 0, NULL},
	{" stop", V_EFORMAT, 0, NULL},
	{"Stop", V_EFORMAT, 0, NULL},
	{"stopp", V_EFORMAT, 0, NULL},
	{"sto", V_EFORMAT, 0, NULL},
	{"stop now", V_EFORMAT, 0, NULL},
	{"mark", V_EFORMAT, 0, NULL},
	{"mark ", V_EFORMAT, 0, NULL},
	{"mark a\tb", V_EFORMAT, 0, NULL},
	{"mark a\x1b[2J", V_EFORMAT, 0, NULL},
	{"mark a\x7f", V_EFORMAT, 0, NULL},
};

static void
requests(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof request_cases / sizeof request_cases[0]; i++) {
		const struct request_case *c = &request_cases[i];
		struct control_request r;
		struct verr err;

		if (control_parse(&r, slice_of(c->line), &err) != c->status)
			fail_msg("'%s'", c->line);
		if (c->status != V_OK)
			continue;
		assert_int_equal(r.verb, c->verb);
		assert_true(slice_eq(r.text, c->text));
	}
}

static void
a_nul_byte_is_refused(void **state)
{
	struct control_request r;

	(void)state;
	assert_int_equal(control_parse(&r, SLICE_LIT("mark a\0b"), NULL), V_EFORMAT);
}

static void
one_recording_a_name(void **state)
{
	int listen_fd, lock_fd, other_fd, other_lock_fd;
	struct json *answer;
	struct verr err;
	struct stat sb;

	(void)state;
	setenv("XDG_RUNTIME_DIR", tmpdir, 1);
	if (control_listen(&listen_fd, &lock_fd, "x", geteuid(), &err) != V_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(control_listen(&other_fd, &other_lock_fd, "x", geteuid(), &err), V_EIO);
	assert_non_null(strstr(err.msg, "already running"));
	assert_int_equal(stat(tmpdir_at("vcap/x.sock"), &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0600);
	control_forget("x"); /* does nothing: its lock is held */
	assert_int_equal(stat(tmpdir_at("vcap/x.sock"), &sb), 0);
	close(listen_fd);
	close(lock_fd);
	assert_int_equal(control_ask(&answer, "x", CONTROL_STATUS, NULL, &err), V_EIO);
	assert_non_null(strstr(err.msg, "no recording called x is running"));
	assert_int_equal(control_listen(&listen_fd, &lock_fd, "x", geteuid(), &err), V_OK);
	close(listen_fd);
	close(lock_fd);
	control_forget("x");
	assert_int_not_equal(stat(tmpdir_at("vcap/x.sock"), &sb), 0);
}

static void
the_last_run_is_remembered(void **state)
{
	int listen_fd, lock_fd;
	char *dir;

	(void)state;
	setenv("XDG_RUNTIME_DIR", tmpdir, 1);
	assert_null(control_last_run("y"));
	assert_int_equal(control_listen(&listen_fd, &lock_fd, "y", geteuid(), NULL), V_OK);
	assert_null(control_last_run("y"));
	control_note_run(lock_fd, "/a/much/longer/name");
	control_note_run(lock_fd, "/a/run");
	dir = control_last_run("y");
	assert_string_equal(dir, "/a/run");
	free(dir);
	close(listen_fd);
	close(lock_fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests),
		cmocka_unit_test(a_nul_byte_is_refused),
		cmocka_unit_test_setup_teardown(one_recording_a_name, tmpdir_make, tmpdir_remove),
		cmocka_unit_test_setup_teardown(
			the_last_run_is_remembered, tmpdir_make, tmpdir_remove),
	};

	return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
