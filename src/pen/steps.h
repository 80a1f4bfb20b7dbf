/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The set-up steps by kind: each takes its operands from the step. Internal to pen/. */
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

/* root.c */
extern const struct step_kind root_step_private;
extern const struct step_kind root_step_base;
extern const struct step_kind root_step_memory;
extern const struct step_kind root_step_folder;
extern const struct step_kind root_step_seal;
extern const struct step_kind root_step_pivot;
/* Stores in *ret_fd a mount, not attached yet, of the base's own folder NAME with ATTRIBUTES. */
int root_mount_own(const struct setup *setup, const char *name, uint64_t attributes, int *ret_fd);
/* Opens TARGET in the new root for a mount on it, in *ret_fd; makes it first, as a folder or a
 * file, when it is missing on a file system of ours. Returns 0 or -errno. */
int root_open_target(struct setup *setup, const char *target, bool is_dir, int *ret_fd);
/* Opens TARGET in the new root, which must be there. */
int root_find_target(const struct setup *setup, const char *target, int *ret_fd);
/* Returns the id of the mount that PATH leads to from DIR, as mountinfo has it. */
int root_mount_id(int dir, const char *path, uint64_t *ret_id);
/* Returns whether DEV is a file system of ours. */
bool root_is_own(const struct setup *setup, dev_t dev);
/* Remembers that FD is on a file system of ours. */
int root_add_own(struct setup *setup, int fd);

/* source.c: returns whether a run of the same policy could have put a link on the way to the source
 * of BIND, and could gain by it. */
bool source_is_strict(const struct settings *settings, const struct bind_setting *bind);
/* In the supervisor, opens the source of STEP, for a caller with privileges as a mount.
 * Returns 0 or -errno. */
int source_prepare(struct setup *setup, struct step *step);
/* In pid 1: gives in *ret_tree the mount of the source with all below it, not attached, or -errno:
 * -ELOOP for a link that is not followed, -ESTALE when it is not what the supervisor saw. */
int source_clone(const struct setup *setup, const struct step *step, int *ret_tree);

/* mount.c */
extern const struct step_kind mount_step_bind;
extern const struct step_kind mount_step_tmpfs;
extern const struct step_kind mount_step_folder;
extern const struct step_kind mount_step_link;
extern const struct step_kind mount_step_hide;
int mount_prepare_bind(struct setup *setup, struct step *step, struct diags *diags);

/* idmap.c: maps the owner of the mount TREE of the bind STEP, which is the source's, onto the
 * command's user, where that is to be done. Returns 0, or -errno with an error in DIAGS. */
int idmap_bind(struct plan *plan, const struct step *step, int tree, struct diags *diags);
/* Returns whether ST is closed to who is not its owner, by its mode. */
bool idmap_is_closed(const struct identity *who, const struct stat *st);
/* Returns whether PATH, which is EXPECTED, is the root, or in a tree of the system's, which is
 * shown with the owners that it has. */
bool idmap_is_systems(const char *path, const struct stat *expected);

/* workdir.c: adds the step that shows the caller's working directory, if it is to be. */
void workdir_plan_view(struct plan *plan);
/* Adds the step that goes to where the command starts. */
void workdir_plan(struct plan *plan);
extern const struct step_kind workdir_step;

/* budget.c: reads, before the clone, what the caller may have of what the kernel counts for it; and
 * in pid 1 bounds the pen's part below PROC, a /proc. Both return 0 or -errno. */
int budget_prepare(struct setup *setup, struct step *step, struct diags *diags);
int budget_write(const struct setup *setup, int proc);

/* overlay.c: attaches the bind TREE, in which something is to be covered, on the opened TARGET
 * through an overlay; where that cannot be, as it is. Returns 0 or -errno. */
int overlay_attach(struct setup *setup, const struct step *step, int tree, int target);
/* Attaches on TARGET an overlay of the pen's files in /etc over TREE, which is there already; where
 * that cannot be, binds them one by one. */
int overlay_lay(struct setup *setup, const struct step *step, int tree, int target);

/* cover.c: attaches TREE on the opened PLACE, as tree_attach(), and notes the mount if somebody
 * outside could take the place away. Returns 0 or -errno. */
int cover_attach(struct setup *setup, const struct step *step, int tree, int place);
/* Remembers that no place in the mount of FD can be taken away. Returns 0 or -errno. */
int cover_add_firm(struct setup *setup, int fd);

/* device.c: adds the steps that bind the devices. Returns 0, or -errno with an error in DIAGS. */
int device_plan(struct plan *plan, struct diags *diags);
/* Adds the step that looks whether the command may open them. */
void device_plan_look(struct plan *plan);
extern const struct step_kind device_step_bind;
extern const struct step_kind device_step_look;
/* Says that the command may not open the device of STEP, with what would help. */
void device_explain(const struct plan *plan, const struct step *step, int err, struct diags *diags);
/* Returns -errno with an error in DIAGS where the bind STEP, which is prepared, shows devices that
 * could not be opened; else 0. */
int device_refuse_bind(const struct step *step, struct diags *diags);

/* special.c */
/* Returns whether the pen's own /dev has PATH, below /dev, and in *ret_is_device as a device. */
bool special_has(const char *path, bool *ret_is_device);
extern const struct step_kind special_step_dev;
extern const struct step_kind special_step_proc;

/* namespaces.c: gives the CLONE_NEW* of the pen, or -errno with an error in DIAGS for what does not
 * go together; adds the step that tells them. */
int namespaces_choose(const struct settings *settings, unsigned long *ret_flags,
		      struct diags *diags);
void namespaces_plan(struct plan *plan);
/* Returns the name that a host name of the pen's own has. */
const char *namespaces_hostname(const struct settings *settings);

/* capability.c: gives 0, or -EINVAL with an error in DIAGS when this kernel lacks one. */
int capability_check(const struct capability_setting *setting, struct diags *diags);
/* Returns " but cap_x, cap_y", or "" for none, freed by the caller. */
char *capability_list(uint64_t mask);

/* namespaces.c, net.c, limit.c, capability.c, env.c */
extern const struct step_kind namespaces_step_hostname;
extern const struct step_kind net_step_loopback;
extern const struct step_kind net_step_fence;
extern const struct step_kind limit_step_rlimit;
extern const struct step_kind limit_step_nproc;
/* limit.c: adds the steps that set the command's limits: what is written, and the defaults. */
void limit_plan(struct plan *plan);

/* hold.c: refuses limits that the command could lift itself, by what SETTINGS give it as WHO it is.
 * Returns 0, or -EINVAL with an error in DIAGS. */
int limit_check_hold(const struct settings *settings, const struct identity *who,
		     struct diags *diags);
/* limit.c: nanoseconds between SIGTERM and SIGKILL when limit time has run out. */
uint64_t limit_grace(const struct limit_setting *limit);
/* Lets the timerfd TIMER fire once, NS nanoseconds from now, which is above 0. Returns 0 or -errno.
 */
int limit_arm(int timer, uint64_t ns);
extern const struct step_kind capability_step_bound;
extern const struct step_kind capability_step_hide;
extern const struct step_kind capability_step_drop;
extern const struct step_kind env_step_wipe;

/* cgroup_show.c: adds the step that shows the pen's cgroup, where a limit is written. */
void cgroup_show_plan(struct plan *plan);
/* Adds the one that seals it, after all mounts. */
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
