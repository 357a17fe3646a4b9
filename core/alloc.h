#ifndef VANTAGE_CORE_ALLOC_H
#define VANTAGE_CORE_ALLOC_H
/*
 * alloc - checked allocation: out of memory is printed and ends the program with status 1.
 *
 * Sizes that come from input meet a named limit *before* they get here.
 */
#include <stdarg.h>
#include <stddef.h>

/* alloc_advise - what the user can do when memory ends, one sentence behind the message; kept. */
void alloc_advise(const char *sentence);

void *xmalloc(size_t size_bytes);
void *xcalloc(size_t n, size_t size_bytes);
/* xrealloc - n elements of size_bytes; the product is checked for overflow. */
void *xrealloc(void *p, size_t n, size_t size_bytes);
/*
 * xmalloc_large - for arrays of megabytes that are filled at once: asks the kernel for huge pages,
 *   which cost a five-hundredth of the page faults.  Freed with free().
 */
void *xmalloc_large(size_t size_bytes);
/* xrealloc_large - as xrealloc, for arrays that grow to megabytes: mappings, moved, not copied. */
void *xrealloc_large(void *p, size_t size_bytes);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
/* xasprintf, xvasprintf - a formatted string on the heap; the caller frees it. */
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

/*
 * GROW - make room for one more element in a doubling array.
 *   p    the array (any element type), n elements used, cap allocated; all three are lvalues
 */
#define GROW(p, n, cap)                                           \
	do {                                                      \
		if ((n) == (cap)) {                               \
			(cap) = (cap) ? 2 * (cap) : 16;           \
			(p) = xrealloc((p), (cap), sizeof(*(p))); \
		}                                                 \
	} while (0)

/*
 * arena - many small objects with one lifetime, freed together.
 *   struct arena a = {0};  p = arena_alloc(&a, n);  ...  arena_release(&a);
 */
struct arena_block;
struct arena {
	struct arena_block *head;
	size_t left_bytes;
	char *next;
};

/* arena_alloc - zeroed and aligned for any type. */
void *arena_alloc(struct arena *a, size_t size_bytes);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
void arena_release(struct arena *a);

#endif
