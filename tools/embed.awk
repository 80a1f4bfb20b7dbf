# SPDX-License-Identifier: GPL-2.0-or-later
# Writes the files given as arguments as a C file: one string for each, by its name without the
# extension "cut". The header "header" declares the two functions, named "called" and "called"_name.
BEGIN {
	print "/* Generated at build time. */"
	print "#include <stddef.h>\n#include <string.h>\n"
	print "#include \"" header "\"\n"
	print "static const struct {\n\tconst char *name, *text;\n} files[] = {"
}

FNR == 1 {
	if (NR > 1)
		print "\t},"
	name = FILENAME
	sub(/.*\//, "", name)
	if (cut != "" && substr(name, length(name) - length(cut) + 1) == cut)
		name = substr(name, 1, length(name) - length(cut))
	print "\t{ \"" name "\","
}

{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	print "\t  \"" $0 "\\n\""
}

END {
	print "\t},\n};\n"
	print "const char *" called "_name(unsigned int i)\n{"
	print "\treturn i < sizeof(files) / sizeof(files[0]) ? files[i].name : NULL;\n}\n"
	print "const char *" called "(const char *name)\n{"
	print "\tfor (unsigned int i = 0; " called "_name(i); i++)"
	print "\t\tif (strcmp(files[i].name, name) == 0)"
	print "\t\t\treturn files[i].text;"
	print "\treturn NULL;\n}"
}
