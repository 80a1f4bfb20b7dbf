/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a directory to its names up to the root, and from what a call names to the directory that it
 * begins at. Kernel side only.
 */
#ifndef PINFOLD_BPF_WALK_H
#define PINFOLD_BPF_WALK_H

#include "bpf/core_types.h"

#include "bpf/maps.h"
#include "bpf/place.h"

#define S_IFMT	   0170000 /* linux/stat.h */
#define S_IFSOCK   0140000
#define S_IFDIR	   0040000
#define AT_FDCWD   -100 /* linux/fcntl.h */
#define WALK_STEPS 128	/* names, and mounts between them */

/* On the way from a directory to the root. */
struct walk {
	struct dentry *dentry, *root;
	struct mount *mount, *root_mount;
};

/* A directory while its names are assembled: too large for the stack of a program. What is in a map
 * is one state to the verifier, however it was reached. */
struct place_draft {
	struct place_key key;
	struct place_names names;
	struct walk walk;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct place_draft);
} place_draft SEC(".maps");

static struct place_draft *get_place_draft(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&place_draft, &zero);
}

static struct mount *mount_of(struct vfsmount *mnt)
{
	return (void *)mnt - bpf_core_field_offset(struct mount, mnt);
}

/* The members whose offsets src/ebpf/member.c finds. */
#define OFFSET_OF(found, type, member) ((found) ? (found) : bpf_core_field_offset(type, member))

/* Where a member of struct path is, by way of a type that each program knows anyway: each further
 * one may evict another from what the kernel remembers of them. */
#define IN_PATH(member)                                      \
	(bpf_core_field_offset(struct file, f_path.member) - \
	 bpf_core_field_offset(struct file, f_path))

static struct dentry *dentry_at(void *path)
{
	struct dentry *dentry = 0;

	bpf_probe_read_kernel(&dentry, sizeof(dentry), path + IN_PATH(dentry));
	return dentry;
}

static struct mount *mount_at(void *path)
{
	struct vfsmount *mnt = 0;

	bpf_probe_read_kernel(&mnt, sizeof(mnt), path + IN_PATH(mnt));
	return mount_of(mnt);
}

static struct fdtable *fd_table(struct task_struct *task)
{
	struct fdtable *table = 0;

	bpf_probe_read_kernel(&table, sizeof(table),
			      (void *)BPF_CORE_READ(task, files) +
				      OFFSET_OF(options.files_fdt, struct files_struct, fdt));
	return table;
}

/* Our own members are read into variables first: CO-RE would look for them in the kernel. */
static struct dentry *root_of(struct mount *mount)
{
	return BPF_CORE_READ(mount, mnt.mnt_root);
}

static struct dentry *parent_of(struct dentry *dentry)
{
	return BPF_CORE_READ(dentry, d_parent);
}

static struct mount *below(struct mount *mount)
{
	return BPF_CORE_READ(mount, mnt_parent);
}

static struct dentry *point_of(struct mount *mount)
{
	return BPF_CORE_READ(mount, mnt_mountpoint);
}

/* Goes up one name, or over to the mount below; a mount that is its own parent is detached. */
static long walk_up(__u64 i, void *unused)
{
	struct place_draft *d = get_place_draft();
	struct mount *mount, *parent;
	struct dentry *dentry;
	struct walk *w;
	__u64 at;
	long len;

	if (!d)
		return 1;
	w = &d->walk;
	dentry = w->dentry;
	mount = w->mount;
	if (dentry == w->root && mount == w->root_mount) {
		d->names.is_whole = 1;
		return 1;
	}
	if (dentry == root_of(mount)) {
		parent = below(mount);
		if (parent == mount)
			return 1;
		w->dentry = point_of(mount);
		w->mount = parent;
		return 0;
	}
	at = d->names.len;
	if (at > PLACE_BYTES - PLACE_NAME)
		return 1;
	len = bpf_probe_read_kernel_str(d->names.text + at, PLACE_NAME,
					BPF_CORE_READ(dentry, d_name.name));
	if (len <= 0)
		return 1;
	d->names.len = (__u32)at + (__u32)len;
	w->dentry = parent_of(dentry);
	return 0;
}

/* Makes the key of the directory where the draft's walk starts. */
ONCE int make_place_key(void)
{
	struct place_draft *d = get_place_draft();
	struct dentry *dentry;
	struct mount *mount;
	struct inode *inode;

	if (!d)
		return 0;
	dentry = d->walk.dentry;
	mount = d->walk.mount;
	inode = BPF_CORE_READ(dentry, d_inode);
	d->key.inode = BPF_CORE_READ(inode, i_ino);
	d->key.device = BPF_CORE_READ(inode, i_sb, s_dev);
	d->key.generation = BPF_CORE_READ(inode, i_generation);
	d->key.mount = (__u32)BPF_CORE_READ(mount, mnt_id);
	d->key.zero = 0;
	return 0;
}

/* Collects the names of that directory. */
ONCE int collect_names(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct place_draft *d = get_place_draft();
	void *root;

	if (!d)
		return 0;
	root = (void *)BPF_CORE_READ(task, fs) + OFFSET_OF(options.fs_root, struct fs_struct, root);
	d->walk.root = dentry_at(root);
	d->walk.root_mount = mount_at(root);
	d->names.len = 0;
	d->names.is_whole = 0;
	bpf_loop(WALK_STEPS, walk_up, 0, 0);
	return 0;
}

/* Keeps the names of the directory where the draft's walk starts in MAP, once, by its key, which is
 * in the draft afterwards. What does not need the map is apart, because a map that may be either of
 * two makes two paths. */
static void keep_place(void *map, struct place_draft *d)
{
	make_place_key();
	if (bpf_map_lookup_elem(map, &d->key))
		return;
	collect_names();
	bpf_map_update_elem(map, &d->key, &d->names, BPF_NOEXIST);
}

static bool is_folder(struct file *file)
{
	return file && (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) == S_IFDIR;
}

static struct file *file_of(int fd)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct fdtable *table = fd_table(task);
	struct file *file = 0;

	if (fd >= 0 && (unsigned int)fd < BPF_CORE_READ(table, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), BPF_CORE_READ(table, fd) + fd);
	return file;
}

/* Returns the socket that the descriptor FD leads to, or 0. */
static struct sock_common *socket_of(int fd)
{
	struct file *file = file_of(fd);
	struct socket *socket;

	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	socket = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(socket, sk);
}

/* What the descriptor of FILE leads to, whether it is a directory or not. */
static void begin_at_file(struct walk *w, struct file *file)
{
	w->dentry = BPF_CORE_READ(file, f_path.dentry);
	w->mount = mount_of(BPF_CORE_READ(file, f_path.mnt));
}

/* The directory that FILE is, or that it is in; for a file that is itself mounted, where it is. */
static void begin_at_folder(struct walk *w, struct file *file)
{
	begin_at_file(w, file);
	if (is_folder(file))
		return;
	if (w->dentry == root_of(w->mount)) {
		w->dentry = point_of(w->mount);
		w->mount = below(w->mount);
	}
	w->dentry = parent_of(w->dentry);
}

/* The working directory: where a relative path starts. */
static void begin_here(struct walk *w)
{
	struct task_struct *task = bpf_get_current_task_btf();
	void *path = (void *)BPF_CORE_READ(task, fs) +
		     OFFSET_OF(options.fs_pwd, struct fs_struct, pwd);

	w->dentry = dentry_at(path);
	w->mount = mount_at(path);
}

/* What a relative path starts from, if the call has a descriptor for it, which another thread may
 * have closed since: returns whether it is there. */
static bool begin_at_base(struct walk *w, int fd)
{
	struct file *file;

	if (fd == AT_FDCWD) {
		begin_here(w);
		return true;
	}
	file = file_of(fd);
	if (file)
		begin_at_folder(w, file);
	return file;
}

#endif
