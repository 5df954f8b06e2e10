/*
 * tts_chain: when an engine fails, in whatever way, the next one says what the
 * caller has not heard, and no word twice that need not be
 * uses: src/tts/chain.c src/tts/link.c src/tts/budget.c src/tts/part.c
 * uses: src/tts/break.c src/tts/sound.c src/tts/sentence.c src/tts/cache.c
 * uses: src/tts/settings.c src/tts/stage.c
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/breaker.h"
#include "lib/clock.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/loop.h"

#include "src/tts/chain.h"
#include "src/tts/engine.h"
#include "tests/unit/tap.h"

enum { RATE = 8000, WORD = RATE / 10, STOP = 7 };

/* What the engines do: a word is 100 ms of samples that are its number in
 * the words they spoke. */
static struct {
	int words; /* said before `code`, for how many phrases */
	int code, times;
	bool marks;
	bool hangs; /* instead of failing */
	bool away;  /* no connection */
	int asked;
	int notes;
} first;

static int second_asked;
static char spoken[64][32]; /* the words, by the number their samples have */
static int n_spoken;
static char phrases[512]; /* what the engines were asked for, in bars */

struct tts {
	int none;
};

static struct tts nobody;

static int open_one(struct tts **made, const struct tts_config *config)
{
	(void)config;
	*made = &nobody;
	return 0;
}

static void close_one(struct tts *tts)
{
	(void)tts;
}

static const char *voice(struct tts *tts, const char *language,
                         const char *wanted)
{
	(void)tts;
	(void)language;
	return wanted ? wanted : "v";
}

static int identify(const struct tts *tts, struct sv_buf *out)
{
	(void)tts;
	return sv_buf_puts(out, "scripted");
}

static const char *place(const struct tts *tts)
{
	(void)tts;
	return "scripted:1";
}

static bool ready(const struct tts *tts)
{
	(void)tts;
	return !first.away;
}

static size_t most(const struct tts *tts)
{
	(void)tts;
	return 24;
}

static int say_word(struct tts_sound *sound, const char *word, size_t len)
{
	int16_t samples[WORD];
	size_t i;

	for (i = 0; i < WORD; i++)
		samples[i] = (int16_t)(n_spoken + 1);
	snprintf(spoken[n_spoken++], sizeof(*spoken), "%.*s", (int)len, word);
	return tts_sound_add(sound, samples, WORD);
}

/* the words of the phrase, `words` of them; what a code ended it */
static int say_words(const struct tts_phrase *phrase, struct tts_sound *sound,
                     int words, bool marks)
{
	const char *p = phrase->text;
	int rc = tts_sound_from(sound, RATE), n;

	snprintf(phrases + strlen(phrases), sizeof(phrases) - strlen(phrases),
	         "%s|", phrase->text);
	for (n = 0; !rc && *p && n < words; n++) {
		size_t len = strcspn(p, " ");

		if (marks)
			tts_sound_mark(sound, (int64_t)n * WORD,
			               (size_t)(p - phrase->text));
		rc = say_word(sound, p, len);
		p += len;
		p += strspn(p, " ");
	}
	return rc;
}

static int speak_first(struct tts *tts, const struct tts_phrase *phrase,
                       struct tts_sound *sound)
{
	struct sv_loop *loop;
	bool done = false;
	int rc;

	(void)tts;
	first.asked++;
	first.notes += (int)phrase->n_notes;
	if (!first.times)
		return say_words(phrase, sound, 99, first.marks);
	first.times--;
	rc = say_words(phrase, sound, first.words, first.marks);
	if (rc || !first.hangs)
		return rc ? rc : sv_fail(first.code, "first: failed");
	loop = sv_loop_new();
	rc = tts_sound_wait(sound, loop, &done);
	sv_loop_free(loop);
	return rc;
}

static int speak_second(struct tts *tts, const struct tts_phrase *phrase,
                        struct tts_sound *sound)
{
	(void)tts;
	second_asked++;
	return say_words(phrase, sound, 99, true);
}

static const struct tts_engine one = { .name = "first",
	                               .remote = true,
	                               .notes = 1u << SV_STRESS,
	                               .open = open_one,
	                               .close = close_one,
	                               .voice = voice,
	                               .identify = identify,
	                               .speak = speak_first,
	                               .place = place,
	                               .ready = ready };
static const struct tts_engine two = { .name = "second",
	                               .open = open_one,
	                               .close = close_one,
	                               .voice = voice,
	                               .identify = identify,
	                               .most = most,
	                               .speak = speak_second };
const struct tts_engine *const tts_engines[] = { &one, &two, NULL };

const struct tts_engine *tts_engine_find(const char *name)
{
	return strcmp(name, "first") != 0 ? &two : &one;
}

/* how the sound is played while it is made: at most so many ms ahead */
static struct {
	struct tts_sound *sound;
	size_t behind;  /* samples made and not played yet */
	int stop_after; /* calls of grew(); 0: never */
	int calls;
} ear;

static int grew(void *arg)
{
	(void)arg;
	if (ear.sound->n > ear.sound->played + ear.behind)
		ear.sound->played = ear.sound->n - ear.behind;
	return ear.stop_after && ++ear.calls >= ear.stop_after ? STOP : 0;
}

/* the words in the sound, in their order; one that is cut has a dash */
static const char *heard(const struct tts_sound *sound)
{
	static char all[512];
	size_t i = 0, n;

	*all = '\0';
	while (i < sound->n) {
		int16_t word = sound->samples[i];

		for (n = 0; i < sound->n && sound->samples[i] == word; i++)
			n++;
		if (word < 1 || word > n_spoken || n < WORD / 20)
			continue;
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s%s",
		         *all ? " " : "", spoken[word - 1],
		         n < WORD * 9 / 10 ? "-" : "");
	}
	return all;
}

static const char *names[] = { "first", "second" };
static struct tts_config config = { .rate_hz = RATE, .no_cache = true };

static void restart(void)
{
	struct sv_breaker *breaker =
		sv_breaker_new("tts-first-scripted:1", &sv_breaker_usual);

	sv_breaker_worked(breaker);
	sv_breaker_free(breaker);
	memset(&first, 0, sizeof(first));
	memset(&ear, 0, sizeof(ear));
	n_spoken = second_asked = 0;
	*phrases = '\0';
}

static int say(struct tts_chain *chain, struct tts_sound *sound,
               const char *text)
{
	static struct tts_credit credit;
	struct sv_notes notes = { 0 };
	struct tts_wish wish = { .language = "ru" };
	struct sv_buf plain;
	int rc;

	sv_buf_init(&plain, 1024);
	sv_notes_read(text, &plain, &notes);
	wish.text = sv_buf_str(&plain);
	wish.notes = notes.items;
	wish.n_notes = notes.n;
	tts_sound_init(sound, RATE);
	sound->grew = grew;
	ear.sound = sound;
	rc = tts_chain_speak(chain, &wish, sound, &credit);
	sv_buf_release(&plain);
	sv_notes_release(&notes);
	return rc;
}

static const char text[] = "раз два, три четыре пять шесть, семь восемь";

/* Words are known: on at the one that was cut. */
static void by_words(struct tts_chain *chain)
{
	struct tts_sound sound;

	restart();
	first.words = 4;
	first.code = EX_UNAVAILABLE;
	first.times = 1;
	first.marks = true;
	ear.behind = (size_t)2 * WORD;
	ok(!say(chain, &sound, text));
	is(heard(&sound), "раз два, три четыре пять шесть, семь восемь");
	ok(sound.n == (size_t)8 * WORD && first.asked == 1);
	ok(tts_sound_heard(&sound, text, sizeof(text) - 1) > 40);
	tts_sound_release(&sound);

	/* the word that broke off was being heard: it begins again */
	restart();
	first.words = 4;
	first.code = EX_UNAVAILABLE;
	first.times = 1;
	first.marks = true;
	ear.behind = WORD / 2;
	ok(!say(chain, &sound, text));
	is(heard(&sound),
	   "раз два, три четыре- четыре пять шесть, семь восемь");
	tts_sound_release(&sound);
}

/* They were told of before they were said. */
static void words_ahead(struct tts_chain *chain)
{
	struct tts_sound sound;

	(void)chain;
	tts_sound_init(&sound, RATE);
	ok(!say_words(&(struct tts_phrase){ .text = "раз два три" }, &sound, 2,
	              true));
	tts_sound_mark(&sound, (int64_t)2 * WORD, 14);
	sound.played = 1;
	ok(tts_sound_break(&sound, "раз два три", 20, 65) == 7);
	ok(sound.n == WORD);
	tts_sound_release(&sound);
}

/* Not known: on at a clause that came by then, no word left out. */
static void by_share(struct tts_chain *chain)
{
	struct tts_sound sound;

	restart();
	first.words = 6;
	first.code = EX_UNAVAILABLE;
	first.times = 1;
	ok(!say(chain, &sound, text));
	is(heard(&sound), "раз два, три четыре пять шесть, раз два, три "
	                  "четыре пять шесть, семь восемь");
	tts_sound_release(&sound);
}

/* Nothing was heard: one voice says all of it. */
static void from_the_start(struct tts_chain *chain)
{
	struct tts_sound sound;

	restart();
	first.words = 3;
	first.code = EX_TEMPFAIL;
	first.times = 1;
	ear.behind = (size_t)1000 * WORD;
	ok(!say(chain, &sound, text));
	is(heard(&sound), text);
	ok(sound.n == (size_t)8 * WORD);
	tts_sound_release(&sound);
	ok(!say(chain, &sound, text)); /* back in health, taken again */
	ok(first.asked == 2);
	tts_sound_release(&sound);
}

static void budgets(struct tts_chain *chain)
{
	struct tts_sound sound;
	int64_t since = sv_now_ms();

	restart();
	first.hangs = true;
	first.times = 1;
	ok(!say(chain, &sound, text)); /* no first sound */
	is(heard(&sound), text);
	ok(sv_now_ms() - since >= 60);
	tts_sound_release(&sound);

	restart();
	first.hangs = first.marks = true;
	first.times = 1;
	first.words = 2;
	ok(!say(chain, &sound, text)); /* no more sound */
	is(heard(&sound), "раз два, два, три четыре пять шесть, семь восемь");
	tts_sound_release(&sound);

	restart();
	first.hangs = first.away = true;
	first.times = 1;
	ok(!say(chain, &sound, text)); /* no connection */
	is(heard(&sound), text);
	tts_sound_release(&sound);

	/* told to stop while nothing came yet: nobody else is asked */
	restart();
	first.hangs = true;
	first.times = 1;
	ear.stop_after = 2;
	ok(say(chain, &sound, text) == STOP);
	ok(!second_asked && !sound.n);
	tts_sound_release(&sound);
}

static void breaker(struct tts_chain *chain)
{
	struct tts_sound sound;
	int i;

	restart();
	first.code = EX_TEMPFAIL;
	first.times = 99;
	for (i = 0; i < 6; i++) {
		ok(!say(chain, &sound, "раз"));
		tts_sound_release(&sound);
	}
	ok(first.asked == 3 && second_asked == 6);

	/* a wrong setting is nobody else's business */
	restart();
	first.code = EX_CONFIG;
	first.times = 99;
	for (i = 0; i < 6; i++) {
		ok(!say(chain, &sound, "раз"));
		tts_sound_release(&sound);
	}
	ok(first.asked == 6);
}

/* Pauses are made for who cannot; long sentences come in parts. */
static void parts(struct tts_chain *chain)
{
	struct tts_sound sound;

	restart();
	ok(!say(chain, &sound, "[pause 50ms] р+аз [pause 100ms] два."));
	is(phrases, "раз|два.|");
	ok(first.notes == 1 && sound.meant);
	ok(sound.n == (size_t)2 * WORD + (size_t)150 * RATE / 1000);
	ok(!sound.samples[0] && sound.samples[400] == 1);
	tts_sound_release(&sound);

	restart();
	first.code = EX_CONFIG;
	first.times = 1;
	ok(!say(chain, &sound, "*раз* два, три четыре пять шесть семь"));
	is(phrases,
	   "раз два, три четыре пять шесть семь|раз два,|три четыре пять шесть|семь|");
	is(heard(&sound), "раз два, три четыре пять шесть семь");
	sound.played = (size_t)5 * WORD;
	ok(tts_sound_heard(&sound, "раз два, три четыре пять шесть семь", 62) ==
	   44);
	tts_sound_release(&sound);
}

int main(void)
{
	static const char *const budget[] = { "budget.first=60ms",
		                              "budget.stall=60ms",
		                              "budget.connect=60ms" };
	struct tts_chain *chain = NULL;
	size_t i;

	char run[] = "/tmp/tts_chain.XXXXXX";

	setenv("SV_RUN", mkdtemp(run), 1);
	sv_event_to(open("/dev/null", O_WRONLY));
	config.engines = (struct sv_list){ .items = names, .n = 2 };
	for (i = 0; i < 3; i++)
		sv_add(budget[i], &config.settings);
	ok(!tts_chain_new(&chain, &config));
	by_words(chain);
	words_ahead(chain);
	by_share(chain);
	from_the_start(chain);
	budgets(chain);
	breaker(chain);
	parts(chain);
	tts_chain_free(chain);
	free(config.settings.items);
	return tap_end();
}
