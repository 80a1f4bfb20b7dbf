/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of a set-up that depend on the machine, one by one, for those who want to know what it
 * allows before there is a pen. */
#ifndef PINFOLD_PEN_TRIES_H
#define PINFOLD_PEN_TRIES_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/str.h"

/* Returns the namespaces (CLONE_NEW*) of a pen whose policy shares none. */
unsigned long pen_default_namespaces(void);

/* Adds the failure ERR of making them to DIAGS, in the words of a pen, and returns it. */
int pen_refuse_namespaces(int err, struct diags *diags);

/* Returns whether the caller may use every id that it knows, as root may. */
bool pen_is_privileged(void);

/* Appends who the command can be: "65533, 100000..165535". Returns why the caller has no
 * subordinate ids, or NULL if it has or needs none. */
const char *pen_describe_ids(struct strbuf *text);

/* Returns whether mounts can be restricted before they are attached (Linux 5.12). */
bool pen_has_detached_mounts(void);

/* Stores the program for net user in *ret_path. Returns 0, or -errno with an error in DIAGS. */
int pen_find_pasta(const char **ret_path, struct diags *diags);

/* Tries to map the ids of a bind of PATH, which is not attached anywhere. Returns 0 or -errno. */
int pen_try_id_mapping(const char *path);

/*
 * For a child in new user, mount and pid namespaces that does nothing else: try to make its mounts
 * private, to make a new /proc, and an overlay. Return 0 or -errno.
 */
int pen_try_private_mounts(void);
int pen_try_new_proc(void);
int pen_try_overlay(void);

#endif
