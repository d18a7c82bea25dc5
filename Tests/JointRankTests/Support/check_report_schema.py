"""Validates reports against their schema. usage: check_report_schema.py SCHEMA REPORT..."""

import json
import sys

from jsonschema import Draft202012Validator

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
errors = []
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as file:
        errors += [f"{path}: {error.json_path}: {error.message}" for error in validator.iter_errors(json.load(file))]
if errors:
    sys.exit("\n".join(errors))
