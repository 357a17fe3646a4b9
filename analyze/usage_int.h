#ifndef VANTAGE_ANALYZE_USAGE_INT_H
#define VANTAGE_ANALYZE_USAGE_INT_H
/*
 * usage_int - private to usage.c and usage_bind.c: a metric and the columns of a file that it is
 * made of.
 */
#include "analyze/usage.h"
#include "core/str.h"

struct usage_ref {
	size_t col;
	bool optional;   /* its absence in a row does not matter */
	double backward; /* see countertable_rise() */
};

struct usage_refs {
	struct usage_ref *items;
	size_t n, cap;
};

struct usage_binding {
	const struct usage_metric *metric;
	char *name;
	struct usage_refs plus, minus, per;
	struct usage_refs cpu; /* of the machine, for USAGE_OVER_CORE */
};

/* usage_instance - what '*' stands for, if the name is of the pattern's form; empty without '*'. */
bool usage_instance(struct slice *instance, const char *pattern, const char *name);
/* usage_bind - find the columns of a metric for one instance; false when one that is needed is not
 *   there.  usage_unbind() releases b in either case. */
bool usage_bind(struct usage_binding *b, const struct usage_metric *m, const struct table *t,
	const char *instance);
void usage_unbind(struct usage_binding *b);

#endif
