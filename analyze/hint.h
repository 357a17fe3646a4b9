#ifndef VANTAGE_ANALYZE_HINT_H
#define VANTAGE_ANALYZE_HINT_H
/*
 * hint - what to say of a name that nothing bears: the one that was meant, or those that there are.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

struct hint {
	const char *
		*names; /* each once, in the order in which they came; the texts are the caller's */
	size_t n;
};

void hint_init(struct hint *h);
/* hint_add - one more name that could have been meant. */
void hint_add(struct hint *h, const char *name);
bool hint_has(const struct hint *h, const char *name);
void hint_release(struct hint *h);

/*
 * hint_fail - put behind the message that is in *err "; did you mean X?" if a name is close to
 *   the word, else the names that there are, 24 at most.  word NULL: the names in any case.
 *   Returns V_EUSAGE.
 */
enum vstatus hint_fail(struct verr *err, const struct hint *h, const char *word);

#endif
