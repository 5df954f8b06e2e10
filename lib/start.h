/*
 * How a command begins and ends.
 *
 * sv_start() reads sv.conf, the environment and the command line, in rising
 * order of power, into the places a table names; it answers -h and -V itself,
 * ignores SIGPIPE and has SIGTERM and SIGINT ask for an orderly stop.
 * Every command has, besides its own: -h --help, -V --version, -v --verbose
 * (twice for all), -q --quiet, --log text|json (SV_LOG). "--options json",
 * alone, prints the table for programs: describe.h.
 *
 * sv_end() is the last thing main() does: it prints the sentence of a
 * failure, checks what stdio still holds, and gives the exit code.
 */
#ifndef SV_START_H
#define SV_START_H

#include <stdbool.h>

/* One option. With arg NULL it is a flag: parse gets NULL as its value from
 * the command line. From the environment or sv.conf a value always comes. */
struct sv_option {
	int letter;       /* 0 when there is only the long name */
	const char *name; /* long name, without dashes */
	const char *env;  /* SV_…, or NULL */
	const char *arg;  /* what -h calls the value, NULL for a flag */
	int (*parse)(const char *value, void *target);
	void *target;
	const char *help; /* a few words, lower case */
};

struct sv_command {
	const char *name;     /* "sv-tag" */
	const char *operands; /* as -h shows them: "[FILE ...]"; or NULL */
	const char *about;    /* one line for -h */
	const struct sv_option *options; /* ended by { 0 } */
};

/* May exit: 0 after -h and -V, EX_USAGE, EX_CONFIG. */
void sv_start(const struct sv_command *command, int argc, char *argv[]);

/* Reads sv.conf, the environment and the command line once more into the same
 * places, for a server that is told to. Whoever calls sets them to their
 * defaults first, for what nobody says any more. Strings lent before stay
 * valid. 0; or EX_CONFIG, EX_IOERR, with the environment as it was: the
 * places may then hold some of what is new. */
int sv_start_again(void);

/* this program's name without its "sv-"; "" before sv_start() */
const char *sv_stage(void);

/* the operands, NULL-terminated, lent; their number */
char **sv_operands(int *n);

/* whether a person at this terminal, or the supervisor, wants us to end */
bool sv_stopping(void);

/* Returns the code main() returns: rc, 0 for SV_GONE, EX_IOERR when stdout
 * cannot be flushed, and EX_DATAERR instead of 0 when sv_bad_input() was
 * called. Prints the sentence for a failure. */
int sv_end(int rc);

/* Some input was not what the page says (it was reported where it was met):
 * the command goes on, and exits 65 if nothing worse happens. */
void sv_bad_input(void);

#endif
