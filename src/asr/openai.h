/*
 * The engine `openai`, inside: what its files share. There are two ways to the
 * words: a request an utterance (openai-post.c: POST /v1/audio/transcriptions,
 * which compatible servers have as well), and a session for the call
 * (openai-session.c: a WebSocket, where deltas come while sound is sent).
 */
#ifndef ASR_OPENAI_H
#define ASR_OPENAI_H

#include "lib/buf.h"
#include "lib/openai.h"
#include "lib/sse.h"

#include "src/asr/engine.h"

enum openai_api { OPENAI_BY_MODEL, OPENAI_POST, OPENAI_SESSION };

/* how a model is told what is expected */
enum openai_hints {
	OPENAI_HINTS_BY_MODEL,
	OPENAI_NO_HINTS,
	OPENAI_PROMPT,
	OPENAI_KEYWORDS
};

enum { OPENAI_SHORTEST_MS = 100 }; /* less is refused */

/* the settings */
struct asr_model {
	struct sv_openai openai;
	enum openai_api api;
	const char *model;       /* of requests */
	const char *session;     /* of sessions */
	const char *usual;       /* config's language */
	const char *language;    /* NULL: usual or what a question says */
	const char *prompt;      /* NULL: none */
	const char *temperature; /* as it is sent; NULL: not */
	const char *format;      /* response_format */
	const char *chunking;    /* chunking_strategy; NULL: not sent */
	const char *line;        /* "pcm", "pcmu" or NULL: by the rate */
	const char *noise;       /* noise_reduction; NULL: none */
	const char *delay;       /* of a session's model; NULL: its own */
	enum openai_hints hints;
	bool stream, stream_set;
	bool logprobs;
	bool whole;       /* a recording is one request, not one an utterance */
	int session_ms;   /* a session is replaced after this */
	const char *used; /* by the last recogniser: model or session */
};

/* one utterance, from begin() until result() was told of it */
struct openai_utterance {
	struct asr *asr;
	struct openai_utterance *next;
	int64_t offset_ms;
	size_t n;      /* samples fed */
	bool finished; /* all was fed */
	bool done;     /* rc, why and fields tell */
	int rc;
	char *why;
	json_t *fields;
	struct sv_buf text; /* the hypothesis */

	/* a request's */
	struct sv_buf sound;       /* a WAV file */
	struct sv_http_call *call; /* while it is under way */
	struct sv_buf answer;      /* a stream that proved to be none */
	struct sv_sse sse;

	enum { UNKNOWN, EVENTS, WHOLE } form; /* of the answer */

	bool told;  /* transcript.text.done came */
	bool whole; /* a recording: fields are the answer as it is */

	/* a session's */
	struct openai_session *session;
	char *item;     /* its item there, once known */
	bool committed; /* the session says so */
	size_t sent;    /* samples, at the rate they are sent in */
	int64_t number; /* in the event_id of its commit */
};

/* one of the two ways; see engine.h */
struct openai_way {
	int (*open)(struct asr *asr);
	void (*close)(struct asr *asr);
	bool (*ready)(const struct asr *asr);
	int (*expect)(struct asr *asr);
	int (*begin)(struct asr *asr, struct openai_utterance *utterance);
	int (*feed)(struct openai_utterance *utterance, const int16_t *samples,
	            size_t n);
	int (*finish)(struct openai_utterance *utterance);
	void (*drop)(struct openai_utterance *utterance);
	/* from the loop, within no handler: what is over is cleared away */
	void (*tidy)(struct asr *asr);
	size_t (*waiting)(const struct asr *asr);
};

extern const struct openai_way openai_post, openai_session;

struct asr {
	struct asr_model *model;
	const struct asr_place *place;
	const struct openai_way *way;
	int rate_hz; /* of what is fed */

	struct openai_utterance *first, *last; /* in order */
	bool open;                             /* the last is being fed */
	struct asr_spent spent;
	int rc; /* it can go no further, why */
	char *why;
	int retry_ms;

	char language[4];   /* "" when it is not told */
	char *hints;        /* a blank and a comma between them; or NULL */
	json_t *hints_list; /* or NULL */

	struct sv_http *http; /* by request */

	struct openai_session *session; /* the newest; older ones drain */
	struct sv_resampler *resampler;
	struct sv_timer roll; /* the session is to be replaced */

	int64_t numbers;       /* of utterances */
	struct sv_timer later; /* what must wait until a handler is over */
};

extern const struct asr_engine asr_openai; /* an entry of engines.c */

/* --- openai-settings.c --- */

int openai_load(struct asr_model **made, const struct asr_config *config);
void openai_unload(struct asr_model *model);
int openai_identify(const struct asr_model *model, struct sv_buf *out);

/* Whether a recogniser will have a session. */
bool openai_by_session(const struct asr_model *model, bool live);

/* Whether a recording goes out whole: its answer has times. */
bool openai_whole(const struct asr_model *model);

extern const char *const openai_settings[];

/* --- openai.c --- */

/* The name that requests go by: of what the way asks for. */
const char *openai_name(const struct asr *asr);

/* How this model is told of hints; never OPENAI_HINTS_BY_MODEL. */
enum openai_hints openai_hints_of(const struct asr_model *model,
                                  const char *name);

/* The prompt to be sent, yours; NULL for none. */
char *openai_prompt(const struct asr *asr);

/* The utterance has come to something: takes fields, or with a code (then
 * they are NULL) keeps sv_why(). The caller notices. */
void openai_done(struct openai_utterance *utterance, int rc, json_t *fields);

/* Nothing more can be done by this recogniser; sv_why() is kept. */
void openai_broken(struct asr *asr, int rc, int retry_ms);

/* Tells the chain, from the loop and as soon as the handler is over: it may
 * close the recogniser, with the connection that called us. */
void openai_notice(struct asr *asr);

/* adds what an answer's usage counts; ms of sound where it counts nothing */
void openai_count(struct asr *asr, const json_t *usage, int64_t ms);

/* --- openai-recording.c: see engine.h --- */

int openai_recording(struct asr_model *model,
                     const struct asr_recording *recording);
int openai_probe(struct asr_model *model, struct sv_buf *about);

/* --- openai-answer.c --- */

/* The fields of asr.final from an answer as json, verbose_json or
 * diarized_json: text, and where they are known words and confidence. Times
 * are moved by offset_ms and end by end_ms. 0, EX_UNAVAILABLE when there is no
 * text. */
int openai_fields(const json_t *answer, int64_t offset_ms, int64_t end_ms,
                  json_t **fields);

/* What a segment of such an answer is as an utterance of its own, with its
 * start_ms and end_ms; words are those of the answer within it, taken from
 * number *word on. NULL for one without words. New. */
json_t *openai_segment(const json_t *answer, const json_t *segment,
                       int64_t offset_ms, size_t *word);

/* The mean of logprobs as a probability; -1 when there are none. */
double openai_confidence(const json_t *logprobs);

/* text without blanks at its ends, as a JSON string; repaired where it must
 * be */
json_t *openai_text(const char *text);

#endif
