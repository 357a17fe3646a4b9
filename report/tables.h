#ifndef VANTAGE_REPORT_TABLES_H
#define VANTAGE_REPORT_TABLES_H
/*
 * tables - the report's tables, from the model.  Each call adds nothing when the results hold
 * nothing for it.
 */
#include "report/doc.h"
#include "report/model.h"

/* tables_cost - "What virtualization costs a ping": one row per idle cell. */
void tables_cost(struct doc *d, const struct model *m);
/* tables_quantiles - average, sd, minimum, quartiles, maximum of the overhead share. */
void tables_quantiles(struct doc *d, const struct model *m);
/* tables_loads - rows are levels of the load factors, columns are platforms. */
void tables_loads(struct doc *d, const struct model *m);
/* tables_heat - rank correlations of a family of metrics in all datasets, as a shaded table. */
void tables_heat(struct doc *d, const struct model *m);
/* tables_kendall - rank correlation of factors with metrics, by dataset. */
void tables_kendall(struct doc *d, const struct model *m);
/* tables_outliers - where the outliers are, by dataset and metric. */
void tables_outliers(struct doc *d, const struct model *m);
/* tables_probes - HTTP, TCP, throughput, proxies and transit: a table each, one row for each cell
 *   and point or pair of points. */
void tables_probes(struct doc *d, const struct model *m);
/* tables_cross - the same by setting and platform: rows are settings, columns platforms. */
void tables_cross(struct doc *d, const struct model *m);
/* tables_rankings - platforms by the area between their curve and the baseline's; the curves. */
void tables_rankings(struct doc *d, const struct model *m);
/* tables_shares - where the outliers are, all platforms beside each other. */
void tables_shares(struct doc *d, const struct model *m);
/* tables_counters - what the machines did, one row for each cell and machine. */
void tables_counters(struct doc *d, const struct model *m);
/* tables_quality - what went wrong, one row for each platform. */
void tables_quality(struct doc *d, const struct model *m);
/* tables_losses - what became of the probes at each point. */
void tables_losses(struct doc *d, const struct model *m);
/* tables_pairs - what became of the pairs of points. */
void tables_pairs(struct doc *d, const struct model *m);
/* tables_environment - the machines that the runs were made on. */
void tables_environment(struct doc *d, const struct model *m);

/* tables_quantity - a metric for people, without its unit: "RTT", "run total" of run_total_ns. */
const char *tables_quantity(struct doc *d, const char *metric);
/* tables_form - what a metric is by its unit: time, rate, percent or a number. */
enum doc_quantity tables_form(const char *metric);
/* tables_layouts - the tables of published sources, as they print them. */
void tables_layouts(struct doc *d, const struct model *m);
/*
 * tables_against - our values beside the published ones of a dataset, one table a metric.
 *   dataset  its name, or a path that ends in it
 *   V_EDOM when the results hold no pair, and says what to do.
 */
enum vstatus
tables_against(struct doc *d, const struct model *m, const char *dataset, struct verr *err);

#endif
