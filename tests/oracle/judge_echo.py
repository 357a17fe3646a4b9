#!/usr/bin/python3
"""judge_echo - compare samples of `vanalyze rtt --samples` with the truth of a generated capture.

  judge_echo.py SAMPLES.csv TRUTH.csv [--ambiguous-per-million 20] [--expiry SECONDS] [--show N]

The truth is that of tests/gen/gen_icmp or tests/gen/gencap (told apart by the header).  Rows meet
by (family, src, dst, id, seq, t_ns), all exact.  One line is printed:

  wrong        another RTT than the truth, or one where there is none, and no flag: none allowed
  flagged      the same, but flagged ambiguous: at most --ambiguous-per-million of the probes
  missing      probes without a row; invented: rows without a probe; double: a second row
  outcome      lost, late and unfinished probes that carry another of these words, or none
  copy, dup    the flag stands where the truth has none, or the other way round
  negative     RTT below zero without the flag, or the flag without that

Ambiguous rows are excused from the last three.  gencap's truth knows no unfinished probes and not
the end of the capture, so within a second of that boundary lost and unfinished both pass.

Exit status: 0 as it should be, 1 not, 2 wrong usage.
"""
import argparse
import csv
import ipaddress
import sys

OUTCOMES = frozenset(('lost', 'late', 'unfinished'))
SECOND_NS = 10**9


def rows(path):
    f = sys.stdin if path == '-' else open(path, newline='', encoding='ascii')
    yield from csv.DictReader(f)


def address(text, cache={}):
    """Text as the ipaddress module writes it; gencap marks IPv6 by a v6: before the last part."""
    if text not in cache:
        if text.startswith('v6:'):
            low = int(ipaddress.IPv4Address(text[3:]))
            cache[text] = str(ipaddress.IPv6Address((0xFD << 120) | low))
        else:
            cache[text] = str(ipaddress.ip_address(text))
    return cache[text]


def truth_gen_icmp(path):
    for r in rows(path):
        key = (int(r['family']), address(r['src']), address(r['dst']), int(r['id']), int(r['seq']),
               int(r['t_ns']))
        rtt = int(r['rtt_ns']) if r['rtt_ns'] else None
        outcome = frozenset() if r['class'] == 'answered' else frozenset((r['class'],))
        yield key, rtt, int(r['copies']) > 0, int(r['dups']) > 0, (outcome,)


def truth_gencap(path, expiry_ns):
    table = list(rows(path))
    end = max(int(r['t_req_ns']) + max(0, int(r['rtt_ns'])) for r in table)
    for r in table:
        six = r['src'].startswith('v6:')
        dst = 'v6:' + r['dst'] if six else r['dst']
        t, rtt = int(r['t_req_ns']), int(r['rtt_ns'])
        key = (6 if six else 4, address(r['src']), address(dst), int(r['id']), int(r['seq']), t)
        outcomes = [frozenset()]
        if rtt < 0:
            rtt, age = None, end - t
            outcomes = [frozenset((word,)) for word, near in (
                ('lost', age > expiry_ns - SECOND_NS), ('unfinished', age < expiry_ns + SECOND_NS))
                if near]
        yield key, rtt, 'R' in r['flags'], 'D' in r['flags'], outcomes


def load_truth(path, expiry_ns):
    with open(path, encoding='ascii') as f:
        header = f.readline()
    source = truth_gencap(path, expiry_ns) if header.startswith('probe,') else truth_gen_icmp(path)
    return {key: rest for key, *rest in source}


def faults_of(rtt, flags, truth):
    """Names of what is wrong with a row that has met its probe."""
    true_rtt, copied, doubled, outcomes = truth
    if rtt != true_rtt:
        yield 'flagged' if 'ambiguous' in flags else 'wrong'
        return
    if (rtt is not None and rtt < 0) != ('negative' in flags):
        yield 'negative'
    if 'ambiguous' in flags:
        return
    if flags & OUTCOMES not in outcomes:
        yield 'outcome'
    if ('copy' in flags) != copied:
        yield 'copy'
    if ('dup' in flags) != doubled:
        yield 'dup'


def judge(samples, truth, show):
    counts = dict.fromkeys(('exact', 'wrong', 'flagged', 'missing', 'invented', 'double', 'outcome',
                            'copy', 'dup', 'negative', 'ambiguous'), 0)
    seen = set()

    def note(fault, row):
        counts[fault] += 1
        if counts[fault] <= show:
            print(f'  {fault}: {dict(row)} truth {truth.get(key)}', file=sys.stderr)

    for row in rows(samples):
        key = (int(row['family']), address(row['src']), address(row['dst']), int(row['id']),
               int(row['seq']), int(row['t_ns']))
        flags = frozenset(row['flags'].split('|')) - {''}
        counts['ambiguous'] += 'ambiguous' in flags
        if key not in truth:
            note('invented', row)
            continue
        if key in seen:
            note('double', row)
            continue
        seen.add(key)
        rtt = int(row['rtt_ns']) if row['rtt_ns'] else None
        faults = list(faults_of(rtt, flags, truth[key]))
        for fault in faults:
            note(fault, row)
        counts['exact'] += not faults
    for key in truth:
        if key not in seen:
            note('missing', {'key': key})
    return counts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('samples')
    parser.add_argument('truth')
    parser.add_argument('--ambiguous-per-million', type=float, default=20)
    parser.add_argument('--expiry', type=float, default=10)
    parser.add_argument('--show', type=int, default=3, help='faulty rows shown of each kind')
    args = parser.parse_args()
    truth = load_truth(args.truth, int(args.expiry * SECOND_NS))
    counts = judge(args.samples, truth, args.show)
    limit = args.ambiguous_per_million * len(truth) / 1e6
    bad = sum(counts[k] for k in counts if k not in ('exact', 'flagged', 'ambiguous'))
    good = bad == 0 and counts['flagged'] <= limit
    print(f'{"ok" if good else "FAILED"}: {len(truth)} probes, '
          + ', '.join(f'{k} {v}' for k, v in counts.items()) + f' (flagged: limit {limit:g})')
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
