/*
 * How SpeechKit is to be asked: its settings, its keys, and the messages that
 * tell them.
 */
#ifndef ASR_SPEECHKIT_MODEL_H
#define ASR_SPEECHKIT_MODEL_H

#include <stdbool.h>

#include "lib/grpc.h"
#include "lib/option.h"
#include "lib/service.h"

#include "src/asr/engine.h"
#include "src/asr/speechkit.pb-c.h"

struct asr_model {
	struct sv_service service;
	struct sv_service operations; /* where work that takes long is */
	char *place;
	const char *name;     /* "general" */
	const char *language; /* "ru" */
	const char *folder;   /* or NULL */
	bool normalizes, censors, punctuates, formats_phones;
	struct sv_list classifiers;
	int session_ms, session_bytes; /* what a session is given at most */
	int poll_ms, patience_ms;      /* for recordings */
};

extern const char *const sk_settings[];

/* These are the engine's. */
int sk_load(struct asr_model **made, const struct asr_config *config);
int sk_load_as(struct asr_model **made, const char *engine,
               const struct asr_config *config);
void sk_unload(struct asr_model *model);
const char *sk_place(const struct asr_model *model);
const char *sk_variant(const struct asr_model *model);
int sk_identify(const struct asr_model *model, struct sv_buf *out);
int sk_probe(struct asr_model *model, struct sv_buf *about);
int sk_recording(struct asr_model *model,
                 const struct asr_recording *recording);

/* What goes along with a call, for sv_grpc_request.metadata. The keys are read
 * each time: a token in a file is renewed under a program that runs on. */
struct sk_metadata {
	const char *pairs[7];
	char *authorization;
	char request[37]; /* a UUID, for who asks the support */
};

/* 0, EX_CONFIG */
int sk_metadata_init(struct sk_metadata *metadata,
                     const struct asr_model *model, const char *call);
void sk_metadata_release(struct sk_metadata *metadata);

/* "ru-RU" */
const char *sk_language(const char *language);

/* What is to be recognised how; it points into itself. */
struct sk_asked {
	Sk__RecognitionModel model;
	Sk__AudioFormat format;
	Sk__RawAudio raw;
	Sk__ContainerAudio container;
	Sk__TextNormalization normalization;
	Sk__LanguageRestriction restriction;
	Sk__ClassifiersAsked classifiers;
	char *language;
	Sk__ClassifierAsked classifier[16];
	Sk__ClassifierAsked *classifier_list[16];
	int32_t trigger;
};

/* For raw sound of one channel, as it comes; for sk_asked_release(). */
void sk_asked_init(struct sk_asked *asked, const struct asr_model *model,
                   const char *language, int rate_hz);
void sk_asked_release(struct sk_asked *asked);

/* Records why a call has ended, which sv_why() says, with what to do about it,
 * and returns the code. session is the service's name of it, or "". */
int sk_fail(const struct sv_grpc_status *status, const char *session);

#endif
