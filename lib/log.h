/*
 * One line on stderr: "sv-asr: warning: vosk: no grammar in this model", or
 * with --log json an object with time, level, stage, call and message. Never
 * a secret, never what people said; telephone numbers and addresses that a
 * service's error quotes are hidden (hide.h, SV_REDACT).
 */
#ifndef SV_LOG_H
#define SV_LOG_H

#include <stdbool.h>

enum sv_level { SV_ERROR, SV_WARNING, SV_INFO, SV_DEBUG };

/* name is lent for good ("sv-asr"); messages above level are dropped. The
 * start is SV_WARNING, as text. */
void sv_log_open(const char *name, enum sv_level level, bool json);

/* the call that JSON lines name from now on; copied, NULL for none */
void sv_log_call(const char *call);

/* whether a message of that level would be printed */
bool sv_logs(enum sv_level level);

/* whether lines are JSON */
bool sv_logs_json(void);

void sv_log(enum sv_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* a line that somebody asked for just now: printed at any level */
void sv_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define sv_warn(...) sv_log(SV_WARNING, __VA_ARGS__)
#define sv_info(...) sv_log(SV_INFO, __VA_ARGS__)
#define sv_debug(...) sv_log(SV_DEBUG, __VA_ARGS__)

#endif
