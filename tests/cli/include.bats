# SPDX-License-Identifier: GPL-2.0-or-later
# What an untrusted policy can make pinfold read, and what it can make it show.

load lib

secret='hunter2-first: of $6$salt'

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir project outside
	cd project
	printf '%s\n' "$secret" 'second hunter2' 'allow hunter2' >../outside/shadow
	printf 'allow getppid\n' >../outside/good
}

# every_command POLICY: what each command that reads policies says of it goes to said; each fails.
every_command()
{
	local out=$BATS_TEST_TMPDIR/out.policy
	: >said
	for command in "lint" "lint --severity note" "compile --print policy" "diff /dev/null" \
		"merge -o $out" "convert --to oci" "explain"; do
		fails "$pinfold" $command "$1" >>said 2>&1 </dev/null
	done
	for command in "run -p $1" "check -p $1" "record -o $out -p $1" "record -o $out --merge $1"; do
		fails "$pinfold" $command -- true >>said 2>&1 </dev/null
	done
	fails "$pinfold" prune "$1" /dev/null >>said 2>&1 </dev/null
	[ ! -e "$out" ]
}

# silent: the secret is not in what was said.
silent()
{
	if grep -n 'hunter2\|salt' said; then
		return 1
	fi
}

@test "an include cannot leave the directory of its file, by a path or by a link" {
	ln -s ../outside/shadow link
	ln -s ../outside directory
	ln -s "$PWD/../outside/shadow" absolute
	ln -s ../outside/none dangling
	mkdir sub
	printf 'include ../p.policy\n' >sub/up
	for name in ../outside/shadow "$BATS_TEST_TMPDIR/outside/shadow" link directory/shadow absolute \
		dangling directory/none ../outside/none "$BATS_TEST_TMPDIR/outside/none" /etc/shadow \
		/proc/self/environ /proc/self/root/etc/shadow /dev/fd/0 /dev/null; do
		echo "$name"
		printf 'allow read\ninclude "%s"\n' "$name" >p.policy
		every_command p.policy
		silent
		# Not even the existence of what is elsewhere is revealed.
		grep -qF "p.policy:2:9: error: cannot read the policy '$name': it is outside" said
	done
	printf 'include sub/up\n' >p.policy
	every_command p.policy
	grep -q 'is outside' said
}

@test "an include is in or below the directory of its file, also through links and .." {
	mkdir -p sub/deep
	printf 'allow getppid\n' >sub/deep/good
	printf 'include deep/good\n' >sub/next
	ln -s sub/deep/good link
	ln -s "$PWD/sub" directory
	for name in sub/deep/good sub/next link directory/deep/good sub/../sub/next "$PWD/sub/next" \
		'<base>'; do
		printf 'include "%s"\n' "$name" >p.policy
		"$pinfold" compile --print policy p.policy | grep -q getppid
	done
	printf 'include sub/missing\n' >p.policy
	run "$pinfold" lint p.policy
	exits 2
	[[ "$output" == *"'sub/missing': No such file or directory"* ]]
	# A policy that is read from a pipe has the working directory's.
	"$pinfold" compile --print policy <(printf 'include sub/next\n') | grep -q getppid
	run "$pinfold" compile --print policy <(printf 'include ../outside/good\n')
	exits 2
}

@test "--include-dir allows includes elsewhere, in every command, and must be an existing directory" {
	printf 'include ../outside/good\n' >p.policy
	printf '%s\n' '{"defaultAction":"SCMP_ACT_ALLOW"}' >oci.json
	"$pinfold" lint --severity error --include-dir ../outside p.policy
	"$pinfold" compile --print policy --include-dir ../outside p.policy | grep -q getppid
	"$pinfold" diff --include-dir /nonexistent --include-dir .. p.policy p.policy 2>said && false
	grep -q "cannot open the directory '/nonexistent'" said
	"$pinfold" diff --include-dir / p.policy p.policy
	"$pinfold" explain --include-dir .. p.policy getppid
	"$pinfold" merge --include-dir .. -o merged.policy p.policy
	grep -q getppid merged.policy
	"$pinfold" convert --include-dir .. --lossy --to oci p.policy 2>said | grep -q getppid
	"$pinfold" run --dry-run --include-dir .. -p p.policy -- true >/dev/null
}

@test "nothing is shown of a file reached by an include or a link that is not a policy" {
	cp ../outside/shadow shadow
	printf '\377hunter2\n' >bytes
	printf 'user = name:hunter2\n' >curlrc
	printf '# hunter2\n\n  default allow hunter2\n' >comment
	printf 'allow hunter2 "\nallow hunter2 "\n' >rule
	printf 'set @x = hunter2 @hunter2\n' >set
	for name in shadow bytes curlrc comment rule set; do
		echo "$name"
		printf 'include %s\n' "$name" >p.policy
		every_command p.policy
		silent
		[ "$(grep -c 'this does not parse as a policy' said)" -ge 10 ]
		fails grep -q '\^' said
		ln -sf "$name" link.policy
		every_command link.policy
		silent
	done
	# What cannot be included is not named, unless a policy has begun before.
	printf 'include hunter2\nhunter2\n' >inner
	printf 'include inner\n' >p.policy
	every_command p.policy
	silent
	grep -q 'inner:1:9: error: cannot read the included file: No such file' said
	# One error, at the first statement, with a remedy that works.
	printf 'include comment\n' >p.policy
	run "$pinfold" lint p.policy
	exits 2
	[ "${lines[0]}" = "$PWD/comment:3:3: error: this does not parse as a policy" ]
	[ "${#lines[@]}" -eq 2 ]
	[[ "${lines[1]}" == "hint: "*"pinfold lint '$PWD/comment'" ]]
	run "$pinfold" lint "$PWD/comment"
	[[ "$output" == *'default allow hunter2'* ]]
}

@test "a file that has begun as a policy is shown, and what the caller names" {
	printf 'allow read\nallow rite x\nallow\n' >inner
	printf 'include inner\n' >p.policy
	run "$pinfold" lint p.policy
	exits 2
	[[ "$output" == *"inner:3:6: error: the name of a call is missing"* ]]
	printf 'alow read\n' >p.policy
	for name in p.policy ./p.policy "$PWD/p.policy" ../project/p.policy; do
		run "$pinfold" lint "$name"
		exits 2
		[[ "$output" == *"did you mean 'allow'?" ]]
	done
	run "$pinfold" lint <(cat p.policy)
	[[ "$output" == *"did you mean 'allow'?" ]]
}

@test "env files, profiles and reports that are invalid show nothing of their contents" {
	printf 'hunter2\nhunter2=a\nhunter2=b\n\001\n' >vars
	printf 'env file vars\n' >p.policy
	every_command p.policy
	silent
	grep -q 'vars:1:1: error: this line is not NAME=VALUE' said
	printf '{"hunter2": "hunter2"}\n' >a.json
	cp ../outside/shadow b.json
	ln -s ../outside/shadow c.json
	: >said
	printf 'allow read\n' >good.policy
	for name in a b c; do
		fails "$pinfold" merge -o out.policy $name.json >>said 2>&1
		fails "$pinfold" prune good.policy $name.json >>said 2>&1
		fails "$pinfold" convert --to policy $name.json >>said 2>&1
	done
	silent
	[ ! -e out.policy ]
}

@test "--rules-only takes rules, sets and constants from files, and refuses all else" {
	need_trace
	printf 'const A = 1\nset @s = getppid\nallow @s\nallow dup if fildes == A\n' >rules.policy
	printf 'include rules.policy\n' >p.policy
	for statement in 'allow set-id' 'net host' 'bind /' 'root /' 'user 0' 'env file /etc/shadow' 'env keep *' \
		'env set A=1' 'limit pids 1' 'rlimit core unlimited' 'default allow' 'unknown allow' \
		'arch x86' 'kernel 6.1' 'capability chown' 'share net' 'tty keep' 'hostname a' \
		'workdir /' 'tmpfs /a' 'hide /a' 'device /dev/kvm'; do
		printf 'include rules.policy\n%s\n' "$statement" >theirs.policy
		for command in run check 'record -o out.policy'; do
			run "$pinfold" $command --rules-only -p theirs.policy -- true
			exits 2
			[[ "${lines[0]}" == \
				"theirs.policy:2:1: error: with --rules-only a policy cannot say '${statement%% *}"* ]]
		done
	done
	[ ! -e out.policy ]
	"$pinfold" run --dry-run --rules-only -p p.policy -p '<default>' --net host -- true >plan
	# Options and what is shipped are trusted.
	"$pinfold" run -q --rules-only -p p.policy -p '<default>' --limit 'pids 20' -- true
}

@test "the recipe for a pull request takes the other branch's rules and nothing else of it" {
	need_trace
	need_program git
	export HOME=$PWD BASE=main GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a \
		GIT_COMMITTER_EMAIL=a
	git init -q -b main .
	mkdir ci
	printf 'include app.policy\ninclude <default>\n' >ci/check.policy
	printf 'deny EIO uname\n' >ci/app.policy
	git add -A && git commit -qm a
	git update-ref refs/remotes/origin/main HEAD
	git checkout -qb theirs
	printf 'net host\nenv keep *\n' >ci/check.policy
	printf 'allow uname\n' >ci/app.policy
	git commit -qam b
	sed -n '/^dir=.*mktemp/,/^pinfold check/p' "$top_srcdir/docs/tour.md" |
		sed "s,^pinfold,\"$pinfold\",; s/make test/uname/" >recipe
	[ "$(wc -l <recipe)" -eq 4 ]
	run bash recipe
	exits 0
	printf 'net host\n' >ci/app.policy
	git commit -qam c
	run bash recipe
	exits 2
	printf '%s\n' "$output" >said
	grep -q 'app.policy:1:1: error: this does not parse as a policy' said
}
