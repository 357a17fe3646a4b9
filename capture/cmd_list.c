/*
 * cmd_list - "vcap list": the interfaces of this network namespace, and what they offer.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/commands.h"
#include "capture/hostinfo.h"
#include "capture/live.h"
#include "core/log.h"
#include "core/opt.h"
#include "core/str.h"

/* The strings of a list, with blanks between; "" for none. */
static char *
words_of(const struct json *list)
{
	struct strbuf b;

	strbuf_init(&b);
	for (const struct json *m = json_first(list); m; m = json_next(m))
		strbuf_addf(&b, "%s%s", b.n > 0 ? " " : "", json_str(m, ""));
	return strbuf_detach(&b);
}

static void
print_interface(const char *name, bool people)
{
	struct json *facts = json_object();
	char *types = live_tstamp_types(name), *offloads;

	hostinfo_interface(facts, name);
	offloads = words_of(json_get(facts, "offloads"));
	printf(people ? "%-16s %-8s %-28s %s\n" : "%s,%s,%s,%s\n", name,
		json_str(json_get(facts, "driver"), ""), types ? types : "", offloads);
	free(types);
	free(offloads);
	json_free(facts);
}

int
cmd_list(int argc, char **argv)
{
	const struct opt table[] = {{NULL, 0, OPT_FLAG, NULL, NULL, NULL, 0, 0, 0}};
	struct if_nameindex *list = NULL;
	bool people = isatty(STDOUT_FILENO);
	struct verr err;
	char **operands;
	size_t n;
	enum vstatus st = opt_parse(&operands, &n, argc, argv, table, NULL,
		"List interfaces with their drivers, types of time stamps and the offloads that "
		"are on: what --iface and --tstamp-type of \"vcap start\" take.",
		&err);

	if (st == V_END)
		return VEXIT_OK;
	if (st == V_OK && n > 0)
		st = verr_set(&err, V_EUSAGE, "unexpected argument %s", operands[0]);
	if (st == V_OK && !(list = if_nameindex()))
		st = verr_sys(&err, "cannot list the interfaces");
	if (st != V_OK) {
		log_error("list: %s", err.msg);
		return (int)vstatus_exit(st);
	}
	printf(people ? "%-16s %-8s %-28s %s\n" : "%s,%s,%s,%s\n", "interface", "driver",
		"tstamp_types", "offloads");
	for (const struct if_nameindex *i = list; i->if_name; i++)
		print_interface(i->if_name, people);
	if_freenameindex(list);
	return VEXIT_OK;
}
