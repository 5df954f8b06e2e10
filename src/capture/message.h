/* What libsox has to say, which it says to a function without context. */
#ifndef CAPTURE_MESSAGE_H
#define CAPTURE_MESSAGE_H

/* Starts libsox with its warnings as ours and its failures kept. 0 or
 * EX_UNAVAILABLE. */
int message_start(void);

/* the first failure since, and forgets it; "it does not say why" when none */
const char *message_why(void);

#endif
