/* stats: exact percentiles, and how sure a share is */
#include <math.h>
#include <stdlib.h>

#include "src/report/reports.h"

static int by_value(const void *left, const void *right)
{
	int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;

	return (a > b) - (a < b);
}

void sort_ms(int32_t *values, size_t n)
{
	if (n)
		qsort(values, n, sizeof *values, by_value);
}

int64_t percentile(const int32_t *sorted, size_t n, int percent)
{
	size_t rank = (n * (size_t)percent + 99) / 100;

	return n ? sorted[rank ? rank - 1 : 0] : NEVER;
}

/* by halving: there is no inverse of erfc() in C */
double normal_quantile(double chance)
{
	double low = 0, high = 40;

	for (int i = 0; i < 60; i++) {
		double z = (low + high) / 2;

		if (erfc(z / sqrt(2)) > chance)
			low = z;
		else
			high = z;
	}
	return low;
}

struct interval share_interval(struct share share, double z)
{
	double n = share.whole, p = share.part / n;
	double middle = p + z * z / (2 * n);
	double reach = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
	double all = 1 + z * z / n;

	return (struct interval){ fmax(0, (middle - reach) / all),
		                  fmin(1, (middle + reach) / all) };
}

struct interval difference_interval(struct share a, struct share b, double z)
{
	struct interval in_a = share_interval(a, z);
	struct interval in_b = share_interval(b, z);
	double p = a.part / a.whole, q = b.part / b.whole;

	return (struct interval){ p - q - hypot(p - in_a.low, in_b.high - q),
		                  p - q + hypot(in_a.high - p, q - in_b.low) };
}
