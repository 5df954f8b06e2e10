/* What the parts of crew.h share, and nobody else sees. */
#ifndef CRM_CREW_INSIDE_H
#define CRM_CREW_INSIDE_H

#include <sys/types.h>

#include "lib/buf.h"

#include "src/crm/crew.h"
#include "src/crm/handover.h"
#include "src/crm/keeper.h"

enum { SLOW_BYTES = 8 << 20 }; /* that many may wait, then we wait, too */

struct worker {
	const char *what;
	int (*run)(const struct crew_part *part);
	pid_t pid; /* 0: none */
	int in;    /* to write to; -1 */
	int deaths;
	struct sv_timer again;
};

enum phase { PASSING, QUEUEING, SENDING, OVER };

struct crew {
	struct crew_options options;
	struct sv_loop *loop;
	struct order *order;
	struct handover events;
	struct worker keeper, sender;
	pid_t pid; /* ours */
	int words[2];
	struct sv_buf heard; /* of a line of words */
	struct sv_timer limit;
	int64_t heard_ms; /* when who queues last got somewhere */
	enum phase phase;
	bool quick, away, waiting, lost, gave_up;
	char *why; /* the store cannot be used */
	int code;  /* of who sends, or of the store when something is lost */
};

/* crew_start.c: Starts it, now or, when that cannot be, later. */
void crew_start_keeper(struct crew *crew);
void crew_start_sender(struct crew *crew);
void crew_start_later(struct crew *crew, struct worker *worker);

/* whether one that would be started later is to be started now */
bool crew_start_now(struct crew *crew, struct worker *worker);

int crew_keeper_again(void *arg);
int crew_sender_again(void *arg);

void crew_close(int *fd); /* -1 then */

/* crew_words.c: all that the pipe of words holds now. */
void crew_hear(struct crew *crew);
int crew_on_words(void *arg, short revents);
void crew_let_go_on(struct crew *crew);

/* crew_end.c: Goes on to the next phase of the end when the last is over. */
void crew_step(struct crew *crew);
void crew_limit(struct crew *crew, int64_t ms);
int crew_on_limit(void *arg);
int crew_on_child(void *arg);

#endif
