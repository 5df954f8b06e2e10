/* A large file over HTTP, which goes on where it was cut off. */
#ifndef MODEL_FETCH_H
#define MODEL_FETCH_H

/*
 * Fetches url into the file path, all of it or an error. What came is kept
 * in path.part when the connection breaks, with what the server calls this
 * version of the file in path.version, so that the next try, now or in a later
 * run, asks for the rest alone, and for all of it if the file has changed. 0;
 * EX_UNAVAILABLE when the server or the file is not there or the answer is not
 * right, EX_TEMPFAIL when another process is fetching the same or the server
 * is busy, EX_CANTCREAT, EX_IOERR.
 */
int fetch_file(const char *url, const char *path);

#endif
