# SPDX-License-Identifier: GPL-2.0-or-later
# What tasks do to themselves changes no count, and is reported as what it is: threads that execute,
# memory that is lent, ids and namespaces that change, calls that are interrupted.

load lib

tasks=$top_builddir/tests/payload/tasks

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	policy <<<$'deny EACCES getsid\ndefault allow'
}

# pen_tasks ARG...: a payload of these, under test.policy.
pen_tasks()
{
	run "$pinfold" run --trace ebpf --report r.json -p test.policy -r "$(dirname "$tasks")" -- \
		"$tasks" "$@"
}

# sums: what the processes and the calls came to, which are the same.
sums()
{
	says '([.processes[].calls] | add) == .totals.allowed + .totals.denied + .totals.expected' true
	says .trace.complete true
}

@test "a thread that executes takes its process's place: one process, and every call" {
	pen_tasks exec-thread
	exits 0
	says '[.denials[].count]' '[6]'
	says '[.processes[] | [.pid, .status, .denied, .args[1:3]]]' '[[2,0,6,["calls","3"]]]'
	says '.syscalls[] | select(.name == "execve") | [.allowed, .failed]' '[1,0]'
	sums
}

@test "vfork: calls of the child in its parent's memory are the child's" {
	pen_tasks vfork
	exits 0
	says '[.denials[].count]' '[7]'
	says '[.processes[] | [.pid, .ppid, .status, .denied]]' '[[2,1,0,2],[3,2,0,5]]'
	says '.denials[0].first | [.pid, .tid]' '[2,2]'
	says '.syscalls[] | select(.name == "vfork") | [.allowed, .failed]' '[1,0]'
	sums
}

@test "ids and namespaces of the command's own change nothing" {
	mkfifo go gone
	chmod 666 go gone
	"$pinfold" compile -o filter test.policy
	"$payload" under filter "$tasks" change "$PWD/go" "$PWD/gone" 3>&- &
	local target=$!
	read -r _ <gone
	mkfifo told
	"$pinfold" run -q --report r.json --stream - --pid "$target" >told 3>&- &
	local tracer=$! line
	exec 4<told
	while read -r -t 30 line <&4; do
		[[ $line != *'"event":"found"'* ]] || break
	done
	echo >go
	timeout 60 cat <&4 >s.jsonl
	exec 4<&-
	wait "$tracer"
	wait "$target" || skip "no user namespaces here"
	says '[.denials[] | [.by, .count]]' '[["other-filter",5]]'
	says '[.processes[] | [.status, .denied]]' '[[0,3],[0,2]]'
	says ".processes | [.[0].host_pid, .[1].ppid] == [$target, $target]" true
	# Seen from where the tracer is, whatever number it has there.
	local child
	child=$(report '.processes[1].host_pid')
	says ".processes | map(.pid) == [$target, $child]" true
	says ".denials[0].first | [.pid, .tid, .host_pid] == [$target, $target, $target]" true
	[ "$(jq -sc '[.[] | select(.event == "denied") | [.pid, .tid, .host_pid] | unique]' s.jsonl)" = \
		"[[$target],[$target],[$target],[$child],[$child]]" ]
	sums
}

@test "a call that a signal interrupts is one entry each time, and not a failure: who restarts it is decided later" {
	for restarts in 1 0; do
		pen_tasks restart "$restarts"
		exits 0
		says '.syscalls[] | select(.name == "readv") |
			[.restarted >= 1, .allowed == .restarted + 1, .failed]' '[true,true,0]'
		sums
	done
}

@test "a listener of the command's own: a call that asks it, and is interrupted, is one call" {
	policy <<<"default allow"
	pen_tasks listener 13
	exits 0
	says '[.denials[] | [.name, .action, .value, .count, .by]]' \
		'[["getsid","errno",13,1,"other-filter"]]'
	says '.syscalls[] | select(.name == "getsid") | [.allowed, .denied, .failed]' '[0,1,0]'
	sums
	pen_tasks listener 0
	exits 0
	says .denials '[]'
	says '.syscalls[] | select(.name == "getsid") | [.allowed, .denied, .failed]' '[1,0,0]'
	sums
}

@test "a stack that cannot be read costs its frames, and nothing else" {
	pen_tasks lost-stack
	exits 0
	says '.denials[0] | [.count, (.stack | length)]' '[1,1]'
	says '.denials[0].stack[0].symbol' '"run_lost_stack"'
	says .trace.lost.stacks 0
	sums
}

@test "an invalid frame pointer: what it leads to is not reported" {
	pen_tasks false-frame
	exits 0
	says '[.denials[0].stack[].symbol]' '["call_frameless","run_false_frame"]'
	sums
}

@test "a stack with one word left: it is the caller" {
	pen_tasks last-word
	exits 0
	says '[.denials[0].stack[0:3][].symbol]' '["call_frameless","run_last_word","main"]'
	says .trace.lost.stacks 0
	sums
}

# More at a time than fit into the tracer's table without two wanting one place.
@test "700 tasks alive at once: every call of each" {
	mkfifo go
	run "$pinfold" run -q --trace ebpf --report r.json -l 'pids 2000' -p test.policy -w "$PWD" \
		-r "$(dirname "$tasks")" -- sh -c 'exec 8<>go
			i=0; while [ $i -lt 700 ]; do (read -r _ <&8; exec "$0" calls 3) & i=$((i + 1)); done
			i=0; while [ $i -lt 700 ]; do echo >&8; i=$((i + 1)); done; wait' "$tasks"
	exits 0
	says '[.denials[].count]' '[2100]'
	says '[(.processes | length), ([.processes[] | select(.denied == 3)] | length)]' '[701,700]'
	sums
}
