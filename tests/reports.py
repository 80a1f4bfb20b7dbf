#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks reports against the schema that users get: reports.py SCHEMA FILE...

The schema permits members that it does not name, such as those of later versions; here a member that
it does not name is an error. Prints what is wrong; the status is 1 if anything is.
"""
import json
import pathlib
import sys

import jsonschema


def close(schema):
    """Makes the objects of the schema refuse members that they do not name."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        schema = list(schema.values())
    if isinstance(schema, list):
        for value in schema:
            close(value)


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    close(schema)
    validator = jsonschema.Draft202012Validator(schema)
    status = 0
    for file in sys.argv[2:]:
        try:
            report = json.loads(pathlib.Path(file).read_bytes())
        except (OSError, ValueError):
            continue  # a test's own bad input, or gone
        for error in validator.iter_errors(report):
            place = "/".join(map(str, error.absolute_path))
            print(f"{file}: {place}: {error.message[:300]}")
            status = 1
    return status


sys.exit(main())
