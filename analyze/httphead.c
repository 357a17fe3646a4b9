/*
 * httphead - request lines, status lines and the fields that frame a message; see httphead.h.
 *
 * Why not a parser library: what costs is not syntax but following cut and missing bytes, and a
 * parser that must see every byte of every body would cost more than the rest of the analysis.
 */
#include "analyze/httphead.h"

#include <string.h>
#include <strings.h>

#define LENGTH_MAX ((uint64_t)1 << 62)

/* The IANA registry of methods, and those of UPnP, WebDAV's forerunners and caches. */
static const char *const methods[] = {"GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "OPTIONS ",
	"CONNECT ", "PATCH ", "TRACE ", "PROPFIND ", "PROPPATCH ", "MKCOL ", "COPY ", "MOVE ",
	"LOCK ", "UNLOCK ", "REPORT ", "SEARCH ", "MKCALENDAR ", "ACL ", "BIND ", "UNBIND ",
	"REBIND ", "CHECKIN ", "CHECKOUT ", "UNCHECKOUT ", "LABEL ", "LINK ", "UNLINK ", "MERGE ",
	"MKACTIVITY ", "MKREDIRECTREF ", "UPDATEREDIRECTREF ", "MKWORKSPACE ", "ORDERPATCH ",
	"UPDATE ", "VERSION-CONTROL ", "BASELINE-CONTROL ", "QUERY ", "PURGE ", "NOTIFY ",
	"SUBSCRIBE ", "UNSUBSCRIBE ", "M-SEARCH ", "RPC_CONNECT ", "BCOPY ", "BDELETE ", "BMOVE ",
	"BPROPFIND ", "BPROPPATCH ", "POLL ", "DEBUG ", NULL};

/* Does p[n], n > 0, begin with the word, or the word with p[n]? */
static bool
begins(const uint8_t *p, size_t n, const char *word, bool *partly)
{
	size_t len;

	if (*p != (uint8_t)*word)
		return false;
	len = strlen(word);
	if (n < len) {
		*partly |= !memcmp(p, word, n);
		return false;
	}
	return !memcmp(p, word, len);
}

enum http_start
httphead_sniff(const uint8_t *p, size_t n)
{
	bool partly = false;

	if (!n)
		return HTTP_START_SHORT;
	if (n >= 3 && p[0] == 0x16 && p[1] == 3 && p[2] <= 4)
		return HTTP_START_TLS;
	if (begins(p, n, "HTTP/1.", &partly))
		return HTTP_START_RESPONSE;
	if (begins(p, n, "PRI * HTTP/2.0\r\n", &partly))
		return HTTP_START_HTTP2;
	for (const char *const *m = methods; *m; m++)
		if (begins(p, n, *m, &partly))
			return HTTP_START_REQUEST;
	return partly ? HTTP_START_SHORT : HTTP_START_OTHER;
}

size_t
httphead_blank(const uint8_t *p, size_t n)
{
	size_t i = 0;

	while (i < n && (p[i] == '\r' || p[i] == '\n'))
		i++;
	return i;
}

enum http_start
httphead_sniff_request(const uint8_t *p, size_t n)
{
	size_t blank = httphead_blank(p, n);

	return blank < n ? httphead_sniff(p + blank, n - blank) : HTTP_START_SHORT;
}

/* Characters of a token, RFC 9110 section 5.6.2. */
static bool
is_token(const char *p, size_t n)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		bool alnum = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');

		if (!alnum && (!c || !strchr(marks, c)))
			return false;
	}
	return n > 0;
}

bool
httphead_request(struct httphead *h, struct slice *uri, struct slice line)
{
	const char *blank = memchr(line.p, ' ', line.n), *end;
	size_t n = blank ? (size_t)(blank - line.p) : 0;
	struct slice version;

	memset(h, 0, sizeof *h);
	if (!n || n > HTTP_METHOD_MAX || !is_token(line.p, n))
		return false;
	memcpy(h->method, line.p, n);
	*uri = (struct slice){blank + 1, line.n - n - 1};
	end = uri->n ? memrchr(uri->p, ' ', uri->n) : NULL;
	if (!end)
		return true;
	version = (struct slice){end + 1, uri->n - (size_t)(end - uri->p) - 1};
	if (!slice_starts(version, "HTTP/")) /* cut short, or version 0.9 */
		end = memchr(uri->p, ' ', uri->n);
	uri->n = (size_t)(end - uri->p);
	return true;
}

bool
httphead_status(struct httphead *h, struct slice line)
{
	memset(h, 0, sizeof *h);
	if (line.n < 12 || memcmp(line.p, "HTTP/1.", 7) != 0 || line.p[8] != ' ')
		return false;
	for (int i = 9; i < 12; i++) {
		if (line.p[i] < '0' || line.p[i] > '9')
			return false;
		h->status = (uint16_t)(10 * h->status + (line.p[i] - '0'));
	}
	return h->status >= 100;
}

static bool
is_name(struct slice line, size_t n, const char *name)
{
	return !strncasecmp(line.p, name, n) && !name[n];
}

/* "42", or "42, 42" as merged duplicates: RFC 9112 section 6.3, item 5. */
static void
content_length(struct httphead *h, struct slice value)
{
	struct slice item;

	while (slice_cut(&item, &value, ',')) {
		uint64_t v;

		item = slice_trim(item);
		if (!item.n || item.p[0] < '0' || item.p[0] > '9' || !slice_u64(item, &v) ||
			v > LENGTH_MAX || (h->has_length && v != h->length)) {
			h->bad = true;
			return;
		}
		h->has_length = true;
		h->length = v;
	}
}

/* The codings of several fields add up; only a last one "chunked" frames the message. */
static void
transfer_encoding(struct httphead *h, struct slice value)
{
	struct slice item;

	while (slice_cut(&item, &value, ',')) {
		item = slice_trim(item);
		h->coded = true;
		h->chunked = item.n == 7 && !strncasecmp(item.p, "chunked", 7);
	}
}

void
httphead_field(struct httphead *h, struct slice line)
{
	const char *colon;
	struct slice value;
	size_t n;

	/* Most fields are none of these: look at the first letter before searching the colon. */
	if (!line.n || ((line.p[0] | 0x20) != 'c' && (line.p[0] | 0x20) != 't'))
		return;
	colon = memchr(line.p, ':', line.n);
	if (!colon)
		return;
	n = (size_t)(colon - line.p);
	value = slice_trim((struct slice){colon + 1, line.n - n - 1});
	if (n == 14 && is_name(line, n, "content-length"))
		content_length(h, value);
	else if (n == 17 && is_name(line, n, "transfer-encoding"))
		transfer_encoding(h, value);
}

bool
httphead_host(struct slice *host, struct slice line)
{
	if (line.n < 5 || strncasecmp(line.p, "host:", 5) != 0)
		return false;
	*host = slice_trim((struct slice){line.p + 5, line.n - 5});
	return true;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
http_chunk_size(uint64_t *size, struct slice line)
{
	size_t i = 0;
	uint64_t v = 0;
	int digit;

	for (; i < line.n && (digit = hex_digit(line.p[i])) >= 0; i++) {
		if (v >= LENGTH_MAX / 16)
			return false;
		v = 16 * v + (uint64_t)digit;
	}
	*size = v;
	/* Blanks behind the digits are sent by some servers, an extension begins with ";". */
	return i &&
		(i == line.n || line.p[i] == ';' || line.p[i] == ' ' || line.p[i] == '\t' ||
			line.p[i] == '\r');
}
