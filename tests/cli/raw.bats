# SPDX-License-Identifier: GPL-2.0-or-later
# The tracer that uses raw tracepoints, for kernels without BTF: it reports what the other one does.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	[ "$(id -u)" = 0 ] || skip "tracing needs root"
}

# Of what depends on the moment threads and their waits are left out.
told='def steady: select(.name | IN("futex", "clock_nanosleep", "wait4") | not);
	{denials: ([.denials[] | {abi, nr, action, value, count, by, line: .rule.line, args, expected}]
		| sort_by(.nr, .action, .count)),
	calls: [.syscalls[] | steady | {abi, nr, allowed, denied, failed, restarted, logged, errors}],
	denied: .totals.denied, expected: .totals.expected, complete: .trace.complete, let_through: .trace.lost.let_through}'

# same COMMAND...: both tell the same of it; its status is STATUS, or 0.
same()
{
	for source in ebpf raw; do
		run "$pinfold" run --trace "$source" --report r.json -p test.policy \
			-r "$(dirname "$payload")" -- "$@"
		exits "${STATUS:-0}"
		says .trace.source "\"$source\""
		report "$told" | jq . >"$source.txt"
	done
	diff ebpf.txt raw.txt
	[ "$(report '.totals.allowed + .totals.denied')" -gt 0 ]
}

# getppid_is VERB [ABI]
getppid_is()
{
	policy <<-POLICY
	arch x86_64 x86
	default allow
	$1 getppid on ${2-x86_64}
	POLICY
}

@test "raw: deny, native and i386" {
	getppid_is "deny EACCES"
	same "$payload" getppid x86_64 3
	need_x86
	getppid_is "deny EACCES" x86
	same "$payload" getppid x86 3
}

@test "raw: trap, native and i386, and one that ends the command" {
	getppid_is "trap 7"
	same "$payload" trap x86_64
	STATUS=159 same "$payload" getppid x86_64 1
	need_x86
	getppid_is "trap 7" x86
	same "$payload" trap x86
}

@test "raw: kill, and kill_thread of the only thread" {
	getppid_is kill
	STATUS=159 same "$payload" getppid x86_64 3
	# Where others live on it is not seen, so that such a trace is not called complete.
	getppid_is kill_thread
	told=${told/complete: .trace.complete/complete: true}
	STATUS=159 same "$payload" getppid x86_64 1
}

@test "raw: log, and a call that no kernel has" {
	getppid_is log
	same "$payload" getppid x86_64 3
	same "$payload" number 100000
	same "$payload" number -1
}

@test "raw: the command's own filter, forged SIGSYS, a tracer of its own" {
	getppid_is "deny EACCES"
	same "$payload" own-filter 1
	same "$payload" forge
	same "$payload" tracer
}

@test "raw: threads, signals, processes, restarts" {
	getppid_is "deny EACCES"
	same "$payload" threads 4 1000
	getppid_is allow
	same sh -c 'for i in 1 2 3; do (exec /bin/true); ls /; done'
}

@test "raw: a thread that executes a program keeps its state" {
	getppid_is "deny EACCES"
	same "$payload" thread-exec "$payload" getppid x86_64 3
}

@test "raw: what it does not see is in the report, and -v says so" {
	getppid_is kill_thread
	run "$pinfold" run -v --trace raw --report r.json -p test.policy \
		-r "$(dirname "$payload")" -- "$payload" thread x86_64
	exits 0
	says .processes '[]'
	says '.trace.unseen | any(contains("kill_thread"))' true
	says .trace.complete false
	[[ $output == *"not seen by the trace: processes"* ]]
}

@test "raw: a bystander is not seen" {
	getppid_is allow
	"$payload" getppid x86_64 100000000 >/dev/null 3>&- &
	bystander=$!
	run "$pinfold" run --trace raw --report r.json -p test.policy -- true
	kill "$bystander"
	exits 0
	says '[.syscalls[] | select(.name == "getppid")]' '[]'
}

@test "raw: record writes a policy that fits" {
	run "$pinfold" record --trace raw -o it.policy -- dd if=/etc/passwd of=/tmp/copy status=none
	exits 0
	run "$pinfold" run -p it.policy -- dd if=/etc/passwd of=/tmp/copy status=none
	exits 0
	[ -z "$output" ]
}

@test "raw: nothing is attached after the end" {
	getppid_is allow
	run "$pinfold" run --trace raw -p test.policy -- true
	exits 0
	fails bash -c 'bpftool link 2>/dev/null | grep -q on_raw_'
}

# chosen SOURCE RULE...: what is taken where pinfold itself runs under these rules. A tracer of other
# runs, which would be joined without any of this, is not seen in a /run of its own.
chosen()
{
	printf 'default allow\nunknown allow\n' >lacks.policy
	[ -z "$2" ] || sed -i "1i $2" lacks.policy
	"$pinfold" compile -o lacks.filter lacks.policy
	run unshare -m sh -c 'mount -t tmpfs run /run && exec "$@"' sh \
		"$payload" under lacks.filter "$pinfold" run --report r.json -p test.policy -- true
	exits 0
	[ -z "$output" ] || [ "$1" = none ]
	says .trace.source "\"$1\""
	[ "$1" = ebpf ] || says '.trace.why | length > 10' true
}

@test "raw: the best available source is taken, and the report says why" {
	getppid_is allow
	chosen ebpf ''
	# What each takes: types, and a search for one by a program that is run; constants.
	chosen raw 'deny EPERM bpf if cmd == BPF_BTF_LOAD'
	chosen raw 'deny EINVAL bpf if cmd == BPF_PROG_TEST_RUN'
	for command in MAP_CREATE MAP_UPDATE_ELEM MAP_FREEZE PROG_LOAD RAW_TRACEPOINT_OPEN; do
		chosen notify "deny EPERM bpf if cmd == BPF_$command"
	done
	# What a kernel says that does not know the places of types.
	chosen notify 'deny E2BIG bpf if cmd == BPF_PROG_LOAD'
	says '.trace.why | contains("5.17")' true
	chosen notify 'deny EPERM bpf'
	run "$pinfold" run --trace none --report r.json -p test.policy -- true
	says '[.trace.source, .trace.why]' '["none",null]'
}

@test "raw: a pen that may create pid namespaces would escape its sight, and is refused" {
	getppid_is allow
	run "$pinfold" run --trace raw --capability CAP_SYS_ADMIN -p test.policy -- true
	exits 2
	[[ $output == *"cannot be done without a trace"* ]]
}
