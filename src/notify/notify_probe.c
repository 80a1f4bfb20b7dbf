// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds out whether there can be a listener here, by a child that requests one. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "notify/notify.h"

/* The best first: without WAIT_KILLABLE_RECV (Linux 5.19) any signal interrupts a waiting call. */
static const unsigned int flag_sets[] = {
	SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
	SECCOMP_FILTER_FLAG_NEW_LISTENER,
};
/* Exit statuses of the child that tries: below NOTHING, an index into that list; above, NOTHING
 * plus an errno. */
enum { NOTHING = ARRAY_SIZE(flag_sets), STACK_BYTES = 32768 };

int notify_get_sizes(struct seccomp_notif_sizes *ret_sizes)
{
	static struct seccomp_notif_sizes sizes;

	if (!sizes.seccomp_notif && syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) < 0)
		return -errno;
	*ret_sizes = sizes;
	return 0;
}

/* In a child: tries the flags, best first. Returns the -errno of the last. */
static int try_listener(void)
{
	static const struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	const struct sock_fprog program = { 1, (struct sock_filter *)&allow };
	int err = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : -EINVAL;

	for (size_t i = 0; err == -EINVAL && i < ARRAY_SIZE(flag_sets); i++)
		err = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flag_sets[i], &program) < 0
			      ? -errno
			      : (int)i;
	return err;
}

static int try_and_exit(void *unused)
{
	int err = try_listener();

	(void)unused;
	_exit(err < 0 ? NOTHING + -err : err);
}

int notify_probe(unsigned int *ret_flags, struct diags *diags)
{
	static _Alignas(16) char stack[STACK_BYTES];
	struct seccomp_notif_sizes sizes;
	int status = 0, err;
	pid_t pid;

	/* The kernel writes as much as it says it does, and takes no length. */
	if (notify_get_sizes(&sizes)) {
		err = diags_fail(diags, -errno, "cannot have a seccomp listener: %s",
				 strerror(errno));
		diags_refer(diags, MACHINE_LISTENER);
		return err;
	}
	/* Not fork(): it would copy the page tables, for a process that makes three calls. */
	pid = clone(try_and_exit, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return diags_fail(diags, -ECHILD, "cannot try out a seccomp listener");
	if (WEXITSTATUS(status) < NOTHING) {
		*ret_flags = flag_sets[WEXITSTATUS(status)];
		return 0;
	}
	err = WEXITSTATUS(status) - NOTHING;
	diags_fail(diags, -err, "cannot have a seccomp listener: %s", strerror(err));
	if (err == EBUSY)
		diags_hint(
			diags,
			"pinfold itself runs under a listener, perhaps a container manager's, and "
			"the kernel allows only one");
	else if (err == EINVAL)
		diags_hint(diags, "it needs Linux 5.5");
	diags_refer(diags, MACHINE_LISTENER);
	return -err;
}
