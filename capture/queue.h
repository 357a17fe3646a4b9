#ifndef VANTAGE_CAPTURE_QUEUE_H
#define VANTAGE_CAPTURE_QUEUE_H
/*
 * queue - a bounded queue of bytes between one producing and one consuming thread.
 *
 * All memory is taken by queue_open(); neither side takes a lock, and neither makes a system call
 * unless the other one sleeps.  Bytes that were put become visible by queue_publish(), so that
 * the consumer sees whole records only.  Offsets are 64-bit counts that never wrap.
 */
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct queue {
	uint8_t *bytes;
	size_t size; /* a power of two */
	int data_fd; /* eventfd: wakes the consumer */
	int room_fd; /* eventfd: wakes the producer */

	alignas(64) uint64_t filled; /* producer: put so far, published or not */
	uint64_t tail_seen;          /* producer: what it last saw of tail */
	_Atomic uint64_t head;       /* published so far */
	atomic_bool finished;        /* nothing more will come */
	_Atomic size_t room_wanted;  /* the producer sleeps until so much is free; 0 awake */

	alignas(64) _Atomic uint64_t tail; /* taken so far */
	_Atomic size_t data_wanted;        /* the consumer sleeps until so much is there; 0 awake */
};

/* queue_open - size_bytes must be a power of two.  V_EIO without descriptors. */
enum vstatus queue_open(struct queue *q, size_t size_bytes, struct verr *err);
void queue_close(struct queue *q);

/* ---- the producer ---- */

/* queue_room - bytes that can be put now. */
size_t queue_room(struct queue *q);
/* queue_put - append; n must not exceed queue_room(). */
void queue_put(struct queue *q, const void *data, size_t n);
/* queue_publish - let the consumer see what was put. */
void queue_publish(struct queue *q);
/* queue_wait_room - sleep until n bytes are free or timeout_ms are over; false: not yet free. */
bool queue_wait_room(struct queue *q, size_t n, int timeout_ms);
/* queue_finish - publish, and say that nothing more will come. */
void queue_finish(struct queue *q);

/* ---- the consumer ---- */

/* queue_wait - sleep until n bytes are there, the producer has finished, or timeout_ms are over. */
void queue_wait(struct queue *q, size_t n, int timeout_ms);
/* queue_peek - the oldest bytes, as many as lie in one piece; *p is good until queue_take(). */
size_t queue_peek(struct queue *q, const uint8_t **p);
/* queue_take - the consumer is done with the oldest n bytes. */
void queue_take(struct queue *q, size_t n);
/* queue_taken - bytes taken since the queue was opened. */
uint64_t queue_taken(const struct queue *q);
/* queue_is_done - the producer has finished and everything is taken. */
bool queue_is_done(struct queue *q);

#endif
