# SPDX-License-Identifier: GPL-2.0-or-later
# Row 38: what is guarded stays so whatever the host does meanwhile, and whatever an earlier run left
# in the folder: links, much of it, repositories that were put together over two runs.

load pen

# A repository that is bound writable, and a folder for signals.
make_repository()
{
	command -v git >/dev/null || skip "git is not installed"
	mkdir -p w signal
	chmod 777 signal
	[ "${#identity[@]}" = 0 ] || chown "$rootless_id:$rootless_id" w
	HOME=$PWD "${identity[@]}" git init -q -b main w/repo
}

# in_repository SCRIPT [OPTION...]: runs it there, with the folder writable.
in_repository()
{
	local script=$1
	shift
	pen -w "$PWD/w/repo" --workdir "$PWD/w/repo" "$@" -- sh -c "$script"
}

replaced_ends()
{
	local pid
	make_repository
	"${identity[@]}" "$pinfold" run -q --trace none -p open.policy -w "$PWD/w/repo" -w "$PWD/signal" "$@" \
		--workdir "$PWD/w/repo" -- sh -c ': >"$1/ready"; until [ -e "$1/go" ]; do :; done
			echo EVIL >>.git/config' - "$PWD/signal" >out 2>&1 3>&- </dev/null &
	pid=$!
	await test -e signal/ready -o ! -e "/proc/$pid"
	HOME=$PWD "${identity[@]}" git -C w/repo config x.y z
	# not while the pen could still run
	[ $# != 0 ] || await test ! -e "/proc/$pid"
	: >signal/go
	status=0
	wait "$pid" || status=$?
	output=$(<out)
}

host_replaces()
{
	replaced_ends
	exits 125
	says "pinfold: ended the pen: the host replaced or removed '$PWD/w/repo/.git/config', which the command must not change"
	says "or leave all of its folder to the command: bind rw $PWD/w/repo/.git $PWD/w/repo/.git"
	fails grep EVIL w/repo/.git/config
	# the remedy
	rm -f signal/*
	replaced_ends -w "$PWD/w/repo/.git"
	exits 0
	grep EVIL w/repo/.git/config
}

@test "38, as root: the pen ends when the host replaces what is guarded" {
	as_root; host_replaces
}

@test "38, rootless: the pen ends when the host replaces what is guarded" {
	as_rootless; host_replaces
}
