/* curl: loaded when asked for, once */
#include "lib/curl.h"

#include "lib/fail.h"

#include "tests/unit/tap.h"

int main(void)
{
	const struct sv_curl *curl;
	CURLM *multi;
	CURL *easy;

	curl = sv_curl();
	if (!ok(curl))
		printf("# %s\n", sv_why());
	ok(curl == sv_curl());
	multi = curl->multi_init();
	easy = curl->easy_init();
	ok(multi && easy);
	ok(!curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
	ok(!curl->multi_add_handle(multi, easy));
	ok(!curl->multi_remove_handle(multi, easy));
	curl->easy_cleanup(easy);
	ok(!curl->multi_cleanup(multi));
	return tap_end();
}
