/* utterance.c: an utterance that is not final */
#include "src/asr/utterance.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"

struct utterance *utterance_new(const struct expect *expect, unsigned number)
{
	struct utterance *utterance = sv_alloc(sizeof *utterance);

	utterance->expect = *expect;
	json_incref(utterance->expect.hints);
	utterance->expected = number;
	utterance->text = sv_strdup("");
	return utterance;
}

void utterance_free(struct utterance *utterance)
{
	expect_release(&utterance->expect);
	free(utterance->samples);
	free(utterance->text);
	free(utterance);
}

/* No ceiling is needed here: the endpoint cuts what is too long. */
void utterance_keep(struct utterance *utterance, const int16_t *samples,
                    size_t n)
{
	if (utterance->n + n > utterance->size) {
		utterance->size = 2 * (utterance->n + n) + 16000;
		utterance->samples = sv_realloc(
			utterance->samples, utterance->size * sizeof *samples);
	}
	memcpy(utterance->samples + utterance->n, samples, n * sizeof *samples);
	utterance->n += n;
}

void utterance_given(struct utterance *utterance, int seat, int64_t replay_ms)
{
	utterance->tried[seat]++;
	utterance->given_ms = sv_now_ms();
	utterance->moved_ms = utterance->given_ms;
	utterance->replay_ms = replay_ms;
	free(utterance->text);
	utterance->text = sv_strdup("");
}

bool utterance_text(struct utterance *utterance, const char *text)
{
	if (!strcmp(utterance->text, text))
		return false;
	free(utterance->text);
	utterance->text = sv_strdup(text);
	utterance->moved_ms = sv_now_ms();
	utterance->speech_ms = 0;
	return true;
}
