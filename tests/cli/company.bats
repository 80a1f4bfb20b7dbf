# SPDX-License-Identifier: GPL-2.0-or-later
# Concurrent runs share one tracer: it lasts as long as any of them, and no run sees, or is changed
# by, another. In a mount namespace, so that no other test's runs share it.

load lib

tasks=$top_builddir/tests/payload/tasks
all='[.totals, [.syscalls[] | del(.first)], [.denials[].stack[].symbol]]'
registry=(sh -c 'ls /run/pinfold 2>/dev/null')
# One more where the kernel has the tracepoint of on_capability (Linux 6.14).
n_links=$((6 + $(grep -c ' __traceiter_cap_capable$' /proc/kallsyms || true)))

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	policy <<<$'deny EACCES getsid\ndefault allow'
	mkfifo ready stay
	unshare -m sh -c 'mount -t tmpfs run /run && echo && read -r _' <>stay >ready 3>&- &
	holder=$!
	pens=()
	# Where the other runs of this test are; not a function, so that $! is the command.
	apart=(nsenter -t "$holder" -m "--wd=$PWD")
	read -r -t 60 _ <ready
}

teardown()
{
	for pid in "${pens[@]}" "${holder:-}"; do
		kill -KILL "$pid" 2>/dev/null || true
	done
}

# start NAME [OPTION...]: a pen that waits, and then makes 3 calls that are denied.
start()
{
	local name=$1 fd
	shift
	mkfifo "$name.in" "$name.out"
	exec {fd}<>"$name.in"
	"${apart[@]}" "$pinfold" run -q --trace ebpf --report "$name.json" -p test.policy \
		-r "$(dirname "$tasks")" "$@" -- \
		sh -c 'echo started; read -r _; exec "$0" calls 3' "$tasks" \
		<"$name.in" >"$name.out" 3>&- {fd}>&- &
	pens+=($!)
	declare -g "pid_$name=$!" "fd_$name=$fd"
	read -r -t 60 line <"$name.out"
	[ "$line" = started ]
}

# end NAME: lets it go on; its report is r.json.
end()
{
	local pid=pid_$1 fd=fd_$1
	echo >&"${!fd}"
	wait "${!pid}"
	exec {fd}>&-
	cp "$1.json" r.json
	says '[.denials[].count]' '[3]'
	says '[.processes[] | [.pid, .denied]]' '[[2,3]]'
	says .trace.complete true
}

# alone [OPTION...]: a short run to its end; its report is r.json.
alone()
{
	run "${apart[@]}" "$pinfold" run -q --trace ebpf --report r.json -p test.policy \
		-r "$(dirname "$tasks")" "$@" -- "$tasks" calls 3
	exits 0
	says '[.denials[].count]' '[3]'
	says '[.processes[].calls]' "[$(report '.totals.allowed + .totals.denied')]"
	says .trace.complete true
}

# links NAME: the kernel's numbers of what a pen has attached.
links()
{
	local pid=pid_$1
	cat "/proc/${!pid}"/fdinfo/* 2>/dev/null | sed -n 's/^link_id:\s*//p' | sort
}

# are_gone LINK...: the kernel has no such link any more, when it has had the time to end it.
are_gone()
{
	for link in "$@"; do
		for ((i = 0; i < 1000; i++)); do
			bpftool link show id "$link" >/dev/null 2>&1 || continue 2
			read -r -t 0.01 _ <>ready || true
		done
		return 1
	done
}

@test "a run joins the tracer of another one, and its report is the same as alone" {
	alone
	report "$all" >before
	start one
	first=$(links one)
	[ "$(wc -w <<<"$first")" = "$n_links" ]
	start two
	[ "$(links two)" = "$first" ]
	alone
	report "$all" | cmp - before
	end two
	end one
	are_gone $first
	[ -z "$("${apart[@]}" "${registry[@]}")" ]
}

@test "the run that loaded the tracer may be killed: the others keep it, until the last one ends" {
	start one
	start two
	first=$(links one)
	kill -KILL "$pid_one"
	wait "$pid_one" || true
	start three
	[ "$(links three)" = "$first" ]
	end two
	end three
	are_gone $first
}

@test "all are killed: nothing stays attached, and the next run starts afresh" {
	start one
	start two
	first=$(links one)
	kill -KILL "$pid_one" "$pid_two"
	wait "$pid_one" "$pid_two" || true
	are_gone $first
	# What the file still says is about a tracer that is gone.
	start three
	start four
	[ "$(links four)" = "$(links three)" ]
	[ "$(links three)" != "$first" ]
	end four
	end three
	alone
	[ -z "$("${apart[@]}" "${registry[@]}")" ]
}

# waiters PID: what each of its threads but the first may do, and whether it can gain any. Without a
# command of its own, which takes longer than they are there.
waiters()
{
	local task name value rest rights
	for task in /proc/"$1"/task/*; do
		[ "${task##*/}" != "$1" ] || continue
		while read -r name value rest; do
			case $name in
			CapEff:) rights=$value ;;
			NoNewPrivs:) waiting+=("$rights $value") ;;
			esac
		done 2>/dev/null <"$task/status" || true
	done
}

@test "threads that wait for the kernel have no rights, and gain none" {
	waiting=()
	for turn in 1 2 3 4 5 6 7 8; do
		start "host$turn"
		start "guest$turn"
		pid=pid_guest$turn
		waiters "${!pid}"
		end "guest$turn"
		end "host$turn"
	done
	[ "${#waiting[@]}" -gt 0 ] || skip "none was seen to wait"
	for seen in "${waiting[@]}"; do
		[ "$seen" = '0000000000000000 1' ]
	done
}

# rings NAME: the maps of the rings that a pen has open; the last one is its own.
rings()
{
	local pid=pid_$1
	cat "/proc/${!pid}"/fdinfo/* 2>/dev/null | awk '/^map_type:/ { type = $2 }
		/^map_id:/ && type == 27 { print $2 }' | sort -un
}

@test "a run leaves its maps, emptied, to the next one, even when it was killed" {
	start host
	start one
	used=$(rings one)
	end one
	start two
	[ "$(rings two)" = "$used" ]
	kill -KILL "$pid_two"
	wait "$pid_two" || true
	# Its tasks end with pid 1 of its pen, which the kernel does in its own time.
	for i in {1..50}; do
		start "next$i"
		name=pid_next$i
		[ "$(rings "next$i")" != "$used" ] || break
	done
	[ "$(rings "next$i")" = "$used" ]
	end "next$i"
	while [ $((--i)) -gt 0 ]; do end "next$i"; done
	end host
}

@test "a run whose tasks outlive it leaves its maps to nobody" {
	start host
	start one
	used=$(rings one)
	init=$(pgrep -x -P "$pid_one" pinfold-init)
	keeper=$(pgrep -x -P "$pid_one" pinfold-keeper)
	pens+=("$init" "$keeper")
	# neither of the processes that would kill the pen can
	kill -STOP "$init" "$keeper"
	kill -KILL "$pid_one"
	wait "$pid_one" || true
	start two
	[ "$(rings two)" != "$used" ]
	end two
	kill -KILL "$init" "$keeper"
	end host
}

@test "maps that were full are empty for the next run" {
	policy <<<$'deny EACCES getsid\ndefault allow'
	start host
	for i in 1 2; do
		run "${apart[@]}" "$pinfold" run -q --trace ebpf --report r.json -p test.policy \
			-r "$(dirname "$payload")" -- "$payload" numbers 1000 3000
		report '[.totals, .trace.lost.map_full, ([.syscalls[].nr] | length)]' >>full
	done
	[ "$(sort -u full | wc -l)" = 1 ]
	alone
	end host
}

@test "what else a run requests is loaded for it alone" {
	start one
	first=$(links one)
	start two --stacks off
	[ "$(wc -w <<<"$(links two)")" = "$n_links" ]
	[ "$(comm -12 <(echo "$first") <(links two))" = "" ]
	start three
	[ "$(links three)" = "$first" ]
	end one
	end two
	end three
}

@test "a task that gets the stack of one that has ended is not taken for it" {
	mkfifo in out
	exec {fd}<>in
	"${apart[@]}" "$pinfold" run -q --trace ebpf --report r.json -p test.policy \
		-r "$(dirname "$tasks")" -- sh -c 'for i in $(seq 200); do "$0" calls 1; done
			echo started; read -r _' "$tasks" <in >out 3>&- {fd}>&- &
	pens+=($!)
	read -r -t 60 _ <out
	for i in {1..300}; do "$tasks" calls 1; done
	echo >&"$fd"
	wait "${pens[0]}"
	says '[.denials[].count]' '[200]'
	says '[.syscalls[] | select(.name == "getsid") | [.allowed, .denied]]' '[[0,200]]'
	says '[(.processes | length), .trace.complete]' '[202,true]'
}

@test "ten at once are exact, whichever starts or ends first" {
	for i in {1..10}; do start "n$i"; done
	for i in 1 10 2 9 3; do end "n$i"; done
	for i in {11..14}; do start "n$i"; done
	for i in 4 14 5 13 6 12 7 11 8; do end "n$i"; done
}

@test "a registry with false contents is not trusted" {
	start one
	"${apart[@]}" sh -c 'for f in /run/pinfold/*; do
		head -c 65536 /dev/urandom | dd of="$f" conv=notrunc status=none; done'
	alone
	end one
}

# Behind a name of 8 bytes: of each run the same name, a state of 4 bytes, and the numbers; the
# seventh is that of the map of tasks (src/ebpf/share.c).
@test "numbers of other descriptors are not taken for a tracer's" {
	start one
	"${apart[@]}" perl -e 'for my $f (glob "/run/pinfold/*") {
		open my $h, "+<", $f or die; binmode $h; sysseek $h, 20 + 4 * 7, 0;
		sysread $h, my $other, 4; sysseek $h, 20 + 4 * 6, 0; syswrite $h, $other; }'
	start two
	[ "$(comm -12 <(links one) <(links two))" = "" ]
	end two
	end one
}

@test "a directory whose owner or mode was changed is not used" {
	"${apart[@]}" mkdir -m 700 /run/pinfold
	start one
	start two
	[ "$(comm -12 <(links one) <(links two))" = "" ]
	[ -z "$("${apart[@]}" "${registry[@]}")" ]
	end one
	end two
}

@test "root without capabilities cannot enter the directory" {
	need_program setpriv
	start one
	"${apart[@]}" "${registry[@]}" | grep -q tracer
	fails "${apart[@]}" setpriv --bounding-set=-all --inh-caps=-all \
		sh -c 'ls /run/pinfold || chmod 700 /run/pinfold || rmdir /run/pinfold'
	end one
}

@test "a run that holds the gate, stopped or not, blocks nobody" {
	start one
	first=$(links one)
	for way in stopped waiting; do
		mkfifo held
		"${apart[@]}" perl -e 'use Fcntl; my ($f) = glob "/run/pinfold/*";
			open my $h, "+<", $f or die; my $lock = pack("s s x4 q q l x4", F_WRLCK, 0, 0, 1, 0);
			fcntl $h, F_SETLK, $lock or die; $| = 1; print "held\n"; <STDIN>' \
			<>stay >held 3>&- &
		pens+=($!)
		read -r -t 60 line <held
		[ "$line" = held ]
		[ "$way" = waiting ] || kill -STOP $!
		alone
		kill -KILL $!
		wait $! || true
		rm held
	done
	end one
	are_gone $first
}

@test "a signal while the report is written leaves nothing behind" {
	mkfifo full
	exec {fd}<>full
	head -c 65536 /dev/zero >&"$fd"
	"${apart[@]}" "$pinfold" run -v --trace ebpf -p test.policy -r "$(dirname "$tasks")" -- \
		"$tasks" calls 3 2>&"$fd" 3>&- &
	pens+=($!)
	until [[ $(cut -d " " -f 1-3 /proc/$!/syscall) == "1 0x2 "* ]]; do :; done
	first=$("${apart[@]}" "${registry[@]}")
	[ -n "$first" ]
	kill -TERM $!
	cat <&"$fd" >/dev/null &
	pens+=($!)
	status=0
	wait "${pens[0]}" || status=$?
	[ "$status" -eq 143 ]
	[ -z "$("${apart[@]}" "${registry[@]}")" ]
}

@test "with few descriptors a run gets its own tracer, and is the same as alone" {
	start one
	(ulimit -n 40 && "${apart[@]}" "$pinfold" run -q -p test.policy -r "$(dirname "$tasks")" \
		--report r.json -- "$tasks" calls 3)
	says '[.denials[].count]' '[3]'
	says .trace.source '"notify"'
	# A refusal names how many are enough.
	fails bash -c 'ulimit -n 120 && exec "$@"' - "$pinfold" run -q --trace ebpf -- true 2>said
	grep -q 'hint: tracing needs 128 descriptors: ulimit -n 128' said
	(ulimit -n 128 && "$pinfold" run -q --trace ebpf -- true)
	end one
}
