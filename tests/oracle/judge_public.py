#!/usr/bin/python3
"""judge_public - run vanalyze over public captures and compare every probe with tshark's account.

  judge_public.py VANALYZE DIR [--differences FILE.tsv] [--list]

DIR holds captures/NAME and, where tshark finds echo requests in it, oracle/NAME/rtt.csv[.zst]
(NAME without .zst): one row per echo request, naive_rtt_ns = first reply to the newest earlier
unanswered request of the same (family, src, dst, id, seq), computed by a script over the frames as
tshark dissected them; empty = unanswered.

For each capture `vanalyze rtt --samples - FILE` must exit with 0 or 4 (3 too where the oracle has
no probe) and its rows must be the oracle's: same time of request, family, addresses, id, sequence
and RTT, all exact.  The oracle knows no payload, no expiry and no copies (docs/METHODS.md section 2
does), so a few rows rightly differ.  Each is listed in public_differences.tsv with the reason:

  capture  t_ns  src  id  seq  oracle  ours  reason

where oracle and ours are an RTT in ns, "lost" (a row without RTT) or "none" (no row).  A difference
that is not listed fails, and so does a listed one that is gone.  --list prints the differences
found in that form, the reason taken over where there was one, and fails nothing: read it before
use.

Exit status: 0 all as listed, 1 not, 2 wrong usage.
"""
import argparse
import collections
import csv
import io
import ipaddress
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FIELDS = ('capture', 't_ns', 'src', 'id', 'seq', 'oracle', 'ours', 'reason')


def text_of(path):
    if path.endswith('.zst'):
        run = subprocess.run(['zstd', '-dcq', path], capture_output=True, check=True)
        return run.stdout.decode()
    with open(path, encoding='ascii') as f:
        return f.read()


def key_of(row, t):
    return (int(row[t]), int(row['family']), str(ipaddress.ip_address(row['src'])),
            str(ipaddress.ip_address(row['dst'])), int(row['id']), int(row['seq']))


def oracle_rows(directory, capture):
    """Sorted RTTs by key; None where the capture has no oracle, so no echo request."""
    name = capture[:-4] if capture.endswith('.zst') else capture
    for folder in (capture, name):
        for end in ('rtt.csv', 'rtt.csv.zst'):
            path = os.path.join(directory, 'oracle', folder, end)
            if os.path.exists(path):
                table = collections.defaultdict(list)
                for row in csv.DictReader(io.StringIO(text_of(path))):
                    table[key_of(row, 'send_epoch_ns')].append(row['naive_rtt_ns'] or 'lost')
                return table
    return None


def our_rows(program, path):
    """Exit status, last line of standard error, RTTs by key."""
    run = subprocess.run([program, 'rtt', '--samples', '-', path], capture_output=True, timeout=120)
    table, lines = collections.defaultdict(list), run.stdout.decode().splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith('run,point,t_ns,')), None)
    if start is not None:
        reader = csv.reader(lines[start:])
        header = next(reader)
        for fields in reader:
            if len(fields) != len(header):
                break  # the results begin
            row = dict(zip(header, fields))
            table[key_of(row, 't_ns')].append(row['rtt_ns'] or 'lost')
    message = run.stderr.decode(errors='replace').strip().splitlines()
    return run.returncode, message[-1] if message else '', table


def differences(capture, oracle, ours):
    """Rows that one side has and the other has not, equal keys brought together."""
    for key in sorted(set(oracle) | set(ours)):
        theirs, mine = (collections.Counter(t.get(key, ())) for t in (oracle, ours))
        left, right = sorted((theirs - mine).elements()), sorted((mine - theirs).elements())
        for i in range(max(len(left), len(right))):
            yield (capture, str(key[0]), key[2], str(key[4]), str(key[5]),
                   left[i] if i < len(left) else 'none', right[i] if i < len(right) else 'none')


def load_listed(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding='utf-8', newline='') as f:
        table = csv.DictReader(f, delimiter='\t')
        return {tuple(r[k] for k in FIELDS[:-1]): r['reason'] for r in table}


def examine(program, directory):
    """(found differences, probes compared, complaints)."""
    found, probes, complaints = [], 0, []
    folder = os.path.join(directory, 'captures')
    for capture in sorted(os.listdir(folder)):
        oracle = oracle_rows(directory, capture)
        status, message, ours = our_rows(program, os.path.join(folder, capture))
        if status not in ((0, 3, 4) if oracle is None else (0, 4)):
            complaints.append(f'{capture}: exit status {status}: {message}')
        probes += sum(len(v) for v in (oracle or {}).values())
        found += differences(capture, oracle or {}, ours)
    return found, probes, complaints


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('vanalyze')
    parser.add_argument('directory')
    parser.add_argument('--differences', default=os.path.join(HERE, 'public_differences.tsv'))
    parser.add_argument('--list', action='store_true')
    args = parser.parse_args()
    listed = load_listed(args.differences)
    found, probes, complaints = examine(args.vanalyze, args.directory)
    if args.list:
        print(*FIELDS, sep='\t')
        for row in found:
            print(*row, listed.get(row, ''), sep='\t')
        print(*complaints, sep='\n', file=sys.stderr)
        return 0
    captures = set(os.listdir(os.path.join(args.directory, 'captures')))
    unlisted = [r for r in found if not listed.get(r)]
    gone = [r for r in listed if r[0] in captures and r not in found]
    for line in complaints:
        print(line)
    for what, some in (('not listed', unlisted), ('listed but gone', gone)):
        for row in some:
            print(f'{what}:', *row, sep='\t')
    good = not (complaints or unlisted or gone)
    print(f'{"ok" if good else "FAILED"}: {len(captures)} captures, {probes} probes, '
          f'{len(found)} differences, {len(unlisted)} not listed, {len(gone)} listed but gone')
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
