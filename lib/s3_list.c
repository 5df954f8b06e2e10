/* s3_list: what is there */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/clock.h"
#include "lib/fail.h"
#include "lib/s3.h"

enum { TOKEN = 2048 };

struct listing {
	const struct sv_depot *depot;
	int (*each)(void *arg, const struct sv_depot_object *object);
	void *arg;
	struct sv_depot_object object;
	bool foreign; /* a key that is none of ours */
	bool more;
	char token[TOKEN]; /* where the next page begins */
	int code;          /* what each() said */
};

static void take_key(struct listing *listing, const char *text)
{
	size_t prefix = strlen(listing->depot->prefix);

	listing->object = (struct sv_depot_object){ .bytes = 0 };
	listing->foreign = strncmp(text, listing->depot->prefix, prefix) != 0 ||
	                   sv_depot_key_check(text + prefix);
	if (!listing->foreign)
		snprintf(listing->object.key, sizeof listing->object.key, "%s",
		         text + prefix);
}

static int each_element(void *arg, const char *path, const char *text)
{
	struct listing *listing = arg;
	const char *name = path + 17;

	if (strncmp(path, "ListBucketResult/", 17) != 0)
		return 0;
	if (!strcmp(name, "Contents/Key"))
		take_key(listing, text);
	else if (!strcmp(name, "Contents/Size"))
		listing->object.bytes = strtoll(text, NULL, 10);
	else if (!strcmp(name, "Contents/LastModified"))
		sv_time_parse(text, &listing->object.modified_ms);
	else if (!strcmp(name, "IsTruncated"))
		listing->more = !strcmp(text, "true");
	else if (!strcmp(name, "NextContinuationToken"))
		snprintf(listing->token, sizeof listing->token, "%s", text);
	else if (!strcmp(name, "Contents") && !listing->foreign)
		listing->code = listing->each(listing->arg, &listing->object);
	return listing->code;
}

static int page(struct sv_depot *depot, struct listing *listing,
                const char *prefix)
{
	char *token = sv_strdup(listing->token);
	const struct s3_ask ask = {
		.method = "GET",
		.query = { { "list-type", "2" },
		           { "prefix", prefix },
		           { *token ? "continuation-token" : NULL, token } },
		.each = each_element,
		.arg = listing,
	};
	struct s3_answer answer;
	int rc;

	listing->more = false;
	listing->token[0] = '\0';
	rc = s3_ask(depot, &ask, &answer);
	free(token);
	if (!rc && listing->more && !*listing->token)
		rc = sv_fail(EX_UNAVAILABLE,
		             "s3: a list that goes on, but not where");
	return rc;
}

int s3_list(struct sv_depot *depot, const char *prefix,
            int (*each)(void *arg, const struct sv_depot_object *object),
            void *arg)
{
	struct listing listing = { .depot = depot, .each = each, .arg = arg };
	char *whole = sv_format("%s%s", depot->prefix, prefix);
	int rc;

	do
		rc = page(depot, &listing, whole);
	while (!rc && listing.more);
	free(whole);
	return rc;
}
