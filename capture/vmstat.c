/*
 * vmstat - what vmstat -t prints, in any width: see printed.h.
 *
 * Headings come again every screenful.  The first report is a mean since the machine's start: of
 * it, only what is a level (memory, tasks) goes into the table, so that its time marks where the
 * second one begins.  (Of "vmstat -y", whose first report is like the others, that costs one row of
 * rates.)  Memory is taken to be in KiB, which -S changes without a trace in the output.
 *
 * Sources: vmstat(8) of procps 3.3 and 4.0: si, so in KiB per second; bi, bo in blocks of 1024
 * bytes per second; us includes nice, sy the interrupts.
 */
#include "capture/printed_int.h"

#define KIB 1024
#define KIB_BITS 8192
#define COLUMNS_MAX 32
#define LINE_MAX_BYTES 1024

static const struct heading {
	const char *text;
	const char *column;
	int64_t scale;
	enum { LEVEL, MEAN } kind;
} headings[] = {
	{"r", "procs_running", 1, LEVEL},
	{"b", "procs_blocked", 1, LEVEL},
	{"swpd", "mem.swap_used_bytes", KIB, LEVEL},
	{"free", "mem.free_bytes", KIB, LEVEL},
	{"buff", "mem.buffers_bytes", KIB, LEVEL},
	{"cache", "mem.cached_bytes", KIB, LEVEL},
	{"inact", "mem.inactive_bytes", KIB, LEVEL},
	{"active", "mem.active_bytes", KIB, LEVEL},
	{"si", "swap.in_bps", KIB_BITS, MEAN},
	{"so", "swap.out_bps", KIB_BITS, MEAN},
	{"bi", "disk.all.read_bps", KIB_BITS, MEAN},
	{"bo", "disk.all.write_bps", KIB_BITS, MEAN},
	{"in", "interrupts_hz", 1, MEAN},
	{"cs", "context_switches_hz", 1, MEAN},
	{"us", "cpu.user_pct", 1, MEAN},
	{"sy", "cpu.system_pct", 1, MEAN},
	{"id", "cpu.idle_pct", 1, MEAN},
	{"wa", "cpu.iowait_pct", 1, MEAN},
	{"st", "cpu.steal_pct", 1, MEAN},
	{"gu", "cpu.guest_pct", 1, MEAN},
};

#define N_HEADINGS (sizeof headings / sizeof *headings)

struct reading {
	struct printed *p;
	struct grid *g;
	const struct heading *columns[COLUMNS_MAX];
	size_t n_columns;
	bool timed; /* the heading ends in a zone */
	struct when when;
	size_t n_reports;
};

static const struct heading *
find_heading(struct slice word)
{
	for (size_t i = 0; i < N_HEADINGS; i++)
		if (slice_eq(word, headings[i].text))
			return &headings[i];
	return NULL;
}

/* "r b swpd free buff cache si so bi bo in cs us sy id wa st UTC" */
static void
read_heading(struct reading *r, struct slice line, const struct when *when)
{
	struct slice word;

	r->n_columns = 0;
	r->timed = false;
	r->when = *when;
	while (r->n_columns < COLUMNS_MAX && slice_word(&word, &line)) {
		const struct heading *h = find_heading(word);

		if (h) {
			r->columns[r->n_columns++] = h;
			continue;
		}
		r->timed = true;
		if (!when->zoned && (slice_eq(word, "UTC") || slice_eq(word, "GMT")))
			r->when = (struct when){.zoned = true};
	}
}

static bool
cut_report(struct slice cell[COLUMNS_MAX], struct slice *rest, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!slice_word(&cell[i], rest))
			return false;
	*rest = slice_trim(*rest);
	return n > 0;
}

static bool
read_report(struct reading *r, struct slice line)
{
	struct slice cell[COLUMNS_MAX];
	int64_t t_ns;
	double v;

	if (!cut_report(cell, &line, r->n_columns) || !when_stamp(&t_ns, line, &r->when))
		return false;
	r->n_reports++;
	r->p->n_since_boot += r->n_reports == 1;
	for (size_t i = 0; i < r->n_columns; i++) {
		const struct heading *h = r->columns[i];
		uint32_t column = grid_column(r->g, h->column);

		if (r->n_reports == 1 && h->kind == MEAN)
			continue;
		if (printed_number(&v, cell[i], h->scale))
			grid_put(r->g, t_ns, column, v);
		else
			r->p->n_unreadable++;
	}
	return true;
}

enum vstatus
vmstat_read(struct printed *p, struct grid *g, struct slice text, const char *name,
	const struct when *when, struct verr *err)
{
	struct reading r = {.p = p, .g = g, .when = *when};
	char plain[LINE_MAX_BYTES];
	struct slice line;

	while (slice_line(&line, &text)) {
		struct slice s = {plain, loadtool_plain(plain, sizeof plain, line)};

		if (!s.n || slice_find(s, "--memory--") != SIZE_MAX)
			continue;
		if (slice_starts(s, "r b "))
			read_heading(&r, s, when);
		else if (r.n_columns && !r.timed)
			return verr_set(err, V_EDOM, "%s: no times: vmstat -t prints them", name);
		else if (r.n_columns)
			p->n_unknown += !read_report(&r, s);
	}
	return V_OK;
}
