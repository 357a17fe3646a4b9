/*
 * daemon_answer - status, mark, tool, stop.
 */
#include "capture/daemon_answer.h"

#include <stdlib.h>
#include <unistd.h>

#include "capture/sched.h"
#include "core/alloc.h"
#include "core/tstamp.h"

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

struct json *
daemon_report(const struct daemon *d)
{
	struct json *o = json_object(), *points;

	json_add_bool(o, "ok", true);
	json_add_str(o, "name", d->settings->name);
	json_add_i64(o, "pid", getpid());
	json_add_str(o, "state",
		d->phase == DAEMON_RECORDING ? "recording"
					     : run_state_name(d->recording.run.state));
	json_add_str(o, "reason", d->recording.run.reason);
	json_add_str(o, "id", d->recording.run.id);
	json_add_str(o, "run", d->recording.dir);
	json_add_str(o, "started", d->recording.run.started);
	json_add_i64(o, "recorded_ns", sched_now_ns(NULL) - d->started_ns);
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

struct json *
daemon_answer(void *arg, const struct control_request *r)
{
	struct daemon *d = arg;

	switch (r->verb) {
	case CONTROL_STATUS:
		return daemon_report(d);
	case CONTROL_MARK:
		return mark(d, r->text);
	case CONTROL_TOOL:
		return take_tool(d, r->text);
	case CONTROL_STOP:
		d->dismissed = true;
		daemon_stop(d);
		return NULL; /* answered when everything is on disk */
	}
	return server_refusal("not understood");
}
