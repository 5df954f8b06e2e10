/*
 * Whether a request is a webhook of our portal: its form and its token. And
 * what is answered.
 */
#ifndef CRM_LISTEN_HOOK_H
#define CRM_LISTEN_HOOK_H

#include <jansson.h>
#include <stddef.h>

enum { HOOK_TOKENS = 16 };

/* The tokens we know, for hook_release(). Each outgoing webhook of a portal
 * has one of its own: several stand with commas between them. */
struct hook {
	char *tokens[HOOK_TOKENS];
	size_t n;
};

/* From SV_BITRIX24_APPLICATION_TOKEN, or the file that …_FILE names: 0,
 * EX_CONFIG. */
int hook_init(struct hook *hook);
void hook_release(struct hook *hook);

/* The form, new, without its token and keys. 0; EX_DATAERR for a form that is
 * broken, EX_NOPERM for a token that is not ours. */
int hook_read(const struct hook *hook, const char *data, size_t len,
              json_t **form);

#endif
