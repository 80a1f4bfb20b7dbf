# SPDX-License-Identifier: GPL-2.0-or-later
# A shell in a pen on a real terminal, driven as a person would drive it, by tmux. What is waited
# for is polled, with a bound.

load pen

keys()
{
	"${identity[@]}" tmux -S "$socket" send-keys -t pen "$@"
}

screen()
{
	"${identity[@]}" tmux -S "$socket" capture-pane -p -t pen
}

# shows PATTERN: the screen has a line that matches, sooner or later.
on_screen()
{
	screen | grep -qE "$1"
}

shows()
{
	await on_screen "$1" || { screen; return 1; }
}

teardown()
{
	[ -z "$socket" ] || "${identity[@]}" tmux -S "$socket" kill-server 2>/dev/null || :
}

start_shell()
{
	command -v tmux >/dev/null || skip "tmux is not installed"
	socket=$PWD/socket
	"${identity[@]}" env -u TMUX PS1='out> ' tmux -S "$socket" -f /dev/null new-session -d -s pen \
		-x 80 -y 40 'bash --norc --noprofile' 3>&- 4>&-
	keys "PS1='out> '; stty -a >before; clear" Enter
	shows '^out>'
}

interactive()
{
	start_shell
	keys "$pinfold run -q --trace none -p open.policy -- bash --norc --noprofile" Enter
	shows '^bash-[0-9.]+[$#]'
	keys "PS1='in> '; clear" Enter
	shows '^in>'
	keys 'sleep 100 &' Enter 'jobs' Enter
	shows '^\[1\]\+ +Running +sleep 100'
	keys 'fg' Enter
	shows '^sleep 100$'
	keys C-z
	shows '^\[1\]\+ +Stopped +sleep 100'
	keys 'clear; bg' Enter
	shows '^\[1\]\+ sleep 100 &'
	keys 'clear; fg' Enter
	shows '^sleep 100$'
	keys C-c
	keys 'echo status $?' Enter
	shows '^status 130$'
	"${identity[@]}" tmux -S "$socket" resize-window -t pen -x 100 -y 30
	keys 'clear; stty size' Enter
	shows '^30 100$'
	"${identity[@]}" tmux -S "$socket" resize-window -t pen -x 80 -y 40
	# tmux may hold a second resize back for a while.
	keys 'clear; until [ "$(stty size)" = "40 80" ]; do :; done; echo resized' Enter
	shows '^resized$'
	keys 'clear; exit 7' Enter
	keys 'echo ended $?' Enter
	shows '^ended 7$'
	keys 'stty -a >after; echo written' Enter
	shows '^written$'
	diff before after
}

@test "22, as root: a shell on a terminal: prompt, jobs, Ctrl-Z, Ctrl-C, resize, exit, modes" {
	as_root; interactive
}

@test "22, rootless: a shell on a terminal: prompt, jobs, Ctrl-Z, Ctrl-C, resize, exit, modes" {
	as_rootless; interactive
}

# The pager shows what there is, and takes keys, while the command goes on.
paged()
{
	mkfifo more
	chmod 666 more
	cat >pager <<-'PAGER'
	#!/bin/bash
	exec 3<>/dev/tty
	read -r line
	stty -echo <&3
	echo "paged $line" >&3
	read -r -n 1 key <&3
	echo "key $key" >&3
	echo end >more
	cat >&3
	stty echo <&3
	PAGER
	chmod 755 pager
	start_shell
	keys "$pinfold run -q --trace none -p open.policy -w more -- sh -c 'echo text; cat more; echo last' | ./pager" Enter
	shows '^paged text'
	keys x
	shows '^key x'
	shows '^last'
	keys 'stty -a >after; echo written' Enter
	shows '^written$'
	diff before after
}

@test "22, as root: a command whose output goes to a pager leaves the terminal to that" {
	as_root; paged
}

@test "22, rootless: a command whose output goes to a pager leaves the terminal to that" {
	as_rootless; paged
}
