/*
 * cmd_status - "vcap status": what the running recordings hold so far.
 */
#include <stdio.h>
#include <stdlib.h>

#include "capture/commands.h"
#include "capture/control.h"
#include "capture/summary.h"
#include "core/alloc.h"
#include "core/file.h"
#include "core/log.h"
#include "core/opt.h"

static void
print_json(struct json *const *reports, size_t n)
{
	struct json *o = json_object(), *list = json_add_array(o, "recordings");
	char *text;

	for (size_t i = 0; i < n; i++)
		json_add_copy(list, NULL, reports[i]);
	text = json_text(o);
	fputs(text, stdout);
	free(text);
	json_free(o);
}

static void
print_all(struct json *const *reports, size_t n, bool as_json)
{
	if (as_json)
		print_json(reports, n);
	else if (n > 0)
		summary_print(stdout, reports, n);
	else
		log_info("no recording is running");
}

/* All recordings; a socket that nobody answers is a leftover. */
static enum vstatus
ask_all(struct json ***reports, size_t *n, struct verr *err)
{
	char **names;
	size_t n_names;
	enum vstatus st = control_names(&names, &n_names, err);

	*reports = xcalloc(n_names + 1, sizeof **reports);
	*n = 0;
	for (size_t i = 0; st == V_OK && i < n_names; i++) {
		if (control_ask(&(*reports)[*n], names[i], CONTROL_STATUS, NULL, NULL) == V_OK)
			++*n;
		else
			control_forget(names[i]);
	}
	file_list_free(names, n_names);
	return st;
}

static enum vstatus
ask(struct json ***reports, size_t *n, const char *name, struct verr *err)
{
	enum vstatus st;

	if (!name)
		return ask_all(reports, n, err);
	*reports = xcalloc(1, sizeof **reports);
	st = control_ask(&(*reports)[0], name, CONTROL_STATUS, NULL, err);
	*n = st == V_OK;
	return st;
}

int
cmd_status(int argc, char **argv)
{
	const char *name = NULL;
	bool as_json = false;
	const struct opt table[] = {
		{"name", 0, OPT_TEXT, &name, "NAME", "only this recording", 0, 0, 0},
		{"json", 0, OPT_FLAG, &as_json, NULL, "all that is known, as JSON", 0, 0, 0},
		{NULL, 0, OPT_FLAG, NULL, NULL, NULL, 0, 0, 0},
	};
	struct json **reports = NULL;
	struct verr err;
	char **operands;
	size_t n = 0;
	enum vstatus st = opt_parse(&operands, &n, argc, argv, table, NULL,
		"Show the recordings that are running, a line for each point: packets, drops, "
		"bytes.  A table on a terminal, CSV elsewhere.",
		&err);

	if (st == V_END)
		return VEXIT_OK;
	if (st == V_OK && n > 0)
		st = verr_set(&err, V_EUSAGE, "unexpected argument %s", operands[0]);
	n = 0;
	if (st == V_OK)
		st = ask(&reports, &n, name, &err);
	if (st == V_OK)
		print_all(reports, n, as_json);
	else
		log_error("status: %s", err.msg);
	for (size_t i = 0; i < n; i++)
		json_free(reports[i]);
	free(reports);
	return (int)vstatus_exit(st);
}
