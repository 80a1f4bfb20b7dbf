# SPDX-License-Identifier: GPL-2.0-or-later
# explain names the rule that decides, and what each test said.

load lib

@test "explain names the rule that decides, by file and line" {
	policy <<-'POLICY'
	default deny EPERM
	allow read write
	deny EACCES socket if domain == AF_INET and type & 0xf == SOCK_RAW
	allow socket
	POLICY
	run "$pinfold" explain test.policy read
	exits 0
	[[ $output == *"allow"*"by test.policy:2: allow read write"* ]]
	run "$pinfold" explain test.policy socket domain=AF_INET 'type=SOCK_RAW|SOCK_CLOEXEC'
	exits 0
	[[ $output == *"deny EACCES"*"by test.policy:3: "* ]]
	run "$pinfold" explain test.policy socket domain=AF_INET type=SOCK_STREAM
	exits 0
	[[ $output == *"allow"*"by test.policy:4: allow socket"*"false"* ]]
	run "$pinfold" explain test.policy reboot
	exits 0
	[[ $output == *"deny EPERM"*"default (test.policy:1)"* ]]
}

@test "explain reads negative numbers as the kernel does" {
	policy <<-'POLICY'
	allow kill if pid > 0
	POLICY
	run "$pinfold" explain test.policy kill pid=-1
	[[ $output == *"deny EPERM"* ]]
	run "$pinfold" explain test.policy kill pid=1
	[[ $output == *": allow"* ]]
	run "$pinfold" explain test.policy kill pid=0x100000001
	[[ $output == *": allow"* ]]
}

@test "explain of an unknown call names the nearest one" {
	run "$pinfold" explain '<default>' opneat
	exits 2
	[[ $output == *"did you mean 'openat'?"* ]]
}

@test "explain answers for other ABIs" {
	run "$pinfold" explain --arch x86 '<default>' getpid
	exits 0
	[[ $output == *"kill"*"does not list this ABI"* ]]
}
