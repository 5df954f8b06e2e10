/* speechkit_utterance.c: one utterance, out of what sessions heard of it */
#include "src/asr/speechkit_utterance.h"

#include <stdlib.h>

#include "lib/alloc.h"

enum { AUDIO_MAX = 10 << 20 }; /* bytes: five minutes at 16000 Hz */

struct sk_utterance *sk_utterance_new(void)
{
	struct sk_utterance *utterance = sv_alloc(sizeof *utterance);

	utterance->unheard_ms = -1;
	sv_buf_init(&utterance->audio, AUDIO_MAX);
	return utterance;
}

static void release_piece(struct sk_piece *piece)
{
	for (size_t i = 0; i < piece->n; i++)
		sk_final_release(&piece->finals[i]);
	free(piece->finals);
	sk_final_release(&piece->partial);
}

static void drop_pieces(struct sk_utterance *utterance, size_t from)
{
	while (utterance->n > from)
		release_piece(&utterance->pieces[--utterance->n]);
}

void sk_utterance_free(struct sk_utterance *utterance)
{
	drop_pieces(utterance, 0);
	free(utterance->pieces);
	sv_buf_release(&utterance->audio);
	json_decref(utterance->classifiers);
	free(utterance);
}

void sk_utterance_hear(struct sk_utterance *utterance, int session,
                       int64_t from_ms, int64_t at_ms)
{
	utterance->pieces =
		sv_realloc(utterance->pieces,
	                   (utterance->n + 1) * sizeof *utterance->pieces);
	utterance->pieces[utterance->n++] = (struct sk_piece){
		.session = session,
		.from_ms = from_ms,
		.to_ms = -1,
		.at_ms = at_ms,
	};
	utterance->unheard_ms = -1;
}

void sk_utterance_cut(struct sk_utterance *utterance, int session,
                      int64_t to_ms)
{
	for (size_t i = 0; i < utterance->n; i++) {
		struct sk_piece *piece = &utterance->pieces[i];

		if (piece->session == session && piece->to_ms < 0)
			piece->to_ms = to_ms;
	}
}

bool sk_utterance_end(struct sk_utterance *utterance, int session, bool well)
{
	for (size_t i = 0; i < utterance->n; i++) {
		struct sk_piece *piece = &utterance->pieces[i];

		if (piece->session != session || piece->over)
			continue;
		if (well && piece->to_ms >= 0) {
			piece->over = true;
			piece->settle_ms = 0;
			continue;
		}
		utterance->unheard_ms = piece->at_ms;
		drop_pieces(utterance, i);
		return true;
	}
	return false;
}

/* all that is known of an utterance as one list of words */
static void gather(const struct sk_piece *piece, struct sk_words *words)
{
	const struct sk_final *final;

	for (size_t i = 0; i <= piece->n; i++) {
		final = i < piece->n ? &piece->finals[i] : &piece->partial;
		for (size_t j = 0; j < final->words.n; j++)
			sk_words_add(
				words, final->words.items[j].text,
				final->words.items[j].start_ms + piece->at_ms,
				final->words.items[j].end_ms + piece->at_ms);
	}
}

static void gather_all(const struct sk_utterance *utterance,
                       struct sk_words *words)
{
	for (size_t i = 0; i < utterance->n; i++) {
		const struct sk_piece *piece = &utterance->pieces[i];
		const struct sk_piece *before = piece - 1;
		struct sk_words later = { 0 };

		gather(piece, i ? &later : words);
		/* while the later one has not heard so far yet, the one before
		 * knows better */
		if (i && later.n)
			sk_words_stitch(words, &later, piece->at_ms,
			                before->at_ms + before->to_ms -
			                        before->from_ms);
		sk_words_release(&later);
	}
}

static void put_text(const struct sk_final *final, struct sv_buf *out)
{
	if (final->text && *final->text)
		sv_buf_printf(out, "%s%s", out->len ? " " : "", final->text);
}

/* The text as the service wrote it; where pieces overlap it is made of words,
 * which alone tell where to cut. */
void sk_utterance_text(const struct sk_utterance *utterance, struct sv_buf *out)
{
	struct sk_words words = { 0 };

	if (utterance->n == 1) {
		for (size_t i = 0; i < utterance->pieces->n; i++)
			put_text(&utterance->pieces->finals[i], out);
		put_text(&utterance->pieces->partial, out);
		return;
	}
	gather_all(utterance, &words);
	sk_words_text(&words, out);
	sk_words_release(&words);
}

/* the mean of the finals' that have one */
static double confidence_of(const struct sk_utterance *utterance)
{
	double sum = 0;
	int n = 0;

	for (size_t i = 0; i < utterance->n; i++)
		for (size_t j = 0; j < utterance->pieces[i].n; j++) {
			double one = utterance->pieces[i].finals[j].confidence;

			sum += one;
			n += one > 0;
		}
	return n ? sum / n : 0;
}

json_t *sk_utterance_fields(struct sk_utterance *utterance)
{
	struct sk_words words = { 0 };
	struct sv_buf said;
	json_t *fields;

	for (size_t i = 0; i < utterance->n; i++)
		sk_final_release(&utterance->pieces[i].partial);
	sv_buf_init(&said, SK_TEXT_MAX);
	sk_utterance_text(utterance, &said);
	gather_all(utterance, &words);
	fields = sk_fields(sv_buf_str(&said), &words, utterance->offset_ms,
	                   confidence_of(utterance));
	if (utterance->classifiers)
		json_object_set(fields, "classifiers", utterance->classifiers);
	sv_buf_release(&said);
	sk_words_release(&words);
	return fields;
}
