# SPDX-License-Identifier: GPL-2.0-or-later
# strace and the trace watch the same run of a program, and count the same calls and errors, call by
# call. Both come while a shell waits to become the program, so that chance (threads, signals, pipes)
# is the same to both. strace differs in this, and in nothing else:
# - it counts no call that never returns (exit, exit_group), and so none that a thread waited in when
#   its process ended: at most as many as there were threads;
# - what rt_sigreturn "returns" is to it that call's own error.

load lib
load truth

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	need_program strace
	mkfifo go told
}

# our_counts: the same. A restart is an error to strace, and so is a denial by errno.
our_counts()
{
	jq -r '. as $all | [.syscalls[] | .name as $name | {
			name,
			calls: (.allowed + .denied),
			errors: (.failed + .restarted + ([$all.denials[] |
				select(.name == $name and .action == "errno") | .count] | add // 0))
		}] | group_by(.name)[] |
		"\(.[0].name) \([.[].calls] | add) \([.[].errors] | add)"' r.json |
		grep -vE '^(exit|exit_group) ' | sort
}

# watch COMMAND...: fills theirs and ours.
watch()
{
	sh -c 'echo $$ >pid; read -r _ <go; exec "$@"' sh "$@" >/dev/null 2>&1 3>&- &
	local target=$! tracer watcher line
	until [ -s pid ] && [ "$(cut -d ' ' -f 1 "/proc/$target/syscall")" = 257 ]; do :; done
	"$pinfold" run -q --report r.json --stream - --pid "$target" >told 3>&- &
	tracer=$!
	exec 4<told
	while read -r -t 30 line <&4; do
		[[ $line != *'"event":"found"'* ]] || break
	done
	: >errors
	strace -f -c -o strace.out -p "$target" 2>errors 3>&- 4<&- &
	watcher=$!
	until grep -q attached errors; do :; done
	echo >go
	timeout 60 cat <&4 >/dev/null
	exec 4<&-
	wait "$watcher" "$tracer"
	says .trace.complete true
	strace_counts strace.out >theirs
	our_counts >ours
}

# same_counts THREADS COMMAND...: equal but for calls in which as many as THREADS, besides the one
# that ended the process, may have waited.
same_counts()
{
	local threads=$1
	shift
	watch "$@"
	differ_at_most "$threads"
}

payload_under()
{
	policy <<<"$1"
	"$pinfold" compile -o filter test.policy
}

@test "counts equal strace's: make -j2 with a compiler" { of_make; }

@test "counts equal strace's: git clone of a local repository" { of_git; }

@test "counts equal strace's: python with threads and subprocesses" { of_python; }

@test "counts equal strace's: node" { of_node; }

@test "counts equal strace's: sqlite3" { of_sqlite; }

@test "counts equal strace's: find and xargs" { of_find; }

@test "counts equal strace's: a shell with 500 forks" { of_forks; }

@test "counts equal strace's: threads in C" { of_threads; }

@test "counts equal strace's: calls of the 32-bit ABI" { of_abi; }

@test "counts equal strace's: SIGSYS by a filter, handled" {
	payload_under $'trap 7 getppid\ndeny EACCES getsid\ndefault allow'
	same_counts 0 "$payload" under filter "$payload" trap x86_64
	grep -q '^getppid 1 0$' ours
	same_counts 0 "$payload" under filter "$payload" number 124
	grep -q '^getsid 1 1$' ours
}

@test "counts equal strace's: perl" { of_perl; }

@test "counts equal strace's: tar and xz" { of_tar; }
