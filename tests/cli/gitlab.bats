# SPDX-License-Identifier: GPL-2.0-or-later
# GitLab's code quality report: --report FILE.gitlab.json, check --format gitlab.

load lib

# issues FILTER: what jq says of the report.
issues()
{
	jq -c "$1" r.gitlab.json
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	need_program jq
}

@test "each denial is an issue at the line that decided, with all that GitLab requires" {
	printf '# 1\ndeny EIO uname\ndeny EACCES mkdir mkdirat\ninclude <default>\n' >test.policy
	run "$pinfold" check -p "$PWD/test.policy" --report r.gitlab.json --report r.json -- \
		sh -c 'uname; mkdir /tmp/a'
	exits 123
	says .totals.would_deny 2
	[ "$(issues 'map([.check_name, .severity, .location]) | unique')" = \
		'[["would-be-denied-call","major",{"path":"test.policy","lines":{"begin":2}}],["would-be-denied-call","major",{"path":"test.policy","lines":{"begin":3}}]]' ]
	issues '.[0].description' | grep -q '^"uname(.*): EIO, 1 time, by uname; by .*test.policy:2: deny EIO uname; to allow it, '
	jq -e 'all(.fingerprint | test("^[0-9a-f]{64}$")) and (map(.fingerprint) | unique | length) == length' r.gitlab.json
	"$pinfold" check -p test.policy --format gitlab -- true 2>r.gitlab.json
	[ "$(issues .)" = '[]' ]
}

@test "fingerprints stay when lines move, and differ for each kind of call" {
	printf 'deny EACCES mkdir mkdirat if pathname != NULL\ninclude <default>\n' >test.policy
	run "$pinfold" check -p test.policy --report r.gitlab.json -- sh -c 'mkdir /tmp/a /tmp/b; mkdir /tmp/c'
	issues 'map(.fingerprint) | sort' >before
	[ "$(jq length before)" -ge 2 ]
	[ "$(jq 'unique | length' before)" = "$(jq length before)" ]
	sed -i '1i# a line\nallow getpid' test.policy
	run "$pinfold" check -p test.policy --report r.gitlab.json -- sh -c 'mkdir /tmp/a /tmp/b; mkdir /tmp/c'
	issues 'map(.fingerprint) | sort' >after
	cmp before after
	[ "$(issues '.[0].location.lines.begin')" = 3 ]
}

@test "a shipped policy, names of any bytes and long ones leave a document that GitLab takes" {
	local long
	long=$(printf '%05000d' 0)
	run "$pinfold" check -p '<default>' -r "$(dirname "$payload")" --report r.gitlab.json -- "$payload" number 139
	[ "$(issues '[.[].location | .path, .lines.begin > 0]')" = '["<default>",true]' ]
	printf 'deny EACCES mkdir mkdirat\ninclude <default>\n' >$'a "b\xff\e.policy'
	run "$pinfold" check -p $'a "b\xff\e.policy' --report r.gitlab.json -- sh -c 'mkdir "$0" "$1" || uname' \
		$'/tmp/\e]0;x\a\xff"' "/tmp/$long$long"
	exits 123
	[ "$(issues '.[0].location.path')" = '"a \"b\\xff\\x1b.policy"' ]
	iconv -f utf-8 -t utf-8 r.gitlab.json >/dev/null
	fails grep -q '[[:cntrl:]]' r.gitlab.json
}
