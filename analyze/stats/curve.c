/*
 * curve - see curve.h.
 */
#include "analyze/stats/curve.h"

#include <math.h>

static double
at(double x, double x0, double y0, double x1, double y1)
{
	if (x <= x0)
		return y0;
	if (x >= x1)
		return y1;
	return y0 + (y1 - y0) * ((x - x0) / (x1 - x0));
}

/* One linear part of width w, whose ends lie d0 and d1 above the level. */
static void
add_part(struct curve_area *a, double w, double d0, double d1)
{
	double up;

	if (d0 * d1 >= 0) {
		double area = w * (d0 + d1) / 2;

		*(area >= 0 ? &a->above : &a->below) += fabs(area);
		return;
	}
	/* Two triangles that meet where the line crosses. */
	up = fmax(d0, d1);
	a->above += w * up * up / (2 * fabs(d0 - d1));
	up = -fmin(d0, d1);
	a->below += w * up * up / (2 * fabs(d0 - d1));
}

enum vstatus
curve_area(struct curve_area *a, const double *x, const double *y, size_t n, double level,
	double from, double to, struct verr *err)
{
	struct curve_area sum = {0, 0, 0};

	if (n < 2 || !(x[0] <= from && from < to && to <= x[n - 1]))
		return verr_set(err, V_EDOM, "the curve does not cover that range");
	for (size_t i = 1; i < n; i++) {
		double left = fmax(x[i - 1], from), right = fmin(x[i], to);

		if (left < right)
			add_part(&sum, right - left,
				at(left, x[i - 1], y[i - 1], x[i], y[i]) - level,
				at(right, x[i - 1], y[i - 1], x[i], y[i]) - level);
	}
	sum.area = sum.above - sum.below;
	*a = sum;
	return V_OK;
}
