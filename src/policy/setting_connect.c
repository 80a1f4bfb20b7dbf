// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The statement connect: hosts that the command may connect to, by name. Each host and port is one
 * statement of the canonical text, so comparing, merging and pruning policies is exact. What the
 * relay (src/relay) cannot keep must never be accepted here.
 */
#include <arpa/inet.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "policy/connect.h"
#include "policy/host.h"
#include "policy/setting.h"

enum {
	CHECK_METADATA,
	CHECK_ANY,
	CHECK_PATTERN,
	CHECK_LOOPBACK,
	CHECK_ADDRESS,
	CHECK_PLAIN,
	CHECK_SSH,
	CHECK_NO_TLS
};

enum { PORT_SSH = 22 };

// clang-format off
static const struct lint_check checks[] = {
	[CHECK_METADATA] = { "connect-metadata", SEVERITY_WARNING,
		"it is where cloud machines hand out their credentials", "leave it out" },
	[CHECK_ANY] = { "connect-any", SEVERITY_WARNING,
		"whatever the command reads can be sent to any host there is",
		"list the hosts: a report names those that were connected to" },
	[CHECK_PATTERN] = { "connect-pattern", SEVERITY_NOTE,
		"whoever may make a name below it is reached, too", "list the names" },
	[CHECK_LOOPBACK] = { "connect-localhost", SEVERITY_NOTE,
		"services on the host's loopback often trust everybody", "leave it out" },
	[CHECK_ADDRESS] = { "connect-address", SEVERITY_NOTE,
		"whoever has the address is reached, and no name in TLS is checked", "write the host's name" },
	[CHECK_PLAIN] = { "connect-plain", SEVERITY_NOTE,
		"what is sent to this port need not be TLS for this name", "leave out 'plain'" },
	[CHECK_SSH] = { "connect-ssh", SEVERITY_NOTE,
		"ssh forwards connections to whatever the host there can reach", "write HOST:443, if that is enough" },
	[CHECK_NO_TLS] = { "connect-no-tls", SEVERITY_NOTE,
		"another host at the same address can be reached: only port 443 has its name checked",
		"write HOST:443, if that is enough" },
};
// clang-format on

/* Of two statements for one port the wider one applies. */
static bool add_port(struct words *words, const struct host *host, uint16_t port, bool is_plain,
		     const struct prefix_setting *prefix)
{
	struct connect_settings *list = &words->settings->connects;
	struct connect_setting *old = (struct connect_setting *)connect_find(list, host->name,
									     port);

	is_plain = is_plain && port == PORT_HTTPS;
	if (old && memcmp(&old->prefix, prefix, sizeof(*prefix)) != 0) {
		words_error(words, "this host and port was already listed with another prefix");
		diags_hint(words->parser->diags, "one of the two: %s",
			   old->prefix.family ? "'in' says where it leads"
					      : "without 'in' it leads to a public address");
		return false;
	}
	if (old) {
		old->is_plain |= is_plain;
		return true;
	}
	if (list->n == CONNECT_MOST) {
		words_error(words, "too many hosts and ports");
		diags_hint(words->parser->diags, "at most %d in all", CONNECT_MOST);
		return false;
	}
	old = words_append(words, connects);
	*old = (struct connect_setting){
		.place = words->verb->place,
		.lines = words->lines,
		.kind = host->kind,
		.name = arena_strdup(&words->parser->policy->arena, host->name),
		.port = port,
		.is_plain = is_plain,
		.prefix = *prefix,
	};
	memcpy(old->address, host->address, sizeof(old->address));
	return true;
}

static bool has_https(const struct host *host)
{
	for (size_t i = 0; i < host->n_ports; i++)
		if (host->ports[i] == PORT_HTTPS)
			return true;
	return false;
}

/* Takes the word after "in". */
static bool take_prefix(struct words *words, const struct host *host,
			struct prefix_setting *ret_prefix)
{
	const char *why;

	if (host->kind != HOST_NAME && host->kind != HOST_PATTERN && host->kind != HOST_ANY) {
		words_error(words, "'in' is for a name: an address is where it is");
		return false;
	}
	if (words->at->kind != TOKEN_WORD) {
		words_error(words, "no prefix");
		return false;
	}
	why = prefix_parse(words->at->text, ret_prefix);
	if (why) {
		parser_error(words->parser, &words->at->place, "'%s' %s", words->at->text, why);
		diags_hint(words->parser->diags, "connect git.corp.example in 10.0.0.0/8");
		return false;
	}
	words->at++;
	return true;
}

static void take_connect(struct words *words)
{
	bool is_plain = words_accept(words, "plain");

	if (words->at->kind != TOKEN_WORD)
		words_error(words, "no host");
	while (words->at->kind == TOKEN_WORD) {
		struct prefix_setting prefix = { 0 };
		const struct token *word = words->at;
		struct host host;
		size_t first;
		const char *hint, *why = host_parse(words->at->text, &host, &hint);

		if (why) {
			parser_error(words->parser, &words->at->place, "'%s' %s", words->at->text,
				     why);
			diags_hint(words->parser->diags, "%s", hint ? hint : words->usage);
			return;
		}
		if (is_plain && !has_https(&host)) {
			words_error(words, "'plain' is for port 443");
			diags_hint(words->parser->diags, "only there must the first bytes be TLS");
			return;
		}
		words->at++;
		prefix = host.prefix;
		if (words_accept(words, "in") && !take_prefix(words, &host, &prefix))
			return;
		first = words->settings->connects.n;
		for (size_t i = 0; i < host.n_ports; i++) {
			const struct token *next = words->at;
			bool is_added;

			words->at = word;
			is_added = add_port(words, &host, host.ports[i], is_plain, &prefix);
			words->at = next;
			if (!is_added)
				return;
		}
		for (size_t i = first; i < words->settings->connects.n; i++)
			words->settings->connects.v[i].word =
				(struct extent){ word->extent.from, words->at[-1].extent.to };
	}
}

SETTING_AT_EACH(connect_at, connects)

static void print_connect(const struct settings *settings, size_t i, struct strbuf *buf)
{
	strbuf_puts(buf, " ");
	connect_print(&settings->connects.v[i], buf);
}

static const uint8_t metadata_ipv6[16] = { 0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, [15] = 0x54 };

/* Of AWS, Azure, Google and others; Alibaba; Azure's agent; Oracle. */
static bool is_metadata_ipv4(const struct prefix_setting *prefix)
{
	static const uint8_t services[][4] = {
		{ 169, 254, 169, 254 }, { 169, 254, 170, 2 }, { 100, 100, 100, 200 },
		{ 168, 63, 129, 16 },	{ 192, 0, 0, 192 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(services); i++)
		if (prefix_has(prefix, AF_INET, services[i]))
			return true;
	return false;
}

static bool is_metadata_address(const struct connect_setting *at)
{
	struct prefix_setting whole = { .family = AF_INET, .len = 32 };

	if (at->kind == HOST_IPV6)
		return memcmp(at->address, metadata_ipv6, sizeof(metadata_ipv6)) == 0;
	if (at->kind != HOST_IPV4)
		return false;
	memcpy(whole.ip, at->address, 4);
	return is_metadata_ipv4(&whole) || (at->address[0] == 169 && at->address[1] == 254);
}

static bool is_metadata(const struct connect_setting *at)
{
	static const char *const names[] = { "metadata.google.internal", "metadata.goog",
					     "instance-data", "instance-data.ec2.internal",
					     "metadata.tencentyun.com" };
	const struct prefix_setting *prefix = &at->prefix;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_eq(at->name, names[i]))
			return true;
	return is_metadata_address(at) || prefix_has(prefix, AF_INET6, metadata_ipv6) ||
	       (prefix->family == AF_INET && is_metadata_ipv4(prefix));
}

/* A whole top-level domain is as good as any name. */
static bool is_any(const struct connect_setting *at)
{
	return at->kind == HOST_ANY || (at->kind == HOST_PATTERN && !strchr(at->name + 2, '.'));
}

static int find_check(const struct connect_setting *at)
{
	if (is_metadata(at))
		return CHECK_METADATA;
	if (is_any(at))
		return CHECK_ANY;
	if (at->kind == HOST_LOOPBACK)
		return CHECK_LOOPBACK;
	if (at->kind == HOST_IPV4 || at->kind == HOST_IPV6 || at->kind == HOST_PREFIX)
		return CHECK_ADDRESS;
	if (at->is_plain)
		return CHECK_PLAIN;
	if (at->port == PORT_SSH)
		return CHECK_SSH;
	if (at->port != PORT_HTTPS)
		return CHECK_NO_TLS;
	return at->kind == HOST_PATTERN ? CHECK_PATTERN : -1;
}

static void lint_connect(const struct settings *settings, size_t i, struct exposures *list)
{
	const struct connect_setting *at = &settings->connects.v[i];
	struct strbuf host = { 0 };
	int check = find_check(at);

	if (check < 0)
		return;
	host_print(at->kind, at->name, at->port, &host);
	exposure_add(list, &checks[check], NULL, "connect %s", host.text);
	strbuf_finish(&host);
}

/* Options decide over files: --connect over their 'net'. */
static bool is_asked_by_option(const struct settings *settings)
{
	for (size_t i = 0; i < settings->connects.n; i++)
		if (!settings->connects.v[i].place.line)
			return settings->net.place.line;
	return false;
}

void setting_conclude_network(struct parser *parser)
{
	struct settings *settings = &parser->policy->settings;
	static const char *const names[] = {
		[NET_NONE] = "none",
		[NET_HOST] = "host",
		[NET_USER] = "user",
		[NET_RELAY] = "relay",
	};

	auto_free char *where = NULL;

	if (!settings->connects.n || settings->net.mode == NET_RELAY)
		return;
	if (!is_written(&settings->net.place) || is_asked_by_option(settings)) {
		settings->net.mode = NET_RELAY;
		return;
	}
	if (settings->net.place.line)
		where = mem_printf("%s:%u", settings->net.place.file, settings->net.place.line);
	parser_error(parser, &settings->connects.v[0].place,
		     "'connect' cannot be combined with 'net %s' in %s", names[settings->net.mode],
		     where ? where : settings->net.place.file);
	diags_hint(parser->diags, "%s",
		   settings->net.mode == NET_NONE
			   ? "leave out 'net none', or set --net relay"
			   : "through that network every host can be reached: leave out one of "
			     "the two");
}

static const struct setting_row rows[] = {
	{
		.verb = "connect",
		.least = 1,
		.most = SIZE_MAX,
		.usage = "connect [plain] HOST[:PORT[,PORT]] [in PREFIX]...",
		.options = { { "connect", 0, "HOST[:PORT[,PORT]]...",
			       "hosts to reach by name (or *.example.org, 203.0.113.0/28, *), and "
			       "nothing else: ports 80 and 443 unless named",
			       NULL } },
		.take = take_connect,
		.at = connect_at,
		.print = print_connect,
		.compare = connect_compare,
		.is_joined = connect_is_joined,
		.lint = lint_connect,
		SETTING_CHECKS(checks),
	},
};

SETTING_TABLE(setting_table_connect, rows);
