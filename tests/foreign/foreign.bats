# SPDX-License-Identifier: GPL-2.0-or-later
# Suites of other projects, as an ordinary user: each part is run without a pen and in one, under the
# default policy, and ends alike. A row that differs says why. With check --all only.

load ../pen/pen

rows=$BATS_TEST_DIRNAME

need_heavy()
{
	[ -n "${PINFOLD_HEAVY-}" ] || skip "heavy: ./bootstrap check --all runs it"
}

need_cpython()
{
	python=/usr/bin/python3
	"$python" -c 'import test.test_os' 2>/dev/null || skip "CPython's tests are not installed"
}

# rows_of FILE: without comments and blanks around the bars.
rows_of()
{
	sed -E '/^(#|$)/d; s/ *\| */|/g; s/ +$//' "$rows/$1"
}

# ends_alike COMMAND...: in an empty directory each; $bare and $penned are the statuses, and what was
# said is in bare.out and pen.out.
ends_alike()
{
	bare=0 penned=0
	rm -rf w && mkdir w && chown "$rootless_id:$rootless_id" w 2>/dev/null || true
	(cd w && timeout -k 5 120 "${identity[@]}" "$@") >bare.out 2>&1 </dev/null || bare=$?
	rm -rf w && mkdir w && chown "$rootless_id:$rootless_id" w 2>/dev/null || true
	(cd w && timeout -k 5 120 "${identity[@]}" "$pinfold" run -q -w . -- "$@" "${in_pen[@]}") \
		>pen.out 2>&1 </dev/null || penned=$?
	[ "$bare" = "$penned" ]
}

# differs WHAT: counts one, and shows it.
differs()
{
	echo "$1: status $bare without a pen, $penned in one"
	tail -n 15 pen.out
	differences=$((differences + 1))
}

@test "CPython's own tests pass in a pen as without" {
	local module left_out why name
	need_heavy
	need_cpython
	as_rootless
	differences=0 passed=0
	while IFS='|' read -r module left_out why; do
		in_pen=()
		set -f
		for name in $left_out; do
			in_pen+=(-i "$name")
		done
		set +f
		[ -z "$left_out" ] || [ -n "$why" ]
		ends_alike "$python" -m test "$module" || differs "$module"
		[ "$bare" != 0 ] || passed=$((passed + 1))
	done < <(rows_of python.txt)
	[ "$differences" = 0 ]
	# The suite itself must go here: most of it passes anywhere.
	[ "$passed" -gt 30 ]
}

@test "CPython's tests that a row leaves out do differ" {
	local module left_out why name
	need_heavy
	need_cpython
	as_rootless
	while IFS='|' read -r module left_out why; do
		[ -n "$left_out" ] || continue
		in_pen=()
		! ends_alike "$python" -m test "$module" || {
			echo "$module does not differ any more"
			return 1
		}
	done < <(rows_of python.txt)
}

@test "stress-ng's stressors end in a pen as without" {
	local name why
	need_heavy
	command -v stress-ng >/dev/null || skip "stress-ng is not installed"
	as_rootless
	differences=0 passed=0
	in_pen=()
	while IFS='|' read -r name why; do
		if ends_alike stress-ng "--$name" 1 "--$name-ops" 20 --timeout 2 --quiet; then
			[ -z "$why" ] || { echo "$name does not differ any more: $why"; return 1; }
		elif [ -z "$why" ]; then
			differs "$name"
		fi
		[ "$bare" != 0 ] || passed=$((passed + 1))
	done < <(rows_of stress.txt)
	[ "$differences" = 0 ]
	[ "$passed" -gt 40 ]
}
