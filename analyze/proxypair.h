#ifndef VANTAGE_ANALYZE_PROXYPAIR_H
#define VANTAGE_ANALYZE_PROXYPAIR_H
/*
 * proxypair - which exchange behind a proxy belongs to which request in front of it, as far as
 * the captures of both sides can tell (docs/METHODS.md, "A proxy").
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/httpobs.h"

#define PROXYPAIR_NONE UINT32_MAX
#define PROXYPAIR_OPEN_MAX 16384 /* exchanges followed at a time; beyond, all are undecidable */

enum proxy_class {
	PROXY_MISS,        /* one exchange behind the proxy is its own, and its alone */
	PROXY_HIT,         /* none is: the proxy answered from its cache */
	PROXY_UNDECIDABLE, /* several fit, or none does and it is no hit either */
	PROXY_TUNNEL,      /* CONNECT: what follows is not HTTP */
	PROXY_FAILED,      /* a connection without a request */
	PROXY_N_CLASSES,
};

/* proxy_class_name - "miss", ...: the column `class` of the samples. */
const char *proxy_class_name(enum proxy_class c);

struct proxypair {
	uint8_t *class_of;  /* enum proxy_class of each request in front; heap */
	uint32_t *outer_of; /* of a miss: index of its exchange behind; else PROXYPAIR_NONE; heap */
	uint64_t n[PROXY_N_CLASSES];
	uint64_t unpaired_outer;    /* behind the proxy, and within no request in front of it */
	uint64_t undecidable_outer; /* fit several requests, or one that others fit as well */
	/* Mean latency of the undecidable requests that some exchange fits, minus that of the
	 * undecidable exchanges; NaN when there are none. */
	double mean_difference_ns;
};

/*
 * proxypair_decide - inner[n_inner] in front of the proxy, outer[n_outer] behind it, both by time
 *   and stamped by one clock.
 *   expiry_ns  how long a request that has no end is taken to be open
 */
void proxypair_decide(struct proxypair *p, const struct httpobs_row *inner, size_t n_inner,
	const struct httpobs_row *outer, size_t n_outer, int64_t expiry_ns);
void proxypair_release(struct proxypair *p);

/* A request target, apart: "http://host/path", "/path" with a Host field, "*". */
struct proxypair_target {
	struct slice host; /* n 0: unknown; a port 80 is left out */
	struct slice path;
	bool absolute; /* as requests to a forward proxy are */
	bool cut;      /* the path goes on; with n 0 it is not known at all */
};
struct proxypair_target proxypair_target(const struct http_sample *s);

/* proxypair_fits - can the proxy have asked b in order to answer a?  By method, path and host. */
bool proxypair_fits(const struct http_sample *a, const struct http_sample *b);

#endif
