/* voice.c: prompts that take their time without being heard */
#include "src/replay/voice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

static void drop(struct voice *voice, size_t i)
{
	free(voice->prompts[i].text);
	voice->n--;
	memmove(voice->prompts + i, voice->prompts + i + 1,
	        (voice->n - i) * sizeof *voice->prompts);
}

void voice_release(struct voice *voice)
{
	while (voice->n)
		drop(voice, voice->n - 1);
	free(voice->prompts);
	voice->prompts = NULL;
}

void voice_add(struct voice *voice, const char *id, const char *text, int64_t t,
               const struct spoken *spoken)
{
	struct prompt *prompt;

	voice->prompts = sv_realloc(voice->prompts,
	                            (voice->n + 1) * sizeof *voice->prompts);
	prompt = &voice->prompts[voice->n];
	*prompt = (struct prompt){ .text = sv_strdup(text),
		                   .length_ms = spoken->length_ms };
	snprintf(prompt->id, sizeof prompt->id, "%s", id);
	if (!voice->n++) {
		voice->from_t = t + spoken->lag_ms;
		voice->paused = false;
	}
}

/* how much of the first has been played at t */
static int64_t played(const struct voice *voice, int64_t t)
{
	const struct prompt *first = &voice->prompts[0];
	int64_t ms = first->played_ms;

	if (first->started && !voice->paused && t > voice->from_t)
		ms += t - voice->from_t;
	return ms < first->length_ms ? ms : first->length_ms;
}

void voice_pause(struct voice *voice, int64_t t)
{
	if (!voice->n || voice->paused)
		return;
	voice->prompts[0].played_ms = played(voice, t);
	voice->paused = true;
}

void voice_resume(struct voice *voice, int64_t t)
{
	if (!voice->n || !voice->paused)
		return;
	voice->paused = false;
	voice->from_t = t;
}

/* the words that fit into the time, whole ones */
static char *heard(const struct prompt *prompt, int64_t ms)
{
	size_t len = strlen(prompt->text);
	size_t n = prompt->length_ms > 0
	                   ? (size_t)((int64_t)len * ms / prompt->length_ms)
	                   : len;

	if (n >= len)
		return sv_strdup(prompt->text);
	while (n && prompt->text[n] != ' ')
		n--;
	return sv_strndup(prompt->text, n);
}

bool voice_cancel(struct voice *voice, const char *id, int64_t t,
                  struct report *report)
{
	struct prompt *prompt;
	int64_t ms;
	char *words;
	size_t i = 0;

	while (id && i < voice->n && strcmp(voice->prompts[i].id, id) != 0)
		i++;
	if (i >= voice->n)
		return false;
	prompt = &voice->prompts[i];
	ms = i ? 0 : played(voice, t);
	words = heard(prompt, ms);
	*report = (struct report){
		"tts.interrupted",
		json_pack("{s:s, s:s, s:I, s:I}", "say", prompt->id, "heard",
		          words, "heard_ms", (json_int_t)ms, "duration_ms",
		          (json_int_t)prompt->length_ms)
	};
	free(words);
	drop(voice, i);
	if (!i) {
		voice->from_t = t;
		voice->paused = false;
	}
	return true;
}

int64_t voice_next(const struct voice *voice)
{
	const struct prompt *first = voice->prompts;

	if (!voice->n || voice->paused)
		return -1;
	if (!first->started)
		return voice->from_t;
	return voice->from_t + first->length_ms - first->played_ms;
}

struct report voice_step(struct voice *voice)
{
	struct prompt *first = &voice->prompts[0];
	struct report report;

	if (!first->started) {
		first->started = true;
		return (struct report){
			"tts.start", json_pack("{s:s, s:s}", "say", first->id,
			                       "text", first->text)
		};
	}
	report = (struct report){ "tts.end",
		                  json_pack("{s:s, s:I}", "say", first->id,
		                            "duration_ms",
		                            (json_int_t)first->length_ms) };
	voice->from_t = voice_next(voice);
	drop(voice, 0);
	return report;
}

int64_t voice_end(const struct voice *voice, int64_t t)
{
	size_t i;

	if (!voice->n)
		return t;
	if (voice->from_t > t || (voice->prompts[0].started && !voice->paused))
		t = voice->from_t;
	for (i = 0; i < voice->n; i++)
		t += voice->prompts[i].length_ms - voice->prompts[i].played_ms;
	return t;
}
