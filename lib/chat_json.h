/*
 * JSON from servers that do not take it too seriously: bytes that are no
 * UTF-8, half of a surrogate pair, \u0000. What jansson would refuse the whole
 * value for becomes U+FFFD.
 */
#ifndef SV_CHAT_JSON_H
#define SV_CHAT_JSON_H

#include <jansson.h>
#include <stddef.h>

/* an object, new; NULL when it is none even so */
json_t *chat_json(const char *text, size_t len);

/* a string, new, repaired where it is not UTF-8 */
json_t *chat_json_text(const char *text);

#endif
