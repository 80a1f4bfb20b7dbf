# SPDX-License-Identifier: GPL-2.0-or-later
# What one policy allows that another does not.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	cat >old.policy <<-'POLICY'
	default deny EPERM
	allow read write
	allow socket if domain == AF_UNIX
	POLICY
	cat >new.policy <<-'POLICY'
	default deny EPERM
	allow read write
	allow socket if domain in AF_UNIX AF_INET
	POLICY
}

@test "diff of a policy with itself says nothing" {
	for file in old.policy '<default>' '<base>' '<record>'; do
		run "$pinfold" diff "$file" "$file"
		exits 0
		[ -z "$output" ]
	done
}

@test "diff reports a wider call with both places, a witness and the condition" {
	run "$pinfold" diff old.policy new.policy
	exits 1
	diff - <(echo "$output") <<-'EOF'
	wider: deny EPERM -> allow
	  old.policy:1: default deny EPERM
	  new.policy:3: allow socket if domain in AF_UNIX AF_INET
	    socket(AF_INET, 0, IPPROTO_IP)
	      if domain == AF_INET
	EOF
	run "$pinfold" diff new.policy old.policy
	exits 1
	[[ ${lines[0]} == "narrower: allow -> deny EPERM" ]]
}

@test "diff --fail-on looks at its direction only" {
	run "$pinfold" diff --fail-on wider old.policy new.policy
	exits 1
	run "$pinfold" diff --fail-on wider new.policy old.policy
	exits 0
	[[ $output == narrower* ]]
	run "$pinfold" diff --fail-on narrower old.policy new.policy
	exits 0
	run "$pinfold" diff --fail-on narrower new.policy old.policy
	exits 1
	run "$pinfold" diff --fail-on any new.policy old.policy
	exits 1
	run "$pinfold" diff --fail-on wider old.policy old.policy
	exits 0
}

@test "diff: another errno is changed, neither wider nor narrower" {
	sed s/EPERM/ENOSYS/ old.policy >new.policy
	run "$pinfold" diff old.policy new.policy
	exits 1
	[[ ${lines[0]} == "changed: deny EPERM -> deny ENOSYS" ]]
	run "$pinfold" diff --fail-on wider old.policy new.policy
	exits 0
	run "$pinfold" diff --fail-on narrower old.policy new.policy
	exits 0
}

@test "diff reports statements for the pen" {
	cp old.policy new.policy
	echo 'net host' >>new.policy
	run "$pinfold" diff old.policy new.policy
	exits 1
	[ "$output" = "wider: + net host" ]
	run "$pinfold" diff --fail-on narrower old.policy new.policy
	exits 0
	echo 'root /srv' >>new.policy
	run "$pinfold" diff --fail-on narrower old.policy new.policy
	exits 1
	[[ $output == *"unclear: + root /srv"* ]]
}

@test "diff --format json has the same, and parses" {
	need_program jq
	echo 'limit pids 5' >>new.policy
	run "$pinfold" diff --format json old.policy new.policy
	exits 1
	echo "$output" >d.json
	[ "$(jq -c '[.schema, (.calls | length), (.settings | length)]' d.json)" = '["pinfold-diff/1",1,1]' ]
	[ "$(jq -c '.calls[0] | [.change, .abi, .name, .nr, .nr_last, .parts]' d.json)" = '["wider","x86_64","socket",41,41,1]' ]
	[ "$(jq -c '.calls[0] | [.before.action, .before.line, .after.file, .after.line]' d.json)" = '["deny EPERM",1,"new.policy",3]' ]
	[ "$(jq -r '.calls[0].conditions[0]' d.json)" = "domain == AF_INET" ]
	# The witness, taken literally, is decided as reported.
	domain=$(jq -r '.calls[0].args[0]' d.json)
	[[ $("$pinfold" explain old.policy socket domain="$domain") == *"deny EPERM"* ]]
	[[ $("$pinfold" explain new.policy socket domain="$domain") == *"allow"* ]]
}

@test "diff: errors of both policies are reported, with status 2" {
	echo nonsense >>old.policy
	echo rubbish >>new.policy
	run "$pinfold" diff old.policy new.policy
	exits 2
	[[ $output == *"old.policy:4:"*"new.policy:4:"* ]]
}

@test "diff: wrong words are usage errors with a hint" {
	run "$pinfold" diff --fail-on worse old.policy new.policy
	exits 2
	[[ $output == *"hint: changes: any, wider, narrower"* ]]
	run "$pinfold" diff --format sarif old.policy new.policy
	exits 2
	[[ $output == *"hint: formats: text, json"* ]]
	run "$pinfold" diff old.policy
	exits 2
}

@test "diff names a protocol by its domain, and where that may be any, by its number" {
	echo 'allow socket if domain == AF_NETLINK and protocol == NETLINK_ROUTE' >a.policy
	echo 'allow socket if domain == AF_NETLINK and protocol in NETLINK_ROUTE NETLINK_SOCK_DIAG' >b.policy
	run "$pinfold" diff a.policy b.policy
	exits 1
	[[ $output == *"socket(AF_NETLINK, 0, NETLINK_SOCK_DIAG)"* ]]
	[[ $output == *"if domain == AF_NETLINK and protocol == NETLINK_SOCK_DIAG"* ]]
	echo 'allow socket if protocol in 0 4' >b.policy
	run "$pinfold" diff a.policy b.policy
	exits 1
	[[ $output == *"and protocol == 4"* ]]
	[[ $output != *IPPROTO_IPIP* ]]
}
