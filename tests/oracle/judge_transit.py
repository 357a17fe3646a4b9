#!/usr/bin/python3
"""judge_transit - compare samples of `vanalyze transit --samples` with gencap's truth.

  judge_transit.py SAMPLES.csv TRUTH.csv [--results RESULTS.json] [--timeout S] [--show N]

The truth is that of `tests/gen/gencap transit`, every packet being lost or forwarded within the
expiry time.  Each packet must be one row, known by its direction, time and addresses at the first
point, with its exact delay, none when it was lost (`lost`, or `unfinished`, when nothing came for as
long as the expiry time), `translated` where the truth says so, `reordered` where a packet that came
later to the first point was earlier at the second.

Packets that look alike (`content`) may be ambiguous.  Which are is worked out here from the truth's
times by the rule of docs/METHODS.md: at the second sighting of one of them the oldest that waits is
taken for it, and if several wait, all that do are ambiguous.  Ambiguous rows must bear the flag and
the delay that the rule gives.

--results also compares the counts of a results document of the same run.

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


def key(r, inbound):
    return inbound, int(r['t_ns']), r['src'], r['dst'], r['proto'], int(r['bytes'])


def load(path):
    packets = []
    for r in rows(path):
        delay = int(r['delay_ns']) if r['delay_ns'] else None
        packets.append({'key': key(r, r['inbound'] == '1'), 'first': int(r['t_ns']),
                        'delay': delay, 'dups': int(r['dups']), 'content': r['content'],
                        'translated': r['translated'] == '1', 'ambiguous': False,
                        'reordered': False})
    return packets


def settle_alike(packets, timeout):
    """Who is taken for whom among packets of one content."""
    groups = defaultdict(list)
    for p in packets:
        if p['content'].startswith('flow'):
            groups[p['content']].append(p)
    for group in groups.values():
        events = [(p['first'], 0, p) for p in group]
        events += [(p['first'] + p['delay'], 1, p) for p in group if p['delay'] is not None]
        for p in group:
            p['delay'] = None
        waiting = []
        for t, second, p in sorted(events, key=lambda e: e[:2]):
            if not second:
                waiting.append(p)
                continue
            waiting = [q for q in waiting if t - q['first'] <= timeout]
            if len(waiting) > 1:
                for q in waiting:
                    q['ambiguous'] = True
            waiting[0]['delay'] = t - waiting[0]['first']
            del waiting[0]


def mark_reordered(packets):
    for inbound in (False, True):
        newest = 0
        mine = [p for p in packets if p['key'][0] == inbound and p['delay'] is not None and
                not p['ambiguous']]
        for p in sorted(mine, key=lambda p: p['first'] + p['delay']):
            p['reordered'] = p['first'] < newest
            newest = max(newest, p['first'])


def faults_of(p, r):
    flags = r['flags'].split('|') if r['flags'] else []
    delay = int(r['delay_ns']) if r['delay_ns'] else None
    if delay != p['delay']:
        yield f'delay {delay}, not {p["delay"]}'
    for word in ('ambiguous', 'reordered'):
        if (word in flags) != p[word]:
            yield f'{word}: {word in flags}'
    if (p['delay'] is None) != ('lost' in flags or 'unfinished' in flags):
        yield f'flags {flags}'
    if p['delay'] is not None and ('translated' in flags) != p['translated']:
        yield f'translated: {"translated" in flags}'


def judge(samples, packets, show):
    want, faults = {p['key']: p for p in packets}, []
    if len(want) != len(packets):
        sys.exit('two packets of the truth have the same key')
    for r in rows(samples):
        k = key(r, 'inbound' in r['flags'].split('|'))
        p = want.pop(k, None)
        faults += [f'{k}: {what}' for what in (faults_of(p, r) if p else ['no such packet'])]
    faults += [f'{k}: no row' for k in want]
    for fault in faults[:show]:
        print('  ' + fault, file=sys.stderr)
    return len(faults)


def true_counts(packets):
    n = Counter()
    for p in packets:
        way = 'in' if p['key'][0] else 'out'
        if p['delay'] is None:
            n['gone'] += 1
        else:
            n[f'forwarded_{way}'] += 1
            n['duplicates'] += p['dups']
            for word in ('ambiguous', 'reordered', 'translated'):
                n[word] += p[word]
    return n


def judge_counts(path, packets):
    with open(path, encoding='utf-8') as f:
        analyses = json.load(f)['analyses']
    (row,) = (row for a in analyses if a['kind'] == 'counts' for row in a['rows'])
    row['gone'] = row['lost_out'] + row['lost_in'] + row['unfinished']
    want = true_counts(packets)
    wrong = [f'{name} {row[name]}, not {n}' for name, n in want.items() if row[name] != n]
    seen = row['packets_inner'] + row['packets_outer']
    told = 2 * (row['forwarded_out'] + row['forwarded_in']) + sum(
        row[name] for name in ('gone', 'duplicates', 'local_packets', 'undecoded_packets',
                               'untimed_packets', 'evicted_packets'))
    if seen != told:
        wrong.append(f'{seen} packets, {told} of them told')
    for text in wrong:
        print('  ' + text, file=sys.stderr)
    return len(wrong)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('samples')
    parser.add_argument('truth')
    parser.add_argument('--results')
    parser.add_argument('--timeout', type=float, default=10, help='the expiry time in seconds')
    parser.add_argument('--show', type=int, default=3, help='faults shown')
    args = parser.parse_args()
    packets = load(args.truth)
    settle_alike(packets, args.timeout * 1e9)
    mark_reordered(packets)
    n_faults = judge(args.samples, packets, args.show)
    n_counts = judge_counts(args.results, packets) if args.results else 0
    good = packets and not n_faults and not n_counts
    print(f'{"ok" if good else "FAILED"}: {len(packets)} packets, {n_faults} faults, '
          f'{n_counts} wrong counts; {sum(p["ambiguous"] for p in packets)} ambiguous, '
          f'{sum(p["reordered"] for p in packets)} reordered')
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
