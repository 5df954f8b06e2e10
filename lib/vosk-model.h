/*
 * A Vosk model as a folder, looked at before libvosk is let at it, which ends
 * the process over some folders that hold something else.
 */
#ifndef SV_VOSK_MODEL_H
#define SV_VOSK_MODEL_H

#include <stdbool.h>

#include "lib/buf.h"

struct sv_vosk_files {
	char *path;
	int rate_hz;   /* what it was trained on */
	bool grammars; /* its graph can be made of phrases at run time */
};

/* 0, EX_NOINPUT when there is no such folder, EX_DATAERR when it holds no
 * model of Vosk's; for sv_vosk_files_release() in any case. */
int sv_vosk_files_look(struct sv_vosk_files *files, const char *path);
void sv_vosk_files_release(struct sv_vosk_files *files);

/* Adds a digest of the names and sizes of all its files and of how each
 * begins. 0, EX_IOERR. */
int sv_vosk_files_identify(const struct sv_vosk_files *files,
                           struct sv_buf *out);

#endif
