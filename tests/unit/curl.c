/* curl: loaded when asked for, once; and missed with a sentence */
#include "lib/curl.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/fail.h"
#include "lib/http.h"
#include "lib/io.h"

#include "tests/unit/tap.h"

static void there(void)
{
	const struct sv_curl *curl = sv_curl();
	CURLM *multi;
	CURL *easy;

	if (!ok(curl)) {
		printf("# %s\n", sv_why());
		return;
	}
	ok(curl == sv_curl());
	multi = curl->multi_init();
	easy = curl->easy_init();
	ok(multi && easy);
	ok(!curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
	ok(!curl->multi_add_handle(multi, easy));
	ok(!curl->multi_remove_handle(multi, easy));
	curl->easy_cleanup(easy);
	ok(!curl->multi_cleanup(multi));
}

/* this test once more, where the library is not one: 0 when it says so */
static int without(void)
{
	struct sv_loop *loop = sv_loop_new();
	struct sv_http *http;
	int rc = sv_http_new(&http, loop);

	sv_loop_free(loop);
	return rc == EX_UNAVAILABLE && !http && !sv_curl() &&
	                       strstr(sv_why(), "libcurl.so.4") &&
	                       strstr(sv_why(), "; install libcurl4")
	               ? 0
	               : 1;
}

static void missing(void)
{
	char folder[] = "/tmp/sv-curl.XXXXXX";
	char *file;
	int status = -1;
	pid_t pid;

	if (!ok(mkdtemp(folder)))
		return;
	file = sv_format("%s/libcurl.so.4", folder);
	ok(!sv_file_replace(file, "none", 4, 0600));
	fflush(stdout);
	pid = fork();
	if (!pid) {
		setenv("LD_LIBRARY_PATH", folder, 1);
		execl("/proc/self/exe", "curl", "without", (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	unlink(file);
	rmdir(folder);
	free(file);
}

int main(int argc, char *argv[])
{
	(void)argv;
	if (argc > 1)
		return without();
	there();
	missing();
	return tap_end();
}
