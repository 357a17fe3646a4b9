/*
 * adopt - foreign files into a run directory; see adopt.h.
 *
 * What a file is, its content tells: captures (adopt_capture), outputs of tools and tables of
 * counters (adopt_text).
 */
#include "capture/adopt.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/adopt_int.h"
#include "core/alloc.h"
#include "core/dataset.h"
#include "core/file.h"
#include "core/log.h"
#include "core/sums.h"
#include "core/trace.h"
#include "core/tstamp.h"

#define RUN_COLLISIONS_MAX 10000

/* ---- operands ---- */

struct operand
operand_parse(const char *arg)
{
	const char *eq = strchr(arg, '=');

	if (!eq || eq == arg || file_exists(arg) || memchr(arg, '/', (size_t)(eq - arg)))
		return (struct operand){NULL, arg};
	return (struct operand){xstrndup(arg, (size_t)(eq - arg)), eq + 1};
}

void
operand_release(struct operand *o)
{
	free(o->point);
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
		operand_release(&o);
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
			a->n_made = file_missing_dirs(dir);
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
	a->counters_first_ns = a->counters_last_ns = TSTAMP_NONE;
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

/* ---- files ---- */

enum vstatus
adopt_file(struct adoption *a, const char *operand, struct verr *err)
{
	struct operand o = operand_parse(operand);
	enum vstatus st;

	st = trace_sniff(o.path) ? adopt_capture(a, &o, err) : adopt_text(a, &o, err);
	operand_release(&o);
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

/* Counters of another hour than the packets: the zone or the day is wrong. */
static void
warn_of_times(const struct adoption *a)
{
	char stamp[TSTAMP_ISO_SIZE];

	if (a->first_ns == TSTAMP_NONE || a->counters_first_ns == TSTAMP_NONE)
		return;
	if (a->counters_first_ns <= a->last_ns && a->first_ns <= a->counters_last_ns)
		return;
	tstamp_iso(stamp, a->counters_first_ns);
	log_warn("%s: the counters begin at %s, and none of them is of the time of the packets: "
		 "--date gives day and zone",
		a->dir, stamp);
}

enum vstatus
adopt_end(struct adoption *a, struct verr *err)
{
	enum vstatus st;

	set_times(a);
	warn_of_times(a);
	st = run_store(&a->run, a->dir, err);
	return st == V_OK ? sums_store(a->dir, NULL, err) : st;
}

void
adopt_abandon(struct adoption *a)
{
	if (a->dir)
		file_discard_dir(a->dir, a->n_made);
}
