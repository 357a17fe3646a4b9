/*
 * results - build the document between vanalyze and vreport.  results_write.c makes JSON of it,
 * results_read.c reads that again.
 */
#include "core/results.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/text.h"

void
results_init(struct results *r)
{
	*r = (struct results){0};
}

static void
analysis_release(struct analysis *a)
{
	free(a->kind);
	free(a->metric);
	texts_free(a->by, a->n_by);
	json_free(a->parameters);
	table_release(&a->rows);
	free(a->arrays);
	texts_free(a->notes, a->n_notes);
}

void
results_release(struct results *r)
{
	free(r->program);
	texts_free(r->command, r->n_command);
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
	texts_free(r->command, r->n_command);
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
	"source_row spurious stated statistic statistics tau_b timeout timestamp_samples "
	"tls_connections to tool tools translated tunnels unanswered undecidable "
	"undecidable_outer undecidable_pct undecoded_packets unfinished unmatched_replies "
	"unopened_connections unpaired_inner unpaired_outer unreadable_cells untimed_packets "
	"untimed_rows upgrades upper value values verdict version warnings whisker_high "
	"whisker_low wraps x y zero_windows ";

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

void
results_fold(struct analysis *a, const char *first)
{
	free(a->arrays);
	a->arrays = xstrdup(first);
}

void
analysis_note(struct analysis *a, const char *fmt, ...)
{
	va_list ap;

	a->notes = xrealloc(a->notes, a->n_notes + 1, sizeof *a->notes);
	va_start(ap, fmt);
	a->notes[a->n_notes++] = xvasprintf(fmt, ap);
	va_end(ap);
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
