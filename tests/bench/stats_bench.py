#!/usr/bin/python3
"""stats_bench - analyze/stats beside SciPy, NumPy and pandas on the same columns.

  stats_bench.py WORKDIR [--programs build/release] [--rounds 5] [--largest 7]

Writes its columns to WORKDIR (some 160 MB with --largest 7; removed at the end), runs each
operation in a process of its own, ours and the peer's in turn, and prints Markdown tables: CPU seconds of the
operation alone (median of the rounds), the ratio of the medians, the smallest and the largest ratio
of a round, and peak memory of the process per sample, columns included (this program itself imports
nothing large and lets a process of its own write the columns, since what it holds would be part of
every peak).  The column "limit" says what is demanded: the least ratio, or the most bytes a sample.
The exit status is 1 where that is missed, where both results do not agree to 1e-9, or where the time
of a pair grows faster than n log n by more than what memory costs that no cache holds.

Columns: x lognormal, y = x times lognormal noise, rounded to 2 decimals (ties, as in printed
times); 12 columns of 0 and 1 with shares of 5 to 60 %.

  pair       scipy.stats.kendalltau(x, y)
  cross      the same of 12 columns of 0 and 1 with x and y, 24 pairs
  pair_r     R's cor.test(method = "kendall"), where Rscript is there; its time grows as n^2
  matrix     pandas.DataFrame.corr('kendall') of all 14, 91 pairs (tau alone, while ours has p too)
  mad        median and MAD by numpy.median, twice; mad_gsl: by gsl_stats_mad0 (in stats_bench)
  quantiles  numpy.quantile at 7 probabilities
"""
import argparse
import math
import os
import shutil
import statistics
import subprocess
import sys
import time

# What is demanded of an operation at a size: the least ratio to the peer, the most bytes a sample.
LIMITS = {
    ('pair', 6): (3, None),
    ('pair', 7): (None, 48),
    ('cross', 6): (10, None),
    ('matrix', 6): (20, None),
    ('mad_gsl', 7): (1, None),
    ('quantiles', 7): (1, None),
}
GROWTH_MAX = 3  # of the time over n log n, from 10^4 (in the cache) to 10^7 (not)

PROBABILITIES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


# The peer: this script again, in a process of its own.

def peer_tau(a, b):
    from scipy import stats
    return stats.kendalltau(a, b).statistic


def peer_cross(columns):
    return sum(peer_tau(a, b) for b in columns[-2:] for a in columns[:-2])


def peer_matrix(columns):
    import numpy
    import pandas
    matrix = pandas.DataFrame(columns.T).corr('kendall').to_numpy()
    return matrix[numpy.triu_indices(len(columns), 1)].sum()


def peer_mad(columns):
    import numpy
    return numpy.median(numpy.abs(columns[0] - numpy.median(columns[0])))


def peer_quantiles(columns):
    import numpy
    return numpy.quantile(columns[0], PROBABILITIES).sum()


PEERS = {
    'pair': lambda columns: peer_tau(columns[0], columns[1]),
    'cross': peer_cross,
    'matrix': peer_matrix,
    'mad': peer_mad,
    'quantiles': peer_quantiles,
}


def run_peer(operation, path, n_columns):
    import warnings
    import numpy
    warnings.simplefilter('ignore')  # SciPy's variance overflows; its tau does not
    columns = numpy.fromfile(path).reshape(n_columns, -1)
    PEERS[operation](columns[:, :100])  # what is imported on first use
    start = time.process_time()
    result = PEERS[operation](columns)
    print(f'{time.process_time() - start:.6f} {float(result)!r}')


def run_write(path, n, n_flags):
    import numpy
    rng = numpy.random.default_rng(1)
    x = rng.lognormal(0, 1, n)
    y = numpy.round(x * rng.lognormal(0, 1.5, n), 2)
    flags = [(rng.random(n) < 0.05 * (k + 1)).astype(float) for k in range(n_flags)]
    numpy.concatenate(flags + [x, y]).tofile(path)


R_CODE = """
args <- commandArgs(TRUE)
x <- readBin(args[1], "double", file.size(args[1]) / 8)
x <- matrix(x, ncol = 2)
start <- proc.time()
t <- suppressWarnings(cor.test(x[, 1], x[, 2], method = "kendall", exact = FALSE))
cat(sum((proc.time() - start)[1:2]), sprintf("%.17g", t$estimate), "\n")
"""


# The benchmark.

def write_columns(path, n, n_flags):
    subprocess.run([sys.executable, __file__, '--write', path, str(n), str(n_flags)], check=True)


def once(command):
    """CPU seconds, result, peak bytes."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f'exit status {child.returncode}: {" ".join(command)}')
    seconds, result = map(float, out.split())
    return seconds, result, usage.ru_maxrss * 1024


class Bench:
    def __init__(self, args):
        self.args, self.failed = args, False
        print('| operation | n | ours (s) | peer (s) | ratio | rounds | ours (B/sample) | peer '
              '| limit |', '|---|---|---|---|---|---|---|---|---|', sep='\n')

    def compare(self, operation, path, n, n_columns):
        program = os.path.join(self.args.programs, 'stats_bench')
        words = [path, str(n_columns)]
        ours_command = [program, operation.removesuffix('_gsl').removesuffix('_r'), *words]
        peer_command = ([program] if operation.endswith('_gsl') else
                        [sys.executable, __file__, '--peer']) + [operation, *words]
        if operation.endswith('_r'):
            peer_command = ['Rscript', '-e', R_CODE, path]
        ours, peers = [], []
        for _ in range(self.args.rounds):
            ours.append(once(ours_command))
            peers.append(once(peer_command))
        middle = [statistics.median(r[0] for r in runs) for runs in (ours, peers)]
        each = [p[0] / o[0] for o, p in zip(ours, peers)]
        if abs(ours[0][1] - peers[0][1]) > 1e-9 * max(abs(peers[0][1]), 1):
            print(f'{operation}: {ours[0][1]!r}, but the peer says {peers[0][1]!r}',
                  file=sys.stderr)
            self.failed = True
        print(f'| {operation} | {n:.0e} | {middle[0]:.4f} | {middle[1]:.4f} '
              f'| {middle[1] / middle[0]:.1f} | {min(each):.1f}-{max(each):.1f} '
              f'| {ours[0][2] / n:.1f} | {peers[0][2] / n:.1f} '
              f'| {self.judge(operation, n, middle[1] / middle[0], ours[0][2] / n)} |',
              flush=True)
        return middle[0]

    def judge(self, operation, n, ratio, bytes_per_sample):
        """What is demanded, as text."""
        least, most = LIMITS.get((operation, round(math.log10(n))), (None, None))
        missed = (least and ratio < least) or (most and bytes_per_sample > most)
        self.failed |= bool(missed)
        said = f'ratio ≥ {least}' if least else f'≤ {most} B' if most else '–'
        return said + (': **missed**' if missed else '')


def growth(bench, path):
    """n log n: what is left of the time when that is divided out must not grow much."""
    seconds = {}
    for power in range(4, bench.args.largest + 1):
        n = 10**power
        write_columns(path, n, 0)
        seconds[n] = bench.compare('pair', path, n, 2)
        if power == 4 and shutil.which('Rscript'):
            bench.compare('pair_r', path, n, 2)
    return seconds


def main():
    if sys.argv[1:2] == ['--peer']:
        run_peer(sys.argv[2], sys.argv[3], int(sys.argv[4]))
        return 0
    if sys.argv[1:2] == ['--write']:
        run_write(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        return 0
    parser = argparse.ArgumentParser()
    parser.add_argument('workdir')
    parser.add_argument('--programs', default='build/release')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--largest', type=int, default=7, help='power of ten of the largest n')
    bench = Bench(parser.parse_args())
    os.makedirs(bench.args.workdir, exist_ok=True)
    path = os.path.join(bench.args.workdir, 'columns')
    try:
        seconds = growth(bench, path)
        n = 10**bench.args.largest
        for operation in ('mad', 'mad_gsl', 'quantiles'):
            bench.compare(operation, path, n, 2)
        n = min(n, 10**6)
        write_columns(path, n, 12)
        for operation in ('cross', 'matrix'):
            bench.compare(operation, path, n, 14)
    finally:
        if os.path.exists(path):
            os.remove(path)
    print('\n| n | ns per sample | over log2 n |', '|---|---|---|', sep='\n')
    for n, s in seconds.items():
        print(f'| {n:.0e} | {s / n * 1e9:.1f} | {s / n * 1e9 / math.log2(n):.2f} |')
    each = [s / n / math.log2(n) for n, s in seconds.items()]
    grown = each[-1] / each[0]
    print(f'\nOver n log n the time grows by {grown:.2f} from the least n to the largest '
          f'(limit {GROWTH_MAX}).')
    return 1 if bench.failed or grown > GROWTH_MAX else 0


if __name__ == '__main__':
    sys.exit(main())
