/*
 * daemon_state - a recording's state, and the few things that every part of it may do.
 */
#include "capture/daemon_state.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "capture/notify.h"
#include "core/alloc.h"
#include "core/log.h"
#include "core/tstamp.h"

#define WARNINGS_MAX 64

void
daemon_warn(struct daemon *d, const char *text)
{
	/* A start that is refused says why, and nothing else: see daemon_say_warnings(). */
	if (d->phase != DAEMON_OPENING || d->n_warnings >= WARNINGS_MAX)
		log_warn("%s", text);
	if (d->n_warnings++ >= WARNINGS_MAX)
		return;
	json_add_str(d->warnings, NULL, text);
	json_add_str(d->recording.warnings, NULL, text);
}

void
daemon_say_warnings(const struct daemon *d)
{
	for (const struct json *w = json_first(d->warnings); w; w = json_next(w))
		log_warn("%s", json_str(w, ""));
}

void
daemon_warn_now(struct daemon *d, const char *text)
{
	daemon_warn(d, text);
	(void)recording_event(&d->recording, tstamp_now(), text, NULL);
}

void
daemon_truncate(struct daemon *d, const char *reason)
{
	if (d->state != RUN_COMPLETE)
		return;
	d->state = RUN_TRUNCATED;
	verr_set(&d->reason, V_OK, "%s", reason);
}

void
daemon_stop(struct daemon *d)
{
	if (d->phase != DAEMON_RECORDING)
		return;
	d->phase = DAEMON_STOPPING;
	notify_send(d->notify_fd, "STOPPING=1");
	for (size_t i = 0; i < d->n_points; i++)
		point_stop(d->points[i], tstamp_now());
}

bool
daemon_all_ended(const struct daemon *d)
{
	for (size_t i = 0; i < d->n_points; i++)
		if (!point_ended(d->points[i]))
			return false;
	return true;
}

enum vstatus
daemon_check_signals(struct daemon *d, struct verr *err)
{
	struct signalfd_siginfo info;

	if (read(d->signal_fd, &info, sizeof info) != (ssize_t)sizeof info)
		return V_OK;
	return verr_set(err, V_EIO, "stopped by a signal (%s) before packets were recorded",
		info.ssi_signo == SIGINT ? "SIGINT" : "SIGTERM");
}

void
daemon_release(struct daemon *d)
{
	(void)sampler_close(d->sampler, NULL, NULL);
	for (size_t i = 0; i < d->n_points; i++)
		point_close(d->points[i]);
	server_release(&d->server);
	recording_release(&d->recording);
	json_free(d->warnings);
	free(d->points);
	free(d->point_warned);
	free(d->point_mourned);
}

void
daemon_init(struct daemon *d, const struct daemon_start *start)
{
	size_t n = start->settings->n_points;

	*d = (struct daemon){.start = start,
		.settings = start->settings,
		.lock_fd = -1,
		.signal_fd = -1,
		.points_fd = -1,
		.notify_fd = -1,
		.state = RUN_COMPLETE,
		.parent = getppid(),
		.dismissed = !start->dies_with_parent};

	d->points = xcalloc(n, sizeof *d->points);
	d->point_warned = xcalloc(n, sizeof *d->point_warned);
	d->point_mourned = xcalloc(n, sizeof *d->point_mourned);
	d->warnings = json_array();
	server_init(&d->server, -1, geteuid());
	recording_init(&d->recording, start->settings, start->argc, start->argv);
}
