/*
 * sysstat - what mpstat and sar print, and sadf -d: see printed.h.
 *
 * A line with the system, host and date comes first.  A heading begins with a time and names the
 * columns; lines of values begin with the time at which their interval ended.  The heading's time
 * is that at which the first one began; where it is the same, the values are those since the start
 * of the machine, and are left out.  Lines that begin with a word and a colon ("Average:") are
 * means over all, and restarts are marks: neither are values of a time.
 *
 * sar prints its families in turn for each interval while it records, but one family after the
 * other when it reads a file.  So each heading counts midnights for itself.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "capture/printed_int.h"
#include "core/alloc.h"
#include "core/tstamp.h"

#define WORDS_MAX 512
#define LINE_MAX_BYTES 8192
#define SERIES_MAX 64
#define HALF_DAY_NS (WHEN_DAY_NS / 2)
#define NO_TIME (-1)

struct words {
	struct slice word[WORDS_MAX];
	size_t n;
};

/* One family of values: the heading, and how far its clock is. */
struct series {
	char *heading;
	int64_t midnights;
	int64_t last_ns; /* time of day; NO_TIME: none yet */
};

struct reading {
	struct printed *p;
	struct grid *g;
	const struct when *when;
	const char *name;
	size_t line;
	int64_t day;
	bool dated;
	struct series series[SERIES_MAX];
	size_t n_series;
	struct series *now;
	char heading[LINE_MAX_BYTES]; /* that `columns` points into */
	struct words columns;
	size_t key; /* which of the columns names the instance; WORDS_MAX: none */
	int64_t begin_ns;
};

static bool
is_number(struct slice s)
{
	double v;

	return printed_number(&v, s, 1);
}

static bool
is_upper(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isupper((unsigned char)s.p[i]))
			return false;
	return s.n > 1;
}

/* Does the text hold a number among its words?  A heading does not. */
static bool
cut_words(struct words *w, struct slice rest)
{
	bool number = false;

	for (w->n = 0; w->n < WORDS_MAX && slice_word(&w->word[w->n], &rest); w->n++)
		number = number || is_number(w->word[w->n]);
	return number;
}

/* "Linux 6.1.0 (host)  11/21/26  _x86_64_  (2 CPU)" */
static void
read_banner(struct reading *r, struct slice line)
{
	struct slice word;
	bool ambiguous;

	while (slice_word(&word, &line)) {
		if (!r->p->host && word.n > 2 && word.p[0] == '(' && slice_ends(word, ")"))
			r->p->host = xstrndup(word.p + 1, word.n - 2);
		if (r->when->dated || !when_day(&r->day, &ambiguous, word))
			continue;
		r->dated = true;
		r->p->ambiguous_date = r->p->ambiguous_date || ambiguous;
		for (size_t i = 0; i < r->n_series; i++)
			r->series[i] = (struct series){r->series[i].heading, 0, NO_TIME};
	}
}

static struct series *
find_series(struct reading *r, struct slice heading)
{
	struct series *s;

	for (size_t i = 0; i < r->n_series; i++)
		if (slice_eq(heading, r->series[i].heading))
			return &r->series[i];
	if (r->n_series == SERIES_MAX)
		return NULL;
	s = &r->series[r->n_series++];
	*s = (struct series){xstrndup(heading.p, heading.n), 0, NO_TIME};
	return s;
}

/* The time since 1970 of a time of day, with the midnights that passed. */
static int64_t
advance(struct reading *r, int64_t ns_of_day)
{
	struct series *s = r->now;

	if (s->last_ns != NO_TIME && ns_of_day + HALF_DAY_NS < s->last_ns)
		s->midnights++;
	s->last_ns = ns_of_day;
	return when_time(r->when, r->day + s->midnights, ns_of_day);
}

/* FILESYSTEM stands at the end of its lines, the other keys at the beginning. */
static size_t
find_key(const struct words *w)
{
	if (w->n && is_upper(w->word[0]))
		return 0;
	return w->n && is_upper(w->word[w->n - 1]) ? w->n - 1 : WORDS_MAX;
}

static void
read_heading(struct reading *r, struct slice text, int64_t ns_of_day)
{
	text = slice_trim(text);
	r->now = find_series(r, text);
	if (!r->now) {
		r->p->n_unknown++;
		return;
	}
	memcpy(r->heading, text.p, text.n);
	cut_words(&r->columns, (struct slice){r->heading, text.n});
	r->key = find_key(&r->columns);
	r->begin_ns = advance(r, ns_of_day);
}

static void
read_values(struct reading *r, const struct words *w, int64_t ns_of_day)
{
	struct slice none = {"", 0}, key = none, instance = none;
	char column[PRINTED_NAME_SIZE];
	int64_t t_ns = advance(r, ns_of_day), scale;
	double v;

	if (t_ns == r->begin_ns) {
		r->p->n_since_boot++;
		return;
	}
	if (r->key != WORDS_MAX) {
		key = r->columns.word[r->key];
		instance = w->word[r->key];
	}
	grid_mark(r->g, r->begin_ns);
	for (size_t i = 0; i < w->n; i++) {
		if (i == r->key)
			continue;
		printed_field(column, &scale, key, instance, r->columns.word[i]);
		if (printed_number(&v, w->word[i], scale))
			grid_put(r->g, t_ns, grid_column(r->g, column), v);
		else
			r->p->n_unreadable++;
	}
}

static bool
is_mean_of_all(struct slice line)
{
	struct slice word;

	if (!slice_word(&word, &line))
		return false;
	if (!slice_ends(word, ":") && !slice_word(&word, &line))
		return false;
	return slice_ends(word, ":");
}

static enum vstatus
read_line(struct reading *r, struct slice line, struct verr *err)
{
	struct slice rest = line;
	struct words w;
	int64_t ns_of_day;

	if (slice_starts(line, "Linux ")) {
		read_banner(r, line);
		return V_OK;
	}
	if (!when_clock(&ns_of_day, &rest)) {
		r->p->n_unknown += r->n_series && !is_mean_of_all(line);
		return V_OK;
	}
	if (!r->dated)
		return verr_set(err, V_EUSAGE,
			"%s: line %zu: times of an unknown day: --date YYYY-MM-DD tells it",
			r->name, r->line);
	if (slice_starts(slice_trim(rest), "LINUX RESTART"))
		return V_OK;
	if (!cut_words(&w, rest))
		read_heading(r, rest, ns_of_day);
	else if (r->now && w.n == r->columns.n)
		read_values(r, &w, ns_of_day);
	else
		r->p->n_unknown++; /* a line that was cut */
	return V_OK;
}

enum vstatus
sysstat_read(struct printed *p, struct grid *g, struct slice text, const char *name,
	const struct when *when, struct verr *err)
{
	struct reading *r = xcalloc(1, sizeof *r);
	char plain[LINE_MAX_BYTES];
	struct slice line;
	enum vstatus st = V_OK;

	r->p = p;
	r->g = g;
	r->when = when;
	r->name = name;
	r->day = when->day;
	r->dated = when->dated;
	while (st == V_OK && slice_line(&line, &text)) {
		size_t n = loadtool_plain(plain, sizeof plain, line);

		r->line++;
		if (n)
			st = read_line(r, (struct slice){plain, n}, err);
	}
	for (size_t i = 0; i < r->n_series; i++)
		free(r->series[i].heading);
	free(r);
	return st;
}

/* ---- sadf -d ---- */

/* Fields of "# hostname;interval;timestamp;CPU;%user;..." */
enum { SADF_HOST, SADF_INTERVAL, SADF_TIME, SADF_FIRST };

static void
cut_fields(struct words *w, struct slice rest)
{
	for (w->n = 0; w->n < WORDS_MAX && slice_cut(&w->word[w->n], &rest, ';'); w->n++)
		w->word[w->n] = slice_trim(w->word[w->n]);
}

static bool
sadf_time(int64_t *t_ns, struct slice s, const struct when *when)
{
	return tstamp_parse_epoch(t_ns, s) || when_stamp(t_ns, s, when);
}

/* One line of values below its heading; false: it is none. */
static bool
sadf_values(struct reading *r, const struct words *w)
{
	struct slice none = {"", 0}, key = none, instance = none;
	char column[PRINTED_NAME_SIZE];
	int64_t t_ns, interval_s, scale;
	double v;

	if (w->n != r->columns.n || w->n <= SADF_FIRST ||
		!slice_i64(w->word[SADF_INTERVAL], &interval_s) ||
		!sadf_time(&t_ns, w->word[SADF_TIME], r->when))
		return false;
	if (!r->p->host)
		r->p->host = xstrndup(w->word[SADF_HOST].p, w->word[SADF_HOST].n);
	if (interval_s > 0)
		grid_mark(r->g, t_ns - interval_s * NS_PER_S);
	if (r->key != WORDS_MAX) {
		key = r->columns.word[r->key];
		instance = w->word[r->key];
	}
	for (size_t i = SADF_FIRST; i < w->n; i++) {
		if (i == r->key)
			continue;
		printed_field(column, &scale, key, instance, r->columns.word[i]);
		if (printed_number(&v, w->word[i], scale))
			grid_put(r->g, t_ns, grid_column(r->g, column), v);
		else
			r->p->n_unreadable++;
	}
	return true;
}

static void
sadf_heading(struct reading *r, struct slice line)
{
	memcpy(r->heading, line.p, line.n);
	cut_fields(&r->columns, (struct slice){r->heading, line.n});
	r->key = r->columns.n > SADF_FIRST && is_upper(r->columns.word[SADF_FIRST]) ? SADF_FIRST
										    : WORDS_MAX;
}

enum vstatus
sadf_read(struct printed *p, struct grid *g, struct slice text, const char *name,
	const struct when *when, struct verr *err)
{
	struct reading *r = xcalloc(1, sizeof *r);
	char plain[LINE_MAX_BYTES];
	struct slice line;
	struct words w;

	(void)name;
	(void)err;
	r->p = p;
	r->g = g;
	r->when = when;
	while (slice_line(&line, &text)) {
		struct slice s = {plain, loadtool_plain(plain, sizeof plain, line)};

		cut_fields(&w, s);
		if (slice_starts(s, "# hostname;"))
			sadf_heading(r, s);
		else if (s.n && r->columns.n && slice_find(s, "LINUX-RESTART") == SIZE_MAX)
			p->n_unknown += !sadf_values(r, &w);
	}
	free(r);
	return V_OK;
}
