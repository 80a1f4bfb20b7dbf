# SPDX-License-Identifier: GPL-2.0-or-later
# What failing calls named: the tracer's facts against a payload that knows what it did, and what is
# said of them. Whether the pen was the cause is tried in cause.bats.

load lib

# The caller is root, also where the suite runs under sudo: who called it might not do outside what the
# pen is to be blamed for.
unset SUDO_UID SUDO_GID

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	policy <<<'default allow'
}

# known N: what the payload does N times, as the report has it.
known()
{
	jq -cn --argjson n "$1" '[
		["openat", "ENOENT", "path", "/nowhere/absolute", null, "read", $n],
		["openat", "ENOENT", "path", "/usr/bin/relative/file", null, "write", $n],
		["newfstatat", "ENOENT", "path", "/usr/lib/beside", null, "look", $n],
		["rename", "ENOENT", "path", "/nowhere/from", "/usr/bin/to", "write", $n],
		["rename", "ENOENT", "path", "/nowhere/from", "/nowhere/to", "write", $n],
		["connect", "ECONNREFUSED", "address", "AF_INET 127.0.0.9:9", null, null, $n],
		["connect", "ENOENT", "path", "/usr/bin/socket", null, "read", $n],
		["kill", "ESRCH", "process", null, null, null, $n],
		["execve", "ENOENT", "path", "/nowhere/program", null, "execute", $n],
		["openat", "EROFS", "path", "/usr/made", null, "write", $n]] | sort'
}

# The loader's own, and the shell's, are not the payload's.
failures='[.pen_failures[] | [.name, .error, .object.kind, .object.text, .object.second, .object.use,
	.count] | select(.[3] == null or (.[3] | test("^/nowhere|^/usr/(bin|lib)/(rel|beside|socket)|made|127")))] |
	sort'

@test "objects and counts of failing calls are exact, in threads and processes" {
	pen -- failing 1 1 1
	exits 0
	says "$failures" "$(known 1)"
	pen -- failing 4 3 50
	exits 0
	says "$failures" "$(known 600)"
	says '[.trace.complete, .trace.lost.failures]' '[true,0]'
	says '.syscalls[] | select(.name == "execve") | [.failed, .errors]' '[600,{"ENOENT":600}]'
	says '[.pen_failures[] | select(.error == "EBADF")]' '[]'
	says '[.pen_failures[] | select(.object.text == "/nowhere/absolute") | .first.comm]' '["payload"]'
}

@test "the sum of what is kept and what is lost is what failed" {
	pen -- failing-distinct 10000
	exits 0
	says '.trace.complete' true
	says '([.pen_failures[] | select(.object.text // "" | startswith("/nowhere/distinct/")) | .count] |
		add) + .trace.lost.failures' 10000
	says '.trace.lost.failures >= 10000 - 4096' true
	says '.trace.lost.failures < 10000 - 3000' true
}

@test "the steps of a search that found its program are no failures, those of another are" {
	mkdir -p bin
	cat >bin/sought <<-'S'
	#!/bin/sh
	exit 0
	S
	chmod +x bin/sought
	export PATH=/nowhere/one:/nowhere/two:$PWD/bin:$PATH
	for shell in sh bash; do
		"$pinfold" run --report r.json -r bin -- "$shell" -c 'sought; sought'
		says '[.pen_failures[] | select(.object.text | tostring | test("^/nowhere.*sought"))]' '[]'
		"$pinfold" run --report r.json -r bin -- "$shell" -c 'missing || true; sought' 2>/dev/null
		says '[.pen_failures[] | select(.object.text | tostring | test("^/nowhere.*missing")) | .object.text] |
			unique' '["/nowhere/one/missing","/nowhere/two/missing"]'
	done
}

@test "what a program looks for is no step of a search, even if it is the program's first argument" {
	"$pinfold" run -q --report r.json -- ls /nowhere/argument nowhere/relative 2>/dev/null || :
	says '[.pen_failures[] | select(.object.text | tostring | test("nowhere")) | .object.text | split("/")[-1]] |
		unique' '["argument","relative"]'
	"$pinfold" run -q --report r.json -- stat ./nowhere 2>/dev/null || :
	says '[.pen_failures[] | select(.object.text | tostring | test("nowhere")) | .name] | unique' '["statx"]'
}

@test "the first call of a kind has its stack" {
	pen -- failing 1 1 1
	says '[.pen_failures[] | select(.object.text == "/nowhere/program") | .stack[] | .symbol] |
		index("fail") != null' true
}

@test "a run in which nothing fails has none, and one without eBPF does not know" {
	"$pinfold" run --report r.json -r "$(dirname "$payload")" -- "$payload" failing-distinct 0
	says '[.pen_failures[] | select(.object.text | test("nowhere"))]' '[]'
	"$pinfold" run --trace notify --report r.json -r "$(dirname "$payload")" -- "$payload" failing-distinct 1
	says .pen_failures null
}

@test "what the pen caused is said where the command failed, the likeliest first" {
	run "$pinfold" run -- sh -c 'test -e /root/x; touch /usr/made 2>/dev/null'
	exits 1
	[[ ${lines[0]} == "pinfold: caused by the pen: cannot write /usr/made: "*" (1 time, first by touch)" ]]
	[ "${lines[1]}" = "  fix: -w /usr" ]
	run "$pinfold" run -- sh -c 'touch /usr/made 2>/dev/null; exit 0'
	exits 0
	[ -z "$output" ]
	run "$pinfold" run -v -- sh -c 'touch /usr/made 2>/dev/null; exit 0'
	[[ $output == *"pinfold: caused by the pen: cannot write /usr/made: "* ]]
}

@test "the stream has what the pen caused, before its last line" {
	"$pinfold" run --stream s.json -- sh -c 'touch /usr/made 2>/dev/null; exit 0'
	[ "$(jq -c 'select(.event == "pen_failure") | [.failure.object.text, .failure.verdict]' s.json)" = \
		'["/usr/made","pen"]' ]
	[ "$(tail -n 1 s.json | jq -r .event)" = end ]
}

@test "check --pen-failures: what the pen caused is a violation, what the host did is none" {
	run "$pinfold" check --pen-failures -p test.policy -- sh -c 'touch /usr/made 2>/dev/null; exit 0'
	exits 123
	[[ $output == *"caused by the pen: cannot write /usr/made: "* ]]
	[[ $output == *"hint: to lift it: -w /usr"* ]]
	run "$pinfold" check --pen-failures --format github -p test.policy -- sh -c 'touch /usr/made 2>/dev/null; exit 0'
	exits 123
	[[ $output == *"::error title=pinfold::caused by the pen: cannot write /usr/made: "*"%0Ato lift it: -w /usr"* ]]
	run "$pinfold" check --pen-failures --format markdown -p test.policy -- sh -c 'touch /usr/made 2>/dev/null; exit 0'
	exits 123
	[[ $output == *"caused by the pen: cannot write /usr/made: "*"fix: -w /usr"* ]]
	run "$pinfold" check --pen-failures -p test.policy -- sh -c 'test -e /nowhere/file; exit 0'
	exits 0
	run "$pinfold" check -p test.policy -- sh -c 'touch /usr/made 2>/dev/null; exit 0'
	exits 0
	run "$pinfold" check --pen-failures --trace notify -p test.policy -- true
	exits 2
	[[ $output == *"--pen-failures and --trace notify contradict each other"* ]]
}

@test "check --pen-failures fails if it cannot know: more failing calls than are kept" {
	local distinct=("$payload" failing-distinct 5000)

	run "$pinfold" check --pen-failures -p test.policy -r "$(dirname "$payload")" -- "${distinct[@]}"
	exits 125
	[[ $output == *"failing calls named did not fit in a map, so it is unknown whether the pen made them fail"* ]]
	run "$pinfold" check -p test.policy -r "$(dirname "$payload")" -- "${distinct[@]}"
	exits 0
}

@test "a call with two paths that does not fit is lost once" {
	need_program perl
	"$pinfold" run -q --report r.json -- perl -e '
		stat "/nowhere/fill/$_" for 1 .. 5000;
		rename "/nowhere/from/$_", "/nowhere/to/$_" for 1 .. 50'
	says '.trace.lost.failures > 0' true
	says '([.pen_failures[] | select(.error == "ENOENT") | .count] | add) + .trace.lost.failures -
		([.syscalls[].errors.ENOENT | numbers] | add)' 0
}

@test "a name that would end the quotes of a fix stays one word, and the fix works" {
	local name="a';touch pwned;'b" names=$PWD/names fix

	mkdir work names
	chmod 755 . work names
	touch "names/$name"
	cd work
	run "$pinfold" run -- stat "$names/$name"
	fix=$(sed -n 's/^  fix: //p' <<<"$output")
	"$pinfold" run -q --report ../r.json -- stat "$names/$name" || :
	[ "$(jq -r '[.pen_failures[].fix.option | strings] | unique | .[]' ../r.json)" = "$fix" ]
	eval "$pinfold run -q -w . $fix -- stat \"\$names/\$name\""
	[ ! -e pwned ]
}

# outside: a file that exists, beside the working directory.
outside()
{
	mkdir work
	chmod 755 . work
	echo >fatal
	outside=$PWD/fatal
	cd work
}

@test "what programs get along without is not named as the cause" {
	need_program perl
	outside
	cat >script <<-EOF_SCRIPT
		mkdir "/usr/share/__pycache__";
		open A, "<", "$outside";
		open B, ">", "/var/log/end.log";
		mkdir "/usr/lib/__pycache__";
		exit 1;
	EOF_SCRIPT
	run "$pinfold" run -w . -- perl script
	exits 1
	[[ ${lines[0]} == "pinfold: caused by the pen: cannot read $outside: "* ]]
	[[ ${lines[2]} == "pinfold: caused by the pen: cannot write /var/log/end.log: "* ]]
	[[ $output != *pycache* ]]
	run "$pinfold" run -v -w . -- perl script
	[[ $output == *pycache* ]]
	run "$pinfold" run -- sh -c 'mkdir /usr/__pycache__ 2>/dev/null; exit 1'
	exits 1
	[ -z "$output" ]
}

@test "what a process survived comes after what failed with its process" {
	need_program perl
	outside
	run "$pinfold" run -- sh -c 'perl -e "exit !open F, q(<), q('"$outside"')"; perl -e "open F, q(>), q(/usr/share/survived); exit 0"; exit 1'
	exits 1
	[[ ${lines[0]} == *"cannot read $outside: "* ]]
	[[ ${lines[2]} == *"cannot write /usr/share/survived: "* ]]
}
