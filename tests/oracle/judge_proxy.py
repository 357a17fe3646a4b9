#!/usr/bin/python3
"""judge_proxy - compare samples of `vanalyze proxy --samples` with gencap's truth.

  judge_proxy.py SAMPLES.csv TRUTH.csv [--results RESULTS.json] [--show N]

The truth is that of `tests/gen/gencap proxy`: every request in front of the proxy and every exchange
behind it with exact times, and which is for which.  Each request must be one row with its exact
latency.  What can be decided is worked out here by comparing every request with every exchange, by
the rule of docs/METHODS.md: an exchange fits that has the same method and path and lies within the
request.  A row must be

  miss         if one exchange fits, and fits no other request; that must be the one that the truth
               says is for it, with its exact latency and the difference of the two
  hit          if none fits, none of the same path that was under way when the request came ended
               before it was answered, and it is a GET that was not denied; the truth must have no
               exchange for it
  undecidable  otherwise

--results also compares the counts and mean_difference_ns of a results document of the same run.

Exit status: 0 as it should be, 1 not, 2 wrong usage.
"""
import argparse
import csv
import json
import sys
from collections import Counter, defaultdict


def rows(path):
    with open(path, newline='', encoding='ascii') as f:
        yield from csv.DictReader(f)


def load(path):
    sides = {'inner': [], 'outer': []}
    for r in rows(path):
        t, latency = int(r['t_ns']), int(r['latency_ns'])
        sides[r['side']].append({'request': int(r['request']), 't': t, 'end': t + latency,
                                 'latency': latency, 'what': (r['method'], r['path']),
                                 'status': int(r['status']), 'fit': []})
    return sides['inner'], sides['outer']


def decide(inner, outer):
    asked = defaultdict(list)
    for x in outer:
        asked[x['what']].append(x)
    for r in inner:
        for x in asked[r['what']]:
            if r['t'] <= x['t'] and x['end'] <= r['end']:
                r['fit'].append(x)
                x['fit'].append(r)
    for r in inner:
        waited = any(x['t'] < r['t'] <= x['end'] <= r['end'] for x in asked[r['what']])
        r['class'] = 'undecidable'
        if len(r['fit']) == 1 and len(r['fit'][0]['fit']) == 1:
            r['class'] = 'miss'
        elif not r['fit'] and not waited and r['what'][0] == 'GET' and r['status'] == 200:
            r['class'] = 'hit'
    meant = Counter(x['request'] for x in outer)
    for r in inner:
        if r['class'] == 'miss' and r['fit'][0]['request'] != r['request'] or \
                r['class'] == 'hit' and meant[r['request']]:
            sys.exit(f'the rule itself is wrong about request {r["request"]}')


def number(text):
    return int(text) if text else None


def faults_of(r, row):
    other = r['fit'][0] if r['class'] == 'miss' else None
    want = {'class': r['class'], 'latency_inner_ns': r['latency'],
            'latency_outer_ns': other and other['latency'],
            'overhead_ns': other and r['latency'] - other['latency']}
    for name, value in want.items():
        have = row[name] if name == 'class' else number(row[name])
        if have != value:
            yield f'{name} {have}, not {value}'
    revalidated = bool(other) and other['status'] == 304
    if ('revalidated' in row['flags'].split('|')) != revalidated:
        yield f'flags {row["flags"]}'


def judge(samples, inner, show):
    want, faults = {(r['t'], *r['what']): r for r in inner}, []
    for row in rows(samples):
        k = (int(row['t_request_ns']), row['method'],
             row['uri'].replace('http://origin.example', ''))
        r = want.pop(k, None)
        faults += [f'{k}: {what}' for what in (faults_of(r, row) if r else ['no such request'])]
    faults += [f'{k}: no row' for k in want]
    for fault in faults[:show]:
        print('  ' + fault, file=sys.stderr)
    return len(faults)


def mean(values):
    return sum(values) / len(values)


def judge_counts(path, inner, outer):
    with open(path, encoding='utf-8') as f:
        analyses = json.load(f)['analyses']
    (row,) = (row for a in analyses if a['kind'] == 'counts' for row in a['rows'])
    n = Counter(r['class'] for r in inner)
    loose = [x for x in outer if not (len(x['fit']) == 1 and x['fit'][0]['class'] == 'miss')]
    want = {'requests': len(inner), 'misses': n['miss'], 'hits': n['hit'],
            'undecidable': n['undecidable'], 'unpaired_outer': sum(not x['fit'] for x in loose),
            'undecidable_outer': sum(bool(x['fit']) for x in loose), 'tunnels': 0,
            'negative': 0, 'unanswered': 0, 'clock_assumed': 1}
    wrong = [f'{name} {row[name]}, not {v}' for name, v in want.items() if row[name] != v]
    front = [r['latency'] for r in inner if r['class'] == 'undecidable' and r['fit']]
    behind = [x['latency'] for x in loose if x['fit']]
    if front and behind:
        (found,) = (row['mean'] for a in analyses for row in a['rows']
                    if a['kind'] == 'summary' and a['metric'] == 'mean_difference_ns')
        # sums of at most 2^53 ns are exact in doubles; what remains is two divisions
        if abs(found - (mean(front) - mean(behind))) > 1e-6:
            wrong.append(f'mean_difference_ns {found}')
    for text in wrong:
        print('  ' + text, file=sys.stderr)
    return len(wrong), n


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('samples')
    parser.add_argument('truth')
    parser.add_argument('--results')
    parser.add_argument('--show', type=int, default=3, help='faults shown')
    args = parser.parse_args()
    inner, outer = load(args.truth)
    decide(inner, outer)
    n_faults = judge(args.samples, inner, args.show)
    n_counts, n = judge_counts(args.results, inner, outer) if args.results else (0, {})
    good = inner and not n_faults and not n_counts
    print(f'{"ok" if good else "FAILED"}: {len(inner)} requests, {n_faults} faults, '
          f'{n_counts} wrong counts; {dict(n)}')
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
