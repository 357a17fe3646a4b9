#ifndef VANTAGE_ANALYZE_HTTP_H
#define VANTAGE_ANALYZE_HTTP_H
/*
 * http - HTTP/1.x requests and their latency from captured TCP segments (METHODS, "HTTP/1.x
 * latency from captures").
 *
 *   struct http *h = http_new(&params, sink, ctx);
 *   for each packet of class PACKET_TCP or PACKET_ICMP_OTHER, in file order:
 *           http_add(h, t_ns, &packet);
 *   http_finish(h, end_ns);  every request has reached the sink by now
 *   http_counts(h)
 *   http_free(h);
 *
 * Whole captures and such as hold headers only are treated alike: see http_turn.c for how the end
 * of a message is found.  Memory is bounded by what is open: FLOWS_MAX connections, the limits of
 * stream.h, HTTP_WAITING_MAX requests without an answer.
 */
#include <stdbool.h>
#include <stdint.h>

#include "analyze/flags.h"
#include "analyze/flow.h"
#include "core/packet.h"

#define HTTP_EXPIRY_NS INT64_C(10000000000)  /* an answer that is not there then has timed out */
#define HTTP_WAITING_MAX ((uint64_t)1 << 17) /* requests in memory, all connections together */
#define HTTP_PIPELINE_MAX 1024               /* of one connection */
#define HTTP_URI_MAX 4096                    /* longer ones are kept to that length */
#define HTTP_HOST_MAX 255                    /* a longer one stays unknown; RFC 1035 */
#define HTTP_FAILED_MAX ((size_t)1 << 18)    /* failed connections that are remembered */
#define HTTP_BYTES_NONE UINT64_MAX

/* One request, or one connection that failed (method NULL). */
struct http_sample {
	int64_t t_request_ns;      /* first byte; a failed connection: its first SYN */
	int64_t t_request_last_ns; /* TSTAMP_NONE when there is none, as all below */
	int64_t connect_ns;        /* SYN to handshake ACK; first request of a connection only */
	int64_t ttfb_ns;           /* first byte of the final response - t_request */
	int64_t latency_ns;        /* arrival of the last missing byte - t_request */
	int64_t total_ns;       /* the same from the first SYN, for a connection's first request */
	uint64_t request_bytes; /* head and body; HTTP_BYTES_NONE unknown */
	uint64_t response_bytes;
	const char *method; /* "" unknown */
	const char *uri;    /* NULL unknown */
	const char *host;   /* the Host field's value; NULL unknown */
	bool uri_cut;       /* the URI's end was not captured, or is beyond HTTP_URI_MAX */
	uint16_t status;    /* 0 unknown */
	uint8_t family;
	const uint8_t *src; /* the client's address; 4 or 16 bytes */
	const uint8_t *dst;
	uint16_t sport;
	uint16_t dport;
	uint32_t connection; /* from 0, in order of the first request; UINT32_MAX failed */
	uint32_t position;   /* on it, from 0 */
	uint32_t flags;
};

/* Why a request has no latency; the first that applies. */
enum http_lack {
	HTTP_LACK_RESET,
	HTTP_LACK_CLOSED,
	HTTP_LACK_TIMEOUT,
	HTTP_LACK_UNFINISHED,
	HTTP_LACK_LOST, /* no answer, and no room to wait for it */
	HTTP_LACK_GAP,
	HTTP_LACK_AMBIGUOUS,
	HTTP_LACK_OTHER, /* its framing contradicts itself */
	HTTP_N_LACKS,
};

/* http_lack_name - "reset", "closed", ... */
const char *http_lack_name(enum http_lack lack);

struct http_counts {
	uint64_t requests;            /* rows that are no failed connections */
	uint64_t complete;            /* with a latency */
	uint64_t lacks[HTTP_N_LACKS]; /* without; with `complete` they add up to `requests` */
	uint64_t failed;  /* connections: refused, unreachable, timed out; those of HTTP ports */
	uint64_t reset;   /* requests whose connection was reset before the answer was complete */
	uint64_t closed;  /* ... closed ... */
	uint64_t timeout; /* no complete answer within the expiry time */
	uint64_t unfinished; /* open when the capture ended */
	uint64_t gap;        /* bytes of the exchange are missing from the capture */
	uint64_t ambiguous;  /* undecidable: pipelined, and headers cut off */
	uint64_t cut;        /* headers were cut off */
	uint64_t pipelined;
	uint64_t hidden;    /* without a row: as many as cut-off parts of requests have room for */
	uint64_t orphans;   /* responses without a request in the capture */
	uint64_t interim;   /* 1xx responses */
	uint64_t upgrades;  /* CONNECT and upgrades that were accepted */
	uint64_t malformed; /* messages with contradictory framing */
	uint64_t connections; /* with HTTP on them */
	uint64_t tls;         /* connections */
	uint64_t http2;
	uint64_t other;   /* connections with something else */
	uint64_t evicted; /* open connections that left the full table */
	/* segments */
	uint64_t repeated;       /* nothing new in them */
	uint64_t waited;         /* out of order */
	uint64_t outside;        /* beyond the window or the FIN: left out */
	uint64_t untimed;        /* without time stamp: left out */
	uint64_t failed_refused; /* beyond HTTP_FAILED_MAX: counted only */
	int64_t first_ns; /* of the first SYN or request of an HTTP connection; TSTAMP_NONE */
	int64_t last_ns;  /* of the last byte of a response */
};

struct http_params {
	int64_t expiry_ns;
	bool keep_uri; /* samples get URI and host */
};

struct http;

/* The sink gets each request once, not sorted; the sample dies with the call. */
struct http *http_new(const struct http_params *params,
	void (*sink)(void *ctx, const struct http_sample *sample), void *ctx);
void http_free(struct http *h);

/* http_add - other classes of packets are passed over. */
void http_add(struct http *h, int64_t t_ns, const struct packet *p);
/* http_finish - end_ns: time of the capture's last packet of any kind, or TSTAMP_NONE. */
void http_finish(struct http *h, int64_t end_ns);

const struct http_counts *http_counts(const struct http *h);

#endif
