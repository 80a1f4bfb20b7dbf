# SPDX-License-Identifier: GPL-2.0-or-later
# JUnit's XML of a run: --report FILE.xml, check --format junit.

load lib

schema=$top_srcdir/../shared/data/schemas/jenkins-junit.xsd

# xml XPATH: what is there, as a string.
xml()
{
	xmllint --xpath "string($1)" r.xml
}

# fits: the document fits the schema of Jenkins.
fits()
{
	[ -e "$schema" ] || skip "the schema of JUnit is not here"
	xmllint --noout --schema "$schema" r.xml
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	need_program xmllint
}

@test "each rule is a test case, which fails if it denied a call; the sums are right" {
	printf 'deny EIO uname\ndeny EACCES mkdir mkdirat rmdir\ninclude <default>\n' >test.policy
	run "$pinfold" check -p test.policy --report r.xml -- \
		sh -c 'uname; mkdir /tmp/a /tmp/b; rmdir /tmp/a'
	exits 123
	[ "$(xml 'count(//testcase[failure])')" = 2 ]
	[ "$(xml '//testsuite/@failures')" = 2 ]
	[ "$(xml '//testsuite/@errors')" = 0 ]
	[ "$(xml '//testsuite/@tests')" = "$(xml 'count(//testcase)')" ]
	[ "$(xml '//testcase[failure][1]/@classname')" = test.policy ]
	[ "$(xml '//testcase[failure][1]/@name')" = 'deny EIO uname' ]
	[[ $(xml '//testcase[failure][1]/failure/@message') == 'uname('*'): EIO, 1 time, by uname' ]]
	[[ $(xml '//testcase[failure][1]/failure') == *'by test.policy:1: deny EIO uname'*'to allow it, replace line 1 with: allow uname'* ]]
	[ "$(xml '//testcase[failure][2]/failure/@message')" = '2 kinds of violation, 3 times' ]
	fits
}

@test "the default, unknown calls and other ABIs are test cases; so is a trace that is not complete" {
	printf 'include <base>\n' >test.policy
	run "$pinfold" check -p test.policy -r "$(dirname "$payload")" --report r.xml -- \
		"$payload" number 95
	exits 123
	[ "$(xml '//testcase[failure]/@name')" = 'the default of the policy' ]
	[ "$(xml 'count(//testcase[failure])')" = 1 ]
	run "$pinfold" run --trace none --report r.xml -- true
	[ "$(xml 'count(//testcase[error])')" = 1 ]
	[ "$(xml '//testsuite/@errors')" = 1 ]
	[ "$(xml '//error/@message')" = 'no trace, so denied calls are not reported' ]
	fits
}

# 42 levels of directories, of which 40 are searched.
@test "each doubt for which check exits with 125 is an error" {
	local deep
	deep=w/$(printf 'd/%.0s' {1..42})
	mkdir -p "$deep"
	echo 'include <default>' >test.policy
	run "$pinfold" check -p test.policy -w "$PWD/w" --report r.xml --report r.sarif -- true
	exits 125
	[[ $(xml '//error/@message') == 'guarded: the writable directories '* ]]
	[ "$(xml '//testsuite/@errors')" = 1 ]
	[[ $(jq -r '.runs[0].results[].message.text' r.sarif) == 'guarded: the writable directories '* ]]
	fits
}

@test "what the pen caused fails its test case only where it is judged" {
	local news
	news=$(realpath "$top_srcdir/NEWS")
	echo 'include <default>' >test.policy
	run "$pinfold" check -p test.policy --report r.xml -- cat "$news"
	[ "$(xml 'count(//failure)')" = 0 ]
	xml //system-out | grep -q '^caused by the pen: cannot read .*NEWS'
	run "$pinfold" check -p test.policy --pen-failures --report r.xml -- cat "$news"
	exits 123
	[ "$(xml '//testcase[failure]/@name')" = 'nothing fails because of the pen' ]
	fits
}

@test "names of any bytes, and long ones, leave the document valid" {
	local policy=$'a "b\xff<&\e.policy' long
	long=$(printf '%05000d' 0)
	printf 'deny EACCES mkdir mkdirat if mode > 0o1\ninclude <default>\n' >"$policy"
	run "$pinfold" check -p "$policy" --report r.xml -- sh -c 'mkdir "$0" "$1" || uname' \
		$'/tmp/\e]0;x\a\xff"]]></failure><x a=\'\xef\xbf\xbf' "/tmp/$long$long"
	exits 123
	[ "$(xml '//testcase[failure]/@classname')" = 'a "b\xff<&\x1b.policy' ]
	xml //failure/@message | grep -qF ']]></failure><x a='
	[ "$(xml 'count(//x)')" = 0 ]
	fails grep -q '[[:cntrl:]]' r.xml
	fits
}
