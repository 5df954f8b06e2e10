/* tn_ru_latin.c: Latin words so that a Russian voice can say them */
#include <string.h>

#include "lib/tn_ru.h"
#include "lib/utf8.h"

enum { SPELT_MAX = 4, LATIN_MAX = 512, SPOKEN_MAX = 4096 };

/* single words, as they occur in addresses too */
static const struct {
	const char *word;
	const char *spoken;
} known[] = {
	{ "account", "аккаунт" },
	{ "admin", "админ" },
	{ "and", "энд" },
	{ "api", "эй пи ай" },
	{ "app", "апп" },
	{ "avito", "авито" },
	{ "best", "бест" },
	{ "bitrix", "битрикс" },
	{ "bk", "бэ ка" },
	{ "blog", "блог" },
	{ "business", "бизнес" },
	{ "by", "бай" },
	{ "center", "центр" },
	{ "club", "клуб" },
	{ "cloud", "клауд" },
	{ "co", "ко" },
	{ "com", "ком" },
	{ "company", "компани" },
	{ "contact", "контакт" },
	{ "csv", "цэ эс вэ" },
	{ "delivery", "деливери" },
	{ "design", "дизайн" },
	{ "dev", "дев" },
	{ "doc", "док" },
	{ "docx", "док икс" },
	{ "edu", "эду" },
	{ "express", "экспресс" },
	{ "free", "фри" },
	{ "gmail", "джимейл" },
	{ "group", "груп" },
	{ "help", "хелп" },
	{ "home", "хоум" },
	{ "hotmail", "хотмейл" },
	{ "house", "хаус" },
	{ "html", "аш тэ эм эл" },
	{ "icloud", "айклауд" },
	{ "inbox", "инбокс" },
	{ "info", "инфо" },
	{ "io", "ай о" },
	{ "it", "ай ти" },
	{ "jpg", "джипег" },
	{ "jpeg", "джипег" },
	{ "json", "джейсон" },
	{ "led", "лэд" },
	{ "life", "лайф" },
	{ "like", "лайк" },
	{ "line", "лайн" },
	{ "list", "лист" },
	{ "live", "лайв" },
	{ "mail", "мейл" },
	{ "manager", "менеджер" },
	{ "market", "маркет" },
	{ "media", "медиа" },
	{ "mp", "эм пэ" },
	{ "my", "май" },
	{ "name", "нейм" },
	{ "net", "нет" },
	{ "new", "нью" },
	{ "news", "ньюс" },
	{ "office", "офис" },
	{ "online", "онлайн" },
	{ "order", "ордер" },
	{ "org", "орг" },
	{ "outlook", "аутлук" },
	{ "pay", "пэй" },
	{ "pdf", "пэ дэ эф" },
	{ "phone", "фон" },
	{ "plus", "плюс" },
	{ "png", "пэ эн гэ" },
	{ "price", "прайс" },
	{ "pro", "про" },
	{ "rambler", "рамблер" },
	{ "ru", "ру" },
	{ "sale", "сейл" },
	{ "sales", "сейлз" },
	{ "service", "сервис" },
	{ "shop", "шоп" },
	{ "site", "сайт" },
	{ "smart", "смарт" },
	{ "start", "старт" },
	{ "store", "стор" },
	{ "style", "стайл" },
	{ "su", "эс у" },
	{ "support", "саппорт" },
	{ "team", "тим" },
	{ "test", "тест" },
	{ "time", "тайм" },
	{ "tech", "тех" },
	{ "trade", "трейд" },
	{ "tv", "ти ви" },
	{ "txt", "тэ икс тэ" },
	{ "ua", "ю эй" },
	{ "ultra", "ультра" },
	{ "web", "веб" },
	{ "wiki", "вики" },
	{ "world", "ворлд" },
	{ "www", "вэ вэ вэ" },
	{ "xls", "икс эл эс" },
	{ "xlsx", "икс эл эс икс" },
	{ "ya", "я" },
	{ "yahoo", "яху" },
	{ "yandex", "яндекс" },
	{ "you", "ю" },
	{ "zip", "зип" },
};

static const char *const letters[] = {
	"эй",   "би",  "си", "ди", "и",      "эф",  "джи", "эйч", "ай",
	"джей", "кей", "эл", "эм", "эн",     "о",   "пи",  "кью", "ар",
	"эс",   "ти",  "ю",  "ви", "дабл ю", "икс", "уай", "зет",
};

/* Longest first; '^' is the beginning of the word, '$' its end. */
static const struct {
	const char *latin;
	const char *spoken;
} sounds[] = {
	{ "shch", "щ" }, { "tion$", "шн" }, { "^kn", "н" },  { "^wr", "р" },
	{ "sch", "ш" },  { "tch", "ч" },    { "igh", "ай" }, { "iya", "ия" },
	{ "iy$", "ий" }, { "yy$", "ый" },   { "ck", "к" },   { "ch", "ч" },
	{ "sh", "ш" },   { "th", "т" },     { "ph", "ф" },   { "kh", "х" },
	{ "zh", "ж" },   { "ts", "ц" },     { "qu", "кв" },  { "oo", "у" },
	{ "ee", "и" },   { "ea", "и" },     { "ai", "ай" },  { "ay", "ай" },
	{ "ey", "ей" },  { "ei", "ей" },    { "ou", "ау" },  { "ya", "я" },
	{ "yu", "ю" },   { "yo", "ё" },     { "ye", "е" },   { "ia", "ия" },
	{ "ce", "се" },  { "ci", "си" },    { "cy", "си" },  { "^x", "кс" },
	{ "^e", "э" },   { "ae", "аэ" },    { "oe", "оэ" },  { "é", "е" },
	{ "è", "е" },    { "ê", "е" },      { "ë", "ё" },    { "ü", "ю" },
	{ "ö", "ё" },    { "ä", "э" },      { "ß", "с" },    { "ñ", "нь" },
	{ "ç", "с" },    { "á", "а" },      { "à", "а" },    { "ó", "о" },
	{ "í", "и" },    { "a", "а" },      { "b", "б" },    { "c", "к" },
	{ "d", "д" },    { "e", "е" },      { "f", "ф" },    { "g", "г" },
	{ "h", "х" },    { "i", "и" },      { "j", "дж" },   { "k", "к" },
	{ "l", "л" },    { "m", "м" },      { "n", "н" },    { "o", "о" },
	{ "p", "п" },    { "q", "к" },      { "r", "р" },    { "s", "с" },
	{ "t", "т" },    { "u", "у" },      { "v", "в" },    { "w", "в" },
	{ "x", "кс" },   { "y", "и" },      { "z", "з" },
};

static bool has_vowel(const char *word)
{
	return word[strcspn(word, "aeiouy")] != '\0';
}

/* the letters of latin that stand at word + at; 0 when they do not */
static size_t sound_at(const char *latin, const char *word, size_t at)
{
	bool first = *latin == '^', last;
	size_t len;

	latin += first;
	len = strcspn(latin, "$");
	last = latin[len] == '$';
	if ((first && at) || strncmp(word + at, latin, len) != 0 ||
	    (last && word[at + len]))
		return 0;
	return len;
}

/* a silent e: time, drive, but not "ole" or "ie" */
static bool is_silent(const char *word, size_t at)
{
	return word[at] == 'e' && !word[at + 1] && at >= 3 &&
	       !strchr("aeiouy", word[at - 1]) &&
	       strcspn(word, "aeiouy") < at - 1;
}

static void transliterate(struct sv_buf *out, const char *word)
{
	size_t at = 0, k, n;

	while (at < LATIN_MAX && word[at]) {
		for (k = n = 0; k < sizeof sounds / sizeof *sounds && !n; k++)
			n = sound_at(sounds[k].latin, word, at);
		if (is_silent(word, at))
			n = 1;
		else if (n)
			(void)sv_buf_puts(out, sounds[k - 1].spoken);
		at += n ? n : 1;
	}
}

static void spell(struct tn *tn, const char *word)
{
	for (; *word; word++)
		if (*word >= 'a' && *word <= 'z')
			tn_say(tn, letters[*word - 'a']);
}

void ru_say_latin(struct tn *tn, const struct tn_token *token, bool spelt)
{
	const char *word = token->lower;
	struct sv_buf out;
	size_t k;

	for (k = 0; !spelt && k < sizeof known / sizeof *known; k++) {
		if (strcmp(known[k].word, word) != 0)
			continue;
		tn_say(tn, known[k].spoken);
		return;
	}
	if (spelt || !word[1] || (!has_vowel(word) && token->len <= 5)) {
		spell(tn, word);
		return;
	}
	sv_buf_init(&out, SPOKEN_MAX);
	transliterate(&out, word);
	tn_say(tn, sv_buf_str(&out));
	sv_buf_release(&out);
}

static const char *const cyrillic[] = {
	"а",         "бэ",          "вэ",
	"гэ",        "дэ",          "е",
	"жэ",        "зэ",          "и",
	"и краткое", "ка",          "эл",
	"эм",        "эн",          "о",
	"пэ",        "эр",          "эс",
	"тэ",        "у",           "эф",
	"ха",        "цэ",          "че",
	"ша",        "ща",          "твёрдый знак",
	"ы",         "мягкий знак", "э",
	"ю",         "я",
};

void ru_spell(struct tn *tn, const struct tn_token *token)
{
	const char *word = token->lower, *end = word + strlen(word);

	while (word < end) {
		uint32_t code = sv_utf8_next(&word, end);

		if (code >= 0x430 && code < 0x450)
			tn_say(tn, cyrillic[code - 0x430]);
		else if (code == 0x451)
			tn_say(tn, "ё");
	}
}

size_t ru_latin(struct tn *tn, size_t i)
{
	const struct tn_token *token = tn_at(tn, i);

	if (token->kind != TN_LATIN)
		return 0;
	ru_say_latin(tn, token,
	             tn_is_caps(tn, i) && token->len <= SPELT_MAX &&
	                     token->len > 1);
	return 1;
}
