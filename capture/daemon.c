/*
 * daemon - a recording as a state machine that only moves forward:
 *
 *   opening    with privileges: control socket, captures in their namespaces, counters, directory
 *   recording  without: threads take packets, this thread samples, answers and waits for an end
 *   stopping   an end has come: rings are drained, files closed; samples and answers go on
 *   done       run.json and checksums are written, who asked for the stop is answered
 *
 * Ends: a stop request, SIGTERM, SIGINT, --duration, --max-size: "complete".  An interface that
 * vanishes ends its point; the run goes on while another point lives, and is "truncated".  Files
 * that cannot be written end the whole run, "truncated" with the reason.  What fails before
 * anything was recorded is "failed".
 *
 * Signals are blocked and read from a descriptor, so a SIGTERM at any moment of the start is seen
 * at the next of the points where it can be obeyed.
 *
 * This thread is the only one that touches the run, the control socket and the counters; the
 * points' threads share with it only counts and two event descriptors.
 */
#include "capture/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "capture/clockwatch.h"
#include "capture/control.h"
#include "capture/netns.h"
#include "capture/notify.h"
#include "capture/point.h"
#include "capture/priv.h"
#include "capture/recording.h"
#include "capture/sampler.h"
#include "capture/sched.h"
#include "capture/server.h"
#include "core/alloc.h"
#include "core/log.h"
#include "core/tstamp.h"

#define HOUSEKEEPING_NS NS_PER_S
#define WARNINGS_MAX 64

enum { FD_SIGNAL, FD_POINTS, FD_SERVER, N_FDS = FD_SERVER + 1 + SERVER_CLIENTS_MAX };

enum phase { OPENING, RECORDING, STOPPING };

struct daemon {
	const struct daemon_start *start;
	const struct settings *settings;
	enum phase phase;
	struct priv_user user;
	struct recording recording;
	struct point **points;
	struct netns **netns;
	size_t n_points; /* that are open */
	size_t n_netns;
	struct sampler *sampler; /* NULL: --counters off */
	struct server server;
	struct clockwatch clock;
	struct sched samples;
	struct pollfd fds[N_FDS];
	int lock_fd, signal_fd, points_fd, notify_fd;
	pid_t parent;
	int64_t started_ns, deadline_ns; /* CLOCK_MONOTONIC; deadline 0: none */
	int64_t housekeeping_ns;         /* when next */
	uint64_t n_samples;
	bool *point_warned; /* of its first drop */
	bool *point_mourned;
	struct json *warnings;
	size_t n_warnings;
	enum run_state state;
	struct verr reason; /* empty: none */
};

static int64_t
clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* Something the user should know: on standard error, in the run, and in answers. */
static void
warn(struct daemon *d, const char *text)
{
	log_warn("%s", text);
	if (d->n_warnings++ >= WARNINGS_MAX)
		return;
	json_add_str(d->warnings, NULL, text);
	json_add_str(d->recording.warnings, NULL, text);
}

/* The same at a moment that matters: also among the run's events. */
static void
warn_now(struct daemon *d, const char *text)
{
	warn(d, text);
	(void)recording_event(&d->recording, tstamp_now(), text, NULL);
}

/* ---- opening ---- */

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

/* Was the start interrupted? */
static enum vstatus
check_signals(struct daemon *d, struct verr *err)
{
	struct signalfd_siginfo info;

	if (read(d->signal_fd, &info, sizeof info) != (ssize_t)sizeof info)
		return V_OK;
	return verr_set(err, V_EIO, "stopped by a signal (%s) before packets were recorded",
		info.ssi_signo == SIGINT ? "SIGINT" : "SIGTERM");
}

/* Opening a point is done by a visitor to its namespace. */
struct opening {
	struct daemon *d;
	size_t i;
	bool merges;
	enum vstatus st;
	struct verr *err;
};

static void
open_in_namespace(void *arg)
{
	struct opening *o = arg;
	const struct settings *s = o->d->settings;
	const struct point_params params = {
		.live = {.interface = s->points[o->i].interface,
			.filter = s->words.filter,
			.tstamp_type = s->words.tstamp_type,
			.snaplen = s->snaplen,
			.buffer_bytes = s->buffer_bytes,
			.promiscuous = s->words.promiscuous},
		.name = s->points[o->i].point,
		.level = s->level,
		.sync = s->words.sync,
		.rotate_bytes = s->rotate_bytes,
	};

	o->merges = recording_describe(&o->d->recording, o->i);
	o->st = point_open(&o->d->points[o->i], &params, o->err);
}

static enum vstatus
open_point(struct daemon *d, size_t i, struct verr *err)
{
	const struct ifspec *spec = &d->settings->points[i];
	struct opening o = {d, i, false, V_OK, err};
	enum vstatus st = netns_enter(&d->netns[i], spec->netns, err);
	char *text;

	if (st != V_OK)
		return st;
	d->n_netns++;
	netns_call(d->netns[i], open_in_namespace, &o);
	if (o.st != V_OK) {
		if (spec->netns)
			verr_ctx(err, "network namespace %s", spec->netns);
		return o.st;
	}
	d->n_points++;
	recording_opened(&d->recording, i, d->points[i]);
	if (o.merges) {
		text = xasprintf("%s: segmentation or receive offload (tso, gso, gro, lro) is on: "
				 "one record may stand for several packets of the wire",
			spec->interface);
		warn(d, text);
		free(text);
	}
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

/* Counters of our own namespace, and of each other one once. */
static enum vstatus
open_sampler(struct daemon *d, struct verr *err)
{
	const struct settings *s = d->settings;
	struct counters_netns *netns = xcalloc(s->n_points + 1, sizeof *netns);
	const char **interfaces = xcalloc(s->n_points + 1, sizeof *interfaces);
	struct counters_params params = {
		.root = "", .interfaces = interfaces, .netns = netns, .watches = s->watches};
	struct netns *home = NULL;
	enum vstatus st = netns_enter(&home, NULL, err);

	if (st == V_OK)
		netns[params.n_netns++] = (struct counters_netns){"", netns_proc_net(home)};
	for (size_t i = 0; i < s->n_points; i++) {
		interfaces[i] = s->points[i].interface;
		if (s->points[i].netns && !netns_listed_before(s, i))
			netns[params.n_netns++] = (struct counters_netns){
				s->points[i].netns, netns_proc_net(d->netns[i])};
	}
	if (st == V_OK)
		st = sampler_open(&d->sampler, &params, d->points, d->n_points, err);
	netns_leave(home);
	free(netns);
	free(interfaces);
	return st;
}

static void
leave_namespaces(struct daemon *d)
{
	while (d->n_netns > 0)
		netns_leave(d->netns[--d->n_netns]);
}

static enum vstatus
open_all(struct daemon *d, struct verr *err)
{
	int listen_fd = -1;
	enum vstatus st = open_signals(d, err);

	if (st == V_OK)
		st = priv_choose(&d->user, d->settings->words.user, err);
	if (st == V_OK)
		st = control_listen(&listen_fd, &d->lock_fd, d->settings->name, err);
	if (st != V_OK)
		return st;
	server_init(&d->server, listen_fd, d->user.owner);
	d->notify_fd = notify_open();
	for (size_t i = 0; st == V_OK && i < d->settings->n_points; i++)
		st = open_point(d, i, err);
	if (st == V_OK && d->settings->interval_ns > 0)
		st = open_sampler(d, err);
	leave_namespaces(d);
	if (st == V_OK)
		st = check_signals(d, err);
	return st == V_OK ? recording_make_dir(&d->recording, &d->user, err) : st;
}

/* ---- the clock of the loop: waits for deadlines, signals, points and clients alike ---- */

static int64_t
steady_now(void *arg)
{
	(void)arg;
	return clock_ns(CLOCK_MONOTONIC);
}

static enum sched_event
wait_for_work(void *arg, int64_t until_ns)
{
	struct daemon *d = arg;
	int64_t now_ns = clock_ns(CLOCK_MONOTONIC), end_ns = until_ns;
	struct timespec timeout;

	if (now_ns >= until_ns)
		return SCHED_DUE;
	if (d->phase == RECORDING && d->deadline_ns > 0 && d->deadline_ns < end_ns)
		end_ns = d->deadline_ns > now_ns ? d->deadline_ns : now_ns;
	timeout = (struct timespec){(end_ns - now_ns) / NS_PER_S, (end_ns - now_ns) % NS_PER_S};
	d->fds[FD_SIGNAL] = (struct pollfd){.fd = d->signal_fd, .events = POLLIN};
	d->fds[FD_POINTS] = (struct pollfd){.fd = d->points_fd, .events = POLLIN};
	server_fds(&d->server, &d->fds[FD_SERVER]);
	if (ppoll(d->fds, N_FDS, &timeout, NULL) > 0)
		return SCHED_WOKEN;
	for (int i = 0; i < N_FDS; i++)
		d->fds[i].revents = 0;
	return clock_ns(CLOCK_MONOTONIC) >= until_ns ? SCHED_DUE : SCHED_WOKEN;
}

/* ---- recording begins ---- */

static enum vstatus
follow_parent(const struct daemon *d, struct verr *err)
{
	if (!d->start->dies_with_parent)
		return V_OK;
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0) /* after the change of user, which clears it */
		return verr_sys(err, "cannot follow the command");
	return getppid() == d->parent ? V_OK : verr_set(err, V_EIO, "the command is gone");
}

static enum vstatus
begin(struct daemon *d, struct verr *err)
{
	const struct settings *s = d->settings;
	enum vstatus st = priv_drop(&d->user, err);

	if (st == V_OK)
		st = follow_parent(d, err);
	for (size_t i = 0; st == V_OK && i < d->n_points; i++)
		st = point_start(d->points[i], d->points_fd, err);
	if (st == V_OK && d->sampler)
		st = sampler_start(
			d->sampler, &d->recording.run, s->host_name, s->interval_ns, err);
	if (st == V_OK)
		st = priv_sandbox(err);
	if (st == V_OK)
		st = recording_store(&d->recording, err);
	if (st == V_OK)
		st = check_signals(d, err);
	if (st != V_OK)
		return st;
	d->started_ns = clock_ns(CLOCK_MONOTONIC);
	if (s->words.duration_ns > 0)
		d->deadline_ns = d->started_ns + s->words.duration_ns;
	sched_init(&d->samples, s->interval_ns > 0 ? s->interval_ns : HOUSEKEEPING_NS,
		(struct sched_clock){steady_now, wait_for_work, d});
	clockwatch_init(&d->clock, clockwatch_system());
	d->phase = RECORDING;
	return V_OK;
}

/* Say that packets are being recorded; a background recording is alone from here on. */
static void
say_ready(struct daemon *d)
{
	int null_fd;

	control_note_run(d->lock_fd, d->recording.dir);
	notify_send(d->notify_fd, "READY=1");
	if (d->start->ready_fd >= 0) {
		char *line = xasprintf("%s\n", d->recording.dir);

		if (write(d->start->ready_fd, line, strlen(line)) < 0)
			log_verbose("nobody waits for the start");
		close(d->start->ready_fd);
		free(line);
	}
	if (!d->start->background)
		return;
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null_fd >= 0) {
		dup2(null_fd, STDERR_FILENO);
		close(null_fd);
	}
}

/* ---- ending ---- */

/* The run will not be complete; the first reason counts. */
static void
truncate_run(struct daemon *d, const char *reason)
{
	if (d->state != RUN_COMPLETE)
		return;
	d->state = RUN_TRUNCATED;
	verr_set(&d->reason, V_OK, "%s", reason);
}

static void
stop(struct daemon *d)
{
	if (d->phase != RECORDING)
		return;
	d->phase = STOPPING;
	notify_send(d->notify_fd, "STOPPING=1");
	for (size_t i = 0; i < d->n_points; i++)
		point_stop(d->points[i], tstamp_now());
}

static bool
all_ended(const struct daemon *d)
{
	for (size_t i = 0; i < d->n_points; i++)
		if (!point_ended(d->points[i]))
			return false;
	return true;
}

/* A point said that it ended, or that its files cannot be written. */
static void
look_at_points(struct daemon *d)
{
	uint64_t count;

	if (read(d->points_fd, &count, sizeof count) < 0)
		return;
	for (size_t i = 0; i < d->n_points; i++) {
		const char *why = point_failure(d->points[i]);
		char *text;

		if (!why || d->point_mourned[i])
			continue;
		d->point_mourned[i] = true;
		text = xasprintf("%s: %s", point_name(d->points[i]), why);
		warn_now(d, text);
		truncate_run(d, text);
		if (point_cannot_write(d->points[i]) || all_ended(d))
			stop(d);
		free(text);
	}
}

/* ---- once a second ---- */

static uint64_t
known(uint64_t n)
{
	return n == POINT_NA ? 0 : n;
}

static uint64_t
dropped_in_all(const struct point_counts *c)
{
	return known(c->dropped_by_kernel) + known(c->dropped_by_interface) + c->dropped_by_writer;
}

static void
warn_of_drops(struct daemon *d, size_t i, const struct point_counts *c)
{
	char *text;

	if (d->point_warned[i] || dropped_in_all(c) == 0)
		return;
	d->point_warned[i] = true;
	text = xasprintf("%s: packets are being dropped", point_name(d->points[i]));
	warn_now(d, text);
	free(text);
}

static void
look_at_clock(struct daemon *d)
{
	char label[CLOCKWATCH_LABEL_SIZE];
	int64_t t_ns, step_ns;

	if (!clockwatch_check(&d->clock, &t_ns, &step_ns))
		return;
	clockwatch_label(label, step_ns);
	warn_now(d, label);
}

/* A limit that was asked for is a complete run, with a note. */
static void
stop_at_limit(struct daemon *d, const char *note)
{
	if (d->phase == RECORDING && d->state == RUN_COMPLETE)
		verr_set(&d->reason, V_OK, "%s", note);
	stop(d);
}

static void
keep_house(struct daemon *d)
{
	uint64_t bytes = 0;
	bool more_files = false;

	look_at_clock(d);
	for (size_t i = 0; i < d->n_points; i++) {
		struct point_counts c;

		point_ask_interface(d->points[i]);
		point_counts(d->points[i], &c);
		bytes += c.bytes_stored;
		more_files = more_files || c.n_files > d->recording.run.points[i].n_files;
		warn_of_drops(d, i, &c);
		if (more_files)
			recording_count(&d->recording, i, &c);
	}
	if (more_files)
		(void)recording_store(&d->recording, NULL); /* the next one will be, or the last */
	if (d->settings->max_bytes > 0 && bytes >= d->settings->max_bytes)
		stop_at_limit(d, "--max-size was reached");
}

/* ---- answers ---- */

static void
add_count(struct json *o, const char *key, uint64_t n)
{
	if (n == POINT_NA)
		json_add_null(o, key);
	else
		json_add_i64(o, key, (int64_t)n);
}

static void
report_point(struct json *list, const struct daemon *d, size_t i)
{
	const struct run_point *p = &d->recording.run.points[i];
	struct json *o = json_add_object(list, NULL);
	struct point_counts c;

	point_counts(d->points[i], &c);
	json_add_str(o, "name", p->name);
	json_add_str(o, "interface", p->interface);
	json_add_str(o, "netns", p->netns);
	add_count(o, "packets", c.packets);
	add_count(o, "dropped_by_kernel", c.dropped_by_kernel);
	add_count(o, "dropped_by_interface", c.dropped_by_interface);
	add_count(o, "dropped_by_writer", c.dropped_by_writer);
	add_count(o, "bytes", c.bytes_in);
	add_count(o, "bytes_stored", c.bytes_stored);
	add_count(o, "files", c.n_files);
}

static struct json *
report(const struct daemon *d)
{
	struct json *o = json_object(), *points;

	json_add_bool(o, "ok", true);
	json_add_str(o, "name", d->settings->name);
	json_add_i64(o, "pid", getpid());
	json_add_str(o, "state",
		d->phase == RECORDING ? "recording" : run_state_name(d->recording.run.state));
	json_add_str(o, "reason", d->recording.run.reason);
	json_add_str(o, "id", d->recording.run.id);
	json_add_str(o, "run", d->recording.dir);
	json_add_str(o, "started", d->recording.run.started);
	json_add_i64(o, "recorded_ns", clock_ns(CLOCK_MONOTONIC) - d->started_ns);
	json_add_i64(o, "samples", (int64_t)d->n_samples);
	points = json_add_array(o, "points");
	for (size_t i = 0; i < d->n_points; i++)
		report_point(points, d, i);
	json_add_copy(o, "warnings", d->warnings);
	return o;
}

static struct json *
done_or_refused(enum vstatus st, const struct verr *err)
{
	struct json *o;

	if (st != V_OK)
		return server_refusal(err->msg);
	o = json_object();
	json_add_bool(o, "ok", true);
	return o;
}

static struct json *
mark(struct daemon *d, struct slice text)
{
	int64_t t_ns = tstamp_now();
	char *label = xstrndup(text.p, text.n);
	struct verr err;
	enum vstatus st = recording_event(&d->recording, t_ns, label, &err);

	if (st == V_OK) /* so that a kill does not lose it */
		st = recording_store(&d->recording, &err);
	free(label);
	return done_or_refused(st, &err);
}

static struct json *
take_tool(struct daemon *d, struct slice text)
{
	struct json *tool = NULL;
	struct verr err;
	enum vstatus st = json_parse(&tool, text.p, text.n, "tool", &err);

	if (st == V_OK)
		st = recording_tool(&d->recording, tool, &err);
	json_free(tool);
	return done_or_refused(st, &err);
}

static struct json *
handle_request(void *arg, const struct control_request *r)
{
	struct daemon *d = arg;

	switch (r->verb) {
	case CONTROL_STATUS:
		return report(d);
	case CONTROL_MARK:
		return mark(d, r->text);
	case CONTROL_TOOL:
		return take_tool(d, r->text);
	case CONTROL_STOP:
		stop(d);
		return NULL; /* answered when everything is on disk */
	}
	return server_refusal("not understood");
}

/* ---- the loop ---- */

static void
sample(struct daemon *d, int64_t now_ns, int64_t lateness_ns)
{
	struct verr err;

	if (!d->sampler)
		return;
	d->n_samples++;
	if (sampler_take(d->sampler, clock_ns(CLOCK_REALTIME), lateness_ns, now_ns, &err) == V_OK)
		return;
	(void)sampler_close(d->sampler, NULL);
	d->sampler = NULL;
	warn_now(d, err.msg);
	truncate_run(d, err.msg);
	stop(d);
}

static void
record(struct daemon *d)
{
	struct verr err;

	while (d->phase == RECORDING || !all_ended(d)) {
		int64_t lateness_ns, now_ns;
		enum sched_event event = sched_wait(&d->samples, &lateness_ns);

		now_ns = clock_ns(CLOCK_MONOTONIC);
		if (event == SCHED_DUE)
			sample(d, now_ns, lateness_ns);
		if (now_ns >= d->housekeeping_ns) {
			d->housekeeping_ns = now_ns + HOUSEKEEPING_NS;
			keep_house(d);
		}
		if (d->deadline_ns > 0 && now_ns >= d->deadline_ns)
			stop(d);
		if (event != SCHED_WOKEN)
			continue;
		if (d->fds[FD_SIGNAL].revents && check_signals(d, &err) != V_OK)
			stop(d);
		if (d->fds[FD_POINTS].revents)
			look_at_points(d);
		server_serve(&d->server, &d->fds[FD_SERVER], handle_request, d);
	}
	look_at_points(d);
}

/* ---- the end ---- */

/* Everything on disk; returns whether packets were lost. */
static bool
finish(struct daemon *d)
{
	bool lost = false;
	struct verr err;
	enum vstatus st = sampler_close(d->sampler, &err);

	d->sampler = NULL;
	if (st != V_OK)
		truncate_run(d, err.msg);
	for (size_t i = 0; i < d->n_points; i++) {
		struct point_counts c;

		point_join(d->points[i]);
		point_recount(d->points[i]);
		point_ask_interface(d->points[i]);
		point_counts(d->points[i], &c);
		recording_count(&d->recording, i, &c);
		lost = lost || dropped_in_all(&c) > 0;
	}
	st = recording_finish(&d->recording, d->state, *d->reason.msg ? d->reason.msg : NULL, &err);
	if (st != V_OK) {
		d->state = RUN_FAILED;
		warn_now(d, err.msg);
	}
	return lost || d->state != RUN_COMPLETE;
}

/* Who waits may start the next recording of this name at once: the name is free before. */
static void
answer_stops(struct daemon *d)
{
	struct json *o = report(d);

	close(d->server.listen_fd);
	d->server.listen_fd = -1;
	close(d->lock_fd);
	server_answer_waiting(&d->server, o);
	json_free(o);
}

/* What had begun ends as failed; before that nothing is left behind. */
static void
give_up(struct daemon *d, const struct verr *err)
{
	log_error("%s", err->msg);
	for (size_t i = 0; i < d->n_points; i++)
		point_stop(d->points[i], tstamp_now());
	for (size_t i = 0; i < d->n_points; i++)
		point_join(d->points[i]);
	if (d->recording.dir)
		(void)recording_finish(&d->recording, RUN_FAILED, err->msg, NULL);
}

static void
release(struct daemon *d)
{
	(void)sampler_close(d->sampler, NULL);
	for (size_t i = 0; i < d->n_points; i++)
		point_close(d->points[i]);
	server_release(&d->server);
	recording_release(&d->recording);
	json_free(d->warnings);
	free(d->points);
	free(d->netns);
	free(d->point_warned);
	free(d->point_mourned);
}

static void
init(struct daemon *d, const struct daemon_start *start)
{
	size_t n = start->settings->n_points;

	*d = (struct daemon){.start = start,
		.settings = start->settings,
		.lock_fd = -1,
		.signal_fd = -1,
		.points_fd = -1,
		.notify_fd = -1,
		.state = RUN_COMPLETE,
		.parent = getppid()};
	d->points = xcalloc(n, sizeof *d->points);
	d->netns = xcalloc(n, sizeof *d->netns);
	d->point_warned = xcalloc(n, sizeof *d->point_warned);
	d->point_mourned = xcalloc(n, sizeof *d->point_mourned);
	d->warnings = json_array();
	server_init(&d->server, -1, geteuid());
	recording_init(&d->recording, start->settings, start->argc, start->argv);
}

int
daemon_run(const struct daemon_start *start)
{
	struct daemon d;
	struct verr err;
	enum vstatus st;
	int status;

	umask(0027);
	init(&d, start);
	st = open_all(&d, &err);
	if (st == V_OK)
		st = begin(&d, &err);
	if (st == V_OK) {
		say_ready(&d);
		record(&d);
		status = finish(&d) ? VEXIT_PARTIAL : VEXIT_OK;
		answer_stops(&d);
	} else {
		give_up(&d, &err);
		status = (int)vstatus_exit(st);
	}
	release(&d);
	return status;
}
