/*
 * fact - see fact.h.
 */
#include "capture/fact.h"

#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/file.h"
#include "core/str.h"

char *
fact_read(const char *root, const char *path)
{
	char *full = xasprintf("%s/%s", root, path), *text = NULL;
	size_t len, skip;

	if (file_slurp(&text, &len, full, NULL) != V_OK)
		text = NULL;
	free(full);
	if (!text)
		return NULL;
	while (len > 0 && strchr(" \t\n", text[len - 1]))
		text[--len] = '\0';
	skip = strspn(text, " \t\n");
	memmove(text, text + skip, len - skip + 1);
	if (!*text) {
		free(text);
		return NULL;
	}
	return text;
}

char *
fact_of_key(const char *text, const char *key, char sep)
{
	struct slice line, name, rest = slice_of(text ? text : "");

	while (slice_line(&line, &rest)) {
		if (!slice_cut(&name, &line, sep) || !line.p || !slice_eq(slice_trim(name), key))
			continue;
		line = slice_trim(line);
		if (line.n >= 2 && line.p[0] == '"' && line.p[line.n - 1] == '"')
			line = (struct slice){line.p + 1, line.n - 2};
		return line.n > 0 ? xstrndup(line.p, line.n) : NULL;
	}
	return NULL;
}

bool
fact_has_word(const char *text, const char *word)
{
	struct slice w, rest = slice_of(text);

	while (slice_word(&w, &rest))
		if (slice_eq(w, word))
			return true;
	return false;
}
