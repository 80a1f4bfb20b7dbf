# SPDX-License-Identifier: GPL-2.0-or-later
# Policies written to keep their reader busy: each ends soon, in little memory, with an answer or with
# an error at its location.

load lib

# lines N FORMAT: N lines, in which %n is the number of each, from 0 on, and %m the next.
lines()
{
	local line=${2//&/\\&}
	line=${line//%n/\\1}
	line=${line//%m/\\2}
	paste <(seq 0 $(($1 - 1))) <(seq "$1") | sed -E "s#(.*)\t(.*)#$line#"
}

# bounded FILE: lint, and diff with itself, take at most 10 s of CPU time (2 on a machine that is
# not under a sanitizer or at work otherwise) and 64 MiB; what they say goes to said.
bounded()
{
	local words
	: >said
	for words in lint "diff $1"; do
		status=0
		(
			ulimit -t 10
			is_sanitized || ulimit -v 65536
			exec "$pinfold" $words "$1" >out 2>>said
		) || status=$?
		[ "$status" -le 2 ] || [ "$status" -eq 125 ] || {
			echo "$words $1: status $status"
			head -3 said
			return 1
		}
		fails grep -q 'out of memory' said
	done
}

# refused PLACE MESSAGE: by both commands.
refused()
{
	bounded p.policy
	[ "$(grep -cF "p.policy:$1: error: $2" said)" -ge 2 ] || {
		head -3 said
		return 1
	}
}

@test "constants that double, and chains of them" {
	{ echo 'const A0 = O_RDWR'; lines 26 'const A%m = A%n|A%n'; } >p.policy
	refused 11:18 'the value is longer than 4096 bytes when expanded'
	{ echo 'const A0 = 1'; lines 2000 'const A%m = A%n'; } >p.policy
	refused 258:14 'constants refer to one another more than 256 deep'
	{ echo 'const A0 = O_RDWR'; lines 200 'const A%m = A%n'; echo 'allow openat if flags == A200'; } \
		>p.policy
	"$pinfold" compile --print policy p.policy | grep -qx 'allow openat if flags == O_RDWR'
	{ lines 7000 'const A%n = O_RDWR'; } >p.policy
	bounded p.policy
}

@test "sets that double, and rules of large sets" {
	{ echo 'set @a0 = @system-service'; lines 30 'set @a%m = @a%n @a%n'; echo 'allow @a30'; } \
		>p.policy
	bounded p.policy
	grep -q 'error: the rules and sets name more than 65536 calls' said
	{ echo 'set @a0 = getppid'; lines 8000 'set @a%m = @a%n'; echo 'allow @a8000'; } >p.policy
	"$pinfold" compile --print policy p.policy | grep -qx 'allow getppid'
	bounded p.policy
	lines 4000 'allow @system-service' >p.policy
	bounded p.policy
	grep -q 'error: the rules and sets name more than 65536 calls' said
}

@test "includes that multiply, in number and in size" {
	mkdir inc
	for i in $(seq 15); do
		lines 10 "include $((i + 1))" >inc/$i
	done
	echo 'allow read' >inc/16
	echo 'include inc/1' >p.policy
	bounded p.policy
	grep -q 'error: the policy consists of more than 256 texts' said
	head -c 600000 /dev/zero | tr '\0' '\n' >large
	lines 2 'include large' >p.policy
	refused 2:9 'the policy and what it reads are larger than 1 MiB'
	lines 50000 'include <default>' >p.policy
	bounded p.policy
	grep -q 'error: the policy and what it reads are larger than 1 MiB' said
	sed s/./a=/ large >vars
	lines 50000 'env file vars' >p.policy
	bounded p.policy
	grep -q 'error: ' said
}

@test "more of anything than a filter could hold" {
	lines 5000 'allow read if fd == %n' >p.policy
	refused 4097:1 'the policy has more than 4096 rules'
	lines 9000 'bind /a%n' >p.policy
	refused 8193:1 'the policy has more than 8192 statements'
	lines 8000 'bind /a%n' >p.policy
	bounded p.policy
	{ printf 'hide'; lines 60000 ' /a%n' | tr -d '\n'; echo; } >p.policy
	bounded p.policy
	{ printf 'allow'; lines 100000 ' read' | tr -d '\n'; echo; } >p.policy
	refused 1:327687 'the policy has more than 65536 words'
	{ printf 'allow'; lines 5000 ' [%n]' | tr -d '\n'; echo; } >p.policy
	bounded p.policy
	grep -q 'error: the policy names more than 4096 calls by number' said
	{ printf 'allow read if fd in'; lines 9000 ' %n' | tr -d '\n'; echo; } >p.policy
	bounded p.policy
	grep -q "error: 'in' has more than 8192 values" said
}

@test "errors and warnings without end" {
	{ echo 'allow read'; lines 100000 'x%n'; } >p.policy
	bounded p.policy
	[ "$(grep -c 'error: unknown statement' said)" -eq 303 ]
	[ "$(grep -c 'error: there are more errors, which are not shown' said)" -eq 3 ]
	{ printf 'allow'; lines 5000 ' z%n' | tr -d '\n'; echo; } >p.policy
	bounded p.policy
	grep -q 'error: the policy has more than 1024 warnings' said
	{ printf 'allow read if '; head -c 1000000 /dev/zero | tr '\0' '('; echo; } >p.policy
	bounded p.policy
	{ printf 'allow read if fd == 1 or zz == 3 '; head -c 1000000 /dev/zero | tr '\0' x; echo; } \
		>p.policy
	bounded p.policy
	[ "$(wc -c <said)" -lt 20000 ]
}

@test "conditions that are hard to tell apart" {
	lines 60 'allow openat if flags & 0x%n1 == 0 and mode == %n' | tr -d '\r' >p.policy
	bounded p.policy
	{ printf 'allow read if fd != 1'
	  seq 1500 | awk '{ v = $1 * 7 + 1; printf " and fd & %d != %d", v, v - v % 4 }'; echo; } >p.policy
	bounded p.policy
	seq 60 | awk '{ printf "allow openat if flags & %d == 0 and mode == %d\n", 2 ^ ($1 % 20), $1 }' \
		>p.policy
	echo 'allow openat' >q.policy
	(ulimit -t 10; exec "$pinfold" diff p.policy q.policy) >out 2>&1 || [ $? -eq 1 ] ||
		grep -q 'too intricate' out
}

@test "profiles in JSON are bounded, too" {
	head -c 1000000 /dev/zero | tr '\0' '[' >p.json
	run "$pinfold" convert --to policy p.json
	exits 2
	head -c 1100000 /dev/zero | tr '\0' ' ' >p.json
	run "$pinfold" convert --to policy p.json
	exits 2
	[ "${lines[0]}" = "pinfold: cannot read 'p.json' as JSON: larger than 1 MiB" ]
	mkfifo fifo.json
	run "$pinfold" convert --to policy fifo.json
	exits 2
	[[ ${lines[0]} == *'a FIFO that nobody wrote to for 2 seconds' ]]
	run "$pinfold" merge -o out.policy fifo.json
	exits 2
	[[ ${lines[0]} == *'a FIFO that nobody wrote to for 2 seconds' ]]
}

# report_of FILTER: a report that jq makes of a true one, in big.json.
report_of()
{
	jq -c "$1" r.json >big.json
}

# refused_report MESSAGE: by merge and prune, which write nothing.
refused_report()
{
	for words in "merge -o out.policy" "prune -o out.policy p.policy"; do
		# shellcheck disable=SC2086
		run bash -c 'ulimit -t 20; exec "$0" "$@" big.json' "$pinfold" $words
		exits 2
		[[ $output == *"$1"* ]] || { echo "$output"; return 1; }
		[ ! -e out.policy ]
	done
}

@test "reports with more rows than a run can leave are refused by merge and prune" {
	need_trace
	need_program jq
	printf 'include <default>\n' >p.policy
	"$pinfold" run -q --report r.json -p p.policy -- true
	cp r.json big.json
	"$pinfold" merge -o ok.policy big.json
	[ -s ok.policy ]
	report_of '.syscalls = [.syscalls[0] as $c | range(60000) | $c + {nr: .}]'
	refused_report 'it has more than 20480 syscalls'
	report_of '.syscalls |= [first(.[] | select(.args != {})) | .args[].values = [range(20000) | "0x1"]]'
	refused_report 'it has more than 16384 values of arguments'
	report_of '.rules = [.rules[0] as $r | range(9000) | $r]'
	refused_report 'it has more than 8192 rules'
	report_of '.denials = [range(70000) | {abi: "x86_64", nr: ., action: "errno", expected: true}]'
	refused_report 'it has more than 65536 denials'
	report_of '.processes = [.processes[0] as $p | range(65537) | $p]'
	refused_report 'it has more than 65536 processes'
	# two bytes of text are 800 in memory
	{ printf '{"exit":[{}'; head -c 33000000 /dev/zero | tr '\0' x | sed 's/xxx/,{}/g'; echo ']}'; } >big.json
	refused_report "'schema' is missing"
	{ printf '{"exit":{"by":[{}'; head -c 33000000 /dev/zero | tr '\0' x | sed 's/xxx/,{}/g'; echo ']}}'; } >big.json
	refused_report 'it would take too much memory'
	# neither is JSON, and a quotation mark would hide what follows
	printf '[\x27"\x27%s]' "$(head -c 33000 /dev/zero | tr '\0' x | sed 's/xxx/,{}/g')" >big.json
	refused_report 'not valid JSON'
	printf '[/*"*/{}%s]' "$(head -c 33000 /dev/zero | tr '\0' x | sed 's/xxx/,{}/g')" >big.json
	refused_report 'not valid JSON'
	truncate -s 300M big.json
	refused_report 'larger than 256 MiB'
}

# mildest CALL ARGUMENT POLICY...: the mildest verdict that the policies give.
mildest()
{
	local call=$1 arg=$2 said
	shift 2
	said=$(for p; do "$pinfold" explain "$p" "$call" "$arg"; done | sed -n 's/^[a-z].*(x86_64, [0-9]*): //p')
	grep -m1 '^allow' <<<"$said" || grep -m1 '^deny' <<<"$said" || grep -m1 . <<<"$said"
}

# At most 10 s of CPU time, as above; without a bound each took more than 40.
@test "many rules for one call: diff, merge and convert answer, or say that it is too much" {
	local words
	{ echo 'default allow'; echo 'unknown deny ENOSYS'; lines 4000 'trap %m openat if flags == %m'; } >one.policy
	{ echo 'default deny EPERM'; echo 'arch x86_64 x86 x32'; lines 1200 'trap %m read write if fd == %m'; } >two.policy
	for words in "diff one.policy two.policy" "diff two.policy one.policy" "merge -o out.policy one.policy" \
		"merge -o out.policy two.policy one.policy" "convert --lossy --to oci one.policy" \
		"convert --lossy --to systemd one.policy" "convert --lossy --to oci two.policy"; do
		# shellcheck disable=SC2086
		run bash -c 'ulimit -t 10; exec "$0" "$@" 2>&1 >out' "$pinfold" $words
		[ "$status" = 0 ] || { exits 125 && [[ $output == *"too intricate to be "* && ! -e out.policy ]]; }
		# What is written reads back, and means the same at its ends.
		if [ -e out.policy ]; then
			[[ $words == merge* ]]
			for call in "openat flags=1" "openat flags=4000" "openat flags=0" "openat flags=4001" \
				"read fd=7" "read fd=1201"; do
				# shellcheck disable=SC2086
				diff <(mildest $call ${words#merge -o out.policy }) <(mildest $call out.policy)
			done
			rm out.policy
		fi
	done
}

@test "under ulimit -f 0 what cannot be written is an error, and nothing else fails" {
	need_trace
	bash -c 'ulimit -f 0; "$0" run --stacks all -q -d "EIO uname" -- sh -c "uname; true"' "$pinfold" 2>&1 |
		cat >said
	fails grep -q 'File too large' said
	for words in "run -q --report r.json -- true" "record -q -o out.policy -- true" \
		"compile -o out.policy <base>" "merge -o out.policy <base>" \
		"run -q --stream s.jsonl -- true"; do
		# shellcheck disable=SC2016
		run bash -c 'ulimit -f 0; exec "$0" "$@"' "$pinfold" $words
		exits 125
		[[ $output == *'File too large'* ]]
		[ ! -e out.policy ]
	done
	# The command has the signal as it is.
	run bash -c 'ulimit -f 0; exec "$0" run -q -w . -- sh -c "echo x >file"' "$pinfold"
	exits 153
}
