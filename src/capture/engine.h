/*
 * Where sound comes from and where it goes. A source gives frames of as many
 * channels as it has, at its own rate; a sink takes mono at the rate it names.
 * What lies between (channel, effects, rate) is line.h's.
 *
 * Each file defines `struct source` and `struct sink` for itself. Functions
 * return 0 or an exit code with its sentence, and never print but warnings.
 */
#ifndef CAPTURE_ENGINE_H
#define CAPTURE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source;
struct sink;

struct capture_sound {
	int rate_hz;
	int channels;
	int64_t frames; /* -1 when nobody knows yet */
};

/* what the command line says of both ends */
struct capture_how {
	const char *raw; /* the input has no header and is so coded; or NULL */
	int rate_hz;     /* of PCM on stdin or stdout */
	int out_rate_hz; /* of what is written; 0: as it fits */
	bool pace;       /* in real time */
};

struct capture_source {
	const char *name;

	/* whether the operand is one of its own; asked in the order of the
	 * array, and the last source takes all */
	bool (*fits)(const char *what);

	/* what is lent for as long as the source is open */
	int (*open)(struct source **source, const char *what,
	            const struct capture_how *how, struct capture_sound *sound);

	/* At most max frames, interleaved, full scale being 2^31; *n is 0 at
	 * the end. Waits for the first frame only. Input that is not what it
	 * promised to be ends early, with a warning and sv_bad_input(). */
	int (*read)(struct source *source, int32_t *frames, size_t max,
	            size_t *n);

	void (*close)(struct source *source); /* NULL is fine */
};

struct capture_sink {
	const char *name;
	bool (*fits)(const char *what);

	/* *rate_hz becomes the rate at which it wants its samples */
	int (*open)(struct sink **sink, const char *what,
	            const struct capture_how *how, int *rate_hz);

	int (*write)(struct sink *sink, const int16_t *samples, size_t n);

	/* Takes the sink. rc is how things went: after 0 the output is
	 * completed, after anything else it is left or removed, and rc
	 * returned. */
	int (*close)(struct sink *sink, int rc);
};

extern const struct capture_source capture_device_source, capture_file_source;
extern const struct capture_sink capture_pcm_sink, capture_device_sink,
	capture_file_sink;

/* never NULL */
const struct capture_source *capture_source_for(const char *what);
const struct capture_sink *capture_sink_for(const char *what);

#endif
