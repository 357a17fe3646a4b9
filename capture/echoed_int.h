#ifndef VANTAGE_CAPTURE_ECHOED_INT_H
#define VANTAGE_CAPTURE_ECHOED_INT_H
/*
 * echoed_int - the rows of the table of options.
 */
#include <stddef.h>

enum form {
	FLAG,        /* no argument; the level is `level` */
	TEXT,        /* as it stands */
	SIZE,        /* bytes; K, M, G are powers of 1024, k, m, g of 1000 (netperf) */
	SIZE_BINARY, /* bytes; letters of either case are powers of 1024 (iperf) */
	RATE,        /* letters of either case are powers of 1000; what follows "/" is left out */
	SECONDS,     /* "10", "10s", "1m30s", "500ms" */
	SKIP,        /* has an argument, is no factor */
	SKIP_FLAG,   /* has none, is no factor */
	DEFINE,      /* -JNAME=LEVEL: the factor NAME */
};

struct echoed_row {
	const char *option;
	enum form form;
	const char *factor;
	const char *second; /* for "a,b" */
	const char *level;  /* FLAG */
};

/* The options of a program, or of netperf behind "--"; the row without option ends them. */
struct echoed_section {
	const char *program;
	const char *section; /* "--"; NULL: from the beginning */
	const struct echoed_row *rows;
};

extern const struct echoed_section echoed_sections[];
extern const size_t echoed_n_sections;

#endif
