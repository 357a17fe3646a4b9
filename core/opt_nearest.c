/*
 * opt_nearest - the name that somebody may have meant.
 *
 * It is the name with the least edit distance (insert, delete, replace, swap two
 * neighbours: optimal string alignment), if that distance is at most a third of the typed
 * length (2 at least, and less than everything); a typed beginning of a name also leads to it.
 */
#include <string.h>

#include "core/opt_int.h"

static size_t
min3(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Optimal string alignment distance of two texts of at most OPT_NAME_MAX_BYTES. */
static size_t
edit_distance(const char *a, const char *b)
{
	size_t rows[3][OPT_NAME_MAX_BYTES + 1]; /* two before, one before, current */
	size_t *before2 = rows[0];
	size_t *before = rows[1];
	size_t *now = rows[2];
	size_t n = strlen(b);
	size_t i;
	size_t j;

	for (j = 0; j <= n; j++)
		before[j] = j;
	for (i = 1; a[i - 1]; i++) {
		size_t *spare = before2;

		now[0] = i;
		for (j = 1; j <= n; j++) {
			now[j] = min3(before[j] + 1, now[j - 1] + 1,
				before[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
				before2[j - 2] + 1 < now[j])
				now[j] = before2[j - 2] + 1;
		}
		before2 = before;
		before = now;
		now = spare;
	}
	return before[n];
}

const char *
opt_nearest(const char *s, const char *const *names)
{
	size_t n = strlen(s);
	size_t allowed = n / 3 > 2 ? n / 3 : 2;
	size_t best = SIZE_MAX;
	const char *nearest = NULL;

	if (n == 0 || n > OPT_NAME_MAX_BYTES)
		return NULL;
	for (; *names; names++) {
		size_t distance;

		if (strlen(*names) > OPT_NAME_MAX_BYTES)
			continue;
		distance = edit_distance(s, *names);
		if (strncmp(s, *names, n) == 0 && distance > 1)
			distance = 1;
		if (distance < best && distance <= allowed && distance < n) {
			best = distance;
			nearest = *names;
		}
	}
	return nearest;
}
