/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net user: a network through pasta(1), which is killed with the pen. Internal to pen/. */
#ifndef PINFOLD_PEN_NET_USER_H
#define PINFOLD_PEN_NET_USER_H

#include <sys/types.h>

#include "base/diag.h"
#include "policy/settings.h"

/* Where the pen reaches the host's name server if that listens only on the host's loopback: a
 * link-local address, so no network has it. */
#define NET_USER_RESOLVER "169.254.1.1"

struct net_user {
	pid_t pid; /* the keeper; 0: none */
	int life;  /* closing it kills the keeper and pasta */
};

struct plan;

/* Stores the path of pasta in *ret_pasta. Returns 0, or -errno with an error in DIAGS: pasta is not
 * there, or SETTINGS keep a capability that cannot be combined with it. */
int net_user_find(const struct settings *settings, const char **ret_pasta, struct diags *diags);

/* Adds pid 1's step that fences the network in. */
void net_user_plan(struct plan *plan);

/*
 * Starts the plan's pasta for the namespaces of the process whose directory in /proc is PROC, with
 * the host's name server at NET_USER_RESOLVER if the plan says so, and waits until the network is
 * up. Returns 0, or -errno with an error in DIAGS; undo it by net_user_stop() in both cases.
 */
int net_user_start(const struct plan *plan, int proc, struct net_user *net, struct diags *diags);

void net_user_stop(struct net_user *net);

#endif
