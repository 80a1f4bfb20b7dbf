# SPDX-License-Identifier: GPL-2.0-or-later
# Landlock: a pen without namespaces holds what is written, or is refused; nothing of the command
# reaches what its user has outside, or outlives pinfold; and a second wall in every other pen.

load pen

# Not one of root's own programs, which the other user may not run.
PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin

need_landlock()
{
	local version
	version=$(python3 -c 'import ctypes
print(ctypes.CDLL(None).syscall(444, None, 0, 1))')
	[ "$version" -ge "$1" ] || skip "Landlock is version $version, and this takes $1"
}

# outside: a process and a directory of the command's user, as $victim and $PWD/outside.
outside()
{
	mkdir -p outside
	echo secret | tee outside/secret outside/spare >outside/file
	cat >outside.py <<-'PYTHON'
	import socket, sys, time
	kept = []
	for name, kind in (("stream", socket.SOCK_STREAM), ("datagram", socket.SOCK_DGRAM)):
	    for at in ("outside/" + name, "\0" + sys.argv[1] + "/" + name):
	        s = socket.socket(socket.AF_UNIX, kind)
	        s.bind(at)
	        if kind == socket.SOCK_STREAM: s.listen(64)
	        kept.append(s)
	tcp = socket.socket()
	tcp.bind(("127.0.0.1", 0))
	tcp.listen(64)
	print(tcp.getsockname()[1], flush=True)
	sys.stdin.read()
	PYTHON
	[ "${#identity[@]}" = 0 ] || chown -R "$rootless_id:$rootless_id" outside
	mkfifo hold
	"${identity[@]}" python3 outside.py "$PWD/outside" <hold >port 2>/dev/null 3>&- &
	victim=$!
	exec 8>hold
	for _ in $(seq 500); do [ ! -s port ] || break; sleep 0.01; done
	[ -s port ]
	port=$(cat port)
}

teardown()
{
	[ -z "$victim" ] || kill -KILL "$victim" 2>/dev/null || true
}

# without COMMAND...: as a user who can make no namespaces.
without=(unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"' sh)

# try KIND STATEMENTS PROBE STATUS: prints "held" or "125", or fails.
try_statement()
{
	local got=0 limit=
	{
		printf 'default allow\nunknown allow\n'
		[[ $2 == pen\ * ]] || printf 'pen %s\n' "$1"
		tr ';' '\n' <<<"$2"
	} >row.policy
	[[ $3 != report\ * ]] || limit=${3#report }
	SECRET=yes noted "${identity[@]}" "$pinfold" run -q --trace none -p row.policy \
		--report row.json -- sh -c "TMPDIR=\${TMPDIR:-/tmp}
			${limit:+true ||} $3" 9<outside/file </dev/null >row.out 2>&1 || got=$?
	if [ "$got" = 125 ]; then
		grep -q 'error: \|^pinfold: ' row.out && echo 125
		return
	fi
	[ "$got" = "$4" ] && { [ -z "$limit" ] ||
		jq -e ".enforced.cgroup.limits.$limit" row.json >/dev/null; } && echo held
}

# table KIND...: every row of statements.txt in these kinds of pen; each is printed.
table()
{
	local statements probe status kind got bad=0
	need_landlock 6
	outside
	while IFS='|' read -r statements probe status; do
		[[ $statements != \#* ]] || continue
		for kind; do
			probe=${probe//@O/$PWD/outside} probe=${probe//@P/$port} probe=${probe//@H/$(uname -n)}
			got=$(try_statement "$kind" "${statements//@O/$PWD/outside}" "$(echo $probe)" \
				"$(echo $status)") || {
				bad=1
				got="NEITHER: $(cat row.out)"
			}
			printf '%-10s  %-34s %s\n' "$kind" "$statements" "$got"
		done
	done <"$BATS_TEST_DIRNAME/statements.txt"
	return $bad
}

table_of_all()
{
	table namespaces landlock auto >table.txt || { grep NEITHER table.txt; return 1; }
	# Not all by refusing: this many hold.
	[ "$(grep -c '^namespaces .* held$' table.txt)" -ge "$1" ]
	[ "$(grep -c '^landlock .* held$' table.txt)" -ge "$2" ]
}

@test "every statement holds or is refused in each kind of pen, as root" {
	as_root
	table_of_all 33 20
	# Who is refused: what takes a mount, or a namespace.
	for row in root device tmpfs hide hostname capability 'net user'; do
		grep -q "^landlock  *$row.* 125$" table.txt
	done
}

@test "every statement holds or is refused in each kind of pen, rootless" {
	as_rootless
	table_of_all 24 15
}

@test "every statement holds or is refused, as a user who can make no namespaces" {
	as_rootless
	identity+=("${without[@]}")
	"${identity[@]}" true || skip "no user namespace can be made here"
	need_landlock 6
	table landlock auto >table.txt || { grep NEITHER table.txt; return 1; }
	[ "$(grep -c '^auto .* held$' table.txt)" -ge 15 ]
	[ "$(sed -n 's/^auto  *//p' table.txt)" = "$(sed -n 's/^landlock  *//p' table.txt)" ]
	# Without a word of it there is no step down.
	pen -- true
	exits 125
	says "--pen landlock"
}

reaches_nothing()
{
	need_landlock 6
	outside
	bare "$attempt" outside "$victim" "$PWD/outside"
	got_out
	for name in kill kill-all sigqueue tgkill pidfd environ cmdline status prlimit nice affinity \
		ioprio read write truncate list create link symlink rename chmod chmod-descriptor chown \
		times watch socket abstract pair inet netlink shmget msgget semget unshare clone; do
		says "out: $name"
	done
	local top=$PWD
	mkdir inner && cp open.policy inner && cd inner
	pen --pen landlock -r "$attempt" -- "$attempt" outside "$victim" "$top/outside"
	is_shut
	[ -z "$output" ]
}

@test "nothing that its user has outside is reached without namespaces, as root" {
	as_root
	# Here the outside is of the command's own id, too.
	identity=(setpriv "--reuid=$rootless_id" "--regid=$rootless_id" --clear-groups)
	chown "$rootless_id:$rootless_id" . *
	need_landlock 6
	outside
	identity=()
	local top=$PWD
	mkdir inner && cp open.policy inner && cd inner
	pen --pen landlock --user "$rootless_id" -r "$attempt" -- "$attempt" outside "$victim" "$top/outside"
	is_shut
	[ -z "$output" ]
}

@test "nothing that its user has outside is reached without namespaces, rootless" {
	as_rootless
	reaches_nothing
}

# secret MODE: a pen without namespaces where /etc/sudoers.d holds a file of that mode.
secret()
{
	mkdir -p sudoers.d
	: >sudoers.d/own
	chmod "$1" sudoers.d/own
	run noted unshare -m --propagation private sh -c 'mount --bind sudoers.d /etc/sudoers.d && exec "$@"' sh \
		"$pinfold" run -q --trace none --pen landlock --user "$rootless_id:$rootless_id" -- true
}

@test "what every pen hides and everybody may read is refused without namespaces, with what helps" {
	as_root
	[ -d /etc/sudoers.d ] || skip "sudo is not installed"
	need_landlock 6
	secret 644
	exits 125
	says "cannot keep '/etc/sudoers.d/own' from the command without namespaces: user $rootless_id may read it"
	says "hint: everybody may: chmod o-r '/etc/sudoers.d/own'"
	secret 640
	exits 0
}

left_nothing()
{
	! pgrep -f "sleep 7$$" && ! ls -d /tmp/pinfold-* 2>/dev/null | grep -vxFf before
}

await_nothing()
{
	for _ in $(seq 200); do ! left_nothing || return 0; sleep 0.02; done
	left_nothing
}

ends_whole()
{
	need_landlock 6
	ls -d /tmp/pinfold-* >before 2>/dev/null || true
	local script="mkdir -p \$TMPDIR/a/b; echo >\$TMPDIR/a/b/c; (setsid sh -c 'trap \"\" TERM HUP INT; sleep 7$$' &)"
	pen --pen landlock -- sh -c "$script; exit 7"
	exits 7
	left_nothing
	pen --pen landlock -l 'time 300ms grace 100ms' -- sh -c "$script; trap '' TERM; sleep 7$$"
	exits 124
	left_nothing
	# Killed: the pen ends a moment later, and the directory goes with it.
	"${identity[@]}" "$pinfold" run -q --trace none -p open.policy --pen landlock -- \
		sh -c "$script; echo up; sleep 7$$" >up 3>&- &
	for _ in $(seq 500); do [ ! -s up ] || break; sleep 0.01; done
	kill -KILL $!
	wait $! || true
	await_nothing
	# Its first process killed, and then pinfold, too: nothing takes the others along by itself.
	local also
	for also in "" pinfold; do
		"${identity[@]}" "$pinfold" run -q --trace none -p open.policy --pen landlock -- \
			sh -c "$script; echo up; sleep 7$$" >up 3>&- &
		for _ in $(seq 500); do [ ! -s up ] || break; sleep 0.01; done
		kill -KILL "$(pgrep -P $! -x pinfold-init)" ${also:+$!}
		wait $! || status=$?
		[ "$status" = 137 ]
		await_nothing
		: >up
	done
}

@test "a pen without namespaces ends whole and leaves nothing, as root" {
	as_root
	ends_whole
}

@test "a pen without namespaces ends whole and leaves nothing, rootless" {
	as_rootless
	ends_whole
}

@test "what nobody may remove does not keep the directory's end waiting" {
	as_root
	need_landlock 6
	echo 'allow set-mode' >>open.policy
	mkfifo hold.in
	"$pinfold" run -q --trace none -p open.policy --pen landlock --user "$rootless_id" -- \
		sh -c 'chmod 777 $TMPDIR; mkdir $TMPDIR/own; echo $TMPDIR; read -r _; exit 7' \
		<hold.in >up 2>said 3>&- &
	local run=$!
	exec 7>hold.in
	for _ in $(seq 500); do [ ! -s up ] || break; sleep 0.01; done
	local dir
	dir=$(cat up)
	mkdir -p "$dir/strange/below" && touch "$dir/strange/below/file"
	exec 7>&-
	local got=0
	timeout 20 tail --pid=$run -f /dev/null || got=$?
	[ "$got" = 0 ] || kill -KILL $run
	status=0
	wait $run || status=$?
	ls "$dir" >left
	rm -r "$dir"
	[ "$got" = 0 ]
	[ "$(cat left)" = strange ]
	# Which is said, and the status is the command's.
	[ "$status" = 7 ]
	grep -q "^pinfold: cannot remove the command's own directory '$dir'" said
	grep -q "^hint: " said
}

# What changes files has other names in the ABI of i386.
reaches_nothing_by_x86()
{
	need_landlock 6
	printf 'arch x86_64 x86\ndefault allow\nunknown allow\n' >abis.policy
	mkdir outside inner && echo secret >outside/secret
	chown -R "$rootless_id:$rootless_id" outside
	bare "$attempt" outside-x86 "$PWD/outside/secret"
	got_out
	for name in chmod chown chown32 lchown32 utime utimes utimensat utimensat_time64; do says "out: $name"; done
	local top=$PWD
	status=0
	output=$(cd inner && "${identity[@]}" "$pinfold" run -q --trace none -p ../abis.policy --pen landlock \
		--user "$rootless_id" -r "$attempt" -- "$attempt" outside-x86 "$top/outside/secret" 2>&1) || status=$?
	is_shut
	[ -z "$output" ]
}

@test "nothing that its user has outside is changed by calls of i386" {
	as_rootless
	[ "$(uname -m)" = x86_64 ] || skip "i386's calls are those of x86_64"
	"$payload" each x86:20 || skip "this kernel has no i386 calls"
	reaches_nothing_by_x86
}

@test "what is missing without namespaces stands in the report and on one line" {
	need_landlock 6
	"$pinfold" run --pen landlock --report r.json -- true 2>err
	[ "$(grep -c 'this pen has no namespaces: ' err)" = 1 ]
	jq -e '.enforced.pen == "landlock" and .enforced.namespaces == []
		and (.enforced.missing | length) >= 4' r.json
	"$pinfold" report --format json r.json | cmp - r.json
	"$pinfold" run --pen auto --report r.json -- true 2>err
	run grep 'no namespaces' err
	[ "$status" = 1 ]
	jq -e '.enforced.pen == "namespaces" and .enforced.missing == []' r.json
}

@test "no Unix socket is passed on that leads to the path of any other" {
	need_landlock 6
	cat >given.py <<-'PYTHON'
	import os, socket, subprocess, sys
	kind, fd, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
	one, other = socket.socketpair(socket.AF_UNIX,
	    socket.SOCK_DGRAM if kind == "datagram" else socket.SOCK_STREAM)
	if kind in ("alone", "listening"):
	    one = socket.socket(socket.AF_UNIX)
	if kind == "listening":
	    one.bind(f"at{os.getpid()}")
	    one.listen()
	os.dup2(one.fileno(), fd)
	sys.exit(subprocess.run(command, pass_fds=[fd] if fd > 2 else []).returncode)
	PYTHON
	local kind fd option want
	for fd in 0 7; do
		for kind in datagram alone listening connected; do
			option=()
			[ "$fd" = 0 ] || option=(--fd "$fd")
			for pen in landlock namespaces; do
				want=0
				case $pen$kind in landlockdatagram | landlockalone) want=125 ;; esac
				run python3 given.py "$kind" "$fd" "$pinfold" run -q --trace none --pen "$pen" \
					"${option[@]}" -- true
				[ "$status" = "$want" ] || {
					echo "$kind as $fd, pen $pen: $status, $output"
					return 1
				}
				[ "$want" = 0 ] || [[ $output == *"descriptor $fd cannot be passed on"*"hint: "* ]]
			done
		done
	done
}

@test "a policy that says pen namespaces gets no other" {
	need_landlock 6
	echo 'pen namespaces' >>open.policy
	as_rootless
	identity+=("${without[@]}")
	pen -- true
	exits 125
}

second_wall()
{
	need_landlock 2
	# Not below the pen's own /tmp, which is writable: rules take nothing away from that.
	local shown
	shown=$(mktemp -d -p /var/tmp)
	# What mounts leave open stays open: named pipes in a read-only bind, queues.
	mkfifo "$shown/pipe"
	chmod -R a+rwX "$shown"
	pen -r "$shown" -- sh -c "exec 7<>$shown/pipe; echo x >&7"
	exits 0
	# Between directories, moves and links work.
	pen -w "$shown" -- sh -c "cd $shown; mkdir a b; echo >a/x; mv a/x b; ln b/x a; rm -r a b"
	exits 0
	# It can be opened again by its name, as it was opened.
	pen -- sh -c 'cat /dev/stdin' <open.policy
	exits 0
	says 'default allow'
	rm -r "$shown"
}

@test "the mounts hold once more as rules of Landlock, as root" {
	as_root
	second_wall
	pen --dry-run -- true
	says 'enter the rules of Landlock'
	# Landlock forbids mounting for good.
	pen --capability sys_admin --dry-run -- true
	[[ $output != *Landlock* ]]
}

@test "the mounts hold once more as rules of Landlock, rootless" {
	as_rootless
	second_wall
}

@test "limit pids counts the same without namespaces" {
	as_root
	need_cgroup
	need_landlock 6
	for kind in namespaces landlock; do
		pen --pen "$kind" --limit 'pids 3' -- sh -c '/bin/true && echo one'
		exits 0
		says one
		pen --pen "$kind" --limit 'pids 3' -- sh -c '(/bin/true; echo other) && echo two'
		[ "$status" != 0 ]
	done
}

# nests: what a pen holds, a pinfold in it has a pen without namespaces in.
nests()
{
	need_landlock 6
	mkdir nest && cp pinfold nest && cp open.policy nest && cd nest
	echo 'echo in $TMPDIR >$TMPDIR/x && cat $TMPDIR/x; cat /root/.profile ../open.policy 2>/dev/null || echo closed' >what
	local inner=(./pinfold run -q --trace none --pen landlock -r . -- sh ./what)
	[ -e pinfold.real ] || cp "$payload" . # which the script pinfold runs
	for kind in "$@"; do
		status=0
		output=$(noted "${identity[@]}" "$pinfold" run -q --trace none --pen "$kind" -r . -- \
			"${inner[@]}" 2>&1) || status=$?
		exits 0
		says "in /tmp/pinfold-"
		! [ -e "$(sed -n 's/^in //p' <<<"$output")" ]
		says closed
		status=0
		output=$(noted "${identity[@]}" "$pinfold" run -q --trace none --pen "$kind" -r . -- \
			./pinfold run -q --trace none --pen landlock -- sh -c 'exit 7' 2>&1) || status=$?
		exits 7
	done
}

@test "a pen in a pen, as root" {
	as_root
	nests namespaces
}

@test "a pen in a pen, rootless" {
	as_rootless; nests namespaces landlock
}
