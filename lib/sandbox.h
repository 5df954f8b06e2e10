/*
 * What a process that reads foreign data gives up for good, and with it all
 * that it forks: to run another program, to look into other processes, to
 * change who it is, and what only administrators do. By seccomp(2), as a list of
 * what is refused with EPERM: it says nothing of what libraries need to work.
 */
#ifndef SV_SANDBOX_H
#define SV_SANDBOX_H

/* 0; EX_UNAVAILABLE where the kernel has no seccomp: nothing is given up then.
 * Not for a build with LeakSanitizer, which looks into its own process. */
int sv_sandbox(void);

#endif
