/* recording.c: one recording on its way to events */
#include "src/asr/recording.h"

#include <jansson.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/loop.h"
#include "lib/pcm.h"
#include "lib/sound.h"
#include "lib/utf8.h"

#include "src/asr/line.h"

enum {
	BLOCK = 4096,          /* frames read at a time */
	HEARD_MAX = 256 << 20, /* bytes of events: days of speech */
};

/* An event that waits for its turn. The fields are kept as text, which is a
 * tenth of what jansson's values take. */
struct heard {
	int64_t t;
	size_t order;        /* of those at the same time */
	size_t type, fields; /* offsets into texts */
};

struct decoding {
	const struct recording *recording;
	struct sv_loop *loop; /* of services */
	struct heard *events;
	size_t n, size;
	struct sv_buf texts;
	int channels, channel;
	int64_t frames; /* as the header says, -1 when not known */
	int64_t duration_ms;
	bool bad;
	char *why; /* when bad */
};

static int keep(struct decoding *decoding, const char *text, size_t *at)
{
	*at = decoding->texts.len;
	if (sv_buf_add(&decoding->texts, text, strlen(text) + 1))
		return sv_fail(EX_DATAERR, "%s: more was said than fits",
		               decoding->recording->path);
	return 0;
}

/* the sink of a line */
static int hear(void *arg, int64_t t, const char *type, json_t *fields)
{
	struct decoding *decoding = arg;
	struct heard *event;
	char *text;
	int rc;

	text = fields ? json_dumps(fields,
	                           JSON_COMPACT | JSON_REAL_PRECISION(12))
	              : NULL;
	json_decref(fields);
	if (!text)
		return sv_fail(EX_SOFTWARE, "%s: %s could not be made",
		               decoding->recording->path, type);
	if (decoding->n == decoding->size) {
		decoding->size = decoding->size ? 2 * decoding->size : 256;
		decoding->events =
			sv_realloc(decoding->events,
		                   decoding->size * sizeof *decoding->events);
	}
	event = &decoding->events[decoding->n];
	event->t = t;
	event->order = decoding->n;
	rc = keep(decoding, type, &event->type);
	if (!rc)
		rc = keep(decoding, text, &event->fields);
	if (!rc)
		decoding->n++;
	free(text);
	return rc;
}

static int tell_progress(struct decoding *decoding, int64_t got)
{
	const struct recording_sink *sink = &decoding->recording->sink;
	int64_t all = decoding->frames * decoding->channels;

	if (decoding->frames <= 0)
		return sink->progress(sink->arg, 0);
	got += decoding->frames * decoding->channel;
	return sink->progress(sink->arg,
	                      (int)(got >= all ? 1000 : got * 1000 / all));
}

/* the sound from its beginning, one channel of it, into the line */
static int feed(struct decoding *decoding, struct asr_line *line,
                struct sv_sound *sound)
{
	int16_t *samples =
		sv_calloc(BLOCK * (size_t)decoding->channels, sizeof *samples);
	int64_t got = 0;
	size_t n;
	int rc = 0;

	while (!rc && (n = sv_sound_read(sound, samples, BLOCK))) {
		sv_sound_channel(samples, n, decoding->channels,
		                 decoding->channel, samples);
		rc = asr_line_feed(line, samples, n);
		got += (int64_t)n;
		if (!rc)
			rc = tell_progress(decoding, got);
	}
	free(samples);
	if (!rc)
		rc = asr_line_finish(line);
	decoding->duration_ms =
		sv_samples_ms(got, sv_sound_info(sound)->rate_hz);
	return rc;
}

static const char *speaker(const struct decoding *decoding)
{
	static const char *const usual[] = { "customer", "agent" };
	const struct sv_list *named = &decoding->recording->config->speakers;
	size_t channel = (size_t)decoding->channel;

	if (named->n)
		return channel < named->n ? named->items[channel] : NULL;
	return decoding->channels == 2 ? usual[channel] : NULL;
}

static int decode_channel(struct decoding *decoding, struct sv_sound *sound)
{
	const struct recording *recording = decoding->recording;
	struct asr_line_setup setup = {
		.config = recording->config,
		.loaded = recording->loaded,
		.rate_hz = sv_sound_info(sound)->rate_hz,
		.channel = decoding->channel,
		.speaker = speaker(decoding),
		.sink = { decoding, hear },
		.loop = decoding->loop,
		.call = recording->call,
	};
	struct asr_line *line;
	int rc;

	/* Kaldi adds noise from rand() to the sound: the same recording is to
	 * give the same words, whatever its worker did before. */
	srand(1);
	rc = asr_line_new(&line, &setup);
	if (!rc)
		rc = feed(decoding, line, sound);
	asr_line_free(line);
	/* A recogniser leaves tens of MB free but in pieces: without this they
	 * stay this worker's for good. */
	malloc_trim(0);
	if (!rc && sv_sound_check(sound) && !decoding->bad) {
		decoding->bad = true;
		decoding->why = sv_strdup(sv_why());
	}
	return rc;
}

/* opens it again for each channel but the first, for which it is open */
static int decode_all(struct decoding *decoding, struct sv_sound *sound)
{
	const struct recording *recording = decoding->recording;
	int rc = 0;

	for (decoding->channel = 0; decoding->channel < decoding->channels;
	     decoding->channel++) {
		if (!sound)
			rc = sv_sound_open(&sound, recording->path,
			                   recording->config->raw);
		if (!rc)
			rc = decode_channel(decoding, sound);
		sv_sound_close(sound);
		sound = NULL;
		if (rc)
			break;
	}
	return rc;
}

static int by_time(const void *a, const void *b)
{
	const struct heard *left = a, *right = b;

	if (left->t != right->t)
		return left->t < right->t ? -1 : 1;
	return left->order < right->order ? -1 : 1;
}

static int send(const struct decoding *decoding, int64_t t, const char *type,
                json_t *fields)
{
	const struct recording *recording = decoding->recording;
	char *line = sv_event_line(recording->call, t, type, fields);
	int rc;

	if (!line)
		return EX_SOFTWARE;
	rc = recording->sink.line(recording->sink.arg, line, strlen(line));
	free(line);
	return rc;
}

static json_t *start_fields(const struct decoding *decoding, int rate_hz)
{
	json_t *fields = json_pack("{ss si si ss}", "source",
	                           decoding->recording->source, "rate", rate_hz,
	                           "channels", decoding->channels, "language",
	                           decoding->recording->config->language);

	if (fields && !decoding->bad)
		json_object_set_new(fields, "duration_ms",
		                    json_integer(decoding->duration_ms));
	return fields;
}

static int send_error(const struct decoding *decoding)
{
	struct sv_buf reason;
	int rc;

	sv_buf_init(&reason, 4096);
	sv_utf8_repair(&reason, decoding->why, strlen(decoding->why));
	rc = send(decoding, decoding->duration_ms, "error",
	          json_pack("{ss si ss}", "reason", sv_buf_str(&reason), "code",
	                    EX_DATAERR, "source", decoding->recording->source));
	sv_buf_release(&reason);
	return rc;
}

static int send_all(struct decoding *decoding, int rate_hz)
{
	const char *texts = sv_buf_str(&decoding->texts);
	int rc;

	if (decoding->n)
		qsort(decoding->events, decoding->n, sizeof *decoding->events,
		      by_time);
	rc = send(decoding, 0, "call.start", start_fields(decoding, rate_hz));
	for (size_t i = 0; !rc && i < decoding->n; i++) {
		const struct heard *event = &decoding->events[i];

		rc = send(decoding, event->t, texts + event->type,
		          json_loads(texts + event->fields, 0, NULL));
	}
	if (!rc && decoding->bad)
		rc = send_error(decoding);
	if (rc)
		return rc;
	return send(decoding, decoding->duration_ms, "call.end",
	            json_pack("{ss sI ss}", "reason", "eof", "duration_ms",
	                      (json_int_t)decoding->duration_ms, "recording",
	                      decoding->recording->source));
}

int recording_decode(const struct recording *recording, bool *bad)
{
	struct decoding decoding = { .recording = recording };
	struct sv_sound *sound;
	int rate_hz, rc;

	rc = sv_sound_open(&sound, recording->path, recording->config->raw);
	if (rc)
		return rc;
	rate_hz = sv_sound_info(sound)->rate_hz;
	decoding.channels = sv_sound_info(sound)->channels;
	decoding.frames = sv_sound_info(sound)->frames;
	sv_buf_init(&decoding.texts, HEARD_MAX);
	decoding.loop = sv_loop_new();
	sv_event_set_seq(recording->call, 1);
	rc = decode_all(&decoding, sound);
	if (!rc)
		rc = send_all(&decoding, rate_hz);
	*bad = decoding.bad;
	sv_loop_free(decoding.loop);
	free(decoding.events);
	free(decoding.why);
	sv_buf_release(&decoding.texts);
	return rc;
}
