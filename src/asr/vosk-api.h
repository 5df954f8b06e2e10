/*
 * libvosk's functions, those we use, found at run time: the library is not
 * packaged, and a program that needs it for one engine must start without it.
 * Declared after vosk_api.h of 0.3.39; the library is under the Apache
 * licence 2.0.
 */
#ifndef ASR_VOSK_API_H
#define ASR_VOSK_API_H

struct vosk_model;
struct vosk_recognizer;

struct vosk_api {
	void *library;
	void (*set_log_level)(int level);
	struct vosk_model *(*model_new)(const char *path);
	void (*model_free)(struct vosk_model *model);
	int (*find_word)(struct vosk_model *model, const char *word);
	struct vosk_recognizer *(*recognizer_new)(struct vosk_model *model,
	                                          float rate);
	struct vosk_recognizer *(*recognizer_new_grm)(struct vosk_model *model,
	                                              float rate,
	                                              const char *grammar);
	void (*set_words)(struct vosk_recognizer *recognizer, int words);
	int (*accept)(struct vosk_recognizer *recognizer, const short *samples,
	              int n);
	const char *(*result)(struct vosk_recognizer *recognizer);
	const char *(*partial)(struct vosk_recognizer *recognizer);
	const char *(*final)(struct vosk_recognizer *recognizer);
	void (*recognizer_free)(struct vosk_recognizer *recognizer);
};

/* Looks in SV_VOSK_LIB, ../lib/sales-voice beside this program, the cache
 * folder, and where the system looks. 0 and the functions, or EX_UNAVAILABLE.
 * The library stays loaded: it cannot be unloaded safely. */
int vosk_api_open(struct vosk_api *api);

/* Loads a model; what libvosk writes on stderr meanwhile goes into our log,
 * and its error into our sentence. 0 and *made, or EX_DATAERR. */
int vosk_api_model(const struct vosk_api *api, const char *path,
                   struct vosk_model **made);

#endif
