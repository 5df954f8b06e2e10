/*
 * The Russian and English text layer. Everything takes and gives UTF-8, adds
 * to `out`, and returns 0, EX_DATAERR when out is full or the text is not
 * UTF-8, or what is said below. language is "ru" or "en".
 */
#ifndef SV_TEXT_H
#define SV_TEXT_H

#include <stdbool.h>

#include "lib/buf.h"

/* What the words are expected to hold. */
enum sv_itn_mode {
	SV_ITN_PROSE,  /* numbers, money, dates, times in running text */
	SV_ITN_PHONE,  /* +79161234567; EX_DATAERR when there is none */
	SV_ITN_NUMBER, /* 1250 or 3.5 */
	SV_ITN_MONEY,  /* 150000 RUB; none named: RUB in Russian, else USD */
	SV_ITN_DATE,   /* 2026-11-21; relative words count from `today` */
	SV_ITN_TIME,   /* 15:30; 1 to 7 o'clock alone is the afternoon's */
	SV_ITN_EMAIL,  /* ivan.petrov@mail.ru */
	SV_ITN_DIGITS, /* order, INN: digit by digit, leading zeros kept */
};

/* Spoken to written. In every mode but prose the whole answer is the value,
 * found within the words around it, and EX_DATAERR says there is none. today
 * is YYYY-MM-DD, needed by SV_ITN_DATE alone. */
int sv_itn(const char *language, enum sv_itn_mode mode, const char *today,
           const char *text, struct sv_buf *out);

/* Written to speakable: no digit, sign or abbreviation is left that a voice
 * would stumble on. EX_DATAERR when a digit was left over (out holds the
 * text all the same). */
int sv_tn(const char *language, const char *text, struct sv_buf *out);

/* Stable placeholders of one call: the same phone is always [PHONE_1],
 * however it is spelled or spoken. */
struct sv_redactor;
struct sv_redactor *sv_redactor_new(void);
void sv_redactor_free(struct sv_redactor *redactor);

/* Masks phones, cards, e-mails, passport and INN numbers and names, spoken as
 * words too. Never more than the person's data: the rest stays as it is. */
int sv_redact(struct sv_redactor *redactor, const char *language,
              const char *text, struct sv_buf *out);

enum sv_personal {
	SV_PHONE,
	SV_CARD,
	SV_EMAIL,
	SV_PASSPORT,
	SV_INN,
	SV_NAME,
	SV_PERSONAL_N
};

/* bytes start to end of a text are [KIND_number] */
struct sv_span {
	size_t start, end;
	enum sv_personal kind;
	int number;
};

enum { SV_PLACEHOLDER = 32 };

/* "[PHONE_1]" */
void sv_placeholder(const struct sv_span *span, char out[SV_PLACEHOLDER]);

/* What sv_redact() would mask, in order: *spans is yours to free(). How many
 * there are; a text that is not UTF-8 has none. */
size_t sv_redact_spans(struct sv_redactor *redactor, const char *language,
                       const char *text, struct sv_span **spans);

/* The placeholder of a text that is such a value as a whole, a slot's. */
int sv_redact_value(struct sv_redactor *redactor, const char *language,
                    enum sv_personal kind, const char *text,
                    struct sv_buf *out);

#endif
