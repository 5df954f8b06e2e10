/*
 * words_mail: what is said of an e-mail address, in Russian and English:
 * letters by their names in either language, signs, providers, and the words
 * that stand before an address and are no part of it.
 */
#include "lib/words.h"

static const struct sv_lexeme lexemes[] = {
	{ "собака собачка собаку собакой собачку эт at", NULL, W_AT, 0, 0,
	  NULL },
	{ "точка точку точкой dot period point", NULL, W_DOT, 0, 0, "." },
	{ "дефис тире черточка минус дэш dash hyphen minus", NULL, W_DASH, 0, 0,
	  "-" },
	{ "подчеркивание подчеркиванье подчерк андерскор андерскорь "
	  "underscore",
	  NULL, W_UNDERSCORE, 0, 0, "_" },
	{ "плюс plus", NULL, W_DASH, 0, 0, "+" },

	{ "mail мейл мэйл майл меил маил", NULL, W_HOST, 0, 0, "mail" },
	{ "gmail джимейл гмейл жмейл гмайл джимэйл джимайл гмаил", NULL, W_HOST,
	  1, 0, "gmail" },
	{ "yandex яндекс яндэкс", NULL, W_HOST, 0, 0, "yandex" },
	{ "rambler рамблер", NULL, W_HOST, 0, 0, "rambler" },
	{ "inbox инбокс", NULL, W_HOST, 0, 0, "inbox" },
	{ "bk бк", NULL, W_HOST, 0, 0, "bk" },
	{ "list лист", NULL, W_HOST, 0, 0, "list" },
	{ "hotmail хотмейл хотмэйл", NULL, W_HOST, 1, 0, "hotmail" },
	{ "outlook аутлук", NULL, W_HOST, 1, 0, "outlook" },
	{ "icloud айклауд", NULL, W_HOST, 1, 0, "icloud" },
	{ "yahoo яху", NULL, W_HOST, 1, 0, "yahoo" },
	{ "protonmail протонмейл", NULL, W_HOST, 1, 0, "protonmail" },
	{ "ru ру", NULL, W_TLD, 0, 0, "ru" },
	{ "com ком", NULL, W_TLD, 0, 0, "com" },
	{ "net нет", NULL, W_TLD, 0, 0, "net" },
	{ "org орг", NULL, W_TLD, 0, 0, "org" },
	{ "su су", NULL, W_TLD, 0, 0, "su" },
	{ "ua юа", NULL, W_TLD, 0, 0, "ua" },
	{ "by бай", NULL, W_TLD, 0, 0, "by" },
	{ "kz кз", NULL, W_TLD, 0, 0, "kz" },
	{ "uk", NULL, W_TLD, 0, 0, "uk" },
	{ "us", NULL, W_TLD, 0, 0, "us" },
	{ "de", NULL, W_TLD, 0, 0, "de" },
	{ "co", NULL, W_TLD, 0, 0, "co" },
	{ "edu", NULL, W_TLD, 0, 0, "edu" },
	{ "gov", NULL, W_TLD, 0, 0, "gov" },
	{ "info", NULL, W_TLD, 0, 0, "info" },
	{ "инфо", NULL, W_TLD, 0, 0, "info" },
	{ "biz биз", NULL, W_TLD, 0, 0, "biz" },
	{ "pro про", NULL, W_TLD, 0, 0, "pro" },
	{ "online онлайн", NULL, W_TLD, 0, 0, "online" },
	{ "io", NULL, W_TLD, 0, 0, "io" },
	{ "ai", NULL, W_TLD, 0, 0, "ai" },
	{ "me ми", NULL, W_TLD, 0, 0, "me" },

	{ "эй а", NULL, W_LETTER, 0, 0, "a" },
	{ "бэ би б", NULL, W_LETTER, 0, 0, "b" },
	{ "си цэ це ц", NULL, W_LETTER, 0, 0, "c" },
	{ "дэ ди д", NULL, W_LETTER, 0, 0, "d" },
	{ "е э", NULL, W_LETTER, 0, 0, "e" },
	{ "эф ф", NULL, W_LETTER, 0, 0, "f" },
	{ "джи гэ г", NULL, W_LETTER, 0, 0, "g" },
	{ "аш эйч хэ ха х", NULL, W_LETTER, 0, 0, "h" },
	{ "ай и", NULL, W_LETTER, 0, 0, "i" },
	{ "джей жот йот й", NULL, W_LETTER, 0, 0, "j" },
	{ "кей кэй ка к", NULL, W_LETTER, 0, 0, "k" },
	{ "эль эл л", NULL, W_LETTER, 0, 0, "l" },
	{ "эм м", NULL, W_LETTER, 0, 0, "m" },
	{ "эн н", NULL, W_LETTER, 0, 0, "n" },
	{ "о оу", NULL, W_LETTER, 0, 0, "o" },
	{ "пэ пи п", NULL, W_LETTER, 0, 0, "p" },
	{ "кью ку", NULL, W_LETTER, 0, 0, "q" },
	{ "эр ар р", NULL, W_LETTER, 0, 0, "r" },
	{ "эс с", NULL, W_LETTER, 0, 0, "s" },
	{ "тэ ти т", NULL, W_LETTER, 0, 0, "t" },
	{ "ю", NULL, W_LETTER, 0, 0, "u" },
	{ "вэ ви в", NULL, W_LETTER, 0, 0, "v" },
	{ "даблю дублювэ", NULL, W_LETTER, 0, 0, "w" },
	{ "икс", NULL, W_LETTER, 0, 0, "x" },
	{ "игрек уай", NULL, W_LETTER, 0, 0, "y" },
	{ "зет зэт зед зэд з", NULL, W_LETTER, 0, 0, "z" },
	{ "a", NULL, W_LETTER, 0, 0, "a" },
	{ "b", NULL, W_LETTER, 0, 0, "b" },
	{ "c", NULL, W_LETTER, 0, 0, "c" },
	{ "d", NULL, W_LETTER, 0, 0, "d" },
	{ "e", NULL, W_LETTER, 0, 0, "e" },
	{ "f", NULL, W_LETTER, 0, 0, "f" },
	{ "g", NULL, W_LETTER, 0, 0, "g" },
	{ "h", NULL, W_LETTER, 0, 0, "h" },
	{ "i", NULL, W_LETTER, 0, 0, "i" },
	{ "j", NULL, W_LETTER, 0, 0, "j" },
	{ "k", NULL, W_LETTER, 0, 0, "k" },
	{ "l", NULL, W_LETTER, 0, 0, "l" },
	{ "m", NULL, W_LETTER, 0, 0, "m" },
	{ "n", NULL, W_LETTER, 0, 0, "n" },
	{ "o", NULL, W_LETTER, 0, 0, "o" },
	{ "p", NULL, W_LETTER, 0, 0, "p" },
	{ "q", NULL, W_LETTER, 0, 0, "q" },
	{ "r", NULL, W_LETTER, 0, 0, "r" },
	{ "s", NULL, W_LETTER, 0, 0, "s" },
	{ "t", NULL, W_LETTER, 0, 0, "t" },
	{ "u", NULL, W_LETTER, 0, 0, "u" },
	{ "v", NULL, W_LETTER, 0, 0, "v" },
	{ "w", NULL, W_LETTER, 0, 0, "w" },
	{ "x", NULL, W_LETTER, 0, 0, "x" },
	{ "y", NULL, W_LETTER, 0, 0, "y" },
	{ "z", NULL, W_LETTER, 0, 0, "z" },
	{ "дабл дубль двойная двойное double", NULL, W_REPEAT, 2, 0, NULL },
	{ "triple", NULL, W_REPEAT, 3, 0, NULL },
	{ "как as", NULL, W_AS, 0, 0, NULL },

	/* companies' addresses: Russian for these sounds otherwise */
	{ "сейлс", NULL, W_NAME, 0, 0, "sales" },
	{ "офис", NULL, W_NAME, 0, 0, "office" },
	{ "менеджер", NULL, W_NAME, 0, 0, "manager" },
	{ "маркет", NULL, W_NAME, 0, 0, "market" },
	{ "сервис", NULL, W_NAME, 0, 0, "service" },
	{ "групп", NULL, W_NAME, 0, 0, "group" },
	{ "компани", NULL, W_NAME, 0, 0, "company" },
	{ "саппорт", NULL, W_NAME, 0, 0, "support" },
	{ "шоп", NULL, W_NAME, 0, 0, "shop" },
	{ "трейд", NULL, W_NAME, 0, 0, "trade" },
	{ "хелло", NULL, W_NAME, 0, 0, "hello" },
	{ "контакт", NULL, W_NAME, 0, 0, "contact" },
	{ "директор", NULL, W_NAME, 0, 0, "director" },
	{ "бокс", NULL, W_NAME, 0, 0, "box" },
	{ "алекс", NULL, W_NAME, 0, 0, "alex" },
	{ "макс", NULL, W_NAME, 0, 0, "max" },

	{ "нижнее нижний латинск-ая,ое,ий,ими английск-ая,ое,ий,ими "
	  "маленьк-ая,ое,ими большая заглавная буква буквы буквами слитно "
	  "подряд вместе пробелов без знак символ краткое долларом доллар "
	  "letter capital lowercase uppercase lower case all small sign symbol "
	  "потом затем дальше далее then цифра цифрами цифры",
	  NULL, W_SKIP, 0, 0, NULL },
	{ "я мой моя мое мою моей почта почту почты почте почтой мейле мейлу мэйле "
	  "электронка "
	  "адрес адресу адреса имейл емейл email мыло "
	  "электронн-ая,ую,ой,ый,ого,ом это на по записывай записывайте "
	  "запишите запиши пишите пиши отправьте отправляйте отправь "
	  "пришлите скиньте скинь вот да так ну значит у меня такая такой "
	  "вам мне там будет есть диктую говорю пожалуйста то эээ ээ мм эмм "
	  "зовут короче ага угу хорошо ладно давайте можно лучше рабочая "
	  "личная рабочий личный ящик контактн-ый,ая то что или нас наш наша "
	  "наше туда сюда его ее их все же ли договор счет прайс "
	  "документы коммерческое предложение напишите написать надо "
	  "дублируйте копию",
	  NULL, W_STOP, 0, 0, NULL },
	{ "my address is it's its it the you can reach send to contact on via "
	  "write please name that's that this uh um so yeah ok okay sure and "
	  "or well would be best just use email's will you'll find "
	  "invoice our his her their for with",
	  NULL, W_STOP, 0, 0, NULL },
};

struct sv_lexicon *sv_lexicon_mail(void)
{
	static struct sv_lexicon lexicon = {
		.lexemes = lexemes,
		.n = sizeof lexemes / sizeof *lexemes,
	};

	return &lexicon;
}
