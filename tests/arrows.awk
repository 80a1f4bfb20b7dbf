# SPDX-License-Identifier: GPL-2.0-or-later
# Reads tests/arrows.txt, then lines of grep -rn '#include "' src: prints each include that goes where
# no arrow may be. A file is its path below src, without .c or .h: a header and its source are one.
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
	else
		fail("arrows.txt:" FNR ": '" $1 "' is no rule")
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
	if (is_bad(room_of(from), room_of(to)))
		fail(place ": " room_of(from) " must never include " room_of(to) ": " to)
}

END {
	if (n_arrows < 500)
		fail("only " n_arrows + 0 " includes were found")
	exit failed
}
