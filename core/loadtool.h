#ifndef VANTAGE_CORE_LOADTOOL_H
#define VANTAGE_CORE_LOADTOOL_H
/*
 * loadtool - which program printed this text?
 *
 * Load tools, ping programs and samplers of system counters are told by signs in their output,
 * not by what the file is called.  The name decides only where the text bears no sign of its own
 * (a JMeter log without header, the single number of "netperf -P 0 -v 0").
 *
 * Texts before the output (an echoed command, a shell's prompt, a page of messages), ANSI
 * colours, a byte order mark and CR at the ends of lines do not disturb.  They are in the text
 * still: a parser of the output has to pass over them itself.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/str.h"

/* What is looked at; more is ignored.  A caller reads this much with file_head(). */
#define LOADTOOL_HEAD_BYTES ((size_t)64 << 10)
#define LOADTOOL_VERSION_SIZE 32

/* One for each form of output that a parser treats apart. */
enum load_kind {
	LOAD_UNKNOWN,
	LOAD_PING,           /* iputils, BusyBox, inetutils, BSD, oping */
	LOAD_FPING,          /* all of its modes */
	LOAD_AB,             /* report on standard output */
	LOAD_AB_REQUESTS,    /* ab -g: one line a request, tabs */
	LOAD_AB_PERCENTILES, /* ab -e: CSV of percentiles */
	LOAD_JTL_CSV,        /* JMeter, with or without header, any separator */
	LOAD_JTL_XML,
	LOAD_WRK,
	LOAD_WRK2,            /* told from wrk by its calibration or its HdrHistogram */
	LOAD_NETPERF,         /* the tables below a test's banner, or a lone number */
	LOAD_NETPERF_CSV,     /* omni -o */
	LOAD_NETPERF_KEYVAL,  /* omni -k */
	LOAD_IPERF3_JSON,     /* iperf3 -J */
	LOAD_IPERF3_STREAM,   /* iperf3 --json-stream: one JSON event a line */
	LOAD_IPERF3,          /* text of client or server */
	LOAD_IPERF2,          /* text of client or server */
	LOAD_IPERF2_CSV,      /* -y C */
	LOAD_HEY,             /* summary */
	LOAD_HEY_CSV,         /* -o csv: one line a request */
	LOAD_K6,              /* summary at the end, text */
	LOAD_K6_SUMMARY_JSON, /* --summary-export, handleSummary() */
	LOAD_K6_POINTS_JSON,  /* --out json: one point a line */
	LOAD_K6_POINTS_CSV,   /* --out csv */
	LOAD_MPSTAT,
	LOAD_MPSTAT_JSON,
	LOAD_SAR,
	LOAD_SADF_CSV,   /* sadf -d */
	LOAD_SADF_LINES, /* sadf -p: host, interval, time, device, field, value; tabs */
	LOAD_SADF_JSON,
	LOAD_VMSTAT,      /* the table of memory and CPU, any width, with and without -t */
	LOAD_VMSTAT_DISK, /* vmstat -d */
	/* recognised so that a message can name them; nothing reads them */
	LOAD_HPING3,
	LOAD_HTTPING,
	LOAD_PIDSTAT,
	LOAD_IOSTAT,
	LOAD_KINDS
};

enum load_class {
	LOAD_CLASS_NONE,     /* unknown, or a tool that nothing reads */
	LOAD_CLASS_PING,     /* round-trip times of echo requests */
	LOAD_CLASS_HTTP,     /* latencies of HTTP requests */
	LOAD_CLASS_NETWORK,  /* throughput and transactions: netperf, iperf */
	LOAD_CLASS_COUNTERS, /* system counters over time */
};

struct loadtool {
	enum load_kind kind;
	char version[LOADTOOL_VERSION_SIZE]; /* as printed; "" where the text does not tell */
};

/*
 * loadtool_recognise - look at the beginning of a text.
 *   *t          out: LOAD_UNKNOWN when it bears no sign of a tool that we know
 *   text[len]   decompressed; only the first LOADTOOL_HEAD_BYTES are read
 *   path        the file's name or path; NULL: not known
 * Of several outputs in one text, the kind is that of the first.  Returns kind != LOAD_UNKNOWN.
 */
bool loadtool_recognise(struct loadtool *t, const char *text, size_t len, const char *path);

/* loadtool_name - the program's name: "ab", "jmeter", "sar"; "unknown". */
const char *loadtool_name(enum load_kind kind);
/* loadtool_form - which of its outputs, for messages: "one line a request (-g)". */
const char *loadtool_form(enum load_kind kind);
enum load_class loadtool_class(enum load_kind kind);

/*
 * loadtool_program - the name of a known tool that a word of a command line calls:
 *   "./netperf", "/usr/bin/iperf3", "ping6" give "netperf", "iperf3", "ping"; else NULL.
 */
const char *loadtool_program(struct slice word);

/*
 * loadtool_plain - copy a line without ANSI escapes and control bytes, runs of blanks squeezed to
 *   one, none at the ends; cut at size - 1 bytes.  Returns its length.
 */
size_t loadtool_plain(char *out, size_t size, struct slice line);

#endif
