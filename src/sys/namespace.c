// SPDX-License-Identifier: GPL-2.0-or-later
#include "sys/namespace.h"

#include <sched.h>

const struct sys_namespace sys_namespaces[NAMESPACES] = {
	{ CLONE_NEWUSER, "user" },     { CLONE_NEWNS, "mount" }, { CLONE_NEWPID, "pid" },
	{ CLONE_NEWNET, "net" },       { CLONE_NEWIPC, "ipc" },	 { CLONE_NEWUTS, "uts" },
	{ CLONE_NEWCGROUP, "cgroup" },
};
