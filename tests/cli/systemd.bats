# SPDX-License-Identifier: GPL-2.0-or-later
# convert --to systemd: the service manager's own tools read the unit as the policy.

load lib

# unit: the lines in the file "lines" as a unit of its own.
unit()
{
	sed 's|^\[Service\]|&\nExecStart=/bin/true|' lines >pinfold-test.service
}

# expanded: each call that this systemd knows, and what the file "lines" makes of it. Its sets are
# asked of systemd-analyze; the rest is what systemd.exec(5) says of the order of the lines.
expanded()
{
	systemd-analyze syscall-filter >sets
	python3 - <<-'PYTHON'
	import re
	sets, name = {}, None
	for line in open("sets"):
	    word = line.split("#")[0].strip()
	    if not re.fullmatch("@?[a-z0-9_-]+", word):
	        continue
	    if word[0] == "@" and line[0] == "@":
	        name = word
	        sets[name] = []
	    else:
	        sets[name].append(word)
	def members(word):
	    if word[0] != "@":
	        return [word]
	    return [m for inner in sets[word] for m in members(inner)]
	listed, mode, base = {}, None, "kill"
	for line in open("lines"):
	    key, _, value = line.strip().partition("=")
	    if key == "SystemCallErrorNumber":
	        base = value if value == "kill" else "deny " + value
	    if key != "SystemCallFilter":
	        continue
	    inverted = value[0] == "~"
	    if mode is None:
	        mode = "deny" if inverted else "allow"
	        if not inverted:
	            listed.update((m, None) for m in members("@default"))
	    for word in value.lstrip("~").split():
	        word, _, errno = word.partition(":")
	        for m in members(word):
	            if inverted != (mode == "allow") or errno:
	                listed[m] = errno or None
	            else:
	                listed.pop(m, None)
	log = [w for line in open("lines") if line.startswith("SystemCallLog=")
	       for w in line.strip().split("=")[1].split()]
	for call in sorted(set(members("@known"))):
	    verdict = base if mode == "allow" else "allow"
	    if call in listed:
	        errno = listed[call]
	        verdict = "allow" if mode == "allow" else base
	        if errno:
	            verdict = "kill" if errno == "kill" else "deny " + errno
	    if verdict == "allow" and call in log:
	        verdict = "log"
	    print(call, verdict)
	PYTHON
}

# decided: each call that the policy alone decides, and how.
decided()
{
	"$pinfold" explain --all test.policy | grep -v '<built-in>' |
		sed -n 's/^\([a-z0-9_]*\)  *\(allow\|log\|kill\|deny [A-Z0-9]*\)  .*/\1 \2/p'
}

@test "a unit, expanded by systemd's own sets and with @default added, is the policy call by call" {
	need_program systemd-analyze
	need_program python3
	while IFS='~' read -r text; do
		# shellcheck disable=SC2059
		printf "$text\n" >test.policy
		# Of ioctl a built-in rule denies a part, always.
		"$pinfold" convert --to systemd --lossy -o lines test.policy 2>said
		grep warning: said | grep -v '<built-in>: warning: [a-z]*: ioctl: ' >more || true
		[ ! -s more ] || { cat more; return 1; }
		expanded | sort >theirs
		decided | sort >ours
		join -j 1 -o 0 ours theirs >both
		[ "$(wc -l <both)" -gt 250 ]
		diff <(join ours both) <(join theirs both) || { echo "$text"; return 1; }
		unit
		systemd-analyze verify "$PWD/pinfold-test.service" 2>&1 |
			grep -v 'Failed to parse system call, ignoring: ' >said || true
		[ ! -s said ]
	done <<-'ROWS'
	allow execve write
	deny EIO open openat\nkill ptrace bpf\nallow execve write @basic-io @file-system
	default kill\nallow execve write @process
	default deny ENOSYS\nallow execve write brk\ndeny EACCES mmap
	default deny 133\nallow execve write\nlog getrandom uname
	default allow\nunknown deny ENOSYS\ndeny EIO uname\nkill mmap
	default allow\nunknown allow\ndeny EIO uname\nkill mmap @mount\nlog getrandom
	default allow\nunknown allow
	kernel 5.10\nallow execve write futex @signal
	ROWS
}

@test "what bypasses every list of allowed calls does not pass" {
	policy <<-'POLICY'
	allow execve read write
	POLICY
	run "$pinfold" convert --to systemd test.policy
	exits 0
	[[ $output == *"SystemCallFilter=~@known:EPERM"$'\n'"SystemCallFilter=execve read write" ]]
	need_program systemd-analyze
	"$pinfold" convert --to systemd -o lines test.policy
	expanded >theirs
	grep -qx 'mmap deny EPERM' theirs
	[ "$(grep -c ' allow$' theirs)" = 3 ]
	unit
	systemd-analyze security --offline=true --no-pager "$PWD/pinfold-test.service" >said ||
		skip "systemd-analyze has no --offline"
	grep -q '✓ SystemCallFilter=~@mount ' said
	grep -q '✓ SystemCallArchitectures= .*native ABI' said
}

@test "what a unit cannot say is listed with its grade, its place and a call" {
	[ "$(uname -m)" = x86_64 ] || skip "the rows are for x86_64"
	while IFS='~' read -r first second text; do
		# shellcheck disable=SC2059
		printf "$text\n" >test.policy
		run "$pinfold" convert --to systemd -o out test.policy
		exits 1
		[[ $output == *"$first"*$'\n'"  $second"* ]] || { echo "$text: $output"; return 1; }
		[[ $output == *"nothing was written: not everything can be expressed"* ]]
		[ ! -e out ]
	done <<-'ROWS'
	test.policy:2:1: warning: wider: socket: a unit has one action for a call~socket(~allow execve write\ndeny EIO socket if domain == 2\nallow socket
	warning: wider: socket: a unit has one action~socket(AF_UNSPEC, 0, 0): deny EPERM -> allow~allow execve write\nallow socket if domain == 1
	<built-in>: warning: wider: ioctl: a unit has one action~ioctl(0, TIOCSTI, 0): deny EPERM -> allow~allow execve write ioctl
	warning: wider: execve: the service manager starts the command under the filter~execve(NULL, NULL, NULL): deny EPERM -> allow~allow write
	warning: wider: write: systemd 256 and later write under the filter~write(0, NULL, 0): deny EPERM -> allow~allow execve
	test.policy:2:1: warning: narrower: uname: a unit can deny with an errno or 'kill'~uname(NULL): trap 7 -> kill~allow execve write\ntrap 7 uname
	test.policy:1:1: warning: other: unknown calls: systemd answers them with ENOSYS~syscall_337(~unknown deny EPERM\nallow execve write
	test.policy:1:1: warning: wider: unknown calls: systemd answers them with ENOSYS~syscall_337(~unknown kill\nallow execve write
	test.policy:2:1: warning: narrower: [777]: systemd answers them with ENOSYS~syscall_777(0x0, 0x0, 0x0, 0x0, 0x0, 0x0): allow -> deny ENOSYS~allow execve write\nallow [777]
	test.policy:3:1: warning: narrower: lseek: a unit has one action~lseek [x86](~arch x86_64 x86\nallow execve write\nallow lseek on x86\ndeny EIO lseek
	wider: calls of the ABI x86_64: a unit cannot shut out the native ABI~write(~arch x86\nallow execve write
	ROWS
}

@test "what only older versions of systemd decide otherwise is listed, too" {
	policy <<-'POLICY'
	arch x86_64 x86
	deny EIO write on x86_64
	allow execve write
	POLICY
	run "$pinfold" convert --to systemd -o out test.policy
	exits 1
	[[ $output == *"narrower: write: "* && $output == *"wider: write: systemd 256 and later "* ]]
	[[ $output == *"hint: --accept wider,narrower writes it anyway"* ]]
}
