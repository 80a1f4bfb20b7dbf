# SPDX-License-Identifier: GPL-2.0-or-later
# Without a trace of failing calls the cause is guessed, from how the command ended and what the pen
# lacks; and not where that is no sign.

load lib

# ended PROGRAM STATUS [OPTION...] -- [ARG...]: a program of that name that ends so; what pinfold says
# of it is in said.
ended()
{
	local program=$1 status=$2 options words
	shift 2
	take_options "$@"
	set -- "${words[@]}"
	printf '#!/bin/sh\nexit %s\n' "$status" >"$program"
	chmod 755 "$program"
	said=$("$pinfold" run --trace "$trace" "${options[@]}" -- "./$program" "$@" 2>&1) || true
	[[ $said != *"pinfold: no trace"* ]] || said=${said#*$'\n'}
}

# guessed TEXT FIX, nothing: what was said.
guessed()
{
	[ "$said" = "pinfold: perhaps caused by the pen: $1
  fix: $2" ] || { echo "$said"; return 1; }
}

nothing()
{
	[ -z "$said" ] || { echo "$said"; return 1; }
}

guesses()
{
	ended curl 6 -- http://example.org
	guessed "it has no network, and the command ended with 6" "--net user"
	ended curl 7 -- http://example.org
	guessed "it has no network, and the command ended with 7" "--net user"
	ended curl 22 -- http://example.org
	nothing
	ended curl 6 --net host -- http://example.org
	nothing
	ended other 6 --
	nothing
	ended git 128 -- clone https://example.org/x
	guessed "it has no network, and the command ended with 128" "--net user"
	ended git 128 --net host -- clone https://example.org/x
	nothing
	ended git 128 -- commit -m x
	guessed "its working directory is read-only, and the command ended with 128" "-w ."
	ended git 128 -w . -- commit -m x
	nothing
	ended git 1 -- commit -m x
	nothing
	ended git 128 -r . -- show x
	nothing
	ended git 128 -- version
	nothing
	ended pip 1 -- install x
	guessed "it has no network, and the command ended with 1" "--net user"
	ended pip 1 -- list
	nothing
	ended anything 127 --
	guessed "a program may be outside it, and the command ended with 127" "-r DIR, the directory of that program"
	ended anything 0 --
	nothing
	ended curl 6 -q --
	nothing
	ended sudo 1 -- true
	[[ $said == "pinfold: perhaps caused by the pen: a set-user-ID bit gives no rights in it, and the command ended with 1
  hint: leave that program out; "* ]]
	ended sudo 0 -- true
	nothing
}

@test "a guess is made from the status alone where there is no trace" {
	trace=none
	guesses
}

@test "a guess is made beside the filter's listener, which sees no failing calls" {
	trace=notify
	guesses
}

@test "no guess is made where failing calls are seen" {
	need_trace
	trace=ebpf
	ended curl 6 -- http://example.org
	[[ $said != *perhaps* ]]
}

@test "what leaves no failing call is guessed where failing calls are seen, of every program of the run" {
	need_trace
	trace=ebpf
	local why='pinfold: perhaps caused by the pen: a set-user-ID bit gives no rights in it, and sudo ended with 3'

	ended sudo 3 -- true
	[ "${said%%$'\n'*}" = "$why" ]
	mv sudo doing
	printf '#!/bin/sh\n./sudo true || exit 9\n' >made
	printf '#!/bin/sh\nexit 3\n' >sudo
	chmod 755 made sudo
	run "$pinfold" run --trace ebpf --report r.json -- ./made
	exits 9
	[ "${lines[0]}" = "$why" ]
	run "$pinfold" report r.json
	[[ $output == *"$why"* ]]
	# What failed because of the pen is the likelier cause.
	printf '#!/bin/sh\n: >/usr/made || exit 3\n' >sudo
	run "$pinfold" run --trace ebpf -- ./made
	exits 9
	[[ $output == *"caused by the pen: cannot write /usr/made"* ]]
	[[ $output != *perhaps* ]]
}

@test "git in another user's directory names what changes that, and the remedies work" {
	need_trace
	need_program git
	[ "$(id -u)" = 0 ] || skip "only root's commands run as another user"
	unset SUDO_UID SUDO_GID
	git init -q work
	cd work
	git -c user.name=n -c user.email=e@example.org commit -q --allow-empty -m first
	chmod -R a+rX ..
	run "$pinfold" run --trace ebpf --report ../r.json -- git log
	exits 128
	[[ $output == *"pinfold: perhaps caused by the pen: its working directory belongs to another user than the command's, and git ended with 128
  fix: -r ."* ]]
	jq -e .enforced.foreign_directory ../r.json
	"$pinfold" run --trace ebpf --report ../r.json -r . -- git log
	jq -e '.enforced.foreign_directory | not' ../r.json
	# Nothing that would not help.
	run "$pinfold" run --trace ebpf -r . -- git log nosuch
	exits 128
	[[ $output != *perhaps* ]]
}
