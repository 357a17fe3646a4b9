#ifndef VANTAGE_ANALYZE_TOOLS_JTL_H
#define VANTAGE_ANALYZE_TOOLS_JTL_H
/*
 * jtl - private to in_jtl and in_jtl_xml: one sample of JMeter's log, whatever its syntax.
 */
#include "analyze/tools/toolout.h"

enum jtl_field {
	JTL_TIME_STAMP,
	JTL_ELAPSED,
	JTL_LATENCY,
	JTL_CONNECT,
	JTL_SUCCESS,
	JTL_LABEL,
	JTL_CODE,
	JTL_MESSAGE,
	JTL_THREAD,
	JTL_BYTES,
	JTL_SENT_BYTES,
	JTL_N_FIELDS,
};

struct jtl_row {
	struct slice field[JTL_N_FIELDS]; /* p NULL: not there */
};

/* jtl_is_controller - the sum of other samples, not one of its own. */
bool jtl_is_controller(const struct jtl_row *row);

/*
 * jtl_take - a request out of the row; one that cannot be read is left out and counted.
 *   V_ELIMIT as toolout_add_request().
 */
enum vstatus
jtl_take(struct toolout *o, const struct jtl_row *row, uint64_t line, struct verr *err);

#endif
