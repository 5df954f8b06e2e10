/* exchange_identity.c: which call it is that comes over chan_websocket */
#include "src/capture/exchange_identity.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/log.h"
#include "lib/ulid.h"

#include "src/capture/exchange.h"
#include "src/capture/known.h"

/* the channel's variable, which messages in JSON bring */
static const char *variable_uuid(const json_t *start)
{
	return exchange_get(json_object_get(start, "channel_variables"),
	                    "SV_UUID");
}

/* The UUID under which the dialplan has told of the call: that variable, or
 * call= in the address. */
static bool find_uuid(const json_t *start, const struct upgrade *upgrade,
                      uint8_t uuid[16])
{
	const char *variable = variable_uuid(start);
	char *query = upgrade_query(upgrade, "call");
	const char *text = *variable ? variable : query;
	bool found = text && known_uuid_parse(text, uuid);

	if (text && !found)
		sv_warn("asterisk-ws: '%s' is no UUID", text);
	free(query);
	return found;
}

/* Asterisk keeps what a dial string's v() adds to the address with the
 * connection and not the call: a call that names nothing comes with what the
 * last one named, and two at once may come with the same. So a UUID in an
 * address is good for one call. */
static bool take_uuid(const char *folder, const char *id, json_t *known)
{
	if (json_object_get(known, "connected")) {
		sv_warn("asterisk-ws: this call comes with the UUID of "
		        "another; see WebSocket in sv-capture(1)");
		return false;
	}
	if (known_put(folder, id, json_pack("{ss}", "connected", "ws")))
		sv_warn("%s", sv_why());
	return true;
}

void exchange_identify(const json_t *start, const struct upgrade *upgrade,
                       const char *folder, struct call_facts *facts)
{
	char id[SV_ULID_LEN];
	json_t *known = NULL;
	uint8_t uuid[16];

	sv_ulid(facts->id);
	if (find_uuid(start, upgrade, uuid)) {
		known_call_id(uuid, id);
		known = folder ? known_get(folder, id) : NULL;
		if (*variable_uuid(start) || !folder ||
		    take_uuid(folder, id, known))
			memcpy(facts->id, id, sizeof id);
		else
			json_object_clear(known);
	}
	facts->caller = sv_strdup(exchange_get(known, "caller"));
	facts->callee = sv_strdup(exchange_get(known, "callee"));
	facts->outbound = !strcmp(exchange_get(known, "direction"), "out");
	json_decref(known);
}
