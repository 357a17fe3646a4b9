#ifndef VANTAGE_ANALYZE_TOOLS_TOOLOUT_H
#define VANTAGE_ANALYZE_TOOLS_TOOLOUT_H
/*
 * toolout - what the output of a load tool says, in a form that is the same for all tools.
 *
 *   requests  one row a request that the tool timed (ab -g, JTL, hey's CSV)
 *   rates     one row a measured transfer: a stream and its side, or the total of them
 *             (netperf, iperf3, iperf)
 *   stated    numbers that the tool computed itself, as printed: quantiles, means, rates.  Nothing
 *             is computed from them; they are quoted
 *   counts    requests, failures and the like, where they are not the rows'
 *
 * The readers (in_*.c) are pure functions of a text; they fill an empty toolout, report lines that
 * cannot be read with their number, and go on with what is good.  Call order: toolout_init, one
 * reader, toolout_release.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/flags.h"
#include "core/alloc.h"
#include "core/err.h"
#include "core/loadtool.h"
#include "core/str.h"
#include "core/table.h"
#include "core/tstamp.h"

/* Rows of one output: three hours at 1000/s.  Beyond: V_ELIMIT, what precedes is kept. */
#define TOOLOUT_REQUESTS_MAX ((size_t)1 << 24)
#define TOOLOUT_RATES_MAX ((size_t)1 << 16)
#define TOOLOUT_STATED_MAX ((size_t)1 << 12)
#define TOOLOUT_PROBLEMS_MAX 8 /* messages; further ones are counted */
/* No test lasts longer, and no time of one: a century. */
#define TOOLOUT_TIME_MAX_NS (INT64_C(100) * 366 * 86400 * NS_PER_S)

#define TOOL_COUNT_NONE UINT64_MAX /* not told */

/* Times in ns, TSTAMP_NONE where the tool does not tell. */
struct tool_request {
	int64_t t_ns;       /* start */
	int64_t connect_ns; /* of a new connection */
	int64_t ttfb_ns;    /* from the request, without connecting */
	int64_t latency_ns; /* the same, to the last byte */
	int64_t total_ns;   /* with connecting */
	uint64_t request_bytes;
	uint64_t response_bytes;
	uint32_t flags;  /* FLAG_ERROR and its reason where the tool says that it failed, else 0 */
	uint16_t status; /* 0 none */
};

enum tool_side { TOOL_SEND, TOOL_RECEIVE };

/* tool_side_name - "send", "receive". */
const char *tool_side_name(enum tool_side s);

/* Conditions that a tool prints with a result; absent ones are -1. */
enum tool_condition {
	TOOL_SOCKET_SEND_BYTES,
	TOOL_SOCKET_RECV_BYTES,
	TOOL_MESSAGE_BYTES,
	TOOL_REQUEST_BYTES,
	TOOL_RESPONSE_BYTES,
	TOOL_STREAMS,
	TOOL_N_CONDITIONS,
};

/* tool_condition_name - "socket_send_bytes", ...: the name of the factor that it is. */
const char *tool_condition_name(enum tool_condition c);

struct tool_rate {
	const char *test;  /* "TCP_STREAM", ...: the toolout's own; NULL not told */
	const char *proto; /* "tcp", "udp", "sctp"; NULL not told */
	enum tool_side side;
	bool reverse;    /* the data goes from the server to the client */
	bool total;      /* of all streams: what statistics take.  Else one of several */
	int64_t t_ns;    /* start, TSTAMP_NONE not told */
	const char *src; /* of the data; NULL not told */
	const char *dst;
	uint64_t bytes; /* TOOL_COUNT_NONE not told, as below */
	uint64_t messages_ok;
	uint64_t messages_err;
	int64_t duration_ns;
	double throughput_bps;     /* as printed; NaN for a test of transactions */
	double transactions_per_s; /* NaN else */
	uint32_t flags;            /* FLAG_CUT: the output ends before its result */
	int64_t conditions[TOOL_N_CONDITIONS];
};

struct tool_stated {
	const char *metric;    /* with the toolkit's unit: "latency_ns", "requests_per_s" */
	const char *statistic; /* "mean", "sd", "q0.99", ... */
	double value;          /* in the metric's unit; NaN when it is no number */
	const char *printed;   /* as it stands there, with its unit */
};

enum tool_count {
	TOOL_COUNT_REQUESTS, /* all that have an outcome */
	TOOL_COUNT_FAILED,
	TOOL_COUNT_TIMEOUT, /* of these */
	TOOL_COUNT_REFUSED,
	TOOL_COUNT_BAD_STATUS, /* answered with an HTTP error; ab and wrk do not call that failed */
	TOOL_COUNT_NESTED,   /* parts of other samples, and controllers: no requests of their own */
	TOOL_COUNT_LEFT_OUT, /* lines or rows that could not be read */
	TOOL_N_COUNTS,
};

struct toolout {
	enum load_kind kind;
	const char *tool;              /* "ab", "jmeter", ...: a literal */
	const char *form;              /* "report", "csv", ...: a literal */
	char *version;                 /* NULL not told */
	struct tool_request *requests; /* heap */
	size_t n_requests;
	size_t cap_requests;
	struct table texts;      /* beside the requests: columns client and label, texts */
	bool unordered;          /* the requests do not stand in order of time */
	struct tool_rate *rates; /* heap */
	size_t n_rates;
	size_t cap_rates;
	struct tool_stated *stated; /* heap */
	size_t n_stated;
	size_t cap_stated;
	uint64_t counts[TOOL_N_COUNTS];
	int64_t run_total_ns;  /* the whole test as the tool timed it; TSTAMP_NONE */
	int64_t resolution_ns; /* of the printed times; 0 not known */
	char **problems;       /* messages for the user; heap strings */
	size_t n_problems;     /* that are kept */
	uint64_t n_more;       /* that are not */
	const char *name;      /* of the text, for messages */
	struct arena arena;
};

#define TOOLOUT_CLIENT 0 /* columns of texts */
#define TOOLOUT_LABEL 1

/* toolout_init - empty; name is used in messages and must outlive it. */
void toolout_init(struct toolout *o, const char *name);
void toolout_release(struct toolout *o);

/* toolout_problem - a message "name: line N: ..."; line 0: none. */
void toolout_problem(struct toolout *o, uint64_t line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* toolout_left_out - the same of a row that is not used: it is counted. */
void toolout_left_out(struct toolout *o, uint64_t line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* tool_request_none - a request without any value. */
struct tool_request tool_request_none(void);
/* toolout_add_request - client, label: p NULL where the tool names none.  V_ELIMIT. */
enum vstatus toolout_add_request(struct toolout *o, const struct tool_request *r,
	struct slice client, struct slice label, struct verr *err);

/* tool_rate_none - a rate without any value. */
struct tool_rate tool_rate_none(void);
/* toolout_add_rate - V_ELIMIT. */
enum vstatus toolout_add_rate(struct toolout *o, const struct tool_rate *r, struct verr *err);

/* toolout_state - a stated number; beyond TOOLOUT_STATED_MAX it is counted as left out. */
void toolout_state(struct toolout *o, const char *metric, const char *statistic, double value,
	struct slice printed);

/* toolout_text - a copy that lives as long as o. */
const char *toolout_text(struct toolout *o, struct slice s);

/*
 * tool_scaled - a decimal number of units as ns, exactly; unit_ns is a power of ten.
 *   False if it is no number, negative, or beyond TOOLOUT_TIME_MAX_NS.
 */
bool tool_scaled(int64_t *ns, struct slice s, int64_t unit_ns);
/* tool_u64 - a count; false for anything else. */
bool tool_u64(uint64_t *v, struct slice s);

/* tool_line - as slice_line, and *number counts; CR at the end is cut off. */
bool tool_line(struct slice *line, struct slice *rest, uint64_t *number);

/*
 * Records of CSV as far as tools write it: quotes where a field begins with one, line ends within
 * them.  One struct serves all records of a text.
 */
#define CSVREC_FIELDS_MAX 4096

struct csvrec {
	struct slice *fields; /* of the record that was cut last; heap */
	size_t n;
	size_t cap;
	uint64_t line;    /* where it begins, from 1 */
	uint64_t n_lines; /* that it takes */
	struct strbuf scratch;
};

/*
 * csvrec_next - cut a record off *rest.  V_END at the end, V_EFORMAT where quotes do not end (all
 *   of *rest is used up then), V_ELIMIT with too many fields (that record is passed over).
 *   Empty lines are passed over.
 */
enum vstatus csvrec_next(struct csvrec *r, struct slice *rest, char delimiter);
/* csvrec_find - index of the field with that text, or SIZE_MAX. */
size_t csvrec_find(const struct csvrec *r, const char *text);
void csvrec_release(struct csvrec *r);

#endif
