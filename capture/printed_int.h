#ifndef VANTAGE_CAPTURE_PRINTED_INT_H
#define VANTAGE_CAPTURE_PRINTED_INT_H
/*
 * printed_int - what the readers of samplers' outputs share.
 */
#include "capture/grid.h"
#include "capture/printed.h"

#define PRINTED_NAME_SIZE 160

/* printed_number - a decimal number, times scale; also with a decimal comma. */
bool printed_number(double *v, struct slice s, int64_t scale);

/*
 * printed_field - the column for a heading of sysstat.
 *   column    out: "cpu0.user_pct"
 *   scale     out: what the printed number is multiplied with
 *   key       the heading of the column that names the instance ("CPU", "IFACE"); empty: none
 *   instance  its cell: "all", "0", "eth0"
 */
void printed_field(char column[PRINTED_NAME_SIZE], int64_t *scale, struct slice key,
	struct slice instance, struct slice heading);

enum vstatus sysstat_read(struct printed *p, struct grid *g, struct slice text, const char *name,
	const struct when *when, struct verr *err);
enum vstatus sadf_read(struct printed *p, struct grid *g, struct slice text, const char *name,
	const struct when *when, struct verr *err);
enum vstatus vmstat_read(struct printed *p, struct grid *g, struct slice text, const char *name,
	const struct when *when, struct verr *err);

#endif
