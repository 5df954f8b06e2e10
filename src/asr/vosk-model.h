/*
 * A Vosk model as a folder, looked at before libvosk is let at it, which ends
 * the process over some folders that hold something else.
 */
#ifndef ASR_VOSK_MODEL_H
#define ASR_VOSK_MODEL_H

#include <stdbool.h>

#include "lib/buf.h"

struct vosk_files {
	char *path;
	int rate_hz;   /* what it was trained on */
	bool grammars; /* its graph can be made of phrases at run time */
};

/* 0, EX_NOINPUT when there is no such folder, EX_DATAERR when it holds no
 * model of Vosk's; for vosk_files_release() in any case. */
int vosk_files_look(struct vosk_files *files, const char *path);
void vosk_files_release(struct vosk_files *files);

/* Adds a digest of the names and sizes of all its files and of how each
 * begins. 0, EX_IOERR. */
int vosk_files_identify(const struct vosk_files *files, struct sv_buf *out);

#endif
