/*
 * Where a service on the network is, and how it is reached: what the parts
 * that speak to one (http.h, grpc.h, ws.h) are told. And the settings of an
 * engine, which all programs with engines look up in the same places.
 */
#ifndef SV_SERVICE_H
#define SV_SERVICE_H

#include <stdbool.h>

#include "lib/option.h"

struct sv_service {
	const char *name; /* "speechkit": stands before the sentences */
	char *url;        /* http, https, ws or wss; no slash at its end */
	char *ca;         /* PEM file to trust; NULL: the system's */
	char *cert, *key; /* our own certificate, PEM files; or NULL */
	char *proxy;      /* a URL; "none"; NULL: by https_proxy and its kin */
	int connect_ms;   /* for the connection, with TLS */
};

/*
 * The value of an engine's setting, lent, or NULL. The first that is there of
 *     -p ENGINE.KEY=…, -p KEY=…,
 *     SV_STAGE_ENGINE_KEY, SV_ENGINE_KEY, SV_STAGE_KEY from the environment
 * where STAGE is this program's (ASR, TTS …) and what is not a letter or a
 * digit becomes _. Secrets are not settings: secret.h.
 */
const char *sv_setting(const struct sv_list *settings, const char *engine,
                       const char *key);

/* As sv_setting(), read as option.h would: 0 with *value as it was when there
 * is no such setting; EX_USAGE (-p) or EX_CONFIG (environment). */
int sv_setting_ms(const struct sv_list *settings, const char *engine,
                  const char *key, int *value);
int sv_setting_int(const struct sv_list *settings, const char *engine,
                   const char *key, int *value);
int sv_setting_flag(const struct sv_list *settings, const char *engine,
                    const char *key, bool *value);

/* Fills service from the settings url, ca, cert, key, proxy and connect (a
 * time; 3 s when none is set), for sv_service_release(). usual is the url
 * when none is set; NULL: there must be one. Files are looked at. 0,
 * EX_USAGE, EX_CONFIG, EX_NOINPUT. */
int sv_service_init(struct sv_service *service, const char *engine,
                    const struct sv_list *settings, const char *usual);
void sv_service_release(struct sv_service *service);

/* the keys sv_service_init() knows, ended by NULL */
extern const char *const sv_service_settings[];

/* whether the way there is encrypted */
bool sv_service_tls(const struct sv_service *service);

/* "host:port", yours to free(): what a breaker or a message names it by */
char *sv_service_place(const struct sv_service *service);

#endif
