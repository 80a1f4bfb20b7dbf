#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""sarif.py fits SCHEMA FILE...: each FILE fits the schema. sarif.py apply FILE: applies the fix of
the first result that has one, as a viewer of SARIF would, the last edit of a file first."""
import json
import pathlib
import sys
import urllib.parse


def fits(schema_name, *names):
    import jsonschema
    schema = json.loads(pathlib.Path(schema_name).read_bytes())
    validator = jsonschema.validators.validator_for(schema)(schema)
    status = 0
    for name in names:
        for error in validator.iter_errors(json.loads(pathlib.Path(name).read_bytes())):
            print(f"{name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
            status = 1
    return status


def apply(name):
    log = json.loads(pathlib.Path(name).read_bytes())
    results = [one for one in log["runs"][0]["results"] if "fixes" in one]
    for change in results[0]["fixes"][0]["artifactChanges"]:
        uri = change["artifactLocation"]["uri"]
        path = pathlib.Path(urllib.parse.unquote(uri.removeprefix("file://")))
        text = path.read_bytes().decode()
        starts = [0]
        for line in text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        edits = []
        for one in change["replacements"]:
            region = one["deletedRegion"]
            edits.append((starts[region["startLine"] - 1] + region["startColumn"] - 1,
                          starts[region["endLine"] - 1] + region["endColumn"] - 1,
                          one.get("insertedContent", {}).get("text", "")))
        for begin, end, inserted in sorted(edits, reverse=True):
            text = text[:begin] + inserted + text[end:]
        path.write_bytes(text.encode())
    return 0


sys.exit({"fits": fits, "apply": apply}[sys.argv[1]](*sys.argv[2:]))
