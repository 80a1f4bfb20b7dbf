// SPDX-License-Identifier: GPL-2.0-or-later
/* What stopped a call, which arguments are kept, what the events of processes come to. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include <bpf/btf.h>
#include <cmocka.h>

#include "base/mem.h"
#include "bpf/fixed_types.h"
#include "denial/explain.h"
#include "ebpf/keys.h"
#include "filter/filter.h"
#include "policy/parse.h"
#include "trace/process.h"

static const char policy_text[] = "arch x86_64 x86\n"
				  "default allow\n"
				  "deny EACCES getppid\n"
				  "trap 7 getuid\n"
				  "kill getgid\n"
				  "deny EPERM socket if domain == AF_INET\n"
				  "kill_thread geteuid\n"
				  "deny ENOSYS getegid\n";

struct fixture {
	struct policy *policy;
	struct filter *filter;
};

static int set_up(void **state)
{
	struct fixture *fixture = mem_alloc(sizeof(*fixture));
	struct diags diags = { 0 };

	assert_int_equal(policy_parse_text("test", policy_text, strlen(policy_text),
					   &fixture->policy, &diags),
			 0);
	assert_int_equal(
		filter_compile(fixture->policy, FILTER_LAUNCH_COOKIE, &fixture->filter, &diags), 0);
	diags_finish(&diags);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	filter_destroy(fixture->filter);
	policy_destroy(fixture->policy);
	free(fixture);
	return 0;
}

static void the_author_of_a_denial_is_found(void **state)
{
	static const struct {
		const char *what;
		uint32_t nr;
		uint8_t abi, how, flags;
		int64_t data;
		uint64_t arg0;
		enum denial_by by;
		unsigned int line; /* 0: no rule */
	} rows[] = {
		{ "the policy's errno", SYS_getppid, 0, DENIAL_RETURNED, 0, EACCES, 0, BY_POLICY,
		  3 },
		{ "another errno", SYS_getppid, 0, DENIAL_RETURNED, 0, EPERM, 0, BY_UNEXPLAINED,
		  0 },
		{ "another errno, with an own filter", SYS_getppid, 0, DENIAL_RETURNED,
		  DENIAL_OWN_FILTER, EPERM, 0, BY_POLICY, 3 },
		{ "a kill by an own filter, where an errno is due", SYS_getppid, 0, DENIAL_KILLED,
		  DENIAL_OWN_FILTER, 0, 0, BY_POLICY, 3 },
		{ "an allowed call, with an own filter", SYS_getpid, 0, DENIAL_RETURNED,
		  DENIAL_OWN_FILTER, EPERM, 0, BY_OTHER_FILTER, 0 },
		{ "the policy's errno, with an own filter", SYS_getppid, 0, DENIAL_RETURNED,
		  DENIAL_OWN_FILTER, EACCES, 0, BY_POLICY, 3 },
		{ "an allowed call", SYS_getpid, 0, DENIAL_RETURNED, 0, EPERM, 0, BY_UNEXPLAINED,
		  0 },
		{ "under PTRACE_SYSEMU", SYS_getppid, 0, DENIAL_RETURNED,
		  DENIAL_PTRACED | DENIAL_EMULATED, EACCES, 0, BY_PTRACE, 0 },
		{ "with a tracer that changed it", SYS_getpid, 0, DENIAL_RETURNED, DENIAL_PTRACED,
		  ENOSYS, 0, BY_PTRACE, 0 },
		{ "its number was set to -1", UINT32_MAX, 0, DENIAL_RETURNED, DENIAL_PTRACED,
		  ENOSYS, 0, BY_PTRACE, 0 },
		{ "ended at its entry", SYS_getegid, 0, DENIAL_RETURNED,
		  DENIAL_PTRACED | DENIAL_HELD | DENIAL_ENDING, ENOSYS, 0, BY_PTRACE, 0 },
		{ "ended, and its tracer too", SYS_getppid, 0, DENIAL_RETURNED, DENIAL_ENDING,
		  ENOSYS, 0, BY_PTRACE, 0 },
		{ "ended after the policy's errno", SYS_getppid, 0, DENIAL_RETURNED,
		  DENIAL_PTRACED | DENIAL_HELD | DENIAL_ENDING, EACCES, 0, BY_POLICY, 3 },
		{ "taken by user dispatch", SYS_getuid, 0, DENIAL_TRAPPED, DENIAL_DISPATCHED, 7, 0,
		  BY_USER_DISPATCH, 0 },
		{ "the policy's trap", SYS_getuid, 0, DENIAL_TRAPPED, 0, 7, 0, BY_POLICY, 4 },
		{ "a trap with other data", SYS_getuid, 0, DENIAL_TRAPPED, 0, 8, 0, BY_UNEXPLAINED,
		  0 },
		{ "errno where a trap is due", SYS_getuid, 0, DENIAL_RETURNED, 0, 7, 0,
		  BY_UNEXPLAINED, 0 },
		{ "the policy's kill", SYS_getgid, 0, DENIAL_KILLED, 0, 0, 0, BY_POLICY, 5 },
		{ "the policy's kill of a thread", SYS_geteuid, 0, DENIAL_KILLED, 0, 0, 0,
		  BY_POLICY, 7 },
		{ "a kill by an own filter", SYS_getpid, 0, DENIAL_KILLED, DENIAL_OWN_FILTER, 0, 0,
		  BY_OTHER_FILTER, 0 },
		{ "an argument that decides", SYS_socket, 0, DENIAL_RETURNED, 0, EPERM, 2,
		  BY_POLICY, 6 },
		{ "an argument that does not", SYS_socket, 0, DENIAL_RETURNED, 0, EPERM, 1,
		  BY_UNEXPLAINED, 0 },
		{ "a return value that is no errno", SYS_getppid, 0, DENIAL_RETURNED, 0, -7, 0,
		  BY_UNEXPLAINED, 0 },
		{ "i386 getppid", 64, EVENT_ABI_X86, DENIAL_RETURNED, 0, EACCES, 0, BY_POLICY, 3 },
		{ "an ABI that is not listed", SYS_getpid | SYS_X32_BIT, EVENT_ABI_X32,
		  DENIAL_KILLED, 0, 0, 0, BY_POLICY, 0 },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct call_key key = {
			.nr = rows[i].nr,
			.abi = rows[i].abi,
			.how = rows[i].how,
			.flags = rows[i].flags,
			.data = rows[i].data,
			.args = { rows[i].arg0 },
		};
		struct denial_value value = { .count = 5, .at_ns = 9, .comm = "comm" };
		struct record_denial denial;

		explain_denial(fixture->policy, fixture->filter, &key, &value, &denial);
		print_message("%s\n", rows[i].what);
		assert_int_equal(denial.by, rows[i].by);
		assert_int_equal(denial.origin.text ? denial.origin.line : 0, rows[i].line);
		assert_int_equal(denial.count, 5);
		assert_string_equal(denial.comm, "comm");
		assert_false(denial.is_expected);
		record_finish_denial(&denial);
	}
}

static void a_result_that_is_no_error_is_told_as_it_is(void **state)
{
	static const struct {
		int64_t data; /* the negated result */
		unsigned int value;
		bool has_result;
	} rows[] = {
		{ EPERM, EPERM, false }, { 512, 512, false },
		{ 4095, 4095, false },	 { 0, 0, true },
		{ -3, 0, true },	 { 65539, 0, true },
		{ 4096, 0, true },	 { INT64_MIN + 1, 0, true },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct call_key key = { .nr = SYS_getpid,
					.how = DENIAL_RETURNED,
					.flags = DENIAL_OWN_FILTER,
					.data = rows[i].data };
		struct denial_value value = { .count = 1 };
		struct record_denial denial;

		explain_denial(fixture->policy, fixture->filter, &key, &value, &denial);
		assert_int_equal(denial.action.kind, ACTION_ERRNO);
		assert_int_equal(denial.action.data, rows[i].value);
		assert_int_equal(denial.has_result, rows[i].has_result);
		assert_int_equal(denial.result, rows[i].has_result ? -rows[i].data : 0);
		record_finish_denial(&denial);
	}
}

static void a_denial_with_enosys_is_expected(void **state)
{
	struct fixture *fixture = *state;
	struct call_key key = { .nr = SYS_getegid, .how = DENIAL_RETURNED, .data = ENOSYS };
	struct denial_value value = { .count = 1 };
	struct record_denial denial;

	explain_denial(fixture->policy, fixture->filter, &key, &value, &denial);
	assert_true(denial.is_expected);
	assert_int_equal(denial.by, BY_POLICY);
	record_finish_denial(&denial);
}

static void what_the_policy_tests_is_kept(void **state)
{
	struct fixture *fixture = *state;
	struct kept_args kept = { 0 };

	keys_add_tested(fixture->policy, &kept);
	assert_int_equal(keys_kept(&kept, ARCH_X86_64, SYS_socket), 1);
	assert_int_equal(keys_kept(&kept, ARCH_X86, 359), 1);
	assert_int_equal(keys_kept(&kept, ARCH_X86, 102), 1);
	assert_int_equal(keys_kept(&kept, ARCH_X86_64, SYS_getppid), 0);
	/* TIOCSTI is looked for under every policy. */
	assert_int_equal(keys_kept(&kept, ARCH_X86_64, SYS_ioctl), 2);
	assert_int_equal(keys_kept(&kept, ARCH_X86_64, 100000), 0);
}

static void pointers_sizes_and_descriptors_are_not_kept(void **state)
{
	(void)state;
	assert_int_equal(keys_of_families(ARCH_X86_64, SYS_read), 0);
	assert_int_equal(keys_of_families(ARCH_X86_64, SYS_openat) & (1 | 2), 0);
	assert_int_equal(keys_of_families(ARCH_X86_64, SYS_ioctl), 2);
	assert_int_equal(keys_of_families(ARCH_X86_64, SYS_mmap) & (1 | 2 | 16 | 32), 0);
	assert_int_equal(keys_of_families(ARCH_X86_64, 100000), 0);
}

static const struct record_process *add_fork(struct process_table *table, uint32_t pid,
					     uint32_t parent, uint64_t at)
{
	struct event_fork event = { .event = { .kind = EVENT_FORK,
					       .host_pid = pid + 1000,
					       .host_tid = pid + 1000,
					       .pid = pid,
					       .tid = pid,
					       .at_ns = at },
				    .maker_host_pid = parent + 1000,
				    .parent_pid = parent };

	return process_table_add(table, &event, sizeof(event));
}

static void add_exec(struct process_table *table, uint32_t pid, const char *path, uint64_t at)
{
	struct event_exec event = { .event = { .kind = EVENT_EXEC,
					       .host_pid = pid + 1000,
					       .host_tid = pid + 1000,
					       .pid = pid,
					       .tid = pid,
					       .at_ns = at } };

	strcpy(event.path, path);
	memcpy(event.argv, "a\0b", 4);
	event.argv_len = 4;
	process_table_add(table, &event, sizeof(event));
}

static void add_exit(struct process_table *table, uint32_t pid, uint32_t tid, uint32_t code,
		     int is_group, uint64_t at)
{
	struct event_exit event = { .event = { .kind = EVENT_EXIT,
					       .host_pid = pid + 1000,
					       .host_tid = tid + 1000,
					       .pid = pid,
					       .tid = tid,
					       .at_ns = at },
				    .exit_code = code,
				    .is_group_exit = (uint32_t)is_group,
				    .calls = 10,
				    .denied = 1 };

	process_table_add(table, &event, sizeof(event));
}

static void events_become_processes(void **state)
{
	struct process_table *table = process_table_create();
	struct record record = { 0 };

	(void)state;
	add_exec(table, 2, "/bin/sh", 100);
	add_fork(table, 3, 2, 200);
	add_exec(table, 3, "/bin/ls", 210);
	/* The first thread leaves before the others, one of which ends the process. */
	add_exit(table, 3, 3, 0, 0, 300);
	add_exit(table, 3, 4, 7 << 8, 1, 310);
	/* A pid that is reused is another process. */
	add_fork(table, 3, 2, 400);
	add_exit(table, 3, 3, 9, 1, 410);
	add_exit(table, 2, 2, 0, 1, 500);
	process_table_take(table, 100, &record.processes);
	assert_int_equal(record.processes.n, 3);
	assert_string_equal(record.processes.v[0].exe, "/bin/sh");
	assert_int_equal(record.processes.v[0].args_len, 4);
	assert_int_equal(record.processes.v[0].ppid, 1);
	assert_int_equal(record.processes.v[0].start_ns, 0);
	assert_int_equal(record.processes.v[0].end_ns, 400);
	assert_string_equal(record.processes.v[1].exe, "/bin/ls");
	assert_int_equal(record.processes.v[1].ppid, 2);
	assert_int_equal(record.processes.v[1].wait_status, 7 << 8);
	assert_int_equal(record.processes.v[1].calls, 20);
	assert_int_equal(record.processes.v[1].denied, 2);
	assert_string_equal(record.processes.v[2].exe, "/bin/sh");
	assert_int_equal(record.processes.v[2].wait_status, 9);
	assert_int_equal(record.processes.v[2].calls, 10);
	process_table_destroy(table);
	record_finish(&record);
}

/* The last thread of PID ends it. */
static const struct record_process *end_process(struct process_table *table, uint32_t pid)
{
	struct event_exit event = { .event = { .kind = EVENT_EXIT,
					       .host_pid = pid + 1000,
					       .host_tid = pid + 1000,
					       .pid = pid,
					       .tid = pid,
					       .at_ns = 1 },
				    .exit_code = 3 << 8,
				    .is_group_exit = 1,
				    .is_last = 1 };

	return process_table_add(table, &event, sizeof(event));
}

/* Those after the ones that are kept know their program, are reported, and are counted. */
static void processes_without_end_are_forgotten(void **state)
{
	enum { MORE = 3000, PIDS = 2000, FIRST = 10 };
	struct process_table *table = process_table_create();
	struct record record = { 0 };

	(void)state;
	add_exec(table, 2, "/bin/sh", 1);
	for (uint32_t i = 1; i < RECORD_PROCESSES_MAX + MORE; i++) {
		uint32_t pid = FIRST + i % PIDS;
		const struct record_process *process = add_fork(table, pid, 2, 1);

		assert_int_equal(process->pid, pid);
		assert_string_equal(process->exe, "/bin/sh");
		assert_int_equal(process_table_living(table), 2);
		assert_true(process_table_has(table, (pid_t)pid + 1000));
		process = end_process(table, pid);
		assert_int_equal(process->wait_status, 3 << 8);
		assert_string_equal(process->exe, "/bin/sh");
		assert_false(process_table_has(table, (pid_t)pid + 1000));
		assert_null(end_process(table, pid));
	}
	/* One whose end was not reported, and a child of such a one. */
	add_fork(table, 5, 2, 1);
	add_exec(table, 5, "/bin/ls", 1);
	add_fork(table, 5, 2, 1);
	add_exec(table, 5, "/bin/cat", 1);
	assert_string_equal(add_fork(table, 6, 5, 1)->exe, "/bin/cat");
	assert_int_equal(process_table_living(table), 3);
	assert_int_equal(process_table_forgotten(table), MORE + 3);
	process_table_take(table, 1, &record.processes);
	assert_int_equal(record.processes.n, RECORD_PROCESSES_MAX);
	process_table_destroy(table);
	record_finish(&record);
}

/* All of them as long as they fit; then their beginnings, with a mark. */
static void long_programs_are_kept_while_there_is_room(void **state)
{
	enum { N = 10000, LEN = EVENT_PATH - 1 };
	struct process_table *table = process_table_create();
	struct record record = { 0 };
	size_t n_cut = 0, n_bytes = 0;
	char path[LEN + 1];

	(void)state;
	memset(path, 'p', LEN);
	path[LEN] = '\0';
	for (uint32_t i = 0; i < N; i++) {
		add_exec(table, 10 + i, path, 1);
		/* What is replaced makes room. */
		add_exec(table, 10 + i, path, 2);
	}
	add_exec(table, 5, "/bin/ls", 1);
	process_table_take(table, 1, &record.processes);
	for (size_t i = 0; i < N; i++) {
		const struct record_process *process = &record.processes.v[i];

		assert_int_equal(strlen(process->exe), process->has_cut_exe ? 127 : LEN);
		assert_false(process->has_cut_args);
		n_cut += process->has_cut_exe;
		n_bytes += strlen(process->exe);
	}
	assert_in_range(n_cut, N / 2, N - 200);
	assert_in_range(n_bytes, 15 << 20, 18 << 20);
	assert_string_equal(record.processes.v[N].exe, "/bin/ls");
	assert_false(record.processes.v[N].has_cut_exe);
	process_table_destroy(table);
	record_finish(&record);
}

/* For a process that no longer shows them. */
static void arguments_that_did_not_fit_are_marked(void **state)
{
	struct process_table *table = process_table_create();
	struct event_exec event = { .event = { .kind = EVENT_EXEC, .host_pid = UINT32_MAX / 2 },
				    .argv_len = EVENT_ARGV,
				    .argv_all = EVENT_ARGV + 1,
				    .path = "/bin/ls" };
	struct record record = { 0 };

	(void)state;
	process_table_add(table, &event, sizeof(event));
	event.argv_all = EVENT_ARGV;
	event.event.host_pid--;
	process_table_add(table, &event, sizeof(event));
	process_table_take(table, 1, &record.processes);
	assert_true(record.processes.v[0].has_cut_args);
	assert_false(record.processes.v[1].has_cut_args);
	assert_int_equal(record.processes.v[1].args_len, EVENT_ARGV);
	process_table_destroy(table);
	record_finish(&record);
}

static void broken_events_are_ignored(void **state)
{
	struct process_table *table = process_table_create();
	struct event_exec event = { .event = { .kind = EVENT_EXEC, .host_pid = 1 },
				    .argv_len = 0xffffffff };
	struct event odd = { .kind = 77 };
	struct record record = { 0 };

	(void)state;
	memset(event.path, 'p', sizeof(event.path));
	process_table_add(table, &event, sizeof(event) - 1);
	process_table_add(table, &event, 3);
	process_table_add(table, &odd, sizeof(odd));
	add_exit(table, 5, 5, 0, 1, 1);
	process_table_take(table, 0, &record.processes);
	assert_int_equal(record.processes.n, 0);
	process_table_add(table, &event, sizeof(event));
	process_table_take(table, 0, &record.processes);
	assert_int_equal(record.processes.n, 0);
	event.path[EVENT_PATH - 1] = '\0';
	process_table_add(table, &event, sizeof(event));
	process_table_take(table, 0, &record.processes);
	assert_int_equal(record.processes.v[0].args_len, EVENT_ARGV);
	assert_int_equal(strlen(record.processes.v[0].exe), EVENT_PATH - 1);
	assert_false(record.processes.v[0].has_cut_exe);
	process_table_destroy(table);
	record_finish(&record);
}

static void totals_keep_expected_denials_apart(void **state)
{
	struct record record = { .source = TRACE_EBPF };
	struct record_totals totals;

	(void)state;
	*array_append(&record.calls) =
		(struct record_call){ .allowed = 10, .denied = 5, .failed = 3 };
	*array_append(&record.calls) =
		(struct record_call){ .allowed = 1, .denied = 2, .logged = 1 };
	*array_append(&record.denials) = (struct record_denial){ .count = 5, .is_expected = true };
	*array_append(&record.denials) = (struct record_denial){ .count = 1,
								 .by = BY_OTHER_FILTER };
	*array_append(&record.denials) = (struct record_denial){ .count = 1 };
	totals = record_sum(&record);
	assert_int_equal(totals.allowed, 11);
	assert_int_equal(totals.denied, 2);
	assert_int_equal(totals.expected, 5);
	assert_int_equal(totals.failed, 3);
	assert_int_equal(totals.logged, 1);
	assert_int_equal(record_violations(&record), 1);
	assert_true(record_is_complete(&record));
	record.denials.v[1].by = BY_UNEXPLAINED;
	assert_false(record_is_complete(&record));
	record_finish(&record);
}

static void any_loss_makes_a_trace_incomplete(void **state)
{
	struct record record = { .source = TRACE_EBPF };
	uint64_t *const losses[] = { &record.lost.events,	&record.lost.map_full,
				     &record.lost.missed_runs,	&record.lost.tasks,
				     &record.lost.missed_exits, &record.let_through };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(losses); i++) {
		*losses[i] = 1;
		assert_false(record_is_complete(&record));
		*losses[i] = 0;
		assert_true(record_is_complete(&record));
	}
	record.source = TRACE_NONE;
	assert_false(record_is_complete(&record));
}

/* Returns the offset of a member of a kernel type, in bytes, or -1. */
static int offset_in_kernel(const struct btf *btf, const char *type_name, const char *name)
{
	const struct btf_type *type = btf__type_by_id(
		btf, (uint32_t)btf__find_by_name_kind(btf, type_name, BTF_KIND_STRUCT));

	for (uint16_t i = 0; type && i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_members(type)[i].name_off), name))
			return (int)(btf_member_bit_offset(type, i) / 8);
	return -1;
}

static int64_t size_in_kernel(const struct btf *btf, const char *type_name)
{
	return btf__resolve_size(btf,
				 (uint32_t)btf__find_by_name_kind(btf, type_name, BTF_KIND_STRUCT));
}

static int enum_in_kernel(const struct btf *btf, const char *type_name, const char *name)
{
	const struct btf_type *type = btf__type_by_id(
		btf, (uint32_t)btf__find_by_name_kind(btf, type_name, BTF_KIND_ENUM));

	for (uint16_t i = 0; type && i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_enum(type)[i].name_off), name))
			return btf_enum(type)[i].val;
	return -1;
}

static void what_the_tracer_takes_for_granted_is_so_in_this_kernel(void **state)
{
	struct btf *btf = btf__load_vmlinux_btf();

	(void)state;
	if (!btf)
		skip();
	assert_int_equal(offset_in_kernel(btf, "pt_regs", "r10"), offsetof(struct pt_regs, r10));
	assert_int_equal(offset_in_kernel(btf, "pt_regs", "di"), offsetof(struct pt_regs, di));
	assert_int_equal(offset_in_kernel(btf, "pt_regs", "orig_ax"),
			 offsetof(struct pt_regs, orig_ax));
	assert_int_equal(offset_in_kernel(btf, "pt_regs", "sp"), offsetof(struct pt_regs, sp));
	assert_int_equal(offset_in_kernel(btf, "upid", "nr"), offsetof(struct upid, nr));
	assert_int_equal(size_in_kernel(btf, "upid"), sizeof(struct upid));
	assert_int_equal(enum_in_kernel(btf, "syscall_work_bit", "SYSCALL_WORK_BIT_SYSCALL_EMU"),
			 SYSCALL_EMU_BIT);
	assert_int_equal(enum_in_kernel(btf, "syscall_work_bit", "SYSCALL_WORK_BIT_SYSCALL_TRACE"),
			 SYSCALL_TRACE_BIT);
	assert_int_equal(
		enum_in_kernel(btf, "syscall_work_bit", "SYSCALL_WORK_BIT_SYSCALL_USER_DISPATCH"),
		SYSCALL_USER_DISPATCH_BIT);
	btf__free(btf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_author_of_a_denial_is_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_denial_with_enosys_is_expected, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_result_that_is_no_error_is_told_as_it_is, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_the_policy_tests_is_kept, set_up, tear_down),
		cmocka_unit_test(pointers_sizes_and_descriptors_are_not_kept),
		cmocka_unit_test(events_become_processes),
		cmocka_unit_test(processes_without_end_are_forgotten),
		cmocka_unit_test(long_programs_are_kept_while_there_is_room),
		cmocka_unit_test(arguments_that_did_not_fit_are_marked),
		cmocka_unit_test(broken_events_are_ignored),
		cmocka_unit_test(totals_keep_expected_denials_apart),
		cmocka_unit_test(what_the_tracer_takes_for_granted_is_so_in_this_kernel),
		cmocka_unit_test(any_loss_makes_a_trace_incomplete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
