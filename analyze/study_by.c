/*
 * study_by - what the rows of a study are grouped by unless --by says it: the datasets where
 * nothing else tells them apart, platform, driver, then the factors A-Z.  See study.h.
 */
#include <stdlib.h>
#include <string.h>

#include "analyze/study.h"
#include "core/text.h"

static bool
levels_differ(const struct study *s, const char *name)
{
	const char *first = NULL;
	bool any = false;

	for (size_t i = 0; i < s->n_runs; i++) {
		const struct label *l = labels_get(&s->runs[i].labels, name);
		const char *level = l ? l->level : NULL;

		if (any && (!level != !first || (level && strcmp(level, first))))
			return true;
		first = level;
		any = true;
	}
	return false;
}

/* Do two datasets bear the same platform and driver?  Then only their names tell them apart. */
static bool
dataset_matters(const struct study *s)
{
	for (size_t i = 1; s->n_datasets > 1 && i < s->n_runs; i++) {
		const struct study_run *a = &s->runs[i];

		for (size_t k = 0; k < i; k++) {
			const struct study_run *b = &s->runs[k];

			if (a->dataset != b->dataset &&
				!strcmp(a->run->platform, b->run->platform) &&
				!strcmp(a->run->driver ? a->run->driver : "",
					b->run->driver ? b->run->driver : ""))
				return true;
		}
	}
	return false;
}

/* The distinct factor names of the selected runs, A-Z, platform and driver aside. */
static size_t
factor_names(const struct study *s, const char ***names)
{
	size_t n = 0, cap = 0, unique = 0;

	*names = NULL;
	for (size_t i = 0; i < s->n_runs; i++) {
		for (size_t k = 0; k < s->runs[i].run->n_factors; k++) {
			GROW(*names, n, cap);
			(*names)[n++] = s->runs[i].run->factors[k].name;
		}
	}
	if (n)
		qsort(*names, n, sizeof **names, text_order);
	for (size_t i = 0; i < n; i++)
		if (!i || strcmp((*names)[i], (*names)[unique - 1]))
			(*names)[unique++] = (*names)[i];
	return unique;
}

static bool
any_driver(const struct study *s)
{
	for (size_t i = 0; i < s->n_runs; i++)
		if (s->runs[i].run->driver)
			return true;
	return false;
}

void
study_by(const char ***by, size_t *n, const struct study *s, enum study_factors which)
{
	const char **names;
	size_t n_names = factor_names(s, &names);

	*by = xcalloc(n_names + 3, sizeof **by);
	*n = 0;
	if (dataset_matters(s))
		(*by)[(*n)++] = "dataset";
	(*by)[(*n)++] = "platform";
	if (any_driver(s))
		(*by)[(*n)++] = "driver";
	for (size_t i = 0; i < n_names; i++)
		if (strcmp(names[i], "repetition") &&
			(which == STUDY_ALL_FACTORS || levels_differ(s, names[i])))
			(*by)[(*n)++] = names[i];
	free(names);
}
