#ifndef VANTAGE_CORE_LOADTOOL_SIGNS_H
#define VANTAGE_CORE_LOADTOOL_SIGNS_H
/*
 * loadtool_signs - private to loadtool: the rows of its table.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/loadtool.h"

enum strength { STRONG, WEAK };

struct loadtool_sign {
	enum load_kind kind;
	enum strength strength;
	const char *line; /* with "*" for anything; NULL: fits tells */
	bool (*fits)(struct slice line);
	const char *file; /* only for files that are called so; NULL: all */
};

/* Among the signs that fit one line, the first counts. */
extern const struct loadtool_sign loadtool_signs[];
extern const size_t loadtool_n_signs;

#endif
