# SPDX-License-Identifier: GPL-2.0-or-later
# What the trace lost is counted, makes it incomplete, and is the first thing in the report. What
# cannot be provoked from outside is in tests/unit/test_loss.c.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	mkfifo go gone
}

# flood CALLS CHILDREN: the payload under test.policy, while pinfold cannot read.
flood()
{
	"$pinfold" run --report r.json -p test.policy -w . -r "$(dirname "$payload")" -- \
		"$payload" flood go gone "$1" "$2" 2>err &
	local pid=$!
	echo >go
	read -r _ <gone
	kill -STOP "$pid"
	until grep -q '^State:.T' "/proc/$pid/status"; do :; done
	echo >go
	read -r _ <gone
	kill -CONT "$pid"
	wait "$pid"
}

@test "process events that do not fit in the buffer: counted to the last one" {
	policy <<<"default allow"
	flood 0 10000
	[ "$(head -n 1 err)" = "pinfold: the trace is not complete" ]
	[[ $(sed -n 2p err) == *" process events did not fit in the buffer" ]]
	says .trace.complete false
	# Each child has a beginning and an end, and the command an end; what was not lost is told.
	says '(.processes | length) as $begun |
		([.processes[] | select(.end_ns != null)] | length) as $ended |
		[.trace.lost.events > 0, .trace.lost.events + $begun - 1 + $ended]' '[true,20001]'
	# The calls are counted nonetheless.
	says '.syscalls[] | select(.name == "wait4") | .allowed' 10000
	says '.trace.lost | [.map_full, .missed_runs, .tasks, .missed_exits]' '[0,0,0,0]'
}

@test "calls that do not fit in a map: in the sums, and counted once" {
	policy <<<$'default allow\nunknown deny ENOSYS'
	run "$pinfold" run --report r.json -p test.policy -r "$(dirname "$payload")" -- \
		"$payload" numbers 1000 2000
	[ "${lines[0]}" = "pinfold: the trace is not complete" ]
	[ "${lines[1]}" = "  976 calls did not fit in a map" ]
	says '[.trace.complete, .trace.lost.map_full, .totals.expected]' '[false,976,2000]'
}

@test "argument values that do not fit are counted as others of their call" {
	policy <<<"default allow"
	run "$pinfold" run --report r.json -p test.policy -r "$(dirname "$payload")" -- \
		"$payload" values 10000
	exits 0
	says '.syscalls[] | select(.name == "fcntl") | .args.cmd | (.values | length) + .other >= 10000' true
	says '.syscalls[] | select(.name == "fcntl") | .args.cmd.other > 0' true
	says .trace.complete true
}

@test "record says at the policy's head that something was lost, and --strict fails" {
	run "$pinfold" record -o new.policy --strict -r "$(dirname "$payload")" -- \
		"$payload" numbers 1000 2000
	exits 1
	[[ $output == *"the recording lost something"* ]]
	grep -q '^# Trace: NOT COMPLETE' new.policy
}
