/*
 * Keys and tokens: from the environment, or from the file that NAME_FILE
 * names; never from the command line. What was read here is known to fail.c,
 * log.c and event.c, which write *** in its place, whoever put it there.
 */
#ifndef SV_SECRET_H
#define SV_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* The secret NAME, or *value NULL when there is none; the variable NAME stands
 * above NAME_FILE. Yours, for sv_secret_free(), which wipes it. The end of a file's line is not part of
 * it. 0; EX_CONFIG when the file cannot be read, is empty, or may be read by
 * others than its owner and its group (chmod 640), or when the value has
 * control characters. */
int sv_secret(const char *name, char **value);
void sv_secret_free(char *value); /* NULL is fine */

/* The same for what is not a secret as a whole, an address with a key in it:
 * it is not made known; who asks tells the part that is, at once. */
int sv_secret_read(const char *name, char **value);

/* Another one, come by otherwise (a token that a service gave us): known from
 * now on, as it is and as it stands in a URL. Copied; the last 64 of them are
 * kept, beside those that were read. */
void sv_secret_known(const char *value);

/* whether any is known */
bool sv_secret_any(void);

/*
 * Puts *** in the place of every secret known, in place. The beginning of a
 * long one gives it away, too: 12 bytes. One of less than 8 bytes, as a server
 * at home takes them ("none"), is masked where it is a word of its own.
 */
void sv_secret_mask(char *text);

/* for a text that was cut where it did not fit: at its end 4 bytes do */
void sv_secret_mask_cut(char *text);

/* Whether text holds one that sv_secret_mask() would mask, those short ones
 * aside: for what programs read, where "none" may just be a word. */
bool sv_secret_in(const char *text);

#endif
