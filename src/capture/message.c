/* message.c: libsox's messages in our log */
#include "src/capture/message.h"

#include <sox.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "lib/resample.h"

enum { FAILURE = 1, WARNING = 2, DEBUG = 4 };

static char failure[256];

static void hear(unsigned level, const char *file, const char *format,
                 va_list args)
{
	char text[256];

	(void)file;
	vsnprintf(text, sizeof text, format, args);
	text[strcspn(text, "\n")] = '\0'; /* what follows is a manual */
	if (level == FAILURE && !*failure)
		memcpy(failure, text, sizeof failure);
	else if (level == WARNING)
		sv_warn("sox: %s", text);
	else if (level > WARNING)
		sv_debug("sox: %s", text);
}

int message_start(void)
{
	sox_globals_t *globals = sox_get_globals();

	globals->output_message_handler = hear;
	globals->verbosity = sv_logs(SV_DEBUG) ? DEBUG : WARNING;
	/* effects that would write there (noiseprof) refuse to */
	globals->stdout_in_use_by = "the sound";
	globals->stdin_in_use_by = "the sound";
	return sv_sox_init();
}

const char *message_why(void)
{
	static char last[sizeof failure];

	memcpy(last, *failure ? failure : "it does not say why",
	       *failure ? sizeof last : sizeof("it does not say why"));
	failure[0] = '\0';
	return last;
}
