/* speechkit_text.c: from what sessions say to utterances */
#include "src/asr/speechkit_text.h"

#include <stdlib.h>
#include <string.h>

#include "lib/alloc.h"
#include "lib/utf8.h"

enum {
	FINALS_MAX = 1024, /* of a piece */

	/* An end of utterance so soon after a piece's beginning is that of the
	 * piece before. */
	BEGUN_MS = 200,
	/* What may come after all is fixed: it was always seen before, but no
	 * document promises that. */
	SETTLE_MS = 300,
};

void sk_text_init(struct sk_text *text, bool refines, size_t n_classifiers)
{
	*text = (struct sk_text){ .refines = refines,
		                  .n_classifiers = n_classifiers };
	sv_buf_init(&text->partial, SK_TEXT_MAX);
}

static void drop_first(struct sk_text *text)
{
	struct sk_utterance *first = text->first;

	text->first = first->next;
	if (!text->first)
		text->last = NULL;
	sk_utterance_free(first);
}

void sk_text_release(struct sk_text *text)
{
	while (text->first)
		drop_first(text);
	sv_buf_release(&text->partial);
}

void sk_text_begin(struct sk_text *text)
{
	struct sk_utterance *utterance = sk_utterance_new();

	if (text->last)
		text->last->next = utterance;
	else
		text->first = utterance;
	text->last = utterance;
	sv_buf_cut(&text->partial, 0);
}

void sk_text_finish(struct sk_text *text, int64_t offset_ms)
{
	text->last->finished = true;
	text->last->offset_ms = offset_ms;
	sv_buf_cut(&text->partial, 0);
}

/* When the update's words were said, -1 when it does not tell. */
static int64_t time_of(const Sk__AlternativeUpdate *update)
{
	const Sk__Alternative *best;
	int64_t start_ms;
	int64_t end_ms;

	if (!update || !update->n_alternatives)
		return -1;
	best = update->alternatives[0];
	start_ms = best->start_time_ms;
	end_ms = best->end_time_ms;
	if (best->n_words) {
		start_ms = best->words[0]->start_time_ms;
		end_ms = best->words[best->n_words - 1]->end_time_ms;
	}
	start_ms = sk_sane_ms(start_ms);
	end_ms = sk_sane_ms(end_ms);
	if (!end_ms)
		return -1;
	/* a beginning of 0 may be none */
	return start_ms ? start_ms + (end_ms - start_ms) / 2 : end_ms;
}

/* Whether a piece is where this time belongs, or a better place for it than
 * the one found so far: the last that began before it. Without a time it is
 * the first that is not over. */
static bool fits(const struct sk_piece *piece, const struct sk_piece *found,
                 int64_t ms)
{
	if (ms < 0)
		return !found && !piece->over;
	return !found || piece->from_ms < ms;
}

/* the piece of a session that is about that time, NULL when it is gone */
static struct sk_piece *find(const struct sk_text *text, int session,
                             int64_t ms)
{
	struct sk_piece *found = NULL;
	struct sk_utterance *utterance;

	for (utterance = text->first; utterance; utterance = utterance->next)
		for (size_t i = 0; i < utterance->n; i++) {
			struct sk_piece *piece = &utterance->pieces[i];

			if (piece->session == session && fits(piece, found, ms))
				found = piece;
		}
	/* what belongs to an utterance told of already is nobody's */
	if (found && ms >= 0 && found->from_ms > ms)
		found = NULL;
	return found;
}

/* whether the text of the last utterance has changed */
static unsigned look(struct sk_text *text)
{
	struct sv_buf now;
	unsigned changed;

	if (!text->last || text->last->finished)
		return 0;
	sv_buf_init(&now, SK_TEXT_MAX);
	sk_utterance_text(text->last, &now);
	changed = strcmp(sv_buf_str(&now), sv_buf_str(&text->partial))
	                  ? SK_PARTIAL
	                  : 0;
	sv_buf_release(&text->partial);
	text->partial = now;
	return changed;
}

static void take_partial(struct sk_text *text, int session,
                         const Sk__StreamingResponse *response)
{
	const Sk__AlternativeUpdate *update = response->partial;
	struct sk_piece *piece = find(text, session, time_of(update));
	struct sk_final partial;

	if (!piece || !sk_final_read(&partial, update, piece->from_ms))
		return;
	sk_final_release(&piece->partial);
	piece->partial = partial;
}

static void take_final(struct sk_text *text, int session,
                       const Sk__StreamingResponse *response)
{
	const Sk__AlternativeUpdate *update = response->final;
	struct sk_piece *piece = find(text, session, time_of(update));
	struct sk_final final;

	if (!piece || piece->n == FINALS_MAX)
		return;
	sk_final_release(&piece->partial);
	if (!sk_final_read(&final, update, piece->from_ms))
		return;
	if (response->audio_cursors)
		final.index = response->audio_cursors->final_index;
	piece->finals = sv_realloc(piece->finals,
	                           (piece->n + 1) * sizeof *piece->finals);
	piece->finals[piece->n++] = final;
}

static struct sk_final *find_final(const struct sk_text *text, int session,
                                   int64_t index, int64_t *from_ms)
{
	struct sk_utterance *utterance;

	for (utterance = text->first; utterance; utterance = utterance->next)
		for (size_t i = 0; i < utterance->n; i++) {
			struct sk_piece *piece = &utterance->pieces[i];

			*from_ms = piece->from_ms;
			for (size_t j = 0; j < piece->n; j++)
				if (piece->session == session &&
				    piece->finals[j].index == index)
					return &piece->finals[j];
		}
	return NULL;
}

static void take_refinement(struct sk_text *text, int session,
                            const Sk__FinalRefinement *refinement)
{
	int64_t from_ms;
	struct sk_final *final =
		find_final(text, session, refinement->final_index, &from_ms);

	if (final)
		sk_final_refine(final, refinement->normalized_text, from_ms);
}

/* the utterance that a piece is of */
static struct sk_utterance *owner(const struct sk_text *text,
                                  const struct sk_piece *piece)
{
	struct sk_utterance *utterance = text->first;

	while (utterance && !(piece >= utterance->pieces &&
	                      piece < utterance->pieces + utterance->n))
		utterance = utterance->next;
	return utterance;
}

static void take_classifier(struct sk_text *text, int session,
                            const Sk__ClassifierUpdate *update)
{
	/* its beginning may be the end of the utterance before */
	int64_t ms = sk_sane_ms(update->end_time_ms);
	struct sk_piece *piece = find(text, session, ms ? ms : -1);
	struct sk_utterance *utterance = piece ? owner(text, piece) : NULL;

	if (utterance && sk_classifier_read(&utterance->classifiers, update))
		utterance->n_classifiers++;
}

static void take_event(struct sk_text *text, int session,
                       const Sk__StreamingResponse *response)
{
	switch (response->event_case) {
	case SK__STREAMING_RESPONSE__EVENT_PARTIAL:
		take_partial(text, session, response);
		break;
	case SK__STREAMING_RESPONSE__EVENT_FINAL:
		take_final(text, session, response);
		break;
	case SK__STREAMING_RESPONSE__EVENT_FINAL_REFINEMENT:
		take_refinement(text, session, response->final_refinement);
		break;
	case SK__STREAMING_RESPONSE__EVENT_CLASSIFIER_UPDATE:
		take_classifier(text, session, response->classifier_update);
		break;
	default:
		break;
	}
}

/* what the service has to say of where it is */
struct reached {
	bool ended;     /* an utterance */
	int64_t end_ms; /* where; 0 when not told */
	int64_t fixed_ms;
};

static struct reached reached(const Sk__StreamingResponse *response)
{
	const Sk__AudioCursors *cursors = response->audio_cursors;
	struct reached at = { 0 };

	if (cursors) {
		at.fixed_ms = sk_sane_ms(cursors->final_time_ms);
		at.end_ms = sk_sane_ms(cursors->eou_time_ms);
	}
	if (response->event_case == SK__STREAMING_RESPONSE__EVENT_EOU_UPDATE) {
		at.ended = true;
		if (response->eou_update->time_ms > 0)
			at.end_ms = sk_sane_ms(response->eou_update->time_ms);
	}
	return at;
}

/* Applies that to one piece, whether an end without a time was its one. */
static bool reach(struct sk_piece *piece, const struct reached *at,
                  int64_t now_ms)
{
	if (piece->over || piece->to_ms < 0)
		return false;
	if (at->end_ms > piece->from_ms + BEGUN_MS ||
	    (at->end_ms > piece->from_ms && at->end_ms >= piece->to_ms) ||
	    (at->ended && !at->end_ms)) {
		piece->over = true;
		piece->settle_ms = now_ms + SETTLE_MS;
		return !at->end_ms;
	}
	if (at->fixed_ms >= piece->to_ms && !piece->settle_ms)
		piece->settle_ms = now_ms + SETTLE_MS;
	return false;
}

static void move_on(struct sk_text *text, int session,
                    const Sk__StreamingResponse *response, int64_t now_ms)
{
	struct reached at = reached(response);
	struct sk_utterance *utterance;

	for (utterance = text->first; utterance; utterance = utterance->next)
		for (size_t i = 0; i < utterance->n; i++) {
			struct sk_piece *piece = &utterance->pieces[i];

			if (piece->session == session &&
			    reach(piece, &at, now_ms))
				return;
		}
}

/* Whether a piece has all that it will have. */
static bool complete(const struct sk_text *text, const struct sk_piece *piece)
{
	if (!piece->over)
		return false;
	if (!piece->settle_ms)
		return true;
	for (size_t i = 0; text->refines && i < piece->n; i++)
		if (!piece->finals[i].refined)
			return false;
	return true;
}

bool sk_text_ready(const struct sk_text *text)
{
	const struct sk_utterance *first = text->first;

	if (!first || !first->finished || first->unheard_ms >= 0 || !first->n)
		return false;
	for (size_t i = 0; i < first->n; i++)
		if (!complete(text, &first->pieces[i]))
			return false;
	return first->n_classifiers >= text->n_classifiers ||
	       !first->pieces[first->n - 1].settle_ms;
}

unsigned sk_text_take(struct sk_text *text, int session,
                      const Sk__StreamingResponse *response, int64_t now_ms)
{
	bool before = sk_text_ready(text);

	take_event(text, session, response);
	move_on(text, session, response, now_ms);
	return look(text) | (!before && sk_text_ready(text) ? SK_RESULT : 0);
}

bool sk_text_end(struct sk_text *text, int session, bool well)
{
	struct sk_utterance *utterance;
	bool unheard = false;

	for (utterance = text->first; utterance; utterance = utterance->next)
		if (sk_utterance_end(utterance, session, well))
			unheard = true;
	return unheard;
}

int64_t sk_text_due(const struct sk_text *text)
{
	const struct sk_utterance *first = text->first;
	int64_t due_ms = 0;

	if (!first || !first->finished || sk_text_ready(text))
		return 0;
	for (size_t i = 0; i < first->n; i++) {
		int64_t settle_ms = first->pieces[i].settle_ms;

		if (settle_ms && (!due_ms || settle_ms < due_ms))
			due_ms = settle_ms;
	}
	return due_ms;
}

void sk_text_settle(struct sk_text *text, int64_t now_ms)
{
	struct sk_utterance *utterance;

	for (utterance = text->first; utterance; utterance = utterance->next)
		for (size_t i = 0; i < utterance->n; i++) {
			struct sk_piece *piece = &utterance->pieces[i];

			if (!piece->settle_ms || piece->settle_ms > now_ms)
				continue;
			piece->over = true;
			piece->settle_ms = 0;
		}
}

const char *sk_text_partial(const struct sk_text *text)
{
	return sv_buf_str(&text->partial);
}

json_t *sk_text_result(struct sk_text *text)
{
	json_t *fields;

	if (!sk_text_ready(text))
		return NULL;
	fields = sk_utterance_fields(text->first);
	drop_first(text);
	return fields;
}
