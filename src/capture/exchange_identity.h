/* Which call it is that comes over chan_websocket: what the dialplan has told
 * of it beforehand (known.h). */
#ifndef CAPTURE_EXCHANGE_IDENTITY_H
#define CAPTURE_EXCHANGE_IDENTITY_H

#include <jansson.h>

#include "src/capture/transport.h"
#include "src/capture/upgrade.h"

/* Fills in id, caller, callee and outbound. start: MEDIA_START. folder: of
 * known calls, or NULL. */
void exchange_identify(const json_t *start, const struct upgrade *upgrade,
                       const char *folder, struct call_facts *facts);

#endif
