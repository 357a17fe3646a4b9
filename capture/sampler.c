/*
 * sampler - one row an interval, through core/zio; one buffer for all rows.
 */
#include "capture/sampler.h"

#include <stdlib.h>

#include "core/alloc.h"
#include "core/digest.h"
#include "core/str.h"
#include "core/zio.h"

/* One of a point's counts, as a cell of the table. */
struct cell {
	struct point *point;
	size_t offset; /* in struct point_counts */
	char *name;
};

struct sampler {
	struct counters *counters;
	struct cell *cells;
	size_t n_cells;
	struct zwriter *z;
	struct strbuf row;
	int64_t flushed_ns;
	struct digest digest; /* of the file so far */
};

struct count {
	const char *name;
	size_t offset; /* in struct point_counts */
};

static const struct count counts[] = {
	{"packets", offsetof(struct point_counts, packets)},
	{"dropped_by_kernel", offsetof(struct point_counts, dropped_by_kernel)},
	{"dropped_by_interface", offsetof(struct point_counts, dropped_by_interface)},
	{"dropped_by_writer", offsetof(struct point_counts, dropped_by_writer)},
};

#define N_COUNTS (sizeof counts / sizeof counts[0])

static bool
read_cell(uint64_t *value, void *arg)
{
	const struct cell *cell = arg;
	struct point_counts c;

	point_counts(cell->point, &c);
	*value = *(const uint64_t *)(const void *)((const char *)&c + cell->offset);
	return *value != POINT_NA;
}

static void
make_cells(struct sampler *s, struct point *const *points, size_t n)
{
	s->cells = xcalloc(n * N_COUNTS, sizeof *s->cells);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < N_COUNTS; k++)
			s->cells[s->n_cells++] = (struct cell){points[i], counts[k].offset,
				xasprintf("capture.%s.%s", point_name(points[i]), counts[k].name)};
}

static void
release(struct sampler *s)
{
	for (size_t i = 0; i < s->n_cells; i++)
		free(s->cells[i].name);
	free(s->cells);
	strbuf_release(&s->row);
	free(s);
}

enum vstatus
sampler_open(struct sampler **out, const struct counters_params *params,
	struct point *const *points, size_t n, struct verr *err)
{
	struct sampler *s = xcalloc(1, sizeof *s);
	struct counters_params all = *params;
	struct counters_extra *extras;
	enum vstatus st;

	*out = NULL;
	strbuf_init(&s->row);
	make_cells(s, points, n);
	extras = xcalloc(s->n_cells, sizeof *extras);
	for (size_t i = 0; i < s->n_cells; i++)
		extras[i] = (struct counters_extra){s->cells[i].name, read_cell, &s->cells[i]};
	all.extras = extras;
	all.n_extras = s->n_cells;
	st = counters_open(&s->counters, &all, err);
	free(extras);
	if (st != V_OK)
		release(s);
	else
		*out = s;
	return st;
}

enum vstatus
sampler_start(
	struct sampler *s, struct run *run, const char *host, int64_t interval_ns, struct verr *err)
{
	const struct zwriter_tuning tuning = {.digest = &s->digest};
	struct run_counters *rc;
	enum vstatus st;

	digest_init(&s->digest);
	st = zwriter_open_tuned(&s->z, SAMPLER_FILE, &tuning, err);
	if (st != V_OK)
		return st;
	rc = run_add_counters(run, SAMPLER_FILE);
	rc->host = xstrdup(host);
	rc->interval_ns = interval_ns;
	counters_header(s->counters, &s->row, rc);
	st = zwriter_write(s->z, s->row.p, s->row.n, err);
	return st == V_OK ? zwriter_flush(s->z, err) : st;
}

enum vstatus
sampler_take(struct sampler *s, int64_t t_ns, int64_t lateness_ns, int64_t now_ns, struct verr *err)
{
	enum vstatus st;

	strbuf_clear(&s->row);
	counters_sample(s->counters, t_ns, lateness_ns, &s->row);
	st = zwriter_write(s->z, s->row.p, s->row.n, err);
	if (st == V_OK && now_ns - s->flushed_ns >= WRITER_FLUSH_NS) {
		st = zwriter_flush(s->z, err);
		s->flushed_ns = now_ns;
	}
	return st;
}

static enum vstatus
close_file(struct sampler *s, struct sums *sums, struct verr *err)
{
	char hex[SHA256_HEX_SIZE];
	enum vstatus st = zwriter_close(s->z, err);

	if (st != V_OK || !sums)
		return st;
	digest_end(&s->digest, hex);
	sums_add(sums, SAMPLER_FILE, hex);
	return V_OK;
}

enum vstatus
sampler_close(struct sampler *s, struct sums *sums, struct verr *err)
{
	enum vstatus st = V_OK;

	if (!s)
		return V_OK;
	if (s->z)
		st = close_file(s, sums, err);
	counters_close(s->counters);
	release(s);
	return st;
}
