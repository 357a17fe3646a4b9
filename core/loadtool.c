/*
 * loadtool - see loadtool.h.
 *
 * Each line of the beginning is brought into a plain form (no colours, single blanks) and held
 * against the table of signs.  A strong sign decides at once; a weak one, which several tools or
 * forms share (the banner of netperf stands above its CSV, too), decides only if no strong one
 * follows.  Among the signs that fit one line, the table's order counts.
 */
#include "core/loadtool.h"

#include <string.h>

#include "core/loadtool_signs.h"

/* No sign stands further right than this; a JSON document may be one long line. */
#define LINE_MAX_BYTES 4096
/* What the number of a version is made of. */
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

static const struct loadtool_sign *
find_sign(struct slice line, const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	const char *base = slash ? slash + 1 : path;

	for (size_t i = 0; i < loadtool_n_signs; i++) {
		const struct loadtool_sign *s = &loadtool_signs[i];

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
		const struct loadtool_sign *s =
			n ? find_sign((struct slice){plain, n}, path) : NULL;

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
