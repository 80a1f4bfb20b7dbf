# SPDX-License-Identifier: GPL-2.0-or-later
# What is already running is traced from now on, with all its threads and descendants; nothing else
# is, and it goes on when the trace ends.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	mkfifo go gone told
	policy <<<$'deny EACCES getsid\ndefault allow'
	"$pinfold" compile -o filter test.policy
	by=(env --default-signal=INT) # which a shell's jobs in the background ignore
}

teardown()
{
	for pid in "${tracer:-}" "${target:-}"; do
		[ -z "$pid" ] || kill "$pid" 2>/dev/null || true
	done
	[ -z "${cgroup:-}" ] || rmdir "$cgroup/below" "$cgroup" 2>/dev/null || true
}

# crowd [FOLDER]: starts 5 threads and a child under a filter of their own, for whom FOLDER is.
crowd()
{
	"$payload" under filter "$payload" crowd 5 100 "$PWD/go" "$PWD/gone" 3>&- &
	target=$!
	read -r _ <gone
}

# attach OPTION...: traces in the background, started by what is in "by", and goes on when the targets
# are traced.
attach()
{
	"${by[@]}" "$pinfold" "${verb:-run}" --report r.json --stream - "$@" >told 2>err 3>&- &
	tracer=$!
	exec 4<told
	while read -r -t 30 line <&4; do
		echo "$line" >>s.jsonl
		[[ $line != *'"event":"found"'* ]] || [ $((--wanted)) -gt 0 ] || break
	done
}

# ended: the status of the tracer, and the rest of the stream.
ended()
{
	status=0
	timeout 60 cat <&4 >>s.jsonl
	exec 4<&-
	kill "$tracer" 2>/dev/null || true # which is of no effect where it has ended
	wait "$tracer" || status=$?
	output=$(cat err)
}

@test "--pid: every thread, and a child from its first call on; no denial is ours" {
	crowd
	attach --pid "$target"
	echo >go
	ended
	exits 0
	says '[.denials[] | [.name, .action, .value, .count, .by, .rule, .fix]]' \
		'[["getsid","errno",13,600,"other-filter",null,null]]'
	says '.trace | [.source, .complete]' '["ebpf",true]'
	says '[.exit.by, .exit.status, .exit.detail]' '["trace",0,"the last process has ended"]'
	says '[.policy.mode, .policy.files, .enforced, .command, .target]' \
		"[\"trace\",[],null,[],{\"pid\":$target,\"cgroup\":null}]"
	# A target's arguments and program are read by its pid, which differs in a pid namespace.
	words=6
	[ "$(readlink /proc/self/ns/pid)" = 'pid:[4026531836]' ] || words=0
	says '[.processes[] | [.status, .denied, (.args | length)]]' "[[0,500,$words],[3,100,$words]]"
	says '.processes[1].ppid == .processes[0].pid' true
	[ "$words" = 0 ] || {
		says '.processes[0].exe' "\"$(realpath "$payload")\""
		says '.denials[0].first.exe' "\"$(realpath "$payload")\""
	}
	[[ $output == "pinfold: 600 calls denied by a filter that is not pinfold's"* ]]
	# The calls under way when the trace began are in no sum.
	says '[.syscalls[] | select(.name == "openat" and .failed > 0)]' '[]'
	says '([.processes[].calls] | add) == .totals.allowed + .totals.denied' true
	[ "$(jq -sc '[.[] | .event] | [.[0:2], ([.[] | select(. == "denied")] | length), .[-1]]' s.jsonl)" = \
		'[["start","found"],600,"end"]' ]
}

@test "--pid: a bystander of the same program appears nowhere" {
	"$payload" threads 1 20000000 3>&- &
	local bystander=$!
	crowd
	attach --pid "$target"
	echo >go
	ended
	kill "$bystander"
	wait "$bystander" || true
	exits 0
	says '[.syscalls[] | select(.name == "getppid")]' '[]'
	says '.processes | length' 2
}

@test "when the trace ends while calls are being made, none is taken for a denied one" {
	# getppid, and close of no descriptor.
	for busy in 'syscall(110)' 'syscall(3, -1)'; do
		perl -e "while (1) { $busy }" 3>&- &
		target=$!
		for turn in 1 2 3 4; do
			rm -f s.jsonl r.json
			attach --pid "$target"
			kill -TERM "$tracer"
			ended
			exits 0
			[ -z "$output" ]
			says '[.trace.complete, .denials, .totals.denied]' '[true,[],0]'
		done
		kill "$target"
		wait "$target" || true
	done
}

@test "a signal ends the trace, with its report, but not the target" {
	for signal in INT TERM; do
		rm -f s.jsonl r.json
		crowd
		attach --pid "$target"
		kill -s "$signal" "$tracer"
		ended
		exits 0
		says '[.exit.by, .exit.detail, .processes[0].end_ns]' "[\"trace\",\"SIG$signal\",null]"
		says '[.trace.complete, .denials]' '[true,[]]'
		kill -0 "$target"
		echo >go
		wait "$target"
	done
}

@test "a signal that the caller ignores does not end the trace" {
	by=(env --ignore-signal=HUP,INT)
	crowd
	attach --pid "$target"
	kill -HUP "$tracer"
	kill -INT "$tracer"
	echo >go
	ended
	exits 0
	says '[.exit.detail, .denials[0].count]' '["the last process has ended",600]'
}

@test "a reader that does not read holds up neither the trace nor its end, and finds whole lines" {
	policy <<<$'deny EACCES getppid\ndefault allow'
	"$pinfold" compile -o filter test.policy
	"$payload" under filter sh -c "echo >gone; read -r _ <go
		'$payload' getppid x86_64 20000 >gone; read -r _ <go" 3>&- &
	target=$!
	read -r _ <gone
	attach --pid "$target"
	echo >go
	read -r _ <gone
	kill -TERM "$tracer"
	timeout 30 tail -s 0.1 -f --pid="$tracer" /dev/null
	ended
	exits 0
	says '[.exit.detail, .trace.complete, .trace.lost.lines > 0]' '["SIGTERM",true,true]'
	says '.denials[0].count >= 20000' true
	kill -0 "$target"
	[ "$(tail -c 1 s.jsonl)" = "" ]
	jq . s.jsonl >/dev/null
}

@test "a report larger than the caller's file size limit is an error, and kills nothing" {
	by=(sh -c 'ulimit -f 1; exec "$@"' -)
	crowd
	attach --pid "$target" -q
	echo >go
	ended
	exits 125
	[[ $output == *"cannot write 'r.json': File too large"* ]]
	grep -q '"event":"end"' s.jsonl
	[ -z "$(ls -A | grep '^[.]r')" ]
}

@test "a target that makes no call when the trace begins: its first denial is reported, or its loss" {
	echo 0 >byte
	"$payload" under filter "$payload" spin "$PWD/byte" "$PWD/gone" 3>&- &
	target=$!
	read -r _ <gone
	attach --pid "$target"
	printf 1 | dd of=byte conv=notrunc status=none
	ended
	exits 0
	says '.trace.lost.starts + ([.denials[].count] | add // 0)' 1
	says '.trace.complete == (.trace.lost.starts == 0)' true
}

@test "record --pid writes a policy of what was seen from then on" {
	policy <<<"default allow"
	"$pinfold" compile -o filter test.policy
	crowd
	verb=record attach -o seen.policy --pid "$target"
	echo >go
	ended
	exits 0
	grep -q "^# Recorded on .* from: process $target$" seen.policy
	run "$pinfold" explain seen.policy getsid
	[[ $output == *": allow"* ]]
	run "$pinfold" explain seen.policy mount
	[[ $output == *": deny EPERM"* ]]
}

# in_cgroup FOLDER: makes a cgroup there, with one below it.
in_cgroup()
{
	cgroup=$1/pinfold-test-$$
	mkdir -p "$cgroup/below" || skip "no cgroup can be made in $1"
}

# trace_cgroup: a process in it, one below it, one that enters later, and one outside.
trace_cgroup()
{
	crowd
	echo "$target" >"$cgroup/cgroup.procs"
	"$payload" threads 1 20000000 3>&- &
	local bystander=$!
	mkfifo go2 gone2
	"$payload" crowd 2 10 "$PWD/go2" "$PWD/gone2" 3>&- &
	local below=$!
	read -r _ <gone2
	echo "$below" >"$cgroup/below/cgroup.procs"
	mkfifo go3 gone3
	"$payload" crowd 3 10 "$PWD/go3" "$PWD/gone3" 3>&- &
	local late=$!
	read -r _ <gone3
	wanted=2
	attach --cgroup "$cgroup"
	# What enters later, too; a process that enters the cgroup above is not one of these.
	echo "$bystander" >"${cgroup%/*}/cgroup.procs"
	echo "$late" >"$cgroup/below/cgroup.procs"
	while read -r -t 30 line <&4; do
		echo "$line" >>s.jsonl
		[[ $line != *'"event":"found"'* ]] || break
	done
	echo >go3
	echo >go
	echo >go2
	ended
	kill "$bystander"
	wait "$bystander" || true
	exits 0
	says '[.trace.complete, .denials[0].count, (.processes | length)]' '[true,600,6]'
	says '.syscalls[] | select(.name == "getsid") | [.allowed, .denied]' '[70,600]'
	says '[.syscalls[] | select(.name == "getppid")]' '[]'
	says '[.target.pid, .exit.detail]' '[null,"the last process has ended"]'
}

@test "--cgroup: version 2, with what is below it" {
	for root in /sys/fs/cgroup/unified /sys/fs/cgroup; do
		[ ! -e "$root/cgroup.controllers" ] || break
	done
	[ -e "$root/cgroup.controllers" ] || skip "no cgroup of version 2"
	in_cgroup "$root"
	trace_cgroup
}

@test "--cgroup: version 1, with what is below it" {
	[ -e /sys/fs/cgroup/pids/cgroup.procs ] || skip "no cgroup of version 1"
	in_cgroup /sys/fs/cgroup/pids
	trace_cgroup
}

@test "what cannot be traced, and options that do not go with a target" {
	while IFS='|' read -r expected message arguments; do
		eval "run '$pinfold' $arguments"
		exits "$expected"
		[[ $output == *"$message"* ]] || {
			echo "$output"
			return 1
		}
	done <<-'ROWS'
	2|'x' is not a process id|run --pid x
	2|'0' is not a process id|run --pid 0
	125|cannot trace process 2147483647: No such process|run --pid 2147483647
	125|is not a cgroup directory: No such file or directory|run --cgroup /nowhere
	125|is not a cgroup directory: Not a directory|run --cgroup /tmp
	2|--pid traces what is already running, so it does not go with '-p'|run --pid 1 -p x.policy
	2|--pid traces what is already running, so it does not go with 'limit'|run --pid 1 --limit 'time 1s'
	2|--pid traces what is already running, so it does not go with 'deny'|run --pid 1 -d mkdir
	2|--pid traces what is already running, so it does not go with '--complain'|run --pid 1 --complain
	2|--pid traces what is already running, so it does not go with '--dry-run'|run --pid 1 --dry-run
	2|--pid traces what is already running, so it does not go with '--trace'|run --pid 1 --trace none
	2|--pid traces what is already running, so it does not go with '--cgroup'|run --pid 1 --cgroup /sys/fs/cgroup
	2|--cgroup traces what is already running, so it does not go with 'true'|run --cgroup /sys/fs/cgroup -- true
	2|record needs an output file|record --pid 1
	2|unknown option '--pid'|check --pid 1
	ROWS
}
