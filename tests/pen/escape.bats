# SPDX-License-Identifier: GPL-2.0-or-later
# Ways out of the pen by files and mounts; the numbers are those of the list of ways out.

load pen

@test "9: a mount in the pen is not the host's, and no mount has a peer" {
	pen -- grep -cE 'shared:|master:' /proc/self/mountinfo
	[ "$output" = 0 ]
	pen -- sh -c 'mount -t tmpfs t /tmp'
	[ "$status" -ne 0 ]
}

@test "10: a mount below a read-only bind cannot be written" {
	need_root
	mkdir -p tree/sub
	mount -t tmpfs -o mode=777 t tree/sub || skip "cannot mount"
	pen -r "$PWD/tree" -- sh -c "touch '$PWD/tree/sub/x' || touch '$PWD/tree/x'"
	umount tree/sub
	[ "$status" -ne 0 ]
	[[ $output == *"Read-only file system"* ]]
}

@test "11: a root with links to the host in place of its folders is refused" {
	need_root
	mkdir -p victim
	chmod 777 victim
	for place in dev proc tmp; do
		mkdir -p evil/{usr,bin,lib,lib64,dev,proc,tmp}
		rmdir "evil/$place"
		ln -s "$PWD/victim" "evil/$place"
		pen --root "$PWD/evil" -r /usr -- /usr/bin/true
		exits 125
		[[ $output == *"symbolic link"* ]]
		rm -r evil
	done
	[ -z "$(ls -A victim)" ]
}

@test "12: nothing is mounted on or below /proc" {
	mkdir d
	pen --bind "$PWD/d /proc/self" -- true
	exits 125
	[[ $output == *"cannot mount on '/proc/self'"* ]]
	pen --tmpfs "/proc" -- true
	exits 125
	[[ $output == *"cannot mount on '/proc'"* ]]
}

@test "13: no number of parents leads out of the root" {
	climb='cd -P "$1" && cd -P ../../../../../../../../../.. && ls'
	[[ $(sh -c "$climb" - .) == *var* ]] # outside it leads to the host's root
	for start in / /tmp /proc /dev /usr/bin /etc .; do
		pen -- sh -c "$climb" - "$start"
		exits 0
		[[ $output != *var* && $output != *home* && $output != *sys* ]]
	done
}

@test "15: the host's kernel cannot be read or set through /proc, not even by uid 0" {
	users=("$(id -u):$(id -g)")
	[ "$(id -u)" != 0 ] || users=(0:0 1234:1234)
	for user in "${users[@]}"; do
		pen --user "$user" -- sh -c '
			for file in kcore keys timer_list kmsg sysrq-trigger; do
				[ ! -e /proc/$file ] || ! head -c 1 /proc/$file >/dev/null || exit 1
			done
			for file in sys/kernel/core_pattern sys/kernel/hostname sysrq-trigger \
				sys/vm/drop_caches sys/user/max_user_namespaces self/uid_map; do
				! echo 1 >/proc/$file || exit 2
			done
			[ ! -e /sys/kernel ]' 2>/dev/null
		exits 0
	done
}

@test "16: a run leaves nothing on the host" {
	host_state >before
	for command in 'exit 0' 'kill -9 $$' 'kill -SEGV $$' 'touch /tmp/x /dev/shm/x' 'exit 7 & exit 8'; do
		pen -- sh -c "$command"
	done
	pen -- /no/such/command
	exits 127
	pen --workdir /no/such -- true
	exits 125
	host_state >after
	diff before after
	! ls core* 2>/dev/null
}
