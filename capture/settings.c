/*
 * settings - from words to numbers.
 *
 * Defaults that were measured:
 *   --buffer 8M     a ring of 2 MiB lost nothing at any rate one sender reached; 8 MiB bridges four
 *                   times as long a stall of the disk and still costs no time worth naming to set
 *                   up, while 64 MiB costs 0.2 s of CPU.
 *   --compress auto level 1, for cut packets -1 with smaller tables (see writer).  Flushed every
 *                   256 kB it gives 1.07 (ICMP echo), 1.11 (HTTP, 128 bytes a packet), 0.97 (TCP
 *                   headers) and 1.10 (HTTP, whole packets) times the bytes of unflushed level 3,
 *                   for 30 to 50 % of the compressor's time.
 */
#include "capture/settings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/live.h"
#include "capture/writer.h"
#include "core/alloc.h"
#include "core/file.h"
#include "core/run.h"
#include "core/tstamp.h"

#define LEVEL_MAX 19
#define BUFFER_MIN_BYTES ((uint64_t)1 << 20)
#define BUFFER_MAX_BYTES ((uint64_t)1 << 30)
#define ROTATE_MIN_BYTES ((uint64_t)1 << 16)
#define INTERVAL_MIN_NS NS_PER_MS
#define INTERVAL_MAX_NS NS_PER_S
#define DURATION_MIN_NS NS_PER_MS
#define DURATION_MAX_NS (INT64_C(366) * 86400 * NS_PER_S)
#define HOST_NAME_MAX_BYTES 255

void
settings_table(struct opt table[SETTINGS_OPTIONS], struct settings_words *w)
{
	const struct opt rows[] = {
		{"iface", 'i', OPT_LIST, &w->interfaces, "IF[@NETNS][:POINT]",
			"capture here; innermost first", 0, 0, 0},
		{"output", 'o', OPT_TEXT, &w->output, "DATASET",
			"default datasets/PLATFORM[-DRIVER]", 0, 0, 0},
		{"platform", 0, OPT_TEXT, &w->platform, "NAME", "native, kvm, docker, ...", 0, 0,
			0},
		{"driver", 0, OPT_TEXT, &w->driver, "NAME", "virtio, nat, ...", 0, 0, 0},
		{"factor", 0, OPT_LIST, &w->factors, "K=V", "a factor's level", 0, 0, 0},
		{"run-id", 0, OPT_TEXT, &w->run_id, "ID", "name of the run", 0, 0, 0},
		{"name", 0, OPT_TEXT, &w->name, "NAME", "of this recording (vcap)", 0, 0, 0},
		{"host-name", 0, OPT_TEXT, &w->host_name, "NAME", "of this machine", 0, 0, 0},
		{"filter", 'f', OPT_TEXT, &w->filter, "EXPR", "as pcap-filter(7)", 0, 0, 0},
		{"snaplen", 's', OPT_INT, &w->snaplen, "BYTES", "kept of a packet (128; 0: all)", 0,
			LIVE_SNAPLEN_MAX, 0},
		{"buffer", 0, OPT_TEXT, &w->buffer, "SIZE", "kernel ring, each (8M)", 0, 0, 0},
		{"tstamp-type", 0, OPT_TEXT, &w->tstamp_type, "TYPE",
			"whose clock (host); see vcap list", 0, 0, 0},
		{"promiscuous", 0, OPT_FLAG, &w->promiscuous, NULL,
			"also frames for other stations", 0, 0, 0},
		{"compress", 0, OPT_TEXT, &w->compress, "LEVEL", "auto, or 1 to 19", 0, 0, 0},
		{"counters", 0, OPT_TEXT, &w->counters, "INTERVAL", "1ms to 1s (100ms), off", 0, 0,
			0},
		{"counters-only", 0, OPT_FLAG, &w->counters_only, NULL, "capture no packets", 0, 0,
			0},
		{"watch", 0, OPT_LIST, &w->watches, "NAME=PID|CGROUP", "count this too", 0, 0, 0},
		{"duration", 0, OPT_DURATION, &w->duration_ns, "T", "stop after T",
			(double)DURATION_MIN_NS, (double)DURATION_MAX_NS, 0},
		{"max-size", 0, OPT_TEXT, &w->max_size, "SIZE", "stop at SIZE on disk", 0, 0, 0},
		{"rotate", 0, OPT_TEXT, &w->rotate, "SIZE", "new file after SIZE (1G)", 0, 0, 0},
		{"sync", 0, OPT_FLAG, &w->sync, NULL, "to the disk once a second", 0, 0, 0},
		{"user", 0, OPT_TEXT, &w->user, "NAME", "become NAME once open", 0, 0, 0},
		{"foreground", 0, OPT_FLAG, &w->foreground, NULL, "stay in the foreground", 0, 0,
			0},
		{NULL, 0, OPT_FLAG, NULL, NULL, NULL, 0, 0, 0},
	};

	*w = (struct settings_words){
		.platform = "unknown",
		.buffer = "8M",
		.compress = "auto",
		.counters = "100ms",
		.rotate = "1G",
		.snaplen = 128,
	};
	memcpy(table, rows, sizeof rows);
}

/* ---- sizes ---- */

bool
size_parse(uint64_t *bytes, struct slice text)
{
	static const char letters[] = "KMGT";
	const char *letter;
	int shift = 0;

	if (slice_ends(text, "iB"))
		text.n -= 2;
	if (text.n == 0)
		return false;
	letter = memchr(letters, text.p[text.n - 1] & ~0x20, sizeof letters - 1);
	if (letter) {
		shift = 10 * (int)(letter - letters + 1);
		text.n--;
	}
	if (!slice_u64(text, bytes) || *bytes > UINT64_MAX >> shift)
		return false;
	*bytes <<= shift;
	return true;
}

static enum vstatus
take_size(uint64_t *bytes, const char *option, const char *text, uint64_t min, uint64_t max,
	struct verr *err)
{
	if (!size_parse(bytes, slice_of(text)))
		return verr_set(err, V_EUSAGE, "option --%s: '%s' is no size such as 8M or 1G",
			option, text);
	if (*bytes < min || *bytes > max)
		return verr_set(err, V_EUSAGE,
			"option --%s: %s is not between %" PRIu64 " and %" PRIu64 " bytes", option,
			text, min, max);
	return V_OK;
}

static enum vstatus
take_sizes(struct settings *s, struct verr *err)
{
	const struct settings_words *w = &s->words;
	uint64_t buffer = 0;
	enum vstatus st =
		take_size(&buffer, "buffer", w->buffer, BUFFER_MIN_BYTES, BUFFER_MAX_BYTES, err);

	s->buffer_bytes = (size_t)buffer;
	if (st == V_OK)
		st = take_size(
			&s->rotate_bytes, "rotate", w->rotate, ROTATE_MIN_BYTES, UINT64_MAX, err);
	if (st == V_OK && w->max_size)
		st = take_size(
			&s->max_bytes, "max-size", w->max_size, ROTATE_MIN_BYTES, UINT64_MAX, err);
	return st;
}

/* ---- the rest ---- */

static enum vstatus
take_level(struct settings *s, struct verr *err)
{
	int64_t level = WRITER_LEVEL_AUTO;

	if (strcmp(s->words.compress, "auto") != 0 &&
		(!slice_i64(slice_of(s->words.compress), &level) || level < 1 || level > LEVEL_MAX))
		return verr_set(err, V_EUSAGE,
			"option --compress: '%s' is neither auto nor 1 to %d", s->words.compress,
			LEVEL_MAX);
	s->level = (int)level;
	return V_OK;
}

static enum vstatus
take_interval(struct settings *s, struct verr *err)
{
	const char *text = s->words.counters;

	s->interval_ns = 0;
	if (strcmp(text, "off") == 0)
		return V_OK;
	if (!duration_parse(&s->interval_ns, slice_of(text)) || s->interval_ns < INTERVAL_MIN_NS ||
		s->interval_ns > INTERVAL_MAX_NS)
		return verr_set(err, V_EUSAGE,
			"option --counters: '%s' is neither off nor 1ms to 1s", text);
	return V_OK;
}

/* What a capture costs is measured against runs without any. */
static enum vstatus
take_no_points(const struct settings *s, struct verr *err)
{
	if (s->words.interfaces.n > 0)
		return verr_set(err, V_EUSAGE, "--counters-only and --iface exclude each other");
	if (s->interval_ns == 0)
		return verr_set(err, V_EUSAGE, "--counters-only and --counters off record nothing");
	return V_OK;
}

static enum vstatus
take_points(struct settings *s, struct verr *err)
{
	const struct opt_list *list = &s->words.interfaces;
	enum vstatus st = V_OK;

	if (s->words.counters_only)
		return take_no_points(s, err);
	if (list->n == 0)
		return verr_set(err, V_EUSAGE,
			"nothing to capture: --iface IF is needed (\"vcap list\" names the interfaces)");
	if (list->n > SETTINGS_INTERFACES_MAX)
		return verr_set(err, V_EUSAGE, "more than %d interfaces", SETTINGS_INTERFACES_MAX);
	s->points = xcalloc(list->n, sizeof *s->points);
	for (; st == V_OK && s->n_points < list->n; s->n_points += st == V_OK) {
		st = ifspec_parse(&s->points[s->n_points], list->items[s->n_points], err);
		for (size_t k = 0; st == V_OK && k < s->n_points; k++)
			if (strcmp(s->points[k].point, s->points[s->n_points].point) == 0) {
				st = verr_set(err, V_EUSAGE,
					"two points are called %s: name them (--iface IF:POINT)",
					s->points[k].point);
				ifspec_release(&s->points[s->n_points]);
			}
	}
	return st;
}

bool
settings_has_factor(const struct opt_list *factors, size_t i)
{
	size_t n = strcspn(factors->items[i], "=") + 1;

	for (size_t k = 0; k < i; k++)
		if (strncmp(factors->items[k], factors->items[i], n) == 0)
			return true;
	return false;
}

static enum vstatus
check_factors(const struct settings_words *w, struct verr *err)
{
	for (size_t i = 0; i < w->factors.n; i++) {
		const char *text = w->factors.items[i], *equals = strchr(text, '=');
		char *name;
		bool ok;

		if (!equals || equals == text)
			return verr_set(err, V_EUSAGE, "--factor %s: expected NAME=LEVEL", text);
		name = xstrndup(text, (size_t)(equals - text));
		ok = run_factor_name_ok(name);
		free(name);
		if (!ok)
			return verr_set(err, V_EUSAGE,
				"--factor %s: that name is taken by a column of the samples tables",
				text);
		if (settings_has_factor(&w->factors, i))
			return verr_set(err, V_EUSAGE,
				"--factor %s: that factor has a level already", text);
	}
	return V_OK;
}

static enum vstatus
check_watches(struct settings *s, struct verr *err)
{
	const struct opt_list *list = &s->words.watches;

	s->watches = xcalloc(list->n + 1, sizeof *s->watches);
	for (size_t i = 0; i < list->n; i++) {
		const char *equals = strchr(list->items[i], '=');

		if (!equals || equals == list->items[i] || !equals[1])
			return verr_set(err, V_EUSAGE,
				"--watch %s: expected NAME=PID or NAME=CGROUP", list->items[i]);
		s->watches[i] = list->items[i];
	}
	return V_OK;
}

static bool
is_file_name(const char *name)
{
	return *name && *name != '.' && file_name_is_local(name) && !strchr(name, '/') &&
		strlen(name) <= HOST_NAME_MAX_BYTES / 2;
}

static enum vstatus
take_names(struct settings *s, struct verr *err)
{
	const struct settings_words *w = &s->words;
	char host[HOST_NAME_MAX_BYTES + 1] = "";
	char *kind = w->driver ? xasprintf("%s-%s", w->platform, w->driver) : xstrdup(w->platform);

	gethostname(host, sizeof host - 1);
	s->host_name = xstrdup(w->host_name ? w->host_name : *host ? host : "localhost");
	s->name = xstrdup(w->name ? w->name : SETTINGS_DEFAULT_NAME);
	s->run_name = xstrdup(w->name ? w->name : kind);
	s->run_id = w->run_id ? xstrdup(w->run_id) : NULL;
	s->dataset = w->output ? xstrdup(w->output) : xasprintf("datasets/%s", kind);
	free(kind);
	if (!*s->dataset)
		return verr_set(err, V_EUSAGE, "-o: the name of the dataset is empty");
	if (!is_file_name(s->name))
		return verr_set(err, V_EUSAGE, "--name %s: not usable as a file name", s->name);
	if (!is_file_name(s->run_name))
		return verr_set(err, V_EUSAGE, "%s: not usable as a file name", s->run_name);
	if (s->run_id && !is_file_name(s->run_id))
		return verr_set(err, V_EUSAGE, "--run-id %s: not usable as a file name", s->run_id);
	if (!is_file_name(s->host_name))
		return verr_set(
			err, V_EUSAGE, "--host-name %s: not usable as a file name", s->host_name);
	return V_OK;
}

enum vstatus
settings_check(struct settings *s, const struct settings_words *w, struct verr *err)
{
	enum vstatus st;

	*s = (struct settings){.words = *w};
	s->snaplen = w->snaplen == 0 ? LIVE_SNAPLEN_MAX : (uint32_t)w->snaplen;
	st = take_interval(s, err);
	if (st == V_OK)
		st = take_points(s, err);
	if (st == V_OK)
		st = take_sizes(s, err);
	if (st == V_OK)
		st = take_level(s, err);
	if (st == V_OK)
		st = check_factors(w, err);
	if (st == V_OK)
		st = check_watches(s, err);
	if (st == V_OK)
		st = take_names(s, err);
	if (st == V_OK && w->filter)
		st = live_check_filter(w->filter, err);
	return st;
}

void
settings_release(struct settings *s)
{
	for (size_t i = 0; i < s->n_points; i++)
		ifspec_release(&s->points[i]);
	free(s->points);
	free(s->dataset);
	free(s->name);
	free(s->run_id);
	free(s->run_name);
	free(s->host_name);
	free(s->watches);
	opt_list_release(&s->words.interfaces);
	opt_list_release(&s->words.factors);
	opt_list_release(&s->words.watches);
	*s = (struct settings){0};
}
