/* whole.c: a recording as a whole, by a service that takes files */
#include "src/asr/whole.h"

#include <stdlib.h>

#include "lib/alloc.h"
#include "lib/fail.h"

#include "src/asr/seat.h"

enum { CHANNELS_MAX = 64 };

struct asking {
	const struct whole *whole;
	const struct asr_link *link;
	int utterances[CHANNELS_MAX]; /* of each channel, so far */
	int sink; /* what the sink returned, if not 0: no failure of theirs */
};

/* whose utterance it is */
static json_t *with_place(const struct asking *asking, int channel,
                          json_t *fields)
{
	const struct whole *whole = asking->whole;
	const char *speaker = recording_speaker(whole->recording->config,
	                                        whole->channels, channel);

	json_object_set_new(fields, "utterance",
	                    json_integer(asking->utterances[channel]));
	json_object_set_new(fields, "channel", json_integer(channel));
	if (speaker)
		json_object_set_new(fields, "speaker", json_string(speaker));
	return fields;
}

static int64_t time_of(const json_t *fields, const char *key)
{
	return json_integer_value(json_object_get(fields, key));
}

static int send(struct asking *asking, int channel, int64_t t, const char *type,
                json_t *fields)
{
	const struct asr_sink *sink = &asking->whole->sink;

	return sink->event(sink->arg, t, type,
	                   with_place(asking, channel, fields));
}

static int tell(struct asking *asking, int channel, json_t *fields)
{
	int64_t start_ms = time_of(fields, "start_ms");
	int64_t end_ms = time_of(fields, "end_ms");
	json_t *ours = json_pack(
		"{s:s,s:s,s:I,s:I}", "engine", asking->link->engine->name,
		"language", asking->whole->recording->config->language,
		"start_ms", (json_int_t)start_ms, "end_ms", (json_int_t)end_ms);
	int rc;

	json_object_update_missing(fields, ours);
	json_decref(ours);
	rc = send(asking, channel, start_ms, "vad.start",
	          json_pack("{s:I}", "start_ms", (json_int_t)start_ms));
	if (!rc)
		rc = send(asking, channel, end_ms, "vad.end",
		          json_pack("{s:I,s:I}", "end_ms", (json_int_t)end_ms,
		                    "speech_ms",
		                    (json_int_t)(end_ms - start_ms)));
	if (rc) {
		json_decref(fields);
		return rc;
	}
	return send(asking, channel, end_ms, "asr.final", fields);
}

static int heard(void *arg, int channel, json_t *fields)
{
	struct asking *asking = arg;

	if (channel < 0 || channel >= CHANNELS_MAX) {
		json_decref(fields);
		return sv_fail(EX_UNAVAILABLE, "%s: channel %d of %d",
		               asking->link->engine->name, channel,
		               asking->whole->channels);
	}
	asking->utterances[channel]++;
	asking->sink = tell(asking, channel, fields);
	return asking->sink;
}

static int progress(void *arg, int permille)
{
	struct asking *asking = arg;
	const struct recording_sink *sink = &asking->whole->recording->sink;

	asking->sink = sink->progress(sink->arg, permille);
	return asking->sink;
}

static int ask(struct asking *asking, struct seat *seat,
               struct asr_spent *spent)
{
	const struct whole *whole = asking->whole;
	const struct asr_recording recording = {
		.path = whole->recording->path,
		.call = whole->recording->call,
		.config = whole->recording->config,
		.rate_hz = whole->rate_hz,
		.channels = whole->channels,
		.spent = spent,
		.arg = asking,
		.heard = heard,
		.progress = progress,
	};
	int rc;

	if (!seat_usable(seat, true))
		return sv_fail(EX_TEMPFAIL, "%s is left alone after failures",
		               seat->engine->name);
	rc = seat->engine->recording(seat->model, &recording);
	if (!rc)
		seat_worked(seat);
	else if (rc != ASR_BY_LINES && !asking->sink)
		seat_failed(seat, rc, true);
	return rc;
}

int whole_decode(const struct whole *whole, const struct asr_link *link,
                 struct asr_spent *spent)
{
	const struct asr_place place = { .rate_hz = whole->rate_hz };
	struct asking asking = { .whole = whole, .link = link };
	struct seat *seat;
	int rc;

	if (whole->channels > CHANNELS_MAX)
		return ASR_BY_LINES;
	seat = sv_alloc(sizeof *seat);
	seat_init(seat, link, &place, whole->rate_hz);
	rc = ask(&asking, seat, spent);
	seat_release(seat);
	free(seat);
	return rc;
}
