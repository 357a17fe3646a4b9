/*
 * gnuplot - see gnuplot.h.
 *
 * Processes are started by posix_spawnp(), so no shell reads any name.  Each works in the
 * directory and sees nothing of our standard streams; what it says goes to a file, of which the
 * last line is passed on when it fails.  It lives in UTC, because it writes the time zone into
 * PDFs.
 */
#include "report/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/alloc.h"
#include "core/file.h"
#include "core/log.h"
#include "core/str.h"

extern char **environ;

#define PROGRAM "gnuplot"

/* Ours but for the time zone; the array is the caller's, the texts are not. */
static char **
environment(void)
{
	static char zone[] = "TZ=UTC";
	size_t n = 0, kept = 0;
	char **copy;

	while (environ[n])
		n++;
	copy = xcalloc(n + 2, sizeof *copy);
	for (size_t i = 0; i < n; i++)
		if (strncmp(environ[i], "TZ=", 3) != 0)
			copy[kept++] = environ[i];
	copy[kept] = zone;
	return copy;
}

static int
spawn(pid_t *pid, const struct gnuplot_job *job, const char *dir, const char *formats)
{
	char *setting = xasprintf("formats='%s'", formats);
	char program[] = PROGRAM, defaults[] = "-d", expression[] = "-e";
	char *argv[] = {program, defaults, expression, setting, job->script, NULL};
	char **env = environment();
	posix_spawn_file_actions_t actions;
	int e = posix_spawn_file_actions_init(&actions);

	if (e == 0) {
		e = posix_spawn_file_actions_addchdir_np(&actions, dir);
		if (e == 0)
			e = posix_spawn_file_actions_addopen(
				&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
		if (e == 0)
			e = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, job->log,
				O_WRONLY | O_CREAT | O_TRUNC, 0644);
		if (e == 0)
			e = posix_spawn_file_actions_adddup2(
				&actions, STDOUT_FILENO, STDERR_FILENO);
		if (e == 0)
			e = posix_spawnp(pid, PROGRAM, &actions, NULL, argv, env);
		posix_spawn_file_actions_destroy(&actions);
	}
	free(env);
	free(setting);
	return e;
}

/* complaint - the last line that is not blank of what a script said: warnings come before; heap. */
static char *
complaint(const char *dir, const char *log)
{
	char *path = file_join(dir, log), *text = NULL, *said;
	struct slice rest = {0}, line, last = {0};
	size_t len;

	if (file_slurp(&text, &len, path, NULL) == V_OK)
		rest = (struct slice){text, len};
	while (slice_line(&line, &rest)) {
		line = slice_trim(line);
		last = line.n ? line : last;
	}
	said = last.n ? xstrndup(last.p, last.n) : xstrdup("no message");
	free(text);
	free(path);
	return said;
}

static void
judge(struct gnuplot_job *job, const char *dir, int status)
{
	char *said;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		job->st = V_OK;
		return;
	}
	if (WIFSIGNALED(status)) {
		job->st = verr_set(&job->err, V_EIO, PROGRAM " %s: ended by signal %d", job->script,
			WTERMSIG(status));
		return;
	}
	said = complaint(dir, job->log);
	job->st = verr_set(&job->err, V_EIO, PROGRAM " %s: status %d: %s", job->script,
		WEXITSTATUS(status), said);
	free(said);
}

/* reap - wait for one of our processes; the slot that is free then. */
static size_t
reap(pid_t *pids, struct gnuplot_job **running, size_t n_parallel, const char *dir)
{
	for (;;) {
		int status;
		pid_t pid = waitpid(-1, &status, 0);

		if (pid < 0 && errno == EINTR)
			continue;
		for (size_t i = 0; i < n_parallel; i++) {
			if (pids[i] == 0 || (pid >= 0 && pids[i] != pid))
				continue;
			pids[i] = 0;
			if (pid < 0)
				running[i]->st =
					verr_sys(&running[i]->err, "cannot wait for " PROGRAM);
			else
				judge(running[i], dir, status);
			progress_add(1);
			return i;
		}
	}
}

static bool
any_left(const pid_t *pids, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (pids[i] != 0)
			return true;
	}
	return false;
}

static enum vstatus
start(pid_t *pid, const struct gnuplot_job *job, const char *dir, const char *formats,
	struct verr *err)
{
	int e = spawn(pid, job, dir, formats);

	if (e == ENOENT)
		return verr_set(err, V_EIO,
			PROGRAM " is not installed; Debian has it in the package gnuplot-nox");
	errno = e;
	return e ? verr_sys(err, "cannot start " PROGRAM) : V_OK;
}

enum vstatus
gnuplot_run(struct gnuplot_job *jobs, size_t n, const char *dir, const char *formats,
	size_t n_parallel, struct verr *err)
{
	struct gnuplot_job **running;
	enum vstatus st = V_OK;
	size_t n_running = 0;
	pid_t *pids;

	n_parallel = n_parallel < GNUPLOT_JOBS_MAX ? n_parallel : GNUPLOT_JOBS_MAX;
	pids = xcalloc(n_parallel, sizeof *pids);
	running = xcalloc(n_parallel, sizeof *running);
	progress_start("figures", n);
	for (size_t i = 0; st == V_OK && i < n; i++) {
		size_t slot =
			n_running < n_parallel ? n_running++ : reap(pids, running, n_parallel, dir);

		running[slot] = &jobs[i];
		st = start(&pids[slot], &jobs[i], dir, formats, err);
		if (st != V_OK)
			pids[slot] = 0;
	}
	while (any_left(pids, n_parallel))
		reap(pids, running, n_parallel, dir);
	progress_stop();
	free(running);
	free(pids);
	return st;
}
