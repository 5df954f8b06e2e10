/*
 * rhvoice.c: a stand-in for libRHVoice.so.5, as strict as the real one is
 * where it matters. One voice, "Anna", Russian, 24 kHz: a word is 200 ms of a
 * square wave, told of before its sound, in bytes. Built by the tests:
 *     cc -shared -fPIC -o libRHVoice.so.5 tests/peers/rhvoice.c
 */
#include <stdlib.h>
#include <string.h>

struct callbacks {
	int (*set_sample_rate)(int, void *);
	int (*play_speech)(const short *, unsigned, void *);
	int (*process_mark)(const char *, void *);
	int (*word_starts)(unsigned, unsigned, void *);
	int (*word_ends)(unsigned, unsigned, void *);
	int (*sentence_starts)(unsigned, unsigned, void *);
	int (*sentence_ends)(unsigned, unsigned, void *);
	int (*play_audio)(const char *, void *);
	void (*done)(void *);
};

struct init {
	const char *data_path, *config_path;
	const char **resource_paths;
	struct callbacks callbacks;
	unsigned options;
};

struct voice {
	const char *language, *name;
	int gender;
	const char *country;
};

struct manner {
	const char *profile;
	double absolute[3];
	double rate, pitch, volume;
	int punctuation_mode;
	const char *punctuation_list;
	int capitals_mode, flags;
};

struct engine {
	struct callbacks callbacks;
};

struct message {
	struct engine *engine;
	char *text;
	double rate;
	void *user;
};

static const struct voice anna = { "ru", "Anna", 2, "RU" };

const char *RHVoice_get_version(void);
struct engine *RHVoice_new_tts_engine(const struct init *init);
void RHVoice_delete_tts_engine(struct engine *engine);
unsigned RHVoice_get_number_of_voices(struct engine *engine);
const struct voice *RHVoice_get_voices(struct engine *engine);
struct message *RHVoice_new_message(struct engine *engine, const char *text,
                                    unsigned len, int type,
                                    const struct manner *manner, void *user);
void RHVoice_delete_message(struct message *message);
int RHVoice_speak(struct message *message);

const char *RHVoice_get_version(void)
{
	const char *version = getenv("RHVOICE_VERSION");

	return version ? version : "1.19.2";
}

struct engine *RHVoice_new_tts_engine(const struct init *init)
{
	struct engine *engine;

	if (!init->callbacks.set_sample_rate || !init->callbacks.play_speech)
		return NULL;
	if (init->data_path && strcmp(init->data_path, "/voices") != 0)
		return NULL;
	engine = malloc(sizeof(*engine));
	engine->callbacks = init->callbacks;
	return engine;
}

void RHVoice_delete_tts_engine(struct engine *engine)
{
	free(engine);
}

unsigned RHVoice_get_number_of_voices(struct engine *engine)
{
	return engine != NULL;
}

const struct voice *RHVoice_get_voices(struct engine *engine)
{
	return engine ? &anna : NULL;
}

struct message *RHVoice_new_message(struct engine *engine, const char *text,
                                    unsigned len, int type,
                                    const struct manner *manner, void *user)
{
	struct message *message;

	if (!len || type || strcmp(manner->profile, "Anna") != 0 ||
	    manner->rate <= 0 || strstr(text, "сбой"))
		return NULL;
	message = malloc(sizeof(*message));
	message->engine = engine;
	message->text = strndup(text, len);
	message->rate = manner->rate;
	message->user = user;
	return message;
}

void RHVoice_delete_message(struct message *message)
{
	if (message)
		free(message->text);
	free(message);
}

static int say_word(struct message *message, unsigned at, unsigned len)
{
	const struct callbacks *call = &message->engine->callbacks;
	unsigned left = (unsigned)(4800 / message->rate);
	short block[480];
	unsigned i;

	for (i = 0; i < 480; i++)
		block[i] = i / 60 % 2 ? 6000 : -6000;
	if (call->word_starts && !call->word_starts(at, len, message->user))
		return 0;
	for (; left >= 480; left -= 480)
		if (!call->play_speech(block, 480, message->user))
			return 0;
	return 1;
}

int RHVoice_speak(struct message *message)
{
	unsigned at = 0;

	if (!message ||
	    !message->engine->callbacks.set_sample_rate(24000, message->user))
		return 0;
	while (message->text[at]) {
		unsigned len = (unsigned)strcspn(message->text + at, " ");

		if (len && !say_word(message, at, len))
			break;
		at += len;
		at += message->text[at] == ' ';
	}
	return 1;
}
