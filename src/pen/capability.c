// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Capabilities: all five sets are emptied, and the securebits see to it that no change of ids
 * and no exec ever fills one again. Bare system calls: libc's and libcap's may allocate.
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pen/steps.h"

enum { CAPABILITY_ROOM = 64 };

/*
 * Should: lock the securebits, empty the bounding and the ambient set. Must not: stop at the last
 * capability that this build knows: the kernel's last one is where EINVAL begins.
 */
int capability_step_bound(struct setup *setup, const struct step *step)
{
	const unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
				   SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
				   SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

	(void)setup;
	(void)step;
	if (prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) < 0)
		return -errno;
	for (unsigned long cap = 0; cap < CAPABILITY_ROOM; cap++) {
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
			continue;
		if (errno == EINVAL && cap > 0)
			break;
		return -errno;
	}
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ? -errno : 0;
}

/*
 * Should: empty the effective, permitted and inheritable sets, set no_new_privs, hide this
 * process from others of its user. Must not: leave anything to an exec.
 */
int capability_step_drop(struct setup *setup, const struct step *step)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { 0 };

	(void)setup;
	(void)step;
	if (syscall(SYS_capset, &header, none) < 0)
		return -errno;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0;
}
