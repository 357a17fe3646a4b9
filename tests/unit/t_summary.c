/*
 * Tests of capture/summary.  The expected lines are written by hand from the documents in the
 * cases; 1000 bytes in 300 stored are a ratio of 3.33.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capture/summary.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

#define HEAD                                                                        \
	"recording,pid,state,point,packets,dropped_by_kernel,dropped_by_interface," \
	"dropped_by_writer,bytes,bytes_stored,ratio\n"

static struct json *
parse(const char *text)
{
	struct json *j;
	struct verr err;

	if (json_parse(&j, text, strlen(text), "case", &err) != V_OK)
		fail_msg("%s", err.msg);
	return j;
}

/* What summary_print() writes into a file, which is no terminal. */
static char *
printed(struct json *const *reports, size_t n)
{
	char *text;
	size_t len;
	FILE *f = tmpfile();

	assert_non_null(f);
	summary_print(f, reports, n);
	len = (size_t)ftell(f);
	rewind(f);
	text = calloc(1, len + 1);
	assert_int_equal(fread(text, 1, len, f), len);
	fclose(f);
	return text;
}

struct lines_case {
	const char *report, *lines;
};

static const struct lines_case lines_cases[] = {
	{"{\"name\": \"vcap\", \"pid\": 4711, \"state\": \"recording\", \"points\": []}", ""},
	{"{\"name\": \"vcap\", \"pid\": 4711, \"state\": \"complete\", \"points\": ["
	 "{\"name\": \"guest\", \"packets\": 12, \"dropped_by_kernel\": 0, "
	 "\"dropped_by_interface\": null, \"dropped_by_writer\": 3, \"bytes\": 1000, "
	 "\"bytes_stored\": 300}, "
	 "{\"name\": \"host\", \"packets\": 9007199254740993, \"dropped_by_kernel\": 1, "
	 "\"dropped_by_interface\": 2, \"dropped_by_writer\": 0, \"bytes\": 24, "
	 "\"bytes_stored\": 0}]}",
		"vcap,4711,complete,guest,12,0,,3,1000,300,3.33\n"
		"vcap,4711,complete,host,9007199254740993,1,2,0,24,0,\n"},
};

static void
lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(lines_cases); i++) {
		struct json *report = parse(lines_cases[i].report);
		char *text = printed(&report, 1);

		assert_int_equal(strncmp(text, HEAD, strlen(HEAD)), 0);
		assert_string_equal(text + strlen(HEAD), lines_cases[i].lines);
		free(text);
		json_free(report);
	}
}

static void
several_recordings(void **state)
{
	struct json *reports[] = {
		parse("{\"name\": \"one\", \"points\": [{\"name\": \"a\"}]}"),
		parse("{\"name\": \"two\", \"points\": [{\"name\": \"b\"}]}"),
	};
	char *text = printed(reports, 2);

	(void)state;
	assert_string_equal(text, HEAD "one,,,a,,,,,,,\ntwo,,,b,,,,,,,\n");
	free(text);
	json_free(reports[0]);
	json_free(reports[1]);
}

#define LOST "packets were lost"

struct loss_case {
	const char *report, *loss; /* NULL: none */
};

static const struct loss_case loss_cases[] = {
	{"{\"state\": \"complete\", \"points\": []}", NULL},
	{"{\"state\": \"complete\", \"points\": [{\"dropped_by_kernel\": 0, "
	 "\"dropped_by_interface\": null, \"dropped_by_writer\": 0}]}",
		NULL},
	{"{\"state\": \"complete\", \"points\": [{\"packets\": 5}]}", NULL},
	{"{\"state\": \"complete\", \"points\": [{}, {\"dropped_by_kernel\": 1}]}", LOST},
	{"{\"state\": \"complete\", \"points\": [{\"dropped_by_interface\": 1}]}", LOST},
	{"{\"state\": \"complete\", \"points\": [{\"dropped_by_writer\": 1}]}", LOST},
	{"{\"state\": \"complete\", \"reason\": \"--max-size was reached\", \"points\": []}", NULL},
	{"{\"state\": \"complete\", \"reason\": \"--max-size was reached\", "
	 "\"points\": [{\"dropped_by_kernel\": 1}]}",
		LOST},
	{"{\"state\": \"truncated\", \"reason\": \"disk full\", "
	 "\"points\": [{\"dropped_by_writer\": 1}]}",
		"disk full"},
	{"{\"state\": \"truncated\", \"points\": []}", "the run is not complete"},
	{"{\"state\": \"failed\", \"reason\": \"cannot write\", \"points\": []}", "cannot write"},
	{"{}", "the run is not complete"},
};

static void
losses(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(loss_cases); i++) {
		struct json *report = parse(loss_cases[i].report);
		const char *loss = summary_loss(report), *expected = loss_cases[i].loss;

		if (!loss != !expected || (loss && strcmp(loss, expected) != 0))
			fail_msg("%s: %s", loss_cases[i].report, loss ? loss : "nothing");
		json_free(report);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(several_recordings),
		cmocka_unit_test(losses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
