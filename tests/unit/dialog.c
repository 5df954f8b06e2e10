/*
 * unit: what a caller's words mean to a scenario
 * uses: src/dialog/answer.c src/dialog/brief.c src/dialog/check.c src/dialog/check_words.c src/dialog/condition.c src/dialog/conversation.c src/dialog/experiment.c src/dialog/graph.c src/dialog/history.c src/dialog/intent.c src/dialog/ladder.c src/dialog/load.c src/dialog/load_experiment.c src/dialog/load_intent.c src/dialog/load_model.c src/dialog/load_prompt.c src/dialog/load_slot.c src/dialog/load_state.c src/dialog/load_tool.c src/dialog/piece.c src/dialog/resolve.c src/dialog/rules.c src/dialog/scenario.c src/dialog/slot.c src/dialog/slot_keys.c src/dialog/slot_limit.c src/dialog/slot_name.c src/dialog/slot_speak.c src/dialog/speak.c src/dialog/step.c src/dialog/talk.c src/dialog/turn.c src/dialog/validate.c src/dialog/words.c
 */
#include "src/dialog/answer.h"
#include "src/dialog/condition.h"
#include "src/dialog/conversation.h"
#include "src/dialog/intent.h"
#include "src/dialog/slot.h"
#include "tests/unit/tap.h"

static const char file[] =
	"name: t\nversion: 1\nlanguage: ru\nstart: a\n"
	"slots:\n"
	"  name: {type: name}\n"
	"  sum: {type: money, min: 1000, max: 5000}\n"
	"  phone: {type: phone}\n"
	"  day: {type: date, min: today, max: today+30}\n"
	"  what: {type: choice, choices: {a: [доставка, привезти], "
	"b: [самовывоз, заберу сам]}}\n"
	"  code: {type: digits, digits: 4}\n"
	"  ok: {type: yesno}\n"
	"intents:\n"
	"  price: [сколько стоит, какая цена]\n"
	"  dear: [дорого]\n"
	"  no_need: [не надо]\n"
	"  robot: {phrases: [кто это], patterns: [' робот', ' сто[ия]т ']}\n"
	"states:\n"
	"  a: {say: [x, y], ask: name, next: [{intent: [price, dear, "
	"no_need, robot], to: b}, {if: sum > 2000 and not phone or "
	"what = b, to: b}, {to: b}]}\n"
	"  b: {say: z, end: ok}\n";

static bool alike(const char *a, const char *b)
{
	return words_alike(a, b) && words_alike(b, a);
}

static void test_words(void)
{
	struct words words;
	char narrow[64];

	words_init(&words, "  Ещё, «раз»! Кое-что — O'Brien 5,5 ");
	is(words.text, " еще раз кое-что obrien 5 5 ");
	ok(words.n == 6);
	ok(words_have(&words, "кое-что"));
	ok(!words_have(&words, "кое"));
	words_init(&words, "");
	ok(words.n == 0);
	words_init(&words, "...");
	ok(words.n == 0);
	ok(alike("цена", "цены"));
	ok(alike("подумаю", "подумать"));
	ok(alike("стоит", "стоить"));
	ok(alike("дорого", "дорогой"));
	ok(alike("поставщик", "поставщиком"));
	ok(!alike("поставка", "поставщик"));
	ok(!alike("день", "деньги"));
	ok(alike("price", "prices"));
	ok(alike("call", "calling"));
	ok(!alike("think", "thing"));
	ok(!alike("да", "дать"));
	ok(words_narrow("Сто[ия]Т", narrow, sizeof narrow));
	ok(strlen(narrow) == 8);
	ok(!words_narrow("ü", narrow, sizeof narrow));
}

static enum answer answer(const char *text)
{
	struct words words;

	words_init(&words, text);
	return answer_from(&words);
}

static bool listening(const char *text)
{
	struct words words;

	words_init(&words, text);
	return answer_is_backchannel(&words);
}

static void test_answers(void)
{
	ok(answer("да конечно") == ANSWER_YES);
	ok(answer("ну да") == ANSWER_YES);
	ok(answer("так") == ANSWER_YES);
	ok(answer("да нет") == ANSWER_NO);
	ok(answer("нет спасибо") == ANSWER_NO);
	ok(answer("не надо") == ANSWER_NO);
	ok(answer("не знаю") == ANSWER_NONE);
	ok(answer("почему бы и нет") == ANSWER_YES);
	ok(answer("синий") == ANSWER_NONE);
	ok(answer("") == ANSWER_NONE);
	ok(answer("of course not") == ANSWER_NO);
	ok(answer("of course") == ANSWER_YES);
	ok(answer("I don't think so") == ANSWER_NO);
	ok(answer("I don't know") == ANSWER_NONE);
	ok(answer("yeah that's right") == ANSWER_YES);
	ok(listening("угу"));
	ok(listening("Ага, ага"));
	ok(listening("да-да"));
	ok(listening("да да"));
	ok(!listening("да"));
	ok(listening("uh-huh"));
	ok(!listening("угу а сколько стоит"));
}

/* the best intent's name, or "" */
static const char *meant(const struct scenario *scenario, const char *text)
{
	struct scored found[INTENTS_MAX];
	struct words words;

	words_init(&words, text);
	if (!intents_find(scenario, &words, found))
		return "";
	return scenario->intents[found[0].intent].name;
}

static void test_intents(const struct scenario *scenario)
{
	is(meant(scenario, "А сколько это будет стоить?"), "price");
	is(meant(scenario, "подскажите цену какая она"), "price");
	is(meant(scenario, "дороговато"), "");
	is(meant(scenario, "это дорого для нас"), "dear");
	is(meant(scenario, "это не дорого"), "");
	is(meant(scenario, "не надо мне"), "no_need");
	is(meant(scenario, "надо"), "");
	is(meant(scenario, "а вы робот?"), "robot");
	is(meant(scenario, "они стоят"), "robot");
	is(meant(scenario, "сколько"), "");
	is(meant(scenario, ""), "");
}

/* what the slot makes of it: "sure value", "guess value", "invalid", "" */
static const char *take(const struct scenario *scenario, const char *slot,
                        const char *text, bool asked, bool keys)
{
	static char out[SLOT_VALUE + 16];
	struct hearing hearing = { .text = text,
		                   .confidence = 1,
		                   .language = scenario->language,
		                   .today = "2026-11-21",
		                   .keys = keys };
	char value[SLOT_VALUE];
	int index = scenario_slot(scenario, slot);

	switch (slot_take(&scenario->slots[index], &hearing, asked, value)) {
	case SLOT_SURE:
		snprintf(out, sizeof out, "sure %s", value);
		return out;
	case SLOT_GUESSED:
		snprintf(out, sizeof out, "guess %s", value);
		return out;
	case SLOT_INVALID:
		return "invalid";
	default:
		return "";
	}
}

static void test_slots(const struct scenario *s)
{
	is(take(s, "name", "меня зовут анна мария", true, false),
	   "sure Анна Мария");
	is(take(s, "name", "Иван", true, false), "guess Иван");
	is(take(s, "name", "Иван", false, false), "");
	is(take(s, "name", "здравствуйте меня зовут Пётр а вас", false, false),
	   "sure Пётр");
	is(take(s, "name", "анна-мария", true, false), "guess Анна-Мария");
	is(take(s, "name", "это игорь", true, false), "sure Игорь");
	is(take(s, "name", "пять", true, false), "");
	is(take(s, "name", "да", true, false), "");
	is(take(s, "name", "12", true, false), "");
	is(take(s, "name", "а зачем вам это знать", true, false), "");
	is(take(s, "sum", "тысячи три рублей", true, false), "sure 3000 RUB");
	is(take(s, "sum", "три", true, false), "invalid");
	is(take(s, "sum", "шесть тысяч", true, false), "invalid");
	is(take(s, "sum", "2000", true, true), "sure 2000");
	is(take(s, "day", "завтра", true, false), "sure 2026-11-22");
	is(take(s, "day", "вчера", true, false), "invalid");
	is(take(s, "what", "заберу лучше сам", true, false), "sure b");
	is(take(s, "what", "доставку пожалуйста", true, false), "sure a");
	is(take(s, "what", "доставка или самовывоз", true, false), "");
	is(take(s, "what", "2", true, true), "sure b");
	is(take(s, "what", "3", true, true), "");
	is(take(s, "code", "ноль один два три", true, false), "sure 0123");
	is(take(s, "code", "ноль один", true, false), "");
	is(take(s, "phone", "89161234567", true, true), "sure +79161234567");
	is(take(s, "phone", "9161234567", true, true), "sure +79161234567");
	is(take(s, "phone", "123", true, true), "");
	is(take(s, "ok", "1", true, true), "sure yes");
	is(take(s, "ok", "3", true, true), "");
}

static void test_correction(const struct scenario *s)
{
	struct hearing hearing = { .language = "ru", .today = "2026-11-21" };
	char value[SLOT_VALUE];

	hearing.text = "нет, не Иван, а Игорь";
	ok(slot_correct(&s->slots[0], &hearing, value) > SLOT_INVALID);
	is(value, "Игорь");
	hearing.text = "нет";
	ok(slot_correct(&s->slots[0], &hearing, value) == SLOT_NOTHING);
}

static const char *values[8];

static const char *value_of(const void *arg, int slot)
{
	(void)arg;
	return slot >= 0 ? values[slot] : "2";
}

static void test_conditions(const struct scenario *s)
{
	const struct condition *condition = &s->states[0].rules[1].condition;

	ok(condition->n == 3);
	ok(!condition_holds(condition, s, value_of, NULL));
	values[1] = "10000 RUB"; /* by size, not by letters */
	ok(condition_holds(condition, s, value_of, NULL));
	values[2] = "+79161234567";
	ok(!condition_holds(condition, s, value_of, NULL));
	values[4] = "b";
	ok(condition_holds(condition, s, value_of, NULL));
}

static void test_speech(const struct scenario *s)
{
	char out[128];

	slot_speak(&s->slots[2], "ru", "+79161234567", out, sizeof out);
	is(out, "+7 916 123-45-67");
	slot_speak(&s->slots[3], "ru", "2026-11-05", out, sizeof out);
	is(out, "5 ноября");
	slot_speak(&s->slots[3], "en", "2026-11-05", out, sizeof out);
	is(out, "November 5");
	slot_speak(&(struct slot){ .kind = SLOT_TIME }, "en", "15:00", out,
	           sizeof out);
	is(out, "3 PM");
	slot_speak(&(struct slot){ .kind = SLOT_TIME }, "en", "00:30", out,
	           sizeof out);
	is(out, "12:30 AM");
	slot_speak(&(struct slot){ .kind = SLOT_TIME }, "ru", "15:00", out,
	           sizeof out);
	is(out, "15:00");
	slot_speak(&s->slots[1], "en", "150 USD", out, sizeof out);
	is(out, "$150");
	slot_speak(&s->slots[4], "ru", "b", out, sizeof out);
	is(out, "самовывоз");
	slot_speak(&s->slots[5], "ru", "0123", out, sizeof out);
	is(out, "0 1 2 3");
}

static void test_limits(void)
{
	ok(slot_limit_valid(SLOT_TIME, "09:00"));
	ok(!slot_limit_valid(SLOT_TIME, "9:00"));
	ok(slot_limit_valid(SLOT_DATE, "today+30"));
	ok(!slot_limit_valid(SLOT_DATE, "today-1"));
	ok(slot_limit_valid(SLOT_DATE, "2026-11-21"));
	ok(!slot_limit_valid(SLOT_DATE, "21.11.2026"));
	ok(slot_limit_valid(SLOT_MONEY, "1000.5"));
	ok(!slot_limit_valid(SLOT_NUMBER, "many"));
}

int main(void)
{
	struct sv_problems problems = { .file = "t" };
	struct scenario *scenario =
		scenario_parse(file, sizeof file - 1, &problems);

	sv_problems_print(&problems, stdout);
	if (!ok(scenario && !problems.errors))
		return 1;
	test_words();
	test_answers();
	test_intents(scenario);
	test_slots(scenario);
	test_correction(scenario);
	test_conditions(scenario);
	test_speech(scenario);
	test_limits();
	scenario_free(scenario);
	sv_problems_release(&problems);
	return tap_end();
}
