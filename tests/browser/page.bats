# SPDX-License-Identifier: GPL-2.0-or-later
# The HTML report in a browser: run.js uses it once, and each test here is about one thing that it tried.
# ./bootstrap check gets what is needed besides Chromium; package-lock.json says what that is.

top_srcdir=${top_srcdir:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
# shellcheck source=tests/cli/lib.bash
. "$top_srcdir/tests/cli/lib.bash"

modules=$top_builddir/tests/browser/node_modules

# lacking: what is not installed, or nothing.
lacking()
{
	local name
	[ "$(id -u)" = 0 ] || echo "root, for the trace"
	for name in chromium node; do
		command -v "$name" >/dev/null 2>&1 || echo "$name"
	done
	[ -d "$modules" ] || echo "$modules"
}

# run_of_many: 50,000 processes, one after the other.
run_of_many()
{
	printf 'default allow\n' >many.policy
	"$pinfold" run -q -l 'pids 100' -p many.policy -r "$top_builddir/tests/payload" \
		--report real.html --report r.json -- "$top_builddir/tests/payload/tasks" children 50000
}

setup_file()
{
	[ -z "$(lacking)" ] || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
	printf 'deny EIO uname\ndeny EACCES mkdir mkdirat\ninclude <default>\n' >test.policy
	"$pinfold" run -p test.policy --report run.html -- sh -c '
		for i in 1 2 3 4 5 6 7 8; do cat /dev/null /missing; done; uname
		mkdir /tmp/a; sleep 0.3; exit 3' >/dev/null 2>&1 && return 1
	# All of a long command line is read while the process lives: it waits until that was done.
	mkfifo go
	"$pinfold" run -p test.policy --report hostile.html --stream told -- bash -c '
		mkdir "</script><script>alert(1)</script>" "\" onload=alert(1) x=\"" "{{script}}"
		mkdir "$(printf "\033[31m\302\233")" "$(printf "\342\200\256\342\201\246")" "$(printf "\377\300")"
		exec sh -c "read -r _" "$0" "$1"' \
		'<img src=x onerror=alert(1)>' "$(printf '%010000d' 0)" <>go >/dev/null 2>&1 &
	local end=$((SECONDS + 20))
	until grep -q '"args_claimed":true' told || [ $SECONDS -ge $end ]; do
		read -r -t 0.02 <> <(:) || :
	done 2>/dev/null
	echo >go
	wait $! || return 1
	[ -z "${PINFOLD_HEAVY-}" ] || run_of_many || return 1
	CHROMIUM=$(command -v chromium) node "$top_srcdir/tests/browser/run.js" "$modules" "$PWD" \
		>results 2>errors </dev/null || { cat errors; return 1; }
}

# tried NAME: run.js tried it, and it was as it should be.
tried()
{
	local lack
	lack=$(lacking | paste -sd , | sed 's/,/, /g')
	[ -z "$lack" ] || skip "not installed: $lack"
	grep -E "^(not )?ok $1\b" "$BATS_FILE_TMPDIR/results"
	grep -qx "ok $1" "$BATS_FILE_TMPDIR/results"
}

@test "calls are sorted by a click on a heading" { tried sortByClick; }
@test "calls are sorted by keyboard, and the order is announced" { tried sortByKeyboard; }
@test "calls and processes are filtered" { tried filter; }
@test "a fix is copied, and that is announced" { tried copy; }
@test "everything is printed, without controls" { tried print; }
@test "everything is there without the script" { tried withoutScript; }
@test "hostile names are text" { tried hostile; }
@test "the page is no wider than a phone" { tried phone; }
@test "axe finds nothing, in light and dark, on phone and desktop" { tried accessible; }
@test "of 50,000 processes only those in sight are in the document" { tried many; }
@test "a run of 50,000 processes has them all, and its page is open within 2 s" {
	[ -n "${PINFOLD_HEAVY-}" ] || skip "heavy: ./bootstrap check --all runs it"
	tried real
	cd "$BATS_FILE_TMPDIR" || return 1
	says '[(.processes | length), ([.processes[] | select(.end_ns == null)] | length)]' '[50001,0]'
	says '([.processes[].calls] | add) == .totals.allowed' true
	says '[.trace.complete, ([.trace.lost[]] | add)]' '[true,0]'
	rm r.json # too long for the check against the schema
}

@test "no error, no violation of the policy, no request" { tried quiet; }

@test "the pages are valid HTML" {
	local lack
	lack=$(lacking)
	[ -z "$lack" ] || skip "not installed: ${lack//$'\n'/, }"
	need_program java
	# The checker does not compute hashes, and warns of what they allow.
	java -jar "$modules/vnu-jar/build/dist/vnu.jar" --errors-only \
		"$BATS_FILE_TMPDIR/run.html" "$BATS_FILE_TMPDIR/hostile.html"
}
