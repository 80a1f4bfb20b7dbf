// SPDX-License-Identifier: GPL-2.0-or-later
/* What a policy shows to the command, or lets it write, that opens the pen. */
#include "lint/linter.h"

enum { CHECK_WRITABLE, CHECK_SOCKET, CHECK_NET, CHECK_COUNT };

// clang-format off
static const struct lint_check checks[CHECK_COUNT] = {
	[CHECK_WRITABLE] = { "writable-system", SEVERITY_WARNING,
		"what is written there is run or read by the host", "bind it read-only, or a folder below" },
	[CHECK_SOCKET] = { "control-socket", SEVERITY_WARNING,
		"who may talk to this service may start anything on the host", NULL },
	[CHECK_NET] = { "net-host", SEVERITY_NOTE,
		"services on the host's loopback interface and abstract sockets can be reached", "net none" },
};

static const struct {
	unsigned int check;
	const char *path;
	bool is_whole; /* this path itself; else also what is below */
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

const struct lint_check *pen_check(size_t i)
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

		/* A socket can be connected to through a read-only mount. */
		if (!is_at(bind->source, i) ||
		    (paths[i].check == CHECK_WRITABLE && !bind->is_writable))
			continue;
		linter_add(linter, check, &bind->place,
			   mem_printf("binds %s%s: %s", bind->source,
				      bind->is_writable ? " writable" : "", check->reason));
		return;
	}
}

void lint_pen(struct linter *linter)
{
	const struct settings *settings = &linter->policy->settings;

	for (size_t i = 0; i < settings->binds.n; i++)
		check_bind(linter, &settings->binds.v[i]);
	if (is_written(&settings->net.place) && settings->net.mode == NET_HOST)
		linter_add(linter, &checks[CHECK_NET], &settings->net.place,
			   mem_printf("net host: %s", checks[CHECK_NET].reason));
}
