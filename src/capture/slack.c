/* slack.c: the time that packets have to spare */
#include "src/capture/slack.h"

#include <stdlib.h>

enum { ENOUGH = 50 }; /* packets, to be sure that it is too much */

/* What was measured says nothing any more. */
static void forget(struct slack *slack)
{
	slack->n = slack->next = 0;
	slack->bias = 0;
	slack->floor = 0;
}

void slack_begin(struct slack *slack, int64_t expected)
{
	forget(slack);
	slack->last = expected;
	slack->differs = 0;
}

/* the least of all but the worst: the k-th least */
static int64_t least(const struct slack *slack)
{
	int64_t low[SLACKS / SLACK_WORST + 1]; /* the least, in order */
	int k = slack->n / SLACK_WORST, j;

	for (j = 0; j <= k; j++)
		low[j] = INT64_MAX;
	for (int i = 0; i < slack->n; i++) {
		int64_t ticks = slack->ring[i];

		for (j = k; j > 0 && low[j - 1] > ticks; j--)
			low[j] = low[j - 1];
		if (low[j] > ticks)
			low[j] = ticks;
	}
	return low[k] + slack->bias;
}

void slack_learn(struct slack *slack, int64_t ticks, int64_t most)
{
	int64_t differs = llabs(ticks - slack->last);

	/* RFC 3550 A.8 */
	slack->differs += (uint32_t)(differs > most ? most : differs) -
	                  (slack->differs + 8) / 16;
	slack->last = ticks;
	slack->ring[slack->next] = ticks - slack->bias;
	slack->next = (slack->next + 1) % SLACKS;
	if (slack->n < SLACKS)
		slack->n++;
	slack->floor = least(slack);
}

void slack_more(struct slack *slack, int64_t ticks, int64_t leap)
{
	slack->last += ticks;
	if (llabs(ticks) > leap) {
		forget(slack);
		return;
	}
	slack->bias += ticks;
	slack->floor += ticks;
}

int64_t slack_excess(const struct slack *slack, int64_t low, int64_t high)
{
	if (!slack->n)
		return 0;
	if (slack->floor < low)
		return slack->floor - low;
	if (slack->floor > high && slack->n >= ENOUGH)
		return slack->floor - (low + high) / 2;
	return 0;
}
