/*
 * A line: one channel of audio on its way to words. Samples at any rate go in;
 * they are resampled to what the engine wants, watched for speech (vad.h),
 * cut into utterances by what the question expects (endpoint.h), fed to a
 * chain of engines (failover.h), and come out as the events vad.start,
 * asr.partial, vad.end and asr.final, given to a sink in the order of their
 * time. A service's asr.final may come when the next utterance has begun.
 *
 * Times are on the channel's own clock: 0 is the first sample fed. What comes
 * out does not depend on the sizes of the pieces that went in.
 *
 * Long silences are never decoded. Speech is fed from a little before it
 * began until the pause that ends it, so an utterance's words lie inside it.
 */
#ifndef ASR_LINE_H
#define ASR_LINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/asr/config.h"
#include "src/asr/engine.h"

/* Where events go. event() takes the fields, which NULL makes a failure as in
 * sv_event_write(); what it returns, if not 0, ends the feed and is handed
 * up. sv_event_write() itself fits behind it. */
struct asr_sink {
	void *arg;
	int (*event)(void *arg, int64_t t, const char *type, json_t *fields);
};

/* how a line is to be; copied, what it points to is lent for the line's life */
struct asr_line_setup {
	const struct asr_config *config;
	const struct asr_loaded *loaded; /* its spares are taken */
	int rate_hz;                     /* of the samples fed: any */
	int channel;                     /* put into the events; -1 for none */
	const char *speaker; /* put into the events; NULL for none */
	bool live; /* partials, and the least delay rather than the best filter */
	struct asr_sink sink;
	struct sv_loop *loop; /* of the program; NULL: no engine is a service */
	const char *call;     /* or NULL */
};

struct asr_line;

/* 0 and *made for asr_line_free(), or what opening a recogniser gave */
int asr_line_new(struct asr_line **made, const struct asr_line_setup *setup);
void asr_line_free(struct asr_line *line); /* NULL is fine */

/* Audio, any number of samples. 0, the sink's or the engine's code. */
int asr_line_feed(struct asr_line *line, const int16_t *samples, size_t n);

/* What the dialog waits for, lent: the fields of an asr.expect event. Pauses
 * are judged by it at once, words from the next utterance on. Unknown kinds
 * count as free. 0 or the engine's code. */
int asr_line_expect(struct asr_line *line, const json_t *expect);

/* A key was pressed: the caller answers with keys, and what was said up to
 * now, if anything, is final. */
int asr_line_dtmf(struct asr_line *line);

/* Whether a prompt is being played from now on: more is then needed to be sure
 * of speech, see barge_in.h. */
void asr_line_prompted(struct asr_line *line, bool prompted);

/* No more audio: what is still in flight is finished, waited for and given
 * out, with "eof" as the reason; then what it has cost. Once, before
 * asr_line_free(), and from no handler of the loop. */
int asr_line_finish(struct asr_line *line);

/* whether an utterance is over and its asr.final is not out */
bool asr_line_waits(const struct asr_line *line);

/* 0, or the code of the last utterance that no engine was left for */
int asr_line_lost(const struct asr_line *line);

/* ms of audio fed so far */
int64_t asr_line_ms(const struct asr_line *line);

#endif
