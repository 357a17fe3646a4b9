/*
 * cmd_mark - "vcap mark": an event with its time in run.json.
 */
#include <stdlib.h>

#include "capture/commands.h"
#include "capture/control.h"
#include "capture/settings.h"
#include "core/log.h"
#include "core/opt.h"
#include "core/str.h"

static char *
join_words(char **words, size_t n)
{
	struct strbuf b;

	strbuf_init(&b);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			strbuf_addc(&b, ' ');
		strbuf_adds(&b, words[i]);
	}
	return strbuf_detach(&b);
}

int
cmd_mark(int argc, char **argv)
{
	const char *name = SETTINGS_DEFAULT_NAME;
	const struct opt table[] = {
		{"name", 0, OPT_TEXT, &name, "NAME", "which recording (default vcap)", 0, 0, 0},
		{NULL, 0, OPT_FLAG, NULL, NULL, NULL, 0, 0, 0},
	};
	struct json *answer = NULL;
	struct verr err;
	char **words, *text;
	size_t n;
	enum vstatus st = opt_parse(&words, &n, argc, argv, table, NULL,
		"Put TEXT with its time among the events of the run that is being recorded.",
		&err);

	if (st == V_END)
		return VEXIT_OK;
	text = st == V_OK ? join_words(words, n) : NULL;
	if (text && slice_trim(slice_of(text)).n == 0)
		st = verr_set(&err, V_EUSAGE, "no text to mark with");
	if (st == V_OK)
		st = control_ask(&answer, name, CONTROL_MARK, text, &err);
	free(text);
	if (st != V_OK)
		log_error("mark: %s", err.msg);
	json_free(answer);
	return (int)vstatus_exit(st);
}
