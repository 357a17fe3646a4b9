#!/usr/bin/python3
"""judge_tcp - compare samples of `vanalyze tcp --samples` with the truth of `gencap tcpts`.

  judge_tcp.py SAMPLES.csv TRUTH.csv [--show N]

Rows of kind `ack` meet the truth by the two ends and the time of the ACK (t_ns + rtt_ns), exact.

  exact      an unambiguous ACK of new data, in order (why 2 or T): its RTT to the nanosecond
  none       an ambiguous one (the segment had been sent more than once, captured or not): no sample
  other      ACKs of out-of-order segments (O) and of filled holes (H): the segment that an ACK was
             sent for is not always the newest that it covers, and no claim is made

Anything else is a fault, and so are samples without an ACK and second ones.

Exit status: 0 as it should be, 1 not, 2 wrong usage.
"""
import argparse
import collections
import csv
import sys


def rows(path):
    with open(path, newline='', encoding='ascii') as f:
        yield from csv.DictReader(f)


def ends_of(truth):
    """Who sent the data, and to whom."""
    client, server = f'{truth["client"]}:{truth["cport"]}', f'{truth["server"]}:5001'
    return (client, server) if truth['upload'] == '1' else (server, client)


def advancing(table):
    """Those of the truth's ACKs that acknowledge something new."""
    last = {}
    for r in sorted(table, key=lambda r: int(r['ack_frame'])):
        if last.get(r['flow']) != r['ack']:
            yield r
        last[r['flow']] = r['ack']


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('samples')
    parser.add_argument('truth')
    parser.add_argument('--show', type=int, default=3)
    args = parser.parse_args()
    counts, faults, ours = collections.Counter(), collections.Counter(), {}

    def wrong(fault, *what):
        faults[fault] += 1
        if faults[fault] <= args.show:
            print(f'  {fault}:', *what, file=sys.stderr)

    for r in rows(args.samples):
        if r['kind'] == 'ack':
            key = r['src'], r['dst'], int(r['t_ns']) + int(r['rtt_ns'])
            if key in ours:
                wrong('a second sample', r)
            ours[key] = int(r['rtt_ns'])
    table = list(rows(args.truth))
    for r in advancing(table):
        rtt = ours.pop((*ends_of(r), int(r['t_ack_ns'])), None)
        if r['why'] in '2T' and r['ambiguous'] == '0':
            if rtt == int(r['rtt_ns']):
                counts['exact'] += 1
            else:
                wrong('not exact', rtt, r)
        elif r['ambiguous'] == '1':
            if rtt is None:
                counts['none'] += 1
            else:
                wrong('a sample of an ambiguous ACK', rtt, r)
        else:
            counts['other'] += 1
    for key in ours:
        wrong('a sample without an ACK of new data', key)
    print(f'{"FAILED" if faults else "ok"}: {len(table)} ACKs, '
          + ', '.join(f'{k} {v}' for k, v in (*sorted(counts.items()), *faults.items())))
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
