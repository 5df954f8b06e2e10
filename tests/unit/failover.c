/*
 * failover: engines that fail in every way, and what the next one hears
 * uses: src/asr/failover.c src/asr/takeover.c src/asr/watch.c src/asr/seat.c src/asr/utterance.c src/asr/patience.c src/asr/spent.c src/asr/expect.c
 */
#include "src/asr/failover.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/log.h"

#include "tests/unit/tap.h"

enum {
	LINE_HZ = 16000,
	FRAME = LINE_HZ / 50,
	UTTERANCES = 8,
	SECONDS = 20,
	SHORT_MS = 40, /* a budget that is meant to run out */
	LONG_MS = 60000,
};

/* --- an engine that does as it is told --- */

/* what goes wrong, and how often it still will */
enum fault {
	NONE,
	NO_OPEN,     /* open() fails */
	NO_READY,    /* it is never ready */
	NO_BEGIN,    /* begin() fails */
	FEED,        /* feed() fails when it has had FAULT_AT samples */
	MUTE,        /* no hypothesis, no result */
	STUCK,       /* its first hypothesis is its last */
	FINISH,      /* finish() fails */
	NO_RESULT,   /* hypotheses, but no result */
	RESULT,      /* result() fails */
	NOTICED,     /* partial() fails, which it gives notice of */
	EXPECT,      /* expect() fails */
	BAD_SETTING, /* feed() fails with EX_CONFIG */
};

enum { FAULT_AT = 10 * FRAME };

struct heard {
	int16_t *samples;
	size_t n;
	bool over;
	int64_t offset_ms;
	int hints;
};

struct asr_model {
	const char *name;
	int rate_hz;
	enum fault fault;
	int times; /* it still happens */
	bool held; /* results wait until this is false */
	bool wordless;
	int opened, closed, begun;
	double seconds;
	struct asr *last;
};

struct asr {
	struct asr_model *model;
	const struct asr_place *place;
	struct heard heard[UTTERANCES];
	int n, told;
	int hints;
	bool failed;
	char text[64];
};

static bool goes_wrong(struct asr *asr, enum fault fault)
{
	struct asr_model *model = asr->model;

	if (model->fault != fault || !model->times)
		return false;
	model->times--;
	asr->failed = true;
	return true;
}

static int broken(const struct asr *asr, int code)
{
	return sv_fail(code, "%s: out of order", asr->model->name);
}

static int scripted_rate(const struct asr_model *model, int line_hz)
{
	(void)line_hz;
	return model->rate_hz;
}

static const char *scripted_place(const struct asr_model *model)
{
	return model->name;
}

static void scripted_close(struct asr *asr)
{
	if (!asr)
		return;
	for (int i = 0; i < asr->n; i++)
		free(asr->heard[i].samples);
	asr->model->closed++;
	if (asr->model->last == asr)
		asr->model->last = NULL;
	free(asr);
}

static int scripted_open(struct asr **made, struct asr_model *model,
                         const struct asr_place *place)
{
	struct asr *asr = sv_alloc(sizeof *asr);

	asr->model = model;
	asr->place = place;
	model->opened++;
	if (goes_wrong(asr, NO_OPEN)) {
		free(asr);
		model->closed++;
		return sv_fail(EX_UNAVAILABLE, "%s: will not open",
		               model->name);
	}
	*made = model->last = asr;
	return 0;
}

static bool scripted_ready(const struct asr *asr)
{
	return asr->model->fault != NO_READY || !asr->model->times;
}

static int scripted_expect(struct asr *asr, const struct expect *expect)
{
	if (goes_wrong(asr, EXPECT))
		return broken(asr, EX_UNAVAILABLE);
	asr->hints = (int)json_array_size(expect->hints);
	return 0;
}

static int scripted_begin(struct asr *asr)
{
	if (asr->failed || goes_wrong(asr, NO_BEGIN))
		return broken(asr, EX_UNAVAILABLE);
	asr->model->begun++;
	asr->heard[asr->n].hints = asr->hints;
	asr->heard[asr->n].samples =
		sv_calloc((size_t)SECONDS * LINE_HZ, sizeof(int16_t));
	asr->n++;
	asr->text[0] = '\0';
	return 0;
}

static int scripted_feed(struct asr *asr, const int16_t *samples, size_t n)
{
	struct heard *heard = &asr->heard[asr->n - 1];
	enum fault fault = asr->model->fault;

	asr->model->seconds += (double)n / asr->model->rate_hz;
	if (heard->n >= FAULT_AT && goes_wrong(asr, FEED))
		return broken(asr, EX_UNAVAILABLE);
	if (goes_wrong(asr, BAD_SETTING))
		return broken(asr, EX_CONFIG);
	memcpy(heard->samples + heard->n, samples, n * sizeof *samples);
	heard->n += n;
	if (fault != MUTE && !asr->model->wordless &&
	    !(fault == STUCK && asr->text[0]))
		snprintf(asr->text, sizeof asr->text, "%zu", heard->n);
	return 0;
}

static int scripted_partial(struct asr *asr, const char **text)
{
	if (asr->n && asr->heard[asr->n - 1].n >= FAULT_AT &&
	    goes_wrong(asr, NOTICED))
		return broken(asr, EX_TEMPFAIL);
	*text = asr->text;
	return 0;
}

static int scripted_finish(struct asr *asr, int64_t offset_ms, bool cut)
{
	(void)cut;
	if (goes_wrong(asr, FINISH))
		return broken(asr, EX_TEMPFAIL);
	asr->heard[asr->n - 1].over = true;
	asr->heard[asr->n - 1].offset_ms = offset_ms;
	return 0;
}

static int scripted_result(struct asr *asr, json_t **fields)
{
	const struct asr_model *model = asr->model;
	struct heard *heard = &asr->heard[asr->told];

	if (goes_wrong(asr, RESULT))
		return broken(asr, EX_UNAVAILABLE);
	if (model->held || model->fault == NO_RESULT || model->fault == MUTE ||
	    asr->told == asr->n || !heard->over)
		return 0;
	asr->told++;
	*fields = json_pack("{s:o}", "text",
	                    model->wordless ? json_string("")
	                                    : json_sprintf("%zu", heard->n));
	return 0;
}

static void scripted_spent(struct asr *asr, struct asr_spent *spent)
{
	spent->seconds += asr->model->seconds;
	asr->model->seconds = 0;
}

#define SCRIPTED(engine)                                                       \
	{                                                                      \
		.name = (engine), .remote = true, .partials = true,            \
		.rate = scripted_rate, .place = scripted_place,                \
		.open = scripted_open, .close = scripted_close,                \
		.ready = scripted_ready, .expect = scripted_expect,            \
		.begin = scripted_begin, .feed = scripted_feed,                \
		.partial = scripted_partial, .finish = scripted_finish,        \
		.result = scripted_result, .spent = scripted_spent             \
	}

static const struct asr_engine engines[] = { SCRIPTED("a"), SCRIPTED("b"),
	                                     SCRIPTED("c") };

/* --- a line --- */

struct scene {
	struct asr_model models[3];
	struct asr_loaded loaded;
	struct asr_config config;
	struct sv_loop *loop;
	struct asr_chain *chain;
	struct sv_buf log;
	int partials;
	int64_t lost_ms;
	int next; /* the sample to come */
};

static int on_partial(void *arg, const char *text)
{
	struct scene *scene = arg;

	(void)text;
	scene->partials++;
	return 0;
}

static int on_final(void *arg, const char *engine, json_t *fields)
{
	struct scene *scene = arg;
	const char *text = json_string_value(json_object_get(fields, "text"));
	int rc = sv_buf_printf(&scene->log, "%s:%s ", engine, text);

	json_decref(fields);
	return rc;
}

static int on_event(void *arg, const char *type, json_t *fields)
{
	struct scene *scene = arg;
	const char *from = "", *to = "-";
	json_int_t lost_ms = 0;
	int rc = 0;

	if (!strcmp(type, "engine.failover")) {
		json_unpack(fields, "{s:s,s?s,s:I}", "from", &from, "to", &to,
		            "lost_ms", &lost_ms);
		scene->lost_ms = lost_ms;
		rc = sv_buf_printf(&scene->log, "%s>%s ", from, to);
	} else {
		rc = sv_buf_printf(&scene->log, "%s ", type);
	}
	json_decref(fields);
	return rc;
}

static void set(struct scene *scene, size_t n)
{
	static const char *const places[] = { "a", "b", "c" };
	static int number;

	*scene = (struct scene){ .config = { .language = "en" } };
	sv_buf_init(&scene->log, 4096);
	scene->loop = sv_loop_new();
	scene->loaded.n = n;
	number++;
	for (size_t i = 0; i < n; i++) {
		struct asr_link *link = &scene->loaded.links[i];
		struct asr_model *model = &scene->models[i];

		/* breakers are by name and shared: each scene has its own */
		model->name = sv_format("%s%d", places[i], number);
		model->rate_hz = LINE_HZ;
		link->engine = &engines[i];
		link->model = model;
		link->budgets = (struct asr_budgets){ LONG_MS, LONG_MS, LONG_MS,
			                              LONG_MS, LONG_MS, 1 };
	}
}

static int fault(struct scene *scene, int i, enum fault fault, int times)
{
	scene->models[i].fault = fault;
	scene->models[i].times = times;
	return 0;
}

static int open_scene(struct scene *scene, bool live)
{
	const struct asr_chain_setup setup = {
		.config = &scene->config,
		.loaded = &scene->loaded,
		.loop = scene->loop,
		.line_hz = LINE_HZ,
		.live = live,
		.owner = { scene, on_partial, on_final, on_event },
	};

	return asr_chain_new(&scene->chain, &setup);
}

static void end(struct scene *scene, const char *want)
{
	is(sv_buf_str(&scene->log), want);
	asr_chain_free(scene->chain);
	for (size_t i = 0; i < scene->loaded.n; i++) {
		const struct asr_model *model = &scene->models[i];

		ok(model->opened == model->closed);
		free((char *)(uintptr_t)model->name);
	}
	sv_buf_release(&scene->log);
	sv_loop_free(scene->loop);
}

static int16_t sample(int i)
{
	return (int16_t)(i * 7 % 30011);
}

static void notify(const struct asr_model *model)
{
	if (model->last)
		model->last->place->notice(model->last->place->arg);
}

/* frames of speech, each sample another than those around it */
static int speak(struct scene *scene, int frames)
{
	int16_t samples[FRAME];
	int rc = 0;

	while (!rc && frames-- > 0) {
		for (int i = 0; i < FRAME; i++)
			samples[i] = sample(scene->next++);
		rc = asr_chain_feed(scene->chain, samples, FRAME, true);
		for (int i = 0; !rc && i < 3; i++)
			notify(&scene->models[i]);
		if (!rc)
			rc = sv_loop_step(scene->loop, 0);
	}
	return rc;
}

/* an utterance of 20 frames */
static int utter(struct scene *scene)
{
	int rc = asr_chain_begin(scene->chain);

	if (!rc)
		rc = speak(scene, 20);
	return rc ? rc : asr_chain_finish(scene->chain, 0, false);
}

/* whether its k-th utterance, of that engine's, is the samples from first on,
 * to the sample */
static bool heard_all(const struct scene *scene, int engine, int k, int first,
                      size_t n)
{
	const struct asr *asr = scene->models[engine].last;

	if (!asr || asr->n <= k || asr->heard[k].n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (asr->heard[k].samples[i] != sample(first + (int)i))
			return false;
	return true;
}

enum { ALL = 20 * FRAME };

/* --- what happens --- */

static void all_is_well(void)
{
	struct scene scene;

	set(&scene, 2);
	ok(!open_scene(&scene, true));
	ok(!utter(&scene) && !utter(&scene));
	ok(heard_all(&scene, 0, 0, 0, ALL));
	ok(heard_all(&scene, 0, 1, ALL, ALL));
	ok(scene.partials == 40);
	ok(!scene.models[1].opened && !asr_chain_lost(scene.chain));
	ok(!asr_chain_conclude(scene.chain));
	end(&scene, "a:6400 a:6400 cost ");
}

/* whatever fails there: the second hears every sample, and its words count */
static void a_failure_in(enum fault what, int partials_at_least)
{
	struct scene scene;

	set(&scene, 2);
	fault(&scene, 0, what, 1);
	ok(!open_scene(&scene, true));
	ok(!utter(&scene));
	ok(heard_all(&scene, 1, 0, 0, ALL));
	ok(scene.models[1].begun == 1);
	ok(scene.partials >= partials_at_least);
	end(&scene, "a>b b:6400 ");
}

static void failures_at_once(void)
{
	a_failure_in(NO_BEGIN, 20);
	a_failure_in(FEED, 20);
	a_failure_in(NOTICED, 20);
	a_failure_in(FINISH, 19);
	a_failure_in(RESULT, 19);
	a_failure_in(BAD_SETTING, 19);
}

/* one of the first engine's budgets */
static int *budget_of(struct scene *scene, size_t place)
{
	struct asr_budgets *budgets = &scene->loaded.links[0].budgets;
	int *const all[] = { &budgets->connect, &budgets->first,
		             &budgets->silence, &budgets->result,
		             &budgets->total };

	return all[place];
}

/* the budget and what it is for */
static void a_stall_in(enum fault what, size_t place)
{
	struct scene scene;
	int64_t began_ms;

	set(&scene, 2);
	*budget_of(&scene, place) = SHORT_MS;
	fault(&scene, 0, what, -1);
	ok(!open_scene(&scene, true));
	ok(!asr_chain_begin(scene.chain));
	began_ms = sv_now_ms();
	ok(!speak(&scene, 20));
	while (place < 3 && !scene.models[1].begun &&
	       sv_now_ms() < began_ms + 10000)
		sv_loop_step(scene.loop, 20);
	ok(place >= 3 || scene.lost_ms >= SHORT_MS);
	ok(!speak(&scene, 5));
	ok(!asr_chain_finish(scene.chain, 0, false));
	ok(!asr_chain_wait(scene.chain));
	ok(scene.lost_ms >= SHORT_MS && scene.lost_ms < 5000);
	ok(heard_all(&scene, 1, 0, 0, (size_t)25 * FRAME));
	end(&scene, "a>b b:8000 ");
}

static void stalls(void)
{
	a_stall_in(NO_READY, 0);
	a_stall_in(MUTE, 1);
	a_stall_in(STUCK, 2);
	a_stall_in(NO_RESULT, 3);
	a_stall_in(NO_RESULT, 4);
}

static void noise_is_nobodys_fault(void)
{
	struct scene scene;

	set(&scene, 2);
	scene.loaded.links[0].budgets.first = SHORT_MS;
	scene.loaded.links[0].budgets.rest = LONG_MS;
	scene.models[0].wordless = scene.models[1].wordless = true;
	ok(!open_scene(&scene, true));
	ok(!asr_chain_begin(scene.chain));
	while (!scene.models[1].begun)
		ok(!speak(&scene, 5) && sv_loop_step(scene.loop, 20) == 0);
	ok(!asr_chain_finish(scene.chain, 0, false));
	is(sv_buf_str(&scene.log), "a>b b: ");
	/* and is taken again at once */
	while (!scene.models[0].last)
		ok(!asr_chain_breathe(scene.chain) &&
		   sv_loop_step(scene.loop, 20) == 0);
	scene.models[0].wordless = false;
	ok(!utter(&scene));
	end(&scene, "a>b b: a:6400 ");
}

static void two_are_pending(void)
{
	struct scene scene;

	set(&scene, 2);
	scene.models[0].held = true;
	ok(!open_scene(&scene, true));
	ok(!utter(&scene) && !utter(&scene));
	ok(!asr_chain_begin(scene.chain) && !speak(&scene, 7));
	ok(asr_chain_pending(scene.chain) == 2);
	fault(&scene, 0, RESULT, 1);
	ok(!speak(&scene, 1) && !speak(&scene, 12));
	ok(!asr_chain_finish(scene.chain, 0, false));
	ok(heard_all(&scene, 1, 0, 0, ALL));
	ok(heard_all(&scene, 1, 1, ALL, ALL));
	ok(heard_all(&scene, 1, 2, 2 * ALL, ALL));
	ok(scene.models[1].begun == 3 && !asr_chain_pending(scene.chain));
	end(&scene, "a>b b:6400 b:6400 b:6400 ");
}

static void results_come_late_and_in_order(void)
{
	struct scene scene;

	set(&scene, 2);
	scene.models[0].held = true;
	ok(!open_scene(&scene, true));
	ok(!utter(&scene));
	ok(!asr_chain_begin(scene.chain) && !speak(&scene, 3));
	is(sv_buf_str(&scene.log), "");
	scene.models[0].held = false;
	ok(!speak(&scene, 1));
	is(sv_buf_str(&scene.log), "a:6400 ");
	ok(!asr_chain_finish(scene.chain, 0, false));
	end(&scene, "a:6400 a:1280 ");
}

static void the_next_dies_in_the_replay(void)
{
	struct scene scene;

	set(&scene, 3);
	fault(&scene, 0, FEED, 1);
	fault(&scene, 1, FEED, 1);
	ok(!open_scene(&scene, true));
	ok(!utter(&scene));
	ok(heard_all(&scene, 2, 0, 0, ALL));
	end(&scene, "a>b b>c c:6400 ");
}

static void one_that_will_not_open(void)
{
	struct scene scene;

	set(&scene, 3);
	fault(&scene, 0, FEED, 1);
	fault(&scene, 1, NO_OPEN, 1);
	ok(!open_scene(&scene, true));
	ok(!utter(&scene));
	ok(heard_all(&scene, 2, 0, 0, ALL));
	end(&scene, "a>b b>c c:6400 ");
	set(&scene, 2);
	fault(&scene, 0, NO_OPEN, 1);
	scene.loaded.links[0].budgets.rest = LONG_MS;
	ok(!open_scene(&scene, true));
	ok(!utter(&scene) && heard_all(&scene, 1, 0, 0, ALL));
	end(&scene, "a>b b:6400 ");
	set(&scene, 1);
	fault(&scene, 0, NO_OPEN, 1);
	ok(open_scene(&scene, true) == EX_UNAVAILABLE);
	end(&scene, "");
}

/* A service alone is asked a second time. */
static void a_second_connection(void)
{
	struct scene scene;

	set(&scene, 1);
	fault(&scene, 0, FEED, 1);
	ok(!open_scene(&scene, true));
	ok(!utter(&scene));
	ok(heard_all(&scene, 0, 0, 0, ALL));
	end(&scene, "a>a a:6400 ");
	set(&scene, 1);
	fault(&scene, 0, BAD_SETTING, -1);
	ok(!open_scene(&scene, true));
	ok(!utter(&scene));
	ok(asr_chain_lost(scene.chain) == EX_CONFIG ||
	   asr_chain_lost(scene.chain) == EX_TEMPFAIL);
	end(&scene, "a>- a>- error a: ");
}

static void nobody_is_left(void)
{
	struct scene scene;

	set(&scene, 2);
	fault(&scene, 0, RESULT, 2);
	fault(&scene, 1, RESULT, 2);
	ok(!open_scene(&scene, true));
	ok(!utter(&scene));
	ok(asr_chain_lost(scene.chain) == EX_UNAVAILABLE);
	is(sv_buf_str(&scene.log), "a>b b>a a>b b>- error a: ");
	/* the next utterance tries them again */
	ok(!utter(&scene));
	ok(strstr(sv_buf_str(&scene.log), "error a: a:6400 ") ||
	   strstr(sv_buf_str(&scene.log), "error a: b:6400 "));
	end(&scene, sv_buf_str(&scene.log));
}

static void the_first_is_taken_again(void)
{
	struct scene scene;

	set(&scene, 2);
	fault(&scene, 0, FEED, 1);
	ok(!open_scene(&scene, true));
	ok(!utter(&scene));
	while (!scene.models[0].last)
		ok(!asr_chain_breathe(scene.chain) &&
		   sv_loop_step(scene.loop, 20) == 0);
	ok(!utter(&scene) && heard_all(&scene, 0, 0, ALL, ALL));
	ok(scene.models[1].opened == 1 && scene.models[1].closed == 1);
	end(&scene, "a>b b:6400 a:6400 ");
}

/* Each engine hears all of it at its own rate, however it came to it. */
static void rates_differ(void)
{
	struct scene scene;

	set(&scene, 3);
	scene.models[0].rate_hz = 8000;
	scene.models[2].rate_hz = 8000;
	fault(&scene, 0, FINISH, 1);
	ok(!open_scene(&scene, true));
	ok(asr_chain_rate(&scene.loaded, LINE_HZ) == 16000);
	ok(asr_chain_rate(&scene.loaded, 8000) == 8000);
	ok(!utter(&scene));
	ok(heard_all(&scene, 1, 0, 0, ALL));
	fault(&scene, 1, FINISH, 1);
	fault(&scene, 0, NO_BEGIN, 2);
	ok(!utter(&scene));
	ok(scene.models[2].last && scene.models[2].last->heard[0].n == ALL / 2);
	ok(strstr(sv_buf_str(&scene.log), "c:3200 "));
	end(&scene, sv_buf_str(&scene.log));
}

static void what_is_expected_goes_along(void)
{
	struct scene scene;
	struct expect expect = { .closed = true,
		                 .hints = json_pack("[s,s]", "yes", "no") };

	set(&scene, 2);
	scene.models[0].held = true;
	ok(!open_scene(&scene, true));
	ok(!asr_chain_expect(scene.chain, &expect));
	ok(scene.models[0].last->hints == 2);
	ok(!utter(&scene));
	json_array_append_new(expect.hints, json_string("perhaps"));
	expect_release(&expect);
	expect.hints = json_pack("[s]", "one");
	ok(!asr_chain_expect(scene.chain, &expect));
	ok(!asr_chain_begin(scene.chain) && !speak(&scene, 2));
	fault(&scene, 0, FEED, 1);
	ok(!speak(&scene, 18) && !asr_chain_finish(scene.chain, 0, false));
	ok(scene.models[1].last->heard[1].hints == 1);
	expect_release(&expect);
	end(&scene, "a>b b:6400 b:6400 ");
}

static void a_recording_is_not_given_half_of_its_words(void)
{
	struct scene scene;

	set(&scene, 2);
	fault(&scene, 0, RESULT, -1);
	fault(&scene, 1, FEED, 1);
	ok(!open_scene(&scene, false));
	ok(!utter(&scene));
	end(&scene, "a>b b>a a>b b:6400 ");
	set(&scene, 1);
	fault(&scene, 0, RESULT, -1);
	ok(!open_scene(&scene, false));
	ok(utter(&scene) == EX_UNAVAILABLE);
	end(&scene, "a>a a>- ");
}

int main(void)
{
	/* where no file can be, breakers are this process's own */
	setenv("SV_RUN", "/dev/null/run", 1);
	sv_log_open("failover", SV_ERROR, false);
	all_is_well();
	failures_at_once();
	stalls();
	noise_is_nobodys_fault();
	two_are_pending();
	results_come_late_and_in_order();
	the_next_dies_in_the_replay();
	one_that_will_not_open();
	a_second_connection();
	nobody_is_left();
	the_first_is_taken_again();
	rates_differ();
	what_is_expected_goes_along();
	a_recording_is_not_given_half_of_its_words();
	return tap_end();
}
