/*
 * cmd_start - "vcap start": record in the background, or with --foreground for a service manager.
 */
#include <stdio.h>
#include <stdlib.h>

#include "capture/commands.h"
#include "capture/daemon.h"
#include "capture/launch.h"
#include "capture/settings.h"
#include "core/log.h"

static const char usage[] = "vcap start --iface IF[@NETNS][:POINT]... [OPTION]...";
static const char about[] =
	"Record packets and counters as a run; returns, and prints the run's directory, once packets "
	"are being recorded. NETNS: a name, a path, or the PID of a process in it.";

static int
start(const struct settings *s, int argc, char **argv)
{
	const struct daemon_start here = {
		.settings = s, .argc = argc, .argv = argv, .ready_fd = -1};
	struct launched l = {0};
	int status;

	if (s->words.foreground)
		return daemon_run(&here);
	status = launch(&l, s, argc, argv, false);
	if (status == VEXIT_OK) {
		printf("%s\n", l.dir);
		log_info("recording %s (pid %ld)", s->name, (long)l.pid);
	}
	free(l.dir);
	return status;
}

int
cmd_start(int argc, char **argv)
{
	struct opt table[SETTINGS_OPTIONS];
	struct settings_words words;
	struct settings s = {0};
	struct verr err;
	char **operands;
	size_t n;
	enum vstatus st;
	int status;

	settings_table(table, &words);
	st = opt_parse(&operands, &n, argc, argv, table, usage, about, &err);
	s.words = words;
	if (st == V_END)
		return VEXIT_OK;
	if (st == V_OK && n > 0)
		st = verr_set(&err, V_EUSAGE, "unexpected argument %s", operands[0]);
	if (st == V_OK)
		st = settings_check(&s, &words, &err);
	if (st == V_OK) {
		status = start(&s, argc, argv);
	} else {
		log_error("start: %s", err.msg);
		status = (int)vstatus_exit(st);
	}
	settings_release(&s);
	return status;
}
