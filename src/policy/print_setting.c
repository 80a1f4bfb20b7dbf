// SPDX-License-Identifier: GPL-2.0-or-later
/* The statements for the pen as text. Paths are absolute by now; words are quoted where needed. */
#include <ctype.h>
#include <inttypes.h>

#include "policy/print.h"
#include "policy/quantity.h"

void word_print(const char *word, struct strbuf *buf)
{
	bool is_plain = *word != '\0';

	for (const char *at = word; *at; at++)
		is_plain = is_plain && (isalnum((unsigned char)*at) || strchr("_./:=+,@%*-", *at));
	strbuf_puts(buf, is_plain ? " " : " \"");
	while (*word) {
		size_t control = str_control(word, strlen(word));

		if (*word == '"' || *word == '\\')
			strbuf_puts(buf, "\\");
		if (control)
			strbuf_escape(buf, word, control);
		else
			strbuf_add(buf, word, 1);
		word += control ? control : 1;
	}
	strbuf_puts(buf, is_plain ? "" : "\"");
}

void user_print(const struct user_setting *user, struct strbuf *buf)
{
	if (user->name)
		strbuf_puts(buf, user->name);
	else
		strbuf_printf(buf, "%u", user->uid);
	if (user->group)
		strbuf_printf(buf, ":%s", user->group);
	else if (!user->has_own_group)
		strbuf_printf(buf, ":%u", user->gid);
}

static void print_path(const char *verb, const struct path_setting *setting, struct strbuf *buf)
{
	if (!is_written(&setting->place))
		return;
	strbuf_puts(buf, verb);
	word_print(setting->path, buf);
	strbuf_puts(buf, "\n");
}

static void print_size(uint64_t bytes, struct strbuf *buf)
{
	static const char units[] = { 'K', 'M', 'G', 'T' };
	size_t unit = 0;

	while (unit < sizeof(units) && bytes && bytes % 1024 == 0) {
		bytes /= 1024;
		unit++;
	}
	strbuf_printf(buf, " %" PRIu64, bytes);
	if (unit)
		strbuf_add(buf, &units[unit - 1], 1);
}

static void print_time(uint64_t ns, struct strbuf *buf)
{
	if (ns % 1000000000)
		strbuf_printf(buf, " %" PRIu64 "ms", ns / 1000000);
	else
		strbuf_printf(buf, " %" PRIu64 "s", ns / 1000000000);
}

static void print_binds(const struct bind_settings *binds, struct strbuf *buf)
{
	for (size_t i = 0; i < binds->n; i++) {
		const struct bind_setting *bind = &binds->v[i];

		strbuf_printf(buf, "bind%s%s", bind->is_writable ? " rw" : "",
			      bind->is_optional ? " try" : "");
		word_print(bind->source, buf);
		if (!str_eq(bind->source, bind->target))
			word_print(bind->target, buf);
		strbuf_puts(buf, "\n");
	}
}

static void print_devices(const struct device_settings *devices, struct strbuf *buf)
{
	for (size_t i = 0; i < devices->n; i++) {
		strbuf_printf(buf, "device%s", devices->v[i].is_optional ? " try" : "");
		word_print(devices->v[i].path, buf);
		strbuf_puts(buf, "\n");
	}
}

static void print_tmpfs(const struct tmpfs_settings *tmpfs, struct strbuf *buf)
{
	for (size_t i = 0; i < tmpfs->n; i++) {
		strbuf_puts(buf, "tmpfs");
		word_print(tmpfs->v[i].target, buf);
		if (tmpfs->v[i].size)
			print_size(tmpfs->v[i].size, buf);
		if (tmpfs->v[i].mode)
			strbuf_printf(buf, " mode=%04o", (unsigned int)tmpfs->v[i].mode);
		strbuf_puts(buf, "\n");
	}
}

static void print_env(const struct env_settings *env, struct strbuf *buf)
{
	for (size_t i = 0; i < env->n; i++) {
		if (env->v[i].from)
			continue; /* its file is printed, and what is in it may be secret */
		if (env->v[i].verb == ENV_FILE) {
			strbuf_puts(buf, "env file");
			word_print(env->v[i].name, buf);
			strbuf_puts(buf, "\n");
			continue;
		}
		if (env->v[i].verb == ENV_KEEP) {
			strbuf_printf(buf, "env keep %s\n", env->v[i].name);
			continue;
		}
		struct strbuf word = { 0 };

		strbuf_printf(&word, "%s=%s", env->v[i].name, env->v[i].value);
		strbuf_puts(buf, "env set");
		word_print(word.text, buf);
		strbuf_puts(buf, "\n");
		strbuf_finish(&word);
	}
}

static void print_limit(enum limit_kind kind, const struct limit_setting *limit, struct strbuf *buf)
{
	strbuf_printf(buf, "limit %s", limit_name(kind));
	switch (kind) {
	case LIMIT_MEMORY:
	case LIMIT_SWAP:
		print_size(limit->value, buf);
		break;
	case LIMIT_CPU:
		strbuf_printf(buf, " %" PRIu64 "%%", limit->value);
		break;
	case LIMIT_TIME:
	case LIMIT_CPUTIME:
		print_time(limit->value, buf);
		break;
	default:
		strbuf_printf(buf, " %" PRIu64, limit->value);
	}
	if (limit->grace) {
		strbuf_puts(buf, " grace");
		print_time(limit->grace, buf);
	}
	strbuf_puts(buf, "\n");
}

static void print_limits(const struct limit_setting *limits, struct strbuf *buf)
{
	for (enum limit_kind kind = 0; kind < LIMIT_COUNT; kind++)
		if (is_written(&limits[kind].place))
			print_limit(kind, &limits[kind], buf);
}

static void print_rlimit_value(uint64_t value, struct strbuf *buf)
{
	if (value == UINT64_MAX)
		strbuf_puts(buf, "unlimited");
	else
		strbuf_printf(buf, "%" PRIu64, value);
}

static void print_rlimits(const struct rlimit_settings *rlimits, struct strbuf *buf)
{
	for (size_t i = 0; i < rlimits->n; i++) {
		strbuf_printf(buf, "rlimit %s ", rlimit_name(rlimits->v[i].resource));
		print_rlimit_value(rlimits->v[i].soft, buf);
		strbuf_puts(buf, ":");
		print_rlimit_value(rlimits->v[i].hard, buf);
		strbuf_puts(buf, "\n");
	}
}

static void print_shared(const struct place *shared, struct strbuf *buf)
{
	for (enum share_kind kind = 0; kind < SHARE_COUNT; kind++)
		if (is_written(&shared[kind]))
			strbuf_printf(buf, "share %s\n", share_name(kind));
}

static void print_capabilities(uint64_t mask, struct strbuf *buf)
{
	char name[CAPABILITY_NAME_ROOM];

	for (int value = 0; value < 64; value++)
		if (mask >> value & 1)
			strbuf_printf(buf, "capability %s\n", capability_name(value, name));
}

void settings_print(const struct settings *settings, struct strbuf *buf)
{
	static const char *const nets[] = {
		[NET_NONE] = "none",
		[NET_HOST] = "host",
		[NET_USER] = "user",
	};

	if (is_written(&settings->set_id))
		strbuf_puts(buf, "allow set-id\n");
	print_path("root", &settings->root, buf);
	print_binds(&settings->binds, buf);
	print_devices(&settings->devices, buf);
	print_tmpfs(&settings->tmpfs, buf);
	for (size_t i = 0; i < settings->hidden.n; i++)
		print_path("hide", &settings->hidden.v[i], buf);
	for (size_t i = 0; i < settings->guarded.n; i++)
		print_path("guard", &settings->guarded.v[i], buf);
	print_path("workdir", &settings->workdir, buf);
	if (is_written(&settings->net.place))
		strbuf_printf(buf, "net %s\n", nets[settings->net.mode]);
	print_shared(settings->shared, buf);
	if (is_written(&settings->user.place)) {
		strbuf_puts(buf, "user ");
		user_print(&settings->user, buf);
		strbuf_puts(buf, "\n");
	}
	print_path("hostname", &settings->hostname, buf);
	print_env(&settings->env, buf);
	print_capabilities(settings->capabilities.mask, buf);
	print_limits(settings->limits, buf);
	print_rlimits(&settings->rlimits, buf);
	if (is_written(&settings->tty.place))
		strbuf_printf(buf, "tty %s\n", settings->tty.mode == TTY_NEW ? "new" : "keep");
	for (size_t i = 0; i < settings->fds.n; i++)
		strbuf_printf(buf, "fd %d\n", settings->fds.v[i].fd);
}
