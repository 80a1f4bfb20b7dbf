# SPDX-License-Identifier: GPL-2.0-or-later
# Writes the policies given as arguments as a C file: one string each, by name.
BEGIN {
	print "/* Generated from policies/ at build time. */"
	print "#include <stddef.h>\n#include <string.h>\n"
	print "#include \"policy/shipped.h\"\n"
	print "static const struct {\n\tconst char *name, *text;\n} policies[] = {"
}

FNR == 1 {
	if (NR > 1)
		print "\t},"
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.policy$/, "", name)
	print "\t{ \"" name "\","
}

{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	print "\t  \"" $0 "\\n\""
}

END {
	print "\t},\n};\n"
	print "const char *policy_shipped_name(unsigned int i)\n{"
	print "\treturn i < sizeof(policies) / sizeof(policies[0]) ? policies[i].name : NULL;\n}\n"
	print "const char *policy_shipped(const char *name)\n{"
	print "\tfor (unsigned int i = 0; policy_shipped_name(i); i++)"
	print "\t\tif (strcmp(policies[i].name, name) == 0)"
	print "\t\t\treturn policies[i].text;"
	print "\treturn NULL;\n}"
}
