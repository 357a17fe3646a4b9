#ifndef VANTAGE_CORE_MEMORY_H
#define VANTAGE_CORE_MEMORY_H
/*
 * memory - how much memory the machine can give, and a limit that holds it to that.
 *
 * Where memory is promised more often than it exists, a program that takes too much is killed
 * without a word, or another one in its place.  With a limit, the allocation that would go beyond
 * it fails, and core/alloc says so and ends the program with status 1.
 */
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"

/*
 * memory_available - bytes that could be taken now: the smallest of MemAvailable in /proc/meminfo,
 *   and what is left below the limits of the control groups (version 1 or 2) of this process.
 *   UINT64_MAX when nothing of that is known.
 *   root  "" for this machine; a directory with proc/ and sys/ below it, for tests
 */
uint64_t memory_available(const char *root);

/*
 * memory_limit - let this process take that many bytes more than it has now, heap and threads'
 *   stacks together (RLIMIT_DATA); a smaller limit that is in force already stays.
 *   What the kernel has no such limit for (V_EIO) stays as it is.
 */
enum vstatus memory_limit(uint64_t bytes, struct verr *err);

/* memory_parse - "512M", "2G", "64k" (powers of 1024), or bytes; false if it is no size above 0. */
bool memory_parse(uint64_t *bytes, struct slice text);

#endif
