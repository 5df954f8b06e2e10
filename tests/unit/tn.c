/* tn.c: written text becomes speakable, and plain text stays as it is */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/text.h"

#include "tests/unit/tap.h"

enum { OUT_MAX = 1 << 16, LINE_MAX_LEN = 4096 };

static int tn(const char *language, const char *text, struct sv_buf *out)
{
	sv_buf_release(out);
	sv_buf_init(out, OUT_MAX);
	return sv_tn(language, text, out);
}

/* each line: what is written, a tab, what is said; "# " begins a comment */
static void golden(const char *language, const char *path, int at_least)
{
	struct sv_buf out = { .max = OUT_MAX };
	char line[LINE_MAX_LEN], *said;
	FILE *file = fopen(path, "r");
	int n = 0;

	ok(file != NULL);
	while (file && fgets(line, sizeof line, file)) {
		line[strcspn(line, "\n")] = '\0';
		said = strchr(line, '\t');
		if (!said || !strncmp(line, "# ", 2))
			continue;
		*said++ = '\0';
		n++;
		if (tn(language, line, &out) == 0 &&
		    !strcmp(sv_buf_str(&out), said))
			continue;
		printf("# %s\n", line);
		is(sv_buf_str(&out), said);
	}
	printf("# %s: %d cases\n", path, n);
	ok(n >= at_least);
	if (file)
		fclose(file);
	sv_buf_release(&out);
}

static void stays(const char *language, const char *text)
{
	struct sv_buf out = { .max = OUT_MAX };

	ok(tn(language, text, &out) == 0);
	is(sv_buf_str(&out), text);
	sv_buf_release(&out);
}

/* what was said is left alone when it is said again */
static void settles(const char *language, const char *text)
{
	struct sv_buf once = { .max = OUT_MAX }, twice = { .max = OUT_MAX };

	ok(tn(language, text, &once) == 0);
	ok(tn(language, sv_buf_str(&once), &twice) == 0);
	is(sv_buf_str(&twice), sv_buf_str(&once));
	sv_buf_release(&once);
	sv_buf_release(&twice);
}

static void refuses(void)
{
	struct sv_buf out = { .max = OUT_MAX };
	char *digits = malloc(20001);

	ok(tn("ru", "\xff", &out) == EX_DATAERR);
	is(sv_why(), "the text is not UTF-8");
	ok(tn("ru", "۵ заказов", &out) == EX_DATAERR);
	is(sv_why(), "a digit was left in the text");
	is(sv_buf_str(&out), "۵ заказов");
	ok(tn("ru", "", &out) == 0);
	is(sv_buf_str(&out), "");
	if (!digits)
		return;
	memset(digits, '7', 20000);
	digits[20000] = '\0';
	ok(tn("ru", digits, &out) == EX_DATAERR); /* too long to be said */
	ok(tn("en", digits, &out) == EX_DATAERR);
	digits[2000] = '\0';
	ok(tn("ru", digits, &out) == 0);
	ok(tn("en", digits, &out) == 0);
	free(digits);
	sv_buf_release(&out);
}

/* what the buffer holds already stays, and is no neighbour of the text */
static void appends(void)
{
	struct sv_buf out;

	sv_buf_init(&out, OUT_MAX);
	sv_buf_puts(&out, "5");
	ok(sv_tn("ru", "5", &out) == 0);
	is(sv_buf_str(&out), "5пять");
	sv_buf_release(&out);
}

int main(void)
{
	golden("ru", "tests/data/text/tn-ru.tsv", 160);
	golden("en", "tests/data/text/tn-en.tsv", 90);
	stays("ru", "Здравствуйте! Чем могу помочь?");
	stays("ru", "  Ёлка,\tмёд — «и» всё…\n\n(да), за́мок. ");
	stays("ru", "из-за того, что кто-нибудь пришёл; ну да.");
	stays("en", "Hello there!  How may I help you?\n");
	stays("en", "It's a well-known fact (isn't it?) — \"yes\".");
	settles("ru",
	        "Заказ № 5 на 1 250,50 ₽, т. е. 21 шт. до 25.12.2026.");
	settles("en", "Order #5 for $1,250.50, i.e. 21 pcs by 12/25/2026.");
	refuses();
	appends();
	return tap_end();
}
