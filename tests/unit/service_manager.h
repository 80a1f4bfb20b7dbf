/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A service manager's filters: the lines of a unit become rules of libseccomp in the way that
 * systemd makes them, before and since version 256. One filter for each ABI in force; the most
 * severe of their answers counts.
 */
#ifndef PINFOLD_TESTS_SERVICE_MANAGER_H
#define PINFOLD_TESTS_SERVICE_MANAGER_H

#include "policy_helper.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sys/name.h"
#include "sys/set.h"

enum { MANAGER_FILTERS_MAX = 8, MANAGER_IDS_MAX = 2048 };

static const struct {
	const char *name;
	uint32_t theirs;
} manager_arches[] = {
	{ "x86", SCMP_ARCH_X86 },
	{ "x32", SCMP_ARCH_X32 },
	{ "native", SCMP_ARCH_X86_64 },
};

/* An item of a list: a call, and the action that a word gave it, or UINT32_MAX. */
struct manager_item {
	int id;
	uint32_t action;
};

struct manager_list {
	struct manager_item v[MANAGER_IDS_MAX];
	size_t n;
	bool is_there, is_allow_list;
};

struct manager {
	struct manager_list filter, log;
	uint32_t base;
	bool lets_in[ARRAY_SIZE(manager_arches)];
	bool is_new; /* 256 or later */
	struct {
		struct sock_filter *program;
		size_t len;
	} filters[MANAGER_FILTERS_MAX];
	size_t n_filters;
};

static inline uint32_t manager_action(const char *text)
{
	if (str_eq(text, "kill"))
		return SCMP_ACT_KILL_PROCESS;
	if (errno_find(text) > 0)
		return SCMP_ACT_ERRNO((uint32_t)errno_find(text));
	assert_true(atoi(text) > 0);
	return SCMP_ACT_ERRNO((uint32_t)atoi(text));
}

static inline void manager_set(struct manager_list *list, int id, bool is_in, uint32_t action)
{
	size_t i = 0;

	while (i < list->n && list->v[i].id != id)
		i++;
	if (!is_in) {
		if (i < list->n)
			list->v[i] = list->v[--list->n];
		return;
	}
	assert_true(i < MANAGER_IDS_MAX);
	list->n += i == list->n;
	list->v[i] = (struct manager_item){ id, action };
}

static inline void manager_word(struct manager_list *list, const char *word, bool is_inverted,
				uint32_t action)
{
	const struct sys_set *set = *word == '@' ? sys_set_find(word) : NULL;
	const struct sys_call *row;
	int id;

	for (size_t i = 0; set && set->members[i]; i++)
		manager_word(list, set->members[i], is_inverted, action);
	for (size_t i = 0; str_eq(word, "@known") && (row = sys_call_row(i)); i++)
		manager_word(list, row->name, is_inverted, action);
	if (*word == '@')
		return;
	id = seccomp_syscall_resolve_name(word);
	if (id != __NR_SCMP_ERROR)
		manager_set(list, id, is_inverted != list->is_allow_list || action != UINT32_MAX,
			    action);
}

static inline void manager_words(struct manager_list *list, char *words, bool has_default)
{
	bool is_inverted = *words == '~';
	char *rest;

	if (!list->is_there) {
		list->is_there = true;
		list->is_allow_list = !is_inverted;
		if (!is_inverted && has_default)
			manager_word(list, "@default", false, UINT32_MAX);
	}
	words += is_inverted;
	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		char *colon = strchr(word, ':');

		if (colon)
			*colon++ = '\0';
		assert_true(!colon || is_inverted);
		manager_word(list, word, is_inverted, colon ? manager_action(colon) : UINT32_MAX);
	}
}

static inline void manager_line(struct manager *manager, char *line)
{
	char *value = strchr(line, '=');

	if (!value)
		return;
	*value++ = '\0';
	if (str_eq(line, "SystemCallErrorNumber"))
		manager->base = manager_action(value);
	else if (str_eq(line, "SystemCallFilter"))
		manager_words(&manager->filter, value, true);
	else if (str_eq(line, "SystemCallLog"))
		manager_words(&manager->log, value, false);
	else
		assert_string_equal(line, "SystemCallArchitectures");
	for (size_t i = 0;
	     str_eq(line, "SystemCallArchitectures") && i < ARRAY_SIZE(manager_arches); i++)
		manager->lets_in[i] = strstr(value, manager_arches[i].name) != NULL;
}

static inline void manager_load(struct manager *manager, scmp_filter_ctx ctx)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	struct sock_filter *program;
	off_t size;

	assert_int_equal(seccomp_export_bpf(ctx, fd), 0);
	seccomp_release(ctx);
	size = lseek(fd, 0, SEEK_END);
	program = mem_alloc((size_t)size);
	assert_int_equal(pread(fd, program, (size_t)size, 0), size);
	close(fd);
	assert_true(manager->n_filters < MANAGER_FILTERS_MAX);
	manager->filters[manager->n_filters].program = program;
	manager->filters[manager->n_filters++].len = (size_t)size / sizeof(*program);
}

/* What is not let in is left to a filter without rules, which does not have its ABI. */
static inline void manager_restrict(struct manager *manager)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	for (size_t i = 0; i < ARRAY_SIZE(manager_arches); i++)
		if (manager->lets_in[i] && manager_arches[i].theirs != SCMP_ARCH_X86_64)
			assert_int_equal(seccomp_arch_add(ctx, manager_arches[i].theirs), 0);
	manager_load(manager, ctx);
}

/* A rule that libseccomp refuses, for any reason but that the ABI lacks the call, keeps the unit
 * from being started. */
static inline void manager_add_rule(scmp_filter_ctx ctx, uint32_t action, int id)
{
	int err = seccomp_rule_add_exact(ctx, action, id, 0);

	if (err && err != -EDOM)
		fail_msg("the unit does not start: %s",
			 seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, id));
}

static inline void manager_add_list(struct manager *manager, const struct manager_list *list,
				    uint32_t theirs, uint32_t rest, uint32_t action)
{
	bool is_new = manager->is_new && rest != SCMP_ACT_ALLOW;
	scmp_filter_ctx ctx = seccomp_init(is_new ? SCMP_ACT_ERRNO(ENOSYS) : rest);
	struct manager_list known = { .is_allow_list = true };

	if (theirs != SCMP_ARCH_X86_64) {
		assert_int_equal(seccomp_arch_remove(ctx, SCMP_ARCH_X86_64), 0);
		assert_int_equal(seccomp_arch_add(ctx, theirs), 0);
	}
	seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ALLOW);
	for (size_t i = 0; i < list->n; i++)
		manager_add_rule(ctx, list->v[i].action == UINT32_MAX ? action : list->v[i].action,
				 list->v[i].id);
	if (is_new && rest != SCMP_ACT_ERRNO(ENOSYS))
		manager_word(&known, "@known", false, UINT32_MAX);
	for (size_t i = 0; i < list->n; i++)
		manager_set(&known, list->v[i].id, false, 0);
	for (size_t i = 0; i < known.n; i++)
		manager_add_rule(ctx, rest, known.v[i].id);
	manager_load(manager, ctx);
}

/* Makes the filters of UNIT; manager_finish() frees them. */
static inline void manager_read(struct manager *manager, const char *unit, bool is_new)
{
	char *copy = mem_strdup(unit), *rest;
	bool is_list;

	*manager = (struct manager){ .base = SCMP_ACT_KILL_PROCESS, .is_new = is_new };
	for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		manager_line(manager, line);
	free(copy);
	is_list = manager->filter.is_there;
	if (is_list && is_new)
		manager_set(&manager->filter, seccomp_syscall_resolve_name("write"),
			    manager->filter.is_allow_list, UINT32_MAX);
	manager_restrict(manager);
	for (size_t i = 0; i < ARRAY_SIZE(manager_arches); i++) {
		bool is_allow_list = manager->filter.is_allow_list;

		if (manager->lets_in[i] && manager->log.n)
			manager_add_list(manager, &manager->log, manager_arches[i].theirs,
					 SCMP_ACT_ALLOW, SCMP_ACT_LOG);
		if (manager->lets_in[i] && (is_allow_list || manager->filter.n))
			manager_add_list(manager, &manager->filter, manager_arches[i].theirs,
					 is_allow_list ? manager->base : SCMP_ACT_ALLOW,
					 is_allow_list ? SCMP_ACT_ALLOW : manager->base);
	}
}

/* Returns the value that counts. */
static inline uint32_t manager_decide(const struct manager *manager,
				      const struct seccomp_data *data)
{
	uint32_t ret = SECCOMP_RET_ALLOW;

	for (size_t i = 0; i < manager->n_filters; i++) {
		uint32_t value;

		assert_int_equal(filter_simulate(manager->filters[i].program,
						 manager->filters[i].len, data, &value, NULL),
				 0);
		if ((int32_t)(value & SECCOMP_RET_ACTION_FULL) <
		    (int32_t)(ret & SECCOMP_RET_ACTION_FULL))
			ret = value;
	}
	return ret;
}

static inline void manager_finish(struct manager *manager)
{
	for (size_t i = 0; i < manager->n_filters; i++)
		free(manager->filters[i].program);
}

#endif
