# SPDX-License-Identifier: GPL-2.0-or-later
# Whether what convert writes is a profile by the runtime specification.

schema=$top_srcdir/../shared/data/runtime-spec

# fits_schema FILE: the seccomp object passes the runtime specification's schema.
fits_schema()
{
	python3 -W ignore - "$schema" "$1" <<-'PYTHON'
	import json, os, sys, jsonschema
	base, profile = sys.argv[1] + "/", json.load(open(sys.argv[2]))
	store = {"file://" + base + f: json.load(open(base + f)) for f in os.listdir(base)}
	schema = json.load(open(base + "config-linux.json"))["linux"]
	resolver = jsonschema.RefResolver("file://" + base + "config-linux.json", schema, store=store)
	jsonschema.Draft4Validator(schema, resolver=resolver).validate({"seccomp": profile})
	PYTHON
}
