# SPDX-License-Identifier: GPL-2.0-or-later
# Row 37 of the ways out: what an earlier run left in a directory that it could write leads the next
# one nowhere. That run is a real one, in each test.

load pen

# planted: a directory that a run could write to, with links to what was outside.
planted()
{
	mkdir -p proj/real secret
	echo secret >secret/file
	chmod 777 proj proj/real secret
	pen -w "$PWD/proj" -- sh -c 'cd "$1" && ln -s ../secret out && ln -s ../../secret real/out &&
		ln -s /etc etc && ln -s ../secret/file file' - "$PWD/proj"
	exits 0
}

links_lead_nowhere()
{
	local path
	planted
	for path in out real/out etc file out/.; do
		bare ls "proj/$path"
		exits 0
		pen -w "$PWD/proj/$path /data" -- sh -c 'echo ran; ls /data'
		exits 125
		says "cannot bind '$PWD/proj/${path%/.}' on '/data', writable: the path has a symbolic link"
		[[ $output != *ran* ]]
		pen --root "$PWD/proj/$path" -- echo ran
		exits 125
		says "the root, read-only: the path has a symbolic link"
		# a read-only one of the same policy, by the name that is below
		pen -w "$PWD/proj" -r "$PWD/proj/$path /data" -- cat /data/file /data
		exits 125
		says "the path has a symbolic link"
		[[ $output != *secret$'\n'* ]]
	done
	pen -w "$PWD/proj/out/. /data" -- true
	says "hint: '$PWD/proj/out' is a symbolic link, which an earlier run could have created; if it leads where it should, write '$PWD/secret' instead"
	# the remedy works
	pen -w "$PWD/secret /data" -- cat /data/file
	exits 0
	# try skips what is missing, but not a link
	pen --bind-rw "try $PWD/proj/none" -- echo ran
	exits 0
	pen --bind-rw "try $PWD/proj/out" -- echo ran
	exits 125
	# a statement of a file, relative to it
	printf 'default allow\nbind rw ../secret/../proj/out /data\n' >proj/app.policy
	pen -p proj/app.policy -- echo ran
	exits 125
	says "proj/app.policy:2:1: error: cannot bind '"
}

@test "37, as root: no link of an earlier run leads a writable bind or a root elsewhere" {
	as_root; links_lead_nowhere
}

@test "37, rootless: no link of an earlier run leads a writable bind or a root elsewhere" {
	as_rootless; links_lead_nowhere
}

# The system's own links, at depth 0 and 1, are followed: /var/run here stands for all. In a mount
# namespace of the test's own.
links_of_the_system()
{
	need_root
	local start=(timeout 60 unshare -m sh -c '
		mount -t tmpfs -o mode=755 t /srv && mkdir -m 777 /srv/data /srv/deep &&
		ln -s /srv/data /srv/link && ln -s /srv/data /srv/deep/link && exec "$@"' -
		"${identity[@]}" "$pinfold" run -q --trace none -p open.policy)
	run "${start[@]}" -w "/srv/link /data" -- touch /data/x
	exits 0
	run "${start[@]}" --root /srv/link -r /usr -- true
	exits 125
	says "cannot bind '/usr': the target does not exist in the pen"
	run "${start[@]}" -w "/srv/deep/link /data" -- touch /data/x
	exits 125
	says "hint: '/srv/deep/link' is a symbolic link"
}

@test "37, as root: a link of the system's, at depth 1, is followed" {
	as_root; links_of_the_system
}

@test "37, rootless: a link of the system's, at depth 1, is followed" {
	as_rootless; links_of_the_system
}

# swapping: exchanges a directory and a link to what is outside, until the test ends.
swapping()
{
	command -v perl >/dev/null || skip "perl is not installed"
	local at=$BATS_TEST_TMPDIR
	mkdir -p "$at"/{swap/x,secret}
	ln -s ../secret "$at/swap/y"
	echo secret >"$at/secret/file"
	chmod 777 "$at"/{swap,swap/x,secret}
	[ "${#identity[@]}" = 0 ] || chown -hR "$rootless_id" "$at/swap"
	timeout 120 "${identity[@]}" perl -e 'my ($x, $y) = @ARGV;
		syscall(316, -100, $x, -100, $y, 2) == 0 or die while 1' "$at"/swap/{x,y} 3>&- &
	swapper=$!
}

teardown()
{
	cd "$BATS_TEST_TMPDIR" || :
	[ -z "$swapper" ] || kill "$swapper"
}

# wins COMMAND...: how often of 60 times it shows the secret, in $won; how often it was let, in $let.
wins()
{
	local i
	won=0 let=0
	for ((i = 0; i < 60; i++)); do
		output=$("$@" 2>&1) && let=$((let + 1))
		[[ $output != secret ]] || won=$((won + 1))
	done
}

swaps_win_nothing()
{
	[ "$(uname -m)" = x86_64 ] || skip "the number of renameat2 is that of x86_64"
	swapping
	wins "${identity[@]}" cat swap/x/file
	[ "$won" -gt 0 ]
	wins "${identity[@]}" "$pinfold" run -q --trace none -p open.policy -w "$PWD/swap/x /data" -- \
		cat /data/file
	[ "$won" = 0 ]
	wins "${identity[@]}" "$pinfold" run -q --trace none -p open.policy \
		-w "$PWD/swap" -r "$PWD/swap/x /data" -- cat /data/file
	[ "$won" = 0 ]
	wins "${identity[@]}" "$pinfold" run -q --trace none -p open.policy \
		-w "$PWD/swap/x /data" -- true
	[ "$let" -gt 0 ]
}

@test "37, as root: a source that is swapped for a link is refused, or bound as it was" {
	as_root; swaps_win_nothing
}

@test "37, rootless: a source that is swapped for a link is refused, or bound as it was" {
	as_rootless; swaps_win_nothing
}

policy_is_where_it_was()
{
	[ "$(uname -m)" = x86_64 ] || skip "the number of renameat2 is that of x86_64"
	swapping
	echo allow read >x && "${identity[@]}" cp x swap/z && until mv -n swap/z swap/x/file && [ ! -e swap/z ]; do :; done
	for ((let = won = i = 0; i < 90; i++)); do
		output=$("${identity[@]}" "$pinfold" lint swap/x/file 2>&1) && let=$((let + 1))
		[[ $output != *"'secret'"* ]] || won=$((won + 1))
	done
	[ "$won" = 0 ]
	[ "$let" -gt 0 ]
}

@test "37, as root: a policy that is swapped for a link shows nothing of what the link leads to" {
	as_root; policy_is_where_it_was
}

here_is_here()
{
	[ "$(uname -m)" = x86_64 ] || skip "the number of renameat2 is that of x86_64"
	mkdir -p swap/x
	cd swap/x
	swapping
	wins "${identity[@]}" "$pinfold" run -q --trace none -p "$BATS_TEST_TMPDIR/open.policy" -- \
		sh -c 'cat "$PWD/file"'
	[ "$won" = 0 ]
	wins "${identity[@]}" "$pinfold" run -q --trace none -p "$BATS_TEST_TMPDIR/open.policy" -- true
	[ "$let" = 60 ]
}

@test "37, as root: the working directory is shown as it is, not by a name that was swapped" {
	as_root; here_is_here
}

@test "37, rootless: the working directory is shown as it is, not by a name that was swapped" {
	as_rootless; here_is_here
}
