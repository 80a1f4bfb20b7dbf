#compdef pinfold
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of pinfold's command lines in zsh. pinfold itself knows the words: see pinfold-completion(1).

_pinfold()
{
	local line
	local -a lines names texts

	lines=("${(@f)$(${(Q)~words[1]} completion -- words "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
	for line in "${lines[@]}"; do
		case $line in
		'') ;;
		:file)
			[[ $PREFIX != --*=* ]] || compset -P 1 '*='
			_files
			;;
		:directory)
			[[ $PREFIX != --*=* ]] || compset -P 1 '*='
			_files -/
			;;
		:program*)
			shift ${line#:program } words
			((CURRENT -= ${line#:program }))
			_normal
			;;
		*)
			names+=("${line%%$'\t'*}")
			texts+=("${line/$'\t'/  -- }")
			;;
		esac
	done
	((${#names} == 0)) || compadd -l -d texts -a names
}

if [[ ${funcstack[1]} == _pinfold ]]; then
	_pinfold "$@"
else
	compdef _pinfold pinfold
fi
