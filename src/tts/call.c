/* call.c: what is known of each call of the stream */
#include "src/tts/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

static struct tts_call **find(struct tts_calls *calls, const char *id)
{
	struct tts_call **at = &calls->first;

	while (*at && strcmp((*at)->id, id) != 0)
		at = &(*at)->next;
	return at;
}

static struct tts_call *unlink_from(struct tts_calls *calls,
                                    struct tts_call **at)
{
	struct tts_call *call = *at;

	if (call) {
		*at = call->next;
		calls->n--;
	}
	return call;
}

static void forget_oldest(struct tts_calls *calls)
{
	struct tts_call **at = &calls->first;

	while (*at && (*at)->next)
		at = &(*at)->next;
	free(unlink_from(calls, at));
}

struct tts_call *tts_calls_get(struct tts_calls *calls, const char *id)
{
	struct tts_call *call = unlink_from(calls, find(calls, id));

	if (!call) {
		if (calls->n >= TTS_CALLS_MAX)
			forget_oldest(calls);
		call = sv_alloc(sizeof(*call));
		snprintf(call->id, sizeof(call->id), "%s", id);
		call->endpoint_ms = call->asr_ms = -1;
	}
	call->next = calls->first;
	calls->first = call;
	calls->n++;
	return call;
}

void tts_calls_forget(struct tts_calls *calls, const char *id)
{
	free(unlink_from(calls, find(calls, id)));
}

void tts_calls_release(struct tts_calls *calls)
{
	while (calls->first)
		free(unlink_from(calls, &calls->first));
}

void tts_call_place(struct tts_call *call, int64_t t, int64_t now_ms)
{
	if (!call->placed || t - now_ms > call->base_ms)
		call->base_ms = t - now_ms;
	call->placed = true;
}
