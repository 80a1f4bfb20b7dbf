# SPDX-License-Identifier: GPL-2.0-or-later
# Limits hold, kill what breaks them, are in the report, and leave nothing behind.

load lib

need_cgroups()
{
	[ "$(id -u)" = 0 ] || skip "cgroup limits need root here"
}

# limited LIMIT PAYLOAD [ARG...]: asserts that no cgroup of this run remains.
limited()
{
	local limit=$1 name
	shift
	policy <<<"default allow"
	pen --limit "$limit" --limit 'time 60s' -- "$@"
	name=$(jq -r .enforced.cgroup.path r.json)
	[[ ${name##*/} == pinfold-* ]]
	[ -z "$(find /sys/fs/cgroup -type d -name "${name##*/}")" ]
}

@test "limit memory kills a hog, says so, and no cgroup remains" {
	need_cgroups
	limited 'memory 64M' hog 1024
	exits 137
	says '[.exit.by, .exit.detail]' '["limit","limit memory"]'
	says .enforced.cgroup.limits.memory 67108864
	[ "$(report '.resources.memory_peak <= 67108864')" = true ]
	# with version 1 pinfold may end the pen before the kernel has killed
	[ "$(report '.enforced.cgroup.version == 1 or .resources.oom_kills >= 1')" = true ]
	says .resources.sources.oom_kills '"cgroup"'
}

@test "what fits into limit memory runs to its end" {
	need_cgroups
	limited 'memory 64M' hog 16
	exits 0
	says .exit.by '"child"'
}

@test "limit pids stops a fork bomb, and no cgroup remains" {
	need_cgroups
	limited 'pids 32' forks 1000
	exits 1
	says .enforced.cgroup.limits.pids 32
	[ "$(report '.resources.pids_peak == 32')" = true ]
	[ "$(report '[.syscalls[] | select(.name == "clone") | .errors.EAGAIN] | .[0] >= 1')" = true ]
}

@test "a bomb that goes on forever is killed by limit time" {
	need_cgroups
	policy <<<"default allow"
	run "$pinfold" run --report r.json -p test.policy --limit 'pids 32' --limit 'time 1s' -- \
		bash -c 'f() { f | f & f; }; f' 2>/dev/null
	exits 124
	says '[.exit.by, .exit.detail]' '["limit","limit time"]'
	[ "$(report '.resources.pids_peak <= 32')" = true ]
}

@test "limit cputime kills a busy pen, whatever its processes are" {
	need_cgroups
	run "$pinfold" run --report r.json --limit 'cputime 200ms' --limit 'time 60s' -- \
		sh -c 'while :; do :; done & while :; do (:); done'
	exits 124
	says '[.exit.by, .exit.detail]' '["limit","limit cputime"]'
	says .enforced.cgroup.limits.cputime 200000000
	says .resources.sources.cpu_ns '"cgroup"'
	[ "$(report '.resources.cpu_ns >= 200000000')" = true ]
}

@test "limit cpu leaves the pen its share" {
	need_cgroups
	run "$pinfold" run --report r.json --limit 'cpu 20%' --limit 'time 1s' -- \
		sh -c 'while :; do :; done'
	exits 124
	says .enforced.cgroup.limits.cpu 20
	[ "$(report '.resources.cpu_ns < 0.35 * .elapsed_ns')" = true ]
}

@test "limit time kills a command that ignores SIGTERM" {
	run "$pinfold" run --report r.json --limit 'time 100ms grace 100ms' -- \
		sh -c 'trap "" TERM; while :; do sleep 10; done'
	exits 124
	says .exit.by '"limit"'
}

@test "a daemon that leaves the session is killed with the command" {
	need_cgroups
	local mark=pinfold_test_$$_$RANDOM
	run "$pinfold" run -- sh -c "setsid sh -c 'exec -a $mark sleep 1000' </dev/null >/dev/null 2>&1 & exit 3"
	exits 3
	fails pgrep -f "$mark"
}

# told_place PLACE FILE LINE [OPTION...]: where the limit that ended the pen was written.
told_place()
{
	local place=$1 file=$2 line=$3
	shift 3
	run "$pinfold" run --trace none --report r.json --status-fd 9 -p test.policy "$@" 9>status.json
	[ "$status" -ne 0 ]
	[[ $output == *"pinfold: the pen was killed by its $place
hint: if the command needs more: --limit '${place:6:4}"*" AMOUNT'" ]] || { echo "not '$place': $output"; return 1; }
	says .exit.place "{\"file\":\"$file\",\"line\":$line}"
	[ "$(jq -c .place status.json)" = "$(report .exit.place)" ]
}

@test "the limit that killed the pen is named with its line, or as an option" {
	need_cgroups
	printf '%s\n' 'limit time 100ms' 'limit memory 64M' 'limit cputime 60s' 'include <default>' >test.policy
	told_place "limit time (test.policy:1)" test.policy 1 -- sleep 60
	told_place "limit memory (test.policy:2)" test.policy 2 --limit 'time 60s' -- \
		dd if=/dev/zero of=/dev/null bs=300M count=1
	told_place "limit cputime (--limit)" --limit 0 --limit 'time 60s' --limit 'cputime 50ms' -- \
		sh -c 'while :; do :; done'
	run "$pinfold" run --trace none --report r.json -- true
	says .exit.place null
}
