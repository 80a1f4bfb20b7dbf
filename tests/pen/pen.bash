# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests of the pen share: attempts to get out run as the real program runs them, under a
# policy that allows every call, so that the pen alone stands in the way.

: "${top_srcdir:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
: "${top_builddir:=$top_srcdir/build}"
pinfold=$top_builddir/pinfold

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	chmod 755 .
	printf 'default allow\nunknown allow\n' >open.policy
}

need_root()
{
	[ "$(id -u)" = 0 ] || skip "needs root"
}

# pen [OPTION...] -- COMMAND...: the run, its output in $output, its status in $status.
pen()
{
	# not by run, which warns of status 127
	status=0
	output=$("$pinfold" run -q --trace none -p open.policy "$@" 2>&1) || status=$?
}

# exits STATUS: that of the last run.
exits()
{
	[ "$status" -eq "$1" ] || {
		echo "status $status, not $1: $output"
		return 1
	}
}

# host_state: what a run must leave as it was.
host_state()
{
	sort /proc/self/mountinfo
	ls -A /tmp /dev/shm 2>/dev/null | grep -v -e bats -e pinfold-test
	cat /proc/sys/kernel/core_pattern /proc/sys/user/max_user_namespaces /proc/sys/kernel/hostname
}
