/*
 * vcap - makes runs; so far of files that others recorded.
 */
#include "capture/commands.h"
#include "core/opt.h"

static const struct command commands[] = {
	{"import", "[POINT=]FILE...", "make a run of captures and tool outputs", NULL, cmd_import},
	{NULL, NULL, NULL, NULL, NULL},
};

int
main(int argc, char **argv)
{
	return command_main("vcap", "Records runs, and adopts recordings of others.", commands, NULL,
		argc, argv);
}
