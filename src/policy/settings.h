/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a policy says about the pen: its files, limits, network and user. Plain data. */
#ifndef PINFOLD_POLICY_SETTINGS_H
#define PINFOLD_POLICY_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"

/*
 * place.file is NULL for what was not written: then the default applies. Strings belong to the
 * policy's arena. Relative paths have been made absolute against the directory of their file, or
 * the working directory for options.
 */
struct path_setting {
	struct place place;
	char *path;
};

struct bind_setting {
	struct place place;
	char *source, *target; /* target inside the pen; same as source by default */
	bool is_writable, is_optional;
};

struct device_setting {
	struct place place;
	char *path;
	bool is_optional;
};

struct tmpfs_setting {
	struct place place;
	char *target;
	uint64_t size; /* bytes; 0: the default */
	mode_t mode;   /* 0: the default, 0755 (1777 for /tmp) */
};

/* What keeps the command in: namespaces; or, where there are none, Landlock with the filter; or the
 * first of the two that the machine has. */
enum pen_choice { PEN_NAMESPACES, PEN_LANDLOCK, PEN_AUTO };

struct pen_setting {
	struct place place;
	enum pen_choice kind;
};

enum net_mode { NET_NONE, NET_HOST, NET_USER, NET_RELAY };

struct net_setting {
	struct place place;
	enum net_mode mode;
};

enum host_kind {
	HOST_NAME,
	HOST_IPV4,
	HOST_IPV6,
	HOST_LOOPBACK, /* localhost: the host's own */
	HOST_PATTERN,  /* *.example.org: each name below it */
	HOST_ANY,      /* *: each name */
	HOST_PREFIX,   /* each of its addresses */
};

enum { HOST_NAME_ROOM = 256, CONNECT_MOST = 120 };

/* Addresses with the same first bits. */
struct prefix_setting {
	int family;	/* 0: none was written */
	uint8_t ip[16]; /* of AF_INET the first four bytes */
	unsigned int len;
};

/* One port of one host that may be connected to. */
struct connect_setting {
	struct place place;
	struct extent lines, word; /* in its text: the statement, and what lists the host in it */
	enum host_kind kind;
	const char *name;    /* in lower case; of an address or a prefix, its usual form */
	uint8_t address[16]; /* of HOST_IPV4 the first four bytes */
	uint16_t port;
	bool is_plain; /* at port 443, anything may be sent, not just TLS for the name */
	/* Of names: where they must lead; family 0: to a public address. Of HOST_PREFIX: itself. */
	struct prefix_setting prefix;
};

struct user_setting {
	struct place place;
	const char *name;  /* NULL: use the number */
	const char *group; /* likewise, unless has_own_group */
	uid_t uid;
	gid_t gid;
	bool has_own_group;
};

enum env_verb { ENV_KEEP, ENV_SET, ENV_FILE };

struct env_setting {
	struct place place;
	enum env_verb verb;
	char *name;	  /* ENV_KEEP: may end in "*"; ENV_FILE: the path */
	char *value;	  /* ENV_SET */
	const char *from; /* for ENV_SET from a file: the text that named the file; else NULL */
};

/* What is kept without a statement; NULL-terminated. */
extern const char *const env_kept_by_default[];

enum limit_kind {
	LIMIT_MEMORY,
	LIMIT_SWAP,
	LIMIT_PIDS,
	LIMIT_CPU,
	LIMIT_TIME,
	LIMIT_CPUTIME,
	LIMIT_COUNT
};

struct limit_setting {
	struct place place;
	uint64_t value; /* bytes, processes, percent of one CPU, or nanoseconds */
	uint64_t grace; /* LIMIT_TIME: nanoseconds between SIGTERM and SIGKILL; 0: the default */
};

struct rlimit_setting {
	struct place place;
	int resource; /* RLIMIT_* */
	uint64_t soft, hard;
};

/* Namespaces that can be the caller's; the network's is up to net_setting. */
enum share_kind { SHARE_IPC, SHARE_UTS, SHARE_CGROUP, SHARE_COUNT };

struct capability_setting {
	struct place place;
	uint64_t mask; /* bit 1 << CAP_* */
};

enum tty_mode { TTY_KEEP, TTY_NEW };

struct tty_setting {
	struct place place;
	enum tty_mode mode;
};

/* A descriptor of the caller that the command gets, too. */
struct fd_setting {
	struct place place;
	int fd;
};

enum { FDS_MOST = 64 };

/* Lists: v elements, n used, cap reserved (array_append); a policy's are in its arena. */
struct bind_settings {
	struct bind_setting *v;
	size_t n, cap;
};
struct device_settings {
	struct device_setting *v;
	size_t n, cap;
};
struct tmpfs_settings {
	struct tmpfs_setting *v;
	size_t n, cap;
};
struct path_settings {
	struct path_setting *v;
	size_t n, cap;
};
struct env_settings {
	struct env_setting *v;
	size_t n, cap;
};
struct rlimit_settings {
	struct rlimit_setting *v;
	size_t n, cap;
};
struct connect_settings { /* no duplicates */
	struct connect_setting *v;
	size_t n, cap;
};
struct fd_settings { /* no duplicates */
	struct fd_setting *v;
	size_t n, cap;
};

struct settings {
	struct pen_setting pen;
	struct place set_id;   /* "allow set-id": set-user-ID files may be created */
	struct place set_mode; /* "allow set-mode": see setting_pen.c */
	struct path_setting root, workdir, hostname;
	struct bind_settings binds;
	struct device_settings devices;
	struct tmpfs_settings tmpfs;
	struct path_settings hidden;
	struct path_settings guarded; /* relative to each writable bind */
	struct net_setting net;	      /* with connects NET_RELAY, even if it is not written */
	struct connect_settings connects;
	struct place shared[SHARE_COUNT];
	struct user_setting user;
	struct capability_setting capabilities;
	struct tty_setting tty;
	struct fd_settings fds;
	struct env_settings env;
	struct limit_setting limits[LIMIT_COUNT];
	struct rlimit_settings rlimits;
};

static inline bool is_written(const struct place *place)
{
	return place->file != NULL;
}

/* Returns whether RLIMIT_CORE keeps all core dumps from the host's handler: it is 1 unless it was
 * set, and 0 is taken as 1. */
bool settings_shut_core(const struct settings *settings);

#endif
