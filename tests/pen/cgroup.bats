# SPDX-License-Identifier: GPL-2.0-or-later
# The pen's own cgroup as the command sees it, version 1; tests/kernels has version 2.

load pen

# Skips without hierarchies of version 1 in which cgroups can be made.
need_v1()
{
	as_root
	need_cgroup
	for controller in memory cpu pids; do
		[ -e "/sys/fs/cgroup/$controller/cgroup.procs" ] || skip "no cgroup hierarchy of version 1 for $controller"
	done
}

limits=(--limit 'memory 64M' --limit 'cpu 150%' --limit 'pids 30')

@test "limits are where runtimes look for them, at the root of the pen's own hierarchies" {
	need_v1
	pen "${limits[@]}" -- sh -c 'cd /sys/fs/cgroup
		cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us pids/pids.max
		grep -c ":/$" /proc/self/cgroup; wc -l </proc/self/cgroup; grep -v ":/$" /proc/self/cgroup
		cat memory/cgroup.procs cpu/tasks | sort -u | head -n 2'
	exits 0
	all=$(wc -l </proc/self/cgroup)
	# a quarter is for sockets
	[ "$output" = "50331648
150000
100000
30
$all
$all
1
2" ] || { echo "$output"; false; }
	[ -z "$(left_cgroups)" ]
}

# What is accessible below the place besides the pen's own, and what can be written there.
searched='cd /sys/fs/cgroup || exit 9
	find . -mindepth 2 -type d; find . -mindepth 1 -maxdepth 1 ! -type d ! -type l
	for directory in memory pids cpu; do
		[ ! -e $directory/tasks ] || sort -n $directory/tasks | tail -n +9
		mkdir $directory/new && echo made && rmdir $directory/new
	done
	find . -type f | while read -r file; do
		chmod 666 $file && echo changed $file
		(echo 0 >$file) && echo written $file
	done
	touch new && echo made; rmdir memory; umount /sys/fs/cgroup/memory; ls memory/../..; exit 0'

@test "nothing of other cgroups is there, and nothing can be written, even as uid 0" {
	need_v1
	# next to the pen's, in the hierarchies in which it has one and in one in which it has none
	other=pinfold-test-$$-$BATS_TEST_NUMBER
	for controller in memory cpuset; do
		own=$(sed -n "s/^[0-9]*:$controller://p" /proc/self/cgroup)
		[ ! -d "/sys/fs/cgroup/$controller$own" ] || mkdir "/sys/fs/cgroup/$controller$own/$other"
	done
	for user in 65000:65000 0:0; do
		for set in memory cpu all; do
			case $set in
			memory) options=(--limit 'memory 64M') ;;
			cpu) options=(--limit 'cpu 150%') ;;
			all) options=("${limits[@]}") ;;
			esac
			pen "${options[@]}" --user $user -- sh -c "$searched"
			[[ $status = 0 && $output != *"$other"* && $output != *made* && $output != *changed* &&
				$output != *written* && $output == *"Read-only file system"* ]] || break 2
			[ "$(grep -vc ': ' <<<"$output")" = 1 ] || break 2 # the listing of what is above
		done
	done
	for controller in memory cpuset; do
		own=$(sed -n "s/^[0-9]*:$controller://p" /proc/self/cgroup)
		[ ! -d "/sys/fs/cgroup/$controller$own/$other" ] || rmdir "/sys/fs/cgroup/$controller$own/$other"
	done
	exits 0
	[[ $output != *"$other"* && $output != *made* && $output != *changed* && $output != *written* ]] || {
		echo "$output"
		false
	}
	says "Read-only file system"
	[ "$(grep -v ': ' <<<"$output")" = cgroup ] || { echo "$output"; false; }
}

@test "without a limit there is no /sys; a root and binds of the policy go with it" {
	need_v1
	pen -- ls /sys
	exits 2
	pen --limit 'time 50s' -- ls /sys
	exits 2
	# the host's /sys, and what the policy puts there itself
	pen -r /sys "${limits[@]}" -- sh -c 'ls /sys/kernel >/dev/null; ls /sys/fs/cgroup/memory/pinfold-*; cat /sys/fs/cgroup/pids/pids.max'
	exits 0
	[[ $output == *"No such file"*$'\n'30 ]]
	echo mine >mine
	pen -r "$PWD/mine /sys/fs/cgroup/own/mine" "${limits[@]}" -- cat /sys/fs/cgroup/own/mine /sys/fs/cgroup/pids/pids.max
	[ "$output" = $'mine\n30' ]
	pen -r "$PWD /sys/fs/cgroup" "${limits[@]}" -- cat /sys/fs/cgroup/mine
	[ "$output" = mine ]
	# another root has it where it has a place for it
	mkdir -p root/usr root/etc root/proc root/dev root/tmp
	for name in bin lib lib64; do
		[ ! -e /$name ] || ln -s usr/$name root/$name
	done
	pen --root "$PWD/root" -r /usr "${limits[@]}" -- ls /
	exits 0
	mkdir -p root/sys/fs/cgroup
	pen --root "$PWD/root" -r /usr "${limits[@]}" -- cat /sys/fs/cgroup/pids/pids.max
	[ "$output" = 30 ]
	lack open_tree move_mount fsopen mount_setattr
	pen "${limits[@]}" -- cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/memory/memory.limit_in_bytes
	[ "$output" = $'30\n50331648' ]
	[ -z "$(left_cgroups)" ]
}

@test "a JVM and node size themselves by the limits" {
	need_v1
	if command -v java >/dev/null; then
		pen --limit 'memory 512M' --limit 'cpu 50%' -- java -Xlog:os+container=trace -version
		exits 0
		says "Memory Limit is: 402653184"
		says "CgroupSubsystem::active_processor_count"
		says "OSContainer::active_processor_count: 1"
		# of memory alone, as well
		pen --limit 'memory 512M' -- java -Xlog:os+container=trace -version
		says "Memory Limit is: 402653184"
	fi
	if command -v node >/dev/null; then
		pen --limit 'memory 512M' -- node -p 'process.constrainedMemory?.() ?? 402653184'
		exits 0
		[ "$output" = 402653184 ]
	fi
	command -v java >/dev/null || command -v node >/dev/null || skip "neither a JVM nor node is installed"
}

@test "cgroups that a command with sys_admin made in its own are removed by the next run" {
	need_v1
	pen --capability sys_admin --user 0:0 -- sh -c 'mkdir /tmp/c && mount -t cgroup -o pids none /tmp/c &&
		cd /tmp/c && mkdir -p .a/b/c .a/d && echo made'
	says made
	[ -n "$(left_cgroups)" ]
	pen -- true
	[ -z "$(left_cgroups)" ]
}

# lifts: mounts the pen's own cgroup, and raises the limit there.
lifts='mkdir /tmp/c && mount -t cgroup -o pids none /tmp/c && echo 5000 >/tmp/c/pids.max && cat /tmp/c/pids.max'

@test "a limit that the command could lift in its own cgroup is an error" {
	need_v1
	# bare: without a written limit the default one is lifted
	pen --user 0 --capability sys_admin -- sh -c "$lifts"
	says 5000
	for more in '--user 0' '--capability dac_override' '--capability chown' '--capability fowner' \
		'--capability setuid'; do
		for limit in 'pids 30' 'memory 64M' 'cpu 50%' 'cputime 9s'; do
			pen $more --capability sys_admin --limit "$limit" -- echo ran
			exits 125
			says "limit ${limit%% *} would not hold: with capability sys_admin and ${more#--}"
			says "hint: leave out one"
		done
	done
	# each two of the three run, and an id of its own may not write there
	pen --user 0 --limit 'pids 30' -- sh -c "$lifts"
	fails grep -q 5000 <<<"$output"
	pen --capability sys_admin --limit 'pids 30' -- sh -c "$lifts; cat /tmp/c/pids.max"
	exits 0
	says "Permission denied"
	fails grep -q 5000 <<<"$output"
	pen --user 0 --capability sys_admin --limit 'time 60s' -- true
	exits 0
}
