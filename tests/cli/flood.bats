# SPDX-License-Identifier: GPL-2.0-or-later
# One rule that denies thousands of kinds of call buries nothing: at most ten per rule are shown to
# people, with a count of the others; files have all of them.

load lib

KINDS=300

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	need_program python3
	cat >many.py <<-PYTHON
		import ctypes, socket
		libc = ctypes.CDLL(None)
		for number in range($KINDS):
		    libc.socket(socket.AF_UNIX, 77, number)
		libc.personality(0xffffffff)
	PYTHON
	printf '%s\n' 'deny EIO socket if type == 77' 'deny EPERM personality' \
		'include <default>' >test.policy
}

judge()
{
	run "$pinfold" "$@" -p test.policy -r . -- python3 many.py
}

@test "check shows ten kinds of a rule and counts the others, at its line" {
	judge check --report all.json --report all.txt
	exits 123
	[ "$(grep -c "^test.policy:1:.* socket(.* denied: EIO, 1 time" <<<"$output")" -eq 10 ]
	grep -q "^test.policy:1:.*: error: $((KINDS - 10)) other kinds of call would be denied, $((KINDS - 10)) times$" <<<"$output"
	grep -q '^hint: --report FILE.json has all of them$' <<<"$output"
	# What another rule denied is not buried.
	grep -q '^test.policy:2:.* personality(' <<<"$output"
	[ "$(wc -l <<<"$output")" -lt 80 ]
	[ "$(jq '[.denials[] | select(.name == "socket")] | length' all.json)" -eq "$KINDS" ]
	[ "$(grep -c '^  socket(' all.txt)" -eq "$KINDS" ]
}

@test "so do annotations, and the JSON on standard error has all" {
	judge check --format github
	exits 123
	[ "$(grep -c '^::error file=test.policy,line=1,title=pinfold::socket' <<<"$output")" -eq 10 ]
	grep -q "^::error file=test.policy,line=1,title=pinfold::$((KINDS - 10)) other kinds of call would be denied, $((KINDS - 10)) times$" <<<"$output"
	[ "$(grep -c '^::error file=test.policy,line=2,title=pinfold::personality' <<<"$output")" -eq 1 ]
	judge check --format json
	exits 123
	[ "$(jq '[.denials[] | select(.name == "socket")] | length' <<<"$output")" -eq "$KINDS" ]
}

@test "run shows a screen, with all rules, a file and -v all" {
	judge run --report all.txt
	exits 0
	[ "$(wc -l <<<"$output")" -le 24 ]
	grep -q '^  personality(' <<<"$output"
	shown=$(grep -c '^  socket(' <<<"$output")
	[ "$shown" -ge 2 ]
	grep -qF "  and $((KINDS - shown)) other kinds of call by test.policy:1, $((KINDS - shown)) times (-v shows all)" <<<"$output"
	[ "$(grep -c '^  socket(' all.txt)" -eq "$KINDS" ]
	fails grep -q 'other kinds' all.txt
	judge run -v
	[ "$(grep -c '^  socket(' <<<"$output")" -eq "$KINDS" ]
}

@test "what no rule decided is counted as one" {
	run "$pinfold" check -p '<base>' -r . -- python3 many.py
	exits 123
	[ "$(grep -c '^<base>: error: .*(.* would be denied' <<<"$output")" -eq 10 ]
	grep -q '^<base>: error: [0-9]* other kinds of call would be denied' <<<"$output"
}
