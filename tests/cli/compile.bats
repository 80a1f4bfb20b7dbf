# SPDX-License-Identifier: GPL-2.0-or-later
# The filter for other launchers, and as text.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	policy <<-'POLICY'
	default allow
	deny EACCES uname
	deny EPERM socket if domain == AF_INET and type & 0xf == SOCK_RAW
	POLICY
}

@test "compile writes whole instructions, and the JSON form has the same" {
	"$pinfold" compile -o filter.bpf test.policy
	[ $(($(stat -c %s filter.bpf) % 8)) = 0 ]
	"$pinfold" compile --print json test.policy >filter.json
	[ "$(jq length filter.json)" = $(($(stat -c %s filter.bpf) / 8)) ]
	[ "$("$pinfold" compile test.policy | sha256sum)" = "$(sha256sum <filter.bpf)" ]
}

@test "a file that cannot be written is named as it was typed, and nothing is left of it" {
	mkdir folder
	run bash -c 'ulimit -f 0; trap "" XFSZ; exec "$@"' - "$pinfold" compile -o folder/f.bpf test.policy
	[ "$status" -ne 0 ]
	[[ $output == *"cannot write 'folder/f.bpf': File too large"* ]]
	[ -z "$(ls -A folder)" ]
}

@test "compile: bwrap runs with the filter, and it denies what the policy denies" {
	need_program bwrap
	"$pinfold" compile -o filter.bpf test.policy
	bwrap --ro-bind / / --seccomp 9 true 9<filter.bpf || skip "bwrap does not run here"
	run bwrap --ro-bind / / --seccomp 9 uname 9<filter.bpf
	[ "$status" -ne 0 ]
	[[ $output == *"Permission denied"* ]]
}

@test "compile --print asm names the register of a load and the place of a return" {
	run "$pinfold" compile --print asm test.policy
	exits 0
	[[ ${lines[0]} == *"ld   [4]"*"; arch" ]]
	[[ $output == *"; arg0, low half"* ]]
	[[ $output == *"; deny EACCES  test.policy:2"* ]]
	[[ $output == *"; allow, default  test.policy:1"* ]]
}

@test "compile --print policy reads back to the same policy, byte for byte" {
	for file in test.policy '<default>' '<base>' '<record>'; do
		"$pinfold" compile --print policy "$file" >once.policy
		"$pinfold" compile --print policy once.policy >twice.policy
		diff once.policy twice.policy
		[ "$("$pinfold" compile "$file" | sha256sum)" = "$("$pinfold" compile once.policy | sha256sum)" ]
	done
}

@test "compile does not hold the launch cookie's rule" {
	run "$pinfold" compile --print asm test.policy
	[[ $output != *"the launch"* ]]
}

@test "compile of a policy with errors writes nothing" {
	echo 'allow opneat' >broken.policy
	echo 'nonsense' >>broken.policy
	run "$pinfold" compile -o filter.bpf broken.policy
	exits 2
	[ ! -e filter.bpf ]
}

@test "compile of an unknown form is a usage error" {
	run "$pinfold" compile --print c test.policy
	exits 2
	[[ $output == *"hint: forms: "* ]]
}

@test "compile --arch makes the filter for other ABIs" {
	run "$pinfold" compile --arch aarch64 --print asm test.policy
	exits 0
	[[ ${lines[1]} == *"0xc00000b7"* ]]
	run "$pinfold" compile --arch 'x86_64 x86' --print asm test.policy
	[[ $output == *"0xc000003e"* && $output == *"0x40000003"* ]]
}

@test "the policies that are part of the program say what their files say" {
	for file in "$top_srcdir"/policies/*.policy; do
		"$pinfold" compile --print policy "$file" >file.txt
		"$pinfold" compile --print policy "<$(basename "$file" .policy)>" >embedded.txt
		diff file.txt embedded.txt
	done
}
