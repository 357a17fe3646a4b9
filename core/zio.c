/*
 * zio - the reader's window over a decompressed stream.
 *
 * Bytes come from core/zdec in blocks small enough to stay in a core's own cache between the
 * decoder that writes them and the caller that reads them.  A record that straddles two blocks is
 * made contiguous by copying its first part into the headroom in front of the second block; the
 * bulk is never copied.
 *
 *            headroom            block
 *     |..........[ carried ][ new bytes .................... ]|
 *                ^ pos                                        ^ end
 *
 * What does not fit the headroom is put together in a spill buffer that is made on demand and
 * bounded by ZIO_NEED_MAX_BYTES.
 *
 * ZIO_INLINE has one such block.  ZIO_AHEAD has a ring of them and a worker that fills it; the
 * caller holds the block it reads, and gives it back when it has taken the next.  One lock per
 * block is cheap beside decompressing it; a worker that met a full ring is woken only when the
 * ring is half empty, so that a slow caller does not switch threads at each block.  The worker
 * runs for compressed regular files only: for plain ones there is nothing to do ahead, and a
 * read from a pipe could hold zreader_close() up.
 */
#include "core/zio.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/alloc.h"
#include "core/zdec.h"

#define BLOCK_BYTES ((size_t)256 << 10)
#define HEADROOM_BYTES ((size_t)128 << 10)
#define RING_BLOCKS 8u

struct block {
	uint8_t *alloc;
	uint8_t *data; /* HEADROOM_BYTES into alloc */
	size_t len;
};

/* Counters only grow; block i is ring[i % RING_BLOCKS].  freed <= taken <= filled. */
struct ahead {
	pthread_t worker;
	pthread_mutex_t lock;
	pthread_cond_t filled_cond;
	pthread_cond_t freed_cond;
	uint64_t filled;
	uint64_t taken; /* the caller's own */
	uint64_t freed;
	bool stop;
	enum vstatus st; /* not V_OK: the worker has ended, `filled` is final */
	struct verr why;
};

struct zreader_impl {
	struct zdec *dec; /* NULL when the window is the source itself, in memory */
	enum zio_format format;
	bool threaded;
	uint64_t delivered_bytes; /* into the window, ever */
	enum vstatus st;          /* not V_OK: nothing more will come, and why */
	struct verr why;
	uint8_t *spill;
	size_t spill_cap;
	struct block ring[RING_BLOCKS]; /* ring[0] alone without a thread */
	struct ahead ahead;
};

static void
block_init(struct block *b)
{
	b->alloc = xmalloc(HEADROOM_BYTES + BLOCK_BYTES);
	b->data = b->alloc + HEADROOM_BYTES;
	b->len = 0;
}

/* The worker's side of the ring. */

/* Wait for a block to fill; NULL when the caller closes. */
static struct block *
ahead_room(struct zreader_impl *m)
{
	struct ahead *a = &m->ahead;
	bool stop;

	pthread_mutex_lock(&a->lock);
	if (a->filled - a->freed == RING_BLOCKS)
		while (!a->stop && a->filled - a->freed > RING_BLOCKS / 2)
			pthread_cond_wait(&a->freed_cond, &a->lock);
	stop = a->stop;
	pthread_mutex_unlock(&a->lock);
	return stop ? NULL : &m->ring[a->filled % RING_BLOCKS];
}

static void *
ahead_run(void *arg)
{
	struct zreader_impl *m = arg;
	struct ahead *a = &m->ahead;
	enum vstatus st = V_OK;

	while (st == V_OK) {
		struct block *b = ahead_room(m);
		struct verr why = {""};

		if (b == NULL)
			break;
		st = zdec_read(m->dec, b->data, BLOCK_BYTES, &b->len, &why);
		pthread_mutex_lock(&a->lock);
		a->filled++;
		a->st = st;
		if (st != V_OK)
			a->why = why;
		pthread_cond_signal(&a->filled_cond);
		pthread_mutex_unlock(&a->lock);
	}
	return NULL;
}

/* The caller's side of the ring. */

/* The next filled block; NULL, and m->st set, when there will be none. */
static struct block *
ahead_take(struct zreader_impl *m)
{
	struct ahead *a = &m->ahead;
	struct block *b = NULL;

	pthread_mutex_lock(&a->lock);
	while (a->filled == a->taken && a->st == V_OK)
		pthread_cond_wait(&a->filled_cond, &a->lock);
	if (a->filled > a->taken) {
		b = &m->ring[a->taken % RING_BLOCKS];
		a->taken++;
	} else {
		m->st = a->st;
		m->why = a->why;
	}
	pthread_mutex_unlock(&a->lock);
	return b;
}

/* Give back all but the last `keep` of the blocks that were taken. */
static void
ahead_free(struct ahead *a, uint64_t keep)
{
	pthread_mutex_lock(&a->lock);
	a->freed = a->taken - keep;
	if (a->filled - a->freed <= RING_BLOCKS / 2)
		pthread_cond_signal(&a->freed_cond);
	pthread_mutex_unlock(&a->lock);
}

static void
ahead_init(struct zreader_impl *m)
{
	struct ahead *a = &m->ahead;
	sigset_t all, before;
	unsigned i;

	for (i = 1; i < RING_BLOCKS; i++)
		block_init(&m->ring[i]);
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->filled_cond, NULL);
	pthread_cond_init(&a->freed_cond, NULL);
	/* Signals are for the threads that the program knows of. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	m->threaded = pthread_create(&a->worker, NULL, ahead_run, m) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void
ahead_release(struct zreader_impl *m)
{
	struct ahead *a = &m->ahead;

	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_cond_signal(&a->freed_cond);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->worker, NULL);
	pthread_cond_destroy(&a->freed_cond);
	pthread_cond_destroy(&a->filled_cond);
	pthread_mutex_destroy(&a->lock);
}

/* The window. */

/* Slide the window on to the next block; the unread rest goes in front of it. */
static void
window_slide(struct zreader *z)
{
	struct zreader_impl *m = z->impl;
	size_t left = (size_t)(z->end - z->pos);
	struct block *b = &m->ring[0];

	if (m->threaded) {
		b = ahead_take(m);
		if (b == NULL)
			return;
		memcpy(b->data - left, z->pos, left);
		ahead_free(&m->ahead, 1);
	} else {
		memmove(b->data - left, z->pos, left);
		m->st = zdec_read(m->dec, b->data, BLOCK_BYTES, &b->len, &m->why);
	}
	z->pos = b->data - left;
	z->end = b->data + b->len;
	m->delivered_bytes += b->len;
}

/* Make the window lie at the start of a spill buffer that has room for n bytes and a block. */
static void
spill_enter(struct zreader *z, size_t n)
{
	struct zreader_impl *m = z->impl;
	size_t left = (size_t)(z->end - z->pos);

	if (m->spill_cap < n + BLOCK_BYTES) {
		uint8_t *bigger = xmalloc(n + BLOCK_BYTES);

		memcpy(bigger, z->pos, left);
		free(m->spill);
		m->spill = bigger;
		m->spill_cap = n + BLOCK_BYTES;
	} else if (z->pos != m->spill) {
		memmove(m->spill, z->pos, left);
	}
	z->pos = m->spill;
	z->end = m->spill + left;
}

/* Append a block to the window, which the spill buffer holds. */
static void
spill_append(struct zreader *z, size_t n)
{
	struct zreader_impl *m = z->impl;
	uint8_t *to;
	size_t got;

	spill_enter(z, n);
	to = m->spill + (z->end - z->pos);
	if (m->threaded) {
		struct block *b = ahead_take(m);

		if (b == NULL)
			return;
		got = b->len;
		memcpy(to, b->data, got);
		ahead_free(&m->ahead, 0);
	} else {
		m->st = zdec_read(m->dec, to, BLOCK_BYTES, &got, &m->why);
	}
	z->end += got;
	m->delivered_bytes += got;
}

enum vstatus
zreader_more(struct zreader *z, size_t n, struct verr *err)
{
	struct zreader_impl *m = z->impl;
	size_t left;

	if (n > ZIO_NEED_MAX_BYTES)
		return verr_set(err, V_ELIMIT, "%zu bytes in one piece are more than %zu MiB", n,
			ZIO_NEED_MAX_BYTES >> 20);
	while ((left = (size_t)(z->end - z->pos)) < n) {
		if (m->st == V_END)
			return V_END;
		if (m->st != V_OK)
			return verr_set(err, m->st, "%s", m->why.msg);
		if (left <= HEADROOM_BYTES)
			window_slide(z);
		else
			spill_append(z, n);
	}
	return V_OK;
}

enum vstatus
zreader_skip(struct zreader *z, uint64_t n, struct verr *err)
{
	for (;;) {
		size_t left = (size_t)(z->end - z->pos);
		size_t step = left < n ? left : (size_t)n;
		enum vstatus st;

		z->pos += step;
		n -= step;
		if (n == 0)
			return V_OK;
		st = zreader_more(z, 1, err);
		if (st != V_OK)
			return st;
	}
}

uint64_t
zreader_offset(const struct zreader *z)
{
	return z->impl->delivered_bytes - (uint64_t)(z->end - z->pos);
}

enum zio_format
zreader_format(const struct zreader *z)
{
	return z->impl->format;
}

/* Opening and closing. */

static void
reader_init(struct zreader *z, struct zdec *dec)
{
	struct zreader_impl *m = xcalloc(1, sizeof *m);

	m->dec = dec;
	m->format = zdec_format(dec);
	block_init(&m->ring[0]);
	*z = (struct zreader){m->ring[0].data, m->ring[0].data, m};
}

enum vstatus
zreader_open(struct zreader *z, const char *path, enum zio_mode mode, struct verr *err)
{
	struct zdec *dec;
	enum vstatus st = zdec_open(&dec, path, err);

	*z = (struct zreader){NULL, NULL, NULL};
	if (st != V_OK)
		return st;
	reader_init(z, dec);
	if (mode == ZIO_AHEAD && zdec_is_regular(dec) && zdec_format(dec) != ZIO_PLAIN)
		ahead_init(z->impl);
	return V_OK;
}

enum vstatus
zreader_open_mem(struct zreader *z, const void *data, size_t len, struct verr *err)
{
	struct zdec *dec;
	enum vstatus st = zdec_open_mem(&dec, data, len, err);

	*z = (struct zreader){NULL, NULL, NULL};
	if (st != V_OK)
		return st;
	if (zdec_format(dec) != ZIO_PLAIN) {
		reader_init(z, dec);
		return V_OK;
	}
	zdec_close(dec);
	*z = (struct zreader){data, (const uint8_t *)data + len, xcalloc(1, sizeof *z->impl)};
	z->impl->format = ZIO_PLAIN;
	z->impl->delivered_bytes = len;
	z->impl->st = V_END;
	return V_OK;
}

void
zreader_close(struct zreader *z)
{
	struct zreader_impl *m = z->impl;
	unsigned i;

	if (m == NULL)
		return;
	if (m->threaded)
		ahead_release(m);
	zdec_close(m->dec);
	for (i = 0; i < RING_BLOCKS; i++)
		free(m->ring[i].alloc);
	free(m->spill);
	free(m);
	*z = (struct zreader){NULL, NULL, NULL};
}
