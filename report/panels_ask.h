#ifndef VANTAGE_REPORT_PANELS_ASK_H
#define VANTAGE_REPORT_PANELS_ASK_H
/*
 * panels_ask - what a user asks of a figure, from one line of text.  Private to report/panels*.c.
 */
#include <stdbool.h>

#include "core/err.h"
#include "report/doc.h"
#include "report/model.h"

#define PANELS_NAMES_MAX 4 /* factors that make up a series or a facet */
#define PANELS_FIXED_MAX 16

enum role { ROLE_X, ROLE_SERIES, ROLE_FACET, N_ROLES };

struct names {
	const char *items[PANELS_NAMES_MAX];
	size_t n;
};

struct stat_kind { /* what stat= may be */
	const char *name;
	const char *metric; /* NULL: the one that is asked for */
	const char *column; /* of describe, and statistic of ci */
};

struct request {
	struct names roles[N_ROLES];
	const char *metric;
	const struct stat_kind *stat;
	enum doc_shape shape;
	bool numeric; /* axis=number */
	const char *point;
	const char *fixed[PANELS_FIXED_MAX];
	const char *level[PANELS_FIXED_MAX];
	size_t n_fixed;
};

/*
 * panels_ask - read spec, "x=F;series=F,F;metric=M;...".
 *   V_EUSAGE, V_ELIMIT as panels_add() says.
 */
enum vstatus panels_ask(struct request *q, struct doc *d, const struct model *m, const char *spec,
	struct verr *err);

/* panels_level - of a factor, "platform" or "driver" in a cell; NULL: not recorded. */
const char *panels_level(const struct model *m, size_t cell, const char *name);

#endif
