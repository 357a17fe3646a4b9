#ifndef VANTAGE_CORE_RESULTS_H
#define VANTAGE_CORE_RESULTS_H
/*
 * results - the document between vanalyze and vreport: schema vantage/results/1 (docs/schema).
 *
 *   {"schema": "vantage/results/1",
 *    "provenance": {"program": "vanalyze 1.0.0", "command": [...], "datasets":
 *                   [{"name": "native", "title": "...", "sha256": "..."}], "generated": "..."},
 *    "analyses": [{"kind": "describe", "metric": "rtt_ns", "by": ["platform", "point"],
 *                  "parameters": {"pooled": true}, "rows": [{"platform": "native", ...}],
 *                  "notes": ["..."]}]}
 *
 * The rows of an analysis are a struct table whose first columns are the `by` columns; the kinds
 * and their columns are listed in docs/formats.md.  Of a curve (cdf) the document holds the labels
 * once and arrays of its points, see results_fold().  An absent cell is null; where a value is
 * undefined, the row's text column "reason" says why.  Same input, same bytes: "generated" is
 * written only when SOURCE_DATE_EPOCH is set.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/json.h"
#include "core/table.h"

#define RESULTS_SCHEMA "vantage/results/1"

struct analysis {
	char *kind;   /* describe, ci, cdf, counts, ... */
	char *metric; /* rtt_ns, overhead_ns, ...; NULL when the analysis is not of one metric */
	char **by;    /* names of the first n_by columns of rows */
	size_t n_by;
	struct json *parameters; /* object; owned */
	struct table rows;
	char *arrays; /* see results_fold(); NULL none */
	char **notes; /* sentences for people: what was left out, which assumption was made */
	size_t n_notes;
};

struct results_source {
	char *name;
	char *title;  /* NULL none */
	char *sha256; /* NULL not known */
};

struct results {
	char *program;
	char **command;
	size_t n_command;
	struct results_source *sources;
	size_t n_sources;
	struct analysis *analyses;
	size_t n_analyses;
	size_t cap_analyses;
};

void results_init(struct results *r);
void results_release(struct results *r);
void results_set_program(struct results *r, const char *program, char *const *argv, int argc);
void results_add_source(struct results *r, const char *name, const char *title, const char *sha256);

/* results_add - append an analysis; the pointer dies at the next results_add().
 *   A by column that is called like a column of values of any kind ("requests") bears the name
 *   "factor_requests" in rows and in the document; a->by keeps the factor's own name. */
struct analysis *results_add(struct results *r, const char *kind, const char *metric,
	const char *const *by, size_t n_by);
/* results_fold - from the column called `first` on, rows are points of a curve: in the document the
 *   rows that follow each other and agree in all columns before it are one row, which holds an
 *   array for each of the other columns.  In memory and in CSV every point is a row. */
void results_fold(struct analysis *a, const char *first);
void analysis_note(struct analysis *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* results_find - the first analysis of that kind and metric from index `from` on, or NULL.
 *   metric NULL: of any. */
const struct analysis *
results_find(const struct results *r, const char *kind, const char *metric, size_t from);

/* results_to_json - the document as a new tree; the caller frees it with json_free(). */
struct json *results_to_json(const struct results *r);
/* results_store - write it atomically. */
enum vstatus results_store(const struct results *r, const char *path, struct verr *err);
/*
 * results_load - read what results_store() wrote; r is an initialised, empty document.
 *   V_EFORMAT names the place ("analyses[2].rows[0].mean: expected ...").  Storing again gives
 *   the same bytes (under the same SOURCE_DATE_EPOCH).  An analysis without rows has its `by`
 *   columns only.  Types come from the values: a REAL column of whole numbers comes back as INT
 *   (table_real() reads both), one without any value as REAL.
 */
enum vstatus results_load(struct results *r, const char *path, struct verr *err);

#endif
