/* listen_config: the settings of sv-crm listen */
#include "src/crm/listen_config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/buf.h"
#include "lib/fail.h"
#include "lib/io.h"
#include "lib/phone.h"
#include "lib/secret.h"
#include "lib/service.h"

enum { PEM_MAX = 1 << 20 }; /* bytes */

static const char *const own_settings[] = { "country", "patience",
	                                    "connections", "settle", NULL };

static bool is_among(const char *const *keys, const char *pair)
{
	size_t len;

	if (!strncmp(pair, "listen.", 7))
		pair += 7;
	len = strcspn(pair, "=");
	for (; *keys; keys++)
		if (strlen(*keys) == len && !strncmp(*keys, pair, len))
			return true;
	return false;
}

static int check_settings(const struct sv_list *settings)
{
	for (size_t i = 0; i < settings->n; i++)
		if (!is_among(own_settings, settings->items[i]) &&
		    !is_among(spool_settings, settings->items[i]))
			return sv_fail(EX_USAGE,
			               "-p %.*s: listen has no such setting",
			               (int)strcspn(settings->items[i], "="),
			               settings->items[i]);
	return 0;
}

static int read_settings(struct listen_config *config)
{
	const struct sv_list *settings = &config->options->settings;
	const char *country = sv_setting(settings, "listen", "country");
	int rc = check_settings(settings);

	config->country = country ? country : "7";
	if (!rc && !sv_phone_country(config->country))
		rc = sv_fail(EX_USAGE,
		             "country '%s': a country is digits, as 7 or 375",
		             config->country);
	config->patience_ms = 15000;
	config->most = 256;
	config->settle_ms = 2000;
	if (!rc)
		rc = sv_setting_ms(settings, "listen", "patience",
		                   &config->patience_ms);
	if (!rc)
		rc = sv_setting_int(settings, "listen", "connections",
		                    &config->most);
	if (!rc)
		rc = sv_setting_ms(settings, "listen", "settle",
		                   &config->settle_ms);
	if (!rc)
		rc = spool_init(&config->spool, config->options->spool,
		                config->options->channel, settings);
	if (!rc && !config->most)
		rc = sv_fail(EX_USAGE, "connections: at least one");
	return rc;
}

/* PEM, whole; a key must be nobody else's to read */
static int read_pem(const char *path, bool secret, char **pem)
{
	struct sv_buf buf;
	struct stat stat_;
	int rc = 0;

	sv_buf_init(&buf, PEM_MAX);
	if (secret && !stat(path, &stat_) &&
	    (stat_.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)))
		rc = sv_fail(EX_CONFIG,
		             "%s can be read or changed by others: chmod 640",
		             path);
	if (!rc)
		rc = sv_file_read(path, &buf);
	*pem = rc ? NULL : sv_buf_take(&buf);
	sv_buf_release(&buf);
	return rc;
}

static int read_certificate(struct listen_config *config)
{
	const struct crm_options *options = config->options;
	int rc;

	if (!config->door.tls)
		return !options->cert && !options->key
		               ? 0
		               : sv_fail(EX_USAGE,
		                         "--cert and --key go with an "
		                         "https:// URL");
	if (!options->cert || !options->key)
		return sv_fail(EX_USAGE,
		               "https:// needs --cert and --key, PEM files");
	rc = read_pem(options->cert, false, &config->cert);
	return rc ? rc : read_pem(options->key, true, &config->key);
}

int listen_config_init(struct listen_config *config,
                       const struct crm_options *options)
{
	int rc;

	*config = (struct listen_config){ .options = options };
	rc = read_settings(config);
	if (!rc)
		rc = door_parse(&config->door, options->url);
	if (!rc)
		rc = read_certificate(config);
	return rc ? rc : hook_init(&config->hook);
}

void listen_config_release(struct listen_config *config)
{
	door_close(&config->door);
	hook_release(&config->hook);
	free(config->cert);
	sv_secret_free(config->key);
	config->cert = config->key = NULL;
}
