/*
 * priv_try - gives up rights as a recording does, then tries what must not work any more.
 *
 *   priv_try FILE        run as root; FILE: something that only root may read
 *
 * Before the drop each try must succeed or be refused for another reason than rights, so that the
 * test does not pass where a thing never works; that is checked for the ones marked `works`.  A
 * thread that was started before the filter was loaded tries as well.  Prints one line a try and
 * exits 1 if anything worked that must not.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "capture/priv.h"

static const char *secret;

static int
try_open_secret(void)
{
	int fd = open(secret, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd;
}

static int
try_packet_socket(void)
{
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd >= 0)
		close(fd);
	return fd;
}

static int
try_plain_socket(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd >= 0)
		close(fd);
	return fd;
}

static int
try_setuid(void)
{
	return setuid(0);
}

static int
try_setgroups(void)
{
	gid_t root = 0;

	return setgroups(1, &root);
}

static int
try_exec(void)
{
	char *const argv[] = {NULL};

	/* through the system call, so that no path is looked up; a success would end the program
	 * with a status of its own */
	return (int)syscall(SYS_execve, "/bin/true", argv, argv);
}

static int
try_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0 ? 0 : -1;
}

static int
try_mount(void)
{
	return mount("none", "/mnt", "tmpfs", 0, NULL);
}

static int
try_unshare(void)
{
	return unshare(CLONE_NEWUSER);
}

static int
try_setns(void)
{
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), got = setns(fd, CLONE_NEWNET);

	close(fd);
	return got;
}

static int
try_ptrace(void)
{
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int
try_chmod(void)
{
	return chmod("/tmp", 01777);
}

static int
try_set_clock(void)
{
	return clock_settime(CLOCK_REALTIME, &(struct timespec){-1, 0}); /* never a valid time */
}

static int
try_keep_caps(void)
{
	return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
}

static int
try_kill(void)
{
	return (int)syscall(SYS_kill, getppid(), 0);
}

static int
try_clone(void)
{
	pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0L);

	if (pid == 0)
		_exit(0);
	return pid > 0 ? 0 : -1;
}

static int
try_bpf(void)
{
	return (int)syscall(SYS_bpf, -1, NULL, 0); /* root is told EINVAL */
}

static int
try_mkdir(void)
{
	return mkdir("/tmp", 0755);
}

static int
try_ioctl(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
}

struct attempt {
	const char *what;
	int (*fn)(void);
	bool works; /* as root, before: tried then, too */
};

static const struct attempt attempts[] = {
	{"read root's file", try_open_secret, true},
	{"open a packet socket", try_packet_socket, true},
	{"open a socket", try_plain_socket, true},
	{"become root", try_setuid, true},
	{"join root's group", try_setgroups, true},
	{"run a program", try_exec, false},
	{"start a process", try_fork, true},
	{"mount", try_mount, false},
	{"make a user namespace", try_unshare, false},
	{"enter a network namespace", try_setns, true},
	{"be traced", try_ptrace, false},
	{"change a mode", try_chmod, true},
	{"set the clock", try_set_clock, false},
	{"keep capabilities", try_keep_caps, false},
	{"signal another process", try_kill, true},
	{"start a process in another way", try_clone, true},
	{"load a program into the kernel", try_bpf, false},
	{"make a directory", try_mkdir, false},
	{"ask a device", try_ioctl, false},
};

#define N_ATTEMPTS (sizeof attempts / sizeof attempts[0])

static int n_wrong;

static void
try_all(const char *who)
{
	for (size_t i = 0; i < N_ATTEMPTS; i++) {
		bool worked = attempts[i].fn() >= 0;

		printf("%s: %s: %s\n", who, attempts[i].what, worked ? "WORKED" : strerror(errno));
		n_wrong += worked;
	}
}

static sem_t begin;

static void *
older_thread(void *arg)
{
	(void)arg;
	sem_wait(&begin);
	try_all("older thread");
	return NULL;
}

static bool
works_as_root(void)
{
	for (size_t i = 0; i < N_ATTEMPTS; i++)
		if (attempts[i].works && attempts[i].fn() < 0) {
			fprintf(stderr, "priv_try: cannot %s even as root\n", attempts[i].what);
			return false;
		}
	return true;
}

int
main(int argc, char **argv)
{
	struct priv_user user;
	pthread_t thread;
	struct verr err;

	if (argc != 2 || geteuid() != 0) {
		fputs("usage: priv_try FILE (as root)\n", stderr);
		return 2;
	}
	secret = argv[1];
	if (!works_as_root())
		return 2;
	sem_init(&begin, 0, 0);
	if (priv_choose(&user, "nobody", &err) != V_OK || priv_drop(&user, &err) != V_OK) {
		fprintf(stderr, "priv_try: %s\n", err.msg);
		return 2;
	}
	pthread_create(&thread, NULL, older_thread, NULL);
	if (priv_sandbox(&err) != V_OK) {
		fprintf(stderr, "priv_try: %s\n", err.msg);
		return 2;
	}
	try_all("main thread");
	sem_post(&begin);
	pthread_join(thread, NULL);
	fflush(stdout);
	_exit(n_wrong > 0);
}
