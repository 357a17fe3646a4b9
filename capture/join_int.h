#ifndef VANTAGE_CAPTURE_JOIN_INT_H
#define VANTAGE_CAPTURE_JOIN_INT_H
/*
 * join_int - private to join: the check of the parts.
 */
#include "core/err.h"
#include "core/run.h"

/*
 * join_check - V_EUSAGE unless parts[n] are of one execution: the same id (unless run_id is
 *   given), platform, driver and levels, and no host or point twice.
 */
enum vstatus join_check(const struct run *parts, size_t n, const char *run_id, struct verr *err);

#endif
