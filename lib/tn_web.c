/* tn_web.c: where an e-mail address, a URL or a file name stands */
#include <string.h>

#include "lib/tn.h"

enum { TOKENS_MAX = 256 }; /* of an address: the search is from each word */

/* A word, a dot and one of these is a host or a file; other top-level domains
 * need http:// or www., as they are words as well. */
static const char tops[] =
	"ru com org net рф su io info biz pro online shop store app dev by kz "
	"ua uk de us eu tv ai cloud tech site travel москва pdf doc docx xls "
	"xlsx txt csv jpg jpeg png zip rar mp3 mp4 wav ogg html json xml";

static bool is_plain(const struct tn *tn, size_t i)
{
	return tn_is_word(tn, i) || tn_at(tn, i)->kind == TN_NUMBER;
}

/* whether the sign at i is one of signs, which are ASCII */
static bool is_one_of(const struct tn *tn, size_t i, const char *signs)
{
	const struct tn_token *token = tn_at(tn, i);

	return token->kind == TN_SIGN && token->code < 0x80 &&
	       strchr(signs, (int)token->code) && token->code;
}

/* the token behind words, digits and such signs; ends with neither */
static size_t run(const struct tn *tn, size_t i, const char *signs)
{
	size_t end = i, last = i + TOKENS_MAX;

	for (; i < last && (is_plain(tn, i) || is_one_of(tn, i, signs)); i++)
		if (is_plain(tn, i))
			end = i + 1;
	return end;
}

/* the token behind "a.b.c"; 0 without a dot, or when its last word is short */
static size_t domain(const struct tn *tn, size_t i)
{
	size_t end = run(tn, i, ".-"), last = end - 1, j;

	if (end < i + 3 || !is_plain(tn, i))
		return 0;
	if (!tn_is_word(tn, last) || !tn_is_sign(tn, last - 1, '.') ||
	    tn_at(tn, last)->len < 2)
		return 0;
	for (j = i; j + 1 < end; j++) /* "a..b" and "a-.b" are no hosts */
		if (!is_plain(tn, j) && !is_plain(tn, j + 1))
			return 0;
	return end;
}

static size_t mail(const struct tn *tn, size_t i)
{
	size_t at = run(tn, i, "._%+-");

	return at > i && tn_is_sign(tn, at, '@') ? domain(tn, at + 1) : 0;
}

static size_t path(const struct tn *tn, size_t i)
{
	size_t end;

	if (tn_is_sign(tn, i, ':') && tn_at(tn, i + 1)->kind == TN_NUMBER)
		i += 2;
	if (!is_one_of(tn, i, "/?#"))
		return i;
	end = run(tn, i, "/-_.~?=&#%+:@");
	if (end == i)
		return i + 1;
	return end + (tn_is_sign(tn, end, '/') && !is_plain(tn, end + 1));
}

size_t tn_web(const struct tn *tn, size_t i)
{
	size_t end;

	if (!is_plain(tn, i) || is_plain(tn, i - 1) ||
	    is_one_of(tn, i - 1, "@"))
		return 0;
	end = mail(tn, i);
	if (end)
		return end;
	if (tn_in(tn, i, "http https ftp") && tn_is_sign(tn, i + 1, ':') &&
	    tn_is_sign(tn, i + 2, '/') && tn_is_sign(tn, i + 3, '/')) {
		end = run(tn, i + 4, ".-");
		return end > i + 4 ? path(tn, end) : 0;
	}
	end = domain(tn, i);
	if (end && (tn_is(tn, i, "www") || tn_in(tn, end - 1, tops)))
		return path(tn, end);
	return 0;
}

size_t tn_web_start(const struct tn *tn, size_t i)
{
	bool scheme = tn_is_sign(tn, i + 1, ':') && tn_is_sign(tn, i + 3, '/');

	return scheme ? i + 4 : i;
}

size_t tn_web_stop(const struct tn *tn, size_t end)
{
	return end - tn_is_sign(tn, end - 1, '/');
}
