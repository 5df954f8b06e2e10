/*
 * What RTP carries: codecs by payload type, their decoders and encoders. The
 * numbers are RFC 3551's, and where that leaves them open those that Asterisk
 * uses without being told otherwise (main/rtp_engine.c there); a URL can name
 * others, "opus=111".
 */
#ifndef CAPTURE_RTP_CODEC_H
#define CAPTURE_RTP_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RTP_TYPES = 128,
	RTP_LONGEST_MS = 200, /* a packet's length; more is no packet of ours */
	RTP_ENCODED_MAX = 2048, /* bytes of 20 ms in any codec */
};

enum rtp_kind { RTP_SOUND, RTP_KEY, RTP_NOISE };

struct rtp_coder;

struct rtp_codec {
	const char *name; /* Asterisk's, and that of its setting in a URL */
	enum rtp_kind kind;
	int types[3]; /* by default, ended by -1 where there are fewer */
	int clock_hz; /* of its timestamps */
	int rate_hz;  /* of its sound; 0: whatever we like */

	/* a payload's length in ticks; 0 when it is none of this codec */
	uint32_t (*ticks)(const uint8_t *payload, size_t len);

	/* Decodes a payload that ticks() has approved of: how many samples;
	 * -1 when it is damaged. */
	int (*decode)(struct rtp_coder *coder, const uint8_t *payload,
	              size_t len, int16_t *samples);

	/* Makes up n samples for what is missing; next, when not NULL, is the
	 * packet that follows it. NULL: conceal.h's business. */
	void (*fill)(struct rtp_coder *coder, const uint8_t *next,
	             size_t next_len, int16_t *samples, size_t n);

	/* 20 ms of samples: bytes of the payload; -1 when it cannot be. */
	int (*encode)(struct rtp_coder *coder, const int16_t *samples, size_t n,
	              uint8_t *payload);
};

extern const struct rtp_codec rtp_codecs[]; /* all, ended by one without name */

/* which codec each payload type is; NULL: none of ours */
struct rtp_map {
	const struct rtp_codec *types[RTP_TYPES];

	struct {
		const struct rtp_codec *codec;
		int type;
	} set[RTP_TYPES]; /* what the URL says, n of them */

	int n;
};

/* names that rtp_map_set() knows, ended by NULL */
#define RTP_CODEC_NAMES                                                        \
	"ulaw", "alaw", "g722", "slin", "slin16", "slin24", "slin48", "opus",  \
		"dtmf"

void rtp_map_init(struct rtp_map *map);

/* "opus", "111": from now on that type is that codec. 0 or EX_USAGE. */
int rtp_map_set(struct rtp_map *map, const char *name, const char *type);

/* The type of the codec of that name: the URL's, or the usual one; -1 when that
 * was given to another. */
int rtp_map_type(const struct rtp_map *map, const char *name);

/* What a call's codec remembers. rate_hz is that of the call, for codecs that
 * leave it open. 0 or EX_UNAVAILABLE (G.722 without libspandsp). */
int rtp_coder_new(struct rtp_coder **made, const struct rtp_codec *codec,
                  int rate_hz);
void rtp_coder_free(struct rtp_coder *coder); /* NULL is fine */

#endif
