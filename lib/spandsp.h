/*
 * libspandsp's codecs, found at run time: it brings libtiff and a dozen other
 * libraries along, and linked would double the time in which a program starts
 * that seldom needs it.
 */
#ifndef SV_SPANDSP_H
#define SV_SPANDSP_H

#include <spandsp.h>

struct sv_spandsp {
	g722_decode_state_t *(*g722_decode_init)(g722_decode_state_t *state,
	                                         int bit_rate, int options);
	int (*g722_decode)(g722_decode_state_t *state, int16_t samples[],
	                   const uint8_t data[], int len);
	int (*g722_decode_free)(g722_decode_state_t *state);

	g722_encode_state_t *(*g722_encode_init)(g722_encode_state_t *state,
	                                         int bit_rate, int options);
	int (*g722_encode)(g722_encode_state_t *state, uint8_t data[],
	                   const int16_t samples[], int n);
	int (*g722_encode_free)(g722_encode_state_t *state);

	gsm0610_state_t *(*gsm0610_init)(gsm0610_state_t *state, int packing);
	int (*gsm0610_decode)(gsm0610_state_t *state, int16_t samples[],
	                      const uint8_t data[], int len);
	int (*gsm0610_free)(gsm0610_state_t *state);
};

/* Loads the library, once. 0 and *found, lent for good, or
 * EX_UNAVAILABLE. */
int sv_spandsp(const struct sv_spandsp **found);

#endif
