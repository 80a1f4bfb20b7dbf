# SPDX-License-Identifier: GPL-2.0-or-later
# Kernels, or filters around pinfold, that lack a newer call: pinfold works without it, or refuses.

load pen

mount_calls="open_tree move_mount mount_setattr fsopen fsconfig fsmount"

# again FILTER FILE: the tests of FILE whose names match, as on a kernel without CALLs.
again()
{
	run timeout 300 env PINFOLD_LACKS="$mount_calls" bats -f "$1" "$BATS_TEST_DIRNAME/$2"
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
	fails grep -q '^1\.\.0' <<<"$output"
}

@test "mount(2) alone, as root: the ways out by files are closed" {
	as_root
	# the others need id-mapped mounts
	again '^(9 out|11|12|14|15|16), as root|^13, as root: no number' escape.bats
}

@test "mount(2) alone, rootless: the ways out by files are closed" {
	again 'rootless:' escape.bats
	again 'rootless:' paths.bats
	again '38, rootless' guard.bats
}

# With a file system below the bind that carries restrictions of its own.
submounts()
{
	need_root
	mkdir -p tree/sub
	chmod 777 tree tree/sub
	chmod 755 .
	# not from the test's directory, which is shown as the working directory
	local start=(timeout 60 unshare -m sh -c '
		mount -t tmpfs -o mode=777 outer tree && mkdir -m 777 "tree/a b" &&
		mount -t tmpfs -o mode=777,noexec,noatime inner "tree/a b" && cd / && exec "$@"' -
		"${identity[@]}")
	run "${start[@]}" touch "$PWD/tree/a b/x"
	exits 0
	run "${start[@]}" "$pinfold" run -q --trace none -p "$PWD/open.policy" -r "$PWD/tree" -- \
		sh -c 'grep -E "^(outer|inner) " /proc/mounts; touch "$1/x" || touch "$1/a b/x"' - "$PWD/tree"
	[ "$status" -ne 0 ]
	[ "$(grep -c 'Read-only file system' <<<"$output")" = 2 ]
	[ "$(grep -cE '^outer .* ro,nosuid,nodev,relatime' <<<"$output")" = 1 ]
	[ "$(grep -cE '^inner .* ro,nosuid,nodev,noexec,noatime' <<<"$output")" = 1 ]
}

@test "mount(2) alone, as root: every mount below a bind is read-only and keeps its flags" {
	as_root
	submounts
	lack $mount_calls
	submounts
}

@test "mount(2) alone, rootless: every mount below a bind is read-only and keeps its flags" {
	as_rootless
	submounts
	lack $mount_calls
	submounts
}

@test "mount(2) alone: a mount that cannot be made read-only is an error, and nothing runs" {
	as_root
	mkdir -p tree/sub
	# the lower of the two cannot be reached
	local start=(timeout 60 unshare -m sh -c '
		mount -t tmpfs lower tree/sub && mount -t tmpfs upper tree/sub &&
		cd / && exec "$@"' -)
	run "${start[@]}" "$pinfold" run -q --trace none -p "$PWD/open.policy" -r "$PWD/tree" -- echo started
	exits 0
	lack $mount_calls
	run "${start[@]}" "$pinfold" run -q --trace none -p "$PWD/open.policy" -r "$PWD/tree" -- echo started
	exits 125
	says "cannot bind '$PWD/tree': Device or resource busy"
	[[ $output != *started* ]]
}

@test "mount(2) alone, as root: a writable bind of another's directory is an error, of one's own works" {
	as_root
	mkdir w
	lack $mount_calls
	pen -w "$PWD/w" -- touch w/ran
	exits 125
	says "cannot map the ids of the writable bind"
	says "hint: this kernel may not know id-mapped mounts; run as the directory's owner instead: user 0:0"
	[ ! -e w/ran ]
	pen --user 0:0 -w "$PWD/w" -- touch w/ran
	exits 0
	[ -e w/ran ]
}

@test "mount(2) alone: --dry-run says so" {
	pen --dry-run -- true
	[[ $output != *"mount(2)"* ]]
	lack fsopen
	pen --dry-run -- true
	says "mount a base for the new root, all by mount(2)"
}

# Each call is missing by itself.
without_each()
{
	local call
	for call in $mount_calls pidfd_send_signal faccessat2 clone3; do
		lack "$call"
		pen -- sh -c 'echo started; ! touch /usr/x 2>/dev/null'
		exits 0
		says started
	done
	# memfd_create is for a file of pinfold that the command could change: its user's own
	lack memfd_create
	pen -- echo started
	exits "$1"
	for call in openat2 close_range statx execveat; do
		lack "$call"
		pen -- echo started
		exits 125
		says "Function not implemented"
		says hint:
		[ "$call" = execveat ] || says "it needs $call"
		[[ $output != *started* ]]
	done
}

@test "without one call, as root: it works, or names the call and runs nothing" {
	as_root; without_each 0
}

@test "without one call, rootless: it works, or names the call and runs nothing" {
	as_rootless; without_each 125
}
