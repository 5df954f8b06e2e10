/* How an EAGI call begins: its descriptors, the form of its sound, an answer. */
#ifndef CAPTURE_EAGI_GREET_H
#define CAPTURE_EAGI_GREET_H

#include "src/capture/agi_link.h"

struct eagi_fds {
	int in, out; /* AGI */
	int sound;   /* the caller's */
};

struct eagi_format {
	const char *name;   /* Asterisk's */
	const char *suffix; /* of files in it */
	int rate_hz;
};

/* Takes what Asterisk has put on 0, 1 and 3 to where no pipeline looks for its
 * own; 0 and 1 are /dev/null then. 0, EX_USAGE when there is no 3, EX_OSERR. */
int eagi_take(struct eagi_fds *fds);

/* Reads the environment, asks what it leaves open, and has the call answered
 * unless it is. Waits. 0, EX_USAGE, EX_CONFIG, EX_TEMPFAIL, EX_UNAVAILABLE. */
int eagi_greet(struct agi_link *link, struct eagi_format *format);

/* Asks for SV_UUID to be set: the dialplan knows our calls by their UUID,
 * whichever way they come. 0, EX_DATAERR. */
int eagi_tell(struct agi_link *link, const char *id);

/* where that call's voice is to be found, without a suffix; yours to free() */
char *eagi_voice(const char *id);

#endif
