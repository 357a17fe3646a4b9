#ifndef VANTAGE_ANALYZE_VALUES_H
#define VANTAGE_ANALYZE_VALUES_H
/*
 * values - a growing array of what one metric measured, as a series will take it over.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/alloc.h"
#include "core/tstamp.h"

#define VALUES_FIRST 1024

struct values {
	double *x; /* heap */
	size_t n;
	size_t cap;
	uint64_t excluded; /* exist, but are left out for their flags */
	bool unordered;    /* not in order of time */
};

static inline void
values_add(struct values *v, double x)
{
	if (v->n == v->cap) {
		v->cap = v->cap ? 2 * v->cap : VALUES_FIRST;
		v->x = xrealloc_large(v->x, v->cap * sizeof *v->x);
	}
	v->x[v->n++] = x;
}

/* values_add_ns - a time, unless it is absent (TSTAMP_NONE); flagged ones are only counted. */
static inline void
values_add_ns(struct values *v, int64_t t_ns, bool flagged)
{
	if (t_ns == TSTAMP_NONE)
		return;
	if (flagged)
		v->excluded++;
	else
		values_add(v, (double)t_ns);
}

static inline void
values_release(struct values *v)
{
	free(v->x);
	*v = (struct values){0};
}

#endif
