#ifndef VANTAGE_ANALYZE_HTTPOBS_H
#define VANTAGE_ANALYZE_HTTPOBS_H
/*
 * httpobs - the HTTP requests that one point of one run saw: values for the statistics, rows for
 * the samples table, and what needs the whole run: its total, and the mean over clients.
 */
#include <stdbool.h>

#include "analyze/http.h"
#include "analyze/values.h"

#define HTTPOBS_CLIENTS_MAX 4096 /* addresses; beyond, there is no mean over clients */

enum httpobs_metric {
	HTTPOBS_LATENCY,
	HTTPOBS_TTFB,
	HTTPOBS_CONNECT,
	HTTPOBS_TOTAL,
	HTTPOBS_RUN_TOTAL,   /* one value: first SYN of the run to the last byte of a response */
	HTTPOBS_CLIENT_MEAN, /* one value: each client's total by its requests, mean over clients */
	HTTPOBS_N_METRICS,
};

/* httpobs_metric_name - "latency_ns", ... */
const char *httpobs_metric_name(enum httpobs_metric m);

/*
 * A sample that stays: all strings are the table's own.  Of a load tool (family 0) addr[0] begins
 * with the number of the client's name, and s.src is NULL where it has none.
 */
struct httpobs_row {
	struct http_sample s;
	uint8_t addr[2][16]; /* what s.src and s.dst point to */
	bool has_client;
	char method[24];
};

struct httpobs_client {
	uint8_t addr[16];
	uint8_t family;
	int64_t first_ns; /* of its first SYN or request */
	int64_t last_ns;  /* of the last byte of a response; TSTAMP_NONE */
	uint64_t complete;
};

struct httpobs {
	/* of load tools, whose verdict it is; else 0 */
	uint64_t failed_requests;
	uint64_t bad_status; /* answered with an HTTP error */
	uint64_t nested;     /* parts of other samples, and sums of them */
	uint64_t left_out;   /* rows that could not be read */
	struct values values[HTTPOBS_N_METRICS];
	struct httpobs_row *rows; /* by time when asked for; heap */
	size_t n_rows;
	size_t cap_rows;
	struct httpobs_client *clients; /* heap */
	size_t n_clients;
	size_t cap_clients;
	bool too_many_clients;
	uint32_t excluded_flags;
	bool keep_rows;
	struct http_counts counts;
};

/* httpobs_sink - for http_new(), with a struct httpobs as ctx. */
void httpobs_sink(void *ctx, const struct http_sample *s);
/* httpobs_finish - after http_finish(): sort the rows, compute what needs all of them. */
void httpobs_finish(struct httpobs *o, const struct http_counts *counts);
void httpobs_release(struct httpobs *o);

#endif
