/*
 * What the file of each recording is called in a folder: as the recording
 * itself, with another suffix, in the folders it was found in. Those of the
 * same name are told apart by numbers, in the order of the inputs.
 */
#ifndef ASR_NAMES_H
#define ASR_NAMES_H

#include "src/asr/inputs.h"

/* a name for each input, for names_free() with the same inputs */
char **names_make(const struct inputs *inputs, const char *suffix);
void names_free(char **names, const struct inputs *inputs);

#endif
