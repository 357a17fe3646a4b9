/*
 * netns - a thread that lives in another network namespace and runs what it is given.
 */
#include "capture/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/alloc.h"

#define NETNS_DIR "/run/netns"

struct netns {
	bool visiting; /* a thread lives elsewhere; else we are at home */
	int proc_net_fd;
	int target_fd;
	int enter_errno; /* why setns() failed, 0 if it did not */
	pthread_t thread;
	sem_t work;
	sem_t done;
	void (*fn)(void *arg); /* NULL: leave */
	void *arg;
};

static int
open_proc_net(void)
{
	return open("/proc/thread-self/net", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void
sem_wait_through(sem_t *s)
{
	while (sem_wait(s) != 0 && errno == EINTR)
		;
}

static void *
visit(void *arg)
{
	struct netns *n = arg;

	n->enter_errno = setns(n->target_fd, CLONE_NEWNET) == 0 ? 0 : errno;
	n->proc_net_fd = open_proc_net();
	sem_post(&n->done);
	for (;;) {
		sem_wait_through(&n->work);
		if (!n->fn)
			return NULL;
		n->fn(n->arg);
		sem_post(&n->done);
	}
}

static char *
namespace_path(const char *where)
{
	if (where[strspn(where, "0123456789")] == '\0')
		return xasprintf("/proc/%s/ns/net", where);
	if (strchr(where, '/'))
		return xstrdup(where);
	return xasprintf("%s/%s", NETNS_DIR, where);
}

static enum vstatus
start_visit(struct netns *n, const char *where, struct verr *err)
{
	sem_init(&n->work, 0, 0);
	sem_init(&n->done, 0, 0);
	errno = pthread_create(&n->thread, NULL, visit, n);
	if (errno != 0)
		return verr_sys(err, "cannot start a thread");
	n->visiting = true;
	sem_wait_through(&n->done);
	if (n->enter_errno == 0)
		return V_OK;
	errno = n->enter_errno;
	return verr_sys(err, "cannot enter the network namespace %s", where);
}

enum vstatus
netns_enter(struct netns **out, const char *where, struct verr *err)
{
	struct netns *n = xcalloc(1, sizeof *n);
	char *path = where ? namespace_path(where) : NULL;
	enum vstatus st = V_OK;

	n->target_fd = n->proc_net_fd = -1;
	if (!where) {
		n->proc_net_fd = open_proc_net();
	} else {
		n->target_fd = open(path, O_RDONLY | O_CLOEXEC);
		st = n->target_fd >= 0
			? start_visit(n, where, err)
			: verr_sys(err, "cannot open the network namespace %s (%s)", where, path);
	}
	free(path);
	if (st != V_OK) {
		netns_leave(n);
		n = NULL;
	}
	*out = n;
	return st;
}

void
netns_call(struct netns *n, void (*fn)(void *arg), void *arg)
{
	if (!n->visiting) {
		fn(arg);
		return;
	}
	n->fn = fn;
	n->arg = arg;
	sem_post(&n->work);
	sem_wait_through(&n->done);
}

int
netns_proc_net(const struct netns *n)
{
	return n->proc_net_fd;
}

bool
netns_is_own(const struct netns *n)
{
	struct stat own, other;

	return n->target_fd < 0 ||
		(stat("/proc/self/ns/net", &own) == 0 && fstat(n->target_fd, &other) == 0 &&
			own.st_dev == other.st_dev && own.st_ino == other.st_ino);
}

void
netns_leave(struct netns *n)
{
	if (!n)
		return;
	if (n->visiting) {
		n->fn = NULL;
		sem_post(&n->work);
		pthread_join(n->thread, NULL);
		sem_destroy(&n->work);
		sem_destroy(&n->done);
	}
	if (n->proc_net_fd >= 0)
		close(n->proc_net_fd);
	if (n->target_fd >= 0)
		close(n->target_fd);
	free(n);
}
