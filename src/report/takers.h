/*
 * What each type of event adds to its call. call is NULL for an event outside
 * calls, which only take_failover() and take_cost() get. Fields of another type than the
 * schema says are left in event->scan->wrong.
 */
#ifndef REPORT_TAKERS_H
#define REPORT_TAKERS_H

#include "src/report/gather.h"

typedef void take_event(struct store *store, struct call *call,
                        struct event *event);

/* take-call.c */
take_event take_call_start, take_call_end, take_final, take_key, take_error;

/* take-dialog.c */
take_event take_state, take_say, take_handoff, take_dialog_end;
take_event take_experiment, take_interrupted;

/* take-slot.c */
take_event take_slot;
void take_slots(struct store *store, struct call *call, struct event *event);

/* take-turn.c */
take_event take_turn, take_failover;

/* take-cost.c */
take_event take_cost;

#endif
