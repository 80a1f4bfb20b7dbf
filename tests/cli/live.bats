# SPDX-License-Identifier: GPL-2.0-or-later
# A run is shown while it goes, on a real terminal, driven by tmux. What is waited for is polled, with
# a bound.

load lib

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	mkfifo go
	policy <<<$'deny EACCES mkdir\ndefault allow'
}

teardown()
{
	[ -z "${socket:-}" ] || tmux -S "$socket" kill-server 2>/dev/null || :
	[ -z "${target:-}" ] || kill "$target" 2>/dev/null || :
}

# await COMMAND...: it succeeds, sooner or later.
await()
{
	local end=$((SECONDS + 20))
	until "$@"; do
		[ $SECONDS -lt $end ] || {
			echo "in vain: $*"
			screen
			terminal
			return 1
		}
		read -r -t 0.02 <> <(:) || :
	done
}

keys()
{
	tmux -S "$socket" send-keys -t live "$@"
}

screen()
{
	tmux -S "$socket" capture-pane -p -t live
}

# terminal: what tmux knows of it: alternate screen, cursor, scroll region.
terminal()
{
	tmux -S "$socket" display -p -t live \
		'#{alternate_on} #{cursor_flag} #{scroll_region_upper} #{scroll_region_lower}'
}

has()
{
	screen | grep -qE "$1"
}

lacks()
{
	! has "$1"
}

is()
{
	[ "$(terminal)" = "$1" ]
}

shell()
{
	need_program tmux
	socket=$PWD/socket
	env -u TMUX TERM=xterm-256color tmux -S "$socket" -f /dev/null new-session -d -s live \
		-x "${width:-100}" -y 30 'bash --norc --noprofile' 3>&- 4>&-
	keys "PS1='out> '; stty -g >before; clear; echo marker" Enter
	await has '^marker'
	await has '^out>'
}

# live [OPTION...] -- COMMAND...: types the command for the shell, with what is in "to" at its end.
live()
{
	printf '%q ' "$pinfold" "${verb:-run}" --live -p test.policy -w . "$@" >line
	echo "${to:-}" >>line
	keys 'clear; echo marker; . ./line' Enter
}

# is_over STATUS: the command has ended with it, and the terminal is as before.
is_over()
{
	await has '^out> *$'
	keys "echo ended \$?; stty -g >after; echo written" Enter
	await has "^ended $1\$"
	await has '^written$'
	diff before after
	await is "0 1 0 $((${height:-30} - 1))"
	[ -n "${is_flooded:-}" ] || has '^marker$'
	lacks 'a second'
}

# summary: its time, which goes on.
summary()
{
	screen | sed -n 's/^\([0-9.]* s\), [0-9]* process.*/\1/p'
}

goes_on()
{
	now=$(summary)
	[ -n "$now" ] && [ "$now" != "$1" ]
}

# is_at ROW: the title is in that row alone.
is_at()
{
	[ "$(screen | grep -n '^pinfold: ' | cut -d: -f1)" = "$1" ]
}

@test "below the output of the command: an area that goes on, survives a new size, and is cleared" {
	need_trace
	shell
	live -- sh -c 'echo begun; mkdir new; read -r _ <go; echo more; exit 3'
	await has '^begun$'
	await is_at 23
	await has 'a second +in all +denied, newest last'
	await has 'mkdir\("new", 0o777\): EACCES, by mkdir, test.policy:1'
	await goes_on "$(summary)"
	await is "0 1 0 21"
	tmux -S "$socket" resize-window -t live -x 70 -y 20
	await is_at 13
	await has '^begun$'
	tmux -S "$socket" resize-window -t live -x 110 -y 40
	await is_at 33
	echo >go
	height=40
	is_over 3
	has '^more$'
}

@test "the whole screen where the command does not write to the terminal; the old one comes back" {
	shell
	to='>log 2>&1'
	live -- sh -c 'mkdir new; read -r _ <go; exit 4'
	await has 'denied, newest last'
	await is "1 0 0 29"
	await is_at 1
	tmux -S "$socket" resize-window -t live -x 60 -y 12
	await is "1 0 0 11"
	await is_at 1
	await has 'mkdir\("new"'
	tmux -S "$socket" resize-window -t live -x 100 -y 30
	await goes_on "$(summary)"
	echo >go
	is_over 4
	grep -q '^pinfold: 1 call denied' log
}

@test "Ctrl-C ends the command, and the terminal is as before" {
	shell
	live -- sleep 100
	await has '^pinfold: sleep 100'
	keys C-c
	is_over 130
	to='>log 2>&1'
	live -- sleep 100
	await is "1 0 0 29"
	keys C-c
	is_over 130
}

@test "Ctrl-Z gives the terminal back for a while" {
	shell
	to='>log 2>&1'
	live -- sh -c 'read -r _ <go; exit 5'
	await is "1 0 0 29"
	keys C-z
	await is "0 1 0 29"
	await has 'Stopped'
	keys fg Enter
	await is "1 0 0 29"
	await goes_on "$(summary)"
	echo >go
	is_over 5
}

@test "a flood and escapes of the command do not reach the board, and leave no trace" {
	shell
	# A region, a title that does not end, line drawing, origin mode, and no cursor.
	live -- sh -c 'printf "\033[5;9r\033(0\033[?6h\033[?25l"; seq 1 200000; printf "\033]0;title"
		mkdir new; read -r _ <go; exit 6'
	await has 'a second +in all'
	await has 'mkdir\("new"'
	await has '^[0-9.]+ s, [0-9]+ process'
	await is "0 0 0 21"
	echo >go
	is_flooded=1
	is_over 6
}

@test "names and arguments are shown as text" {
	width=140
	for name in $'e\e[2Jvil' $'e\nvil' $'e\xc2\x9b2Jvil'; do
		cp "$(command -v mkdir)" "./$name"
	done
	shell
	to='>log 2>&1'
	cat >s <<'END'
for name in ./e*; do "$name" "$1"; done
read -r _ <go
END
	live -- sh s $'new\e[H\e[2J' $'\e]0;t\a'
	await has '^pinfold: sh s new\\x1b\[H\\x1b\[2J \\x1b\]0;t\\a'
	await has 'mkdir\("new\\x1b\[H\\x1b\[2J", 0o777\): EACCES, 3 times, by e(\\x1b\[2J|\\n|\\xc2\\x9b2J)vil'
	await is_at 1
	[ -z "$(tmux -S "$socket" capture-pane -p -e -t live | tr -d '\033' | grep -P '[\x00-\x08\x0b-\x1f\x7f]')" ]
	echo >go
	is_over 0
}

@test "killed, it leaves a terminal that can be used" {
	shell
	for to in '' '>log 2>&1'; do
		rm -f pid
		printf '%q ' "$pinfold" run --live -w . -- sh -c 'read -r _ <go' >line
		keys "clear; echo marker; sh -c 'echo \$\$ >pid; exec $(cat line) $to'" Enter
		await has '^pinfold: sh -c'
		kill -9 "$(cat pid)"
		await is "0 1 0 29"
		keys Enter
		is_over 137
	done
}

@test "without a terminal: a line every few seconds" {
	setsid -w "$pinfold" run --live -p test.policy -- sh -c 'mkdir /tmp/a; sleep 2.5' </dev/null >out 2>err || :
	grep -E '^pinfold: 2\.[0-9] s' err
	[ ! -s out ]
	[ "$(grep -c '^pinfold: 2' err)" = 1 ]
	fails grep -q $'\e' err
	TERM=dumb setsid -w "$pinfold" run --live -q -- true </dev/null 2>err
	[ ! -s err ]
}

@test "record shows its progress on one line, where the command's output goes elsewhere" {
	need_trace
	shell
	printf '%q ' "$pinfold" record -o new.policy -w . -- sh -c 'read -r _ <go' >line
	keys 'clear; echo marker; . ./line >log' Enter
	await has '^pinfold: 3\.[0-9] s, 1 process, [0-9]+ calls \([0-9]+/s\), 0 denied'
	await is "0 1 0 28"
	echo >go
	is_over 0
}

@test "what is already running is shown, too" {
	need_trace
	sh -c 'read -r _ <go' 3>&- 4>&- &
	target=$!
	shell
	keys "clear; echo marker; '$pinfold' run --live --pid $target" Enter
	await has "^pinfold: process $target"
	await is "1 0 0 29"
	keys C-c
	is_over 0
	kill -0 "$target"
}
