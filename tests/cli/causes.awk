# SPDX-License-Identifier: GPL-2.0-or-later
# got.tsv, then expected.tsv: prints what is not as expected, and fails.
function fits(got, wanted,    pattern)
{
	if (wanted !~ /\*/)
		return got == wanted
	pattern = wanted
	sub(/\*.*/, "", pattern)
	return index(got, pattern) == 1
}

FILENAME == ARGV[1] {
	key = $1 FS $2 FS $3
	verdict[key] = $4
	fix[key] = $5
	count[key] += $6
	next
}

$4 == "-" { next }

{
	key = $1 FS $2 FS $3
	n++
	if ($2 == "0") {
		print "did not fail: " $0
		bad++
	} else if (!(key in verdict)) {
		print "not reported: " $0
		bad++
	} else if (verdict[key] != $4 || ($4 == "pen" && !fits(fix[key], $5))) {
		print "is " verdict[key] ", " fix[key] ": " $0
		bad++
	}
	seen[key]++
}

END {
	for (key in seen)
		if (count[key] < seen[key]) {
			print "counted " count[key] " of " seen[key] ": " key
			bad++
		}
	if (!n)
		print "nothing was compared"
	exit bad || !n
}
