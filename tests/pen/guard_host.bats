# SPDX-License-Identifier: GPL-2.0-or-later
# Row 38: what is guarded stays so whatever the host does meanwhile, and whatever an earlier run left
# in the directory: links, large numbers, repositories that were assembled over two runs.

load pen

# A repository that is bound writable, and a directory for signals.
make_repository()
{
	command -v git >/dev/null || skip "git is not installed"
	mkdir -p w signal
	chmod 777 signal
	[ "${#identity[@]}" = 0 ] || chown "$rootless_id:$rootless_id" w
	HOME=$PWD "${identity[@]}" git init -q -b main w/repo
}

# in_repository SCRIPT [OPTION...]: runs it there, with the directory writable.
in_repository()
{
	local script=$1
	shift
	pen -w "$PWD/w/repo" --workdir "$PWD/w/repo" "$@" -- sh -c "$script"
}

replaced_ends()
{
	local pid
	make_repository
	"${identity[@]}" "$pinfold" run -q --trace none -p open.policy -w "$PWD/w/repo" -w "$PWD/signal" "$@" \
		--workdir "$PWD/w/repo" -- sh -c ': >"$1/ready"; until [ -e "$1/go" ]; do :; done
			echo EVIL >>.git/config' - "$PWD/signal" >out 2>&1 3>&- </dev/null &
	pid=$!
	await test -e signal/ready -o ! -e "/proc/$pid"
	HOME=$PWD "${identity[@]}" git -C w/repo config x.y z
	# not while the pen could still run
	[ $# != 0 ] || await test ! -e "/proc/$pid"
	: >signal/go
	status=0
	wait "$pid" || status=$?
	output=$(<out)
}

host_replaces()
{
	replaced_ends
	exits 125
	says "pinfold: killed the pen: the host replaced or removed '$PWD/w/repo/.git/config', which the command must not change"
	says "or let the command have the whole directory: bind rw $PWD/w/repo/.git $PWD/w/repo/.git"
	fails grep EVIL w/repo/.git/config
	# the remedy
	rm -f signal/*
	replaced_ends -w "$PWD/w/repo/.git"
	exits 0
	grep EVIL w/repo/.git/config
}

@test "38, as root: the pen is killed when the host replaces what is guarded" {
	as_root; host_replaces
}

@test "38, rootless: the pen is killed when the host replaces what is guarded" {
	as_rootless; host_replaces
}

# Links among what is guarded: they stay, and so does what they lead to.
links_stay()
{
	make_repository
	"${identity[@]}" sh -c 'cd w/repo && mkdir -p githooks dot ../real real && echo ok >githooks/pre-commit &&
		rm -rf .git/hooks && ln -s ../githooks .git/hooks && echo ok >dot/bashrc && ln -s dot/bashrc .bashrc &&
		echo ok >dot/fish && mkdir -p .config/fish && ln -s ../../dot/fish .config/fish/config.fish &&
		mkdir ci && echo ok >ci/pre-push && git config core.hooksPath ci && git config include.path ../more &&
		echo "# ok" >more && echo ok >../real/envrc && ln -s "$PWD/../real/envrc" .envrc'
	in_repository 'for at in .git/hooks/pre-commit githooks/pre-commit .bashrc dot/bashrc .config/fish/config.fish dot/fish \
			ci/pre-push ci/new more .envrc ../real/envrc; do
			echo EVIL >>"$at" && echo "wrote $at"
			echo EVIL >evil && mv evil "$at" && echo "replaced $at"
		done
		for at in .git/hooks .bashrc .config/fish/config.fish .envrc; do
			rm "$at" && echo "removed $at"; ln -sfT evil "$at" && echo "linked $at"
		done; touch new && echo works' -w "$PWD/w/real"
	exits 0
	says works
	[[ $output != *wrote* && $output != *replaced* && $output != *removed* && $output != *linked* ]]
	fails grep -rl EVIL w --exclude=evil
}

@test "38, as root: links among what is guarded stay, and what they lead to" {
	as_root; links_stay
}

@test "38, rootless: links among what is guarded stay, and what they lead to" {
	as_rootless; links_stay
}

@test "38, mount(2) alone: links among what is guarded stay, and what they lead to" {
	as_rootless
	lack open_tree move_mount mount_setattr fsopen fsconfig fsmount
	links_stay
}

# .git as a link, or a file, that leads to a repository in the same directory.
moved_git_stays()
{
	make_repository
	"${identity[@]}" sh -c 'cd w/repo && mv .git .real && ln -s .real .git'
	in_repository 'echo EVIL >>.real/config; echo EVIL >.real/hooks/x; echo EVIL >>.git/config; rm .git
		touch .real/new .git/too && echo works'
	says works
	"${identity[@]}" sh -c 'cd w/repo && rm .git && echo "gitdir: .real" >.git'
	in_repository 'echo EVIL >>.real/config; echo EVIL >.real/hooks/x; rm .git; touch .real/more && echo works'
	says works
	fails grep -rl EVIL w
	[ -e w/repo/.git ]
}

@test "38, as root: a repository that .git leads to is guarded" {
	as_root; moved_git_stays
}

@test "38, rootless: a repository that .git leads to is guarded" {
	as_rootless; moved_git_stays
}

policy_by_link_stays()
{
	make_repository
	"${identity[@]}" sh -c 'cd w/repo && mkdir pol && ln -s pol/p.policy lp.policy && ln -s lp.policy again.policy &&
		printf "default allow\nunknown allow\n" >pol/p.policy'
	cd w/repo
	status=0
	output=$("${identity[@]}" "$pinfold" run --trace none -p again.policy -w "$PWD" --workdir "$PWD" -- sh -c '
		for at in again.policy lp.policy pol/p.policy; do
			rm "$at" && echo "removed $at"
			echo evil >x && mv x "$at" && echo "replaced $at"
		done; echo done' 2>&1) || status=$?
	exits 0
	says "done"
	[[ $output != *"removed "* && $output != *"replaced "* ]] || { echo "$output"; return 1; }
}

@test "38, as root: a policy in use stays, and each link on the way to it" {
	as_root; policy_by_link_stays
}

@test "38, rootless: a policy in use stays, and each link on the way to it" {
	as_rootless; policy_by_link_stays
}

# A link that an earlier run left in a writable directory exposes nothing, whatever the directory is called.
spelling_does_not_matter()
{
	mkdir -p w/g secret
	echo SECRET >secret/key
	ln -s ../../secret w/g/out
	ln -s w/g lnk
	cp open.policy w/g
	[ "${#identity[@]}" = 0 ] || chown -R "$rootless_id" w secret
	cd w/g
	for source in "$OLDPWD/lnk/out" /proc/self/cwd/out ./out; do
		pen -w . -r "$source /o" -- cat /o/key
		exits 125
		says "the path has a symbolic link"
		[[ $output != *SECRET* ]]
	done
	# without a writable directory a link is followed
	pen -r "$OLDPWD/lnk/out /o" -- cat /o/key
	says SECRET
}

@test "38, as root: a link in a writable directory exposes nothing, however it is reached" {
	as_root; spelling_does_not_matter
}

@test "38, rootless: a link in a writable directory exposes nothing, however it is reached" {
	as_rootless; spelling_does_not_matter
}

@test "38: a link in place of .git/modules or of a part of a name is not followed" {
	make_repository
	mkdir -p host/inner host/fish
	cp -r w/repo/.git host/inner/one
	ln -s "$PWD/host/inner" w/repo/.git/modules
	ln -s "$PWD/host" w/repo/.config
	pen --dry-run -w "$PWD/w/repo" -- true
	exits 0
	says "keep '$PWD/w/repo/.git/config' read-only"
	[[ $output != *"modules/one"* && $output != *"/.config/fish"* ]]
}

@test "38: large numbers of guarded names are guarded, too many prevent the start" {
	local at
	make_repository
	mkdir -p w/repo/.git/modules/zz w/repo/.git/worktrees
	echo ref >w/repo/.git/modules/zz/HEAD
	: >w/repo/.git/modules/zz/config
	(cd w/repo/.git/worktrees && mkdir {1..1100})
	in_repository 'echo EVIL >>.git/modules/zz/config'
	fails grep EVIL w/repo/.git/modules/zz/config
	(cd w/repo/.git/worktrees && mkdir {1101..4200})
	in_repository 'echo ran'
	exits 125
	says "cannot guard everything in '$PWD/w/repo' that is run or obeyed outside: there is too much of it"
	says "hint: an earlier run may have made it"
	# the remedy
	in_repository 'echo ran' -w "$PWD/w/repo/.git"
	exits 0
	# as many repositories
	rm -r w/repo/.git/worktrees
	(cd w/repo/.git/modules && mkdir {1..600} && for at in {1..600}; do echo ref >"$at/HEAD"; done)
	in_repository 'echo ran'
	exits 125
	says "there is too much of it"
	# as deep
	rm -r w/repo/.git/modules
	mkdir -p w/repo/.git/modules/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18
	in_repository 'echo ran'
	exits 125
	says "there is too much of it"
}

@test "38: a repository that is assembled over two runs is reported" {
	make_repository
	mkdir -p w/repo/sub w/repo/old
	git init -q w/repo/old/kept
	run "$pinfold" run --trace none -p open.policy -w "$PWD/w/repo" --workdir "$PWD/w/repo/sub" -- sh -c '
		mkdir -p notgit/hooks notgit/objects notgit/refs && echo "[core] fsmonitor=x" >notgit/config &&
		echo "ref: refs/heads/main" >notgit/x && echo "gitdir: ../sub/notgit" >../file'
	exits 0
	[ -z "$output" ]
	run "$pinfold" run --trace none -p open.policy -w "$PWD/w/repo" --workdir "$PWD/w/repo/sub" -- sh -c '
		mv notgit/x notgit/HEAD && mv notgit .git && mv ../old ../older'
	exits 0
	says "guarded: '$PWD/w/repo/sub/.git' was made during the run"
	[[ $output != *kept* ]]
	run "$pinfold" run --trace none -p open.policy -w "$PWD/w/repo" --workdir "$PWD/w/repo" -- sh -c 'mv file older/.git'
	says "guarded: '$PWD/w/repo/older/.git' was made during the run"
	run "$pinfold" run --trace none -p open.policy -w "$PWD/w/repo" --workdir "$PWD/w/repo" -- true
	[ -z "$output" ]
}

@test "38: check fails where not all could be searched, and run says so" {
	local at=w i
	mkdir w
	for ((i = 0; i < 45; i++)); do at+=/d; done
	mkdir -p "$at"
	run "$pinfold" check -p open.policy -w "$PWD/w" -- true
	exits 125
	says "guarded: the writable directories hold more than is searched, or parts that cannot be read, so some changes may be missed"
	run "$pinfold" run --trace none -p open.policy -w "$PWD/w" -- true
	exits 0
	says "guarded: the writable directories hold more than is searched, or parts that cannot be read, so some changes may be missed"
	rm -r w/d
	mkdir -p w/.vscode/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17
	run "$pinfold" check -p open.policy -w "$PWD/w" -- true
	exits 125
	run "$pinfold" run --trace none -p open.policy -w "$PWD/w" -- true
	exits 0
	says "guarded: the writable directories hold more than is searched"
	rm -r w/.vscode
	mkdir w/{1..2100}
	run "$pinfold" check -p open.policy -w "$PWD/w" -- true
	exits 0
}

env_file_by_link()
{
	mkdir -p w secret
	echo KEY=SECRET >secret/env
	ln -s ../secret/env w/e
	ln -s ../secret w/directory
	[ "${#identity[@]}" = 0 ] || chown -R "$rootless_id" w secret
	for name in e directory/env; do
		pen -w "$PWD/w" --env "file $PWD/w/$name" -- env
		exits 2
		says "cannot read '$PWD/w/$name': the path has a symbolic link"
		says "write '$PWD/secret"
		[[ $output != *KEY* ]]
	done
	# the remedy, and a descriptor of the caller's
	pen -w "$PWD/w" --env "file $PWD/secret/env" -- env
	says KEY=SECRET
	pen --env "file /dev/fd/5" -- env 5<secret/env
	says KEY=SECRET
}

@test "38, as root: a link exposes no file of variables" {
	as_root; env_file_by_link
}

@test "38, rootless: a link exposes no file of variables" {
	as_rootless; env_file_by_link
}
