/*
 * tts_player: every prompt is told of to the sample
 * uses: src/tts/player.c src/tts/make.c src/tts/fill.c src/tts/report.c
 * uses: src/tts/say.c src/tts/sentence.c src/tts/sound.c src/tts/chain.c
 * uses: src/tts/link.c src/tts/budget.c src/tts/part.c src/tts/break.c
 * uses: src/tts/cache.c src/tts/beep.c src/tts/settings.c src/tts/stage.c
 * uses: src/tts/call.c
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/event.h"
#include "lib/fail.h"

#include "src/tts/engine.h"
#include "src/tts/player.h"
#include "tests/unit/tap.h"

enum { RATE = 8000, MS = RATE / 1000, FRAME = 20 * MS };

const struct tts_engine *const tts_engines[] = { &tts_beep, NULL };

const struct tts_engine *tts_engine_find(const char *name)
{
	return strcmp(name, "beep") != 0 ? NULL : &tts_beep;
}

static const char *engine = "beep";
static struct tts_config config = { .rate_hz = RATE,
	                            .no_cache = true,
	                            .engines = { &engine, 1 } };
static struct tts_calls calls;
static struct tts_player player;
static int events = -1; /* a file that the events go to */

static int say_text(const char *id, const char *call, const char *text)
{
	struct tts_ask ask = {
		.id = id, .call = call, .text = text, .language = "ru"
	};
	int wrong;
	struct tts_say *say = tts_say_new(&ask, RATE, &wrong);

	ok(!wrong);
	return tts_player_add(&player, say);
}

/* n ms taken as --pace does; the last one's loudest sample */
static int play(int ms)
{
	int16_t frame[FRAME];
	int loud = 0;

	for (; ms > 0; ms -= 20) {
		size_t n;

		tts_player_prepare(&player, 1);
		n = tts_player_fill(&player, frame, FRAME);
		memset(frame + n, 0, (FRAME - n) * sizeof(*frame));
		tts_player_silence(&player, FRAME - n);
		loud = 0;
		for (size_t i = 0; i < FRAME; i++)
			if (abs(frame[i]) > loud)
				loud = abs(frame[i]);
	}
	return loud;
}

/* "type say t heard heard_ms duration_ms" of each event since the last time,
 * a line each; what is absent is left out */
static const char *told(void)
{
	static char text[4096];
	static off_t seen;
	char line[65536];
	size_t n = 0;
	FILE *file = fdopen(dup(events), "r");

	text[0] = '\0';
	fseeko(file, seen, SEEK_SET);
	while (fgets(line, sizeof(line), file)) {
		if (n > sizeof(text) / 2) /* more than anyone asks for */
			continue;
		json_t *event = json_loads(line, 0, NULL);
		static const char *const names[] = { "type",     "say",
			                             "t",        "heard",
			                             "heard_ms", "duration_ms",
			                             "total_ms" };

		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
			json_t *value = json_object_get(event, names[i]);

			if (json_is_string(value))
				n += (size_t)snprintf(text + n,
				                      sizeof(text) - n, "%s ",
				                      json_string_value(value));
			if (json_is_integer(value))
				n += (size_t)snprintf(
					text + n, sizeof(text) - n, "%d ",
					(int)json_integer_value(value));
		}
		text[n - 1] = '\n';
		json_decref(event);
	}
	seen = ftello(file);
	fclose(file);
	return text;
}

/* beep: a letter 50 ms, a word 50 ms more */
static void one_after_the_other(void)
{
	say_text("a", "c", "раз два");
	say_text("b", "c", "");
	say_text("c", "c", "три. Раз!");
	ok(play(20) > 1000);
	is(told(), "tts.start a 0\n");
	play(380);
	is(told(), "tts.end a 400 400\n"
	           "tts.start b 400\n"
	           "tts.end b 400 0\n");
	ok(play(240) == 0); /* the gap */
	is(told(), "");
	ok(play(20) > 1000);
	is(told(), "tts.start c 650\n");
	play(1000);
	is(told(), "tts.end c 1300 650\n"); /* 200 + 250 + 200 */
	ok(!tts_player_busy(&player) && player.clock == 1660 * MS);
	/* silence has kept the distance: no gap before the next */
	say_text("d", "c", "раз");
	ok(play(20) > 1000);
	play(200);
	is(told(), "tts.start d 1660\ntts.end d 1860 200\n");
}

static void pause_and_resume(void)
{
	int64_t start;

	play(300); /* so that no gap is due */
	say_text("e", "c", "раз два три");
	play(300); /* within the second word */
	start = player.clock;
	tts_player_pause(&player, "other", NULL);
	tts_player_pause(&player, "c", "nosuch");
	ok(!player.paused);
	tts_player_pause(&player, "c", "e");
	ok(play(20) > 0); /* it fades for 10 ms */
	ok(play(20) == 0);
	ok(play(1000) == 0);
	ok(player.clock == start + 1040 * MS); /* time goes on */
	ok(tts_player_busy(&player));
	tts_player_resume(&player, "other");
	ok(player.paused);
	tts_player_resume(&player, "c");
	ok(play(20) > 1000); /* from the beginning of its word */
	told();
	play(600);
	is(told(), "tts.end e 3920 700\n"); /* 600 and 100 again */
}

static void cancel(void)
{
	play(300);
	say_text("f", "c", "раз два три");
	say_text("g", "c", "ещё");
	play(450);
	told();
	tts_player_cancel(&player, "c", "nosuch");
	is(told(), "");
	tts_player_pause(&player, "c", "f");
	tts_player_cancel(&player, "c", "g");
	is(told(), "tts.interrupted g 4900  0 200\n");
	ok(player.paused); /* that was not the one */
	tts_player_cancel(&player, "c", "f");
	is(told(), "tts.interrupted f 4900 раз два 460 600\n");
	ok(!player.paused);
	ok(play(20) > 0 && play(20) == 0 && !tts_player_busy(&player));
	tts_player_cancel(&player, "c", NULL);
	tts_player_pause(&player, "c", NULL);
	ok(!player.paused);

	/* what is cancelled while paused was heard no further */
	say_text("h", "c", "раз два три");
	play(200);
	tts_player_pause(&player, "c", NULL);
	play(100);
	told();
	tts_player_cancel(&player, "c", NULL);
	is(told(), "tts.interrupted h 5240 раз 200 600\n");
	ok(!player.paused && play(20) == 0);
}

/* two calls on one stream: the one's cancel is not the other's */
static void two_calls(void)
{
	say_text("i", "c", "раз");
	say_text("j", "d", "два");
	play(20);
	told();
	tts_player_cancel(&player, "c", NULL);
	is(told(), "tts.interrupted i 5280  20 200\n");
	play(400);
	ok(strstr(told(), "tts.end j") != NULL);
}

static void turn(void)
{
	struct tts_call *call = tts_calls_get(&calls, "t");
	struct tts_ask ask = { .id = "k",
		               .call = "t",
		               .text = "раз",
		               .language = "ru",
		               .answer = { .final = 1,
		                           .turn = 3,
		                           .endpoint_ms = 300,
		                           .asr_ms = -1,
		                           .dialog_ms = 20 } };
	int wrong, total = 0;
	const char *text;

	call->finals = 1;
	tts_player_add(&player, tts_say_new(&ask, RATE, &wrong));
	ask.id = "l"; /* in the same turn: told once */
	tts_player_add(&player, tts_say_new(&ask, RATE, &wrong));
	play(1000);
	text = strstr(told(), "turn k ");
	ok(text && sscanf(text, "turn k %*d %d", &total) == 1);
	ok(total >= 320 && total < 1320);
	ok(text && !strstr(text + 1, "turn "));
	ok(tts_calls_get(&calls, "t")->turns == 3);
}

static int breaths;

static int cancel_meanwhile(void *arg)
{
	(void)arg;
	if (++breaths == 2)
		tts_player_cancel(&player, "c", NULL);
	return 0;
}

static int take_meanwhile(void *arg)
{
	int16_t frame[FRAME];

	(void)arg;
	tts_player_fill(&player, frame, 80);
	return 0;
}

static int give_up(void *arg)
{
	(void)arg;
	return EX_IOERR;
}

/* what happens while an engine is at work */
static void meanwhile(void)
{
	play(300);
	player.breathe = cancel_meanwhile;
	say_text("o", "c", "раз два три");
	play(100);
	is(told(), "tts.interrupted o 6980  0 715\n");
	ok(breaths == 2 && !player.making && !tts_player_busy(&player));

	/* its first words are heard before the last are made */
	player.breathe = take_meanwhile;
	say_text("p", "c", "раз два три");
	tts_player_prepare(&player, 0);
	is(told(), "tts.start p 7080\n");
	ok(player.first->pieces->sound.played > 80);
	player.breathe = NULL;
	play(600);
	ok(strstr(told(), "tts.end p ") != NULL);

	player.breathe = give_up;
	say_text("q", "c", "раз два три");
	ok(tts_player_prepare(&player, 0) == EX_IOERR);
	ok(player.rc == EX_IOERR);
	player.rc = 0;
	player.breathe = NULL;
	tts_player_cancel_all(&player);
	told();
}

static void too_many(void)
{
	int i;

	for (i = 0; i < TTS_QUEUE_MAX; i++) {
		struct tts_ask ask = {
			.id = "m", .call = "c", .text = "", .language = "ru"
		};
		int wrong;

		tts_player_add(&player, tts_say_new(&ask, RATE, &wrong));
	}
	ok(say_text("n", "c", "") == EX_DATAERR);
	tts_player_cancel_all(&player);
	ok(!player.first && !player.last && !player.n);
	told();
}

int main(void)
{
	struct tts_chain *chain = NULL;

	events = memfd_create("events", MFD_CLOEXEC);
	sv_event_to(events);
	ok(!tts_chain_new(&chain, &config));
	tts_player_init(&player, chain, &calls, RATE);
	player.paced = true;
	one_after_the_other();
	pause_and_resume();
	cancel();
	two_calls();
	turn();
	too_many();
	meanwhile();
	ok(!player.rc);
	tts_player_release(&player);
	tts_calls_release(&calls);
	tts_chain_free(chain);
	close(events);
	return tap_end();
}
