/* sv-report ingest: a stream of events, passed on and stored. */
#ifndef REPORT_INGEST_H
#define REPORT_INGEST_H

struct ingest_options {
	const char *dsn; /* NULL: the usual place */
	int timeout_ms;  /* at the end, how long for a store that is away */
	int memory_mib;  /* events that wait for it meanwhile */
};

/* From stdin to stdout and to the store. 0, SV_GONE, or a code. */
int ingest(const struct ingest_options *options);

#endif
