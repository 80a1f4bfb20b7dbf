# SPDX-License-Identifier: GPL-2.0-or-later
# As roundtrip.bats, recorded and run by an ordinary user, by the filter's listener. Without
# PINFOLD_HEAVY, only some rows: what is learned from a record is the same for every source.

load lib
load roundtrip

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	as_ordinary
}

heavy()
{
	[ -n "${PINFOLD_HEAVY-}" ] || skip "heavy: ./bootstrap check --all runs it"
}

# by_user NAME
by_user()
{
	local recorded fresh outside
	read_row "$1"
	[ -z "$heavy" ] || heavy
	need_program "$program"
	for_others
	prepare "$1"
	[ "$(id -u)" != 0 ] || chown -R "$ordinary_id:$ordinary_id" .
	# shellcheck disable=SC2086
	recorded=$(timeout 120 "${as[@]}" "$pinfold" record -q -o app.policy $options -- \
		sh -c "$first" 2>stderr) || { cat stderr; return 1; }
	[ -n "$recorded" ]
	grep -qE '^# Trace: (complete|NOT COMPLETE); [0-9]+ calls$' app.policy
	rm -f w/sock
	outside=$("${as[@]}" env -i PATH="$PATH" LANG="${LANG-}" HOME=/tmp timeout 60 sh -c "$second" 2>/dev/null)
	# shellcheck disable=SC2086
	fresh=$(timeout 120 "${as[@]}" "$pinfold" run --trace notify --report r.json -p app.policy $options -- \
		sh -c "$second" 2>stderr) || { cat stderr; return 1; }
	[ "$fresh" = "$outside" ] || { diff <(echo "$outside") <(echo "$fresh"); cat stderr; return 1; }
	says .totals.denied 0
}

@test "round trip of an ordinary user: coreutils" { by_user coreutils; }

@test "round trip of an ordinary user: find" { heavy && by_user find; }

@test "round trip of an ordinary user: grep" { heavy && by_user grep; }

@test "round trip of an ordinary user: tar" { heavy && by_user tar; }

@test "round trip of an ordinary user: gzip" { heavy && by_user gzip; }

@test "round trip of an ordinary user: xz" { heavy && by_user xz; }

@test "round trip of an ordinary user: perl" { heavy && by_user perl; }

@test "round trip of an ordinary user: python3-ssl" { heavy && by_user python3-ssl; }

@test "round trip of an ordinary user: python3-threads" { by_user python3-threads; }

@test "round trip of an ordinary user: node" { heavy && by_user node; }

@test "round trip of an ordinary user: git" { by_user git; }

@test "round trip of an ordinary user: sqlite3" { heavy && by_user sqlite3; }

@test "round trip of an ordinary user: gcc" { by_user gcc; }

@test "round trip of an ordinary user: make" { heavy && by_user make; }

@test "round trip of an ordinary user: curl" { heavy && by_user curl; }

@test "round trip of an ordinary user: redis" { heavy && by_user redis; }

@test "round trip of an ordinary user: openssl" { heavy && by_user openssl; }

@test "round trip of an ordinary user: imagemagick" { heavy && by_user imagemagick; }

@test "round trip of an ordinary user: java" { heavy && by_user java; }

@test "round trip of an ordinary user: busybox" { heavy && by_user busybox; }

@test "round trip of an ordinary user: sed" { heavy && by_user sed; }

@test "round trip of an ordinary user: awk" { heavy && by_user awk; }

@test "round trip of an ordinary user: bash" { by_user bash; }

@test "round trip of an ordinary user: diff" { heavy && by_user diff; }

@test "round trip of an ordinary user: file" { heavy && by_user file; }

@test "round trip of an ordinary user: xargs" { heavy && by_user xargs; }

@test "round trip of an ordinary user: dd" { heavy && by_user dd; }

@test "round trip of an ordinary user: sha256sum" { heavy && by_user sha256sum; }

@test "round trip of an ordinary user: cp-mv" { heavy && by_user cp-mv; }

@test "round trip of an ordinary user: bits32" { by_user bits32; }

@test "round trip of an ordinary user: nginx" { heavy && by_user nginx; }
