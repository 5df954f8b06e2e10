/*
 * What SpeechKit's sessions say becomes utterances, and two hearings one.
 *
 * uses: src/asr/speechkit_text.c src/asr/speechkit_utterance.c src/asr/speechkit_final.c src/asr/speechkit_words.c src/asr/speechkit.proto
 */
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

#include "src/asr/speechkit_text.h"
#include "tests/unit/tap.h"

static struct sk_text text;

/* --- what a session says --- */

/* "word@START-END word@START-END" as an answer's best alternative */
struct said {
	Sk__Word words[16];
	Sk__Word *list[16];
	Sk__Alternative best;
	Sk__Alternative *bests[1];
	Sk__AlternativeUpdate update;
	char *copy;
	struct sv_buf joined;
};

static void say(struct said *said, const char *spec)
{
	char *rest;
	char *token;

	*said = (struct said){ .copy = sv_strdup(spec) };
	sv_buf_init(&said->joined, 1000);
	sk__alternative__init(&said->best);
	sk__alternative_update__init(&said->update);
	rest = said->copy;
	while ((token = strsep(&rest, " "))) {
		Sk__Word *word = &said->words[said->best.n_words];
		char *at = strchr(token, '@');

		if (!at)
			continue;
		*at = '\0';
		sk__word__init(word);
		word->text = token;
		word->start_time_ms = strtol(at + 1, &at, 10);
		word->end_time_ms = strtol(at + 1, NULL, 10);
		sv_buf_printf(&said->joined, "%s%s",
		              said->joined.len ? " " : "", token);
		said->list[said->best.n_words++] = word;
	}
	sv_buf_putc(&said->joined, '\0');
	said->best.words = said->list;
	said->best.text = said->joined.data;
	said->bests[0] = &said->best;
	said->update.alternatives = said->bests;
	said->update.n_alternatives = 1;
}

static void unsay(struct said *said)
{
	sv_buf_release(&said->joined);
	free(said->copy);
}

static unsigned partial(int session, const char *spec)
{
	Sk__StreamingResponse response;
	struct said said;
	unsigned news;

	say(&said, spec);
	sk__streaming_response__init(&response);
	response.event_case = SK__STREAMING_RESPONSE__EVENT_PARTIAL;
	response.partial = &said.update;
	news = sk_text_take(&text, session, &response, 1000);
	unsay(&said);
	return news;
}

static unsigned final(int session, int index, const char *spec)
{
	Sk__StreamingResponse response;
	Sk__AudioCursors cursors;
	struct said said;
	unsigned news;

	say(&said, spec);
	sk__streaming_response__init(&response);
	sk__audio_cursors__init(&cursors);
	cursors.final_index = index;
	response.audio_cursors = &cursors;
	response.event_case = SK__STREAMING_RESPONSE__EVENT_FINAL;
	response.final = &said.update;
	news = sk_text_take(&text, session, &response, 1000);
	unsay(&said);
	return news;
}

/* the normalised text of a final; its words have no times */
static unsigned refinement(int session, int index, const char *said)
{
	char *copy = sv_strdup(said);
	unsigned news;
	Sk__StreamingResponse response;
	Sk__FinalRefinement refined;
	Sk__AlternativeUpdate update;
	Sk__Alternative best;
	Sk__Alternative *bests[] = { &best };

	sk__streaming_response__init(&response);
	sk__final_refinement__init(&refined);
	sk__alternative_update__init(&update);
	sk__alternative__init(&best);
	best.text = copy;
	update.alternatives = bests;
	update.n_alternatives = 1;
	refined.final_index = index;
	refined.normalized_text = &update;
	response.event_case = SK__STREAMING_RESPONSE__EVENT_FINAL_REFINEMENT;
	response.final_refinement = &refined;
	news = sk_text_take(&text, session, &response, 1000);
	free(copy);
	return news;
}

static unsigned eou(int session, int64_t ms)
{
	Sk__StreamingResponse response;
	Sk__EouUpdate update;

	sk__streaming_response__init(&response);
	sk__eou_update__init(&update);
	update.time_ms = ms;
	response.event_case = SK__STREAMING_RESPONSE__EVENT_EOU_UPDATE;
	response.eou_update = &update;
	return sk_text_take(&text, session, &response, 1000);
}

/* nothing but how far it is */
static unsigned status(int session, int64_t final_ms, int64_t eou_ms)
{
	Sk__StreamingResponse response;
	Sk__AudioCursors cursors;
	Sk__StatusCode code;

	sk__streaming_response__init(&response);
	sk__audio_cursors__init(&cursors);
	sk__status_code__init(&code);
	cursors.final_time_ms = final_ms;
	cursors.eou_time_ms = eou_ms;
	response.audio_cursors = &cursors;
	response.event_case = SK__STREAMING_RESPONSE__EVENT_STATUS_CODE;
	response.status_code = &code;
	return sk_text_take(&text, session, &response, 1000);
}

static unsigned classified(int session, int64_t end_ms, const char *classifier)
{
	char *copy = sv_strdup(classifier);
	unsigned news;
	Sk__StreamingResponse response;
	Sk__ClassifierUpdate update;
	Sk__ClassifierResult result;
	Sk__Label label;
	Sk__Label *labels[] = { &label };

	sk__streaming_response__init(&response);
	sk__classifier_update__init(&update);
	sk__classifier_result__init(&result);
	sk__label__init(&label);
	label.label = copy;
	label.confidence = 0.75;
	result.classifier = copy;
	result.labels = labels;
	result.n_labels = 1;
	update.end_time_ms = end_ms;
	update.classifier_result = &result;
	response.event_case = SK__STREAMING_RESPONSE__EVENT_CLASSIFIER_UPDATE;
	response.classifier_update = &update;
	news = sk_text_take(&text, session, &response, 1000);
	free(copy);
	return news;
}

/* --- what becomes of it --- */

/* an utterance from from_ms to to_ms of a session, offset_ms of the call */
static void utter(int session, int64_t from_ms, int64_t to_ms,
                  int64_t offset_ms)
{
	sk_text_begin(&text);
	sk_utterance_hear(text.last, session, from_ms, 0);
	sk_utterance_cut(text.last, session, to_ms);
	sk_text_finish(&text, offset_ms);
}

/* the result as "text | word@START-END …", lent */
static const char *result(void)
{
	static struct sv_buf out;
	json_t *fields = sk_text_result(&text);
	json_t *word;
	size_t i;

	sv_buf_release(&out);
	sv_buf_init(&out, 4000);
	if (!fields)
		return NULL;
	sv_buf_printf(&out, "%s |",
	              json_string_value(json_object_get(fields, "text")));
	json_array_foreach (json_object_get(fields, "words"), i, word)
		sv_buf_printf(&out, " %s@%lld-%lld",
		              json_string_value(json_object_get(word, "word")),
		              (long long)json_integer_value(
				      json_object_get(word, "start_ms")),
		              (long long)json_integer_value(
				      json_object_get(word, "end_ms")));
	json_decref(fields);
	return sv_buf_str(&out);
}

static void an_utterance_is_its_finals(void)
{
	sk_text_init(&text, false, 0);
	sk_text_begin(&text);
	sk_utterance_hear(text.last, 1, 500, 0);
	ok(partial(1, "раз@600-800") == SK_PARTIAL);
	is(sk_text_partial(&text), "раз");
	ok(partial(1, "раз@600-800") == 0);
	ok(final(1, 0, "раз@600-800 два@900-1100") == SK_PARTIAL);
	ok(partial(1, "три@1500-1700") == SK_PARTIAL);
	is(sk_text_partial(&text), "раз два три");
	sk_utterance_cut(text.last, 1, 2000);
	sk_text_finish(&text, 10000);
	is(sk_text_partial(&text), "");
	ok(!result());
	ok(final(1, 1, "три@1500-1700") == 0);
	ok(eou(1, 2000) == SK_RESULT);
	is(result(), "раз два три | раз@10100-10300 два@10400-10600 "
	             "три@11000-11200");
	ok(!result());
	sk_text_release(&text);
}

static void the_next_may_begin_before_the_last_is_known(void)
{
	sk_text_init(&text, false, 0);
	utter(1, 0, 1000, 0);
	sk_text_begin(&text);
	sk_utterance_hear(text.last, 1, 1000, 0);
	ok(partial(1, "раз@100-300") == 0);
	is(sk_text_partial(&text), "");
	ok(partial(1, "два@1200-1400") == SK_PARTIAL);
	is(sk_text_partial(&text), "два");
	final(1, 0, "раз@100-300");
	ok(eou(1, 1000) == SK_RESULT);
	is(result(), "раз | раз@100-300");
	is(sk_text_partial(&text), "два");
	/* what belongs to one that was told of is nobody's */
	ok(final(1, 0, "раз@100-300") == 0);
	is(sk_text_partial(&text), "два");
	sk_text_release(&text);
}

/* a hypothesis that has an end alone, and no words */
static void what_has_no_beginning_belongs_where_it_ends(void)
{
	Sk__StreamingResponse response;
	Sk__AlternativeUpdate update;
	Sk__Alternative best;
	Sk__Alternative *bests[] = { &best };
	char said[] = "abc";

	sk_text_init(&text, false, 0);
	utter(1, 0, 1000, 0);
	sk_text_begin(&text);
	sk_utterance_hear(text.last, 1, 5000, 0);
	sk__streaming_response__init(&response);
	sk__alternative_update__init(&update);
	sk__alternative__init(&best);
	best.text = said;
	best.end_time_ms = 5100;
	update.alternatives = bests;
	update.n_alternatives = 1;
	response.event_case = SK__STREAMING_RESPONSE__EVENT_PARTIAL;
	response.partial = &update;
	ok(sk_text_take(&text, 1, &response, 1000) == SK_PARTIAL);
	is(sk_text_partial(&text), "abc");
	sk_text_release(&text);
}

static void ends_come_in_more_ways_than_one(void)
{
	sk_text_init(&text, false, 0);
	utter(1, 0, 1000, 0); /* nothing was said, and an end is told */
	ok(eou(1, 1000) == SK_RESULT);
	is(result(), " |");
	utter(1, 1000, 2000, 0); /* one without a time */
	ok(eou(1, 0) == SK_RESULT);
	is(result(), " |");
	utter(1, 2000, 3000, 0); /* the place alone */
	ok(status(1, 1500, 1000) == 0);
	ok(status(1, 1500, 3000) == SK_RESULT);
	is(result(), " |");
	utter(1, 3000, 4000, 0); /* all is fixed, and no end comes */
	ok(status(1, 4000, 3000) == 0);
	ok(sk_text_due(&text) == 1300);
	sk_text_settle(&text, 1299);
	ok(!sk_text_ready(&text));
	sk_text_settle(&text, 1300);
	is(result(), " |");
	utter(1, 4000, 5000, 0); /* the session ends */
	ok(!sk_text_end(&text, 1, true));
	is(result(), " |");
	sk_text_release(&text);
}

static void an_old_end_is_not_a_new_one(void)
{
	sk_text_init(&text, false, 0);
	utter(1, 0, 1000, 0);
	utter(1, 3000, 4000, 0);
	ok(eou(1, 1000) == SK_RESULT);
	is(result(), " |");
	ok(eou(1, 1000) == 0);
	ok(eou(2, 4000) == 0);
	ok(!result());
	ok(eou(1, 3990) == SK_RESULT);
	is(result(), " |");
	sk_text_release(&text);
}

static void refined_text_is_waited_for_and_not_for_long(void)
{
	sk_text_init(&text, true, 0);
	utter(1, 0, 2000, 0);
	final(1, 4, "пять@100-300");
	final(1, 5, "рублей@400-800");
	ok(eou(1, 2000) == 0);
	ok(refinement(1, 5, "рублей") == 0);
	ok(refinement(1, 4, "5") == SK_RESULT);
	is(result(), "5 рублей | пять@100-300 рублей@400-800");
	utter(1, 2000, 4000, 0);
	final(1, 6, "шесть@2100-2300");
	ok(eou(1, 4000) == 0);
	ok(sk_text_due(&text) == 1300);
	sk_text_settle(&text, 1300);
	ok(sk_text_due(&text) == 0);
	is(result(), "шесть | шесть@100-300");
	sk_text_release(&text);
}

static void classifiers_are_part_of_it(void)
{
	json_t *fields;
	json_t *first;

	sk_text_init(&text, false, 2);
	utter(1, 0, 2000, 0);
	final(1, 0, "плохо@100-300");
	ok(classified(1, 2000, "negative") == 0);
	ok(eou(1, 2000) == 0);
	ok(classified(1, 2000, "insult") == SK_RESULT);
	fields = sk_text_result(&text);
	first = json_array_get(json_object_get(fields, "classifiers"), 0);
	is(json_string_value(json_object_get(first, "classifier")), "negative");
	is(json_string_value(json_object_get(first, "label")), "negative");
	ok(json_real_value(json_object_get(first, "confidence")) == 0.75);
	ok(json_array_size(json_object_get(fields, "classifiers")) == 2);
	json_decref(fields);
	sk_text_release(&text);
}

/* the utterance goes on in session 2, which has heard its last second again */
static void two_sessions_make_one_utterance(void)
{
	sk_text_init(&text, false, 0);
	sk_text_begin(&text);
	sk_utterance_hear(text.last, 1, 60000, 0);
	final(1, 0, "раз@60100-60400 два@60900-61300 три@61700-61950");
	sk_utterance_cut(text.last, 1, 62000);
	sk_utterance_hear(text.last, 2, 500, 1000);
	is(sk_text_partial(&text), "раз два три");
	ok(partial(2, "ва@500-800 три@1200-1500") == 0);
	ok(partial(2, "ва@500-800 тридцать@1200-1700 пять@1900-2100") ==
	   SK_PARTIAL);
	is(sk_text_partial(&text), "раз два тридцать пять");
	sk_utterance_cut(text.last, 2, 3000);
	sk_text_finish(&text, 5000);
	final(2, 0, "ва@500-800 тридцать@1200-1700 пять@1900-2100");
	ok(eou(2, 3000) == 0);
	ok(!sk_text_end(&text, 1, true));
	is(result(), "раз два тридцать пять | раз@5100-5400 два@5900-6300 "
	             "тридцать@6700-7200 пять@7400-7600");
	sk_text_release(&text);
}

static void what_a_lost_session_heard_is_heard_again(void)
{
	sk_text_init(&text, false, 0);
	utter(1, 0, 1000, 0);
	final(1, 0, "раз@100-300");
	eou(1, 1000);
	utter(1, 1000, 2000, 0);
	final(1, 1, "два@1100-1300");
	sk_text_begin(&text);
	sk_utterance_hear(text.last, 1, 2000, 0);
	partial(1, "три@2100-2300");
	ok(sk_text_end(&text, 1, false));
	is(result(), "раз | раз@100-300");
	ok(text.first->unheard_ms == 0 && text.last->unheard_ms == 0);
	ok(!result());
	sk_utterance_hear(text.first, 2, 0, 0);
	sk_utterance_cut(text.first, 2, 1000);
	sk_utterance_hear(text.last, 2, 1000, 0);
	final(2, 0, "два@100-300");
	ok(eou(2, 1000) == SK_RESULT);
	is(result(), "два | два@100-300");
	partial(2, "три@1100-1300");
	is(sk_text_partial(&text), "три");
	sk_text_release(&text);
}

/* a session that ends well has still not heard what it was not sent */
static void an_open_piece_is_lost_with_its_session(void)
{
	sk_text_init(&text, false, 0);
	sk_text_begin(&text);
	sk_utterance_hear(text.last, 1, 0, 0);
	ok(sk_text_end(&text, 1, true));
	ok(text.last->unheard_ms == 0 && text.last->n == 0);
	sk_text_release(&text);
}

/* --- stitching --- */

static void put(struct sk_words *words, const char *spec)
{
	struct said said;

	say(&said, spec);
	for (size_t i = 0; i < said.best.n_words; i++)
		sk_words_add(words, said.words[i].text,
		             said.words[i].start_time_ms,
		             said.words[i].end_time_ms);
	unsay(&said);
}

/* both have heard what was said from 1000 to 3000 ms */
static const char *stitch(const char *before, const char *later)
{
	static struct sv_buf out;
	struct sk_words words = { 0 };
	struct sk_words more = { 0 };

	put(&words, before);
	put(&more, later);
	sk_words_stitch(&words, &more, 1000, 3000);
	sv_buf_release(&out);
	sv_buf_init(&out, 1000);
	sk_words_text(&words, &out);
	sk_words_release(&words);
	sk_words_release(&more);
	return sv_buf_str(&out);
}

static void words_are_neither_lost_nor_doubled(void)
{
	is(stitch("a@0-900 b@1100-1500 c@1800-2200 d@2500-2990",
	          "b@1100-1500 c@1810-2210 dd@2500-3200 e@3500-3600"),
	   "a b c dd e");
	/* said twice: what was said at one time is one word */
	is(stitch("да@1000-1300 да@1400-1700 да@1800-2100 да@2200-2500",
	          "да@1400-1710 да@1790-2100 да@2190-2500 да@2600-2900"),
	   "да да да да да");
	/* timed differently, and in capitals with a comma */
	is(stitch("мы@1100-1300 поедем@1900-2100 в@2200-2250",
	          "Поедем,@2050-2300 в@2310-2400 лес@3100-3400"),
	   "мы поедем в лес");
	/* cut in the middle of a word on both sides */
	is(stitch("сон@800-1200 здравст@2500-3000",
	          "н@1000-1200 здравствуйте@2500-3600"),
	   "сон здравствуйте");
	/* nobody speaks in the overlap */
	is(stitch("раз@100-500", "два@3200-3600"), "раз два");
	is(stitch("", "два@3200-3600"), "два");
	is(stitch("раз@100-500", ""), "раз");
}

static void where_hearings_differ_the_middle_decides(void)
{
	is(stitch("код@1200-1500 так@1700-1900 там@2600-2700",
	          "кот@1200-1500 таг@1700-1900 дам@2600-2700 же@3100-3200"),
	   "код так дам же");
	/* one was heard by the first alone, beyond the middle */
	is(stitch("раз@1200-1400 эх@2300-2500", "два@3200-3500"), "раз эх два");
	is(stitch("раз@1200-1400 эх@2600-2700", "два@2200-2400 три@3200-3500"),
	   "раз два три");
	/* a word across the middle, timed apart */
	is(stitch("раз@1100-1300 слово@1850-2250", "слого@1750-2150"),
	   "раз слого");
}

static void a_text_without_words_is_shared_out(void)
{
	struct sk_words words = { 0 };

	sk_words_share(&words, " ab  cdef ", 1000, 2000);
	ok(words.n == 2);
	is(words.items[0].text, "ab");
	ok(words.items[0].start_ms == 1100 && words.items[0].end_ms == 1300);
	ok(words.items[1].start_ms == 1500 && words.items[1].end_ms == 1900);
	sk_words_release(&words);
}

static void bytes_that_are_no_text_are_replaced(void)
{
	sk_text_init(&text, false, 0);
	utter(1, 0, 1000, 0);
	final(1, 0, "\xff\xfe@100-300");
	eou(1, 1000);
	is(result(), "\xef\xbf\xbd\xef\xbf\xbd | "
	             "\xef\xbf\xbd\xef\xbf\xbd@100-300");
	utter(1, 1000, 2000, 0); /* and times that are none */
	final(1, 1, "x@-5--9000000000 y@1500-9000000000000000000");
	eou(1, 2000);
	ok(result() != NULL);
	sk_text_release(&text);
}

int main(void)
{
	an_utterance_is_its_finals();
	the_next_may_begin_before_the_last_is_known();
	what_has_no_beginning_belongs_where_it_ends();
	ends_come_in_more_ways_than_one();
	an_old_end_is_not_a_new_one();
	refined_text_is_waited_for_and_not_for_long();
	classifiers_are_part_of_it();
	two_sessions_make_one_utterance();
	what_a_lost_session_heard_is_heard_again();
	an_open_piece_is_lost_with_its_session();
	words_are_neither_lost_nor_doubled();
	where_hearings_differ_the_middle_decides();
	a_text_without_words_is_shared_out();
	bytes_that_are_no_text_are_replaced();
	result(); /* frees what it has lent */
	return tap_end();
}
