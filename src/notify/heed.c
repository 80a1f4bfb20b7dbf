// SPDX-License-Identifier: GPL-2.0-or-later
#include "notify/heed.h"

#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/uio.h>

#include "base/mem.h"
#include "base/str.h"
#include "sys/arch.h"
#include "sys/syscall.h"

/* uapi/asm/signal.h; libc's own flags may be others. */
enum { KERNEL_SA_RESTART = 0x10000000, KERNEL_SIG_IGN = 1 };
enum { ACTION_BYTES = 16 };

/* Where a call's second argument leads to: the handler comes first. */
struct layout {
	const char *name;
	bool is_wide;	    /* words of 64 bits */
	unsigned int flags; /* offset */
};

static const struct layout layouts[] = {
	{ "rt_sigaction", true, 8 },
	{ "rt_sigaction", false, 4 },
	{ "sigaction", false, 8 },
};

static uint64_t read_word(const char *from, bool is_wide)
{
	uint64_t wide = 0;
	uint32_t narrow = 0;

	memcpy(&wide, from, sizeof(wide));
	memcpy(&narrow, from, sizeof(narrow));
	return is_wide ? wide : narrow;
}

static enum heed_handler look(const struct seccomp_notif *request, const struct layout *layout)
{
	char action[ACTION_BYTES];
	struct iovec local = { action, sizeof(action) };
	struct iovec remote = { (void *)(uintptr_t)request->data.args[1], sizeof(action) };

	if (!request->data.args[1])
		return HEED_NO_HANDLER; /* it only queries */
	if (process_vm_readv((pid_t)request->pid, &local, 1, &remote, 1, 0) != sizeof(action))
		return HEED_INTERRUPTS;
	if (read_word(action, layout->is_wide) <= KERNEL_SIG_IGN)
		return HEED_NO_HANDLER;
	return read_word(action + layout->flags, layout->is_wide) & KERNEL_SA_RESTART
		       ? HEED_RESTARTS
		       : HEED_INTERRUPTS;
}

bool heed_matters(enum arch arch, uint32_t nr)
{
	static const char *const names[] = { "rt_sigaction", "sigaction", "signal", "seccomp",
					     "prctl" };
	const char *name = sys_call_name(arch, nr);

	for (size_t i = 0; name && i < ARRAY_SIZE(names); i++)
		if (str_eq(name, names[i]))
			return true;
	return false;
}

static const char *name_of(const struct seccomp_data *data, enum arch *ret_arch)
{
	*ret_arch = arch_of_call(data->arch, (uint32_t)data->nr);
	return *ret_arch == ARCH_NONE ? NULL : sys_call_name(*ret_arch, (uint32_t)data->nr);
}

enum heed_handler heed_handler(const struct seccomp_notif *request)
{
	enum arch arch;
	const char *name = name_of(&request->data, &arch);

	if (!name)
		return HEED_NO_HANDLER;
	if (str_eq(name, "signal")) /* as System V had it, which i386 keeps */
		return (uint32_t)request->data.args[1] > KERNEL_SIG_IGN ? HEED_INTERRUPTS
									: HEED_NO_HANDLER;
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++)
		if (str_eq(name, layouts[i].name) &&
		    layouts[i].is_wide == (arch != ARCH_X86 && arch != ARCH_X32))
			return look(request, &layouts[i]);
	return HEED_NO_HANDLER;
}

/* Without a program both fail, and that is how programs probe for what is available. */
bool heed_adds_filter(const struct seccomp_data *data)
{
	enum arch arch;
	const char *name = name_of(data, &arch);

	if (!name)
		return false;
	if (str_eq(name, "seccomp"))
		return (uint32_t)data->args[0] == SECCOMP_SET_MODE_FILTER && data->args[2];
	return str_eq(name, "prctl") && (uint32_t)data->args[0] == PR_SET_SECCOMP;
}
