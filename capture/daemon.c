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
 * A recording for a command ("vcap run") that has come to its end before the command has, waits for
 * it: what ran, and how it ended, belongs into run.json.
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
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/control.h"
#include "capture/daemon_answer.h"
#include "capture/daemon_open.h"
#include "capture/daemon_state.h"
#include "capture/daemon_upkeep.h"
#include "capture/sched.h"
#include "core/alloc.h"
#include "core/log.h"
#include "core/tstamp.h"

#define HOUSEKEEPING_NS (NS_PER_S / 2) /* a file that is not listed yet is lost to a kill */

enum { FD_SIGNAL, FD_POINTS, FD_SERVER, N_FDS = FD_SERVER + 1 + SERVER_CLIENTS_MAX };

/* What the loop waits for. */
struct waiting {
	struct daemon *d;
	struct pollfd fds[N_FDS];
};

/* ---- the clock of the loop: waits for deadlines, signals, points and clients alike ---- */

static enum sched_event
wait_for_work(void *arg, int64_t until_ns)
{
	struct waiting *w = arg;
	const struct daemon *d = w->d;
	int64_t now_ns = sched_now_ns(NULL), end_ns = until_ns;
	struct timespec timeout;

	if (now_ns >= until_ns)
		return SCHED_DUE;
	if (d->phase == DAEMON_RECORDING && d->deadline_ns > 0 && d->deadline_ns < end_ns)
		end_ns = d->deadline_ns > now_ns ? d->deadline_ns : now_ns;
	timeout = (struct timespec){(end_ns - now_ns) / NS_PER_S, (end_ns - now_ns) % NS_PER_S};
	w->fds[FD_SIGNAL] = (struct pollfd){.fd = d->signal_fd, .events = POLLIN};
	w->fds[FD_POINTS] = (struct pollfd){.fd = d->points_fd, .events = POLLIN};
	server_fds(&d->server, &w->fds[FD_SERVER]);
	if (ppoll(w->fds, N_FDS, &timeout, NULL) > 0)
		return SCHED_WOKEN;
	for (int i = 0; i < N_FDS; i++)
		w->fds[i].revents = 0;
	return sched_now_ns(NULL) >= until_ns ? SCHED_DUE : SCHED_WOKEN;
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

static void
list_files(struct daemon *d)
{
	for (size_t i = 0; i < d->n_points; i++) {
		struct point_counts c;

		point_counts(d->points[i], &c);
		recording_files(&d->recording, i, c.n_files);
	}
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
	list_files(d);
	if (st == V_OK)
		st = recording_store(&d->recording, err);
	if (st == V_OK)
		st = daemon_check_signals(d, err);
	if (st != V_OK)
		return st;
	d->started_ns = sched_now_ns(NULL);
	if (s->words.duration_ns > 0)
		d->deadline_ns = d->started_ns + s->words.duration_ns;
	clockwatch_init(&d->clock, d->start->clocks ? *d->start->clocks : clockwatch_system());
	d->phase = DAEMON_RECORDING;
	daemon_say_warnings(d);
	return V_OK;
}

/* Say that packets are being recorded; a background recording is alone from here on. */
static void
say_ready(struct daemon *d)
{
	int null_fd;

	control_note_run(d->lock_fd, d->recording.dir);
	daemon_tell_manager(d, "READY=1");
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

/* ---- the loop ---- */

static void
sample(struct daemon *d, int64_t now_ns, int64_t lateness_ns)
{
	struct verr err;

	if (!d->sampler)
		return;
	d->n_samples++;
	if (sampler_take(d->sampler, tstamp_now(), lateness_ns, now_ns, &err) == V_OK)
		return;
	(void)sampler_close(d->sampler, NULL, NULL);
	d->sampler = NULL;
	daemon_warn_now(d, err.msg);
	daemon_truncate(d, err.msg);
	daemon_stop(d);
}

static void
record(struct daemon *d)
{
	struct waiting w = {.d = d};
	int64_t interval_ns = d->settings->interval_ns, house_ns = 0;
	struct sched samples;

	sched_init(&samples, interval_ns > 0 ? interval_ns : HOUSEKEEPING_NS,
		(struct sched_clock){sched_now_ns, wait_for_work, &w});
	while (d->phase == DAEMON_RECORDING || !daemon_all_ended(d) || !d->dismissed) {
		int64_t lateness_ns, now_ns;
		enum sched_event event = sched_wait(&samples, &lateness_ns);

		now_ns = sched_now_ns(NULL);
		if (event == SCHED_DUE)
			sample(d, now_ns, lateness_ns);
		if (now_ns >= house_ns) {
			house_ns = now_ns + HOUSEKEEPING_NS;
			daemon_keep_house(d);
		}
		if (d->deadline_ns > 0 && now_ns >= d->deadline_ns)
			daemon_stop(d);
		if (event != SCHED_WOKEN)
			continue;
		if (w.fds[FD_SIGNAL].revents && daemon_check_signals(d, NULL) != V_OK) {
			d->dismissed = true;
			daemon_stop(d);
		}
		if (w.fds[FD_POINTS].revents)
			daemon_look_at_points(d);
		server_serve(&d->server, &w.fds[FD_SERVER], daemon_answer, d);
	}
	daemon_look_at_points(d);
}

/* ---- the end ---- */

/* The last numbers of every point; returns whether packets were lost. */
static bool
record_counts(struct daemon *d)
{
	bool lost = false;

	for (size_t i = 0; i < d->n_points; i++) {
		struct point_counts c;

		point_counts(d->points[i], &c);
		recording_count(&d->recording, i, &c);
		lost = lost || daemon_dropped(&c) > 0;
	}
	return lost;
}

/* Files grow no more, so that checksums can be made of them. */
static void
close_files(struct daemon *d)
{
	struct verr err;
	enum vstatus st = sampler_close(d->sampler, &d->recording.known, &err);

	d->sampler = NULL;
	if (st != V_OK)
		daemon_truncate(d, err.msg);
	for (size_t i = 0; i < d->n_points; i++) {
		point_join(d->points[i]);
		point_recount(d->points[i]);
		recording_known(&d->recording, point_sums(d->points[i]));
	}
}

/* Everything on disk; returns whether packets were lost or the run ended early. */
static bool
finish(struct daemon *d)
{
	struct verr err;
	enum vstatus st;
	bool lost;

	close_files(d);
	daemon_keep_house(d); /* what came in the last second */
	lost = record_counts(d);
	st = recording_finish(&d->recording, d->state, *d->reason.msg ? d->reason.msg : NULL, &err);
	if (st != V_OK) {
		d->state = d->recording.run.state;
		log_warn("%s: %s", d->recording.dir, err.msg);
	}
	return lost || d->state != RUN_COMPLETE;
}

/* Who waits may start the next recording of this name at once: the name is free before. */
static void
answer_stops(struct daemon *d)
{
	struct json *o = daemon_report(d);

	close(d->server.listen_fd);
	d->server.listen_fd = -1;
	close(d->lock_fd);
	server_answer_waiting(&d->server, o);
	json_free(o);
}

/*
 * What had begun ends as failed, because the rights to remove its directory are gone; before that
 * nothing is left behind.
 */
static void
give_up(struct daemon *d, const struct verr *err)
{
	struct verr ignored;

	for (size_t i = 0; i < d->n_points; i++)
		point_stop(d->points[i], tstamp_now());
	close_files(d);
	(void)record_counts(d);
	if (d->recording.dir) {
		(void)recording_finish(&d->recording, RUN_FAILED, err->msg, &ignored);
		log_error("%s (%s stays, as a failed run)", err->msg, d->recording.dir);
	} else {
		log_error("%s", err->msg);
	}
}

int
daemon_run(const struct daemon_start *start)
{
	struct daemon d;
	struct verr err;
	enum vstatus st;
	int status;

	umask(0027);
	daemon_init(&d, start);
	st = daemon_open(&d, &err);
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
	daemon_release(&d);
	return status;
}
