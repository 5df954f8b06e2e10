/* price: what a service's amounts cost, by a table of a few lines */
#include "lib/price.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/alloc.h"
#include "lib/buf.h"
#include "lib/event.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/log.h"
#include "lib/utf8.h"

enum { TABLE_MAX = 1 << 18, LINES_MAX = 2000, WORDS = 8 };

/* engine service model PRICE CURRENCY per AMOUNT unit */
enum { ENGINE, SERVICE, MODEL, PRICE, CURRENCY, PER, AMOUNT, UNIT };

struct line {
	const char *words[WORDS]; /* into the table's text */
	double price, per;
	int number;
};

struct sv_prices {
	char *text;
	const char *version;
	struct line *lines;
	size_t n;
};

/* digits with a point: no sign, no exponent, nothing that C reads besides */
static int amount_of(const char *word, double *value)
{
	size_t whole = strspn(word, "0123456789");
	const char *rest = word + whole;

	if (!whole || whole > 15)
		return 0;
	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	*value = strtod(word, NULL);
	return !*rest && rest[-1] != '.';
}

/* The words of a line: how many, WORDS + 1 for too many. */
static int split(char *text, const char *words[WORDS])
{
	char *at = text, *word;
	int n = 0;

	while ((word = strsep(&at, " \t\r")) != NULL) {
		if (!*word)
			continue;
		if (*word == '#')
			break;
		if (n == WORDS)
			return WORDS + 1;
		words[n++] = word;
	}
	return n;
}

static int same(const struct line *a, const struct line *b)
{
	return !strcmp(a->words[ENGINE], b->words[ENGINE]) &&
	       !strcmp(a->words[SERVICE], b->words[SERVICE]) &&
	       !strcmp(a->words[MODEL], b->words[MODEL]) &&
	       !strcmp(a->words[UNIT], b->words[UNIT]);
}

static int check(const struct sv_prices *prices, const char *name,
                 struct line *line)
{
	const char *currency = line->words[CURRENCY];
	int n = line->number;

	if (!amount_of(line->words[PRICE], &line->price))
		return sv_fail(EX_CONFIG, "%s:%d: '%s' is no price", name, n,
		               line->words[PRICE]);
	if (strlen(currency) != 3 ||
	    strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
		return sv_fail(EX_CONFIG,
		               "%s:%d: '%s' is no currency, as RUB or USD",
		               name, n, currency);
	if (strcmp(line->words[PER], "per") != 0)
		return sv_fail(EX_CONFIG, "%s:%d: 'per' is missing", name, n);
	if (!amount_of(line->words[AMOUNT], &line->per) || line->per <= 0)
		return sv_fail(EX_CONFIG, "%s:%d: '%s' is no amount", name, n,
		               line->words[AMOUNT]);
	for (size_t i = 0; i < prices->n; i++) {
		if (same(&prices->lines[i], line))
			return sv_fail(EX_CONFIG,
			               "%s:%d: line %d has a price for this",
			               name, n, prices->lines[i].number);
	}
	return 0;
}

static int add(struct sv_prices *prices, const char *name, char *text,
               int number)
{
	struct line line = { .number = number };
	int n = split(text, line.words);
	int rc;

	if (!n)
		return 0;
	if (n == 2 && !strcmp(line.words[0], "version")) {
		if (prices->version)
			return sv_fail(EX_CONFIG, "%s:%d: a second version",
			               name, number);
		prices->version = line.words[1];
		return 0;
	}
	if (n != WORDS)
		return sv_fail(EX_CONFIG,
		               "%s:%d: not 'ENGINE SERVICE MODEL PRICE "
		               "CURRENCY per AMOUNT UNIT'",
		               name, number);
	if (prices->n == LINES_MAX)
		return sv_fail(EX_CONFIG, "%s: more than %d prices", name,
		               LINES_MAX);
	rc = check(prices, name, &line);
	if (!rc)
		prices->lines[prices->n++] = line;
	return rc;
}

int sv_prices_parse(struct sv_prices **made, const char *name, const char *text)
{
	struct sv_prices *prices = sv_alloc(sizeof *prices);
	int rc = 0, number = 1;
	char *at, *line;

	prices->lines = sv_calloc(LINES_MAX, sizeof *prices->lines);
	prices->text = sv_strdup(text);
	at = prices->text;
	if (sv_utf8_check(text, strlen(text)) < strlen(text))
		rc = sv_fail(EX_CONFIG, "%s: not UTF-8", name);
	while (!rc && (line = strsep(&at, "\n")) != NULL)
		rc = add(prices, name, line, number++);
	if (!rc && !prices->version)
		rc = sv_fail(EX_CONFIG,
		             "%s: no line 'version NAME', which events tell",
		             name);
	if (rc) {
		sv_prices_free(prices);
		prices = NULL;
	}
	*made = prices;
	return rc;
}

void sv_prices_free(struct sv_prices *prices)
{
	if (!prices)
		return;
	free(prices->lines);
	free(prices->text);
	free(prices);
}

const char *sv_prices_version(const struct sv_prices *prices)
{
	return prices->version;
}

/* "*" is anything, nothing too; "gpt-4o*" whatever begins so */
static int fits(const char *pattern, const char *word)
{
	size_t len = strlen(pattern);

	if (!strcmp(pattern, "*"))
		return 1;
	if (!word)
		return 0;
	if (len && pattern[len - 1] == '*')
		return !strncmp(pattern, word, len - 1);
	return !strcmp(pattern, word);
}

double sv_prices_find(const struct sv_prices *prices,
                      const struct sv_cost *cost, const char **currency)
{
	for (size_t i = 0; i < prices->n; i++) {
		const struct line *line = &prices->lines[i];

		if (!fits(line->words[ENGINE], cost->engine) ||
		    !fits(line->words[SERVICE], cost->service) ||
		    !fits(line->words[MODEL], cost->model) ||
		    !fits(line->words[UNIT], cost->unit))
			continue;
		*currency = line->words[CURRENCY];
		return cost->amount / line->per * line->price;
	}
	return -1;
}

static int load(struct sv_prices **made, const char *path)
{
	struct sv_buf text = { .max = TABLE_MAX };
	int rc = sv_file_read(path, &text);

	if (!rc && strlen(sv_buf_str(&text)) < text.len)
		rc = sv_fail(EX_CONFIG, "%s: holds a NUL byte", path);
	if (!rc)
		rc = sv_prices_parse(made, path, sv_buf_str(&text));
	sv_buf_release(&text);
	return rc;
}

/* the file `prices` beside the sv.conf that counts, yours; or NULL */
static char *beside_config(void)
{
	const char *conf = getenv("SV_CONF");
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	const char *slash = conf ? strrchr(conf, '/') : NULL;
	char *path = NULL;

	if (conf && *conf)
		return slash ? sv_format("%.*s/prices", (int)(slash - conf),
		                         conf)
		             : sv_strdup("prices");
	if (xdg && *xdg == '/')
		path = sv_format("%s/sales-voice/prices", xdg);
	else if (home && *home)
		path = sv_format("%s/.config/sales-voice/prices", home);
	if (path && !access(path, F_OK))
		return path;
	free(path);
	return sv_strdup("/etc/sales-voice/prices");
}

/* The table in force, or NULL. */
static const struct sv_prices *in_force(void)
{
	static struct sv_prices *prices;
	static int looked;
	const char *named = getenv("SV_PRICES");
	char *path;

	if (looked)
		return prices;
	looked = 1;
	path = named && *named ? sv_strdup(named) : beside_config();
	if ((named && *named) || !access(path, F_OK)) {
		if (load(&prices, path))
			sv_warn("%s; prices are unknown", sv_why());
	}
	free(path);
	return prices;
}

static json_t *number_json(double value)
{
	double near = round(value * 1e9) / 1e9; /* 0.3, not 0.30…04 */

	if (fabs(near) < 1e15 && near == floor(near))
		return json_integer((json_int_t)near);
	return json_real(near);
}

static void put_price(json_t *fields, const struct sv_cost *cost)
{
	const struct sv_prices *prices = in_force();
	const char *currency = NULL;
	double price = prices ? sv_prices_find(prices, cost, &currency) : -1;

	if (price < 0) {
		json_object_set_new(fields, "price", json_null());
	} else {
		json_object_set_new(fields, "price", number_json(price));
		json_object_set_new(fields, "currency", json_string(currency));
	}
	if (prices)
		json_object_set_new(fields, "table",
		                    json_string(prices->version));
}

json_t *sv_cost_fields(const struct sv_cost *cost)
{
	json_t *fields;

	if (!isfinite(cost->amount) || cost->amount < 0) {
		sv_fail(EX_SOFTWARE, "%s: an amount of %s that is none",
		        cost->engine, cost->unit);
		return NULL;
	}
	fields = json_pack("{s:s, s:s, s:s*, s:s, s:o}", "engine", cost->engine,
	                   "service", cost->service, "model", cost->model,
	                   "unit", cost->unit, "amount",
	                   number_json(cost->amount));
	if (fields)
		put_price(fields, cost);
	else
		sv_fail(EX_SOFTWARE, "%s: a cost that is not UTF-8",
		        cost->engine);
	return fields;
}

int sv_cost_event(const char *call, int64_t t, const struct sv_cost *cost)
{
	json_t *fields = sv_cost_fields(cost);

	return fields ? sv_event_write(call, t, "cost", fields) : EX_SOFTWARE;
}
