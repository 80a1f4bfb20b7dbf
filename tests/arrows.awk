# SPDX-License-Identifier: GPL-2.0-or-later
# Reads tests/arrows.txt, then lines of grep -rn '#include "' src: prints each include for which there
# must be no arrow, and each that is part of a cycle in a room that must have none. A file is its path
# below src, without .c or .h: a header and its source are one.
function fail(words)
{
	print words
	failed = 1
}

function room_of(file,    parts)
{
	if (file in rooms)
		return rooms[file]
	return split(file, parts, "/") > 1 ? parts[1] : "main"
}

# bad FROM TO: whether an arrow between these rooms must never be.
function is_bad(from, to)
{
	if (from == to)
		return 0
	if (from in only)
		return index(only[from], " " to " ") == 0
	return (from " " to) in never
}

function take_rule(    i)
{
	if ($1 == "room")
		for (i = 3; i <= NF; i++)
			rooms[$i] = $2
	else if ($1 == "only") {
		only[$2] = " "
		for (i = 4; i <= NF; i++)
			only[$2] = only[$2] $i " "
	} else if ($1 == "never")
		for (i = 4; i <= NF; i++)
			never[$2 " " $i] = 1
	else if ($1 == "apart")
		for (i = 2; i <= NF; i++)
			is_apart[$i] = 1
	else
		fail("arrows.txt:" FNR ": '" $1 "' is not a rule")
}

# Removes the arrows from files that nothing leads to, and to those that lead nowhere: they are in no
# cycle. Returns whether there were any.
function take_away(    arrow, ends, leads, is_led_to, has_taken)
{
	for (arrow in arrows) {
		split(arrow, ends, " ")
		leads[ends[1]] = is_led_to[ends[2]] = 1
	}
	for (arrow in arrows) {
		split(arrow, ends, " ")
		if (!(ends[2] in leads) || !(ends[1] in is_led_to)) {
			delete arrows[arrow]
			has_taken = 1
		}
	}
	return has_taken
}

FNR == NR {
	if ($0 !~ /^(#|$)/)
		take_rule()
	next
}

{
	split($0, parts, ":")
	place = parts[1] ":" parts[2]
	from = parts[1]
	sub(/^.*src\//, "", from)
	sub(/\.[ch]$/, "", from)
	match($0, /"[^"]*"/)
	to = substr($0, RSTART + 1, RLENGTH - 2)
	sub(/\.(h|inc)$/, "", to)
	n_arrows++
	if (from != to && room_of(from) == room_of(to))
		arrows[from " " to] = place
	if (is_bad(room_of(from), room_of(to)))
		fail(place ": " room_of(from) " must never include " room_of(to) ": " to)
}

END {
	while (take_away())
		;
	for (arrow in arrows) {
		split(arrow, ends, " ")
		if (room_of(ends[1]) in is_apart)
			fail(arrows[arrow] ": is part of a cycle: " ends[1] " includes " ends[2])
	}
	if (n_arrows < 500)
		fail("only " n_arrows + 0 " includes were found")
	exit failed
}
