/*
 * cmd_reject - "vcap reject": mark runs that failed their quality check.
 *
 * A rejected run stays in its dataset with everything it holds: its state becomes "failed", with
 * the reason, and the analyses leave it out and say so.  A measurement that was thrown away
 * silently could not be told from one that was never made.
 *
 * A run whose recorder was killed says "recording" for ever; it may be rejected, one that is really
 * being recorded may not.
 */
#include <stdlib.h>

#include "capture/commands.h"
#include "core/alloc.h"
#include "core/log.h"
#include "core/opt.h"
#include "core/run.h"
#include "core/sums.h"

static enum vstatus
reject(const char *dir, const char *reason, struct verr *err)
{
	struct run r;
	enum vstatus st;

	run_init(&r);
	st = run_load(&r, dir, err);
	if (st == V_OK && r.state == RUN_RECORDING && run_is_held(dir))
		st = verr_set(err, V_EUSAGE, "%s: still being recorded ('vcap stop' ends it)", dir);
	if (st == V_OK) {
		r.state = RUN_FAILED;
		free(r.reason);
		r.reason = xstrdup(reason);
		st = run_store(&r, dir, err);
	}
	run_release(&r);
	return st == V_OK ? sums_store(dir, NULL, err) : st;
}

int
cmd_reject(int argc, char **argv)
{
	const char *reason = NULL;
	const struct opt table[] = {
		{"reason", 0, OPT_TEXT, &reason, "TEXT", "why (needed)", 0, 0, 0},
		{NULL, 0, OPT_FLAG, NULL, NULL, NULL, 0, 0, 0},
	};
	struct verr err;
	char **runs;
	size_t n;
	enum vstatus st = opt_parse(&runs, &n, argc, argv, table, NULL,
		"Mark RUN directories as failed. They stay as they are, but analyses leave them "
		"out (vanalyze --keep failed includes them).",
		&err);

	if (st == V_END)
		return VEXIT_OK;
	if (st == V_OK && (!reason || !*reason))
		st = verr_set(&err, V_EUSAGE, "--reason TEXT is needed");
	if (st == V_OK && n == 0)
		st = verr_set(&err, V_EUSAGE, "no RUN directory");
	for (size_t i = 0; st == V_OK && i < n; i++)
		st = reject(runs[i], reason, &err);
	if (st != V_OK)
		log_error("reject: %s", err.msg);
	return (int)vstatus_exit(st);
}
