/* conform: values held against schemas */
#include "lib/conform.h"

#include "lib/fail.h"

#include "tests/unit/tap.h"

/* whether the value conforms; sv_why() says what does not */
static int conforms(const char *schema_text, const char *value_text)
{
	json_t *schema = json_loads(schema_text, JSON_DECODE_ANY, NULL);
	json_t *value = json_loads(value_text, JSON_DECODE_ANY, NULL);
	int rc = sv_conform(schema, value);

	if (!schema || !value)
		printf("# no JSON: %s %s\n", schema_text, value_text);
	json_decref(schema);
	json_decref(value);
	return !rc;
}

static int is_schema(const char *text)
{
	json_t *schema = json_loads(text, JSON_DECODE_ANY, NULL);
	int rc = sv_conform_check(schema);

	json_decref(schema);
	return !rc;
}

static int is_strict(const char *text)
{
	json_t *schema = json_loads(text, JSON_DECODE_ANY, NULL);
	int strict = sv_conform_strict(schema);

	json_decref(schema);
	return strict;
}

static void values(void)
{
	static const struct {
		const char *schema, *good, *bad;
	} all[] = {
		{ "{\"type\":\"string\"}", "\"a\"", "1" },
		{ "{\"type\":\"integer\"}", "2.0", "2.5" },
		{ "{\"type\":\"number\"}", "2.5", "\"2.5\"" },
		{ "{\"type\":\"boolean\"}", "true", "null" },
		{ "{\"type\":[\"string\",\"null\"]}", "null", "[]" },
		{ "{\"enum\":[\"a\",1,null]}", "1.0", "2" },
		{ "{\"const\":{\"a\":[1]}}", "{\"a\":[1]}", "{\"a\":[2]}" },
		{ "{\"minimum\":1,\"maximum\":3}", "3", "4" },
		{ "{\"exclusiveMinimum\":1}", "1.1", "1" },
		{ "{\"exclusiveMaximum\":1}", "0", "1" },
		{ "{\"multipleOf\":0.1}", "0.3", "0.35" },
		{ "{\"minLength\":2,\"maxLength\":3}", "\"окн\"", "\"окна\"" },
		{ "{\"pattern\":\"^\\\\d{3}-[\\\\w.]+$\"}", "\"123-a.b\"",
		  "\"12-a\"" },
		{ "{\"items\":{\"type\":\"string\"}}", "[\"a\"]", "[\"a\",1]" },
		{ "{\"minItems\":1,\"maxItems\":2}", "[1]", "[]" },
		{ "{\"uniqueItems\":true}", "[1,2]", "[1,2,1]" },
		{ "{\"required\":[\"a\"]}", "{\"a\":1}", "{\"b\":1}" },
		{ "{\"minProperties\":1}", "{\"a\":1}", "{}" },
		{ "{\"properties\":{\"a\":{\"type\":\"null\"}}}", "{}",
		  "{\"a\":1}" },
		{ "{\"properties\":{\"a\":{}},\"additionalProperties\":false}",
		  "{\"a\":1}", "{\"b\":1}" },
		{ "{\"additionalProperties\":{\"type\":\"null\"}}",
		  "{\"b\":null}", "{\"b\":1}" },
		{ "{\"anyOf\":[{\"type\":\"null\"},{\"minimum\":5}]}", "6",
		  "4" },
		{ "{\"oneOf\":[{\"maximum\":5},{\"minimum\":5}]}", "6", "5" },
		{ "{\"allOf\":[{\"maximum\":5},{\"minimum\":5}]}", "5", "6" },
		{ "{\"not\":{\"type\":\"null\"}}", "1", "null" },
		{ "{\"$ref\":\"#/$defs/n\",\"$defs\":{\"n\":{\"minimum\":1}}}",
		  "1", "0" },
		{ "{\"items\":{\"$ref\":\"#\"},\"type\":\"array\"}", "[[],[]]",
		  "[[1]]" },
		{ "{\"properties\":{\"a\":false}}", "{}", "{\"a\":1}" },
		{ "{\"description\":\"x\",\"format\":\"email\"}", "1", NULL },
		{ "true", "1", NULL },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		if (!ok(conforms(all[i].schema, all[i].good)) ||
		    (all[i].bad && !ok(!conforms(all[i].schema, all[i].bad))))
			printf("# %s\n", all[i].schema);
	}
}

static void sentences(void)
{
	ok(!conforms("{\"properties\":{\"a\":{\"items\":{\"type\":\"string\"}}"
	             "}}",
	             "{\"a\":[\"x\",5]}"));
	is(sv_why(), "/a/1 is to be of type string");
	ok(!conforms("{\"required\":[\"phone\"]}", "{}"));
	is(sv_why(), "it has no \"phone\"");
	ok(!conforms("{\"enum\":[\"a\"]}", "\"secret\""));
	ok(!strstr(sv_why(), "secret"));
}

static void schemas(void)
{
	ok(is_schema("{}") && is_schema("true"));
	ok(is_schema("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":["
	             "\"string\",\"null\"]}}}"));
	ok(!is_schema("[]") && !is_schema("{\"type\":\"text\"}"));
	ok(!is_schema("{\"type\":[]}"));
	ok(!is_schema("{\"properties\":[]}"));
	ok(!is_schema("{\"properties\":{\"a\":1}}"));
	ok(!is_schema("{\"$ref\":\"#/$defs/no\"}"));
	ok(!is_schema("{\"$ref\":\"http://example.com/\"}"));
	ok(!is_schema("{\"pattern\":\"(?=a)\"}"));
	ok(!is_schema("{\"items\":{\"pattern\":\"(\"}}"));
	ok(is_strict("{\"type\":\"object\",\"properties\":{\"a\":{}},"
	             "\"required\":[\"a\"],\"additionalProperties\":false}"));
	ok(!is_strict("{\"type\":\"object\",\"properties\":{\"a\":{}},"
	              "\"additionalProperties\":false}"));
	ok(!is_strict("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":"
	              "\"object\"}},\"required\":[\"a\"],"
	              "\"additionalProperties\":false}"));
	ok(!is_strict("{\"type\":\"string\"}"));
}

/* no schema makes us go on for ever */
static void circles(void)
{
	ok(!conforms("{\"$ref\":\"#\"}", "1"));
	ok(!conforms("{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}", "1"));
}

int main(void)
{
	values();
	sentences();
	schemas();
	circles();
	return tap_end();
}
