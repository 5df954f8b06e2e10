/* stats: exact percentiles */
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
