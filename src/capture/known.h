/*
 * Calls known to this machine, by their UUID: a small JSON file a call in the
 * run folder (SV_RUN), written whole and renamed, so that whoever asks sees
 * all of it or nothing. The dialplan registers a call (who calls whom) before
 * its sound arrives over a transport that carries only a UUID, and asks
 * afterwards how it ended: outcome, target and brief for the person who takes
 * over. Files older than an hour are removed by who writes the next one.
 *
 * A call's id is the ULID with the same 128 bits as the UUID.
 *
 * Fields, all strings, absent where nothing is known:
 *
 *   caller callee direction channel language
 *             put in by who registers the call; direction: "in" or "out"
 *   connected which transport has taken the call, where that matters
 *   outcome   how our part of it ended, put in with the next three before the
 *             far end is told (capture_transport.leave): "hangup", we are
 *             done and so is the caller, or "transfer", to a person
 *   target    the queue or extension; none: whom the dialplan has
 *   reason    the scenario's outcome, or why a person is needed
 *   brief     what that person should know
 */
#ifndef CAPTURE_KNOWN_H
#define CAPTURE_KNOWN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { UUID_LEN = 37 }; /* "40325ec2-5efd-4bd3-805f-53576e581d13", NUL */

void known_uuid_text(const uint8_t uuid[16], char out[UUID_LEN]);
bool known_uuid_parse(const char *text, uint8_t uuid[16]);

/* the 128 bits as a call id, and back */
void known_call_id(const uint8_t uuid[16], char out[27]);
bool known_call_uuid(const char *id, uint8_t uuid[16]);

/* Puts fields (taken) into the call's file, beside those it has. folder is
 * made when missing, mode 0700. 0, EX_CANTCREAT, EX_IOERR. */
int known_put(const char *folder, const char *call_id, json_t *fields);

/* All fields, yours; NULL when the call is unknown (or its file unreadable:
 * then there is a sentence, else sv_why() is ""). */
json_t *known_get(const char *folder, const char *call_id);

#endif
