# SPDX-License-Identifier: GPL-2.0-or-later
# SARIF of a run, and of lint: --report FILE.sarif, check --format sarif, lint --format sarif.

load lib

schema=$top_srcdir/../shared/data/schemas/sarif-schema-2.1.0.json

# fits FILE...: each fits the schema of OASIS.
fits()
{
	[ -e "$schema" ] || skip "the schema of SARIF is not here"
	python3 -c 'import jsonschema' 2>/dev/null || skip "python3 lacks jsonschema"
	"$top_srcdir/tests/sarif.py" fits "$schema" "$@"
}

# sarif FILTER: what jq says of the only run.
sarif()
{
	jq -c ".runs[0] | $1" r.sarif
}

@test "each denial is a result at the line that decided, with its count, stack and a rule" {
	need_trace
	need_program jq
	mkdir ci
	printf 'deny EIO uname\ninclude <default>\n' >ci/test.policy
	run "$pinfold" run -p "$PWD/ci/test.policy" --report r.sarif -- sh -c 'uname; uname'
	[ "$(sarif '.results | length')" = 1 ]
	[ "$(sarif '[.results[0] | .ruleId, .level, .occurrenceCount]')" = '["denied-call","error",2]' ]
	[ "$(sarif '.results[0].locations[0].physicalLocation |
		[.artifactLocation.uri, .region.startLine]')" = '["ci/test.policy",1]' ]
	sarif '.results[0].message.text' | grep -q '^"uname(.*): EIO, 2 times, by uname; by .*test.policy:1: deny EIO uname; to allow it, '
	jq -e '.runs[0].results[0].stacks[0].frames | length > 0 and all(.location.message.text)' r.sarif
	jq -e '.runs[0] as $run | $run.results | all(.ruleId == $run.tool.driver.rules[.ruleIndex].id)' r.sarif
	fits r.sarif
}

# mends PAYLOAD...: the policy on standard input denies the payload a call; with the fixes of SARIF,
# one for each run, it does not.
mends()
{
	cat >test.policy
	for _ in 1 2 3; do
		if "$pinfold" check -p test.policy --report r.sarif -r "$(dirname "$payload")" -- \
			"$payload" "$@" >/dev/null 2>err; then
			return 0
		fi
		"$top_srcdir/tests/sarif.py" apply r.sarif
	done
	cat test.policy err
	return 1
}

@test "a fix, applied as it is, makes the call pass" {
	need_trace
	need_program python3
	mends getppid x86_64 1 <<<$'# \xc3\xa4\ndeny EACCES getppid # \xc3\xa4\ninclude <base>'
	[ "$(sed -n 2p test.policy)" = 'allow getppid' ]
	mends getppid x86_64 1 <<<$'policy 1\ndeny EACCES getppid umask # \\\ninclude <base>'
	[ "$(sed -n 2,3p test.policy)" = $'allow getppid\ndeny EACCES umask # \\' ]
	mends getppid x86_64 1 <<<$'\\\ndeny \\\n umask \\\n\tgetppid\ninclude <base>'
	mends getppid x86_64 1 <<<$'set @mine = getppid umask\ndeny EACCES @mine\ninclude <base>'
	mends number 1000 <<<$'unknown deny EACCES\ninclude <base>'
	printf 'default deny EIO\n\\\ndefault \\\n deny EIO\ninclude <base>' >joined
	mends number 95 <joined
	printf 'allow read\ninclude <base>' >open
	mends number 95 <open
	mends calls 80 <<<$'deny EACCES chdir if pathname == NULL\n# more\ndeny EIO umask \\\n chdir\ninclude <base>'
	mends calls 80 <<<$'deny EACCES chdir if pathname == NULL\n\\\ntrap 7 \\\n chdir\ninclude <base>'
	mends call fcntl 1 1 <<<$'deny EACCES fcntl if cmd == F_GETFD\ninclude <base>'
}

@test "names of any bytes, and long ones, leave the document valid" {
	need_trace
	need_program jq
	local policy=$'a "b\xff%\e.policy' long
	long=$(printf '%05000d' 0)
	printf 'deny EACCES mkdir mkdirat\ninclude <default>\n' >"$policy"
	run "$pinfold" check -p "$policy" --report r.sarif -- sh -c 'mkdir "$0" "$1" || uname' \
		$'/tmp/\e]0;x\a\xff"</script>\xe2\x80\xae' "/tmp/$long$long"
	exits 123
	[ "$(sarif '.results[0].locations[0].physicalLocation.artifactLocation.uri')" = '"a%20%22b%FF%25%1B.policy"' ]
	iconv -f utf-8 -t utf-8 r.sarif >/dev/null
	fails grep -q '[[:cntrl:]]' r.sarif
	fits r.sarif
}

@test "what the pen caused is a note, or an error where it is judged; no trace is a warning" {
	need_trace
	need_program jq
	local news
	news=$(realpath "$top_srcdir/NEWS")
	run "$pinfold" run --report r.sarif -- cat /srv/nothing /nothing "$news"
	[ "$(sarif '[.results[] | [.ruleId, .level]] | unique')" = '[["pen-failure","note"]]' ]
	echo 'include <default>' >test.policy
	run "$pinfold" check -p test.policy --pen-failures --report r.sarif -- cat "$news"
	[ "$(sarif '[.results[] | [.ruleId, .level]] | unique')" = '[["pen-failure","error"]]' ]
	sarif '.results[0].message.text' | grep -q '^"caused by the pen: cannot read .*NEWS.*; to lift it: '
	run "$pinfold" run --trace none --report r.sarif -- true
	[ "$(sarif '[.results[] | [.ruleId, .level]]')" = '[["incomplete-trace","warning"]]' ]
	fits r.sarif
}

@test "lint's document fits the schema, too" {
	echo 'allow bpf ptrace' >'a b%.policy'
	run "$pinfold" lint --severity note --format sarif 'a b%.policy' '<record>'
	exits 1
	echo "$output" >r.sarif
	fits r.sarif
}
