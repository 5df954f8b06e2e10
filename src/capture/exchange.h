/*
 * What Asterisk's chan_websocket and its peer tell each other in text
 * messages: either a line ("DTMF_END digit:5 channel_id:1795271035.1") or a
 * JSON object ({"event":"DTMF_END", "digit":"5", ...}), as the dial string or
 * chan_websocket.conf has it. Both become the same object.
 */
#ifndef CAPTURE_EXCHANGE_H
#define CAPTURE_EXCHANGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* A message from Asterisk as an object with "event", yours; NULL with a
 * sentence when it is none. Values of a line are strings; *json: the form. */
json_t *exchange_parse(const char *text, size_t len, bool *json);

/* the event's name */
const char *exchange_event(const json_t *message);

/* a value as a string, lent; "" when there is none */
const char *exchange_get(const json_t *message, const char *name);

/* a value as a number, whichever way it came; 0 when there is none */
int exchange_number(const json_t *message, const char *name);

/* a command to Asterisk in that form, yours to free() */
char *exchange_command(const char *command, bool json);

#endif
