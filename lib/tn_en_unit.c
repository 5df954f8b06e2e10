/* tn_en_unit.c: units, currencies and multipliers in English */
#include <string.h>

#include "lib/tn_en.h"

#define PLAIN NULL, NULL

static const struct en_unit currencies[] = {
	{ "$|usd|us$", "dollar", "dollars", "cent", "cents" },
	{ "€|eur", "euro", "euros", "cent", "cents" },
	{ "£|gbp", "pound", "pounds", "penny", "pence" },
	{ "₽|rub|руб.|руб", "ruble", "rubles", "kopeck", "kopecks" },
	{ "¥|jpy|cny", "yen", "yen", PLAIN },
	{ "₸|kzt", "tenge", "tenge", PLAIN },
	{ "₴|uah", "hryvnia", "hryvnias", "kopeck", "kopecks" },
	{ NULL, NULL, NULL, PLAIN },
};

static const struct en_unit units[] = {
	{ "%", "percent", "percent", PLAIN },
	{ "mg", "milligram", "milligrams", PLAIN },
	{ "g", "gram", "grams", PLAIN },
	{ "kg|kgs", "kilogram", "kilograms", PLAIN },
	{ "lb|lbs|lb.|lbs.", "pound", "pounds", PLAIN },
	{ "oz|oz.", "ounce", "ounces", PLAIN },
	{ "mm", "millimeter", "millimeters", PLAIN },
	{ "cm", "centimeter", "centimeters", PLAIN },
	{ "m", "meter", "meters", PLAIN },
	{ "km", "kilometer", "kilometers", PLAIN },
	{ "mi|mi.", "mile", "miles", PLAIN },
	{ "ft|ft.", "foot", "feet", PLAIN },
	{ "yd|yds", "yard", "yards", PLAIN },
	{ "in.|″", "inch", "inches", PLAIN },
	{ "m²|m2|sq._m|sq._m.", "square meter", "square meters", PLAIN },
	{ "km²|km2", "square kilometer", "square kilometers", PLAIN },
	{ "ft²|sq._ft.|sq._ft|sqft|sq_ft", "square foot", "square feet",
	  PLAIN },
	{ "m³|m3", "cubic meter", "cubic meters", PLAIN },
	{ "ml", "milliliter", "milliliters", PLAIN },
	{ "l|L", "liter", "liters", PLAIN },
	{ "ms", "millisecond", "milliseconds", PLAIN },
	{ "s|sec|sec.|secs", "second", "seconds", PLAIN },
	{ "min|min.|mins|mins.", "minute", "minutes", PLAIN },
	{ "h|hr|hrs|hr.|hrs.", "hour", "hours", PLAIN },
	{ "wk|wks", "week", "weeks", PLAIN },
	{ "mo.|mos.", "month", "months", PLAIN },
	{ "yr|yrs|yr.|yrs.", "year", "years", PLAIN },
	{ "pcs|pcs.|pc|pc.", "piece", "pieces", PLAIN },
	{ "kb", "kilobyte", "kilobytes", PLAIN },
	{ "mb", "megabyte", "megabytes", PLAIN },
	{ "gb", "gigabyte", "gigabytes", PLAIN },
	{ "tb", "terabyte", "terabytes", PLAIN },
	{ "mbps|mbit/s", "megabit per second", "megabits per second", PLAIN },
	{ "gbps|gbit/s", "gigabit per second", "gigabits per second", PLAIN },
	{ "km/h|kph|kmh", "kilometer per hour", "kilometers per hour", PLAIN },
	{ "mph", "mile per hour", "miles per hour", PLAIN },
	{ "W", "watt", "watts", PLAIN },
	{ "kW", "kilowatt", "kilowatts", PLAIN },
	{ "kWh", "kilowatt-hour", "kilowatt-hours", PLAIN },
	{ "V", "volt", "volts", PLAIN },
	{ "mAh", "milliamp-hour", "milliamp-hours", PLAIN },
	{ "Hz", "hertz", "hertz", PLAIN },
	{ "kHz", "kilohertz", "kilohertz", PLAIN },
	{ "MHz", "megahertz", "megahertz", PLAIN },
	{ "GHz", "gigahertz", "gigahertz", PLAIN },
	{ "dB", "decibel", "decibels", PLAIN },
	{ "mp", "megapixel", "megapixels", PLAIN },
	{ "px", "pixel", "pixels", PLAIN },
	{ "°c|°_c|℃", "degree Celsius", "degrees Celsius", PLAIN },
	{ "°f|°_f|℉", "degree Fahrenheit", "degrees Fahrenheit", PLAIN },
	{ "°", "degree", "degrees", PLAIN },
	{ NULL, NULL, NULL, PLAIN },
};

static const struct {
	const char *names;
	const char *spoken;
} multipliers[] = {
	{ "k|K", "thousand" },         { "thousand", "thousand" },
	{ "M|mln|mn", "million" },     { "million", "million" },
	{ "B|bn|bln", "billion" },     { "billion", "billion" },
	{ "trillion|tn", "trillion" },
};

static const struct en_unit *find(const struct tn *tn, size_t i,
                                  const struct en_unit *table, size_t *end)
{
	const struct en_unit *best = NULL;
	size_t most = 0, at = tn_skip(tn, i);

	for (; table->names; table++) {
		size_t n = tn_match_any(tn, at, table->names);

		if (n > most) {
			most = n;
			best = table;
		}
	}
	if (best)
		*end = at + most;
	return best;
}

const struct en_unit *en_unit_at(const struct tn *tn, size_t i, size_t *end)
{
	const struct en_unit *unit = find(tn, i, currencies, end);

	return unit ? unit : find(tn, i, units, end);
}

const struct en_unit *en_currency_at(const struct tn *tn, size_t i)
{
	size_t end;

	return tn_at(tn, i)->kind == TN_SIGN ? find(tn, i, currencies, &end)
	                                     : NULL;
}

const char *en_multiplier_at(const struct tn *tn, size_t i, size_t *end)
{
	size_t k, n;

	for (k = 0; k < sizeof multipliers / sizeof *multipliers; k++) {
		/* "5 M" may be a size; 5M is a number */
		bool sign = strchr(multipliers[k].names, '|') != NULL;
		size_t at = sign ? i : tn_skip(tn, i);

		n = tn_match_any(tn, at, multipliers[k].names);
		/* 4B is a flat, $4B or 1.5B are billions */
		if (!n || (tn_is(tn, at, "b") && !tn_is_sign(tn, i - 2, '.') &&
		           !en_currency_at(tn, i - 2)))
			continue;
		*end = at + n;
		return multipliers[k].spoken;
	}
	return NULL;
}
