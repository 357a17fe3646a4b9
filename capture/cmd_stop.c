/*
 * cmd_stop - "vcap stop": end a recording, and say what it holds and what was lost.
 */
#include <stdio.h>
#include <stdlib.h>

#include "capture/commands.h"
#include "capture/control.h"
#include "capture/settings.h"
#include "capture/summary.h"
#include "core/log.h"
#include "core/opt.h"
#include "core/run.h"

/* A recording may have ended by itself; then the user wants to know how. */
static void
tell_of_last_run(const char *name)
{
	char *dir = control_last_run(name);
	struct run run;

	run_init(&run);
	if (dir && run_load(&run, dir, NULL) == V_OK)
		log_info("its last run, %s, is %s%s%s", dir, run_state_name(run.state),
			run.reason ? ": " : "", run.reason ? run.reason : "");
	run_release(&run);
	free(dir);
}

int
cmd_stop(int argc, char **argv)
{
	const char *name = SETTINGS_DEFAULT_NAME;
	const struct opt table[] = {
		{"name", 0, OPT_TEXT, &name, "NAME", "which recording (default vcap)", 0, 0, 0},
		{NULL, 0, OPT_FLAG, NULL, NULL, NULL, 0, 0, 0},
	};
	struct json *report = NULL;
	const char *loss;
	struct verr err;
	char **operands;
	size_t n;
	int status = VEXIT_OK;
	enum vstatus st = opt_parse(&operands, &n, argc, argv, table, NULL,
		"End a recording, and show packets, drops and bytes of its points.  Returns when "
		"everything is written.",
		&err);

	if (st == V_END)
		return VEXIT_OK;
	if (st == V_OK && n > 0)
		st = verr_set(&err, V_EUSAGE, "unexpected argument %s", operands[0]);
	if (st == V_OK)
		st = control_ask(&report, name, CONTROL_STOP, NULL, &err);
	if (st != V_OK) {
		log_error("stop: %s", err.msg);
		if (st == V_EIO)
			tell_of_last_run(name);
		return (int)vstatus_exit(st);
	}
	control_forget(name);
	summary_print(stdout, &report, 1);
	loss = summary_loss(report);
	if (loss) {
		log_warn("%s: %s", json_str(json_get(report, "run"), ""), loss);
		status = VEXIT_PARTIAL;
	}
	json_free(report);
	return status;
}
