# SPDX-License-Identifier: GPL-2.0-or-later
# As truth.bats, by the filter's listener and as an ordinary user: strace, from outside, and the
# listener, from the start, see the same run in a pen. What the listener counted before strace came is
# what it counts of a run that is killed there.
#
# Besides what strace lacks (truth.bats) these are not compared: errors, which a listener does not see,
# and sigreturn, which it must not hold up. A call that a signal withdrew from the listener is one to
# strace; if no handler lacks SA_RESTART, the report says nothing of it, and the counts are equal.

load lib
load truth

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	need_program strace
	as_ordinary
	mkfifo go
	policy <<<$'arch x86_64 x86\ndeny EACCES getsid\ndefault allow'
	for_others
}

# our_counts FILE: "name calls" of all ABIs, sorted.
our_counts()
{
	jq -r '[.syscalls[] | { name, calls: (.allowed + .denied) }] | group_by(.name)[] |
		"\(.[0].name) \([.[].calls] | add)"' "$1" |
		grep -vE '^(exit|exit_group|sigreturn|rt_sigreturn) ' | sort
}

# start REPORT COMMAND...: starts a pen whose command waits before it becomes COMMAND; sets supervisor
# and target, their pids.
start()
{
	local report=$1 init
	shift
	rm -f pid
	chown -R "$ordinary_id:$ordinary_id" .
	"${as[@]}" "$pinfold" run -q --trace notify \
		--calls --report "$report" -p test.policy -w . -- \
		sh -c 'echo $$ >pid; read -r _ <go; exec "$@"' sh "$@" >/dev/null 2>&1 3>&- &
	supervisor=$!
	target=
	until [ -s pid ] && [ -n "$target" ] && grep -qs wait_for_partner "/proc/$target/wchan"; do
		kill -0 "$supervisor"
		for init in $(cat "/proc/$supervisor/task/$supervisor/children" 2>/dev/null); do
			target=$(cat "/proc/$init/task/$init/children" 2>/dev/null || true)
			target=${target%% *}
			[ -z "$target" ] || break
		done
	done
}

# same_counts THREADS COMMAND...: equal but for calls in which as many as THREADS may have waited.
same_counts()
{
	local threads=$1 watcher
	shift
	start before.json "$@"
	kill -KILL "$target"
	wait "$supervisor" || true
	start r.json "$@"
	: >errors
	strace -f -c -o strace.out -p "$target" 2>errors 3>&- &
	watcher=$!
	until grep -q attached errors; do :; done
	echo >go
	wait "$watcher" "$supervisor" || true
	says '[.trace.source, .trace.complete == (.trace.lost.interrupted == 0)]' '["notify-calls",true]'
	strace_counts strace.out | grep -v sigreturn | sed 's/ [0-9]*$/ 0/' >theirs
	our_counts before.json >before
	our_counts r.json >all
	join -a 1 -e 0 -o 0,1.2,2.2 all before | awk '$2 > $3 { print $1, $2 - $3, 0 }' >ours
	differ_at_most "$threads" "$(report .trace.lost.interrupted)"
}

@test "counts equal strace's, by the listener: make -j2 with a compiler" { of_make; }

@test "counts equal strace's, by the listener: git clone of a local repository" { of_git; }

@test "counts equal strace's, by the listener: python with threads and subprocesses" { of_python; }

@test "counts equal strace's, by the listener: node" { of_node; }

@test "counts equal strace's, by the listener: sqlite3" { of_sqlite; }

@test "counts equal strace's, by the listener: find and xargs" { of_find; }

@test "counts equal strace's, by the listener: a shell with 500 forks" { of_forks; }

@test "counts equal strace's, by the listener: threads in C" { of_threads; }

@test "counts equal strace's, by the listener: calls of the 32-bit ABI" { of_abi; }

@test "counts equal strace's, by the listener: a call that the policy denies" {
	same_counts 0 "$payload" number 124
	grep -q '^getsid 1 0$' ours
}

@test "counts equal strace's, by the listener: perl" { of_perl; }

@test "counts equal strace's, by the listener: tar and xz" { of_tar; }
