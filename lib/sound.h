/*
 * A recording, opened and decoded to 16-bit samples by the block: whatever
 * libsndfile reads, and the headerless files of telephony under Asterisk's
 * suffixes. A header that lies, or a file cut short, gives what can be read;
 * sv_sound_check() says so afterwards.
 */
#ifndef SV_SOUND_H
#define SV_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { SV_SOUND_CHANNELS = 32 }; /* more is refused as damage */

struct sv_sound;

struct sv_sound_info {
	int rate_hz; /* as recorded: 8000, 44100 … */
	int channels;
	int64_t frames; /* a sample of each channel; -1 when not known */
};

/*
 * Opens the file. raw names the coding of a file without a header ("ulaw",
 * "sln16": see sv_sound_raw()); NULL goes by the suffix, then by the content.
 * 0 and *made yours to close; EX_NOINPUT, EX_IOERR, EX_DATAERR for what is no
 * recording, EX_USAGE for an unknown raw.
 */
int sv_sound_open(struct sv_sound **made, const char *path, const char *raw);

/* The same for a file that is open: fd is taken, also on failure, and read
 * from its start; name stands in sentences. */
int sv_sound_open_fd(struct sv_sound **made, int fd, const char *name,
                     const char *raw);

void sv_sound_close(struct sv_sound *sound);

/* lent until the sound is closed */
const struct sv_sound_info *sv_sound_info(const struct sv_sound *sound);

/* Up to max frames, channels interleaved: how many, 0 at the end, also when
 * what follows is damaged. */
size_t sv_sound_read(struct sv_sound *sound, int16_t *samples, size_t max);

/* Copies one channel of n interleaved frames; out may be samples. */
void sv_sound_channel(const int16_t *samples, size_t n, int channels,
                      int channel, int16_t *out);

/* After the end: 0, or EX_DATAERR when the file is cut short, damaged, or is
 * not as long as its header says. */
int sv_sound_check(const struct sv_sound *sound);

/* whether the suffix of that name is one we decode: what a folder is
 * searched for */
bool sv_sound_known(const char *path);

/* the name of the coding that the suffix stands for ("ulaw", "sln16") when
 * such files have no header; NULL otherwise */
const char *sv_sound_raw(const char *path);

#endif
