// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls that do what another call is kept from doing. Of the other call, the parts that are denied
 * are carried over, argument by argument of the same name, and asked of the first: only a call
 * that really gets through, with what was denied, is a gap.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "lint/linter.h"

/* (the low half of argument & mask) == value; no name: nothing is asked. */
struct gap_fact {
	const char *argument;
	uint32_t mask, value;
};

enum gap_kind {
	GAP_ON_PURPOSE, /* the denial was written, or the call is allowed in part */
	GAP_ANY,	/* any denial, the default's too */
	GAP_FALLBACK,	/* "from" must be answered by ENOSYS, for libc to use "to" */
};

struct gap {
	struct lint_check check;
	enum gap_kind kind;
	const char *from, *to; /* names */
	struct gap_fact from_fact, to_fact;
};

#define WX	 0x6, 0x6		       /* PROT_WRITE|PROT_EXEC */
#define NEW_USER 0x10000000, 0x10000000	       /* CLONE_NEWUSER */
#define CREATING UINT32_MAX, 01 | 0100 | 01000 /* O_WRONLY|O_CREAT|O_TRUNC */
#define EXACTLY	 UINT32_MAX

enum { SIGCHLD_ONLY = 17, PR_SET_SECCOMP = 22 };

#define OPEN_GAP   "opening files is restricted, and this call opens the same without the restriction"
#define CHANGE_GAP "this call changes the same in another way"

// clang-format off
static const struct gap gaps[] = {
	{ { "io-uring-bypass", SEVERITY_ERROR,
	    "io_uring opens files and connects without these calls, past the filter",
	    "deny ENOSYS io_uring_setup" },
	  GAP_ANY, "open openat openat2 socket connect bind accept sendmsg unlinkat renameat2", "io_uring_setup", {}, {} },

	{ { "open-gap", SEVERITY_WARNING, OPEN_GAP, NULL },
	  GAP_ON_PURPOSE, "open", "openat", {}, {} },
	{ { "open-gap", SEVERITY_WARNING, OPEN_GAP, NULL },
	  GAP_ON_PURPOSE, "openat", "open open_by_handle_at", {}, {} },
	{ { "open-gap", SEVERITY_WARNING, OPEN_GAP, NULL },
	  GAP_ON_PURPOSE, "open openat", "creat", { "flags", CREATING }, {} },
	{ { "openat2-gap", SEVERITY_WARNING,
	    "its flags are behind a pointer, so that no condition reaches them",
	    "deny ENOSYS openat2: programs then call openat" },
	  GAP_ON_PURPOSE, "open openat", "openat2", {}, {} },

	{ { "exec-gap", SEVERITY_WARNING, "it starts programs too", NULL },
	  GAP_ON_PURPOSE, "execve", "execveat", {}, {} },
	{ { "exec-gap", SEVERITY_WARNING, "it starts programs too", NULL },
	  GAP_ON_PURPOSE, "execveat", "execve", {}, {} },

	{ { "clone3-gap", SEVERITY_WARNING,
	    "its flags are behind a pointer, so that no condition reaches them (CVE-2021-41133)",
	    "deny ENOSYS clone3: libc then calls clone" },
	  GAP_ON_PURPOSE, "clone", "clone3", {}, {} },
	{ { "process-gap", SEVERITY_WARNING, "it starts processes too", NULL },
	  GAP_ON_PURPOSE, "fork vfork", "clone", {}, { "flags", EXACTLY, SIGCHLD_ONLY } },
	{ { "process-gap", SEVERITY_WARNING, "it starts processes too", NULL },
	  GAP_ON_PURPOSE, "fork vfork", "clone3", {}, {} },
	{ { "process-gap", SEVERITY_WARNING, "it starts processes too", NULL },
	  GAP_ON_PURPOSE, "clone", "fork vfork", { "flags", EXACTLY, SIGCHLD_ONLY }, {} },
	{ { "namespace-gap", SEVERITY_WARNING, "it makes user namespaces too", NULL },
	  GAP_ON_PURPOSE, "clone", "unshare", { "flags", NEW_USER }, { "flags", NEW_USER } },
	{ { "namespace-gap", SEVERITY_WARNING, "it makes user namespaces too", NULL },
	  GAP_ON_PURPOSE, "unshare", "clone", { "flags", NEW_USER }, { "flags", NEW_USER } },

	{ { "exec-memory-gap", SEVERITY_WARNING,
	    "memory that is writable and executable can be had from this call", NULL },
	  GAP_ON_PURPOSE, "mprotect", "pkey_mprotect mmap mmap2", { "prot", WX }, { "prot", WX } },
	{ { "exec-memory-gap", SEVERITY_WARNING,
	    "memory that is writable and executable can be had from this call", NULL },
	  GAP_ON_PURPOSE, "mmap mmap2", "mprotect pkey_mprotect", { "prot", WX }, { "prot", WX } },

	{ { "send-gap", SEVERITY_WARNING, "it sends to the same addresses", NULL },
	  GAP_ON_PURPOSE, "sendto sendmsg", "sendto sendmsg sendmmsg", {}, {} },
	{ { "connect-gap", SEVERITY_WARNING,
	    "it sends to any address, and connects with MSG_FASTOPEN", NULL },
	  GAP_ON_PURPOSE, "connect", "sendto sendmsg sendmmsg", {}, {} },
	{ { "socketcall-gap", SEVERITY_WARNING,
	    "it makes the same call, with the arguments behind a pointer",
	    "allow the calls by name, and not socketcall" },
	  GAP_ON_PURPOSE, "socket", "socketcall", {}, { "call", EXACTLY, 1 } },
	{ { "socketcall-gap", SEVERITY_WARNING,
	    "it makes the same call, with the arguments behind a pointer",
	    "allow the calls by name, and not socketcall" },
	  GAP_ON_PURPOSE, "bind", "socketcall", {}, { "call", EXACTLY, 2 } },
	{ { "socketcall-gap", SEVERITY_WARNING,
	    "it makes the same call, with the arguments behind a pointer",
	    "allow the calls by name, and not socketcall" },
	  GAP_ON_PURPOSE, "connect", "socketcall", {}, { "call", EXACTLY, 3 } },
	{ { "ipc-gap", SEVERITY_WARNING,
	    "it makes the same call, with other arguments", "allow the calls by name, and not ipc" },
	  GAP_ON_PURPOSE, "shmat", "ipc", {}, { "call", 0xffff, 21 } },

	{ { "ptrace-gap", SEVERITY_WARNING, "it reaches into other processes too", NULL },
	  GAP_ON_PURPOSE, "ptrace", "process_vm_readv process_vm_writev pidfd_getfd", {}, {} },
	{ { "signal-gap", SEVERITY_NOTE, "it sends signals too", NULL },
	  GAP_ON_PURPOSE, "kill", "tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal", {}, {} },
	{ { "seccomp-gap", SEVERITY_NOTE, "PR_SET_SECCOMP installs filters too", NULL },
	  GAP_ON_PURPOSE, "seccomp", "prctl", {}, { "option", EXACTLY, PR_SET_SECCOMP } },
	{ { "mount-gap", SEVERITY_WARNING, "it mounts too", NULL },
	  GAP_ON_PURPOSE, "mount", "move_mount fsmount open_tree", {}, {} },
	{ { "module-gap", SEVERITY_WARNING, "it loads code into the kernel too", NULL },
	  GAP_ON_PURPOSE, "init_module", "finit_module", {}, {} },
	{ { "module-gap", SEVERITY_WARNING, "it loads code into the kernel too", NULL },
	  GAP_ON_PURPOSE, "finit_module", "init_module", {}, {} },
	{ { "kexec-gap", SEVERITY_WARNING, "it starts another kernel too", NULL },
	  GAP_ON_PURPOSE, "kexec_load", "kexec_file_load", {}, {} },

	{ { "mode-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "chmod fchmodat fchmodat2", "chmod fchmod fchmodat fchmodat2", {}, {} },
	{ { "owner-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "chown lchown fchownat", "chown lchown fchown fchownat", {}, {} },
	{ { "rename-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "rename renameat renameat2", "rename renameat renameat2", {}, {} },
	{ { "remove-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "unlink", "unlinkat", {}, {} },
	{ { "remove-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "unlinkat", "unlink rmdir", {}, {} },
	{ { "folder-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "mkdir mkdirat", "mkdir mkdirat", {}, {} },
	{ { "node-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "mknod mknodat", "mknod mknodat", {}, {} },
	{ { "link-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "link linkat", "link linkat", {}, {} },
	{ { "link-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "symlink symlinkat", "symlink symlinkat", {}, {} },
	{ { "xattr-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "setxattr", "lsetxattr fsetxattr setxattrat", {}, {} },

	/* Its names are those of rules for one ABI. */
	{ { "abi-gap", SEVERITY_WARNING, "the call of the other ABI does the same",
	    "leave 'on' away, or write the rule for each ABI" },
	  GAP_ON_PURPOSE, "", "", {}, {} },
	{ { "clone3-no-fallback", SEVERITY_WARNING,
	    "libc makes threads by clone only where clone3 gives ENOSYS; else they fail",
	    "deny ENOSYS clone3" },
	  GAP_FALLBACK, "clone3", "clone", {}, {} },
	{ { "no-fallback", SEVERITY_NOTE,
	    "libc falls back to the older call only on ENOSYS", NULL },
	  GAP_FALLBACK, "faccessat2", "faccessat", {}, {} },
	{ { "no-fallback", SEVERITY_NOTE,
	    "libc falls back to the older call only on ENOSYS", NULL },
	  GAP_FALLBACK, "fchmodat2", "fchmodat", {}, {} },
};
// clang-format on

const struct lint_check *gap_check(size_t i)
{
	return i < ARRAY_SIZE(gaps) ? &gaps[i].check : NULL;
}

/* One pair of calls under one ABI. */
struct gap_question {
	struct linter *linter;
	const struct gap *gap;
	enum arch from_arch, to_arch;
	const struct sys_call *from, *to;
	const struct numbers *from_numbers, *to_numbers;
	const struct stretch *from_stretch, *to_stretch;
	struct region to_region;
	bool is_allowed_in_part; /* "from" */
	bool is_found;
	struct verdict denied, allowed;
	struct seccomp_data witness;
};

static bool note_allowed(const struct verdict *verdict, void *context)
{
	struct gap_question *question = context;

	question->is_allowed_in_part = !action_is_denial(&verdict->action);
	return !question->is_allowed_in_part;
}

/* Gives whether DENIED is what the gap is about. */
static bool is_meant(const struct gap_question *question, const struct verdict *denied)
{
	bool is_enosys = denied->action.kind == ACTION_ERRNO && denied->action.data == ENOSYS;

	if (!action_is_denial(&denied->action) || denied->by == VERDICT_ARCH)
		return false;
	switch (question->gap->kind) {
	case GAP_ANY:
		return true;
	case GAP_FALLBACK:
		return !is_enosys && !question->is_allowed_in_part;
	case GAP_ON_PURPOSE:
		break;
	}
	/* ENOSYS sends the program to the other call: it is meant to work. */
	if (denied->by == VERDICT_RULE)
		return !is_enosys;
	return question->is_allowed_in_part;
}

/* Adds the fact of a row to REGION; gives whether any call is left. */
static bool push_row_fact(struct region *region, const struct sys_call *call,
			  const struct gap_fact *row)
{
	int index = row->argument ? sys_call_arg(call, row->argument) : -1;
	struct fact fact = { 0, false, row->mask, row->value, row->value };

	if (!row->argument)
		return true;
	if (index < 0)
		return false;
	fact.word = (uint8_t)(WORD_ARGS + 2 * index);
	return region_push(region, &fact);
}

/* Makes question->to_region the calls of "to" that have the arguments of the part at hand. */
static bool carry_over(struct gap_question *question)
{
	const struct region *part = &question->linter->region;
	struct region *region = &question->to_region;

	linter_clear(region);
	linter_push_call(region, question->to_stretch, question->to_numbers->audit_arch);
	for (int i = 0; question->gap->kind == GAP_ON_PURPOSE && i < question->from->n_args; i++) {
		int k = sys_call_arg(question->to, sys_arg_label(&question->from->args[i]));

		for (int half = 0; k >= 0 && half < 2; half++) {
			size_t word = (size_t)(WORD_ARGS + 2 * i + half);

			for (size_t n = 0; n < part->facts[word].n; n++) {
				struct fact fact = part->facts[word].v[n];

				fact.word = (uint8_t)(WORD_ARGS + 2 * k + half);
				if (!region_push(region, &fact))
					return false;
			}
		}
	}
	return push_row_fact(region, question->to, &question->gap->to_fact);
}

static bool find_allowed(const struct verdict *verdict, void *context)
{
	struct gap_question *question = context;

	if (action_is_denial(&verdict->action))
		return true;
	question->is_found = true;
	question->allowed = *verdict;
	question->witness = region_witness(&question->to_region);
	return false;
}

static bool ask_part(const struct verdict *denied, void *context)
{
	struct gap_question *question = context;

	if (!is_meant(question, denied) || !carry_over(question))
		return true;
	question->denied = *denied;
	stretch_walk(&question->to_region, question->to_numbers, question->to_stretch, find_allowed,
		     question);
	return !question->is_found && !question->to_region.is_exhausted;
}

/* Gives whether "from" is denied where "to" is allowed. */
static bool ask_gap(struct gap_question *question)
{
	struct region *region = &question->linter->region;

	linter_clear(region);
	linter_push_call(region, question->from_stretch, question->from_numbers->audit_arch);
	stretch_walk(region, question->from_numbers, question->from_stretch, note_allowed,
		     question);
	if (push_row_fact(region, question->from, &question->gap->from_fact))
		stretch_walk(region, question->from_numbers, question->from_stretch, ask_part,
			     question);
	linter_clear(region);
	question->linter->is_exhausted |= question->to_region.is_exhausted;
	region_finish(&question->to_region);
	return question->is_found;
}

/* Looks for the gap from NAME to the call that QUESTION holds. */
static bool ask_from(struct gap_question *question, const char *name)
{
	question->from = sys_call_find(question->from_arch, name);
	question->from_stretch = linter_stretch(question->linter, question->from_arch, name,
						&question->from_numbers);
	if (!question->from_stretch || question->from_stretch == question->to_stretch)
		return false;
	question->is_found = question->is_allowed_in_part = false;
	question->to_region = (struct region){ .work_max = question->linter->region.work_max };
	return ask_gap(question);
}

static void tell_gap(const struct gap_question *question, const char *to,
		     const struct strbuf *denied)
{
	struct linter *linter = question->linter;
	const struct lint_check *check = &question->gap->check;
	struct place place = linter_place(linter, &question->allowed);
	struct place other = linter_place(linter, &question->denied);
	auto_free char *where = NULL;
	struct finding *finding;
	char *message;

	where = other.line ? mem_printf(" at %s:%u", other.file, other.line)
			   : mem_strdup(" by default");
	if (question->gap->kind == GAP_FALLBACK)
		place = other;
	if (question->gap->kind == GAP_FALLBACK)
		message = mem_printf("denies %s otherwise than with ENOSYS: %s", denied->text,
				     check->reason);
	else
		message = mem_printf("allows %s while %s is denied%s: %s", to, denied->text, where,
				     check->reason);
	/* Once for all ABIs. */
	for (size_t i = 0; i < linter->findings->n; i++) {
		if (str_eq(linter->findings->v[i].message, message)) {
			free(message);
			return;
		}
	}
	finding = linter_add(linter, check, &place, message);
	if (question->gap->kind == GAP_FALLBACK)
		return;
	finding->has_witness = true;
	finding->witness = question->witness;
}

static void look_for(struct linter *linter, const struct gap *gap, enum arch arch, const char *to)
{
	struct gap_question question = {
		.linter = linter, .gap = gap, .from_arch = arch, .to_arch = arch
	};
	struct gap_question found = { 0 };
	struct strbuf denied = { 0 };
	const char *at = gap->from;
	char name[32];

	question.to = sys_call_find(arch, to);
	question.to_stretch = linter_stretch(linter, arch, to, &question.to_numbers);
	while (question.to && (at = next_name(at, name, sizeof(name)))) {
		if (!ask_from(&question, name))
			continue;
		if (!denied.len)
			found = question;
		add_name(&denied, name);
	}
	if (denied.len)
		tell_gap(&found, to, &denied);
	strbuf_finish(&denied);
}

/* NAME under one ABI and under another. */
static void look_for_abi(struct linter *linter, const struct gap *gap, const char *name,
			 enum arch from, enum arch to)
{
	struct gap_question question = {
		.linter = linter, .gap = gap, .from_arch = from, .to_arch = to
	};
	struct strbuf denied = { 0 };
	auto_free char *allowed = mem_printf("%s on %s", name, arch_get(to)->name);

	question.to = sys_call_find(to, name);
	question.to_stretch = linter_stretch(linter, to, name, &question.to_numbers);
	if (!question.to_stretch || !ask_from(&question, name))
		return;
	strbuf_printf(&denied, "%s on %s", name, arch_get(from)->name);
	tell_gap(&question, allowed, &denied);
	strbuf_finish(&denied);
}

/* A rule "on" one ABI says nothing of the same call under another. */
static void look_for_abis(struct linter *linter, const struct gap *gap, const struct rule *rule)
{
	uint32_t arches = linter->policy->arches;

	for (size_t i = 0; rule->is_on_arch && i < rule->n_calls; i++)
		for (enum arch from = 0; rule->calls[i].name && from < ARCH_COUNT; from++)
			for (enum arch to = 0; to < ARCH_COUNT; to++)
				if (from != to && arches & rule->arches & 1U << from &&
				    arches & ~rule->arches & 1U << to)
					look_for_abi(linter, gap, rule->calls[i].name, from, to);
}

void lint_gaps(struct linter *linter)
{
	for (size_t i = 0; i < ARRAY_SIZE(gaps); i++) {
		const char *at = gaps[i].to;
		char to[32];

		for (size_t k = 0; !*gaps[i].to && k < linter->policy->n_rules; k++)
			look_for_abis(linter, &gaps[i], linter->policy->rules[k]);
		while ((at = next_name(at, to, sizeof(to))))
			for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
				if (linter->policy->arches & 1U << arch)
					look_for(linter, &gaps[i], arch, to);
	}
}
