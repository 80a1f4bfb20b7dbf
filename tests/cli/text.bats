# SPDX-License-Identifier: GPL-2.0-or-later
# Text for people: colours, columns and length.

load lib

# Neither the caller's terminal nor its wishes.
setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	unset NO_COLOR CLICOLOR_FORCE
	export TERM=xterm
}

# coloured: standard input has a colour.
coloured()
{
	grep -qF $'\e['
}

# on_terminal ROWS COLUMNS COMMAND [ARG...]: what a terminal of that size gets of it, in $output.
on_terminal()
{
	need_program script
	local rows=$1 columns=$2
	shift 2
	run script -qefc "stty rows $rows cols $columns; exec $(printf '%q ' "$@")" /dev/null </dev/null
	output=$(tr -d '\r' <<<"$output")
}

# plain: standard input without colours.
plain()
{
	sed $'s/\e\\[[0-9;]*m//g'
}

# rows COLUMNS: how many rows of a terminal standard input takes.
rows()
{
	plain | python3 -c '
import sys, unicodedata
columns, n = int(sys.argv[1]), 0
for line in sys.stdin.buffer.read().decode().splitlines():
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
    n += max(1, -(-width // columns))
print(n)' "$1"
}

@test "a terminal is coloured, a log is not; each can be had the other way" {
	echo bad >a.policy
	fails coloured < <("$pinfold" lint a.policy 2>&1)
	on_terminal 24 80 "$pinfold" lint a.policy
	coloured <<<"$output"
	exits 2
	on_terminal 24 80 "$pinfold" lint --color never a.policy
	fails coloured <<<"$output"
	on_terminal 24 80 env NO_COLOR=1 "$pinfold" lint a.policy
	fails coloured <<<"$output"
	on_terminal 24 80 env NO_COLOR= "$pinfold" lint a.policy
	coloured <<<"$output"
	on_terminal 24 80 env TERM=dumb "$pinfold" lint a.policy
	fails coloured <<<"$output"
	coloured < <("$pinfold" lint --color always a.policy 2>&1)
	coloured < <(CLICOLOR_FORCE=1 "$pinfold" lint a.policy 2>&1)
	fails coloured < <(CLICOLOR_FORCE=0 "$pinfold" lint a.policy 2>&1)
	fails coloured < <(NO_COLOR=1 CLICOLOR_FORCE=1 "$pinfold" lint a.policy 2>&1)
	coloured < <(NO_COLOR=1 "$pinfold" lint --color always a.policy 2>&1)
}

@test "every command takes the option, and an error among the options obeys it" {
	for command in $("$pinfold" --help | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on { print $1 }'); do
		coloured < <("$pinfold" "$command" --color always --no-such 2>&1)
		fails coloured < <(CLICOLOR_FORCE=1 "$pinfold" "$command" --color never --no-such 2>&1)
		"$pinfold" "$command" --color never --help >help
	done
	run "$pinfold" run --color red -- true
	exits 2
	[ "$output" = "pinfold: unknown choice of colours 'red'
hint: choices: auto, always, never" ]
}

@test "the colours are those of compilers, around the same words" {
	printf 'policy 1\nallow opn\ndefault allow\n' >a.policy
	run "$pinfold" lint --color always a.policy
	plain <<<"$output" >plain.txt
	"$pinfold" lint a.policy 2>&1 | cmp - plain.txt
	grep -qF $'\e[1ma.policy:2:7:\e[0m \e[1;35mwarning:\e[0m ' <<<"$output"
	grep -qF $'\e[32mhint:\e[0m ' <<<"$output"
	run "$pinfold" diff --color always '<default>' a.policy
	grep -q $'^\e\\[1;35mwider:\e\\[0m ' <<<"$output"
	# Formats for programs have none.
	run "$pinfold" lint --color always --format json a.policy
	exits 1
	printf '%s\n' "$output" >a.json
	fails coloured <a.json
	run "$pinfold" lint --color always --format sarif a.policy
	printf '%s\n' "$output" >a.sarif
	fails coloured <a.sarif
}

@test "files have no colours, whatever standard error has" {
	need_trace
	printf 'deny EACCES mkdir mkdirat\ninclude <default>\n' >a.policy
	options=()
	for extension in txt json md sarif xml gitlab.json; do
		options+=(--report "r.$extension")
	done
	on_terminal 24 80 "$pinfold" run --color always "${options[@]}" --stream r.stream -p a.policy -- mkdir /tmp/a
	coloured <<<"$output"
	grep -qF $': \e[1;31mEACCES\e[0m, 1 time, first by mkdir' <<<"$output"
	grep -qF $'    \e[32mfix:\e[0m allow mkdir' <<<"$output"
	for extension in txt json md sarif xml gitlab.json stream; do
		[ -s "r.$extension" ]
		fails coloured <"r.$extension"
	done
	"$pinfold" check --color always --format github -p a.policy -- mkdir /tmp/a 2>log && false
	grep '^::' log >commands
	fails coloured <commands
	"$pinfold" check --color always --format json -p a.policy -- mkdir /tmp/a 2>log && false
	fails coloured <log
}

@test "the caret is below its column, whatever comes before it" {
	# Two columns for CJK and emoji, none for what joins the character before.
	while IFS='~' read -r line caret; do
		printf '%b\n' "$line" >a.policy
		run "$pinfold" lint a.policy
		exits 2
		[ "${lines[1]}" = "  $(printf %b "$line")" ]
		[ "${lines[2]}" = "  $(printf %b "$caret")^" ]
	done <<-'ROWS'
		user "日本" x~            
		user "e\u0301😀" x~           
		user\t"x\u1112\u1161\u11ab" x~    \t      
		user "\u00e4" x~         
	ROWS
	# What is no character, or no harmless one, counts as it is shown.
	printf 'user "\xff" x\n' >a.policy
	run "$pinfold" lint a.policy
	[ "${lines[1]}" = '  user "\xff" x' ]
	[ "${lines[2]}" = '        ^' ]
}

many_policy()
{
	need_trace
	need_program python3
	cat >many.py <<-'PYTHON'
		import ctypes
		call = ctypes.CDLL(None).syscall
		for protocol in range(120):
		    call(41, 2, 77, protocol + 1)
		for number in (135, 139, 103, 161):
		    call(number, 1, 1)
	PYTHON
	printf '%s\n' 'deny EIO socket if type == 77' 'deny EPERM personality' 'deny EPERM sysfs' \
		'deny EPERM syslog' 'deny EPERM chroot' 'include <default>' >many.policy
}

# left_out: how many kinds the lines that count them say.
left_out()
{
	awk '$1 == "and" && $3 ~ /^other/ { n += $2 } END { print n + 0 }'
}

@test "the report fits the terminal, has every rule that it has room for, and counts the rest" {
	many_policy
	local shown height width
	for size in '24 80' '30 120' '60 200' '12 60'; do
		read -r height width <<<"$size"
		on_terminal "$height" "$width" "$pinfold" run -p many.policy -r . -- python3 many.py
		exits 0
		[ "$(rows "$width" <<<"$output")" -lt "$height" ]
		shown=$(grep -c '^    by ' < <(plain <<<"$output"))
		[ $((shown + $(left_out <<<"$output"))) -eq 124 ]
		grep -q ' (-v shows all)$' <<<"$output"
	done
	# Where there is room for five, every rule has one.
	on_terminal 60 200 "$pinfold" run -p many.policy -r . -- python3 many.py
	for call in personality sysfs syslog chroot socket; do
		grep -q "^  $call(" <<<"$output"
	done
	# A log is as long as a usual terminal.
	run "$pinfold" run -p many.policy -r . -- python3 many.py
	[ "${#lines[@]}" -le 24 ]
	run "$pinfold" run -v -p many.policy -r . -- python3 many.py
	[ "$(grep -c '^    by ' <<<"$output")" -eq 124 ]
	fails grep -q 'shows all' <<<"$output"
}

@test "of a call that is longer than two rows, the middle is left out; a file has all" {
	need_trace
	printf 'deny EACCES mkdir\ninclude <default>\n' >a.policy
	local name
	name=/tmp/$(printf '日%.0s' {1..60})x
	on_terminal 24 60 "$pinfold" run --report r.txt -p a.policy -- mkdir "$name"
	exits 1
	grep -qF "  mkdir(\"$name\", 0o777): EACCES" r.txt
	line=$(plain <<<"$output" | grep '^  mkdir(')
	[[ $line =~ ^'  mkdir("/tmp/日'.*日\[[0-9]+' bytes left out]'日.*', 0o777): EACCES, 1 time, '.* ]]
	iconv -f utf-8 -t utf-8 <<<"$line" >copy
}
