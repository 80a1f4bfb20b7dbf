# SPDX-License-Identifier: GPL-2.0-or-later
# Ordinary programs under the default policy: the same output and status as outside, and no denial
# but those that the row explains. The rows are in programs.txt.

load lib
load programs

@test "default policy: ls" { same_as_outside ls; }
@test "default policy: find" { same_as_outside find; }
@test "default policy: grep" { same_as_outside grep; }
@test "default policy: sort" { same_as_outside sort; }
@test "default policy: tar-gzip" { same_as_outside tar-gzip; }
@test "default policy: tar-extract" { same_as_outside tar-extract; }
@test "default policy: sha256sum" { same_as_outside sha256sum; }
@test "default policy: awk" { same_as_outside awk; }
@test "default policy: sed" { same_as_outside sed; }
@test "default policy: bash" { same_as_outside bash; }
@test "default policy: bash-signals" { same_as_outside bash-signals; }
@test "default policy: perl" { same_as_outside perl; }
@test "default policy: python3" { same_as_outside python3; }
@test "default policy: python3-multi" { same_as_outside python3-multi; }
@test "default policy: node" { same_as_outside node; }
@test "default policy: git" { same_as_outside git; }
@test "default policy: sqlite3" { same_as_outside sqlite3; }
@test "default policy: gcc-make" { same_as_outside gcc-make; }
@test "default policy: xargs" { same_as_outside xargs; }
@test "default policy: xz" { same_as_outside xz; }
@test "default policy: dd" { same_as_outside dd; }
@test "default policy: date" { same_as_outside date; }
@test "default policy: mktemp" { same_as_outside mktemp; }
@test "default policy: diff" { same_as_outside diff; }
@test "default policy: file" { same_as_outside file; }

@test "every row of programs.txt is tested" {
	for name in $(sed '/^#/d;s/ *|.*//' "$top_srcdir/tests/cli/programs.txt"); do
		grep -q "same_as_outside $name; }" "$BATS_TEST_FILENAME" || {
			echo "no test for row '$name'"
			return 1
		}
	done
}

@test "default policy: curl fails for lack of a network, without a denial" {
	need_program curl
	run "$pinfold" run --report r.json -- curl -sS --max-time 5 http://192.0.2.1/
	exits 7
	[[ $output == *"ailed to connect"* || $output == *"ouldn't connect"* ]]
	says '[.denials[] | select(.expected | not)]' '[]'
}

@test "default policy: sleep is killed by limit time with status 124" {
	run "$pinfold" run --report r.json --limit 'time 200ms' -- sleep 100
	exits 124
	says '[.exit.by, .exit.detail]' '["limit","limit time"]'
	says '[.denials[] | select(.expected | not)]' '[]'
}
