/*
 * What a question expects, and whether it was answered in full.
 *
 * uses: src/asr/expect.c
 */
#include "src/asr/expect.h"

#include "tests/unit/tap.h"

static struct expect now;

static void expects(const char *json)
{
	json_t *fields = json_loads(json, 0, NULL);

	expect_read(&now, fields);
	json_decref(fields);
}

static void fields_are_read_as_far_as_they_make_sense(void)
{
	ok(expect_find("date") == EXPECT_DATE);
	ok(expect_find("") == EXPECT_KINDS);
	is(expect_name(EXPECT_DIGITS), "digits");
	expects("{\"expect\":\"choice\",\"closed\":true,\"language\":\"ru\","
	        "\"hints\":[\"да\",7,\"\",\"нет\"]}");
	ok(now.kind == EXPECT_CHOICE && now.closed);
	ok(json_array_size(now.hints) == 2);
	is(now.language, "ru");
	expects("{\"expect\":\"digits\",\"digits\":6,\"language\":\"fr\"}");
	ok(now.kind == EXPECT_DIGITS && now.digits == 6);
	ok(!now.closed && !now.hints);
	is(now.language, "ru");
	expects("{\"expect\":\"digits\",\"digits\":-6,\"closed\":true}");
	ok(now.digits == 0 && !now.closed);
	expects("{\"expect\":[],\"digits\":\"x\",\"hints\":{},\"closed\":1}");
	ok(now.kind == EXPECT_FREE && !now.hints && !now.closed);
	expect_read(&now, NULL);
	ok(now.kind == EXPECT_FREE);
}

static void digits_are_complete_when_all_are_there(void)
{
	expects("{\"expect\":\"digits\",\"digits\":3,\"language\":\"en\"}");
	ok(!expect_complete(&now, ""));
	ok(!expect_complete(&now, "four one"));
	ok(expect_complete(&now, "four one five"));
	ok(!expect_complete(&now, "what do you mean"));
	expects("{\"expect\":\"digits\"}");
	ok(!expect_complete(&now, "four one five"));
	expects("{\"expect\":\"free\",\"digits\":3}");
	ok(!expect_complete(&now, "four one five"));
}

static void telephone_numbers_have_their_lengths(void)
{
	expects("{\"expect\":\"phone\",\"language\":\"ru\"}");
	ok(!expect_complete(&now, "восемь девятьсот шестнадцать сто двадцать "
	                          "три сорок пять"));
	ok(expect_complete(&now, "восемь девятьсот шестнадцать сто двадцать "
	                         "три сорок пять шестьдесят семь"));
	ok(expect_complete(&now, "девятьсот шестнадцать сто двадцать три "
	                         "сорок пять шестьдесят семь"));
	expects("{\"expect\":\"phone\",\"language\":\"en\"}");
	ok(!expect_complete(&now,
	                    "four one five five five five one two three"));
	ok(expect_complete(&now,
	                   "four one five five five five one two three four"));
	ok(!expect_complete(&now,
	                    "one four one five five five five one two three"));
	expects("{\"expect\":\"phone\",\"digits\":3}");
	ok(expect_complete(&now, "nine one one"));
}

int main(void)
{
	fields_are_read_as_far_as_they_make_sense();
	digits_are_complete_when_all_are_there();
	telephone_numbers_have_their_lengths();
	expect_release(&now);
	return tap_end();
}
