# SPDX-License-Identifier: GPL-2.0-or-later
# What a report says about what decided, and that no text of the command reaches a terminal raw.

load lib

@test "a run in which nothing was denied is silent" {
	run "$pinfold" run -- true
	exits 0
	if [ "$(id -u)" = 0 ]; then
		[ -z "$output" ]
	fi
}

@test "standard output is the command's alone, also with -v" {
	"$pinfold" run -v -- echo hello >out 2>err
	[ "$(cat out)" = hello ]
	[ -s err ]
}

@test "a rule given as an option is named by its option" {
	need_trace
	run "$pinfold" run --report r.json --deny 'EACCES uname' -- uname
	exits 1
	[[ $output == *"by --deny: deny EACCES uname"*"fix: --allow uname"* ]]
	says '.denials[0].rule' '{"file":"--deny","line":0,"text":"deny EACCES uname"}'
}

@test "the line that would allow a call is as narrow as the rule that denied it, and it works" {
	need_trace
	while IFS='|' read -r rule fix call; do
		policy <<-POLICY
		$rule
		default allow
		POLICY
		# shellcheck disable=SC2086
		pen -- call $call
		says '.denials[0].fix.text' "\"$fix\""
		policy <<-POLICY
		$fix
		$rule
		default allow
		POLICY
		# shellcheck disable=SC2086
		pen -- call $call
		says .denials '[]'
	done <<-'ROWS'
	deny EACCES kill if pid == 5|allow kill if pid == 5 and sig == 0|kill 5 0
	deny EACCES kill if pid < 0|allow kill if pid == -7777 and sig == 0|kill -7777 0
	deny EACCES fcntl if fd > 3 and cmd == F_GETFD|allow fcntl if fd == 9 and cmd == F_GETFD|fcntl 9 1
	deny EACCES fcntl|allow fcntl if cmd == F_GETFD|fcntl 0 1
	ROWS
}

@test "TIOCSTI is denied under every policy, and no line could allow it" {
	need_trace
	need_program perl
	policy <<<"default allow"
	run "$pinfold" run --report r.json -p test.policy -- \
		perl -e 'my $c = "x"; exit(ioctl(STDIN, 0x5412, $c) ? 1 : $!{EPERM} ? 0 : 2)'
	exits 0
	[[ $output == *"by a built-in rule: deny EPERM ioctl"* ]]
	[[ $output == *"fix: none, because it would reach outside the pen"* ]]
	says '[.denials[] | [.text[0:17], .fix]]' '[["ioctl(0, TIOCSTI,",null]]'
}

@test "TIOCSTI with bits above the 32 that the kernel reads is denied too" {
	need_trace
	policy <<<"default allow"
	pen -- ioctl 0x100005412
	exits 0
	[[ $output == *-1* ]]
	says '[.denials[] | .action]' '["errno"]'
	pen -- ioctl 0xffffffff0000541c
	[[ $output == *-1* ]]
	says '[.denials[] | .action]' '["errno"]'
}

@test "names and arguments of the command are escaped in text and JSON" {
	need_trace
	policy <<-POLICY
	default allow
	deny EACCES getrandom
	POLICY
	local name=$'\e[31m\xff"<' argument=$'</script>\n'
	cp "$(type -P true)" "$name"
	run "$pinfold" run -v --report r.json -p test.policy -r "$PWD" -- "./$name" "$argument"
	exits 0
	[[ $output == *'first by \x1b[31m\xff"<'* ]]
	fails grep -q $'\e' <<<"$output"
	LC_ALL=C fails grep -q $'\xff' r.json
	says '.denials[0].first.comm' '"\\x1b[31m\\xff\"<"'
	says '.processes[0].args[1]' '"</script>\\n"'
}

@test "io_uring that was let through is named as unseen" {
	need_trace
	policy <<<"default allow"
	pen --allow set-id -- number 425
	[ "$(report '[.trace.unseen[] | select(startswith("io_uring"))] | length')" = 1 ]
	pen -- getppid x86_64 1
	[ "$(report '[.trace.unseen[] | select(startswith("io_uring"))] | length')" = 0 ]
}

@test "the trace sees no task but the pen's" {
	need_trace
	policy <<<"default allow"
	"$payload" threads 1 2000000 &
	local bystander=$!
	pen -- getppid x86_64 7
	kill "$bystander" 2>/dev/null || true
	wait "$bystander" || true
	exits 0
	says '.syscalls[] | select(.name == "getppid") | .allowed' 7
}

@test "processes are reported with parents, arguments and ends" {
	need_trace
	run "$pinfold" run --report r.json -- sh -c '(exit 3); /bin/true; sh -c "kill -KILL \$\$"; exit 5'
	exits 5
	says '[.processes[] | [.pid, .ppid, .status, .signal]]' \
		'[[2,1,5,null],[3,2,3,null],[4,2,0,null],[5,2,null,"SIGKILL"]]'
	says '.processes[2].args' '["/bin/true"]'
	says '([.processes[].calls] | add) == .totals.allowed + .totals.denied + .totals.expected' true
}

@test "thousands of processes are counted without loss" {
	need_trace
	policy <<<"default allow"
	run "$pinfold" run --report r.json -p test.policy -- \
		sh -c 'i=0; while [ $i -lt 2000 ]; do (:); i=$((i+1)); done'
	exits 0
	says '.processes | length' 2001
	says .trace.complete true
	says '[.processes[] | select(.end_ns == null)] | length' 0
}

@test "a report is whole or not there: a full disk is status 125" {
	need_trace
	need_program mount
	mkdir small
	mount -t tmpfs -o size=4k tmpfs small
	run "$pinfold" run --report small/r.json -- true
	local left
	left=$(ls -A small)
	umount small
	exits 125
	[ -z "$left" ]
	[[ $output == *"r.json"*"No space left"* ]]
}

@test "%p and %t in a report's name are the pid and the time" {
	run "$pinfold" run --report 'r-%p-%t-%%.json' -- true
	exits 0
	[[ $(ls) =~ ^r-[0-9]+-[0-9]{10}-%.json$ ]]
}

@test "the fix says what to remove from the deciding rule, and then allows the call" {
	need_trace
	policy <<<$'default allow\ndeny EACCES getppid umask'
	pen -- getppid x86_64 1
	says '.denials[0].fix | del(.last_line, .besides, .edits)' '{"file":"test.policy","before_line":2,"from_line":null,"to_line":null,"option":false,"text":"allow getppid","take_out":"getppid","rest":false,"capability":null,"also":[]}'
	[[ $output == *"fix: allow getppid, and take getppid out of line 2"* ]]
	policy <<<$'default allow\nallow getppid\ndeny EACCES umask'
	pen -- getppid x86_64 1
	exits 0
	says '.denials | length' 0
	policy <<<$'default allow\ndeny EACCES prctl getpgrp if arg0 >= 0\ndeny @process'
	pen -- number 111
	says '.denials[0].fix.take_out' '"getpgrp"'
}

@test "a number that no rule can name has no fix" {
	need_trace
	policy <<<'include <base>'
	pen -- number -1
	says '.denials[0] | [.nr, .fix]' '[-1,null]'
}

@test "a denied call is reported with the paths and addresses that it named" {
	need_trace
	need_program python3
	policy <<<$'deny mkdir rename renameat renameat2 connect sendto\ndefault allow'
	run "$pinfold" run --report r.json -p test.policy -- python3 -c '
import os, socket
def attempt(what, *args):
    try: what(*args)
    except OSError: pass
attempt(os.mkdir, "/tmp/a b\33[31m")
attempt(os.rename, "/tmp/from", "/tmp/to")
attempt(socket.socket(socket.AF_INET).connect, ("127.0.0.1", 80))
attempt(socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto, b"x", ("::1", 53))
'
	exits 0
	[[ $output == *'mkdir("/tmp/a b\x1b[31m", 0o777): EPERM'* ]]
	[[ $output == *'rename("/tmp/from", "/tmp/to"): EPERM'* ]]
	[[ $output == *'connect(4, AF_INET 127.0.0.1:80, 16)'* || $output == *'connect(3, AF_INET 127.0.0.1:80, 16)'* ]]
	[[ $output == *'AF_INET6 [::1]:53, 28)'* ]]
	says '.denials[] | select(.name == "rename") | .seen' \
		'{"oldpath":"\"/tmp/from\"","newpath":"\"/tmp/to\""}'
}

@test "names of UNIX sockets, long paths and pointers to nowhere" {
	need_trace
	need_program python3
	policy <<<$'deny connect\ndeny EACCES mkdir\ndeny EROFS rmdir\ndefault allow'
	run "$pinfold" run --report r.json -p test.policy -- python3 -c '
import ctypes, os, socket
libc = ctypes.CDLL(None)
s = socket.socket(socket.AF_UNIX)
try: s.connect("\0abstract")
except OSError: pass
libc.mkdir(b"/tmp/" + b"x" * 300, 0)
libc.rmdir(ctypes.c_void_p(8))
'
	exits 0
	says '.denials[] | select(.name == "connect") | .seen.uservaddr // .seen.addr' '"AF_UNIX @\"abstract\""'
	says '.denials[] | select(.name == "mkdir") | .seen.pathname | endswith("x\"...")' true
	says '.denials[] | select(.name == "rmdir") | [.seen, .text]' '[{},"rmdir(0x8)"]'
}

@test "processes are a tree, children under their parent" {
	need_trace
	run "$pinfold" run -v -- sh -c 'sh -c "sh -c \"exit 3\"; true"; sh -c "kill -9 \$\$"; exit 4'
	exits 4
	tree=$(sed -n '/^pinfold: processes/,/^pinfold:/{/^ /p;}' <<<"$output" |
		sed -E 's/^ +[0-9]+ +[0-9]+ +[0-9]+  //; s/^([A-Z0-9]+) +  (  )*sh/\1 \2sh/')
	echo "$tree"
	[ "$(sed -E 's/^[A-Z0-9]+ +//' <<<"$tree" | wc -l)" -eq 4 ]
	ends=$(sed -E 's/ .*//' <<<"$tree" | tr '\n' ' ')
	[ "$ends" = '4 0 3 SIGKILL ' ]
	# Two columns a generation.
	columns=$(sed -n '/^pinfold: processes/,/^pinfold:/{/^ /p;}' <<<"$output" |
		awk '{ print index($0, " sh -c") }' | tr '\n' ' ')
	read -r one two three killed <<<"$columns"
	[ "$((two - one))" -eq 2 ]
	[ "$((three - two))" -eq 2 ]
	[ "$killed" -eq "$two" ]
}

@test "a denial says when it was first and last seen" {
	need_trace
	policy <<<$'deny EACCES getsid\ndefault allow'
	run "$pinfold" run --report r.json -p test.policy -r "$(dirname "$payload")" -- \
		sh -c "'$payload' deep 124; '$payload' deep 124; '$payload' deep 124"
	says '.elapsed_ns as $elapsed | .denials[0] | .count == 3 and .first.at_ns > 0 and
		.last.at_ns > .first.at_ns and .last.at_ns <= $elapsed' true
}

@test "--time reports how long calls took, in total and at most; without it nothing is measured" {
	need_trace
	policy <<<"default allow"
	run "$pinfold" run --time -v --report r.json -p test.policy -- sh -c 'sleep 0.02; sleep 0.03'
	exits 0
	[[ $output == *"total ms   longest ms  call"* ]]
	says '.syscalls[] | select(.name == "clock_nanosleep") | [.allowed, .time_ns >= 50000000,
		.time_max_ns >= 30000000, .time_max_ns <= .time_ns - 20000000]' '[2,true,true,true]'
	# What never ends is not measured.
	says '.syscalls[] | select(.name == "exit_group") | [.time_ns, .time_max_ns]' '[0,0]'
	says '.elapsed_ns as $elapsed | [.syscalls[] | select(.time_max_ns > $elapsed)]' '[]'
	pen -- getppid x86_64 1
	says '[.syscalls[] | .time_ns, .time_max_ns] | unique' '[null]'
}

@test "--time measures calls of the other ABI, and those of many threads together" {
	need_trace
	need_x86
	policy <<<$'arch x86_64 x86\ndefault allow'
	pen --time -- getppid x86 3
	says '.syscalls[] | select(.abi == "x86") | .time_ns > 0 and .time_max_ns <= .time_ns' true
	pen --time -- threads 4 1000
	says '.syscalls[] | select(.name == "getppid") | .allowed == 4000 and .time_ns >= .time_max_ns' true
}

@test "the first caller of a denial is reported with the program that it was running then" {
	need_trace
	policy <<<$'deny EACCES getpgrp getsid\ndefault allow'
	cp "$payload" one
	cp "$payload" two
	run "$pinfold" run --report r.json -p test.policy -r . -- \
		sh -c './one deep 124; (exec ./two number 111); exec ./one number 111'
	says '[.denials[] | [.name, .first.exe]]' '[["getsid","./one"],["getpgrp","./two"]]'
	[[ $output == *"first by one (pid 3, ./one)"* ]]
	# A child that has not executed anything is what its parent was; and later another program
	# may have had the pid's place.
	need_program python3
	run "$pinfold" run --report r.json -p test.policy -r . -- python3 -c '
import os
if os.fork() == 0:
    try: os.getsid(0)
    except OSError: pass
    os.execv("./one", ["one", "number", "111"])
os.wait()'
	says '[.denials[] | [.name, (.first.exe | split("/") | last)]]' '[["getsid","python3"],["getpgrp","one"]]'
}
