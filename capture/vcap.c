/*
 * vcap - records runs, and adopts what others recorded.
 */
#include "capture/commands.h"
#include "core/opt.h"

static const struct command commands[] = {
	{"start", "", "record in the background", NULL, cmd_start},
	{"run", "-- CMD...", "record while a command runs", NULL, cmd_run},
	{"status", "", "show the recordings that are running", NULL, cmd_status},
	{"mark", "TEXT...", "put an event with its time into the run that is being recorded", NULL,
		cmd_mark},
	{"stop", "", "end a recording; show its packets, drops and bytes", NULL, cmd_stop},
	{"list", "", "list interfaces, their time-stamp types and offloads", NULL, cmd_list},
	{"import", "[POINT=]FILE...", "make a run of captures and tool outputs", NULL, cmd_import},
	{"join", "RUN...", "make one run of the parts that several machines recorded", NULL,
		cmd_join},
	{"reject", "RUN...", "mark runs that failed their quality check", NULL, cmd_reject},
	{NULL, NULL, NULL, NULL, NULL},
};

int
main(int argc, char **argv)
{
	return command_main("vcap", "Records runs, and adopts recordings of others.", commands,
		NULL, argc, argv);
}
