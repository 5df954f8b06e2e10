/* itn: inverse text normalisation, spoken to written */
#include "lib/itn.h"

#include <string.h>

#include "lib/fail.h"
#include "lib/text.h"
#include "lib/utf8.h"

static int dispatch(const struct sv_answer *answer, enum sv_itn_mode mode,
                    struct sv_buf *out)
{
	switch (mode) {
	case SV_ITN_PHONE:
		return sv_itn_phone(answer, out);
	case SV_ITN_NUMBER:
		return sv_itn_number(answer, out);
	case SV_ITN_MONEY:
		return sv_itn_money(answer, out);
	case SV_ITN_DATE:
		return sv_itn_date(answer, out);
	case SV_ITN_TIME:
		return sv_itn_time(answer, out);
	case SV_ITN_EMAIL:
		return sv_itn_email(answer, out);
	case SV_ITN_DIGITS:
		return sv_itn_digits(answer, out);
	default:
		return sv_itn_prose(answer, strlen(answer->tokens.text), out);
	}
}

/* which empty words a mode passes over */
static int fillers(enum sv_itn_mode mode)
{
	if (mode == SV_ITN_EMAIL)
		return 0; /* "эм" is a letter there */
	return mode == SV_ITN_PROSE ? 1 : 2;
}

int sv_itn(const char *language, enum sv_itn_mode mode, const char *today,
           const char *text, struct sv_buf *out)
{
	struct sv_answer answer = { .russian = !strcmp(language, "ru") };
	size_t len = strlen(text);
	int rc;

	if (sv_utf8_check(text, len) < len)
		return sv_fail(EX_DATAERR, "text that is not UTF-8");
	if (mode == SV_ITN_DATE &&
	    (!today || !sv_date_read(today, &answer.today)))
		return sv_fail(EX_USAGE, "today '%s' is not YYYY-MM-DD",
		               today ? today : "");
	sv_tokens_read(&answer.tokens,
	               answer.russian ? sv_lexicon_ru() : sv_lexicon_en(), text,
	               len);
	if (mode == SV_ITN_EMAIL)
		sv_tokens_read(&answer.mail, sv_lexicon_mail(), text, len);
	sv_tokens_drop(&answer.tokens, fillers(mode));
	rc = dispatch(&answer, mode, out);
	sv_tokens_release(&answer.mail);
	sv_tokens_release(&answer.tokens);
	return rc;
}
