/*
 * cpustat - see cpustat.h.
 *
 * Lines of fs/proc/stat.c:
 *   cpu  user nice system idle iowait irq softirq steal guest guest_nice
 *   cpu0 ...
 * in ticks of USER_HZ (1/100 s).  A CPU that is offline has no line.  guest is contained in user,
 * guest_nice in nice.  idle and iowait may go backwards by a tick on kernels with NO_HZ; they are
 * handed on as they are.  The file's other lines are row_of_keys()' business.
 */
#include "capture/cpustat.h"

static bool
is_digits(struct slice s)
{
	uint64_t number;

	return s.n == 0 || slice_u64(s, &number);
}

bool
cpustat_next(struct row *row, struct slice *rest, const struct row_field *fields, size_t n_fields)
{
	struct slice line, name;

	row_begin(row);
	while (row_line(&line, rest)) {
		if (!slice_starts(line, "cpu") || !slice_word(&name, &line))
			continue;
		row->key = (struct slice){name.p + 3, name.n - 3};
		if (!is_digits(row->key))
			continue;
		row_put_words(row, line, fields, n_fields);
		return true;
	}
	return false;
}
