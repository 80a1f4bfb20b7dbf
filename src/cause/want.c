// SPDX-License-Identifier: GPL-2.0-or-later
#include "cause/want.h"

#include <errno.h>
#include <linux/capability.h>
#include <unistd.h>

#include "base/str.h"

/* Returns what access(2) was asked about. */
static enum want find_asked(const struct inquiry *inquiry)
{
	uint64_t mode = inquiry->failure->args[str_eq(inquiry->call, "access") ? 1 : 2];

	if (mode & W_OK)
		return WANT_WRITE;
	if (mode & R_OK)
		return WANT_READ;
	return (mode & X_OK) != 0 ? WANT_EXECUTE : WANT_LOOK;
}

enum want want_find(const struct inquiry *inquiry)
{
	static const char *const removes[] = { "unlink",   "unlinkat",	"rmdir", "rename",
					       "renameat", "renameat2", NULL };
	static const char *const owns[] = { "chmod",	"fchmod",    "fchmodat",    "fchmodat2",
					    "chown",	"lchown",    "fchown",	    "fchownat",
					    "utime",	"utimes",    "utimensat",   "futimesat",
					    "setxattr", "lsetxattr", "removexattr", "lremovexattr",
					    NULL };
	static const char *const asks[] = { "access", "faccessat", "faccessat2", NULL };
	const struct record_failure *failure = inquiry->failure;

	if (is_call(inquiry, asks))
		return find_asked(inquiry);
	if (is_call(inquiry, removes))
		return WANT_REMOVE;
	if (is_call(inquiry, owns))
		return WANT_OWN;
	if (is_call(inquiry, (const char *const[]){ "bind", NULL }))
		return WANT_MAKE;
	if (is_call(inquiry,
		    (const char *const[]){ "connect", "sendto", "sendmsg", "sendmmsg", NULL }))
		return WANT_WRITE;
	if (failure->is_executed || is_call(inquiry, (const char *const[]){ "chdir", NULL }))
		return WANT_EXECUTE;
	if (failure->is_made)
		return WANT_MAKE;
	return failure->access == ACCESS_WRITE	? WANT_WRITE
	       : failure->access == ACCESS_READ ? WANT_READ
						: WANT_LOOK;
}

static bool may_own(const struct inquiry *inquiry, uint32_t owner)
{
	return owner == inquiry->facts->uid || inquiry->facts->rights >> CAP_FOWNER & 1;
}

int want_host_error(const struct inquiry *inquiry, enum want want, const struct ask_path *answer)
{
	if (answer->error)
		return want == WANT_MAKE && answer->error == ENOENT && answer->has_dir
			       ? answer->make
			       : answer->error;
	switch (want) {
	case WANT_LOOK:
		return 0;
	case WANT_READ:
		return answer->read;
	case WANT_WRITE:
		return answer->write;
	case WANT_EXECUTE:
		return answer->execute;
	case WANT_REMOVE:
		return answer->remove;
	case WANT_OWN:
		if (answer->write == EROFS)
			return EROFS;
		return may_own(inquiry, answer->uid) ? 0 : EPERM;
	case WANT_MAKE:
		break;
	}
	/* open(2) accepts an existing file; other calls that create something refuse it. */
	if (!is_call(inquiry, (const char *const[]){ "open", "openat", "openat2", "creat", NULL }))
		return EEXIST;
	return inquiry->failure->access == ACCESS_WRITE ? answer->write : answer->read;
}
