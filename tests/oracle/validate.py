"""validate.py SCHEMA FILE... - do the documents satisfy the JSON Schema (draft 7)?

Prints one line per error; the exit status is 0 when there is none, 1 otherwise.  Rules that a
schema cannot state are checked too: no key twice in an object, and in a results document the `by`
columns first in every row, which all have the keys of the first row in its order; arrays at the
end of a row, all of one length.
"""

import json
import sys

import jsonschema


def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a key stands twice: %s" % sorted(k for k in keys if keys.count(k) > 1))
    return dict(pairs)


def load(path):
    def refuse(literal):
        raise ValueError("not JSON: " + literal)

    with open(path, encoding="utf-8") as f:
        return json.load(f, object_pairs_hook=no_duplicates, parse_constant=refuse)


def row_errors(document):
    for i, analysis in enumerate(document.get("analyses", [])):
        rows = analysis.get("rows", [])
        by = analysis.get("by", [])
        for k, row in enumerate(rows):
            if list(row)[: len(by)] != by or list(row) != list(rows[0]):
                yield "analyses[%d].rows[%d]: keys out of order" % (i, k)
            arrays = [isinstance(v, list) for v in row.values()]
            lengths = {len(v) for v in row.values() if isinstance(v, list)}
            if arrays != sorted(arrays) or len(lengths) > 1:
                yield "analyses[%d].rows[%d]: arrays out of order or length" % (i, k)


def errors(validator, path):
    try:
        document = load(path)
    except ValueError as e:
        return [str(e)]
    found = ["/".join(map(str, e.path)) + ": " + e.message for e in validator.iter_errors(document)]
    return found or list(row_errors(document))


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    schema = load(sys.argv[1])
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    bad = False
    for path in sys.argv[2:]:
        for error in errors(validator, path):
            bad = True
            print("%s: %s" % (path, error))
    sys.exit(bad)


if __name__ == "__main__":
    main()
