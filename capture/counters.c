/*
 * counters - see counters.h.
 *
 * Every source of the table meets every place that it is for; what of this exists as a file is a
 * feed: a descriptor, a parser, and the rows that its text had at the first look.  A row owns as
 * many neighbouring columns as its source has fields.
 *
 * A sample reads each file from its beginning (pread: nothing is opened, no offset kept), parses
 * the text at once and puts the numbers of the rows that are known into their columns.  Rows
 * mostly come in the order of the first look, so the search for a row begins behind the one
 * found last.  One buffer serves all files in turn.  It has room for twice the text of the first
 * look and more; what a text that has grown even beyond that holds at its end leaves empty cells.
 *
 * Sums that are made here (SOURCE_ROWS_TOTAL) exist only while every row of the first look is
 * there: with a CPU offline the sum of the others would be a step back that never happened.
 *
 * Consistency: files are read one after the other, within a fraction of a millisecond; no two of
 * them are of the same instant, and t_ns is the caller's.
 */
#include "capture/counters.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/nicirq.h"
#include "capture/place.h"
#include "capture/sources.h"
#include "core/alloc.h"
#include "core/log.h"

#define TEXT_MAX_BYTES ((size_t)16 << 20) /* /proc/interrupts of 1,000 CPUs has 8 MB */
#define TEXT_SPARE_BYTES ((size_t)64 << 10)

struct feed_row {
	char *key;
	char *label;
	size_t n_key;
	size_t n_label;
	size_t column; /* its first */
};

struct feed {
	const struct source *source;
	const char *instance; /* the place's */
	int fd;
	bool same_text; /* the file of the feed before it, whose text is still there */
	bool total;     /* rows[0] is the sum of the others */
	bool total_cut; /* but some of these met the limit of columns: there is no sum */
	int64_t due_ns;
	struct feed_row *rows;
	size_t n_rows;
	size_t cap_rows;
};

struct column {
	char *name;
	const struct row_field *field;
};

struct counters {
	struct places places;
	struct nicirq nicirq;
	struct feed *feeds;
	size_t n_feeds;
	size_t cap_feeds;
	struct column *columns;
	size_t n_columns;
	size_t cap_columns;
	size_t n_rows_left_out;        /* beyond COUNTERS_COLUMNS_MAX */
	struct counters_extra *extras; /* their columns are the last */
	size_t n_extras;
	uint64_t *values; /* by column, valid where `present` */
	bool *present;
	char *text;
	size_t cap_text;
	bool open; /* the first look is over: nothing grows any more */
};

/* ---- reading ---- */

static bool
text_grow(struct counters *c)
{
	if (c->open || c->cap_text >= TEXT_MAX_BYTES)
		return false;
	c->cap_text = c->cap_text ? 2 * c->cap_text : TEXT_SPARE_BYTES;
	c->text = xrealloc(c->text, c->cap_text, 1);
	return true;
}

/* The file from its beginning; empty when the kernel refuses or the file's object is gone. */
static struct slice
read_text(struct counters *c, int fd)
{
	size_t n = 0;
	ssize_t got;

	do {
		if (n == c->cap_text && !text_grow(c))
			break;
		got = pread(fd, c->text + n, c->cap_text - n, (off_t)n);
		if (got > 0)
			n += (size_t)got;
		else if (got < 0 && errno != EINTR)
			n = 0;
	} while (got > 0 || (got < 0 && errno == EINTR));
	return (struct slice){c->text, n};
}

/* ---- the first look ---- */

/*
 * Keys come from the kernel and mostly are plain names.  What would disturb a CSV header or a
 * terminal is replaced: blanks and commas by "_", other bytes than printable ASCII by \xNN.
 */
static void
add_clean(struct strbuf *b, const char *text)
{
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == ' ' || byte == ',' || byte == '"')
			strbuf_addc(b, '_');
		else if (byte > ' ' && byte < 0x7f)
			strbuf_addc(b, *text);
		else
			strbuf_addf(b, "\\x%02x", byte);
	}
}

static char *
column_name(const struct feed *f, const struct feed_row *row, const struct row_field *field)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_adds(&b, f->source->head);
	add_clean(&b, f->instance);
	add_clean(&b, row->key);
	if (row->n_label > 0) {
		strbuf_addc(&b, '.');
		add_clean(&b, row->label);
	}
	strbuf_adds(&b, f->source->sep);
	strbuf_adds(&b, field->name);
	return strbuf_detach(&b);
}

static void
add_column(struct counters *c, char *name, const struct row_field *field)
{
	GROW(c->columns, c->n_columns, c->cap_columns);
	c->columns[c->n_columns++] = (struct column){name, field};
}

static void
add_row(struct counters *c, struct feed *f, struct slice key, struct slice label)
{
	const struct source *s = f->source;
	struct feed_row *row;

	if (c->n_columns + s->n_fields + c->n_extras > COUNTERS_COLUMNS_MAX) {
		c->n_rows_left_out++;
		return;
	}
	GROW(f->rows, f->n_rows, f->cap_rows);
	row = &f->rows[f->n_rows++];
	*row = (struct feed_row){
		xstrndup(key.p, key.n), xstrndup(label.p, label.n), key.n, label.n, c->n_columns};
	for (size_t i = 0; i < s->n_fields; i++)
		add_column(c, column_name(f, row, &s->fields[i]), &s->fields[i]);
}

static bool
has_counted(const struct row *row, size_t n_fields)
{
	for (size_t i = 0; i < n_fields; i++)
		if ((row->present & UINT32_C(1) << i) && row->value[i] > 0)
			return true;
	return false;
}

static bool
is_wanted(const struct counters *c, const struct source *s, const struct row *row)
{
	if (memchr(row->key.p, '\0', row->key.n) || memchr(row->label.p, '\0', row->label.n))
		return false;
	if (s->scope == SOURCE_NIC)
		return nicirq_has(&c->nicirq, row->key, row->label);
	return s->rows != SOURCE_ROWS_USED || has_counted(row, s->n_fields);
}

/* The feed's row with this key and label, looked for from *from on and round; NULL if unknown. */
static const struct feed_row *
find_row(const struct feed *f, const struct row *row, size_t *from)
{
	for (size_t k = 0; k < f->n_rows; k++) {
		size_t i = *from + k < f->n_rows ? *from + k : *from + k - f->n_rows;
		const struct feed_row *r = &f->rows[i];

		if (r->n_key == row->key.n && r->n_label == row->label.n &&
			memcmp(r->key, row->key.p, r->n_key) == 0 &&
			memcmp(r->label, row->label.p, r->n_label) == 0) {
			*from = i + 1;
			return r;
		}
	}
	return NULL;
}

/* Make rows of what the text has; a key that comes twice makes one. */
static void
look_at(struct counters *c, struct feed *f, struct slice text)
{
	const struct source *s = f->source;
	struct row row = {0};
	size_t from = 0, left_out = c->n_rows_left_out;

	if (s->rows == SOURCE_ROWS_TOTAL && text.n > 0) {
		add_row(c, f, SLICE_LIT(""), SLICE_LIT(""));
		f->total = f->n_rows > 0;
	}
	while (s->next(&row, &text, s->fields, s->n_fields))
		if (is_wanted(c, s, &row) && !find_row(f, &row, &from))
			add_row(c, f, row.key, row.label);
	f->total_cut = c->n_rows_left_out > left_out;
}

/* ---- opening ---- */

static int
open_file(const char *root, const struct place *place, const struct source *s)
{
	char *path;
	int fd;

	if (place->fd >= 0)
		return openat(place->fd, s->file, O_RDONLY | O_CLOEXEC);
	path = s->controller
		? xasprintf("%s/sys/fs/cgroup/%s/%s/%s", root, s->controller, place->dir, s->file)
		: xasprintf("%s/%s/%s", root, place->dir, s->file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	return fd;
}

static bool
shares_text(const struct counters *c, const struct place *place, const struct source *s)
{
	const struct feed *last = c->n_feeds ? &c->feeds[c->n_feeds - 1] : NULL;

	return last && last->instance == place->instance && !s->every_ns &&
		last->source->scope == s->scope && strcmp(last->source->file, s->file) == 0;
}

static enum vstatus
add_feed(struct counters *c, const char *root, const struct place *place, const struct source *s,
	struct verr *err)
{
	struct feed f = {.source = s, .instance = place->instance, .due_ns = INT64_MIN};

	f.same_text = shares_text(c, place, s);
	f.fd = f.same_text ? c->feeds[c->n_feeds - 1].fd : open_file(root, place, s);
	if (f.fd < 0 && (errno == EMFILE || errno == ENFILE))
		return verr_sys(err,
			"%zu files of counters are open, and %s of %s%s is one too "
			"many: raise the limit of open files (ulimit -n) or watch less",
			c->n_feeds, s->file, s->head, place->instance);
	if (f.fd < 0)
		return V_OK;
	look_at(c, &f, read_text(c, f.fd));
	if (f.n_rows == 0 && !f.same_text)
		close(f.fd);
	if (f.n_rows > 0) {
		GROW(c->feeds, c->n_feeds, c->cap_feeds);
		c->feeds[c->n_feeds++] = f;
	}
	return V_OK;
}

static enum vstatus
add_feeds(struct counters *c, const char *root, struct verr *err)
{
	size_t n_sources;
	const struct source *sources = sources_table(&n_sources);
	enum vstatus st = V_OK;

	for (size_t s = 0; s < n_sources; s++)
		for (size_t p = 0; st == V_OK && p < c->places.n; p++)
			if (sources[s].scope == c->places.items[p].scope)
				st = add_feed(c, root, &c->places.items[p], &sources[s], err);
	return st;
}

static enum vstatus
add_extras(struct counters *c, struct verr *err)
{
	for (size_t i = 0; i < c->n_extras; i++) {
		const struct row_field *field = sources_field(c->extras[i].name);
		struct strbuf name;

		if (!field)
			return verr_set(err, V_EUSAGE, "counter %s: no source makes such a name",
				c->extras[i].name);
		strbuf_init(&name);
		add_clean(&name, c->extras[i].name);
		add_column(c, strbuf_detach(&name), field);
	}
	return V_OK;
}

static enum vstatus
find_all(struct counters *c, const struct counters_params *params, struct verr *err)
{
	enum vstatus st = places_find(&c->places, params, err);

	nicirq_find(&c->nicirq, params->root, params->interfaces);
	if (c->nicirq.n_names > 0)
		places_add(&c->places, SOURCE_NIC, xstrdup(""), xstrdup(""), -1);
	if (st == V_OK)
		st = add_feeds(c, params->root, err);
	if (st == V_OK)
		st = add_extras(c, err);
	return st;
}

enum vstatus
counters_open(struct counters **counters, const struct counters_params *params, struct verr *err)
{
	struct counters *c = xcalloc(1, sizeof *c);
	enum vstatus st;

	*counters = NULL;
	c->n_extras = params->n_extras;
	c->extras = xcalloc(c->n_extras, sizeof *c->extras);
	if (c->n_extras > 0)
		memcpy(c->extras, params->extras, c->n_extras * sizeof *c->extras);
	st = find_all(c, params, err);
	if (st != V_OK) {
		counters_close(c);
		return st;
	}
	if (c->n_rows_left_out > 0)
		log_warn("counters: %zu rows (CPUs, interfaces, disks) are beyond the limit of %d "
			 "columns and not recorded",
			c->n_rows_left_out, COUNTERS_COLUMNS_MAX);
	c->values = xcalloc(c->n_columns, sizeof *c->values);
	c->present = xcalloc(c->n_columns, sizeof *c->present);
	c->cap_text = 2 * c->cap_text + TEXT_SPARE_BYTES;
	c->text = xrealloc(c->text, c->cap_text, 1);
	c->open = true;
	*counters = c;
	return V_OK;
}

void
counters_close(struct counters *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n_feeds; i++) {
		struct feed *f = &c->feeds[i];

		if (!f->same_text)
			close(f->fd);
		for (size_t k = 0; k < f->n_rows; k++) {
			free(f->rows[k].key);
			free(f->rows[k].label);
		}
		free(f->rows);
	}
	for (size_t i = 0; i < c->n_columns; i++)
		free(c->columns[i].name);
	free(c->columns);
	free(c->feeds);
	places_release(&c->places);
	nicirq_release(&c->nicirq);
	free(c->extras);
	free(c->values);
	free(c->present);
	free(c->text);
	free(c);
}

/* ---- header and samples ---- */

void
counters_header(struct counters *c, struct strbuf *csv, struct run_counters *rc)
{
	const struct row_field *late = sources_field("lateness_ns");

	strbuf_adds(csv, "t_ns,lateness_ns");
	run_describe_column(rc, "lateness_ns", late->unit, late->kind);
	for (size_t i = 0; i < c->n_columns; i++) {
		const struct column *column = &c->columns[i];

		strbuf_addc(csv, ',');
		strbuf_adds(csv, column->name);
		run_describe_column(rc, column->name, column->field->unit, column->field->kind);
	}
	strbuf_addc(csv, '\n');
}

static void
put(struct counters *c, size_t column, uint64_t value)
{
	c->values[column] = value;
	c->present[column] = true;
}

/* The sum of the column over rows 1, 2, ... of the feed, if all of them are there. */
static void
put_total(struct counters *c, const struct feed *f, size_t field)
{
	uint64_t sum = 0;

	if (f->n_rows < 2 || f->total_cut)
		return;
	for (size_t k = 1; k < f->n_rows; k++) {
		size_t column = f->rows[k].column + field;

		if (!c->present[column] || __builtin_add_overflow(sum, c->values[column], &sum))
			return;
	}
	put(c, f->rows[0].column + field, sum);
}

static void
parse(struct counters *c, struct feed *f, struct slice text)
{
	const struct source *s = f->source;
	struct row row = {0};
	size_t from = f->total;

	while (s->next(&row, &text, s->fields, s->n_fields)) {
		const struct feed_row *known = find_row(f, &row, &from);

		if (!known)
			continue;
		for (size_t i = 0; i < s->n_fields; i++)
			if (row.present & UINT32_C(1) << i)
				put(c, known->column + i, row.value[i]);
	}
	if (f->total)
		for (size_t i = 0; i < s->n_fields; i++)
			put_total(c, f, i);
}

/* Is it time for a feed that is not read at every sample?  (After a clock set back it is.) */
static bool
is_due(struct feed *f, int64_t t_ns)
{
	int64_t every_ns = f->source->every_ns;

	if (!every_ns)
		return true;
	if (t_ns < f->due_ns && f->due_ns - t_ns <= every_ns)
		return false;
	f->due_ns = t_ns + every_ns;
	return true;
}

static void
add_cell(struct strbuf *csv, uint64_t value, int decimals)
{
	uint64_t unit = 1;

	for (int i = 0; i < decimals; i++)
		unit *= 10;
	strbuf_add_u64(csv, value / unit);
	if (decimals > 0)
		strbuf_addc(csv, '.');
	for (value %= unit; unit > 1; value %= unit) {
		unit /= 10;
		strbuf_addc(csv, (char)('0' + value / unit));
	}
}

void
counters_sample(struct counters *c, int64_t t_ns, int64_t lateness_ns, struct strbuf *csv)
{
	struct slice text = {c->text, 0};

	memset(c->present, 0, c->n_columns * sizeof *c->present);
	for (size_t i = 0; i < c->n_feeds; i++) {
		struct feed *f = &c->feeds[i];

		if (!is_due(f, t_ns))
			continue;
		if (!f->same_text)
			text = read_text(c, f->fd);
		parse(c, f, text);
	}
	for (size_t i = 0, at = c->n_columns - c->n_extras; i < c->n_extras; i++, at++)
		c->present[at] = c->extras[i].read(&c->values[at], c->extras[i].arg);
	strbuf_add_i64(csv, t_ns);
	strbuf_addc(csv, ',');
	strbuf_add_i64(csv, lateness_ns);
	for (size_t i = 0; i < c->n_columns; i++) {
		strbuf_addc(csv, ',');
		if (c->present[i])
			add_cell(csv, c->values[i], c->columns[i].field->decimals);
	}
	strbuf_addc(csv, '\n');
}
