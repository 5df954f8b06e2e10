/*
 * What a third party gets to read: a person's numbers, addresses and names as
 * placeholders ([PHONE_1]), which are the same for all of a call, and which
 * are lifted again from what comes back. SV_REDACT=no leaves all as it is.
 */
#ifndef DIALOG_VEIL_H
#define DIALOG_VEIL_H

#include <jansson.h>

struct veil;

/* language is lent for good */
struct veil *veil_new(const char *language);
void veil_free(struct veil *veil); /* NULL is fine */

/* Text for them, and text of theirs for us; yours to free(). */
char *veil_cover(struct veil *veil, const char *text);
char *veil_lift(const struct veil *veil, const char *text);

/* The same for all texts of a JSON value; yours. */
json_t *veil_lift_json(const struct veil *veil, const json_t *value);

#endif
