#!/usr/bin/python3
"""validate_package.py DATASET... - do the descriptors keep the rules of a Frictionless Data Package?

Those of the specification, version 1 (specs.frictionlessdata.io/data-package), that concern us:
names, unique resources whose paths are relative, stay inside and exist, licences with a name or an
address, titled sources and contributors with a known role.  Beyond it, title, description,
licences, sources and contributors must be there.  Prints one line per fault; exit status 0 without.
"""
import json
import pathlib
import re
import sys

NAME = re.compile(r'[a-z0-9._/-]+')
ROLES = frozenset(('author', 'publisher', 'maintainer', 'wrangler', 'contributor'))
NEEDED = {'title': str, 'description': str, 'licenses': list, 'sources': list, 'contributors': list}


def is_name(value):
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def list_faults(package):
    for key, kind in NEEDED.items():
        if not isinstance(package.get(key), kind) or not package[key]:
            yield '%s: expected, and not empty' % key
    for licence in package.get('licenses', ()):
        if not is_name(licence.get('name', '').lower()) and 'path' not in licence:
            yield 'licenses: name or path expected'
    for source in package.get('sources', ()):
        if not source.get('title'):
            yield 'sources: title expected'
    for person in package.get('contributors', ()):
        if not person.get('title') or person.get('role', 'contributor') not in ROLES:
            yield 'contributors: title and a known role expected'


def resource_faults(resources, directory):
    names = [r.get('name') for r in resources]
    if len(set(names)) != len(names):
        yield 'resources: a name stands twice'
    for r in resources:
        path = r.get('path', '')
        if not is_name(r.get('name')):
            yield 'resources: %s is no name' % r.get('name')
        if not path or path.startswith(('/', '~')) or '..' in path.split('/'):
            yield 'resources: %r does not lie inside' % path
        elif not (directory / path).is_file():
            yield 'resources: %s is missing' % path


def faults(directory):
    package = json.loads((directory / 'datapackage.json').read_text(encoding='utf-8'))
    if not is_name(package.get('name')):
        yield 'name: lower case letters, digits, . _ - expected'
    if package.get('profile', 'data-package') != 'data-package':
        yield 'profile: data-package expected'
    if not package.get('resources'):
        yield 'resources: at least one expected'
    yield from list_faults(package)
    yield from resource_faults(package.get('resources', []), directory)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    found = ['%s: %s' % (name, f) for name in sys.argv[1:] for f in faults(pathlib.Path(name))]
    print('\n'.join(found))
    sys.exit(bool(found))


main()
