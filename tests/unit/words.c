/* words: tokens, and the lexicons they are looked up in */
#include "lib/words.h"

#include "tap.h"

static struct sv_tokens tokens;

static int key(size_t i, const char *want)
{
	return sv_token_is(&tokens, i, want);
}

static void read_text(struct sv_lexicon *lexicon, const char *text)
{
	sv_tokens_release(&tokens);
	sv_tokens_read(&tokens, lexicon, text, strlen(text));
}

static void tokenise(void)
{
	read_text(sv_lexicon_ru(), "Ещё ДВА,15шт. o’clock it's 'a'");
	ok(tokens.n == 11);
	ok(key(0, "еще") && tokens.items[0].capital && tokens.items[0].spaced);
	ok(key(1, "два") && sv_token_has(&tokens, 1, W_DIGIT, 2));
	ok(tokens.items[2].kind == T_SIGN && tokens.items[2].sign == ',');
	ok(tokens.items[3].kind == T_DIGITS && key(3, "15"));
	ok(key(4, "шт") && !tokens.items[4].spaced);
	ok(key(6, "o'clock") && key(7, "it's"));
	ok(tokens.items[8].sign == '\'' && key(9, "a"));
	ok(tokens.items[tokens.n].kind == T_END);
	ok(tokens.items[1].start == 7 && tokens.items[1].end == 13);
	read_text(sv_lexicon_ru(), "");
	ok(tokens.n == 0 && tokens.items[0].kind == T_END);
}

static void drop(void)
{
	read_text(sv_lexicon_ru(), "ну три, э, так четыре");
	sv_tokens_drop(&tokens, 1);
	ok(tokens.n == 5 && key(0, "три") && key(3, "так"));
	sv_tokens_drop(&tokens, 2);
	ok(tokens.n == 2 && key(1, "четыре"));
	ok(tokens.items[2].kind == T_END);
}

/* a form that another meaning claims as well is lost without a word */
static void lexicons(void)
{
	bool oblique = false;

	read_text(sv_lexicon_ru(),
	          "рубль рублями часов минут месяц семерки двух дюжин");
	for (size_t i = 0; i < tokens.n; i++)
		ok(sv_token_word(&tokens, i) != W_NONE);
	ok(sv_lexicon_find(sv_lexicon_ru(), "двух", 8, &oblique) && oblique);
	ok(sv_lexicon_find(sv_lexicon_ru(), "две", 6, &oblique) && !oblique);
	ok(!sv_lexicon_find(sv_lexicon_ru(), "час-", 7, NULL));
	read_text(sv_lexicon_names(), "Ивана Анной Павлом Дмитрию");
	for (size_t i = 0; i < tokens.n; i++)
		ok(sv_token_word(&tokens, i) == W_NAME);
}

int main(void)
{
	tokenise();
	drop();
	lexicons();
	sv_tokens_release(&tokens);
	return tap_end();
}
