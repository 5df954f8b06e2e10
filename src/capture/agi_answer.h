/*
 * The two questions that a dialplan asks by FastAGI: /start registers a call
 * before its sound arrives, /outcome tells how it ended. See known.h.
 */
#ifndef CAPTURE_AGI_ANSWER_H
#define CAPTURE_AGI_ANSWER_H

#include <stdbool.h>

#include "src/capture/agi_link.h"

/* The script's name as the dialplan has it, "start" of agi://host/start?x:
 * yours to free(). */
char *agi_script(const struct agi *agi);

/* whether that is one of the questions */
bool agi_is_question(const char *script);

/* Answers it over the link, whose environment is complete; folder as in
 * known.h, full: a call would be refused. Waits. 0, EX_TEMPFAIL,
 * EX_UNAVAILABLE. */
int agi_answer(struct agi_link *link, const char *folder, bool full);

#endif
