/* sandbox: calls of the kernel that are given up */
#include "lib/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>

#include "lib/fail.h"

/* by name: one that this kernel's headers do not know is passed over */
static const char *const refused[] = {
	/* other programs */
	"execve",
	"execveat",
	/* other processes */
	"ptrace",
	"process_vm_readv",
	"process_vm_writev",
	"process_madvise",
	"kcmp",
	"pidfd_getfd",
	/* who and where we are */
	"setuid",
	"setgid",
	"setreuid",
	"setregid",
	"setresuid",
	"setresgid",
	"setgroups",
	"setfsuid",
	"setfsgid",
	"capset",
	"chroot",
	"pivot_root",
	"setns",
	"unshare",
	"personality",
	/* file systems and the machine */
	"mount",
	"umount2",
	"move_mount",
	"open_tree",
	"fsopen",
	"fsmount",
	"mount_setattr",
	"open_by_handle_at",
	"mknod",
	"mknodat",
	"swapon",
	"swapoff",
	"reboot",
	"kexec_load",
	"kexec_file_load",
	"init_module",
	"finit_module",
	"delete_module",
	"settimeofday",
	"clock_settime",
	"adjtimex",
	"clock_adjtime",
	"syslog",
	"acct",
	"quotactl",
	/* wide doors of the kernel; by io_uring calls are made that no filter
	 * sees */
	"bpf",
	"perf_event_open",
	"userfaultfd",
	"io_uring_setup",
	"io_uring_enter",
	"io_uring_register",
	"add_key",
	"request_key",
	"keyctl",
};

static int refuse(scmp_filter_ctx filter, const char *name)
{
	int number = seccomp_syscall_resolve_name(name);

	if (number == __NR_SCMP_ERROR)
		return 0;
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number, 0);
}

int sv_sandbox(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int failed = filter ? 0 : -ENOMEM;

	for (size_t i = 0; !failed && i < sizeof refused / sizeof *refused; i++)
		failed = refuse(filter, refused[i]);
	if (!failed)
		failed = seccomp_load(filter);
	seccomp_release(filter);
	return failed ? sv_fail(EX_UNAVAILABLE, "sandbox: %s",
	                        strerror(-failed))
	              : 0;
}
