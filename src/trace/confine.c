// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/confine.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "filter/filter.h"
#include "policy/parse.h"

enum {
	OVERFLOW_ID =
		65534, /* owns nothing: Documentation/admin-guide/sysctl/fs.rst, overflowuid */
	CPU_SECONDS = 10,
};
#define MEMORY_BYTES (512UL << 20)

static int bound_resources(void)
{
	static const struct {
		int resource;
		rlim_t limit;
	} rows[] = {
		{ RLIMIT_CPU, CPU_SECONDS },
#ifndef __SANITIZE_ADDRESS__ /* whose shadow is larger than any limit */
		{ RLIMIT_AS, MEMORY_BYTES },
#endif
		{ RLIMIT_FSIZE, 0 },
		{ RLIMIT_CORE, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rlimit limit;

		if (getrlimit((unsigned int)rows[i].resource, &limit) < 0)
			return -errno;
		if (limit.rlim_max > rows[i].limit)
			limit.rlim_max = rows[i].limit;
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit((unsigned int)rows[i].resource, &limit) < 0)
			return -errno;
	}
	return 0;
}

/* Keeps of the capabilities those in KEPT, if they are there. */
static int drop_capabilities(uint64_t kept)
{
	/* Bare calls: what libcap would add is one more library to load at every start. */
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &header, data))
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(data); i++) {
		data[i].permitted &= (uint32_t)(kept >> 32 * i);
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, data) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	return 0;
}

static int drop_privileges(void)
{
	if (geteuid() == 0 &&
	    (setgroups(0, NULL) || setresgid(OVERFLOW_ID, OVERFLOW_ID, OVERFLOW_ID) ||
	     setresuid(OVERFLOW_ID, OVERFLOW_ID, OVERFLOW_ID)))
		return -errno;
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ? -errno : drop_capabilities(0);
}

static int install(const struct filter *filter)
{
	struct sock_fprog prog = { (unsigned short)filter->len, filter->prog };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) ? -errno : 0;
}

/* What looks for leaks at the end lists its threads and traces them from one more. */
static const struct policy_option checkers[] = { { "allow", "ptrace getdents" } };
#ifdef __SANITIZE_ADDRESS__
enum { N_CHECKERS = ARRAY_SIZE(checkers) };
#else
enum { N_CHECKERS = 0 };
#endif

int confine_prepare(const char *name, struct filter **ret_filter)
{
	const struct policy_source source = {
		.files = &name,
		.n_files = 1,
		.options = checkers,
		.n_options = N_CHECKERS,
	};
	struct policy *policy = NULL;
	struct filter *filter = NULL;
	struct diags diags = { 0 };
	int err = policy_parse(&source, &policy, &diags);

	if (!err)
		err = filter_compile(policy, 0, &filter, &diags);
	if (!err)
		err = filter_prove(filter, policy, &diags);
	if (err)
		filter_destroy(filter);
	else
		*ret_filter = filter;
	policy_destroy(policy);
	diags_finish(&diags);
	return err;
}

int confine_supervisor(const struct filter *filter, uint64_t kept)
{
	int err = drop_capabilities(kept);

	return err ? err : install(filter);
}

int confine_self(const char *name)
{
	struct filter *filter = NULL;
	int err = bound_resources();

	if (!err)
		err = drop_privileges();
	if (!err)
		err = confine_prepare(name, &filter);
	if (!err)
		err = install(filter);
	filter_destroy(filter);
	return err;
}
