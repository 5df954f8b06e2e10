/* Whatever is given for a telephone number: what is read is E.164, reads as
 * itself, and so do its spellings. */
#include "lib/phone.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const countries[] = { "7", "1", "44", "" };
	char spellings[SV_PHONE_SPELLINGS][SV_E164];
	char e164[SV_E164], again[SV_E164], extension[SV_EXTENSION];
	char *text = sv_strndup((const char *)data, len);
	size_t i, k, n;

	sv_phone_extension(text, extension);
	for (i = 0; i < 4; i++) {
		if (!sv_phone_e164(text, countries[i], e164))
			continue;
		n = sv_phone_spellings(e164, spellings, SV_PHONE_SPELLINGS);
		if (!n || strcmp(spellings[0], e164) != 0)
			abort();
		for (k = 0; k < n && i == 0; k++)
			if (*e164 != '+' ||
			    (e164[1] == '7' &&
			     (!sv_phone_e164(spellings[k], "7", again) ||
			      strcmp(again, e164) != 0)))
				abort();
	}
	free(text);
	return 0;
}
