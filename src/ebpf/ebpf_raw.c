// SPDX-License-Identifier: GPL-2.0-or-later
#include "ebpf/ebpf_raw.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include "bpf/raw.skel.h"
#pragma GCC diagnostic pop

#include "base/mem.h"
#include "ebpf/kernel.h"

enum { MINOR_BITS = 20 /* linux/kdev_t.h: the kernel's own dev_t */ };

struct ebpf_raw {
	struct raw_bpf *skeleton;
};

bool ebpf_raw_sees_kills(void)
{
	return !kernel_is_before(5, 17);
}

/* In struct thread_info, the first member of task_struct on x86-64, status comes after flags; since
 * Linux 5.11 after syscall_work as well. */
static uint64_t find_status(void)
{
	return kernel_is_before(5, 11) ? 8 : 16;
}

static int find_place(int init_pid, struct raw_place *ret_place)
{
	char path[32];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", init_pid);
	if (stat(path, &st) < 0)
		return -errno;
	*ret_place = (struct raw_place){
		.pid_device = (uint64_t)major(st.st_dev) << MINOR_BITS | minor(st.st_dev),
		.pid_inode = st.st_ino,
		.status_offset = find_status(),
	};
	return 0;
}

int ebpf_raw_load(const struct run_options *options, int init_pid, struct ebpf_raw **ret_raw)
{
	struct ebpf_raw *raw = mem_alloc(sizeof(*raw));
	struct raw_place place;
	struct rlimit memlock;
	int err = find_place(init_pid, &place);

	/* Before Linux 5.11 maps count as locked memory, and libbpf raises the limit. */
	getrlimit(RLIMIT_MEMLOCK, &memlock);
	libbpf_set_print(NULL);
	if (!err) {
		raw->skeleton = raw_bpf__open();
		err = raw->skeleton ? 0 : -errno;
	}
	if (!err) {
		raw->skeleton->rodata->options = *options;
		raw->skeleton->rodata->place = place;
		err = raw_bpf__load(raw->skeleton);
		setrlimit(RLIMIT_MEMLOCK, &memlock);
	}
	if (err)
		ebpf_raw_destroy(raw);
	else
		*ret_raw = raw;
	return err;
}

struct bpf_object *ebpf_raw_object(const struct ebpf_raw *raw)
{
	return raw->skeleton->obj;
}

int ebpf_raw_attach(struct ebpf_raw *raw)
{
	return raw_bpf__attach(raw->skeleton);
}

void ebpf_raw_detach(struct ebpf_raw *raw)
{
	raw_bpf__detach(raw->skeleton);
}

void ebpf_raw_destroy(struct ebpf_raw *raw)
{
	if (!raw)
		return;
	raw_bpf__destroy(raw->skeleton);
	free(raw);
}
