/* ulid: call ids that sort by time */
#include "lib/ulid.h"

#include <stdint.h>
#include <string.h>
#include <sys/random.h>

#include "lib/clock.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void sv_ulid_from(const unsigned char digest[16], char out[SV_ULID_LEN])
{
	/* 26 letters hold 130 bits: the first two are zero */
	for (int i = 0; i < 26; i++) {
		unsigned value = 0;

		for (int bit = i * 5 - 2; bit < i * 5 + 3; bit++) {
			value <<= 1;
			if (bit >= 0)
				value |= digest[bit / 8] >> (7 - bit % 8) & 1U;
		}
		out[i] = alphabet[value];
	}
	out[26] = '\0';
}

void sv_ulid(char out[SV_ULID_LEN])
{
	uint64_t ms = (uint64_t)sv_wall_ms();
	unsigned char bytes[16];

	for (int i = 0; i < 6; i++)
		bytes[i] = (unsigned char)(ms >> (40 - 8 * i));
	/* up to 256 bytes are never interrupted: getrandom(2) */
	if (getrandom(bytes + 6, 10, 0) != 10)
		memset(bytes + 6, 0, 10);
	sv_ulid_from(bytes, out);
}

bool sv_ulid_valid(const char *text)
{
	return strlen(text) == 26 && strspn(text, alphabet) == 26 &&
	       *text <= '7';
}
