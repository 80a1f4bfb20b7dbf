# SPDX-License-Identifier: GPL-2.0-or-later
# Reads lines of grep -rn '#include "' src: prints the files that include each other in a circle, in
# the rooms of the list "rooms". A header and its source are one: what a source needs of another is
# what its header promises through it. A file that nothing leads to, or that leads nowhere, is in no
# circle: those are taken away until none is left to take.
{
	split($0, parts, ":")
	from = parts[1]
	sub(/^.*src\//, "", from)
	sub(/\.[ch]$/, "", from)
	match($0, /"[^"]*"/)
	to = substr($0, RSTART + 1, RLENGTH - 2)
	sub(/\.(h|inc)$/, "", to)
	n_includes++
	if (from != to)
		arrows[from " " to] = parts[1] ":" parts[2]
}

function take_away(    arrow, ends, out, into, has_taken)
{
	for (arrow in arrows) {
		split(arrow, ends, " ")
		out[ends[1]] = into[ends[2]] = 1
	}
	for (arrow in arrows) {
		split(arrow, ends, " ")
		if (!(ends[2] in out) || !(ends[1] in into)) {
			delete arrows[arrow]
			has_taken = 1
		}
	}
	return has_taken
}

END {
	while (take_away())
		;
	for (arrow in arrows) {
		split(arrow, ends, "[ /]")
		if (index(" " rooms " ", " " ends[1] " ")) {
			print arrows[arrow] ": is in a circle: " arrow
			failed = 1
		}
	}
	if (n_includes < 500) {
		print "only " n_includes + 0 " includes were found"
		failed = 1
	}
	exit failed
}
