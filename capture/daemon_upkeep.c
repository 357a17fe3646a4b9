/*
 * daemon_upkeep - see daemon_upkeep.h.
 */
#include "capture/daemon_upkeep.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "capture/notify.h"
#include "core/alloc.h"

void
daemon_look_at_points(struct daemon *d)
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
		daemon_warn_now(d, text);
		daemon_truncate(d, text);
		if (point_cannot_write(d->points[i]) || daemon_all_ended(d))
			daemon_stop(d);
		free(text);
	}
}

static uint64_t
known(uint64_t n)
{
	return n == POINT_NA ? 0 : n;
}

uint64_t
daemon_dropped(const struct point_counts *c)
{
	return known(c->dropped_by_kernel) + known(c->dropped_by_interface) + c->dropped_by_writer;
}

static void
warn_of_drops(struct daemon *d, size_t i, const struct point_counts *c)
{
	char *text;

	if (d->point_warned[i] || daemon_dropped(c) == 0)
		return;
	d->point_warned[i] = true;
	text = xasprintf("%s: packets are being dropped", point_name(d->points[i]));
	daemon_warn_now(d, text);
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
	daemon_warn_now(d, label);
}

/* A limit that was asked for is a complete run, with a note. */
static void
stop_at_limit(struct daemon *d, const char *note)
{
	if (d->phase == DAEMON_RECORDING && d->state == RUN_COMPLETE)
		verr_set(&d->reason, V_OK, "%s", note);
	daemon_stop(d);
}

void
daemon_tell_manager(const struct daemon *d, const char *change)
{
	uint64_t packets = 0, dropped = 0;
	char *text;

	if (d->notify_fd < 0)
		return;
	for (size_t i = 0; i < d->n_points; i++) {
		struct point_counts c;

		point_counts(d->points[i], &c);
		packets += c.packets;
		dropped += daemon_dropped(&c);
	}
	text = xasprintf("%s%sSTATUS=%s %s: %" PRIu64 " packets, %" PRIu64 " dropped", change,
		*change ? "\n" : "", d->phase == DAEMON_RECORDING ? "recording" : "ending",
		d->recording.run.id, packets, dropped);
	notify_send(d->notify_fd, text);
	free(text);
}

void
daemon_keep_house(struct daemon *d)
{
	uint64_t bytes = 0;
	bool more_files = false;

	look_at_clock(d);
	for (size_t i = 0; i < d->n_points; i++) {
		struct point_counts c;

		point_ask_interface(d->points[i]);
		point_counts(d->points[i], &c);
		bytes += c.bytes_stored;
		more_files = recording_files(&d->recording, i, c.n_files) || more_files;
		warn_of_drops(d, i, &c);
	}
	if (more_files)
		(void)recording_store(&d->recording, NULL); /* the next one will be, or the last */
	daemon_tell_manager(d, "");
	if (d->settings->max_bytes > 0 && bytes >= d->settings->max_bytes)
		stop_at_limit(d, "--max-size was reached");
}
