/*
 * queue - one producer, one consumer, a ring of bytes.
 *
 * head is written by the producer alone, tail by the consumer alone; each publishes with release
 * and reads the other's with acquire.  Sleeping follows one pattern on both sides: say what is
 * wanted, look once more, sleep on an eventfd.  The other side moves its offset, then looks at what
 * is wanted.  Between the two steps of either side stands a full fence, so at least one of them sees
 * the other's store: no wake-up is lost.  A wake-up too many is harmless, sleepers look again.
 */
#include "capture/queue.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/alloc.h"

enum vstatus
queue_open(struct queue *q, size_t size_bytes, struct verr *err)
{
	assert(size_bytes > 0 && (size_bytes & (size_bytes - 1)) == 0);
	memset(q, 0, sizeof *q);
	q->data_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	q->room_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (q->data_fd < 0 || q->room_fd < 0) {
		verr_sys(err, "cannot open an event descriptor");
		queue_close(q);
		return V_EIO;
	}
	q->size = size_bytes;
	q->bytes = xmalloc_large(size_bytes);
	return V_OK;
}

void
queue_close(struct queue *q)
{
	if (q->data_fd >= 0)
		close(q->data_fd);
	if (q->room_fd >= 0)
		close(q->room_fd);
	free(q->bytes);
	q->bytes = NULL;
	q->data_fd = q->room_fd = -1;
}

/* ---- sleeping and waking ---- */

static void
wake(int fd)
{
	uint64_t one = 1;

	while (write(fd, &one, sizeof one) < 0 && errno == EINTR)
		;
}

static void
sleep_on(int fd, int timeout_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	uint64_t count;

	if (poll(&p, 1, timeout_ms) > 0 && read(fd, &count, sizeof count) < 0)
		return; /* somebody else's wake-up: the caller looks again in any case */
}

/* After moving an offset: wake the other side if `available` is what it waits for. */
static void
wake_if_wanted(_Atomic size_t *wanted, size_t available, int fd)
{
	size_t n;

	atomic_thread_fence(memory_order_seq_cst);
	n = atomic_load_explicit(wanted, memory_order_relaxed);
	if (n > 0 && available >= n && atomic_exchange(wanted, 0) > 0)
		wake(fd);
}

/* ---- the producer ---- */

size_t
queue_room(struct queue *q)
{
	q->tail_seen = atomic_load_explicit(&q->tail, memory_order_acquire);
	return q->size - (size_t)(q->filled - q->tail_seen);
}

void
queue_put(struct queue *q, const void *data, size_t n)
{
	size_t at = (size_t)q->filled & (q->size - 1);
	size_t first = q->size - at < n ? q->size - at : n;

	assert(n <= q->size - (size_t)(q->filled - q->tail_seen));
	memcpy(q->bytes + at, data, first);
	if (first < n)
		memcpy(q->bytes, (const uint8_t *)data + first, n - first);
	q->filled += n;
}

void
queue_publish(struct queue *q)
{
	uint64_t tail = atomic_load_explicit(&q->tail, memory_order_relaxed);

	atomic_store_explicit(&q->head, q->filled, memory_order_release);
	wake_if_wanted(&q->data_wanted, (size_t)(q->filled - tail), q->data_fd);
}

bool
queue_wait_room(struct queue *q, size_t n, int timeout_ms)
{
	assert(n <= q->size);
	atomic_store(&q->room_wanted, n);
	atomic_thread_fence(memory_order_seq_cst);
	if (queue_room(q) < n)
		sleep_on(q->room_fd, timeout_ms);
	atomic_store(&q->room_wanted, 0);
	return queue_room(q) >= n;
}

void
queue_finish(struct queue *q)
{
	atomic_store_explicit(&q->head, q->filled, memory_order_release);
	atomic_store(&q->finished, true);
	wake(q->data_fd);
}

/* ---- the consumer ---- */

static size_t
available(struct queue *q)
{
	return (size_t)(atomic_load_explicit(&q->head, memory_order_acquire) -
		atomic_load_explicit(&q->tail, memory_order_relaxed));
}

void
queue_wait(struct queue *q, size_t n, int timeout_ms)
{
	atomic_store(&q->data_wanted, n);
	atomic_thread_fence(memory_order_seq_cst);
	if (available(q) < n && !atomic_load(&q->finished))
		sleep_on(q->data_fd, timeout_ms);
	atomic_store(&q->data_wanted, 0);
}

size_t
queue_peek(struct queue *q, const uint8_t **p)
{
	size_t n = available(q);
	size_t at = (size_t)atomic_load_explicit(&q->tail, memory_order_relaxed) & (q->size - 1);

	*p = q->bytes + at;
	return q->size - at < n ? q->size - at : n;
}

void
queue_take(struct queue *q, size_t n)
{
	uint64_t tail = atomic_load_explicit(&q->tail, memory_order_relaxed) + n;
	uint64_t head = atomic_load_explicit(&q->head, memory_order_relaxed);

	assert(tail <= head);
	atomic_store_explicit(&q->tail, tail, memory_order_release);
	wake_if_wanted(&q->room_wanted, q->size - (size_t)(head - tail), q->room_fd);
}

uint64_t
queue_taken(const struct queue *q)
{
	return atomic_load_explicit(&q->tail, memory_order_relaxed);
}

bool
queue_is_done(struct queue *q)
{
	return atomic_load(&q->finished) && available(q) == 0;
}
