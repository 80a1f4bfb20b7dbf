#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks reports: reports.py SCHEMA PINFOLD FILE...

Each fits the schema that users get, which permits members that it does not name, such as those of
later versions; here a member that it does not name is an error. `pinfold report` writes each one to
the same bytes, and in every other format to what the run itself wrote beside it. Prints what is
wrong; the status is 1 if anything is.
"""
import json
import pathlib
import subprocess
import sys

import jsonschema

FORMATS = {".txt": "text", ".md": "markdown", ".sarif": "sarif", ".xml": "junit", ".html": "html",
           ".gitlab.json": "gitlab"}
# The files of one run are written one after the other; another run takes longer.
TOGETHER_NS = 4_000_000


def close(schema):
    """Makes the objects of the schema refuse members that they do not name."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        schema = list(schema.values())
    if isinstance(schema, list):
        for value in schema:
            close(value)


def render(pinfold, file, name, *options):
    """Returns what the report is in the format NAME, and what was said."""
    # Where the run was, as nearly as can be known: files of the policy are named from there.
    done = subprocess.run([pinfold, "report", "--format", name, *options, file.name],
                          cwd=file.parent, capture_output=True, check=False)
    return done.stdout, done.stderr.decode(errors="replace")


def compare(pinfold, file):
    """Yields how the report is not what `pinfold report` makes of it."""
    text = file.read_bytes()
    if text == (json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n").encode():
        return  # as jq writes it: a test has changed it
    again, said = render(pinfold, file, "json")
    if again != text:
        at = next((i for i, (a, b) in enumerate(zip(again, text)) if a != b), 0)
        yield f"read and written again, it differs from byte {at} on: {said}{again[at:at + 60]}"
        return
    for extension, name in FORMATS.items():
        other = file.with_name(file.name.removesuffix(".json") + extension)
        if not other.is_file() or file.name.endswith(".gitlab.json") or abs(
                other.stat().st_mtime_ns - file.stat().st_mtime_ns) > TOGETHER_NS:
            continue
        wanted = other.read_bytes()
        if wanted not in (render(pinfold, file, name)[0], render(pinfold, file, name, "-v")[0]):
            yield f"its {name} is not that of the run"


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    close(schema)
    validator = jsonschema.Draft202012Validator(schema)
    status = 0
    for file in map(pathlib.Path, sys.argv[3:]):
        try:
            report = json.loads(file.read_bytes())
        except (OSError, ValueError):
            continue  # a test's own bad input, or gone
        wrong = []
        for error in validator.iter_errors(report):
            place = "/".join(map(str, error.absolute_path))
            wrong.append(f"{place}: {error.message[:300]}")
        for what in wrong or compare(sys.argv[2], file):
            print(f"{file}: {what}")
            status = 1
    return status


sys.exit(main())
