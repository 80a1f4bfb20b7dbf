/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net user: a network by way of pasta(1), which ends with the pen. Internal to pen/. */
#ifndef PINFOLD_PEN_NET_USER_H
#define PINFOLD_PEN_NET_USER_H

#include <sys/types.h>

#include "base/diag.h"
#include "policy/settings.h"

/* Where the pen reaches the host's own name server, where the host asks one on its loopback alone:
 * no address that a network has, since it is of the link. */
#define NET_USER_RESOLVER "169.254.1.1"

struct net_user {
	pid_t pid; /* of the keeper; 0: none */
	int life;  /* closing it ends keeper and pasta */
};

struct plan;

/* Returns in *ret_pasta the path of pasta and 0, or -errno with an error in DIAGS: it is not there,
 * or SETTINGS keep a capability that does not go with it. */
int net_user_find(const struct settings *settings, const char **ret_pasta, struct diags *diags);

/* Adds the step of pid 1 that fences the network in. */
void net_user_plan(struct plan *plan);

/*
 * Starts the plan's pasta for the namespaces of the process whose folder in /proc is PROC, with the
 * host's name server at NET_USER_RESOLVER where the plan has that, and waits until the network is
 * there. Returns 0, or -errno with an error in DIAGS; net_user_stop() undoes in both cases.
 */
int net_user_start(const struct plan *plan, int proc, struct net_user *net, struct diags *diags);

void net_user_stop(struct net_user *net);

#endif
