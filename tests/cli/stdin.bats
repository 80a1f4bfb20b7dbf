# SPDX-License-Identifier: GPL-2.0-or-later
# Where a command reads a policy or a report, "-" is standard input, once.

load lib

@test "every command reads a policy from standard input, and names it" {
	printf 'allow read write execve exit_group\ndeny EIO getpid\n' >p.policy
	[ -z "$("$pinfold" lint - <p.policy)" ]
	"$pinfold" compile --print policy p.policy >expected
	"$pinfold" compile --print policy - <p.policy | cmp - expected
	# From a pipe, too, which ends when its writer does.
	(sleep 0.1; cat p.policy) | "$pinfold" compile --print policy - | cmp - expected
	run "$pinfold" explain - getpid <p.policy
	[[ ${lines[0]} == getpid*": deny EIO" ]]
	[ "${lines[1]}" = "  by <stdin>:2: deny EIO getpid" ]
	run "$pinfold" diff - p.policy <p.policy
	exits 0
	run "$pinfold" diff p.policy - <<<'allow read'
	exits 1
	"$pinfold" merge -o merged.policy - <<<p.policy
	run "$pinfold" diff p.policy merged.policy
	exits 0
	# Read for a second time, with what the runtime needs.
	"$pinfold" convert --to oci --runtime crun -o a.json p.policy 2>/dev/null
	"$pinfold" convert --to oci --runtime crun -o b.json - <p.policy 2>/dev/null
	cmp a.json b.json
	"$pinfold" convert --to policy - <a.json 2>/dev/null >back.policy
	run "$pinfold" explain back.policy getpid
	[[ ${lines[0]} == *"deny EIO" ]]
}

@test "errors are at lines of <stdin>, and includes and paths start at the working directory" {
	run "$pinfold" lint - <<<$'allow read\nallwo write'
	exits 2
	[[ $output == "<stdin>:2:1: error: unknown statement 'allwo'"* ]]
	run "$pinfold" convert --to policy - <<<'{"defaultAction": 7}'
	exits 2
	[[ $output == "<stdin>:1:"*": error: "* ]]
	run "$pinfold" convert --to policy - <<<'nothing'
	exits 2
	[[ $output == *"<stdin>"* && $output != *"'-'"* ]]
	echo 'allow getppid' >part.policy
	run "$pinfold" compile --print policy - <<<$'include part.policy\nbind ./here'
	exits 0
	[[ $output == *"allow getppid"*"bind $PWD/here"* ]]
	run "$pinfold" lint - <.
	exits 2
	[[ $output == *"cannot read the policy '<stdin>': Is a directory"* ]]
	run bash -c 'head -c 1100000 /dev/zero | tr "\0" "#" | "$1" lint -' - "$pinfold"
	exits 2
	[[ $output == *"cannot read the policy '<stdin>': larger than 1 MiB"* ]]
	# A file of this name has a path.
	echo 'allow read' >-
	run "$pinfold" explain ./- read <<<'deny read'
	[[ ${lines[0]} == *allow ]]
}

@test "standard input is one file only" {
	while read -r arguments; do
		# shellcheck disable=SC2086
		run "$pinfold" $arguments <<<'allow read'
		exits 2
		[ "${lines[0]}" = "pinfold: '-' is standard input, which can be given only once" ]
		[ "${lines[1]}" = 'hint: a file of that name is ./-' ]
	done <<-'ROWS'
	diff - -
	lint - -
	merge -o out.policy - -
	prune - -
	run -p - -p - -- cat
	ROWS
	[ ! -e out.policy ]
}

@test "run takes its policy from standard input, and the command what is left: nothing" {
	run "$pinfold" run --trace none -q -p - -- sh -c 'cat -; echo ran' <<<'include <default>'
	exits 0
	[ "$output" = ran ]
}

@test "record --merge and prune write a policy that came by standard input" {
	need_trace
	printf 'include <base>\nallow getppid sethostname\n' >old.policy
	"$pinfold" record -q --merge - -o new.policy -- true <old.policy
	[ "$(head -n 2 new.policy)" = "$(cat old.policy)" ]
	"$pinfold" run --trace ebpf --report r.json -p old.policy -- true
	"$pinfold" prune - r.json <old.policy >pruned.policy 2>/dev/null
	"$pinfold" prune old.policy r.json 2>/dev/null | cmp - pruned.policy
}
