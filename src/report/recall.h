/* What the store knows of earlier calls of a number: sv-dialog's memory. */
#ifndef REPORT_RECALL_H
#define REPORT_RECALL_H

/* Reads {"caller":NUMBER,"call":ID} on stdin, and writes {"calls":N,
 * "summary":TEXT,"slots":{…}} of the last calls but that one. dsn as for
 * sv_store_open(). 0 or a code. */
int recall(const char *dsn);

#endif
