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
