#!/usr/bin/python3
"""judge_tcp - compare samples of `vanalyze tcp --samples` with the truth of `gencap tcpts`.

  judge_tcp.py SAMPLES.csv TRUTH.csv [--unseen-per-million 100]
               [--withheld-per-million 40] [--show N]

Rows of kind `ack` meet the truth by sender and time of the ACK (t_ns + rtt_ns), exact.

  exact      an unambiguous ACK of new data, in order (why 2 or T): its RTT to the nanosecond
  withheld   such an ACK without a sample: a retransmission and a reordering in the same millisecond
             look alike; at most --withheld-per-million of the ACKs
  none       an ambiguous one (the segment had been sent more than once): no sample
  unseen     an ambiguous one that has a sample after all: the earlier copies were lost before the
             capture point, so nothing in the file shows that there were any; at most
             --unseen-per-million of the ACKs
  other      ACKs of out-of-order segments (O) and of filled holes (H): the segment that an ACK was
             sent for is not always the newest that it covers, and no claim is made

A wrong RTT of the first kind is a fault, and so are samples without an ACK and second ones.

Exit status: 0 as it should be, 1 not, 2 wrong usage.
"""
import argparse
import collections
import csv
import sys


def rows(path):
    with open(path, newline='', encoding='ascii') as f:
        yield from csv.DictReader(f)


def sender_of(truth):
    client, server = f'{truth["client"]}:{truth["cport"]}', f'{truth["server"]}:5001'
    return client if truth['upload'] == '1' else server


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
    parser.add_argument('--unseen-per-million', type=float, default=100)
    parser.add_argument('--withheld-per-million', type=float, default=40)
    parser.add_argument('--show', type=int, default=3)
    args = parser.parse_args()
    counts, faults, ours = collections.Counter(), collections.Counter(), {}

    def wrong(fault, *what):
        faults[fault] += 1
        if faults[fault] <= args.show:
            print(f'  {fault}:', *what, file=sys.stderr)

    for r in rows(args.samples):
        if r['kind'] == 'ack':
            key = r['src'], int(r['t_ns']) + int(r['rtt_ns'])
            if key in ours:
                wrong('a second sample', r)
            ours[key] = int(r['rtt_ns'])
    table = list(rows(args.truth))
    for r in advancing(table):
        rtt = ours.pop((sender_of(r), int(r['t_ack_ns'])), None)
        if r['why'] in '2T' and r['ambiguous'] == '0':
            if rtt in (None, int(r['rtt_ns'])):
                counts['withheld' if rtt is None else 'exact'] += 1
            else:
                wrong('not exact', rtt, r)
        elif r['ambiguous'] == '1':
            counts['none' if rtt is None else 'unseen'] += 1
        else:
            counts['other'] += 1
    for key in ours:
        wrong('a sample without an ACK of new data', key)
    for what, limit in (('unseen', args.unseen_per_million),
                        ('withheld', args.withheld_per_million)):
        if counts[what] > max(1, limit * len(table) / 1e6):
            wrong(f'too many {what}', counts[what])
    print(f'{"FAILED" if faults else "ok"}: {len(table)} ACKs, '
          + ', '.join(f'{k} {v}' for k, v in (*sorted(counts.items()), *faults.items())))
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
