/* transports: those of this build */
#include <stdio.h>
#include <string.h>

#include "src/capture/transport.h"

static const struct capture_transport *const transports[] = {
	&audiosocket_transport, &asterisk_ws_transport, &rtp_transport,
	&agi_transport,         &eagi_transport,        NULL,
};

const struct capture_transport *transport_for(const char *text)
{
	for (size_t i = 0; transports[i]; i++) {
		size_t len = strlen(transports[i]->scheme);

		if (!strncmp(text, transports[i]->scheme, len) &&
		    text[len] == ':')
			return transports[i];
	}
	return NULL;
}

void transports_print(void)
{
	for (size_t i = 0; transports[i]; i++)
		printf("%-14s %s\n", transports[i]->scheme,
		       transports[i]->about);
}
