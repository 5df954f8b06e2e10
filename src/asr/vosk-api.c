/* vosk-api.c: libvosk, found and loaded at run time */
#include "src/asr/vosk-api.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"
#include "lib/model.h"

enum { SAID_MAX = 8192 }; /* of what the library says while it loads */

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
	{ "vosk_set_log_level", offsetof(struct vosk_api, set_log_level) },
	{ "vosk_model_new", offsetof(struct vosk_api, model_new) },
	{ "vosk_model_free", offsetof(struct vosk_api, model_free) },
	{ "vosk_model_find_word", offsetof(struct vosk_api, find_word) },
	{ "vosk_recognizer_new", offsetof(struct vosk_api, recognizer_new) },
	{ "vosk_recognizer_new_grm",
	  offsetof(struct vosk_api, recognizer_new_grm) },
	{ "vosk_recognizer_set_words", offsetof(struct vosk_api, set_words) },
	{ "vosk_recognizer_accept_waveform_s",
	  offsetof(struct vosk_api, accept) },
	{ "vosk_recognizer_result", offsetof(struct vosk_api, result) },
	{ "vosk_recognizer_partial_result",
	  offsetof(struct vosk_api, partial) },
	{ "vosk_recognizer_final_result", offsetof(struct vosk_api, final) },
	{ "vosk_recognizer_free", offsetof(struct vosk_api, recognizer_free) },
};

/* A data pointer becomes a function pointer by its bytes, as POSIX has it. */
static int find_functions(struct vosk_api *api, const char *path)
{
	size_t i;

	for (i = 0; i < sizeof functions / sizeof *functions; i++) {
		void *found = dlsym(api->library, functions[i].name);

		if (!found)
			return sv_fail(EX_UNAVAILABLE,
			               "vosk: %s has no %s: it is not libvosk "
			               "0.3.39 or later",
			               path, functions[i].name);
		memcpy((char *)api + functions[i].offset, &found, sizeof found);
	}
	return 0;
}

static int open_library(struct vosk_api *api, const char *path)
{
	api->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!api->library)
		return sv_fail(EX_UNAVAILABLE,
		               "vosk: %s; run make deps or set SV_VOSK_LIB",
		               dlerror());
	return find_functions(api, path);
}

/* the first of the usual places where there is a file; yours to free() */
static char *usual_place(void)
{
	char *cache = sv_cache_folder();
	char *places[] = {
		sv_beside("../lib/sales-voice/libvosk.so"),
		sv_format("%s/lib/libvosk.so", cache),
	};
	char *found = NULL;
	size_t i;

	for (i = 0; i < sizeof places / sizeof *places; i++) {
		if (!found && places[i] && !access(places[i], R_OK))
			found = places[i];
		else
			free(places[i]);
	}
	free(cache);
	return found ? found : sv_strdup("libvosk.so");
}

int vosk_api_open(struct vosk_api *api)
{
	const char *asked = getenv("SV_VOSK_LIB");
	char *path = asked && *asked ? sv_strdup(asked) : usual_place();
	int rc = open_library(api, path);

	free(path);
	return rc;
}

/* Each line that the library wrote into our log; its first error, without the
 * place in its source, is lent by said. */
static const char *log_lines(char *said)
{
	const char *error = NULL;
	char *line;

	for (line = strsep(&said, "\n"); line; line = strsep(&said, "\n")) {
		if (!*line)
			continue;
		sv_info("vosk: %s", line);
		if (!error && !strncmp(line, "ERROR (", 7) &&
		    strstr(line, ") "))
			error = strstr(line, ") ") + 2;
	}
	return error ? error : "libvosk does not say why";
}

int vosk_api_model(const struct vosk_api *api, const char *path,
                   struct vosk_model **made)
{
	char said[SAID_MAX + 1];
	const char *error;
	int aside = dup(STDERR_FILENO);
	int diverted = memfd_create("libvosk", MFD_CLOEXEC);
	ssize_t n = 0;

	if (aside >= 0 && diverted >= 0)
		dup2(diverted, STDERR_FILENO);
	*made = api->model_new(path);
	if (aside >= 0 && diverted >= 0) {
		dup2(aside, STDERR_FILENO);
		n = pread(diverted, said, SAID_MAX, 0);
	}
	if (aside >= 0)
		close(aside);
	if (diverted >= 0)
		close(diverted);
	said[n > 0 ? n : 0] = '\0';
	error = log_lines(said);
	if (*made)
		return 0;
	return sv_fail(EX_DATAERR, "vosk: cannot load model %s: %s", path,
	               error);
}
