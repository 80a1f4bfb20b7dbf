# SPDX-License-Identifier: GPL-2.0-or-later
# Each action in each ABI is reported exactly once, as what it is; and what only looks like a denial
# is not reported as one.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	[ "$(id -u)" = 0 ] || skip "tracing needs root"
}

# The parts of a denial that depend on the action.
denials='[.denials[] | {abi, name, action, value, count, by, line: .rule.line}]'

# action VERB ABI PAYLOAD...: runs it under a policy whose third line is the verb on getppid.
action()
{
	local verb=$1 abi=$2
	shift 2
	policy <<-POLICY
	arch x86_64 x86
	default allow
	$verb getppid on $abi
	POLICY
	pen -- "$@"
}

@test "deny: errno, once per call, native" {
	action "deny EACCES" x86_64 getppid x86_64 3
	exits 0
	[[ $output == *-13* ]]
	says "$denials" '[{"abi":"x86_64","name":"getppid","action":"errno","value":13,"count":3,"by":"policy","line":3}]'
	says .trace.complete true
	says '.syscalls[] | select(.name == "getppid") | [.allowed, .denied, .failed]' '[0,3,0]'
}

@test "deny: errno, once per call, i386 by int 0x80" {
	need_x86
	action "deny EACCES" x86 getppid x86 3
	exits 0
	[[ $output == *-13* ]]
	says "$denials" '[{"abi":"x86","name":"getppid","action":"errno","value":13,"count":3,"by":"policy","line":3}]'
	says .trace.complete true
}

# The filter returns the same for them, so that only the call's number says which line it was.
@test "a line each: allows and denials that return the same are those of their own lines" {
	policy <<-'POLICY'
	default deny EPERM
	unknown deny EPERM
	allow getppid
	allow getpgrp
	deny EPERM getsid
	deny EPERM getpgid
	allow getpriority if which == 77
	allow getpriority
	include <base>
	POLICY
	for source in ebpf notify; do
		run "$pinfold" run --trace "$source" --calls --report r.json -p test.policy -r "$PWD" \
			-r "$(dirname "$payload")" -- \
			"$payload" calls 110 111 111 124 124 124 121 121 121 121 140 175 1000
		exits 0
		says '[.rules[] | select(.file == "test.policy") | [.line, .hits]]' \
			'[[3,1],[4,2],[5,3],[6,4],[7,0],[8,1]]'
		says '[.denials[] | [.name, .value, .count, .by, .rule.line]] | sort' \
			'[[null,1,1,"policy",2],["getpgid",1,4,"policy",6],["getsid",1,3,"policy",5],["init_module",1,1,"policy",1]]'
		says '[.trace.complete, .trace.exact_hits]' '[true,true]'
	done
}

@test "trap: handled SIGSYS, native" {
	action "trap 7" x86_64 trap x86_64
	exits 0
	[[ $output == *"code 1 errno 7 nr 110 arch c000003e"* ]]
	says "$denials" '[{"abi":"x86_64","name":"getppid","action":"trap","value":7,"count":1,"by":"policy","line":3}]'
	says .trace.complete true
	says .exit.by '"child"'
}

@test "trap: handled SIGSYS, i386" {
	need_x86
	action "trap 7" x86 trap x86
	exits 0
	[[ $output == *"code 1 errno 7 nr 64 arch 40000003"* ]]
	says "$denials" '[{"abi":"x86","name":"getppid","action":"trap","value":7,"count":1,"by":"policy","line":3}]'
	says .trace.complete true
}

@test "trap: unhandled, the filter kills the command" {
	action "trap 7" x86_64 getppid x86_64 1
	exits 159
	says '[.exit.by, .exit.signal]' '["filter","SIGSYS"]'
	says "$denials" '[{"abi":"x86_64","name":"getppid","action":"trap","value":7,"count":1,"by":"policy","line":3}]'
}

@test "kill: the process dies at its first call, native" {
	action kill x86_64 getppid x86_64 3
	exits 159
	says '[.exit.by, .exit.signal]' '["filter","SIGSYS"]'
	says "$denials" '[{"abi":"x86_64","name":"getppid","action":"kill_process","value":0,"count":1,"by":"policy","line":3}]'
	says .trace.complete true
}

@test "kill: the process dies at its first call, i386" {
	need_x86
	action kill x86 getppid x86 3
	exits 159
	says "$denials" '[{"abi":"x86","name":"getppid","action":"kill_process","value":0,"count":1,"by":"policy","line":3}]'
	says .exit.by '"filter"'
}

@test "kill: from a thread, the whole process dies" {
	action kill x86_64 thread x86_64
	exits 159
	says '.denials | length' 1
	says .exit.by '"filter"'
}

@test "kill_thread: the others live, native" {
	action kill_thread x86_64 thread x86_64
	exits 0
	[[ $output == *"the first thread lives"* ]]
	says "$denials" '[{"abi":"x86_64","name":"getppid","action":"kill_thread","value":0,"count":1,"by":"policy","line":3}]'
	says .trace.complete true
}

@test "kill_thread: the others live, i386" {
	need_x86
	action kill_thread x86 thread x86
	exits 0
	[[ $output == *"the first thread lives"* ]]
	says "$denials" '[{"abi":"x86","name":"getppid","action":"kill_thread","value":0,"count":1,"by":"policy","line":3}]'
	says .trace.complete true
}

@test "kill_thread: the only thread, so the process dies" {
	action kill_thread x86_64 getppid x86_64 1
	exits 159
	says "$denials" '[{"abi":"x86_64","name":"getppid","action":"kill_thread","value":0,"count":1,"by":"policy","line":3}]'
}

@test "log: the call runs and is counted as logged, native" {
	action log x86_64 getppid x86_64 3
	exits 0
	says .denials '[]'
	says '.syscalls[] | select(.name == "getppid") | [.allowed, .denied, .logged]' '[3,0,3]'
	says '.rules[-1].hits' 3
}

@test "log: the call runs and is counted as logged, i386" {
	need_x86
	action log x86 getppid x86 3
	exits 0
	says .denials '[]'
	says '.syscalls[] | select(.abi == "x86") | [.name, .allowed, .logged]' '["getppid",3,3]'
}

@test "an ABI that the policy does not list kills, and the trace says so" {
	need_x86
	policy <<-POLICY
	default allow
	POLICY
	pen -- getppid x86 1
	exits 159
	says '[.denials[] | {abi, name, action, by, rule}]' '[{"abi":"x86","name":"getppid","action":"kill_process","by":"policy","rule":null}]'
	says '.denials[0].fix.text' '"arch x86_64 x86"'
}

@test "a call that fails with EPERM for its own reasons is 1 failed, 0 denied, native" {
	policy <<<"default allow"
	pen -- setuid x86_64
	exits 0
	says .denials '[]'
	says '.syscalls[] | select(.name == "setuid") | [.allowed, .denied, .failed, .errors]' '[1,0,1,{"EPERM":1}]'
}

@test "a call that fails with EPERM for its own reasons is 1 failed, 0 denied, i386" {
	need_x86
	policy <<-POLICY
	arch x86_64 x86
	default allow
	POLICY
	pen -- setuid x86
	exits 0
	says .denials '[]'
	says '.syscalls[] | select(.abi == "x86") | [.name, .allowed, .denied, .failed, .errors]' '["setuid32",1,0,1,{"EPERM":1}]'
}

@test "a filter of the command's own is not reported as our denial" {
	policy <<<"default allow"
	pen -- own-filter 13
	exits 0
	[[ $output == *-13* ]]
	says '[.denials[] | {name, by, value, count, rule, fix}]' '[{"name":"getppid","by":"other-filter","value":13,"count":1,"rule":null,"fix":null}]'
	says .trace.complete true
}

@test "a forged SIGSYS is not a denial" {
	policy <<<"default allow"
	pen -- forge
	exits 0
	[[ $output == *"code 1 errno 7"* ]]
	says .denials '[]'
	says .trace.complete true
}

@test "a SIGSYS that the command sends itself is a signal, not the filter" {
	policy <<<"default allow"
	pen -- suicide
	exits 159
	says '[.exit.by, .exit.signal]' '["signal","SIGSYS"]'
	says .denials '[]'
}

@test "a child under PTRACE_SYSEMU is not reported as our denial" {
	policy <<<"default allow"
	pen -- sysemu
	exits 0
	says '[.denials[] | .by] | unique' '["ptrace"]'
	says .trace.complete true
}

@test "a child under PTRACE_SYSCALL is not a denial" {
	policy <<<"default allow"
	pen -- tracer
	exits 0
	says .denials '[]'
	says .trace.complete true
}

@test "an unknown number is denied with ENOSYS and expected" {
	policy <<<"default deny EPERM
	include <base>
	allow execve"
	pen -- number 100000
	exits 0
	[[ $output == *-38* ]]
	says '[.denials[] | select(.nr == 100000) | {name, action, value, count, expected}]' '[{"name":null,"action":"errno","value":38,"count":1,"expected":true}]'
}

@test "counts are exact with denials from several threads" {
	policy <<-POLICY
	default allow
	deny EACCES getppid
	POLICY
	pen -- threads 4 25000
	exits 0
	says '[.denials[] | .count]' '[100000]'
	says '.syscalls[] | select(.name == "getppid") | [.allowed, .denied]' '[0,100000]'
	says .trace.complete true
}

@test "exit.by: the filter, also when a child died of the same call before" {
	action kill x86_64 twice
	exits 159
	says '[.exit.by, .denials[0].count]' '["filter",2]'
}

@test "exit.by: a signal, also after a call that was trapped" {
	action "trap 7" x86_64 feint
	exits 159
	says '[.exit.by, .denials[0].count]' '["signal",1]'
}

@test "numbers that do not fit in the maps are in the sums, and reported" {
	policy <<<"default allow"
	pen -- numbers 1000 3000
	exits 0
	says '[.trace.complete, .trace.lost.map_full]' '[false,1976]'
	says '[.totals.denied, .totals.expected, .processes[0].calls - .totals.allowed]' '[0,0,0]'
	policy <<<"include <base>"
	pen -- numbers 1000 20000
	exits 0
	says '[.trace.complete, .trace.lost.map_full]' '[false,18976]'
	says '[.totals.denied + .totals.expected, .totals.expected]' '[20000,16384]'
}

@test "calls that the kernel exempts from every filter are not a defect of the policy" {
	policy <<<"include <base>"
	pen -- number 336
	exits 0
	says .trace.lost.let_through 0
	says '.syscalls[] | select(.nr == 336) | .allowed + .denied' 1
}

@test "the number -1 is -1 in both lists of the report" {
	policy <<<"include <base>"
	pen -- number -1
	says '[.denials[0].nr, (.syscalls[] | select(.nr < 0) | [.nr, .denied])]' '[-1,[-1,1]]'
}

@test "a call trapped in the vsyscall page, which is not seen, does not affect the next denial" {
	grep -q vsyscall /proc/self/maps || skip "no vsyscall page"
	policy <<-POLICY
	default allow
	trap 4 time
	deny EACCES getppid
	POLICY
	pen -- vsyscall
	exits 0
	says .trace.complete true
	says "$denials" '[{"abi":"x86_64","name":"getppid","action":"errno","value":13,"count":1,"by":"policy","line":3}]'
}

@test "without a report file a denial of a number by its argument is the rule's, too" {
	need_program perl
	policy <<<$'default allow\ndeny EPERM [1000] if arg0 == 5'
	run "$pinfold" run --trace ebpf -p test.policy -- perl -e 'syscall(1000, 5); syscall(1000, 6)'
	exits 0
	[[ $output == *"by test.policy:2: deny EPERM [1000] if arg0 == 5"* ]]
	[[ $output != *"not complete"* ]]
}
