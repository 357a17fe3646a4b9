/*
 * loadtool - see loadtool.h.
 *
 * Each line of the beginning is brought into a plain form (no colours, single blanks) and held
 * against the table of signs.  A strong sign decides at once; a weak one, which several tools or
 * forms share (the banner of netperf stands above its CSV, too), decides only if no strong one
 * follows.  Among the signs that fit one line, the table's order counts.
 *
 * A sign is a text with "*" for anything, from the beginning to the end of the line, or a
 * function where no such text can say it.  The texts were taken from outputs of the programs
 * themselves: iputils 20221126, fping 5.1, ab 2.3, JMeter 2.13 to 5.6, wrk 4.1, wrk2 4.0,
 * netperf 2.7, iperf 2.1 and 3.12, hey 0.1.4, sysstat 10 to 12.6, procps 3.3 and 4.0; those of k6
 * from its documentation.  A wrk2 that ran for less than its ten seconds of calibration, without
 * --latency, prints what wrk prints, and is taken for it.
 */
#include "core/loadtool.h"

#include <string.h>

/* No sign stands further right than this; a JSON document may be one long line. */
#define LINE_MAX_BYTES 4096
/* Nor a version longer than this. */
#define VERSION_CHARS "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-+_~"

static const struct {
	const char *name;
	const char *form;
	enum load_class class;
} kinds[LOAD_KINDS] = {
	[LOAD_UNKNOWN] = {"unknown", "output of an unknown program", LOAD_CLASS_NONE},
	[LOAD_PING] = {"ping", "text", LOAD_CLASS_PING},
	[LOAD_FPING] = {"fping", "text", LOAD_CLASS_PING},
	[LOAD_AB] = {"ab", "report", LOAD_CLASS_HTTP},
	[LOAD_AB_REQUESTS] = {"ab", "one line a request (-g)", LOAD_CLASS_HTTP},
	[LOAD_AB_PERCENTILES] = {"ab", "percentiles (-e)", LOAD_CLASS_HTTP},
	[LOAD_JTL_CSV] = {"jmeter", "JTL as CSV", LOAD_CLASS_HTTP},
	[LOAD_JTL_XML] = {"jmeter", "JTL as XML", LOAD_CLASS_HTTP},
	[LOAD_WRK] = {"wrk", "report", LOAD_CLASS_HTTP},
	[LOAD_WRK2] = {"wrk2", "report", LOAD_CLASS_HTTP},
	[LOAD_NETPERF] = {"netperf", "report", LOAD_CLASS_NETWORK},
	[LOAD_NETPERF_CSV] = {"netperf", "CSV (omni -o)", LOAD_CLASS_NETWORK},
	[LOAD_NETPERF_KEYVAL] = {"netperf", "KEY=VALUE (omni -k)", LOAD_CLASS_NETWORK},
	[LOAD_IPERF3_JSON] = {"iperf3", "JSON (-J)", LOAD_CLASS_NETWORK},
	[LOAD_IPERF3_STREAM] = {"iperf3", "JSON events (--json-stream)", LOAD_CLASS_NETWORK},
	[LOAD_IPERF3] = {"iperf3", "text", LOAD_CLASS_NETWORK},
	[LOAD_IPERF2] = {"iperf", "text", LOAD_CLASS_NETWORK},
	[LOAD_IPERF2_CSV] = {"iperf", "CSV (-y C)", LOAD_CLASS_NETWORK},
	[LOAD_HEY] = {"hey", "summary", LOAD_CLASS_HTTP},
	[LOAD_HEY_CSV] = {"hey", "one line a request (-o csv)", LOAD_CLASS_HTTP},
	[LOAD_K6] = {"k6", "summary", LOAD_CLASS_HTTP},
	[LOAD_K6_SUMMARY_JSON] = {"k6", "summary as JSON", LOAD_CLASS_HTTP},
	[LOAD_K6_POINTS_JSON] = {"k6", "points as JSON (--out json)", LOAD_CLASS_HTTP},
	[LOAD_K6_POINTS_CSV] = {"k6", "points as CSV (--out csv)", LOAD_CLASS_HTTP},
	[LOAD_MPSTAT] = {"mpstat", "text", LOAD_CLASS_COUNTERS},
	[LOAD_MPSTAT_JSON] = {"mpstat", "JSON", LOAD_CLASS_COUNTERS},
	[LOAD_SAR] = {"sar", "text", LOAD_CLASS_COUNTERS},
	[LOAD_SADF_CSV] = {"sar", "CSV (sadf -d)", LOAD_CLASS_COUNTERS},
	[LOAD_SADF_LINES] = {"sar", "one line a value (sadf -p)", LOAD_CLASS_COUNTERS},
	[LOAD_SADF_JSON] = {"sar", "JSON (sadf -j)", LOAD_CLASS_COUNTERS},
	[LOAD_VMSTAT] = {"vmstat", "text", LOAD_CLASS_COUNTERS},
	[LOAD_VMSTAT_DISK] = {"vmstat", "disks (-d)", LOAD_CLASS_COUNTERS},
	[LOAD_HPING3] = {"hping3", "text", LOAD_CLASS_NONE},
	[LOAD_HTTPING] = {"httping", "text", LOAD_CLASS_NONE},
	[LOAD_PIDSTAT] = {"pidstat", "text", LOAD_CLASS_NONE},
	[LOAD_IOSTAT] = {"iostat", "text", LOAD_CLASS_NONE},
};

/* Programs of other names that print the same. */
static const struct {
	const char *alias;
	const char *name;
} aliases[] = {
	{"ping6", "ping"},
	{"ping4", "ping"},
	{"oping", "ping"},
	{"fping6", "fping"},
	{"iperf2", "iperf"},
	{"ApacheBench", "ab"},
	{"sadf", "sar"},
};

#define N_ALIASES (sizeof aliases / sizeof *aliases)

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

/* A JTL without header: ten fields or more, one of them telling of success. */
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

enum strength { STRONG, WEAK };

struct sign {
	enum load_kind kind;
	enum strength strength;
	const char *line; /* with "*" for anything; NULL: fits tells */
	bool (*fits)(struct slice line);
	const char *file; /* only for files that are called so; NULL: all */
};

static const struct sign signs[] = {
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

#define N_SIGNS (sizeof signs / sizeof *signs)

/* ---- plain lines ---- */

/* Bytes of the escape sequence that begins here: ESC [ ... letter, or ESC and one more. */
static size_t
escape_length(struct slice s)
{
	size_t n = 2;

	if (s.n < 2 || s.p[1] != '[')
		return s.n < 2 ? s.n : 2;
	while (n < s.n && !(s.p[n] >= '@' && s.p[n] <= '~'))
		n++;
	return n < s.n ? n + 1 : n;
}

size_t
loadtool_plain(char *out, size_t size, struct slice line)
{
	size_t n = 0;
	bool blank = false;

	for (size_t i = 0; i < line.n && n + 2 < size; i++) {
		unsigned char c = (unsigned char)line.p[i];

		if (c == '\033') {
			i += escape_length((struct slice){line.p + i, line.n - i}) - 1;
			continue;
		}
		if (c <= ' ') {
			blank = n > 0;
			continue;
		}
		if (blank)
			out[n++] = ' ';
		blank = false;
		out[n++] = (char)c;
	}
	out[n] = '\0';
	return n;
}

/* ---- matching ---- */

/* "?" in a sign stands for one byte, "*" for any number. */
static bool
fits_here(struct slice text, const char *pattern, size_t n)
{
	if (text.n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (pattern[i] != '?' && pattern[i] != text.p[i])
			return false;
	return true;
}

/* Each piece between stars at its first place behind the one before; the last one at the end. */
static bool
fits_pattern(struct slice text, const char *pattern)
{
	size_t n = strcspn(pattern, "*");

	if (!fits_here(text, pattern, n))
		return false;
	text.p += n;
	text.n -= n;
	for (pattern += n; *pattern; pattern += n) {
		pattern++;
		n = strcspn(pattern, "*");
		if (!pattern[n]) {
			if (text.n < n)
				return false;
			text.p += text.n - n;
			text.n = n;
		}
		while (text.n >= n && !fits_here(text, pattern, n)) {
			text.p++;
			text.n--;
		}
		if (text.n < n)
			return false;
		text.p += n;
		text.n -= n;
	}
	return text.n == 0;
}

static const struct sign *
find_sign(struct slice line, const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	const char *base = slash ? slash + 1 : path;

	for (size_t i = 0; i < N_SIGNS; i++) {
		const struct sign *s = &signs[i];

		if (s->file && !(base && fits_pattern(slice_of(base), s->file)))
			continue;
		if (s->line ? fits_pattern(line, s->line) : s->fits(line))
			return s;
	}
	return NULL;
}

/* ---- versions ---- */

static const struct {
	enum load_kind kind;
	const char *before; /* the version stands behind these words */
} versions[] = {
	{LOAD_AB, "This is ApacheBench, Version "},
	{LOAD_IPERF3_JSON, "\"version\": \"iperf "},
	{LOAD_IPERF3_JSON, "\"version\":\"iperf "},
	{LOAD_IPERF3_STREAM, "\"version\":\"iperf "},
	{LOAD_IPERF3, "iperf "},
	{LOAD_MPSTAT_JSON, "\"sysstat-version\": \""},
	{LOAD_SADF_JSON, "\"sysstat-version\": \""},
};

static void
find_version(struct loadtool *t, struct slice line)
{
	for (size_t i = 0; !t->version[0] && i < sizeof versions / sizeof *versions; i++) {
		size_t at = slice_find(line, versions[i].before), n;
		const char *v;

		if (versions[i].kind != t->kind || at == SIZE_MAX)
			continue;
		v = line.p + at + strlen(versions[i].before);
		n = strspn(v, VERSION_CHARS);
		if (n && n < sizeof t->version && v[0] >= '0' && v[0] <= '9') {
			memcpy(t->version, v, n);
			t->version[n] = '\0';
		}
	}
}

/* ---- the whole ---- */

static struct slice
head_of(const char *text, size_t len)
{
	struct slice s = {text, len < LOADTOOL_HEAD_BYTES ? len : LOADTOOL_HEAD_BYTES};

	if (slice_starts(s, "\xef\xbb\xbf")) {
		s.p += 3;
		s.n -= 3;
	}
	return s;
}

static enum load_kind
find_kind(struct slice rest, const char *path)
{
	enum load_kind weak = LOAD_UNKNOWN;
	char plain[LINE_MAX_BYTES];
	struct slice line;

	while (slice_line(&line, &rest)) {
		size_t n = loadtool_plain(plain, sizeof plain, line);
		const struct sign *s = n ? find_sign((struct slice){plain, n}, path) : NULL;

		if (s && s->strength == STRONG)
			return s->kind;
		if (s && weak == LOAD_UNKNOWN)
			weak = s->kind;
	}
	return weak;
}

bool
loadtool_recognise(struct loadtool *t, const char *text, size_t len, const char *path)
{
	struct slice rest = head_of(text, len), line;
	char plain[LINE_MAX_BYTES];

	*t = (struct loadtool){.kind = find_kind(rest, path)};
	if (t->kind == LOAD_UNKNOWN)
		return false;
	while (!t->version[0] && slice_line(&line, &rest))
		find_version(t, (struct slice){plain, loadtool_plain(plain, sizeof plain, line)});
	return true;
}

const char *
loadtool_name(enum load_kind kind)
{
	return kinds[kind].name;
}

const char *
loadtool_form(enum load_kind kind)
{
	return kinds[kind].form;
}

enum load_class
loadtool_class(enum load_kind kind)
{
	return kinds[kind].class;
}

const char *
loadtool_program(struct slice word)
{
	for (size_t i = word.n; i > 0; i--)
		if (word.p[i - 1] == '/') {
			word.p += i;
			word.n -= i;
			break;
		}
	for (size_t i = 0; i < N_ALIASES; i++)
		if (slice_eq(word, aliases[i].alias))
			return aliases[i].name;
	for (size_t k = LOAD_UNKNOWN + 1; k < LOAD_KINDS; k++)
		if (slice_eq(word, kinds[k].name))
			return kinds[k].name;
	return NULL;
}
