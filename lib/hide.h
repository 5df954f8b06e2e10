/*
 * Telephone numbers and e-mail addresses in the log's sentences: a service's
 * error may quote what we sent it. Only what can hardly be anything else is
 * hidden, so that ports, times and sums stay; redact.h is for what people say.
 */
#ifndef SV_HIDE_H
#define SV_HIDE_H

#include <stdbool.h>

/* In place, as the text only gets shorter: +7916***4567, 8916***4567,
 * i***@mail.ru. */
void sv_hide(char *text);

/* whether SV_REDACT is not set to no */
bool sv_hides(void);

#endif
