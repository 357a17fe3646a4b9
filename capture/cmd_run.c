/*
 * cmd_run - "vcap run OPTIONS -- CMD": record while a command runs.
 *
 * Exit status: the command's own; 125 when the recording failed, 126 when the command cannot be
 * started, 127 when it is not found, as env(1) has it; 4 when the command succeeded and packets
 * were lost.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/commands.h"
#include "capture/control.h"
#include "capture/launch.h"
#include "capture/settings.h"
#include "capture/summary.h"
#include "capture/tool.h"
#include "core/alloc.h"
#include "core/log.h"
#include "core/str.h"

#define OWN_FAILURE 125
#define CANNOT_RUN 126
#define NOT_FOUND 127

static const char usage[] = "vcap run --iface IF[@NETNS][:POINT]... [OPTION]... -- CMD [ARG]...";
static const char about[] =
	"Record while CMD runs, keep its standard output in the run, and pass its exit status on.";

/* Tell the recording what ran, and end it. */
static enum vstatus
stop_recording(struct json **report, const char *name, const struct tool *t, struct verr *err)
{
	struct json *answer = NULL;
	char *text = tool_json(t);
	enum vstatus st = V_OK, st2;

	if (t->exit >= 0)
		st = control_ask(&answer, name, CONTROL_TOOL, text, err);
	json_free(answer);
	free(text);
	st2 = control_ask(report, name, CONTROL_STOP, NULL, st == V_OK ? err : NULL);
	if (st2 == V_OK)
		control_forget(name);
	return st == V_OK ? st2 : st;
}

/* 0, or why a file cannot be run. */
static int
refusal_of(const char *path)
{
	return access(path, X_OK) == 0 ? 0 : errno == EACCES ? CANNOT_RUN : NOT_FOUND;
}

/* The same of a command as execvp(3) looks for it: a mistyped one is to leave no run behind. */
static int
look_for(const char *command)
{
	const char *path = getenv("PATH");
	struct slice rest = slice_of(path ? path : "/bin:/usr/bin"), dir;
	int status = NOT_FOUND;

	if (strchr(command, '/'))
		return refusal_of(command);
	while (status && slice_cut(&dir, &rest, ':')) {
		char *file = xasprintf("%.*s/%s", (int)(dir.n ? dir.n : 1), dir.n ? dir.p : ".", command);
		int one = refusal_of(file);

		status = one == NOT_FOUND ? status : one;
		free(file);
	}
	return status;
}

static void
tell_refusal(const char *command, int status)
{
	log_error("run: %s: %s", command, status == NOT_FOUND ? "not found" : "cannot be run");
}

static int
status_of(const struct tool *t, enum vstatus st, const struct json *report, const struct verr *err)
{
	const char *loss;

	if (t->exit == NOT_FOUND || t->exit == CANNOT_RUN)
		tell_refusal(t->argv[0], t->exit);
	if (st != V_OK) {
		log_error("run: %s", err->msg);
		return t->exit > 0 ? t->exit : OWN_FAILURE;
	}
	loss = summary_loss(report);
	if (!loss)
		return t->exit;
	log_warn("%s: %s", json_str(json_get(report, "run"), ""), loss);
	return t->exit == 0 ? VEXIT_PARTIAL : t->exit;
}

static int
run(const struct settings *s, int argc, char **argv, char **command)
{
	struct launched l = {0};
	struct json *report = NULL;
	struct tool t;
	struct verr err, err2;
	enum vstatus st, st2;
	int status = look_for(command[0]);

	if (status) {
		tell_refusal(command[0], status);
		return status;
	}
	if (launch(&l, s, argc, argv, true) != VEXIT_OK)
		return OWN_FAILURE;
	tool_recognise(&t, command);
	st = tool_run(&t, l.dir, &err);
	st2 = stop_recording(&report, s->name, &t, &err2);
	waitpid(l.pid, NULL, 0);
	if (report)
		summary_print(stderr, &report, 1);
	status = status_of(&t, st == V_OK ? st2 : st, report, st == V_OK ? &err2 : &err);
	json_free(report);
	tool_release(&t);
	free(l.dir);
	return status;
}

/* opt_parse() moves words about; run.json is to have the line as it was typed. */
static char **
copy_words(int argc, char **argv)
{
	char **copy = calloc((size_t)argc + 1, sizeof *copy);

	if (copy)
		memcpy(copy, argv, (size_t)argc * sizeof *copy);
	return copy;
}

int
cmd_run(int argc, char **argv)
{
	char **typed = copy_words(argc, argv), **command;
	struct opt table[SETTINGS_OPTIONS];
	struct settings_words words;
	struct settings s = {0};
	struct verr err;
	size_t n;
	enum vstatus st;
	int status = OWN_FAILURE;

	settings_table(table, &words);
	st = opt_parse(&command, &n, argc, argv, table, usage, about, &err);
	s.words = words;
	if (st == V_OK && n == 0)
		st = verr_set(&err, V_EUSAGE, "no command to run");
	if (st == V_OK && words.foreground)
		st = verr_set(&err, V_EUSAGE, "--foreground is for start");
	if (st == V_OK) {
		command[n] = NULL;
		st = settings_check(&s, &words, &err);
	}
	if (st == V_OK)
		status = run(&s, argc, typed ? typed : argv, command);
	else if (st == V_END)
		status = VEXIT_OK;
	else
		log_error("run: %s", err.msg);
	settings_release(&s);
	free(typed);
	return status;
}
