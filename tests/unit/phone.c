/*
 * lib/phone: whatever people write is one number inside, and what is no number
 * stays none
 */
#include "lib/phone.h"

#include "tap.h"

static const char *const mine[] = {
	"+79161234567",
	"89161234567",
	"79161234567",
	"9161234567",
	"8 (916) 123-45-67",
	"+7 (916) 123-45-67",
	"8-916-123-45-67",
	"+7 8 (916) 123-45-67",
	"+8 916 123 45 67",
	"007 916 123 45 67",
	"8107 916 1234567",
	"tel:+7-916-123-45-67",
	"sip:+79161234567@pbx.example.org;user=phone",
	"sip:89161234567@10.0.0.1",
	"тел. 8 916 123-45-67",
	"Телефон: 8 916 123-45-67",
	"8 916 123-45-67 доб. 12",
	"8 916 123-45-67, доб. 12",
	"8(916)123-45-67#12",
	"89161234567 x12",
	"8\xc2\xa0"
	"916\xe2\x80\x93"
	"123\xe2\x80\x91"
	"45\xe2\x88\x92"
	"67",
	"  +7.916.123.45.67  ",
	"8 916 123-45-67 Иван",
	"8 (916) 123-45-67 (мама)",
	"8 916 123-45-67, 8 495 111-22-33",
	"89161234567/84951112233",
	"8 916 1234567; 8 495 1112233",
};

static const char *const none[] = {
	"",
	" ",
	"+",
	"101",
	"доб. 12",
	"123-45-67",
	"Иван",
	"8-800-FLOWERS",
	"sip:1001@10.0.0.1",
	"sip:alice@example.org",
	"+7916123456",
	"+791612345678",
	"89161234567abc",
	"+0 916 123 45 67",
	"01234567890",
	"1234567890123456",
	"5161234567",
	"+19161234",
	"+1 116 123 4567",
	"\xff\xfe",
	"anonymous",
};

static void reads_all_spellings_of_one(void)
{
	char e164[SV_E164];
	size_t i;

	for (i = 0; i < sizeof mine / sizeof *mine; i++) {
		sv_phone_e164(mine[i], "7", e164);
		tap_is(e164, "+79161234567", mine[i], __FILE__, __LINE__);
	}
}

static void refuses_what_is_none(void)
{
	char e164[SV_E164];
	size_t i;

	for (i = 0; i < sizeof none / sizeof *none; i++)
		tap_ok(!sv_phone_e164(none[i], "7", e164) && !*e164, none[i],
		       __FILE__, __LINE__);
}

static void reads_numbers_of_others(void)
{
	static const struct {
		const char *country, *text, *e164;
	} cases[] = {
		{ "7", "8 800 555-35-35", "+78005553535" },
		{ "7", "8 (4852) 12-34-56", "+74852123456" },
		{ "7", "+7 701 123 45 67", "+77011234567" },
		{ "7", "+375 29 123-45-67", "+375291234567" },
		{ "7", "375291234567", "+375291234567" },
		{ "7", "8 10 375 29 123-45-67", "+375291234567" },
		{ "7", "+44 (0)20 7946 0958", "+442079460958" },
		{ "7", "00 44 20 7946 0958", "+442079460958" },
		{ "7", "+1 (415) 555-0100 ext 7", "+14155550100" },
		{ "1", "(415) 555-0100", "+14155550100" },
		{ "1", "1-415-555-0100 ext. 7", "+14155550100" },
		{ "1", "011 7 916 123 4567", "+79161234567" },
		{ "44", "020 7946 0958", "+442079460958" },
		{ "44", "442079460958", "+442079460958" },
		{ "49", "030/123456", "+4930123456" },
		{ "39", "06 1234 5678", "+390612345678" },
		{ "", "+79161234567", "+79161234567" },
		{ "", "79161234567", "+79161234567" },
		{ "", "9161234567", "" },
		{ "", "020 7946 0958", "" },
	};

	char e164[SV_E164];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		sv_phone_e164(cases[i].text, cases[i].country, e164);
		tap_is(e164, cases[i].e164, cases[i].text, __FILE__, __LINE__);
	}
}

static void finds_extensions(void)
{
	static const struct {
		const char *text, *extension;
	} cases[] = {
		{ "8 916 123-45-67 доб. 12", "12" },
		{ "8 916 123-45-67 (доб. 120)", "120" },
		{ "8 916 123-45-67 вн.5", "5" },
		{ "8 916 123-45-67 добавочный 77", "77" },
		{ "+1 415 555 0100 ext. 7", "7" },
		{ "+1 415 555 0100 x7", "7" },
		{ "+1 415 555 0100#007", "007" },
		{ "+14155550100,12", "12" },
		{ "tel:+14155550100;ext=12", "12" },
		{ "8 916 123-45-67", "" },
		{ "8 916 123-45-67 доб.", "" },
		{ "8 916 123-45-67, 8 495 111-22-33", "" },
		{ "8 916 123-45-67, 84951112233", "" },
		{ "доб. 12", "" },
		{ "", "" },
	};

	char extension[SV_EXTENSION];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		sv_phone_extension(cases[i].text, extension);
		tap_is(extension, cases[i].extension, cases[i].text, __FILE__,
		       __LINE__);
	}
}

/* every spelling reads as the number it is of, and none is there twice */
static void spells_what_it_reads(const char *number, const char *country)
{
	char spellings[SV_PHONE_SPELLINGS][SV_E164], e164[SV_E164];
	size_t i, k,
		n = sv_phone_spellings(number, spellings, SV_PHONE_SPELLINGS);

	ok(n >= 3);
	is(spellings[0], number);
	for (i = 0; i < n; i++) {
		sv_phone_e164(spellings[i], country, e164);
		tap_is(e164, number, spellings[i], __FILE__, __LINE__);
		for (k = 0; k < i && strcmp(spellings[k], spellings[i]); k++)
			;
		ok(k == i);
	}
}

int main(void)
{
	char spellings[2][SV_E164];

	reads_all_spellings_of_one();
	refuses_what_is_none();
	reads_numbers_of_others();
	finds_extensions();
	spells_what_it_reads("+79161234567", "7");
	spells_what_it_reads("+14155550100", "1");
	spells_what_it_reads("+375291234567", "7");
	ok(sv_phone_spellings("+79161234567", spellings, 2) == 2);
	is(spellings[1], "89161234567");
	ok(sv_phone_spellings("+7916", spellings, 2) == 0);
	ok(sv_phone_spellings("", spellings, 2) == 0);
	ok(sv_phone_spellings("+7 916 123456", spellings, 2) == 0);
	return tap_end();
}
