/*
 * words - see words.h.
 */
#include "report/words.h"

#include <ctype.h>
#include <string.h>

#include "core/table.h"
#include "report/tables.h"

/* What people write for a unit of core/table; what is not here stays a word of the name. */
static const struct {
	const char *ending;
	const char *unit;
} units[] = {
	{"ns", "ns"},
	{"us", "\xc2\xb5s"},
	{"ms", "ms"},
	{"s", "s"},
	{"pct", "%"},
	{"bps", "bit/s"},
	{"pps", "pps"},
	{"bytes", "bytes"},
};

/* "factor_requests" is how results call a factor that is named like a value. */
static const char *
own_name(const char *name)
{
	return strncmp(name, "factor_", 7) == 0 ? name + 7 : name;
}

/* unit_of - the unit that a name ends in, NULL none; *n out: bytes of the name before it. */
static const char *
unit_of(const char *name, size_t *n)
{
	const char *ending = table_unit(name);

	*n = strlen(name);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (strcmp(ending, units[i].ending) != 0 || strlen(ending) + 1 >= *n)
			continue;
		*n -= strlen(ending) + 1;
		return units[i].unit;
	}
	return NULL;
}

static void
add_words(struct strbuf *out, const char *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_addc(out, name[i] == '_' ? ' ' : name[i]);
}

const char *
words_title(struct doc *d, const char *name)
{
	struct strbuf b;
	const char *text, *unit;
	size_t n;

	name = own_name(name);
	unit = unit_of(name, &n);
	strbuf_init(&b);
	add_words(&b, name, n);
	if (b.n)
		b.p[0] = (char)toupper((unsigned char)b.p[0]);
	if (unit)
		strbuf_addf(&b, " (%s)", unit);
	text = doc_take(d, &b);
	strbuf_release(&b);
	return text;
}

const char *
words_plain(struct doc *d, const char *name)
{
	struct strbuf b;
	const char *text;

	name = own_name(name);
	strbuf_init(&b);
	add_words(&b, name, strlen(name));
	text = doc_take(d, &b);
	strbuf_release(&b);
	return text;
}

void
words_level(struct strbuf *out, const char *name, const char *level)
{
	const char *unit;
	size_t n;

	name = own_name(name);
	unit = unit_of(name, &n);
	add_words(out, name, n);
	strbuf_addf(out, " %s", level);
	if (unit)
		strbuf_addf(out, "\xc2\xa0%s", unit);
}

void
words_amount(struct strbuf *out, const char *name, const char *level)
{
	size_t n;
	const char *unit = unit_of(own_name(name), &n);

	if (unit)
		strbuf_addf(out, "%s\xc2\xa0%s", level, unit);
	else
		words_level(out, name, level);
}

/* What the words of the name do not say well. */
static const struct {
	const char *metric;
	const char *name;
} metrics[] = {
	{"rtt_ns", "RTT"},
	{"overhead_ns", "overhead"},
	{"overhead_share_pct", "share of RTT"},
	{"overhead_out_ns", "overhead on the way out"},
	{"overhead_in_ns", "overhead on the way in"},
	{"rate_achieved_pps", "achieved rate"},
	{"latency_ns", "HTTP latency"},
	{"ttfb_ns", "time to the first byte"},
	{"connect_ns", "time to connect"},
	{"total_ns", "total time of a request"},
	{"run_total_ns", "total time of a run"},
	{"client_mean_ns", "mean of a client"},
	{"proxy_overhead_ns", "overhead of a proxy"},
	{"hit_latency_ns", "latency of hits"},
	{"miss_latency_ns", "latency of misses"},
	{"tcp_handshake_ns", "TCP handshake"},
	{"tcp_ack_ns", "TCP round trip"},
	{"tcp_timestamp_ns", "TCP round trip by time stamps"},
	{"total_throughput_bps", "throughput of all flows"},
	{"okay_pct", "share of okay messages"},
};

const char *
words_metric(struct doc *d, const char *metric)
{
	for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) {
		if (strcmp(metrics[i].metric, metric) == 0)
			return metrics[i].name;
	}
	return tables_quantity(d, metric);
}
