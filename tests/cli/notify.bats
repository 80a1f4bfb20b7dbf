# SPDX-License-Identifier: GPL-2.0-or-later
# The filter's listener as the source of denials: it reports the same as the tracer in the kernel, and
# needs no root. And complain mode, in which the calls go on.

load lib

# Of each kind of denial what both sources know.
denials='[.denials[] | {abi, nr, action, value, count, by, line: .rule.line, text: .rule.text, expected, enforced}]
	| sort_by(.nr, .line, .count)'

# What an ordinary user needs to come to this directory, and to write the report into it.
open_folder()
{
	mkdir -p out && chmod 777 out
	[ -e payload ] || for_others
	as_ordinary
}

# notified [OPTION...] -- PAYLOAD [ARG...]: as an ordinary user; the report is out/r.json.
notified()
{
	open_folder
	take_options "$@"
	set -- "${words[@]}"
	rm -f out/r.json
	run "${as[@]}" "$pinfold" run --trace notify --report out/r.json -p test.policy \
		-r "$(dirname "$payload")" "${options[@]}" -- "$payload" "$@"
}

# told FILTER TEXT: as says, of out/r.json.
told()
{
	cp out/r.json r.json
	says "$1" "$2"
}

# same_both PAYLOAD...: as root by eBPF and as an ordinary user by the listener, the same denials.
same_both()
{
	need_trace
	pen -- "$@"
	exits 0
	report "$denials" >ebpf.txt
	[ "$(report '.denials | length')" -gt 0 ]
	notified -- "$@"
	exits 0
	cp out/r.json r.json
	report "$denials" >notify.txt
	diff ebpf.txt notify.txt
}

@test "one thread: the same denials as by eBPF, rule by rule and count by count" {
	policy <<-'POLICY'
	default allow
	deny EACCES getppid
	deny ENOSYS getpgid if pid == 0
	deny 77 mkdirat getsid
	POLICY
	same_both getppid x86_64 1000
	same_both calls 121 258 124 110 258
}

@test "i386 by int 0x80: the same denials as by eBPF" {
	need_x86
	policy <<-'POLICY'
	arch x86_64 x86
	default allow
	deny EACCES getppid on x86
	POLICY
	same_both getppid x86 100
}

@test "threads amid signals: every call is denied once, counted once, and gets its errno" {
	policy <<-'POLICY'
	default allow
	deny EACCES getppid
	POLICY
	same_both storm 4 500 restart
	[[ $output == "2000 0"* ]]
	told '[.denials[] | [.name, .count]]' '[["getppid",2000]]'
}

# The kernel lets a signal interrupt a call that is not taken up yet (seccomp_unotify(2)).
@test "a handler that interrupts calls may see EINTR instead of the errno, and nothing is counted twice" {
	policy <<-'POLICY'
	default allow
	deny EACCES getppid
	POLICY
	notified -- storm 4 500 break
	exits 0
	read -r refused interrupted <<<"${lines[0]}"
	[ $((refused + interrupted)) -eq 2000 ]
	told '[.denials[] | .count]' "[$refused]"
	# Those behind the last one that came are not known of; and a signal that another thread
	# took in the end interrupts as well, and the call is made again.
	[ "$interrupted" -lt 100 ] || told '.trace.lost.interrupted > 0' true
	[ "$interrupted" -lt 100 ] || told .trace.complete false
}

@test "what is not known is null, and reported as not seen" {
	policy <<<'deny getppid
	default allow'
	notified -v -- getppid x86_64 2
	exits 0
	told '.totals | [.allowed, .failed, .logged, .denied, .expected, .would_deny]' '[null,null,null,2,0,0]'
	told '[.syscalls[] | [.name, .allowed, .denied]]' '[["getppid",null,2]]'
	told '.processes' '[]'
	told '.trace.unseen | length' 5
	told '.pen_failures' null
	told '.trace.unseen | any(contains("what failing calls named"))' true
	[[ $output == *"not seen by the trace: calls that the policy allows"* ]]
}

@test "the caller, its path and its address are reported" {
	policy <<-'POLICY'
	deny EACCES mkdir connect
	default allow
	POLICY
	open_folder
	run "${as[@]}" "$pinfold" run --report out/r.json --trace notify -p test.policy -- \
		sh -c 'mkdir /tmp/new; exec bash -c ": >/dev/tcp/127.0.0.1/99"'
	told '.denials[0].text' '"mkdir(\"/tmp/new\", 0o777)"'
	told '[.denials[0].first | .comm, .pid, .tid]' '["mkdir",3,3]'
	told '[.denials[1].first | .comm, .pid, .tid]' '["bash",2,2]'
	# nscd's socket may come first: it is of the same kind.
	told '.denials[1].text | test("^connect\\(3, AF_(INET 127.0.0.1:99|UNIX \".*\"), [0-9]+\\)$")' true
}

@test "trap and kill stay the kernel's, and a death of SIGSYS is blamed on nobody" {
	policy <<<'kill getppid
	default allow'
	notified -- getppid x86_64 1
	exits 159
	told '.exit.by' '"signal"'
	told '.denials' '[]'
	[[ $output == *"perhaps from a rule with 'trap' or 'kill', or from a call of another ABI"* ]]
	[[ $output == *"hint: a 32-bit program needs --arch 'x86_64 x86'"* ]]
}

@test "a policy that forbids every way of sending and exiting can still be launched" {
	policy <<-'POLICY'
	deny sendmsg sendto write exit_group exit execve execveat
	default allow
	POLICY
	notified -- getppid x86_64 1
	# A newer libc does not try exit(2) where exit_group(2) has failed.
	told '[.denials[] | .name] | unique - ["exit"]' '["exit_group","write"]'
}

@test "a missing command, where its exit goes to the listener" {
	policy <<<'default deny'
	open_folder
	run "${as[@]}" "$pinfold" run --trace notify -p test.policy -- ./no-such-command
	exits 127
	[[ $output == *"no-such-command"* ]]
}

@test "the command cannot have its own listener" {
	policy <<<'default allow'
	notified -- listener
	exits 0
	[ "$output" = 16 ] # EBUSY
}

@test "more kinds of denied calls than fit: the sum is exact, the loss is reported" {
	policy <<<'default deny 77
	unknown deny 77
	include <base>'
	notified -- numbers 1000 21000
	exits 0
	told '.totals.denied >= 20000' true
	told '.trace.complete' false
	told '.totals.denied - ([.denials[].count] | add) == .trace.lost.map_full' true
	[[ ${lines[0]} == *"the trace is not complete"* ]]
}

@test "if no source is requested, an ordinary user silently gets this one" {
	open_folder
	run "${as[@]}" "$pinfold" run --report out/r.json -- true
	exits 0
	[ -z "$output" ]
	told '[.trace.source, .trace.complete, .trace.lost.interrupted]' '["notify",false,0]'
	told '.trace.why | contains("CAP_BPF")' true
}

complaints='[.denials[] | select(.enforced | not) | [.name, .count, .rule.line]]'

complain_policy()
{
	policy <<-'POLICY'
	default allow
	deny EACCES getppid
	kill getsid
	trap getpgid
	kill_thread getpriority
	deny ENOSYS getpgrp
	POLICY
}

@test "complain: what would be denied, trapped or killed goes on and is reported, as an ordinary user" {
	complain_policy
	notified --complain -- calls 110 121 124 111 140
	exits 0
	told "$complaints" '[["getppid",1,2],["getpgid",1,4],["getsid",1,3],["getpriority",1,5]]'
	told '[.denials[] | select(.enforced) | [.name, .expected]]' '[["getpgrp",true]]'
	told '.totals | [.denied, .expected, .would_deny]' '[0,1,4]'
	told .policy.mode '"complain"'
	[[ $output == *"let through that the policy would deny"* ]]
}

@test "complain: the same by eBPF, where what went on is counted as allowed" {
	need_trace
	complain_policy
	pen --complain -- calls 110 121 124 111 140
	exits 0
	says "$complaints" '[["getppid",1,2],["getpgid",1,4],["getsid",1,3],["getpriority",1,5]]'
	says '[.denials[] | select(.enforced) | [.name, .expected]]' '[["getpgrp",true]]'
	says '.totals | [.denied, .expected, .would_deny]' '[0,1,4]'
	says '[.syscalls[] | select(.name == "getppid") | [.allowed, .denied]]' '[[1,0]]'
	says '[.rules[] | select(.line == 2 and .file == "test.policy") | .hits]' '[1]'
	says '[.trace.complete, .trace.lost.let_through]' '[true,0]'
}

@test "complain: threads amid signals, nothing is lost between the two sources" {
	need_trace
	policy <<-'POLICY'
	default allow
	deny EACCES getppid
	POLICY
	pen --complain -- storm 4 500 restart
	exits 0
	[[ $output == "0 0"* ]]
	says "$complaints" '[["getppid",2000,2]]'
	says '[.syscalls[] | select(.name == "getppid") | [.allowed, .denied]]' '[[2000,0]]'
	# Whatever the signals took from the listener, calls of the same kind were let through.
	says '[.trace.lost.let_through, .trace.lost.interrupted, .trace.complete]' '[0,0,true]'
}

@test "complain: a call whose task ended before the answer did not go on" {
	need_trace
	policy <<-'POLICY'
	default allow
	deny EACCES getppid
	POLICY
	for _ in {1..20}; do
		pen --complain -- rush
		exits 0
		says '.totals.would_deny == ([.syscalls[] | select(.name == "getppid") | .allowed] | add)' true
		says .trace.lost.let_through 0
	done
}

@test "complain: an ABI that the policy does not list goes on, too" {
	need_x86
	policy <<<'default allow'
	notified --complain -- getppid x86 3
	exits 0
	told '[.denials[] | [.abi, .action, .count, .enforced]]' '[["x86","kill_process",3,false]]'
}

@test "complain: terminal input is forged in no mode" {
	policy <<<'default allow'
	notified --complain -- ioctl 0x5412
	exits 0
	[ "${lines[0]}" = -1 ]
	told '[.denials[] | [.name, .enforced]]' '[["ioctl",true]]'
	need_x86
	for source in notify ebpf; do
		[ "$source" = notify ] || [ "$(id -u)" = 0 ] || continue
		[ "$source" = notify ] || as=()
		run "${as[@]}" "$pinfold" run --complain --trace "$source" --report out/r.json \
			-p test.policy -r "$(dirname "$payload")" -- "$payload" ioctl-x86 0x5412
		exits 0
		[ "${lines[0]}" = -1 ]
		told '[.denials[] | [.abi, .name, .enforced, .action, .by]]' \
			'[["x86","ioctl",true,"errno","policy"]]'
	done
}

@test "check finds all violations of a run, as root and as an ordinary user; --enforce the first" {
	policy <<-'POLICY'
	default allow
	deny EACCES mkdir
	kill chdir
	POLICY
	open_folder
	for source in ebpf notify; do
		[ "$source" = notify ] || [ "$(id -u)" = 0 ] || continue
		[ "$source" = notify ] && by=("${as[@]}") || by=()
		run "${by[@]}" "$pinfold" check --trace "$source" -p test.policy -- \
			sh -c 'mkdir /tmp/d && cd /tmp/d && echo went on'
		exits 123
		[[ $output == *"went on"* ]]
		[[ $output == *"test.policy:2:1: error: mkdir("*" would be denied: EACCES, 1 time"* ]]
		[[ $output == *"test.policy:3:1: error: chdir("*" would be denied: killed, 1 time"* ]]
		[ "$source" = ebpf ] || continue
		run "${by[@]}" "$pinfold" check --enforce --trace "$source" -p test.policy -- \
			sh -c 'mkdir /tmp/d && cd /tmp/d && echo went on'
		exits 123
		[[ $output != *"went on"* ]]
		[[ $output == *"test.policy:2:1: error: mkdir("*" denied: EACCES, 1 time"* ]]
	done
}

@test "check --enforce does not pass with a source that does not see what is killed" {
	policy <<<'kill mkdir
	default allow'
	open_folder
	run "${as[@]}" "$pinfold" check --enforce -p test.policy -- sh -c 'mkdir /tmp/d; true'
	[ "$(id -u)" = 0 ] || exits 125
	[ "$status" -ne 0 ]
	for source in notify raw; do
		run "$pinfold" check --enforce --trace "$source" -p test.policy -- true
		exits 2
		[[ $output == *"by eBPF, which is the only one to see what is killed"* ]]
	done
}

@test "without a trace there is no complaining, and no check" {
	policy <<<'default allow'
	run "$pinfold" run --complain --trace none -p test.policy -- true
	exits 2
	[[ $output == *"cannot be done without a trace"* ]]
	run "$pinfold" check --trace none -p test.policy -- true
	exits 2
}
