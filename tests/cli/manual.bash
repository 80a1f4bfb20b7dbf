# SPDX-License-Identifier: GPL-2.0-or-later
# What the test of the manual reads out of pages, program and sources. Each function prints
# one item a line.

man=$top_srcdir/man/pinfold.1
man_policy=$top_srcdir/man/pinfold-policy.5
man_report=$top_srcdir/man/pinfold-report.5
readme=$top_srcdir/README.md
# The texts whose command lines are run and whose sessions are replayed, in the order of reading.
texts=("$readme" "$top_srcdir/docs/tour.md")

commands()
{
	"$pinfold" --help | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on { print $1 }'
}

# help_text COMMAND: its --help, with each option on one line.
help_text()
{
	"$pinfold" "$1" --help | sed -e ':a' -e 'N;$!ba' -e 's/\n \{31\}/ /g'
}

# help_options COMMAND: its options, as "p policy" or "- root".
help_options()
{
	help_text "$1" | sed -n \
		-e 's/^  -\(.\), --\([a-z-]*\) .*/\1 \2/p' \
		-e 's/^      --\([a-z-]*\) .*/- \1/p' | sort
}

# help_groups COMMAND: its options and the group that each is in, as "Policy include-dir".
help_groups()
{
	help_text "$1" | awk '
	/^[A-Z].*:$/ { group = substr($0, 1, length($0) - 1); next }
	/^(  -.,|     ) --/ { for (i = 1; $i !~ /^--/; i++); print group, substr($i, 3) }' | sort
}

# page COMMAND: the file of its page.
page()
{
	echo "$top_srcdir/man/pinfold-$1.1"
}

# man_rows COMMAND: the lines of the options that its page describes.
man_rows()
{
	section "$(page "$1")" OPTIONS | grep '^\.It Fl '
}

# man_shared COMMAND: the options that its page names, because pinfold-run(1) describes them; as
# help_options.
man_shared()
{
	awk '
	/^\.S[hs] / { on = $0 == ".Ss Options shared with run" }
	on && sub(/^\.Fl /, "") {
		letter = "-"
		for (i = 1; i <= NF; i++)
			if ($i ~ /^[a-z]$/) {
				letter = $i
			} else if (sub(/^-/, "", $i)) {
				print letter, $i
				letter = "-"
			}
	}' "$(page "$1")" | sort
}

# man_options COMMAND: as help_options, from its page.
man_options()
{
	{
		man_rows "$1" | awk '{
			if ($3 ~ /^-./)
				print "-", substr($3, 2)
			else
				print $3, substr($6, 2)
		}'
		man_shared "$1"
	} | sort
}

# help_choices COMMAND: the options that take one of some words, as "format text|json".
help_choices()
{
	help_text "$1" |
		sed -n 's/^ .*--\([a-z-]*\) \([a-z]*|[a-z|]*\) [^.].*/\1 \2/p' | sort
}

# man_groups COMMAND: as help_groups, from its page.
man_groups()
{
	section "$(page "$1")" OPTIONS | awk '
	BEGIN { group = "Options" }
	/^\.Ss / { group = substr($0, 5); names = group == "Options shared with run" }
	names && /^\.It / { group = toupper(substr($0, 5, 1)) substr($0, 6) }
	!names && sub(/^\.It Fl (. , Fl )?-/, "") { print group, $1 }
	names && /^\.Fl / { for (i = 2; i <= NF; i++) if (sub(/^-/, "", $i)) print group, $i }
	' | sort
}

# man_choices COMMAND: the same, from its page and, for the options that it names, from that of run.
man_choices()
{
	{
		man_rows "$1"
		for option in $(man_shared "$1" | cut -d ' ' -f 2); do
			man_rows run | grep -- "Fl -$option " || :
		done
	} | sed -n 's/ | /|/g; s/.*Fl -\([a-z-]*\) Cm \([a-z|]*|[a-z]*\)$/\1 \2/p' | sort
}

# section FILE HEADING: the source of a section.
section()
{
	awk -v heading=".Sh $2" '/^\.Sh / { on = $0 == heading } on' "$1"
}

# items FILE MACRO: the words after ".It MACRO", separated by " , " in the page.
items()
{
	sed -n "s/^\.It $2 //p" "$1" | sed 's/ , /\n/g' | sort -u
}

# program_statuses: the statuses of the enum in command.h, but for 0.
program_statuses()
{
	sed -n 's/^\tSTATUS_[A-Z_]* = \([0-9]*\),.*/\1/p' "$top_srcdir/src/cmd/command.h" |
		grep -vx 0 | sort -u
}

man_statuses()
{
	section "$man" "EXIT STATUS" |
		sed -n -e 's/^\.It \([0-9]*\)$/\1/p' -e 's/^\.It \([0-9]*\)+N$/\1/p' | sort -u
}

# program_verbs: those of actions, of statements for the pen, and of the others.
program_verbs()
{
	{
		sed -n 's/^\t\[ACTION_[A-Z_]*\] = { "\([a-z_]*\)", \("\([a-z_]*\)"\)\{0,1\}.*/\1\n\3/p' \
			"$top_srcdir/src/sys/action.c"
		sed -n 's/^\t\t\.verb = "\([a-z_]*\)",$/\1/p' "$top_srcdir"/src/policy/setting_*.c
		sed -n 's/^\t{ "\([a-z_]*\)", LEX_.*/\1/p' "$top_srcdir/src/policy/statement.c"
	} | sed '/^$/d' | sort -u
}

man_verbs()
{
	sed -n 's/^\.It Ic \([a-z_]*\).*/\1/p' "$man_policy" | sort -u
}

program_sets()
{
	sed -n 's/^SET("\(@[a-z0-9-]*\)".*/\1/p' "$top_srcdir/src/sys/set_table.inc" | sort -u
}

# program_members: the members of the JSON report.
program_members()
{
	{
		sed -n 's/.*json_\(object_object_\)\{0,1\}add[a-z_]*([a-z]*, "\([a-z0-9_]*\)".*/\2/p' \
			"$top_srcdir"/src/report/json*.c
		grep -o '\[LIMIT_[A-Z]*\] = "[a-z]*"' "$top_srcdir/src/policy/quantity.c" |
			cut -d '"' -f 2
	} | sort -u
}

man_members()
{
	awk '
	/^\.Sh / { on = $0 == ".Sh THE REPORT AS JSON" }
	on && sub(/^\.(It |Pq )?Va /, "") {
		for (i = 1; i <= NF; i++)
			if ($i ~ /^[a-z0-9_]+$/)
				print $i
	}' "$man_report" | sort -u
}

# extract_examples: writes the policies that the page and the texts show to files here, and
# prints their names.
extract_examples()
{
	awk '
	/^\.\\" example / { name = $3; next }
	name != "" && /^\.Bd / { on = 1; next }
	/^\.Ed/ { if (on) { close(name); print name } on = 0; name = ""; next }
	on { gsub(/\\e/, "\\"); print >name }' "$man_policy"
	awk '
	/^```policy/ { on = 1; name = $2 ? $2 : "readme-" ++n ".policy"; next }
	/^```/ { if (on) { close(name); print name } on = 0; next }
	on { print >name }' "${texts[@]}"
}

# console: the lines of the texts' sessions.
console()
{
	awk '/^```console/ { on = 1; next } /^```/ { on = 0 } on' "${texts[@]}"
}

# replay: runs what stands after "$ " on standard input, and prints the session as it is here.
replay()
{
	local line last=0
	while IFS= read -r line <&9; do
		case $line in
		'$ echo $?') echo "$line" && echo "$last" ;;
		'$ '*)
			echo "$line"
			last=0
			eval "${line#??}" 2>&1 </dev/null 9<&- || last=$?
			;;
		esac
	done 9<&0
}

# no_offsets: those into a program without symbols differ by distribution; and so does where its stack
# ends, since some have frame pointers.
no_offsets()
{
	sed -E 's/^( +at |.*, first at )([^+]*)\+0x[0-9a-f]+.*/\1\2+OFFSET/'
}

# pages: the files of all pages, in the order in which a reader meets them: that of --help, after
# pinfold(1).
pages()
{
	echo "$man"
	for command in $(commands); do
		page "$command"
	done
	printf '%s\n' "$top_srcdir"/man/*.[2-9]
}

# ready_for_examples: what the examples take for granted, besides the policies that are shown.
ready_for_examples()
{
	# A pull request, and the branch that it is for.
	git init -q -b main . && git config user.name test && git config user.email test@example.org
	mkdir ci
	echo 'include app.policy' >ci/check.policy
	echo 'include <default>' >ci/app.policy
	printf '%s\n' 'all:; @true' 'test:; @true' >Makefile
	echo 'echo downloaded' >downloaded.sh
	# As a container's runtime passes it to a hook, without an annotation of ours.
	echo '{"id": "web", "pid": 1}' >state.json
	git add ci Makefile
	git commit -qm policies
	git update-ref refs/remotes/origin/main HEAD
	export BASE=main
}
