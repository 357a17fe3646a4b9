/*
 * hint - see hint.h.
 *
 * Names are few: factors, their levels, points and metrics of one input.  Each is looked for among
 * those before it, and no more than NAMED_MAX are shown.
 */
#include "analyze/hint.h"

#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/opt.h"
#include "core/str.h"

#define NAMED_MAX 24

void
hint_init(struct hint *h)
{
	h->names = xcalloc(1, sizeof *h->names);
	h->n = 0;
}

bool
hint_has(const struct hint *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (!strcmp(h->names[i], name))
			return true;
	return false;
}

void
hint_add(struct hint *h, const char *name)
{
	if (hint_has(h, name))
		return;
	h->names = xrealloc(h->names, h->n + 2, sizeof *h->names);
	h->names[h->n++] = name;
	h->names[h->n] = NULL; /* opt_nearest() takes a list with an end */
}

void
hint_release(struct hint *h)
{
	free(h->names);
}

/* The beginning of several names means none of them more than the others. */
static bool
begins_several(const struct hint *h, const char *word)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		n += slice_starts(slice_of(h->names[i]), word);
	return n > 1;
}

enum vstatus
hint_fail(struct verr *err, const struct hint *h, const char *word)
{
	const char *nearest = word && !begins_several(h, word) ? opt_nearest(word, h->names) : NULL;
	struct verr said = *err;
	struct strbuf b;

	if (nearest)
		return verr_set(err, V_EUSAGE, "%s; did you mean %s?", said.msg, nearest);
	strbuf_init(&b);
	for (size_t i = 0; i < h->n && i < NAMED_MAX; i++)
		strbuf_addf(&b, "%s%s", i ? ", " : "", h->names[i]);
	verr_set(err, V_EUSAGE, "%s (there %s: %s%s)", said.msg, h->n == 1 ? "is" : "are",
		h->n ? b.p : "none", h->n > NAMED_MAX ? ", ..." : "");
	strbuf_release(&b);
	return V_EUSAGE;
}
