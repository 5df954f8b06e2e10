/*
 * -p KEY=VALUE. What every engine has, so that a fallback sounds alike:
 *
 *     voice      a name of the engine's own; voice.ru, voice.en per language
 *     rate       per cent of the usual speed, 50 to 250
 *     pitch      per cent of the usual pitch, 0 to 200
 *     volume     per cent, 0 to 200
 *     data       the folder with the engine's voices
 *     library    the file of the engine's library, where it is loaded late
 *
 * What every service on the network has: the keys of lib/service.h, and its
 * budgets, which chain.h holds it to,
 *
 *     budget.connect, budget.first, budget.stall, budget.total
 *
 * And what an engine's table names (engine.h). All are looked up as
 * sv_setting() does.
 *
 * With an engine's name and a dot before it a setting is that engine's alone,
 * and stands above the common one: rhvoice.voice.ru=anna.
 */
#ifndef TTS_SETTINGS_H
#define TTS_SETTINGS_H

#include "lib/option.h"

struct tts_manner {
	int rate, pitch, volume; /* per cent */
};

/* parses the value of -p: KEY=VALUE[,KEY=VALUE], added to a struct sv_list */
int tts_setting(const char *value, void *target);

/* the voice set for the engine and the language; NULL when none is */
const char *tts_setting_voice(const struct sv_list *settings,
                              const char *engine, const char *language);

/* how the engine is to speak. 0, or EX_USAGE, EX_CONFIG for what is no
 * percentage. */
int tts_setting_manner(const struct sv_list *settings, const char *engine,
                       struct tts_manner *manner);

#endif
