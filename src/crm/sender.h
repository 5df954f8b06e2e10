/*
 * The process that sends: it may hang with the CRM as long as that does.
 *
 * Each byte on its pipe says that there is something to send; the pipe's end,
 * that nothing more comes: then it sends what is due, and ends. After SIGTERM
 * it does so for a few seconds at most; when its parent has died, it ends
 * behind the entry it has in hand.
 */
#ifndef CRM_SENDER_H
#define CRM_SENDER_H

#include "src/crm/keeper.h"

/* The exit code. */
int sender_run(const struct crew_part *part);

#endif
