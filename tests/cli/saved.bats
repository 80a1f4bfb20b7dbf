# SPDX-License-Identifier: GPL-2.0-or-later
# A saved report says the same as the run did, in every format; what changed between two is found. That
# each report of the suite is read and written again to the same bytes, check_reports sees.

load lib

# seen OPTION...: check of a command with denials, pen failures and a stack, in every format.
seen()
{
	printf 'default deny EPERM\ndeny EACCES mkdir mkdirat\ninclude <default>\n' >p.policy
	"$pinfold" check -p p.policy --pen-failures --report r.json --report r.txt --report r.md \
		--report r.sarif --report r.xml --report r.gitlab.json "$@" >/dev/null 2>&1
}

@test "a saved report is what the run wrote, in every format, also from elsewhere" {
	need_trace
	run seen -- sh -c 'mkdir x; hostname x; cat nosuch </dev/null; exit 3'
	exits 123
	mkdir elsewhere
	cp r.json elsewhere
	cd elsewhere
	for file in r.json r.txt r.md r.sarif r.xml r.gitlab.json; do
		"$pinfold" report -o "again.$file" r.json
		cmp "again.$file" "../$file"
	done
	"$pinfold" report --format github r.json | grep -q '^::error file=p.policy,line=2,title=pinfold::mkdir'
	[ "$("$pinfold" report --format sarif - <r.json)" = "$(cat ../r.sarif)" ]
	"$pinfold" report -v r.json | grep -q 'calls allowed'
}

@test "a report of 0.1.0 is read, and what it lacks is not known" {
	old=$top_srcdir/tests/data/report/0.1.0.json
	"$pinfold" report "$old" >said
	grep -q 'fix: allow mkdir, and take mkdir out of line 2' said
	for format in json github gitlab markdown sarif junit; do
		"$pinfold" report --format "$format" "$old" >said
		[ -s said ]
	done
	"$pinfold" report --format junit "$old" | grep -q 'name="deny EACCES mkdir mkdirat">'
	"$pinfold" merge -o m.policy "$old"
	[ -s m.policy ]
}

# wrong FILTER PLACE MESSAGE: the report changed so is refused, by report and by merge.
wrong()
{
	jq "$1" "$top_srcdir/tests/data/report/0.1.0.json" >x.json
	for words in 'report x.json' 'merge -o m.policy x.json' \
		'check -p p.policy --baseline x.json -- true'; do
		# shellcheck disable=SC2086
		run "$pinfold" $words
		exits 2
		# shellcheck disable=SC2053 # the place may be a pattern
		[[ $output == *x.json:$2": error: not a pinfold report: $3"* ]] || {
			echo "$output"
			return 1
		}
	done
	rm x.json
}

@test "what is no report, or was tampered with, is refused with its place" {
	need_program jq
	echo 'default allow' >p.policy
	wrong '[.]' 1:1 'expected an object'
	wrong '.schema = 1' 2:13 "'schema' must be a string, but is a number"
	wrong '.denials[0].nr = "x"' '*' "'nr' must be a number, but is a string"
	wrong '.denials[0].action = "x"' '*' "unknown 'action'"
	wrong '.denials[0].by = "me"' '*' "unknown 'by'"
	wrong 'del(.exit)' 1:1 "'exit' is missing"
	wrong '.exit = {by: "limit", status: 124}' '*' "'detail' and 'place' must name the limit"
	wrong '.processes[0].pid = 2147483647' '*' "'pid' is more than 4194304"
	wrong '.syscalls[0].errors = {EPERM: -1}' '*' 'expected a whole number from 0 to 2^64 - 1'
	wrong '.syscalls[0].args = {nosuch: {}}' '*' 'the call has no such argument'
	wrong '.enforced.capabilities = ["cap_nosuch"]' '*' 'unknown capability'
	wrong '.enforced.notes = [range(40) | "x"]' '*' "the numbers of 'notes' do not fit"
	wrong '.started = "yesterday"' '*' "'started' must be a time in UTC"
	wrong '.denials[0].args = [range(9) | "0x1"]' '*' 'it has more than 6 arguments of a call'
	wrong 'del(.denials[0].fix.file)' '*' "'file' is missing"
	wrong '.denials[0].args = ["0xffffffffffffffff0"]' '*' 'expected a string with a number, 0x...'
}

@test "texts of a tampered report have no control characters in any format" {
	need_program jq
	for path in .pinfold '.resources.sources.cpu_ns' '.denials[0].seen.pathname' '.denials[0].fix.text' \
		'.denials[0].fix.capability' '.denials[0].fix.besides' '.denials[0].fix.take_out' \
		'.denials[0].no_fix' '.denials[0].rule.text' '.command[0]' '.policy.files[0]' \
		'.rules[0].text' '.exit.detail' '.enforced.notes[0]' '.enforced.root'; do
		# As a character, and as the escape that pinfold itself writes.
		for evil in '\u001b]0;x\u0007\n::error::x\u202e' '\\x1b]0;x\\a\\n::error::x\\x1b'; do
			jq ".exit = {by: \"limit\", status: 124, detail: \"x\", place: {file: \"p\", line: 1}} |
				.enforced.notes = [] | $path = \"$evil\"" "$top_srcdir/tests/data/report/0.1.0.json" >x.json
			for format in text json html markdown github sarif junit gitlab; do
				"$pinfold" report -v --format "$format" x.json >said
				if LC_ALL=C grep -aP '[\x01-\x08\x0b-\x1f]|\xe2\x80\xae|^::error::x' said; then
					echo "$path in $format"
					return 1
				fi
			done
		done
	done
	rm x.json
}

@test "a report that is cut off anywhere is refused" {
	size=$(wc -c <"$top_srcdir/tests/data/report/0.1.0.json")
	for part in 1 3 7 20 50 90 99; do
		head -c $((size * part / 100)) "$top_srcdir/tests/data/report/0.1.0.json" >cut.json
		run "$pinfold" report cut.json
		exits 2
		[[ $output == cut.json:*": error: not valid JSON: "* ]]
	done
}

@test "--compare tells what appeared and what is gone, by status like diff" {
	need_trace
	seen -- sh -c 'mkdir x; cat nosuch' || :
	cp r.json old.json
	run "$pinfold" report --compare old.json old.json
	exits 0
	[ -z "$output" ]
	# Lines of the policy move, and addresses change: nothing appears.
	printf '# moved\n\ndefault deny EPERM\ndeny EACCES mkdir mkdirat\ninclude <default>\n' >p.policy
	"$pinfold" check -p p.policy --pen-failures --report r.json -- sh -c 'mkdir x; cat nosuch; mkdir x' \
		>/dev/null 2>&1 || :
	run "$pinfold" report --compare old.json r.json
	exits 0
	"$pinfold" check -p p.policy --pen-failures --report r.json -- \
		sh -c 'mkdir x; cat other; ls >/dev/null; hostname x' >/dev/null 2>&1 || :
	run "$pinfold" report --compare old.json r.json
	exits 1
	[[ $output == *'  + sethostname: 1'* ]]
	[[ $output == *'  + would-be-denied-call: sethostname('* ]]
	[[ $output == *'/other: openat: ENOENT'* ]]
	[[ $output == *'  - '*'/nosuch: openat: ENOENT'* ]]
	[[ $output == *'programs'*'/hostname: 1'* ]]
	[[ $output == *'resources'* ]]
	[[ $output != *mkdir* ]]
	# A violation says how often it occurred once, and each part is sorted.
	fails grep -E 'time(s)?, by .*: [0-9]+$' <<<"$output"
	sed -n '/^denials/,/^files/p' <<<"$output" | grep '^  [+-]' | sed 's/^  . //' | LC_ALL=C sort -c
	run "$pinfold" report --compare r.json --format json old.json
	exits 1
	[ "$(jq -c '[.schema, .differs, (.calls.gone | map(.text) | index("sethostname") != null)]' <<<"$output")" = \
		'["pinfold-compare/1",true,true]' ]
	run "$pinfold" report --compare old.json --format sarif r.json
	exits 2
	[[ $output == *'hint: --format text or json'* ]]
}

@test "an output whose extension is of no format is an error, unless the format is named" {
	saved=$top_srcdir/tests/data/report/0.1.0.json
	for file in x.foo x; do
		run "$pinfold" report -o $file "$saved"
		exits 2
		[[ $output == "pinfold: no report format for the extension of '$file'"*'hint: extensions: '*'.sarif'*'; or --format'* ]]
		[ ! -e $file ]
		"$pinfold" report --format text -o $file "$saved"
		[ -e $file ]
	done
}
