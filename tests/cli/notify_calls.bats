# SPDX-License-Identifier: GPL-2.0-or-later
# The filter's listener as a source that counts every call, for those who have no tracer in the kernel:
# what it counts, what it does not know and says so, and who gets it.

load lib

# This directory is one in which an ordinary user may run pinfold.
setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir out && chmod 777 out
	for_others
	as_ordinary
}

# counted [OPTION...] -- COMMAND [ARG...]: as an ordinary user; the report is r.json.
counted()
{
	take_options "$@"
	set -- "${words[@]}"
	rm -f out/r.json r.json
	run "${as[@]}" "$pinfold" run --trace notify --calls --report out/r.json -p test.policy \
		-r "$PWD" "${options[@]}" -- "$@"
	[ ! -e out/r.json ] || cp out/r.json r.json
}

# call NAME: its allowed calls.
call()
{
	report "[.syscalls[] | select(.name == \"$1\") | .allowed] | add"
}

@test "each call is counted, with the arguments that the tracer in the kernel keeps" {
	policy <<<'default allow'
	counted -- "$payload" getppid x86_64 1000
	exits 0
	[ "$(call getppid)" = 1000 ]
	says '[.trace.source, .trace.complete, .trace.exact_hits]' '["notify-calls",true,true]'
	says '.totals | [.failed, .logged, .allowed > 1000]' '[null,null,true]'
	says '[.syscalls[] | select(.name == "mmap") | .args.prot.values | length > 0]' '[true]'
	says '[.syscalls[] | select(.name == "getppid") | .failed, .restarted, .logged]' '[null,null,null]'
	says '[.rules[] | select(.text == "default allow") | .hits]' '[]'
	[ "$(call exit_group)" = 1 ]
	"$pinfold" report -o copy.json out/r.json
	[ "$(jq -c .syscalls copy.json)" = "$(jq -c .syscalls r.json)" ]
	[ "$(jq -c .trace copy.json)" = "$(jq -c .trace r.json)" ]
}

@test "the same counts by root's listener and by eBPF" {
	need_trace
	policy <<<$'deny EACCES getsid\nlog getpgid\ndefault allow'
	for source in notify ebpf; do
		run "$pinfold" run --trace "$source" --calls --report "$source.json" -p test.policy \
			-r "$PWD" -- "$payload" calls 110 124 39 39
		exits 0
		jq -c '.syscalls[] | select(.name | test("^(exit_group|getpgid)$") | not) |
			[.abi, .name, .allowed, .denied, .args]' "$source.json" >"$source"
		jq -c '[.rules[] | select(.file == "test.policy" and (.text | test("log") | not)) | .hits],
			[.denials[] | [.name, .count, .rule.line]]' "$source.json" >>"$source"
	done
	diff ebpf notify
}

@test "what the policy denies is answered and reported as without it" {
	policy <<<$'deny EACCES getppid\ndeny ENOSYS getpgid if pid == 0\ndefault allow'
	counted -- "$payload" getppid x86_64 50
	exits 0
	says '[.denials[] | [.name, .action, .value, .count, .rule.line]]' '[["getppid","errno",13,50,1]]'
	says '[.syscalls[] | select(.name == "getppid") | [.allowed, .denied]]' '[[0,50]]'
	counted -- "$payload" calls 121 121
	says '.totals | [.denied, .expected]' '[0,2]'
}

@test "complain: what went on counts as allowed" {
	policy <<<$'deny EACCES getppid\nkill getsid\ndefault allow'
	counted --complain -- "$payload" calls 110 124 39
	exits 0
	says '[.denials[] | [.name, .count, .enforced]]' '[["getppid",1,false],["getsid",1,false]]'
	says '[.syscalls[] | select(.name == "getppid" or .name == "getsid") | [.allowed, .denied]]' \
		'[[1,0],[1,0]]'
	says '[.rules[] | select(.file == "test.policy") | .hits]' '[1,1]'
	says .trace.complete true
}

@test "calls of i386 are counted as such" {
	need_x86
	policy <<<$'arch x86_64 x86\ndefault allow'
	counted -- "$payload" getppid x86 300
	exits 0
	says '[.syscalls[] | select(.name == "getppid" and .abi == "x86") | .allowed]' '[300]'
}

@test "what it cannot know makes the trace incomplete: a rule that kills, traps or logs" {
	for action in kill trap log; do
		policy <<<"$action getppid"$'\ndefault allow'
		counted -- "$payload" calls 39
		exits 0
		says .trace.complete false
	done
	says '[.trace.exact_hits, (.trace.unseen | any(contains("the kernel'"'"'s log")))]' '[false,true]'
	counted -- "$payload" getppid x86_64 2
	says '[.syscalls[] | select(.name == "getppid")]' '[]'
}

@test "a thousand processes, by fork and vfork, with threads among them: exact" {
	need_program python3
	policy <<<'default allow'
	cat >many.py <<-'PYTHON'
	import ctypes, os, subprocess, threading
	for _ in range(900):
	    pid = os.fork()
	    if pid == 0: os.getppid(); os._exit(0)
	    os.waitpid(pid, 0)
	for _ in range(20): subprocess.run(["true"], close_fds=False)
	def work():
	    for _ in range(20): os.getppid()
	threads = [threading.Thread(target=work) for _ in range(80)]
	for thread in threads: thread.start()
	for thread in threads: thread.join()
	PYTHON
	counted -- python3 many.py
	exits 0
	[ "$(call getppid)" = 2500 ]
	[ "$(report '[.syscalls[] | select(.name | test("^(clone|clone3|vfork|fork)$")) | .allowed] | add')" = 1000 ]
	says '[.syscalls[] | select(.name == "wait4") | .allowed >= 920]' '[true]'
}

@test "handlers that let calls restart disturb nothing, at 10 kHz: counts are exact" {
	policy <<<'default allow'
	counted -- "$payload" storm 4 500 restart
	exits 0
	[[ ${lines[0]} == "0 0"* ]]
	[ "$(call getppid)" = 2000 ]
	says '[.trace.complete, .trace.lost.interrupted]' '[true,0]'
}

# The storm's own set-up may be disturbed as well: then it fails, as it does if no signal came.
@test "a handler without SA_RESTART: the report says how many calls it may have disturbed" {
	policy <<<'default allow'
	for _ in {1..20}; do
		counted -v -- "$payload" storm 4 500 break
		read -r _ interrupted <<<"${lines[0]}"
		[ "$status" -ne 0 ] || [ "$interrupted" -eq 0 ] || break
		interrupted=0
	done
	[ "$interrupted" -gt 0 ] || skip "no signal came at the right time"
	[ "$(call getppid)" -eq $((2000 - interrupted)) ]
	[ "$(report .trace.lost.interrupted)" -ge "$interrupted" ]
	says .trace.complete false
	[[ $output == *"the run may have been disturbed: a handler was set without SA_RESTART"* ]]
}

@test "the command's own filter is known of, and what it stops is not counted as allowed" {
	need_trace
	policy <<<'default allow'
	"$pinfold" compile -o own - <<<$'deny EACCES getppid\ndefault allow'
	counted -- "$payload" under "$PWD/own" "$payload" calls 110
	says '[.syscalls[] | select(.name == "getppid")]' '[]'
	says '.trace.lost.own_filters > 0' true
}

# What complain mode lets go on has its effects, too.
@test "complain: a handler and a filter that the policy would deny are known of as well" {
	policy <<<$'deny EPERM rt_sigaction seccomp\ndeny EPERM prctl if option == PR_SET_SECCOMP\ndefault allow'
	for _ in {1..20}; do
		counted --complain -- "$payload" storm 4 500 break
		read -r _ interrupted <<<"${lines[0]}"
		[ "$status" -ne 0 ] || [ "$interrupted" -eq 0 ] || break
		interrupted=0
	done
	if [ "$interrupted" -gt 0 ]; then
		[ "$(report .trace.lost.interrupted)" -ge "$interrupted" ]
		says .trace.complete false
	fi
	"$pinfold" compile -o own - <<<$'deny EACCES getppid\ndefault allow'
	counted --complain -- "$payload" under "$PWD/own" "$payload" calls 110
	says '.trace.lost.own_filters > 0' true
	run "${as[@]}" "$pinfold" check --trace notify --report out/r.json -p test.policy -r "$PWD" \
		-- "$payload" under "$PWD/own" "$payload" calls 110
	cp out/r.json r.json
	says '.trace.lost.own_filters > 0' true
}

# The launch makes no call between the filter and the command, and if that cannot be executed none but
# the quiet exit_group.
@test "what a launch that failed did is not the command's" {
	policy <<<'default allow'
	printf 'no program\n' >file
	chmod 755 file
	counted -- ./file
	exits 126
	[ ! -e r.json ] || says '[.syscalls[] | select(.allowed > 0)]' '[]'
}

@test "it is never taken unasked, except by record" {
	policy <<<'default allow'
	for command in run check; do
		run "${as[@]}" "$pinfold" "$command" --report out/r.json -p test.policy -- true
		exits 0
		cp out/r.json r.json
		says .trace.source '"notify"'
		run "${as[@]}" "$pinfold" "$command" --calls --report out/r.json -p test.policy -- true
		exits 0
		cp out/r.json r.json
		says .trace.source '"notify-calls"'
	done
	run "${as[@]}" "$pinfold" record -q --report out/r.json -o out/a.policy -- true
	exits 0
	cp out/r.json r.json
	says .trace.source '"notify-calls"'
	[ "$(id -u)" = 0 ] || return 0
	run "$pinfold" run --calls --report r.json -- true
	says .trace.source '"ebpf"'
}

@test "--calls contradicts what does not count them, and --max-unused needs it" {
	policy <<<$'allow getppid\ndefault allow'
	run "$pinfold" run --calls --trace none -- true
	exits 2
	[[ $output == *"--calls and --trace none contradict each other"* ]]
	run "$pinfold" check --max-unused 0 --trace notify -p test.policy -- true
	exits 2
	[[ $output == *"hint: --calls makes it count the calls that are allowed, too"* ]]
	[ "$(id -u)" != 0 ] || {
		run "${as[@]}" "$pinfold" check --max-unused 0 -p test.policy -- true
		exits 125
		[[ $output == *"hint: --calls does without"* ]]
	}
	run "${as[@]}" "$pinfold" check --max-unused 0 --trace notify --calls -p test.policy -- true
	exits 123
	run "${as[@]}" "$pinfold" check --max-unused 1 --trace notify --calls -p test.policy -- true
	exits 0
}

@test "under another listener there is none, and the error says so" {
	policy <<<'default allow'
	run "${as[@]}" "$pinfold" run --trace notify -p test.policy -r "$PWD" -- \
		"$PWD/pinfold" record -o /tmp/a.policy --trace notify -- true
	[ "$status" -ne 0 ]
	[[ $output == *"cannot have a seccomp listener: Device or resource busy"* ]]
	[[ $output == *"pinfold itself runs under a listener"* ]]
}

@test "record as an ordinary user: the policy runs the command, from several runs as well" {
	run "${as[@]}" "$pinfold" record -q -o out/wc.policy -- wc -l /etc/passwd
	exits 0
	grep -q '^# Trace: complete; [0-9]* calls$' out/wc.policy
	run "${as[@]}" "$pinfold" run --report out/r.json -p out/wc.policy -- wc -l /etc/group
	exits 0
	cp out/r.json r.json
	says .totals.denied 0
	run "${as[@]}" "$pinfold" record -q --runs 2 -o out/two.policy -- wc -l /etc/passwd
	exits 0
	grep -q '^# Runs: 2; not needed by all of them: no call$' out/two.policy
	run "${as[@]}" "$pinfold" record -q --merge out/wc.policy -o out/wc.policy -- date
	exits 0
	run "${as[@]}" "$pinfold" run -p out/wc.policy -- date
	exits 0
	[ "$(id -u)" != 0 ] || {
		"$pinfold" record -q -o root.policy -- wc -l /etc/passwd
		diff <(grep -v '^#' root.policy) <(grep -v '^#' out/two.policy)
	}
}

@test "a static program's policy lets it end" {
	need_program gcc
	echo 'int main(void) { return 7; }' >end.c
	gcc -static -o end end.c 2>/dev/null || skip "gcc links nothing statically"
	run "${as[@]}" "$pinfold" record -q -o out/end.policy -r "$PWD" -- ./end
	exits 7
	run "${as[@]}" "$pinfold" run -p out/end.policy -r "$PWD" -- ./end
	exits 7
}
