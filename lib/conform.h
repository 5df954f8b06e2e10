/*
 * Whether a JSON value is what a JSON Schema asks for: arguments of tools,
 * answers of models. What is checked: type, enum, const, properties, required,
 * additionalProperties, minProperties, maxProperties, items, minItems,
 * maxItems, uniqueItems, minLength, maxLength, pattern, minimum, maximum,
 * exclusiveMinimum, exclusiveMaximum, multipleOf, anyOf, oneOf, allOf, not,
 * and $ref within the schema ("#/$defs/…"). Other keys say nothing. A pattern
 * is POSIX's, with \d, \w and \s, and knows no letters but ASCII's.
 */
#ifndef SV_CONFORM_H
#define SV_CONFORM_H

#include <jansson.h>
#include <stdbool.h>

/* 0, or EX_DATAERR with a sentence that says where ("/phone: is no string")
 * but never what stood there. */
int sv_conform(const json_t *schema, const json_t *value);

/* Whether the schema itself can be checked by: keys have the values they are
 * to have, each $ref leads somewhere. 0, or EX_CONFIG with a sentence. */
int sv_conform_check(const json_t *schema);

/* Whether it is one that OpenAI can hold a model to ("strict"): each object
 * has additionalProperties false and requires all its properties. */
bool sv_conform_strict(const json_t *schema);

#endif
