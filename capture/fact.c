/*
 * fact - see fact.h.
 *
 * Pieces are small because for each read of a file below /proc/sys the kernel allocates and clears
 * as much as is asked for; with those of core/file a start would spend most of its time there.
 */
#include "capture/fact.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/alloc.h"
#include "core/str.h"

#define PIECE_BYTES 4096
#define FACT_MAX_BYTES ((size_t)1 << 20) /* /proc/cpuinfo of 500 processors */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* All that a descriptor gives. */
static bool
read_all(struct strbuf *out, int fd)
{
	char piece[PIECE_BYTES];
	ssize_t n;

	do {
		n = read(fd, piece, sizeof piece);
		if (n > 0)
			strbuf_add(out, piece, (size_t)n);
	} while ((n > 0 && out->n < FACT_MAX_BYTES) || (n < 0 && errno == EINTR));
	return n >= 0;
}

char *
fact_read(const char *root, const char *path)
{
	char *full = xasprintf("%s/%s", root, path), *fact = NULL;
	int fd = open(full, O_RDONLY | O_CLOEXEC);
	struct strbuf text;

	free(full);
	if (fd < 0)
		return NULL;
	strbuf_init(&text);
	if (read_all(&text, fd)) {
		size_t from = 0, to = text.n;

		while (from < to && is_blank(text.p[from]))
			from++;
		while (to > from && is_blank(text.p[to - 1]))
			to--;
		fact = to > from ? xstrndup(text.p + from, to - from) : NULL;
	}
	strbuf_release(&text);
	close(fd);
	return fact;
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
