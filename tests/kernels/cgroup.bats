# SPDX-License-Identifier: GPL-2.0-or-later
# What the pen makes of cgroup v2 and nothing else, in a guest whose controllers are all there.

load ../cli/lib

events=/sys/kernel/tracing/events/cgroup

@test "the limits are those of cgroup v2, which tells the peak, and the cgroup goes" {
	policy <<<"default allow"
	pen --limit 'memory 64M' --limit 'pids 20' -- hog 16
	exits 0
	says '[.enforced.cgroup.version, .enforced.cgroup.limits.memory, .enforced.cgroup.limits.pids]' \
		'[2,67108864,20]'
	[ "$(report '.resources.memory_peak >= 16777216')" = true ]
	says .resources.oom_kills 0
	[ -z "$(find /sys/fs/cgroup -name 'pinfold-*')" ]
}

@test "the command sees its own cgroup at the root, read-only, and no other" {
	policy <<<"default allow"
	mkdir /sys/fs/cgroup/other
	for user in 65000:65000 0:0; do
		run "$pinfold" run -q -p test.policy --limit 'memory 64M' --limit 'cpu 50%' --limit 'pids 20' \
			--user $user -- bash -c 'cd /sys/fs/cgroup && exec 2>/dev/null
			cat memory.max cpu.max pids.max /proc/self/cgroup; find . -mindepth 1 -type d
			for file in *; do (echo 0 >$file) && echo written $file; done
			mkdir new && echo made; read -r first <cgroup.procs; echo $first; exit 0'
		[ "$output" = "67108864
50000 100000
20
0::/
1" ] || break
	done
	rmdir /sys/fs/cgroup/other
	echo "$output"
	exits 0
	[ "${#lines[@]}" = 5 ]
	run "$pinfold" run -q -p test.policy -- ls /sys
	[ "$status" != 0 ]
	[ -z "$(find /sys/fs/cgroup -name 'pinfold-*')" ]
}

# traced: the events of cgroups whose names begin with pinfold-.
traced()
{
	grep pinfold- /sys/kernel/tracing/trace
}

@test "the pen's first process is made in its cgroup: none is ever moved there" {
	policy <<<"default allow"
	for event in cgroup_mkdir cgroup_attach_task; do
		echo 1 >$events/$event/enable
	done
	echo >/sys/kernel/tracing/trace
	pen --limit 'memory 64M' -- hog 16
	traced >seen
	# the events do show what is moved, and where it is moved to
	mkdir /sys/fs/cgroup/pinfold-moved
	sh -c 'echo $$ >/sys/fs/cgroup/pinfold-moved/cgroup.procs'
	rmdir /sys/fs/cgroup/pinfold-moved
	traced >seen-moved
	for event in cgroup_mkdir cgroup_attach_task; do
		echo 0 >$events/$event/enable
	done
	cat seen
	grep -q cgroup_mkdir: seen
	! grep cgroup_attach_task: seen || false
	grep -q 'cgroup_attach_task:.*pinfold-moved' seen-moved
	[ "$(report '.resources.memory_peak >= 16777216')" = true ]
}

@test "limit memory ends a hog by the cgroup's own count of kills" {
	policy <<<"default allow"
	pen --limit 'memory 64M' -- hog 1024
	exits 137
	says '[.exit.by, .exit.detail]' '["limit","limit memory"]'
	[ "$(report '.resources.memory_peak <= 67108864 and .resources.oom_kills >= 1')" = true ]
	[ -z "$(find /sys/fs/cgroup -name 'pinfold-*')" ]
}

@test "limit pids stops a fork bomb" {
	policy <<<"default allow"
	pen --limit 'pids 16' -- forks 100
	exits 1
	[ "$(report '[.syscalls[] | select(.name == "clone") | .errors.EAGAIN] | .[0] >= 1')" = true ]
	[ -z "$(find /sys/fs/cgroup -name 'pinfold-*')" ]
}

@test "without root the limits hold in a delegated cgroup, which stays as it was" {
	mkdir /sys/fs/cgroup/delegated
	grep -q memory /sys/fs/cgroup/delegated/cgroup.controllers ||
		echo '+memory +pids' >/sys/fs/cgroup/cgroup.subtree_control
	chown -R 1234:1234 /sys/fs/cgroup/delegated
	chmod 777 .
	chmod 755 "$BATS_RUN_TMPDIR"
	for case in 'true 0' 'dd if=/dev/zero of=/dev/null bs=200M count=1 137'; do
		status=0
		sh -c 'echo $$ >/sys/fs/cgroup/delegated/cgroup.procs && exec "$@"' - \
			setpriv --reuid 1234 --regid 1234 --clear-groups \
			"$pinfold" run --trace none --report r.json --limit 'memory 32M' \
			--limit 'pids 9' -- ${case% *} 2>errors || status=$?
		output=$(cat errors)
		exits "${case##* }"
		says '.enforced.cgroup.limits | [.memory, .pids]' '[33554432,9]'
		[ -z "$(find /sys/fs/cgroup -name 'pinfold-*')" ]
	done
	rmdir /sys/fs/cgroup/delegated
}

@test "without root and without a delegated cgroup a limit is an error with a hint" {
	chmod 755 "$BATS_RUN_TMPDIR"
	run setpriv --reuid 1234 --regid 1234 --clear-groups \
		"$pinfold" run --trace none --limit 'pids 9' -- true
	exits 125
	[[ $output == *"cannot set limit pids"*"hint: "* ]]
}

# hold [OPTION...] -- COMMAND...: a pen whose command says that it has started; $cgroup is its directory.
hold()
{
	local line
	coproc PEN { exec "$pinfold" run --trace none --report r.json -p test.policy "$@"; }
	pid=$PEN_PID
	read -r line <&"${PEN[0]}"
	cgroup=$(echo /sys/fs/cgroup/pinfold/pinfold-"$pid"-*)
}

# release: the held command gets a line, and its end is waited for.
release()
{
	echo >&"${PEN[1]}"
	status=0
	wait "$pid" || status=$?
}

patient=(sh -c 'echo started; read -r line')
busy=(sh -c 'echo started; while :; do :; done')

# holds FILE TEXT
holds()
{
	[ "$(cat "$cgroup/$1")" = "$2" ] || { echo "$1: not $2, but $(cat "$cgroup/$1")"; return 1; }
}

@test "each limit stands in the file from which the kernel takes it" {
	policy <<<"default allow"
	hold --limit 'memory 64M' --limit 'swap 16M' --limit 'pids 20' --limit 'cpu 150%' -- "${patient[@]}"
	holds memory.max 67108864
	holds memory.swap.max 16777216
	holds memory.oom.group 1
	holds pids.max 20
	holds cpu.max '150000 100000'
	release
	exits 0
	says .enforced.cgroup.limits '{"memory":67108864,"swap":16777216,"pids":20,"cpu":150}'
	hold --limit 'memory 64M' -- "${patient[@]}"
	holds memory.swap.max 0
	holds pids.max 512
	release
	exits 0
}

@test "limit cpu: the kernel holds a busy pen back, and its time is that of cpu.stat" {
	policy <<<"default allow"
	hold --limit 'cpu 10%' -- "${busy[@]}"
	end=$((SECONDS + 60))
	until grep -q '^nr_throttled [1-9]' "$cgroup/cpu.stat"; do
		[ $SECONDS -lt $end ] || { kill -TERM "$pid"; release; return 1; }
	done
	used=$(awk '$1 == "usage_usec" { print $2 }' "$cgroup/cpu.stat")
	[ "$used" -gt 0 ]
	kill -USR1 "$pid"
	release
	exits 138
	says .resources.sources.cpu_ns '"cgroup"'
	[ "$(report ".resources.cpu_ns >= ${used}000")" = true ]
}

@test "limit cputime ends a busy pen by the count of cpu.stat" {
	policy <<<"default allow"
	run "$pinfold" run --trace none --report r.json -p test.policy --limit 'cputime 300ms' -- \
		sh -c 'while :; do :; done & while :; do (:); done'
	exits 124
	says '[.exit.by, .exit.detail]' '["limit","limit cputime"]'
	says .resources.sources.cpu_ns '"cgroup"'
	[ "$(report '.resources.cpu_ns >= 300000000')" = true ]
}

@test "limit swap is what goes beyond limit memory, and none without it" {
	grep -q /dev/ram0 /proc/swaps || skip "no swap in this guest"
	policy <<<"default allow"
	pen --limit 'memory 32M' -- hog 64
	exits 137
	pen --limit 'memory 32M' --limit 'swap 96M' -- hog 64
	exits 0
	[ "$(report '.resources.memory_peak <= 33554432')" = true ]
	pen --limit 'memory 32M' --limit 'swap 8M' -- hog 64
	exits 137
	says '[.exit.by, .exit.detail]' '["limit","limit memory"]'
}

@test "what is in the cgroup when the pen has ended dies by cgroup.kill" {
	policy <<<"default allow"
	hold -- "${patient[@]}"
	# not the pen's: only the cgroup leads to it
	sleep 60 &
	stranger=$!
	echo "$stranger" >"$cgroup/cgroup.procs"
	release
	exits 0
	status=0
	wait "$stranger" || status=$?
	exits 137
	[ ! -e "$cgroup" ]
}

@test "the peaks are the kernel's, of memory and where it tells it of processes" {
	policy <<<"default allow"
	hold --limit 'memory 64M' --limit 'pids 16' -- "${patient[@]}"
	memory= pids=
	[ ! -e "$cgroup/memory.peak" ] || memory='"cgroup"'
	[ ! -e "$cgroup/pids.peak" ] || pids='"cgroup"'
	release
	pen --limit 'memory 64M' --limit 'pids 16' -- forks 100
	says '[.resources.sources | .memory_peak, .pids_peak]' "[${memory:-\"rusage\"},${pids:-null}]"
	says .resources.pids_peak "$([ -n "$pids" ] && echo 16 || echo null)"
}
