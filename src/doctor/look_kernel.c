// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows about the kernel as such: what it is, what it was built with, what its settings are. */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "doctor/kernel_config.h"
#include "doctor/row.h"

enum { SETTING_MAX = 4096 };

/* Reads the one line of the file PATH, without its end, or adds why not to FOUND and returns NULL;
 * freed by the caller. */
static char *read_setting(const char *path, struct strbuf *found)
{
	char *text;
	size_t len;
	int err = fd_read_file(AT_FDCWD, path, SETTING_MAX, &text, &len);

	if (err) {
		strbuf_printf(found, "%s: %s", path, strerror(-err));
		return NULL;
	}
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* A filter may hide calls from the newest kernel. */
unsigned int look_kernel(struct doctor *doctor, struct look *look)
{
	struct utsname kernel;

	uname(&kernel);
	strbuf_printf(&look->found, "%s %s, %s", kernel.sysname, kernel.release, kernel.machine);
	return doctor_find(doctor, MACHINE_CALLS)->state == DOCTOR_MISSING &&
	       doctor_find(doctor, MACHINE_OWN_FILTER)->state == DOCTOR_OK;
}

unsigned int look_config(struct doctor *doctor, struct look *look)
{
	struct config_option options[] = {
		{ "BPF", false },
		{ "BPF_SYSCALL", false },
		{ "BPF_JIT", false },
		{ "HAVE_EBPF_JIT", false },
		{ "BPF_EVENTS", false },
		{ "FTRACE_SYSCALLS", false },
		{ "DEBUG_INFO_BTF", false },
		{ "SECCOMP_FILTER", false },
		{ "CGROUP_BPF", false },
	};
	const char *file = config_read(options, ARRAY_SIZE(options));
	size_t missing = 0;

	(void)doctor;
	if (!file) {
		strbuf_puts(&look->found, "no file with the kernel's options can be read");
		return 2;
	}
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (!options[i].is_set)
			strbuf_printf(&look->found, "%sCONFIG_%s",
				      missing++ ? ", " : "not set: ", options[i].name);
	strbuf_printf(&look->found, "%s%s%s", missing ? " (" : "all that matter are set, says ",
		      file, missing ? ")" : "");
	return missing > 0;
}

unsigned int look_btf(struct doctor *doctor, struct look *look)
{
	auto_close int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	struct stat st;

	(void)doctor;
	if (fd < 0 || fstat(fd, &st) < 0) {
		strbuf_printf(&look->found, "/sys/kernel/btf/vmlinux: %s", strerror(errno));
		return 1;
	}
	strbuf_printf(&look->found, "%lld KB of types", (long long)st.st_size / 1024);
	return 0;
}

unsigned int look_jit(struct doctor *doctor, struct look *look)
{
	auto_free char *value = read_setting("/proc/sys/net/core/bpf_jit_enable", &look->found);

	(void)doctor;
	if (!value)
		return 2;
	strbuf_printf(&look->found, "bpf_jit_enable is %s", value);
	return value[0] == '0';
}

/* The file has every level, the one in force in brackets. */
unsigned int look_lockdown(struct doctor *doctor, struct look *look)
{
	struct config_option option = { "SECURITY_LOCKDOWN_LSM", false };
	auto_free char *levels = NULL;

	if (config_read(&option, 1) && !option.is_set) {
		strbuf_puts(&look->found, "not part of this kernel");
		return 0;
	}
	levels = read_setting("/sys/kernel/security/lockdown", &look->found);
	if (levels) {
		strbuf_puts(&look->found, levels);
		return strstr(levels, "[confidentiality]") != NULL;
	}
	if (doctor_find(doctor, MACHINE_TRACE_EBPF)->state != DOCTOR_OK)
		return 2;
	strbuf_puts(&look->found, "; but the tracer loads");
	return 0;
}

unsigned int look_unprivileged_bpf(struct doctor *doctor, struct look *look)
{
	auto_free char *value = read_setting("/proc/sys/kernel/unprivileged_bpf_disabled",
					     &look->found);

	(void)doctor;
	if (!value)
		return 1;
	strbuf_printf(&look->found, "unprivileged_bpf_disabled is %s", value);
	return 0;
}

/* Tracefs, which lists tracepoints, need not be mounted, nor readable; BTF has a type for each. */
unsigned int look_cap_capable(struct doctor *doctor, struct look *look)
{
	static const char type[] = "btf_trace_cap_capable";
	auto_free char *btf = NULL;
	size_t len = 0;
	bool is_there;

	(void)doctor;
	if (fd_read_file(AT_FDCWD, "/sys/kernel/btf/vmlinux", 1U << 26, &btf, &len))
		len = 0;
	is_there = len && memmem(btf, len, type, sizeof(type));
	strbuf_puts(&look->found, is_there ? "the kernel has it" : "the kernel does not have it");
	return !is_there;
}

unsigned int look_landlock(struct doctor *doctor, struct look *look)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);

	(void)doctor;
	if (version < 0)
		strbuf_printf(&look->found, "landlock_create_ruleset: %s", strerror(errno));
	else
		strbuf_printf(&look->found, "version %ld of its interface", version);
	return version < 0;
}
