// SPDX-License-Identifier: GPL-2.0-or-later
#include "cause/ask.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "cause/ask_message.h"
#include "confine/confine.h"

/* For one question, and for all together: a report must not wait for a file system that does not
 * respond, but on a busy machine every answer takes a while. */
enum { PATIENCE_S = 2, LONGEST_S = 6 };

void ask_setup_finish(struct ask_setup *setup)
{
	for (size_t i = 0; i < setup->writables.n; i++)
		free(setup->writables.v[i].path);
	free(setup->writables.v);
	setup->writables.v = NULL;
	setup->writables.n = setup->writables.cap = 0;
}

static void open_tools(struct ask_tools *tools)
{
	static const char *const tables[] = {
		[TABLE_TCP] = "/proc/net/tcp",	 [TABLE_TCP6] = "/proc/net/tcp6",
		[TABLE_UDP] = "/proc/net/udp",	 [TABLE_UDP6] = "/proc/net/udp6",
		[TABLE_UNIX] = "/proc/net/unix",
	};

	tools->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	tools->udp[0] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	tools->udp[1] = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		tools->tables[i] = open(tables[i], O_RDONLY | O_CLOEXEC);
}

static bool answer_question(const struct ask_tools *tools, struct ask_question *question,
			    struct ask_answer *ret_answer)
{
	memset(ret_answer, 0, sizeof(*ret_answer));
	ret_answer->kind = question->kind;
	switch (question->kind) {
	case ASK_PATH:
		question->path[sizeof(question->path) - 1] = '\0';
		ask_walk(tools, question->path, &ret_answer->path);
		return true;
	case ASK_ADDRESS:
		ask_look_for_address(tools, &question->address, &ret_answer->net);
		return true;
	case ASK_ABSTRACT:
		if (question->abstract.len > ABSTRACT_MAX)
			return false;
		ask_look_for_abstract(tools, question->abstract.name, question->abstract.len,
				      &ret_answer->net);
		return true;
	}
	return false;
}

/* Drops everything that answering does not need: before the first question, which is the first
 * thing that a hostile program can influence; most runs end without one. */
static int confine(void)
{
	static const int calls[] = {
		SYS_recvfrom,	SYS_sendto,	SYS_openat2, SYS_statx,		  SYS_fstatfs,
		SYS_faccessat2, SYS_readlinkat, SYS_close,   SYS_connect,	  SYS_getsockname,
		SYS_pread64,	SYS_exit_group, SYS_exit,    SYS_restart_syscall,
	};

	return confine_asker(calls, ARRAY_SIZE(calls));
}

/* Takes on the caller's ids and rights. Returns 0 or -errno. */
static int become_caller(const struct ask_setup *setup)
{
	const struct confine_user user = {
		.uid = setup->uid,
		.gid = setup->gid,
		.groups = setup->groups,
		.n_groups = setup->n_groups,
		.is_other = setup->is_other,
	};

	return confine_to_user(
		&user, setup->rights & (1ULL << CAP_DAC_OVERRIDE | 1ULL << CAP_DAC_READ_SEARCH));
}

/* Waits for a question; returns whether one came. */
static bool hear(int channel, struct ask_question *ret_question)
{
	return recv(channel, ret_question, sizeof(*ret_question), 0) ==
	       (ssize_t)sizeof(*ret_question);
}

static void run(int channel, void *data)
{
	struct ask_tools tools = { .setup = data };
	struct ask_question question;
	struct ask_answer answer;

	if (responder_settle("pinfold-asker", channel) || chdir("/") ||
	    become_caller(tools.setup) || !hear(channel, &question))
		_exit(0);
	responder_end_in(LONGEST_S);
	open_tools(&tools);
	if (tools.root < 0 || confine())
		_exit(1);
	do
		if (!answer_question(&tools, &question, &answer) ||
		    send(channel, &answer, sizeof(answer), MSG_NOSIGNAL) < 0)
			break;
	while (hear(channel, &question));
	_exit(0);
}

void asker_start(struct asker *asker, const struct ask_setup *setup)
{
	*asker = ASKER_NONE;
	responder_start(&asker->responder, PATIENCE_S, run, (void *)(uintptr_t)setup);
}

/* Returns whether there is an answer. If there is none, later questions do not wait for one. */
static bool ask(struct asker *asker, const struct ask_question *question,
		struct ask_answer *ret_answer)
{
	const struct responder *responder = &asker->responder;
	int64_t end;

	if (responder->channel < 0)
		return false;
	end = responder_deadline(PATIENCE_S);
	if (!asker->end)
		asker->end = responder_deadline(LONGEST_S);
	if (end > asker->end)
		end = asker->end;
	if (responder_tell(responder, question, sizeof(*question)) &&
	    responder_hears(responder, end) &&
	    recv(responder->channel, ret_answer, sizeof(*ret_answer), MSG_DONTWAIT) ==
		    (ssize_t)sizeof(*ret_answer) &&
	    ret_answer->kind == question->kind)
		return true;
	responder_finish(&asker->responder);
	return false;
}

void ask_path(struct asker *asker, const char *path, struct ask_path *ret_path)
{
	struct ask_question question = { .kind = ASK_PATH };
	struct ask_answer answer;
	size_t len = strlen(path);

	*ret_path = (struct ask_path){ .doubt = DOUBT_NAME };
	if (len >= sizeof(question.path))
		return;
	memcpy(question.path, path, len + 1);
	if (ask(asker, &question, &answer)) {
		*ret_path = answer.path;
		ret_path->real[sizeof(ret_path->real) - 1] = '\0';
	} else {
		ret_path->doubt = DOUBT_LATE;
	}
}

static void ask_net(struct asker *asker, const struct ask_question *question,
		    struct ask_net *ret_net)
{
	struct ask_answer answer;

	*ret_net = (struct ask_net){ .doubt = DOUBT_LATE };
	if (ask(asker, question, &answer))
		*ret_net = answer.net;
}

void ask_address(struct asker *asker, const struct ask_address *address, struct ask_net *ret_net)
{
	struct ask_question question = { .kind = ASK_ADDRESS };

	question.address = *address;
	ask_net(asker, &question, ret_net);
}

void ask_abstract(struct asker *asker, const char *name, size_t len, struct ask_net *ret_net)
{
	struct ask_question question = { .kind = ASK_ABSTRACT };

	*ret_net = (struct ask_net){ .doubt = DOUBT_NAME };
	if (len > ABSTRACT_MAX)
		return;
	question.abstract.len = (uint32_t)len;
	memcpy(question.abstract.name, name, len);
	ask_net(asker, &question, ret_net);
}

void asker_dismiss(struct asker *asker)
{
	responder_dismiss(&asker->responder);
}

void asker_finish(struct asker *asker)
{
	responder_finish(&asker->responder);
}
