/*
 * clock_back - a recording whose clock somebody sets, without anybody setting the machine's.
 *
 *   clock_back STEP_MS AFTER_MS [vcap start's options]...
 *
 * Records in the foreground as "vcap start --foreground" does, by the same daemon_run(); only the
 * clocks by which it notices steps are of our making: from AFTER_MS after the start on, the
 * realtime clock is STEP_MS beside the machine's.  Prints the run's directory when it records.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "capture/daemon.h"
#include "capture/settings.h"

#define NS_PER_MS INT64_C(1000000)

struct stepping {
	int64_t step_ns;
	int64_t at_ns; /* CLOCK_MONOTONIC */
};

static int64_t
clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 * NS_PER_MS + ts.tv_nsec;
}

static int64_t
monotonic_ns(void *arg)
{
	(void)arg;
	return clock_ns(CLOCK_MONOTONIC);
}

static int64_t
realtime_ns(void *arg)
{
	const struct stepping *s = arg;
	int64_t step_ns = clock_ns(CLOCK_MONOTONIC) >= s->at_ns ? s->step_ns : 0;

	return clock_ns(CLOCK_REALTIME) + step_ns;
}

int
main(int argc, char **argv)
{
	struct opt table[SETTINGS_OPTIONS];
	struct settings_words words;
	struct settings settings = {0};
	struct stepping stepping;
	struct clockwatch_clocks clocks = {realtime_ns, monotonic_ns, &stepping};
	struct daemon_start start = {.settings = &settings,
		.argc = argc,
		.argv = argv,
		.ready_fd = dup(STDOUT_FILENO),
		.clocks = &clocks};
	struct verr err;
	char **operands;
	size_t n;
	int status;

	if (argc < 3)
		return VEXIT_USAGE;
	stepping.step_ns = atoll(argv[1]) * NS_PER_MS;
	stepping.at_ns = clock_ns(CLOCK_MONOTONIC) + atoll(argv[2]) * NS_PER_MS;
	settings_table(table, &words);
	if (opt_parse(&operands, &n, argc - 2, argv + 2, table, "", "", &err) != V_OK ||
		settings_check(&settings, &words, &err) != V_OK) {
		fprintf(stderr, "clock_back: %s\n", err.msg);
		return VEXIT_USAGE;
	}
	status = daemon_run(&start);
	settings_release(&settings);
	return status;
}
