# SPDX-License-Identifier: GPL-2.0-or-later
# convert: what is written is taken by those it is for, and what cannot be said is listed.

load lib
load oci

@test "the schema refuses what is no profile" {
	python3 -c 'import jsonschema' 2>/dev/null || skip "python3-jsonschema is not installed"
	[ -d "$schema" ] || skip "no runtime-spec at $schema"
	echo '{"defaultAction": "SCMP_ACT_MAYBE"}' >bad.json
	run fits_schema bad.json
	[ "$status" -ne 0 ]
}

@test "a policy goes out to OCI and comes back the same" {
	policy <<-POLICY
	kernel 6.18
	default deny EPERM
	unknown deny ENOSYS
	allow execve read file_setattr
	deny EIO write
	allow socket if domain in AF_UNIX AF_INET and type & 0xf == SOCK_STREAM
	POLICY
	"$pinfold" convert --to oci --lossy -o test.json test.policy
	"$pinfold" convert --to policy -o back.policy test.json
	run "$pinfold" diff test.policy back.policy
	exits 0
}

@test "what OCI cannot say is listed, and nothing is written without --lossy" {
	policy <<-POLICY
	allow read
	limit pids 4
	POLICY
	run "$pinfold" convert --to oci -o test.json test.policy
	exits 1
	[ ! -e test.json ]
	[[ $output == *"wider: execve"* ]]
	[[ $output == *"unknown calls"* ]]
	[[ $output == *"note: the format covers only system calls; "*"limit pids 4"* ]]
	run "$pinfold" convert --to oci --lossy -o test.json test.policy
	exits 0
	[ -s test.json ]
	run "$pinfold" convert --to yaml test.policy
	exits 2
}

@test "--accept writes what has no loss of another grade, and lists what is lost all the same" {
	policy <<-POLICY
	unknown deny EPERM
	allow execve read
	allow socket if domain == AF_UNIX
	allow write
	allow [777]
	POLICY
	while IFS='~' read -r expected options; do
		# shellcheck disable=SC2086
		run "$pinfold" convert --to systemd $options -o out test.policy
		exits "$expected"
		[[ $output == *"wider: socket: a unit"*"other: unknown calls: systemd"* ]]
		[[ $output == *"test.policy:5:1: warning: narrower: [777]: systemd"*"syscall_777("*": allow -> deny ENOSYS"* ]]
		if [ "$expected" = 1 ]; then
			[[ $output == *"hint: --accept wider,narrower,other "* ]]
			[ ! -e out ]
		else
			rm out
		fi
	done <<-'ROWS'
	1~
	1~--accept narrower,other
	1~--accept narrower --accept other
	1~--accept wider,narrower
	1~--accept wider,other
	0~--accept wider,narrower,other
	0~--accept other --accept wider,narrower
	0~--lossy
	ROWS
	for wrong in '' all wider, ' wider' 'wider other' note WIDER; do
		run "$pinfold" convert --to systemd --accept "$wrong" -o out test.policy
		exits 2
		[ "${lines[1]}" = 'hint: grades: wider, narrower, other, with commas between' ]
		[ ! -e out ]
	done
}

@test "statements for the pen are noted, and are not a loss in a format that is about calls" {
	policy <<-POLICY
	allow execve read
	net host
	limit pids 4
	POLICY
	run "$pinfold" convert --to oci -o out test.policy
	exits 0
	[[ $output == *"note: the format covers only system calls; it leaves out:"$'\n  net host\n  limit pids 4'* ]]
	[ -s out ]
}

@test "rules that ask a bit each are compared with the policy" {
	while read -r rules; do
		printf "allow execve\n$rules\n" >test.policy
		run "$pinfold" convert --to oci -o out test.policy
		exits 0
	done <<-'ROWS'
	log socket if type only 7\nkill socket if protocol == 0x10
	log socket if type only 7 and protocol only 3\nkill socket if domain == 0x10
	log read if count only 0x700000007\nkill read if fd any 7\ndeny EIO read if fd only 0xff
	ROWS
}

@test "whatever a format cannot express is listed, each in its own words" {
	while IFS='~' read -r format message text; do
		printf "allow execve\n$text\n" >test.policy
		[[ $text != *default* && $text != *unknown* ]] || printf "$text\n" >test.policy
		run "$pinfold" convert --to "$format" -o out test.policy
		exits 1
		[[ $output == *"warning: $message"*"nothing was written: not everything can be expressed"* ]] || {
			echo "$text: $output"
			return 1
		}
		[ ! -e out ]
	done <<-'ROWS'
	oci~other: uname: trap without its number 7~trap 7 uname
	oci~wider: execve is allowed, because a runtime starts~default deny EPERM\nunknown deny EPERM\nallow read
	oci~other: unknown calls get 'deny ENOSYS' from runc~unknown deny EPERM\nallow execve
	oci~wider: unknown calls get 'allow'~default allow\nunknown deny ENOSYS
	oci~narrower: unknown calls get 'kill' from crun~default kill\nunknown deny ENOSYS\nallow execve
	oci~narrower: [777]: a profile has no numbers~allow [777]
	oci~other: ipc: the profile, as a runtime reads it, decides differently~default allow\nunknown allow\narch x86_64 x86\ndeny 133 ipc\ndeny EPERM semop
	oci~narrower: lseek: the cases that get 'allow' take too many entries~allow lseek if offset < 0x123456789abcdef and fd != 7 and whence != 3 and offset != 0x1111 and offset != 0x2222222222
	oci~narrower: lseek: the ABIs differ, but the format has one rule for all; all of it gets 'deny EPERM'~arch x86_64 x86\nallow lseek on x86
	oci~other: socketcall: all of it is denied with 'deny ENOSYS', because libseccomp would let socket through~arch x86_64 x86\nallow socket if domain == AF_UNIX
	oci~narrower: socketcall: all of it is denied with 'deny ENOSYS', because libseccomp would let socket through~arch x86_64 x86\nallow bind\nallow socket if domain == AF_UNIX
	oci~wider: x86_64 is let in too: runtimes add the machine's own ABI~arch x86
	ROWS
}

@test "a profile's includes and excludes are judged by capability, architecture and kernel" {
	[ "$(uname -m)" = x86_64 ] || skip "the rows are for amd64"
	while IFS='~' read -r verdict options entry; do
		cat >p.json <<-JSON
		{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
			{"names": ["uname"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5, $entry}]}
		JSON
		# shellcheck disable=SC2086
		eval "'$pinfold' convert --to policy -o p.policy $options p.json"
		run "$pinfold" explain p.policy uname
		[[ $output == *"$verdict"* ]] || { echo "$entry: $output"; return 1; }
	done <<-'ROWS'
	deny EIO~~"includes": {}
	deny EPERM~~"includes": {"caps": ["CAP_SYS_ADMIN"]}
	deny EIO~--capability CAP_SYS_ADMIN~"includes": {"caps": ["CAP_SYS_ADMIN"]}
	deny EPERM~--capability CAP_SYS_ADMIN~"includes": {"caps": ["CAP_SYS_ADMI"]}
	deny EPERM~--capability CAP_SYS_ADMIN~"includes": {"caps": ["CAP_SYS_ADMIN", "CAP_BPF"]}
	deny EIO~--capability 'CAP_BPF CAP_SYS_ADMIN'~"includes": {"caps": ["CAP_SYS_ADMIN", "CAP_BPF"]}
	deny EPERM~--capability CAP_SYS_ADMIN~"excludes": {"caps": ["CAP_SYS_ADMIN"]}
	deny EIO~--capability CAP_BPF~"excludes": {"caps": ["CAP_SYS_ADMIN"]}
	deny EIO~~"includes": {"arches": ["s390", "amd64"]}
	deny EPERM~~"includes": {"arches": ["s390", "x32"]}
	deny EPERM~~"excludes": {"arches": ["s390", "amd64"]}
	deny EIO~~"excludes": {"arches": ["s390"]}
	deny EIO~~"includes": {"minKernel": "4.8"}
	deny EPERM~~"includes": {"minKernel": "99.0"}
	deny EPERM~~"excludes": {"minKernel": "4.8"}
	deny EIO~~"excludes": {"minKernel": "99.0"}
	deny EPERM~--capability CAP_SYS_ADMIN~"includes": {"caps": ["CAP_SYS_ADMIN"], "minKernel": "99.0"}
	ROWS
}

@test "what a profile says that the language does not is listed" {
	while IFS='~' read -r message text; do
		echo "$text" >p.json
		run "$pinfold" convert --to policy -o p.policy p.json
		exits 1
		[[ $output == *"warning: $message"* ]] || { echo "$text: $output"; return 1; }
		[ ! -e p.policy ]
	done <<-'ROWS'
	wider: nosuchcall is left out: this program knows no such call~{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["nosuchcall"], "action": "SCMP_ACT_ERRNO"}]}
	narrower: read: the language cannot express its comparisons, and it is denied without them~{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 1, "value": 5, "op": "SCMP_CMP_EQ"}]}]}
	narrower: SCMP_ACT_NOTIFY becomes 'deny EPERM'~{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_NOTIFY"}]}
	narrower: SCMP_ACT_TRACE becomes 'deny EPERM'~{"defaultAction": "SCMP_ACT_TRACE"}
	other: the flag SECCOMP_FILTER_FLAG_LOG is left out~{"defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_LOG"]}
	other: the listener is left out~{"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/run/x"}
	other: the listener's metadata is left out~{"defaultAction": "SCMP_ACT_ALLOW", "listenerMetadata": "x"}
	ROWS
}

@test "the first of two entries for a call decides, as in libseccomp" {
	cat >twice.json <<-'JSON'
	{ "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [
		{ "names": [ "setns", "read" ], "action": "SCMP_ACT_ALLOW" },
		{ "names": [ "bpf", "setns" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 1 },
		{ "names": [ "read", "write" ], "action": "SCMP_ACT_ALLOW" } ] }
	JSON
	run "$pinfold" convert --to policy twice.json
	exits 0
	[[ $output == *"twice.json:3:1: note: left out, because another entry decides: setns"* ]]
	"$pinfold" convert --to policy twice.json >twice.policy 2>/dev/null
	[[ $("$pinfold" explain twice.policy setns) == *": allow"* ]]
	[[ $("$pinfold" explain twice.policy bpf) == *": deny EPERM"* ]]
	[[ $("$pinfold" explain twice.policy write) == *": allow"* ]]
	# The profile of Podman and Buildah, which has such.
	[ ! -e /usr/share/containers/seccomp.json ] ||
		"$pinfold" convert --lossy --to policy /usr/share/containers/seccomp.json >podman.policy 2>/dev/null
}

@test "comparisons of one argument are a choice, as runtimes take them; one name stands alone in old profiles" {
	[ "$(uname -m)" = x86_64 ] || skip "the rows are for amd64"
	while IFS='~' read -r call verdict entry; do
		echo "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"action\": \"SCMP_ACT_ERRNO\", $entry}]}" >p.json
		"$pinfold" convert --to policy -o p.policy p.json
		run "$pinfold" explain p.policy $call
		[[ $output == *"$verdict"* ]] || { echo "$call, $entry: $output"; return 1; }
	done <<-'ROWS'
	socket domain=1~deny EPERM~"names": ["socket"], "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}, {"index": 0, "value": 2, "op": "SCMP_CMP_EQ"}]
	socket domain=2~deny EPERM~"names": ["socket"], "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}, {"index": 0, "value": 2, "op": "SCMP_CMP_EQ"}]
	socket domain=3 type=0~allow~"names": ["socket"], "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}, {"index": 1, "value": 0, "op": "SCMP_CMP_EQ"}]
	socket domain=3 type=5~deny EPERM~"names": ["socket"], "args": [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}, {"index": 1, "value": 5, "op": "SCMP_CMP_EQ"}, {"index": 1, "value": 6, "op": "SCMP_CMP_EQ"}]
	uname~deny EPERM~"name": "uname"
	uname~deny EPERM~"names": ["uname"], "args": null, "includes": null
	ROWS
}

@test "a profile whose members have the wrong type is refused, never read as something else" {
	while IFS='~' read -r what entry; do
		echo "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [$entry]}" >p.json
		run "$pinfold" convert --to policy --lossy -o p.policy p.json
		exits 2
		[[ ${lines[0]} == "p.json:1:"*": error: $what" ]] || { echo "$entry: $output"; return 1; }
		[ ! -e p.policy ]
	done <<-'ROWS'
	an item of 'syscalls' should be an object, but is a number~7
	an item of 'syscalls' should be an object, but is null~null
	'names' should be a list, but is a string~{"names": "read", "action": "SCMP_ACT_ERRNO"}
	an entry has no 'names'~{"names": null, "action": "SCMP_ACT_ERRNO"}
	an entry has no 'names'~{"action": "SCMP_ACT_ERRNO"}
	an entry has both 'name' and 'names'~{"names": ["read"], "name": "write", "action": "SCMP_ACT_ERRNO"}
	a name should be a string, but is a list~{"names": [["read"]], "action": "SCMP_ACT_ERRNO"}
	empty name~{"names": ["read", ""], "action": "SCMP_ACT_ERRNO"}
	'args' should be a list, but is an object~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "args": {"index": 0}}
	an item of 'args' should be an object, but is a number~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "args": [3]}
	a comparison has no 'op'~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 1}]}
	unknown comparison 'SCMP_CMP_IN'~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "op": "SCMP_CMP_IN"}]}
	'value' should be a number, but is a string~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": "0x10", "op": "SCMP_CMP_EQ"}]}
	'value' should be a whole number from 0 to 18446744073709551615~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": -1, "op": "SCMP_CMP_EQ"}]}
	'value' should be a whole number from 0 to 18446744073709551615~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 18446744073709551616, "op": "SCMP_CMP_EQ"}]}
	'value' should be a whole number from 0 to 18446744073709551615~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 1e3, "op": "SCMP_CMP_EQ"}]}
	'index' should be a whole number from 0 to 5~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0.5, "value": 1, "op": "SCMP_CMP_EQ"}]}
	'index' should be a whole number from 0 to 5~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 6, "value": 1, "op": "SCMP_CMP_EQ"}]}
	an error should be a whole number from 1 to 133~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "errnoRet": 65537}
	an error should be a whole number from 1 to 133~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "errnoRet": 134}
	an error should be a whole number from 1 to 133~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "errnoRet": 0}
	an error should be a whole number from 1 to 133~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "errnoRet": -1}
	an error should be a whole number from 1 to 133~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1.5}
	an error should be a whole number from 1 to 133~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "errnoRet": 184467440737095516161}
	an error should be a whole number from 1 to 133~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "errno": "1x"}
	unknown error 'ENOTHING'~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "errno": "ENOTHING"}
	missing action~{"names": ["read"]}
	unknown action 'SCMP_ACT_DENY'~{"names": ["read"], "action": "SCMP_ACT_DENY"}
	'includes' should be an object, but is a string~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "includes": "x"}
	'caps' should be a list, but is a string~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "includes": {"caps": "CAP_SYS_ADMIN"}}
	'arches' should be a list, but is a string~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "excludes": {"arches": "amd64"}}
	'minKernel' should be like "4.8"~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "includes": {"minKernel": "x"}}
	'minKernel' should be like "4.8"~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "includes": {"minKernel": "4.8.1"}}
	unknown key 'name s'~{"name s": ["read"], "action": "SCMP_ACT_ERRNO"}
	duplicate 'args'~{"names": ["read"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "op": "SCMP_CMP_EQ"}], "Args": []}
	runtimes refuse SCMP_ACT_NOTIFY for write~{"names": ["write"], "action": "SCMP_ACT_NOTIFY"}
	not valid JSON: expected ',' or ']'~{"names": ["read"}
	not valid JSON: unexpected text after the end~]} {"a": [1
	ROWS
}

@test "a profile that would take long to convert is refused at once" {
	awk 'BEGIN {
		printf "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"syscalls\": [{\"action\": \"SCMP_ACT_ALLOW\", \"names\": ["
		for (i = 0; i < 50000; i++) printf "%s\"socket\"", i ? "," : ""
		printf "], \"args\": ["
		for (i = 0; i < 5000; i++)
			printf "%s{\"index\": 0, \"value\": %d, \"op\": \"SCMP_CMP_EQ\"}", i ? "," : "", i
		print "]}]}" }' >p.json
	run timeout 20 "$pinfold" convert --to policy p.json
	exits 2
	[[ $output == *"error: the profile has too many rules"* ]]
}

@test "convert: a missing or unknown format is reported as such" {
	policy <<<'allow getppid'
	run "$pinfold" convert test.policy
	exits 2
	[ "${lines[0]}" = 'pinfold: convert needs --to FORMAT' ]
	run "$pinfold" convert --to yaml test.policy
	exits 2
	[ "${lines[0]}" = "pinfold: unknown format 'yaml'" ]
	[[ ${lines[1]} == 'hint: formats: oci ('*', systemd ('*', policy ('* ]]
}
