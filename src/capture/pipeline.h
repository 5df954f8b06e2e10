/*
 * COMMAND, running for one call: its six descriptors, its environment, its
 * process group, and its end.
 */
#ifndef CAPTURE_PIPELINE_H
#define CAPTURE_PIPELINE_H

#include <stdbool.h>
#include <sys/types.h>

enum { PIPELINE_FDS = 6 };

struct pipeline_order {
	char *const *command;
	char *const *environment; /* NAME=value beside our own, NULL ends */
	bool silent;              /* 0 is /dev/null, 1 is 2 */
	bool diagnostics;         /* 2 is a pipe to us, too */
	int max_memory_mb;        /* 0: no limit */
};

struct pipeline {
	pid_t pid; /* and process group; 0: none */
	int watch; /* readable when COMMAND has ended */
	/* our ends, non-blocking, -1 where there is none: write 0, 4 and 5,
	 * read 1, 2 and 3 */
	int fds[PIPELINE_FDS];
	bool ended;
	int status; /* waitpid(2)'s, when it has ended */
};

/* Starts it. 0; EX_UNAVAILABLE, EX_OSERR with pipeline empty. */
int pipeline_open(struct pipeline *pipeline,
                  const struct pipeline_order *order);

/* closes our end of fd */
void pipeline_shut(struct pipeline *pipeline, int fd);

/* Whether COMMAND itself has ended; what it started may still run. */
bool pipeline_ended(struct pipeline *pipeline);

/* "ended with 78", "was killed by signal 9": for a sentence; or "is silent
 * for good" when it runs yet. text holds 64 bytes. */
void pipeline_end_text(const struct pipeline *pipeline, char text[64]);

/* to each process of the group */
void pipeline_kill(const struct pipeline *pipeline, int signal);

/* Kills what is left of the group, closes all. */
void pipeline_close(struct pipeline *pipeline);

#endif
