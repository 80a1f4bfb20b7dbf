# SPDX-License-Identifier: GPL-2.0-or-later
# Descriptors that are handed on by number, and those that the command opens by name.

load pen

# shell ARG... <SCRIPT: runs it as the caller of pinfold, whose pipes are its own.
shell()
{
	status=0
	output=$("${identity[@]}" timeout 60 bash -eus "$pinfold" "$@" 2>&1) || status=$?
}

# Row 17: the descriptors that are named, at their numbers, and no others.
numbers()
{
	shell "$@" <<-'END'
	pinfold=$1
	shift
	exec 7</ 63</ 2048</
	for n in $(seq 3 20) 63 1000; do
	    output=$(eval '"$pinfold" run -q "$@" --fd $n -- \
	        sh -c "cat /dev/fd/$n; echo /proc/self/fd/*" '"$n"'< <(echo "through $n")' 2>&1) || :
	    [ "${output%%$'\n'*}" = "through $n" ]
	    # the shell has its own for the directory that it reads
	    [ "$(tr ' ' '\n' <<<"${output#*$'\n'}" | grep -cvE "/fd/([012]|$n)\$")" -le 1 ] ||
	        { echo "$n: $output"; exit 1; }
	    [[ $output != *fd/2048* ]]
	done
	END
	exits 0
}

@test "17, as root: a descriptor is handed on at its number, whatever pinfold has open, and no other" {
	as_root; numbers; numbers --trace none; numbers --trace notify
}

@test "17, rootless: a descriptor is handed on at its number, whatever pinfold has open, and no other" {
	as_rootless; numbers; numbers --trace none
}

# Every descriptor of pinfold's own is close-on-exec: that tells it from the caller's.
own_descriptors()
{
	local fd
	note "$1"
	for fd in "/proc/$1/fdinfo"/*; do
		[ "${fd##*/}" -gt 2 ] || continue
		grep -qE '^flags:.*2[0-7]{6}$' "$fd" || { ls -l "/proc/$1/fd/${fd##*/}"; return 1; }
	done
}

@test "17, as root: every descriptor of pinfold's own is close-on-exec" {
	as_root
	local options
	for options in '--trace ebpf --report r.json --stream s.jsonl' '--trace notify'; do
		: >begun
		chmod 666 begun
		# shellcheck disable=SC2086
		/usr/bin/python3 -c 'import os, sys; os.closerange(3, 4096); os.execv(sys.argv[1], sys.argv[1:])' \
			"$pinfold" run -q $options -w "$PWD/begun" -- sh -c "echo x >'$PWD/begun'; exec sleep 60" \
			</dev/null >/dev/null 2>&1 3>&- &
		pid=$!
		await test -s begun
		own_descriptors "$pid"
		kill "$pid"
		wait "$pid" || :
	done
}

@test "17, as root: a number that the caller does not have open is not one of pinfold's" {
	as_root
	for n in $(seq 3 30); do
		status=0
		output=$(/usr/bin/python3 -c 'import os, sys; os.closerange(3, 4096); os.execv(sys.argv[1], sys.argv[1:])' \
			"$pinfold" run -q --report r.json --stream s.jsonl --fd "$n" -- echo ran 2>&1) || status=$?
		exits 125
		says "--fd: error: descriptor $n is not open"
	done
}

# What may be handed on, and what may not.
kinds()
{
	status=0
	output=$("${identity[@]}" /usr/bin/python3 - "$pinfold" 2>&1 <<-'END'
	import ctypes, os, pty, socket, subprocess, sys
	libc = ctypes.CDLL(None, use_errno=True)
	def call(nr, *args):
	    return libc.syscall(nr, *args)
	def path(name, flags=os.O_RDONLY):
	    try:
	        return os.open(name, flags)
	    except OSError:
	        return -1
	def listening():
	    s = socket.socket()
	    s.listen()
	    return s.detach()
	room = ctypes.create_string_buffer(256)
	master, slave = pty.openpty()
	open("plain", "w").close()
	os.mkfifo("fifo")
	good = {
	    "pipe": lambda: os.pipe()[0],
	    "fifo": lambda: path("fifo", os.O_RDWR),
	    "socket": lambda: socket.socketpair()[0].detach(),
	    "listening": listening,
	    "file": lambda: path("plain"),
	    "file to write": lambda: path("plain", os.O_WRONLY | os.O_APPEND),
	    "file for both": lambda: path("plain", os.O_RDWR),
	    "memfd": lambda: os.memfd_create("x"),
	    "terminal": lambda: slave,
	    "eventfd": lambda: os.eventfd(0),
	}
	bad = {
	    "directory": lambda: path("/"),
	    "directory by O_PATH": lambda: path("/", os.O_PATH),
	    "file by O_PATH": lambda: path("plain", os.O_PATH),
	    "link by O_PATH": lambda: path("/proc/self/exe", os.O_PATH | os.O_NOFOLLOW),
	    "null": lambda: path("/dev/null", os.O_RDWR),
	    "zero": lambda: path("/dev/zero"),
	    "fuse": lambda: path("/dev/fuse", os.O_RDWR),
	    "master": lambda: master,
	    "memory": lambda: path("/proc/self/mem", os.O_RDWR),
	    "namespace": lambda: path("/proc/self/ns/net"),
	    "maps": lambda: path("/proc/self/uid_map", os.O_RDONLY),
	    "sysctl": lambda: path("/proc/sys/kernel/core_pattern"),
	    "sysfs": lambda: path("/sys/kernel/mm/transparent_hugepage/enabled"),
	    "cgroup": lambda: path("/sys/fs/cgroup/unified/cgroup.procs"),
	    "pidfd": lambda: os.pidfd_open(os.getpid()),
	    "epoll": lambda: call(291, 0),
	    "inotify": lambda: call(294, 0),
	    "fanotify": lambda: call(300, 0x200, 0),
	    "signalfd": lambda: call(289, -1, room, 8, 0),
	    "timerfd": lambda: call(283, 1, 0),
	    "queue": lambda: call(240, b"pinfold-test", os.O_CREAT | os.O_RDWR, 0o600, None),
	    "bpf map": lambda: call(321, 0, (ctypes.c_uint32 * 20)(2, 4, 4, 1), 80),
	    "event of perf": lambda: call(298, (ctypes.c_uint32 * 34)(1, 136), os.getpid(), -1, -1, 0),
	    "io_uring": lambda: call(425, 4, room),
	    "userfaultfd": lambda: call(323, 1),
	    "mount": lambda: call(428, -100, b"/", 1),
	    "file system": lambda: call(430, b"tmpfs", 0),
	    "landlock": lambda: call(444, ctypes.byref(ctypes.c_uint64(1)), 8, 0),
	    "key of memory": lambda: call(447, 0),
	}
	tried, failed = 0, 0
	for kinds, expected in ((good, 0), (bad, 125)):
	    for name, make in kinds.items():
	        fd = make()
	        if fd < 0:
	            continue
	        tried += 1
	        os.set_inheritable(fd, True)
	        ran = subprocess.run([sys.argv[1], "run", "-q", "--trace", "none", "--fd", str(fd), "--",
	            "sh", "-c", f"echo ran; test -e /proc/self/fd/{fd}"], close_fds=False,
	            capture_output=True, text=True, stdin=subprocess.DEVNULL)
	        is_right = ran.returncode == expected and (ran.stdout == "ran\n") == (expected == 0) and \
	            (expected == 0 or f"descriptor {fd}" in ran.stderr and "hint: " in ran.stderr)
	        if not is_right:
	            print(name, fd, ran)
	            failed += 1
	        if fd not in (master, slave):
	            os.close(fd)
	libc.mq_unlink(b"/pinfold-test")
	print(tried, "tried")
	sys.exit(failed or tried < 20)
	END
	) || status=$?
	rm -f fifo plain
	exits 0
}

@test "17, as root: pipes, sockets, plain files, terminals and eventfds are handed on, and nothing else" {
	as_root; kinds
}

@test "17, rootless: pipes, sockets, plain files, terminals and eventfds are handed on, and nothing else" {
	as_rootless; kinds
}

@test "a number that is invalid, not open or pinfold's own is an error with a hint" {
	pen --fd 9 -- echo ran 9<&-
	exits 125
	says "--fd: error: descriptor 9 is not open"
	says "hint: it must be opened by the program that starts pinfold"
	SUDO_UID=1 SUDO_GID=1 pen --fd 9 -- echo ran 9<&-
	says "hint: sudo closes it; sudo -C 10"
	for n in 1 -1 x 4294967296 ''; do
		pen --fd "$n" -- echo ran
		exits 2
		says "hint: "
	done
	pen --fd "$(seq 3 70 | tr '\n' ' ')" -- echo ran
	exits 2
	says "at most 64"
	pen --fd 9 --status-fd 9 -- echo ran 9>out
	exits 2
	says "cannot pass on descriptor 9: --status-fd writes to it"
	pen --fd 9 --stream /dev/fd/9 -- echo ran 9>out
	exits 2
	printf 'policy 1\nfd 9\n' >fd.policy
	pen -p fd.policy -- sh -c 'cat <&9' 9< <(echo by a policy)
	exits 0
	says "by a policy"
	echo 'include fd.policy' >includes.policy
	pen -p includes.policy -- echo ran 9</dev/null
	exits 2
	says "an included file cannot say 'fd'"
	pen --rules-only -p fd.policy -- echo ran 9</dev/null
	exits 2
	[[ $output != *ran* ]]
}

# cat <(echo hi), as the shell hands it to any program.
substitutions()
{
	shell <<-'END'
	run() { "$pinfold" run -q --trace none "$@"; }
	pinfold=$1
	[ "$(run --fd 63 -- cat <(echo one))" = one ]
	[ "$(run --fd '62 63' -- paste <(echo a) <(echo b))" = $'a\tb' ]
	[ "$(run --fd 63 -- tee >(sed s/^/seen-/) <<<out >/dev/null)" = "seen-out" ]
	END
	exits 0
	shell <<-'END'
	"$1" run -q --trace none -- cat <(echo one)
	END
	exits 1
	says "warning: '/dev/fd/63' is not passed on to the command"
	says "hint: --fd 63"
	# what the command opens itself, and what is not open, is not an error
	pen -- sh -c 'exec 5</etc/hostname; echo mine; : /dev/fd/5'
	[ "$output" = mine ]
}

@test "as root: the shell's <(...) and >(...) work by --fd, and without it there is the hint" {
	as_root; substitutions
}

@test "rootless: the shell's <(...) and >(...) work by --fd, and without it there is the hint" {
	as_rootless; substitutions
}

# Only the command holds the other's end: pid 1, the supervisor and its helpers have closed it.
ends()
{
	mkfifo held eight nine
	chmod 666 held eight nine
	{ cat eight; echo end; } >copied 3>&- &
	{ yes >nine || :; echo end >ended; } 2>/dev/null 3>&- &
	"${identity[@]}" "$pinfold" run -q --fd '8 9' "$@" -- \
		sh -c 'echo word >&8; exec 8>&- 9<&-; read -r x; exit "$x"' <held 8>eight 9<nine 2>said 3>&- &
	pid=$!
	note "$pid"
	exec 5>held
	await grep -qx end copied
	await grep -qx end ended
	[ "$(<copied)" = $'word\nend' ]
	echo 6 >&5
	exec 5>&-
	status=0
	wait "$pid" || status=$?
	exits 6
	rm held eight nine copied ended
}

@test "as root: a pipe that the command closes is closed" {
	as_root; ends --report "$PWD/r.json" --stream "$PWD/s.jsonl"; ends --trace none
	[ "$(jq -c .enforced.descriptors r.json)" = '[0,1,2,8,9]' ]
}

@test "rootless: a pipe that the command closes is closed" {
	as_rootless; ends --report "$PWD/r.json"; ends --trace none
}

# What a socket-activated service does (sd_listen_fds(3)).
activation()
{
	status=0
	output=$("${identity[@]}" /usr/bin/python3 - "$pinfold" 2>&1 <<-'END'
	import os, socket, subprocess, sys
	a, b = socket.socket(), socket.socket()
	for s in a, b:
	    s.bind(("127.0.0.1", 0))
	    s.listen()
	high = [os.dup2(s.fileno(), 100 + i) for i, s in enumerate((a, b))]
	os.environ.update(LISTEN_FDS="2", LISTEN_PID=str(os.getpid()), LISTEN_PIDFDID="1", LISTEN_FDNAMES="x:y")
	def start(fds, code):
	    def place():
	        for i in range(2):
	            os.dup2(100 + i, 3 + i)
	    return subprocess.Popen([sys.argv[1], "run", "-q", "--trace", "none", "--fd", fds,
	        "--env", "keep LISTEN_*", "--", "python3", "-c", code], close_fds=False, preexec_fn=place,
	        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
	server = start("3 4", "import os, socket\n"
	    "assert os.environ['LISTEN_PID'] == str(os.getpid()) and 'LISTEN_PIDFDID' not in os.environ\n"
	    "assert os.environ['LISTEN_FDNAMES'] == 'x:y'\n"
	    "for fd in 3, 4:\n"
	    "    c = socket.socket(fileno=fd).accept()[0]\n"
	    "    c.sendall(b'hello')\n    c.close()\n")
	for s in a, b:
	    c = socket.create_connection(s.getsockname(), 30)
	    assert c.recv(16) == b"hello"
	assert server.wait(30) == 0, server.stderr.read()
	refused = start("3", "print('ran')")
	words = refused.communicate()[1]
	assert refused.returncode == 125 and "hint: --fd 4" in words, words
	END
	) || status=$?
	exits 0
}

@test "as root: LISTEN_FDS is valid for the command" {
	as_root; activation
}

@test "rootless: LISTEN_FDS is valid for the command" {
	as_rootless; activation
}

@test "a make in a pen takes its jobs from the make outside" {
	command -v make >/dev/null || skip "make is not installed"
	[[ $(make --version) == "GNU Make 4."[0-3]* ]] || skip "this make hands on no descriptors"
	printf 'all:\n\t+@%s\n' "$pinfold run -q --trace none -r '$PWD' --env 'keep MAKEFLAGS' \
		--fd \"\$\$(echo \"\$\$MAKEFLAGS\" | sed 's/.*auth=\\([0-9]*\\),\\([0-9]*\\).*/\\1 \\2/')\" \
		-- make -f '$PWD/inner' 2>&1" >outer
	printf 'all: a b\na b:\n\t@echo $@\n' >inner
	output=$(env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -j2 -f outer 3>&- 2>&1)
	[ "$(sort <<<"$output" | grep -x '[ab]' | tr '\n' ' ')" = "a b " ]
	[[ $output != *jobserver* ]] || { echo "$output"; return 1; }
}

# Row 42: a regular file allows only what it was opened for, whatever its number.
handed_file()
{
	local before
	printf 'SECRET\n' >file
	chmod 666 file
	[ "${#identity[@]}" = 0 ] || chown "$rootless_id:$rootless_id" file
	before=$(stat -c '%a %u %g %s %y %z' file)
	pen --fd 9 -- "$attempt" handed 9 9<file
	says read
	[ "$(stat -c '%a %u %g %s %y %z' file)" = "$before" ] && [ "$(<file)" = SECRET ]
	pen --fd 9 -- "$attempt" handed 9 9>>file
	[[ $output != *SECRET* ]]
	[ "$(head -n 1 file)" = SECRET ]
	[ "$(stat -c '%a %u %g' file)" = "$(cut -d ' ' -f 1-3 <<<"$before")" ]
	# two that are removed, each by its own pipe, and the caller reads on
	seq 1000 >a
	seq 2000 3000 >b
	exec 8<a 9<b
	rm a b
	pen --fd '8 9' -- sh -c 'read -r x <&9; read -r y <&8; read -r z <&9; echo $x $y $z'
	[ "$output" = "2000 1 2001" ]
	read -r x <&8
	read -r y <&9
	[ "$x $y" = "2 2002" ]
	exec 8<&- 9<&-
}

@test "42, as root: a regular file that is handed on allows only what it was opened for" {
	as_root; handed_file
}

@test "42, rootless: a regular file that is handed on allows only what it was opened for" {
	as_rootless; handed_file
}

# The command can open its descriptors by name, in the way that it has them.
by_name()
{
	shell <<-'END'
	run() { "$pinfold" run -q --trace none -- sh -c "$@"; }
	pinfold=$1
	output=$(echo in | run 'cat /dev/stdin; echo 1 >/dev/stdout; echo 2 >/dev/stderr
	    echo 3 >/proc/self/fd/1; echo 4 >/dev/fd/2' 2>&1 | cat)
	[ "$(sort <<<"$output" | tr '\n' ' ')" = "1 2 3 4 in " ]
	[ "$(run 'cat /dev/stdin' < <(seq 100000) | tail -n 1)" = 100000 ]
	# a pen at either end, whichever is first
	for n in 1 2 3 4 5; do
	    output=$(run 'echo a >/dev/stdout' | run 'sed s/a/b/ /dev/stdin >/dev/stdout' | run 'cat /dev/stdin')
	    [ "$output" = b ]
	done
	# one after the other on the same pipe, and two at once
	output=$(seq 3 | for n in 1 2 3; do run 'exec 5</dev/stdin; read -r x <&5; echo $x'; done)
	[ "$output" = $'1\n2\n3' ]
	output=$({ run 'echo x >/dev/stderr' & run 'echo y >/dev/stderr'; wait; } 2>&1 | sort)
	[ "$output" = $'x\ny' ]
	# a file without a name
	seq 10 >gone
	exec 9<gone
	rm gone
	[ "$(run 'tail -n 1 /dev/stdin' <&9)" = 10 ]
	END
	exits 0
}

@test "as root: /dev/stdin, /dev/stdout, /dev/stderr and /dev/fd can be opened" {
	as_root; by_name
}

@test "rootless: /dev/stdin, /dev/stdout, /dev/stderr and /dev/fd can be opened" {
	as_rootless; by_name
}

@test "42, as root: a pipe is opened by name as it was handed in, from both ends, and its mode is the caller's" {
	as_root
	local way='(echo x >/proc/self/fd/0) 2>/dev/null && echo wrote; (: </proc/self/fd/1) 2>/dev/null && echo read; chmod 666 /proc/self/fd/0 /proc/self/fd/1 2>/dev/null && echo changed; echo own >&2; cat >/dev/null'
	# bare, root does it all
	output=$(echo | sh -c 'chmod 666 /proc/self/fd/0; (echo x >/proc/self/fd/0) && echo wrote' | cat)
	says wrote
	for user in '' '' '' '--user 65533' '--user 65533:0' '--user 65532:65533'; do
		# shellcheck disable=SC2086
		output=$(echo | "$pinfold" run -q -p open.policy $user --trace none -- sh -c "$way" 2>said |
			"$pinfold" run -q -p open.policy $user --trace none -- sh -c "cat; $way" 2>>said | cat)
		[ -z "$output" ] || { echo "$user: $output"; return 1; }
	done
	[ "$(grep -cx own said)" -ge 2 ]
}

@test "as root: another user's terminal is opened by name, as /dev/tty; not with --tty new" {
	as_root
	status=0
	output=$(python3 - "$pinfold" 2>&1 <<-'END'
	import os, pty, sys
	os.environ["NO_COLOR"] = "1"
	def run(*args):
	    pid, fd = pty.fork()
	    if pid == 0:
	        os.fchown(0, 65533, 65533)
	        os.fchmod(0, 0o620)
	        os.execv(sys.argv[1], [sys.argv[1], "run", "-q", "--trace", "none", *args])
	    seen = b""
	    while True:
	        try:
	            part = os.read(fd, 4096)
	        except OSError:
	            break
	        seen += part
	        if b"READY" in part:
	            os.write(fd, b"typed\n")
	    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode()
	status, seen = run("--", "sh", "-c", "test -t 0 -a -t 1 && tty; echo out >/dev/stdout; echo err >/dev/stderr;"
	    "echo piped | cat /dev/stdin; echo READY; head -n 1 /dev/stdin | sed s/typed/got/")
	assert status == 0 and all(w in seen for w in ("/dev/tty", "out", "err", "piped", "got")), (status, seen)
	status, seen = run("--tty", "new", "--", "sh", "-c", "echo out >/dev/stdout")
	assert status != 0 and "hint: the caller's own terminal can be opened with --tty keep" in seen, seen
	END
	) || status=$?
	exits 0
}

@test "as root: another user's file is not opened by name, and the hint works" {
	as_root
	echo content >file
	chmod 600 file
	pen -- cat /dev/stdin <file
	exits 1
	says "warning: the command cannot open '/dev/stdin': it belongs to another user"
	says "hint: a pipe can be opened: cat FILE | pinfold ..."
	pen -- cat <file
	[ "$output" = content ]
	output=$(cat file | "$pinfold" run -q --trace none -- cat /dev/stdin)
	[ "$output" = content ]
	pen -- sh -c 'echo x >/dev/stdout' 1<>file
	[ "$(<file)" = content ]
	"$pinfold" run -q --trace none -- sh -c 'echo x >/dev/stdout' | cat >file
	[ "$(<file)" = x ]
}
