#!/usr/bin/python3
"""check_second.py - are the datasets of published values what a second reader read?

tests/data/published/second/ holds a second transcription of the same publications, made without
sight of the first.  Each cell of datasets/NAME/cells.csv is looked up in it by place, metric,
statistic and factors, and value, half width, unit, relation and printed text are compared: numbers
digit by digit; of the texts the shorter has to stand in the longer, as one reader quotes more words
than the other.  A factor that one reader alone noted is counted, one that both noted has to agree.
Pictures, whose values no text holds, are compared as places: their curves can be counted in several
ways.  kvm-virtio is compared with its part of rtt-virtualization's second transcription.

differences.csv lists what differs, who is right and why.  A difference that it does not list is a
fault, and so is one that it lists and that is none.  Prints a line per fault, in the columns of
differences.csv, then how many cells agree; exit status 0 without a fault.  It cannot see what both
readers misread, nor where the text that both read departs from the printed page.
"""
import collections
import csv
import pathlib
import sys

TREE = pathlib.Path(__file__).resolve().parents[2]
SECOND = TREE / 'tests/data/published/second'
NAMES = ('nof2016-http-proxy', 'http-proxy-balancing', 'lund-web-server', 'rtt-virtualization',
         'kvm-virtio', 'netperf-osv-kvm-docker')
COMPARED = ('value', 'half_width', 'unit', 'relation')
# Not compared: what the second reader did not note.
OTHER = ('level', 'n', 'note')
LISTED = ('dataset', 'place', 'row', 'column', 'first', 'second')
# The figures of the section on KVM, most of them with VirtIO alone.
KVM_FIGURES = tuple(f'Fig. {i}' for i in range(3, 10))
RIGHT = ('first', 'second', 'both')


def read(path):
    with open(path, encoding='utf-8', newline='') as f:
        return list(csv.DictReader(f))


def place_of(row):
    """Table II; Section 4.1.1 (the figure that the text speaks of is left out)."""
    return row['place'].split(',')[0]


def factors_of(row):
    """Without what says that a factor was not looked at: `all` of its levels."""
    return {k: v for k, v in row.items() if v and v != 'all'
            and k not in COMPARED + OTHER + ('metric', 'statistic', 'printed', 'place')}


def name_of(row):
    return ' '.join(list(factors_of(row).values()) + [row['metric'], row['statistic']])


def is_picture(row):
    return row['relation'] == 'lost' and not row['place'].startswith('Table')


def second_of(name):
    if name != 'kvm-virtio':
        return read(SECOND / f'{name}.csv')
    return [r for r in read(SECOND / 'rtt-virtualization.csv')
            if (r['platform'], r['driver']) == ('kvm', 'virtio') or r['place'] in KVM_FIGURES]


def shared(one, two):
    """How many factors both readers noted for it; -1 if it cannot be the same cell."""
    if any(a != b for a, b in ((place_of(one), place_of(two)), (one['metric'], two['metric']),
                               (one['statistic'], two['statistic']))):
        return -1
    a, b = factors_of(one), factors_of(two)
    common = a.keys() & b.keys()
    return len(common) if all(a[k] == b[k] for k in common) else -1


def pairs_of(first, second):
    """(cell, its counterpart or None); then (None, what is left of the second)."""
    left = list(second)
    for one in first:
        score, i = max(((shared(one, two), -i) for i, two in enumerate(left)), default=(-1, 0))
        yield one, left.pop(-i) if score >= 0 else None
    for two in left:
        yield None, two


def same_words(a, b):
    a, b = sorted((''.join(a.split()), ''.join(b.split())), key=len)
    return bool(a) and a in b


def cell_differences(one, two):
    if one['relation'] == two['relation'] == 'lost':
        return
    for column in COMPARED:
        if one[column] != two[column]:
            yield column, one[column], two[column]
    if not same_words(one['printed'], two['printed']):
        yield 'printed', one['printed'], two['printed']


def picture_differences(name, first, second):
    ours, theirs = ({place_of(r) for r in rows if is_picture(r)} for rows in (first, second))
    for place in sorted(ours ^ theirs):
        where = 'not in source' if place in ours else '', 'not in source' if place in theirs else ''
        yield (name, place, '', '') + where


def differences(name, tally):
    first, second = read(TREE / 'datasets' / name / 'cells.csv'), second_of(name)
    yield from picture_differences(name, first, second)
    for one, two in pairs_of(*([r for r in rows if not is_picture(r)] for rows in (first, second))):
        some = one or two
        where = name, place_of(some), name_of(some)
        if one and two:
            found = list(cell_differences(one, two))
            tally['cells'] += not found
            tally['factors'] += len(factors_of(one).keys() ^ factors_of(two).keys())
            yield from (where + d for d in found)
        else:
            yield where + ('', one['printed'] if one else '', two['printed'] if two else '')


def main():
    listed = read(SECOND / 'differences.csv')
    known = collections.Counter(tuple(r[c] for c in LISTED) for r in listed)
    found = collections.Counter()
    for name in NAMES:
        tally = collections.Counter()
        found.update(differences(name, tally))
        print(f'{name}: {tally["cells"]} cells agree; '
              f'{tally["factors"]} factors of them are noted by one reader only')
    faults = [('not listed',) + d for d in (found - known).elements()]
    faults += [('listed, but no difference',) + d for d in (known - found).elements()]
    faults += [('no verdict or reason',) + tuple(r[c] for c in LISTED) for r in listed
               if r['right'] not in RIGHT or not r['reason']]
    csv.writer(sys.stdout, lineterminator='\n').writerows(faults)
    print(f'{found.total()} differences, {len(faults)} faults')
    sys.exit(bool(faults))


main()
