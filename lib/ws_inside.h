/* What the parts of ws.h share. */
#ifndef SV_WS_INSIDE_H
#define SV_WS_INSIDE_H

#include <wslay/wslay.h>

#include "lib/buf.h"
#include "lib/dial.h"
#include "lib/ws.h"
#include "lib/ws_upgrade.h"

enum ws_state { WS_CONNECTING, WS_ASKING, WS_OPEN, WS_OVER };

struct sv_ws {
	struct sv_loop *loop;
	struct sv_ws_setup setup;
	struct sv_dial *dial;
	wslay_event_context_ptr wslay;
	enum ws_state state;
	char key[SV_WS_KEY_LEN + 1];
	bool protocol;         /* one was asked for */
	struct sv_buf request; /* wiped once it went out */
	struct sv_buf answer;  /* and what came behind it */
	struct sv_buf out;     /* frames */
	struct sv_buf message; /* as far as it has come */
	struct sv_buf goodbye; /* the other end's: a code and a reason */
	int opcode;            /* of the frame that comes */
	bool refused;          /* nothing more is heard */
	int reads;             /* left in this turn */
	bool eof, leaving;     /* lost; we have said goodbye */
	bool pinged;
	int64_t heard_ms;
	struct sv_timer timer;  /* of the state */
	struct sv_timer settle; /* tells the end from the loop */
	int code;
	char *why;
	bool busy, freed;
};

/* --- ws.c --- */

/* It is over, for which sv_why() has the reason: told from the loop. */
void ws_end(struct sv_ws *ws, int code);

/* waits for the other end's goodbye, not for long */
void ws_wait_goodbye(struct sv_ws *ws);

void ws_wipe(struct sv_buf *buf);

/* --- ws_frames.c --- */

/* frames from now on: 0, EX_TEMPFAIL */
int ws_frames_new(struct sv_ws *ws);

/* A user's function has returned that: whether it goes on. */
bool ws_go_on(struct sv_ws *ws, int rc);

/* writes what can be written: 0, or -1 when it is over */
int ws_write(struct sv_ws *ws);

/* Reads what has come and tells it. It may be freed after. */
void ws_read(struct sv_ws *ws);

/* --- ws_ask.c --- */

/* 0, or EX_CONFIG and EX_DATAERR for what cannot be asked */
int ws_write_request(struct sv_ws *ws, const struct sv_ws_setup *setup);

/* sends what is left of the request */
void ws_ask(struct sv_ws *ws);

/* reads the answer, and opens when it is granted */
void ws_read_answer(struct sv_ws *ws);

/* time is up for the answer */
void ws_answer_late(struct sv_ws *ws);

#endif
