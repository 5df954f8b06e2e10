/* price: tables that are read, and those that are refused */
#include "lib/price.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/fail.h"
#include "lib/io.h"

#include "tests/unit/tap.h"

static const char table[] =
	"# a comment\n"
	"version 2026-11\r\n"
	"\n"
	"speechkit asr general 0.16 RUB per 15 seconds # behind a line\n"
	"speechkit\tasr\t*\t0.1 RUB per 15 seconds\n"
	"openai tts gpt-4o* 0.6 USD per 1000000 input_tokens\n"
	"* tts * 1 EUR per 1000 characters";

static double price(const struct sv_prices *prices, struct sv_cost cost,
                    const char *currency)
{
	const char *in = "";
	double found = sv_prices_find(prices, &cost, &in);

	return found < 0 ? found : strcmp(in, currency) ? -2 : found;
}

#define NEAR(a, b) ok(fabs((a) - (b)) < 1e-12)

static void finds(void)
{
	struct sv_prices *prices;

	ok(!sv_prices_parse(&prices, "t", "version 1"));
	ok(price(prices, (struct sv_cost){ "x", "asr", NULL, "seconds", 1 },
	         "") < 0);
	sv_prices_free(prices);
	ok(!sv_prices_parse(&prices, "t", table));
	is(sv_prices_version(prices), "2026-11");
	/* the first line that fits */
	NEAR(price(prices,
	           (struct sv_cost){ "speechkit", "asr", "general", "seconds",
	                             30 },
	           "RUB"),
	     0.32);
	NEAR(price(prices,
	           (struct sv_cost){ "speechkit", "asr", NULL, "seconds", 30 },
	           "RUB"),
	     0.2);
	NEAR(price(prices,
	           (struct sv_cost){ "openai", "tts", "gpt-4o-mini-tts",
	                             "input_tokens", 500 },
	           "USD"),
	     0.0003);
	NEAR(price(prices,
	           (struct sv_cost){ "riva", "tts", "", "characters", 10 },
	           "EUR"),
	     0.01);
	/* nothing is nothing's price, not 0 */
	ok(price(prices,
	         (struct sv_cost){ "speechkit", "asr", NULL, "tokens", 1 },
	         "") == -1);
	ok(price(prices,
	         (struct sv_cost){ "openai", "tts", NULL, "input_tokens", 1 },
	         "") == -1);
	NEAR(price(prices,
	           (struct sv_cost){ "speechkit", "asr", NULL, "seconds", 0 },
	           "RUB"),
	     0);
	sv_prices_free(prices);
	sv_prices_free(NULL);
}

static void refuses(const char *text, const char *why)
{
	struct sv_prices *prices;

	ok(sv_prices_parse(&prices, "t", text) == EX_CONFIG);
	ok(!prices);
	is(sv_why(), why);
}

static void refused(void)
{
	refuses("", "t: no line 'version NAME', which events tell");
	refuses("version 1\nversion 2", "t:2: a second version");
	refuses("version 1\n\nvosk asr * 1 RUB per seconds",
	        "t:3: not 'ENGINE SERVICE MODEL PRICE CURRENCY per AMOUNT "
	        "UNIT'");
	refuses("version 1\na b c d e f g h i",
	        "t:2: not 'ENGINE SERVICE MODEL PRICE CURRENCY per AMOUNT "
	        "UNIT'");
	refuses("a asr * -1 RUB per 1 seconds", "t:1: '-1' is no price");
	refuses("a asr * nan RUB per 1 seconds", "t:1: 'nan' is no price");
	refuses("a asr * 0x10 RUB per 1 seconds", "t:1: '0x10' is no price");
	refuses("a asr * 1e3 RUB per 1 seconds", "t:1: '1e3' is no price");
	refuses("a asr * 0,5 RUB per 1 seconds", "t:1: '0,5' is no price");
	refuses("a asr * 1. RUB per 1 seconds", "t:1: '1.' is no price");
	refuses("a asr * 9999999999999999 RUB per 1 seconds",
	        "t:1: '9999999999999999' is no price");
	refuses("a asr * 1 rub per 1 seconds",
	        "t:1: 'rub' is no currency, as RUB or USD");
	refuses("a asr * 1 RUB for 1 seconds", "t:1: 'per' is missing");
	refuses("a asr * 1 RUB per 0 seconds", "t:1: '0' is no amount");
	refuses("a asr * 1 RUB per 1 seconds\na asr * 2 RUB per 2 seconds",
	        "t:2: line 1 has a price for this");
	refuses("version \xff", "t: not UTF-8");
}

static void fields(void)
{
	struct sv_cost cost = { "openai", "tts", NULL, "characters", 0.1 };
	char *text;
	json_t *made;

	setenv("SV_PRICES", "price-test-table", 1);
	ok(!sv_file_replace("price-test-table", table, sizeof table - 1, 0600));
	made = sv_cost_fields(&cost);
	text = json_dumps(made, JSON_COMPACT);
	is(text, "{\"engine\":\"openai\",\"service\":\"tts\",\"unit\":"
	         "\"characters\",\"amount\":0.10000000000000001,\"price\":"
	         "0.0001,\"currency\":\"EUR\",\"table\":\"2026-11\"}");
	free(text);
	json_decref(made);
	cost = (struct sv_cost){ "openai", "llm", "m", "tokens", 7 };
	made = sv_cost_fields(&cost);
	text = json_dumps(made, JSON_COMPACT);
	is(text, "{\"engine\":\"openai\",\"service\":\"llm\",\"model\":\"m\","
	         "\"unit\":\"tokens\",\"amount\":7,\"price\":null,\"table\":"
	         "\"2026-11\"}");
	free(text);
	json_decref(made);
	cost.amount = -1;
	ok(!sv_cost_fields(&cost));
	cost.amount = NAN;
	ok(!sv_cost_fields(&cost));
	unlink("price-test-table");
}

int main(void)
{
	char folder[] = "/tmp/price.XXXXXX";

	finds();
	refused();
	ok(mkdtemp(folder) && !chdir(folder));
	fields();
	rmdir(folder);
	return tap_end();
}
