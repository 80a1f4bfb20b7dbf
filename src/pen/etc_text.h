/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What files of the pen's /etc say, made of what they say on the host. Internal to pen/. */
#ifndef PINFOLD_PEN_ETC_TEXT_H
#define PINFOLD_PEN_ETC_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Each returns the new text, freed by the caller, or NULL where TEXT has all of it. */

/* passwd(5): UID has a line, named pinfold where there was none, and its home is HOME. */
char *etc_text_users(const char *text, uid_t uid, gid_t gid, const char *home);

/* group(5): each of the N groups has a line, and the first that had none is named pinfold. */
char *etc_text_groups(const char *text, const gid_t *groups, size_t n);

/* nsswitch.conf(5): users and groups are those of the files, and no other source is asked. */
char *etc_text_sources(const char *text);

/* hosts(5): NAME has an address of the loopback network, and so has localhost. */
char *etc_text_hosts(const char *text, const char *name);

/*
 * resolv.conf(5): no name server is on a loopback address. Where all were, they are those of
 * UPSTREAM, which is such a text too, or the one at FORWARD, with true in *ret_forwards.
 */
char *etc_text_resolver(const char *text, const char *upstream, const char *forward,
			bool *ret_forwards);

#endif
