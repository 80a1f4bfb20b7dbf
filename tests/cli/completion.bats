# SPDX-License-Identifier: GPL-2.0-or-later
# Command lines are completed: by the words that pinfold prints, and in real shells on a terminal.

load lib
load manual

teardown()
{
	[ ! -e tmux ] || tmux -S tmux kill-server 2>/dev/null || :
}

# words WORD...: what the last one may be, without descriptions.
words()
{
	"$pinfold" completion -- words "$@" | cut -f 1
}

@test "every command, and every option of each, is offered" {
	diff <(words '') <(commands)
	for command in $(commands); do
		diff <(words "$command" - | sed -n 's/^--//p' | sort) \
			<(help_options "$command" | cut -d ' ' -f 2 | sort)
	done
}

@test "the words that an option chooses from are offered" {
	for command in $(commands); do
		help_choices "$command" | while read -r option list; do
			diff <(words "$command" "--$option" '') <(tr '|' '\n' <<<"$list")
			diff <(words "$command" "--$option=") <(tr '|' '\n' <<<"$list" | sed "s/^/--$option=/")
		done
	done
}

# offers LIST WORD...: the words for the last WORD are those of LIST, with blanks between.
offers()
{
	[ "$(words "${@:2}" | tr '\n' ' ')" = "$1${1:+ }" ] ||
		{ echo "$2 ...: $(words "${@:2}" | tr '\n' ' '), not $1"; return 1; }
}

@test "each word is completed by what it stands for" {
	offers '<default> :file' run -p '<d'
	offers ':file' run -r /us
	offers ':directory' run --workdir /us
	offers 'net_bind_service net_broadcast' check --capability net_b
	offers 'memory' record -l me
	offers 'nofile' run --rlimit nof
	offers 'net' run --share n
	offers 'openat openat2' run --allow opena
	offers 'read openat read openat2' run --allow 'read opena'
	offers 'EROFS' run -d ERO
	offers '@network-io' run --stream-calls @network-
	offers 'wider,narrower' convert --accept wider,n
	offers 'x86_64 x86 x32' explain --arch x
	offers '<base> :file' lint '<b'
	offers '<base> :file' lint x.policy '<b'
	offers 'socket socketcall socketpair' explain x.policy sock
	offers 'socket socketcall socketpair' explain x.policy --arch x86 sock
	offers '--severity' lint x.policy --sev
	offers '--arch=x86_64 --arch=x86 --arch=x32' explain x.policy read --arch=x
	offers ':file' lint x.policy -- --sev
	offers 'lint' help li
	offers ':program 3' run -q ls
	offers ':program 4' run -q -- ls
	offers ':program 4' run -p x ls -l
	offers '' run --hostname x
	offers '' no-such-command --x
}

# on_terminal SHELL TYPED EXPECTED: the shell completes what is typed on a terminal.
on_terminal()
{
	local shown tries
	tmux -S tmux send-keys -t "$1" C-u C-l
	tmux -S tmux send-keys -t "$1" -l "$2"
	tmux -S tmux send-keys -t "$1" Tab
	for ((tries = 0; tries < 100; tries++)); do
		shown=$(tmux -S tmux capture-pane -p -t "$1")
		[[ $shown != *"$3"* ]] || return 0
		sleep 0.05
	done
	echo "$1 makes of '$2', instead of '$3':"
	echo "$shown"
	return 1
}

# shell_completes SHELL COMMAND...: starts it as a user's, with the script, and tries some lines.
shell_completes()
{
	need_program "$1"
	need_program tmux
	mkdir directory
	touch directory/some.policy
	"$pinfold" completion "$1" >script
	HOME=$PWD PATH=$top_builddir:$PATH TERM=screen tmux -S tmux -f /dev/null new-session -d \
		-s "$1" -x 150 -y 40 "${@:2}"
	on_terminal "$1" 'pinfold expl' 'pinfold explain'
	on_terminal "$1" 'pinfold run --compl' 'pinfold run --complain'
	on_terminal "$1" 'pinfold run --trace=noti' 'pinfold run --trace=notify'
	on_terminal "$1" 'pinfold lint --severity err' 'pinfold lint --severity error'
	on_terminal "$1" 'pinfold explain x getpi' 'pinfold explain x getpid'
	on_terminal "$1" 'pinfold run -p directory/so' 'pinfold run -p directory/some.policy'
	on_terminal "$1" 'pinfold run -q -- pinfo' 'pinfold run -q -- pinfold'
}

@test "bash completes on a terminal" {
	shell_completes bash bash --noprofile --rcfile script -i
}

@test "zsh completes on a terminal" {
	echo 'autoload -U compinit; compinit -u -D; source ./script' >.zshrc
	shell_completes zsh env ZDOTDIR="$PWD" zsh -i
}

@test "fish completes on a terminal" {
	mkdir -p .config/fish
	echo 'source ./script' >.config/fish/config.fish
	shell_completes fish env XDG_CONFIG_HOME="$PWD/.config" fish -i
}

@test "a shell that is unknown is an error that lists those known" {
	run "$pinfold" completion tcsh
	exits 2
	[[ $output == *"unknown shell 'tcsh'"*"shells: bash, zsh, fish"* ]]
}
