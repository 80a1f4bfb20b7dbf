# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of pinfold's command lines in bash. pinfold itself knows the words: see pinfold-completion(1).

_pinfold()
{
	local current=${COMP_WORDS[COMP_CWORD]} line word i
	local -a words=() lines=()

	# readline splits a word at "=", and keeps its first quote.
	for ((i = 1; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [[ ${#words[@]} -gt 0 && ( $word == = || ${COMP_WORDS[i - 1]} == = ) ]]; then
			words[${#words[@]} - 1]+=${word#[\"\']}
		else
			words+=("${word#[\"\']}")
		fi
	done
	COMPREPLY=()
	mapfile -t lines < <("${COMP_WORDS[0]/#\~/$HOME}" completion -- words "${words[@]}" 2>/dev/null)
	[[ $current != = ]] || current=
	word=${words[-1]}
	for line in "${lines[@]}"; do
		case $line in
		:file) compopt -o filenames && mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "${current#[\"\']}") ;;
		:directory) compopt -o filenames && mapfile -t COMPREPLY < <(compgen -d -- "${current#[\"\']}") ;;
		:program*)
			if declare -F _command_offset >/dev/null; then
				_command_offset "${line#:program }"
			else
				mapfile -t COMPREPLY < <(compgen -c -- "$current")
			fi
			;;
		*)
			line=${line%%$'\t'*}
			[[ $word != --*=* ]] || line=${line#"${word%%=*}="}
			[[ $current == [\"\']* ]] || line=$(printf %q "$line")
			COMPREPLY+=("$line")
			;;
		esac
	done
}

complete -F _pinfold pinfold
