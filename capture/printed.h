#ifndef VANTAGE_CAPTURE_PRINTED_H
#define VANTAGE_CAPTURE_PRINTED_H
/*
 * printed - system counters that other programs recorded, as a table of counters: what mpstat, sar
 * and vmstat print, and CSV with a column of times.
 *
 * Columns bear the names that docs/formats.md gives them: the family and instance, then what a
 * sampler printed with its unit ("cpu.user_pct", "net.eth0.rx_bps"; bps are bits, pps packets, hz
 * other events per second).  A mean over the time since the row above stands in the row of its end;
 * the beginning of the first one is a row without values.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/when.h"
#include "core/err.h"
#include "core/loadtool.h"
#include "core/str.h"

struct printed {
	struct strbuf csv; /* t_ns and the columns */
	char *host;          /* that the text names; NULL: none */
	bool ambiguous_date; /* 01/02/26 was read as 2 January */
	/* what is not in the table */
	uint64_t n_unknown; /* lines that are neither heading, values, mean of all, nor restart */
	uint64_t n_since_boot; /* reports over the time since the machine's start */
	uint64_t n_unreadable; /* cells with something that is no number */
	uint64_t n_texts;      /* columns of a CSV that hold texts */
	uint64_t n_twice;      /* values of a time and column that have one */
	uint64_t n_over;       /* values beyond the limits of grid.h */
};

/* printed_reads - is it an output that can be converted? */
bool printed_reads(enum load_kind kind);

/*
 * printed_convert - read a whole output.
 *   when   what --date says; the zone of the times, if the text does not tell it
 *   V_EUSAGE  the text does not tell the date, and neither does when
 *   V_EDOM    it has no times at all (vmstat without -t)
 *   V_EFORMAT no line of values in it
 * To be released in any case.
 */
enum vstatus printed_convert(struct printed *p, enum load_kind kind, struct slice text,
	const char *name, const struct when *when, struct verr *err);

/*
 * printed_convert_csv - the same for CSV with a header that others made.
 *   The first column with one of these names, in any case, is the time:
 *     t_ns time_ns timestamp_ns, the same with _us, _ms, _s     numbers of that unit since 1970
 *     timestamp time t ts epoch date datetime date_time unixtime
 *                            RFC 3339, "YYYY-MM-DD hh:mm:ss", or a number since 1970, whose size
 *                            tells seconds, ms, us and ns apart
 *   Other numeric columns keep their names; columns of texts are counted and left out.
 */
enum vstatus
printed_convert_csv(struct printed *p, const char *path, const struct when *when, struct verr *err);

void printed_release(struct printed *p);

#endif
