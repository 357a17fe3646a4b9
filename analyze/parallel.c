/*
 * parallel - see parallel.h.
 *
 * Each thread takes the next number until there is none: units of work differ widely in length.
 */
#include "analyze/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "core/alloc.h"

struct work {
	atomic_size_t next;
	size_t n;
	void (*work)(void *ctx, size_t i);
	void *ctx;
};

static void *
worker(void *arg)
{
	struct work *w = arg;
	size_t i;

	while ((i = atomic_fetch_add(&w->next, 1)) < w->n)
		w->work(w->ctx, i);
	return NULL;
}

void
parallel_for(size_t n, unsigned n_threads, void (*work)(void *ctx, size_t i), void *ctx)
{
	struct work w = {.n = n, .work = work, .ctx = ctx};
	pthread_t *threads;
	unsigned started = 0;

	if (n_threads > n)
		n_threads = (unsigned)n;
	threads = xcalloc(n_threads + 1, sizeof *threads);
	/* This thread works too; one that cannot be started is no loss. */
	while (started + 1 < n_threads && !pthread_create(&threads[started], NULL, worker, &w))
		started++;
	worker(&w);
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	free(threads);
}
