/* keys.c: keys pressed during a call */
#include <string.h>

#include "src/dialog/live.h"

int floor_keyed(struct call *call)
{
	char keys[sizeof call->conversation->keys];
	struct hearing hearing;

	memcpy(keys, call->conversation->keys, sizeof keys);
	call->conversation->keys[0] = '\0';
	hearing = floor_hear(call, keys, 1);
	hearing.keys = true;
	return floor_answer(call, &hearing);
}

int floor_key(struct call *call, const struct sv_event *event)
{
	const struct say *say = floor_front(call);
	const char *key =
		json_string_value(json_object_get(event->json, "digit"));
	int rc = 0;

	if (call->conversation->ended || !key || strlen(key) != 1 ||
	    !conversation_takes_key(call->conversation, *key))
		return 0;
	if (say && say->interruptible)
		rc = floor_cancel(call);
	call->moved = true;
	if (!rc && conversation_key(call->conversation, *key))
		rc = floor_keyed(call);
	return rc;
}
