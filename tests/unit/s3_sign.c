/* s3_sign: the examples of Amazon's documentation of Signature Version 4 */
#include "lib/s3_sign.h"

#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"

#include "tests/unit/tap.h"

/* of "Signature Calculations for the Authorization Header", Amazon S3 API
 * Reference */
static const struct sv_s3_keys keys = {
	.id = "AKIAIOSFODNN7EXAMPLE",
	.secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
	.region = "us-east-1",
};

#define NOTHING                                                                \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define WELCOME                                                                \
	"44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
#define HOST "Host: examplebucket.s3.amazonaws.com"

static void signs(const char *method, const char *path, const char *query,
                  const char *const *headers, const char *sha256,
                  const char *expected)
{
	const struct sv_s3_signing signing = {
		.method = method,
		.path = path,
		.query = query,
		.headers = headers,
		.sha256 = sha256,
		.date = "20130524T000000Z",
	};
	char *header = sv_s3_sign(&signing, &keys);
	char *signature = strstr(header, "Signature=");

	ok(!strncmp(header,
	            "Authorization: AWS4-HMAC-SHA256 "
	            "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/"
	            "aws4_request, SignedHeaders=host;",
	            117));
	is(signature ? signature + 10 : "", expected);
	free(header);
}

static void published(void)
{
	static const char *const get[] = { HOST, "Range: bytes=0-9",
		                           "x-amz-content-sha256: " NOTHING,
		                           "x-amz-date: 20130524T000000Z",
		                           NULL };
	static const char *const bare[] = { "x-amz-date: 20130524T000000Z",
		                            HOST,
		                            "x-amz-content-sha256: " NOTHING,
		                            NULL };

	signs("GET", "/test.txt", "", get, NOTHING,
	      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb"
	      "41");
	signs("GET", "/", "lifecycle=", bare, NOTHING,
	      "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
	signs("GET", "/", "max-keys=2&prefix=J", bare, NOTHING,
	      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

/* the one whose date is signed as well */
static void published_put(void)
{
	static const char *const put[] = {
		"Date:  Fri,  24 May 2013 00:00:00   GMT ",
		HOST,
		"X-Amz-Storage-Class: REDUCED_REDUNDANCY",
		"x-amz-content-sha256: " WELCOME,
		"X-Amz-Date:20130524T000000Z",
		NULL
	};
	const struct sv_s3_signing signing = {
		.method = "PUT",
		.path = "/test%24file.text",
		.query = "",
		.headers = put,
		.sha256 = WELCOME,
		.date = "20130524T000000Z",
	};
	char *header = sv_s3_sign(&signing, &keys);

	is(strstr(header, "SignedHeaders="),
	   "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;"
	   "x-amz-storage-class, Signature="
	   "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
	free(header);
}

static void paths(void)
{
	char *path = sv_s3_path("/bucket/a b/(c)+='d'/\xd1\x8f~x-y_z.w");

	is(path, "/bucket/a%20b/%28c%29%2B%3D%27d%27/%D1%8F~x-y_z.w");
	free(path);
}

static void queries(void)
{
	static const struct sv_s3_query query[] = {
		{ "uploads", "" },   { "a-b", "1" },    { "a", "2" },
		{ "prefix", "a/b" }, { "a", "1 + \n" }, { "ab", "3" },
	};
	char *text = sv_s3_query(query, sizeof query / sizeof *query);

	is(text, "a=1%20%2B%20%0A&a=2&a-b=1&ab=3&prefix=a%2Fb&uploads=");
	free(text);
	text = sv_s3_query(query, 0);
	is(text, "");
	free(text);
}

static void dates(void)
{
	char date[SV_S3_DATE];
	int64_t ms;

	ok(!sv_time_parse("2026-11-22T01:30:05.999Z", &ms));
	sv_s3_date(ms, date);
	is(date, "20261122T013005Z");
}

int main(void)
{
	published();
	published_put();
	paths();
	queries();
	dates();
	return tap_end();
}
