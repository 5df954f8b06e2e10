/*
 * What a webhook of Bitrix24 tells, as an event of ours: its type and fields,
 * and the key by which what comes twice is known. Pure.
 */
#ifndef CRM_LISTEN_NOTICE_H
#define CRM_LISTEN_NOTICE_H

#include <jansson.h>
#include <stdbool.h>

enum { NOTICE_TEXT = 4096 }; /* bytes of a field, in all but crm.event */

struct notice {
	const char *type; /* "crm.lead": for good */
	char *key;        /* ours; a change has one that nothing else has, as
	                   * the object may have changed once more */
	json_t *fields;   /* without the key */
	bool settles; /* it may be our own doing, which is known a bit later */
};

/* What an outbox's `made` calls what the notice is about ("lead"), NULL: what
 * is of that type is never made by us. */
const char *notice_made(const char *type);

/* A form that was checked (listen_hook.h); country: see sv_phone_e164(). 0,
 * for notice_release(); EX_DATAERR when it names no event. */
int notice_make(struct notice *notice, const json_t *form, const char *country);
void notice_release(struct notice *notice);

#endif
