# SPDX-License-Identifier: GPL-2.0-or-later
# record writes a policy under which the same command runs without a denial; check fails when a rule
# is removed from it, and names the call and the line to add.

load lib
load programs

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	[ "$(id -u)" = 0 ] || skip "tracing needs root"
}

# round_trip NAME: records a row of programs.txt and runs it under what was recorded.
round_trip()
{
	row "$1"
	need_program "$program"
	mkdir -p w
	# shellcheck disable=SC2086
	"$pinfold" record -q -o app.policy $options -- sh -c "$command" >recorded
	# shellcheck disable=SC2086
	"$pinfold" run --trace ebpf --report r.json -p app.policy $options -- sh -c "$command" \
		>ran 2>stderr || { cat stderr; return 1; }
	diff recorded ran
	says .totals.denied 0
	says .trace.complete true
}

@test "record, then run without a denial: ls" { round_trip ls; }

@test "record, then run without a denial: tar-gzip" { round_trip tar-gzip; }

@test "record, then run without a denial: bash" { round_trip bash; }

@test "record, then run without a denial: perl" { round_trip perl; }

@test "record, then run without a denial: python3" { round_trip python3; }

@test "record, then run without a denial: git" { round_trip git; }

@test "record, then run without a denial: sqlite3" { round_trip sqlite3; }

@test "record, then run without a denial: gcc-make" { round_trip gcc-make; }

@test "record writes values of sockets, ioctl, mmap and mprotect, and pins the kernel" {
	"$pinfold" record -q -o app.policy -- python3 -c \
		'import socket,fcntl; socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)'
	grep -qE '^kernel [0-9]+\.[0-9]+$' app.policy
	grep -qE '^allow socket if domain in AF_UNIX and type & 0xf in SOCK_STREAM$' app.policy
	grep -qE '^allow mmap if prot in .*PROT_READ\|PROT_WRITE' app.policy
	run "$pinfold" run --trace ebpf --report r.json -p app.policy -- python3 -c \
		'import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM)'
	[ "$status" -ne 0 ]
	says '.denials[0].text[0:14]' '"socket(AF_INET"'
}

@test "record without a file to write is a usage error" {
	run "$pinfold" record -- true
	exits 2
}

@test "record keeps the command's status" {
	run "$pinfold" record -q -o app.policy -- sh -c 'exit 7'
	exits 7
	[ -s app.policy ]
}

@test "check passes under the recorded policy and keeps the command's status" {
	"$pinfold" record -q -o app.policy -- sh -c 'ls /etc >/dev/null; exit 4' || true
	run "$pinfold" check -p app.policy -- sh -c 'ls /etc >/dev/null; exit 4'
	exits 4
	[ -z "$output" ]
}

@test "check fails with 123 when a call is removed, and names it and the line to add" {
	"$pinfold" record -q -o app.policy -- ls /etc >/dev/null
	grep -q getdents64 app.policy
	sed -i 's/ getdents64//' app.policy
	run "$pinfold" check -p app.policy -- ls /etc
	exits 123
	[[ $output == *"app.policy:"*": error: getdents64("*"denied: EPERM"* ]]
	[[ $output == *"hint: to allow it, add"*"allow getdents64"* ]]
}

@test "check prints GitHub annotations at the line of the policy" {
	policy <<-POLICY
	default allow
	deny EACCES uname
	POLICY
	run "$pinfold" check -p test.policy --format github -- uname
	exits 123
	[[ $output == *"::error file=test.policy,line=2,title=pinfold::uname("*"%0Ato allow it, replace line 2 with: allow uname"* ]]
}

@test "check needs a policy" {
	run "$pinfold" check -- true
	exits 2
}

@test "a denial with ENOSYS is expected and not a violation" {
	policy <<-POLICY
	default allow
	deny ENOSYS getppid
	POLICY
	run "$pinfold" check -p test.policy --report r.json -r "$(dirname "$payload")" -- \
		"$payload" getppid x86_64 2
	exits 0
	says '[.totals.denied, .totals.expected]' '[0,2]'
}

@test "record keeps a call that its own policy answers with ENOSYS: libc falls back again" {
	run "$pinfold" record -q -o app.policy -r "$(dirname "$payload")" -- "$payload" number 425
	[ "$output" = -38 ]
	grep -qx 'deny ENOSYS io_uring_setup' app.policy
	run "$pinfold" run -q -p app.policy -r "$(dirname "$payload")" -- "$payload" number 425
	[ "$output" = -38 ]
}

@test "a recorded command leaves no set-user-ID file behind" {
	mkdir w
	run "$pinfold" record -q -o app.policy -w w -- \
		sh -c 'cp /bin/true w/t; chmod 4755 w/t || chmod 755 w/t; ls -l w'
	exits 0
	[ "$(stat -c %a w/t)" = 755 ]
}

@test "pinfold runs where a filter around it forbids keyctl" {
	"$pinfold" compile -o outer.bpf /dev/stdin <<<"default allow
	deny EPERM keyctl"
	run "$payload" under outer.bpf "$pinfold" run --trace none -- echo inside
	exits 0
	[ "$output" = inside ]
}

@test "record says at its head what ran, where, and how complete the trace was" {
	"$pinfold" record -q -o app.policy -- ls /etc >/dev/null
	grep -qE '^# Recorded on [0-9-]{10} from: ls /etc$' app.policy
	grep -qE "^# Machine: Linux $(uname -r) on $(uname -m)," app.policy
	grep -qE '^# Trace: complete; [0-9]+ calls in 1 process$' app.policy
	grep -qE '^# == Memory$' app.policy
	grep -qx 'include <base>' app.policy
}

@test "record says which program made each call first, where several ran" {
	"$pinfold" record -q -o app.policy -- sh -c \
		'ls /etc >/dev/null; exec python3 -c "import os; os.getpriority(0, 0); os.listdir()"'
	grep -qE '^# first by ls: .*getdents64 [0-9]+' app.policy
	grep -A1 -xE '# first by python3: (.* )?getpriority 1( .*)?' app.policy |
		grep -qE '^allow (.* )?getpriority( .*)?$'
	[ "$(grep -cE '^allow (.* )?getpriority' app.policy)" = 1 ]
	grep -qE '^# mmap: [0-9]+ calls, first by sh$' app.policy
	fails grep -q ', by ' app.policy
	"$pinfold" run --trace ebpf --report r.json -p app.policy -- sh -c \
		'ls /etc >/dev/null; exec python3 -c "import os; os.getpriority(0, 0); os.listdir()"'
	says .totals.denied 0
	"$pinfold" record -q -o app.policy -- ls /etc >/dev/null
	grep -qE '^# mmap: [0-9]+ calls, by ls$' app.policy
	fails grep -q 'first by' app.policy
}

@test "record names set-user-ID programs, which ran without their ids" {
	local program
	program=$(command -v su) && [ -u "$program" ] || skip "there is no set-user-ID program"
	"$pinfold" record -q -o app.policy -- sh -c 'su --version; ls' >/dev/null
	grep -qx "# Ran without its set-user-ID or set-group-ID: $program" app.policy
	[ "$(grep -c '^# Ran without' app.policy)" = 1 ]
}

@test "record never lets through what could harm beyond the pen, and says what it denied" {
	local number name
	while read -r number name; do
		run "$pinfold" record -q -o app.policy -r "$(dirname "$payload")" -- \
			"$payload" number "$number"
		[ "$output" = -1 ] || { echo "$name: $output"; return 1; }
		grep -qx "# Denied while recording: $name, 1 time; lifted by: allow $name" app.policy
		fails grep -qE "^allow.* $name" app.policy
	done <<-'ROWS'
	246 kexec_load
	175 init_module
	313 finit_module
	169 reboot
	167 swapon
	227 clock_settime
	173 ioperm
	321 bpf
	298 perf_event_open
	304 open_by_handle_at
	163 acct
	250 keyctl
	ROWS
}

@test "record: what it denied itself is known to its policy, and check passes" {
	cat >deny.py <<-'PYTHON'
	import ctypes, fcntl
	ctypes.CDLL(None).syscall(153)  # vhangup
	try:
	    fcntl.ioctl(0, 0x5412, b"x")  # TIOCSTI
	except OSError:
	    pass
	PYTHON
	run "$pinfold" record -q -o app.policy -- /usr/bin/python3 -c "$(cat deny.py)"
	exits 0
	grep -qx 'deny EPERM known vhangup' app.policy
	grep -qx 'deny EPERM known ioctl if cmd in TIOCSTI TIOCLINUX' app.policy
	run "$pinfold" lint app.policy
	exits 0
	run "$pinfold" check --report r.json -p app.policy -- /usr/bin/python3 -c "$(cat deny.py)"
	exits 0
	says '[.denials[] | select(.known) | [.name, .expected, .enforced]] | sort' \
		'[["ioctl",true,true],["vhangup",true,true]]'
	says .totals.expected 2
	run "$pinfold" run --trace ebpf -v -p app.policy -- /usr/bin/python3 -c "$(cat deny.py)"
	exits 0
	[[ $output == *"2 calls denied, and marked 'known' in the policy"*"vhangup"* ]]
	# Without the word it is a violation, and so is what the condition does not say.
	sed 's/ known//' app.policy >plain.policy
	run "$pinfold" check -p plain.policy -- /usr/bin/python3 -c "$(cat deny.py)"
	exits 123
	[[ $output == *"vhangup() would be denied"* && $output == *"ioctl(0, TIOCSTI, "*") denied"* ]]
	sed 's/TIOCSTI TIOCLINUX/TIOCLINUX/' app.policy >plain.policy
	run "$pinfold" check -p plain.policy -- /usr/bin/python3 -c "$(cat deny.py)"
	exits 123
	[[ $output != *vhangup* && $output == *"ioctl(0, TIOCSTI, "*") denied"* ]]
	# What is added to a policy knows it, too, unless that has a word on it.
	grep -v known app.policy >old.policy
	"$pinfold" record -q --merge old.policy -o new.policy -- /usr/bin/python3 -c "$(cat deny.py)"
	[ "$(grep -c '^deny EPERM known vhangup$' new.policy)" = 1 ]
	"$pinfold" record -q --merge app.policy -o new.policy -- /usr/bin/python3 -c "$(cat deny.py)"
	[ "$(grep -c '^deny EPERM known vhangup$' new.policy)" = 1 ]
}

@test "known: printed, compared and merged as it is written, and only for a plain denial" {
	policy <<<$'deny EACCES known acct if name == 0\ndeny known rest @swap\nallow getppid'
	"$pinfold" compile --print policy test.policy >once.policy
	grep -qx 'deny EACCES known acct if name == 0' once.policy
	grep -qx 'deny EPERM known rest swapoff swapon' once.policy
	"$pinfold" compile --print policy once.policy | cmp - once.policy
	sed 's/ known//' test.policy >plain.policy
	run "$pinfold" diff --format text test.policy plain.policy
	exits 1
	[[ $output == *"changed: deny EPERM known -> deny EPERM"* ]]
	run "$pinfold" diff --format text test.policy once.policy
	exits 0
	# The milder of two is the one that check passes.
	"$pinfold" merge -o both.policy plain.policy test.policy
	run "$pinfold" diff test.policy both.policy
	exits 0
	"$pinfold" compile -o known.bin test.policy
	"$pinfold" compile -o plain.bin plain.policy
	cmp plain.bin known.bin
	while IFS='~' read -r message text; do
		printf "$text\n" >test.policy
		run "$pinfold" lint test.policy
		exits 2
		[[ $output == *"$message"* ]] || { echo "$output"; return 1; }
	done <<-'ROWS'
	'known' is only for 'deny'~kill known getppid
	'known' is only for 'deny'~trap 3 known getppid
	'known' is only for 'deny'~allow known getppid
	unexpected 'known' instead of the end of the line~default deny EPERM known
	a call is missing~deny EPERM known
	ROWS
}

@test "record: the ban on user namespaces is not taken for a full tmpfs" {
	run "$pinfold" record -q -o app.policy -- /usr/bin/python3 -c \
		'import ctypes; ctypes.CDLL(None).syscall(272, 0x10000000)'
	exits 0
	grep -qx '# Perhaps by the pen: unshare failed with ENOSPC, 1 time; nothing lifts that: a pen allows no user namespaces' app.policy
	run "$pinfold" record -q --tmpfs '/mnt 4K' -o app.policy -- sh -c 'head -c 9999 /dev/zero >/mnt/f'
	grep -qx '# Perhaps by the pen: write failed with ENOSPC, 1 time; lifted by: tmpfs PATH SIZE' app.policy
}

@test "record: a call that no table knows gets ENOSYS, and the policy leaves it out" {
	run "$pinfold" record -q -o app.policy -r "$(dirname "$payload")" -- "$payload" number 600
	[ "$output" = -38 ]
	fails grep -q '\[600\]' app.policy
	grep -qx 'unknown deny ENOSYS' app.policy
}

@test "record ends with 125 when it writes no policy" {
	run "$pinfold" record -q -o nowhere/app.policy -- sh -c 'echo ran; exit 3'
	exits 125
	[[ $output != *ran* ]]
	[ ! -e nowhere ]
}

@test "record names errors that the pen may have caused, and the statement that lifts them" {
	run "$pinfold" record -q -o app.policy -- sh -c 'echo x >/usr/x'
	[ "$status" -ne 0 ]
	grep -qE '^# Perhaps by the pen: openat failed with EROFS, 1 time; lifted by: bind rw PATH$' app.policy
}

@test "record --args off allows by name, all adds conditions, more than 16 values widen and say so" {
	"$pinfold" record -q --args off -o off.policy -- cat /etc/passwd >/dev/null
	fails grep -q ' if ' off.policy
	"$pinfold" record -q --args all -o all.policy -- dd if=/etc/passwd of=/dev/null
	grep -qE '^allow openat if .* in ' all.policy || grep -qE '^allow mmap if .*flags in ' all.policy
	many='import socket, sys
s = socket.socket()
for i in range(100, 100 + int(sys.argv[1])):
    try: s.getsockopt(0, i)
    except OSError: pass'
	"$pinfold" record -q -o most.policy -- python3 -c "$many" 16
	grep -qE '^allow getsockopt if .*optname in 0x64 0x65 0x66 .* 0x73$' most.policy
	"$pinfold" record -q -o many.policy -- python3 -c "$many" 17
	grep -qE '^# getsockopt: .*; 17 values of optname: any is allowed$' many.policy
	grep -qE '^allow getsockopt if level in [A-Z0-9_x]+$' many.policy
	run "$pinfold" record --args none -o no.policy -- true
	exits 2
}

@test "record: more than 16 combinations of flags become a mask, and a comment says so" {
	"$pinfold" record -q -o app.policy -- python3 -c 'import ctypes, itertools
flags = 0x08000000, 0x04000000, 0x40000000, 0x20000000, 0x02000000
for n in range(1, 6):
    for some in itertools.combinations(flags, n): ctypes.CDLL(None).unshare(sum(some))'
	grep -qE '^# unshare: 31 calls, .*; 31 values of flags: allowed as a mask$' app.policy
	grep -qE '^allow unshare if flags only CLONE_[A-Z|_]+$' app.policy
	"$pinfold" lint app.policy >/dev/null || [ $? = 1 ]
}

@test "record: a call whose arguments did not fit is allowed by name, and a comment says so" {
	"$pinfold" record -q -o app.policy -- python3 -c 'import fcntl
for i in range(20000):
    try: fcntl.ioctl(1, i)
    except OSError: pass' >/dev/null
	grep -qE '^# ioctl: .*; the arguments of [0-9]+ were not kept: any are allowed$' app.policy
	grep -qx 'allow ioctl' app.policy
}

@test "record and run of a program in a bound directory" {
	"$pinfold" record -q -o app.policy -r "$(dirname "$payload")" -- "$payload" getppid x86_64 1
	[ -s app.policy ]
	"$pinfold" run -p app.policy -r "$(dirname "$payload")" -- "$payload" getppid x86_64 1
}

@test "record --portable adds siblings, marked, under the same conditions, and still runs" {
	"$pinfold" record -q --portable -o app.policy -- \
		sh -c 'echo x | cat; echo y >/tmp/t; mv /tmp/t /tmp/u' >/dev/null
	grep -qx '# == Other libraries, kernels and machines' app.policy
	grep -A1 -x '# portable: for openat' app.policy | grep -q '^allow open if flags only .*O_CREAT'
	grep -A1 -x '# portable: for openat' app.policy | grep -qx 'deny ENOSYS openat2'
	sed '1,/^# == Other/d' app.policy >other
	fails grep -q '^allow openat ' other
	grep -qE '^allow (pipe|pipe2)$' app.policy
	grep -qE '^allow (rename|renameat)$' app.policy
	"$pinfold" run --trace ebpf --report r.json -p app.policy -- \
		sh -c 'echo x | cat; echo y >/tmp/t; mv /tmp/t /tmp/u' >/dev/null
	says .totals.denied 0
	"$pinfold" record -q -o plain.policy -- sh -c 'echo x | cat' >/dev/null
	fails grep -q portable plain.policy
}

@test "record --portable answers clone3 with ENOSYS where clone has a condition" {
	"$pinfold" record -q --portable -o app.policy -r "$(dirname "$payload")" -- sh -c '(:); :'
	grep -qE '^allow clone if flags in ' app.policy
	grep -qx 'deny ENOSYS clone3' app.policy
}

@test "record --strict: a loss is in the header and in the status" {
	run "$pinfold" record -q --strict -o app.policy -r "$(dirname "$payload")" -- \
		"$payload" numbers 1000 3000
	exits 1
	grep -qE '^# Trace: NOT COMPLETE; ' app.policy
	grep -qE '^# Lost: 0 events, 1976 map entries, ' app.policy
	run "$pinfold" record -q -o app.policy -r "$(dirname "$payload")" -- \
		"$payload" numbers 1000 3000
	exits 0
	[[ $output == *"the recording lost something"* ]]
	run "$pinfold" record -q --strict -o app.policy -- true
	exits 0
}

@test "record --paths suggests what the run used, and limits of twice its peaks" {
	mkdir w
	"$pinfold" record -q --paths -o app.policy -w w -l 'pids 50' --report r.json -- ls w
	grep -qx "# bind $PWD" app.policy
	grep -qx '# net none' app.policy
	[ "$(report .resources.pids_peak)" = null ] ||
		grep -qx "# limit pids $(($(report .resources.pids_peak) * 2))" app.policy
	peak=$(report .resources.memory_peak)
	[ "$peak" = null ] || grep -qx "# limit memory $((2 * (peak / 1048576 + 1)))M" app.policy
	"$pinfold" record -q --paths -o net.policy -- python3 -c 'import socket; socket.socket()'
	fails grep -qx '# net none' net.policy
}

@test "what is recorded has nothing that lint warns about, or says at its end why it is there" {
	need_trace
	need_program jq
	printf '%s\n' 'ls -l /' 'cat /etc/passwd' 'sh -c "ls | wc -l; : >f; chmod 600 f; rm f"' \
		'bash -c "mkdir d; mv d e; chmod -R u+w e; rm -r e; sleep 0 & wait"' 'find /usr -maxdepth 1' \
		'tar cf /dev/null /etc/hostname' 'sed -n 1p /etc/passwd' 'awk "BEGIN { print 1 }"' \
		'perl -e "fork; kill 0, 1"' 'sort -u /etc/passwd' 'touch a' 'env true' 'ln -s a b' \
		'git --version' 'busybox ls' 'python3 -c "import threading; threading.Thread().start()"' >programs
	while IFS= read -r program; do
		eval "set -- $program"
		command -v "$1" >/dev/null || continue
		"$pinfold" record -q -o "app.policy" -w . -- "$@" >/dev/null 2>&1 </dev/null || :
		run "$pinfold" lint app.policy
		[ "$status" = 0 ] || { echo "$program: $output"; false; }
		[ "$(grep -c 'What lint warns' app.policy)" = 0 ]
	done <programs
	# What stays nevertheless is reported, and the rule is in that line.
	"$pinfold" record -q -o app.policy -- unshare -Ur true 2>/dev/null || :
	line=$(sed -n 's/^# line \([0-9]*\): allows unshare: .* \[user-namespace\]$/\1/p' app.policy)
	[[ $(sed -n "${line}p" app.policy) == "allow unshare if "* ]]
	"$pinfold" lint --format json app.policy >lint.json || :
	[ "$(jq '.findings | length' lint.json)" = "$(sed -n '/What lint warns/,$p' app.policy | tail -n +2 | wc -l)" ]
}

@test "a recording of i386 calls has nothing that lint warns about" {
	need_trace
	need_x86
	"$pinfold" record -q -o app.policy -r "$(dirname "$payload")" -- "$payload" getppid x86 1 2>/dev/null || :
	run "$pinfold" lint app.policy
	echo "$output"
	exits 0
}

@test "record --merge: after a policy that sends clone3 back, threads are made by clone" {
	need_trace
	need_program python3
	"$pinfold" record -q -o app.policy -- sh -c 'true & wait' 2>/dev/null
	grep -qx 'deny ENOSYS clone3' app.policy
	"$pinfold" record -q --merge app.policy -o app.policy -- \
		python3 -c 'import threading; threading.Thread(target=print).start()' >/dev/null
	run "$pinfold" explain app.policy clone 'flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SETTLS'
	[[ $output == *"clone (x86_64, 56): allow"* ]]
	run "$pinfold" explain app.policy clone 'flags=CLONE_NEWUSER|SIGCHLD'
	[[ $output == *"clone (x86_64, 56): deny EPERM"* ]]
	# Once is enough.
	"$pinfold" record -q --merge app.policy -o twice.policy -- \
		python3 -c 'import threading; threading.Thread(target=print).start()' >/dev/null
	[ "$(grep -c '^allow clone ' twice.policy)" = 2 ]
}
