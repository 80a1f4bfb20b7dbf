# SPDX-License-Identifier: GPL-2.0-or-later
# strace and the trace watch the same run of a program, and count the same calls and errors, call by
# call. Both come while a shell waits to become the program, so that chance (threads, signals, pipes)
# is the same to both. strace differs in this, and in nothing else:
# - it counts no call that never returns (exit, exit_group), and so none that a thread waited in when
#   its process ended: at most as many as there were threads;
# - what rt_sigreturn "returns" is to it that call's own error.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	need_program strace
	mkfifo go told
}

# strace_counts FILE: "name calls errors" of all ABIs, sorted.
strace_counts()
{
	awk '/^-+ / { body = !body; next }
	     body && $NF != "total" { calls[$NF] += $4; errors[$NF] += (NF == 6 ? $5 : 0) }
	     END { for (name in calls)
			print name, calls[name], (name ~ /sigreturn$/ ? 0 : errors[name]) }' "$1" | sort
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
	[ "$(wc -l <theirs)" -gt 10 ]
	join -a 1 -a 2 -e 0 -o 0,1.2,1.3,2.2,2.3 theirs ours >both
	awk -v threads="$threads" '
		{ calls = $4 - $2; errors = $5 - $3; lost += calls }
		calls < 0 || errors < 0 || errors > calls { bad = 1; print "differs:", $0 }
		END { if (lost > threads) print "calls that strace lacks:", lost
		      exit bad || lost > threads }' both
}

payload_under()
{
	policy <<<"$1"
	"$pinfold" compile -o filter test.policy
}

@test "counts equal strace's: make -j2 with a compiler" {
	need_program make
	need_program gcc
	for name in one two three four; do
		echo "int $name(void) { return 1; }" >"$name.c"
	done
	printf 'all: one.o two.o three.o four.o\n%%.o: %%.c\n\t$(CC) -c $<\n' >Makefile
	same_counts 0 make -j2
}

@test "counts equal strace's: git clone of a local repository" {
	need_program git
	git init -q from
	echo text >from/file
	git -C from add file
	git -C from -c user.name=a -c user.email=a@b commit -qm text
	same_counts 2 git clone -q from to
	[ -e to/file ]
}

@test "counts equal strace's: python with threads and subprocesses" {
	need_program python3
	cat >work.py <<-'PYTHON'
	import subprocess, threading
	def work():
	    for i in range(3): subprocess.run(["true"])
	threads = [threading.Thread(target=work) for _ in range(3)]
	for thread in threads: thread.start()
	for thread in threads: thread.join()
	PYTHON
	same_counts 0 python3 work.py
}

@test "counts equal strace's: node" {
	need_program node
	same_counts 16 node -e 'require("fs").readdir("/", (e, names) => console.log(names.length))'
}

@test "counts equal strace's: sqlite3" {
	need_program sqlite3
	same_counts 0 sqlite3 db 'create table t(a); insert into t values(1), (2); select * from t;'
}

@test "counts equal strace's: find and xargs" {
	same_counts 0 sh -c 'find /usr/share/doc/bash /etc -type f | xargs -n 50 cat'
}

@test "counts equal strace's: a shell with 500 forks" {
	same_counts 0 sh -c 'i=0; while [ $i -lt 500 ]; do (:); i=$((i + 1)); done'
}

@test "counts equal strace's: threads in C" {
	same_counts 0 "$payload" threads 8 5000
}

@test "counts equal strace's: calls of the 32-bit ABI" {
	need_x86
	echo 'int main(void) { return 0; }' >empty.c
	if gcc -m32 -o empty empty.c 2>/dev/null; then
		same_counts 0 sh -c "./empty; '$payload' getppid x86 1000"
	else
		same_counts 0 "$payload" getppid x86 1000
	fi
}

@test "counts equal strace's: SIGSYS by a filter, handled" {
	payload_under $'trap 7 getppid\ndeny EACCES getsid\ndefault allow'
	same_counts 0 "$payload" under filter "$payload" trap x86_64
	grep -q '^getppid 1 0$' ours
	same_counts 0 "$payload" under filter "$payload" number 124
	grep -q '^getsid 1 1$' ours
}

@test "counts equal strace's: perl" {
	need_program perl
	same_counts 0 perl -e 'for (1 .. 20) { open my $f, "<", "/etc/passwd"; my @l = <$f> } system "true"'
}

@test "counts equal strace's: tar and xz" {
	need_program xz
	same_counts 8 sh -c 'tar c /usr/share/doc/bash | xz -T2 | tar xJO'
}
