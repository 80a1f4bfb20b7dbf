# SPDX-License-Identifier: GPL-2.0-or-later
# The help of the program and of each command, and what is said of a name that is unknown.

load lib
load manual

@test "pinfold alone prints the commands on standard error, and is a usage error" {
	run --separate-stderr "$pinfold"
	exits 2
	[ -z "$output" ]
	[ "$stderr" = "$("$pinfold" --help)" ]
}

@test "help and its forms print the same" {
	"$pinfold" --help >help.txt
	[ "$(commands | wc -l)" -ge 12 ]
	"$pinfold" -h | cmp - help.txt
	"$pinfold" help | cmp - help.txt
	for command in $(commands); do
		"$pinfold" "$command" --help >help.txt
		"$pinfold" "$command" -h | cmp - help.txt
		"$pinfold" help "$command" | cmp - help.txt
	done
}

@test "no line of a help is wider than 100 columns" {
	{
		"$pinfold" --help
		for command in $(commands); do
			"$pinfold" help "$command"
		done
	} >help.txt
	[ "$(wc -l <help.txt)" -gt 200 ]
	run grep -E '.{101}' help.txt
	exits 1
}

@test "a help has a usage, options in groups, three examples and the page of the manual" {
	for command in $(commands); do
		"$pinfold" help "$command" >help.txt
		head -n 1 help.txt | grep "^Usage: pinfold $command "
		grep -qx 'Options:\|Policy:' help.txt
		[ "$(sed '1,/^Examples:$/d' help.txt | grep -c "^  pinfold ")" -eq 3 ]
		tail -n 1 help.txt | grep -qx "Manual: pinfold-$command(1)"
	done
	"$pinfold" help run >help.txt
	[ "$(grep -c '^[A-Z][a-z ]*:$' help.txt)" -ge 8 ]
}

@test "help of an unknown command names the nearest one; of two it is a usage error" {
	run "$pinfold" help recodr
	exits 2
	[[ $output == *"unknown command 'recodr'"*"did you mean 'record'?"* ]]
	run "$pinfold" help run check
	exits 2
}

# refused HINT WORD...: pinfold refuses WORD... with this hint.
refused()
{
	local hint=$1
	shift
	run "$pinfold" "$@"
	echo "$* $output"
	[ "$status" -eq 2 ]
	[[ $output == *"hint: $hint"* ]]
}

@test "an unknown option names the nearest one, or the command that has it" {
	refused "did you mean '--root'?" run --ro / -- true
	refused "did you mean '--root'?" run --ro=/ -- true
	refused "did you mean '--policy'?" check --polcy x -- true
	refused "did you mean '--help'?" lint --hel
	refused "did you mean '--severity'?" lint --sev note x
	refused "did you mean '--net'?" run --network -- true
	refused "did you mean '--bind-rw'?" run --bind-rw-dir=x -- true
	refused "it is an option of pinfold run" record --complain -o x -- true
	refused "pinfold run --help lists the options" run --no-such-option -- true
	refused "did you mean '--version'?" --verison
}

@test "an option that takes several words says that they are one argument" {
	refused "limit memory|swap|pids|cpu|time|cputime VALUE, quoted as one argument" run -l time 1s -- true
	refused "env keep NAME..., env set NAME=VALUE or env file PATH, quoted as one argument" run --env HOME=/x -- true
}

@test "an unknown word of every kind names the nearest one" {
	refused "did you mean 'record'?" recoord -o x -- true
	for row in 'alow read|allow' 'deny EACES read|EACCES' \
		'allow @netwrok-io|@network-io' 'allow @network|@network-io' \
		'allow socket if domian == 1|domain' 'allow socket if domain == AF_INTE|AF_INET' \
		'capability net_bnid_service|net_bind_service' 'rlimit nofle 5|nofile'; do
		echo "${row%|*}" >x.policy
		refused "did you mean '${row#*|}'?" explain x.policy getpid
	done
	echo 'allow read' >x.policy
	refused "did you mean 'getpid'?" explain x.policy getpdi
	refused "did you mean 'AF_INET'?" explain x.policy socket domain=AF_INTE
	refused "did you mean 'openat'?" run --stream s.json --stream-calls opneat -- true
	refused "did you mean 'openat'?" prune --keep 'read opneat' x.policy x.json
	refused "did you mean 'openat'?" syscalls opneat
	refused "did you mean '@network-io'?" syscalls @netwrok-io
	echo 'allow opneat' >x.policy
	run "$pinfold" explain x.policy getpid
	[[ $output == *"hint: did you mean 'openat'?"* ]]
}

@test "the version" {
	run "$pinfold" --version
	exits 0
	[[ $output =~ ^pinfold\ [0-9]+\.[0-9]+ ]]
}
