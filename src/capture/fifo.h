/*
 * Our voice for an exchange that plays files: a named pipe of raw samples,
 * which it reads at its own pace, 20 ms each 20 ms. Whoever opens such a pipe,
 * or reads what is not there yet, stands still until somebody writes, and here
 * that is the caller's whole channel. So there is a writer before the name is
 * told, and we keep a little ahead, never behind.
 */
#ifndef CAPTURE_FIFO_H
#define CAPTURE_FIFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FIFO_AHEAD_MS = 60, /* written before anything else is, and kept */
	/* More is lost. A pipeline that begins late sends what it owes at once:
	 * play.h waits 140 ms for it, and sends 20 ms early. */
	FIFO_MAX_MS = 260,
};

/* all zero: nothing to release */
struct fifo {
	char *path; /* NULL: its name is gone */
	int rate_hz;
	int fd;           /* what we write to, non-blocking */
	int held;         /* its other end, until the exchange has it; -1 */
	int64_t samples;  /* written */
	int64_t since_us; /* when the exchange began to play; 0 before */
	bool open;
};

/* Makes it, with FIFO_AHEAD_MS of silence. 0, EX_CANTCREAT. */
int fifo_open(struct fifo *fifo, const char *path, int rate_hz);

/* Whether the exchange has opened it, and has begun to play. */
bool fifo_taken(struct fifo *fifo, int64_t now_us);

/* The next samples; silence where there is more than enough, and what goes
 * beyond FIFO_MAX_MS, is left out. True when they were written. */
bool fifo_write(struct fifo *fifo, const int16_t *samples, size_t n,
                int64_t now_us);

/* Ends it: the exchange plays what it has of it, or when it has not opened it
 * finds nothing. Nothing is left behind. */
void fifo_close(struct fifo *fifo);

#endif
