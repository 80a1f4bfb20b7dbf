/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Contents of files in the pen's /etc, made from those on the host. Internal to pen/. */
#ifndef PINFOLD_PEN_ETC_TEXT_H
#define PINFOLD_PEN_ETC_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Each returns the new text, freed by the caller, or NULL if TEXT needs no change. */

/* passwd(5): UID has a line, named pinfold if there was none, and its home is HOME. */
char *etc_text_users(const char *text, uid_t uid, gid_t gid, const char *home);

/* group(5): each of the N groups has a line, and the first that had none is named pinfold. */
char *etc_text_groups(const char *text, const gid_t *groups, size_t n);

/* nsswitch.conf(5): users and groups come from the files only. */
char *etc_text_sources(const char *text);

/* hosts(5): NAME has an address of the loopback network, and so has localhost. */
char *etc_text_hosts(const char *text, const char *name);

/* resolv.conf(5): no name server is on a loopback address. If all were, they are replaced by those
 * of UPSTREAM, which is such a text, too, or else by FORWARD, with true in *ret_forwards. */
char *etc_text_resolver(const char *text, const char *upstream, const char *forward,
			bool *ret_forwards);

#endif
