/*
 * launch - fork, and a pipe on which the child says that it records.
 *
 * The child is a session of its own and keeps nothing that was open: a recording must not hold
 * the pipe of a shell's $(...) or a terminal.  It keeps standard error until it records, so that
 * whoever started it reads what went wrong.
 */
#include "capture/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/daemon.h"
#include "core/alloc.h"
#include "core/log.h"

#define DIR_MAX_BYTES 8192

static volatile sig_atomic_t child; /* whom to pass signals on to; 0 nobody */

static void
pass_on(int signo)
{
	(void)signo;
	if (child > 0)
		kill((pid_t)child, SIGTERM);
}

static void
handle_signals(void (*handler)(int), struct sigaction old[2])
{
	struct sigaction action = {.sa_handler = handler};

	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, &old[0]);
	sigaction(SIGINT, &action, &old[1]);
}

static void
block_signals(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(how, &set, NULL);
}

/* Descriptors 0 and 1 on nothing, the pipe on 3, no others. */
static int
detach(int ready_fd)
{
	int null_fd = open("/dev/null", O_RDWR);

	setsid();
	if (null_fd >= 0) {
		dup2(null_fd, STDIN_FILENO);
		dup2(null_fd, STDOUT_FILENO);
	}
	if (ready_fd != 3 && dup2(ready_fd, 3) < 0)
		return -1;
	fcntl(3, F_SETFD, FD_CLOEXEC);
	close_range(4, ~0u, 0);
	return 3;
}

static void
be_the_daemon(
	const struct settings *s, int argc, char *const *argv, int ready_fd, bool dies_with_parent)
{
	struct daemon_start start = {.settings = s,
		.argc = argc,
		.argv = argv,
		.background = true,
		.dies_with_parent = dies_with_parent};

	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	start.ready_fd = detach(ready_fd);
	_exit(daemon_run(&start));
}

/* The run's directory; NULL when the pipe ends without one. */
static char *
read_dir(int fd)
{
	char text[DIR_MAX_BYTES];
	size_t n = 0;

	while (n < sizeof text) {
		ssize_t got = read(fd, text + n, sizeof text - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	return n > 0 && text[n - 1] == '\n' ? xstrndup(text, n - 1) : NULL;
}

static int
exit_status_of(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return VEXIT_SYSTEM;
	if (WIFEXITED(status) && WEXITSTATUS(status) != VEXIT_OK)
		return WEXITSTATUS(status);
	log_error("the recording ended before it began");
	return VEXIT_SYSTEM;
}

int
launch(struct launched *l, const struct settings *s, int argc, char *const *argv, bool dies_with_us)
{
	struct sigaction old[2];
	int ready[2], status = VEXIT_OK;

	if (pipe2(ready, O_CLOEXEC) != 0) {
		log_error("cannot open a pipe: %s", strerror(errno));
		return VEXIT_SYSTEM;
	}
	block_signals(SIG_BLOCK); /* until the child reads them, and we know its id */
	l->pid = fork();
	if (l->pid == 0)
		be_the_daemon(s, argc, argv, ready[1], dies_with_us);
	close(ready[1]);
	child = l->pid;
	handle_signals(pass_on, old);
	block_signals(SIG_UNBLOCK);
	if (l->pid < 0)
		log_error("cannot start a process: %s", strerror(errno));
	l->dir = l->pid > 0 ? read_dir(ready[0]) : NULL;
	close(ready[0]);
	if (!l->dir)
		status = l->pid > 0 ? exit_status_of(l->pid) : VEXIT_SYSTEM;
	child = 0;
	sigaction(SIGTERM, &old[0], NULL);
	sigaction(SIGINT, &old[1], NULL);
	return status;
}
