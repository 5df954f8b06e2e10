/* The types that only options of sv-capture have, as in lib/option.h. */
#ifndef CAPTURE_TYPES_H
#define CAPTURE_TYPES_H

int type_any_hz(const char *value, void *target);    /* int */
int type_channel(const char *value, void *target);   /* int, or LINE_MIX */
int type_raw(const char *value, void *target);       /* const char * */
int type_recording(const char *value, void *target); /* flac or opus */
int type_calls(const char *value, void *target);     /* int, 1 and more */

#endif
