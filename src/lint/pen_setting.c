// SPDX-License-Identifier: GPL-2.0-or-later
/* What a policy shows to the command, or lets it write, that opens the pen. */
#include <sys/capability.h>

#include "lint/linter.h"

enum {
	CHECK_WRITABLE,
	CHECK_SOCKET,
	CHECK_NET,
	CHECK_NET_USER,
	CHECK_SHARE,
	CHECK_CAPABILITY,
	CHECK_SET_ID,
	CHECK_FD,
	CHECK_COUNT
};

// clang-format off
static const struct lint_check checks[CHECK_COUNT] = {
	[CHECK_WRITABLE] = { "writable-system", SEVERITY_WARNING,
		"the host runs or reads what is written there", "bind it read-only, or a folder below" },
	[CHECK_SOCKET] = { "control-socket", SEVERITY_WARNING,
		"whoever can talk to this service can start anything on the host", NULL },
	[CHECK_NET] = { "net-host", SEVERITY_NOTE,
		"services on the host's loopback interface and abstract sockets can be reached", "net none" },
	[CHECK_NET_USER] = { "net-user", SEVERITY_NOTE,
		"a UDP port from which the command sends is occupied on all addresses of the host", "net none" },
	[CHECK_SHARE] = { "shared-namespace", SEVERITY_NOTE,
		"it removes a wall between the command and the caller", "leave it out" },
	[CHECK_CAPABILITY] = { "capability", SEVERITY_NOTE,
		"kernel code that only requires capabilities in a user namespace can be reached",
		"run without it, and see what is denied" },
	[CHECK_SET_ID] = { "set-id", SEVERITY_WARNING,
		"a set-user-ID file in a writable folder gives anyone who runs it on the host its owner's rights",
		"leave it out, and install as root in a separate container" },
	[CHECK_FD] = { "descriptor", SEVERITY_NOTE,
		"the command gets whatever the caller has open there",
		"use the option where the descriptor is opened: --fd N" },
};

static const char *const shared[SHARE_COUNT] = {
	[SHARE_IPC] = "ipc: what the caller's other programs exchange can be read and written",
	[SHARE_UTS] = "uts: the host's name is visible",
	[SHARE_CGROUP] = "cgroup: the host's cgroup paths are visible",
};

/* The worst comes first. */
static const struct {
	int capability;
	const char *reason;
} risky[] = {
	{ CAP_SYS_ADMIN, "it can mount, and undo hidden and read-only mounts" },
	{ CAP_NET_ADMIN, "it can configure the pen's network, and reach netfilter in the kernel" },
	{ CAP_SYS_PTRACE, "it can trace every process of the pen" },
	{ CAP_DAC_OVERRIDE, "it can write the files of every mapped owner" },
	{ CAP_DAC_READ_SEARCH, "it can read the files of every mapped owner" },
	{ CAP_SETUID, "it can become every mapped user" },
	{ CAP_SETGID, "it can become every mapped group" },
	{ CAP_NET_RAW, "it can make raw sockets in the pen's network" },
	{ CAP_SYS_CHROOT, "it can change its root, within the pen" },
};

static const struct {
	unsigned int check;
	const char *path;
	bool is_whole; /* only this path itself; else also what is below */
} paths[] = {
	{ CHECK_WRITABLE, "/", true },
	{ CHECK_WRITABLE, "/home", true },
	{ CHECK_WRITABLE, "/var", true },
	{ CHECK_WRITABLE, "/etc", false },
	{ CHECK_WRITABLE, "/usr", false },
	{ CHECK_WRITABLE, "/bin", false },
	{ CHECK_WRITABLE, "/sbin", false },
	{ CHECK_WRITABLE, "/lib", false },
	{ CHECK_WRITABLE, "/lib64", false },
	{ CHECK_WRITABLE, "/boot", false },
	{ CHECK_WRITABLE, "/dev", false },
	{ CHECK_WRITABLE, "/sys", false },
	{ CHECK_WRITABLE, "/proc", false },
	{ CHECK_SOCKET, "/run", true },
	{ CHECK_SOCKET, "/var/run", true },
	{ CHECK_SOCKET, "/run/docker.sock", false },
	{ CHECK_SOCKET, "/var/run/docker.sock", false },
	{ CHECK_SOCKET, "/run/containerd", false },
	{ CHECK_SOCKET, "/run/podman", false },
	{ CHECK_SOCKET, "/run/systemd", false },
	{ CHECK_SOCKET, "/run/dbus", false },
};
// clang-format on

static const struct lint_check *pen_check(size_t i)
{
	return i < CHECK_COUNT ? &checks[i] : NULL;
}

static bool is_at(const char *path, size_t row)
{
	size_t len = strlen(paths[row].path);

	if (str_eq(path, paths[row].path))
		return true;
	return !paths[row].is_whole && str_starts(path, paths[row].path) && path[len] == '/';
}

static void check_bind(struct linter *linter, const struct bind_setting *bind)
{
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		const struct lint_check *check = &checks[paths[i].check];

		/* A socket can be connected to through a read-only mount too. */
		if (!is_at(bind->source, i) ||
		    (paths[i].check == CHECK_WRITABLE && !bind->is_writable))
			continue;
		linter_add(linter, check, &bind->place,
			   mem_printf("binds %s%s: %s", bind->source,
				      bind->is_writable ? " writable" : "", check->reason));
		return;
	}
}

static void check_shares(struct linter *linter, const struct settings *settings)
{
	for (size_t i = 0; i < SHARE_COUNT; i++)
		if (is_written(&settings->shared[i]))
			linter_add(linter, &checks[CHECK_SHARE], &settings->shared[i],
				   mem_printf("share %s", shared[i]));
}

/* One finding for all that is kept, in the words for the worst. */
static void check_capabilities(struct linter *linter, const struct capability_setting *kept)
{
	const char *reason = checks[CHECK_CAPABILITY].reason;

	if (!is_written(&kept->place))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(risky); i++) {
		if (!(kept->mask >> risky[i].capability & 1))
			continue;
		reason = risky[i].reason;
		break;
	}
	linter_add(linter, &checks[CHECK_CAPABILITY], &kept->place,
		   mem_printf("keeps capabilities: %s", reason));
}

static void look_at_pen(struct linter *linter)
{
	const struct settings *settings = &linter->policy->settings;

	linter->of_pen = linter->findings->n;
	for (size_t i = 0; i < settings->binds.n; i++)
		check_bind(linter, &settings->binds.v[i]);
	check_shares(linter, settings);
	check_capabilities(linter, &settings->capabilities);
	if (is_written(&settings->set_id))
		linter_add(linter, &checks[CHECK_SET_ID], &settings->set_id,
			   mem_printf("allow set-id: %s", checks[CHECK_SET_ID].reason));
	for (size_t i = 0; i < settings->fds.n; i++)
		linter_add(linter, &checks[CHECK_FD], &settings->fds.v[i].place,
			   mem_printf("fd %d: %s", settings->fds.v[i].fd, checks[CHECK_FD].reason));
	if (is_written(&settings->net.place) && settings->net.mode == NET_USER)
		linter_add(linter, &checks[CHECK_NET_USER], &settings->net.place,
			   mem_printf("net user: %s", checks[CHECK_NET_USER].reason));
	if (is_written(&settings->net.place) && settings->net.mode == NET_HOST)
		linter_add(linter, &checks[CHECK_NET], &settings->net.place,
			   mem_printf("net host: %s", checks[CHECK_NET].reason));
}

const struct lint_group lint_pen = { look_at_pen, pen_check };
