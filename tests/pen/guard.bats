# SPDX-License-Identifier: GPL-2.0-or-later
# Row 38 of the ways out: what something outside runs or obeys stays unchanged in a directory that the
# command may write.

load pen

# repository: one of git with a file and a second branch's origin, and the rest that is guarded.
repository()
{
	command -v git >/dev/null || skip "git is not installed"
	mkdir w
	[ "${#identity[@]}" = 0 ] || chown "$rootless_id" w
	HOME=$PWD "${identity[@]}" sh -c 'cd w && umask 022 &&
		git init -q -b main up && cd up && git config user.name n && git config user.email e &&
		echo 1 >a && git add a && git commit -qm one && cd .. && git clone -q up repo && cd up &&
		echo 2 >b && git add b && git commit -qm two && cd ../repo &&
		git config user.name n && git config user.email e &&
		mkdir .vscode && touch .vscode/tasks.json .envrc .bashrc mine kept'
}

# in_repository SCRIPT [OPTION...]: runs it there, with the guarded directory writable.
in_repository()
{
	local script=$1
	shift
	pen -w "$PWD/w/repo" -w "$PWD/w/up" --workdir "$PWD/w/repo" "$@" -- sh -c "$script"
}

git_goes_on()
{
	repository
	while read -r script; do
		in_repository "export GIT_EDITOR=true; $script" </dev/null
		exits 0
	done <<-'END'
		echo x >c && git add c
		git commit -qm three && git commit -q --amend -m four
		git fetch -q && git log -1 origin/main
		git rebase -q origin/main
		git rebase -q -i HEAD~1 --exec true
		echo y >>c; git stash -q && git stash pop -q && git commit -qam five
		git gc -q --prune=now && git repack -qad
		git worktree add -q wt && git worktree list && git worktree remove --force wt && git worktree prune
		git checkout -q -b topic && git checkout -q main && git merge -q topic && git branch -d topic
		git revert --no-edit HEAD && git reset -q --hard HEAD~1 && git tag v1
		git pull -q --rebase && git status && git bisect start && git bisect reset
	END
}

@test "38, as root: git add, commit, fetch, rebase, stash, gc and worktree work as ever" {
	as_root; git_goes_on
}

@test "38, rootless: git add, commit, fetch, rebase, stash, gc and worktree work as ever" {
	as_rootless; git_goes_on
}

# Ways to change each of what is guarded: written to, replaced, removed, and their directories moved.
ways='
	git config core.fsmonitor evil && echo configured
	for at in .git/config .git/hooks/evil .envrc .vscode/tasks.json .bashrc mine app.policy run.json; do
		echo evil >>"$at" && echo "wrote $at"
		echo evil >evil && mv evil "$at" && echo "replaced $at"
	done
	for at in .git .git/config .git/hooks .envrc .vscode .bashrc mine app.policy run.json; do
		mv "$at" moved && echo "moved $at" && mv moved "$at"
		mv -T kept "$at" && echo "moved over $at"
		ln -sfT /etc/passwd "$at" && echo "linked $at"
	done
	echo done'

guarded_stays()
{
	repository
	printf 'default allow\nunknown allow\nguard mine\n' >w/repo/app.policy
	touch w/repo/run.json
	[ "${#identity[@]}" = 0 ] || chown "$rootless_id" w/repo/*
	local start=("${identity[@]}" "$pinfold" run -q --trace none --report w/repo/run.json
		-p w/repo/app.policy --env "set HOME=/tmp" -w "$PWD/w/repo" --workdir "$PWD/w/repo")
	run "${start[@]}" -- sh -c "$ways"
	exits 0
	[[ $output != *wrote* && $output != *replaced* && $output != *moved\ * && $output != *linked* ]]
	[[ $output != *configured* ]]
	says "done"
	[ -z "$(find w/repo/.git/hooks -name evil)" ]
	# what a bind names is the command's
	run "${start[@]}" -w "$PWD/w/repo/.git" -w "$PWD/w/repo/.envrc" -- sh -c "$ways"
	exits 0
	says "wrote .git/config"
	says "wrote .git/hooks/evil"
	says "wrote .envrc"
	says "configured"
	[[ $output != *"wrote .bashrc"* && $output != *"wrote mine"* ]]
}

@test "38, as root: hooks, configuration, start files and the files in use stay as they are" {
	as_root; guarded_stays
}

@test "38, rootless: hooks, configuration, start files and the files in use stay as they are" {
	as_rootless; guarded_stays
}

@test "38, bare: the same ways change all of it" {
	repository
	touch w/repo/{app.policy,run.json}
	cd w/repo
	HOME=$PWD bare sh -c "$ways"
	says "wrote .git/config"
	says "replaced .git/hooks/evil"
	says "wrote .vscode/tasks.json"
	says "moved .git"
	says "linked mine"
	says configured
}

siblings()
{
	repository
	"${identity[@]}" sh -c '
		cd w/repo && mkdir -p .git/modules/libs/one/hooks .git/worktrees/other .hg &&
		for at in .git/modules/libs/one; do echo ref >$at/HEAD; touch $at/config; done &&
		touch .git/worktrees/other/config.worktree .hg/hgrc &&
		mkdir -p ../bare/objects ../bare/refs ../bare/hooks && echo ref >../bare/HEAD &&
		touch ../bare/config && rm -r .git/hooks && ln -s /tmp .git/hooks && ln -s mine link'
	pen -w "$PWD/w/repo" -w "$PWD/w/bare" -- sh -c 'cd "$1" || exit
		for at in repo/.git/modules/libs/one/config repo/.git/modules/libs/one/hooks/x repo/.hg/hgrc \
				repo/.git/worktrees/other/config.worktree bare/config bare/hooks/x; do
			echo evil >>"$at" && echo "wrote $at"
		done; mv repo/.hg x && echo "is away"; mkdir repo/.git/refs/new bare/refs/new' - "$PWD/w"
	exits 0
	[[ $output != *wrote* && $output != *"is away"* ]]
	says "Read-only file system"
	# hooks that are a link out of what is bound: it stays, and nothing is written through it
	pen -w "$PWD/w/repo" -- sh -c 'cd "$1" || exit; rm .git/hooks; ln -sfT . .git/hooks' - "$PWD/w/repo"
	says "busy"
	[ "$(readlink w/repo/.git/hooks)" = /tmp ]
	# a .git that is a file, and one that is a link
	"${identity[@]}" sh -c 'mkdir w/tree && echo "gitdir: x" >w/tree/.git'
	pen -w "$PWD/w/tree" -- sh -c 'cd "$1" || exit; echo evil >.git; mv .git y; ln -sf x .git' - "$PWD/w/tree"
	[ "$(cat w/tree/.git)" = "gitdir: x" ]
}

@test "38, as root: modules, worktrees, bare repositories and hg are guarded as well" {
	as_root; siblings
}

@test "38, rootless: modules, worktrees, bare repositories and hg are guarded as well" {
	as_rootless; siblings
}

named_are_held()
{
	repository
	"${identity[@]}" sh -c 'cd w/repo && mkdir -p .git/modules/.vim/one .git/worktrees/.odd conf .hooks \
			.sub sub/.more .own home/.config/git &&
		echo ref >.git/modules/.vim/one/HEAD &&
		printf "[core]\n\tworktree = ../../../../sub\n\thooksPath = .more\n" \
			>.git/modules/.vim/one/config &&
		touch .git/worktrees/.odd/config.worktree .hooks/x sub/.more/x .own/x .sub/x &&
		printf "[include]\n\tpath = ../conf/first\n" >>.git/config &&
		printf "[includeIf \"gitdir:/\"]\n\tpath = second\n" >conf/first &&
		printf "[core]\n\thookspath = \".hooks\" ; mine\n" >conf/second &&
		printf "[core]\n\thooksPath = .sub\n" >.git/config.worktree &&
		printf "[core]\n\thooksPath = .own\n" >home/.config/git/config'
	run env HOME="$PWD/w/repo/home" "${identity[@]}" "$pinfold" run --trace none -p open.policy \
		-w "$PWD/w/repo" --workdir "$PWD/w/repo" -- sh -c '
		for at in .git/modules/.vim/one/config .git/worktrees/.odd/config.worktree conf/first conf/second \
				.hooks/x .sub/x sub/.more/x .own/x; do
			echo evil >>"$at" && echo "wrote $at"
		done; echo more >mine; echo done'
	exits 0
	[[ $output != *wrote* ]]
	says done
}

@test "38, as root: hooks named in any git configuration, and modules of any name, are guarded" {
	as_root; named_are_held
}

@test "38, rootless: hooks named in any git configuration, and modules of any name, are guarded" {
	as_rootless; named_are_held
}

@test "38, under sudo: hooks named in the git configuration of the user who called it are guarded" {
	as_root
	mkdir -p w/.hooks w/other home
	touch w/.hooks/x w/other/x
	printf '[core]\n\thooksPath = .hooks\n[include]\n\tpath = ~/more\n' >home/.gitconfig
	printf '[core]\n\thooksPath = %s/w/other\n' "$PWD" >home/more
	{ cat /etc/passwd; echo "caller:x:$rootless_id:$rootless_id::$PWD/home:/bin/sh"; } >passwd
	chown -R "$rootless_id" w
	run unshare -m --propagation private sh -c 'mount --bind passwd /etc/passwd && exec "$@"' - \
		env HOME=/nonexistent SUDO_UID="$rootless_id" SUDO_GID="$rootless_id" "$pinfold" run \
		--trace none -p open.policy -w "$PWD/w" --workdir "$PWD/w" -- \
		sh -c 'for at in .hooks/x other/x; do echo evil >>$at && echo "wrote $at"; done; echo done'
	exits 0
	[[ $output != *wrote* ]]
	says done
}

@test "38: names of guard are below a writable directory" {
	printf 'guard .ci ./a//b\n' >one.policy
	"$pinfold" compile --print policy one.policy | grep -A1 -x 'guard .ci' | grep -x 'guard a/b'
	for name in /a ../a a/.. . ''; do
		printf 'guard "%s"\n' "$name" >bad.policy
		run "$pinfold" lint bad.policy
		exits 2
		says "is not a name below each writable directory, without '..'"
	done
	run "$pinfold" diff open.policy <(cat open.policy; echo guard x)
	says "narrower: + guard x"
}

# told SCRIPT CHANGE PATH...: after it the run tells these changes below the repository, and no more.
told()
{
	local script=$1 list=() report
	shift
	while [ $# -gt 0 ]; do
		list+=("$1 $PWD/w/repo/$2")
		shift 2
	done
	rm -f run.json
	run "${identity[@]}" "$pinfold" run --trace none --report "$PWD/w/run.json" -p open.policy \
		-w "$PWD/w/repo" --workdir "$PWD/w/repo" -- sh -c "$script"
	exits 0
	report=$(jq -r '.guarded | select(.compared and .whole) | .changes[] | .change + " " + .path' \
		w/run.json)
	[ "$(sort <<<"$report")" = "$(printf '%s\n' "${list[@]}" | sort)" ] || {
		echo "not ${list[*]}: $report"
		return 1
	}
	[ "$(grep -c "^pinfold: guarded: '$PWD/w/repo/" <<<"$output")" = "${#list[@]}" ]
}

changes_are_told()
{
	command -v jq >/dev/null || skip "jq is not installed"
	repository
	"${identity[@]}" sh -c 'cd w/repo && rm .envrc .bashrc && mkdir -p .config/fish deep/er &&
		git init -q deep/er/old && mkdir -p deep/er/old/.git/hooks && touch deep/er/old/.git/hooks/x'
	told 'echo x >a; git add a; git commit -qm x; git gc -q; touch mine kept; mkdir new'
	told 'echo evil >.envrc' made .envrc
	told 'rm -f .envrc; ln -s mine .bashrc' made .bashrc
	told 'mv .config x' gone .config/fish
	told 'rm -rf .vscode; mkdir .idea && touch .idea/x' made .idea
	told 'echo evil >.git/commondir; touch .git/config.worktree' \
		made .git/commondir made .git/config.worktree
	told 'mkdir .git/rebase-merge && echo exec evil >.git/rebase-merge/git-rebase-todo' \
		made .git/rebase-merge
	told 'echo exec more >>.git/rebase-merge/git-rebase-todo' \
		changed .git/rebase-merge/git-rebase-todo
	told 'rm -r .git/rebase-merge'
	told 'git init -q new/one && rm -r new/one/.git/hooks' made new/one/.git
	told 'git init -q --bare new/two && rm -r new/two/hooks' made new/two
	told 'echo evil >>deep/er/old/.git/hooks/x' changed deep/er/old/.git/hooks
	told 'mkdir -p .git/modules/m && cd .git/modules/m && touch HEAD config' \
		made .git/modules/m/config
	told 'echo "gitdir: ../old" >deep/er/.git' made deep/er/.git
	told 'echo "gitdir: ../new" >deep/er/.git' changed deep/er/.git
	# a bind of its own is the command's
	run "${identity[@]}" "$pinfold" run --trace none -p open.policy -w "$PWD/w/repo" \
		-w "$PWD/w/repo/.git" --workdir "$PWD/w/repo" -- \
		sh -c 'rm .git/commondir && git config x.y z'
	exits 0
	[ -z "$output" ]
}

@test "38, as root: what no mount holds is reported after the run" {
	as_root; changes_are_told
}

@test "38, rootless: what no mount holds is reported after the run" {
	as_rootless; changes_are_told
}

# A directory with an x but no r, in which git finds everything that it looks up by name.
@test "38, rootless: a directory that cannot be searched is reported" {
	as_rootless
	repository
	run "${identity[@]}" "$pinfold" check -p open.policy -w "$PWD/w/repo" --workdir "$PWD/w/repo" -- \
		sh -c 'mkdir -p new/.git/objects new/.git/refs; echo ref >new/.git/HEAD; chmod 0111 new'
	exits 125
	says "guarded: the writable directories hold more than is searched, or parts that cannot be read"
	# also when it is there from then on
	run "${identity[@]}" "$pinfold" check -p open.policy -w "$PWD/w/repo" --workdir "$PWD/w/repo" -- \
		touch new/.git/x
	exits 125
	"${identity[@]}" chmod 0755 w/repo/new
}

@test "38: a repository whose path is too long to be opened does not hide" {
	as_root
	mkdir w
	run "$pinfold" check -p open.policy -w "$PWD/w" --workdir "$PWD/w" -- bash -c '
		name=$(printf "%0250d" 0)
		for ((i = 0; i < 20; i++)); do mkdir "$name" && cd "$name"; done; mkdir -p .git'
	exits 125
	says "guarded: the writable directories hold more than is searched"
	rm -rf w
}

@test "38: what is on another file system below is reported, too" {
	as_root
	mkdir w
	unshare -m --propagation private sh -c '
		mkdir w/sub && mount -t tmpfs none w/sub && exec "$0" run --trace none -p open.policy -w "$PWD/w" \
			-- sh -c "mkdir -p $PWD/w/sub/deep/.git"' "$pinfold" >out 2>&1
	grep -F "pinfold: guarded: '$PWD/w/sub/deep/.git' was made during the run" out
}

# With the caller's rights: the directory is one that a user without capabilities cannot enter.
@test "38, under sudo: a directory that is private to its owner is searched, too" {
	as_root
	mkdir -m 700 w
	chown "$rootless_id:$rootless_id" w
	run env SUDO_UID="$rootless_id" SUDO_GID="$rootless_id" "$pinfold" run --trace none \
		-p open.policy -w "$PWD/w" -- sh -c 'cd "$1" && echo evil >.envrc' - "$PWD/w"
	exits 0
	says "pinfold: guarded: '$PWD/w/.envrc' was made during the run"
}

check_fails()
{
	mkdir -p w
	[ "${#identity[@]}" = 0 ] || chown "$rootless_id" w
	run "${identity[@]}" "$pinfold" check -p open.policy -w "$PWD/w" -- sh -c 'echo ran >"$1/.envrc"' - "$PWD/w"
	exits 123
	says "pinfold: guarded: '$PWD/w/.envrc' was made during the run"
	says "hint: look at what changed before anything outside runs or obeys it"
	run "${identity[@]}" "$pinfold" check --format github -p open.policy -w "$PWD/w" -- rm "$PWD/w/.envrc"
	[ "$status" != 123 ]
	rm -f w/.envrc
	run "${identity[@]}" "$pinfold" check --format github -p open.policy -w "$PWD/w" -- touch "$PWD/w/.envrc"
	exits 123
	says "::error title=pinfold::guarded: '$PWD/w/.envrc' was made during the run"
	run "${identity[@]}" "$pinfold" check -p open.policy -w "$PWD/w" -- touch "$PWD/w/x"
	exits 0
}

@test "38, as root: check fails on it" {
	as_root; check_fails
}

@test "38, rootless: check fails on it" {
	as_rootless; check_fails
}

# A file with the bit that was there before, changed in ways that keep the bit.
set_id_is_reported()
{
	mkdir w
	[ "${#identity[@]}" = 0 ] || chown "$rootless_id" w
	"${identity[@]}" sh -c 'cd w && mkdir -p .git/deep sub dir && touch .git/deep/a sub/b c lock still &&
		chmod 4755 .git/deep/a c still && chmod 2711 sub/b && chmod 2644 lock && chmod 2775 dir'
	told_set_id 'touch .git/deep/a sub/b lock dir; ln c d' .git/deep/a sub/b c d
	told_set_id 'cat still >/dev/null; echo x >new; chmod 0755 new; rm d'  c
	told_set_id 'chmod u-s c; chmod u-s .git/deep/a'
	run "${identity[@]}" "$pinfold" run --trace none --allow set-id -p open.policy -w "$PWD/w" \
		--workdir "$PWD/w" -- touch sub/b
	exits 0
	[ -z "$output" ]
	run "${identity[@]}" "$pinfold" check -p open.policy -w "$PWD/w" -- touch "$PWD/w/sub/b"
	exits 123
}

# told_set_id SCRIPT NAME...: after SCRIPT these are reported, and nothing else.
told_set_id()
{
	local script=$1 list
	shift
	printf -v list '%s\n' "$@"
	run "${identity[@]}" "$pinfold" run --trace none -p open.policy -w "$PWD/w" --workdir "$PWD/w" -- \
		sh -c "$script"
	exits 0
	[ "$(sed -n "s,^pinfold: guarded: '$PWD/w/\(.*\)' has a set-user-ID or set-group-ID bit.*,\1,p" \
		<<<"$output" | sort)" = "$(sort <<<"${list%$'\n'}")" ]
	[ "$(grep -c guarded: <<<"$output")" = $# ]
}

@test "41, as root: a set-user-ID file that was changed is reported" {
	as_root; set_id_is_reported
}

@test "41, rootless: a set-user-ID file that was changed is reported" {
	as_rootless; set_id_is_reported
}
