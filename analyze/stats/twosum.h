#ifndef VANTAGE_ANALYZE_STATS_TWOSUM_H
#define VANTAGE_ANALYZE_STATS_TWOSUM_H
/*
 * twosum - a sum of doubles that keeps what rounding takes from it (Knuth, The Art of Computer
 * Programming 2, section 4.2.2): the unevaluated hi + lo is correct to about n 2^-106 of the sum of
 * magnitudes.  Start from {0, 0}.
 */

struct twosum {
	double hi;
	double lo;
};

static inline void
twosum_add(struct twosum *sum, double v)
{
	double total = sum->hi + v, seen = total - sum->hi;

	sum->lo += (sum->hi - (total - seen)) + (v - seen);
	sum->hi = total;
}

#endif
