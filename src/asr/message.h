/*
 * What sv-asr of a call and `sv-asr --serve' say to each other on their
 * socket, SOCK_SEQPACKET: first a request (request.h), then short messages, a
 * letter and perhaps a text.
 *
 *     request ->            GO ->                    STOP ->
 *              <- READY             (the call)                <- END
 *
 * The call's descriptors go beside GO, to a process that waits for nothing
 * else: who gets no READY in time can still do the work alone, and has left no
 * copy of a pipe's end with a server that hangs. The socket's end is the
 * call's end.
 */
#ifndef ASR_MESSAGE_H
#define ASR_MESSAGE_H

#include <stdbool.h>

enum {
	/* from the server */
	MESSAGE_READY = 'R',   /* its process for the call waits for GO */
	MESSAGE_REFUSED = 'N', /* not this call, and why: do it alone */
	MESSAGE_FULL = 'F',    /* no call more on this machine, and why */
	MESSAGE_END = 'E',     /* the exit code, a blank, the sentence */

	/* to it */
	MESSAGE_GO = 'G',
	MESSAGE_STOP = 'T', /* what SIGTERM says */

	/* from the supervisor to a generation (generation.h), whose READY
	 * means that it serves */
	MESSAGE_LEAVE = 'L',

	MESSAGE_NONE = 0, /* the other side has left, or said nothing */
	MESSAGE_MAX = 1024,
	GO_FDS = 4,
};

/* Sends a message: letter and text, which may be "". 0, SV_GONE. */
int message_send(int socket, char letter, const char *text);

/* The next message: its letter, and the text where that is not NULL. */
char message_take(int socket, char text[MESSAGE_MAX]);

/* GO, with stdin, stdout, stderr and in a live call descriptor 5 of this
 * process. 0, SV_GONE. */
int go_send(int socket);

/* Whether GO was said: its descriptors are then yours, three or four. */
bool go_take(int socket, int fds[GO_FDS], int *n);

#endif
