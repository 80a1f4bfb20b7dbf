// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The file holds the name of the tracer and, for each run, the numbers of its descriptors. Its
 * bytes are locked: the first by the run that is looking or loading, one more by each run for as
 * long as it lasts. A lock identifies its holder (F_GETLK), so nothing in the file has to be
 * trusted: descriptors are only taken from a process that holds a lock on a file that only root can
 * open, and are checked against the kernel's ids for them.
 *
 * A pen may show the directory to a command that is root outside, though without capabilities: so
 * the directory belongs to nobody and has no permissions, and only CAP_DAC_OVERRIDE leads into it.
 */
#include "ebpf/share.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"
#include "bpf/trace_id.h"
#include "ebpf/seat.h"

enum {
	GATE = 0,      /* the byte locked while looking or loading */
	FIRST_RUN = 1, /* the byte of run 0 */
	TRIES = 1000,  /* for the gate; loading holds it some 10 ms, joining less than 1 */
	TRY_NS = 1000000,
	ROOM = 256, /* descriptors that a run must be able to open */
};

/* The largest valid id: -1 means none. */
#define NOBODY ((uid_t)-2)

enum seat_state {
	SEAT_UNUSED,
	SEAT_TAKEN,
	SEAT_RETIRED, /* its run is about to end, or has */
};

struct seat_record {
	uint64_t tracer; /* the tracer that the rest is about */
	uint32_t state;	 /* enum seat_state; stale if the run was killed */
	int32_t parts[EBPF_PARTS];
	uint32_t ids[EBPF_PARTS]; /* the kernel's ids of those */
};

struct registry {
	uint64_t tracer; /* a random name; 0: none was published */
	struct seat_record records[RUNS];
};

struct share {
	int parent, folder, fd;
	bool has_gate, has_seat;
	uint32_t run;
	struct registry *registry; /* as read while holding the gate */
	struct seat seat;
	const struct clerk *clerk; /* NULL: none */
	uint32_t task;		   /* its number there */
};

static bool has_room(void)
{
	struct rlimit limit;

	return !getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur >= ROOM;
}

/* Creates it if it does not exist. */
static int open_folder(int parent)
{
	auto_close int fd = -1;
	struct stat st;

	if (!mkdirat(parent, SHARE_NAME, 0) &&
	    fchownat(parent, SHARE_NAME, NOBODY, NOBODY, AT_SYMLINK_NOFOLLOW)) {
		unlinkat(parent, SHARE_NAME, AT_REMOVEDIR);
		return -1;
	}
	fd = openat(parent, SHARE_NAME, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) || st.st_uid != NOBODY || st.st_mode & 07777)
		return -1;
	return steal_fd(&fd);
}

static int open_file(int folder)
{
	return openat(folder, TRACE_ID, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
}

/* Opens both again; returns whether both exist. */
static bool open_both(struct share *share)
{
	cleanup_close(&share->fd);
	cleanup_close(&share->folder);
	share->fd = -1;
	share->folder = open_folder(share->parent);
	if (share->folder >= 0)
		share->fd = open_file(share->folder);
	return share->fd >= 0;
}

struct share *share_open(void)
{
	struct share *share;

	if (geteuid() || !has_room())
		return NULL;
	share = mem_alloc(sizeof(*share));
	*share = (struct share){ .folder = -1, .fd = -1 };
	share->parent = open(SHARE_PARENT, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (!open_both(share)) {
		share_close(share);
		return NULL;
	}
	share->registry = mem_alloc(sizeof(*share->registry));
	return share;
}

static bool set_lock(const struct share *share, short type, off_t byte)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };

	return !fcntl(share->fd, F_SETLK, &lock);
}

/* Returns whether another process holds a lock on one of N bytes, with the pid of one that does in
 * *ret_pid (0: it is in another pid namespace). The kernel reports locks process by process, not in
 * order of offset. */
static bool find_holder(const struct share *share, off_t byte, off_t n, pid_t *ret_pid)
{
	struct flock lock = {
		.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = byte,
		.l_len = n,
	};

	if (fcntl(share->fd, F_GETLK, &lock) || lock.l_type == F_UNLCK)
		return false;
	*ret_pid = lock.l_type == F_WRLCK ? lock.l_pid : 0;
	return true;
}

/* The last run to leave removes the file, maybe while another waits for its gate. */
static bool is_gone(const struct share *share)
{
	struct stat st;

	return fstat(share->fd, &st) || !st.st_nlink;
}

static bool enter_gate(struct share *share)
{
	if (!set_lock(share, F_WRLCK, GATE))
		return false;
	return !is_gone(share) ||
	       (open_both(share) && set_lock(share, F_WRLCK, GATE) && !is_gone(share));
}

static void leave_gate(struct share *share)
{
	if (share->has_gate)
		set_lock(share, F_UNLCK, GATE);
	share->has_gate = false;
}

static off_t place_of(uint32_t run)
{
	return (off_t)(offsetof(struct registry, records) + run * sizeof(struct seat_record));
}

static bool read_registry(struct share *share)
{
	memset(share->registry, 0, sizeof(*share->registry));
	return pread(share->fd, share->registry, sizeof(*share->registry), 0) >= 0;
}

static bool write_record(const struct share *share, const struct seat_record *record)
{
	return pwrite(share->fd, record, sizeof(*record), place_of(share->run)) ==
	       (ssize_t)sizeof(*record);
}

/* For programs, maps and links: the information on each begins with its type and id. */
static uint32_t id_of(int fd)
{
	struct {
		uint32_t kind, id;
	} info = { 0 };
	uint32_t len = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &len) ? 0 : info.id;
}

static void close_all(int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fds[i] >= 0)
			close(steal_fd(&fds[i]));
}

/* Takes the descriptors in the record from the process; returns whether all that a tracer needs are
 * there. */
static bool take_parts(const struct seat_record *record, int pidfd, int parts[EBPF_PARTS])
{
	for (size_t i = 0; i < EBPF_PARTS; i++)
		parts[i] = -1;
	for (size_t i = 0; i < EBPF_PARTS; i++) {
		if (record->parts[i] < 0 && ebpf_is_optional((enum ebpf_part)i))
			continue;
		parts[i] = pidfd_getfd(pidfd, record->parts[i], 0);
		if (parts[i] >= 0 && record->ids[i] && id_of(parts[i]) == record->ids[i])
			continue;
		close_all(parts, EBPF_PARTS);
		return false;
	}
	return true;
}

/* The pid may have been reused: check again that its process holds the lock. */
static bool take_from(const struct share *share, uint32_t run, int parts[EBPF_PARTS])
{
	auto_close int pidfd = -1;
	pid_t pid, again;

	if (!find_holder(share, FIRST_RUN + run, 1, &pid) || pid <= 0)
		return false;
	pidfd = pidfd_open(pid, 0);
	return pidfd >= 0 && find_holder(share, FIRST_RUN + run, 1, &again) && again == pid &&
	       take_parts(&share->registry->records[run], pidfd, parts);
}

static bool take_tracer(const struct share *share, int parts[EBPF_PARTS])
{
	const struct registry *registry = share->registry;

	for (uint32_t run = 0; registry->tracer && run < RUNS; run++)
		if (registry->records[run].tracer == registry->tracer &&
		    registry->records[run].state == SEAT_TAKEN && take_from(share, run, parts))
			return true;
	return false;
}

/* A seat that a run has used already has maps; any other can get some, except the first. */
static bool may_take(const struct share *share, uint32_t run, bool is_used)
{
	const struct registry *registry = share->registry;

	return is_used == (registry->records[run].tracer == registry->tracer) &&
	       (is_used || run > 0);
}

static bool take_seat(struct share *share, bool is_used, const int parts[EBPF_PARTS])
{
	for (uint32_t run = 0; run < RUNS; run++) {
		if (!may_take(share, run, is_used) || !set_lock(share, F_WRLCK, FIRST_RUN + run))
			continue;
		/* Its last holder is gone, and starts nothing any more. */
		share->run = run;
		share->has_seat = !is_used || !seat_has_tasks(parts, run);
		if (share->has_seat)
			return true;
		set_lock(share, F_UNLCK, FIRST_RUN + run);
	}
	return false;
}

static void drop_seat(struct share *share)
{
	if (share->has_seat)
		set_lock(share, F_UNLCK, FIRST_RUN + share->run);
	share->has_seat = false;
}

static bool fill_record(struct share *share, const int parts[EBPF_PARTS])
{
	struct seat_record *record = &share->registry->records[share->run];

	*record = (struct seat_record){ .tracer = share->registry->tracer, .state = SEAT_TAKEN };
	for (size_t i = 0; i < EBPF_PARTS; i++) {
		record->parts[i] = parts[i];
		record->ids[i] = id_of(parts[i]);
	}
	return write_record(share, record);
}

/* Takes a tracer and a seat in it, while holding the gate; returns whether we have both. */
static bool enter(struct share *share, int parts[EBPF_PARTS])
{
	if (!take_tracer(share, parts))
		return false;
	if ((take_seat(share, true, parts) || take_seat(share, false, parts)) &&
	    fill_record(share, parts))
		return true;
	drop_seat(share);
	close_all(parts, EBPF_PARTS);
	return false;
}

/* Returns NULL if there is no tracer to join. */
static struct ebpf *join(struct share *share)
{
	int parts[EBPF_PARTS], maps[RUN_MAPS];

	if (!enter(share, parts))
		return NULL;
	leave_gate(share);
	if (seat_take(&share->seat, parts, share->run, maps))
		return ebpf_join(parts, share->run, maps);
	share_retire(share);
	drop_seat(share);
	close_all(parts, EBPF_PARTS);
	return NULL;
}

/* Returns whether the holder of the gate is running: a stopped process may hold it forever. */
static bool is_gate_moving(const struct share *share)
{
	struct proc_stat stat;
	pid_t pid;

	if (!find_holder(share, GATE, 1, &pid))
		return true;
	return pid > 0 && !proc_find_stat(pid, &stat) && !strchr("TtXZ", stat.state);
}

static void wait_at_gate(struct share *share)
{
	static const struct timespec pause = { .tv_nsec = TRY_NS };

	for (int i = 0; i < TRIES && share->fd >= 0; i++) {
		share->has_gate = enter_gate(share);
		if (share->has_gate || !is_gate_moving(share))
			return;
		nanosleep(&pause, NULL);
	}
}

enum share_found share_find(struct share *share, bool waits, struct ebpf **ret_ebpf)
{
	if (waits)
		wait_at_gate(share);
	else
		share->has_gate = enter_gate(share);
	if (!share->has_gate)
		return share->fd < 0 ? SHARE_ALONE : SHARE_BUSY;
	if (!read_registry(share))
		return SHARE_ALONE;
	*ret_ebpf = join(share);
	return *ret_ebpf ? SHARE_JOINED : SHARE_ALONE;
}

void share_publish(struct share *share, const struct ebpf *ebpf)
{
	struct registry *registry = share->registry;

	if (!share->has_gate)
		return;
	memset(registry, 0, sizeof(*registry));
	share->run = 0;
	share->has_seat = set_lock(share, F_WRLCK, FIRST_RUN);
	/* Records of an earlier tracer carry another name. */
	if (share->has_seat && getrandom(&registry->tracer, sizeof(registry->tracer), 0) > 0 &&
	    pwrite(share->fd, registry, sizeof(registry->tracer), 0) > 0)
		fill_record(share, ebpf_parts(ebpf));
	leave_gate(share);
}

void share_retire(struct share *share)
{
	struct seat_record *record = &share->registry->records[share->run];

	if (!share->has_seat || record->state == SEAT_RETIRED)
		return;
	record->state = SEAT_RETIRED;
	write_record(share, record);
}

/* Removes the file, and the directory if no other tracer is in it. Runs in the clerk. */
static int take_away(const void *data)
{
	const struct share *share = data;

	if (unlinkat(share->folder, TRACE_ID, 0) < 0)
		return -errno;
	return unlinkat(share->parent, SHARE_NAME, AT_REMOVEDIR) < 0 && errno != ENOTEMPTY ? -errno
											   : 0;
}

void share_leave_to(struct share *share, struct clerk *clerk)
{
	const struct clerk_task task = {
		.run = take_away,
		.data = share,
		.gates = { { share->folder, LANDLOCK_ACCESS_FS_REMOVE_FILE },
			   { share->parent, LANDLOCK_ACCESS_FS_REMOVE_DIR } },
		.fds = { share->folder, share->parent, -1 },
		.rights = 1ULL << CAP_DAC_OVERRIDE,
	};

	if (share->folder < 0)
		return;
	share->task = clerk_add(clerk, &task);
	share->clerk = clerk;
}

static void clean_up(struct share *share)
{
	pid_t pid;

	drop_seat(share);
	if (!share->has_gate) /* two runs that leave at once may have to wait for each other */
		wait_at_gate(share);
	if (share->has_gate && !find_holder(share, FIRST_RUN, RUNS, &pid))
		share->clerk ? clerk_do(share->clerk, share->task) : take_away(share);
	leave_gate(share);
}

void share_close(struct share *share)
{
	if (!share)
		return;
	seat_finish(&share->seat);
	if (share->fd >= 0) {
		share_retire(share);
		clean_up(share);
		cleanup_close(&share->fd);
	}
	cleanup_close(&share->folder);
	cleanup_close(&share->parent);
	free(share->registry);
	free(share);
}
