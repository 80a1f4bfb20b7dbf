// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/proc.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

/* Fields after the name, counted from 0: field 3 of the manual page is 0 here. */
enum { PARENT = 1, START = 19, ARG_START = 45, ENV_END = 48, FIELDS };
enum { STAT_LIMIT = 4096, NAME_ROOM = 64 };

static void name_file(pid_t pid, const char *name, char room[NAME_ROOM])
{
	if (pid == PROC_SELF)
		snprintf(room, NAME_ROOM, "/proc/self/%s", name);
	else
		snprintf(room, NAME_ROOM, "/proc/%d/%s", (int)pid, name);
}

static ssize_t read_into(int dir, const char *path, char *room, size_t size)
{
	auto_close int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = 1;

	if (fd < 0)
		return -errno;
	while (len < size - 1 && n > 0) {
		n = read(fd, room + len, size - 1 - len);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			len += (size_t)n;
	}
	room[len] = '\0';
	return n < 0 ? -errno : (ssize_t)len;
}

ssize_t proc_read(pid_t pid, const char *name, char *room, size_t size)
{
	char path[NAME_ROOM];

	name_file(pid, name, path);
	return read_into(AT_FDCWD, path, room, size);
}

int proc_read_all(pid_t pid, const char *name, char **ret_text)
{
	char path[NAME_ROOM];
	size_t len;

	name_file(pid, name, path);
	return fd_read_file(AT_FDCWD, path, PROC_TEXT_MAX, ret_text, &len);
}

/* Cuts the text at *AT off before END, and moves *AT behind that. Returns it, or NULL: there is no
 * END. */
static char *cut(char **at, char end)
{
	char *start = *at, *stop = strchr(start, end);

	if (!stop)
		return NULL;
	*stop = '\0';
	*at = stop + 1;
	return start;
}

/* The same for a line; the last one may have no end. Returns NULL behind the last one. */
static char *cut_line(char **at)
{
	char *line = *at;

	if (!*line)
		return NULL;
	if (!cut(at, '\n'))
		*at = line + strlen(line);
	return line;
}

int proc_parse_stat(char *text, struct proc_stat *ret)
{
	uint64_t fields[FIELDS] = { 0 };
	char *at = strrchr(text, ')'), *save = NULL; /* the name may contain anything */
	size_t n = 0;

	if (!at || at[1] != ' ' || !at[2])
		return -EINVAL;
	*ret = (struct proc_stat){ .state = at[2] };
	for (char *word = strtok_r(at + 1, " \n", &save); word && n < FIELDS;
	     word = strtok_r(NULL, " \n", &save))
		fields[n++] = strtoull(word, NULL, 10);
	ret->parent = (pid_t)fields[PARENT];
	ret->start = fields[START];
	ret->arg_start = fields[ARG_START];
	ret->env_end = fields[ENV_END];
	return 0;
}

int proc_read_stat(int dir, struct proc_stat *ret)
{
	char text[STAT_LIMIT];
	ssize_t len = read_into(dir, "stat", text, sizeof(text));

	return len < 0 ? (int)len : proc_parse_stat(text, ret);
}

int proc_find_stat(pid_t pid, struct proc_stat *ret)
{
	char text[STAT_LIMIT];
	ssize_t len = proc_read(pid, "stat", text, sizeof(text));

	return len < 0 ? (int)len : proc_parse_stat(text, ret);
}

const struct proc_stat *proc_own_stat(void)
{
	static struct proc_stat stat;
	static pid_t pid;

	if (pid == getpid())
		return &stat;
	pid = getpid();
	if (proc_find_stat(PROC_SELF, &stat))
		stat = (struct proc_stat){ 0 };
	return &stat;
}

pid_t proc_status_number(const char *status, const char *field)
{
	size_t len = strlen(field);

	/* The first line is the name, in which a newline is escaped. */
	for (const char *line = status; line; line = strchr(line, '\n')) {
		const char *end;

		line += *line == '\n';
		if (strncmp(line, field, len) != 0 || line[len] != ':')
			continue;
		end = line + strcspn(line, "\n");
		while (end > line + len + 1 && isdigit((unsigned char)end[-1]))
			end--;
		return (pid_t)strtol(end, NULL, 10);
	}
	return 0;
}

uint64_t proc_own_pid_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) < 0 ? 0 : st.st_ino;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* Blanks, newlines and backslashes are a backslash and three octal digits. */
static void unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from;) {
		if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && is_octal(from[2]) &&
		    is_octal(from[3]) && strncmp(from, "\\000", 4) != 0) {
			*to++ = (char)((from[1] - '0') * 64 + (from[2] - '0') * 8 + from[3] - '0');
			from += 4;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
}

/* Reads all of TEXT as a number of at most MAX. */
static bool read_number(const char *text, uint64_t max, uint64_t *ret)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*ret = strtoull(text, &end, 10);
	return !*end && !errno && *ret <= max;
}

static bool read_device(char *text, dev_t *ret)
{
	const char *first = cut(&text, ':');
	uint64_t high, low;

	if (!first || !read_number(first, UINT32_MAX, &high) ||
	    !read_number(text, UINT32_MAX, &low))
		return false;
	*ret = makedev((unsigned int)high, (unsigned int)low);
	return true;
}

int proc_next_mount(char **at, struct proc_mount *ret)
{
	enum { ID, PARENT_ID, DEVICE, ROOT, POINT, MOUNT_OPTIONS, MOUNT_FIELDS };
	char *line = cut_line(at), *fields[MOUNT_FIELDS], *word;
	struct proc_mount mount = { 0 };

	if (!line)
		return 0;
	/* A field may be empty, as the source is of what was mounted from "". */
	for (size_t i = 0; i < MOUNT_FIELDS; i++) {
		fields[i] = cut(&line, ' ');
		if (!fields[i])
			return -EINVAL;
	}
	/* Then come as many as there are, up to a hyphen. */
	do
		word = cut(&line, ' ');
	while (word && !str_eq(word, "-"));
	if (!word || !read_number(fields[ID], UINT64_MAX, &mount.id) ||
	    !read_number(fields[PARENT_ID], UINT64_MAX, &mount.parent) ||
	    !read_device(fields[DEVICE], &mount.device))
		return -EINVAL;
	mount.root = fields[ROOT];
	mount.point = fields[POINT];
	mount.type = cut(&line, ' ');
	if (!mount.type || !cut(&line, ' '))
		return -EINVAL;
	mount.options = line;
	unescape(mount.root);
	unescape(mount.point);
	unescape(mount.type);
	unescape(mount.options);
	*ret = mount;
	return 1;
}

bool proc_next_cgroup(char **at, struct proc_cgroup *ret)
{
	char *line;

	while ((line = cut_line(at))) {
		const char *number = cut(&line, ':');
		const char *controllers = number ? cut(&line, ':') : NULL;
		uint64_t hierarchy;

		if (!controllers || !read_number(number, UINT32_MAX, &hierarchy))
			continue;
		*ret = (struct proc_cgroup){ (uint32_t)hierarchy, controllers, line };
		return true;
	}
	return false;
}

bool proc_next_ids(const char **at, struct proc_ids *ret)
{
	struct proc_ids ids;
	int len = 0;

	if (sscanf(*at, "%" SCNu32 " %" SCNu32 " %" SCNu32 "%n", &ids.inside, &ids.outside,
		   &ids.count, &len) != 3)
		return false;
	*at += len;
	*at += strcspn(*at, "\n");
	*ret = ids;
	return true;
}

const char *proc_own_map(enum proc_map map)
{
	static const char *const names[] = { "uid_map", "gid_map" };
	static char *texts[ARRAY_SIZE(names)];

	if (!texts[map] && proc_read_all(PROC_SELF, names[map], &texts[map]))
		texts[map] = mem_strdup("");
	return texts[map];
}

const char *proc_fd_name(int fd, char room[PROC_FD_ROOM])
{
	snprintf(room, PROC_FD_ROOM, "/proc/self/fd/%d", fd);
	return room;
}

ssize_t proc_read_fd_link(int fd, char *room, size_t size)
{
	char name[PROC_FD_ROOM];
	ssize_t len = readlink(proc_fd_name(fd, name), room, size);

	if (len < 0)
		return -errno;
	if ((size_t)len == size)
		return -ENAMETOOLONG;
	room[len] = '\0';
	return len;
}
