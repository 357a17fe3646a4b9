/*
 * adopt_capture - foreign captures into a run directory; see adopt.h.
 *
 * A capture becomes one nanosecond pcap in one Zstandard frame, whatever it was before: the same
 * packets, times, captured and original lengths.  What that form cannot hold (interfaces of
 * different link types, packets without time) is kept as the file it was.  A cut or damaged
 * capture is adopted up to the damage, and the run's state says so.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "capture/adopt_int.h"
#include "core/alloc.h"
#include "core/file.h"
#include "core/log.h"
#include "core/str.h"
#include "core/trace.h"
#include "core/tstamp.h"

/* "guest.pcap.zst" names the point guest. */
static char *
point_name(const struct operand *o)
{
	char *base, *dot;

	if (o->point)
		return xstrdup(o->point);
	base = file_base(o->path);
	dot = strchr(base, '.');
	if (dot && dot != base)
		*dot = '\0';
	return base;
}

/* Can the capture be held by one pcap file?  Reads it to the end or to the first obstacle. */
static bool
fits_pcap(const char *path, uint16_t *linktype, uint32_t *snaplen)
{
	struct trace_record rec;
	struct trace *t;
	bool first = true, fits = true;

	if (trace_open(&t, path, ZIO_INLINE, NULL) != V_OK)
		return false;
	*linktype = (uint16_t)trace_info(t)->linktype;
	*snaplen = trace_info(t)->snaplen;
	while (fits && trace_next(t, &rec, NULL) == V_OK) {
		fits = rec.t_ns >= 0 && rec.t_ns / NS_PER_S <= UINT32_MAX &&
			(first || rec.linktype == *linktype);
		*linktype = rec.linktype;
		if (rec.caplen > *snaplen && *snaplen)
			*snaplen = rec.caplen;
		first = false;
	}
	trace_close(t);
	return fits;
}

static void
note_time(struct adoption *a, int64_t t_ns)
{
	if (t_ns == TSTAMP_NONE)
		return;
	if (a->first_ns == TSTAMP_NONE || t_ns < a->first_ns)
		a->first_ns = t_ns;
	if (t_ns > a->last_ns)
		a->last_ns = t_ns;
}

/* Damage was met: adopt what precedes it, and have the run remember. */
static void
note_damage(struct adoption *a, const struct verr *damage)
{
	log_error("%s", damage->msg);
	a->n_problems++;
	a->run.state = RUN_TRUNCATED;
	if (!a->run.reason)
		a->run.reason = xstrdup(damage->msg);
}

/* "DIR/x.pcap: cut short" as "x.pcap: cut short": the folder means nothing on another machine. */
static void
forget_folder(char *message, const char *path)
{
	char *base = file_base(path);
	size_t n = strlen(path) - strlen(base);

	if (message && slice_starts(slice_of(message), path))
		memmove(message, message + n, strlen(message + n) + 1);
	free(base);
}

/* Copy all records; w NULL: only look at them. */
static enum vstatus
copy_records(struct adoption *a, struct trace *t, struct trace_writer *w, struct verr *err)
{
	struct trace_record rec;
	struct verr damage;
	enum vstatus st, written = V_OK;

	while ((st = trace_next(t, &rec, &damage)) == V_OK && written == V_OK) {
		note_time(a, rec.t_ns);
		if (w)
			written = trace_writer_add(w, rec.t_ns, rec.data, rec.caplen, rec.len, err);
	}
	if (written == V_OK && st != V_END && st != V_OK)
		note_damage(a, &damage);
	a->n_packets += trace_info(t)->n_records;
	return written;
}

static enum vstatus
transcode(struct adoption *a, struct trace *t, const char *to, uint16_t linktype, uint32_t snaplen,
	struct verr *err)
{
	struct trace_writer *w;
	enum vstatus st = trace_writer_open(&w, to, linktype, snaplen, err), st2;

	if (st != V_OK)
		return st;
	st = copy_records(a, t, w, err);
	st2 = trace_writer_close(w, st == V_OK ? err : NULL);
	return st == V_OK ? st2 : st;
}

/* A name for the point's next file: "guest.pcap.zst", "guest.1.pcap.zst", ... */
static char *
capture_name(const struct run_point *p, const char *suffix)
{
	return p->n_files ? xasprintf("%s.%zu%s", p->name, p->n_files, suffix)
			  : xasprintf("%s%s", p->name, suffix);
}

/* What is kept as it was keeps its compression too. */
static const char *
kept_suffix(const char *path)
{
	struct slice name = slice_of(path);

	if (slice_ends(name, ".gz"))
		return ".pcapng.gz";
	return slice_ends(name, ".zst") ? ".pcapng.zst" : ".pcapng";
}

static struct run_point *
point_of(struct run *r, const char *name)
{
	struct run_point *p;
	int order = (int)r->n_points;

	for (size_t i = 0; i < r->n_points; i++)
		if (!strcmp(r->points[i].name, name))
			return &r->points[i];
	p = run_add_point(r, name);
	p->order = order;
	return p;
}

static enum vstatus
store_capture(struct adoption *a, const struct operand *o, struct run_point *p, struct verr *err)
{
	uint64_t before = a->n_packets;
	uint16_t linktype = 0;
	uint32_t snaplen = 0;
	bool fits = fits_pcap(o->path, &linktype, &snaplen);
	char *file = capture_name(p, fits ? ".pcap.zst" : kept_suffix(o->path));
	char *to = file_join(a->dir, file);
	struct trace *t;
	enum vstatus st = trace_open(&t, o->path, ZIO_INLINE, err);

	if (st == V_OK) {
		st = fits ? transcode(a, t, to, linktype, snaplen, err)
			  : copy_records(a, t, NULL, err);
		forget_folder(a->run.reason, o->path);
		trace_close(t);
	}
	if (st == V_OK && !fits)
		st = file_copy(o->path, to, err);
	if (st == V_OK) {
		run_point_add_file(p, file);
		p->linktype = linktype;
		p->snaplen = snaplen ? (int64_t)snaplen : RUN_NA;
		p->packets =
			(p->packets == RUN_NA ? 0 : p->packets) + (int64_t)(a->n_packets - before);
	}
	free(file);
	free(to);
	return st;
}

enum vstatus
adopt_capture(struct adoption *a, const struct operand *o, struct verr *err)
{
	char *name;
	enum vstatus st;

	if (o->point && !strcmp(o->point, ADOPT_APP))
		return verr_set(err, V_EUSAGE,
			"%s: a capture; the point " ADOPT_APP " is what a tool printed", o->path);
	name = point_name(o);
	st = store_capture(a, o, point_of(&a->run, name), err);
	free(name);
	return st;
}
