#ifndef VANTAGE_CAPTURE_POINT_H
#define VANTAGE_CAPTURE_POINT_H
/*
 * point - one capture point at work: a thread that takes packets from the ring and compresses them
 * into files.
 *
 *   point_open(&p, &params, &err);     with privileges, in the interface's network namespace
 *   point_start(p, notify_fd, &err);   a thread; files go into the working directory
 *   point_stop(p, t_ns);               asks them to end; packets until t_ns are still recorded
 *   point_join(p);                     waits for that
 *   point_close(p);
 */
#include <stdbool.h>
#include <stdint.h>

#include "capture/live.h"
#include "capture/writer.h"
#include "core/err.h"

#define POINT_NA UINT64_MAX /* a count that is not available */

struct point_params {
	struct live_params live;
	const char *name;
	int level;
	bool sync;
	uint64_t rotate_bytes; /* of input; 0 never */
};

/* A picture of the counts at one moment. */
struct point_counts {
	uint64_t packets;           /* recorded, or on their way to the file */
	uint64_t dropped_by_kernel; /* POINT_NA: not available */
	uint64_t dropped_by_interface;
	uint64_t dropped_by_writer;
	uint64_t n_files;
	uint64_t bytes_in;
	uint64_t bytes_stored;
};

struct point;

enum vstatus point_open(struct point **p, const struct point_params *params, struct verr *err);
/* point_start - notify_fd: an eventfd that is written when the point has ended by itself. */
enum vstatus point_start(struct point *p, int notify_fd, struct verr *err);
/* point_stop - stop_t_ns is CLOCK_REALTIME.  May be called again, and before point_start(). */
void point_stop(struct point *p, int64_t stop_t_ns);
void point_join(struct point *p);
void point_close(struct point *p);

void point_counts(struct point *p, struct point_counts *c);
/* point_ask_interface - bring dropped_by_interface up to date: a question to the kernel. */
void point_ask_interface(struct point *p);
/* point_ended - has the point ended, and why: NULL as asked. */
bool point_ended(struct point *p);
const char *point_failure(struct point *p);
/* point_cannot_write - do the files take no more? */
bool point_cannot_write(struct point *p);
/*
 * point_recount - after point_join() of a point that failed: count the records that its files
 *   really hold; what was captured beyond them becomes dropped by the writer.  Only the file that
 *   failed is read for it.
 */
void point_recount(struct point *p);

/* point_sums - after point_join(): the digests of the files that are complete; the point's. */
const struct sums *point_sums(const struct point *p);

const char *point_name(const struct point *p);
uint16_t point_linktype(const struct point *p);
const char *point_tstamp_type(const struct point *p);

#endif
