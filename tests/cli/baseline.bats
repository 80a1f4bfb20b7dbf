# SPDX-License-Identifier: GPL-2.0-or-later
# check fails on what is new, on a run over its budget, and on a policy that has grown fat.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'default deny EPERM\ndeny EACCES mkdir mkdirat\ndeny EIO uname\ninclude <default>\n' >p.policy
}

# checked OPTION... -- COMMAND...: a check under p.policy.
checked()
{
	run "$pinfold" check -p p.policy "$@"
}

@test "what the baseline has is known, what it has not fails, and more of the same does not" {
	need_trace
	checked --report base.json -- mkdir x
	exits 123
	checked --baseline base.json -- sh -c '/bin/mkdir x; exit 7'
	[[ $output == *'p.policy:2:1: note: known before: mkdir("x", 0o777) would be denied: EACCES, 1 time'* ]]
	exits 7
	checked --baseline base.json -- sh -c 'mkdir x; mkdir y; uname >/dev/null; true'
	exits 123
	[[ $output == *'p.policy:3:1: error: uname('* ]]
	[[ $output != *'error: mkdir'* ]]
	# Lines that move change nothing.
	sed -i '1i # moved\n' p.policy
	checked --baseline base.json -- sh -c 'mkdir x; true'
	exits 0
	# Another program is new, and so are other arguments of a family.
	checked --baseline base.json -- perl -e 'mkdir "x"; exit 0'
	exits 123
	sed -i 's/^deny EIO uname/deny EACCES socket if domain == AF_INET/' p.policy
	checked --report base.json -- perl -MSocket -e 'socket(S, AF_INET, SOCK_STREAM, 0)'
	checked --baseline base.json -- perl -MSocket -e 'socket(S, AF_INET, SOCK_STREAM, 0); exit 0'
	exits 0
	checked --baseline base.json -- perl -MSocket -e 'socket(S, AF_INET, SOCK_DGRAM, 0); exit 0'
	exits 123
	checked --baseline nosuch.json -- true
	exits 2
}

@test "every format marks what is known, and a saved report has it" {
	need_trace
	need_program jq
	checked --report base.json -- sh -c 'mkdir x; uname'
	checked --baseline base.json --report r.json --report r.sarif --report r.xml --report r.gitlab.json \
		--report r.md --report r.txt -- sh -c 'mkdir x; true'
	exits 0
	[ "$(jq -c '[.runs[0].results[].baselineState] | sort' r.sarif)" = '["absent","unchanged","unchanged"]' ]
	[ "$(jq -c 'map(.severity)' r.gitlab.json)" = '["info","info"]' ]
	grep -q 'failures="0"' r.xml
	grep -q 'known before: mkdir' r.xml
	grep -q '^  known before: mkdir' r.txt
	grep -q '^  known before: mkdir' r.md
	[ "$(jq -c '[.denials[].baseline]' r.json)" = '["unchanged"]' ]
	checked --baseline base.json --format github -- sh -c 'mkdir x; true'
	exits 0
	[[ $output == *'::notice file=p.policy,line=2,title=pinfold::known before: mkdir'* ]]
	for file in r.json r.sarif r.xml r.gitlab.json r.md r.txt; do
		"$pinfold" report -o "again.$file" r.json
		cmp "again.$file" "$file"
	done
	# What a run with a baseline found is known from then on, too.
	checked --baseline r.json -- sh -c 'mkdir x; true'
	exits 0
}

@test "guarded files that are only counted are never known: the next may be as many others" {
	need_program jq
	print=$(printf 'guarded-file\0guarded: 3 more changed\0' | sha256sum | cut -c 1-64)
	identity=$(printf '%s\0\0\0' "$print" | sha256sum | cut -c 1-64)
	jq --arg print "$print" --arg identity "$identity" '.guarded = {changes: [], more: 3} |
		.judged = {baseline: {files: ["old.json"], violations: [{kind: "guarded-file", identity: $identity,
			fingerprint: $print, count: 1, text: "guarded: 3 more changed"}]}}' \
		"$top_srcdir/tests/data/report/0.1.0.json" >r.json
	"$pinfold" report --format sarif r.json >r.sarif
	[ "$(jq -r '.runs[0].results[] | select(.message.text | contains("guarded: 3")) |
		select(.baselineState != "absent") | [.level, .baselineState, .message.text] | join(" ")' r.sarif)" = 'error new guarded: 3 more changed' ]
	grep -q "$print" r.sarif
	rm r.json
}

@test "a budget is kept or violates the policy, and what nobody counts is no answer" {
	need_trace
	need_program jq
	checked --budget time=1h,processes=100 -- true
	exits 0
	checked --budget processes=1 --report r.json --report r.sarif --report r.xml --report r.txt -- sh -c 'true & wait; true'
	exits 123
	[[ $output == *'pinfold: more processes were used than budgeted: '*', of 1'* ]]
	[ "$(jq -r '.runs[0].results[].ruleId' r.sarif)" = budget-exceeded ]
	grep -q '<failure message="' r.xml
	grep -q '^pinfold: more processes were used than budgeted: ' r.txt
	[ "$(jq -c '.judged.budget' r.json)" = '{"memory":null,"processes":1,"time":null,"cputime":null}' ]
	checked --budget memory=1G -- true
	exits 125
	[[ $output == *"hint: "*"--limit 'memory 1G'"* ]]
	checked --budget memory=1G --limit 'memory 1G' -- true
	exits 0
	checked --budget memory=1K --limit 'memory 1G' -- true
	exits 123
	for wrong in memory memory= memory=x time=1x disk=3 '' 'memory=1,'; do
		checked --budget "$wrong" -- true
		exits 2
		[[ $output == *'hint: memory=256M, processes=20, time=30s or cputime=10s, joined by commas'* ]]
	done
}

@test "a policy with too many rules that decide nothing fails, if that is known" {
	need_trace
	printf 'allow ptrace\nallow reboot\nallow getpid\ndeny EIO acct\ninclude <default>\n' >p.policy
	checked --max-unused 3 -- true
	exits 0
	checked --max-unused 2 --report r.json -- true
	exits 123
	[[ $output == *'3 rules decided nothing, at most 2 may: p.policy:1, p.policy:2, p.policy:3'* ]]
	"$pinfold" report --format github r.json | grep -q '^::error title=pinfold::3 rules decided nothing'
	checked --max-unused 2 --trace notify -- true
	exits 2
	checked --max-unused x -- true
	exits 2
}
