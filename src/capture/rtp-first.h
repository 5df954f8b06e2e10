/* What is known of a call over RTP when its first packet has come. */
#ifndef CAPTURE_RTP_FIRST_H
#define CAPTURE_RTP_FIRST_H

#include "src/capture/call.h"
#include "src/capture/rtp-codec.h"
#include "src/capture/rtp.h"

struct rtp_first {
	struct rtp_map map;            /* as the URL says */
	const struct rtp_codec *codec; /* to begin with; */
	int type;                      /* its payload type */
	bool answer; /* this one was asked for, whatever the far end has */
	bool events; /* keys are to be sent as telephone events */
};

/* names that the URL's query may have */
extern const char *const rtp_first_settings[];

/* 0, or EX_USAGE when the settings make no sense */
int rtp_first_check(const struct url *url);

/* Fills in first and facts: 0, or EX_USAGE as above. */
int rtp_first_look(struct rtp_first *first, const struct arrival *arrival,
                   const struct rtp_packet *packet,
                   const struct call_config *config, struct call_facts *facts);

#endif
