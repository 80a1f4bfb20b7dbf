// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Capabilities: all five sets are emptied except for what the policy keeps, and the securebits
 * ensure that no change of ids and no exec ever fills one again. Bare system calls, because the
 * wrappers of libc and libcap may allocate.
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/str.h"
#include "confine/rights.h"
#include "pen/steps.h"
#include "policy/quantity.h"

enum { CAPABILITY_ROOM = 64 };

/* Not SECBIT_KEEP_CAPS_LOCKED: it makes PR_SET_KEEPCAPS fail, which makes programs that drop
 * privileges (ping) give up, and with NO_SETUID_FIXUP the bit has no effect. */
static const unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
				  SECBIT_NO_SETUID_FIXUP_LOCKED;
static const unsigned long ambient_bits = SECBIT_NO_CAP_AMBIENT_RAISE |
					  SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

/* Sets this process's capabilities to MASK; EXTRA stays permitted and effective, but not
 * inheritable. */
static int set(uint64_t mask, uint64_t extra)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ (uint32_t)(mask | extra), (uint32_t)(mask | extra), (uint32_t)mask },
		{ (uint32_t)((mask | extra) >> 32), (uint32_t)((mask | extra) >> 32),
		  (uint32_t)(mask >> 32) },
	};

	return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

int capability_check(const struct capability_setting *setting, struct diags *diags)
{
	char name[CAPABILITY_NAME_ROOM];

	for (int cap = 0; cap < CAPABILITY_ROOM; cap++) {
		if (!(setting->mask >> cap & 1) ||
		    prctl(PR_CAPBSET_READ, (unsigned long)cap, 0, 0, 0) >= 0)
			continue;
		diags_add(diags, DIAG_ERROR, &setting->place, "this kernel has no %s",
			  capability_name(cap, name));
		return -EINVAL;
	}
	return 0;
}

char *capability_list(uint64_t mask)
{
	struct strbuf text = { 0 };
	char name[CAPABILITY_NAME_ROOM];

	strbuf_puts(&text, "");
	for (int cap = 0; cap < CAPABILITY_ROOM; cap++)
		if (mask >> cap & 1)
			strbuf_printf(&text, "%s%s", text.len ? ", " : " but ",
				      capability_name(cap, name));
	return text.text;
}

/* Without namespaces an ordinary user has nothing to lock, and nothing that no_new_privs would not
 * keep from coming back. */
static bool is_without_rights(const struct setup *setup)
{
	return setup->plan->kind == PEN_LANDLOCK && !(rights_effective() >> CAP_SETPCAP & 1);
}

/*
 * Should: lock the securebits, and empty the bounding set, except for the kept ones, and the
 * ambient set. Must not: stop at the last capability that this build knows: the kernel's list ends
 * where EINVAL begins.
 */
static int take_capability_bound(struct setup *setup, const struct step *step)
{
	if (is_without_rights(setup))
		return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ? -errno : 0;
	if (prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) < 0)
		return -errno;
	for (unsigned long cap = 0; cap < CAPABILITY_ROOM; cap++) {
		if (step->attributes >> cap & 1)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
			continue;
		if (errno == EINVAL && cap > 0)
			break;
		return -errno;
	}
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ? -errno : 0;
}

const struct step_kind capability_step_bound = { .run = take_capability_bound };

/* Should: let no exec gain anything, and hide this process from others, including its own
 * user's. */
static int take_capability_hide(struct setup *setup, const struct step *step)
{
	(void)setup;
	(void)step;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0;
}

const struct step_kind capability_step_hide = { .run = take_capability_hide };

/* Should: empty the sets except for the kept capabilities, which all five then hold; and hide
 * again, after the change of ids. Must not: leave anything else to an exec. */
static int take_capability_drop(struct setup *setup, const struct step *step)
{
	const uint64_t kept = step->attributes;
	int err;

	if (is_without_rights(setup)) {
		err = set(0, 0);
		return err ? err : take_capability_hide(setup, step);
	}
	/* For a user other than root only the ambient set carries a capability over an exec, and
	 * only a process that has the capability can raise it; afterwards that way is locked,
	 * too. */
	err = set(kept, 1ULL << CAP_SETPCAP);
	if (err)
		return err;
	for (unsigned long cap = 0; cap < CAPABILITY_ROOM; cap++)
		if (kept >> cap & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			return -errno;
	if (prctl(PR_SET_SECUREBITS, bits | ambient_bits, 0, 0, 0) < 0)
		return -errno;
	err = set(kept, 0);
	return err ? err : take_capability_hide(setup, step);
}

const struct step_kind capability_step_drop = { .run = take_capability_drop };
