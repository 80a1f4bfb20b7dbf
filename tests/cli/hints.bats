# SPDX-License-Identifier: GPL-2.0-or-later
# What a newcomer writes: each message has its location and a hint that ends the search.

load lib

# hinted: standard input has rows LINE ~ COLUMN ~ MESSAGE ~ HINT; LINE is all of a policy but what
# it includes.
hinted()
{
	local line column message hint n=0
	while IFS='~' read -r line column message hint; do
		policy <<<"${line% }"$'\n''include <default>'
		run "$pinfold" run --trace none -p test.policy -- echo it ran
		exits 2
		message="test.policy:1:${column// /}: error: ${message# }"
		[[ $output == "${message% }"$'\n'* ]] || { echo "not '$message': $output"; return 1; }
		[[ $output == *$'\n'"hint: ${hint# }" ]] || { echo "not 'hint:$hint': $output"; return 1; }
		n=$((n + 1))
	done
	[ "$n" -gt 0 ]
}

@test "conditions written as in C" {
	hinted <<-'ROWS'
	deny socket if domain == AF_INET && type == 3 ~ 34 ~ unexpected '&&' ~ tests are joined with 'and'
	deny socket if domain == AF_INET || type == 3 ~ 34 ~ unexpected '||' ~ tests are joined with 'or'
	deny socket if !(domain == AF_INET) ~ 16 ~ unexpected '!' ~ a test is negated with 'not': not domain == AF_INET
	deny socket if domain in (AF_INET, AF_UNIX) ~ 34 ~ words are only separated by blanks ~ names and the values of 'in' are separated by blanks: in 1 2 3
	deny socket if domain in (AF_INET AF_UNIX) ~ 26 ~ unexpected '(' instead of a number or constant ~ the values of 'in' are written without brackets: in 1 2 3
	deny socket if domain in {AF_INET AF_UNIX} ~ 26 ~ unexpected '{' ~ the values of 'in' are written without brackets: in 1 2 3
	deny mkdir if mode == 0755 ~ 23 ~ '0755' is not a number of up to 64 bits ~ octal numbers are written 0o755
	deny mkdir if mode == 0x1ffffffffffffffff ~ 23 ~ '0x1ffffffffffffffff' is not a number of up to 64 bits ~ numbers are written 10, 0xa or 0o12
	deny mkdirat if pathname == "/etc" ~ 29 ~ rules have no quoted words ~ a filter sees numbers, not what they point to; restrict paths with bind and hide
	deny openat if flags & O_CREAT ~ 31 ~ a comparison (== != < <= > >= in has any only) is missing ~ flags & O_CREAT != 0, or: flags any O_CREAT
	deny mprotect if prot has PROT_EXEC and not PROT_READ ~ 45 ~ 'mprotect' has no argument 'PROT_READ' ~ every test starts with its argument: prot has PROT_READ
	deny socket if AF_INET == domain ~ 16 ~ 'socket' has no argument 'AF_INET' ~ every test starts with its argument: argument == AF_INET
	deny socket if domain = AF_INET ~ 23 ~ unexpected '=' instead of a comparison (== != < <= > >= in has any only) ~ did you mean '=='?
	deny socket if domain is AF_INET ~ 23 ~ unexpected 'is' instead of a comparison (== != < <= > >= in has any only) ~ did you mean '=='?
	ROWS
}

@test "statements and rules of other languages" {
	hinted <<-'ROWS'
	deny mkdir EPERM ~ 12 ~ unknown call 'EPERM' ~ the error comes first: deny EPERM CALL...
	deny EACCESS mkdir ~ 6 ~ unknown error 'EACCESS' ~ did you mean 'EACCES'?
	default EPERM ~ 9 ~ unexpected 'EPERM' instead of an action ~ default deny EPERM
	default no ~ 9 ~ unexpected 'no' instead of an action ~ allow, log, deny, trap, kill_thread or kill
	allow 777 ~ 7 ~ unexpected '777' instead of the name of a call ~ a call by its number is written [777]
	allow * ~ 7 ~ unexpected '*' ~ 'default' is for all calls, and a set for many: pinfold-policy(5)
	deny read, write ~ 10 ~ words are only separated by blanks ~ names and the values of 'in' are separated by blanks: in 1 2 3
	memory 256M ~ 1 ~ unknown statement 'memory' ~ did you mean 'limit memory 256M'?
	network none ~ 1 ~ unknown statement 'network' ~ did you mean 'net none, net host, net user or net relay'?
	arch amd64 ~ 6 ~ unknown arch 'amd64' ~ did you mean 'x86_64'?
	arch i386 ~ 6 ~ unknown arch 'i386' ~ did you mean 'x86'?
	arch vax ~ 6 ~ unknown arch 'vax' ~ native, x86_64, x86, x32, aarch64
	deny mkdir on arm64 ~ 15 ~ unknown arch 'arm64' ~ did you mean 'aarch64'?
	deny @network ~ 6 ~ unknown set '@network' ~ did you mean '@network-io'?
	deny @nothing-like-it ~ 6 ~ unknown set '@nothing-like-it' ~ pinfold-policy(5) lists the sets
	include base ~ 9 ~ cannot read the policy 'base': No such file or directory ~ did you mean '<base>', which is part of pinfold?
	env set BAR=2 3 ~ 15 ~ one variable on each line; quote a value with blanks ~ env set "BAR=2 3"
	ROWS
}

@test "a shipped policy without its brackets gets a hint" {
	run "$pinfold" run -p default -- echo it ran
	exits 2
	[[ $output == *"hint: did you mean '<default>', which is part of pinfold?" ]]
}

# same WORDS OTHER_WORDS: both command lines print the same, and end with the same status.
same()
{
	local said
	# shellcheck disable=SC2086
	run "$pinfold" $1
	said="$status $output"
	# shellcheck disable=SC2086
	run "$pinfold" $2
	[ "$status $output" = "$said" ] || { echo "$said"; echo "$status $output"; return 1; }
}

@test "options may follow operands, in the commands that run nothing" {
	policy <<<"include <default>"
	cp test.policy other.policy
	same "compile --print asm test.policy" "compile test.policy --print asm"
	same "explain --arch x86 test.policy socket domain=AF_INET" \
		"explain test.policy --arch=x86 socket domain=AF_INET"
	same "explain --arch x86 test.policy socket domain=AF_INET" \
		"explain test.policy socket domain=AF_INET --arch x86"
	same "lint --severity error --format json test.policy other.policy" \
		"lint test.policy --format json other.policy --severity error"
	same "lint -- test.policy --severity" "lint test.policy -- --severity"
	exits 2
	[[ $output == *"'--severity'"* ]]
	same "diff -v test.policy <base>" "diff test.policy <base> -v"
	same "merge -qo out.policy test.policy other.policy" "merge test.policy -qo out.policy other.policy"
	same "convert --lossy --to oci test.policy" "convert test.policy --to oci --lossy"
	same "syscalls --arch x86 read" "syscalls read --arch x86"
	run "$pinfold" lint test.policy --severty error
	exits 2
	[[ $output == *"unknown option '--severty'"*"hint: did you mean '--severity'?" ]]
	run "$pinfold" lint test.policy --severity
	exits 2
	[[ $output == *"option '--severity' needs an argument"* ]]
	run "$pinfold" run --trace none -- echo -q --help
	exits 0
	[ "$output" = "-q --help" ]
	run "$pinfold" run --trace none echo -q --help
	exits 0
	[ "$output" = "-q --help" ]
}

@test "a wrong argument of explain lists the valid ones" {
	policy <<<"include <default>"
	run "$pinfold" explain test.policy socket proto=3
	exits 2
	[[ $output == *"no argument 'proto'"*"hint: its arguments are domain, type, protocol" ]]
	run "$pinfold" explain test.policy socket 3
	exits 2
	[[ $output == *"hint: its arguments are domain, type, protocol" ]]
	run "$pinfold" explain test.policy getpid x=3
	exits 2
	[[ $output == *"hint: it has none" ]]
}

@test "syscalls finds a call by its number, of any ABI" {
	run "$pinfold" syscalls 41
	exits 0
	[[ $output == *"socket("*"x86_64 41"* && $output == *"dup("*"x86 41"* ]]
	run "$pinfold" syscalls 999999
	exits 2
}

@test "-q and -v together are an error" {
	run "$pinfold" run -qv -- echo it ran
	exits 2
	[[ $output == *"-q and -v contradict each other"*hint:* ]]
}

@test "the plan writes an unlimited resource as the policy does" {
	run "$pinfold" run --dry-run --rlimit "nofile 5:unlimited" -- true
	[[ $output == *"set rlimit nofile to 5:unlimited"* ]]
}

# quoted STATUS HINT ARG...: a command that could not be started, with the hint, or with "-" none
# of quotes.
quoted()
{
	local code=$1 hint=$2
	shift 2
	run -"$code" "$pinfold" run --trace none "$@"
	[ "$hint" != - ] || hint="it is *outside the pen, either"
	[[ $output == *$'\n'"hint: "$hint ]] || { echo "not '$hint': $output"; return 1; }
}

@test "a command in a directory that is not shown is found with the option that the hint names" {
	mkdir tools
	printf '#!/bin/sh\necho it ran\n' >tools/mine
	chmod 755 tools/mine
	cd /
	PATH=$BATS_TEST_TMPDIR/tools:$PATH run "$pinfold" run -q --trace none -- mine
	exits 127
	[[ $output == *"hint: outside it is '$BATS_TEST_TMPDIR/tools/mine': -r $BATS_TEST_TMPDIR/tools shows it"* ]]
	PATH=$BATS_TEST_TMPDIR/tools:$PATH run "$pinfold" run -q --trace none -r "$BATS_TEST_TMPDIR/tools" -- mine
	exits 0
	[ "$output" = 'it ran' ]
	run "$pinfold" run -q --trace none -- "$BATS_TEST_TMPDIR/tools/mine"
	exits 127
	[[ $output == *": -r $BATS_TEST_TMPDIR/tools shows it"* ]]
}

@test "the second word of an option that is run as the command, for want of quotes" {
	bats_require_minimum_version 1.5.0
	local if='belongs to the option before it, quote both'
	mkdir a
	quoted 127 "if '/data' $if: --bind-rw 'a /data'" -w a /data -- ls
	quoted 127 "if '/data' $if: --bind 'a /data'" --bind=a /data ls
	quoted 126 "if '/tmp' $if: --bind 'a /tmp'" -r a /tmp -- ls
	quoted 127 "if '10M' $if: --tmpfs '/tmp 10M'" --tmpfs /tmp 10M -- ls
	quoted 127 - -w a no-such-command
	quoted 127 - -w a -- /no/such/command
	quoted 127 - -w "a /tmp/b" /no/such/command
	quoted 127 - --workdir /tmp /no/such/command
}

# foreign NAME MESSAGE HINT: the file NAME, given as a policy, is named once.
foreign()
{
	local command
	for command in "lint $1" "merge -o out.policy $1" "run -p $1 -- true"; do
		# shellcheck disable=SC2086
		run "$pinfold" $command
		exits 2
		[ "$(grep -c error: <<<"$output")" -eq 1 ]
		[[ $output == "$1:"*": error: $2"$'\n'* ]] || { echo "not '$2': $output"; return 1; }
		[[ $output == *$'\n'"hint: $3"* ]] || { echo "not 'hint: $3': $output"; return 1; }
	done
	[ ! -e out.policy ]
}

@test "a file that is not a policy is named once, and a policy with misspelt statements is not" {
	printf '%s\n' '<?xml version="1.0"?>' '<testsuites>' '</testsuites>' >report.xml
	printf '%s\n' '{' '  "defaultAction": "SCMP_ACT_ALLOW"' '}' >profile
	printf '%s\n' '#!/bin/sh' 'echo one' 'echo two' >script
	printf '%s\n' '[Service]' 'ExecStart=/bin/true' >unit
	foreign report.xml 'this is XML or HTML, not a policy' 'the report that pinfold reads is JSON'
	foreign profile 'this is JSON, not a policy' 'merge and prune read'
	foreign script 'this is a script, not a policy' 'to run it in a pen: pinfold run -- sh FILE'
	foreign unit 'this is not a policy: none of its first lines begins with a statement' 'a policy has one'
	printf '%s\n' 'xyzzy' 'alow read' 'plugh' >typos.policy
	run "$pinfold" lint typos.policy
	exits 2
	[ "$(grep -c 'error: unknown statement' <<<"$output")" -eq 3 ]
}
