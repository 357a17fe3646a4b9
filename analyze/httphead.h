#ifndef VANTAGE_ANALYZE_HTTPHEAD_H
#define VANTAGE_ANALYZE_HTTPHEAD_H
/*
 * httphead - lines of HTTP/1.x message heads: what they are, and how long the body will be
 * (RFC 9112).
 *
 * Pure functions over lines without their end; following the bytes of a connection is http.c's.
 * Lenient where senders are sloppy and the meaning is plain (bare LF, blanks around values), strict
 * where readings differ: a length that two readers could take for two lengths is `bad`.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/str.h"

#define HTTP_METHOD_MAX 23
struct httphead {
	char method[HTTP_METHOD_MAX + 1]; /* request */
	uint16_t status;                  /* response: 100..599 and beyond, as sent */
	bool has_length;
	bool chunked; /* the last transfer coding is chunked: it decides (section 6.3) */
	bool coded;   /* there is another transfer coding behind, or none of them is chunked */
	bool bad;     /* contradictory or impossible lengths */
	uint64_t length;
};

/* What the first bytes on a connection or of a segment look like. */
enum http_start {
	HTTP_START_REQUEST,  /* a method of the registry and a blank */
	HTTP_START_RESPONSE, /* "HTTP/1." */
	HTTP_START_HTTP2,    /* the preface of RFC 9113 section 3.4 */
	HTTP_START_TLS,      /* a handshake record */
	HTTP_START_SHORT,    /* could become a request or a response */
	HTTP_START_OTHER,
};
enum http_start httphead_sniff(const uint8_t *p, size_t n);
/* httphead_blank - bytes of line ends at the front, to be ignored in front of a request: RFC 9112
 * section 2.2. */
size_t httphead_blank(const uint8_t *p, size_t n);
/* httphead_sniff_request - of what a client sends: what stands behind such line ends. */
enum http_start httphead_sniff_request(const uint8_t *p, size_t n);

/* httphead_is_response - HTTP_START_RESPONSE alone, for every segment of a body. */
static inline bool
httphead_is_response(const uint8_t *p, size_t n)
{
	return n >= 7 && p[0] == 'H' && !memcmp(p, "HTTP/1.", 7);
}

/*
 * httphead_request - the request line.  *uri out: the target, within the line.
 *   false when it is none.  A line cut by the snap length may end anywhere behind the method.
 */
bool httphead_request(struct httphead *h, struct slice *uri, struct slice line);
/* httphead_status - the status line; one cut behind the status is good. */
bool httphead_status(struct httphead *h, struct slice line);
/* httphead_field - a header field; those that say nothing about lengths are passed over. */
void httphead_field(struct httphead *h, struct slice line);

/* httphead_host - is the line the Host field?  *host out: its value, within the line. */
bool httphead_host(struct slice *host, struct slice line);

/* http_chunk_size - a chunk-size line, extensions ignored; false if it is none or is above 2^62. */
bool http_chunk_size(uint64_t *size, struct slice line);

#endif
