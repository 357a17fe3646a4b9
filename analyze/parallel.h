#ifndef VANTAGE_ANALYZE_PARALLEL_H
#define VANTAGE_ANALYZE_PARALLEL_H
/*
 * parallel - independent units of work, shared out among threads.
 */
#include <stddef.h>

/*
 * parallel_for - call work(ctx, i) once for each i in [0, n), from n_threads threads (0 and 1: from
 *   this one alone); returns when all calls have.  A thread that cannot be started is no error: the
 *   others do its work.
 */
void parallel_for(size_t n, unsigned n_threads, void (*work)(void *ctx, size_t i), void *ctx);

#endif
