/*
 * fragments - completeness of fragmented echo messages; see fragments.h.
 *
 * Per message the received byte ranges are kept as a sorted list of disjoint intervals; fragments
 * nearly always arrive in order and extend the last one.  Overlaps are taken as they come: whether
 * a receiver would refuse them (RFC 5722) is not judged here.
 */
#include "analyze/fragments.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/hash.h"
#include "core/alloc.h"
#include "core/tstamp.h"

#define WAYS 4
#define SETS (FRAGMENTS_DATAGRAMS_MAX / WAYS)
#define RANGES_MAX 16
#define PROTO_ICMP 1
#define PROTO_ICMPV6 58

struct range {
	uint32_t from;
	uint32_t to;
};

struct datagram {
	uint64_t key; /* 0: free */
	int64_t t_ns; /* of its first seen fragment */
	uint32_t len; /* of the whole; UINT32_MAX until the last fragment was seen */
	struct range ranges[RANGES_MAX];
	unsigned n_ranges;
	bool echo;           /* the first fragment was seen and holds an echo header */
	struct packet first; /* its pointers lead into head */
	uint8_t head[FRAGMENTS_HEAD_BYTES];
};

struct fragments {
	struct datagram *table; /* SETS sets of WAYS; allocated with the first fragment */
	uint64_t n_dropped;     /* echo messages that gave way or expired */
};

struct fragments *
fragments_new(void)
{
	return xcalloc(1, sizeof(struct fragments));
}

void
fragments_free(struct fragments *f)
{
	if (f)
		free(f->table);
	free(f);
}

static uint64_t
key_of(const struct packet *p)
{
	size_t n = p->family == 4 ? 4 : 16;
	uint64_t h = hash_bytes(p->src, n, (uint64_t)p->frag_id << 16 | p->proto);

	h = hash_bytes(p->dst, n, h);
	return h ? h : 1;
}

static void
release(struct fragments *f, struct datagram *d)
{
	f->n_dropped += d->key && d->echo;
	d->key = 0;
}

/* The datagram's entry; a free one, or the oldest of the set, for a new one. */
static struct datagram *
entry(struct fragments *f, uint64_t key, int64_t t_ns)
{
	struct datagram *set = &f->table[(key % SETS) * WAYS], *oldest = set;

	for (int i = 0; i < WAYS; i++) {
		if (set[i].key && tstamp_diff(t_ns, set[i].t_ns) > FRAGMENTS_EXPIRY_NS)
			release(f, &set[i]);
		if (set[i].key == key)
			return &set[i];
		if (!set[i].key || (oldest->key && set[i].t_ns < oldest->t_ns))
			oldest = &set[i];
	}
	release(f, oldest);
	oldest->key = key;
	oldest->t_ns = t_ns;
	oldest->len = UINT32_MAX;
	oldest->n_ranges = 0;
	oldest->echo = false;
	return oldest;
}

/* Keep the first fragment: its bytes from the IP header on, and what the decoder found. */
static void
keep_first(struct datagram *d, const struct packet *p)
{
	uint32_t n = p->ip_caplen < FRAGMENTS_HEAD_BYTES ? p->ip_caplen : FRAGMENTS_HEAD_BYTES;
	uint32_t before = (uint32_t)(p->l4 - p->ip);

	if (p->cls > PACKET_ECHO_REPLY || before + 8 > n)
		return;
	memcpy(d->head, p->ip, n);
	d->first = *p;
	d->first.fragment = false;
	d->first.ip = d->head;
	d->first.ip_caplen = n;
	d->first.src = d->head + (p->src - p->ip);
	d->first.dst = d->head + (p->dst - p->ip);
	d->first.l4 = d->head + before;
	if (d->first.l4_caplen > n - before)
		d->first.l4_caplen = n - before;
	d->echo = true;
}

/* Add [from, to) to the ranges; false when there is no room for another one. */
static bool
add_range(struct datagram *d, uint32_t from, uint32_t to)
{
	unsigned i = 0, last;

	while (i < d->n_ranges && d->ranges[i].to < from)
		i++;
	for (last = i; last < d->n_ranges && d->ranges[last].from <= to; last++) {
		from = d->ranges[last].from < from ? d->ranges[last].from : from;
		to = d->ranges[last].to > to ? d->ranges[last].to : to;
	}
	if (last == i) { /* touches none: make room */
		if (d->n_ranges == RANGES_MAX)
			return false;
		memmove(&d->ranges[i + 1], &d->ranges[i], (d->n_ranges - i) * sizeof *d->ranges);
		d->n_ranges++;
	} else { /* one range takes the place of those it touches */
		memmove(&d->ranges[i + 1], &d->ranges[last],
			(d->n_ranges - last) * sizeof *d->ranges);
		d->n_ranges -= last - i - 1;
	}
	d->ranges[i] = (struct range){from, to};
	return true;
}

static bool
complete(const struct datagram *d)
{
	return d->n_ranges == 1 && d->ranges[0].from == 0 && d->ranges[0].to >= d->len;
}

bool
fragments_add(struct fragments *f, struct packet *whole, int64_t t_ns, const struct packet *p)
{
	struct datagram *d;

	if (p->proto != (p->family == 4 ? PROTO_ICMP : PROTO_ICMPV6))
		return false;
	if (!f->table)
		f->table = xcalloc(FRAGMENTS_DATAGRAMS_MAX, sizeof *f->table);
	d = entry(f, key_of(p), t_ns);
	if (p->frag_offset == 0)
		keep_first(d, p);
	if (!p->frag_more)
		d->len = p->frag_offset + p->frag_len;
	if (!add_range(d, p->frag_offset, p->frag_offset + p->frag_len) || !complete(d))
		return false;
	d->key = 0;
	if (!d->echo)
		return false;
	*whole = d->first; /* the entry is free, and untouched until the next call */
	return true;
}

uint64_t
fragments_incomplete(const struct fragments *f)
{
	uint64_t n = f->n_dropped;

	for (size_t i = 0; f->table && i < FRAGMENTS_DATAGRAMS_MAX; i++)
		n += f->table[i].key && f->table[i].echo;
	return n;
}
