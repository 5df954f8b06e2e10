/*
 * The codings of recordings that have no header to tell them apart.
 */
#ifndef SV_CODING_H
#define SV_CODING_H

struct sv_coding {
	const char *name;
	int rate_hz;
	int format; /* libsndfile's; 0 for G.722, which is spandsp's */
	int unit;   /* bytes that stand or fall together */
};

/* by name, whatever its case; NULL when there is none */
const struct sv_coding *sv_coding_find(const char *name);

#endif
