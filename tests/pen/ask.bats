#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Who asks the host about what failed in a pen opens nothing there, makes nothing, mounts nothing and
# waits for nothing, whatever the command named. The report has what was asked.

load pen

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	chmod 755 . "$BATS_RUN_TMPDIR"
	as_root
	printf 'default allow\nunknown allow\n' >open.policy
	pinfold=$top_builddir/pinfold
	attempt=$top_builddir/tests/pen/attempt
	mkdir work watched
	asked=("$pinfold" run -q --trace ebpf -p ../open.policy --report ../r.json -w . -- sh -c)
}

# verdicts: of the paths that were asked about, "PATH VERDICT" a line.
verdicts()
{
	jq -r '.pen_failures[] | select(.object.text) | "\(.object.text) \(.verdict)"' r.json | sort -u
}

# has LINE...: each is among the verdicts.
has()
{
	local line
	verdicts >verdicts
	for line in "$@"; do
		grep -qxF -- "$line" verdicts || {
			echo "not '$line':"
			cat verdicts
			return 1
		}
	done
}

# watched COMMAND...: what is in the directory, while the command runs in another one.
watched()
{
	status=0
	(cd work && timeout 60 "$attempt" watch "$BATS_TEST_TMPDIR/watched" "$@") >said 2>&1 || status=$?
	output=$(cat said)
}

make_watched()
{
	mkfifo watched/fifo
	mknod watched/null c 1 3
	echo x >watched/file
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("watched/socket")' 2>/dev/null || :
}

@test "33: the FIFOs, devices and files that the command named are not opened" {
	make_watched
	watched "${asked[@]}" "for f in fifo null file socket none; do cat $PWD/watched/\$f; echo >$PWD/watched/\$f; done; mkdir $PWD/watched/new"
	is_shut
	has "$PWD/watched/fifo pen" "$PWD/watched/null pen" "$PWD/watched/none host"
}

@test "33: no link is followed to them that the command could have put" {
	make_watched
	watched "${asked[@]}" "for f in fifo null file; do ln -s $PWD/watched/\$f \$f; cat \$f; done; ln -s ../watched up; cat up/file; ln -s /proc/self/fd/0 fd; cat fd/x"
	is_shut
	has "$PWD/work/fifo unknown" "$PWD/work/up/file unknown"
}

@test "33: no magic link of /proc is followed" {
	make_watched
	watched "${asked[@]}" "for n in 0 1 2 3 9; do cat /proc/self/fd/\$n/x /proc/1/root/x /proc/1/cwd/x; done"
	is_shut
}

@test "33, bare: each of them is opened" {
	make_watched
	for f in fifo null file; do
		watched dd "if=$PWD/watched/$f" iflag=nonblock count=0
		got_out
	done
}

# make_swapped: FIFOs, devices, files, directories and a link, for names to be exchanged.
make_swapped()
{
	make_watched
	mkdir watched/directory
	ln -s fifo watched/link
}

# swapped COMMAND...: as watched, while the names in the directory are exchanged.
swapped()
{
	status=0
	(cd work && timeout 60 "$attempt" swap "$BATS_TEST_TMPDIR/watched" "$@") >said 2>&1 || status=$?
	output=$(cat said)
}

@test "33: what another one takes the name of meanwhile is not opened" {
	make_swapped
	swapped "${asked[@]}" "for f in fifo directory file link null; do cat $PWD/watched/\$f; for n in \$(seq 100); do
		true <$PWD/watched/\$f/\$n; true >$PWD/watched/\$f/new\$n; done; done 2>/dev/null"
	is_shut
	[ "$(jq '[.pen_failures[] | select(.object.text // "" | startswith("'"$PWD"'/watched/"))] | length' r.json)" -gt 900 ]
}

@test "33, bare: one of them is opened by the name of another" {
	make_swapped
	swapped dd "if=$PWD/watched/directory" iflag=nonblock count=0
	got_out
}

@test "33: a chain of the host's links does not end at a descriptor of who asks" {
	make_watched
	mkdir chain
	ln -s /proc/self/fd chain/l0
	for n in $(seq 30); do ln -s "l$((n - 1))" "chain/l$n"; done
	watched "${asked[@]}" "for n in 0 3 4 5 6 9; do cat $PWD/chain/l30/\$n $PWD/chain/l30/\$n/x /dev/fd/\$n/x; done"
	is_shut
	has "$PWD/chain/l30/3 unknown" "$PWD/chain/l30/3/x unknown"
}

@test "33: more paths than are kept, through long links of the host's, are not waited for" {
	mkdir chain
	ln -s "$(printf './%.0s' {1..2000})." chain/l0
	for n in $(seq 30); do ln -s "$(printf './%.0s' {1..200})l$((n - 1))" "chain/l$n"; done
	watched "${asked[@]}" "perl -e 'stat \"$PWD/chain/l30/\$_\" for 1 .. 5000'"
	is_shut
	[ "$(jq '.pen_failures | length' r.json)" -gt 4000 ]
	[ "$(jq '.trace.lost.failures' r.json)" -gt 0 ]
}

# on_demand COMMAND...: below a directory of autofs, in mounts of their own.
on_demand()
{
	mkdir -p auto
	status=0
	unshare -m --propagation private sh -c 'cd work && exec "$@"' sh \
		timeout 60 "$attempt" on-demand "$PWD/auto" "$@" >said 2>&1 || status=$?
	output=$(cat said)
	[[ $output != *"no autofs"* ]] || skip "this kernel has no autofs"
}

@test "33: nothing is mounted on demand" {
	on_demand "${asked[@]}" "cat $PWD/auto/key/file; cat $PWD/auto/key; mkdir $PWD/auto/key"
	is_shut
	has "$PWD/auto/key/file unknown" "$PWD/auto/key unknown"
}

@test "33, bare: a name below it is mounted" {
	on_demand stat "$PWD/auto/key/file"
	got_out
}

@test "33: a file system that does not answer is not waited for" {
	mkdir hung
	status=0
	(cd work && timeout 60 "$attempt" hang "$BATS_TEST_TMPDIR/hung" "${asked[@]}" \
		"cat $BATS_TEST_TMPDIR/hung/x; cat /none") >said 2>&1 || status=$?
	[ -e r.json ] || { cat said; skip "no FUSE here"; }
	[ "$status" -ne 124 ]
	has "$PWD/hung/x unknown"
}
