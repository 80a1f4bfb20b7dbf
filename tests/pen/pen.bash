# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests of the pen share: attempts to get out run as the real program runs them, under a
# policy that allows every call, so that the pen alone stands in the way. Each attempt is a function
# that a test runs as root and another rootless; it is also run bare, where it must succeed.

: "${top_srcdir:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
: "${top_builddir:=$top_srcdir/build}"
rootless_id=65533

# Every report that a test has made fits the schema.
teardown_file()
{
	"$top_srcdir/tests/check_reports" "$BATS_RUN_TMPDIR"
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	chmod 755 . "$BATS_RUN_TMPDIR"
	printf 'default allow\nunknown allow\n' >open.policy
	# the build's directory need not be one that another user may enter
	cp "$top_builddir/pinfold" "$top_builddir/tests/pen/attempt" "$top_builddir/tests/payload/payload" .
	pinfold=$PWD/pinfold
	attempt=$PWD/attempt
	payload=$PWD/payload
	identity=()
	[ -z "$PINFOLD_LACKS" ] || lack "$PINFOLD_LACKS"
}

# lack CALL...: from here on pinfold runs as on a kernel without these calls. Its own filter allows
# all else; the pen's comes after it.
lack()
{
	printf 'default allow\nunknown allow\ndeny ENOSYS %s\n' "$*" >lacks.policy
	"$top_builddir/pinfold" compile -o lacks.filter lacks.policy
	[ -e pinfold.real ] || mv pinfold pinfold.real
	printf '#!/bin/sh\nexec %q under %q %q "$@"\n' "$payload" "$PWD/lacks.filter" \
		"$PWD/pinfold.real" >pinfold
	chmod 755 pinfold
}

as_root()
{
	[ "$(id -u)" = 0 ] || skip "needs root"
}

# From here on pen and bare are an ordinary user, and the test's directory is that user's.
as_rootless()
{
	[ "$(id -u)" = 0 ] || return 0
	command -v setpriv >/dev/null || skip "setpriv is not installed"
	identity=(setpriv "--reuid=$rootless_id" "--regid=$rootless_id" --clear-groups)
	unset SUDO_UID SUDO_GID # they are another caller's
	chown "$rootless_id:$rootless_id" . *
}

# The test's own part needs root although the pen is rootless, such as a mount of the host.
need_root()
{
	[ "$(id -u)" = 0 ] || skip "needs root for what it does outside the pen"
}

# needs_cgroup: as an ordinary user there is none to make.
need_cgroup()
{
	[ "$(id -u)" = 0 ] && [ "${#identity[@]}" = 0 ] || skip "no cgroup for an ordinary user here"
}

# pen [OPTION...] -- COMMAND...: the run, its output in $output, its status in $status.
pen()
{
	# not by run, which warns of status 127
	status=0
	output=$(noted "${identity[@]}" "$pinfold" run -q --trace none -p open.policy "$@" 2>&1) ||
		status=$?
}

# bare COMMAND...: the same without a pen.
bare()
{
	status=0
	output=$(timeout 60 "${identity[@]}" "$@" 2>&1) || status=$?
}

# exits STATUS: that of the last run.
exits()
{
	[ "$status" -eq "$1" ] || {
		echo "status $status, not $1: $output"
		return 1
	}
}

# got_out, is_shut: what the last attempt says of itself.
got_out()
{
	exits 0
}

is_shut()
{
	exits 1
}

# says TEXT: in the output of the last run.
says()
{
	[[ $output == *"$1"* ]] || {
		echo "not '$1': $output"
		return 1
	}
}

# host_state: what a run must leave as it was.
host_state()
{
	sort /proc/self/mountinfo
	cat /proc/sys/kernel/core_pattern /proc/sys/user/max_user_namespaces /proc/sys/kernel/hostname
}

# note PID: a pinfold of this test, for left_cgroups. noted COMMAND...: runs one, bounded.
note()
{
	echo "$1" >>"$BATS_RUN_TMPDIR/pids.$BATS_TEST_NUMBER"
}

noted()
{
	timeout 60 sh -c 'echo $$ >>"$0"; exec "$@"' "$BATS_RUN_TMPDIR/pids.$BATS_TEST_NUMBER" "$@"
}

# left_cgroups: those of the noted pinfolds, which are no more; those of another build that is tested
# meanwhile are not ours to judge.
left_cgroups()
{
	local pid
	while read -r pid; do
		find /sys/fs/cgroup -maxdepth 5 -type d -name "pinfold-$pid-*" 2>/dev/null
	done <"$BATS_RUN_TMPDIR/pids.$BATS_TEST_NUMBER"
}

# await COMMAND...: until it succeeds, with a bound.
await()
{
	local end=$((SECONDS + 20))
	until "$@"; do
		[ $SECONDS -lt $end ] || { echo "in vain: $*"; return 1; }
		read -r -t 0.02 <> <(:) || :
	done
}

# fails COMMAND [ARG...]: goes on only if it fails; a plain "!" ends no test of bats.
fails()
{
	! "$@"
}
