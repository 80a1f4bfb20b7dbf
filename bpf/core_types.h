/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The few kernel types that the tracer reads, with only the members it reads: CO-RE finds their
 * offsets in the running kernel. What has the same offset in every kernel is not relocated: each
 * type with a relocated member costs a search through all of the kernel's types. The kernel caches
 * what it found by a hash of the name with 31 slots (kernel/bpf/btf.c, vmlinux_cand_cache): if two
 * names share a slot, both are searched for again at every start.
 */
#ifndef PINFOLD_BPF_CORE_TYPES_H
#define PINFOLD_BPF_CORE_TYPES_H

#include <linux/types.h>

#include "bpf/fixed_types.h"

#define CORE __attribute__((preserve_access_index))

struct thread_info {
	unsigned long flags, syscall_work;
	__u32 status;
} CORE;

typedef struct {
	int counter;
} CORE atomic_t;

struct notification;

/* kernel/seccomp.c */
struct seccomp_filter {
	struct notification *notif;
	struct seccomp_filter *prev;
} CORE;

struct seccomp {
	int mode;
	atomic_t filter_count;
	struct seccomp_filter *filter;
} CORE;

struct pid {
	unsigned int level;
	struct upid numbers[];
} CORE;

struct signal_struct {
	atomic_t live;
	unsigned int flags;
	int group_exit_code;
	struct task_struct *group_exec_task;
} CORE;

struct sighand_struct {
	struct signal_action action[64]; /* by number - 1 */
} CORE;

struct mm_struct {
	unsigned long start_code, arg_start, arg_end;
	struct file *exe_file;
} CORE;

typedef __u32 dev_t;

struct super_block {
	dev_t s_dev;
} CORE;

struct inode {
	unsigned short i_mode;
	unsigned long i_ino;
	__u32 i_generation;
	struct super_block *i_sb;
} CORE;

struct qstr {
	const unsigned char *name;
} CORE;

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
} CORE;

struct vfsmount {
	struct dentry *mnt_root;
} CORE;

/* fs/mount.h */
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	int mnt_id;
} CORE;

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
} CORE;

struct fs_struct {
	struct path root, pwd;
} CORE;

struct file {
	struct inode *f_inode;
	struct path f_path;
	void *private_data;
} CORE;

struct sock_common {
	unsigned short skc_family;
	unsigned char skc_state;
} CORE;

struct sock {
	unsigned short sk_protocol;
} CORE;

struct socket {
	struct sock_common *sk; /* at the start of what it points to */
} CORE;

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
} CORE;

struct files_struct {
	struct fdtable *fdt;
} CORE;

struct vm_area_struct {
	unsigned long vm_start, vm_pgoff, vm_flags;
	struct file *vm_file;
} CORE;

struct kernfs_node {
	__u64 id;
} CORE;

struct cgroup_root {
	int hierarchy_id;
} CORE;

struct cgroup_subsys_state {
	struct cgroup_subsys_state *parent;
} CORE;

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
	struct cgroup_root *root;
} CORE;

struct ns_common {
	unsigned int inum;
} CORE;

struct mnt_namespace {
	struct ns_common ns;
} CORE;

struct nsproxy {
	struct mnt_namespace *mnt_ns;
} CORE;

struct css_set {
	struct cgroup *dfl_cgrp;
} CORE;

struct task_struct {
	struct thread_info thread_info;
	unsigned int __state, saved_state;
	unsigned int flags, ptrace;
	unsigned long jobctl;
	int on_cpu;
	struct mm_struct *mm;
	struct fs_struct *fs;
	struct files_struct *files;
	int exit_code;
	int pid;
	int tgid;
	struct task_struct *real_parent, *group_leader;
	struct pid *thread_pid;
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	struct seccomp seccomp;
	struct css_set *cgroups;
	struct nsproxy *nsproxy;
} CORE;

struct linux_binprm {
	const char *filename;
} CORE;

#endif
