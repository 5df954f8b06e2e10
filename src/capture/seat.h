/*
 * How many calls there are at once, for those that no server counts: each
 * holds a lock on one of so many files in the run folder, which goes when the
 * last process of the call does, however it ends.
 */
#ifndef CAPTURE_SEAT_H
#define CAPTURE_SEAT_H

/* *fd is the seat, to be kept open (-1: the folder cannot be used, which is
 * warned of). 0, or EX_TEMPFAIL when all are taken. */
int seat_take(const char *folder, int max, int *fd);

#endif
