/*
 * point - ring and files of one interface, and the thread between them.
 *
 * One thread does everything: it takes packets from the ring, and when a block has gathered it
 * compresses and writes it.  What arrives meanwhile waits in the ring, which is all the slack there
 * is: when it is full, the kernel drops and counts, so back-pressure never becomes memory.  A
 * second thread that compresses beside the first was tried: packets then travel from one
 * processor's cache to another's, which cost about a quarter more CPU time while recording constant
 * payload.  It could gain little: compressing is most of the work in any case.  When the files
 * cannot be written any more (disk full), packets are taken and counted as dropped by the writer.
 *
 * The kernel wakes the thread for every block of the ring that has filled.  At high rates that is
 * hundreds of times a second, for work that could as well wait, so then the thread naps: as long
 * as the ring takes, at the rate just seen, to fill by an eighth.  Should the rate jump meanwhile
 * to the highest that is to be expected, the rest of the ring still has room for it.
 *
 * Ending without losing the tail: a packet that arrived before the stop may lie in a ring block
 * that the kernel has not handed over yet.  So after the stop the ring is read on until either a
 * packet from after the stop was seen (the ring is in order), or it stayed empty for twice the
 * retire time; DRAIN_MAX_NS bounds it where a clock that was set back denies both.
 *
 * Counts have one writer, the thread, and are published with relaxed stores; they are exact once
 * it has ended.
 */
#include "capture/point.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "capture/linkstat.h"
#include "core/alloc.h"
#include "core/trace.h"
#include "core/tstamp.h"

#define BATCH_PACKETS 2048 /* then others are looked at: the stop, the clock, the statistics */
#define IDLE_WAIT_NS STATISTICS_NS
#define DRAIN_WAIT_MS 5
#define NAP_MAX_NS (16 * NS_PER_MS)
#define NAP_SHARE 8 /* of the ring: one part in so many */
#define PEAK_BYTES_PER_S 1.25e9 /* 10 Gbit/s */
#define PEAK_PACKETS_PER_S 2e6
#define NAP_BYTES ((uint64_t)128 << 10) /* below, wake-ups are few anyway */
#define SLOT_OVERHEAD_BYTES 96 /* about what a packet takes in the ring besides its bytes */
#define QUIET_NS (2 * LIVE_RETIRE_MS * NS_PER_MS)
#define DRAIN_MAX_NS (5 * NS_PER_S)
#define STATISTICS_NS NS_PER_S
#define THREAD_STACK_BYTES ((size_t)256 << 10)

struct point {
	char *name;
	struct point_params params;
	struct live *live;
	struct linkstat link;
	struct writer_counts stored;
	struct sums sums; /* of files; the thread's until it has ended */
	int wake_fd;   /* a stop wakes the thread */
	int notify_fd; /* belongs to the caller */
	bool started;
	pthread_t thread;

	/* the thread's own */
	struct writer *writer; /* NULL: the files take no more */
	int64_t newest_t_ns;
	int64_t statistics_ns; /* when the kernel was asked last */
	uint64_t n_packets, n_refused;
	uint64_t taken_bytes; /* of the ring, since it was waited for last */
	int64_t waited_ns;    /* when that was */

	_Atomic uint64_t packets, dropped_by_kernel, dropped_by_interface, dropped_by_writer;
	_Atomic int64_t stop_t_ns, stop_mono_ns; /* 0: go on */
	atomic_bool writer_failed;
	atomic_bool running;
	atomic_bool failed;
	struct verr failure; /* set once, before `failed` */
};

static int64_t
monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static void
wake(int fd)
{
	uint64_t one = 1;

	while (write(fd, &one, sizeof one) < 0 && errno == EINTR)
		;
}

/* ---- opening ---- */

enum vstatus
point_open(struct point **out, const struct point_params *params, struct verr *err)
{
	struct point *p = xcalloc(1, sizeof *p);
	enum vstatus st;

	*out = NULL;
	p->name = xstrdup(params->name);
	p->params = *params;
	p->newest_t_ns = INT64_MIN;
	p->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	atomic_store(&p->dropped_by_kernel, POINT_NA);
	linkstat_open(&p->link, params->live.interface);
	point_ask_interface(p);
	st = p->wake_fd >= 0 ? live_open(&p->live, &params->live, err)
			     : verr_sys(err, "cannot open an event descriptor");
	if (st != V_OK) {
		point_close(p);
		return st;
	}
	*out = p;
	return V_OK;
}

void
point_close(struct point *p)
{
	if (!p)
		return;
	live_close(p->live);
	linkstat_close(&p->link);
	(void)writer_close(p->writer, NULL);
	sums_release(&p->sums);
	if (p->wake_fd >= 0)
		close(p->wake_fd);
	free(p->name);
	free(p);
}

/* ---- ending ---- */

/* The first failure is the reason. */
static void
fail(struct point *p, const struct verr *why)
{
	if (atomic_load(&p->failed))
		return;
	p->failure = *why;
	atomic_store(&p->failed, true);
}

void
point_stop(struct point *p, int64_t stop_t_ns)
{
	if (atomic_load(&p->stop_t_ns) != 0)
		return;
	atomic_store(&p->stop_mono_ns, monotonic_ns());
	atomic_store(&p->stop_t_ns, stop_t_ns);
	wake(p->wake_fd);
}

void
point_join(struct point *p)
{
	if (p->started)
		pthread_join(p->thread, NULL);
	p->started = false;
}

bool
point_ended(struct point *p)
{
	return !atomic_load(&p->running);
}

const char *
point_failure(struct point *p)
{
	return atomic_load(&p->failed) ? p->failure.msg : NULL;
}

bool
point_cannot_write(struct point *p)
{
	return atomic_load(&p->writer_failed);
}

/* ---- the thread ---- */

/* Close the files for good; st says whether all went well so far, and err what did not. */
static void
close_files(struct point *p, enum vstatus st, struct verr *err)
{
	if (st == V_OK)
		st = writer_close(p->writer, err);
	else
		(void)writer_close(p->writer, NULL);
	p->writer = NULL;
	if (st == V_OK)
		return;
	atomic_store(&p->writer_failed, true);
	fail(p, err);
	wake(p->notify_fd);
}

static void
take_packet(void *arg, const struct live_packet *packet)
{
	struct point *p = arg;
	struct verr err;
	enum vstatus st;

	p->newest_t_ns = packet->t_ns;
	p->taken_bytes += packet->caplen + SLOT_OVERHEAD_BYTES;
	if (!p->writer) {
		p->n_refused++;
		return;
	}
	p->n_packets++;
	st = writer_packet(
		p->writer, packet->t_ns, packet->data, packet->caplen, packet->len, &err);
	if (st != V_OK)
		close_files(p, st, &err);
}

/* Take what the ring has; *n packets, fewer than BATCH_PACKETS: it is empty now. */
static enum vstatus
take_batch(struct point *p, size_t *n, struct verr *err)
{
	enum vstatus st = live_read(p->live, n, BATCH_PACKETS, take_packet, p, err);

	atomic_store_explicit(&p->packets, p->n_packets, memory_order_relaxed);
	atomic_store_explicit(&p->dropped_by_writer, p->n_refused, memory_order_relaxed);
	return st;
}

static void
flush_if_due(struct point *p, int64_t now_ns)
{
	struct verr err;
	enum vstatus st = p->writer ? writer_tick(p->writer, now_ns, &err) : V_OK;

	if (st != V_OK)
		close_files(p, st, &err);
}

static void
ask_statistics(struct point *p, int64_t now_ns)
{
	uint64_t dropped;

	p->statistics_ns = now_ns;
	if (live_dropped(p->live, &dropped))
		atomic_store(&p->dropped_by_kernel, dropped);
}

/* Is everything recorded that came before the stop?  busy_ns: when the ring was last not empty. */
static bool
is_drained(const struct point *p, int64_t now_ns, int64_t busy_ns)
{
	int64_t stop_t_ns = atomic_load(&p->stop_t_ns), stop_ns = atomic_load(&p->stop_mono_ns);

	if (stop_t_ns == 0)
		return false;
	if (busy_ns < stop_ns)
		busy_ns = stop_ns;
	return p->newest_t_ns > stop_t_ns || now_ns - busy_ns > QUIET_NS ||
		now_ns - stop_ns > DRAIN_MAX_NS;
}

/* The longest nap that the ring forgives at any rate. */
static double
nap_limit_ns(const struct live_params *params)
{
	double peak = PEAK_PACKETS_PER_S * ((double)params->snaplen + SLOT_OVERHEAD_BYTES);
	double room = (double)params->buffer_bytes * (NAP_SHARE - 1) / NAP_SHARE;

	return fmin(NAP_MAX_NS, NS_PER_S * room / fmin(peak, PEAK_BYTES_PER_S));
}

/* How long to look away, whatever comes; 0: wait for packets. */
static int
nap_ms(const struct point *p, int64_t now_ns)
{
	double share = (double)p->params.live.buffer_bytes / NAP_SHARE;
	double rate = (double)p->taken_bytes / (double)(now_ns - p->waited_ns); /* bytes a ns */

	if (p->taken_bytes < NAP_BYTES)
		return 0;
	return (int)(fmin(share / rate, nap_limit_ns(&p->params.live)) / NS_PER_MS);
}

/* The wake-up for the stop stays readable, so it is waited for only until it has come. */
static void
wait_for_packets(struct point *p, int64_t now_ns)
{
	int64_t wait_ns = p->writer ? writer_due_ns(p->writer, now_ns) : IDLE_WAIT_NS;
	struct pollfd stop = {.fd = p->wake_fd, .events = POLLIN};
	int nap = nap_ms(p, now_ns);

	if (wait_ns > IDLE_WAIT_NS)
		wait_ns = IDLE_WAIT_NS;
	if (atomic_load(&p->stop_t_ns) != 0)
		live_wait(p->live, -1, DRAIN_WAIT_MS);
	else if (nap > 0)
		poll(&stop, 1, nap);
	else
		live_wait(p->live, p->wake_fd, (int)(wait_ns / NS_PER_MS) + 1);
	p->taken_bytes = 0;
	p->waited_ns = now_ns;
}

/* What came before a failure, such as the interface's end, may lie in a block of the ring that is
 * handed over only when its time has come. */
static void
take_rest(struct point *p)
{
	const struct timespec retire = {.tv_nsec = QUIET_NS};
	struct verr err;
	size_t n;

	nanosleep(&retire, NULL);
	while (take_batch(p, &n, &err) == V_OK && n > 0)
		;
}

static enum vstatus
capture(struct point *p, struct verr *err)
{
	int64_t now_ns = monotonic_ns(), busy_ns = now_ns;
	enum vstatus st = V_OK;
	size_t n;

	ask_statistics(p, now_ns);
	while (st == V_OK && !is_drained(p, now_ns, busy_ns)) {
		st = take_batch(p, &n, err);
		now_ns = monotonic_ns();
		if (n > 0)
			busy_ns = now_ns;
		flush_if_due(p, now_ns);
		if (now_ns - p->statistics_ns > STATISTICS_NS)
			ask_statistics(p, now_ns);
		if (st == V_OK && n < BATCH_PACKETS)
			wait_for_packets(p, now_ns);
	}
	if (st != V_OK)
		take_rest(p);
	ask_statistics(p, now_ns);
	return st;
}

static void *
thread_main(void *arg)
{
	struct point *p = arg;
	struct verr err;

	if (capture(p, &err) != V_OK)
		fail(p, &err);
	if (p->writer)
		close_files(p, V_OK, &err);
	atomic_store(&p->running, false);
	wake(p->notify_fd);
	return NULL;
}

/* ---- starting ---- */

static enum vstatus
start_thread(struct point *p, struct verr *err)
{
	pthread_attr_t attr;
	int code;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, THREAD_STACK_BYTES);
	atomic_store(&p->running, true);
	code = pthread_create(&p->thread, &attr, thread_main, p);
	pthread_attr_destroy(&attr);
	p->started = code == 0;
	if (p->started)
		return V_OK;
	atomic_store(&p->running, false);
	errno = code;
	return verr_sys(err, "cannot start a thread");
}

enum vstatus
point_start(struct point *p, int notify_fd, struct verr *err)
{
	const struct writer_params params = {
		.point = p->name,
		.linktype = live_linktype(p->live),
		.snaplen = p->params.live.snaplen,
		.level = p->params.level,
		.sync = p->params.sync,
		.rotate_bytes = p->params.rotate_bytes,
		.sums = &p->sums,
	};
	enum vstatus st = writer_open(&p->writer, &params, &p->stored, monotonic_ns(), err);

	p->notify_fd = notify_fd;
	if (st == V_OK)
		st = start_thread(p, err);
	if (st != V_OK) {
		(void)writer_close(p->writer, NULL);
		p->writer = NULL;
	}
	return st;
}

/* ---- facts ---- */

void
point_ask_interface(struct point *p)
{
	uint64_t dropped = POINT_NA;

	if (linkstat_dropped(&p->link, &dropped) || p->link.fd < 0)
		atomic_store(&p->dropped_by_interface, dropped);
}

void
point_counts(struct point *p, struct point_counts *c)
{
	c->packets = atomic_load(&p->packets);
	c->dropped_by_kernel = atomic_load(&p->dropped_by_kernel);
	c->dropped_by_interface = atomic_load(&p->dropped_by_interface);
	c->dropped_by_writer = atomic_load(&p->dropped_by_writer);
	c->n_files = atomic_load(&p->stored.n_files);
	c->bytes_in = atomic_load(&p->stored.bytes_in);
	c->bytes_stored = atomic_load(&p->stored.bytes_stored);
}

/* Records in one of our files, up to its end or to where it was cut. */
static uint64_t
records_in(const char *name)
{
	struct trace_record rec;
	struct trace *t;
	uint64_t n = 0;

	if (trace_open(&t, name, ZIO_INLINE, NULL) != V_OK)
		return 0;
	while (trace_next(t, &rec, NULL) == V_OK)
		n++;
	trace_close(t);
	return n;
}

void
point_recount(struct point *p)
{
	uint64_t n_files = atomic_load(&p->stored.n_files);
	uint64_t held = atomic_load(&p->stored.packets_complete);

	if (!atomic_load(&p->writer_failed))
		return;
	for (uint64_t k = atomic_load(&p->stored.n_complete); k < n_files; k++) {
		char *name = writer_file_name(p->name, k);

		held += records_in(name);
		free(name);
	}
	atomic_store(&p->packets, held);
	atomic_store(&p->dropped_by_writer, p->n_packets - held + p->n_refused);
}

const struct sums *
point_sums(const struct point *p)
{
	return &p->sums;
}

const char *
point_name(const struct point *p)
{
	return p->name;
}

uint16_t
point_linktype(const struct point *p)
{
	return live_linktype(p->live);
}

const char *
point_tstamp_type(const struct point *p)
{
	return live_tstamp_type(p->live);
}
