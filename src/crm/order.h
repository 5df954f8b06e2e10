/*
 * What is told first: that something was queued, then what became of it. The
 * process that queues and the one that sends write into one pipe; who queues
 * has this lock from before its commit until it has told. It ends with a
 * process that dies.
 */
#ifndef CRM_ORDER_H
#define CRM_ORDER_H

struct order;

/* To be made before the processes are. Never NULL; without a lock, when the
 * system has none to give, what is told may be out of order. */
struct order *order_new(void);
void order_free(struct order *order); /* NULL is fine, also below */

void order_take(struct order *order);
void order_give(struct order *order);

#endif
