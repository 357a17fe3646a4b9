/*
 * procstat - see procstat.h.
 *
 *   4711 (CPU 0/KVM) S 1 4711 ...
 * (fs/proc/array.c, proc(5)).  The name may hold blanks and parentheses, numbers do not: it ends at
 * the last ")".  Times are in ticks of USER_HZ; those of a process are the sums over its threads,
 * the finished ones included.
 */
#include "capture/procstat.h"

#include <string.h>

/* Cut "4711 (name)" off the front of the line. */
static bool
cut_name(struct slice *pid, struct slice *name, struct slice *line)
{
	const char *end = line->n ? memrchr(line->p, ')', line->n) : NULL;
	const char *begin = line->n ? memchr(line->p, '(', line->n) : NULL;

	if (!begin || !end || end < begin)
		return false;
	*pid = slice_trim((struct slice){line->p, (size_t)(begin - line->p)});
	*name = (struct slice){begin + 1, (size_t)(end - begin) - 1};
	line->n -= (size_t)(end + 1 - line->p);
	line->p = end + 1;
	return true;
}

bool
procstat_next(struct row *row, struct slice *rest, const struct row_field *fields, size_t n_fields)
{
	struct slice line, pid, name;

	row_begin(row);
	if (!row_line(&line, rest) || !cut_name(&pid, &name, &line))
		return false;
	row_put_words(row, line, fields, n_fields);
	rest->n = 0;
	return true;
}

bool
procstat_identify(struct procstat_id *id, struct slice text)
{
	struct slice line, pid, state, parent;

	return row_line(&line, &text) && cut_name(&pid, &id->name, &line) &&
		slice_i64(pid, &id->pid) && slice_word(&state, &line) &&
		slice_word(&parent, &line) && slice_i64(parent, &id->parent);
}
