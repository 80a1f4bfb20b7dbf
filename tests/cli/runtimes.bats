# SPDX-License-Identifier: GPL-2.0-or-later
# Runtimes make calls that come in one run and not in the next: a policy that was recorded in several
# runs holds in as many others.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
}

# holds TIMES OPTION... -- COMMAND...: records that many runs, and checks as many more.
holds()
{
	local times=$1 i
	shift
	timeout 240 "$pinfold" record -q --runs "$times" -o app.policy "$@" >first 2>err </dev/null ||
		{ cat err; return 1; }
	grep -q "^# Runs: $times; " app.policy
	for i in $(seq "$times"); do
		timeout 60 "$pinfold" check -p app.policy "$@" >out 2>err </dev/null ||
			{ echo "run $i of $times"; cat err; return 1; }
	done
	cmp <(tail -n 1 first) <(tail -n 1 out)
}

need_heavy()
{
	[ -n "${PINFOLD_HEAVY-}" ] || skip "heavy: ./bootstrap check --all runs it"
}

@test "go: threads that the runtime interrupts" {
	need_heavy
	need_program go
	cat >work.go <<-'GO'
	package main
	import ("fmt"; "os"; "runtime"; "sync")
	func main() {
		data, _ := os.ReadFile("/etc/passwd")
		var all sync.WaitGroup
		sums := make([]int, 8)
		for i := range sums {
			all.Add(1)
			go func(i int) {
				defer all.Done()
				for k := 0; k < 20; k++ {
					b := make([]int, 10000)
					for j := range b { b[j] = j * i; sums[i] += b[j] & 7 }
				}
			}(i)
		}
		all.Wait()
		runtime.GC()
		fmt.Println(len(data), sums[3])
	}
	GO
	GOCACHE=$PWD/cache GO111MODULE=off go build -o work work.go
	holds 20 -- ./work
}

@test "java" {
	need_heavy
	need_program javac
	cat >Sum.java <<-'JAVA'
	public class Sum {
		public static void main(String[] args) throws Exception {
			int[] sum = { 0 };
			Thread thread = new Thread(() -> { for (int i = 0; i < 100000; i++) sum[0] += i; });
			thread.start();
			thread.join();
			System.gc();
			System.out.println(sum[0]);
		}
	}
	JAVA
	javac Sum.java
	holds 20 -- java -Xshare:off -cp . Sum
}

@test "node" {
	need_heavy
	need_program node
	holds 20 -- node -e 'require("fs").readFile("/etc/passwd", (e, d) => console.log(d.length))'
}

@test "erlang" {
	need_heavy
	need_program erl
	holds 20 -- erl -noshell -noinput -eval \
		'[spawn(fun() -> lists:seq(1, 9999) end) || _ <- [1, 2, 3]], io:format("~p~n", [1]), halt().'
}

@test "ruby: threads" {
	need_heavy
	need_program ruby
	holds 20 -- ruby -e '
		t = (1..6).map { |i| Thread.new { (1..20000).sum { |x| x * i } } }
		t.each(&:join)
		GC.start
		puts t.size'
}

@test "guile: threads" {
	need_heavy
	need_program guile
	holds 20 -- guile --no-auto-compile -c '(use-modules (ice-9 threads))
		(display (apply + (par-map (lambda (i) (length (iota 20000))) (list 1 2 3 4)))) (newline)'
}

@test "python3: threads" {
	need_program /usr/bin/python3
	holds 20 -- /usr/bin/python3 -c 'import threading, gc
r = []
t = [threading.Thread(target=lambda i: r.append(sum(range(9999))), args=(i,)) for i in range(8)]
[x.start() for x in t]
[x.join() for x in t]
gc.collect()
print(len(r))'
}

@test "perl: a child" {
	need_program perl
	holds 20 -- perl -e 'my %h; $h{$_}++ for 1 .. 20000; exit 0 unless my $p = fork; wait;
		print scalar(keys %h), "\n"'
}

@test "lua" {
	need_program lua5.4
	holds 20 -- lua5.4 -e 'local t = {} for i = 1, 20000 do t[i] = tostring(i) end
		collectgarbage() print(#t)'
}

@test "php" {
	need_program php
	holds 20 -- php -n -r '$a = []; for ($i = 0; $i < 20000; $i++) $a[] = (string)$i;
		gc_collect_cycles(); echo count($a), "\n";'
}

@test "tcl" {
	need_program tclsh
	echo 'for {set i 0} {$i < 20000} {incr i} {lappend l $i}; puts [llength $l]' >work.tcl
	holds 20 -- tclsh work.tcl
}

@test "<base> takes the signal that the kernel ignores, and no other" {
	need_program perl
	policy <<<$'include <base>\nallow execve'
	# tgkill of itself: SIGURG goes on; SIGTERM does not, nor does a signal 23 + 2^8.
	run "$pinfold" run --trace ebpf --report r.json -p test.policy -- perl -e '
		my $me = $$ + 0;
		printf "%d %d %d\n", syscall(234, $me, $me, 23), syscall(234, $me, $me, 15),
			syscall(234, $me, $me, 279)'
	exits 0
	[ "${lines[0]}" = "0 -1 -1" ]
	says '[.denials[] | select(.name == "tgkill") | .args[2]] | sort' '["0x117","0xf"]'
}

@test "record --runs: what some runs needed is in the policy, and how many they were" {
	mkdir w
	# The second run of three makes a directory.
	"$pinfold" record -q --runs 3 -o app.policy -w w -- sh -c '
		echo x >>w/runs
		[ $(wc -l <w/runs) -ne 2 ] || mkdir w/new'
	[ "$(wc -l <w/runs)" = 3 ]
	grep -q '^# Runs: 3; not needed by all of them: .*mkdir in 1' app.policy
	grep -q 'mkdir 1 (seen in 1 of 3 runs)' app.policy
	run "$pinfold" explain app.policy mkdir
	[[ $output == *": allow"* ]]
	# One run alone says nothing of runs.
	"$pinfold" record -q -o one.policy -- true
	fails grep -q 'Runs' one.policy
}

@test "record --runs: the first status that is not 0 is reported, and what cannot be run is run once" {
	mkdir w
	run "$pinfold" record -q --runs 3 -o app.policy -w w -- sh -c '
		echo x >>w/runs
		[ $(wc -l <w/runs) -ne 2 ] || exit 7'
	exits 7
	[ "$(wc -l <w/runs)" = 3 ]
	run "$pinfold" record -q --runs 3 -o none.policy -- ./no-such-command
	exits 127
	[ "$(grep -c no-such-command <<<"$output")" = 1 ]
	[ ! -e none.policy ]
	while IFS='|' read -r arguments message; do
		eval "run '$pinfold' record $arguments"
		exits 2
		[[ $output == *"$message"* ]] || { echo "$output"; return 1; }
	done <<-'ROWS'
	--runs 0 -o a.policy -- true|'0' is not a number of runs
	--runs 1001 -o a.policy -- true|'1001' is not a number of runs
	--runs x -o a.policy -- true|'x' is not a number of runs
	--runs 2 --paths -o a.policy -- true|--paths is about a single run
	--runs 2 -o a.policy --pid 1|so it does not go with '--runs'
	--runs 2 -- true|record needs an output file
	ROWS
}
