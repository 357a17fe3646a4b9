/*
 * vanalyze - recorded runs in, results out.
 */
#include "analyze/commands.h"
#include "analyze/stats/describe.h"
#include "core/opt.h"

static const struct command commands[] = {
	{"rtt", "DATASET|RUN|FILE...", "round-trip times at every point", NULL, cmd_rtt},
	{"overhead", "DATASET|RUN|FILE...", "what lies between two points, and its share", NULL,
		cmd_overhead},
	{"http", "DATASET|RUN|FILE...", "latency of HTTP requests at every point", NULL, cmd_http},
	{"tcp", "DATASET|RUN|FILE...", "round-trip times of TCP at every point", NULL, cmd_tcp},
	{"throughput", "DATASET|RUN|FILE...", "how much got through, and over a sweep", NULL,
		cmd_throughput},
	{"proxy", "DATASET|RUN|FILE...", "what a proxy costs, its hits and misses", NULL,
		cmd_proxy},
	{"transit", "DATASET|RUN|FILE...", "delay and loss of packets between two points", NULL,
		cmd_transit},
	{"counters", "DATASET|RUN|FILE...", "CPU, memory, network and disks meanwhile", NULL,
		cmd_counters},
	{"describe", "DATASET|TABLE...", "mean, deviation and quartiles of every cell", NULL,
		cmd_describe},
	{"ci", "DATASET|TABLE...", "confidence intervals of means and medians", NULL, cmd_ci},
	{"cdf", "DATASET|TABLE...", "distribution functions with confidence bands", NULL, cmd_cdf},
	{"compare", "DATASET...|TABLE...", "every platform against a baseline", NULL, cmd_compare},
	{"kendall", "DATASET|TABLE...", "rank correlation of factors with metrics", NULL,
		cmd_kendall},
	{"outliers", "DATASET|TABLE...", "in which scenarios the outliers are", NULL, cmd_outliers},
	{"all", "DATASET...", "everything that applies, for vreport", NULL, cmd_all},
	{"info", "DATASET|RUN|FILE...", "what is in it", NULL, cmd_info},
	{"check", "DATASET|RUN|FILE...", "is it intact: checksums, damage, drops, clocks", NULL,
		cmd_check},
	{NULL, NULL, NULL, NULL, NULL},
};

int
main(int argc, char **argv)
{
	stats_init();
	return command_main("vanalyze",
		"Round-trip times and virtualization overhead from recorded runs.", commands, NULL,
		argc, argv);
}
