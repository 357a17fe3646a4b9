/*
 * sections - see sections.h.
 *
 * First what the reader came for and whether the data can be trusted; then each kind of probe, the
 * nearest to the application last; then what goes with what; then what others have published; the
 * machines and the counts of every cell at the end.
 */
#include "report/sections.h"

#include <string.h>

static const struct section sections[] = {
	{DOC_OVERVIEW, "overview", "Overview"},
	{DOC_QUALITY, "quality", "Data quality"},
	{DOC_PING, "ping", "Ping"},
	{DOC_TRANSIT, "transit", "Transit"},
	{DOC_TCP, "tcp", "TCP"},
	{DOC_THROUGHPUT, "throughput", "Throughput"},
	{DOC_HTTP, "http", "HTTP"},
	{DOC_PROXY, "proxy", "Proxy"},
	{DOC_COUNTERS, "counters", "System counters"},
	{DOC_RESULTS, "results", "Further results"},
	{DOC_CORRELATIONS, "correlations", "Correlations"},
	{DOC_OUTLIERS, "outliers", "Outliers"},
	{DOC_PUBLISHED, "published", "Published values"},
	{DOC_DATA, "data", "Machines"},
	{DOC_QUALITY_DETAIL, "cells", "Every cell and point"},
};
#define N_SECTIONS (sizeof sections / sizeof *sections)

const struct section *
sections_all(size_t *n)
{
	*n = N_SECTIONS;
	return sections;
}

/* By the beginning of a metric's name; the first that fits. */
static const struct {
	const char *beginning;
	enum doc_section section;
} subjects[] = {
	{"rtt_", DOC_PING},
	{"overhead_", DOC_PING},
	{"rate_achieved_", DOC_PING},
	{"delay_", DOC_TRANSIT},
	{"tcp_", DOC_TCP},
	{"goodput_", DOC_TCP},
	{"throughput_", DOC_THROUGHPUT},
	{"total_throughput_", DOC_THROUGHPUT},
	{"latency_", DOC_HTTP},
	{"ttfb_", DOC_HTTP},
	{"connect_", DOC_HTTP},
	{"total_", DOC_HTTP},
	{"run_total_", DOC_HTTP},
	{"client_mean_", DOC_HTTP},
	{"proxy_overhead_", DOC_PROXY},
	{"miss_latency_", DOC_PROXY},
	{"hit_latency_", DOC_PROXY},
	{"cpu_", DOC_COUNTERS},
	{"mem_", DOC_COUNTERS},
};

enum doc_section
sections_of_metric(const char *metric)
{
	for (size_t i = 0; metric && i < sizeof subjects / sizeof *subjects; i++)
		if (!strncmp(metric, subjects[i].beginning, strlen(subjects[i].beginning)))
			return subjects[i].section;
	return DOC_RESULTS;
}

enum doc_section
sections_of_figure(const struct doc_figure *f)
{
	return f->section != DOC_RESULTS ? f->section : sections_of_metric(f->metric);
}

bool
sections_have(const struct doc *d, enum doc_section section)
{
	for (size_t i = 0; i < d->n_tables; i++)
		if (d->tables[i].section == section && doc_in_text(&d->tables[i]))
			return true;
	for (size_t i = 0; i < d->n_figures; i++)
		if (!d->figures[i].csv_only && sections_of_figure(&d->figures[i]) == section)
			return true;
	return false;
}
