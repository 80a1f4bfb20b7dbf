# SPDX-License-Identifier: GPL-2.0-or-later
# The built-in rules, under policies that allow what they deny, and in complain mode.

load pen

# ruled POLICY [OPTION...] -- COMMAND...: as pen, under another policy.
ruled()
{
	local policy=$1
	shift
	status=0
	output=$(noted "${identity[@]}" "$pinfold" run -q -p "$policy" "$@" 2>&1) || status=$?
}

# set_id DIRECTORY: no way there, whatever the policy.
set_id()
{
	local directory=$PWD/$1
	bare "$attempt" set-id "$directory"
	got_out
	says fchmodat2
	printf 'arch x86_64 x86\ndefault allow\nunknown allow\n' >abis.policy
	printf 'allow @system-service\n' >sets.policy
	printf 'default deny EPERM\nunknown deny ENOSYS\n' >strict.policy
	for policy in open.policy abis.policy sets.policy '<default>' '<record>'; do
		echo "$policy"
		ruled "$policy" --trace none -w "$directory" -- "$attempt" set-id "$directory"
		is_shut
	done
	for policy in strict.policy abis.policy; do
		echo "complaining about $policy"
		ruled "$policy" --complain -w "$directory" -- "$attempt" set-id "$directory"
		is_shut
		ruled "$policy" --complain --trace notify -w "$directory" -- "$attempt" set-id "$directory"
		is_shut
	done
	# the statement lifts the rule
	ruled open.policy --trace none --allow set-id -w "$directory" -- "$attempt" set-id "$directory"
	got_out
	[ -z "$(find "$directory" -perm /6000)" ]
}

@test "41, as root: no policy makes a set-user-ID file in a directory of root's" {
	as_root
	mkdir mine
	set_id mine
}

@test "41, as root: no policy makes a set-user-ID file in a directory of another user's" {
	as_root
	mkdir theirs
	chown "$rootless_id:$rootless_id" theirs
	set_id theirs
}

@test "41, rootless: no policy makes a set-user-ID file" {
	mkdir mine
	as_rootless
	set_id mine
}

@test "41, as root: a recorded policy makes no set-user-ID file, and says so without the pen" {
	as_root
	mkdir mine
	run noted "$pinfold" record -q -o rec.policy -w "$PWD/mine" -- "$attempt" set-id "$PWD/mine"
	is_shut
	run noted "$pinfold" record -q -o chmod.policy -w "$PWD/mine" -- sh -c 'umask 0; : >mine/f; chmod 600 mine/f'
	exits 0
	grep -qx 'allow fchmodat if not mode any S_ISUID|S_ISGID' chmod.policy
	ruled rec.policy -w "$PWD/mine" -- "$attempt" set-id "$PWD/mine"
	[ "$status" -ne 0 ]
	[ -z "$(find mine -perm /6000)" ]
	# nor one that was recorded where it could be made
	run noted "$pinfold" record -q --allow set-id -o able.policy -w "$PWD/mine" -- "$attempt" set-id "$PWD/mine"
	got_out
	ruled able.policy -w "$PWD/mine" -- "$attempt" set-id "$PWD/mine"
	is_shut
	ruled able.policy --allow set-id -w "$PWD/mine" -- "$attempt" set-id "$PWD/mine"
	got_out
}

# A file capability that root of the pen writes holds on the host, where the pen's root is root.
file_capability()
{
	local set='import os; os.setxattr("mine/f", "security.capability", bytes.fromhex("0000000201000000000000000000000000000000"))'
	mkdir mine
	cp /bin/true mine/f
	bare python3 -c "$set"
	exits 0
	python3 -c 'import os; os.removexattr("mine/f", "security.capability")'
	ruled open.policy "$@" -w "$PWD/mine" --workdir "$PWD" -- python3 -c "$set"
	[ "$status" -ne 0 ]
	[ -z "$(python3 -c 'import os; print(*os.listxattr("mine/f"))')" ]
}

@test "41, as root: a command with capability setfcap sets no file capability" {
	as_root
	command -v python3 >/dev/null || skip "python3 is not installed"
	file_capability --trace none --user 0 --capability 'setfcap chown fowner dac_override'
}

starve()
{
	"${identity[@]}" sleep 60 &
	local victim=$!
	await grep -qx sleep "/proc/$victim/comm"
	bare setsid -w "$attempt" starve "$victim" # its group is its own
	kill "$victim"
	got_out
	says "setpriority of the user"
	says "setpriority of the group"
	ruled open.policy --trace none "$@" -- "$attempt" starve 1
	is_shut
	printf 'default deny EPERM\nunknown deny ENOSYS\n' >strict.policy
	ruled strict.policy --complain "$@" -- "$attempt" starve 1
	is_shut
}

@test "31, rootless: scheduling calls cannot target pid 1 or the user as a whole" {
	as_rootless
	# of a user who has no other process: pid 1 of another pen has capabilities, for which bare
	# setpriority(PRIO_USER) would fail as a whole
	local id=$((62000 + BASHPID % 1000))
	[ "${#identity[@]}" = 0 ] || identity=(setpriv "--reuid=$id" "--regid=$id" --clear-groups)
	starve
}

@test "31, as root: scheduling calls cannot target pid 1 or the user as a whole" {
	as_root
	ruled open.policy --trace none -- "$attempt" starve 1
	is_shut
	ruled open.policy --trace none --user 0 --capability sys_nice -- "$attempt" starve 1
	is_shut
}

beyond()
{
	bare "$attempt" beyond
	got_out
	for policy in open.policy '<record>' '<default>'; do
		ruled "$policy" --trace none -- "$attempt" beyond
		is_shut
	done
	printf 'default deny EPERM\nunknown deny ENOSYS\n' >strict.policy
	ruled strict.policy --complain -- "$attempt" beyond
	is_shut
	ruled open.policy --trace none --net host -- "$attempt" beyond
	got_out
}

@test "43, as root: vsock, the host's netlink and fanotify are closed except with net host" {
	as_root; beyond
}

@test "43, rootless: vsock, the host's netlink and fanotify are closed except with net host" {
	as_rootless; beyond
}

# core_limit COMMAND: the limit on core files, soft and hard in bytes, in a pen after the command.
core_limit()
{
	ruled open.policy --trace none "${options[@]}" -- \
		bash -c "$1"' && read -r _ _ _ _ soft hard _ < <(grep "core file" /proc/self/limits); echo "$soft $hard"'
}

core()
{
	local options=() python='import resource; print(resource.prlimit(0, resource.RLIMIT_CORE, (0, 0)))'
	bare bash -c 'ulimit -c 0; grep "core file" /proc/self/limits'
	[[ $output == *" 0 "* ]]
	core_limit 'ulimit -c 0'
	exits 0
	[ "$output" = '1 1' ]
	core_limit 'ulimit -c unlimited'
	[ "$output" = '1 1' ]
	# what is not a shell, too
	core_limit 'python3 -c "import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0))"'
	[ "$output" = '1 1' ]
	# both limits in one call: the old one that is returned is real
	ruled open.policy --trace none -- python3 -c "$python"
	[ "$status" -ne 0 ]
	says PermissionError
	# other limits are the command's to lower
	ruled open.policy --trace none -- bash -c 'ulimit -n 17 && ulimit -n'
	[ "$output" = 17 ]
	options=(--rlimit 'core 0')
	core_limit 'ulimit -c 0'
	[ "$output" = '1 1' ]
	# elsewhere a fake success would let a core be written
	options=(--rlimit 'core 4096:4096')
	core_limit 'ulimit -c 0'
	[ "$output" = '0 0' ]
	printf 'default deny EPERM\nunknown deny ENOSYS\n' >strict.policy
	ruled strict.policy --complain -- bash -c 'ulimit -c 0 && grep "core file" /proc/self/limits'
	[[ $output == *" 1 "*" 1 "* ]]
}

@test "32, as root: a core limit that the command sets to 0 stays 1" {
	as_root; core
}

@test "32, rootless: a core limit that the command sets to 0 stays 1" {
	as_rootless; core
}

@test "32, as root: the rule on the core limit is reported as expected, and is in nothing that is written" {
	as_root
	status=0
	noted "$pinfold" check -q --trace ebpf --report r.json -p open.policy -- bash -c 'ulimit -c 0' || status=$?
	exits 0
	[ "$(jq -c '[.totals.denied, .totals.expected, .denials[0].value]' r.json)" = '[0,1,0]' ]
	noted "$pinfold" record -q -o rec.policy -- bash -c 'ulimit -c 0'
	fails grep -q 'deny 0\|RLIMIT_CORE' rec.policy
	run "$pinfold" compile --print policy open.policy
	exits 0
	[[ $output != *RLIMIT_CORE* && $output == *TIOCSTI* ]]
}

@test "32: a hard limit of 0 is no reason not to run" {
	ulimit -H -c 0
	ruled open.policy --trace none -- bash -c 'ulimit -c 0; ulimit -H -c'
	exits 0
	[[ $output = [01] ]]
}

@test "41: an include cannot lift the rule" {
	mkdir sub
	printf 'allow read\nallow set-id\n' >sub/inner.policy
	printf 'include "sub/inner.policy"\n' >outer.policy
	ruled outer.policy --trace none -- true
	exits 2
	says "an included file cannot say 'allow set-id'"
}
