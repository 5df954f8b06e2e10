/*
 * The recordings of a batch: named one by one, found in folders, listed in a
 * file. What cannot be one stays in the list with the reason, so that it is
 * reported in its place.
 */
#ifndef ASR_INPUTS_H
#define ASR_INPUTS_H

#include <stddef.h>
#include <stdint.h>

#include "src/asr/config.h"

struct input {
	char *path;
	size_t below; /* path + below is its name under the folder given */
	int64_t bytes;
	int code;  /* why it is none: 0, EX_NOINPUT or EX_DATAERR */
	char *why; /* the sentence for it, or NULL */
};

struct inputs {
	struct input *items;
	size_t n, size;
};

/* Gathers them all: operands, then config->files_from. Folders are searched
 * to the bottom, sorted by name; names that begin with a dot are left out,
 * links are followed, each folder once. 0, EX_NOINPUT, EX_IOERR for the list
 * itself, EX_DATAERR when there are too many. */
int inputs_gather(struct inputs *inputs, char **operands,
                  const struct asr_config *config);
void inputs_release(struct inputs *inputs);

/* The path as events tell it, yours to free(): as it is, or when it is not
 * UTF-8 as a file: URL. */
char *input_source(const char *path);

#endif
