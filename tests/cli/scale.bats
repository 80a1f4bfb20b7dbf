# SPDX-License-Identifier: GPL-2.0-or-later
# However much a command does, counts are exact or say what they lack, and pinfold stays small.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	need_program python3
}

# measured COMMAND...: runs it; MEMORY is the most that it, or a process that it waited for, had in
# KiB (VmHWM).
measured()
{
	run python3 -c '
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
print("memory", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)' "$@"
	memory=$(sed -n 's/^memory //p' <<<"$output")
	echo "$memory KiB"
	[ "$memory" -gt 0 ]
}

@test "10,000,000 calls in 4 threads, of which 1,000,000 are denied, next to a busy bystander" {
	policy <<<$'deny EACCES getsid\ndefault allow'
	"$payload" threads 1 1000000000 3>&- &
	local bystander=$!
	measured "$pinfold" run -q --report r.json -p test.policy -r "$(dirname "$payload")" -- \
		"$payload" mixed 4 2500000
	# It was there until now.
	kill "$bystander"
	wait "$bystander" || true
	exits 0
	says '[.denials[] | [.name, .count]]' '[["getsid",1000000]]'
	says '.syscalls[] | select(.name == "getsid") | [.allowed, .denied]' '[0,1000000]'
	says '.syscalls[] | select(.name == "getppid") | [.allowed, .denied]' '[9000000,0]'
	says '.totals.allowed + .totals.denied == .processes[0].calls' true
	says '[.trace.complete, (.processes | length)]' '[true,1]'
	[ "$memory" -le 65536 ] || is_sanitized
}

@test "100,000 distinct denied calls, 10,000 processes, 1,000 threads: exact, or exactly what is lacking" {
	policy <<<$'default allow\nunknown deny ENOSYS'
	measured "$pinfold" run -q --report r.json -l 'pids 2000' -p test.policy \
		-r "$(dirname "$payload")" -- sh -c "'$payload' numbers 1000 100000; '$payload' threads 1000 100
			i=0; while [ \$i -lt 10000 ]; do (:); i=\$((i + 1)); done"
	exits 0
	# Each call is in the sums. Of 1024 numbers each has its own, and of 16384 a denial is reported.
	says '.totals.denied + .totals.expected' 100000
	says '([.syscalls[] | select(.nr >= 1000) | .denied] | add) + .trace.lost.map_full' 100000
	says '[.denials[].count] | add' 16384
	says '.trace.lost | [.events, .missed_runs, .tasks, .missed_exits]' '[0,0,0,0]'
	says .trace.complete false
	says '.syscalls[] | select(.name == "getppid") | .allowed' 100001
	says '[(.processes | length), ([.processes[] | select(.end_ns == null)] | length)]' '[10003,0]'
	says '([.processes[].calls] | add) == .totals.allowed + .totals.denied + .totals.expected' true
	[ "$memory" -le 65536 ] || is_sanitized
}
