/*
 * results - build, store and load the document between vanalyze and vreport.
 *
 * A row in JSON is an object with one member per column of the table, `by` columns first, null
 * for an absent cell.  The types of columns are not written: loading finds them again.  A column is
 * TEXT when it has strings, INT when all its numbers are integers, REAL otherwise; so a REAL
 * column that happens to hold 3.0 alone comes back as INT, which writes the same byte: "3".
 *
 * Loading is strict, because a report is only as good as what it prints: all rows of an analysis
 * have the same keys in the same order, no column mixes strings and numbers, `by` names the first
 * columns and these are texts.  Keys that the schema does not know are passed over.
 */
#include "core/results.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/tstamp.h"

/* SOURCE_DATE_EPOCH beyond this cannot be told in nanoseconds. */
#define EPOCH_MAX_S (INT64_MAX / NS_PER_S)

/* ---- building ---- */

void
results_init(struct results *r)
{
	*r = (struct results){0};
}

static void
strings_free(char **strings, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(strings[i]);
	free(strings);
}

static void
analysis_release(struct analysis *a)
{
	free(a->kind);
	free(a->metric);
	strings_free(a->by, a->n_by);
	json_free(a->parameters);
	table_release(&a->rows);
	strings_free(a->notes, a->n_notes);
}

void
results_release(struct results *r)
{
	free(r->program);
	strings_free(r->command, r->n_command);
	for (size_t i = 0; i < r->n_sources; i++) {
		free(r->sources[i].name);
		free(r->sources[i].title);
		free(r->sources[i].sha256);
	}
	free(r->sources);
	for (size_t i = 0; i < r->n_analyses; i++)
		analysis_release(&r->analyses[i]);
	free(r->analyses);
	results_init(r);
}

static char *
copy_or_null(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

void
results_set_program(struct results *r, const char *program, char *const *argv, int argc)
{
	free(r->program);
	strings_free(r->command, r->n_command);
	r->program = xstrdup(program);
	r->n_command = argc > 0 ? (size_t)argc : 0;
	r->command = xcalloc(r->n_command, sizeof *r->command);
	for (size_t i = 0; i < r->n_command; i++)
		r->command[i] = xstrdup(argv[i]);
}

void
results_add_source(struct results *r, const char *name, const char *title, const char *sha256)
{
	r->sources = xrealloc(r->sources, r->n_sources + 1, sizeof *r->sources);
	r->sources[r->n_sources++] =
		(struct results_source){xstrdup(name), copy_or_null(title), copy_or_null(sha256)};
}

/* ---- names of by columns ---- */

/* Columns of values in the rows of any kind; docs/formats.md says what they are. */
static const char value_columns[] =
	" ack_samples acks_of_retransmissions acks_of_uncaptured acks_out_of_habit ambiguous "
	"answered area area_above area_below baseline baseline_mean bytes cliffs_delta "
	"clock_assumed clock_steps closed complete connections copies cores cut cut_results "
	"cv delayed_acks duplicate_replies duplicates error_responses estimate "
	"evicted_connections evicted_flows evicted_packets evicted_probes excluded factor "
	"failed_connections failed_connections_pct failed_requests failed_requests_pct files "
	"files_without_probes findings flows forgotten_segments forwarded_in forwarded_out "
	"from gap handshake_samples hidden_requests hit_pct hits hl_shift http2_connections "
	"incomplete_messages interfaces interim_responses interval late late_rows "
	"left_out_rows level levels local_packets log10_p log10_p_holm log10_p_mw "
	"log10_p_welch loss_in_pct loss_is_upper_bound loss_out_pct loss_pct lost lost_in "
	"lost_out lower malformed max mean mean_lower mean_ratio mean_upper median "
	"memory_bytes merged messages_err messages_ok method min miss_pct missed_rows misses "
	"n n_baseline n_baseline_effective n_effective negative nested_samples not_in_source "
	"note orphan_responses other_connections outliers outside_segments over p p_holm "
	"p_lower p_mw p_upper p_welch packets packets_inner packets_outer pairs peak "
	"peak_lower peak_max peak_runs peak_upper pipelined place places points_with_drops "
	"printed probes q1 q3 quantity rank ratio ratio_lower ratio_upper reason "
	"refused_connections reordered repeated_metrics requests reset resets resolution_ns "
	"results retransmitted revalidated rows runs score sd share_pct share_undefined size "
	"spurious stated statistic statistics tau_b timeout timestamp_samples "
	"tls_connections to tool tools translated tunnels unanswered undecidable "
	"undecidable_outer undecidable_pct undecoded_packets unfinished unmatched_replies "
	"unopened_connections unpaired_inner unpaired_outer unreadable_cells untimed_packets "
	"untimed_rows upgrades upper value values verdict version whisker_high whisker_low "
	"wraps x y zero_windows ";

/* A factor may be called like a value ("requests"): its column is then "factor_requests", in every
 * kind alike. */
static void
add_by_column(struct table *rows, const char *name)
{
	char *word = xasprintf(" %s ", name);
	char *column = strstr(value_columns, word) ? xasprintf("factor_%s", name) : xstrdup(name);

	table_add_column(rows, column, COLUMN_TEXT);
	free(column);
	free(word);
}

struct analysis *
results_add(
	struct results *r, const char *kind, const char *metric, const char *const *by, size_t n_by)
{
	struct analysis *a;

	GROW(r->analyses, r->n_analyses, r->cap_analyses);
	a = &r->analyses[r->n_analyses++];
	*a = (struct analysis){.kind = xstrdup(kind), .metric = copy_or_null(metric)};
	a->by = xcalloc(n_by, sizeof *a->by);
	a->n_by = n_by;
	a->parameters = json_object();
	table_init(&a->rows);
	for (size_t i = 0; i < n_by; i++) {
		a->by[i] = xstrdup(by[i]);
		add_by_column(&a->rows, by[i]);
	}
	return a;
}

static void
add_note(struct analysis *a, char *note)
{
	a->notes = xrealloc(a->notes, a->n_notes + 1, sizeof *a->notes);
	a->notes[a->n_notes++] = note;
}

void
analysis_note(struct analysis *a, const char *fmt, ...)
{
	va_list ap;
	char *note;
	int n;

	assert(fmt);
	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	note = xmalloc((size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(note, (size_t)n + 1, fmt, ap);
	va_end(ap);
	add_note(a, note);
}

const struct analysis *
results_find(const struct results *r, const char *kind, const char *metric, size_t from)
{
	for (size_t i = from; i < r->n_analyses; i++) {
		const struct analysis *a = &r->analyses[i];

		if (strcmp(a->kind, kind) == 0 &&
			(!metric || (a->metric && strcmp(a->metric, metric) == 0)))
			return a;
	}
	return NULL;
}

/* ---- to JSON ---- */

static void
add_strings(struct json *to, const char *key, char *const *strings, size_t n)
{
	struct json *array = json_add_array(to, key);

	for (size_t i = 0; i < n; i++)
		json_add_str(array, NULL, strings[i]);
}

static void
add_by(struct json *to, const struct analysis *a)
{
	struct json *array = json_add_array(to, "by");

	for (size_t i = 0; i < a->n_by; i++)
		json_add_str(array, NULL, a->rows.columns[i].name);
}

static void
add_cell(struct json *row_object, const struct table *t, size_t col, size_t row)
{
	const char *name = t->columns[col].name;

	if (table_absent(t, col, row))
		json_add_null(row_object, name);
	else if (t->columns[col].type == COLUMN_TEXT)
		json_add_str(row_object, name, table_text(t, col, row));
	else if (t->columns[col].type == COLUMN_INT)
		json_add_i64(row_object, name, table_int(t, col, row));
	else
		json_add_f64(row_object, name, table_real(t, col, row));
}

static void
add_rows(struct json *to, const struct table *t)
{
	struct json *rows = json_add_array(to, "rows");

	for (size_t row = 0; row < t->n_rows; row++) {
		struct json *object = json_add_object(rows, NULL);

		for (size_t col = 0; col < t->n_columns; col++)
			add_cell(object, t, col, row);
	}
}

static void
add_analysis(struct json *analyses, const struct analysis *a)
{
	struct json *object = json_add_object(analyses, NULL);

	json_add_str(object, "kind", a->kind);
	json_add_str(object, "metric", a->metric);
	add_by(object, a);
	json_add_copy(object, "parameters", a->parameters);
	add_rows(object, &a->rows);
	add_strings(object, "notes", a->notes, a->n_notes);
}

/* reproducible-builds.org/specs/source-date-epoch: whole seconds; anything else is ignored. */
static void
add_generated(struct json *provenance)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	char iso[TSTAMP_ISO_SIZE];
	int64_t epoch_s;

	if (!text || !slice_i64(slice_of(text), &epoch_s) || epoch_s < 0 || epoch_s > EPOCH_MAX_S)
		return;
	tstamp_iso(iso, epoch_s * NS_PER_S);
	json_add_str(provenance, "generated", iso);
}

static void
add_provenance(struct json *document, const struct results *r)
{
	struct json *provenance = json_add_object(document, "provenance");
	struct json *datasets;

	json_add_str(provenance, "program", r->program);
	add_strings(provenance, "command", r->command, r->n_command);
	datasets = json_add_array(provenance, "datasets");
	for (size_t i = 0; i < r->n_sources; i++) {
		struct json *source = json_add_object(datasets, NULL);

		json_add_str(source, "name", r->sources[i].name);
		json_add_str(source, "title", r->sources[i].title);
		json_add_str(source, "sha256", r->sources[i].sha256);
	}
	add_generated(provenance);
}

struct json *
results_to_json(const struct results *r)
{
	struct json *document = json_object();
	struct json *analyses;

	json_add_str(document, "schema", RESULTS_SCHEMA);
	add_provenance(document, r);
	analyses = json_add_array(document, "analyses");
	for (size_t i = 0; i < r->n_analyses; i++)
		add_analysis(analyses, &r->analyses[i]);
	return document;
}

enum vstatus
results_store(const struct results *r, const char *path, struct verr *err)
{
	struct json *document = results_to_json(r);
	enum vstatus st = json_store(document, path, err);

	json_free(document);
	return st;
}

/* ---- from JSON: each function names a place below its caller's ---- */

/* "rows[3]" in front of ".mean: expected ..." and of ": expected ...". */
static enum vstatus
below(enum vstatus st, const char *list, size_t i, struct verr *err)
{
	char rest[sizeof err->msg];

	if (st == V_OK || !err)
		return st;
	memcpy(rest, err->msg, sizeof rest);
	return verr_set(err, st, "%s[%zu]%s%s", list, i, rest[0] == ':' ? "" : ".", rest);
}

static enum vstatus
get_string(char **text, const struct json *object, const char *key, struct verr *err)
{
	const char *s = json_str(json_get(object, key), NULL);

	if (!s || !*s)
		return verr_set(err, V_EFORMAT, "%s: expected a string", key);
	*text = xstrdup(s);
	return V_OK;
}

static enum vstatus
get_string_or_null(char **text, const struct json *object, const char *key, struct verr *err)
{
	const struct json *node = json_get(object, key);

	if (!json_is_null(node) && !json_is_string(node))
		return verr_set(err, V_EFORMAT, "%s: expected a string or null", key);
	*text = copy_or_null(json_str(node, NULL));
	return V_OK;
}

static enum vstatus
get_strings(
	char ***strings, size_t *n, const struct json *object, const char *key, struct verr *err)
{
	const struct json *array = json_get(object, key);

	if (!json_is_array(array))
		return verr_set(err, V_EFORMAT, "%s: expected an array of strings", key);
	*strings = xcalloc(json_len(array), sizeof **strings);
	for (const struct json *m = json_first(array); m; m = json_next(m)) {
		if (!json_is_string(m))
			return verr_set(err, V_EFORMAT, "%s[%zu]: expected a string", key, *n);
		(*strings)[(*n)++] = xstrdup(json_str(m, ""));
	}
	return V_OK;
}

static enum vstatus
get_array(const struct json **array, const struct json *object, const char *key, struct verr *err)
{
	*array = json_get(object, key);
	if (!json_is_array(*array))
		return verr_set(err, V_EFORMAT, "%s: expected an array", key);
	return V_OK;
}

/* The number of a node as an INT cell can hold it. */
static bool
cell_int(const struct json *node, int64_t *v)
{
	return json_is_number(node) && json_i64(node, v) && *v != TABLE_ABSENT_INT;
}

/* What one column needs to be, in the order in which it may widen. */
enum need { NEED_NOTHING, NEED_INT, NEED_REAL, NEED_TEXT };

static enum vstatus
widen(enum need *need, const struct json *cell, struct verr *err)
{
	enum need own;
	int64_t i;

	if (json_is_null(cell))
		return V_OK;
	if (json_is_string(cell))
		own = NEED_TEXT;
	else if (json_is_number(cell))
		own = cell_int(cell, &i) ? NEED_INT : NEED_REAL;
	else
		return verr_set(
			err, V_EFORMAT, "%s: expected a string, a number or null", json_key(cell));
	if (*need != NEED_NOTHING && (*need == NEED_TEXT) != (own == NEED_TEXT))
		return verr_set(err, V_EFORMAT, "%s: expected a %s as in the rows before",
			json_key(cell), own == NEED_TEXT ? "number" : "string");
	if (own > *need)
		*need = own;
	return V_OK;
}

static enum vstatus
check_row(enum need *needs, const struct json *row, const struct json *first, struct verr *err)
{
	const struct json *model = json_first(first);
	const struct json *cell = json_first(row);
	enum vstatus st = V_OK;

	if (!json_is_object(row))
		return verr_set(err, V_EFORMAT, ": expected an object");
	for (; st == V_OK && cell && model; cell = json_next(cell), model = json_next(model)) {
		if (strcmp(json_key(cell), json_key(model)) != 0)
			break;
		st = widen(needs++, cell, err);
	}
	if (st == V_OK && (cell || model))
		return verr_set(
			err, V_EFORMAT, ": expected the keys of the first row in its order");
	return st;
}

/* Types of all columns from all rows; the `by` columns are texts from the start. */
static enum vstatus
check_rows(enum need *needs, const struct analysis *a, const struct json *rows, struct verr *err)
{
	const struct json *first = json_first(rows);
	const struct json *cell = json_first(first);
	enum vstatus st = V_OK;
	size_t i = 0;

	if (!json_is_object(first))
		return verr_set(err, V_EFORMAT, "rows[0]: expected an object");
	for (; i < a->n_by; i++, cell = json_next(cell)) {
		needs[i] = NEED_TEXT;
		if (!cell || strcmp(json_key(cell), a->by[i]) != 0)
			return verr_set(err, V_EFORMAT,
				"rows[0]: expected the columns of \"by\" first, \"%.100s\" among "
				"them",
				a->by[i]);
	}
	i = 0;
	for (const struct json *row = first; row && st == V_OK; row = json_next(row))
		st = below(check_row(needs, row, first, err), "rows", i++, err);
	return st;
}

static void
set_cell(struct table *t, size_t col, size_t row, const struct json *cell)
{
	int64_t i;
	double f;

	if (t->columns[col].type == COLUMN_TEXT)
		table_set_text(t, col, row, json_str(cell, NULL));
	else if (t->columns[col].type == COLUMN_INT && cell_int(cell, &i))
		table_set_int(t, col, row, i);
	else if (t->columns[col].type == COLUMN_REAL && json_f64(cell, &f))
		table_set_real(t, col, row, f);
}

static void
fill_rows(struct table *t, const enum need *needs, const struct json *rows)
{
	static const enum column_type types[] = {
		[NEED_NOTHING] = COLUMN_REAL,
		[NEED_INT] = COLUMN_INT,
		[NEED_REAL] = COLUMN_REAL,
		[NEED_TEXT] = COLUMN_TEXT,
	};
	size_t n_by = t->n_columns;
	size_t col = 0;

	for (const struct json *m = json_first(json_first(rows)); m; m = json_next(m), col++)
		if (col >= n_by)
			table_add_column(t, json_key(m), types[needs[col]]);
	for (const struct json *row = json_first(rows); row; row = json_next(row)) {
		size_t i = table_add_row(t);

		col = 0;
		for (const struct json *m = json_first(row); m; m = json_next(m))
			set_cell(t, col++, i, m);
	}
}

static enum vstatus
load_rows(struct analysis *a, const struct json *object, struct verr *err)
{
	const struct json *rows;
	enum need *needs;
	enum vstatus st = get_array(&rows, object, "rows", err);

	if (st != V_OK || !json_first(rows))
		return st;
	if (json_len(json_first(rows)) > TABLE_COLUMNS_MAX)
		return verr_set(err, V_ELIMIT, "rows[0]: more than %d columns", TABLE_COLUMNS_MAX);
	needs = xcalloc(json_len(json_first(rows)) + a->n_by, sizeof *needs);
	st = check_rows(needs, a, rows, err);
	if (st == V_OK)
		fill_rows(&a->rows, needs, rows);
	free(needs);
	return st;
}

static enum vstatus
load_analysis(struct results *r, const struct json *object, struct verr *err)
{
	const struct json *parameters = json_get(object, "parameters");
	struct analysis *a;
	char *kind = NULL;
	char *metric = NULL;
	char **by = NULL;
	size_t n_by = 0;
	enum vstatus st = get_string(&kind, object, "kind", err);

	if (st == V_OK)
		st = get_string_or_null(&metric, object, "metric", err);
	if (st == V_OK)
		st = get_strings(&by, &n_by, object, "by", err);
	if (st == V_OK && !json_is_object(parameters))
		st = verr_set(err, V_EFORMAT, "parameters: expected an object");
	if (st == V_OK) {
		a = results_add(r, kind, metric, (const char *const *)by, n_by);
		for (const struct json *m = json_first(parameters); m; m = json_next(m))
			json_add_copy(a->parameters, json_key(m), m);
		st = load_rows(a, object, err);
		if (st == V_OK)
			st = get_strings(&a->notes, &a->n_notes, object, "notes", err);
	}
	free(kind);
	free(metric);
	strings_free(by, n_by);
	return st;
}

static enum vstatus
load_source(struct results *r, const struct json *object, struct verr *err)
{
	struct results_source s = {0};
	enum vstatus st = get_string(&s.name, object, "name", err);

	if (st == V_OK)
		st = get_string_or_null(&s.title, object, "title", err);
	if (st == V_OK)
		st = get_string_or_null(&s.sha256, object, "sha256", err);
	if (st == V_OK)
		results_add_source(r, s.name, s.title, s.sha256);
	free(s.name);
	free(s.title);
	free(s.sha256);
	return st;
}

static enum vstatus
load_provenance(struct results *r, const struct json *provenance, struct verr *err)
{
	const struct json *datasets;
	enum vstatus st;
	size_t i = 0;

	if (!json_is_object(provenance))
		return verr_set(err, V_EFORMAT, "provenance: expected an object");
	st = get_string_or_null(&r->program, provenance, "program", err);
	if (st == V_OK)
		st = get_strings(&r->command, &r->n_command, provenance, "command", err);
	if (st == V_OK)
		st = get_array(&datasets, provenance, "datasets", err);
	if (st == V_OK)
		for (const struct json *m = json_first(datasets); m && st == V_OK; m = json_next(m))
			st = below(load_source(r, m, err), "datasets", i++, err);
	return st;
}

static enum vstatus
load_document(struct results *r, const struct json *document, struct verr *err)
{
	const struct json *analyses;
	enum vstatus st;
	size_t i = 0;

	if (strcmp(json_str(json_get(document, "schema"), ""), RESULTS_SCHEMA) != 0)
		return verr_set(err, V_EFORMAT, "schema: expected \"%s\"", RESULTS_SCHEMA);
	st = load_provenance(r, json_get(document, "provenance"), err);
	if (st == V_OK)
		st = get_array(&analyses, document, "analyses", err);
	if (st == V_OK)
		for (const struct json *m = json_first(analyses); m && st == V_OK; m = json_next(m))
			st = below(load_analysis(r, m, err), "analyses", i++, err);
	return st;
}

enum vstatus
results_load(struct results *r, const char *path, struct verr *err)
{
	struct json *document;
	enum vstatus st = json_load(&document, path, err);

	if (st != V_OK)
		return st;
	st = load_document(r, document, err);
	if (st != V_OK) {
		verr_ctx(err, "%s", path);
		results_release(r);
	}
	json_free(document);
	return st;
}
