# SPDX-License-Identifier: GPL-2.0-or-later
# Counts equal those of strace, call by call. strace differs where its line says: it counts the
# command's own execve (the launch is not counted here), and with -c it does not count a call that
# never returns (exit_group, exit).

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	[ "$(id -u)" = 0 ] || skip "tracing needs root"
	command -v strace >/dev/null || skip "strace is not installed"
}

# strace_counts FILE: "name calls errors", sorted.
strace_counts()
{
	awk '/^-+ / { body = !body; next }
	     body && $NF != "total" { print $NF, $4, (NF == 6 ? $5 : 0) }' "$1" | sort
}

our_counts()
{
	jq -r '.syscalls[] | "\(.name) \(.allowed + .denied) \(.failed + .denied)"' r.json | sort
}

# Both runs see the same machine: pinfold runs strace's child in a pen of the same kind.
equal_counts()
{
	policy <<<"default allow"
	"$pinfold" run --trace none -p test.policy -w . -- \
		strace -f -c -o "$PWD/strace.out" "$@" >/dev/null 2>&1 </dev/null
	"$pinfold" run --trace ebpf --report r.json -p test.policy -w . -- \
		"$@" >/dev/null 2>&1 </dev/null
	says .trace.complete true
	# The launch's execve, and calls that do not return.
	strace_counts strace.out | awk '$1 == "execve" { $2-- } $2 > 0' >theirs
	our_counts | grep -vE '^(exit|exit_group) ' >ours
	diff theirs ours
}

@test "counts equal strace's: ls" { equal_counts ls -l /usr; }

@test "counts equal strace's: sort" { equal_counts sort /etc/services; }

@test "counts equal strace's: sha256sum" { equal_counts sha256sum /bin/ls /etc/passwd; }

@test "counts equal strace's: find" { equal_counts find /usr/share/doc/bash; }

@test "counts equal strace's: a shell with children" {
	equal_counts sh -c 'i=0; while [ $i -lt 20 ]; do /bin/echo $i >/dev/null; i=$((i+1)); done'
}

@test "counts equal strace's: failing calls by errno" {
	equal_counts sh -c 'cat /nonexistent /etc/shadow 2>/dev/null; ls /proc/1/fd 2>/dev/null; true'
}

@test "the errors of a call are counted separately, whichever comes first on a CPU" {
	policy <<<"default allow"
	last=$(($(nproc --all) - 1))
	# flock: EBADF of 99, EINVAL of an operation that there is not.
	bad='syscall(73, 99, 2);' wrong='syscall(73, 0, 77);'
	"$pinfold" run --trace ebpf --report r.json -p test.policy -- sh -c '
		taskset -c 0 perl -e "$1 $2 $1 $1 $2" && taskset -c "$3" perl -e "$2 $1 $2 $2 $2"' \
		sh "$bad" "$wrong" "$last" </dev/null
	says '.syscalls[] | select(.name == "flock") | [.allowed, .failed, .errors]' \
		'[10,10,{"EBADF":4,"EINVAL":6}]'
	says '[.syscalls[] | .failed == (.errors | add // 0)] | all' true
}

# The kernel copies a value for each CPU that it considers possible into our buffer, whatever /sys
# says about how many there are.
@test "what /sys says about CPUs, or does not, changes no count" {
	local last said
	policy <<<"default allow"
	last=$(($(nproc --all) - 1))
	mkdir cpus
	cp "$payload" it
	for said in none '' 0 0-4095 nonsense; do
		rm -f cpus/*
		[ "$said" = none ] || echo "$said" | tee cpus/possible cpus/online >cpus/present
		rm -f r.json
		unshare -m sh -c 'mount --bind cpus /sys/devices/system/cpu && exec "$@"' sh \
			"$pinfold" run --trace ebpf --report r.json -p test.policy -w . -- \
			taskset -c "$last" ./it getppid x86_64 100
		says '.syscalls[] | select(.name == "getppid") | .allowed' 100
		says .trace.complete true
	done
}
