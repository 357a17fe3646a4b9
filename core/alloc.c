/*
 * alloc - allocation that cannot fail from the caller's point of view, and an arena.
 *
 * Measuring and reporting programs have no useful plan for an exhausted heap, and code for
 * a plan that never runs is code that is never tested: so the program says what it could not get
 * and ends with status 1.  This is safe only because every size that an input can influence is
 * compared with a named limit before it comes here.
 *
 * The arena hands out pieces of large blocks front to back and frees the blocks together.
 * A request larger than a quarter of a block gets a block of its own, linked behind the current
 * one, so that the room left in the current one is not lost.
 */
#include "core/alloc.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/err.h"

#define ARENA_BLOCK_BYTES ((size_t)64 << 10)
#define HUGE_PAGE_BYTES ((size_t)2 << 20)
#define MAPPING_MIN_BYTES (1 << 20)
#define LARGE_MIN_BYTES ((size_t)2 << 20)

struct arena_block {
	struct arena_block *older;
	alignas(max_align_t) char data[];
};

static const char *advice;

void
alloc_advise(const char *sentence)
{
	advice = sentence;
}

/* Does not use core/log: that one may hold its lock when memory ends. */
static _Noreturn void
die_out_of_memory(size_t size_bytes)
{
	/* Threads that meet the limit together: one message is enough. */
	static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&once);
	fprintf(stderr, "%s: out of memory (%zu bytes wanted)%s%s\n", program_invocation_short_name,
		size_bytes, advice ? ": " : "", advice ? advice : "");
	_exit(VEXIT_SYSTEM);
}

void *
xmalloc(size_t size_bytes)
{
	void *p = malloc(size_bytes ? size_bytes : 1);

	if (!p)
		die_out_of_memory(size_bytes);
	return p;
}

void *
xmalloc_large(size_t size_bytes)
{
	size_t rounded;
	void *p;

	if (size_bytes < LARGE_MIN_BYTES || size_bytes > SIZE_MAX - HUGE_PAGE_BYTES)
		return xmalloc(size_bytes);
	rounded = (size_bytes + HUGE_PAGE_BYTES - 1) & ~(HUGE_PAGE_BYTES - 1);
	p = aligned_alloc(HUGE_PAGE_BYTES, rounded);
	if (!p)
		return xmalloc(size_bytes); /* prints what is to be said */
	madvise(p, rounded, MADV_HUGEPAGE); /* a wish: refusal changes nothing but speed */
	return p;
}

/*
 * Above the threshold an array has a mapping of its own, which realloc() moves without touching
 * it.  Set once, so that glibc does not raise it with every large array that is freed.
 */
static void
keep_mappings(void)
{
	mallopt(M_MMAP_THRESHOLD, MAPPING_MIN_BYTES);
}

void *
xrealloc_large(void *p, size_t size_bytes)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, keep_mappings);
	return xrealloc(p, size_bytes, 1);
}

void *
xcalloc(size_t n, size_t size_bytes)
{
	size_t total;
	void *p;

	if (__builtin_mul_overflow(n, size_bytes, &total))
		die_out_of_memory(SIZE_MAX);
	p = calloc(total ? total : 1, 1);
	if (!p)
		die_out_of_memory(total);
	return p;
}

void *
xrealloc(void *p, size_t n, size_t size_bytes)
{
	size_t total;
	void *q;

	if (__builtin_mul_overflow(n, size_bytes, &total))
		die_out_of_memory(SIZE_MAX);
	q = realloc(p, total ? total : 1);
	if (!q)
		die_out_of_memory(total);
	return q;
}

char *
xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

char *
xstrndup(const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *copy = xmalloc(len + 1);

	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *
xvasprintf(const char *fmt, va_list ap)
{
	char *text = NULL;

	if (vasprintf(&text, fmt, ap) < 0)
		die_out_of_memory(strlen(fmt));
	return text;
}

char *
xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	return text;
}

static struct arena_block *
block_new(size_t data_bytes)
{
	if (data_bytes > SIZE_MAX - sizeof(struct arena_block))
		die_out_of_memory(SIZE_MAX);
	return xcalloc(1, sizeof(struct arena_block) + data_bytes);
}

static void *
alloc_own_block(struct arena *a, size_t size_bytes)
{
	struct arena_block *b = block_new(size_bytes);

	if (a->head) {
		b->older = a->head->older;
		a->head->older = b;
	} else {
		a->head = b;
	}
	return b->data;
}

void *
arena_alloc(struct arena *a, size_t size_bytes)
{
	const size_t align = alignof(max_align_t);
	size_t room;
	char *p;

	if (size_bytes > ARENA_BLOCK_BYTES / 4)
		return alloc_own_block(a, size_bytes);
	room = size_bytes ? (size_bytes + align - 1) / align * align : align;
	if (room > a->left_bytes) {
		struct arena_block *b = block_new(ARENA_BLOCK_BYTES);

		b->older = a->head;
		a->head = b;
		a->next = b->data;
		a->left_bytes = ARENA_BLOCK_BYTES;
	}
	p = a->next;
	a->next += room;
	a->left_bytes -= room;
	return p;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *copy = arena_alloc(a, len + 1);

	memcpy(copy, s, len);
	return copy; /* the arena's memory is zeroed, so the NUL is there */
}

void
arena_release(struct arena *a)
{
	struct arena_block *b = a->head;

	while (b) {
		struct arena_block *older = b->older;

		free(b);
		b = older;
	}
	*a = (struct arena){0};
}
