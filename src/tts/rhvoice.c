/*
 * rhvoice.c: speech by RHVoice, where its library and voices are installed.
 *
 * The library is looked for when the program runs: few machines have it, and
 * it is C++. What we use of its interface (RHVoice.h, libRHVoice.so.5, which
 * is every release from 1.0 on) is declared here.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/service.h"

#include "src/tts/engine.h"
#include "src/tts/settings.h"
#include "src/tts/stress.h"

struct rhvoice_callbacks {
	int (*set_sample_rate)(int rate_hz, void *user);
	int (*play_speech)(const short *samples, unsigned n, void *user);
	int (*process_mark)(const char *name, void *user);
	int (*word_starts)(unsigned position, unsigned len, void *user);
	int (*word_ends)(unsigned position, unsigned len, void *user);
	int (*sentence_starts)(unsigned position, unsigned len, void *user);
	int (*sentence_ends)(unsigned position, unsigned len, void *user);
	int (*play_audio)(const char *source, void *user);
	void (*done)(void *user);
};

struct rhvoice_init {
	const char *data_path, *config_path;
	const char **resource_paths;
	struct rhvoice_callbacks callbacks;
	unsigned options;
};

struct rhvoice_voice {
	const char *language; /* two letters where there are two */
	const char *name;
	int gender;
	const char *country;
};

struct rhvoice_manner {
	const char *voice_profile;
	double absolute_rate, absolute_pitch, absolute_volume;
	double relative_rate, relative_pitch, relative_volume;
	int punctuation_mode;
	const char *punctuation_list;
	int capitals_mode;
	int flags;
};

struct rhvoice_engine;
struct rhvoice_message;

struct library {
	const char *(*get_version)(void);
	struct rhvoice_engine *(*new_tts_engine)(const struct rhvoice_init *);
	void (*delete_tts_engine)(struct rhvoice_engine *);
	unsigned (*get_number_of_voices)(struct rhvoice_engine *);
	const struct rhvoice_voice *(*get_voices)(struct rhvoice_engine *);
	struct rhvoice_message *(*new_message)(struct rhvoice_engine *,
	                                       const char *, unsigned, int,
	                                       const struct rhvoice_manner *,
	                                       void *);
	void (*delete_message)(struct rhvoice_message *);
	int (*speak)(struct rhvoice_message *);
};

struct tts {
	const struct tts_config *config;
	struct tts_manner manner;
	enum tts_stress stress;
	void *handle;
	struct library library;
	struct rhvoice_engine *engine;
};

/* what the library's callbacks work on */
struct job {
	struct tts_sound *sound;
	const struct tts_phrase *phrase;
	enum tts_stress stress;
	int64_t given; /* samples, at the library's rate */
	int rc;
};

/* The callbacks return 0 to stop the library. */
static int set_sample_rate(int rate_hz, void *user)
{
	struct job *job = user;

	if (!job->given && !job->rc)
		job->rc = tts_sound_from(job->sound, rate_hz);
	return !job->rc;
}

static int play_speech(const short *samples, unsigned n, void *user)
{
	struct job *job = user;

	if (!job->rc)
		job->rc = tts_sound_add(job->sound, samples, n);
	job->given += n;
	return !job->rc;
}

/* position counts bytes, from 0, when the text was given in bytes. Sound comes
 * in blocks of 100 ms, and with it the words: they are marked that much early
 * at the worst (1.19). */
static int word_starts(unsigned position, unsigned len, void *user)
{
	struct job *job = user;
	size_t at;

	(void)len;
	at = tts_stress_at(job->phrase, job->stress, position);
	if (at < strlen(job->phrase->text))
		tts_sound_mark(job->sound, job->given, at);
	return 1;
}

static int find(struct tts *tts, const char *name, void *function)
{
	void *symbol = dlsym(tts->handle, name);

	if (!symbol)
		return sv_fail(EX_UNAVAILABLE, "rhvoice: the library has no %s",
		               name);
	/* a pointer to a function does not come out of void * otherwise */
	memcpy(function, &symbol, sizeof(symbol));
	return 0;
}

static int find_all(struct tts *tts)
{
	struct library *l = &tts->library;

	const struct {
		const char *name;
		void *function;
	} wanted[] = {
		{ "RHVoice_get_version", &l->get_version },
		{ "RHVoice_new_tts_engine", &l->new_tts_engine },
		{ "RHVoice_delete_tts_engine", &l->delete_tts_engine },
		{ "RHVoice_get_number_of_voices", &l->get_number_of_voices },
		{ "RHVoice_get_voices", &l->get_voices },
		{ "RHVoice_new_message", &l->new_message },
		{ "RHVoice_delete_message", &l->delete_message },
		{ "RHVoice_speak", &l->speak },
	};

	size_t i;
	int rc = 0;

	for (i = 0; !rc && i < sizeof(wanted) / sizeof(*wanted); i++)
		rc = find(tts, wanted[i].name, wanted[i].function);
	return rc;
}

static int load(struct tts *tts)
{
	const char *path =
		sv_setting(&tts->config->settings, "rhvoice", "library");
	int rc;

	tts->handle = dlopen(path ? path : "libRHVoice.so.5", RTLD_NOW);
	if (!tts->handle)
		return sv_fail(EX_UNAVAILABLE, "rhvoice: %s", dlerror());
	rc = find_all(tts);
	if (!rc && strtol(tts->library.get_version(), NULL, 10) < 1)
		rc = sv_fail(EX_UNAVAILABLE,
		             "rhvoice: version %s is too old: 1.0 or later",
		             tts->library.get_version());
	return rc;
}

static void close_rhvoice(struct tts *tts)
{
	if (!tts)
		return;
	if (tts->engine)
		tts->library.delete_tts_engine(tts->engine);
	if (tts->handle)
		dlclose(tts->handle);
	free(tts);
}

static int open_rhvoice(struct tts **made, const struct tts_config *config)
{
	struct rhvoice_init init = {
		.callbacks = { .set_sample_rate = set_sample_rate,
		               .play_speech = play_speech,
		               .word_starts = word_starts },
	};
	struct tts *tts = sv_alloc(sizeof(*tts));
	int rc;

	tts->config = config;
	rc = tts_setting_manner(&config->settings, "rhvoice", &tts->manner);
	if (!rc)
		rc = tts_stress_read(
			sv_setting(&config->settings, "rhvoice", "stress"),
			"rhvoice", &tts->stress);
	if (!rc)
		rc = load(tts);
	if (!rc) {
		init.data_path =
			sv_setting(&config->settings, "rhvoice", "data");
		tts->engine = tts->library.new_tts_engine(&init);
		if (!tts->engine)
			rc = sv_fail(EX_UNAVAILABLE, "rhvoice: no voices in %s",
			             init.data_path ? init.data_path
			                            : "the usual place");
	}
	if (rc)
		close_rhvoice(tts);
	else
		*made = tts;
	return rc;
}

/* the voice of that name, or (NULL) the first, of those for the language */
static const char *find_voice(struct tts *tts, const char *language,
                              const char *name)
{
	const struct rhvoice_voice *voices =
		tts->library.get_voices(tts->engine);
	unsigned n = tts->library.get_number_of_voices(tts->engine);
	unsigned i;

	for (i = 0; i < n; i++)
		if (!strcmp(voices[i].language, language) &&
		    (!name || !strcasecmp(voices[i].name, name)))
			return voices[i].name;
	return NULL;
}

static const char *voice(struct tts *tts, const char *language,
                         const char *wanted)
{
	const char *set =
		tts_setting_voice(&tts->config->settings, "rhvoice", language);
	const char *name = NULL;

	if (wanted)
		name = find_voice(tts, language, wanted);
	if (!name && set)
		name = find_voice(tts, language, set);
	return name ? name : find_voice(tts, language, NULL);
}

static int voices(struct tts *tts, struct sv_buf *out)
{
	const struct rhvoice_voice *list = tts->library.get_voices(tts->engine);
	unsigned n = tts->library.get_number_of_voices(tts->engine);
	unsigned i;
	int rc = 0;

	for (i = 0; !rc && i < n; i++)
		rc = sv_buf_printf(out, "%s%s", i ? " " : "", list[i].name);
	return rc;
}

static int identify(const struct tts *tts, struct sv_buf *out)
{
	const char *data =
		sv_setting(&tts->config->settings, "rhvoice", "data");

	return sv_buf_printf(
		out, "rhvoice %s rate=%d pitch=%d volume=%d stress=%d data=%s",
		tts->library.get_version(), tts->manner.rate, tts->manner.pitch,
		tts->manner.volume, (int)tts->stress, data ? data : "");
}

static int speak(struct tts *tts, const struct tts_phrase *phrase,
                 struct tts_sound *sound)
{
	const struct rhvoice_manner manner = {
		.voice_profile = phrase->voice,
		.relative_rate = tts->manner.rate / 100.0,
		.relative_pitch = tts->manner.pitch / 100.0,
		.relative_volume = tts->manner.volume / 100.0,
	};
	struct job job = { .sound = sound,
		           .phrase = phrase,
		           .stress = tts->stress };
	char *text = tts_stress_text(phrase, tts->stress);
	struct rhvoice_message *message = tts->library.new_message(
		tts->engine, text, (unsigned)strlen(text), 0, &manner, &job);
	int spoken = 0;

	if (message) {
		spoken = tts->library.speak(message);
		tts->library.delete_message(message);
	}
	free(text);
	if (!spoken && !job.rc)
		return sv_fail(EX_SOFTWARE, "rhvoice: cannot speak a sentence");
	return job.rc;
}

static const char *const settings[] = { "stress", NULL };

const struct tts_engine tts_rhvoice = {
	.name = "rhvoice",
	.about = "RHVoice, when its library and voices are installed",
	.settings = settings,
	.notes = 1u << SV_STRESS,
	.open = open_rhvoice,
	.close = close_rhvoice,
	.voice = voice,
	.identify = identify,
	.speak = speak,
	.voices = voices,
};
