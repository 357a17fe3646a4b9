#!/usr/bin/python3
"""judge_http - compare samples of `vanalyze http --samples` with the truth of `gencap http`.

  judge_http.py SAMPLES.csv TRUTH.csv [--cut] [--show N]

Rows meet by client, time of the request and URI, all exact.  What counts as right:

  exact     ttfb_ns and latency_ns are the truth's, to the nanosecond
  gap       the segment of the response that arrived last is not in the file (last_frame 0): no
            latency, flag `gap`; ttfb_ns as the truth if the first one is there, else none
  excused   with --cut, a pipelined request: its row has no latency and the flag `ambiguous`, or
            it has no row, its head having been cut off; what times it has are the truth's

Anything else is wrong, and so is a row without a request or a second one.  Without --cut,
rows without flags must also have the position and response_bytes of the truth, and a connect_ns if
they are the first of their connection.

Exit status: 0 as it should be, 1 not, 2 wrong usage.
"""
import argparse
import collections
import csv
import sys


def rows(path):
    with open(path, newline='', encoding='utf-8') as f:
        yield from csv.DictReader(f)


class Truth:
    def __init__(self, path):
        self.rows = list(rows(path))
        self.at = collections.defaultdict(list)
        for r in self.rows:
            self.at[r['client'] + ':' + r['cport'], r['t_req_ns']].append(r)

    def of(self, row, seen, cut):
        """The request of a row: gencap puts its number into the URI, which may be cut off."""
        number = row['uri'].partition('?q=')[2]
        found = self.at.get((row['src'], row['t_request_ns']), [])
        for r in found:
            if r['req'] == number:
                return r
        fits = (r for r in found if cut and r['req'] not in seen and r['req'].startswith(number))
        return next(fits, None)


def time_fault(name, row, truth, missing):
    if missing:
        return f'{name} of bytes that were not captured' if row[name] else None
    if row[name] != truth[name]:
        return f'{name} is not the truth'
    return None


def judge_row(row, truth, cut):
    """'exact', 'gap', 'excused' or what is wrong."""
    flags = set(row['flags'].split('|'))
    if cut and truth['pipelined'] == '1' and 'ambiguous' in flags and not row['latency_ns'] and \
            row['ttfb_ns'] in ('', truth['ttfb_ns']):
        return 'excused'
    if truth['last_frame'] == '0':
        faults = (row['latency_ns'] and 'a latency without the last segment',
                  'gap' not in flags and 'no flag gap',
                  time_fault('ttfb_ns', row, truth, truth['first_frame'] == '0'))
        return next((f for f in faults if f), 'gap')
    first = time_fault('ttfb_ns', row, truth, truth['first_frame'] == '0')
    last = time_fault('latency_ns', row, truth, False)
    return first or last or 'exact'


def judge_details(row, truth):
    if row['flags'] in ('', 'pipelined'):
        if int(row['position']) != int(truth['ord']):
            return 'position'
        if row['response_bytes'] != truth['resp_bytes']:
            return 'response_bytes'
        if bool(row['connect_ns']) != (truth['ord'] == '0'):
            return 'connect_ns'
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('samples')
    parser.add_argument('truth')
    parser.add_argument('--cut', action='store_true')
    parser.add_argument('--show', type=int, default=3)
    args = parser.parse_args()
    truth, seen, counts = Truth(args.truth), set(), collections.Counter()
    faults = collections.Counter()

    def wrong(fault, row, at):
        faults[fault] += 1
        if faults[fault] <= args.show:
            print(f'  {fault}: {dict(row)} truth {at}', file=sys.stderr)

    for row in rows(args.samples):
        at = truth.of(row, seen, args.cut)
        if at is None or at['req'] in seen:
            wrong('a row without its request', row, at)
            continue
        seen.add(at['req'])
        verdict = judge_row(row, at, args.cut)
        detail = judge_details(row, at) if verdict == 'exact' and not args.cut else None
        if verdict in ('exact', 'gap', 'excused') and not detail:
            counts[verdict] += 1
        else:
            wrong(detail or verdict, row, at)
    for r in truth.rows:
        if r['req'] not in seen:
            if args.cut and r['pipelined'] == '1':
                counts['without a row'] += 1
            else:
                wrong('no row', {}, r)
    print(f'{"FAILED" if faults else "ok"}: {len(truth.rows)} requests, '
          + ', '.join(f'{k} {v}' for k, v in (*sorted(counts.items()), *faults.items())))
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
