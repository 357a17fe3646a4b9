#ifndef VANTAGE_CORE_BYTES_H
#define VANTAGE_CORE_BYTES_H
/*
 * bytes - the only way to read wire and file fields: loads that need no alignment, and a cursor
 * that cannot leave its buffer.
 *
 * The be and le loads take a pointer to bytes that the caller has already bounds-checked.  The
 * cursor checks by itself: a read past the end returns 0 and sets `overrun`, which the caller
 * tests once after a group of reads.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t
be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t
be32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return __builtin_bswap32(v);
}

static inline uint16_t
le16(const uint8_t *p)
{
	return (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t
le32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

static inline uint64_t
le64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* An unsigned field in the byte order of the file that holds it. */
static inline uint16_t
ord16(const uint8_t *p, bool big_endian)
{
	return big_endian ? be16(p) : le16(p);
}

static inline uint32_t
ord32(const uint8_t *p, bool big_endian)
{
	return big_endian ? be32(p) : le32(p);
}

struct cursor {
	const uint8_t *p;
	const uint8_t *end;
	bool overrun; /* a read went past the end; all values since are 0 */
};

static inline struct cursor
cursor_of(const uint8_t *p, size_t n)
{
	return (struct cursor){p, p + n, false};
}

static inline size_t
cursor_left(const struct cursor *c)
{
	return (size_t)(c->end - c->p);
}

/* cursor_take - n bytes, or NULL (and overrun) if fewer are left. */
static inline const uint8_t *
cursor_take(struct cursor *c, size_t n)
{
	const uint8_t *p = c->p;

	if (cursor_left(c) < n) {
		c->overrun = true;
		c->p = c->end;
		return NULL;
	}
	c->p += n;
	return p;
}

static inline uint8_t
cursor_u8(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 1);

	return p ? *p : 0;
}

static inline uint16_t
cursor_be16(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);

	return p ? be16(p) : 0;
}

static inline uint32_t
cursor_be32(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);

	return p ? be32(p) : 0;
}

#endif
