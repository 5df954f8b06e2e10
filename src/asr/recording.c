/* recording.c: one recording on its way to events */
#include "src/asr/recording.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/event.h"
#include "lib/fail.h"
#include "lib/loop.h"
#include "lib/sound.h"

#include "src/asr/decoding.h"

const char *recording_speaker(const struct asr_config *config, int channels,
                              int channel)
{
	static const char *const usual[] = { "customer", "agent" };
	const struct sv_list *named = &config->speakers;

	if (named->n)
		return (size_t)channel < named->n ? named->items[channel]
		                                  : NULL;
	return channels == 2 ? usual[channel] : NULL;
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
	return send(decoding, decoding->duration_ms, "error",
	            json_pack("{so si ss}", "reason",
	                      sv_event_text(decoding->why), "code", EX_DATAERR,
	                      "source", decoding->recording->source));
}

static int send_all(struct decoding *decoding, int rate_hz)
{
	struct store *store = &decoding->store;
	int rc;

	store_sort(store);
	rc = send(decoding, 0, "call.start", start_fields(decoding, rate_hz));
	for (size_t i = 0; !rc && i < store->n; i++)
		rc = send(decoding, store->events[i].t, store_type(store, i),
		          store_fields(store, i));
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
	store_init(&decoding.store, recording->path);
	decoding.loop = sv_loop_new();
	sv_event_set_seq(recording->call, 1);
	decoding.chain = *recording->loaded;
	rc = decoding_hear(&decoding, sound);
	if (!rc)
		rc = send_all(&decoding, rate_hz);
	*bad = decoding.bad;
	sv_loop_free(decoding.loop);
	free(decoding.why);
	store_release(&decoding.store);
	return rc;
}
