/* number_ru.c: Russian numerals in words */
#include "lib/number_ru.h"

#include <string.h>

/* nominative, genitive, dative, accusative, instrumental, prepositional */
static const char *const small[] = {
	"ноль ноля нолю ноль нолём ноле",
	"",
	"",
	"три трёх трём три тремя трёх",
	"четыре четырёх четырём четыре четырьмя четырёх",
	"пять пяти пяти пять пятью пяти",
	"шесть шести шести шесть шестью шести",
	"семь семи семи семь семью семи",
	"восемь восьми восьми восемь восемью восьми",
	"девять девяти девяти девять девятью девяти",
	"десять десяти десяти десять десятью десяти",
	"одиннадцать одиннадцати одиннадцати одиннадцать одиннадцатью "
	"одиннадцати",
	"двенадцать двенадцати двенадцати двенадцать двенадцатью двенадцати",
	"тринадцать тринадцати тринадцати тринадцать тринадцатью тринадцати",
	"четырнадцать четырнадцати четырнадцати четырнадцать четырнадцатью "
	"четырнадцати",
	"пятнадцать пятнадцати пятнадцати пятнадцать пятнадцатью пятнадцати",
	"шестнадцать шестнадцати шестнадцати шестнадцать шестнадцатью "
	"шестнадцати",
	"семнадцать семнадцати семнадцати семнадцать семнадцатью семнадцати",
	"восемнадцать восемнадцати восемнадцати восемнадцать восемнадцатью "
	"восемнадцати",
	"девятнадцать девятнадцати девятнадцати девятнадцать девятнадцатью "
	"девятнадцати",
};

static const char *const tens[] = {
	"двадцать двадцати двадцати двадцать двадцатью двадцати",
	"тридцать тридцати тридцати тридцать тридцатью тридцати",
	"сорок сорока сорока сорок сорока сорока",
	"пятьдесят пятидесяти пятидесяти пятьдесят пятьюдесятью пятидесяти",
	"шестьдесят шестидесяти шестидесяти шестьдесят шестьюдесятью "
	"шестидесяти",
	"семьдесят семидесяти семидесяти семьдесят семьюдесятью семидесяти",
	"восемьдесят восьмидесяти восьмидесяти восемьдесят восемьюдесятью "
	"восьмидесяти",
	"девяносто девяноста девяноста девяносто девяноста девяноста",
};

static const char *const hundreds[] = {
	"сто ста ста сто ста ста",
	"двести двухсот двумстам двести двумястами двухстах",
	"триста трёхсот трёмстам триста тремястами трёхстах",
	"четыреста четырёхсот четырёмстам четыреста четырьмястами четырёхстах",
	"пятьсот пятисот пятистам пятьсот пятьюстами пятистах",
	"шестьсот шестисот шестистам шестьсот шестьюстами шестистах",
	"семьсот семисот семистам семьсот семьюстами семистах",
	"восемьсот восьмисот восьмистам восемьсот восемьюстами восьмистах",
	"девятьсот девятисот девятистам девятьсот девятьюстами девятистах",
};

static const char *const one[] = {
	[RU_M] = "один одного одному один одним одном",
	[RU_F] = "одна одной одной одну одной одной",
	[RU_N] = "одно одного одному одно одним одном",
	[RU_PL] = "одни одних одним одни одними одних",
};

static const char *const two[] = {
	[RU_M] = "два двух двум два двумя двух",
	[RU_F] = "две двух двум две двумя двух",
	[RU_N] = "два двух двум два двумя двух",
	[RU_PL] = "два двух двум два двумя двух",
};

#define SCALE_M "- а у - ом е ы ов ам ы ами ах"

static const struct {
	const char *stem;
	const char *endings;
	const char *ordinal;
	enum ru_gender gender;
} scales[] = {
	{ "тысяч", "а и е у ей е и - ам и ами ах", "тысячн", RU_F },
	{ "миллион", SCALE_M, "миллионн", RU_M },
	{ "миллиард", SCALE_M, "миллиардн", RU_M },
	{ "триллион", SCALE_M, "триллионн", RU_M },
};

/* stems; a '!' is a stressed ending, a '\'' the soft declension of третий */
static const char *const ordinal_small[] = {
	"нулев!",    "перв",       "втор!",     "трет'",       "четвёрт",
	"пят",       "шест!",      "седьм!",    "восьм!",      "девят",
	"десят",     "одиннадцат", "двенадцат", "тринадцат",   "четырнадцат",
	"пятнадцат", "шестнадцат", "семнадцат", "восемнадцат", "девятнадцат",
};

static const char *const ordinal_tens[] = {
	"двадцат",    "тридцат",   "сороков!",    "пятидесят",
	"шестидесят", "семидесят", "восьмидесят", "девяност",
};

static const char *const ordinal_hundreds[] = {
	"сот",      "двухсот", "трёхсот",   "четырёхсот", "пятисот",
	"шестисот", "семисот", "восьмисот", "девятисот",
};

static const char *const hard[] = {
	[RU_M] = "ый ого ому ый ым ом",
	[RU_F] = "ая ой ой ую ой ой",
	[RU_N] = "ое ого ому ое ым ом",
	[RU_PL] = "ые ых ым ые ыми ых",
};

static const char *const soft[] = {
	[RU_M] = "ий ьего ьему ий ьим ьем",
	[RU_F] = "ья ьей ьей ью ьей ьей",
	[RU_N] = "ье ьего ьему ье ьим ьем",
	[RU_PL] = "ьи ьих ьим ьи ьими ьих",
};

static uint64_t power_1000(int exponent)
{
	uint64_t value = 1;

	while (exponent-- > 0)
		value *= 1000;
	return value;
}

const char *ru_pick(const char *list, int k, size_t *len)
{
	for (; k > 0; k--) {
		list += strcspn(list, " ");
		list += *list == ' ';
	}
	*len = strcspn(list, " ");
	return list;
}

void ru_add(struct sv_buf *words, const char *word, size_t len)
{
	if (words->len)
		(void)sv_buf_putc(words, ' ');
	(void)sv_buf_add(words, word, len);
}

static void add_pick(struct sv_buf *words, const char *list, int k)
{
	size_t len;
	const char *word = ru_pick(list, k, &len);

	ru_add(words, word, len);
}

int ru_counted(uint64_t n, enum ru_case which)
{
	unsigned int last = n % 100 / 10 == 1 ? 0 : (unsigned int)(n % 10);

	if (last == 1)
		return which;
	if (which != RU_NOM && which != RU_ACC)
		return RU_PLURAL + (int)which;
	return last >= 2 && last <= 4 ? RU_FEW : RU_PLURAL + RU_GEN;
}

void ru_noun(struct sv_buf *words, const char *stem, const char *endings, int k)
{
	size_t len = 0;
	const char *ending = "";

	if (endings)
		ending = ru_pick(endings, k == RU_FEW ? RU_GEN : k, &len);
	ru_add(words, stem, strlen(stem));
	if (len && *ending != '-')
		(void)sv_buf_add(words, ending, len);
}

/* 1 to 19, and 0 by itself */
static void add_small(struct sv_buf *words, unsigned int n, struct ru_form form)
{
	bool alive = form.animate && form.which == RU_ACC && n <= 4;
	int k = alive ? RU_GEN : (int)form.which;

	if (n == 1)
		add_pick(words, one[form.gender], k);
	else if (n == 2)
		add_pick(words, two[form.gender], k);
	else
		add_pick(words, small[n], k);
}

static void below_1000(struct sv_buf *words, unsigned int n,
                       struct ru_form form)
{
	/* only a bare 2, 3, 4 knows the living: двадцать два клиента */
	form.animate = form.animate && (n <= 4 || n % 10 == 1);
	if (n >= 100)
		add_pick(words, hundreds[n / 100 - 1], form.which);
	n %= 100;
	if (n >= 20) {
		add_pick(words, tens[n / 10 - 2], form.which);
		n %= 10;
	}
	if (n)
		add_small(words, n, form);
}

static void add_scale(struct sv_buf *words, unsigned int part, int scale,
                      enum ru_case which)
{
	struct ru_form form = { which, scales[scale].gender, false };

	below_1000(words, part, form);
	ru_noun(words, scales[scale].stem, scales[scale].endings,
	        ru_counted(part, which));
}

void ru_cardinal(struct sv_buf *words, uint64_t n, struct ru_form form)
{
	int scale;

	for (scale = 3; scale >= 0; scale--) {
		unsigned int part = n / power_1000(scale + 1) % 1000;

		if (part)
			add_scale(words, part, scale, form.which);
	}
	if (n % 1000)
		below_1000(words, n % 1000, form);
	else if (n == 0)
		add_small(words, 0, form);
}

void ru_compound(struct sv_buf *words, unsigned int n)
{
	size_t len;
	const char *word;

	if (n >= 100) {
		word = ru_pick(hundreds[n / 100 - 1], n < 200 ? RU_NOM : RU_GEN,
		               &len);
		(void)sv_buf_add(words, word, len);
	}
	n %= 100;
	if (n >= 20) {
		word = ru_pick(tens[n / 10 - 2], n >= 90 ? RU_NOM : RU_GEN,
		               &len);
		(void)sv_buf_add(words, word, len);
		n %= 10;
	}
	if (n == 1)
		(void)sv_buf_puts(words, "одно");
	else if (n == 2)
		(void)sv_buf_puts(words, "двух");
	else if (n) {
		word = ru_pick(small[n], RU_GEN, &len);
		(void)sv_buf_add(words, word, len);
	}
}

static void decline(struct sv_buf *words, const char *stem, struct ru_form form)
{
	size_t stem_len = strcspn(stem, "!'"), len;
	const char *endings =
		stem[stem_len] == '\'' ? soft[form.gender] : hard[form.gender];
	const char *ending = ru_pick(endings, form.which, &len);
	bool stressed = stem[stem_len] == '!' && form.gender == RU_M &&
	                (form.which == RU_NOM || form.which == RU_ACC);

	(void)sv_buf_add(words, stem, stem_len);
	(void)sv_buf_add(words, stressed ? "ой" : ending,
	                 stressed ? strlen("ой") : len);
}

/* the part of an ordinal that does not change: "тысяча девятьсот " */
static void add_head(struct sv_buf *words, uint64_t head)
{
	struct ru_form form = { RU_NOM, RU_M, false };

	if (head / 1000 == 1) {
		ru_add(words, "тысяча", strlen("тысяча"));
		head %= 1000;
	}
	if (head)
		ru_cardinal(words, head, form);
	if (words->len)
		(void)sv_buf_putc(words, ' ');
}

static void round_ordinal(struct sv_buf *words, uint64_t n, struct ru_form form)
{
	uint64_t unit = 1000;
	int scale = 0;
	unsigned int part;

	while (scale < 3 && n % (unit * 1000) == 0) {
		unit *= 1000;
		scale++;
	}
	part = n / unit % 1000;
	add_head(words, n - part * unit);
	if (part > 1)
		ru_compound(words, part);
	decline(words, scales[scale].ordinal, form);
}

void ru_ordinal(struct sv_buf *words, uint64_t n, struct ru_form form)
{
	unsigned int last = n % 100;
	const char *stem;

	if (n && n % 1000 == 0) {
		round_ordinal(words, n, form);
		return;
	}
	if (last >= 20 && last % 10)
		last %= 10;
	if (n == 0 || (last && last < 20)) {
		stem = ordinal_small[last];
	} else if (last) {
		stem = ordinal_tens[last / 10 - 2];
	} else {
		last = n % 1000;
		stem = ordinal_hundreds[last / 100 - 1];
	}
	add_head(words, n - last);
	decline(words, stem, form);
}
