# SPDX-License-Identifier: GPL-2.0-or-later
# Writes the scripts given as arguments as a C function that returns the one for a shell.
BEGIN {
	print "/* Generated from completions/ at build time. */"
	print "#include <stddef.h>\n#include <string.h>\n"
	print "#include \"cmd/completion.h\"\n"
	print "const char *completion_script(const char *shell)\n{"
}

FNR == 1 {
	if (NR > 1)
		print "\t\t\t;"
	name = FILENAME
	sub(/.*\./, "", name)
	print "\tif (strcmp(shell, \"" name "\") == 0)\n\t\treturn"
}

{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	print "\t\t\t\"" $0 "\\n\""
}

END {
	print "\t\t\t;\n\treturn NULL;\n}"
}
