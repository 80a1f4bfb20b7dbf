# SPDX-License-Identifier: GPL-2.0-or-later
# convert --to policy: a profile of OCI runtimes means what runc and libseccomp make of it, or is
# refused at its line.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	[ "$(uname -m)" = x86_64 ] || skip "the rows are for amd64"
}

# reads [OPTION...] <PROFILE: test.policy is what the profile says.
reads()
{
	cat >p.json
	"$pinfold" convert --to policy -o test.policy "$@" p.json
}

# decides [--arch ARCH] CALL... VERDICT: test.policy decides the call so.
decides()
{
	local verdict=${*: -1} arch=native
	[ "$1" != --arch ] || { arch=$2; shift 2; }
	run "$pinfold" explain --arch "$arch" test.policy "${@:1:$#-1}"
	[[ $output == *": $verdict"* ]] || { echo "$*: $output"; return 1; }
}

@test "every public profile is read without a warning of its policy, or refused at its own line" {
	profiles=$top_srcdir/../shared/data/profiles/oci
	[ -d "$profiles" ] || skip "no profiles at $profiles"
	for profile in "$profiles"/*.json "$top_srcdir"/../shared/data/moby/default.json; do
		run "$pinfold" convert --to policy --lossy -o test.policy "$profile"
		if [ "$status" -eq 2 ]; then
			[[ ${lines[0]} =~ ^"$profile":[0-9]+:[0-9]+": error: " ]]
			continue
		fi
		exits 0
		run "$pinfold" compile -o test.bpf test.policy
		exits 0
		[ -z "$output" ] || { echo "$profile: $output"; return 1; }
	done
}

@test "an unknown key and every other mistake is refused at its line and column" {
	while IFS='~' read -r place message text; do
		printf "$text" >p.json
		run "$pinfold" convert --to policy --lossy -o p.policy p.json
		exits 2
		[ "${lines[0]}" = "p.json:$place: error: $message" ] || { echo "$text: $output"; return 1; }
		[ ! -e p.policy ]
	done <<-'ROWS'
	2:2~unknown key 'syscall'~{"defaultAction": "SCMP_ACT_ALLOW",\n "syscall": []}
	1:37~unknown key 'rules'~{"defaultAction": "SCMP_ACT_ALLOW", "rules": []}
	3:3~unknown key 'arg'~{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [\n {"names": ["read"], "action": "SCMP_ACT_ERRNO",\n  "arg": []}]}
	1:103~unknown key 'kernel'~{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": [], "action": "SCMP_ACT_LOG", "includes": {"kernel": "4.8"}}]}
	1:49~'syscalls' should be a list, but is an object~{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": {}}
	2:1~not valid JSON: unexpected text after the end~{"defaultAction": "SCMP_ACT_ALLOW"}\n}
	1:37~not valid JSON: expected a key in double quotes~{"defaultAction": "SCMP_ACT_ALLOW", }
	1:20~not valid JSON: control character in a string~{"defaultAction": "\tSCMP_ACT_ALLOW"}
	1:1~not valid JSON: expected a value~
	1:1~a profile should be an object, but is a list~[]
	1:1~this is not a seccomp profile: it has neither 'defaultAction' nor 'syscalls'~{}
	1:2~this is not a seccomp profile: there is no 'seccomp' in its 'linux'~{"linux": {"namespaces": []}}
	1:37~unknown key 'default'~{"linux": {"seccomp": {"flags": [], "default": 1}}}
	1:66~unknown architecture~{"defaultAction": "SCMP_ACT_ALLOW", "archMap": [{"architecture": "SCMP_ARCH_X86_46", "subArchitectures": []}]}
	1:55~unknown architecture~{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_VAX"]}
	1:55~a profile has both 'architectures' and 'archMap'~{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86"], "archMap": [{"architecture": "SCMP_ARCH_X86_64"}]}
	1:19~runtimes refuse SCMP_ACT_NOTIFY as the default~{"defaultAction": "SCMP_ACT_NOTIFY"}
	2:70~libseccomp refuses two actions for the same comparisons~{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 1, "value": 9, "op": "SCMP_CMP_EQ"}]},\n {"args": [{"index": 1, "value": 9, "op": "SCMP_CMP_EQ"}], "names": ["kill"], "action": "SCMP_ACT_LOG"}]}
	ROWS
}

@test "keys and values are spelled as far as Go takes them" {
	while IFS='~' read -r call verdict text; do
		echo "$text" >p.json
		"$pinfold" convert --to policy -o test.policy p.json
		# shellcheck disable=SC2086
		decides $call "$verdict"
	done <<-'ROWS'
	uname~deny EIO~{"DEFAULTACTION": "SCMP_ACT_ALLOW", "ſyscallS": [{"Names": ["uname"], "aCTION": "SCMP_ACT_ERRNO", "errnoret": 5}]}
	uname~deny EIO~{"defaultAction": "SCMP_ACT_LOG", "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["sync"], "names": ["uname"], "action": "SCMP_ACT_ERRNO", "errnoRet": 4, "ErrnoRet": 5}]}
	uname~deny EPERM~{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["uname"], "action": "SCMP_ACT_ERRNO", "action": null, "errnoRet": 5, "errnoRet": null}]}
	uname~deny EIO~{"defaultAction": "SCMP_ACT_ALLOW", "flags": null, "archMap": null, "syscalls": [{"name": "\u0075name", "action": "SCMP_ACT_ERRNO", "errno": "EIO", "args": null}]}
	uname~deny ENOSYS~{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"name": "uname", "comment": "", "action": "SCMP_ACT_ERRNO", "errno": "38", "errnoRet": 5}]}
	sync~deny EIO~{"defaultAction": "SCMP_ACT_ERRNO", "defaultErrno": "EIO", "defaultErrnoRet": 1, "syscalls": [{"names": ["file_setattr"], "action": "SCMP_ACT_ALLOW"}]}
	uname~deny EIO~{"ociVersion": "1.0.2", "linux": {"seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["uname"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5}]}}}
	ROWS
}

@test "an entry without conditions decides alone, wherever it stands; two on one argument are either" {
	local all='{"names": ["kill"], "action": "SCMP_ACT_ERRNO"}'
	local some='{"names": ["kill"], "action": "SCMP_ACT_LOG", "args": [{"index": 1, "value": 9, "op": "SCMP_CMP_EQ"}]}'
	for entries in "$all, $some" "$some, $all"; do
		reads <<<"{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [$entries]}"
		decides kill sig=9 'deny EPERM'
		decides kill sig=1 'deny EPERM'
	done
	# A mask without bits is no comparison.
	reads <<-JSON
	{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [$some, {"names": ["kill"], "action": "SCMP_ACT_ERRNO",
		"args": [{"index": 1, "value": 0, "valueTwo": 9, "op": "SCMP_CMP_MASKED_EQ"}]}]}
	JSON
	decides kill sig=9 'deny EPERM'
	reads <<-'JSON'
	{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [
		{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}, {"index": 1, "value": 8, "valueTwo": 15, "op": "SCMP_CMP_MASKED_EQ"},
		{"index": 1, "value": 2, "op": "SCMP_CMP_EQ"}]}]}
	JSON
	decides kill pid=1 sig=1 'deny EPERM'
	decides kill pid=5 sig=2 'deny EPERM'
	decides kill pid=5 sig=9 'deny EPERM'
	decides kill pid=5 sig=3 'allow'
}

@test "entries of several actions are tested as libseccomp tests them: the last argument first" {
	reads <<-'JSON'
	{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
		{"names": ["kill"], "action": "SCMP_ACT_LOG", "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]},
		{"names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 1, "value": 9, "op": "SCMP_CMP_EQ"}]}]}
	JSON
	decides kill pid=1 sig=9 'deny EPERM'
	decides kill pid=1 sig=1 'log'
	decides kill pid=2 sig=9 'deny EPERM'
	run "$pinfold" compile -o test.bpf test.policy
	[ -z "$output" ]
}

@test "calls past the largest number that a profile names fail with ENOSYS, as under runc" {
	reads <<-'JSON'
	{"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86"], "syscalls": [
		{"names": ["read", "bind", "openat"], "action": "SCMP_ACT_ALLOW"},
		{"names": ["memfd_create"], "action": "SCMP_ACT_ERRNO"}]}
	JSON
	decides memfd_create 'deny EPERM'
	decides sync 'deny EPERM'
	decides bpf 'deny ENOSYS'
	decides clone3 'deny ENOSYS'
	grep -qx 'unknown deny ENOSYS' test.policy
	# libseccomp's number for bind under i386 is one behind socketcall, and does not count.
	decides bind 'allow'
	decides --arch x86 openat 'allow'
	decides --arch x86 memfd_create 'deny EPERM'
	decides --arch x86 bind 'deny ENOSYS'
	decides --arch x86 socketcall call=2 'allow'
	decides --arch x86 socketcall call=3 'deny EPERM'
	# The default lets through: there is no such answer.
	reads <<<'{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ERRNO"}]}'
	decides clone3 'allow'
	grep -qx 'unknown allow' test.policy
	# Where the default kills, it does so for a number of no call that is below it.
	reads <<<'{"defaultAction": "SCMP_ACT_KILL_PROCESS", "syscalls": [{"names": ["openat2"], "action": "SCMP_ACT_ALLOW"}]}'
	tr -d '\\\n\t' <test.policy | grep -q 'kill \[337\] .* \[423\]allow openat2'
	grep -qx 'unknown deny ENOSYS' test.policy
	# No call is named, and nothing is past it.
	reads <<<'{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": []}'
	decides clone3 'deny EPERM'
	grep -qx 'unknown deny EPERM' test.policy
}

@test "the native ABI is always one of a profile's, and what another machine has is noted" {
	run "$pinfold" convert --to policy -o test.policy /dev/stdin <<-'JSON'
	{"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X32", "SCMP_ARCH_MIPS"], "syscalls": [
		{"names": ["read", "recv", "semop", "breakpoint", "s390_sthyi"], "action": "SCMP_ACT_ALLOW"},
		{"names": ["nosuchcall"], "action": "SCMP_ACT_ALLOW"}]}
	JSON
	exits 0
	grep -qx 'arch x86_64 x32' test.policy
	[[ $output == *"note: SCMP_ARCH_MIPS belongs to another machine"* ]]
	[[ $output == *"note: left out, because they are calls of other machines: breakpoint, s390_sthyi"* ]]
	[[ $output == *"note: nosuchcall is left out: there is no such call"* ]]
	[[ $output != *recv* ]]
	decides read 'allow'
	decides --arch x32 semop 'allow'
}

@test "numbers are compared as libseccomp compares them, and none is silently cut" {
	reads <<-'JSON'
	{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86"], "syscalls": [
		{"names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 1, "value": 7, "valueTwo": 25, "op": "SCMP_CMP_MASKED_EQ"}]},
		{"names": ["lseek"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 1, "value": 4294967301, "op": "SCMP_CMP_EQ"}]},
		{"names": ["dup"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 4294967295, "op": "SCMP_CMP_EQ"}]}]}
	JSON
	decides kill sig=9 'deny EPERM'
	decides kill sig=2 'allow'
	decides lseek offset=4294967301 'deny EPERM'
	decides lseek offset=5 'allow'
	decides --arch x86 lseek offset=5 'deny EPERM'
	decides dup fildes=-1 'deny EPERM'
	# A register of 64 bits is no int.
	run "$pinfold" convert --to policy -o p.policy /dev/stdin <<-'JSON'
	{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["dup"], "action": "SCMP_ACT_ERRNO",
		"args": [{"index": 0, "value": 18446744073709551615, "op": "SCMP_CMP_EQ"}]}]}
	JSON
	exits 1
	[[ $output == *"/dev/stdin:2:"*": warning: wider: dup: a number has more bits than the kernel reads of the argument"* ]]
}

@test "a listener's and a tracer's call is denied, which is reported as narrower" {
	cat >p.json <<-'JSON'
	{"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/run/a", "syscalls": [
		{"names": ["mkdir"], "action": "SCMP_ACT_NOTIFY"}, {"names": ["rmdir"], "action": "SCMP_ACT_TRACE"}]}
	JSON
	run "$pinfold" convert --to policy --accept other -o test.policy p.json
	exits 1
	[[ $output == *"p.json:2:"*": warning: narrower: SCMP_ACT_NOTIFY becomes 'deny EPERM'"* ]]
	[[ $output == *"p.json:2:"*": warning: narrower: SCMP_ACT_TRACE becomes 'deny EPERM'"* ]]
	"$pinfold" convert --to policy --lossy -o test.policy p.json 2>/dev/null
	decides mkdir 'deny EPERM'
	decides rmdir 'deny EPERM'
}

@test "an unknown capability or machine is refused as an option, and noted in a profile" {
	echo '{"defaultAction": "SCMP_ACT_ALLOW"}' >p.json
	for wrong in CAP_SYS_ADMIM sys_admin cap_bpf CAP_BPF,CAP_CHOWN CAP_38 'CAP_BPF CAP_'; do
		run "$pinfold" convert --to policy --capability "$wrong" -o p.policy p.json
		exits 2
		[[ $output == *"unknown capability '${wrong##* }'"*"hint: write them as "* ]]
		[ ! -e p.policy ]
	done
	"$pinfold" convert --to policy --capability 'CAP_CHOWN CAP_SYS_ADMIN' -o p.policy p.json
	cat >p.json <<-'JSON'
	{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["ptrace"], "action": "SCMP_ACT_ERRNO",
	 "includes": {"caps": ["CAP_SYS_ADMIM"], "arches": ["amd64"]},
	 "excludes": {"caps": ["CAP_BPF"], "arches": ["x86_64"]}}]}
	JSON
	run "$pinfold" convert --to policy -o p.policy p.json
	exits 0
	[ "${lines[0]}" = "p.json:2:24: note: no capability is called 'CAP_SYS_ADMIM': no container has it" ]
	[ "${lines[1]}" = "p.json:3:47: note: no architecture is called 'x86_64': no machine has it" ]
	[ "${#lines[@]}" = 2 ]
	# What another format does not ask for has no place there.
	policy <<<'allow execve'
	run "$pinfold" convert --to oci --capability CAP_BPF test.policy
	exits 2
	[[ $output == *"--capability is for --to policy"* ]]
	run "$pinfold" convert --to systemd --arch x86 test.policy
	exits 2
	[[ $output == *"--arch is for --to policy"* ]]
}
