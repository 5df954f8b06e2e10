/*
 * The sentence that goes with an exit code. A function that can fail returns
 * 0, or the sysexits(3) code that the command would exit with; who knows the
 * cause writes the sentence, callers hand the number up, and sv_end() prints
 * it once. Like errno it is read before anything else can fail.
 */
#ifndef SV_FAIL_H
#define SV_FAIL_H

#include <sysexits.h>

/* Not a failure, yet the end: who read our output has left (EPIPE). Handed up
 * like a code; sv_end() makes a quiet exit 0 of it. */
enum { SV_GONE = -1 };

/*
 * Records the sentence and returns code. A format that ends in ':' has
 * ": strerror(errno)" put in that place, as in
 *     return sv_fail(EX_NOINPUT, "open %s:", path);
 * A sentence is at most 511 bytes; control characters in it become '?'.
 */
int sv_fail(int code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* the last sentence, lent until the next sv_fail(); "" when there is none */
const char *sv_why(void);

#endif
