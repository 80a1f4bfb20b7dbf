# SPDX-License-Identifier: GPL-2.0-or-later
# The table of calls as people ask for it.

load lib

@test "syscalls NAME shows the signature, the numbers, the sets and the constants" {
	run "$pinfold" syscalls socket
	exits 0
	[[ ${lines[0]} == "socket(int domain, int type, int protocol)" ]]
	[[ $output == *"x86_64 41 x86 359 "*"aarch64 198"* ]]
	[[ $output == *"sets: "*"@network-io"* ]]
	[[ $output == *"domain ("*"): "*"AF_INET "* ]]
}

@test "syscalls shows each signature of a call that differs between ABIs" {
	run "$pinfold" syscalls mmap
	[ "$(grep -c '^mmap(' <<<"$output")" = 2 ]
}

@test "syscalls @SET shows the members, those of nested sets too" {
	run "$pinfold" syscalls @system-service
	exits 0
	grep -q '^read(' <<<"$output"
	fails grep -q '^kexec_load(' <<<"$output"
}

@test "syscalls PATTERN shows what matches" {
	run "$pinfold" syscalls 'epoll_*wait*'
	exits 0
	[ "$(sed 's/(.*//' <<<"$output" | sort -u | paste -sd' ')" = "epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old" ]
}

@test "syscalls since when" {
	run "$pinfold" syscalls openat2
	[[ $output == *"since Linux 5.6"* ]]
}

@test "syscalls of what does not exist is an error with a hint" {
	run "$pinfold" syscalls opennat
	exits 2
	[[ $output == *"no call matches 'opennat'"*"hint: "* ]]
	run "$pinfold" syscalls @no-such-set
	exits 2
}

@test "syscalls of a call lists the constants that another argument chooses" {
	run "$pinfold" syscalls socket
	exits 0
	[[ $output == *"protocol for domain AF_INET AF_INET6 (protocols): IPPROTO_IP "* ]]
	[[ $output == *"protocol for domain AF_NETLINK (netlink protocols): NETLINK_ROUTE "* ]]
	run "$pinfold" syscalls fcntl
	[[ $output == *"arg for cmd F_SETFD (fcntl's descriptor flags): FD_CLOEXEC"* ]]
}
