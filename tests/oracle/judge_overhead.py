#!/usr/bin/python3
"""judge_overhead - compare samples of `vanalyze overhead --samples` with gen_icmp's truth.

  judge_overhead.py SAMPLES.csv TRUTH.csv [--results RESULTS.json] [--clock shared|own] [--show N]

The truth is that of a run of tests/gen/gen_icmp with --outer.  Every probe that was recorded at
both points must be one row, known by (id, seq, t_ns) of the inner point, and no other may be.  All
values must be exact: both RTTs, their difference, its share of the inner one, and, where the
points have one clock, its outbound and inbound parts (else these cells must be empty).  A row
bears `copy` and `dup` where the truth has copies and second replies, and never `ambiguous`.

--results also compares the counts of a results document of the same run.

Exit status: 0 as it should be, 1 not, 2 wrong usage.
"""
import argparse
import csv
import json
import sys


def rows(path):
    with sys.stdin if path == '-' else open(path, newline='', encoding='ascii') as f:
        yield from csv.DictReader(f)


def number(text):
    return int(text) if text else None


def expected(r, shared):
    """What the row of a probe must hold."""
    inner, outer = number(r['rtt_ns']), number(r['rtt_outer_ns'])
    want = {'rtt_inner_ns': inner, 'rtt_outer_ns': outer, 'overhead_ns': None,
            'overhead_share_pct': None, 'overhead_out_ns': None, 'overhead_in_ns': None,
            'copy': int(r['copies']) > 0, 'dup': int(r['dups']) > 0, 'ambiguous': False}
    if inner is None or outer is None:
        return want
    want['overhead_ns'] = inner - outer
    if inner:
        want['overhead_share_pct'] = 100 * (inner - outer) / inner
    if shared:
        want['overhead_out_ns'] = int(r['t_outer_ns']) - int(r['t_ns'])
        want['overhead_in_ns'] = inner - outer - want['overhead_out_ns']
    return want


def found(r):
    flags = r['flags'].split('|')
    have = {name: number(r[name]) for name in ('rtt_inner_ns', 'rtt_outer_ns', 'overhead_ns',
                                               'overhead_out_ns', 'overhead_in_ns')}
    share = r['overhead_share_pct']
    have['overhead_share_pct'] = float(share) if share else None
    have.update((word, word in flags) for word in ('copy', 'dup', 'ambiguous'))
    return have


def key(r):
    return int(r['id']), int(r['seq']), int(r['t_ns'])


def load_truth(path, shared):
    """Key: what its row must hold, None for a probe that the outer point did not see."""
    return {key(r): expected(r, shared) if r['t_outer_ns'] else None for r in rows(path)}


def judge(samples, truth, show):
    faults, seen = [], set()
    for r in rows(samples):
        k = key(r)
        want, have = truth.get(k), found(r)
        if want is None:
            faults.append(f'{k}: not recorded at both points, or not at all')
        elif k in seen:
            faults.append(f'{k}: a second row')
        elif want != have:
            faults.append(f'{k}: ' + ', '.join(f'{name} {have[name]}, not {want[name]}'
                                               for name in want if want[name] != have[name]))
        seen.add(k)
    faults += [f'{k}: no row' for k, want in truth.items() if want is not None and k not in seen]
    for fault in faults[:show]:
        print('  ' + fault, file=sys.stderr)
    return len(seen), len(faults)


def true_counts(truth):
    pairs = [want for want in truth.values() if want is not None]
    values = [want['overhead_ns'] for want in pairs if want['overhead_ns'] is not None]
    return {'pairs': len(pairs), 'unpaired_inner': len(truth) - len(pairs), 'unpaired_outer': 0,
            'undecidable': 0, 'excluded': 0, 'unanswered': len(pairs) - len(values),
            'negative': sum(v < 0 for v in values),
            'share_undefined': sum(want['rtt_inner_ns'] == 0 for want in pairs)}


def judge_counts(path, truth):
    with open(path, encoding='utf-8') as f:
        analyses = json.load(f)['analyses']
    (row,) = (row for a in analyses if a['kind'] == 'counts' and a['metric'] == 'overhead_ns'
              for row in a['rows'])
    wrong = [f'{name} {row[name]}, not {want}' for name, want in true_counts(truth).items()
             if row[name] != want]
    for text in wrong:
        print('  ' + text, file=sys.stderr)
    return len(wrong)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('samples')
    parser.add_argument('truth')
    parser.add_argument('--results')
    parser.add_argument('--clock', choices=('shared', 'own'), default='own')
    parser.add_argument('--show', type=int, default=3, help='faults shown')
    args = parser.parse_args()
    truth = load_truth(args.truth, args.clock == 'shared')
    n_rows, n_faults = judge(args.samples, truth, args.show)
    n_counts = judge_counts(args.results, truth) if args.results else 0
    good = n_rows > 0 and n_faults == 0 and n_counts == 0
    print(f'{"ok" if good else "FAILED"}: {len(truth)} probes, {n_rows} rows, {n_faults} faults, '
          f'{n_counts} wrong counts')
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
