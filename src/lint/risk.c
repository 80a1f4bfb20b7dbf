// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls that are a risk if they are allowed. A row says in the policy language which calls it is
 * about; all rows together form a policy, which is walked side by side with the checked one, so
 * that a row is found exactly if one of its calls gets through.
 */
#include <stdlib.h>

#include "filter/pair.h"
#include "lint/linter.h"
#include "policy/parse.h"

struct risk {
	struct lint_check check;
	const char *rules; /* lines of "CALL... [if CONDITION]"; the first matching row counts */
};

#define NAMESPACES "CLONE_NEWNS|CLONE_NEWCGROUP|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWPID|CLONE_NEWNET"

// clang-format off
static const struct risk risks[] = {
	{ { "ptrace", SEVERITY_WARNING,
	    "memory and registers of other processes can be read and changed",
	    "deny it unless the command is a debugger" },
	  "ptrace" },
	{ { "process-memory", SEVERITY_WARNING,
	    "memory of other processes can be read and changed", NULL },
	  "process_vm_readv process_vm_writev process_madvise" },
	{ { "pidfd-getfd", SEVERITY_WARNING,
	    "descriptors can be taken out of other processes", NULL },
	  "pidfd_getfd" },
	{ { "io-uring", SEVERITY_WARNING,
	    "its operations pass no filter, and no trace of system calls sees them",
	    "deny ENOSYS io_uring_setup: programs then do without" },
	  "io_uring_setup" },
	{ { "bpf", SEVERITY_WARNING, "programs can be loaded into the kernel", NULL },
	  "bpf" },
	{ { "userfaultfd", SEVERITY_WARNING,
	    "page faults of the kernel can be stalled, which makes its races easy to win", NULL },
	  "userfaultfd" },
	{ { "perf-event", SEVERITY_WARNING,
	    "it shows what other processes do, and its kernel code has often had bugs", NULL },
	  "perf_event_open" },
	{ { "keyring", SEVERITY_WARNING,
	    "keyrings belong to users, not to namespaces: they reach out of the pen", NULL },
	  "add_key keyctl request_key" },
	{ { "mount", SEVERITY_WARNING, "the view of files can be changed", NULL },
	  "mount umount umount2 pivot_root move_mount open_tree open_tree_attr fsopen fsconfig fsmount fspick mount_setattr" },
	{ { "kexec", SEVERITY_WARNING, "another kernel can be started", NULL },
	  "kexec_load kexec_file_load" },
	{ { "module", SEVERITY_WARNING, "code can be loaded into the kernel", NULL },
	  "init_module finit_module delete_module" },
	{ { "raw-io", SEVERITY_WARNING, "devices can be reached without the kernel", NULL },
	  "ioperm iopl" },
	{ { "reboot", SEVERITY_WARNING, "the machine can be stopped, or its swap changed", NULL },
	  "reboot swapon swapoff" },
	{ { "file-handle", SEVERITY_WARNING,
	    "files can be opened by handle, bypassing mounts (CVE-2014-9357)", NULL },
	  "open_by_handle_at" },
	{ { "setns", SEVERITY_WARNING, "namespaces of other processes can be entered", NULL },
	  "setns" },
	{ { "user-namespace", SEVERITY_WARNING,
	    "in a new user namespace a process has all capabilities, and reaches code that the kernel "
	    "reserves for root",
	    "deny EPERM clone if flags any CLONE_NEWUSER, and the same for unshare" },
	  "clone if flags any CLONE_NEWUSER\n"
	  "unshare if flags any CLONE_NEWUSER" },
	{ { "namespace", SEVERITY_NOTE, "new namespaces can be created", NULL },
	  "clone if flags any " NAMESPACES "\n"
	  "unshare if flags any " NAMESPACES },
	{ { "clone3", SEVERITY_NOTE,
	    "its flags are behind a pointer, so no filter can keep it from creating namespaces",
	    "deny ENOSYS clone3: libc then calls clone" },
	  "clone3" },
	{ { "personality", SEVERITY_WARNING,
	    "address randomization can be switched off, or all memory made executable", NULL },
	  "personality if persona & 0x80040000 == 0x40000 or persona & 0x80400000 == 0x400000" },
	{ { "device-node", SEVERITY_WARNING, "device nodes can be created", NULL },
	  "mknod mknodat if mode & S_IFMT in S_IFCHR S_IFBLK" },
	{ { "set-id-file", SEVERITY_NOTE,
	    "set-user-ID and set-group-ID files can be created where no built-in rule prevents it",
	    "deny it here too if other launchers use the policy" },
	  "chmod fchmod fchmodat fchmodat2 mknod mknodat creat if mode any S_ISUID|S_ISGID\n"
	  "open openat if (flags any O_CREAT or flags has O_TMPFILE) and mode any S_ISUID|S_ISGID" },
	{ { "aio", SEVERITY_NOTE,
	    "its contexts are limited for the whole machine (fs.aio-max-nr), and one command can take them all",
	    "deny ENOSYS io_setup: programs then do without" },
	  "io_setup" },
	{ { "clock", SEVERITY_NOTE, "the machine's clock can be set", NULL },
	  "settimeofday clock_settime clock_settime64 stime adjtimex clock_adjtime clock_adjtime64" },
	{ { "mount-list", SEVERITY_NOTE,
	    "all mounts can be listed, including those below hidden ones", NULL },
	  "listmount statmount" },
	{ { "file-events", SEVERITY_NOTE, "what others do with files can be seen", NULL },
	  "fanotify_init fanotify_mark" },
	{ { "process-compare", SEVERITY_NOTE,
	    "it reveals the order of addresses in the kernel", NULL },
	  "kcmp" },
	{ { "memory-placement", SEVERITY_NOTE,
	    "pages of other processes can be moved, and their placement learned", NULL },
	  "move_pages migrate_pages" },
	{ { "security-label", SEVERITY_NOTE,
	    "a security module's label of the process can be changed", NULL },
	  "lsm_set_self_attr" },
	{ { "kernel-log", SEVERITY_NOTE, "the kernel's log reveals addresses and what others do", NULL },
	  "syslog" },
	{ { "chroot", SEVERITY_NOTE, "a changed root confines nothing and misleads programs", NULL },
	  "chroot" },
	{ { "accounting", SEVERITY_NOTE, "calls for administering the machine", NULL },
	  "acct quotactl quotactl_fd lookup_dcookie vhangup nfsservctl" },
	{ { "obsolete", SEVERITY_NOTE, "nothing current needs it", NULL },
	  "uselib _sysctl sysfs ustat modify_ldt vm86 vm86old remap_file_pages" },
};
// clang-format on

static const struct lint_check *risk_check(size_t i)
{
	return i < ARRAY_SIZE(risks) ? &risks[i].check : NULL;
}

/* What a row found at one deciding place. */
struct risk_found {
	const struct risk *risk;
	struct place place;
	struct strbuf names;
	struct seccomp_data witness;
};

struct risk_search {
	const struct linter *linter;
	struct {
		const struct risk **v; /* indexed by line of the rows' policy */
		size_t n, cap;
	} lines;
	struct {
		struct risk_found *v;
		size_t n, cap;
	} found;
};

static struct risk_found *find_found(struct risk_search *search, const struct risk *risk,
				     const struct place *place)
{
	struct risk_found *found;

	for (size_t i = 0; i < search->found.n; i++) {
		found = &search->found.v[i];
		if (found->risk == risk && found->place.line == place->line &&
		    (found->place.file == place->file || !place->file ||
		     (found->place.file && str_eq(found->place.file, place->file))))
			return found;
	}
	found = array_append(&search->found);
	found->risk = risk;
	found->place = *place;
	return found;
}

static void note_part(const struct pair_part *part, void *context)
{
	struct risk_search *search = context;
	const struct rule *rule = part->second->rule;
	const struct risk *risk;
	struct risk_found *found;
	struct place place;

	if (!rule || str_eq(rule->place.file, POLICY_BUILT_IN) ||
	    action_is_denial(&part->first->action))
		return;
	risk = rule->place.line < search->lines.n ? search->lines.v[rule->place.line] : NULL;
	if (!risk)
		return;
	place = linter_place(search->linter, part->first);
	found = find_found(search, risk, &place);
	if (!found->names.len)
		found->witness = region_witness(part->region);
	add_name(&found->names, sys_call_name(part->arch, part->low));
}

/* Writes the rows as one policy. */
static void write_rows(struct risk_search *search, struct strbuf *text)
{
	strbuf_puts(text, "arch x86_64 x86 x32 aarch64\n");
	*array_append(&search->lines) = NULL; /* lines count from 1 */
	*array_append(&search->lines) = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(risks); i++) {
		const char *rules = risks[i].rules;

		while (*rules) {
			int len = (int)strcspn(rules, "\n");

			strbuf_printf(text, "log %.*s\n", len, rules);
			*array_append(&search->lines) = &risks[i];
			rules += len + (rules[len] == '\n');
		}
	}
}

static void tell_found(struct linter *linter, struct risk_search *search)
{
	for (size_t i = 0; i < search->found.n; i++) {
		struct risk_found *found = &search->found.v[i];
		struct finding *finding = linter_add(
			linter, &found->risk->check, &found->place,
			mem_printf("allows %s: %s", found->names.text, found->risk->check.reason));

		finding->has_witness = true;
		finding->witness = found->witness;
		strbuf_finish(&found->names);
	}
}

static void look_for_risks(struct linter *linter)
{
	struct risk_search search = { .linter = linter };
	struct policy *rows = NULL;
	struct strbuf text = { 0 };
	struct diags ignored = { 0 }; /* warnings about names that some ABI does not have */

	write_rows(&search, &text);
	if (policy_parse_text("risks", text.text, text.len, &rows, &ignored) ||
	    !pair_walk(linter->policy, rows, note_part, &search))
		linter->is_exhausted = true;
	tell_found(linter, &search);
	policy_destroy(rows);
	diags_finish(&ignored);
	strbuf_finish(&text);
	free(search.lines.v);
	free(search.found.v);
}

const struct lint_group lint_risks = { look_for_risks, risk_check };
