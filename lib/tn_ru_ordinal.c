/* tn_ru_ordinal.c: 1-й, 2-х, 24-часовой, 5 этаж, XXI век */
#include <string.h>

#include "lib/tn_ru.h"

/* what n the suffix is read so for: 2 to 4; 20, 90, 2020; any */
enum reading { ANY, FEW, ROUND };

/* the first that fits counts: "2-х" is двух, "90-х" девяностых */
static const struct {
	const char *suffixes;
	enum reading reading;
	bool cardinal;
	enum ru_case which;
	enum ru_gender gender;
} suffixes[] = {
	{ "х ёх ух", FEW, true, RU_GEN, RU_M },
	{ "х ых", ANY, false, RU_GEN, RU_PL },
	{ "мя", ANY, true, RU_INS, RU_M },
	{ "ми", FEW, true, RU_INS, RU_M },
	{ "ти ми и та", ANY, true, RU_GEN, RU_M },
	{ "ть мь", ANY, true, RU_NOM, RU_M },
	{ "е", ROUND, false, RU_NOM, RU_PL },
	{ "е ое", ANY, false, RU_NOM, RU_N },
	{ "ый ий", ANY, false, RU_NOM, RU_M },
	{ "ая я", ANY, false, RU_NOM, RU_F },
	{ "ую ю", ANY, false, RU_ACC, RU_F },
	{ "го ого его", ANY, false, RU_GEN, RU_M },
	{ "му ому ему", ANY, false, RU_DAT, RU_M },
	{ "ым им", ANY, false, RU_INS, RU_M },
	{ "ом ем", ANY, false, RU_PRE, RU_M },
	{ "ыми", ANY, false, RU_INS, RU_PL },
	{ "ые", ANY, false, RU_NOM, RU_PL },
};

static const char adjective_ends[] =
	"ый ий ой ая яя ое ее ые ие ого его ому ему ым им ом ем ую юю ых их "
	"ыми ими летие летия летию летием";

static bool reads(enum reading reading, uint64_t n)
{
	if (reading == FEW)
		return n >= 2 && n <= 4;
	return reading == ANY ||
	       (n % 10 == 0 && ((n >= 20 && n < 100) || n >= 1000));
}

/* -й: masculine, or in "на 1-й странице" feminine */
static struct ru_form of_y(const struct tn *tn, size_t i, size_t end, bool oy)
{
	const struct tn_token *next = tn_at(tn, tn_skip(tn, end));
	int governor = ru_governor(tn, i);
	bool oblique = governor >= 0 && next->kind == TN_CYRILLIC &&
	               tn_ends(next->lower, "е и ы ой ей");

	if (oblique || (oy && governor >= 0 && governor != RU_ACC))
		return ru_form_of(RU_GEN, RU_F);
	return ru_form_of(RU_NOM, RU_M);
}

static struct ru_form of_m(const struct tn *tn, size_t i)
{
	int governor = ru_governor(tn, i);
	bool with = tn_in(tn, tn_before(tn, i), "с со") || governor == RU_INS;

	return ru_form_of(with ? RU_INS : RU_PRE, RU_M);
}

/* Says n with its suffix; false when that is none. */
static bool say_suffixed(struct tn *tn, size_t i, size_t suffix, uint64_t n)
{
	const char *word = tn_at(tn, suffix)->lower;
	size_t k;

	if (tn_among(word, "й ой ей")) {
		ru_say_ordinal(tn, n,
		               of_y(tn, i, suffix + 1, strcmp(word, "й") != 0));
		return true;
	}
	if (tn_among(word, "м")) {
		ru_say_ordinal(tn, n, of_m(tn, i));
		return true;
	}
	for (k = 0; k < sizeof suffixes / sizeof *suffixes; k++) {
		struct ru_form form = { suffixes[k].which, suffixes[k].gender,
			                false };

		if (!tn_among(word, suffixes[k].suffixes) ||
		    !reads(suffixes[k].reading, n))
			continue;
		if (suffixes[k].cardinal)
			ru_say_cardinal(tn, n, form);
		else
			ru_say_ordinal(tn, n, form);
		return true;
	}
	return false;
}

/* 24-часовой, 10%-ная: middle is "процент" or nothing */
static size_t say_compound(struct tn *tn, size_t i, size_t suffix,
                           const char *middle)
{
	const char *word = tn_at(tn, suffix)->lower;
	struct sv_buf words;

	sv_buf_init(&words, RU_NUMBER_MAX);
	ru_compound(&words, (unsigned int)tn_value(tn_at(tn, i)->lower));
	(void)sv_buf_puts(&words, middle);
	if (*middle && strncmp(word, "н", strlen("н")) != 0)
		(void)sv_buf_puts(&words, tn_among(word, "й") ? "ны" : "н");
	if (*middle && tn_among(word, "я"))
		(void)sv_buf_puts(&words, "а");
	else if (*middle && tn_among(word, "ю"))
		(void)sv_buf_puts(&words, "у");
	(void)sv_buf_puts(&words, word);
	tn_say(tn, sv_buf_str(&words));
	sv_buf_release(&words);
	return suffix + 1 - i;
}

static bool is_adjective(const struct tn *tn, size_t i)
{
	return tn_at(tn, i)->len >= strlen("ными") &&
	       tn_ends(tn_at(tn, i)->lower, adjective_ends);
}

size_t ru_ordinals(struct tn *tn, size_t i)
{
	const struct tn_token *token = tn_at(tn, i);
	size_t len = strlen(token->lower), hyphen = i + 1;
	bool percent = tn_is_sign(tn, i + 1, '%');
	size_t suffix = i + 2 + percent;

	if (token->kind != TN_NUMBER || len > 9 || tn_is_word(tn, i - 1) ||
	    tn_at(tn, i - 2)->kind == TN_NUMBER)
		return 0;
	hyphen += percent;
	if (!tn_is_dash(tn, hyphen)) {
		if (percent ||
		    !tn_in(tn, i + 1, "й го ого его ый ая ое ую му х") ||
		    tn_at(tn, i + 2)->kind == TN_NUMBER ||
		    tn_at(tn, tn_skip(tn, i + 2))->kind == TN_NUMBER)
			return 0;
		suffix = i + 1;
	}
	if (tn_at(tn, suffix)->kind != TN_CYRILLIC)
		return 0;
	if (!percent && say_suffixed(tn, i, suffix, tn_value(token->lower)))
		return suffix + 1 - i;
	if (len > 3 || (!percent && !is_adjective(tn, suffix)) ||
	    (percent && tn_at(tn, suffix)->len > strlen("нными")))
		return 0;
	return say_compound(tn, i, suffix, percent ? "процент" : "");
}

/* a noun that is numbered rather than counted, by the end it has here */
static bool numbered(const char *word, int governor, uint64_t n,
                     struct ru_form *form)
{
	static const char masculine[] =
		"этаж подъезд квартал класс отдел раздел пункт канал сезон "
		"ряд терминал маршрут курс";
	static const char feminine[] = "групп лини смен страниц категори "
				       "палат позици строк степен част глав";

	static const struct {
		const char *end;
		enum ru_case which;
		enum ru_gender gender;
	} ends[] = {
		{ "", RU_NOM, RU_M },   { "а", RU_GEN, RU_M },
		{ "у", RU_DAT, RU_M },  { "ом", RU_INS, RU_M },
		{ "е", RU_PRE, RU_M },  { "а", RU_NOM, RU_F },
		{ "я", RU_NOM, RU_F },  { "ь", RU_NOM, RU_F },
		{ "у", RU_ACC, RU_F },  { "ю", RU_ACC, RU_F },
		{ "е", RU_PRE, RU_F },  { "ой", RU_INS, RU_F },
		{ "ей", RU_INS, RU_F },
	};

	size_t i;

	for (i = 0; i < sizeof ends / sizeof *ends; i++) {
		const char *list =
			ends[i].gender == RU_M ? masculine : feminine;
		size_t len = strlen(word), cut = strlen(ends[i].end);
		char stem[64];

		if (len >= sizeof stem || len < cut ||
		    strcmp(word + len - cut, ends[i].end) != 0)
			continue;
		memcpy(stem, word, len - cut);
		stem[len - cut] = '\0';
		if (!tn_among(stem, list))
			continue;
		*form = ru_form_of(ends[i].which, ends[i].gender);
		/* два этажа are counted; со второго этажа is numbered */
		if (form->gender == RU_M && form->which == RU_GEN)
			return governor == RU_GEN ||
			       ru_counted(n, RU_NOM) != RU_FEW;
		return form->gender == RU_M || n != 1;
	}
	return false;
}

/* "кв. 2027" is a quarter and no flat */
static bool is_quarter(const struct tn *tn, size_t i)
{
	size_t year = tn_skip(tn, i + 2);

	return tn_is(tn, i, "кв") && tn_is_sign(tn, i + 1, '.') &&
	       tn_at(tn, year)->kind == TN_NUMBER &&
	       strlen(tn_at(tn, year)->lower) == 4;
}

/* "в IV кв. 2026", "1 кв. 2027 г." */
static size_t say_quarter(struct tn *tn, size_t i, uint64_t n)
{
	size_t noun = tn_skip(tn, i + 1), year = tn_skip(tn, noun + 2);
	int governor = ru_governor(tn, i);
	enum ru_case which = governor < 0 ? RU_NOM : (enum ru_case)governor;
	size_t end = year + 1;

	if (!n || n > 4)
		return 0;
	if (tn_in(tn, tn_before(tn, i), "в во"))
		which = RU_PRE;
	ru_say_ordinal(tn, n, ru_form_of(which, RU_M));
	tn_say(tn, which == RU_PRE   ? "квартале"
	           : which == RU_GEN ? "квартала"
	           : which == RU_DAT ? "кварталу"
	                             : "квартал");
	ru_say_ordinal(tn, tn_value(tn_at(tn, year)->lower),
	               ru_form_of(RU_GEN, RU_M));
	tn_say(tn, "года");
	if (tn_in(tn, tn_skip(tn, end), "г года"))
		end = tn_skip(tn, end) + 1 +
		      (tn_is(tn, tn_skip(tn, end), "г") &&
		       tn_is_sign(tn, tn_skip(tn, end) + 1, '.'));
	if (tn_is_sign(tn, end - 1, '.') && tn_stops(tn, end - 1))
		tn_put(tn, ".", 1);
	return end - i;
}

size_t ru_storey(struct tn *tn, size_t i)
{
	const struct tn_token *token = tn_at(tn, i);
	size_t noun = tn_skip(tn, i + 1);
	struct ru_form form;
	uint64_t n;

	if (token->kind != TN_NUMBER || strlen(token->lower) > 3 ||
	    noun != i + 2 || tn_is_word(tn, i - 1) ||
	    tn_at(tn, noun)->kind != TN_CYRILLIC)
		return 0;
	n = tn_value(token->lower);
	if (is_quarter(tn, noun))
		return say_quarter(tn, i, n);
	if (!n ||
	    !numbered(tn_at(tn, noun)->lower, ru_governor(tn, i), n, &form))
		return 0;
	ru_say_ordinal(tn, n, form);
	return 1;
}

/* the value of a Roman numeral written as it should be; 0 when it is none */
static uint64_t roman(const char *text)
{
	static const struct {
		const char *digits;
		uint64_t value;
	} digits[] = { { "xl", 40 }, { "xc", 90 }, { "ix", 9 },
		       { "iv", 4 },  { "c", 100 }, { "l", 50 },
		       { "x", 10 },  { "v", 5 },   { "i", 1 } };

	uint64_t sum = 0, last = 1000;

	while (*text) {
		size_t k = 0;

		while (k < 9 && strncmp(text, digits[k].digits,
		                        strlen(digits[k].digits)) != 0)
			k++;
		if (k == 9 || digits[k].value > last)
			return 0;
		last = digits[k].value;
		sum += last;
		text += strlen(digits[k].digits);
	}
	return sum;
}

/* the form of an ordinal before a noun whose ending tells */
static struct ru_form before_noun(const char *noun)
{
	if (tn_ends(noun, "ие"))
		return ru_form_of(RU_NOM, RU_N);
	if (tn_ends(noun, "а"))
		return ru_form_of(RU_GEN, RU_M);
	if (tn_ends(noun, "у"))
		return ru_form_of(RU_DAT, RU_M);
	if (tn_ends(noun, "е"))
		return ru_form_of(RU_PRE, RU_M);
	if (tn_ends(noun, "ом") && strcmp(noun, "том") != 0)
		return ru_form_of(RU_INS, RU_M);
	return ru_form_of(RU_NOM, RU_M);
}

size_t ru_roman(struct tn *tn, size_t i)
{
	const struct tn_token *token = tn_at(tn, i);
	const char *noun = tn_at(tn, tn_skip(tn, i + 1))->lower;
	uint64_t n;

	if (token->kind != TN_LATIN || !tn_is_caps(tn, i) || token->len > 7)
		return 0;
	if (is_quarter(tn, tn_skip(tn, i + 1)))
		return say_quarter(tn, i, roman(token->lower));
	if (!tn_among(noun, "век века веку веком веке квартал квартала "
	                    "кварталу кварталом квартале съезд тысячелетие "
	                    "класс класса том тома полугодие полугодия "
	                    "полугодии"))
		return 0;
	n = roman(token->lower);
	if (n)
		ru_say_ordinal(tn, n, before_noun(noun));
	return n != 0;
}
