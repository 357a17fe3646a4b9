#!/usr/bin/python3
"""check_published.py CHECK [FILE] - are the datasets of published values true to themselves?

  printed     each `printed` text, read by the rules of its language, gives value and half_width, and
              its words and signs the relation
  schema      each CSV keeps the table schema of its datapackage.json
  sums        what the papers' tables have to add up to, counted by hand from the papers
  subset      every value of kvm-virtio stands in rtt-virtualization
  quoted FILE the output of `vanalyze ci --csv` for all of them gives value and interval back, in
              base units computed here with decimal arithmetic
Prints a line per fault; exit status 0 without.
"""
import csv
import decimal
import json
import pathlib
import re
import sys

D = decimal.Decimal
ROOT = pathlib.Path(__file__).resolve().parents[2] / 'datasets'
NAMES = ('nof2016-http-proxy', 'http-proxy-balancing', 'lund-web-server', 'rtt-virtualization',
         'kvm-virtio', 'netperf-osv-kvm-docker')
DECIMAL_COMMA = 'http-proxy-balancing'
RANGE = re.compile(r'(\d+)-(\d+)')
NUMBER = re.compile(r'\d+(?:\.\d+)?')
# What in a printed text means that the number is not exact, or a bound.
WORDS = (('lower than', 'below'), ('tops', 'above'), ('≈', 'about'), ('close to', 'about'),
         ('around', 'about'), ('aproximadamente', 'about'))
SIGNS = (('%', 'pct'), (' ms', 'ms'), (' seconds', 's'))
BASE = {'ns': ('ns', 1), 'ms': ('ns', 10 ** 6), 's': ('ns', 10 ** 9), 'pct': ('pct', 1),
        'ratio': ('ratio', 1), 'count': ('count', 1), 'Mbps': ('bps', 10 ** 6),
        'KBps': ('bps', 8192)}


def rows_of(name, table='cells'):
    with open(ROOT / name / f'{table}.csv', encoding='utf-8', newline='') as f:
        return list(csv.DictReader(f))


def all_rows():
    for name in NAMES:
        for i, row in enumerate(rows_of(name)):
            yield name, f'{name}: row {i + 1}', row


def printed_numbers(name, row):
    text = row['printed']
    if name == DECIMAL_COMMA:
        text = text.replace(',', '.')
    if RANGE.fullmatch(text):
        return [RANGE.fullmatch(text)[1 if row['statistic'] == 'min' else 2]]
    return NUMBER.findall(text)


def check_printed(_):
    for name, place, row in all_rows():
        if row['relation'] == 'lost':
            if row['printed'] != 'not in source' or row['value'] or row['half_width']:
                yield f'{place}: a lost cell says "not in source" and nothing else'
            continue
        numbers = [D(n) for n in printed_numbers(name, row)]
        stated = [D(row[k]) for k in ('value', 'half_width') if row[k]]
        if numbers != stated:
            yield f'{place}: "{row["printed"]}" is {numbers}, not {stated}'
        if ('±' in row['printed']) != bool(row['half_width']):
            yield f'{place}: an interval is printed, or is not'
        for word, relation in WORDS:
            if word in row['printed'] and row['relation'] != relation:
                yield f'{place}: "{row["printed"]}" is {relation}, not {row["relation"]}'
        for sign, unit in SIGNS:
            if sign in row['printed'] and row['unit'] != unit:
                yield f'{place}: "{row["printed"]}" is in {unit}, not {row["unit"]}'


def field_faults(place, field, text):
    rule = field.get('constraints', {})
    if text == '':
        if rule.get('required'):
            yield f'{place}: {field["name"]} is empty'
        return
    if field['type'] in ('number', 'integer'):
        try:
            number = D(text)
        except decimal.InvalidOperation:
            yield f'{place}: {field["name"]}: {text} is no number'
            return
        if field['type'] == 'integer' and number != number.to_integral_value():
            yield f'{place}: {field["name"]}: {text} is no integer'
        if number < rule.get('minimum', number):
            yield f'{place}: {field["name"]}: {text} is below the minimum'
    if text not in rule.get('enum', [text]):
        yield f'{place}: {field["name"]}: {text} is not one of {rule["enum"]}'


def check_schema(_):
    for name in NAMES:
        package = json.loads((ROOT / name / 'datapackage.json').read_text(encoding='utf-8'))
        if not package['title'].startswith('Published values'):
            yield f'{name}: the title does not say that the values are published'
        for resource in package['resources']:
            fields = resource['schema']['fields']
            rows = rows_of(name, pathlib.Path(resource['path']).stem)
            if not rows or list(rows[0]) != [f['name'] for f in fields]:
                yield f'{name}: {resource["path"]}: other columns than in its schema'
                continue
            for i, row in enumerate(rows):
                for field in fields:
                    yield from field_faults(f'{name}: {resource["path"]}: row {i + 1}', field,
                                            row[field['name']])


def total(name, **levels):
    return sum(D(r['value']) for r in rows_of(name)
               if r['value'] and all(r[k] == v for k, v in levels.items()))


def check_sums(_):
    rtt = 'rtt-virtualization'
    for what, found, expected in (
            # 5 x 4, 5 x 4 and 4 x 4 cells
            ('cells of Tables II to IV', sum(bool(r['value']) for r in rows_of(NAMES[0])), 56),
            # shares of outliers; Table 4 is 0.01 short of 100 in the paper
            ('Table 4', total(rtt, place='Table 4'), D('99.99')),
            ('Table 6', total(rtt, place='Table 6'), D('100.0')),
            ('known share of Table 5', total(rtt, place='Table 5'), D('0.1')),
            ('lost rows of Table 5', sum(r['place'] == 'Table 5' and r['relation'] == 'lost'
                                         for r in rows_of(rtt)), 5),
            # 45.8 + 29 + 77.75 + 64.35, 83.1 + 80.3
            ('Fig. 13', total('lund-web-server', place='Fig. 13'), D('216.90')),
            ('Fig. 14', total('lund-web-server', place='Fig. 14'), D('163.4')),
            # 1 kB to 10 MB: 6.98 + 7.76 + 15.81 + 97.41 + 903.63
            ('Table II, native', total(NAMES[0], place='Table II', platform='native'),
             D('1031.59')),
            ('Table III, KVM', total(NAMES[0], place='Table III', platform='kvm'), D('1680.28')),
            # 14.59 + 17.88 + 24.91 + 106.68
            ('Table IV, KVM', total(NAMES[0], place='Table IV', platform='kvm'), D('164.06')),
            ('UDP messages okay, sent and received', total(
                'netperf-osv-kvm-docker', metric='messages_okay', context='measurement'),
             D(1054894 + 321394 + 580762 + 316060))):
        if found != expected:
            yield f'{what}: {found}, expected {expected}'
    order = ('min', 'q1', 'median', 'q3', 'max')
    for affinity in ('off', 'on'):
        values = [total(rtt, place='Table 3', cpu_affinity=affinity, statistic=s) for s in order]
        if values != sorted(values):
            yield f'Table 3, affinity {affinity}: quantiles do not ascend'


def check_subset(_):
    known = {tuple(r.values()) for r in rows_of('rtt-virtualization')}
    for r in rows_of('kvm-virtio'):
        if (r['platform'], r['driver']) != ('kvm', 'virtio'):
            yield f'kvm-virtio: {r["place"]}: another platform'
        if r['relation'] != 'lost' and tuple(r.values()) not in known:
            yield f'kvm-virtio: {r["place"]}: {r["printed"]} is not in rtt-virtualization'


def expected_row(row):
    unit, factor = BASE[row['unit']]
    value = D(row['value']) * factor if row['value'] else None
    half = D(row['half_width']) * factor if row['half_width'] else None
    known = row['relation'] in ('exact', 'about')
    lower = value - half if half is not None else value if row['relation'] == 'above' else None
    upper = value + half if half is not None else value if row['relation'] == 'below' else None
    return f'{row["metric"]}_{unit}', value if known else None, lower, upper


def check_quoted(path):
    """Same rows, in each dataset metric by metric."""
    expected = []
    for name in NAMES:
        rows = rows_of(name)
        for metric in dict.fromkeys(expected_row(r)[0] for r in rows):
            expected += [(name, r) for r in rows if expected_row(r)[0] == metric]
    with open(path, encoding='utf-8', newline='') as f:
        quoted = list(csv.DictReader(f))
    if len(quoted) != len(expected):
        yield f'{len(quoted)} rows quoted, {len(expected)} published'
    for (name, row), q in zip(expected, quoted):
        metric, *numbers = expected_row(row)
        if (metric, row['printed'], 'as published') != (q['metric'], q['printed'], q['method']):
            yield f'{name}: {row["printed"]}: quoted as {q["printed"]} of {q["metric"]}'
        for column, number in zip(('estimate', 'lower', 'upper'), numbers):
            # Quoted are doubles; 15 digits are what decimals keep in them (DBL_DIG).
            if (number is None) != (q[column] == '') or (
                    number is not None and abs(D(q[column]) - number) > abs(number) * D('1e-15')):
                yield f'{name}: {row["printed"]}: {column} {q[column]}, expected {number}'


def main():
    check = globals().get('check_' + sys.argv[1]) if len(sys.argv) > 1 else None
    if not check:
        sys.exit(__doc__)
    found = list(check(sys.argv[2] if len(sys.argv) > 2 else None))
    print('\n'.join(found))
    sys.exit(bool(found))


main()
