# SPDX-License-Identifier: GPL-2.0-or-later
# What the comparisons of a trace with strace share: its counts, and what runs. Who loads this has a
# function same_counts THREADS COMMAND..., which runs the command and compares; strace lacks as many
# calls as THREADS.

# strace_counts FILE: "name calls errors" of all ABIs, sorted.
strace_counts()
{
	awk '/^-+ / { body = !body; next }
	     body && $NF != "total" { calls[$NF] += $4; errors[$NF] += (NF == 6 ? $5 : 0) }
	     END { for (name in calls)
			print name, calls[name], (name ~ /sigreturn$/ ? 0 : errors[name]) }' "$1" | sort
}

# differ_at_most THREADS [WITHDRAWN]: compares the files theirs and ours: strace lacks as many calls as
# THREADS, and has as many as WITHDRAWN that we lack.
differ_at_most()
{
	[ "$(wc -l <theirs)" -gt 10 ]
	join -a 1 -a 2 -e 0 -o 0,1.2,1.3,2.2,2.3 theirs ours >both
	awk -v threads="$1" -v withdrawn="${2-0}" '
		{ calls = $4 - $2; errors = $5 - $3 }
		calls < 0 { withdrawn += calls }
		calls > 0 { lost += calls }
		(calls < 0 && withdrawn < 0) || (calls >= 0 && (errors < 0 || errors > calls)) {
			bad = 1; print "differs:", $0 }
		END { if (lost > threads) print "calls that strace lacks:", lost
		      exit bad || lost > threads }' both
}

of_make()
{
	need_program make
	need_program gcc
	for name in one two three four; do
		echo "int $name(void) { return 1; }" >"$name.c"
	done
	printf 'all: one.o two.o three.o four.o\n%%.o: %%.c\n\t$(CC) -c $<\n' >Makefile
	same_counts 0 make -j2
}

of_git()
{
	need_program git
	git init -q from
	echo text >from/file
	git -C from add file
	git -C from -c user.name=a -c user.email=a@b commit -qm text
	same_counts 2 git clone -q from to
	[ -e to/file ]
}

of_python()
{
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

of_node()
{
	need_program node
	same_counts 16 node -e 'require("fs").readdir("/", (e, names) => console.log(names.length))'
}

of_sqlite()
{
	need_program sqlite3
	same_counts 0 sqlite3 db 'create table t(a); insert into t values(1), (2); select * from t;'
}

of_find()
{
	same_counts 0 sh -c 'find /usr/share/doc/bash /etc -type f | xargs -n 50 cat'
}

of_forks()
{
	same_counts 0 sh -c 'i=0; while [ $i -lt 500 ]; do (:); i=$((i + 1)); done'
}

of_threads()
{
	same_counts 0 "$payload" threads 8 5000
}

of_abi()
{
	need_x86
	echo 'int main(void) { return 0; }' >empty.c
	if gcc -m32 -o empty empty.c 2>/dev/null; then
		same_counts 0 sh -c "./empty; '$payload' getppid x86 1000"
	else
		same_counts 0 "$payload" getppid x86 1000
	fi
}

of_perl()
{
	need_program perl
	same_counts 0 perl -e 'for (1 .. 20) { open my $f, "<", "/etc/passwd"; my @l = <$f> } system "true"'
}

of_tar()
{
	need_program xz
	same_counts 8 sh -c 'tar c /usr/share/doc/bash | xz -T2 | tar xJO'
}
