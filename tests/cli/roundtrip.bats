# SPDX-License-Identifier: GPL-2.0-or-later
# Each row of roundtrip.txt: recorded, then run under what was recorded on other input. The table of
# the results goes to the suite's output.

load lib
load roundtrip

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	[ "$(id -u)" = 0 ] || skip "tracing needs root"
}

# names: the calls that the policy on standard input allows.
names()
{
	sed -e ':a' -e '/\\$/N; s/\\\n//; ta' | sed -n 's/^allow //p' |
		sed -e 's/ if .*//' -e 's/ on .*//' | tr -s ' \t' '\n\n' | sort -u
}

# allowed FILE: the calls that a policy allows, with what it includes.
allowed()
{
	"$pinfold" compile --print policy "$1" | names
}

# round_trip NAME
round_trip()
{
	local recorded fresh outside
	read_row "$1"
	[ -z "$heavy" ] || [ -n "${PINFOLD_HEAVY-}" ] || skip "heavy: ./bootstrap check --all runs it"
	need_program "$program"
	prepare "$1"
	# shellcheck disable=SC2086
	recorded=$(timeout 120 "$pinfold" record -q -o app.policy --report recorded.json $options -- \
		sh -c "$first" 2>stderr) || { cat stderr; return 1; }
	[ -n "$recorded" ]
	rm -f w/sock
	outside=$(env -i PATH="$PATH" LANG="${LANG-}" HOME=/tmp timeout 60 sh -c "$second" 2>/dev/null)
	# shellcheck disable=SC2086
	fresh=$(timeout 120 "$pinfold" run --trace ebpf --report r.json -p app.policy $options -- \
		sh -c "$second" 2>stderr) || { cat stderr; return 1; }
	[ "$fresh" = "$outside" ] || { diff <(echo "$outside") <(echo "$fresh"); cat stderr; return 1; }
	says .totals.denied 0
	says .trace.complete true
	jq -r '.syscalls[] | select(.allowed > 0) | .name' recorded.json | sort -u >used
	allowed app.policy >names
	{ grep '^arch' app.policy || true; echo include '<base>'; } >base.policy
	allowed base.policy >base
	[ -z "$(comm -23 names <(sort -u used base))" ] || {
		echo "more than the run and <base> have:" $(comm -23 names <(sort -u used base))
		return 1
	}
	echo "# $1: $(wc -l <used) calls used, $(grep -c '^allow' app.policy) rules, 0 denied" >&3
}

@test "every row of roundtrip.txt is tested" {
	for name in $(sed '/^#/d;s/ *|.*//' "$top_srcdir/tests/cli/roundtrip.txt"); do
		grep -q "round_trip $name; }" "$BATS_TEST_FILENAME" || {
			echo "no test for row '$name'"
			return 1
		}
	done
}

@test "a shell is denied under the policy of a compressor" {
	"$pinfold" record -q -o xz.policy -- xz -c /etc/services >/dev/null
	run "$pinfold" run --report r.json -p xz.policy -- sh -c 'ls; id'
	[ "$status" -ne 0 ]
	[ "$(report '.totals.denied > 0')" = true ]
}

@test "a shell is denied under the policy of an image converter" {
	[ -n "${PINFOLD_HEAVY-}" ] || skip "heavy: ./bootstrap check --all runs it"
	need_program /usr/bin/convert
	mkdir w
	"$pinfold" record -q -o convert.policy -w w -- /usr/bin/convert -size 20x20 xc:red w/a.png
	"$pinfold" run -p convert.policy -w w -- /usr/bin/convert -size 9x9 xc:blue w/b.png
	run "$pinfold" run --report r.json -p convert.policy -w w -- sh -c 'ls; id; cat w/a.png'
	[ "$status" -ne 0 ]
	[ "$(report '.totals.denied > 0')" = true ]
}

@test "round trip: coreutils" { round_trip coreutils; }

@test "round trip: find" { round_trip find; }

@test "round trip: grep" { round_trip grep; }

@test "round trip: tar" { round_trip tar; }

@test "round trip: gzip" { round_trip gzip; }

@test "round trip: xz" { round_trip xz; }

@test "round trip: perl" { round_trip perl; }

@test "round trip: python3-ssl" { round_trip python3-ssl; }

@test "round trip: python3-threads" { round_trip python3-threads; }

@test "round trip: node" { round_trip node; }

@test "round trip: git" { round_trip git; }

@test "round trip: sqlite3" { round_trip sqlite3; }

@test "round trip: gcc" { round_trip gcc; }

@test "round trip: make" { round_trip make; }

@test "round trip: curl" { round_trip curl; }

@test "round trip: redis" { round_trip redis; }

@test "round trip: openssl" { round_trip openssl; }

@test "round trip: imagemagick" { round_trip imagemagick; }

@test "round trip: java" { round_trip java; }

@test "round trip: busybox" { round_trip busybox; }

@test "round trip: sed" { round_trip sed; }

@test "round trip: awk" { round_trip awk; }

@test "round trip: bash" { round_trip bash; }

@test "round trip: diff" { round_trip diff; }

@test "round trip: file" { round_trip file; }

@test "round trip: xargs" { round_trip xargs; }

@test "round trip: dd" { round_trip dd; }

@test "round trip: sha256sum" { round_trip sha256sum; }

@test "round trip: cp-mv" { round_trip cp-mv; }

@test "round trip: bits32" { round_trip bits32; }

@test "round trip: nginx" { round_trip nginx; }
