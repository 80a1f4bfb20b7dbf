# SPDX-License-Identifier: GPL-2.0-or-later
# What happens is reported as it happens, as JSON lines, and what is not reported is counted.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
}

# told FILTER TEXT: fails with both unless all lines of the stream, as one array, give the text.
told()
{
	local got
	got=$(jq -sc "$1" s.jsonl)
	[ "$got" = "$2" ] || {
		echo "$1"
		echo "  is     $got"
		echo "  not    $2"
		return 1
	}
}

@test "processes and denials in the order in which they happened, between a first and a last line" {
	policy <<<$'deny EACCES mkdir\ndefault allow'
	run "$pinfold" run --stream s.jsonl --report r.json -p test.policy -- \
		sh -c 'mkdir /tmp/a; sh -c "kill -KILL \$\$"; exit 5'
	exits 5
	told '[.[] | select(.event != "start" and .event != "end") |
		[.event, .pid, .ppid // .name // .args[0] // .status // .signal]]' \
		'[["exec",2,"sh"],["fork",3,2],["exec",3,"mkdir"],["denied",3,"mkdir"],["exit",3,1],["fork",4,2],["exec",4,"sh"],["exit",4,"SIGKILL"],["exit",2,5]]'
	told '.[0] | [.event, .schema, .command[0]]' '["start","pinfold-stream/1","sh"]'
	told '.[-1] | [.event, .dropped, .complete, .exit.by, .exit.status]' '["end",0,true,"child",5]'
	told '[.[] | .at_ns // 0] | . == sort' true
	told '.[] | select(.event == "denied") | [.name, .text, .action, .value, .by, .rule.line, .expected, .comm]' \
		'["mkdir","mkdir(\"/tmp/a\", 0o777)","errno",13,"policy",1,false,"mkdir"]'
	says .trace.lost.lines 0
}

@test "a line is there while the command still runs" {
	policy <<<$'deny EACCES getsid\ndefault allow'
	mkfifo go
	"$pinfold" run --stream /dev/fd/3 -l 'time 20s' -p test.policy -r "$(dirname "$payload")" -w . -- \
		sh -c "'$payload' number 124; read -r word <go; exit 7" 3>&1 >/dev/null 2>&1 | {
		exec 5<>go # which waits for nobody
		while read -r line; do
			case $line in
			*'"event":"denied"'*) echo on >&5 ;;
			*'"event":"end"'*) echo "$line" >end ;;
			esac
		done
	}
	grep -q '"status":7' end
}

@test "each denial is a line, not each kind, and names its own rule" {
	policy <<<$'trap 7 getpgrp\ndeny EACCES getppid\ndefault allow'
	pen --stream s.jsonl -- getppid x86_64 5
	told '[.[] | select(.event == "denied") | .name] | [length, unique[0]]' '[5,"getppid"]'
	policy <<<$'kill_thread getppid\ndefault allow'
	pen --stream s.jsonl -- thread x86_64
	told '[.[] | select(.event == "denied") | .action]' '["kill_thread"]'
	told '[.[] | select(.event == "exit")] | length' 1
	policy <<<$'kill getppid\ndefault allow'
	pen --stream s.jsonl -- getppid x86_64 5
	told '.[-1].exit.by' '"filter"'
	told '[.[] | select(.event == "denied") | .action]' '["kill_process"]'
}

@test "complain: each call that goes on is reported in order, once, and as not enforced" {
	policy <<<$'deny EACCES mkdir\ndeny ENOSYS getsid\ndefault allow'
	run "$pinfold" run --complain --stream s.jsonl --stream-calls mkdir -p test.policy -w . \
		-r "$(dirname "$payload")" -- sh -c "mkdir a; mkdir b; '$payload' calls 124; exit 5"
	exits 5
	[ -d a ] && [ -d b ]
	told '[.[] | select(.event == "denied" or .event == "call" or .event == "return" or .event == "exit") |
		[.event, .pid, .text // .result // .status, .enforced]]' \
		'[["denied",3,"mkdir(\"a\", 0o777)",false],["call",3,"mkdir(\"a\", 0o777)",null],["return",3,0,null],["exit",3,0,null],["denied",4,"mkdir(\"b\", 0o777)",false],["call",4,"mkdir(\"b\", 0o777)",null],["return",4,0,null],["exit",4,0,null],["denied",5,"getsid(0)",true],["exit",5,0,null],["exit",2,5,null]]'
	told '.[] | select(.event == "denied" and .pid == 3) | [.tid, .comm, .action, .value, .by, .rule.line, .expected]' \
		'[3,"mkdir","errno",13,"policy",1,false]'
	told '[.[] | .at_ns // 0] | . == sort' true
	policy <<<$'deny EACCES getppid\ndefault allow'
	pen --complain --stream s.jsonl --stream-calls getppid -- storm 4 500 restart
	exits 0
	told '.[-1].dropped' 0
	told '[.[] | select(.name == "getppid")] | group_by(.tid) | map([.[].event] | _nwise(3)) |
		[length, unique]' '[2000,[["denied","call","return"]]]'
}

@test "--stream-calls reports entry and end of each such call, as often as the report counts it" {
	policy <<<"default allow"
	run "$pinfold" run --stream s.jsonl --stream-calls 'openat execve @process exit_group' --report r.json \
		-p test.policy -- sh -c 'cat /nowhere; /bin/true'
	exits 0
	for name in openat execve vfork wait4 exit_group; do
		counted=$(report "[.syscalls[] | select(.name == \"$name\") | .allowed] | add")
		told "[.[] | select(.event == \"call\" and .name == \"$name\")] | length" "$counted"
	done
	told '[.[] | select(.event == "call") | .name] | unique | contains(["mmap"])' false
	# What never returns has no end; each other one is followed by its own.
	told '[.[] | select(.event == "return" and .name == "exit_group")]' '[]'
	told '[.[] | select(.event == "call" and .name == "openat")] | length' \
		"$(jq -sc '[.[] | select(.event == "return" and .name == "openat")] | length' s.jsonl)"
	told '[.[] | select((.event == "call" or .event == "return") and .pid == 3 and .name == "openat") | .event] |
		[_nwise(2)] | unique' '[["call","return"]]'
	told 'any(.[]; .event == "call" and .text == "openat(AT_FDCWD, \"/nowhere\", O_RDONLY, 0)")' true
	told 'any(.[]; .event == "return" and .name == "openat" and .result == -2 and .error == "ENOENT")' true
	told '[.[] | select(.event == "denied")]' '[]'
}

@test "calls of both ABIs, and only of the pen" {
	need_x86
	policy <<<$'arch x86_64 x86\ndefault allow'
	"$payload" threads 1 2000000 &
	local bystander=$!
	pen --stream s.jsonl --stream-calls getppid -- getppid x86 3
	kill "$bystander" 2>/dev/null || true
	wait "$bystander" || true
	told '[.[] | select(.event == "call" or .event == "return") | [.event, .abi, .pid]] | [length, unique]' \
		'[6,[["call","x86",2],["return","x86",2]]]'
}

@test "what the command names is escaped" {
	policy <<<$'deny EACCES mkdir\ndefault allow'
	name=$'\e[31m\xff"\n'
	cp "$(type -P mkdir)" "$name"
	run "$pinfold" run --stream s.jsonl -p test.policy -r . -- "./$name" "/tmp/$name"
	LC_ALL=C fails grep -q $'[\e\xff]' s.jsonl
	told '.[] | select(.event == "denied") | [.comm, .text]' \
		'["\\x1b[31m\\xff\"\\n","mkdir(\"/tmp/\\x1b[31m\\xff\"\\n\", 0o777)"]'
	told '.[] | select(.event == "exec") | .exe' '"./\\x1b[31m\\xff\"\\n"'
}

@test "a slow reader holds nobody up; what it did not get is counted" {
	policy <<<$'deny EACCES getppid\ndefault allow'
	mkfifo done
	"$pinfold" run --stream /dev/fd/3 --report r.json -q -p test.policy -w . \
		-r "$(dirname "$payload")" -- sh -c "'$payload' getppid x86_64 20000; echo >done" \
		3>&1 >/dev/null | {
		read -r _ <done
		cat >s.jsonl
	}
	# A shell asks for its parent, too; of processes there are 5 lines.
	told '.[-1] | [.event, .complete, .dropped > 0]' '["end",true,true]'
	told '(length - 2) + .[-1].dropped' "$(report '.denials[0].count + 5')"
	says .trace.complete true
	[ "$(report .trace.lost.lines)" = "$(jq -sc '.[-1].dropped' s.jsonl)" ]
}

@test "a reader that starts when all is over learns how much was dropped" {
	policy <<<$'deny EACCES getsid\ndefault allow'
	mkfifo go gone pipe
	"$pinfold" run --stream pipe --report r.json -q -p test.policy -w . \
		-r "$(dirname "$payload")" -- "$payload" flood go gone 20000 100 &
	local pid=$!
	exec 4<pipe
	echo >go
	read -r _ <gone
	echo >go
	read -r _ <gone
	while pgrep -x -P "$pid" pinfold-init >/dev/null; do :; done
	cat <&4 >s.jsonl
	exec 4<&-
	wait "$pid"
	told '[.[] | select(.event == "denied")] as $told | .[-1] | [.event, .dropped > ($told | length)]' '["end",true]'
	# Each line that is missing: a denial, or a process.
	told '(length - 2) + .[-1].dropped' $((20000 + 100 * 2 + 2))
	[ "$(report .trace.lost.lines)" = "$(jq -sc '.[-1].dropped' s.jsonl)" ]
}

@test "a reader that is gone is an error, but the command and its report are not affected" {
	policy <<<$'deny EACCES getppid\ndefault allow'
	mkfifo pipe
	true <pipe &
	run "$pinfold" run --stream pipe --report r.json -p test.policy -r "$(dirname "$payload")" -- \
		"$payload" getppid x86_64 1000
	exits 125
	[[ $output == *"cannot write the stream to 'pipe': Broken pipe"* ]]
	says '[.exit.by, .exit.status, .denials[0].count, .trace.complete]' '["child",0,1000,true]'
	[[ $output == *"lines of the stream dropped"* ]]
}

# stopped PID: goes on when it is.
stopped()
{
	kill -STOP "$1"
	until grep -q '^State:.T' "/proc/$1/status"; do :; done
}

@test "a flood of denials starves no event of a process, and is counted when the buffer is full" {
	policy <<<$'deny EACCES getsid getpgrp\ndefault allow'
	mkfifo go gone
	"$pinfold" run --stream s.jsonl --report r.json -q -p test.policy -w . \
		-r "$(dirname "$payload")" -- "$payload" flood go gone 9000 100 &
	local pid=$!
	echo >go
	read -r _ <gone
	stopped "$pid"
	echo >go
	read -r _ <gone
	kill -CONT "$pid"
	wait "$pid"
	says '[.trace.complete, .trace.lost.events, (.processes | length)]' '[true,0,101]'
	told '[([.[] | select(.event == "denied")] | length) + .[-1].dropped, .[-1].dropped > 0]' '[9000,true]'
	told '[.[] | select(.event == "fork")] | length' 100
	[ "$(report .trace.lost.lines)" = "$(jq -sc '.[-1].dropped' s.jsonl)" ]
}

@test "under sudo a new file belongs to the caller, and an old one to its owner" {
	export SUDO_UID=65533 SUDO_GID=65533
	mkfifo pipe
	echo "what was there" >old
	mknod -m 666 nul c 1 3 || skip "no device can be made here"
	for file in new old pipe nul; do
		[ "$file" != pipe ] || cat pipe >/dev/null &
		"$pinfold" run -q --stream "$file" -- true
	done
	[ "$(stat -c '%n %u:%g' new old pipe nul | tr '\n' ' ')" = "new 65533:65533 old 0:0 pipe 0:0 nul 0:0 " ]
	[ "$(jq -r .event old | head -n 1)" = start ]
}

@test "what cannot be streamed is an error before anything runs" {
	while IFS='|' read -r expected message arguments; do
		# shellcheck disable=SC2086
		run "$pinfold" run $arguments -- touch ran
		exits "$expected"
		[[ $output == *"$message"* ]] || {
			echo "$output"
			return 1
		}
		[ ! -e ran ]
	done <<-'ROWS'
	2|standard output is the command's|--stream -
	2|--stream-calls needs --stream FILE|--stream-calls openat
	2|unknown call 'opennat'|--stream s.jsonl --stream-calls opennat
	2|--stream and --trace none contradict each other|--stream s.jsonl --trace none
	2|--time and --trace none contradict each other|--time --trace none
	2|--stacks all and --trace none contradict each other|--stacks all --trace none
	2|standard output is the command's|--stream /dev/stdout
	2|standard output is the command's|--stream /proc/self/fd/1
	2|the descriptor is not open|--stream /dev/fd/77
	125|cannot open the directory of '/nowhere/s': No such file or directory|--stream /nowhere/s
	ROWS
}
