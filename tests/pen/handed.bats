# SPDX-License-Identifier: GPL-2.0-or-later
# Row 42: a regular file as descriptor 0, 1 or 2 allows what it was opened for and no more.

load pen

# A file that any user may write, so that only the pen prevents it.
make_file()
{
	rm -f file
	printf 'SECRET\n' >file
	chmod 666 file
	[ "${#identity[@]}" = 0 ] || chown "$rootless_id:$rootless_id" file
	[ -z "$owner" ] || chown "$owner:$owner" file
}

# What nothing but a change of the file changes: ctime too.
file_state()
{
	stat -c '%a %u %g %s %y %z' "$1"
	cat "$1"
	lsattr "$1" 2>/dev/null || :
}

# What an append leaves as it was.
lasting_state()
{
	stat -c '%a %u %g' "$1"
	lsattr "$1" 2>/dev/null || :
	python3 -c 'import os, sys; print(os.listxattr(sys.argv[1]))' "$1"
}

# as_handed OPTION...: every way on an input and on outputs, under these options of run, or with
# another command of pinfold's as the first word.
as_handed()
{
	local verb=run before n
	case $1 in run | check | record) verb=$1; shift ;; esac
	make_file
	before=$(file_state file)
	status=0
	output=$(noted "${identity[@]}" "$pinfold" "$verb" -q "$@" -- "$attempt" handed 0 <file 2>&1) ||
		status=$?
	[ "$(file_state file)" = "$before" ] || { echo "$verb $*: $output"; file_state file; return 1; }
	[[ $output == *read* ]] || { echo "$verb $*: $output"; return 1; }
	for n in 1 2; do
		make_file
		before=$(lasting_state file)
		status=0
		output=$(eval 'noted "${identity[@]}" "$pinfold" "$verb" -q "$@" -- "$attempt" \
			handed $n 2>&1 '"$n"'>>file') || status=$?
		[ "$(lasting_state file)" = "$before" ]
		[[ $(<file) == "SECRET"$'\n'*"written"* ]] || { echo "$verb $*: $(<file)"; return 1; }
		[ "$(grep -c SECRET file)" = 1 ] # nor read and written to it
		[[ $output != *SECRET* && $output != *sendfile* ]]
		[[ $(stat -c %Y file) -gt 1 ]]
	done
}

under_all()
{
	as_handed -p open.policy --trace none "$@"
	as_handed -p open.policy "$@"
	as_handed "$@"
	as_handed --complain "$@"
	as_handed --allow '@file-system' "$@"
	as_handed -p '<record>' "$@"
	[ "$(id -u)" = 0 ] || return 0 # what follows is recorded first, with the tracer
	local who=("${identity[@]}")
	identity=()
	as_handed record -o "$PWD/seen.policy" "$@"
	identity=("${who[@]}")
	chmod 644 seen.policy
	as_handed -p "$PWD/seen.policy" "$@"
	as_handed check -p "$PWD/seen.policy" "$@"
}

bare_ways()
{
	make_file
	bare sh -c 'exec "$1" handed 0 <file' - "$attempt"
	[ "$(head -c 6 file)" != SECRET ]
	make_file
	bare sh -c 'exec "$1" handed 1 2>&1 >>file' - "$attempt"
	says SECRET
	[ "$(head -c 6 file)" != SECRET ]
}

@test "42, as root: <file is not changed, >>file not read, cut or changed, under any policy" {
	as_root; owner=; bare_ways; under_all
}

@test "42, as root: nor by the file's own user, be it 0" {
	as_root
	owner=0 under_all --user 0
}

@test "42, as root: nor under sudo by the caller" {
	as_root
	export SUDO_UID=$rootless_id SUDO_GID=$rootless_id
	owner=$rootless_id under_all
}

@test "42, rootless: <file is not changed, >>file not read, cut or changed, under any policy" {
	as_rootless; owner=; bare_ways; under_all
}

@test "42, mount(2) alone: nor on a kernel without the newer calls for mounts" {
	as_root
	owner=
	lack open_tree move_mount mount_setattr fsopen fsconfig fsmount
	as_handed -p open.policy --trace none
	as_rootless
	as_handed -p open.policy --trace none
}

# A file that has no name any more, and one whose name is another's.
without_name()
{
	local before
	make_file
	exec {fd}<file
	mv file moved
	printf 'OTHER\n' >file
	before=$(file_state moved)
	pen -- sh -c 'cat; echo x >/proc/self/fd/0' <&"$fd"
	says SECRET
	rm moved
	pen -- "$attempt" handed 0 <&"$fd"
	[ "$(cat "/proc/self/fd/$fd")" = SECRET ]
	[ "$(stat -Lc %a "/proc/self/fd/$fd")" = 666 ]
	exec {fd}<&-
}

@test "42, as root: a file without a name is read through a pipe" {
	as_root; owner=; without_name
}

@test "42, rootless: a file without a name is read through a pipe" {
	as_rootless; owner=; without_name
}

# What works as it does without a pen.
stays_of_use()
{
	local named=file
	seq 1000 >file
	chmod 644 file
	[ "${#identity[@]}" = 0 ] || chown "$rootless_id:$rootless_id" file
	# seeking and mapping, and the caller reads on where the command stopped
	output=$({ read -r a; "${identity[@]}" "$pinfold" run -q -- python3 -c '
import mmap, os
assert mmap.mmap(0, 0, prot=mmap.PROT_READ)[:2] == b"1\n"
assert os.lseek(0, 0, os.SEEK_CUR) == 2, os.lseek(0, 0, os.SEEK_CUR)
assert os.read(0, 4) == b"2\n3\n"'; read -r b; echo "$a $b"; } <file)
	[ "$output" = "1 4" ]
	# the same through a pipe
	exec {fd}<file
	rm file
	output=$({ read -r a; "${identity[@]}" "$pinfold" run -q -- sh -c 'read -r x; read -r y; echo $x $y'
		read -r b; echo "$a $b"; } <&"$fd")
	[ "$output" = $'2 3\n1 4' ]
	exec {fd}<&-
	# one file for both outputs keeps their order, and the shell writes on behind them
	for named in '>out' '>>out'; do
		rm -f out
		eval '{ echo before; "${identity[@]}" "$pinfold" run -q -- \
			sh -c "for i in \$(seq 200); do echo \$i; echo e\$i >&2; done"; echo after; } '"$named"' 2>&1'
		[ "$(cat out)" = "$(echo before; for i in $(seq 200); do echo $i; echo e$i; done; echo after)" ]
	done
	# much, to two files, and by the names that programs use
	"${identity[@]}" "$pinfold" run -q -- sh -c 'seq 300000 >/dev/stdout; seq 200000 >/dev/stderr' >out 2>err
	cmp out <(seq 300000)
	cmp err <(seq 200000)
	status=0
	"${identity[@]}" "$pinfold" run -q -- sh -c 'exit 7' <err >out || status=$?
	exits 7
}

@test "42, as root: position, seeking, mapping, order and amount are as without a pen" {
	as_root; stays_of_use
}

@test "42, rootless: position, seeking, mapping, order and amount are as without a pen" {
	as_rootless; stays_of_use
}

# What is lost is an error, whatever the command made of it.
lost_output()
{
	need_root
	mkdir full
	mount -t tmpfs -o size=16k,mode=777 full full
	status=0
	"${identity[@]}" "$pinfold" run -q -- sh -c 'seq 20000; exit 0' >full/out 2>err || status=$?
	umount full
	exits 125
	grep -q "cannot write what the command wrote to standard output: No space left on device" err
	status=0
	"${identity[@]}" "$pinfold" run -q --rlimit 'fsize 1000' -- sh -c 'seq 2000; exit 0' >out 2>err || status=$?
	exits 125
	[ "$(stat -c %s out)" = 1000 ]
	grep -q "File too large" err
	grep -q "hint: .*rlimit fsize" err
	# a reader of a pipe that has gone is the command's matter, as ever
	status=0
	"${identity[@]}" "$pinfold" run -q -- sh -c 'sleep 60 & exec 1>&- 2>&-' >out 2>err || status=$?
	exits 0
}

@test "42, as root: output that does not fit is an error" {
	as_root; lost_output
}

@test "42, rootless: output that does not fit is an error" {
	as_rootless; lost_output
}

@test "42: a descriptor that was opened neither for reading nor for writing is refused" {
	echo >file
	status=0
	output=$(python3 - "$pinfold" 2>&1 <<-'END'
	import os, subprocess, sys
	fd = os.open("file", os.O_PATH)
	os.dup2(fd, 0)
	sys.exit(subprocess.call([sys.argv[1], "run", "-q", "--", "sh", "-c", "echo ran"], close_fds=False, stdin=0))
	END
	) || status=$?
	exits 125
	says "hint: "
	[[ $output != *ran* ]]
}

# What the command wrote before pinfold was killed is in the file.
@test "42: a pinfold that is killed loses nothing of what was written" {
	as_root
	"$pinfold" run -q --trace none -p open.policy -- \
		sh -c 'seq 1000; sleep 60' >out 3>&- &
	pid=$!
	note $pid
	await grep -qx 1000 out
	kill -9 $pid
	wait $pid || :
	cmp out <(seq 1000)
	await no_copier "$pid"
}

# No process of pinfold's has the file open any more.
no_copier()
{
	! find /proc/[0-9]*/fd -lname "$PWD/out" 2>/dev/null | grep -q .
}

@test "limit time holds to the end, even if the file takes no more" {
	as_root
	local status=0 copier pid
	mkfifo go
	"$pinfold" run --trace none -q -p open.policy --limit 'time 2s grace 1s' -- \
		sh -c 'read -r _; echo begun; exec sleep 60' <>go >file 2>said &
	pid=$!
	note "$pid"
	await pgrep -x -P "$pid" pinfold-copier
	copier=$(pgrep -x -P "$pid" pinfold-copier)
	kill -STOP "$copier"
	await grep -q '^State:.T' "/proc/$copier/status"
	echo >go # what is written now is not copied
	wait "$pid" || status=$?
	kill -CONT "$copier" 2>/dev/null || true # it ends with pinfold
	exits 124
	grep -q 'cannot copy all that the command wrote: its file takes no more' said
}
