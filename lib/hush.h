/*
 * Libraries that write on stderr by themselves: between the two calls nothing
 * arrives there, unless the log is verbose. Our own lines must wait, too.
 */
#ifndef SV_HUSH_H
#define SV_HUSH_H

/* what sv_hush_end() needs */
int sv_hush(void);
void sv_hush_end(int kept);

#endif
