/*
 * speechkit.c: speech by Yandex SpeechKit, version 3, UtteranceSynthesis
 *
 * Sound is asked for at the line's rate, so that nothing is converted here.
 * What a text may hold for the service to act upon (speechkit-markup.c) is
 * taken out of it, but for our own notation.
 */
#include "src/tts/speechkit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/secret.h"
#include "lib/speechkit.h"
#include "lib/utf8.h"

#include "src/tts/engine.h"
#include "src/tts/remote.h"
#include "src/tts/settings.h"
#include "src/tts/speechkit.pb-c.h"

enum {
	TEXT_MAX = 250, /* characters of a request, markup counted in, */
	UNSAFE_MAX = 5000,
	LINEAR16_PCM = 1,
	MAX_PEAK = 1,
	LUFS = 2,
	HINTS = 5,
	PITCH_HZ = 2, /* for a per cent of pitch */
};

#define PATH "/speechkit.tts.v3.Synthesizer/UtteranceSynthesis"

struct tts {
	const struct tts_config *config;
	struct tts_manner manner;
	struct tts_remote remote;
	const char *role, *model, *folder;
	bool unsafe, peak;
	char *voice; /* the last one told */
	double characters;

	/* the phrase being spoken */
	struct tts_sound *sound;
	const struct tts_phrase *phrase;
	struct sv_buf lower; /* its text in small letters, as long */
	size_t at;           /* the byte behind the last word that was timed */
	size_t bytes;
};

static const char *const settings[] = { "role",   "model",    "folder",
	                                "unsafe", "loudness", NULL };

static const char *setting(const struct tts *tts, const char *key)
{
	return sv_setting(&tts->config->settings, "speechkit", key);
}

static int read_settings(struct tts *tts)
{
	const struct sv_list *list = &tts->config->settings;
	const char *loudness = setting(tts, "loudness");
	int rc = tts_setting_manner(list, "speechkit", &tts->manner);

	if (!rc)
		rc = sv_setting_flag(list, "speechkit", "unsafe", &tts->unsafe);
	tts->role = setting(tts, "role");
	tts->model = setting(tts, "model");
	tts->folder = setting(tts, "folder");
	tts->peak = loudness && !strcmp(loudness, "peak");
	if (!rc && loudness && !tts->peak && strcmp(loudness, "lufs") != 0)
		rc = sv_fail(EX_USAGE,
		             "speechkit: loudness is lufs or peak, not '%s'",
		             loudness);
	return rc;
}

static void close_speechkit(struct tts *tts)
{
	if (!tts)
		return;
	tts_remote_release(&tts->remote);
	sv_buf_release(&tts->lower);
	free(tts->voice);
	free(tts);
}

static int open_speechkit(struct tts **made, const struct tts_config *config)
{
	struct tts *tts = sv_alloc(sizeof(*tts));
	char *secret = NULL;
	int rc;

	tts->config = config;
	rc = read_settings(tts);
	if (!rc)
		rc = sv_speechkit_authorization(&secret);
	sv_secret_free(secret);
	if (!rc)
		rc = tts_remote_init(&tts->remote, "speechkit",
		                     &config->settings,
		                     "https://tts.api.cloud.yandex.net:443");
	if (rc)
		close_speechkit(tts);
	else
		*made = tts;
	return rc;
}

/* An event's voice is for whichever engine has it; one that is set is the
 * service's to know. */
static const char *voice(struct tts *tts, const char *language,
                         const char *wanted)
{
	const char *set = tts_setting_voice(&tts->config->settings, "speechkit",
	                                    language);

	if (wanted && speechkit_speaks(wanted, language))
		set = wanted;
	if (!set)
		set = strcmp(language, "en") ? "marina" : "john";
	free(tts->voice);
	tts->voice = sv_strdup(set);
	return tts->voice;
}

static int identify(const struct tts *tts, struct sv_buf *out)
{
	return sv_buf_printf(out,
	                     "speechkit 3 %s role=%s model=%s rate=%d pitch=%d "
	                     "volume=%d peak=%d",
	                     tts->remote.place, tts->role ? tts->role : "",
	                     tts->model ? tts->model : "", tts->manner.rate,
	                     tts->manner.pitch, tts->manner.volume, tts->peak);
}

static size_t most(const struct tts *tts)
{
	return tts->unsafe ? UNSAFE_MAX : TEXT_MAX;
}

/* The usual loudness is -19 LUFS, or 0.7 of the peak. */
static double volume(const struct tts *tts)
{
	double part = tts->manner.volume / 100.0;

	if (tts->peak)
		return part < 0.01 ? 0.01 : fmin(0.7 * part, 1);
	return part < 0.01 ? -145 : fmin(-19 + 20 * log10(part), -0.1);
}

struct hints {
	Speechkit__Hint items[HINTS];
	Speechkit__Hint *list[HINTS];
	size_t n;
};

static Speechkit__Hint *hint(struct hints *hints,
                             Speechkit__Hint__HintCase kind)
{
	Speechkit__Hint *one = &hints->items[hints->n];

	speechkit__hint__init(one);
	one->hint_case = kind;
	hints->list[hints->n++] = one;
	return one;
}

/* what is as usual is left to the service */
static void fill_hints(const struct tts *tts, char *role, struct hints *hints)
{
	hint(hints, SPEECHKIT__HINT__HINT_VOICE)->voice = tts->voice;
	if (role && speechkit_plays(tts->voice, role))
		hint(hints, SPEECHKIT__HINT__HINT_ROLE)->role = role;
	if (tts->manner.rate != 100)
		hint(hints, SPEECHKIT__HINT__HINT_SPEED)->speed =
			tts->manner.rate / 100.0;
	if (tts->manner.pitch != 100)
		hint(hints, SPEECHKIT__HINT__HINT_PITCH_SHIFT)->pitch_shift =
			(tts->manner.pitch - 100) * PITCH_HZ;
	if (tts->manner.volume != 100)
		hint(hints, SPEECHKIT__HINT__HINT_VOLUME)->volume = volume(tts);
}

static void pack(struct tts *tts, char *text, struct sv_buf *out)
{
	Speechkit__UtteranceRequest request;
	Speechkit__AudioFormat format;
	Speechkit__RawAudio raw;
	struct hints hints = { .n = 0 };
	char *role = sv_strdup(tts->role), *model = sv_strdup(tts->model);
	unsigned char *packed;
	size_t len;

	speechkit__utterance_request__init(&request);
	speechkit__audio_format__init(&format);
	speechkit__raw_audio__init(&raw);
	fill_hints(tts, role, &hints);
	raw.audio_encoding = LINEAR16_PCM;
	raw.sample_rate_hertz = tts->sound->rate_hz;
	format.raw_audio = &raw;
	request.text = text;
	if (model)
		request.model = model;
	request.hints = hints.list;
	request.n_hints = hints.n;
	request.output_audio_spec = &format;
	request.loudness_normalization_type = tts->peak ? MAX_PEAK : LUFS;
	request.unsafe_mode = tts->unsafe;
	packed = sv_alloc(
		speechkit__utterance_request__get_packed_size(&request) + 1);
	len = speechkit__utterance_request__pack(&request, packed);
	sv_buf_add(out, packed, len);
	free(packed);
	free(role);
	free(model);
}

static void mark(struct tts *tts, const Speechkit__WordTiming *timing)
{
	const char *text = sv_buf_str(&tts->lower);
	size_t at = tts->at, len;

	if (timing->start_ms < 0 ||
	    !speechkit_find(text, timing->word, &at, &len))
		return;
	tts_sound_mark(tts->sound,
	               timing->start_ms * tts->sound->rate_hz / 1000, at);
	tts->at = at + len;
}

static int answer(void *arg, const void *data, size_t len)
{
	struct tts *tts = arg;
	Speechkit__UtteranceResponse *response =
		speechkit__utterance_response__unpack(NULL, len, data);
	size_t i;
	int rc = 0;

	if (!response)
		return sv_fail(EX_UNAVAILABLE,
		               "speechkit: an answer that is none");
	for (i = 0; i < response->n_word_timings; i++)
		mark(tts, response->word_timings[i]);
	if (response->audio_chunk) {
		const ProtobufCBinaryData *sound = &response->audio_chunk->data;

		tts->bytes += sound->len;
		rc = tts_sound_add_bytes(tts->sound, sound->data, sound->len);
	}
	speechkit__utterance_response__free_unpacked(response, NULL);
	return rc;
}

/* what the person who reads it can do */
static int advise(const struct tts *tts, int rc)
{
	char *why = sv_strdup(sv_why());

	if (rc == EX_NOPERM)
		rc = sv_fail(rc,
		             "%s: check SV_SPEECHKIT_API_KEY, or "
		             "SV_SPEECHKIT_IAM_TOKEN and folder",
		             why);
	else if (rc == EX_CONFIG)
		rc = sv_fail(rc, "%s (voice '%s', role '%s')", why, tts->voice,
		             tts->role ? tts->role : "");
	free(why);
	return rc;
}

static int ask(struct tts *tts, const char *authorization, const char *text)
{
	const char *metadata[] = {
		"authorization", authorization, NULL, NULL, NULL, NULL, NULL
	};
	struct tts_request request = {
		.path = PATH, .metadata = metadata, .answer = answer, .arg = tts
	};
	char *copy = sv_strdup(text);
	struct sv_buf message;
	size_t n = 2;
	int rc;

	if (tts->folder) {
		metadata[n++] = "x-folder-id";
		metadata[n++] = tts->folder;
	}
	if (tts->phrase->call && *tts->phrase->call) {
		metadata[n++] = "x-client-request-id";
		metadata[n] = tts->phrase->call;
	}
	sv_buf_init(&message, 1 << 20);
	pack(tts, copy, &message);
	request.message = sv_buf_str(&message);
	request.len = message.len;
	tts->characters += (double)sv_utf8_count(text, strlen(text));
	rc = tts_remote_ask(&tts->remote, &request, tts->sound);
	sv_buf_release(&message);
	free(copy);
	return rc;
}

static int speak(struct tts *tts, const struct tts_phrase *phrase,
                 struct tts_sound *sound)
{
	char *authorization = NULL;
	struct sv_buf text;
	int rc = sv_speechkit_authorization(&authorization);

	tts->sound = sound;
	tts->phrase = phrase;
	tts->at = tts->bytes = 0;
	sv_buf_release(&tts->lower);
	sv_buf_init(&tts->lower, 1 << 16);
	sv_utf8_lower(&tts->lower, phrase->text, strlen(phrase->text));
	sv_buf_init(&text, 1 << 16);
	if (!rc)
		rc = tts_sound_from(sound, sound->rate_hz);
	if (!rc)
		rc = speechkit_markup(phrase, &text);
	if (!rc)
		rc = ask(tts, authorization, sv_buf_str(&text));
	if (!rc && !tts->bytes)
		rc = sv_fail(EX_UNAVAILABLE, "speechkit: no sound came");
	sv_secret_free(authorization);
	sv_buf_release(&text);
	return rc > 0 ? advise(tts, rc) : rc;
}

static const char *place(const struct tts *tts)
{
	return tts->remote.place;
}

static int retry_ms(const struct tts *tts)
{
	return tts->remote.retry_ms;
}

static void warm(struct tts *tts)
{
	tts_remote_warm(&tts->remote);
}

static bool ready(const struct tts *tts)
{
	return tts_remote_ready(&tts->remote);
}

static void tend(struct tts *tts)
{
	tts_remote_tend(&tts->remote);
}

static void spent(struct tts *tts, struct tts_spent *out)
{
	out->characters = tts->characters;
	tts->characters = 0;
}

static int voices(struct tts *tts, struct sv_buf *out)
{
	(void)tts;
	return speechkit_voices(out);
}

const struct tts_engine tts_speechkit = {
	.name = "speechkit",
	.about = "Yandex SpeechKit v3, a service on the network",
	.settings = settings,
	.remote = true,
	.notes = 1u << SV_STRESS | 1u << SV_PAUSE | 1u << SV_EMPHASIS,
	.open = open_speechkit,
	.close = close_speechkit,
	.voice = voice,
	.identify = identify,
	.most = most,
	.speak = speak,
	.place = place,
	.retry_ms = retry_ms,
	.warm = warm,
	.ready = ready,
	.tend = tend,
	.spent = spent,
	.voices = voices,
};
