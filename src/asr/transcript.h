/*
 * What was said in a recording, read back from its events: the utterances
 * that have words, by the time they began.
 */
#ifndef ASR_TRANSCRIPT_H
#define ASR_TRANSCRIPT_H

#include <stddef.h>
#include <stdint.h>

struct word {
	char *text;
	int64_t start_ms, end_ms;
	double confidence; /* below 0 when not known */
};

struct utterance {
	int channel;   /* 0 when not told */
	char *speaker; /* or NULL */
	char *text;
	int64_t start_ms, end_ms;
	struct word *words; /* where the engine gave none: the text's, with
			     * the time shared out by length */
	size_t n;
};

struct transcript {
	char *source; /* as call.start names it, or "" */
	struct utterance *items;
	size_t n, size;
};

/* Reads the events of one recording; lines that are none are left out. For
 * transcript_release(). */
void transcript_read(struct transcript *transcript, const char *events,
                     size_t len);
void transcript_release(struct transcript *transcript);

#endif
