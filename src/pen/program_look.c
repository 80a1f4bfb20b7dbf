// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether a file can be executed, and what would make exec fail: a missing interpreter or loader, a
 * program for another machine. Runs in pid 2 with the command's rights, before the filter could
 * forbid looking. Must never decide: a format registered on the machine (binfmt_misc) may run what
 * looks broken here, so exec is always tried. Must not allocate or print.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "pen/program.h"

enum {
	HEAD_ROOM = 256,  /* linux/binfmts.h: BINPRM_BUF_SIZE */
	INTERPRETERS = 5, /* levels of interpreters that exec follows: fs/exec.c */
	SEGMENTS = 64,
};

static void set_name(struct program_look *look, const char *name, size_t len)
{
	if (len >= sizeof(look->name))
		len = sizeof(look->name) - 1;
	memmove(look->name, name, len);
	look->name[len] = '\0';
}

static enum program_flaw find_flaw(const char *path, const struct stat *st)
{
	struct statvfs fs;

	if (S_ISDIR(st->st_mode))
		return PROGRAM_FOLDER;
	if (!S_ISREG(st->st_mode))
		return PROGRAM_SPECIAL;
	if (statvfs(path, &fs) == 0 && fs.f_flag & ST_NOEXEC)
		return PROGRAM_NOEXEC;
	return PROGRAM_CLOSED;
}

int program_check(const char *path, struct program_look *look)
{
	struct stat st;
	int err = stat(path, &st) < 0 ? -errno : 0;

	if (!err && S_ISREG(st.st_mode) && access(path, X_OK) == 0)
		return 0;
	if (err && err != -EACCES)
		return err;
	if (look->flaw)
		return -EACCES;
	look->flaw = err ? PROGRAM_UNREACHABLE : find_flaw(path, &st);
	set_name(look, path, strlen(path));
	if (!err) {
		look->mode = st.st_mode & ALLPERMS;
		look->uid = st.st_uid;
		look->gid = st.st_gid;
	}
	return -EACCES;
}

/* Parses the first line as fs/binfmt_script.c does. Returns false if it names no interpreter. */
static bool take_interpreter(const char *head, size_t len, struct program_look *look)
{
	size_t from = 2, to;

	while (from < len && (head[from] == ' ' || head[from] == '\t'))
		from++;
	for (to = from; to < len && !strchr(" \t\n", head[to]); to++)
		;
	set_name(look, head + from, to - from);
	return to > from;
}

/* Stores the name of the loader of the program FD in LOOK; returns false if it has none. */
static bool take_loader(int fd, const char *head, struct program_look *look)
{
	const bool is_wide = head[EI_CLASS] == ELFCLASS64;
	Elf64_Ehdr wide;
	Elf32_Ehdr narrow;
	uint64_t at, step, n;

	memcpy(&wide, head, sizeof(wide));
	memcpy(&narrow, head, sizeof(narrow));
	at = is_wide ? wide.e_phoff : narrow.e_phoff;
	step = is_wide ? wide.e_phentsize : narrow.e_phentsize;
	n = is_wide ? wide.e_phnum : narrow.e_phnum;
	for (uint64_t i = 0; i < n && i < SEGMENTS; i++) {
		Elf64_Phdr segment = { 0 };
		Elf32_Phdr short_segment;
		ssize_t got = pread(fd, &segment, is_wide ? sizeof(segment) : sizeof(short_segment),
				    (off_t)(at + i * step));

		memcpy(&short_segment, &segment, sizeof(short_segment));
		if (got <= 0)
			return false;
		if (segment.p_type != PT_INTERP) /* first in both */
			continue;
		got = pread(fd, look->name, sizeof(look->name) - 1,
			    (off_t)(is_wide ? segment.p_offset : short_segment.p_offset));
		look->name[got > 0 ? got : 0] = '\0';
		return got > 0;
	}
	return false;
}

static void look_into_elf(int fd, const char *head, struct program_look *look)
{
	Elf64_Ehdr header;

	memcpy(&header, head, sizeof(header));
	look->machine = header.e_machine; /* at the same place in both classes */
	if (look->machine != EM_X86_64 && look->machine != EM_386)
		look->flaw = PROGRAM_FOREIGN;
	else if (take_loader(fd, head, look) && access(look->name, X_OK) < 0)
		look->flaw = PROGRAM_NO_LOADER;
	look->error = errno;
}

/* Returns whether the file is a script whose interpreter, now in LOOK, must be examined, too. */
static bool look_into(int fd, struct program_look *look)
{
	char head[HEAD_ROOM] = { 0 };
	ssize_t len = read(fd, head, sizeof(head));

	if (len < 0)
		return false;
	if (memcmp(head, ELFMAG, SELFMAG) == 0) {
		look_into_elf(fd, head, look);
		return false;
	}
	if (memcmp(head, "#!", 2) != 0 || !take_interpreter(head, (size_t)len, look)) {
		look->flaw = memcmp(head, "\xef\xbb\xbf#!", 5) == 0 ? PROGRAM_MARKED : PROGRAM_TEXT;
		return false;
	}
	look->is_script = true;
	if (access(look->name, X_OK) == 0)
		return true;
	look->flaw = PROGRAM_NO_INTERPRETER;
	look->error = errno;
	return false;
}

void program_look_inside(const char *path, struct program_look *look)
{
	*look = (struct program_look){ 0 };
	for (int i = 0; i <= INTERPRETERS; i++) {
		/* The file may have been replaced by a pipe or a device. */
		auto_close int fd = open(i ? look->name : path,
					 O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

		if (fd < 0 || !look_into(fd, look))
			return;
	}
}
