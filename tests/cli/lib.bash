# SPDX-License-Identifier: GPL-2.0-or-later
# What the command tests share. Each test runs in an empty directory of its own.

# make check says where the source and the build are; by hand, build/ is the build.
: "${top_srcdir:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
: "${top_builddir:=$top_srcdir/build}"
pinfold=$top_builddir/pinfold
payload=$top_builddir/tests/payload/payload

# Every report that a test has made fits the schema.
teardown_file()
{
	# A guest of tests/kernels has neither it nor Python.
	[ ! -e "$top_srcdir/tests/check_reports" ] ||
		"$top_srcdir/tests/check_reports" "$BATS_RUN_TMPDIR"
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
}

# for_others: this directory, with pinfold and the payload in it, is one that another user may enter,
# which the build's need not be.
for_others()
{
	chmod a+x "$BATS_RUN_TMPDIR" .
	cp "$pinfold" pinfold
	cp "$payload" payload
	pinfold=$PWD/pinfold
	payload=$PWD/payload
}

# as_ordinary: sets as to what makes a command one of an ordinary user, whom sudo did not call.
ordinary_id=65533
as_ordinary()
{
	as=()
	[ "$(id -u)" = 0 ] || return 0
	need_program setpriv
	as=(env -u SUDO_UID -u SUDO_GID
		setpriv "--reuid=$ordinary_id" "--regid=$ordinary_id" --clear-groups)
}

need_trace()
{
	[ "$(id -u)" = 0 ] || skip "tracing needs root"
}

# is_sanitized: the build checks itself, for memory and at its end, which reads /proc.
is_sanitized()
{
	grep -q __asan_init "$pinfold"
}

need_x86()
{
	"$payload" getppid x86 1 >/dev/null 2>&1 || skip "the kernel runs no i386 calls"
}

need_program()
{
	command -v "$1" >/dev/null 2>&1 || skip "$1 is not installed"
}

# policy: writes standard input to test.policy.
policy()
{
	cat >test.policy
}

# take_options [OPTION...] -- [WORD...]: sets options, and words to what follows.
take_options()
{
	options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	words=("${@:2}")
}

# pen [OPTION...] -- PAYLOAD [ARG...]: runs a payload under test.policy; the report is r.json.
pen()
{
	take_options "$@"
	set -- "${words[@]}"
	run "$pinfold" run --trace ebpf --report r.json -p test.policy \
		-r "$(dirname "$payload")" "${options[@]}" -- "$payload" "$@"
}

# report FILTER: what jq says of the report, compact.
report()
{
	jq -c "$1" r.json
}

# says FILTER TEXT: fails with both unless they are the same.
says()
{
	local got
	got=$(report "$1")
	[ "$got" = "$2" ] || {
		echo "$1"
		echo "  is     $got"
		echo "  not    $2"
		return 1
	}
}

# exits STATUS: that of the last run.
exits()
{
	[ "$status" -eq "$1" ] || {
		echo "status $status, not $1"
		echo "$output"
		return 1
	}
}

# fails COMMAND [ARG...]: goes on only if it fails; a plain "!" ends no test of bats.
fails()
{
	! "$@"
}
