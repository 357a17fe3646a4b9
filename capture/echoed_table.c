/*
 * echoed_table - THE TABLE of load tools' options: which are factors, and how they are written.
 *
 * Sources: the manual pages of netperf 2.7, iperf 2.1 and 3.12, ping (iputils 20221126), fping 5.1,
 * ab 2.3, wrk 4.1, wrk2 4.0, hey 0.1.4; the documentation of k6 and JMeter.  An option that is not
 * here and has an argument of its own is passed over together with what looks like one.
 */
#include "capture/echoed_int.h"

#define END                                \
	{                                  \
		NULL, SKIP, NULL, NULL, NULL \
	}

static const struct echoed_row netperf[] = {
	{"-t", TEXT, "test", NULL, NULL},
	{"-l", TEXT, "duration_s", NULL, NULL},
	{"-4", FLAG, "ip_version", NULL, "4"},
	{"-6", FLAG, "ip_version", NULL, "6"},
	{"-b", TEXT, "burst", NULL, NULL},
	{"-w", SKIP, NULL, NULL, NULL},
	{"-T", TEXT, "cpu_local", "cpu_remote", NULL},
	{"-H", SKIP, NULL, NULL, NULL},
	{"-L", SKIP, NULL, NULL, NULL},
	{"-p", SKIP, NULL, NULL, NULL},
	{"-P", SKIP, NULL, NULL, NULL},
	{"-v", SKIP, NULL, NULL, NULL},
	{"-f", SKIP, NULL, NULL, NULL},
	{"-D", SKIP, NULL, NULL, NULL},
	{"-i", SKIP, NULL, NULL, NULL},
	{"-I", SKIP, NULL, NULL, NULL},
	{"-F", SKIP, NULL, NULL, NULL},
	{"-B", SKIP, NULL, NULL, NULL},
	{"-a", SKIP, NULL, NULL, NULL},
	{"-A", SKIP, NULL, NULL, NULL},
	{"-o", SKIP, NULL, NULL, NULL},
	{"-O", SKIP, NULL, NULL, NULL},
	{"-W", SKIP, NULL, NULL, NULL},
	{"-c", SKIP_FLAG, NULL, NULL, NULL},
	{"-C", SKIP_FLAG, NULL, NULL, NULL},
	{"-j", SKIP_FLAG, NULL, NULL, NULL},
	END,
};

/* Behind "--". */
static const struct echoed_row netperf_test[] = {
	{"-m", SIZE, "message_bytes", NULL, NULL},
	{"-M", SIZE, "message_receive_bytes", NULL, NULL},
	{"-s", SIZE, "socket_bytes", "socket_receive_bytes", NULL},
	{"-S", SIZE, "socket_remote_bytes", "socket_remote_receive_bytes", NULL},
	{"-r", SIZE, "request_size_bytes", "response_size_bytes", NULL},
	{"-b", TEXT, "burst", NULL, NULL},
	{"-D", FLAG, "nodelay", NULL, "1"},
	{"-d", TEXT, "direction", NULL, NULL},
	{"-T", TEXT, "transport", NULL, NULL},
	{"-C", FLAG, "cork", NULL, "1"},
	{"-4", FLAG, "ip_version", NULL, "4"},
	{"-6", FLAG, "ip_version", NULL, "6"},
	{"-P", SKIP, NULL, NULL, NULL},
	{"-R", SKIP, NULL, NULL, NULL},
	{"-H", SKIP, NULL, NULL, NULL},
	{"-L", SKIP, NULL, NULL, NULL},
	{"-o", SKIP, NULL, NULL, NULL},
	{"-O", SKIP, NULL, NULL, NULL},
	{"-k", SKIP, NULL, NULL, NULL},
	END,
};

#define IPERF                                                    \
	{"-t", SECONDS, "duration_s", NULL, NULL},               \
		{"--time", SECONDS, "duration_s", NULL, NULL},   \
		{"-P", TEXT, "streams", NULL, NULL},             \
		{"--parallel", TEXT, "streams", NULL, NULL},     \
		{"-u", FLAG, "transport", NULL, "udp"},          \
		{"--udp", FLAG, "transport", NULL, "udp"},       \
		{"-b", RATE, "rate_bps", NULL, NULL},            \
		{"--bandwidth", RATE, "rate_bps", NULL, NULL},   \
		{"--bitrate", RATE, "rate_bps", NULL, NULL},     \
		{"-l", SIZE_BINARY, "message_bytes", NULL, NULL},\
		{"--len", SIZE_BINARY, "message_bytes", NULL, NULL}, \
		{"--length", SIZE_BINARY, "message_bytes", NULL, NULL}, \
		{"-w", SIZE_BINARY, "socket_bytes", NULL, NULL}, \
		{"--window", SIZE_BINARY, "socket_bytes", NULL, NULL}, \
		{"-n", SIZE_BINARY, "transfer_bytes", NULL, NULL}, \
		{"--bytes", SIZE_BINARY, "transfer_bytes", NULL, NULL}, \
		{"--num", SIZE_BINARY, "transfer_bytes", NULL, NULL}, \
		{"-M", TEXT, "mss_bytes", NULL, NULL},           \
		{"--set-mss", TEXT, "mss_bytes", NULL, NULL},    \
		{"-N", FLAG, "nodelay", NULL, "1"},              \
		{"--no-delay", FLAG, "nodelay", NULL, "1"},      \
		{"--nodelay", FLAG, "nodelay", NULL, "1"},       \
		{"-S", TEXT, "tos", NULL, NULL},                 \
		{"--tos", TEXT, "tos", NULL, NULL},              \
		{"-R", FLAG, "direction", NULL, "receive"},      \
		{"--reverse", FLAG, "direction", NULL, "receive"}, \
		{"-Z", FLAG, "zerocopy", NULL, "1"},             \
		{"-c", SKIP, NULL, NULL, NULL},                  \
		{"-p", SKIP, NULL, NULL, NULL},                  \
		{"-i", SKIP, NULL, NULL, NULL},                  \
		{"-f", SKIP, NULL, NULL, NULL},                  \
		{"-B", SKIP, NULL, NULL, NULL},                  \
		{"-s", SKIP_FLAG, NULL, NULL, NULL},             \
		{"-V", SKIP_FLAG, NULL, NULL, NULL}

static const struct echoed_row iperf3[] = {
	IPERF,
	{"--bidir", FLAG, "direction", NULL, "both"},
	{"-C", TEXT, "congestion_control", NULL, NULL},
	{"--congestion", TEXT, "congestion_control", NULL, NULL},
	{"-k", TEXT, "blocks", NULL, NULL},
	{"-O", SECONDS, "omit_s", NULL, NULL},
	{"--omit", SECONDS, "omit_s", NULL, NULL},
	{"-4", FLAG, "ip_version", NULL, "4"},
	{"-6", FLAG, "ip_version", NULL, "6"},
	{"-A", TEXT, "affinity", NULL, NULL},
	{"-T", SKIP, NULL, NULL, NULL},
	{"-J", SKIP_FLAG, NULL, NULL, NULL},
	{"-d", SKIP_FLAG, NULL, NULL, NULL},
	{"-1", SKIP_FLAG, NULL, NULL, NULL},
	END,
};

static const struct echoed_row iperf[] = {
	IPERF,
	{"-d", FLAG, "direction", NULL, "both"},
	{"-r", FLAG, "direction", NULL, "both in turn"},
	{"-y", SKIP, NULL, NULL, NULL},
	{"-e", SKIP_FLAG, NULL, NULL, NULL},
	END,
};

static const struct echoed_row ping[] = {
	{"-i", SECONDS, "interval_s", NULL, NULL},
	{"-s", TEXT, "payload_bytes", NULL, NULL},
	{"-c", TEXT, "count", NULL, NULL},
	{"-f", FLAG, "flood", NULL, "1"},
	{"-A", FLAG, "adaptive", NULL, "1"},
	{"-l", TEXT, "preload", NULL, NULL},
	{"-Q", TEXT, "tos", NULL, NULL},
	{"-t", TEXT, "ttl", NULL, NULL},
	{"-4", FLAG, "ip_version", NULL, "4"},
	{"-6", FLAG, "ip_version", NULL, "6"},
	{"-W", SKIP, NULL, NULL, NULL},
	{"-w", SKIP, NULL, NULL, NULL},
	{"-I", SKIP, NULL, NULL, NULL},
	{"-p", SKIP, NULL, NULL, NULL},
	{"-M", SKIP, NULL, NULL, NULL},
	{"-S", SKIP, NULL, NULL, NULL},
	{"-T", SKIP, NULL, NULL, NULL},
	{"-m", SKIP, NULL, NULL, NULL},
	{"-D", SKIP_FLAG, NULL, NULL, NULL},
	{"-O", SKIP_FLAG, NULL, NULL, NULL},
	{"-n", SKIP_FLAG, NULL, NULL, NULL},
	{"-q", SKIP_FLAG, NULL, NULL, NULL},
	{"-U", SKIP_FLAG, NULL, NULL, NULL},
	{"-v", SKIP_FLAG, NULL, NULL, NULL},
	END,
};

static const struct echoed_row fping[] = {
	{"-p", TEXT, "period_ms", NULL, NULL},
	{"-i", TEXT, "interval_ms", NULL, NULL},
	{"-b", TEXT, "payload_bytes", NULL, NULL},
	{"-c", TEXT, "count", NULL, NULL},
	{"-C", TEXT, "count", NULL, NULL},
	{"-O", TEXT, "tos", NULL, NULL},
	{"-H", TEXT, "ttl", NULL, NULL},
	{"-4", FLAG, "ip_version", NULL, "4"},
	{"-6", FLAG, "ip_version", NULL, "6"},
	{"-t", SKIP, NULL, NULL, NULL},
	{"-r", SKIP, NULL, NULL, NULL},
	{"-B", SKIP, NULL, NULL, NULL},
	{"-Q", SKIP, NULL, NULL, NULL},
	{"-I", SKIP, NULL, NULL, NULL},
	{"-S", SKIP, NULL, NULL, NULL},
	{"-f", SKIP, NULL, NULL, NULL},
	{"-D", SKIP_FLAG, NULL, NULL, NULL},
	{"-q", SKIP_FLAG, NULL, NULL, NULL},
	{"-l", SKIP_FLAG, NULL, NULL, NULL},
	{"-s", SKIP_FLAG, NULL, NULL, NULL},
	{"-n", SKIP_FLAG, NULL, NULL, NULL},
	{"-e", SKIP_FLAG, NULL, NULL, NULL},
	{"-a", SKIP_FLAG, NULL, NULL, NULL},
	{"-N", SKIP_FLAG, NULL, NULL, NULL},
	END,
};

static const struct echoed_row ab[] = {
	{"-n", TEXT, "requests", NULL, NULL},
	{"-c", TEXT, "concurrency", NULL, NULL},
	{"-t", TEXT, "duration_s", NULL, NULL},
	{"-k", FLAG, "keepalive", NULL, "1"},
	{"-b", TEXT, "socket_bytes", NULL, NULL},
	{"-m", TEXT, "http_method", NULL, NULL},
	{"-i", FLAG, "http_method", NULL, "HEAD"},
	{"-p", SKIP, NULL, NULL, NULL},
	{"-u", SKIP, NULL, NULL, NULL},
	{"-s", SKIP, NULL, NULL, NULL},
	{"-g", SKIP, NULL, NULL, NULL},
	{"-e", SKIP, NULL, NULL, NULL},
	{"-H", SKIP, NULL, NULL, NULL},
	{"-C", SKIP, NULL, NULL, NULL},
	{"-T", SKIP, NULL, NULL, NULL},
	{"-A", SKIP, NULL, NULL, NULL},
	{"-P", SKIP, NULL, NULL, NULL},
	{"-X", SKIP, NULL, NULL, NULL},
	{"-B", SKIP, NULL, NULL, NULL},
	{"-v", SKIP, NULL, NULL, NULL},
	{"-q", SKIP_FLAG, NULL, NULL, NULL},
	{"-l", SKIP_FLAG, NULL, NULL, NULL},
	{"-r", SKIP_FLAG, NULL, NULL, NULL},
	{"-d", SKIP_FLAG, NULL, NULL, NULL},
	{"-S", SKIP_FLAG, NULL, NULL, NULL},
	END,
};

/* wrk2 has -R beside. */
static const struct echoed_row wrk[] = {
	{"-t", TEXT, "threads", NULL, NULL},
	{"--threads", TEXT, "threads", NULL, NULL},
	{"-c", TEXT, "connections", NULL, NULL},
	{"--connections", TEXT, "connections", NULL, NULL},
	{"-d", SECONDS, "duration_s", NULL, NULL},
	{"--duration", SECONDS, "duration_s", NULL, NULL},
	{"-R", RATE, "rate_rps", NULL, NULL},
	{"--rate", RATE, "rate_rps", NULL, NULL},
	{"-s", SKIP, NULL, NULL, NULL},
	{"--script", SKIP, NULL, NULL, NULL},
	{"-H", SKIP, NULL, NULL, NULL},
	{"--header", SKIP, NULL, NULL, NULL},
	{"--timeout", SKIP, NULL, NULL, NULL},
	{"-L", SKIP_FLAG, NULL, NULL, NULL},
	END,
};

static const struct echoed_row hey[] = {
	{"-n", TEXT, "requests", NULL, NULL},
	{"-c", TEXT, "concurrency", NULL, NULL},
	{"-q", TEXT, "rate_per_worker_rps", NULL, NULL},
	{"-z", SECONDS, "duration_s", NULL, NULL},
	{"-m", TEXT, "http_method", NULL, NULL},
	{"-cpus", TEXT, "cpus", NULL, NULL},
	{"-h2", FLAG, "http2", NULL, "1"},
	{"-disable-keepalive", FLAG, "keepalive", NULL, "0"},
	{"-disable-compression", FLAG, "compression", NULL, "0"},
	{"-o", SKIP, NULL, NULL, NULL},
	{"-t", SKIP, NULL, NULL, NULL},
	{"-H", SKIP, NULL, NULL, NULL},
	{"-d", SKIP, NULL, NULL, NULL},
	{"-D", SKIP, NULL, NULL, NULL},
	{"-T", SKIP, NULL, NULL, NULL},
	{"-a", SKIP, NULL, NULL, NULL},
	{"-A", SKIP, NULL, NULL, NULL},
	{"-x", SKIP, NULL, NULL, NULL},
	{"-host", SKIP, NULL, NULL, NULL},
	END,
};

static const struct echoed_row k6[] = {
	{"-u", TEXT, "vus", NULL, NULL},
	{"--vus", TEXT, "vus", NULL, NULL},
	{"-d", SECONDS, "duration_s", NULL, NULL},
	{"--duration", SECONDS, "duration_s", NULL, NULL},
	{"-i", TEXT, "iterations", NULL, NULL},
	{"--iterations", TEXT, "iterations", NULL, NULL},
	{"--rps", TEXT, "rate_rps", NULL, NULL},
	END,
};

static const struct echoed_row jmeter[] = {
	{"-J", DEFINE, "*", NULL, NULL},
	{"-t", SKIP, NULL, NULL, NULL},
	{"-l", SKIP, NULL, NULL, NULL},
	{"-j", SKIP, NULL, NULL, NULL},
	{"-p", SKIP, NULL, NULL, NULL},
	{"-q", SKIP, NULL, NULL, NULL},
	END,
};

const struct echoed_section echoed_sections[] = {
	{"netperf", NULL, netperf},
	{"netperf", "--", netperf_test},
	{"iperf3", NULL, iperf3},
	{"iperf", NULL, iperf},
	{"ping", NULL, ping},
	{"fping", NULL, fping},
	{"ab", NULL, ab},
	{"wrk", NULL, wrk},
	{"wrk2", NULL, wrk},
	{"hey", NULL, hey},
	{"k6", NULL, k6},
	{"jmeter", NULL, jmeter},
};

const size_t echoed_n_sections = sizeof echoed_sections / sizeof *echoed_sections;
