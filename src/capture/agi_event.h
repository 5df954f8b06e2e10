/* Events that stand for AGI commands: agi.command and agi.set, and agi.reply
 * that answers them; see sv-events(7). */
#ifndef CAPTURE_AGI_EVENT_H
#define CAPTURE_AGI_EVENT_H

#include <jansson.h>

#include "src/capture/agi.h"

/* Asks what the event asks for. replied(arg, fields) comes with each reply to
 * an agi.command: fields of the agi.reply, taken, or NULL where the command
 * had no id. 0 also for other events; EX_DATAERR when a field is wrong. */
int agi_event_ask(struct agi *agi, const json_t *event,
                  int (*replied)(void *arg, json_t *fields), void *arg);

/* text as a JSON string, repaired where it is not UTF-8 */
json_t *agi_text(const char *text);

#endif
