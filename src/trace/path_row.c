// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/path_row.h"

#include <fcntl.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "bpf/failure.h"

enum { NONE = PATH_ARG_NONE };

/* What a call does with a path; for OPENS it depends on the flags. */
enum use { LOOKS, READS, WRITES, MAKES, ENTERS, EXECUTES, OPENS, OPENS_BEHIND };

/* A call may have several consecutive rows. */
static const struct row {
	const char *name;
	unsigned char kind, arg, dir_arg, flags_arg;
	enum use use;
} rows[] = {
	{ "open", PATH_NAMED, 0, NONE, 1, OPENS },
	{ "openat", PATH_NAMED, 1, 0, 2, OPENS },
	{ "openat2", PATH_NAMED, 1, 0, 2, OPENS_BEHIND },
	{ "creat", PATH_NAMED, 0, NONE, NONE, MAKES },

	/* One that succeeds says so by its event, and has no arguments any more. */
	{ "execve", PATH_NAMED, 0, NONE, NONE, EXECUTES },
	{ "execveat", PATH_NAMED, 1, 0, NONE, EXECUTES },

	{ "chdir", PATH_NAMED, 0, NONE, NONE, ENTERS },
	{ "stat", PATH_NAMED, 0, NONE, NONE, LOOKS },
	{ "lstat", PATH_NAMED, 0, NONE, NONE, LOOKS },
	{ "oldstat", PATH_NAMED, 0, NONE, NONE, LOOKS },
	{ "oldlstat", PATH_NAMED, 0, NONE, NONE, LOOKS },
	{ "stat64", PATH_NAMED, 0, NONE, NONE, LOOKS },
	{ "lstat64", PATH_NAMED, 0, NONE, NONE, LOOKS },
	{ "newfstatat", PATH_NAMED, 1, 0, NONE, LOOKS },
	{ "fstatat64", PATH_NAMED, 1, 0, NONE, LOOKS },
	{ "statx", PATH_NAMED, 1, 0, NONE, LOOKS },
	{ "statfs", PATH_NAMED, 0, NONE, NONE, LOOKS },
	{ "statfs64", PATH_NAMED, 0, NONE, NONE, LOOKS },
	{ "access", PATH_NAMED, 0, NONE, NONE, LOOKS },
	{ "faccessat", PATH_NAMED, 1, 0, NONE, LOOKS },
	{ "faccessat2", PATH_NAMED, 1, 0, NONE, LOOKS },
	{ "readlink", PATH_NAMED, 0, NONE, NONE, LOOKS },
	{ "readlinkat", PATH_NAMED, 1, 0, NONE, LOOKS },
	{ "getxattr", PATH_NAMED, 0, NONE, NONE, LOOKS },
	{ "lgetxattr", PATH_NAMED, 0, NONE, NONE, LOOKS },
	{ "listxattr", PATH_NAMED, 0, NONE, NONE, LOOKS },
	{ "llistxattr", PATH_NAMED, 0, NONE, NONE, LOOKS },
	{ "getxattrat", PATH_NAMED, 1, 0, NONE, LOOKS },
	{ "listxattrat", PATH_NAMED, 1, 0, NONE, LOOKS },
	{ "file_getattr", PATH_NAMED, 1, 0, NONE, LOOKS },
	{ "name_to_handle_at", PATH_NAMED, 1, 0, NONE, LOOKS },
	{ "open_tree", PATH_NAMED, 1, 0, NONE, LOOKS },
	{ "open_tree_attr", PATH_NAMED, 1, 0, NONE, LOOKS },
	{ "inotify_add_watch", PATH_NAMED, 1, NONE, NONE, READS },
	{ "fanotify_mark", PATH_NAMED, 4, 3, NONE, READS },

	{ "truncate", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "truncate64", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "mkdir", PATH_NAMED, 0, NONE, NONE, MAKES },
	{ "mkdirat", PATH_NAMED, 1, 0, NONE, MAKES },
	{ "mknod", PATH_NAMED, 0, NONE, NONE, MAKES },
	{ "mknodat", PATH_NAMED, 1, 0, NONE, MAKES },
	{ "unlink", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "unlinkat", PATH_NAMED, 1, 0, NONE, WRITES },
	{ "rmdir", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "rename", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "rename", PATH_NAMED, 1, NONE, NONE, WRITES },
	{ "renameat", PATH_NAMED, 1, 0, NONE, WRITES },
	{ "renameat", PATH_NAMED, 3, 2, NONE, WRITES },
	{ "renameat2", PATH_NAMED, 1, 0, NONE, WRITES },
	{ "renameat2", PATH_NAMED, 3, 2, NONE, WRITES },
	{ "link", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "link", PATH_NAMED, 1, NONE, NONE, WRITES },
	{ "linkat", PATH_NAMED, 1, 0, NONE, WRITES },
	{ "linkat", PATH_NAMED, 3, 2, NONE, WRITES },
	{ "symlink", PATH_NAMED, 1, NONE, NONE, MAKES },
	{ "symlinkat", PATH_NAMED, 2, 1, NONE, MAKES },
	{ "chmod", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "fchmodat", PATH_NAMED, 1, 0, NONE, WRITES },
	{ "fchmodat2", PATH_NAMED, 1, 0, NONE, WRITES },
	{ "chown", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "lchown", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "chown32", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "lchown32", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "fchownat", PATH_NAMED, 1, 0, NONE, WRITES },
	{ "utime", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "utimes", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "futimesat", PATH_NAMED, 1, 0, NONE, WRITES },
	{ "utimensat", PATH_NAMED, 1, 0, NONE, WRITES },
	{ "utimensat_time64", PATH_NAMED, 1, 0, NONE, WRITES },
	{ "setxattr", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "lsetxattr", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "removexattr", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "lremovexattr", PATH_NAMED, 0, NONE, NONE, WRITES },
	{ "setxattrat", PATH_NAMED, 1, 0, NONE, WRITES },
	{ "removexattrat", PATH_NAMED, 1, 0, NONE, WRITES },
	{ "file_setattr", PATH_NAMED, 1, 0, NONE, WRITES },

	/* bind creates a socket's file, the others use it. */
	{ "bind", PATH_ADDRESS, 1, NONE, NONE, MAKES },
	{ "connect", PATH_ADDRESS, 1, NONE, NONE, READS },
	{ "sendto", PATH_ADDRESS, 4, NONE, NONE, READS },
	{ "sendmsg", PATH_ADDRESS, 1, NONE, NONE, READS },
	{ "sendmmsg", PATH_ADDRESS, 1, NONE, NONE, READS },
	{ "socketcall", PATH_ADDRESS, 1, NONE, NONE, READS },

	/* Of these a call that fails is kept alone. */
	{ "write", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "pwrite64", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "writev", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "pwritev", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "pwritev2", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "sendfile", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "sendfile64", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "copy_file_range", PATH_DESCRIPTOR, 2, NONE, NONE, WRITES },
	{ "ftruncate", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "ftruncate64", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "fallocate", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "fsync", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "fdatasync", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "fchmod", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "fchown", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "fchown32", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "fsetxattr", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "fremovexattr", PATH_DESCRIPTOR, 0, NONE, NONE, WRITES },
	{ "fchdir", PATH_DESCRIPTOR, 0, NONE, NONE, LOOKS },
	{ "ioctl", PATH_DESCRIPTOR, 0, NONE, NONE, READS },
	{ "mmap", PATH_DESCRIPTOR, 4, NONE, NONE, READS },
	{ "mmap2", PATH_DESCRIPTOR, 4, NONE, NONE, READS },
};

/* Errors that a pen causes, of these calls alone. */
static const struct {
	const char *name;
	enum failing failing;
} failing_rows[] = {
	{ "fork", FAILING_AGAIN },
	{ "vfork", FAILING_AGAIN },
	{ "clone", FAILING_AGAIN },
	{ "clone3", FAILING_AGAIN },
	{ "execve", FAILING_AGAIN },
	{ "execveat", FAILING_AGAIN },
	{ "kill", FAILING_SEARCH },
	{ "tkill", FAILING_SEARCH },
	{ "tgkill", FAILING_SEARCH },
	{ "rt_sigqueueinfo", FAILING_SEARCH },
	{ "rt_tgsigqueueinfo", FAILING_SEARCH },
	{ "pidfd_open", FAILING_SEARCH },
	{ "rename", FAILING_BUSY },
	{ "renameat", FAILING_BUSY },
	{ "renameat2", FAILING_BUSY },
	{ "unlink", FAILING_BUSY },
	{ "unlinkat", FAILING_BUSY },
	{ "rmdir", FAILING_BUSY },
	{ "connect", FAILING_BEGUN },
	{ "socketcall", FAILING_BEGUN },
	{ "sendto", FAILING_REPLY },
	{ "sendmsg", FAILING_REPLY },
	{ "sendmmsg", FAILING_REPLY },
	{ "write", FAILING_REPLY },
	{ "writev", FAILING_REPLY },
};

/* Calls whose address is behind a pointer; of several messages, that of the first. */
static const struct {
	const char *name;
	enum address_form form;
} forms[] = {
	{ "sendmsg", ADDRESS_MESSAGE },
	{ "sendmmsg", ADDRESS_MESSAGE },
	{ "socketcall", ADDRESS_MULTIPLEX },
};

static enum address_form form_of(const struct row *row)
{
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		if (str_eq(forms[i].name, row->name))
			return forms[i].form;
	return ADDRESS_PLAIN;
}

/* On i386 a 64-bit argument takes two registers: the arguments after it shift by one. */
static unsigned int shift_of(const struct row *row, const struct sys_call *call)
{
	unsigned int arg = row->arg;

	while (row->kind == PATH_NAMED && arg + 1U < call->n_args &&
	       call->args[arg].kind != ARG_STRING)
		arg++;
	return arg - row->arg;
}

static struct path_row ask_row(const struct row *row, const struct sys_call *call)
{
	unsigned int shift = shift_of(row, call);

	return (struct path_row){
		.kind = row->kind,
		.arg = (uint8_t)(row->arg + shift),
		.dir_arg = (uint8_t)(row->dir_arg == NONE ? NONE : row->dir_arg + shift),
		.flags_arg = row->flags_arg,
		.is_behind = row->use == OPENS_BEHIND,
		.is_chdir = row->use == ENTERS,
		.form = (uint8_t)form_of(row),
		.is_open = row->kind == PATH_NAMED &&
			   (row->use >= OPENS || str_eq(row->name, "creat")),
	};
}

/* Returns the slot of a call, or SLOTS where the ABI does not have it. */
static uint32_t slot_of(const char *name, enum arch arch)
{
	const struct sys_call *call = sys_call_find(arch, name);
	uint32_t nr = call ? (uint32_t)call->nr[arch] & ~SYS_X32_BIT : SLOTS_PER_ABI;

	return nr < SLOTS_PER_ABI ? (uint32_t)arch * SLOTS_PER_ABI + nr : SLOTS;
}

static void ask_call(const struct row *row, enum arch arch, struct call_table *table)
{
	const struct sys_call *call = sys_call_find(arch, row->name);
	uint32_t slot = slot_of(row->name, arch);
	struct path_row *to;

	/* The oldest mmap of i386 has one argument, which leads to the others. */
	if (slot >= SLOTS || (row->kind == PATH_DESCRIPTOR && row->arg >= call->n_args))
		return;
	to = table->rows[slot];
	while (to->kind)
		to++;
	*to = ask_row(row, call);
}

void path_row_ask(struct call_table *table)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		for (unsigned int arch = 0; arch < SLOT_ABIS; arch++)
			ask_call(&rows[i], (enum arch)arch, table);
	for (size_t i = 0; i < ARRAY_SIZE(failing_rows); i++) {
		for (unsigned int arch = 0; arch < SLOT_ABIS; arch++) {
			uint32_t slot = slot_of(failing_rows[i].name, (enum arch)arch);

			if (slot < SLOTS)
				table->failing[slot] = (uint8_t)failing_rows[i].failing;
		}
	}
}

static const struct row *find_row(enum arch arch, uint32_t nr, size_t at)
{
	const char *name = sys_call_name(arch, nr);

	for (size_t i = 0; name && i < ARRAY_SIZE(rows); i++)
		if (str_eq(rows[i].name, name) && !at--)
			return &rows[i];
	return NULL;
}

static enum record_access open_access(uint32_t flags)
{
	if (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC))
		return ACCESS_WRITE;
	return flags & O_PATH ? ACCESS_LOOK : ACCESS_READ;
}

struct path_use path_row_use(enum arch arch, uint32_t nr, size_t row, uint32_t flags)
{
	static const enum record_access plain[] = {
		[LOOKS] = ACCESS_LOOK,	[READS] = ACCESS_READ,	[WRITES] = ACCESS_WRITE,
		[MAKES] = ACCESS_WRITE, [ENTERS] = ACCESS_READ, [EXECUTES] = ACCESS_READ,
	};
	const struct row *found = find_row(arch, nr, row);

	if (!found)
		return (struct path_use){ .access = ACCESS_READ };
	return (struct path_use){
		.access = found->use < OPENS ? plain[found->use] : open_access(flags),
		.is_executed = found->use == EXECUTES,
		.is_made = found->use == MAKES || (found->use >= OPENS && flags & O_CREAT),
	};
}

bool path_row_has_second(enum arch arch, uint32_t nr)
{
	return find_row(arch, nr, 1);
}

unsigned int path_row_failing(enum arch arch, uint32_t nr)
{
	const char *name = sys_call_name(arch, nr);

	for (size_t i = 0; name && i < ARRAY_SIZE(failing_rows); i++)
		if (str_eq(failing_rows[i].name, name))
			return failing_rows[i].failing;
	return 0;
}
