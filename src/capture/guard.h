/*
 * Who started us waits for our end before it goes on with the caller, and our
 * end takes as long as the pipeline's. So the process that was started only
 * stands guard, and a child of it has the call: it says when the caller is no
 * longer ours, and finishes what is left on its own.
 */
#ifndef CAPTURE_GUARD_H
#define CAPTURE_GUARD_H

/* Forks. In the child: *leash for guard_release(), 0 or EX_OSERR; SIGHUP comes
 * also when the guard dies. The guard closes the n descriptors, does not
 * return, hands SIGHUP and SIGTERM on, and exits when released or with the
 * child's code; of a child that was killed it kills what that had started. */
int guard_start(int *leash, const int *fds, int n);

/* The guard exits with 0, now. */
void guard_release(int *leash);

#endif
