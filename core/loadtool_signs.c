/*
 * loadtool_signs - THE TABLE of signs by which outputs of tools are told.
 *
 * A sign is a text from the beginning to the end of the line, "*" being anything, "?" a byte, or a
 * function where no such text can say it.  The texts were taken from outputs of the programs
 * themselves: iputils 20221126, fping 5.1, ab 2.3, JMeter 2.13 to 5.6, wrk 4.1, wrk2 4.0,
 * netperf 2.7, iperf 2.1 and 3.12, hey 0.1.4, sysstat 10 to 12.6, procps 3.3 and 4.0; those of k6
 * from its documentation.  A wrk2 that ran for less than its ten seconds of calibration, without
 * --latency, prints what wrk prints, and is taken for it.
 */
#include "core/loadtool_signs.h"

#include <string.h>

/* ---- signs that a text with "*" cannot say ---- */

static bool
is_number(struct slice s)
{
	double v;

	return slice_f64(s, &v);
}

/* "10.0.0.2 : 4.97 - 2.35 ...": fping -C. */
static bool
is_fping_counts(struct slice s)
{
	struct slice word;
	size_t n = 0;

	if (!slice_word(&word, &s) || !slice_word(&word, &s) || !slice_eq(word, ":"))
		return false;
	for (; slice_word(&word, &s); n++)
		if (!is_number(word) && !slice_eq(word, "-"))
			return false;
	return n > 0;
}

/* "10.0.0.2 (1.83 ms)": fping -e. */
static bool
is_fping_elapsed(struct slice s)
{
	struct slice host, number, unit;

	if (!slice_word(&host, &s) || !slice_word(&number, &s) || !slice_word(&unit, &s) || s.n)
		return false;
	if (!slice_starts(number, "(") || !slice_eq(unit, "ms)"))
		return false;
	return is_number((struct slice){number.p + 1, number.n - 1});
}

/* Words of its selectors that no other CSV header has. */
static bool
is_netperf_header(struct slice s)
{
	static const char *const names[] = {"Throughput Units", "Latency Microseconds",
		"Elapsed Time (sec)", "Socket Size Requested", "Transaction Rate Tran/s"};

	if (slice_find(s, ",") == SIZE_MAX)
		return false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_find(s, names[i]) != SIZE_MAX)
			return true;
	return false;
}

/* "P99_LATENCY=5300": what omni -k prints, or some of it. */
static bool
is_netperf_key(struct slice s)
{
	static const char *const keys[] = {"THROUGHPUT", "THROUGHPUT_UNITS", "ELAPSED_TIME",
		"SOCKET_TYPE", "TRANSACTION_RATE", "MIN_LATENCY", "MEAN_LATENCY", "P50_LATENCY",
		"LOCAL_SEND_THROUGHPUT", "LOCAL_SEND_SIZE", "REQUEST_SIZE", "LSS_SIZE_END",
		"RT_LATENCY"};
	struct slice key;

	if (slice_find(s, "=") == SIZE_MAX || !slice_cut(&key, &s, '='))
		return false;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (slice_eq(key, keys[i]))
			return true;
	return false;
}

/* "20261121110841,10.0.0.1,39384,10.0.0.2,5001,1,0.0-1.0,2493251644,19911446880[,...]" */
static bool
is_iperf2_csv(struct slice s)
{
	struct slice field[9], stamp;
	int64_t v;
	size_t n = 0;

	while (n < 9 && slice_cut(&field[n], &s, ','))
		n++;
	if (n < 9)
		return false;
	stamp = field[0];
	if (stamp.n > 14 && stamp.p[14] == '.') /* -e: with milliseconds */
		stamp.n = 14;
	return stamp.n == 14 && slice_i64(stamp, &v) && slice_find(field[6], "-") != SIZE_MAX &&
		slice_i64(field[7], &v) && slice_i64(field[8], &v);
}

/* "vm 1 2026-11-21 11:08:24 UTC all %user 39.80", or the time in seconds. */
static bool
is_sadf_line(struct slice s)
{
	struct slice word[8];
	size_t n = 0;
	int64_t interval;

	while (n < 8 && slice_word(&word[n], &s))
		n++;
	if (n < 6 || s.n || !slice_i64(word[1], &interval) || !is_number(word[n - 1]))
		return false;
	return slice_starts(word[n - 2], "%") || slice_ends(word[n - 2], "/s") ||
		slice_starts(word[n - 2], "kb") || slice_starts(word[n - 2], "ldavg-");
}

/* A JTL without header: eight fields or more, one of them telling of success. */
static bool
is_bare_jtl(struct slice s)
{
	struct slice field;
	bool success = false;
	size_t n = 0;

	for (; slice_cut(&field, &s, ','); n++)
		success = success || slice_eq(field, "true") || slice_eq(field, "false");
	return n >= 8 && success;
}

/* ---- the table ---- */

const struct loadtool_sign loadtool_signs[] = {
	{LOAD_HTTPING, STRONG, "connected to * seq=* time=*", NULL, NULL},
	{LOAD_HPING3, STRONG, "HPING *", NULL, NULL},
	{LOAD_HPING3, STRONG, "--- * hping statistic ---", NULL, NULL},
	{LOAD_HPING3, STRONG, "len=* ip=* rtt=*", NULL, NULL},
	{LOAD_PING, STRONG, "--- * ping statistics ---", NULL, NULL},
	{LOAD_PING, STRONG, "*--- * ping6 statistics ---", NULL, NULL},
	{LOAD_PING, STRONG, "* bytes from *", NULL, NULL},
	{LOAD_PING, STRONG, "*icmp_seq=*", NULL, NULL},
	{LOAD_PING, STRONG, "PING * bytes of data*", NULL, NULL},
	{LOAD_PING, STRONG, "PING *data bytes*", NULL, NULL},
	{LOAD_FPING, STRONG, "* : xmt/rcv/%loss = *", NULL, NULL},
	{LOAD_FPING, STRONG, "* : [*], * bytes, *", NULL, NULL},
	{LOAD_FPING, STRONG, "* : [*], timed out*", NULL, NULL},
	{LOAD_FPING, STRONG, "CHART fping.*", NULL, NULL},
	{LOAD_FPING, STRONG, "ICMP * from * for ICMP Echo sent to *", NULL, NULL},
	{LOAD_FPING, STRONG, NULL, is_fping_counts, NULL},
	{LOAD_FPING, STRONG, NULL, is_fping_elapsed, NULL},
	{LOAD_FPING, WEAK, "* is alive*", NULL, "*fping*"},
	{LOAD_FPING, WEAK, "* is unreachable", NULL, "*fping*"},

	{LOAD_AB_REQUESTS, STRONG, "starttime seconds ctime dtime ttime wait", NULL, NULL},
	{LOAD_AB_PERCENTILES, STRONG, "Percentage served,Time in ms", NULL, NULL},
	{LOAD_AB, STRONG, "This is ApacheBench, Version *", NULL, NULL},
	{LOAD_AB, STRONG, "Percentage of the requests served within a certain time*", NULL, NULL},
	{LOAD_AB, STRONG, "Time taken for tests: * seconds", NULL, NULL},
	{LOAD_JTL_XML, STRONG, "*<testResults*", NULL, NULL},
	{LOAD_JTL_CSV, STRONG, "*timeStamp?elapsed*", NULL, NULL},
	{LOAD_JTL_CSV, STRONG, "*elapsed*responseCode*", NULL, NULL},
	{LOAD_JTL_CSV, WEAK, NULL, is_bare_jtl, "*.jtl"},
	{LOAD_JTL_CSV, WEAK, NULL, is_bare_jtl, "*jmeter*"},
	{LOAD_WRK2, STRONG, "*Thread calibration: mean lat.*", NULL, NULL},
	{LOAD_WRK2, STRONG, "Latency Distribution (HdrHistogram*", NULL, NULL},
	{LOAD_WRK, WEAK, "Running * test @ *", NULL, NULL},
	{LOAD_WRK, WEAK, "Thread Stats Avg Stdev Max +/- Stdev", NULL, NULL},
	{LOAD_HEY_CSV, STRONG, "response-time,DNS+dialup,DNS,*", NULL, NULL},
	{LOAD_HEY, STRONG, "Response time histogram:", NULL, NULL},
	{LOAD_HEY, STRONG, "Details (average, fastest, slowest):", NULL, NULL},
	{LOAD_HEY, WEAK, "Status code distribution:", NULL, NULL},
	{LOAD_HEY, WEAK, "Slowest: * secs", NULL, NULL},
	{LOAD_K6_POINTS_CSV, STRONG, "metric_name,timestamp,metric_value,*", NULL, NULL},
	{LOAD_K6_POINTS_JSON, STRONG, "{*\"type\":*\"Metric\"*\"data\":*", NULL, NULL},
	{LOAD_K6_POINTS_JSON, STRONG, "{*\"type\":*\"Point\"*\"data\":*", NULL, NULL},
	{LOAD_K6_POINTS_JSON, STRONG, "{*\"data\":*\"type\":*\"Point\"*", NULL, NULL},
	{LOAD_K6_SUMMARY_JSON, STRONG, "*\"http_req_duration*\":*", NULL, NULL},
	{LOAD_K6_SUMMARY_JSON, STRONG, "*\"root_group\":*", NULL, NULL},
	{LOAD_K6_SUMMARY_JSON, STRONG, "*\"iteration_duration\":*", NULL, NULL},
	{LOAD_K6, STRONG, "http_req_duration...*:*avg=*", NULL, NULL},
	{LOAD_K6, STRONG, "*iteration_duration...*:*avg=*", NULL, NULL},
	{LOAD_K6, STRONG, "execution: local", NULL, NULL},

	{LOAD_NETPERF_CSV, STRONG, NULL, is_netperf_header, NULL},
	{LOAD_NETPERF_KEYVAL, STRONG, NULL, is_netperf_key, NULL},
	{LOAD_NETPERF, WEAK, "*TCP*TEST from * to *", NULL, NULL},
	{LOAD_NETPERF, WEAK, "*UDP*TEST from * to *", NULL, NULL},
	{LOAD_NETPERF, WEAK, "*SCTP*TEST from * to *", NULL, NULL},
	{LOAD_NETPERF, WEAK, "*OMNI*TEST from * to *", NULL, NULL},
	{LOAD_NETPERF, WEAK, "TCP STREAM TEST*", NULL, NULL},
	{LOAD_NETPERF, WEAK, "TCP REQUEST/RESPONSE TEST*", NULL, NULL},
	{LOAD_NETPERF, WEAK, "UDP UNIDIRECTIONAL SEND TEST*", NULL, NULL},
	{LOAD_NETPERF, WEAK, "UDP REQUEST/RESPONSE TEST*", NULL, NULL},
	{LOAD_NETPERF, WEAK, "Recv Send Send", NULL, NULL},
	{LOAD_NETPERF, WEAK, "bytes bytes bytes secs. *", NULL, NULL},
	{LOAD_NETPERF, WEAK, "bytes Bytes bytes bytes secs. per sec*", NULL, NULL},
	{LOAD_NETPERF, WEAK, NULL, is_number, "*netperf*"},
	{LOAD_IPERF3_STREAM, STRONG, "{\"event\":*\"start\",*", NULL, NULL},
	{LOAD_IPERF3_STREAM, STRONG, "{\"event\":*\"interval\",*", NULL, NULL},
	{LOAD_IPERF3_JSON, STRONG, "*\"version\":*\"iperf 3*", NULL, NULL},
	{LOAD_IPERF3_JSON, STRONG, "*\"tcp_mss_default\":*", NULL, NULL},
	{LOAD_IPERF3_JSON, STRONG, "*\"cpu_utilization_percent\":*", NULL, NULL},
	{LOAD_IPERF3, STRONG, "iperf 3.*", NULL, NULL},
	{LOAD_IPERF3, STRONG, "Connecting to host *, port *", NULL, NULL},
	{LOAD_IPERF3, STRONG, "Server listening on * (test #*", NULL, NULL},
	{LOAD_IPERF3, STRONG, "Accepted connection from *, port *", NULL, NULL},
	{LOAD_IPERF3, STRONG, "[ ID] Interval Transfer Bitrate*", NULL, NULL},
	{LOAD_IPERF3, STRONG, "[ ID][Role] Interval Transfer Bitrate*", NULL, NULL},
	{LOAD_IPERF2, STRONG, "Client connecting to *, * port *", NULL, NULL},
	{LOAD_IPERF2, STRONG, "Server listening on * port *", NULL, NULL},
	{LOAD_IPERF2, WEAK, "[ ID] Interval Transfer Bandwidth*", NULL, NULL},
	{LOAD_IPERF2_CSV, STRONG, NULL, is_iperf2_csv, NULL},

	{LOAD_PIDSTAT, STRONG, "* UID * PID *", NULL, NULL},
	{LOAD_PIDSTAT, STRONG, "* UID PID *", NULL, NULL},
	{LOAD_IOSTAT, STRONG, "avg-cpu: *", NULL, NULL},
	{LOAD_IOSTAT, STRONG, "Device* tps *", NULL, NULL},
	{LOAD_IOSTAT, STRONG, "*\"avg-cpu\":*", NULL, NULL},
	{LOAD_SADF_JSON, STRONG, "*\"file-date\":*", NULL, NULL},
	{LOAD_SADF_JSON, STRONG, "*\"timestamp\": {\"date\":*", NULL, NULL},
	{LOAD_MPSTAT_JSON, STRONG, "*\"cpu-load\": [*", NULL, NULL},
	{LOAD_MPSTAT_JSON, STRONG, "*\"sum-interrupts\": [*", NULL, NULL},
	{LOAD_SADF_CSV, STRONG, "# hostname;interval;timestamp*", NULL, NULL},
	{LOAD_SADF_LINES, STRONG, NULL, is_sadf_line, NULL},
	{LOAD_MPSTAT, STRONG, "*CPU %usr %nice %sys %iowait %irq %soft*", NULL, NULL},
	{LOAD_MPSTAT, STRONG, "*CPU %user %nice %sys %iowait %irq %soft*", NULL, NULL},
	{LOAD_MPSTAT, STRONG, "*NODE %usr %nice *", NULL, NULL},
	{LOAD_MPSTAT, STRONG, "* CPU intr/s*", NULL, NULL},
	{LOAD_MPSTAT, STRONG, "* CPU HI/s TIMER/s *", NULL, NULL},
	{LOAD_SAR, WEAK, "Linux * (*) *CPU)", NULL, NULL},
	{LOAD_SAR, WEAK, "* CPU %usr %nice %sys*", NULL, NULL},
	{LOAD_SAR, WEAK, "* CPU %user %nice %system*", NULL, NULL},
	{LOAD_SAR, WEAK, "* IFACE rxpck/s *", NULL, NULL},
	{LOAD_VMSTAT_DISK, STRONG, "disk- *reads--*writes--*", NULL, NULL},
	{LOAD_VMSTAT, STRONG, "*procs*--memory--*--swap--*", NULL, NULL},
	{LOAD_VMSTAT, STRONG, "r b swpd free *", NULL, NULL},
};

const size_t loadtool_n_signs = sizeof loadtool_signs / sizeof *loadtool_signs;
