#ifndef VANTAGE_CAPTURE_SOURCES_H
#define VANTAGE_CAPTURE_SOURCES_H
/*
 * sources - THE TABLE of counter families: which file, how often there is one of it, who parses
 * it, and what its numbers are called and measured in.  Recording (counters), run.json's
 * descriptions and import (columns) all read it.
 *
 * A column's name is  head instance key label sep field:
 *
 *   head      of the source: "net."
 *   instance  which of its files, where there are several: "guest:", "0", "qemu", "web"
 *   key       which row of the text: "eth1", "NET_RX"; often none
 *   label     ".name", where a key alone says little: interrupts
 *   sep       of the source: "."
 *   field     "rx_packets"
 *
 * A new family of counters is one parser, one row here and one recorded text for its test.
 */
#include "capture/row.h"

/* How often there is such a file. */
enum source_scope {
	SOURCE_HOST,    /* once */
	SOURCE_NETNS,   /* in the /proc/.../net of each network namespace */
	SOURCE_NIC,     /* once, if an interface has interrupts; its rows are those of interfaces */
	SOURCE_CPU,     /* in each CPU's directory in sysfs */
	SOURCE_PROCESS, /* in /proc/PID of each watched process and child of one */
	SOURCE_THREAD,  /* in /proc/PID/task/TID of their threads, /proc/TID of vhost threads */
	SOURCE_CGROUP1, /* in each watched control group of version 1, below `controller` */
	SOURCE_CGROUP2, /* in each watched control group of version 2 */
	SOURCE_CALLER,  /* no file: cells that the program itself fills */
};

/* What becomes of the rows that a text has. */
enum source_rows {
	SOURCE_ROWS,       /* each is recorded */
	SOURCE_ROWS_USED,  /* but not those that have counted nothing yet */
	SOURCE_ROWS_TOTAL, /* each, and their sum, while all rows of the first look are there */
};

struct source {
	const char *head;
	const char *sep;
	enum source_scope scope;
	const char *controller; /* SOURCE_CGROUP1 */
	const char *file;
	row_next *next;
	enum source_rows rows;
	int64_t every_ns; /* read no oftener than this; the cells in between are empty */
	const struct row_field *fields;
	size_t n_fields;
};

/* sources_table - all sources in the order of the columns; *n of them. */
const struct source *sources_table(size_t *n);

/*
 * sources_field - what a column of that name is: its unit and kind; NULL for a name that no source
 *   makes.
 */
const struct row_field *sources_field(const char *column);

#endif
