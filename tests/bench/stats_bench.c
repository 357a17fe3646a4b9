/*
 * stats_bench - one operation of analyze/stats over columns of doubles, timed.
 *
 *   stats_bench OPERATION FILE COLUMNS
 *
 * FILE holds the columns one after the other, as raw doubles of this machine (stats_bench.py writes
 * it).  On standard output: CPU seconds of the operation alone, without reading the file, and a
 * number that depends on the result, for comparing with a peer.  One thread.
 *
 *   pair       tau_b and p of the first two columns
 *   cross      of each but the last two with each of the last two
 *   matrix     of each two columns
 *   mad        median and MAD of the first column
 *   mad_gsl    the same by GSL, as a peer
 *   quantiles  1, 5, 25, 50, 75, 95 and 99 % of the first column
 */
#include <err.h>
#include <gsl/gsl_statistics_double.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "analyze/stats/describe.h"
#include "analyze/stats/kendall.h"
#include "analyze/stats/outlier.h"
#include "analyze/stats/select.h"
#include "core/alloc.h"

#define FILE_MAX_BYTES ((size_t)1 << 34)

struct columns {
	double *x;
	size_t n; /* samples of each */
	size_t n_columns;
};

static double
cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static struct columns
columns_load(const char *path, size_t n_columns)
{
	struct columns c = {.n_columns = n_columns};
	struct stat info;
	FILE *f = fopen(path, "rb");

	if (!f || fstat(fileno(f), &info) != 0)
		err(1, "%s", path);
	if (n_columns == 0 || info.st_size <= 0 || (size_t)info.st_size > FILE_MAX_BYTES)
		errx(1, "%s: not %zu columns of doubles", path, n_columns);
	c.n = (size_t)info.st_size / sizeof *c.x / n_columns;
	c.x = xmalloc_large(c.n * n_columns * sizeof *c.x);
	if (fread(c.x, sizeof *c.x, c.n * n_columns, f) != c.n * n_columns)
		err(1, "%s", path);
	fclose(f);
	return c;
}

/* The sum of tau_b over the pairs i < j with j >= first. */
static double
all_taus(const struct columns *c, size_t n_columns, size_t first_of_pair_below, size_t first)
{
	struct kendall_column *k = xcalloc(n_columns, sizeof *k);
	double sum = 0;

	for (size_t i = 0; i < n_columns; i++)
		if (kendall_column_init(&k[i], c->x + i * c->n, c->n, NULL) != V_OK)
			errx(1, "column %zu cannot be ranked", i);
	for (size_t j = first; j < n_columns; j++) {
		for (size_t i = 0; i < j && i < first_of_pair_below; i++) {
			struct kendall result;

			if (kendall_pair(&result, &k[i], &k[j], NULL) != V_OK)
				errx(1, "columns %zu and %zu have no tau", i, j);
			sum += result.tau_b;
		}
	}
	for (size_t i = 0; i < n_columns; i++)
		kendall_column_release(&k[i]);
	free(k);
	return sum;
}

static double
run_pair(const struct columns *c)
{
	return all_taus(c, 2, 1, 1);
}

static double
run_cross(const struct columns *c)
{
	return all_taus(c, c->n_columns, c->n_columns - 2, c->n_columns - 2);
}

static double
run_matrix(const struct columns *c)
{
	return all_taus(c, c->n_columns, c->n_columns, 1);
}

static double
run_mad(const struct columns *c)
{
	struct outlier_scale s;

	if (outlier_scale_of(&s, c->x, c->n, NULL) != V_OK)
		errx(1, "no median");
	return s.deviation;
}

static double
run_mad_gsl(const struct columns *c)
{
	double *work = xmalloc(c->n * sizeof *work);
	double mad = gsl_stats_mad0(c->x, 1, c->n, work);

	free(work);
	return mad;
}

static double
run_quantiles(const struct columns *c)
{
	static const double p[] = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
	double q[7], sum = 0;

	if (select_quantiles(q, c->x, c->n, p, 7, NULL) != V_OK)
		errx(1, "no quantiles");
	for (size_t i = 0; i < 7; i++)
		sum += q[i];
	return sum;
}

static const struct operation {
	const char *name;
	double (*run)(const struct columns *c);
	size_t columns_min;
} operations[] = {
	{"pair", run_pair, 2},
	{"cross", run_cross, 3},
	{"matrix", run_matrix, 2},
	{"mad", run_mad, 1},
	{"mad_gsl", run_mad_gsl, 1},
	{"quantiles", run_quantiles, 1},
	{NULL, NULL, 0},
};

int
main(int argc, char **argv)
{
	const struct operation *o = operations;
	struct columns c;
	double start, result;

	if (argc != 4)
		errx(2, "usage: stats_bench OPERATION FILE COLUMNS");
	while (o->name && strcmp(o->name, argv[1]))
		o++;
	stats_init();
	c = columns_load(argv[2], strtoul(argv[3], NULL, 10));
	if (!o->name || c.n_columns < o->columns_min)
		errx(2, "%s: no such operation on %zu columns", argv[1], c.n_columns);
	start = cpu_seconds();
	result = o->run(&c);
	printf("%.6f %.17g\n", cpu_seconds() - start, result);
	free(c.x);
	return 0;
}
