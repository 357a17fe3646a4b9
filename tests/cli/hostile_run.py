#!/usr/bin/python3
"""hostile_run - run `vanalyze rtt` over the files of tests/gen/hostile.py and note what happens.

  hostile_run.py VANALYZE DIR > results.tsv

One line per file: name, exit status (128 + n for signal n, 124 for more than LIMIT_S), seconds,
peak resident KiB, lines on standard error, how many of them contain the file's name, probes with an
RTT.  tests/cli/hostile.bats compares that with DIR/expected.tsv.  The peak includes the few MiB
that this process held when it started the program.
"""
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time

LIMIT_S = 20
FIELDS = ('name', 'status', 'seconds', 'rss_kib', 'stderr_lines', 'naming_lines', 'probes')


def limit_time():
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_S, LIMIT_S + 1))


def run(command):
    """(status, seconds, peak KiB, standard output, standard error)"""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        start = time.monotonic()
        child = subprocess.Popen(['timeout', '-k', '2', str(LIMIT_S), *command], stdout=out,
                                 stderr=errors, stdin=subprocess.DEVNULL, preexec_fn=limit_time)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
        seconds = time.monotonic() - start
        out.seek(0)
        errors.seek(0)
        code = os.waitstatus_to_exitcode(status)
        return 128 - code if code < 0 else code, seconds, usage.ru_maxrss, out.read(), errors.read()


def count_probes(text):
    """Rows of the samples table that hold an RTT."""
    lines = text.decode(errors='replace').splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith('run,point,t_ns,')), None)
    if start is None:
        return 0
    table = csv.reader(lines[start:])
    header = next(table)
    at = header.index('rtt_ns')
    return sum(1 for row in table if len(row) == len(header) and row[at] != '')


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program, directory = sys.argv[1:]
    print(*FIELDS, sep='\t')
    with open(os.path.join(directory, 'expected.tsv'), newline='', encoding='ascii') as f:
        for row in csv.DictReader(f, delimiter='\t'):
            path = os.path.join(directory, row['name'])
            status, seconds, rss, out, errors = run([program, 'rtt', '--samples', '-', path])
            lines = errors.decode(errors='replace').splitlines()
            print(row['name'], status, f'{seconds:.2f}', rss, len(lines),
                  sum(row['name'] in line for line in lines), count_probes(out), sep='\t')


if __name__ == '__main__':
    main()
