/* coding.c: the codings of recordings without a header, and the suffixes */
#include "lib/coding.h"

#include <sndfile.h>
#include <string.h>
#include <strings.h>

#include "lib/sound.h"

/* Headerless codings by Asterisk's names for them (main/format*.c there) */
static const struct sv_coding codings[] = {
	{ "ulaw", 8000, SF_FORMAT_ULAW, 1 },
	{ "alaw", 8000, SF_FORMAT_ALAW, 1 },
	{ "gsm", 8000, SF_FORMAT_GSM610, 33 },
	{ "vox", 8000, SF_FORMAT_VOX_ADPCM, 1 },
	{ "g722", 16000, 0, 1 },
	{ "sln", 8000, SF_FORMAT_PCM_16, 2 },
	{ "sln12", 12000, SF_FORMAT_PCM_16, 2 },
	{ "sln16", 16000, SF_FORMAT_PCM_16, 2 },
	{ "sln24", 24000, SF_FORMAT_PCM_16, 2 },
	{ "sln32", 32000, SF_FORMAT_PCM_16, 2 },
	{ "sln44", 44100, SF_FORMAT_PCM_16, 2 },
	{ "sln48", 48000, SF_FORMAT_PCM_16, 2 },
	{ "sln96", 96000, SF_FORMAT_PCM_16, 2 },
	{ "sln192", 192000, SF_FORMAT_PCM_16, 2 },
};

static const struct suffix {
	const char *suffix;
	const char *coding; /* NULL: the file's own header says */
} suffixes[] = {
	{ "wav", NULL },        { "wav49", NULL },     { "wav16", NULL },
	{ "flac", NULL },       { "ogg", NULL },       { "oga", NULL },
	{ "opus", NULL },       { "mp3", NULL },       { "aiff", NULL },
	{ "aif", NULL },        { "au", NULL },        { "snd", NULL },
	{ "caf", NULL },        { "w64", NULL },       { "rf64", NULL },
	{ "ulaw", "ulaw" },     { "ul", "ulaw" },      { "ulw", "ulaw" },
	{ "mu", "ulaw" },       { "pcm", "ulaw" },     { "alaw", "alaw" },
	{ "al", "alaw" },       { "alw", "alaw" },     { "gsm", "gsm" },
	{ "vox", "vox" },       { "g722", "g722" },    { "sln", "sln" },
	{ "raw", "sln" },       { "sln8", "sln" },     { "slin", "sln" },
	{ "sln12", "sln12" },   { "sln16", "sln16" },  { "slin16", "sln16" },
	{ "sln24", "sln24" },   { "sln32", "sln32" },  { "sln44", "sln44" },
	{ "sln48", "sln48" },   { "slin48", "sln48" }, { "sln96", "sln96" },
	{ "sln192", "sln192" },
};

static const struct suffix *suffix_find(const char *path)
{
	const char *name = strrchr(path, '/');
	const char *dot;

	name = name ? name + 1 : path;
	dot = strrchr(name, '.');
	if (!dot || dot == name)
		return NULL;
	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
		if (!strcasecmp(dot + 1, suffixes[i].suffix))
			return &suffixes[i];
	}
	return NULL;
}

bool sv_sound_known(const char *path)
{
	return suffix_find(path) != NULL;
}

const char *sv_sound_raw(const char *path)
{
	const struct suffix *found = suffix_find(path);

	return found ? found->coding : NULL;
}

const struct sv_coding *sv_coding_find(const char *name)
{
	for (size_t i = 0; i < sizeof codings / sizeof *codings; i++) {
		if (!strcasecmp(name, codings[i].name))
			return &codings[i];
	}
	return NULL;
}
