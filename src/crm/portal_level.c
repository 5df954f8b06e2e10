/* portal_level: the arithmetic of the bucket that the portal counts with */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/crm/portal_bucket.h"

enum {
	ONE = 1000000,
	LEAST_HOLD_US = 500000, /* doubled for each refusal */
	DOUBLINGS = 7,          /* so a minute at most */
	HOLD_MAX_US = LEAST_HOLD_US << DOUBLINGS,
	STRIKES_MAX = 1000,
	LEVEL_MAX = 1000000, /* requests: what a file may say */
	/* Nobody uses that part of the burst, an eighth: the portal counts what
	 * arrives, some of it late and all at once. Costs nothing in the long
	 * run. */
	MARGIN = 8,
};

static int64_t day_us(void)
{
	return (int64_t)86400 * ONE;
}

/* A thousandth less than the rate: two clocks are never the same, and what we
 * gain on the portal's would add up in a long day. */
static int64_t sunk(const struct portal_rule *rule, int64_t us)
{
	return us * rule->rate - us * rule->rate / 1024;
}

static void sink(struct portal_level *level, const struct portal_rule *rule,
                 int64_t now_us)
{
	int64_t passed = now_us - level->at_us;

	level->at_us = now_us;
	if (level->hold_us - now_us > HOLD_MAX_US)
		level->hold_us = 0; /* of before the machine started anew */
	if (passed < 0)
		return;
	if (passed > day_us())
		passed = day_us();
	level->level -= sunk(rule, passed);
	if (level->level < 0)
		level->level = 0;
}

static int64_t ceiling(const struct portal_rule *rule, bool background)
{
	int most = rule->burst - (rule->burst + MARGIN - 1) / MARGIN;

	if (background)
		most -= rule->reserve;
	return most > 1 ? (int64_t)most * ONE : ONE;
}

int64_t portal_level_take(struct portal_level *level,
                          const struct portal_rule *rule, int64_t now_us,
                          bool background)
{
	int64_t over;

	sink(level, rule, now_us);
	if (now_us < level->hold_us)
		return level->hold_us - now_us;
	over = level->level + ONE - ceiling(rule, background);
	if (over > 0)
		return over / rule->rate + over / rule->rate / 512 + 1;
	level->level += ONE;
	return 0;
}

void portal_level_full(struct portal_level *level,
                       const struct portal_rule *rule, int64_t now_us)
{
	int64_t full = (int64_t)rule->burst * ONE;
	int n = level->strikes < DOUBLINGS ? level->strikes : DOUBLINGS;

	sink(level, rule, now_us);
	if (level->level < full)
		level->level = full;
	if (now_us < level->hold_us)
		return; /* another request of the same moment */
	level->hold_us = now_us + ((int64_t)LEAST_HOLD_US << n);
	if (level->strikes < STRIKES_MAX)
		level->strikes++;
}

/* --- as text --- */

static unsigned sum(const char *text, int len)
{
	unsigned hash = 2166136261U;

	for (int i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619U;
	return hash;
}

void portal_level_print(const struct portal_level *level,
                        char text[PORTAL_RECORD + 1])
{
	int n = snprintf(text, PORTAL_RECORD + 1,
	                 "sv-portal 1 %lld %lld %lld %d",
	                 (long long)level->level, (long long)level->at_us,
	                 (long long)level->hold_us, level->strikes);

	n += snprintf(text + n, (size_t)(PORTAL_RECORD + 1 - n), " %08x",
	              sum(text, n));
	memset(text + n, ' ', (size_t)(PORTAL_RECORD - n));
	text[PORTAL_RECORD - 1] = '\n';
	text[PORTAL_RECORD] = '\0';
}

/* the next number of text, from 0 to most; else -1 */
static int64_t number(const char **text, int64_t most)
{
	char *end;
	long long n = strtoll(*text, &end, 10);
	bool is = end > *text && n >= 0 && n <= most;

	*text = end;
	return is ? n : -1;
}

bool portal_level_parse(const char *text, struct portal_level *level)
{
	static const char begin[] = "sv-portal 1 ";
	const char *p = text + sizeof begin - 1;
	struct portal_level read;

	if (strncmp(text, begin, sizeof begin - 1) != 0)
		return false;
	read.level = number(&p, (int64_t)LEVEL_MAX * ONE);
	read.at_us = number(&p, INT64_MAX / 2);
	read.hold_us = number(&p, INT64_MAX / 2);
	read.strikes = (int)number(&p, STRIKES_MAX);
	if (read.level < 0 || read.at_us < 0 || read.hold_us < 0 ||
	    read.strikes < 0)
		return false;
	if (*p != ' ' || strtoul(p, NULL, 16) != sum(text, (int)(p - text)))
		return false;
	*level = read;
	return true;
}
