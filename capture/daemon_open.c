/*
 * daemon_open - see daemon_open.h.
 *
 * The run's directory comes last, when nothing but it can fail any more: a start that fails leaves
 * no run behind.
 */
#include "capture/daemon_open.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "capture/control.h"
#include "capture/netns.h"
#include "capture/notify.h"
#include "core/alloc.h"

static enum vstatus
open_signals(struct daemon *d, struct verr *err)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	prctl(PR_SET_TIMERSLACK, 1); /* the samples' deadlines are met to the microsecond */
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	d->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	d->points_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (d->signal_fd < 0 || d->points_fd < 0)
		return verr_sys(err, "cannot open an event descriptor");
	return V_OK;
}

/* The namespaces of the points, as long as they are being opened. */
struct opening {
	struct daemon *d;
	struct netns **netns;
	size_t n_netns;
};

/* Opening a point is done by a visitor to its namespace. */
struct visit {
	struct daemon *d;
	size_t i;
	bool merges;
	enum vstatus st;
	struct verr *err;
};

static void
open_in_namespace(void *arg)
{
	struct visit *v = arg;
	const struct settings *s = v->d->settings;
	const struct point_params params = {
		.live = {.interface = s->points[v->i].interface,
			.filter = s->words.filter,
			.tstamp_type = s->words.tstamp_type,
			.snaplen = s->snaplen,
			.buffer_bytes = s->buffer_bytes,
			.promiscuous = s->words.promiscuous},
		.name = s->points[v->i].point,
		.level = s->level,
		.sync = s->words.sync,
		.rotate_bytes = s->rotate_bytes,
	};

	v->merges = recording_describe(&v->d->recording, v->i);
	v->st = point_open(&v->d->points[v->i], &params, v->err);
}

static void
warn_of_merging(struct daemon *d, const char *interface)
{
	char *text = xasprintf("%s: segmentation or receive offload (tso, gso, gro, lro) is on: "
			       "one record may stand for several packets of the wire",
		interface);

	daemon_warn(d, text);
	free(text);
}

static enum vstatus
open_point(struct opening *o, size_t i, struct verr *err)
{
	struct daemon *d = o->d;
	const struct ifspec *spec = &d->settings->points[i];
	struct visit v = {d, i, false, V_OK, err};
	enum vstatus st = netns_enter(&o->netns[i], spec->netns, err);

	if (st != V_OK)
		return st;
	o->n_netns++;
	netns_call(o->netns[i], open_in_namespace, &v);
	if (v.st != V_OK) {
		if (spec->netns)
			verr_ctx(err, "network namespace %s", spec->netns);
		return v.st;
	}
	d->n_points++;
	recording_opened(&d->recording, i, d->points[i]);
	if (v.merges)
		warn_of_merging(d, spec->interface);
	return V_OK;
}

static bool
netns_listed_before(const struct settings *s, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (s->points[k].netns && strcmp(s->points[k].netns, s->points[i].netns) == 0)
			return true;
	return false;
}

/* Every counter is a file that stays open; the soft limit is mostly meant for programs with
 * select(). */
static void
allow_open_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit); /* refused: counters_open() will say so */
	}
}

/*
 * Counters of our own namespace, and of each other one once.  Interrupts are those of the
 * interfaces in our own namespace: a container's eth0 is not the host's, whose interrupts bear that
 * name.
 */
static enum vstatus
open_sampler(struct opening *o, struct verr *err)
{
	struct daemon *d = o->d;
	const struct settings *s = d->settings;
	struct counters_netns *netns = xcalloc(s->n_points + 1, sizeof *netns);
	const char **interfaces = xcalloc(s->n_points + 1, sizeof *interfaces);
	struct counters_params params = {
		.root = "", .interfaces = interfaces, .netns = netns, .watches = s->watches};
	struct netns *home = NULL;
	enum vstatus st = netns_enter(&home, NULL, err);
	size_t n_interfaces = 0;

	allow_open_files();
	if (st == V_OK)
		netns[params.n_netns++] = (struct counters_netns){"", netns_proc_net(home)};
	for (size_t i = 0; i < s->n_points; i++) {
		if (netns_is_own(o->netns[i]))
			interfaces[n_interfaces++] = s->points[i].interface;
		if (s->points[i].netns && !netns_listed_before(s, i))
			netns[params.n_netns++] = (struct counters_netns){
				s->points[i].netns, netns_proc_net(o->netns[i])};
	}
	if (st == V_OK)
		st = sampler_open(&d->sampler, &params, d->points, d->n_points, err);
	netns_leave(home);
	free(netns);
	free(interfaces);
	return st;
}

static enum vstatus
open_captures(struct daemon *d, struct verr *err)
{
	size_t n = d->settings->n_points;
	struct opening o = {.d = d, .netns = xcalloc(n, sizeof *o.netns)};
	enum vstatus st = V_OK;

	for (size_t i = 0; st == V_OK && i < n; i++)
		st = open_point(&o, i, err);
	if (st == V_OK && d->settings->interval_ns > 0)
		st = open_sampler(&o, err);
	while (o.n_netns > 0)
		netns_leave(o.netns[--o.n_netns]);
	free(o.netns);
	return st;
}

enum vstatus
daemon_open(struct daemon *d, struct verr *err)
{
	int listen_fd = -1;
	enum vstatus st = open_signals(d, err);

	if (st == V_OK)
		st = priv_choose(&d->user, d->settings->words.user, err);
	if (st == V_OK)
		st = control_listen(&listen_fd, &d->lock_fd, d->settings->name, d->user.owner, err);
	if (st != V_OK)
		return st;
	server_init(&d->server, listen_fd, d->user.owner);
	d->notify_fd = notify_open();
	st = open_captures(d, err);
	if (st == V_OK)
		st = daemon_check_signals(d, err);
	return st == V_OK ? recording_make_dir(&d->recording, &d->user, err) : st;
}
