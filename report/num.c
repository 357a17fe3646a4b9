/*
 * num - see num.h for the rules.
 *
 * The number of decimals comes from the exponent of the two-digit scientific form, so a
 * half-width such as 0.0996 counts as 0.10 and not as 0.100: printf has rounded before we look.
 *
 * Deliberately not here: grouping of digits, the typographic minus, alignment.  Those are the
 * writers' business; what they get is plain C-locale text.
 */
#include "report/num.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "core/table.h"

#define SCIENTIFIC_FROM 1e12

static const struct {
	double per_unit;
	const char *label;
} units[] = {
	[NUM_COUNT] = {1, ""},
	[NUM_PCT] = {1, "%"},
	[NUM_US] = {1e3, "\xc2\xb5s"},
	[NUM_MS] = {1e6, "ms"},
	[NUM_S] = {1e9, "s"},
	[NUM_KBIT] = {1e3, "kbit/s"},
	[NUM_MBIT] = {1e6, "Mbit/s"},
	[NUM_GBIT] = {1e9, "Gbit/s"},
};

double
num_per_unit(enum num_unit u)
{
	return units[u].per_unit;
}

const char *
num_unit_label(enum num_unit u)
{
	return units[u].label;
}

/* unit_of - the largest of three units of which at least half of the finite values reach 1. */
static enum num_unit
unit_of(const double *v, size_t n, enum num_unit small, enum num_unit middle, enum num_unit large)
{
	size_t n_finite = 0, n_middle = 0, n_large = 0;

	for (size_t i = 0; i < n; i++) {
		if (!isfinite(v[i]))
			continue;
		n_finite++;
		n_middle += fabs(v[i]) >= units[middle].per_unit;
		n_large += fabs(v[i]) >= units[large].per_unit;
	}
	if (n_finite && 2 * n_large >= n_finite)
		return large;
	return n_finite && 2 * n_middle >= n_finite ? middle : small;
}

enum num_unit
num_time_unit(const double *ns, size_t n)
{
	return unit_of(ns, n, NUM_US, NUM_MS, NUM_S);
}

enum num_unit
num_rate_unit(const double *bps, size_t n)
{
	return unit_of(bps, n, NUM_KBIT, NUM_MBIT, NUM_GBIT);
}

enum num_unit
num_metric_unit(const char *metric, const double *v, size_t n)
{
	const char *unit = table_unit(metric);

	if (!strcmp(unit, "ns"))
		return num_time_unit(v, n);
	if (!strcmp(unit, "bps"))
		return num_rate_unit(v, n);
	return !strcmp(unit, "pct") ? NUM_PCT : NUM_COUNT;
}

/* exponent10 - of v after rounding to that many significant digits. */
static int
exponent10(double v, int significant)
{
	char text[NUM_TEXT_SIZE];

	snprintf(text, sizeof text, "%.*e", significant - 1, v);
	return atoi(strchr(text, 'e') + 1);
}

static int
decimals_for(double v, int significant)
{
	int decimals;

	if (!isfinite(v) || v == 0)
		return significant - 1;
	decimals = significant - 1 - exponent10(v, significant);
	if (decimals < 0)
		return 0;
	return decimals < NUM_DECIMALS_MAX ? decimals : NUM_DECIMALS_MAX;
}

int
num_decimals_width(double half_width)
{
	return decimals_for(half_width, 2);
}

int
num_decimals_value(double v)
{
	return decimals_for(v, 3);
}

void
num_decimal(char out[NUM_TEXT_SIZE], double v, int decimals)
{
	if (!isfinite(v)) {
		snprintf(out, NUM_TEXT_SIZE, "%s", NUM_NONE);
		return;
	}
	if (fabs(v) >= SCIENTIFIC_FROM) {
		snprintf(out, NUM_TEXT_SIZE, "%.2e", v);
		return;
	}
	snprintf(out, NUM_TEXT_SIZE, "%.*f", decimals, v);
	if (out[0] == '-' && strspn(out + 1, "0.") == strlen(out + 1))
		memmove(out, out + 1, strlen(out));
}

void
num_plain(char out[NUM_TEXT_SIZE], double v)
{
	size_t n;

	num_decimal(out, v, 6);
	n = strlen(out);
	if (!strchr(out, '.') || strchr(out, 'e'))
		return;
	while (out[n - 1] == '0')
		n--;
	out[out[n - 1] == '.' ? n - 1 : n] = '\0';
}

void
num_machine(char out[NUM_TEXT_SIZE], double v)
{
	struct strbuf b;

	out[0] = '\0';
	if (!isfinite(v))
		return;
	strbuf_init(&b);
	strbuf_add_f64(&b, v);
	snprintf(out, NUM_TEXT_SIZE, "%s", b.p);
	strbuf_release(&b);
}

void
num_coordinate(char out[NUM_TEXT_SIZE], double v)
{
	snprintf(out, NUM_TEXT_SIZE, "%.7g", v);
}

void
num_show(
	struct num_shown *out, double v, double lower, double upper, double spread, enum num_unit u)
{
	double per = units[u].per_unit;
	double half = (upper / per - lower / per) / 2;
	int decimals;

	memset(out, 0, sizeof *out);
	out->interval = isfinite(v) && isfinite(half);
	if (out->interval && half > 0)
		decimals = num_decimals_width(half);
	else if ((u == NUM_COUNT || v == 0) && !(spread > 0))
		decimals = 0;
	else if (spread > 0 && isfinite(spread))
		decimals = num_decimals_width(spread / per);
	else
		decimals = num_decimals_value(v / per);
	num_decimal(out->value, v / per, decimals);
	if (!out->interval)
		return;
	num_decimal(out->lower, lower / per, decimals);
	num_decimal(out->upper, upper / per, decimals);
	num_decimal(out->half, half, decimals);
}
