# SPDX-License-Identifier: GPL-2.0-or-later
# explain names the rule that decides, and the result of each test.

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

@test "explain --all has a line for every call, with what decides it" {
	policy <<-'POLICY'
	default deny EPERM
	unknown deny ENOSYS
	allow read write
	deny EACCES socket if domain == AF_INET
	allow socket
	allow uname if name == 0
	allow [777]
	POLICY
	run "$pinfold" explain --all test.policy
	exits 0
	[ "$(wc -l <<<"$output")" -gt 350 ]
	table=$(tr -s ' ' <<<"$output")
	grep -qx 'read allow test.policy:3' <<<"$table"
	grep -qx 'socket depends on arguments deny EAFNOSUPPORT <built-in>, deny EPROTONOSUPPORT <built-in>, deny EACCES test.policy:4, allow test.policy:5' <<<"$table"
	grep -qx 'uname depends on arguments allow test.policy:6, deny EPERM test.policy:1' <<<"$table"
	grep -qx 'reboot deny EPERM test.policy:1' <<<"$table"
	grep -qx '\[777\] allow test.policy:7' <<<"$table"
	grep -qx '(all other numbers) deny ENOSYS test.policy:2' <<<"$table"
	grep -qx 'ioctl deny EPERM <built-in>, test.policy:1' <<<"$table"
	[ "$(cut -d ' ' -f 1 <<<"$table" | sort | uniq -d)" = "" ]
}

@test "explain --all of an ABI that the policy does not list is kill throughout" {
	policy <<<'allow read'
	run "$pinfold" explain --all --arch x86 test.policy
	exits 0
	[ "$(tr -s ' ' <<<"$output" | sed 's/^([^)]*)/all/' | cut -d ' ' -f 2- | sort -u)" = "kill arch" ]
}

@test "explain --all agrees with explain, call by call" {
	"$pinfold" explain --all '<default>' | grep -v 'depends on\|^(' >all.txt
	[ "$(wc -l <all.txt)" -gt 300 ]
	for name in $(awk 'NR % 40 == 0 { print $1 }' all.txt); do
		action=$(awk -v name="$name" '$1 == name { print $2, ($2 == "deny" ? $3 : "") }' all.txt)
		[[ $("$pinfold" explain '<default>' "$name") == *": ${action% }"* ]]
	done
}

@test "explain needs either --all or a call" {
	policy <<<'allow read'
	run "$pinfold" explain test.policy
	exits 2
	run "$pinfold" explain --all test.policy read
	exits 2
	[[ $output == *"hint: "* ]]
}

@test "explain reads and names a constant that another argument chooses" {
	policy <<-'POLICY'
	allow socket if domain == AF_NETLINK and protocol == NETLINK_ROUTE
	POLICY
	run "$pinfold" explain test.policy socket domain=AF_NETLINK protocol=NETLINK_SOCK_DIAG
	exits 0
	[[ $output == *"protocol is NETLINK_SOCK_DIAG: false"* ]]
	[[ $output != *IPPROTO* ]]
}
