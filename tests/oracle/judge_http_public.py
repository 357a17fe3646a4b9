#!/usr/bin/python3
"""judge_http_public - run vanalyze over public captures and compare every HTTP request and every
TCP handshake with the account of independent programs.

  judge_http_public.py VANALYZE DIR [--differences FILE.tsv] [--list] [--only NAME]

DIR holds captures/NAME and oracle/NAME/ (NAME without .zst) with any of

  http_ref.csv[.zst]     one row per request: a script's own TCP reassembly, pairing first in first
                         out; times of arrival of the first and last byte of request and response
  tcp_streams.csv[.zst]  tshark's initial_rtt_ns: SYN to the ACK that ends the handshake

Rows of `vanalyze http --samples -` meet the oracle's by client, time of the request and URI; then
ttfb_ns, latency_ns and status must be equal.  Rows of `vanalyze tcp --flows -` meet by client,
server and time of the first packet; then handshake_ns must be equal.  What rightly differs is
listed in http_differences.tsv with the reason:

  capture  kind  client  t_ns  uri  oracle  ours  reason

where oracle and ours are "ttfb latency status" (or the handshake), "-" standing for what is not
there, and "none" for no row.  A difference that is not listed fails, and so does a listed one that
is gone.  --list prints the differences found in that form, reasons taken over where there were
some, and fails nothing.

Exit status: 0 all as listed, 1 not, 2 wrong usage.
"""
import argparse
import collections
import csv
import io
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FIELDS = ('capture', 'kind', 'client', 't_ns', 'uri', 'oracle', 'ours', 'reason')
URI_SHOWN = 60


def text_of(path):
    if path.endswith('.zst'):
        run = subprocess.run(['zstd', '-dcq', path], capture_output=True, check=True)
        return run.stdout.decode(errors='replace')
    with open(path, encoding='utf-8', errors='replace') as f:
        return f.read()


def plain(capture):
    return capture[:-4] if capture.endswith('.zst') else capture


def oracle_table(directory, capture, name):
    """Rows of an oracle's table; None where there is none."""
    for place in (capture, plain(capture)):
        for end in ('', '.zst'):
            path = os.path.join(directory, 'oracle', place, name + end)
            if os.path.exists(path):
                return list(csv.DictReader(io.StringIO(text_of(path))))
    return None


def samples(vanalyze, what, path):
    option = '--samples' if what == 'http' else '--flows'
    run = subprocess.run([vanalyze, what, option, '/dev/stdout', '-o', '/dev/null', path],
                         capture_output=True, check=False)
    if run.returncode == 3:  # nothing of the kind in it
        return []
    if run.returncode not in (0, 4):
        sys.exit(f'{path}: exit status {run.returncode}: {run.stderr.decode()}')
    return list(csv.DictReader(io.StringIO(run.stdout.decode(errors='replace'))))


def shown(*values):
    return ' '.join(v or '-' for v in values)


def http_tables(vanalyze, directory, capture, path):
    """{key: [what the oracle says], {key: [what we say]}."""
    table = oracle_table(directory, capture, 'http_ref.csv')
    if table is None:
        return {}, {}
    theirs, ours = collections.defaultdict(list), collections.defaultdict(list)
    for r in table:
        key = ('http', end_text(*r['client'].rsplit(':', 1)), r['req_first_ns'],
               r['uri'][:URI_SHOWN])
        theirs[key].append(shown(r['lat_first_from_first_ns'], r['lat_last_from_first_ns'],
                                 r['status']))
    for r in samples(vanalyze, 'http', path):
        if r['method'] or r['uri']:
            key = ('http', r['src'], r['t_request_ns'], r['uri'][:URI_SHOWN])
            ours[key].append(shown(r['ttfb_ns'], r['latency_ns'], r['status']))
    return theirs, ours


def end_text(address, port):
    return f'[{address}]:{port}' if ':' in address else f'{address}:{port}'


def tcp_tables(vanalyze, directory, capture, path):
    table = oracle_table(directory, capture, 'tcp_streams.csv')
    if table is None:
        return {}, {}
    theirs, ours = collections.defaultdict(list), collections.defaultdict(list)
    for r in table:
        if r['initial_rtt_ns']:
            key = ('tcp', end_text(r['src'], r['sport']), r['first_time_ns'], '')
            theirs[key].append(r['initial_rtt_ns'])
    for r in samples(vanalyze, 'tcp', path):
        if r['handshake_ns']:
            ours['tcp', r['src'], r['t_ns'], ''].append(r['handshake_ns'])
    return theirs, ours


def differences(vanalyze, directory, only):
    captures = os.path.join(directory, 'captures')
    counts = collections.Counter()
    found = []
    for capture in sorted(os.listdir(captures)):
        if only and only not in capture:
            continue
        path = os.path.join(captures, capture)
        for tables in (http_tables, tcp_tables):
            theirs, ours = tables(vanalyze, directory, capture, path)
            for key in sorted(set(theirs) | set(ours)):
                a, b = sorted(theirs.get(key, [])), sorted(ours.get(key, []))
                counts[key[0]] += len(a)
                for i in range(max(len(a), len(b))):
                    x = a[i] if i < len(a) else 'none'
                    y = b[i] if i < len(b) else 'none'
                    if x != y:
                        found.append((plain(capture), *key, x, y))
    return found, counts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('vanalyze')
    parser.add_argument('directory')
    parser.add_argument('--differences', default=os.path.join(HERE, 'http_differences.tsv'))
    parser.add_argument('--list', action='store_true')
    parser.add_argument('--only')
    args = parser.parse_args()
    listed = {}
    if os.path.exists(args.differences):
        with open(args.differences, newline='', encoding='utf-8') as f:
            for r in csv.DictReader(f, delimiter='\t', quoting=csv.QUOTE_NONE):
                listed[tuple(r[k] for k in FIELDS[:-1])] = r['reason']
    found, counts = differences(args.vanalyze, args.directory, args.only)
    if args.list:
        print('\t'.join(FIELDS))
        for f in found:
            print('\t'.join((*f, listed.get(f, ''))))
        return 0
    present = set(map(plain, os.listdir(os.path.join(args.directory, 'captures'))))
    new = [f for f in found if f not in listed]
    gone = [f for f in listed if f not in set(found) and f[0] in present and not args.only]
    for f in new:
        print('  not listed:', *f, sep='\t', file=sys.stderr)
    for f in gone:
        print('  listed, but gone:', *f, sep='\t', file=sys.stderr)
    print(f'{"FAILED" if new or gone else "ok"}: {counts["http"]} requests, {counts["tcp"]} '
          f'handshakes, {len(found)} differ, {len(new)} not listed, {len(gone)} gone')
    return 1 if new or gone else 0


if __name__ == '__main__':
    sys.exit(main())
