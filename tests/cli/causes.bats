#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What fails in a pen: by the pen, or on the host, too. The table is causes.txt.

load lib

# The caller is root, also where the suite runs under sudo: who called it might not do outside what the
# pen is to be blamed for.
unset SUDO_UID SUDO_GID

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	need_trace
	for_others
}

# not_emulated: where a machine is, one pen for the path, the network and the rights, and one for
# limits is enough.
not_emulated()
{
	[ -z "${PINFOLD_TESTS_EMULATED-}" ] || skip "slow on a machine that is emulated"
}

# judged PEN: makes the calls of the table fail in that pen, and compares each verdict.
judged()
{
	pinfold=$pinfold payload=$payload unshare -nm --propagation private \
		bash "$BATS_TEST_DIRNAME/causes.bash" "$BATS_TEST_DIRNAME/causes.txt" "$1"
	awk -F '\t' -f "$BATS_TEST_DIRNAME/causes.awk" got.tsv expected.tsv
}

@test "a plain pen is told from what fails on the host, too" {
	judged plain
}

@test "under sudo the caller is who called it" {
	not_emulated
	judged sudo
}

@test "a caller without privileges is judged by its own rights" {
	not_emulated
	[ "$(id -u)" = 0 ] || skip "the user who may trace is made by root"
	judged rootless
}

@test "the limit of processes is told from the caller's own" {
	not_emulated
	judged nproc
}

@test "the limit of processes of who called sudo is told as theirs" {
	not_emulated
	judged nproc-sudo
}

@test "a terminal that the caller has, and the command does not: by each way to open it" {
	not_emulated
	need_program script
	script -qec "pinfold='$pinfold' payload='$payload' unshare -nm --propagation private bash \
		'$BATS_TEST_DIRNAME/causes.bash' '$BATS_TEST_DIRNAME/causes.txt' tty" /dev/null </dev/null
	awk -F '\t' -f "$BATS_TEST_DIRNAME/causes.awk" got.tsv expected.tsv
}

# fills N: commands that take N MiB, each in another way.
fills()
{
	printf '%s\n' "head -c $1M /dev/zero >/tmp/x" "head -c $1M /dev/zero | tail -n 1 >/dev/null" \
		"dd if=/dev/zero of=/dev/null bs=$1M count=1 2>/dev/null" "fallocate -l $1M /tmp/x"
}

@test "a pen that ends by its limit of memory names it, with the remedy; no call is told to have failed by it" {
	not_emulated
	[ "$(id -u)" = 0 ] || skip "cgroup limits need root here"
	local limited=(--tmpfs '/tmp 1024M' -l 'memory 32M' --report r.json) command

	for n in 40 48 56 64 72; do
		while read -r command; do
			run "$pinfold" run "${limited[@]}" -- sh -c "$command"
			exits 137
			[[ $output == *"killed by its limit memory"*"hint: if the command needs more: --limit 'memory AMOUNT'"* ]]
			says '[.exit.by, .exit.detail, .enforced.cgroup.limits.memory]' '["limit","limit memory",33554432]'
			says '[.pen_failures[] | select(.error == "ENOMEM" and .verdict == "pen")]' '[]'
		done < <(fills "$n")
	done
	while read -r command; do
		"$pinfold" run --tmpfs '/tmp 1024M' -l 'memory 128M' -- sh -c "$command"
	done < <(fills 40)
	# What is mapped is charged once it is used: no limit of memory makes this fail.
	"$pinfold" run "${limited[@]}" -- sh -c 'head -c 16M /dev/zero >/tmp/x; exec "$@"' sh \
		perl -e 'syscall(9, 0, 1 << 46, 3, 0x22, -1, 0) for 1 .. 20'
	says '[.pen_failures[] | select(.error == "ENOMEM") | [.verdict, .count]]' '[["host",20]]'
}

@test "a full /dev/shm is the pen's, and the remedy works" {
	not_emulated
	[ "$(id -u)" = 0 ] || skip "cgroup limits need root here"
	"$pinfold" run -q -l 'memory 64M' --report r.json -- sh -c 'head -c 30M /dev/zero >/dev/shm/x' || :
	says '[.pen_failures[] | select(.error == "ENOSPC") | [.object.text, .verdict, .fix.option]]' \
		'[["/dev/shm/x","pen","--tmpfs '"'/dev/shm 1024M'"'"]]'
	"$pinfold" run -q -l 'memory 64M' --tmpfs '/dev/shm 1024M' -- sh -c 'head -c 30M /dev/zero >/dev/shm/x'
}

# tells_capabilities: the kernel tells which capability it refuses (Linux 6.14).
tells_capabilities()
{
	grep -q ' __traceiter_cap_capable$' /proc/kallsyms
}

need_capabilities()
{
	tells_capabilities || skip "the kernel does not tell which capability it refuses"
}

@test "the capability that the kernel refused is named" {
	need_capabilities
	judged refused
	says '[.pen_failures[] | select(.fix) | .fix.option == "--capability " + .capability[4:]] | all' true
	says '[.pen_failures[] | select(.name == ("syslog", "ioprio_set", "userfaultfd", "acct")) |
		.name, .capability] | sort' \
		'["acct","cap_sys_nice","cap_sys_pacct","cap_sys_ptrace","cap_syslog","ioprio_set","syslog","userfaultfd"]'
}

@test "under sudo, what the kernel refused would be refused to who called it" {
	not_emulated
	need_capabilities
	judged refused-sudo
}

@test "a kernel that does not tell what it refuses is reported as such" {
	policy <<<'default allow'
	printf 'ioprio_set\t1\n' >calls.txt
	pen -r "$PWD/calls.txt" -- causes "$PWD/calls.txt"
	if tells_capabilities; then
		known='"cap_sys_nice","pen",0'
	else
		known='null,"unknown",1'
	fi
	says '([.trace.unseen[] | select(startswith("which capability"))] | length) as $n |
		.pen_failures[] | select(.name == "ioprio_set") | [.capability, .verdict, $n]' "[$known]"
}

@test "a request through netlink that was refused is known, though the call succeeded" {
	need_program ip
	tells_capabilities || skip "this kernel does not tell which capability it refuses"
	run "$pinfold" run --trace ebpf --report r.json -- ip link set lo mtu 60000
	exits 2
	[[ $output == *"caused by the pen: cannot make a request through AF_NETLINK: the command does not have cap_net_admin (1 time, first by ip)"*"  fix: --capability net_admin"* ]]
	says '[.pen_failures[] | select(.object.text == "AF_NETLINK") | [.name, .error, .capability, .verdict, .count]]' \
		'[["sendmsg","EPERM","cap_net_admin","pen",1]]'
	# Requests that are not refused, and those that get a shorter reply.
	"$pinfold" run --trace ebpf --report r.json --capability net_admin -- \
		sh -c 'ip link set lo mtu 60000; ip addr show; ss -tan' >/dev/null
	says '[.pen_failures[] | select(.object.text == "AF_NETLINK")]' '[]'
	# As for a caller without that capability.
	SUDO_UID=65533 SUDO_GID=65533 "$pinfold" run -q --trace ebpf --report r.json -- ip link set lo mtu 60000 || :
	says '[.pen_failures[] | select(.object.text == "AF_NETLINK") | [.verdict, .fix]]' '[["host",null]]'
}

@test "what is full in the pen is told from what is full on the host" {
	not_emulated
	judged full
}

@test "the pen's limits are told apart" {
	judged limits
}

@test "the caller's limits are not told as the pen's" {
	not_emulated
	judged ulimit
}

@test "relative names are looked for where the caller is" {
	not_emulated
	judged home
}

# lifted PEN N: N fixes at least were named, and with each the call goes further.
lifted()
{
	apply_fixes=1 pinfold=$pinfold payload=$payload unshare -nm --propagation private \
		bash "$BATS_TEST_DIRNAME/causes.bash" "$BATS_TEST_DIRNAME/causes.txt" "$1"
	cat fixed.tsv
	[ "$(wc -l <fixed.tsv)" -ge "$2" ]
	awk -F '\t' '$2 != "0" { bad++; print "still fails: " $0 } END { exit bad }' fixed.tsv
}

@test "the remedy that is named works: a plain pen" {
	not_emulated
	lifted plain 20
}

@test "the remedy that is named works: the capability that was refused" {
	not_emulated
	need_capabilities
	lifted refused 7
}

@test "the remedy that is named works: what is full" {
	not_emulated
	lifted full 1
}

@test "the remedy that is named works: the working directory" {
	not_emulated
	lifted home 8
}

# verdict_of COMMAND [OPTION...]: what its cat and mkdir failed with, but for what the loader looks for.
verdict_of()
{
	"$pinfold" run -q --trace ebpf --report "$BATS_TEST_TMPDIR/r.json" "${@:2}" -- sh -c "$1" >&2 || :
	jq -c '[.pen_failures[] | select((.first.comm | IN("cat", "mkdir")) and .name != "access" and
		(.object.text // "" | test("selinux|locale") | not)) | [.object.text, .verdict, .fix.option]]' \
		"$BATS_TEST_TMPDIR/r.json"
}

@test "a path with '..' is looked for where it leads for the caller" {
	local top=$PWD

	mkdir -p work/sub out
	echo x | tee out/file work/file
	ln -s "$PWD/out" work/away
	chmod -R a+rX .
	cd work
	# From a directory with another name in the pen, above what is shown of it.
	[ "$(verdict_of 'cd /data && cat ../out/file' -r '. /data')" = \
		"[[\"/out/file\",\"pen\",\"-r '$top/out/file /out/file'\"]]" ]
	[ "$(verdict_of 'cd /data && cat ../out/file' -r '. /data' -r "$top/out/file /out/file")" = '[]' ]
	[ "$(verdict_of 'cd /data && cat ../out/none' -r '. /data')" = '[["/out/none","host",null]]' ]
	# After a name, which may be a link.
	[ "$(verdict_of "cat sub/../../out/file")" = "[[\"$top/out/file\",\"pen\",\"-r $top/out/file\"]]" ]
	[ "$(verdict_of "cat $PWD/sub/../none")" = '[[null,"host",null]]' ]
	[ "$(verdict_of "cat away/../out/file" -r "$top/out")" = '[]' ]
	[ "$(verdict_of "cat /data/sub/../../out/none" -r '. /data')" = '[[null,"host",null]]' ]
	[ "$(verdict_of "mkdir /data/sub/../file2" -r '. /data')" = '[["/data/file2","pen","-w /data"]]' ]
}

@test "what a program looks for in its home directory is looked for in the caller's" {
	mkdir -p own/.dir work
	echo x | tee own/.file own/.dir/file own/file
	chmod -R a+rX .
	cd work
	export HOME=${PWD%/*}/own
	local fix="-r '$HOME/.file /tmp/.file'"

	[ "$(verdict_of 'cat ~/.file ~/.none ~/file')" = \
		"[[\"/tmp/.file\",\"pen\",\"$fix\"],[\"/tmp/.none\",\"host\",null],[\"/tmp/file\",\"host\",null]]" ]
	[ "$(verdict_of 'cat ~/.dir/file')" = "[[\"/tmp/.dir/file\",\"pen\",\"-r '$HOME/.dir/file /tmp/.dir/file'\"]]" ]
	eval "verdict_of 'cat ~/.file' $fix" >fixed
	[ "$(cat fixed)" = '[]' ]
	[ "$(verdict_of 'cat ~/.file' --env "set HOME=$HOME" -r "$HOME")" = '[]' ]
	# It is what programs do without: it comes after what made the command fail.
	run "$pinfold" run --trace ebpf -- sh -c 'touch /usr/made; cat ~/.file'
	[[ $output == *"caused by the pen: cannot write /usr/made"*"caused by the pen: cannot read /tmp/.file: the pen has its own home directory"* ]]
}

@test "without namespaces, what Landlock refuses is the pen's doing, and the remedy works" {
	need_capabilities
	"$pinfold" run -q --pen landlock --trace none -- true || skip "Landlock is missing here, or too old"
	mkdir -p there work
	echo x >there/file
	cp "$(type -P true)" there/program
	chmod -R a+rX .
	cd work
	local there=${PWD%/*}/there
	# forbidden COMMAND [OPTION...]: its failures that the host would not have had.
	forbidden()
	{
		"$pinfold" run -q --pen landlock --trace ebpf --report ../r.json "${@:2}" -- sh -c "$1" >&2 || :
		jq -c --arg there "$there" '[.pen_failures[] | select(.object.text // "" | test("userdb|/run/host") | not) |
			select(.verdict != "host") | [.name, .error, .fix.option, .cause]]' ../r.json
	}
	local other='it is not in the pen, and the command runs as another user'

	[ "$(forbidden "cat $there/file")" = "[[\"openat\",\"EACCES\",\"-r $there/file\",\"$other\"]]" ]
	[ "$(forbidden "cat $there/file" -r "$there/file")" = '[]' ]
	[ "$(forbidden "$there/program")" = "[[\"execve\",\"EACCES\",\"-r $there/program\",\"$other\"]]" ]
	[ "$(forbidden "$there/program" -r "$there/program")" = '[]' ]
	# What a bind cannot show to another user has no remedy.
	chmod 600 "$there/file"
	[ "$(forbidden "cat $there/file; mkdir $there/made" | jq -c '[.[] | .[2:]]')" = "[[null,\"$other\"],[null,\"$other\"]]" ]
	[ "$(forbidden "cat $there/none")" = '[]' ]
	[ "$(forbidden 'kill -0 1')" = '[["kill","EPERM",null,"signals reach no process outside the pen"]]' ]
	# Which capability helps only elsewhere, and which nowhere.
	[ "$(forbidden 'chrt -r 1 true')" = '[["sched_setscheduler","EPERM",null,"the command does not have cap_sys_nice over the host, which no pen grants"]]' ]
	[[ "$(forbidden "perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0); bind(S, sockaddr_in(80, INADDR_ANY))'" --net host)" == \
		'[["bind","EACCES",null,"the command does not have cap_net_bind_service over the host'"'"'s network, which no pen grants'* ]]
}

# addresses LINE...: makes these calls on a host with a listener at 7001 and a route to 10/8; what the
# report has of them is in got.
addresses()
{
	printf '%s\n' "$@" | tr ' ' '\t' >calls.txt
	printf 'arch x86_64 x86\ndefault allow\n' >all.policy
	cat >inside.sh <<-'EOF'
		ip link set lo up
		ip route add 10.0.0.0/8 dev lo
		"$payload" hosting 1 "$pinfold" run -q --trace ebpf --report r.json -p all.policy -r . -r "$payload" -- \
			"$payload" causes "$PWD/calls.txt"
	EOF
	pinfold=$pinfold payload=$payload unshare -n bash inside.sh
	jq -r '.pen_failures[] | select(.object.kind == "address") |
		[.name, .error, .object.text, .verdict, .fix.option // "-"] | join(" ")' r.json >got
	cat got
}

@test "an address is known behind a message, and of a connection that was not waited for" {
	addresses 'sendmsg 10.0.0.1 123' 'sendmmsg 10.0.0.2 123' 'sendmsg 9.0.0.1 123' 'sendmmsg 9.0.0.2 123' \
		'connect:later 127.0.0.1 7001' 'connect:later 127.0.0.1 7101' 'connect:own 127.0.0.1 7001'
	diff got - <<-'EOF'
		sendmsg ENETUNREACH AF_INET 10.0.0.1:123 pen --net user
		sendmmsg ENETUNREACH AF_INET 10.0.0.2:123 pen --net user
		sendmsg ENETUNREACH AF_INET 9.0.0.1:123 host -
		sendmmsg ENETUNREACH AF_INET 9.0.0.2:123 host -
		connect ECONNREFUSED AF_INET 127.0.0.1:7001 pen --net host
		connect ECONNREFUSED AF_INET 127.0.0.1:7101 host -
	EOF
}

@test "an address is known behind i386's socketcall" {
	need_x86
	addresses 'socketcall:connect 10.0.0.1 80' 'socketcall:sendto 10.0.0.2 123' 'socketcall:sendmsg 10.0.0.3 123' \
		'socketcall:connect 9.0.0.1 80' 'socketcall:connect 127.0.0.1 7001'
	diff got - <<-'EOF'
		socketcall ENETUNREACH AF_INET 10.0.0.1:80 pen --net user
		socketcall ENETUNREACH AF_INET 10.0.0.2:123 pen --net user
		socketcall ENETUNREACH AF_INET 10.0.0.3:123 pen --net user
		socketcall ENETUNREACH AF_INET 9.0.0.1:80 host -
		socketcall ECONNREFUSED AF_INET 127.0.0.1:7001 pen --net host
	EOF
}

@test "what is mounted in the pen cannot be replaced, which is the pen's doing" {
	not_emulated
	mkdir -p work
	echo x | tee work/file >work/other
	chmod -R a+rwX .
	cd work
	"$pinfold" run -q --trace ebpf --report ../r.json -w . -r file -- sh -c 'mv -f other file; rm -f file' || :
	cd ..
	says '[.pen_failures[] | select(.error == "EBUSY") | [.verdict, .cause]] | unique' \
		"[[\"pen\",\"the pen shows '$PWD/work/file' by a mount of its own\"]]"
}

@test "git config in a guarded repository names what keeps it, and the remedy works" {
	need_program git
	mkdir work
	cd work
	git init -q .
	chmod -R a+rwX ..
	run timeout 20 "$pinfold" run --trace ebpf -w . -- git config user.email a@b
	[ "$status" -ne 0 ]
	[[ $output == *"caused by the pen: cannot write $PWD/.git/config.lock: '$PWD/.git/config' is kept as it is in a directory that is writable"*"  fix: -w .git"* ]]
	timeout 20 "$pinfold" run --trace ebpf -w . -w .git -- git config user.email a@b
}

@test "a program that is found further along PATH is not missed" {
	mkdir first second start
	printf '#!/bin/sh\n' | tee first/found first/lost >second/found
	chmod +x first/* second/*
	cd start
	"$pinfold" run -q --trace ebpf --report ../r.json -r "${PWD%/*}/second" -- \
		env PATH="${PWD%/*}/first:${PWD%/*}/second:/usr/bin" sh -c 'found; lost' || :
	cd ..
	says '[.pen_failures[] | select(.verdict == "pen") | .object.text | split("/")[-1]] | unique' '["lost"]'
}

@test "a library that is found further along its search is not missed" {
	need_program python3
	local system

	system=$(ldd "$(command -v ls)" | sed -n 's|.*=> \(.*/lib/[^ ]*/libc\.so\.6\) .*|\1|p')
	[[ $system == */lib/*-linux-gnu/libc.so.6 ]] || skip "the system's libraries are elsewhere"
	mkdir lib start
	cp "$system" lib/libc.so.6
	cp "$system" lib/libonly.so.1
	local lib=$PWD/lib
	cd start
	# searches COMMAND [ARG...]: what is listed of the directory.
	searches()
	{
		"$pinfold" run -q --trace ebpf --report r.json -- "$@" >&2 || :
		jq -c --arg lib "$lib" '[.pen_failures[] | select(.object.text // "" | startswith($lib)) |
			select(.verdict == "pen") | .object.text[($lib | length):]] | unique' r.json
	}
	load_it='import ctypes, sys
try: ctypes.CDLL(sys.argv[1])
except OSError: pass'
	[ "$(searches env LD_LIBRARY_PATH="$lib" sh -c 'ls; ls')" = '[]' ]
	says '[.pen_failures[] | select(.object.text // "" | contains("hwcaps"))]' '[]'
	# Found nowhere: once the directory is known to be missing, nothing is looked for in it; by its path, which is no search; by a command that failed; read by others as well.
	[ "$(searches env LD_LIBRARY_PATH="$lib" python3 -c "$load_it" libonly.so.1)" = '[""]' ]
	[ "$(searches python3 -c "$load_it" "$lib/libc.so.6")" = '["/libc.so.6"]' ]
	[ "$(searches env LD_LIBRARY_PATH="$lib" sh -c 'ls; exit 1')" = '["","/libc.so.6"]' ]
	[ "$(searches env LD_LIBRARY_PATH="$lib" sh -c 'ls; (read -r x <"$1/libc.so.6"); :' sh "$lib")" = '["","/libc.so.6"]' ]
}

@test "a terminal that the caller has, and the command does not" {
	need_program script
	cat >run.sh <<-EOF
		"$pinfold" run -q --trace ebpf --tty new --report r.json -- sh -c 'echo >/dev/tty'
	EOF
	script -qec 'sh run.sh' /dev/null </dev/null || :
	says '[.pen_failures[] | select(.object.text == "/dev/tty") | .verdict, .fix.option]' '["pen","--tty keep"]'
	setsid -w sh run.sh || :
	says '[.pen_failures[] | select(.object.text == "/dev/tty") | .verdict, .fix]' '["host",null]'
}

@test "what a root of one's own lacks, and the caller has" {
	mkdir -p root/bin root/proc root/dev root/tmp root/etc
	need_program busybox
	cp "$(command -v busybox)" root/bin/busybox
	"$pinfold" run -q --trace ebpf --report r.json --root root -- \
		/bin/busybox cat /bin/sh /bin/none || :
	says '[.pen_failures[] | select(.object.text | . == "/bin/sh" or . == "/bin/none") | .object.text, .verdict]' \
		'["/bin/sh","pen","/bin/none","host"]'
}

@test "at least twelve kinds have twenty failures of the pen, and as many of the host" {
	not_emulated
	for pen in plain sudo full limits ulimit home nproc nproc-sudo tty; do
		mkdir "$pen"
		(
			cd "$pen"
			calls_only=1 pinfold=$pinfold payload=$payload \
				bash "$BATS_TEST_DIRNAME/causes.bash" "$BATS_TEST_DIRNAME/causes.txt" "$pen"
		)
	done
	cat ./*/kinds.tsv >kinds.tsv
	pens=$(awk -F '\t' '$2 == "pen" { n[$1]++ } END { for (k in n) m += n[k] >= 20; print m }' kinds.tsv)
	hosts=$(awk -F '\t' '$2 == "host" { n[$1]++ } END { for (k in n) m += n[k] >= 20; print m }' kinds.tsv)
	echo "kinds with twenty: $pens by the pen, $hosts by the host"
	[ "$pens" -ge 18 ]
	[ "$hosts" -ge 18 ]
}
