/*
 * riva.c: speech by NVIDIA Riva, SynthesizeOnline: one's own server, or
 * NVIDIA's cloud
 *
 * The call may be used both ways; one request and the end of requests is what
 * servers understand for which it was not.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/secret.h"
#include "lib/utf8.h"

#include "src/tts/engine.h"
#include "src/tts/remote.h"
#include "src/tts/riva.pb-c.h"
#include "src/tts/settings.h"

enum {
	TEXT_MAX = 200, /* characters; older models take 400 */
	LINEAR_PCM = 1,
	HZ_MIN = 8000,
	HZ_MAX = 48000,
};

#define PATH "/nvidia.riva.tts.RivaSpeechSynthesis/SynthesizeOnline"

struct tts {
	const struct tts_config *config;
	struct tts_manner manner;
	struct tts_remote remote;
	const char *function_id;
	int most, hz;
	char *voice; /* the last one told */
	double characters;

	struct tts_sound *sound; /* of the phrase being spoken */
	size_t bytes;
};

static const char *const settings[] = { "language.ru", "language.en",
	                                "function-id", "most",
	                                "hz",          NULL };

static int read_settings(struct tts *tts)
{
	const struct sv_list *list = &tts->config->settings;
	int rc = tts_setting_manner(list, "riva", &tts->manner);

	tts->most = TEXT_MAX;
	tts->function_id = sv_setting(list, "riva", "function-id");
	if (!rc)
		rc = sv_setting_int(list, "riva", "most", &tts->most);
	if (!rc)
		rc = sv_setting_int(list, "riva", "hz", &tts->hz);
	if (!rc && tts->most < 1)
		rc = sv_fail(EX_USAGE, "riva: most is a number of characters");
	if (!rc && tts->hz && (tts->hz < HZ_MIN || tts->hz > HZ_MAX))
		rc = sv_fail(EX_USAGE, "riva: hz is %d to %d", HZ_MIN, HZ_MAX);
	return rc;
}

static void close_riva(struct tts *tts)
{
	if (!tts)
		return;
	tts_remote_release(&tts->remote);
	free(tts->voice);
	free(tts);
}

static int open_riva(struct tts **made, const struct tts_config *config)
{
	struct tts *tts = sv_alloc(sizeof(*tts));
	int rc;

	tts->config = config;
	rc = read_settings(tts);
	if (!rc)
		rc = tts_remote_init(&tts->remote, "riva", &config->settings,
		                     NULL);
	if (rc)
		close_riva(tts);
	else
		*made = tts;
	return rc;
}

/* Which voices there are only the server knows: an event's voice is asked for
 * when its name says the language, as Riva's do ("Magpie-Multilingual.EN-US.Mia",
 * "English-US.Female-1"). "" leaves it to the server. */
static const char *voice(struct tts *tts, const char *language,
                         const char *wanted)
{
	const char *set =
		tts_setting_voice(&tts->config->settings, "riva", language);
	const char *dot = wanted ? strchr(wanted, '.') : NULL;

	if (dot && dot - wanted > 3 && strchr(wanted, '-'))
		set = wanted;
	free(tts->voice);
	tts->voice = sv_strdup(set ? set : "");
	return tts->voice;
}

static const char *language_code(const struct tts *tts, const char *language)
{
	bool english = !strcmp(language, "en");
	const char *set = sv_setting(&tts->config->settings, "riva",
	                             english ? "language.en" : "language.ru");

	if (set)
		return set;
	return english ? "en-US" : "ru-RU";
}

static int identify(const struct tts *tts, struct sv_buf *out)
{
	return sv_buf_printf(
		out, "riva %s %s rate=%d hz=%d ru=%s en=%s", tts->remote.place,
		tts->function_id ? tts->function_id : "", tts->manner.rate,
		tts->hz, language_code(tts, "ru"), language_code(tts, "en"));
}

static size_t most(const struct tts *tts)
{
	return (size_t)tts->most;
}

static int answer(void *arg, const void *data, size_t len)
{
	struct tts *tts = arg;
	Riva__SynthesizeResponse *response =
		riva__synthesize_response__unpack(NULL, len, data);
	int rc;

	if (!response)
		return sv_fail(EX_UNAVAILABLE, "riva: an answer that is none");
	tts->bytes += response->audio.len;
	rc = tts_sound_add_bytes(tts->sound, response->audio.data,
	                         response->audio.len);
	riva__synthesize_response__free_unpacked(response, NULL);
	return rc;
}

/* Another speed takes SSML, in which some signs have a meaning. */
static char *markup(const struct tts *tts, const char *text)
{
	static const struct {
		char sign;
		const char *entity;
	} entities[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" } };

	struct sv_buf out;
	const char *p;
	size_t i;

	sv_buf_init(&out, 1 << 16);
	if (tts->manner.rate == 100) {
		/* tags would be obeyed: there are none */
		for (p = text; *p; p++)
			sv_buf_putc(&out, strchr("<>", *p) ? ' ' : *p);
		return sv_buf_take(&out);
	}
	sv_buf_printf(&out, "<speak><prosody rate=\"%d%%\">", tts->manner.rate);
	for (p = text; *p; p++) {
		for (i = 0; i < 3 && entities[i].sign != *p; i++)
			;
		if (i < 3)
			sv_buf_puts(&out, entities[i].entity);
		else
			sv_buf_putc(&out, *p);
	}
	sv_buf_puts(&out, "</prosody></speak>");
	return sv_buf_take(&out);
}

static void pack(const struct tts *tts, const struct tts_phrase *phrase,
                 char *text, struct sv_buf *out)
{
	Riva__SynthesizeRequest request;
	Riva__RequestId id;
	char *language = sv_strdup(language_code(tts, phrase->language));
	char *call = sv_strdup(phrase->call);
	unsigned char *packed;
	size_t len;

	riva__synthesize_request__init(&request);
	riva__request_id__init(&id);
	request.text = text;
	request.language_code = language;
	request.encoding = LINEAR_PCM;
	request.sample_rate_hz = tts->hz ? tts->hz : tts->sound->rate_hz;
	request.voice_name = tts->voice;
	if (call && *call) {
		id.value = call;
		request.id = &id;
	}
	packed = sv_alloc(riva__synthesize_request__get_packed_size(&request) +
	                  1);
	len = riva__synthesize_request__pack(&request, packed);
	sv_buf_add(out, packed, len);
	free(packed);
	free(language);
	free(call);
}

static int ask(struct tts *tts, const struct tts_phrase *phrase,
               const char *secret)
{
	const char *metadata[5] = { NULL };
	struct tts_request request = {
		.path = PATH, .metadata = metadata, .answer = answer, .arg = tts
	};
	char *bearer = secret ? sv_format("Bearer %s", secret) : NULL;
	char *text = markup(tts, phrase->text);
	struct sv_buf message;
	size_t n = 0;
	int rc;

	if (bearer) {
		metadata[n++] = "authorization";
		metadata[n++] = bearer;
	}
	if (tts->function_id) {
		metadata[n++] = "function-id";
		metadata[n] = tts->function_id;
	}
	sv_buf_init(&message, 1 << 20);
	pack(tts, phrase, text, &message);
	request.message = sv_buf_str(&message);
	request.len = message.len;
	tts->characters +=
		(double)sv_utf8_count(phrase->text, strlen(phrase->text));
	rc = tts_remote_ask(&tts->remote, &request, tts->sound);
	sv_buf_release(&message);
	sv_secret_free(bearer);
	free(text);
	return rc;
}

/* what the person who reads it can do */
static int advise(const struct tts *tts, const struct tts_phrase *phrase,
                  int rc)
{
	char *why = sv_strdup(sv_why());

	if (rc == EX_NOPERM)
		rc = sv_fail(rc, "%s: check SV_RIVA_API_KEY", why);
	else if (rc == EX_CONFIG)
		rc = sv_fail(rc, "%s (voice '%s', language %s)", why,
		             tts->voice, language_code(tts, phrase->language));
	free(why);
	return rc;
}

static int speak(struct tts *tts, const struct tts_phrase *phrase,
                 struct tts_sound *sound)
{
	char *secret = NULL;
	int rc = sv_secret("SV_RIVA_API_KEY", &secret);

	tts->sound = sound;
	tts->bytes = 0;
	if (!rc)
		rc = tts_sound_from(sound, tts->hz ? tts->hz : sound->rate_hz);
	if (!rc)
		rc = ask(tts, phrase, secret);
	if (!rc && !tts->bytes)
		rc = sv_fail(EX_UNAVAILABLE, "riva: no sound came");
	sv_secret_free(secret);
	return rc > 0 ? advise(tts, phrase, rc) : rc;
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

const struct tts_engine tts_riva = {
	.name = "riva",
	.about = "NVIDIA Riva, a server of one's own or NVIDIA's",
	.settings = settings,
	.remote = true,
	.open = open_riva,
	.close = close_riva,
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
};
