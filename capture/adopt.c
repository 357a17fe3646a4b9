/*
 * adopt - foreign files into a run directory; see adopt.h.
 *
 * A capture becomes one nanosecond pcap in one Zstandard frame, whatever it was before: the same
 * packets, times, captured and original lengths.  What that form cannot hold (interfaces of
 * different link types, packets without time) is kept as the file it was.  Outputs of tools are
 * kept untouched.  A cut or damaged capture is adopted up to the damage, and the run's state says
 * so.
 */
#include "capture/adopt.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/columns.h"
#include "core/alloc.h"
#include "core/dataset.h"
#include "core/file.h"
#include "core/log.h"
#include "core/str.h"
#include "core/table.h"
#include "core/trace.h"
#include "core/tstamp.h"

#define RUN_COLLISIONS_MAX 10000

/* ---- operands ---- */

struct operand {
	char *point; /* NULL: not given */
	const char *path;
};

static struct operand
operand_parse(const char *arg)
{
	const char *eq = strchr(arg, '=');

	if (!eq || eq == arg || file_exists(arg) || memchr(arg, '/', (size_t)(eq - arg)))
		return (struct operand){NULL, arg};
	return (struct operand){xstrndup(arg, (size_t)(eq - arg)), eq + 1};
}

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

/* ---- begin ---- */

/* Time of the first packet of the first capture among the operands, else TSTAMP_NONE. */
static int64_t
first_time(char *const *files, size_t n)
{
	int64_t t_ns = TSTAMP_NONE;

	for (size_t i = 0; i < n && t_ns == TSTAMP_NONE; i++) {
		struct operand o = operand_parse(files[i]);
		struct trace_record rec;
		struct trace *t;

		if (trace_open(&t, o.path, ZIO_INLINE, NULL) == V_OK) {
			if (trace_next(t, &rec, NULL) == V_OK)
				t_ns = rec.t_ns;
			trace_close(t);
		}
		free(o.point);
	}
	return t_ns;
}

static enum vstatus
make_dir(struct adoption *a, const char *dataset, const char *id, struct verr *err)
{
	for (int k = 1; k < RUN_COLLISIONS_MAX; k++) {
		char *unique = k == 1 ? xstrdup(id) : xasprintf("%s-%d", id, k);
		char *name = xasprintf("runs/%s", unique);
		char *dir = file_join(dataset, name);

		free(name);
		if (!file_exists(dir)) {
			free(a->run.id);
			a->run.id = unique;
			a->dir = dir;
			return file_mkdirs(dir, err);
		}
		free(unique);
		free(dir);
	}
	return verr_set(
		err, V_ELIMIT, "%s: more than %d runs called %s", dataset, RUN_COLLISIONS_MAX, id);
}

enum vstatus
adopt_begin(struct adoption *a, const char *dataset, const char *name, char *const *files, size_t n,
	struct verr *err)
{
	char stamp[TSTAMP_ISO_SIZE];
	int64_t t_ns;
	char *id;
	enum vstatus st;

	a->first_ns = a->last_ns = TSTAMP_NONE;
	if (a->run.id && *a->run.id) {
		if (!file_name_is_local(a->run.id) || strchr(a->run.id, '/') || a->run.id[0] == '.')
			return verr_set(
				err, V_EUSAGE, "run id %s: not usable as a file name", a->run.id);
		id = xstrdup(a->run.id);
	} else {
		t_ns = first_time(files, n);
		tstamp_compact(stamp, t_ns == TSTAMP_NONE ? tstamp_now() : t_ns);
		id = xasprintf("%s-%s", stamp, name);
	}
	st = make_dir(a, dataset, id, err);
	free(id);
	return st;
}

void
adopt_release(struct adoption *a)
{
	run_release(&a->run);
	free(a->dir);
}

/* ---- captures ---- */

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
adopt_capture(struct adoption *a, const struct operand *o, struct verr *err)
{
	char *name = point_name(o);
	struct run_point *p = point_of(&a->run, name);
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
	free(name);
	free(file);
	free(to);
	return st;
}

/* ---- tools and counters ---- */

struct tool_sign {
	const char *tool;
	const char *words; /* stand somewhere in its output */
};

/* Outputs of ping programs; vanalyze tells the dialects apart. */
static const struct tool_sign tool_signs[] = {
	{"ping", "ping statistics ---"},
	{"ping", "bytes from "},
	{"ping", "icmp_seq="},
	{"fping", "xmt/rcv/%loss"},
	{"fping", "bytes, "},
	{NULL, NULL},
};

static const char *
recognise_tool(const char *text, size_t len)
{
	struct slice s = {text, len};

	for (const struct tool_sign *t = tool_signs; t->tool; t++)
		if (slice_find(s, t->words) != SIZE_MAX)
			return t->tool;
	return NULL;
}

static enum vstatus
adopt_tool(struct adoption *a, const struct operand *o, const char *tool, struct verr *err)
{
	char *base = file_base(o->path), *to = file_join(a->dir, base);
	enum vstatus st = file_exists(to)
		? verr_set(err, V_EUSAGE, "%s: the run holds a file of that name already", o->path)
		: file_copy(o->path, to, err);

	if (st == V_OK)
		run_add_tool(&a->run, tool, base);
	free(base);
	free(to);
	return st;
}

static bool
is_counters(const char *text)
{
	return !strncmp(text, "t_ns,", 5);
}

/* "hostA=counters.csv": the name before = is the host's, not a point's. */
static enum vstatus
adopt_counters(
	struct adoption *a, const struct operand *o, const char *text, size_t len, struct verr *err)
{
	const char *host = o->point;
	char *file = host ? xasprintf("counters.%s.csv.zst", host) : xstrdup("counters.csv.zst");
	char *to = file_join(a->dir, file);
	struct zwriter *w;
	struct table t;
	enum vstatus st, st2;

	table_init(&t);
	st = table_parse_csv(&t, text, len, o->path, err);
	if (st == V_OK)
		st = zwriter_open(&w, to, 0, err);
	if (st == V_OK) {
		st = zwriter_write(w, text, len, err);
		st2 = zwriter_close(w, st == V_OK ? err : NULL);
		st = st == V_OK ? st2 : st;
	}
	if (st == V_OK)
		columns_add(&a->run, file, host, &t);
	table_release(&t);
	free(file);
	free(to);
	return st;
}

/* "app=FILE" says that the file is what a ping program printed, in whatever dialect. */
static bool
is_app(const struct operand *o)
{
	return o->point && !strcmp(o->point, "app");
}

enum vstatus
adopt_file(struct adoption *a, const char *arg, struct verr *err)
{
	struct operand o = operand_parse(arg);
	char *text = NULL;
	const char *tool;
	size_t len;
	enum vstatus st;

	if (trace_sniff(o.path)) {
		st = is_app(&o)
			? verr_set(err, V_EUSAGE,
				  "%s: a capture; the point app is what a tool printed", arg)
			: adopt_capture(a, &o, err);
		free(o.point);
		return st;
	}
	st = file_slurp(&text, &len, o.path, err);
	if (st == V_OK && is_counters(text))
		st = adopt_counters(a, &o, text, len, err);
	else if (st == V_OK && ((tool = recognise_tool(text, len)) || is_app(&o)))
		st = adopt_tool(a, &o, tool ? tool : "ping", err);
	else if (st == V_OK)
		st = verr_set(err, V_EFORMAT,
			"%s: neither a capture (pcap, pcapng) nor the output of ping or fping, nor a "
			"counters table (CSV that begins with t_ns)",
			o.path);
	free(text);
	free(o.point);
	return st;
}

/* ---- end ---- */

/* Begin and end, where no description told them: those of the packets. */
static void
set_times(struct adoption *a)
{
	char stamp[TSTAMP_ISO_SIZE];

	if (a->first_ns == TSTAMP_NONE)
		return;
	if (!a->run.started) {
		tstamp_iso(stamp, a->first_ns);
		a->run.started = xstrdup(stamp);
	}
	if (!a->run.ended) {
		tstamp_iso(stamp, a->last_ns);
		a->run.ended = xstrdup(stamp);
	}
}

enum vstatus
adopt_end(struct adoption *a, struct verr *err)
{
	enum vstatus st;

	set_times(a);
	st = run_store(&a->run, a->dir, err);
	return st == V_OK ? sums_store(a->dir, err) : st;
}

void
adopt_abandon(struct adoption *a)
{
	char **names;
	size_t n;

	if (!a->dir || file_list(&names, &n, a->dir, NULL) != V_OK)
		return;
	for (size_t i = 0; i < n; i++) {
		char *path = file_join(a->dir, names[i]);

		unlink(path);
		free(path);
	}
	file_list_free(names, n);
	rmdir(a->dir);
}
