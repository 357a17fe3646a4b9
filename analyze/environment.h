#ifndef VANTAGE_ANALYZE_ENVIRONMENT_H
#define VANTAGE_ANALYZE_ENVIRONMENT_H
/*
 * environment - which machines the runs were made on, from what run.json says of them.
 */
#include "analyze/study.h"
#include "core/results.h"

/* Interfaces or tools that one row names; the rest is "and others". */
#define ENVIRONMENT_NAMES_MAX 16

/*
 * environment_add - append the analysis "environment" of the study's runs to *r; nothing when no
 *   run names a machine.
 *
 * Rows: dataset, host, kernel, os, cpu, clocksource, virtualization, hypervisor (the `by`
 * columns), then cores, memory_bytes, runs, interfaces, tools.  A row is a machine as it was in
 * `runs` runs of the dataset, so a kernel that was updated in between gives a second row.  Rows
 * stand in the order in which the runs name them.  Cores and memory are the
 * most that any of the runs had; a note says when they differ (by more than a percent).
 *
 *   interfaces  driver and speed of the interfaces that captured there: "virtio_net 10000 Mbit/s"
 *   tools       load tools that ran there, with version: "ping iputils 20221126"
 *
 * Both list each name once, parted by "; ".  What a run.json does not say is absent.
 */
void environment_add(struct results *r, const struct study *s);

#endif
