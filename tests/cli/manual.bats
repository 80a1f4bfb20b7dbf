# SPDX-License-Identifier: GPL-2.0-or-later
# The manual, --help and the program say the same, and what the manual shows works.

load lib
load manual

# same WHAT LEFT RIGHT: fails with the difference unless both lists have the same items.
same()
{
	[ -n "$2" ] || { echo "$1: nothing found, so nothing is compared"; return 1; }
	diff <(sort -u <<<"$2") <(sort -u <<<"$3") && return
	echo "$1: '<' is in the program only, '>' in the manual only"
	return 1
}

@test "the manual is sound mdoc" {
	need_program mandoc
	for page in "$top_srcdir"/man/*.[1-9]; do
		mandoc -Tlint -Wwarning "$page"
	done
}

@test "the manual renders without errors" {
	need_program mandoc
	for page in "$top_srcdir"/man/*.[1-9]; do
		mandoc -Tascii "$page" >page.txt
		[ "$(wc -l <page.txt)" -gt 100 ]
	done
}

@test "every command is in pinfold(1), and the other way round" {
	same commands "$(commands)" "$(sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESC/s/^\.Cm //p' "$man")"
	same commands "$(commands)" \
		"$(sed -n '/^\.Sh DESC/,/^\.Ss/s/^\.It Cm //p' "$man")"
}

@test "every option of each command's --help is in pinfold(1), and the other way round" {
	[ "$(commands | wc -l)" -ge 4 ]
	for command in $(commands); do
		same "options of $command" "$(help_options "$command")" "$(man_options "$command")"
	done
}

@test "every word that an option chooses from is in pinfold(1), and the other way round" {
	[ "$(for command in $(commands); do help_choices "$command"; done | wc -l)" -ge 8 ]
	for command in $(commands); do
		diff <(help_choices "$command") <(man_choices "$command")
	done
}

@test "every extension of a report is in pinfold(1), and the other way round" {
	same extensions "$("$pinfold" run --help | sed -n 's/^ *--report FILE .*: //p' | sed 's/, /\n/g')" \
		"$(sed -n 's/^\.It Pa \(\.[a-z.]*\)$/\1/p' "$man")"
}

@test "an unknown word for such an option is an error that lists the words" {
	for command in $(commands); do
		help_choices "$command" | grep -vx 'net .*\|tty .*' >choices.txt || continue
		while read -r option words; do
			run "$pinfold" "$command" "--$option" no-such-word x x
			exits 2
			[[ ${lines[0]} == "pinfold: unknown "*" 'no-such-word'" ]]
			[ "$(sed -n 's/ ([^)]*)//g; s/^hint: [a-z]*: //p' <<<"${lines[1]}")" = "${words//|/, }" ]
		done <choices.txt
	done
}

@test "pinfold(1) names the options that come before a command" {
	for option in help version; do
		"$pinfold" "--$option" >out.txt
		[ -s out.txt ]
		section "$man" SYNOPSIS | grep -q -- "Fl .*-$option"
	done
}

@test "every exit status is in pinfold(1), and the other way round" {
	same "exit statuses" "$(program_statuses)" "$(man_statuses)"
}

@test "every member of the JSON report is in pinfold(1), and the other way round" {
	same members "$(program_members)" "$(man_members)"
}

@test "every verb of the language is in pinfold-policy(5), and the other way round" {
	[ "$(program_verbs | wc -l)" -gt 20 ]
	same verbs "$(program_verbs)" "$(man_verbs)"
}

@test "every built-in set is in pinfold-policy(5), and the other way round" {
	same sets "$(program_sets)" "$(items "$man_policy" Li)"
}

@test "every example of a policy parses" {
	extract_examples >names.txt
	[ "$(wc -l <names.txt)" -ge 6 ]
	while read -r name; do
		run "$pinfold" explain "$name" getpid
		echo "$name: $output"
		[ "$status" -eq 0 ]
		# An example that causes warnings is a bad example.
		[[ $output != *warning:* ]]
	done <names.txt
}

@test "an example with an error would be found" {
	extract_examples >names.txt
	name=$(head -n 1 names.txt)
	echo "alow read" >>"$name"
	run "$pinfold" explain "$name" getpid
	exits 2
}

@test "the sessions in the README go as they are shown" {
	need_trace
	extract_examples >names.txt
	console >shown.txt
	[ "$(grep -c '^\$ ' shown.txt)" -ge 5 ]
	PATH=$top_builddir:$PATH LC_ALL=C replay <shown.txt >here.txt
	diff <(no_offsets <shown.txt) <(no_offsets <here.txt)
}

@test "the report that pinfold(1) shows is the README's" {
	awk '/^\.\\" from README/ { on = 1; next } /^\.Ed/ { on = 0 } on && !/^\./' "$man" >report.txt
	[ "$(wc -l <report.txt)" -gt 2 ]
	while IFS= read -r line; do
		grep -qxF -- "$line" "$readme"
	done <report.txt
}

@test "the examples of pinfold(1) work, in their order" {
	need_trace
	need_program jq
	man_commands >commands.txt
	[ "$(wc -l <commands.txt)" -ge 9 ]
	PATH=$top_builddir:$PATH
	while IFS= read -r line <&9; do
		echo "$line"
		eval "$line" </dev/null 9<&-
	done 9<commands.txt
	[ -s out/users ]
}
