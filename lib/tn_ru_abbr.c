/* tn_ru_abbr.c: т. е., ул., ООО, НДС */
#include <string.h>

#include "lib/tn_ru.h"

enum { CAPS_MAX = 10 }; /* bytes: five letters */

static const struct tn_phrase phrases[] = {
	{ "т._е.", "то есть", false },
	{ "т._к.", "так как", false },
	{ "т._н.", "так называемый", false },
	{ "и_т._д.", "и так далее", true },
	{ "и_т._п.", "и тому подобное", true },
	{ "и_др.", "и другие", true },
	{ "др.", "другие", true },
	{ "р-не", "районе", false },
	{ "р-на", "района", false },
	{ "и_пр.", "и прочее", true },
	{ "в_т._ч.", "в том числе", false },
	{ "до_н._э.", "до нашей эры", true },
	{ "н._э.", "нашей эры", true },
	{ "т._о.", "таким образом", false },
	{ "напр.", "например", false },
	{ "им.", "имени", false },
	{ "см.", "смотри", false },
	{ "прим.", "примечание", false },
	{ "кол-во", "количество", false },
	{ "кол-ва", "количества", false },
	{ "стр-во", "строительство", false },
	{ "пр-во", "производство", false },
	{ "пр-ва", "производства", false },
	{ "раб._дней", "рабочих дней", false },
	{ "раб._дня", "рабочих дня", false },
	{ "раб._дн.", "рабочих дней", true },
	{ "кал._дней", "календарных дней", false },
	{ "б/н", "безналичный", false },
	{ "ч/б", "чёрно-белый", false },
	{ "с/х", "сельскохозяйственный", false },
	{ "мкр.", "микрорайон", false },
	{ "мкр", "микрорайон", false },
	{ "лит.", "литера", false },
	{ "тел/факс", "телефон, факс", false },
	{ "тел./факс", "телефон, факс", false },
	{ "м2", "квадратный метр", false },
	{ "м²", "квадратный метр", false },
	{ "спб", "санкт-петербург", false },
	{ "мск", "москва", false },
	{ "т.р.", "тысяч рублей", true },
	{ "тел.", "телефон", false },
	{ "моб.", "мобильный", false },
	{ "доб.", "добавочный", false },
	{ "вн.", "внутренний", false },
	{ "ок.", "около", false },
	{ "макс.", "максимум", false },
	{ "мин.", "минимум", false },
	{ "руб.", "рублей", true },
	{ "г-н", "господин", false },
	{ "г-жа", "госпожа", false },
	{ "зам.", "заместитель", false },
	{ "ген. директор", "генеральный директор", false },
	{ "ген. директора", "генерального директора", false },
	{ "р/с", "расчётный счёт", false },
	{ "к/с", "корреспондентский счёт", false },
	{ "и/или", "и или", false },
	{ "ст._м.", "станция метро", false },
	{ "ж/д", "железнодорожный", false },
	{ "б/у", "бывший в употреблении", false },
	{ "эл._почта", "электронная почта", false },
	{ "эл._почту", "электронную почту", false },
	{ "эл._почте", "электронной почте", false },
	{ "млн.", "миллионов", true },
	{ "млн", "миллионов", false },
	{ "млрд", "миллиардов", false },
	{ "тыс.", "тысяч", true },
	{ "шт.", "штук", true },
	{ NULL, NULL, false },
};

/* what abbreviates a noun with a name or a number behind it, in all cases */
static const struct {
	const char *written;
	const char *forms;
	bool number; /* only before a number */
} nouns[] = {
	{ "ул", "улица улицы улице улицу улицей улице", false },
	{ "вл", "владение владения владению владение владением владении",
	  true },
	{ "комн", "комната комнаты комнате комнату комнатой комнате", true },
	{ "арт", "артикул артикула артикулу артикул артикулом артикуле", true },
	{ "пр-т", "проспект проспекта проспекту проспект проспектом проспекте",
	  false },
	{ "просп", "проспект проспекта проспекту проспект проспектом проспекте",
	  false },
	{ "пр-д", "проезд проезда проезду проезд проездом проезде", false },
	{ "пр-кт", "проспект проспекта проспекту проспект проспектом проспекте",
	  false },
	{ "пр", "проспект проспекта проспекту проспект проспектом проспекте",
	  false },
	{ "пер", "переулок переулка переулку переулок переулком переулке",
	  false },
	{ "пл", "площадь площади площади площадь площадью площади", false },
	{ "наб",
	  "набережная набережной набережной набережную набережной "
	  "набережной",
	  false },
	{ "ш", "шоссе шоссе шоссе шоссе шоссе шоссе", false },
	{ "б-р", "бульвар бульвара бульвару бульвар бульваром бульваре",
	  false },
	{ "обл", "область области области область областью области", false },
	{ "р-н", "район района району район районом районе", false },
	{ "г", "город города городу город городом городе", false },
	{ "пос", "посёлок посёлка посёлку посёлок посёлком посёлке", false },
	{ "дер", "деревня деревни деревне деревню деревней деревне", false },
	{ "м", "метро метро метро метро метро метро", false },
	{ "д", "дом дома дому дом домом доме", true },
	{ "кв", "квартира квартиры квартире квартиру квартирой квартире",
	  true },
	{ "корп", "корпус корпуса корпусу корпус корпусом корпусе", true },
	{ "к", "корпус корпуса корпусу корпус корпусом корпусе", true },
	{ "стр", "страница страницы странице страницу страницей странице",
	  true },
	{ "с", "страница страницы странице страницу страницей странице", true },
	{ "оф", "офис офиса офису офис офисом офисе", true },
	{ "эт", "этаж этажа этажу этаж этажом этаже", true },
	{ "под", "подъезд подъезда подъезду подъезд подъездом подъезде", true },
	{ "пом", "помещение помещения помещению помещение помещением помещении",
	  true },
	{ "п", "пункт пункта пункту пункт пунктом пункте", true },
	{ "пп", "подпункт подпункта подпункту подпункт подпунктом подпункте",
	  true },
	{ "ст", "статья статьи статье статью статьёй статье", true },
	{ "гл", "глава главы главе главу главой главе", true },
	{ "т", "том тома тому том томом томе", true },
	{ "рис", "рисунок рисунка рисунку рисунок рисунком рисунке", true },
	{ "табл", "таблица таблицы таблице таблицу таблицей таблице", true },
	{ "каб", "кабинет кабинета кабинету кабинет кабинетом кабинете", true },
	{ NULL, NULL, false },
};

static const char building[] =
	"строение строения строению строение строением строении";

/* in caps and with vowels, and still spelt */
static const struct tn_phrase caps[] = {
	{ "ООО", "о о о", false },       { "ОАО", "о а о", false },
	{ "ЗАО", "зэ а о", false },      { "ПАО", "пэ а о", false },
	{ "АО", "а о", false },          { "НАО", "эн а о", false },
	{ "ИП", "и пэ", false },         { "ИНН", "и эн эн", false },
	{ "ОГРН", "о гэ эр эн", false }, { "ОГРНИП", "о гэ эр эн и пэ", false },
	{ "США", "сэ шэ а", false },     { "РФ", "эр эф", false },
	{ "ФИО", "фио", false },         { "СМС", "смс", false },
	{ "АТС", "а тэ эс", false },     { "ЭЦП", "э цэ пэ", false },
	{ "ЭП", "э пэ", false },         { "ЭДО", "э дэ о", false },
	{ "ТО", "тэ о", false },         { "ТЗ", "тэ зэ", false },
	{ "КП", "ка пэ", false },        { "ПО", "пэ о", false },
	{ "ИТ", "ай ти", false },        { "ИИ", "и и", false },
	{ "ЕГРЮЛ", "егрюл", false },     { "УСН", "у эс эн", false },
	{ "ФНС", "эф эн эс", false },    { "ЖКХ", "жэ ка ха", false },
	{ "ЖК", "жэ ка", false },        { "МКАД", "мкад", false },
	{ "КАСКО", "каско", false },     { "ОСАГО", "осаго", false },
	{ "ДМС", "дэ эм эс", false },    { "ЧП", "че пэ", false },
	{ "ЦУМ", "цум", false },         { "ГУМ", "гум", false },
	{ "МФЦ", "эм эф цэ", false },    { "МФУ", "эм эф у", false },
	{ "ЕС", "е эс", false },         { "ТК", "тэ ка", false },
	{ "БЦ", "бэ цэ", false },        { "ТЦ", "тэ цэ", false },
	{ "ТРЦ", "тэ эр цэ", false },    { "УК", "у ка", false },
	{ "ПТС", "пэ тэ эс", false },    { "СТС", "эс тэ эс", false },
	{ "ОС", "о эс", false },         { "СУБД", "эс у бэ дэ", false },
	{ "ТОП", "топ", false },         { "НПО", "эн пэ о", false },
	{ "АКБ", "а ка бэ", false },     { "ОЗУ", "о зэ у", false },
	{ "ВЭД", "вэд", false },         { "СБП", "эс бэ пэ", false },
	{ "БИК", "бик", false },         { "КПП", "ка пэ пэ", false },
	{ NULL, NULL, false },
};

/* "стр. 2" behind a house is a building, else a page */
static bool behind_house(const struct tn *tn, size_t i)
{
	size_t k;

	for (k = 1; k < 8; k++)
		if (tn_in(tn, i - k, "д дом корп корпус вл"))
			return true;
	return false;
}

/* where a place stands: "в г. Москве", "на ул." are the prepositional */
static enum ru_case noun_case(const struct tn *tn, size_t i)
{
	int governor = ru_governor(tn, i);

	if (tn_in(tn, tn_before(tn, i), "в во на"))
		return RU_PRE;
	if (tn_is(tn, tn_before(tn, i), "по"))
		return RU_DAT;
	return governor < 0 ? RU_NOM : (enum ru_case)governor;
}

/* "т." and "тел" before the digits of a telephone */
static size_t say_telephone(struct tn *tn, size_t i)
{
	struct tn_phone phone;
	size_t next = i + 1 + tn_is_sign(tn, i + 1, '.');

	next += tn_is_sign(tn, next, ':');
	if (!tn_in(tn, i, "т") || next == i + 1 ||
	    !tn_phone(tn, tn_skip(tn, next), true, &phone))
		return 0;
	tn_say(tn, "телефон");
	return tn_is_sign(tn, next - 1, ':') ? next - 1 - i : next - i;
}

/* "прим. 100 м" */
static size_t say_about(struct tn *tn, size_t i)
{
	if (!tn_is(tn, i, "прим") || !tn_is_sign(tn, i + 1, '.') ||
	    tn_at(tn, tn_skip(tn, i + 2))->kind != TN_NUMBER)
		return 0;
	tn_say(tn, "примерно");
	return 2;
}

/* "Невский пр., 28": behind the name, too */
static size_t say_avenue(struct tn *tn, size_t i)
{
	size_t n = tn_is_sign(tn, i + 1, '.');

	if (!tn_is(tn, i, "пр") || !n || !tn_is_upper(tn, tn_before(tn, i)) ||
	    tn_is_upper(tn, tn_skip(tn, i + 2)))
		return 0;
	tn_say(tn, "проспект");
	return 2;
}

static size_t say_noun(struct tn *tn, size_t i)
{
	size_t k, n = 0, len, next;
	const char *forms, *word;

	for (k = 0; nouns[k].written && !n; k++)
		n = tn_match(tn, i, nouns[k].written);
	if (!n)
		return 0;
	k--;
	/* those with a hyphen have no dot */
	if (tn_is_sign(tn, i + n, '.'))
		n++;
	else if (n == 1)
		return 0;
	next = tn_skip(tn, i + n);
	if (nouns[k].number ? tn_at(tn, next)->kind != TN_NUMBER
	                    : !tn_is_upper(tn, next) &&
	                              tn_at(tn, next)->kind != TN_NUMBER &&
	                              !strstr(nouns[k].written, "-") &&
	                              !tn_in(tn, i, "обл ул наб"))
		return 0;
	forms = nouns[k].forms;
	if (tn_is(tn, i, "стр") && behind_house(tn, i))
		forms = building;
	word = ru_pick(forms, noun_case(tn, i), &len);
	tn_say_n(tn, word, len);
	if (tn_is_sign(tn, i + n - 1, '.') && tn_at(tn, next)->kind == TN_END)
		tn_put(tn, ".", 1);
	return n;
}

size_t ru_abbreviation(struct tn *tn, size_t i)
{
	size_t n;

	if (tn_at(tn, i)->kind != TN_CYRILLIC)
		return 0;
	n = ru_weekday(tn, i);
	if (!n)
		n = say_telephone(tn, i);
	if (!n)
		n = say_about(tn, i);
	if (!n)
		n = say_avenue(tn, i);
	if (!n)
		n = tn_phrase(tn, i, phrases);
	return n || tn_is_dash(tn, i - 1) ? n : say_noun(tn, i);
}

static bool has_vowel(const char *word)
{
	return strstr(word, "а") || strstr(word, "е") || strstr(word, "ё") ||
	       strstr(word, "и") || strstr(word, "о") || strstr(word, "у") ||
	       strstr(word, "ы") || strstr(word, "э") || strstr(word, "ю") ||
	       strstr(word, "я");
}

size_t ru_caps(struct tn *tn, size_t i)
{
	const struct tn_token *token = tn_at(tn, i);
	size_t n;

	if (token->kind != TN_CYRILLIC || !tn_is_caps(tn, i) || token->len <= 2)
		return 0;
	n = tn_phrase(tn, i, caps);
	if (n)
		return n;
	if (has_vowel(token->lower) || token->len > CAPS_MAX)
		return 0;
	ru_spell(tn, token);
	return 1;
}
