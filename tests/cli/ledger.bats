# SPDX-License-Identifier: GPL-2.0-or-later
# What the trace reports about calls that did not run, compared with the program's own account of
# them: results that look like something else, calls that no filter saw, ends that look like a
# filter's, and processes that were stopped when their trace began.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	policy <<<"default allow"
}

# few WORD...: all of them; where runs are slow, under emulation, the first one.
few()
{
	[ -z "${PINFOLD_TESTS_EMULATED-}" ] || set -- "$1"
	printf '%s\n' "$@"
}

teardown()
{
	for pid in "${tracer:-}" "${target:-}"; do
		[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || true
	done
	if [ -n "${cgroup:-}" ]; then
		let_go 2>/dev/null || true
		timeout 20 sh -c 'until rmdir "$1" 2>/dev/null || [ ! -d "$1" ]; do :; done' - "$cgroup"
	fi
}

# account: what the payload printed, "-RESULT COUNT" a line, as the report's pairs of both.
account()
{
	sed -n 's/^-\([0-9]*\) \([0-9]*\)$/[\1,\2]/p' <<<"$output" | paste -sd, | sed 's/.*/[&]/'
}

# stopped NAME: each result, or error, with how many calls of that name came to it, and by whom.
stopped()
{
	report "[.denials[] | select(.name == \"$1\")] | group_by(.value, .result, .by) |
		map([.[0].value, .[0].result, ([.[].count] | add), .[0].by])"
}

@test "a filter of the command's own that returns restart codes: each call is reported" {
	pen -- restarts
	exits 0
	[ "$(account)" = '[[512,100],[513,100],[514,100],[515,100],[516,100]]' ]
	[ "$(report '[.denials[] | [.value, .count]] | sort')" = "$(account)" ]
	says '[.denials[].by] | unique' '["other-filter"]'
	says .trace.complete true
}

@test "by raw tracepoints, too" {
	run "$pinfold" run --trace raw --report r.json -p test.policy -r "$(dirname "$payload")" -- \
		"$payload" restarts
	exits 0
	says '[.denials[] | [.value, .count]] | sort == '"$(account)" true
}

# A signal that arrives after a call was stopped makes the kernel restart it, and it is stopped again.
@test "and amid signals: no call that the command saw stopped is missing" {
	pen -- restarts-storm
	exits 0
	says '[.denials[] | [.value, .count]] | sort as $told | '"$(account)"' | map(select(.[0] > 4)) |
		map(. as $seen | $told | any(.[0] == $seen[0] and .[1] >= $seen[1])) | all' true
	says .trace.complete true
}

@test "what the policy denies is a violation, whichever filter's error the command got" {
	policy <<<$'deny EPERM getppid\ndefault allow'
	for errno in $(few 13 2 1); do
		pen -- own-filter "$errno"
		exits 0
		[ "${lines[0]}" = "-$errno" ]
		says '[.denials[] | [.name, .value, .by, .count, .rule.line]]' '[["getppid",1,"policy",1,1]]'
		[[ $output == *"pinfold: 1 call denied"*"deny EPERM getppid"* ]]
	done
	for how in $(few --enforce --format=text); do
		run "$pinfold" check $how -p test.policy -r "$(dirname "$payload")" -- \
			"$payload" own-filter 13
		exits 123
		[[ $output == *"test.policy:1:1: error: getppid() denied: EPERM, 1 time"* ]]
	done
}

@test "one call denied by one rule is one row, with a filter of the command's own and without" {
	policy <<<$'deny EPERM getppid\ndefault allow'
	run "$pinfold" run --trace ebpf --report r.json -p test.policy -r "$(dirname "$payload")" -- \
		sh -c "'$payload' own-filter 1; '$payload' getppid x86_64 3; '$payload' own-filter 1"
	exits 0
	says '[.denials[] | [.name, .by, .rule.line]]' '[["getppid","policy",1]]'
	says '.denials[0].count == .totals.denied and .totals.denied >= 5' true
}

@test "but for what it denies as expected, or lets pass" {
	while read -r rule; do
		policy <<<"$rule getppid"$'\n'"default allow"
		pen -- own-filter 13
		says '[.denials[] | [.name, .value, .by]]' '[["getppid",13,"other-filter"]]'
		run "$pinfold" check --enforce -p test.policy -r "$(dirname "$payload")" -- \
			"$payload" own-filter 13
		exits 0
	done < <(few 'deny ENOSYS' allow)
}

@test "a signal along with a restart code of the command's own filter hides no call" {
	for listener in $(few 1 0); do
		policy <<<$'deny EPERM getppid\ndefault allow'
		pen --stream s.jsonl -- alarmed "$listener" 5
		exits 0
		[ "${lines[0]}" = 5 ]
		says '[.denials[] | [.name, .by, .count]]' '[["getppid","policy",5]]'
		says '.syscalls[] | select(.name == "getppid") | [.allowed, .denied]' '[0,5]'
		says '([.processes[].calls] | add) == .totals.allowed + .totals.denied' true
		says '[.trace.complete, .totals.denied, ([.processes[].denied] | add)]' '[true,5,5]'
		[ "$(grep -c '"event":"denied"' s.jsonl)" = 5 ]
		run "$pinfold" check --enforce -p test.policy -r "$(dirname "$payload")" -- \
			"$payload" alarmed "$listener" 5
		exits 123
	done
	run "$pinfold" run --trace raw --report r.json -p test.policy -r "$(dirname "$payload")" -- \
		"$payload" alarmed 0 5
	says '[.denials[] | [.name, .by, .count]]' '[["getppid","policy",5]]'
	# There pinfold's own listener may have lost them to the signals.
	run "$pinfold" check -p test.policy -r "$(dirname "$payload")" -- "$payload" alarmed 0 5
	exits 125
	[[ $output == *"the trace is not complete"* ]]
	policy <<<"default allow"
	pen -- alarmed 0 5
	says '[.denials[] | [.name, .value, .by, .count]]' '[["getppid",512,"other-filter",5]]'
	says .trace.complete true
}

@test "nor does a trap of a call whose number is that of a restart code" {
	policy <<<$'arch x86_64 x32\nunknown trap 7\ndefault allow'
	for source in ebpf raw; do
		run "$pinfold" run --trace "$source" --report r.json -p test.policy \
			-r "$(dirname "$payload")" -- "$payload" like-restart 5
		exits 0
		[ "${lines[0]}" = 5 ]
		says '[.denials[] | [.nr, .value, .by, .count]]' '[[-512,7,"policy",5]]'
	done
}

@test "a listener of the command's own may let a call return anything" {
	while read -r result value told; do
		[ "$told" = null ] || told="\"$told\""
		pen -- answers "$result" 50
		exits 0
		[ "$output" = $((result * 50)) ]
		[ "$(stopped getsid)" = "[[$value,$told,50,\"other-filter\"]]" ]
		says .trace.complete true
	done < <(few '-512 512 null' '3 0 0x3' '-513 513 null' '-13 13 null' '0 0 0x0' \
		'70000 0 0x11170')
	[[ $(pen -v -- answers 3 5; echo "$output") == *"getsid(0): returned 3, 5 times"* ]]
}

@test "a tracer of the command's own that skips calls: they are its own, whatever they return" {
	while read -r result value told; do
		pen -- skips "$result"
		exits 0
		[ "${lines[0]}" = 100 ]
		says '[.denials[] | [.nr, .value, .result, .by, .count]]' \
			"[[-1,$value,$told,\"ptrace\",100]]"
		says '[.trace.complete, .totals.expected]' '[true,0]'
	done < <(few '-38 38 null' '7 0 "0x7"' '-512 512 null' '-1 1 null')
}

@test "calls that the command's own user dispatch takes are counted, as its" {
	pen -- dispatch x86_64 500
	exits 0
	[ "${lines[0]}" = 500 ]
	says '[.denials[] | [.name, .action, .by, .count]]' '[["getppid","trap","user-dispatch",500]]'
	says '.syscalls[] | select(.name == "getppid") | [.allowed, .denied]' '[500,500]'
	says '([.processes[].calls] | add) == .totals.allowed + .totals.denied + .totals.expected' true
	says '[.trace.complete, .exit.by]' '[true,"child"]'
}

@test "also where the policy would stop them, and those of the 32-bit ABI" {
	policy <<<$'arch x86_64 x86\ndefault allow\ndeny EACCES getppid on x86_64'
	pen -- dispatch x86_64 500
	says '[.denials[] | [.name, .action, .by, .count]] | sort' \
		'[["getppid","errno","policy",500],["getppid","trap","user-dispatch",500]]'
	need_x86
	pen -- dispatch x86 50
	exits 0
	says '[.denials[] | [.abi, .name, .by, .count]]' '[["x86","getppid","user-dispatch",50]]'
}

@test "an invalid selector of user dispatch kills its process, and the call is blamed on nobody else" {
	while read -r kind rule; do
		policy <<<"default allow"$'\n'"$rule"
		pen -- bad-selector "$kind" 5
		exits 0
		[ "${lines[0]}" = "5 0" ]
		says '[.denials[] | [.name, .value, .by, .count]]' '[["getppid",38,"user-dispatch",5]]'
		says '[.trace.complete, .totals.expected]' '[true,0]'
	done < <(few 'none deny ENOSYS getppid' unreadable none 'unreadable deny ENOSYS getppid')
}

@test "a call that user dispatch lets pass is up to the policy, whatever signals come before it" {
	while read -r errno value; do
		policy <<<"deny $errno chroot"$'\n'"default allow"
		pen -- allowing-selector 5
		exits 0
		[ "${lines[0]}" = "-$value" ]
		says '[.denials[] | [.name, .value, .by, .count]]' "[[\"chroot\",$value,\"policy\",5]]"
		says .trace.complete true
	done < <(few 'EPERM 1' 'ENOSYS 38')
	policy <<<$'deny EPERM chroot\ndefault allow'
	for how in $(few --enforce --format=text); do
		run "$pinfold" check $how -p test.policy -r "$(dirname "$payload")" -- \
			"$payload" allowing-selector 3
		exits 123
	done
}

@test "a process killed in its tracer's entry stop: no filter ran, whatever the policy says" {
	while read -r rule; do
		policy <<<"default allow"$'\n'"$rule"
		pen -- entry-kill 20
		exits 0
		[ "${lines[0]}" = "20 0" ]
		says '[.denials[] | [.name, .value, .by, .count]]' '[["getppid",38,"ptrace",20]]'
		says '[.trace.complete, .totals.expected]' '[true,0]'
	done < <(few 'deny ENOSYS getppid' '' 'deny EACCES getppid')
}

@test "and one that ends with its tracer" {
	pen -- tracer-gone 20
	exits 0
	[ "${lines[0]}" = "20 0" ]
	says '[.denials[] | [.name, .value, .by, .count]]' '[["getppid",38,"ptrace",20]]'
	says .trace.complete true
}

@test "a call whose number a tracer sets to -1 at the entry is not the command's" {
	policy <<<$'unknown deny ENOSYS\ndefault allow'
	pen -- entry-skip 20
	exits 0
	[ "${lines[0]}" = "20 20" ]
	says '[.denials[] | [.nr, .value, .by, .count]]' '[[-1,38,"ptrace",20]]'
	says '[.trace.complete, .totals.expected]' '[true,0]'
}

@test "exit.by: a signal, where another process's SIGSYS came after a call that was trapped" {
	policy <<<$'default allow\ntrap 7 getppid'
	pen -- murder
	exits 159
	says '[.exit.by, .denials[0].count]' '["signal",1]'
}

@test "exit.by: a signal, where it came after the first thread's end by the filter" {
	policy <<<$'default allow\nkill_thread getppid'
	pen -- late-murder
	exits 159
	says .exit.by '"signal"'
}

@test "the parent of a process is its parent, not the process that created it" {
	pen -- half-brother
	exits 0
	[ "${lines[0]}" = 2 ]
	says '[.processes[] | [.pid, .ppid]]' '[[2,1],[3,2],[4,2]]'
	says '[.processes[].args[1]] | unique' '["half-brother"]'
}

@test "the last place of a map is counted, or lost, and never both" {
	pen -- in-step 1000 1100 8
	exits 0
	says '.totals.allowed + .totals.denied + .totals.expected == ([.processes[].calls] | add)' true
	says '([.syscalls[] | select(.nr >= 1000) | .denied + .allowed] | add) + .trace.lost.map_full' 8800
}

@test "arguments of any length are reported whole while the process lives" {
	mkfifo go
	chmod 666 go
	chmod a+x .
	for n in $(few 100000 100 400 600 5000); do
		"$pinfold" run --trace ebpf --report r.json --stream s.jsonl -p test.policy -r "$PWD" -- \
			sh -c 'exec sh -c "read -r line <go" sh "$(printf "%0$0d" 0)"' "$n" 3>&- &
		# It lives until the stream tells of it.
		timeout 60 sh -c 'until grep -qs "$1" s.jsonl; do :; done' - '"args":."sh","-c","read -r line'
		echo >go
		wait $!
		is_long=$([ "$n" -le 400 ] && echo false || echo true)
		says '.processes[0] | [.args_cut, .args_claimed, .args[2], (.args[4] | length)]' \
			"[$is_long,$is_long,\"read -r line <go\",$n]"
		rm s.jsonl
	done
}

@test "and those of one that is gone by then, whole or marked as cut" {
	for n in $(few 100000 100 600); do
		run "$pinfold" run --trace ebpf --report r.json -p test.policy -- sh -c \
			'(exec true "$(printf "%0$0d" 0)"); :' "$n"
		exits 0
		says '.processes | map(select(.args[0] == "true")) | map((.args[1] | length) ==
			if .args_cut and (.args_claimed | not) then 507 else '"$n"' end)' '[true]'
		says '.processes | map(select(.args[0] == "true")) | map(.args_cut)' \
			"[$([ "$n" -lt 507 ] && echo false || echo true)]"
	done
}

@test "what a process wrote over its arguments is marked as its own claim" {
	pen -- rename "$(printf '%0600d' 0)"
	exits 0
	says '.processes[0] | [.args_cut, .args[1], (.args[2][:400] | test("^0*$"))]' \
		'[true,"rename",true]'
	says '.processes[0] | .args_claimed or (.args[2] | test("^0*$"))' true
}

@test "and the name of its program" {
	local long
	long=$(printf '/.%.0s' {1..1900})
	cp "$payload" here
	run "$pinfold" run --trace ebpf --report r.json -p test.policy -- sh -c \
		"(exec '$PWD$long/here' getppid x86_64 1); :"
	exits 0
	says '.processes | map(select(.exe | endswith("/here"))) | map([.exe_cut, (.exe | length)])' \
		"[[false,$((${#PWD} + 3800 + 5))]]"
}

# attach: traces the target, and goes on when it is found.
attach()
{
	mkfifo told
	"$pinfold" run --report r.json --stream - --pid "$target" >told 2>err 3>&- &
	tracer=$!
	exec 4<told
	while read -r -t 30 line <&4; do
		[[ $line != *'"event":"found"'* ]] || break
	done
}

# goes_on COMMAND...: lets the threads make their calls, then the process by COMMAND, and compares.
goes_on()
{
	printf 1 | dd of=byte conv=notrunc status=none
	"$@"
	timeout 60 cat <&4 >/dev/null
	exec 4<&-
	wait "$tracer"
	wait "$target"
	[ "$(cat account)" = 70 ]
	says '([.denials[].count] | add) + .trace.lost.starts' 70
	says '[.denials[] | [.name, .by]] | unique' '[["getsid","other-filter"]]'
}

# halt ARG...: starts the payload under a filter that denies its call.
halt()
{
	policy <<<$'deny EACCES getsid\ndefault allow'
	"$pinfold" compile -o filter test.policy
	echo 0 >byte
	"$payload" under filter "$payload" halted "$PWD/byte" "$@" >account 3>&- &
	target=$!
}

is_stopped()
{
	[ "$(sed 's/.*) //; s/ .*//' "/proc/$target/stat")" = T ]
}

@test "a process stopped by a signal: the first call of each thread is reported" {
	for turn in $(few 1 2 3 4 5); do
		halt
		until is_stopped; do kill -0 "$target"; done
		attach
		goes_on kill -CONT "$target"
		says .trace.complete true
		rm -f told
	done
}

# freeze FOLDER FILE TEXT: the payload freezes itself in a cgroup there.
freeze()
{
	cgroup=$1/pinfold-ledger-$$
	mkdir "$cgroup" 2>/dev/null || skip "no cgroup can be made in $1"
	policy <<<$'deny EACCES getsid\ndefault allow'
	"$pinfold" compile -o filter test.policy
	echo 0 >byte
	sh -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' - "$cgroup" "$payload" under filter \
		"$payload" halted "$PWD/byte" "$cgroup/$2" "$3" >account 3>&- &
	target=$!
}

@test "a process in a frozen cgroup of version 2: the first call of each thread is reported" {
	for root in /sys/fs/cgroup/unified /sys/fs/cgroup; do
		[ ! -e "$root/cgroup.controllers" ] || break
	done
	[ -e "$root/cgroup.controllers" ] || skip "no cgroup of version 2"
	let_go() { echo 0 >"$cgroup/cgroup.freeze"; }
	freeze "$root" cgroup.freeze 1
	until grep -q 'frozen 1' "$cgroup/cgroup.events"; do :; done
	attach
	goes_on let_go
	says .trace.complete true
}

@test "a process in a frozen cgroup of version 1: the first call of each thread is reported" {
	[ -e /sys/fs/cgroup/freezer/cgroup.procs ] || skip "no freezer of version 1"
	let_go() { echo THAWED >"$cgroup/freezer.state"; }
	freeze /sys/fs/cgroup/freezer freezer.state FROZEN
	until grep -q FROZEN "$cgroup/freezer.state"; do :; done
	attach
	goes_on let_go
	says .trace.complete true
}

@test "check: a filter of the command's own hides no denied call, however short it lived" {
	policy <<<$'default allow\ndeny EACCES getppid'
	# The payload's own filter answers first, and with another error.
	run "$pinfold" check --trace ebpf -p test.policy -r "$(dirname "$payload")" -- \
		"$payload" own-filter 1
	exits 123
	# By find, since a shell makes the call itself: as the command, and as a child that ends at once.
	for command in "'$payload' own-filter 1" "find '$payload' -exec {} own-filter 1 ;"; do
		eval "set -- ${command//;/\\;}"
		run "$pinfold" check --trace notify -p test.policy -r "$(dirname "$payload")" -- "$@"
		exits 125
		[[ $output == *"a filter of its own"* && $output == *"hint: --trace ebpf"* ]]
	done
	# An ordinary user gets this source without asking.
	as_ordinary
	for_others
	run "${as[@]}" "$pinfold" check -p test.policy -r "$PWD" \
		-- ./payload own-filter 1
	exits 125
	# A command that adds none is not suspected; and where the policy denies it, that is reported.
	policy <<<$'default allow\ndeny EACCES mkdir'
	run "$pinfold" check --trace notify -p test.policy -- true
	exits 0
	policy <<<$'default allow\ndeny EACCES prctl if option == PR_SET_SECCOMP'
	run "$pinfold" check --trace notify -p test.policy -r "$(dirname "$payload")" -- \
		"$payload" own-filter 1
	exits 123
	[[ $output == *"test.policy:2:1"* ]]
}
