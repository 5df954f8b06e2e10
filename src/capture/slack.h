/*
 * How much time packets have to spare when they come, jitter.h: the slack of
 * the last ones, of which the worst few do not count. Ticks, whatever those
 * are.
 */
#ifndef CAPTURE_SLACK_H
#define CAPTURE_SLACK_H

#include <stdint.h>

enum {
	SLACKS = 150,    /* packets that are remembered */
	SLACK_WORST = 50 /* one in so many may come too late */
};

struct slack {
	int64_t ring[SLACKS];
	int n, next;
	int64_t bias;  /* what all have got more since they were measured */
	int64_t floor; /* what all but the worst have at least */
	int64_t last;
	uint32_t differs; /* from one to the next on the average, times 16 */
};

/* forgets all; the next one is expected to be `expected` */
void slack_begin(struct slack *slack, int64_t expected);

/* a packet's; differences beyond `most` count as that */
void slack_learn(struct slack *slack, int64_t ticks, int64_t most);

/* All packets from now on have so much more. After a leap, of more than
 * `leap`, what was measured before is of no use. */
void slack_more(struct slack *slack, int64_t ticks, int64_t leap);

/* By how much there is more than `high` (what is beyond the middle, when we
 * are sure) or less than `low` (negative); 0 in between. */
int64_t slack_excess(const struct slack *slack, int64_t low, int64_t high);

#endif
