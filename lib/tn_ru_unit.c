/* tn_ru_unit.c: units, currencies and multipliers in all their forms */
#include <string.h>

#include "lib/tn_ru.h"

#define HARD "- а у - ом е ы ов ам ы ами ах"
#define ZERO "- а у - ом е ы - ам ы ами ах"
#define SOFT "ь я ю ь ём е и ей ям и ями ях"
#define FEM "а ы е у ой е ы - ам ы ами ах"
#define FEM_K "а и е у ой е и - ам и ами ах"
#define FEM_CH "а и е у ей е и - ам и ами ах"
#define SQUARE "квадратн"
#define CUBIC "кубическ"

static const struct ru_unit kopeck = {
	"",   "копе", "йка йки йке йку йкой йке йки ек йкам йки йками йках",
	RU_F, NULL,   NULL,
	NULL
};
static const struct ru_unit cent = { "", "цент", HARD, RU_M, NULL, NULL, NULL };
static const struct ru_unit pence = {
	"", "пенс", HARD, RU_M, NULL, NULL, NULL
};

static const struct ru_unit currencies[] = {
	{ "₽|руб.|руб|р.|р|rub|rur|рублей|рубля|рубль",
	  "рубл", SOFT, RU_M, NULL, NULL, &kopeck },
	{ "$|usd|долл.|долларов|доллара|доллар", "доллар", HARD, RU_M, NULL,
	  NULL, &cent },
	{ "€|eur|евро", "евро", NULL, RU_M, NULL, NULL, &cent },
	{ "£|gbp", "фунт", HARD, RU_M, NULL, "стерлингов", &pence },
	{ "¥|cny|юаней", "юан", SOFT, RU_M, NULL, NULL, NULL },
	{ "₸|kzt|тенге", "тенге", NULL, RU_M, NULL, NULL, NULL },
	{ "₴|грн.|грн|uah", "грив", "на ны не ну ной не ны ен нам ны нами нах",
	  RU_F, NULL, NULL, &kopeck },
	{ "byn", "рубл", SOFT, RU_M, "белорусск", NULL, &kopeck },
	{ NULL, NULL, NULL, RU_M, NULL, NULL, NULL },
};

static const struct ru_unit multipliers[] = {
	{ "тыс.|тыс", "тысяч", FEM_CH, RU_F, NULL, NULL, NULL },
	{ "млн.|млн", "миллион", HARD, RU_M, NULL, NULL, NULL },
	{ "млрд.|млрд", "миллиард", HARD, RU_M, NULL, NULL, NULL },
	{ "трлн.|трлн", "триллион", HARD, RU_M, NULL, NULL, NULL },
	{ NULL, NULL, NULL, RU_M, NULL, NULL, NULL },
};

#define PLAIN NULL, NULL, NULL

static const struct ru_unit units[] = {
	{ "%", "процент", HARD, RU_M, PLAIN },
	{ "‰", "промилле", NULL, RU_M, PLAIN },
	{ "коп.|коп", "копе",
	  "йка йки йке йку йкой йке йки ек йкам йки йками йках", RU_F, PLAIN },
	{ "мг", "миллиграмм", HARD, RU_M, PLAIN },
	{ "г|гр.|гр", "грамм", HARD, RU_M, PLAIN },
	{ "кг|kg", "килограмм", HARD, RU_M, PLAIN },
	{ "т|тн", "тонн", FEM, RU_F, PLAIN },
	{ "мм|mm", "миллиметр", HARD, RU_M, PLAIN },
	{ "см|cm", "сантиметр", HARD, RU_M, PLAIN },
	{ "дм", "дециметр", HARD, RU_M, PLAIN },
	{ "м|m", "метр", HARD, RU_M, PLAIN },
	{ "км|km", "километр", HARD, RU_M, PLAIN },
	{ "см²|см2|кв._см", "сантиметр", HARD, RU_M, SQUARE, NULL, NULL },
	{ "м²|м2|m²|кв._м.|кв._м|м._кв.", "метр", HARD, RU_M, SQUARE, NULL,
	  NULL },
	{ "мм²|мм2|кв._мм", "миллиметр", HARD, RU_M, SQUARE, NULL, NULL },
	{ "А·ч|Ач|Ah", "ампер-час", HARD, RU_M, PLAIN },
	{ "км²|км2|кв._км", "километр", HARD, RU_M, SQUARE, NULL, NULL },
	{ "м³|м3|m³|куб._м.|куб._м|м._куб.", "метр", HARD, RU_M, CUBIC, NULL,
	  NULL },
	{ "см³|см3|куб._см", "сантиметр", HARD, RU_M, CUBIC, NULL, NULL },
	{ "га", "гектар", HARD, RU_M, PLAIN },
	{ "т.р.|т._р.|тр|т.р", "тысяч", FEM_CH, RU_F, NULL, "рублей", NULL },
	{ "К|K", "кельвин", HARD, RU_M, PLAIN },
	{ "сот.", "сот", "ка ки ке ку кой ке ки ок кам ки ками ках", RU_F,
	  PLAIN },
	{ "мл|ml", "миллилитр", HARD, RU_M, PLAIN },
	{ "л|л.", "литр", HARD, RU_M, PLAIN },
	{ "мс|ms", "миллисекунд", FEM, RU_F, PLAIN },
	{ "с|сек.|сек|sec", "секунд", FEM, RU_F, PLAIN },
	{ "мин.|мин|min", "минут", FEM, RU_F, PLAIN },
	{ "ч.|ч|час.", "час", HARD, RU_M, PLAIN },
	{ "сут.|сут", "сут", "ки ок кам ки ками ках ки ок кам ки ками ках",
	  RU_PL, PLAIN },
	{ "дн.|дн", "д", "ень ня ню ень нём не ни ней ням ни нями нях", RU_M,
	  PLAIN },
	{ "нед.|нед", "недел", "я и е ю ей е и ь ям и ями ях", RU_F, PLAIN },
	{ "мес.|мес", "месяц", "- а у - ем е ы ев ам ы ами ах", RU_M, PLAIN },
	{ "шт.|шт", "штук", FEM_K, RU_F, PLAIN },
	{ "уп.|упак.", "упаков", "ка ки ке ку кой ке ки ок кам ки ками ках",
	  RU_F, PLAIN },
	{ "экз.", "экземпляр", HARD, RU_M, PLAIN },
	{ "чел.|чел", "человек", ZERO, RU_M, PLAIN },
	{ "байт", "байт", ZERO, RU_M, PLAIN },
	{ "кб|kb", "килобайт", ZERO, RU_M, PLAIN },
	{ "мб|mb", "мегабайт", ZERO, RU_M, PLAIN },
	{ "гб|gb", "гигабайт", ZERO, RU_M, PLAIN },
	{ "тб|tb", "терабайт", ZERO, RU_M, PLAIN },
	{ "кбит", "килобит", ZERO, RU_M, PLAIN },
	{ "мбит", "мегабит", ZERO, RU_M, PLAIN },
	{ "гбит", "гигабит", ZERO, RU_M, PLAIN },
	{ "mbps", "мегабит", ZERO, RU_M, NULL, "в секунду", NULL },
	{ "gbps", "гигабит", ZERO, RU_M, NULL, "в секунду", NULL },
	{ "об", "оборот", HARD, RU_M, PLAIN },
	{ "Вт|W", "ватт", ZERO, RU_M, PLAIN },
	{ "квт|kw", "киловатт", ZERO, RU_M, PLAIN },
	{ "мвт", "мегаватт", ZERO, RU_M, PLAIN },
	{ "квт·ч|квт*ч|квт-ч", "киловатт-час", HARD, RU_M, PLAIN },
	{ "В|V", "вольт", ZERO, RU_M, PLAIN },
	{ "мА·ч|мАч|mAh", "миллиампер-час", HARD, RU_M, PLAIN },
	{ "Гц|Hz", "герц", ZERO, RU_M, PLAIN },
	{ "кГц|kHz", "килогерц", ZERO, RU_M, PLAIN },
	{ "МГц|MHz", "мегагерц", ZERO, RU_M, PLAIN },
	{ "ГГц|GHz", "гигагерц", ZERO, RU_M, PLAIN },
	{ "дБ|dB", "децибел", ZERO, RU_M, PLAIN },
	{ "л._с.|лс", "сил", FEM, RU_F, "лошадин", NULL, NULL },
	{ "°c|°с|°_c|°_с|℃", "градус", HARD, RU_M, NULL, "Цельсия", NULL },
	{ "°", "градус", HARD, RU_M, PLAIN },
	{ "дюйм.|″", "дюйм", HARD, RU_M, PLAIN },
	{ "мп|mp|Мпикс", "мегапиксел", SOFT, RU_M, PLAIN },
	{ "px|пикс.", "пиксел", SOFT, RU_M, PLAIN },
	{ NULL, NULL, NULL, RU_M, PLAIN },
};

/* the adjectives' endings, by their stem and gender */
static const char hard_m[] = "ый ого ому ый ым ом ые ых ым ые ыми ых";
static const char soft_m[] = "ий ого ому ий им ом ие их им ие ими их";
static const char hard_f[] = "ая ой ой ую ой ой ые ых ым ые ыми ых";

static const struct ru_unit *find(const struct tn *tn, size_t i,
                                  const struct ru_unit *table, size_t *end)
{
	const struct ru_unit *best = NULL;
	size_t most = 0, at = tn_skip(tn, i);

	for (; table->names; table++) {
		size_t n = tn_match_any(tn, at, table->names);

		if (n > most) {
			most = n;
			best = table;
		}
	}
	if (best)
		*end = at + most;
	return best;
}

/* "5 с" is five seconds, "5 с доставкой" is not; nor is "5 в день" volts */
static bool is_preposition(const struct tn *tn, size_t i)
{
	size_t next = tn_skip(tn, i + 1);

	return tn_at(tn, i)->len == strlen("с") && tn_in(tn, i, "с") &&
	       tn_is_word(tn, next) && tn_at(tn, i - 1)->kind == TN_SPACE;
}

const struct ru_unit *ru_unit_at(const struct tn *tn, size_t i, size_t *end)
{
	const struct ru_unit *unit = find(tn, i, currencies, end);

	if (unit)
		return unit;
	if (is_preposition(tn, tn_skip(tn, i)))
		return NULL;
	/* 5W-40 */
	if (tn_at(tn, i)->kind == TN_LATIN && tn_at(tn, i)->len == 1 &&
	    tn_is_dash(tn, i + 1) && tn_at(tn, i + 2)->kind == TN_NUMBER)
		return NULL;
	return find(tn, i, units, end);
}

const struct ru_unit *ru_multiplier_at(const struct tn *tn, size_t i,
                                       size_t *end)
{
	/* 50к, 20k: only when it touches the number */
	if (tn_in(tn, i, "к k") && tn_at(tn, i + 1)->kind != TN_NUMBER) {
		*end = i + 1;
		return &multipliers[0];
	}
	return find(tn, i, multipliers, end);
}

const struct ru_unit *ru_currency_at(const struct tn *tn, size_t i)
{
	size_t end;

	if (tn_at(tn, i)->kind != TN_SIGN)
		return NULL;
	return find(tn, i, currencies, &end);
}

static void say_before(struct sv_buf *words, const struct ru_unit *unit, int k)
{
	const char *endings = hard_m;

	if (unit->gender == RU_F)
		endings = hard_f;
	else if (tn_ends(unit->before, "к"))
		endings = soft_m;
	ru_noun(words, unit->before, endings,
	        k == RU_FEW ? RU_PLURAL + RU_GEN : k);
}

void ru_say_unit(struct tn *tn, const struct ru_unit *unit, int k)
{
	struct sv_buf words;

	sv_buf_init(&words, RU_NUMBER_MAX);
	if (unit->before)
		say_before(&words, unit, k);
	ru_noun(&words, unit->stem, unit->endings, k);
	if (unit->after)
		ru_add(&words, unit->after, strlen(unit->after));
	tn_say(tn, sv_buf_str(&words));
	sv_buf_release(&words);
}
