// SPDX-License-Identifier: GPL-2.0-or-later
/* Failures that name an address: an internet address, or a Unix socket. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "cause/inquiry.h"
#include "policy/host.h"
#include "relay/listed.h"

enum { DOMAIN_PORT = 53 };

/* Reads the address in the failure's text. Returns whether it is an internet address. */
static bool read_address(const struct record_failure *failure, struct ask_address *ret_address)
{
	struct ask_address address = { .family = failure->family, .port = failure->port };
	const char *start = strchr(failure->text, ' ');
	char host[INET6_ADDRSTRLEN] = "";
	size_t len;

	if (!start || (address.family != AF_INET && address.family != AF_INET6))
		return false;
	start += 1 + (start[1] == '[');
	len = strcspn(start, address.family == AF_INET ? ":" : "]");
	if (len >= sizeof(host))
		return false;
	memcpy(host, start, len);
	if (inet_pton(address.family, host, address.ip) != 1)
		return false;
	*ret_address = address;
	return true;
}

/* A name server is reached by datagrams; for any other call the transport is not known. */
static void ask_host(const struct inquiry *inquiry, struct ask_address *address,
		     struct ask_net *ret_net)
{
	const struct cause_host *host = inquiry->host;

	address->is_stream = address->port != DOMAIN_PORT;
	host->address(host->data, address, ret_net);
	if (ret_net->doubt || ret_net->is_listened)
		return;
	address->is_stream = !address->is_stream;
	host->address(host->data, address, ret_net);
}

/* Blames the pen in these words, with a network of its own that reaches the host's as the remedy.
 */
static void blame_lack_of_network(struct inquiry *inquiry, const char *words)
{
	const char *lacks = inquiry->facts->net_user_lacks;

	blame_pen(inquiry, "%s%s%s", words, lacks ? "; --net user needs " : "", lacks ? lacks : "");
	fix_with_words(inquiry, "--net", "user");
}

/* For addresses that the pen's network does not have, or has no route to. */
static void blame_network(struct inquiry *inquiry, const struct ask_address *address,
			  const struct ask_net *net)
{
	bool is_empty = inquiry->facts->settings->net.mode == NET_NONE;
	bool is_name = address->port == DOMAIN_PORT;

	const char *words = !is_empty ? "the pen's own network has no route there"
			    : is_name ? "the pen has no network, so names cannot be resolved"
				      : "the pen has no network";

	if (is_empty && (!net->is_own || is_name)) {
		blame_lack_of_network(inquiry, words);
		return;
	}
	blame_pen(inquiry, "%s", words);
	fix_with_words(inquiry, "--net", "host");
}

static bool is_loopback(const struct ask_address *address)
{
	return address->family == AF_INET
		       ? address->ip[0] == IN_LOOPBACKNET
		       : IN6_IS_ADDR_LOOPBACK((const struct in6_addr *)address->ip);
}

/* With net relay nobody listens at what no connect lists. */
static void blame_relay(struct inquiry *inquiry, const struct ask_address *address)
{
	const struct connect_settings *list = &inquiry->facts->settings->connects;
	struct address own = { .family = address->family };
	struct strbuf host = { 0 };
	char text[INET6_ADDRSTRLEN] = "";
	const char *name;

	memcpy(own.ip, address->ip, sizeof(own.ip));
	name = is_loopback(address) ? "localhost" : listed_name_of(list, &own);
	if (!name)
		inet_ntop(address->family, address->ip, text, sizeof(text));
	host_print(!name && address->family == AF_INET6 ? HOST_IPV6 : HOST_NAME, name ? name : text,
		   address->port, &host);
	blame_pen(inquiry, "%s",
		  is_loopback(address) ? "the pen has its own loopback"
				       : "no connect lists that host and port");
	fix_with_words(inquiry, "--connect", host.text);
	strbuf_finish(&host);
}

/* Whether the pen refused that, as far as is known without asking the host. */
static bool is_refused_by_relay(const struct inquiry *inquiry, const struct ask_address *address)
{
	return inquiry->facts->settings->net.mode == NET_RELAY &&
	       inquiry->failure->error == ECONNREFUSED && !is_loopback(address);
}

static void inquire_internet(struct inquiry *inquiry, struct ask_address *address)
{
	struct ask_net net;
	int error = inquiry->failure->error;

	ask_host(inquiry, address, &net);
	if (net.doubt) {
		blame_nobody(inquiry, net.doubt);
	} else if (error == ECONNREFUSED && net.is_own && net.is_listened) {
		if (address->port == DOMAIN_PORT &&
		    inquiry->facts->settings->net.mode == NET_NONE) {
			blame_lack_of_network(inquiry, "the pen has its own loopback");
			return;
		}
		if (inquiry->facts->settings->net.mode == NET_RELAY) {
			blame_relay(inquiry, address);
			return;
		}
		blame_pen(inquiry, "the pen has its own loopback");
		fix_with_words(inquiry, "--net", "host");
	} else if (error == EADDRNOTAVAIL && net.is_own) {
		blame_pen(inquiry, "the pen's network does not have that address");
		fix_with_words(inquiry, "--net", "host");
	} else if ((error == ENETUNREACH || error == EHOSTUNREACH || error == EADDRNOTAVAIL) &&
		   !net.route && !is_call(inquiry, (const char *const[]){ "bind", NULL })) {
		blame_network(inquiry, address, &net);
	} else {
		blame_host(inquiry);
	}
}

static int hex_value(char digit)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, digit);

	return digit && at ? (int)(at - digits) : -1;
}

/* Undoes strbuf_escape() on TEXT, which must be in quotes. Returns the bytes, terminated and freed
 * by the caller, or NULL. */
static char *read_quoted(const char *text, size_t *ret_len)
{
	static const char letters[] = "ntr", meant[] = "\n\t\r";
	size_t len = strlen(text), n = 0;
	char *bytes;

	if (len < 2 || text[0] != '"' || text[len - 1] != '"')
		return NULL;
	bytes = mem_alloc(len);
	for (size_t i = 1; i < len - 1; i++) {
		const char *letter = text[i + 1] ? strchr(letters, text[i + 1]) : NULL;

		if (text[i] != '\\') {
			bytes[n++] = text[i];
		} else if (text[i + 1] == 'x' && i + 3 < len - 1) {
			bytes[n++] = (char)(hex_value(text[i + 2]) << 4 | hex_value(text[i + 3]));
			i += 3;
		} else {
			bytes[n++] = letter ? meant[letter - letters] : text[i + 1];
			i++;
		}
	}
	*ret_len = n;
	return bytes;
}

static void inquire_abstract(struct inquiry *inquiry, const char *name, size_t len)
{
	struct ask_net net;

	inquiry->host->abstract(inquiry->host->data, name, len, &net);
	if (net.doubt) {
		blame_nobody(inquiry, net.doubt);
	} else if (net.is_listened) {
		blame_pen(inquiry, "abstract sockets belong to a network, and the pen has its own");
		fix_with_words(inquiry, "--net", "host");
	} else {
		blame_host(inquiry);
	}
}

static void inquire_unix(struct inquiry *inquiry)
{
	const char *text = inquiry->failure->text + strlen("AF_UNIX ");
	bool is_abstract = *text == '@';
	size_t len = 0;
	auto_free char *name = read_quoted(text + is_abstract, &len);

	if (!name)
		return;
	if (!is_abstract && *name == '/')
		inquire_about(inquiry, name);
	else if (is_abstract && inquiry->facts->settings->net.mode == NET_HOST)
		blame_host(inquiry);
	else if (is_abstract)
		inquire_abstract(inquiry, name, len);
}

void inquire_address(struct inquiry *inquiry)
{
	const struct record_failure *failure = inquiry->failure;
	struct ask_address address;

	if (!failure->text)
		return;
	if (failure->family == AF_UNIX && str_starts(failure->text, "AF_UNIX "))
		inquire_unix(inquiry);
	else if (failure->error == EACCES || failure->error == EPERM)
		inquire_capability(inquiry);
	else if (!read_address(failure, &address))
		return;
	else if (inquiry->facts->settings->net.mode == NET_HOST)
		blame_host(inquiry);
	else if (is_refused_by_relay(inquiry, &address))
		blame_relay(inquiry, &address);
	else
		inquire_internet(inquiry, &address);
}
