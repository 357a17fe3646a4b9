/*
 * summary - one line a capture point; both forms from one table of columns.
 */
#include "capture/summary.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "core/str.h"

#define NOT_AVAILABLE "\xe2\x80\x93" /* en dash */

enum from { FROM_REPORT, FROM_POINT, FROM_RATIO };

struct column {
	const char *name;  /* in CSV, and the key */
	const char *title; /* for people */
	enum from from;
	int width; /* negative: left */
};

static const struct column columns[] = {
	{"name", "recording", FROM_REPORT, -10},
	{"pid", "pid", FROM_REPORT, 7},
	{"state", "state", FROM_REPORT, -9},
	{"name", "point", FROM_POINT, -10},
	{"packets", "packets", FROM_POINT, 11},
	{"dropped_by_kernel", "kernel-drop", FROM_POINT, 11},
	{"dropped_by_interface", "iface-drop", FROM_POINT, 10},
	{"dropped_by_writer", "writer-drop", FROM_POINT, 11},
	{"bytes", "bytes", FROM_POINT, 12},
	{"bytes_stored", "stored", FROM_POINT, 12},
	{"ratio", "ratio", FROM_RATIO, 6},
};

#define N_COLUMNS (sizeof columns / sizeof columns[0])

/* Input bytes per stored byte; empty when nothing is stored yet. */
static void
add_ratio(struct strbuf *b, const struct json *point)
{
	int64_t in, stored;

	if (json_i64(json_get(point, "bytes"), &in) &&
		json_i64(json_get(point, "bytes_stored"), &stored) && stored > 0)
		strbuf_addf(b, "%.2f", (double)in / (double)stored);
}

static void
add_cell(struct strbuf *b, const struct column *c, const struct json *report,
	const struct json *point)
{
	const struct json *v = json_get(c->from == FROM_REPORT ? report : point, c->name);
	int64_t number;

	if (c->from == FROM_RATIO)
		add_ratio(b, point);
	else if (json_is_string(v))
		strbuf_adds(b, json_str(v, ""));
	else if (json_i64(v, &number))
		strbuf_add_i64(b, number);
}

static void
print_line(FILE *f, bool people, const struct json *report, const struct json *point)
{
	struct strbuf b;

	strbuf_init(&b);
	for (size_t i = 0; i < N_COLUMNS; i++) {
		const char *text;

		strbuf_clear(&b);
		add_cell(&b, &columns[i], report, point);
		text = b.n > 0 ? b.p : "";
		if (people) /* the dash has three bytes and one place */
			fprintf(f, "%*s%s",
				b.n > 0                        ? columns[i].width
					: columns[i].width < 0 ? columns[i].width - 2
							       : columns[i].width + 2,
				b.n > 0 ? text : NOT_AVAILABLE, i + 1 < N_COLUMNS ? " " : "\n");
		else
			fprintf(f, "%s%s", text, i + 1 < N_COLUMNS ? "," : "\n");
	}
	strbuf_release(&b);
}

static void
print_head(FILE *f, bool people)
{
	for (size_t i = 0; i < N_COLUMNS; i++) {
		const char *end = i + 1 < N_COLUMNS ? people ? " " : "," : "\n";

		if (people)
			fprintf(f, "%*s%s", columns[i].width, columns[i].title, end);
		else
			fprintf(f, "%s%s",
				strcmp(columns[i].name, "name") ? columns[i].name
								: columns[i].title,
				end);
	}
}

void
summary_print(FILE *f, struct json *const *reports, size_t n)
{
	bool people = isatty(fileno(f));

	print_head(f, people);
	for (size_t i = 0; i < n; i++) {
		const struct json *points = json_get(reports[i], "points");

		for (const struct json *p = json_first(points); p; p = json_next(p))
			print_line(f, people, reports[i], p);
	}
}

static bool
is_positive(const struct json *point, const char *key)
{
	int64_t n;

	return json_i64(json_get(point, key), &n) && n > 0;
}

static bool
has_dropped(const struct json *report)
{
	const struct json *points = json_get(report, "points");

	for (const struct json *p = json_first(points); p; p = json_next(p))
		if (is_positive(p, "dropped_by_kernel") || is_positive(p, "dropped_by_interface") ||
			is_positive(p, "dropped_by_writer"))
			return true;
	return false;
}

/* The reason of a complete run is a limit that was asked for, no loss. */
const char *
summary_loss(const struct json *report)
{
	if (strcmp(json_str(json_get(report, "state"), ""), "complete") != 0)
		return json_str(json_get(report, "reason"), "the run is not complete");
	return has_dropped(report) ? "packets were lost" : NULL;
}
