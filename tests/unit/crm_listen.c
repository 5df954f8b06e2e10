/*
 * crm_listen: forms, what they tell, and call files
 *
 * uses: src/crm/listen_form.c src/crm/listen_notice.c src/crm/listen_callfile.c src/crm/listen_spool.c src/crm/listen_door.c
 */
#include <stdlib.h>
#include <sysexits.h>

#include "lib/fail.h"

#include "src/crm/listen_door.h"
#include "src/crm/listen_form.h"
#include "src/crm/listen_notice.h"
#include "src/crm/listen_spool.h"
#include "tests/unit/tap.h"

/* what a form means, as JSON; "" when it is refused */
static const char *meant(const char *text)
{
	static char kept[4096];
	json_t *form;
	char *dump;

	*kept = '\0';
	if (form_parse(text, strlen(text), &form))
		return kept;
	dump = json_dumps(form, JSON_COMPACT);
	snprintf(kept, sizeof kept, "%s", dump);
	free(dump);
	json_decref(form);
	return kept;
}

static void test_forms(void)
{
	is(meant(""), "{}");
	is(meant("a=1&b=2"), "{\"a\":\"1\",\"b\":\"2\"}");
	is(meant("a"), "{\"a\":\"\"}");
	is(meant("&&a=1&"), "{\"a\":\"1\"}");
	is(meant("a=1=2"), "{\"a\":\"1=2\"}");
	is(meant("a=x+y%2B%20z"), "{\"a\":\"x y+ z\"}");
	is(meant("a[b]=1&a[c][d]=2"),
	   "{\"a\":{\"b\":\"1\",\"c\":{\"d\":\"2\"}}}");
	is(meant("a%5Bb%5D=1"), "{\"a\":{\"b\":\"1\"}}");
	is(meant("a[]=1&a[]=2&a[5]=3&a[]=4"),
	   "{\"a\":{\"0\":\"1\",\"1\":\"2\",\"5\":\"3\",\"3\":\"4\"}}");
	is(meant("a=1&a=2"), "{\"a\":\"2\"}");
	is(meant("a=1&a[b]=2"), "{\"a\":{\"b\":\"2\"}}");
	is(meant("a[b]=1&a=2"), "{\"a\":\"2\"}");
	is(meant("a=%D1%91"), "{\"a\":\"ё\"}");
	is(meant("a=%FF"), "{\"a\":\"\357\277\275\"}");
	is(meant("a[b[c]=1"), "");
	is(meant("a[b]c=1"), "");
	is(meant("[b]=1"), "");
	is(meant("=1"), "");
	is(meant("a=%0"), "");
	is(meant("a=%00"), "");
	is(meant("a[b][c][d][e][f][g][h]=1"),
	   "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{\"h\":\"1\""
	   "}}}}}}}}");
	is(meant("a[b][c][d][e][f][g][h][i]=1"), "");
}

/* what a form tells: its type and fields */
static const char *told(const char *text)
{
	static char kept[4096];
	struct notice notice;
	json_t *form;
	char *dump = NULL;

	*kept = '\0';
	if (form_parse(text, strlen(text), &form))
		return "broken";
	if (!notice_make(&notice, form, "7")) {
		json_object_del(notice.fields, "event");
		dump = json_dumps(notice.fields, JSON_COMPACT);
		snprintf(kept, sizeof kept, "%s %s", notice.type, dump);
	}
	free(dump);
	notice_release(&notice);
	json_decref(form);
	return kept;
}

static void test_notices(void)
{
	is(told("event=ONCRMLEADADD&data[FIELDS][ID]=5"),
	   "crm.lead {\"id\":\"5\",\"change\":\"add\"}");
	is(told("event=oncrmcompanydelete&data[FIELDS][ID]=5"),
	   "crm.company {\"id\":\"5\",\"change\":\"delete\"}");
	is(told("event=ONCRMTIMELINECOMMENTUPDATE&data[FIELDS][ID]=5"),
	   "crm.comment {\"id\":\"5\",\"change\":\"update\"}");
	is(told("event=ONTASKDELETE&data[FIELDS_BEFORE][ID]=9"
	        "&data[FIELDS_AFTER]=undefined"),
	   "crm.task {\"id\":\"9\",\"change\":\"delete\"}");
	/* what only begins so is something else, as is what has no id */
	is(told("event=ONCRMLEADUSERFIELDADD&data[FIELDS][ID]=5"),
	   "crm.event {\"data\":{\"FIELDS\":{\"ID\":\"5\"}}}");
	is(told("event=ONCRMLEADADD"), "crm.event {}");
	is(told("event=ONVOXIMPLANTCALLEND&data[CALL_TYPE]=2"
	        "&data[CALL_FAILED_CODE]=603-S&data[PHONE_NUMBER]=anonymous"),
	   "crm.missed {\"phone\":\"anonymous\",\"code\":\"603-S\"}");
	/* who was called and did not answer has not been missed by us */
	is(told("event=ONVOXIMPLANTCALLEND&data[CALL_TYPE]=1"
	        "&data[CALL_FAILED_CODE]=304"),
	   "crm.event {\"data\":{\"CALL_TYPE\":\"1\",\"CALL_FAILED_CODE\":"
	   "\"304\"}}");
	is(told("event=ONEXTERNALCALLSTART&data[PHONE_NUMBER]=9161234567&ts=1e9"),
	   "crm.click {\"phone\":\"+79161234567\"}");
	is(told("event=&data[FIELDS][ID]=5"), "");
	is(told("event[]=ONCRMLEADADD"), "");
	is(told("event=ONCRM%20LEADADD"), "");
}

static void test_places(void)
{
	struct door door;

	ok(!door_parse(&door, "http://") == 0);
	door_close(&door);
	ok(!door_parse(&door, "http://:8080/a/b"));
	is(door.host, "127.0.0.1");
	is(door.path, "/a/b");
	ok(door.port == 8080 && !door.tls);
	door_close(&door);
	ok(!door_parse(&door, "https://[::1]"));
	is(door.host, "::1");
	is(door.path, "/");
	ok(door.port == DOOR_PORT && door.tls);
	door_close(&door);
	ok(!door_parse(&door, "http://[::1]:0/"));
	ok(door.port == 0);
	door_close(&door);
	ok(door_parse(&door, "http://[::1]x/") == EX_USAGE);
	door_close(&door);
	ok(door_parse(&door, "http://a:b/") == EX_USAGE);
	door_close(&door);
	ok(door_parse(&door, "http://a:65536/") == EX_USAGE);
	door_close(&door);
	ok(door_parse(&door, "http://a/?x=1") == EX_USAGE);
	door_close(&door);
	ok(door_parse(&door, "ws://a/") == EX_USAGE);
	door_close(&door);
}

/* the call file of a click with that number and extension */
static const char *file_of(const struct spool *spool, const char *phone,
                           const char *extension)
{
	static char kept[SPOOL_FILE];
	json_t *click =
		json_pack("{ss ss}", "phone", phone, "extension", extension);
	struct sv_buf file;

	*kept = '\0';
	if (!spool_file(spool, click, "C", &file))
		snprintf(kept, sizeof kept, "%s", sv_buf_str(&file));
	sv_buf_release(&file);
	json_decref(click);
	return kept;
}

static void test_files(void)
{
	struct sv_list none = { 0 };
	struct spool spool;
	char call[SV_ULID_LEN], again[SV_ULID_LEN];

	ok(!spool_init(&spool, "x", "PJSIP/{extension}{x}{", &none));
	is(file_of(&spool, "+79161234567", "101"),
	   "Channel: PJSIP/101{x}{\nMaxRetries: 0\nRetryTime: 60\n"
	   "WaitTime: 30\nContext: from-internal\nExtension: 79161234567\n"
	   "Priority: 1\nSetvar: SV_CALL_ID=C\nSetvar: SV_PHONE=+79161234567\n");
	spool.application = "Dial";
	spool.data = "PJSIP/{phone}@trunk,30";
	ok(strstr(file_of(&spool, "+79161234567", "101"),
	          "Application: Dial\nData: PJSIP/+79161234567@trunk,30\n") !=
	   NULL);
	is(file_of(&spool, "+79161234567", ""), "");
	is(sv_why(), "no extension is known");
	is(file_of(&spool, "+7916123456\n7", "101"), "");
	is(file_of(&spool, "101", "101"), "");
	is(file_of(&spool, "+79161234567", "1\n2"), "");
	spool.prefixes = "+375, +7495";
	is(file_of(&spool, "+79161234567", "101"), "");
	ok(*file_of(&spool, "+74951234567", "101"));
	ok(spool_init(&spool, "x", "a;b", &none) == EX_USAGE);
	ok(spool_init(&spool, "x", "a\nb", &none) == EX_USAGE);
	spool_call("key", call);
	spool_call("key", again);
	is(call, again);
	ok(sv_ulid_valid(call));
}

int main(void)
{
	test_forms();
	test_notices();
	test_places();
	test_files();
	return tap_end();
}
