/*
 * Keys and tokens: from the environment, or from the file that NAME_FILE
 * names; never from the command line. What was read here is known to log.c
 * and fail.c, which print *** in its place, whoever put it into a sentence.
 */
#ifndef SV_SECRET_H
#define SV_SECRET_H

#include <stddef.h>

/* The secret NAME, or *value NULL when there is none. Yours, for
 * sv_secret_free(), which wipes it. The end of a file's line is not part of
 * it. 0; EX_CONFIG when the file cannot be read, is empty, or may be read by
 * others than its owner and its group (chmod 640), or when the value has
 * control characters. */
int sv_secret(const char *name, char **value);
void sv_secret_free(char *value); /* NULL is fine */

/* Another one, come by otherwise (a token that a service gave us): known from
 * now on. Copied. */
void sv_secret_known(const char *value);

/* Puts *** in the place of every secret known, in place. */
void sv_secret_mask(char *text);

#endif
