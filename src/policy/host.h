/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hosts and ports as statements for the pen write them: "example.org:443,8443". */
#ifndef PINFOLD_POLICY_HOST_H
#define PINFOLD_POLICY_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "policy/settings.h"

enum { HOST_PORTS_MOST = 16, PORT_HTTP = 80, PORT_HTTPS = 443 };

/* A host, with the ports that were written, ascending, or those that apply without any. */
struct host {
	enum host_kind kind;
	char name[HOST_NAME_ROOM]; /* in canonical form: lower case, or as inet_ntop(3) writes it */
	uint8_t address[16];	   /* of HOST_IPV4 the first four bytes */
	struct prefix_setting prefix; /* of HOST_PREFIX */
	uint16_t ports[HOST_PORTS_MOST];
	size_t n_ports;
};

/* Reads TEXT. Returns NULL, or what is wrong with it, for a message that ends in it; *ret_hint is
 * then the remedy, or NULL. */
const char *host_parse(const char *text, struct host *ret_host, const char **ret_hint);

/* Returns whether NAME, in lower case, is what a host may be called. */
bool host_is_name(const char *name);

/* Returns whether the statement AT is for the host NAME, for which host_is_name() holds. */
bool host_has_name(const struct connect_setting *at, const char *name);

/* Returns whether the statement AT is for HOST, a name or an address as reports write it. */
bool host_is_for(const struct connect_setting *at, const char *host);

/* Reads "10.0.0.0/8" or "fd00::/8": a part of the networks that hosts have. Returns NULL, or what
 * is wrong with it, for a message that ends in it. */
const char *prefix_parse(const char *text, struct prefix_setting *ret_prefix);

/* Returns whether the address IP of FAMILY has the first bits of PREFIX. */
bool prefix_has(const struct prefix_setting *prefix, int family, const uint8_t *ip);

/* Appends what prefix_parse() reads as PREFIX. */
void prefix_print(const struct prefix_setting *prefix, struct strbuf *buf);

/* Appends HOST:PORT, which host_parse() reads as the same. */
void host_print(enum host_kind kind, const char *name, uint16_t port, struct strbuf *buf);

#endif
