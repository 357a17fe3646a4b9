#!/usr/bin/python3
"""hostile_html.py FILE - write a results document whose every text tries to become markup.

Made-up numbers; schema vantage/results/1.  The names are the classical ways out of an element, an
attribute, a comment, a style sheet, a script, CDATA and a gnuplot string, and names in scripts
that run from right to left.
"""
import json
import sys

NAMES = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</style></title></textarea><svg onload=alert(1)>',
    '--><b>bold</b><!--',
    ']]><script>alert(2)</script><![CDATA[',
    '&lt;script&gt;alert(3)&lt;/script&gt;',
    'javascript:alert(4)',
    "'; system('touch owned'); print '",
    '`touch owned` $(touch owned) %s%n 100%',
    'שרת וירטואלי',
    'خادم افتراضي',
    '\u202eevil\u202c \u2066x\u2069',
    '\u0001\u007f tab\tline\nend',
]


def rows(platform, i):
    by = {'platform': platform, 'driver': NAMES[-1 - i], NAMES[0]: NAMES[(i + 3) % len(NAMES)]}
    mean = 1e4 * (i + 1)
    interval = {'n': 5, 'estimate': mean, 'lower': mean - 900, 'upper': mean + 900, 'level': 0.95,
                'method': 't over runs', 'n_effective': None, 'reason': None}
    nothing = {'n': 1, 'estimate': None, 'lower': None, 'upper': None, 'level': None,
               'method': None, 'n_effective': None, 'reason': NAMES[i]}
    pair = {'inner': 'guest', 'outer': 'host'}
    yield 'ci', 'overhead_ns', {**by, **pair, 'metric': 'overhead_ns', 'statistic': 'mean',
                                **interval}
    yield 'ci', 'rtt_ns', {**by, 'point': 'guest', 'metric': 'rtt_ns', 'statistic': 'mean',
                           **(nothing if i % 3 == 0 else interval)}
    for k in range(1, 11):
        yield 'cdf', 'overhead_ns', {**by, **pair, 'metric': 'overhead_ns', 'x': mean + 100 * k,
                                     'p': k / 10, 'p_lower': None, 'p_upper': None}


def main():
    analyses = {}
    for i, platform in enumerate(NAMES):
        for kind, metric, row in rows(platform, i):
            key = kind, metric
            analyses.setdefault(key, []).append(row)
    machine = {'dataset': NAMES[0], 'host': NAMES[1], 'kernel': NAMES[2], 'os': NAMES[3],
               'cpu': NAMES[4], 'clocksource': NAMES[5], 'virtualization': NAMES[6],
               'hypervisor': NAMES[7], 'cores': 2, 'memory_bytes': 8 << 30, 'runs': 1,
               'interfaces': NAMES[8], 'tools': NAMES[9]}
    places = {'overhead_ns': ['inner', 'outer'], 'rtt_ns': ['point']}
    document = {
        'schema': 'vantage/results/1',
        'provenance': {'program': NAMES[0], 'command': ['all', *NAMES],
                       'datasets': [{'name': NAMES[0], 'title': NAMES[1], 'sha256': None}]},
        'analyses': [{'kind': kind, 'metric': metric,
                      'by': ['platform', 'driver', NAMES[0], *places[metric]],
                      'parameters': {}, 'rows': found, 'notes': NAMES[:3]}
                     for (kind, metric), found in analyses.items()] +
                    [{'kind': 'environment', 'metric': None, 'by': list(machine)[:8],
                      'parameters': {}, 'rows': [machine], 'notes': []}]}
    with open(sys.argv[1], 'w', encoding='utf-8') as out:
        json.dump(document, out, ensure_ascii=False, indent=1)


if __name__ == '__main__':
    main()
