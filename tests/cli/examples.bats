# SPDX-License-Identifier: GPL-2.0-or-later
# Every command line that README, docs/tour.md, the pages of the manual and the helps show is run, or its
# source says why it cannot be.

load lib
load manual

# At most so many may carry a mark.
marks_max=15

# shown: all command lines, in the order in which a reader meets them.
shown()
{
	local command text
	for text in "${texts[@]}" $(pages); do
		awk -f "$top_srcdir/tests/cli/examples.awk" "$text"
	done
	for command in $(commands); do
		"$pinfold" help "$command" | awk -f "$top_srcdir/tests/cli/examples.awk"
	done
	"$pinfold" --help | awk -f "$top_srcdir/tests/cli/examples.awk"
}

# The lines take it that pinfold is installed where sudo looks for it. Root needs no sudo.
sudo()
{
	if type -P sudo >/dev/null; then
		command sudo env "PATH=$PATH" "$@"
	else
		"$@"
	fi
}

@test "every command line that is shown runs, in one directory and in the order of the pages" {
	need_trace
	need_program jq
	shown >shown.txt
	[ "$(grep -c ^run shown.txt)" -ge 85 ]
	[ "$(grep -c ^needs shown.txt)" -ge 5 ]
	extract_examples >policies.txt
	ready_for_examples
	PATH=$top_builddir:$PATH
	export TMPDIR=$PWD
	while IFS=$'\t' read -r kind line <&9; do
		if [ "$kind" = needs ]; then
			program=${line%%$'\t'*}
			line=${line#*$'\t'}
			command -v "$program" >/dev/null ||
				{ echo "# not run, because $program is not installed: $line" >&3; continue; }
		elif [ "$kind" != run ]; then
			continue
		fi
		eval "$line" </dev/null >printed.txt 2>&1 9<&- && continue
		echo "status $? of: $line"
		tail printed.txt
		return 1
	done 9<shown.txt
	[ -s out/users ]
}

@test "the sessions that are shown go as they are shown" {
	need_trace
	extract_examples >policies.txt
	console >shown.txt
	[ "$(grep -c '^\$ ' shown.txt)" -ge 5 ]
	PATH=$top_builddir:$PATH LC_ALL=C replay <shown.txt >here.txt
	diff <(no_offsets <shown.txt) <(no_offsets <here.txt)
}

@test "at most $marks_max command lines cannot be run, and each says why" {
	shown | grep ^mark >marks.txt || :
	cat marks.txt
	[ "$(wc -l <marks.txt)" -le "$marks_max" ]
	run grep -vP '^mark\t[^\t]{10,}\t.' marks.txt
	exits 1
}

@test "no command line is shown in another form, which would not be run" {
	# In a display of a page it begins with "$ ", and a sentence has at most a form of it: ... FILE.
	grep -n '^\.Dl pinfold\|^pinfold [a-z]* \|^\.Ql pinfold [a-z]* -' "$top_srcdir"/man/*.[1-9] |
		grep -v ' [A-Z]\{3,\}' >found.txt || :
	cat found.txt
	[ ! -s found.txt ]
}

@test "what is not found, or marked without a reason, would be seen" {
	printf '%s\n' '.Dl $ one \(dqa\(dq' '.\" not run: it takes a moon' '.Dl $ two' '.Bd -literal' \
		'$ three \e' '    more' 'text' '.Ed' '.\" needs tar' '.Dl $ six' '<!-- not run: never -->' '```sh' four '```' '```console' \
		'$ five' out '```' >text
	awk -f "$top_srcdir/tests/cli/examples.awk" text >found.txt
	printf '%s\n' 'run	one "a"' 'mark	it takes a moon	two' 'run	three more' 'needs	tar	six' \
		'mark	never	four' \
		'session	five' | diff - found.txt
}
