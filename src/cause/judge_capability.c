// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Failures for the lack of a capability. Which one it was, and over which user namespace, the trace
 * tells where the kernel does (Linux 6.14); elsewhere, the call's name tells if it says so.
 */
#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "cause/inquiry.h"
#include "policy/quantity.h"
#include "sys/privilege.h"

/* Capabilities that are asked for over the pen's own namespaces; the others are over the host. */
static const uint64_t in_pens =
	1ULL << CAP_CHOWN | 1ULL << CAP_DAC_OVERRIDE | 1ULL << CAP_DAC_READ_SEARCH |
	1ULL << CAP_FOWNER | 1ULL << CAP_FSETID | 1ULL << CAP_KILL | 1ULL << CAP_SETGID |
	1ULL << CAP_SETUID | 1ULL << CAP_SETPCAP | 1ULL << CAP_NET_BIND_SERVICE |
	1ULL << CAP_NET_BROADCAST | 1ULL << CAP_NET_ADMIN | 1ULL << CAP_NET_RAW |
	1ULL << CAP_IPC_OWNER | 1ULL << CAP_SYS_CHROOT | 1ULL << CAP_SYS_PTRACE |
	1ULL << CAP_SYS_ADMIN | 1ULL << CAP_SYS_BOOT | 1ULL << CAP_SETFCAP;

/* Capabilities over a network. */
static const uint64_t over_network = 1ULL << CAP_NET_BIND_SERVICE | 1ULL << CAP_NET_BROADCAST |
				     1ULL << CAP_NET_ADMIN | 1ULL << CAP_NET_RAW;

/* Capabilities whose lack is the only reason for a call to fail with EPERM. */
static const struct {
	const char *call;
	int capability;
} needs[] = {
	{ "chown", CAP_CHOWN },
	{ "lchown", CAP_CHOWN },
	{ "fchown", CAP_CHOWN },
	{ "fchownat", CAP_CHOWN },
	{ "mknod", CAP_MKNOD },
	{ "mknodat", CAP_MKNOD },
	{ "chroot", CAP_SYS_CHROOT },
	{ "setuid", CAP_SETUID },
	{ "setreuid", CAP_SETUID },
	{ "setresuid", CAP_SETUID },
	{ "setfsuid", CAP_SETUID },
	{ "setgid", CAP_SETGID },
	{ "setregid", CAP_SETGID },
	{ "setresgid", CAP_SETGID },
	{ "setgroups", CAP_SETGID },
	{ "sethostname", CAP_SYS_ADMIN },
	{ "setdomainname", CAP_SYS_ADMIN },
	{ "settimeofday", CAP_SYS_TIME },
	{ "clock_settime", CAP_SYS_TIME },
	{ "prlimit64", CAP_SYS_RESOURCE },
	{ "setrlimit", CAP_SYS_RESOURCE },
	{ "bind", CAP_NET_BIND_SERVICE },
	{ "reboot", CAP_SYS_BOOT },
	{ "init_module", CAP_SYS_MODULE },
	{ "finit_module", CAP_SYS_MODULE },
	{ "delete_module", CAP_SYS_MODULE },
	{ "iopl", CAP_SYS_RAWIO },
	{ "ioperm", CAP_SYS_RAWIO },
	{ "syslog", CAP_SYSLOG },
	{ "swapon", CAP_SYS_ADMIN },
	{ "swapoff", CAP_SYS_ADMIN },
	{ "acct", CAP_SYS_PACCT },
	{ "vhangup", CAP_SYS_TTY_CONFIG },
	{ "mlock", CAP_IPC_LOCK },
	{ "mlockall", CAP_IPC_LOCK },
	{ "sched_setscheduler", CAP_SYS_NICE },
	{ "setpriority", CAP_SYS_NICE },
};

/* Whether a socket(2) was to be raw: packets of the network itself, or of a protocol below TCP. */
static bool is_raw_socket(const struct inquiry *inquiry)
{
	const uint64_t *args = inquiry->failure->args;

	return str_eq(inquiry->call, "socket") &&
	       ((args[1] & 0xf) == SOCK_RAW || (int)args[0] == AF_PACKET);
}

/* Takes the capability that the call's name says it lacked, if the trace does not know. */
static void guess_refusal(struct inquiry *inquiry)
{
	uint64_t mask;
	int capability = is_raw_socket(inquiry) ? CAP_NET_RAW : -1;

	for (size_t i = 0; capability < 0 && i < ARRAY_SIZE(needs); i++)
		if (str_eq(needs[i].call, inquiry->call))
			capability = needs[i].capability;
	if (capability < 0)
		return;
	mask = 1ULL << capability;
	inquiry->capability = capability;
	inquiry->refusal = REFUSAL_OUTSIDE;
	if (in_pens & mask &&
	    !(over_network & mask && inquiry->facts->settings->net.mode == NET_HOST))
		inquiry->refusal = REFUSAL_INSIDE;
}

void find_walled(struct inquiry *inquiry)
{
	/* hook_sb_mount() and its neighbours in security/landlock/fs.c */
	static const char *const calls[] = { "mount",	   "umount",	 "umount2",
					     "move_mount", "pivot_root", NULL };

	if (inquiry->failure->error != EPERM || record_is_refused(inquiry->failure) ||
	    inquiry->facts->settings->capabilities.mask >> CAP_SYS_ADMIN & 1 ||
	    !is_call(inquiry, calls))
		return;
	inquiry->capability = CAP_SYS_ADMIN;
	inquiry->refusal = REFUSAL_INSIDE;
}

/* Over the command's user namespace, which is the pen's. */
static void blame_lack_inside(struct inquiry *inquiry, const char *name, bool is_granted)
{
	if (is_granted) {
		blame_pen(inquiry, "the process no longer has %s, which the pen grants", name);
		return;
	}
	/* Once it is granted, a built-in rule denies the calls that it is for. */
	if (inquiry->capability == CAP_SETFCAP && !is_written(&inquiry->facts->settings->set_id)) {
		blame_pen(
			inquiry,
			"the command does not have %s: it takes --capability %s and --allow set-id",
			name, name + strlen("cap_"));
		return;
	}
	/* A pen with both is refused: net_user_find(). */
	if (inquiry->facts->settings->net.mode == NET_USER &&
	    (inquiry->capability == CAP_NET_ADMIN || inquiry->capability == CAP_NET_RAW)) {
		blame_pen(inquiry, "the command does not have %s, which does not go with net user",
			  name);
		return;
	}
	blame_pen(inquiry, "the command does not have %s", name);
	fix_with_capability(inquiry, inquiry->capability);
}

/* Returns the setting of the host's under which the call does not take the capability, or NULL. */
static const char *find_alternative(const struct inquiry *inquiry)
{
	const struct sys_privilege *needed = sys_privilege_find(inquiry->call,
								inquiry->failure->args);

	return needed && needed->capability == inquiry->capability ? needed->unless : NULL;
}

static void blame_lack_outside(struct inquiry *inquiry, const char *name, bool is_granted)
{
	const char *unless = find_alternative(inquiry);
	bool is_of_network = over_network >> inquiry->capability & 1 &&
			     inquiry->facts->settings->net.mode == NET_HOST;

	if (is_granted)
		blame_pen(inquiry, "the pen grants %s only over its own namespaces%s%s", name,
			  unless ? "; the call takes it unless " : "", unless ? unless : "");
	else
		blame_pen(inquiry,
			  "the command does not have %s over the host%s, which no pen grants%s%s",
			  name, is_of_network ? "'s network" : "",
			  unless ? "; the call takes it unless " : "", unless ? unless : "");
}

/* Whether the call was about pid 1 of the pen, whose memory belongs to the host's user
 * namespace. */
static bool is_about_init(const struct inquiry *inquiry)
{
	static const struct {
		const char *call;
		uint8_t args; /* that are pids: bit 1 << argument */
	} rows[] = {
		{ "ptrace", 1 << 1 },
		{ "kcmp", 1 << 0 | 1 << 1 },
		{ "process_vm_readv", 1 << 0 },
		{ "process_vm_writev", 1 << 0 },
	};
	const struct record_failure *failure = inquiry->failure;

	if (failure->object == RECORD_OBJECT_PATH)
		return failure->text && path_is_below(failure->text, "/proc/1");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (size_t arg = 0; arg < SYS_ARGS_MAX; arg++)
			if (str_eq(rows[i].call, inquiry->call) && rows[i].args >> arg & 1 &&
			    (int)failure->args[arg] == 1)
				return true;
	return false;
}

/* Whether what is the command's own user namespace here, where the pen has none, would be another
 * one in a pen that has. */
static bool is_host_inside(const struct inquiry *inquiry)
{
	uint64_t mask = 1ULL << inquiry->capability;

	return lacks_namespaces(inquiry) &&
	       (!(in_pens & mask) ||
		(over_network & mask && inquiry->facts->settings->net.mode == NET_HOST));
}

void inquire_capability(struct inquiry *inquiry)
{
	const struct cause_facts *facts = inquiry->facts;
	char name[CAPABILITY_NAME_ROOM];
	bool is_granted;

	if (inquiry->refusal == REFUSAL_UNKNOWN)
		guess_refusal(inquiry);
	if (inquiry->refusal != REFUSAL_INSIDE && inquiry->refusal != REFUSAL_OUTSIDE)
		return;
	capability_name(inquiry->capability, name);
	is_granted = facts->settings->capabilities.mask >> inquiry->capability & 1;
	if (!(facts->rights >> inquiry->capability & 1))
		blame_host(inquiry);
	else if (inquiry->capability == CAP_SYS_PTRACE && is_about_init(inquiry))
		blame_pen(inquiry, "process 1 of the pen is its own init");
	else if (inquiry->refusal == REFUSAL_INSIDE && !is_host_inside(inquiry))
		blame_lack_inside(inquiry, name, is_granted);
	else
		blame_lack_outside(inquiry, name, is_granted);
}
