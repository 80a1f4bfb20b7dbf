# SPDX-License-Identifier: GPL-2.0-or-later
# Every remedy that check and run print is followed to the letter: the result parses, the call passes,
# and lint has no more to say than before.

load lib
load fixes

# mends [OPTION...] -- PAYLOAD...: the policy on standard input denies the payload a call; with what
# the hint says it does not, in five steps at most, since behind one call comes another.
mends()
{
	local options words given=()
	cat >test.policy
	take_options "$@"
	set -- "${words[@]}"
	findings >before
	"$pinfold" check --report r.json "${options[@]}" -p test.policy -r "$here" -- \
		"$payload" "$@" >/dev/null 2>err && { echo "nothing was denied"; return 1; }
	grep -qF -- "$(field text)" err || { field text; cat err; return 1; }
	for _ in 1 2 3 4 5; do
		follow || { cat err; return 1; }
		given=("${added[@]}" "${given[@]}")
		if "$pinfold" check --report r.json "${given[@]}" "${options[@]}" -p test.policy \
			-r "$here" -- "$payload" "$@" >/dev/null 2>err; then
			findings >after
			comm -13 before after >news
			[ ! -s news ] || { cat test.policy news; return 1; }
			return 0
		fi
		grep -q 'hint: to allow it' err || break
	done
	cat test.policy err
	return 1
}

@test "a fix is followed: one line, one of several words, a set, joined lines, comments" {
	mends -- getppid x86_64 1 <<<$'deny EACCES getppid\ninclude <base>'
	mends -- getppid x86_64 1 <<<$'policy 1\ndeny EACCES getppid umask # \\\ninclude <base>'
	mends -- getppid x86_64 1 <<<$'\\\ndeny \\\n umask \\\n\tgetppid\ninclude <base>'
	mends -- getppid x86_64 1 <<<$'set @mine = getppid umask\ndeny EACCES @mine\ninclude <base>'
	mends -- getppid x86_64 1 <<<$'kill [ 110 ]\ninclude <base>'
	printf 'default deny EIO\n\\\ndefault \\\n deny EIO\ninclude <base>' >joined
	mends -- number 95 <joined
}

@test "a fix is followed: the default, written or not, and unknown calls" {
	mends -- number 95 <<<$'policy 1\n\ndefault deny EACCES # \\\ninclude <base>'
	mends -- number 1000 <<<$'unknown deny EACCES\ninclude <base>'
}

@test "a fix is followed: conditions, and a denial by a value" {
	mends -- call fcntl 1 1 <<<$'deny EACCES fcntl if cmd == F_GETFD\ninclude <base>'
	mends -- call kill 0 0 <<<$'deny EACCES getppid kill if arg0 <= 0\ninclude <base>'
}

@test "a fix is followed: other denials of the call, which could never apply after it" {
	mends -- calls 80 <<<$'deny EACCES chdir if pathname == NULL\n# more\ndeny EIO umask \\\n chdir\ninclude <base>'
	mends -- calls 80 <<<$'deny EACCES chdir if pathname == NULL\n\\\ntrap 7 \\\n chdir\ninclude <base>'
}

@test "a fix is followed: ABIs" {
	need_x86
	mends -- getppid x86 1 <<<$'arch x86_64\ninclude <base>'
	mends -- getppid x86 1 <<<$'arch \\\n native # \\\ninclude <base>'
	mends -- getppid x86 1 <<<$'arch x86_64 x86\ndeny EACCES getppid on x86\ninclude <base>'
	mends --arch x86_64 -- getppid x86 1 <<<$'include <base>'
}

@test "a fix is followed: options and shipped policies, which no file of the caller's decides" {
	mends --deny 'EACCES getppid' -- getppid x86_64 1 <<<$'include <base>'
	mends --deny 'EACCES getppid umask' -- getppid x86_64 1 <<<$'include <base>'
	mends -- number 139 <<<$'include <default>'
	run "$pinfold" check -p '<default>' -r "$here" -- "$payload" number 139
	[[ $output == *"hint: to allow it, put before all other options: --allow sysfs"* ]]
	run "$pinfold" check --allow sysfs -p '<default>' -r "$here" -- "$payload" number 139
	exits 0
}

@test "a fix is followed: an include's own file" {
	echo 'deny EACCES getppid' >more.policy
	mends -- getppid x86_64 1 <<<$'include more.policy\ninclude <base>'
	[ "$(cat more.policy)" = 'allow getppid' ]
}

@test "a fix opens nothing that lint warns of: clone3 is sent back to clone" {
	mends -- number 435 <<<$'deny EPERM clone3\nallow clone if not flags any CLONE_NEWUSER\ninclude <base>'
	grep -qx 'deny ENOSYS clone3' test.policy
}

@test "a user namespace has no fix, in any form" {
	policy <<<$'deny EPERM unshare\ninclude <base>'
	run "$pinfold" check --report r.json -p test.policy -- unshare -U true
	exits 123
	[[ $output != *"to allow it"* ]]
	[[ $output == *"hint: nothing allows it, because user namespaces are off in a pen"* ]]
	says '.denials[0].fix' null
	run "$pinfold" check --format github -p test.policy -- unshare -U true
	[[ $output == *"%0Anothing allows it, because user namespaces are off in a pen"* ]]
	run "$pinfold" run -- unshare -U true
	[[ $output == *"fix: none, because user namespaces are off in a pen"* ]]
}

@test "a call that takes a capability, too: the fix keeps it, or there is none" {
	run "$pinfold" check -p '<default>' -- chroot / true
	exits 123
	[[ $output == *"to allow it, put before all other options: --allow chroot --capability sys_chroot" ]]
	run "$pinfold" check --allow chroot --capability sys_chroot -p '<default>' -- chroot / true
	exits 0
	policy <<<$'deny EPERM chroot\ninclude <default>'
	run "$pinfold" check -p test.policy -- chroot / true
	[[ $output == *"with: allow chroot, and add: capability sys_chroot" ]]
	policy <<<$'capability sys_chroot\ndeny EPERM chroot\ninclude <default>'
	run "$pinfold" check -p test.policy -- chroot / true
	[[ $output == *"with: allow chroot" ]]
	run "$pinfold" check -p '<default>' -- "$BASH" -c 'mknod x c 1 3'
	exits 123
	[[ $output == *"hint: nothing allows it, because it takes cap_mknod on the host, which no pen has" ]]
	run "$pinfold" check --report r.json -p '<default>' -r "$here" -- "$payload" number 321
	[[ $output == *"; besides, it takes cap_bpf on the host, unless kernel.unprivileged_bpf_disabled is 0" ]]
}

@test "what programs fall back from needs no fix where it fails as on an older kernel" {
	run "$pinfold" run -v --report r.json -r "$here" -- "$payload" each 435 437 425
	exits 0
	says '[.denials[].fix] | unique' '[null]'
	[[ $output == *"fix: none, and none is needed: programs fall back to clone"* ]]
	policy <<<$'default deny ENOSYS\ninclude <base>'
	run "$pinfold" run -v --report r.json -p test.policy -r "$here" -- "$payload" each 452
	says '[.denials[].fix] | unique' '[null]'
}

@test "a rule for no call is reported, and a denial of none is an error" {
	echo 'allow [102] on x86' >a.policy
	run "$pinfold" lint a.policy
	exits 1
	[[ $output == *"a.policy:1:1: warning: this rule does not match any call"*"hint: the policy's 'arch' does not list"* ]]
	printf 'arch x86_64 x86\nallow [102] on x86\n' >a.policy
	run "$pinfold" lint a.policy
	exits 1
	[[ $output == *"a.policy:2:1: warning: this rule does not match any call"*"hint: a number is one of x86_64; write the name"* ]]
	printf 'arch x86_64 x86\ndeny [102] on x86\n' >a.policy
	run "$pinfold" lint a.policy
	exits 2
	[[ $output == *"a.policy:2:1: error: this denial does not match any call"* ]]
	# Nor is a number one of an ABI that the policy lists alone.
	printf 'arch x86\nallow getppid [102]\nallow [102]\n' >a.policy
	run "$pinfold" lint a.policy
	exits 1
	[[ $output == "a.policy:3:1: warning: this rule does not match any call"*"hint: a number is one of x86_64; write the name" ]]
	printf 'arch x86_64 x86\nallow [102] on x86_64 x86\nallow bind on x86\ninclude <base>\n' >a.policy
	run "$pinfold" lint a.policy
	exits 0
}

@test "a dead denial in one file after another, given with two -p, is a warning" {
	echo 'allow getppid' >a.policy
	echo 'deny EACCES getppid' >b.policy
	run "$pinfold" run --dry-run -p a.policy -p b.policy -- true
	exits 0
	[[ $output == *"b.policy:1:"*"warning: this denial can never apply"* ]]
	cat a.policy b.policy >c.policy
	run "$pinfold" run --dry-run -p c.policy -- true
	exits 2
}
