// SPDX-License-Identifier: GPL-2.0-or-later
#include "cause/cause.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "base/sudo.h"
#include "cause/ask.h"
#include "cause/judge.h"
#include "cause/library.h"
#include "confine/rights.h"
#include "pen/account.h"
#include "pen/pen_view.h"

/* Programs try the same path by several calls. */
enum { ANSWERS_KEPT = 64 };

struct cause {
	struct {
		char *path;
		struct ask_path answer;
	} * answers;	  /* ANSWERS_KEPT of them, from the first question on */
	size_t n_answers; /* that there were; the oldest makes room */
	const struct pen *pen;
	const struct settings *settings;
	struct pen_view view;
	struct ask_setup setup;
	struct asker asker;
	struct cause_facts facts;
	gid_t *groups;
	char *home;
};

/* Capabilities that matter for files. */
static const uint64_t over_files = 1ULL << CAP_DAC_OVERRIDE | 1ULL << CAP_DAC_READ_SEARCH |
				   1ULL << CAP_FOWNER;

static bool has_terminal(void)
{
	auto_close int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	return fd >= 0;
}

/* Returns whether the LEN bytes at NAME are one of the comma-separated names in LIST. */
static bool is_member(const char *list, size_t list_len, const char *name, size_t len)
{
	const char *end = list + list_len;

	while (list < end) {
		const char *comma = memchr(list, ',', (size_t)(end - list));
		size_t n = (size_t)((comma ? comma : end) - list);

		if (n == len && !memcmp(list, name, len))
			return true;
		list += n + 1;
	}
	return false;
}

/* Finds the supplementary groups of the user UID in /etc/group. */
static void find_groups(struct cause *cause, uid_t uid)
{
	enum { FIELD_MEMBERS = 3, GROUPS_MAX = 1024 };
	const char *at = account_host(ACCOUNT_GROUPS), *name;
	struct account user, group;
	size_t len, n = 0;

	if (!account_find_id(account_host(ACCOUNT_USERS), uid, &user))
		return;
	name = account_get(&user, FIELD_NAME, &len);
	cause->groups = mem_alloc(GROUPS_MAX * sizeof(*cause->groups));
	while (name && n < GROUPS_MAX && account_next(&at, &group)) {
		size_t list_len;
		const char *list = account_get(&group, (enum account_field)FIELD_MEMBERS,
					       &list_len);

		if (list && is_member(list, list_len, name, len))
			cause->groups[n++] = group.id;
	}
	cause->setup.groups = cause->groups;
	cause->setup.n_groups = n;
}

/* Finds the home of the caller: in the environment, unless that is another user's. */
static void find_home(struct cause *cause)
{
	const char *home = getenv("HOME");
	struct account user;
	size_t len;

	if (cause->setup.is_other) {
		home = account_find_id(account_host(ACCOUNT_USERS), cause->setup.uid, &user)
			       ? account_get(&user, FIELD_HOME, &len)
			       : NULL;
		if (home)
			cause->home = mem_printf("%.*s", (int)len, home);
	} else if (home) {
		cause->home = path_normalize(home);
	}
	cause->facts.home = cause->home;
}

/* Chooses the user who would have run the command without pinfold. */
static void choose_caller(struct cause *cause)
{
	struct ask_setup *setup = &cause->setup;
	uint32_t uid, gid;

	setup->uid = geteuid();
	setup->gid = getegid();
	cause->facts.rights = rights_effective();
	/* As user.c does: a root without root's rights runs the command as itself. */
	if (cause->view.is_privileged && !is_written(&cause->settings->user.place) &&
	    !cause->view.is_transient && sudo_find_caller(&uid, &gid)) {
		setup->uid = uid;
		setup->gid = gid;
		setup->is_other = true;
		cause->facts.rights = 0;
		find_groups(cause, uid);
	}
	setup->rights = cause->facts.rights & over_files;
	setup->pen_uid = cause->view.uid;
	cause->facts.uid = setup->uid;
}

static void collect_writables(struct cause *cause)
{
	for (size_t i = 0; i < cause->view.n; i++) {
		const struct pen_part *part = &cause->view.v[i];

		if (part->shown == PEN_SHOWS_HOST && part->is_writable && part->source)
			ask_add_writable(&cause->setup, part->source);
	}
}

struct cause *cause_start(const struct pen *pen, const struct settings *settings)
{
	struct cause *cause = mem_alloc(sizeof(*cause));

	cause->pen = pen;
	cause->settings = settings;
	pen_get_view(pen, &cause->view);
	choose_caller(cause);
	find_home(cause);
	collect_writables(cause);
	cause->facts.settings = settings;
	cause->facts.view = &cause->view;
	cause->facts.has_terminal = has_terminal();
	cause->facts.net_user_lacks = pen_lacks_for_net_user();
	for (unsigned int i = 0; i < RLIMIT_NLIMITS; i++) {
		struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

		getrlimit(i, &limit);
		cause->facts.rlimits[i] = limit.rlim_cur;
		if (i == RLIMIT_NPROC)
			cause->facts.most_processes = limit.rlim_max;
	}
	asker_start(&cause->asker, &cause->setup);
	return cause;
}

static void put_path(void *data, const char *path, struct ask_path *ret_path)
{
	struct cause *cause = data;
	size_t i;

	if (!cause->answers)
		cause->answers = mem_alloc(ANSWERS_KEPT * sizeof(*cause->answers));
	for (i = 0; i < ANSWERS_KEPT; i++) {
		if (!cause->answers[i].path || !str_eq(cause->answers[i].path, path))
			continue;
		*ret_path = cause->answers[i].answer;
		return;
	}
	ask_path(&cause->asker, path, ret_path);
	i = cause->n_answers++ % ANSWERS_KEPT;
	free(cause->answers[i].path);
	cause->answers[i].path = mem_strdup(path);
	cause->answers[i].answer = *ret_path;
}

static void put_address(void *data, const struct ask_address *address, struct ask_net *ret_net)
{
	struct cause *cause = data;

	ask_address(&cause->asker, address, ret_net);
}

static void put_abstract(void *data, const char *name, size_t len, struct ask_net *ret_net)
{
	struct cause *cause = data;

	ask_abstract(&cause->asker, name, len, ret_net);
}

void cause_judge(struct cause *cause, const struct resources *used, struct record *record)
{
	const struct cause_host host = {
		.data = cause,
		.path = put_path,
		.address = put_address,
		.abstract = put_abstract,
	};
	struct enforced enforced;

	pen_get_enforced(cause->pen, &enforced);
	pen_view_finish(&cause->view);
	pen_get_view(cause->pen, &cause->view); /* by now it is known where the command started */
	cause->facts.enforced = &enforced;
	cause->facts.used = used;
	cause->facts.ran = &record->processes;
	/* Time may run out: what failed last is the likeliest to have ended the command. */
	for (size_t i = record->failures.n; i-- > 0;)
		judge_failure(&cause->facts, &host, &record->failures.v[i]);
	library_drop_found(&cause->facts, &host, record);
	asker_dismiss(&cause->asker);
}

void cause_finish(struct cause *cause)
{
	if (!cause)
		return;
	asker_finish(&cause->asker);
	ask_setup_finish(&cause->setup);
	pen_view_finish(&cause->view);
	for (size_t i = 0; cause->answers && i < ANSWERS_KEPT; i++)
		free(cause->answers[i].path);
	free(cause->answers);
	free(cause->groups);
	free(cause->home);
	free(cause);
}
