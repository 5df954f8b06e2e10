/*
 * sentence: whatever the text, and wherever it is cut: the same sentences, and
 * none of it lost
 */
#include "lib/sentence.h"

#include <assert.h>
#include <stdint.h>

#include "lib/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
	uint64_t hash;  /* of the sentences */
	uint64_t plain; /* of all that is no blank */
	size_t n;
};

static uint64_t mix(uint64_t hash, uint32_t code)
{
	return hash * 1099511628211u + code + 1;
}

static uint64_t add(uint64_t hash, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		uint32_t code = sv_utf8_next(&text, end);

		if (!sv_is_space(code))
			hash = mix(hash, code);
	}
	return hash;
}

static int got(void *arg, const char *text, size_t len)
{
	struct sum *sum = arg;

	assert(len && !text[len]);
	for (size_t i = 0; i < len; i++)
		sum->hash = mix(sum->hash, (unsigned char)text[i]);
	sum->hash = mix(sum->hash, 1000);
	sum->plain = add(sum->plain, text, len);
	sum->n++;
	return 0;
}

/* the first byte says how */
static struct sum feed(const char *text, size_t len, size_t piece, uint8_t how)
{
	struct sum sum = { 0 };
	struct sv_sentences cut;

	sv_sentences_init(&cut, got, &sum);
	cut.markdown = how & 1;
	cut.first_most = how & 2 ? 20 : 0;
	cut.most = how & 4 ? 50 : SV_SENTENCE_MOST;
	for (size_t at = 0; at < len; at += piece)
		sv_sentences_feed(&cut, text + at,
		                  len - at < piece ? len - at : piece);
	sv_sentences_end(&cut);
	sv_sentences_release(&cut);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t how = size ? data[0] : 0;
	const char *text = (const char *)data + (size > 0);
	size_t len = size ? size - 1 : 0;
	struct sum whole, cut;

	whole = feed(text, len, len + 1, how);
	cut = feed(text, len, (how >> 3) % 7 + 1, how);
	if (sv_utf8_check(text, len) != len)
		return 0; /* bad bytes may be cut in two */
	assert(whole.hash == cut.hash && whole.n == cut.n);
	assert((how & 1) || whole.plain == add(0, text, len));
	return 0;
}
