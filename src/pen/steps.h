/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The set-up steps, by kind: each takes its operands from the step. Internal to pen/. */
#ifndef PINFOLD_PEN_STEPS_H
#define PINFOLD_PEN_STEPS_H

#include <sys/stat.h>

#include "pen/step.h"

/* view.c: adds the steps that make the pen's files. Returns 0, or -errno with an error in DIAGS. */
int view_plan(struct plan *plan, struct diags *diags);

/* Returns whether the settings mount something on TARGET. */
bool view_is_mounted(const struct settings *settings, const char *target);

/* Adds the step that binds SOURCE on TARGET, and returns it as plan_add() does. */
struct step *view_add_bind(struct plan *plan, const char *source, const char *target,
			   bool is_writable);

/* guard.c */
extern const struct step_kind guard_step_hold;

/* hide.c: adds the steps that hide, after all mounts. Returns 0, or -errno with an error in DIAGS.
 */
int hide_plan(struct plan *plan, struct diags *diags);

/* Returns the first of the host's secrets that WHO may read, by its mode, freed by the caller; or
 * NULL if there is none. */
char *hide_find_readable(const struct identity *who);

/* root.c */
extern const struct step_kind root_step_private;
extern const struct step_kind root_step_base;
extern const struct step_kind root_step_memory;
extern const struct step_kind root_step_folder;
extern const struct step_kind root_step_seal;
extern const struct step_kind root_step_pivot;
/* Stores in *ret_fd a mount, not attached yet, of the base's own directory NAME with ATTRIBUTES. */
int root_mount_own(const struct setup *setup, const char *name, uint64_t attributes, int *ret_fd);
/* Opens TARGET in the new root for a mount on it, in *ret_fd; creates it first, as a directory or a
 * file, if it is missing on a file system of ours. Returns 0 or -errno. */
int root_open_target(struct setup *setup, const char *target, bool is_dir, int *ret_fd);
/* Opens TARGET in the new root, where it must exist. */
int root_find_target(const struct setup *setup, const char *target, int *ret_fd);
/* Stores the id, as in mountinfo, of the mount that PATH leads to from DIR. */
int root_mount_id(int dir, const char *path, uint64_t *ret_id);
/* Returns whether DEV is a file system of ours. */
bool root_is_own(const struct setup *setup, dev_t dev);
/* Records that FD is on a file system of ours. */
int root_add_own(struct setup *setup, int fd);

/* bound.c: returns whether an earlier run of the same policy could have put a link on the way to
 * the source of BIND, and could gain from it. */
bool source_is_strict(const struct settings *settings, const struct bind_setting *bind);
/* In the supervisor, opens the source of STEP, as a mount if the caller is privileged. Returns 0 or
 * -errno. */
int source_prepare(struct setup *setup, struct step *step);
/* In pid 1: stores the detached mount of the source, with all mounts below it, in *ret_tree.
 * Returns 0 or -errno: -ELOOP for a link that must not be followed, -ESTALE if it is not what the
 * supervisor saw. */
int source_clone(const struct setup *setup, const struct step *step, int *ret_tree);

/* mount.c */
extern const struct step_kind mount_step_bind;
extern const struct step_kind mount_step_tmpfs;
extern const struct step_kind mount_step_folder;
extern const struct step_kind mount_step_link;
extern const struct step_kind mount_step_hide;
int mount_prepare_bind(struct setup *setup, struct step *step, struct diags *diags);

/* idmap.c: maps the owner of TREE, the mount of the bind STEP's source, onto the command's user, if
 * that should be done. Returns 0, or -errno with an error in DIAGS. */
int idmap_bind(struct plan *plan, const struct step *step, int tree, struct diags *diags);
/* Returns whether the mode of ST closes it to users other than its owner. */
bool idmap_is_closed(const struct identity *who, const struct stat *st);
/* Returns whether PATH, which is EXPECTED, is the root or in one of the system's trees, which are
 * shown with their real owners. */
bool idmap_is_system_tree(const char *path, const struct stat *expected);

/* workdir.c: adds the step that shows the caller's working directory, if it should be shown. */
void workdir_plan_view(struct plan *plan);
/* Adds the step that changes to the directory where the command starts. */
void workdir_plan(struct plan *plan);
extern const struct step_kind workdir_step;

/* watch_budget.c: reads, before the clone, the caller's limits on what the kernel counts per user;
 * and, in pid 1, limits the pen's share below PROC, a /proc. Both return 0 or -errno. */
int budget_prepare(struct setup *setup, struct step *step, struct diags *diags);
int budget_write(const struct setup *setup, int proc);

/* overlay.c: attaches the bind TREE, in which something will be covered, on the opened TARGET
 * through an overlay; if that is impossible, as it is. Returns 0 or -errno. */
int overlay_attach(struct setup *setup, const struct step *step, int tree, int target);
/* Attaches an overlay of the pen's files in /etc over TREE, which is on TARGET already; if that is
 * impossible, binds them one by one. Returns 0 or -errno. */
int overlay_lay(struct setup *setup, const struct step *step, int tree, int target);

/* cover.c: attaches TREE on the opened PLACE, as tree_attach() does, and notes the mount if
 * somebody outside could remove PLACE. Returns 0 or -errno. */
int cover_attach(struct setup *setup, const struct step *step, int tree, int place);
/* Records that nobody outside can remove mount points in the mount of FD. Returns 0 or -errno. */
int cover_add_firm(struct setup *setup, int fd);

/* device.c: adds the steps that bind the devices. Returns 0, or -errno with an error in DIAGS. */
int device_plan(struct plan *plan, struct diags *diags);
/* Adds the step that checks whether the command may open them. */
void device_plan_look(struct plan *plan);
extern const struct step_kind device_step_bind;
extern const struct step_kind device_step_look;
/* Adds to DIAGS that the command may not open the device of STEP, with what would help. */
void device_explain(const struct plan *plan, const struct step *step, int err, struct diags *diags);
/* Returns -errno with an error in DIAGS if the prepared bind STEP shows devices that could not be
 * opened; otherwise 0. */
int device_refuse_bind(const struct step *step, struct diags *diags);

/* special.c */
/* Returns whether the pen's own /dev has PATH, below /dev, with in *ret_is_device whether that is a
 * device. */
bool special_has(const char *path, bool *ret_is_device);
extern const struct step_kind special_step_dev;
extern const struct step_kind special_step_proc;

/* namespaces.c: chooses the pen's CLONE_NEW* flags. Returns 0, or -errno with an error in DIAGS for
 * settings that cannot be combined. */
int namespaces_choose(const struct settings *settings, unsigned long *ret_flags,
		      struct diags *diags);
void namespaces_plan(struct plan *plan);

/* Adds the step that names the pen, or lists that its name cannot be set. */
void namespaces_plan_hostname(struct plan *plan);
/* Returns the pen's own host name. */
const char *namespaces_hostname(const struct settings *settings);

/* capability.c: returns 0, or -EINVAL with an error in DIAGS if this kernel lacks one. */
int capability_check(const struct capability_setting *setting, struct diags *diags);
/* Returns " but cap_x, cap_y", or "" for none, freed by the caller. */
char *capability_list(uint64_t mask);

/* namespaces.c, net.c, limit.c, capability.c, env.c */
extern const struct step_kind namespaces_step_hostname;
extern const struct step_kind net_step_loopback;
extern const struct step_kind net_step_fence;
extern const struct step_kind limit_step_rlimit;
extern const struct step_kind limit_step_nproc;
/* limit.c: adds the steps that set the command's limits: those in the policy, and the defaults. */
void limit_plan(struct plan *plan);

/* hold.c: refuses limits that the command could lift itself, running as WHO with what SETTINGS give
 * it. Returns 0, or -EINVAL with an error in DIAGS. */
int limit_check_hold(const struct settings *settings, const struct identity *who,
		     struct diags *diags);
/* limit.c: returns the nanoseconds between SIGTERM and SIGKILL when limit time has run out. */
uint64_t limit_grace(const struct limit_setting *limit);
/* Arms the timerfd TIMER to fire once, NS (above 0) nanoseconds from now. Returns 0 or -errno. */
int limit_arm(int timer, uint64_t ns);
extern const struct step_kind capability_step_bound;
extern const struct step_kind capability_step_hide;
extern const struct step_kind capability_step_drop;
extern const struct step_kind env_step_wipe;

/* cgroup_show.c: adds the step that shows the pen's cgroup, if the policy states a limit. */
void cgroup_show_plan(struct plan *plan);
/* Adds the step that seals it, after all mounts. */
void cgroup_show_plan_seal(struct plan *plan);
extern const struct step_kind cgroup_step_join;
extern const struct step_kind cgroup_step_show;

/* key.c */
extern const struct step_kind key_step_group;

/* descriptor.c */
extern const struct step_kind descriptor_step_check;
extern const struct step_kind descriptor_step_close_others;
extern const struct step_kind descriptor_step_close_all;

/* signals.c, pid2.c */
extern const struct step_kind command_step_session;
extern const struct step_kind command_step_signals;
extern const struct step_kind command_step_find;
extern const struct step_kind command_step_filter_and_exec;

#endif
