#ifndef VANTAGE_ANALYZE_LOADOBS_H
#define VANTAGE_ANALYZE_LOADOBS_H
/*
 * loadobs - the output of a load tool as an observation of the point `app`: its requests go the way
 * of those from captures, its rates and the numbers that it states stay with the observation.
 */
#include "analyze/observation.h"
#include "core/loadtool.h"

/*
 * loadobs_class - what the output of a run's tool can tell: by the tool's name where that is known
 *   here, else by the beginning of its file.  LOAD_CLASS_NONE also for a file that cannot be read.
 */
enum load_class loadobs_class(const struct run *run, const struct run_tool *tool);

/* loadobs_read - as observation_read(), of an observation whose is_load is set. */
void loadobs_read(struct observation *o, const struct observation_params *params);

#endif
