#ifndef VANTAGE_ANALYZE_COMMANDS_H
#define VANTAGE_ANALYZE_COMMANDS_H
/*
 * commands - vanalyze's commands, one file each; argv[0] is the command's name, the exit status
 * is returned.
 */
int cmd_rtt(int argc, char **argv);
int cmd_overhead(int argc, char **argv);
int cmd_http(int argc, char **argv);
int cmd_tcp(int argc, char **argv);
int cmd_throughput(int argc, char **argv);
int cmd_proxy(int argc, char **argv);
int cmd_transit(int argc, char **argv);
int cmd_counters(int argc, char **argv);
int cmd_describe(int argc, char **argv);
int cmd_ci(int argc, char **argv);
int cmd_cdf(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_kendall(int argc, char **argv);
int cmd_outliers(int argc, char **argv);
int cmd_info(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_all(int argc, char **argv);

#endif
