/*
 * point - ring, queue and files of one interface, with a thread on either side of the queue.
 *
 * The capturing thread takes only as many packets from the ring as the queue surely has room for.
 * When the compressor falls behind, packets therefore stay in the ring, and when the ring is full
 * the kernel drops and counts: back-pressure never becomes memory.  When the files cannot be
 * written any more (disk full), packets are taken and counted as dropped by the writer.
 *
 * Ending without losing the tail: a packet that arrived before the stop may lie in a ring block
 * that the kernel has not handed over yet.  So after the stop the ring is read on until either a
 * packet from after the stop was seen (the ring is in order), or it stayed empty for twice the
 * retire time; DRAIN_MAX_NS bounds it where a clock that was set back denies both.
 *
 * Counts have one writer each and are published with relaxed stores; they are exact once the
 * threads have ended.
 */
#include "capture/point.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "capture/linkstat.h"
#include "capture/queue.h"
#include "core/alloc.h"
#include "core/trace.h"
#include "core/tstamp.h"

/* Small, so that it stays in the cache; what a stall of the disk delays waits in the ring. */
#define QUEUE_BYTES ((size_t)1 << 20)
#define BATCH_PACKETS 512
#define IDLE_WAIT_MS 500
#define DRAIN_WAIT_MS 5
#define QUIET_NS (2 * LIVE_RETIRE_MS * NS_PER_MS)
#define DRAIN_MAX_NS (5 * NS_PER_S)
#define STATISTICS_NS NS_PER_S
#define ROOM_WAIT_MS 100
#define THREAD_STACK_BYTES ((size_t)256 << 10)

struct point {
	char *name;
	struct point_params params;
	struct live *live;
	struct linkstat link;
	struct queue queue;
	struct writer *writer;
	struct writer_counts stored;
	int wake_fd;   /* a stop wakes the capturing thread */
	int notify_fd; /* belongs to the caller */
	int n_threads; /* that were started */
	pthread_t threads[2];

	/* the capturing thread's own */
	size_t record_max_bytes;
	int64_t newest_t_ns;
	int64_t statistics_ns; /* when the kernel was asked last */
	uint64_t n_packets, n_refused;
	uint64_t rotated_bytes; /* where in the stream the present file begins */

	_Atomic uint64_t packets, dropped_by_kernel, dropped_by_interface, dropped_by_writer;
	_Atomic uint64_t cut_bytes; /* the next file begins here in the stream; 0: not asked */
	_Atomic int64_t stop_t_ns, stop_mono_ns; /* 0: go on */
	atomic_bool writer_failed;
	atomic_int running; /* threads that have not ended */
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
	struct point *p = aligned_alloc(alignof(struct point), sizeof *p);
	enum vstatus st;

	*out = NULL;
	if (!p)
		return verr_sys(err, "cannot set up a capture");
	memset(p, 0, sizeof *p);
	p->name = xstrdup(params->name);
	p->params = *params;
	p->record_max_bytes = WRITER_RECORD_HEADER_BYTES + params->live.snaplen;
	p->newest_t_ns = INT64_MIN;
	p->queue.data_fd = p->queue.room_fd = -1;
	p->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	atomic_store(&p->dropped_by_kernel, POINT_NA);
	linkstat_open(&p->link, params->live.interface);
	point_ask_interface(p);
	st = p->wake_fd >= 0 ? queue_open(&p->queue, QUEUE_BYTES, err)
			     : verr_sys(err, "cannot open an event descriptor");
	if (st == V_OK)
		st = live_open(&p->live, &params->live, err);
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
	queue_close(&p->queue);
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
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&lock);
	if (!atomic_load(&p->failed)) {
		p->failure = *why;
		atomic_store(&p->failed, true);
	}
	pthread_mutex_unlock(&lock);
}

static void
end_thread(struct point *p)
{
	atomic_fetch_sub(&p->running, 1);
	wake(p->notify_fd);
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
	for (int i = 0; i < p->n_threads; i++)
		pthread_join(p->threads[i], NULL);
	p->n_threads = 0;
}

bool
point_ended(struct point *p)
{
	return atomic_load(&p->running) == 0;
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

/* ---- the capturing thread ---- */

static void
take_packet(void *arg, const struct live_packet *packet)
{
	uint8_t header[WRITER_RECORD_HEADER_BYTES];
	struct point *p = arg;

	p->newest_t_ns = packet->t_ns;
	writer_record_header(header, packet->t_ns, packet->caplen, packet->len);
	queue_put(&p->queue, header, sizeof header);
	queue_put(&p->queue, packet->data, packet->caplen);
	p->n_packets++;
}

static void
refuse_packet(void *arg, const struct live_packet *packet)
{
	struct point *p = arg;

	p->newest_t_ns = packet->t_ns;
	p->n_refused++;
}

/* Ask for a new file where the next record begins; one request at a time. */
static void
rotate_if_due(struct point *p)
{
	uint64_t filled = p->queue.filled;

	if (p->params.rotate_bytes == 0 || filled - p->rotated_bytes < p->params.rotate_bytes ||
		atomic_load(&p->cut_bytes) != 0)
		return;
	p->rotated_bytes = filled;
	atomic_store(&p->cut_bytes, filled);
}

/* Take what the ring has and the queue holds; *n packets, 0 when there was nothing to take. */
static enum vstatus
take_batch(struct point *p, size_t *n, struct verr *err)
{
	size_t max = queue_room(&p->queue) / p->record_max_bytes;
	enum vstatus st;

	*n = 0;
	if (atomic_load_explicit(&p->writer_failed, memory_order_relaxed)) {
		st = live_read(p->live, n, BATCH_PACKETS, refuse_packet, p, err);
		atomic_store_explicit(&p->dropped_by_writer, p->n_refused, memory_order_relaxed);
		return st;
	}
	if (max == 0) {
		*n = 1; /* not idle: the ring may hold plenty */
		queue_wait_room(&p->queue, p->queue.size / 2, ROOM_WAIT_MS);
		return V_OK;
	}
	st = live_read(p->live, n, max < BATCH_PACKETS ? max : BATCH_PACKETS, take_packet, p, err);
	if (*n > 0) {
		rotate_if_due(p);
		queue_publish(&p->queue);
		atomic_store_explicit(&p->packets, p->n_packets, memory_order_relaxed);
	}
	return st;
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

/* The wake-up for the stop stays readable, so it is waited for only until it has come. */
static void
wait_for_packets(const struct point *p)
{
	if (atomic_load(&p->stop_t_ns) != 0)
		live_wait(p->live, -1, DRAIN_WAIT_MS);
	else
		live_wait(p->live, p->wake_fd, IDLE_WAIT_MS);
}

static void *
capture_main(void *arg)
{
	struct point *p = arg;
	int64_t now_ns = monotonic_ns(), busy_ns = now_ns;
	enum vstatus st = V_OK;
	struct verr err;
	size_t n;

	ask_statistics(p, now_ns);
	while (st == V_OK && !is_drained(p, now_ns, busy_ns)) {
		st = take_batch(p, &n, &err);
		if (st == V_OK && n == 0)
			wait_for_packets(p);
		now_ns = monotonic_ns();
		if (n > 0)
			busy_ns = now_ns;
		if (now_ns - p->statistics_ns > STATISTICS_NS)
			ask_statistics(p, now_ns);
	}
	ask_statistics(p, now_ns);
	if (st != V_OK)
		fail(p, &err);
	queue_finish(&p->queue);
	end_thread(p);
	return NULL;
}

/* ---- the compressing thread ---- */

/* What lies in one piece, up to where a new file begins. */
static size_t
next_piece(struct point *p, const uint8_t **piece)
{
	size_t n = queue_peek(&p->queue, piece);
	uint64_t cut = atomic_load(&p->cut_bytes), taken = queue_taken(&p->queue);

	if (cut != 0 && cut - taken < n)
		n = (size_t)(cut - taken);
	return n < WRITER_FLUSH_BYTES ? n : WRITER_FLUSH_BYTES;
}

static enum vstatus
rotate_at_cut(struct point *p, int64_t now_ns, struct verr *err)
{
	uint64_t cut = atomic_load(&p->cut_bytes);

	if (cut == 0 || cut != queue_taken(&p->queue))
		return V_OK;
	atomic_store(&p->cut_bytes, 0);
	return writer_rotate(p->writer, now_ns, err);
}

/* Compress what is there: whole pieces for flushing, and when time is up also the rest. */
static enum vstatus
compress_ready(struct point *p, bool all, struct verr *err)
{
	enum vstatus st = V_OK;
	const uint8_t *piece;
	size_t n;

	while (st == V_OK && (n = next_piece(p, &piece)) > 0) {
		int64_t now_ns = monotonic_ns();

		st = writer_put(p->writer, piece, n, now_ns, err);
		queue_take(&p->queue, n);
		if (st == V_OK)
			st = rotate_at_cut(p, now_ns, err);
		if (n < WRITER_FLUSH_BYTES && !all)
			break;
	}
	return st;
}

/* The files can take no more: keep the queue empty until the capture ends. */
static void
discard(struct point *p)
{
	const uint8_t *piece;

	while (!queue_is_done(&p->queue)) {
		size_t n = queue_peek(&p->queue, &piece);

		queue_take(&p->queue, n);
		if (n == 0)
			queue_wait(&p->queue, 1, IDLE_WAIT_MS);
	}
}

static void *
write_main(void *arg)
{
	struct point *p = arg;
	enum vstatus st = V_OK;
	struct verr err;

	while (st == V_OK && !queue_is_done(&p->queue)) {
		int64_t now_ns = monotonic_ns();
		int64_t due_ns = writer_flush_due_ns(p->writer, now_ns);

		if (due_ns > 0)
			queue_wait(&p->queue, WRITER_FLUSH_BYTES, (int)(due_ns / NS_PER_MS) + 1);
		now_ns = monotonic_ns();
		due_ns = writer_flush_due_ns(p->writer, now_ns);
		st = compress_ready(p, due_ns == 0, &err);
		if (st == V_OK)
			st = writer_tick(p->writer, now_ns, &err);
	}
	if (st == V_OK)
		st = writer_close(p->writer, &err);
	else
		(void)writer_close(p->writer, NULL);
	p->writer = NULL;
	if (st != V_OK) {
		atomic_store(&p->writer_failed, true);
		fail(p, &err);
		wake(p->notify_fd);
		discard(p);
	}
	end_thread(p);
	return NULL;
}

/* ---- starting ---- */

static enum vstatus
start_thread(struct point *p, void *(*body)(void *), struct verr *err)
{
	pthread_attr_t attr;
	int code;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, THREAD_STACK_BYTES);
	atomic_fetch_add(&p->running, 1);
	code = pthread_create(&p->threads[p->n_threads], &attr, body, p);
	pthread_attr_destroy(&attr);
	if (code == 0) {
		p->n_threads++;
		return V_OK;
	}
	atomic_fetch_sub(&p->running, 1);
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
	};
	enum vstatus st = writer_open(&p->writer, &params, &p->stored, monotonic_ns(), err);

	p->notify_fd = notify_fd;
	if (st == V_OK)
		st = start_thread(p, write_main, err);
	if (st == V_OK)
		st = start_thread(p, capture_main, err);
	if (st != V_OK && p->n_threads > 0) { /* nobody feeds the compressor: let it end */
		queue_finish(&p->queue);
		point_join(p);
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
	uint64_t n_files = atomic_load(&p->stored.n_files), held = 0;

	if (!atomic_load(&p->writer_failed))
		return;
	for (uint64_t k = 0; k < n_files; k++) {
		char *name = writer_file_name(p->name, k);

		held += records_in(name);
		free(name);
	}
	atomic_store(&p->packets, held);
	atomic_store(&p->dropped_by_writer, p->n_packets - held + p->n_refused);
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
