#ifndef VANTAGE_CAPTURE_PROCSTAT_H
#define VANTAGE_CAPTURE_PROCSTAT_H
/*
 * procstat - /proc/PID/stat and /proc/PID/task/TID/stat.
 */
#include "capture/row.h"

/* procstat_next - one row without key; places count from 0, the state, behind the name. */
row_next procstat_next;

/* Who a task is. */
struct procstat_id {
	int64_t pid;
	int64_t parent;
	struct slice name; /* as the kernel shows it, of any bytes */
};

/* procstat_identify - false when the text is not of that form. */
bool procstat_identify(struct procstat_id *id, struct slice text);

#endif
