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

@test "the manual renders without errors, and no line is wider than 80 columns" {
	need_program mandoc
	for page in "$top_srcdir"/man/*.[1-9]; do
		mandoc -Tascii "$page" >page.txt
		[ "$(wc -l <page.txt)" -gt 30 ]
		# What the program prints is shown as it is, however wide.
		sed 's/.\x08//g' page.txt | awk 'length > 80' | sed 's/^ *//' |
			grep -vxFf <(console | sed 's/^ *//') >wide.txt || continue
		cat wide.txt
		return 1
	done
}

@test "a command line that a page shows is rendered as it is, and not read as macros or punctuation" {
	need_program mandoc
	for page in "$top_srcdir"/man/*.[1-9]; do
		mandoc -Tascii -Owidth=200 "$page" | sed 's/.\x08//g; s/^ *//' >page.txt
		sed -n '/^\.Dl \$ /{s///; s/\\(dq/"/g; s/\\&//g; s/\\e/\\/g; s/^/$ /p}' "$page" >shown.txt
		grep -vxFf page.txt shown.txt >changed.txt || continue
		cat changed.txt
		return 1
	done
}

@test "every page is installed" {
	same pages "$(cd "$top_srcdir" && printf '%s\n' man/*.[1-9])" \
		"$(grep -o 'man/[a-z-]*\.[1-9]' "$top_srcdir/man/Makemodule.am")"
}

@test "every command is in pinfold(1), and the other way round" {
	same commands "$(commands)" \
		"$(section "$man" DESCRIPTION | sed -n 's/^\.It Xr pinfold-\([a-z-]*\) 1$/\1/p')"
}

@test "every command has a page that names it in its synopsis" {
	for command in $(commands); do
		section "$(page "$command")" NAME | grep -qx "\.Nm pinfold-$command"
		section "$(page "$command")" SYNOPSIS | grep -qx "\.Cm $command"
	done
}

@test "every page of pinfold that a page refers to exists" {
	sed -n 's/^\.\(It \)\{0,1\}Xr \(pinfold[a-z-]*\) \([1-9]\).*/\2.\3/p' "$top_srcdir"/man/*.[1-9] |
		sort -u >referred.txt
	[ "$(wc -l <referred.txt)" -gt 10 ]
	while read -r page; do
		[ -f "$top_srcdir/man/$page" ]
	done <referred.txt
}

@test "every option of each command's --help is on its page, and the other way round" {
	[ "$(commands | wc -l)" -ge 4 ]
	for command in $(commands); do
		same "options of $command" "$(help_options "$command")" "$(man_options "$command")"
	done
}

@test "the options of each command that launches are grouped alike on its page and in its --help" {
	for command in run record check; do
		same "groups of $command" "$(help_groups "$command")" "$(man_groups "$command")"
	done
}

@test "every word that an option chooses from is in the manual, and the other way round" {
	[ "$(for command in $(commands); do help_choices "$command"; done | wc -l)" -ge 8 ]
	for command in $(commands); do
		diff <(help_choices "$command") <(man_choices "$command")
	done
}

@test "every extension of a report is in pinfold-report(5) and pinfold-run(1), and the other way round" {
	extensions=$(help_text run | sed -n 's/^ *--report FILE .*: //p' | sed 's/, /\n/g')
	same extensions "$extensions" "$(sed -n 's/^\.It Pa \(\.[a-z.]*\)$/\1/p' "$man_report")"
	same extensions "$extensions" "$(sed -n '/^\.It Fl -report /,/^\.It Fl -stream /{
		/^\.Pa \./{s///; s/ \.$//; s/ , \./\n/g; s/^/./; s/\n/&./g; p}}' "$(page run)")"
}

@test "an unknown word for such an option is an error that lists the words" {
	for command in $(commands); do
		help_choices "$command" | grep -vx 'net .*\|tty .*\|pen .*' >choices.txt || continue
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

@test "every member of the JSON report is in pinfold-report(5), and the other way round" {
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

@test "the report that pinfold-report(5) shows is the README's" {
	awk '/^\.\\" from README/ { on = 1; next } /^\.Ed/ { on = 0 } on && !/^\./' "$man_report" >report.txt
	[ "$(wc -l <report.txt)" -gt 2 ]
	while IFS= read -r line; do
		grep -qxF -- "$line" "$readme"
	done <report.txt
}
