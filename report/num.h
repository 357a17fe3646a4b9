#ifndef VANTAGE_REPORT_NUM_H
#define VANTAGE_REPORT_NUM_H
/*
 * num - the only place of vreport that turns a number into digits.
 *
 * Digits.  A value with an interval is rounded where the second significant digit of the
 * interval's half-width stands, as the GUM (JCGM 100:2008, 7.2.6) advises for an uncertainty:
 * 131.4772 with half-width 0.8316 reads 131.48 and 0.83.  Digits in front of the decimal point
 * are never rounded away.  A value without an interval follows a spread if the caller has one
 * (a standard deviation, by the same rule), else it has three significant digits; a 0 of that
 * kind is "0".  Counts are whole numbers.
 *
 * Units.  Durations are in nanoseconds until here and are shown in µs, ms or s, one for a column;
 * rates are in bits per second, and are shown in kbit/s, Mbit/s or Gbit/s.
 */
#include <stdbool.h>
#include <stddef.h>

/* What stands for a value that is absent or undefined. */
#define NUM_NONE "\xe2\x80\x93"

#define NUM_DECIMALS_MAX 9
#define NUM_TEXT_SIZE 40

enum num_unit { NUM_COUNT, NUM_PCT, NUM_US, NUM_MS, NUM_S, NUM_KBIT, NUM_MBIT, NUM_GBIT };

struct num_shown {
	char value[NUM_TEXT_SIZE];
	char lower[NUM_TEXT_SIZE];
	char upper[NUM_TEXT_SIZE];
	char half[NUM_TEXT_SIZE]; /* of the interval's width */
	bool interval;            /* lower, upper and half hold something */
};

/* num_per_unit - how many base units (ns, percent, bit/s, ones) one unit is. */
double num_per_unit(enum num_unit u);
/* num_unit_label - "µs", "%", ...; "" for counts. */
const char *num_unit_label(enum num_unit u);

/*
 * num_time_unit - the largest of s and ms of which at least half of the finite values reach 1
 *   in magnitude, else µs; µs when no value is finite.
 */
enum num_unit num_time_unit(const double *ns, size_t n);
/* num_rate_unit - the same of Gbit/s and Mbit/s, else kbit/s. */
enum num_unit num_rate_unit(const double *bps, size_t n);
/*
 * num_metric_unit - by the unit that a metric's name ends in: of time and rates as above, percent
 *   of "_pct", else NUM_COUNT.
 */
enum num_unit num_metric_unit(const char *metric, const double *v, size_t n);

/* num_decimals_width - decimals that show two significant digits of a half-width > 0. */
int num_decimals_width(double half_width);
/* num_decimals_value - decimals that show three significant digits of v. */
int num_decimals_value(double v);

/*
 * num_decimal - v with that many decimals, C locale; no "-0"; scientific from 1e12 on; NUM_NONE
 *   when v is not finite.
 */
void num_decimal(char out[NUM_TEXT_SIZE], double v, int decimals);

/* num_plain - v with as few decimals as it needs, six at most: 95, 99.9, 0.25. */
void num_plain(char out[NUM_TEXT_SIZE], double v);

/* num_machine - for other programs to read: 17 significant digits at most, "" if not finite. */
void num_machine(char out[NUM_TEXT_SIZE], double v);
/* num_coordinate - for plots: seven significant digits. */
void num_coordinate(char out[NUM_TEXT_SIZE], double v);

/*
 * num_show - a value and its interval by the rules above.
 *   v, lower, upper  base units; an interval needs both ends finite
 *   spread           decides the digits where there is no interval; NaN for none
 */
void num_show(struct num_shown *out, double v, double lower, double upper, double spread,
	enum num_unit u);

#endif
