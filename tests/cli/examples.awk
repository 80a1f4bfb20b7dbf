# SPDX-License-Identifier: GPL-2.0-or-later
# Finds the command lines in a page of the manual, in a text in Markdown, or in a --help: prints each as
# "run<TAB>LINE", "needs<TAB>PROGRAM<TAB>LINE" if its source says that it takes a program that not every
# machine has, or "mark<TAB>REASON<TAB>LINE" if its source says why it cannot be run:
#	.\" not run: REASON		before the display of a page
#	.\" needs PROGRAM		likewise
#	<!-- not run: REASON -->	before the block of a text
# A line that only shows a session is "session<TAB>LINE": it is replayed and compared.

# Prints LINE, which is complete unless it ends with a backslash.
function found(line) {
	if (sub(/\\$/, "", line)) {
		rest = rest line
		return
	}
	sub(/^[ \t]+/, "", line)
	line = rest line
	rest = ""
	if (line != "")
		print (reason != "" ? "mark\t" reason : needed != "" ? "needs\t" needed : kind) "\t" line
}

function plain(text) {
	gsub(/\\\(dq/, "\"", text)
	gsub(/\\&/, "", text)
	gsub(/\\e/, "\\", text)
	return text
}

BEGIN { kind = "run" }

# A page.
sub(/^\.\\" not run: /, "") { reason = $0; next }
sub(/^\.\\" needs /, "") { needed = $0; next }
sub(/^\.Dl \$ /, "") { found(plain($0)); reason = needed = ""; next }
/^\.Bd -literal/ { in_display = 1; next }
/^\.Ed/ { in_display = 0; reason = needed = ""; next }
in_display && (rest != "" || sub(/^\$ /, "")) { found(plain($0)); next }

# A text.
/^<!-- not run: .* -->$/ { reason = substr($0, 15, length($0) - 18); next }
/^```(console|sh)$/ { in_block = 1; kind = $0 == "```sh" ? "run" : "session"; next }
/^```/ { in_block = 0; reason = ""; kind = "run"; next }
in_block && kind == "session" && reason == "" && sub(/^\$ /, "") { found($0); next }
in_block && (kind == "run" || sub(/^\$ /, "")) { found($0); next }

# A help.
/^Examples:$/ { in_help = 1; next }
in_help && sub(/^  pinfold /, "pinfold ") { found($0) }
