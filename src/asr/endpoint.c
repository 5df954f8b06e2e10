/* endpoint.c: when an utterance is over, by what the question expects */
#include "src/asr/endpoint.h"

#include <stdio.h>
#include <string.h>

#include "lib/fail.h"

enum {
	/* The pause after an answer that is complete. Shorter, and the last
	 * words of the recogniser's text are not there yet, nor is "sixty"
	 * told from "sixty seven". */
	COMPLETE_MS = 300,

	/* An utterance that has become long is cut in any pause of this
	 * length, and in the end of that, before it has to be cut in a word. */
	HURRY_MS = 250,
	LAST_MS = 100,

	/* what --silence and --max-utterance take */
	SILENCE_LEAST_MS = 100,
	SILENCE_MOST_MS = 10000,
	UTTERANCE_LEAST_MS = 1000,
	UTTERANCE_MOST_MS = 300000,
	TEXT_MAX = 128,
};

static const int defaults[EXPECT_KINDS] = {
	[EXPECT_FREE] = 700,    [EXPECT_YESNO] = 400,  [EXPECT_NUMBER] = 800,
	[EXPECT_PHONE] = 1500,  [EXPECT_EMAIL] = 1500, [EXPECT_NAME] = 1000,
	[EXPECT_DATE] = 800,    [EXPECT_TIME] = 800,   [EXPECT_CHOICE] = 500,
	[EXPECT_DIGITS] = 1500,
};

int endpoint_kind(const char *value, void *target)
{
	if (expect_find(value) == EXPECT_KINDS)
		return sv_fail(
			EX_USAGE,
			"'%s' is no kind of answer: one of free, yesno, "
			"number, phone, email, name, date, time, choice, "
			"digits",
			value);
	return sv_str(value, target);
}

/* KIND=TIME taken apart: 0 or EX_USAGE */
static int split(const char *pair, enum expect_kind *kind, int *time_ms)
{
	const char *equals = strchr(pair, '=');
	char name[TEXT_MAX];

	if (!equals)
		return sv_fail(EX_USAGE, "'%s' is not KIND=TIME", pair);
	snprintf(name, sizeof name, "%.*s", (int)(equals - pair), pair);
	*kind = expect_find(name);
	if (*kind == EXPECT_KINDS)
		return endpoint_kind(name, time_ms);
	return sv_ms(equals + 1, time_ms);
}

int endpoint_silence(const char *value, void *target)
{
	enum expect_kind kind;
	int time_ms = 0;
	int rc = split(value, &kind, &time_ms);

	if (!rc && (time_ms < SILENCE_LEAST_MS || time_ms > SILENCE_MOST_MS))
		rc = sv_fail(EX_USAGE, "a pause of %s: from 100ms to 10s",
		             value);
	return rc ? rc : sv_add(value, target);
}

bool endpoint_length_valid(int time_ms)
{
	return time_ms >= UTTERANCE_LEAST_MS && time_ms <= UTTERANCE_MOST_MS;
}

int endpoint_length(const char *value, void *target)
{
	int rc = sv_ms(value, target);

	if (!rc && !endpoint_length_valid(*(int *)target))
		rc = sv_fail(EX_USAGE, "%s: from 1s to 5m", value);
	return rc;
}

void endpoint_init(struct endpoint *endpoint, const struct asr_config *config)
{
	enum expect_kind kind = EXPECT_FREE;
	int time_ms = 0;
	size_t i;

	memset(endpoint, 0, sizeof *endpoint);
	memcpy(endpoint->silence_ms, defaults, sizeof defaults);
	for (i = 0; i < config->silence.n; i++)
		if (!split(config->silence.items[i], &kind, &time_ms))
			endpoint->silence_ms[kind] = time_ms;
	endpoint->utterance_ms = config->utterance_ms;
	endpoint->expect.kind = expect_find(config->expect);
	snprintf(endpoint->expect.language, sizeof endpoint->expect.language,
	         "%s", config->language);
}

void endpoint_release(struct endpoint *endpoint)
{
	expect_release(&endpoint->expect);
}

void endpoint_expect(struct endpoint *endpoint, const json_t *fields)
{
	expect_read(&endpoint->expect, fields);
}

void endpoint_begin(struct endpoint *endpoint)
{
	endpoint->complete = false;
}

void endpoint_text(struct endpoint *endpoint, const char *text)
{
	endpoint->complete = expect_complete(&endpoint->expect, text);
}

/* the pause that ends an utterance as long as this, whatever was asked */
static int64_t patience_ms(const struct endpoint *endpoint, int64_t length_ms)
{
	const int64_t most_ms = endpoint->utterance_ms;

	if (length_ms >= most_ms)
		return 0;
	if (length_ms >= most_ms * 7 / 8)
		return LAST_MS;
	if (length_ms >= most_ms * 3 / 4)
		return HURRY_MS;
	return most_ms;
}

const char *endpoint_reached(const struct endpoint *endpoint, int64_t length_ms,
                             int64_t silence_ms)
{
	if (silence_ms >= endpoint->silence_ms[endpoint->expect.kind])
		return "silence";
	if (endpoint->complete && silence_ms >= COMPLETE_MS)
		return "complete";
	if (silence_ms >= patience_ms(endpoint, length_ms))
		return "too_long";
	return NULL;
}
