# SPDX-License-Identifier: GPL-2.0-or-later
# Ways out of the pen by files and mounts; the numbers are those of the list of ways out.

load pen

mounts_stay_inside()
{
	local script='mount -t tmpfs t /tmp'
	bare unshare -rm --propagation private sh -c "$script"
	exits 0
	local start=(unshare -m --propagation shared "${identity[@]}") peers='shared:|master:'
	[ "$(id -u)" = 0 ] || start=(unshare -rm --propagation shared)
	run "${start[@]}" grep -cE "$peers" /proc/self/mountinfo
	[ "$output" != 0 ]
	run "${start[@]}" "$pinfold" run -q --trace none -p open.policy -- \
		grep -cE "$peers" /proc/self/mountinfo
	[ "$output" = 0 ]
	pen -- sh -c "$script"
	[ "$status" -ne 0 ]
}

@test "9 out, as root: a mount in the pen is not the host's, and no mount has a peer" {
	as_root; mounts_stay_inside
}

@test "9 out, rootless: a mount in the pen is not the host's, and no mount has a peer" {
	as_rootless; mounts_stay_inside
}

# The host mounts below a directory that a process can see already; $1 is what starts that process.
# In a mount namespace that shares with itself as the host's does.
host_mounts_during()
{
	mkdir -p tree/sub
	mkfifo ready go
	chmod 777 ready go tree tree/sub
	timeout 60 unshare -m --propagation private bash -c '
		mount --bind tree tree && mount --make-shared tree || exit 90
		exec 8<>ready 9<>go
		"$@" sh -c "echo >ready; read -r line <go; cat tree/sub/secret 2>/dev/null &&
			touch tree/sub/new" & pid=$!
		read -r -t 30 line <&8 || exit 91
		mount -t tmpfs -o mode=777 t tree/sub && echo secret >tree/sub/secret || exit 92
		echo >&9
		wait $pid' - "$@"
}

mounts_stay_outside()
{
	need_root
	run host_mounts_during "${identity[@]}"
	exits 0
	says secret
	rm -r ready go tree
	run host_mounts_during "${identity[@]}" "$pinfold" run -q --trace none -p open.policy \
		-r "$PWD/tree" -w "$PWD/ready" -w "$PWD/go" --
	is_shut
	[[ $output != *secret* ]]
}

@test "9 in, as root: what the host mounts below a bind during the run stays outside" {
	as_root; mounts_stay_outside
}

@test "9 in, rootless: what the host mounts below a bind during the run stays outside" {
	as_rootless; mounts_stay_outside
}

# In a mount namespace for the test.
below_read_only()
{
	need_root
	mkdir -p tree/sub
	chmod 777 tree tree/sub
	local touch="touch '$PWD/tree/sub/x'"
	local start=(timeout 60 unshare -m sh -c 'mount -t tmpfs -o mode=777 t tree/sub && exec "$@"' -
		"${identity[@]}" "$pinfold" run -q --trace none -p open.policy)
	run "${start[@]}" -w "$PWD/tree" -- sh -c "$touch"
	exits 0
	run "${start[@]}" -r "$PWD/tree" -- sh -c "$touch || touch '$PWD/tree/x'"
	[ "$status" -ne 0 ]
	says "Read-only file system"
	[ ! -e tree/x ]
}

@test "10, as root: a mount below a read-only bind cannot be written" {
	as_root; below_read_only
}

@test "10, rootless: a mount below a read-only bind cannot be written" {
	as_rootless; below_read_only
}

links_in_root()
{
	local place
	mkdir -p victim
	chmod 777 victim
	for place in dev proc tmp; do
		mkdir -p evil/{usr,bin,lib,lib64,dev,proc,tmp}
		rmdir "evil/$place"
		ln -s "$PWD/victim" "evil/$place"
		[ "${#identity[@]}" = 0 ] || chown -R "$rootless_id" evil
		bare mkdir "evil/$place/pts" # as a careless set-up would
		exits 0
		rmdir victim/pts
		pen --root "$PWD/evil" -r /usr -- /usr/bin/true
		exits 125
		says "symbolic link"
		rm -r evil
	done
	[ -z "$(ls -A victim)" ]
}

@test "11, as root: a root with links to the host in place of its directories is refused" {
	as_root; links_in_root
}

@test "11, rootless: a root with links to the host in place of its directories is refused" {
	as_rootless; links_in_root
}

# A device of the host that is not what its name says (CVE-2025-31133), and the pen's own is bound
# from it; in a mount namespace of the test's own.
false_devices()
{
	need_root
	local device start
	echo victim >victim
	chmod 666 victim
	for device in null zero full random urandom tty; do
		start=(timeout 60 unshare -m sh -c 'mount --bind victim "/dev/$0" && exec "$@"' "$device"
			"${identity[@]}")
		run "${start[@]}" sh -c 'echo spoiled >"$1"' - "/dev/$device"
		exits 0
		[ "$(<victim)" = spoiled ]
		echo victim >victim
		run "${start[@]}" "$pinfold" run -q --trace none -p open.policy -- \
			sh -c 'echo ran; echo spoiled >"$1"' - "/dev/$device"
		exits 125
		says "cannot mount a private '/dev': No such device"
		[[ $output != *ran* ]]
		[ "$(<victim)" = victim ]
	done
}

@test "11, as root: a device that is not what its name says is refused" {
	as_root; false_devices
}

@test "11, rootless: a device that is not what its name says is refused" {
	as_rootless; false_devices
}

# Something else where the host's /proc should be: the id maps would be written there.
false_proc()
{
	need_root
	command -v perl >/dev/null || skip "perl is not installed"
	! grep -q __asan_init "$top_builddir/pinfold" || skip "the sanitizers read /proc themselves"
	local start=(timeout 60 unshare -m perl -e '
		system("mount -t tmpfs -o mode=777 t /proc") == 0 or exit 99;
		for my $pid ("self", $$ .. $$ + 500) {
			mkdir "/proc/$pid", 0777;
			for (qw(uid_map gid_map setgroups)) {
				open my $file, ">", "/proc/$pid/$_"; chmod 0666, $file;
			}
		}
		system("cp", $ARGV[0], "/proc/self/exe");
		my $code = system(@ARGV[1 .. $#ARGV]) >> 8;
		print `cat /proc/*/uid_map`;
		exit $code')
	run "${start[@]}" "$pinfold" "${identity[@]}" sh -c 'echo wrote >/proc/self/uid_map'
	exits 0
	says wrote
	run "${start[@]}" "$pinfold" "${identity[@]}" "$pinfold" run -q --trace none -p open.policy -- echo ran
	exits 125
	says "hint: "
	[[ $output != *ran* ]]
	[ "$(wc -l <<<"$output")" = 2 ] # nothing was written
}

@test "12, as root: a false /proc on the host is refused" {
	as_root; false_proc
}

@test "12, rootless: a false /proc on the host is refused" {
	as_rootless; false_proc
}

mounts_on_proc()
{
	mkdir d
	bare unshare -rm mount -t tmpfs t /proc
	exits 0
	pen --bind "$PWD/d /proc/self" -- true
	exits 125
	says "cannot mount on '/proc/self'"
	pen --tmpfs "/proc" -- true
	exits 125
	says "cannot mount on '/proc'"
}

@test "12, as root: nothing is mounted on or below /proc" {
	as_root; mounts_on_proc
}

@test "12, rootless: nothing is mounted on or below /proc" {
	as_rootless; mounts_on_proc
}

parents()
{
	local climb='cd -P "$1" && cd -P ../../../../../../../../../.. && ls && [ . -ef / ]' start
	bare sh -c "$climb" - .
	says sys
	for start in / /tmp /proc /dev /usr/bin /etc .; do
		pen -- sh -c "$climb" - "$start"
		exits 0
		[[ $output != *home* && $output != *sys* ]]
	done
}

@test "13, as root: no number of parents leads out of the root" {
	as_root; parents
}

@test "13, rootless: no number of parents leads out of the root" {
	as_rootless; parents
}

# chroot_tricks [OPTION...]: the bare one leaves a jail that it goes into itself.
chroot_tricks()
{
	local above=$BATS_RUN_TMPDIR/above.$BATS_TEST_NUMBER
	echo >"$above"
	mkdir -p jail/tmp
	chmod 777 jail jail/tmp
	bare unshare -r "$attempt" chroot "$PWD/jail" "$above"
	got_out
	pen -w "$PWD" "$@" -- "$attempt" chroot - "$above"
	is_shut
	says "chroot: Operation not permitted"
	pen -w "$PWD" "$@" -- sh -c 'exec 5</ 6<.; exec "$@"' - "$attempt" climb "$above"
	is_shut
	bare sh -c 'exec 5</ 6<.; exec "$@"' - "$attempt" climb "$above"
	got_out
}

@test "13, as root: a second chroot and a directory kept open do not lead out, not even uid 0" {
	as_root
	chroot_tricks
	chroot_tricks --user 0:0
}

@test "13, rootless: a second chroot and a directory kept open do not lead out" {
	as_rootless; chroot_tricks
}

# With the capability the second chroot succeeds, but the way is still closed.
chroot_allowed()
{
	local above=$BATS_RUN_TMPDIR/above.$BATS_TEST_NUMBER
	echo >"$above"
	mkdir -p jail/tmp
	chmod 777 jail jail/tmp
	bare unshare -r "$attempt" chroot "$PWD/jail" "$above"
	got_out
	pen -w "$PWD" --capability sys_chroot "$@" -- "$attempt" chroot - "$above"
	is_shut
	[[ $output != *"chroot:"* ]]
	pen -w "$PWD" --capability sys_chroot "$@" -- \
		sh -c 'exec 5</ 6<.; exec "$@"' - "$attempt" climb "$above"
	is_shut
}

@test "13, as root: a command that may chroot does not get out by it, not even uid 0" {
	as_root
	chroot_allowed
	chroot_allowed --user 0:0
}

@test "13, rootless: a command that may chroot does not get out by it" {
	as_rootless; chroot_allowed
}

nested_namespaces()
{
	echo secret >hidden
	bare "$attempt" nested "$PWD"
	got_out
	pen "$@" --hide "$PWD/hidden" -- "$attempt" nested "$PWD"
	is_shut
	bare cat hidden
	says secret
	pen "$@" --hide "$PWD/hidden" -- sh -c 'unshare -rm umount "$1"; umount "$1"
		unshare -rm mount -o remount,bind,rw "$2"; cat "$1" || echo >"$2/x"' - \
		"$PWD/hidden" "$PWD"
	[ "$status" -ne 0 ]
	[[ $output != *secret* ]]
	[ ! -e x ]
}

@test "14, as root: no namespace can be nested, hide and read-only hold" {
	as_root
	nested_namespaces
	nested_namespaces --user 0:0
}

@test "14, rootless: no namespace can be nested, hide and read-only hold" {
	as_rootless; nested_namespaces
}

kernel_files()
{
	bare "$attempt" host
	got_out
	[ "${#identity[@]}" != 0 ] || [ "$(id -u)" != 0 ] || says /proc/sys/kernel/core_pattern
	says /proc/
	pen "$@" -- "$attempt" host
	is_shut
	pen "$@" -- sh -c '
		for file in sys/kernel/core_pattern sys/kernel/hostname sysrq-trigger \
			sys/vm/drop_caches sys/user/max_user_namespaces self/uid_map; do
			! echo 1 >/proc/$file || exit 2
		done
		[ ! -e /sys/kernel ]'
	exits 0
}

@test "15, as root: the host's kernel cannot be read or set through /proc and /sys, not by uid 0" {
	as_root
	kernel_files
	kernel_files --user 0:0
	kernel_files --user 1234:1234
}

@test "15, rootless: the host's kernel cannot be read or set through /proc and /sys" {
	as_rootless; kernel_files
}

leavings()
{
	local name=pinfold-left-$$-$BATS_TEST_NUMBER command
	bare touch "/tmp/$name" "/dev/shm/$name"
	[ -e "/tmp/$name" ] && [ -e "/dev/shm/$name" ]
	rm "/tmp/$name" "/dev/shm/$name"
	host_state >before
	for command in 'exit 0' 'kill -9 $$' 'kill -SEGV $$' 'exit 7 & exit 8' \
		"touch /tmp/$name /dev/shm/$name"; do
		pen -- sh -c "$command"
	done
	exits 0
	pen -- /no/such/command
	exits 127
	pen --workdir /no/such -- true
	exits 125
	host_state >after
	diff before after
	[ ! -e "/tmp/$name" ] && [ ! -e "/dev/shm/$name" ]
	fails ls core*
	[ -z "$(left_cgroups)" ]
}

@test "16, as root: a run leaves nothing on the host" {
	as_root; leavings
}

@test "16, rootless: a run leaves nothing on the host" {
	as_rootless; leavings
}

# A program that starts a child and is killed; $1... is what starts it. Prints whether it lives on.
survivor()
{
	local seconds=1000.$BATS_TEST_NUMBER$RANDOM pid
	"$@" sh -c "sleep $seconds & echo started; wait" >started 2>&1 &
	pid=$!
	note "$pid"
	await grep -q started started
	await pgrep -f "^sleep $seconds\$" >/dev/null
	kill -9 "$pid"
	wait "$pid" || :
	if [ -n "$ends" ]; then
		await bash -c "! pgrep -f '^sleep $seconds\$' >/dev/null"
	else
		pkill_own "$seconds"
	fi
}

# The bare run's child lives on after its parent: seen, and then ended, by its id.
pkill_own()
{
	local pid
	pid=$(pgrep -f "^sleep $1\$")
	[ -n "$pid" ]
	kill "$pid"
}

# The directory in which pinfold makes its cgroup, as a run that looks finds it.
own_cgroup_parent()
{
	coproc PEN { exec "$pinfold" run -q --trace none -p open.policy -- \
		sh -c 'echo started; read -r line'; }
	local line pid=$PEN_PID
	read -r line <&"${PEN[0]}"
	dirname "$(find /sys/fs/cgroup -maxdepth 5 -type d -name "pinfold-$pid-*" | head -n 1)"
	echo >&"${PEN[1]}"
	wait "$pid"
}

dead_pid()
{
	sh -c 'echo $$'
}

killed_runs()
{
	ends= survivor "${identity[@]}"
	host_state >before
	ends=yes survivor "${identity[@]}" "$pinfold" run -q --trace none -p open.policy --
	pen -- true
	exits 0
	[ -z "$(left_cgroups)" ]
	host_state >after
	diff before after
}

@test "16, as root: nothing is left of a killed pinfold after the next run" {
	as_root
	killed_runs
	# a cgroup as a killed run leaves it: of a process that is no more
	local left=$(own_cgroup_parent)/pinfold-$(dead_pid)-1-$(stat -Lc %i /proc/self/ns/pid)-0
	# of another run at this moment it may be gone at once
	mkdir "$left" || skip "no cgroups here"
	pen -- true
	[ ! -e "$left" ]
}

@test "16, rootless: nothing is left of a killed pinfold after the next run" {
	as_rootless; killed_runs
}
