#!/usr/bin/python3
"""check_histogram_statistics.py DIR DATASET - rank correlation, outliers and comparison of histograms.

DIR holds what vanalyze said of the dataset: kendall.csv, outliers.csv (--by kernel,optimized),
within.csv (the same --within cell --threshold 5) and compare.csv (--baseline bare-metal).  Here the
same is computed by other ways from the dataset's own table:

- tau_b from the whole contingency table of a factor and the buckets, in Python integers: with the
  cumulated counts of each level, C - D is a sum over pairs of levels, no sorting and no tree.  p
  from the asymptotic series of erfc, which at such z is exact to the digits
  compared.
- median and MAD by cumulated counts (numpy), outliers by comparing middles with the two limits.
- ratio of means, Welch's p (SciPy) and Hodges and Lehmann's shift over runs.

Prints a line per fault, then how much was compared; exit status 0 without fault.
"""
import io
import math
import subprocess
import sys

import numpy as np
import pandas as pd
from scipy import stats

BY = ['platform', 'kernel', 'optimized', 'packet_rate_pps']


def load(dataset):
    text = subprocess.run(['zstd', '-dc', f'{dataset}/latency.hist.csv.zst'], check=True,
                          stdout=subprocess.PIPE).stdout
    t = pd.read_csv(io.BytesIO(text))
    t['x'] = (t['lower'] + t['upper']) / 2
    return t



def tie_sums(sizes):
    sizes = [int(s) for s in sizes]
    return (sum(t * (t - 1) // 2 for t in sizes), sum(t * (t - 1) * (t - 2) for t in sizes),
            sum(t * (t - 1) * (2 * t + 5) for t in sizes))


def score_of(table):
    """C - D of a contingency table, rows the levels ascending, columns the values ascending."""
    score, lower = 0, table[0]
    for level in table[1:]:
        below, total = 0, sum(lower)
        for j, count in enumerate(level):
            score += count * (below - (total - below - lower[j]))
            below += lower[j]
        lower = [a + b for a, b in zip(lower, level)]
    return score


def log10_p(score, n, x, y):
    (tx, ux, vx), (ty, uy, vy) = x, y
    variance = (n * (n - 1) * (2 * n + 5) - vx - vy) / 18 + 2 * tx * ty / (n * (n - 1))
    variance += ux * uy / (9 * n * (n - 1) * (n - 2))
    z = abs(score) / math.sqrt(2 * variance)
    if z < 20:
        return math.log10(math.erfc(z))
    return (-z * z - math.log(z * math.sqrt(math.pi)) + math.log1p(-1 / (2 * z * z))) / math.log(10)


def kendall_of(rows, variable):
    name, _, level = variable.partition('=')
    key = (rows[name].astype(str) == level).astype(int) if level else rows[name]
    table = rows.assign(key=key).pivot_table(index='key', columns='x', values='count',
                                             aggfunc='sum', fill_value=0)
    if len(table) < 2:
        return None
    table = table.to_numpy(dtype=np.int64)
    n, x, y = int(table.sum()), tie_sums(table.sum(axis=1)), tie_sums(table.sum(axis=0))
    score, all_pairs = score_of(table.tolist()), n * (n - 1) // 2
    tau = score / math.sqrt((all_pairs - x[0]) * (all_pairs - y[0]))
    return n, tau, log10_p(score, n, x, y)


def kendall_faults(table, path):
    ours = pd.read_csv(path)
    ours = ours[ours['y'] == 'delay_ns']
    for _, row in ours.iterrows():
        where = f"{row['platform']}, {row['x']}"
        expected = kendall_of(table[table['platform'] == row['platform']], row['x'])
        if expected is None:
            if not math.isnan(row['tau_b']):
                yield f'{where}: a tau of a constant'
            continue
        n, tau, logp = expected
        if row['n'] != n:
            yield f"{where}: n {row['n']}, expected {n}"
        if abs(row['tau_b'] - tau) > 1e-14:
            yield f"{where}: tau_b {row['tau_b']}, expected {tau}"
        if abs(row['log10_p'] - logp) > 1e-11 * abs(logp):
            yield f"{where}: log10 p {row['log10_p']}, expected {logp}"
    # levels of kernel and optimized, and the rate: 3 + 2 + 1, of the platform kernel 2 + 2 + 1
    if len(ours) != 23:
        yield f'{len(ours)} correlations with the metric, expected 23'


def median(x, counts):
    order = np.argsort(x)
    reached = np.cumsum(counts[order])
    n = reached[-1]
    low, high = (order[np.searchsorted(reached, r, side='right')] for r in ((n - 1) // 2, n // 2))
    return (x[low] + x[high]) / 2


def is_outlier(rows, threshold):
    x, counts = rows['x'].to_numpy(), rows['count'].to_numpy()
    middle = median(x, counts)
    off = abs(x - middle)
    scale = median(off, counts) / 0.6745
    if not scale:
        scale = 1.253314 * (off * counts).sum() / counts.sum()
    return pd.Series(off > threshold * scale, index=rows.index) & (scale > 0)


def outlier_faults(table, path, within, threshold):
    ours = pd.read_csv(path)
    out = table.groupby(within, group_keys=False).apply(lambda rows: is_outlier(rows, threshold))
    table = table.assign(out=table['count'] * out)
    cells = table.groupby(BY[:3])[['count', 'out']].sum()
    totals = table.groupby('platform')['out'].sum()
    if len(cells) != len(ours):
        yield f'{path}: {len(ours)} rows, expected {len(cells)}'
    for _, row in ours.iterrows():
        cell = cells.loc[tuple(row[BY[:3]])]
        share = 100 * cell['out'] / totals[row['platform']]
        if row['n'] != cell['count'] or row['outliers'] != cell['out']:
            yield f"{path}: {tuple(row[BY[:3]])}: {row['outliers']}, expected {cell['out']}"
        if abs(row['share_pct'] - share) > 1e-9:
            yield f"{path}: {tuple(row[BY[:3]])}: share {row['share_pct']}, expected {share}"


def compare_faults(table, path):
    ours = pd.read_csv(path)
    runs = table.groupby(BY + ['repetition']).apply(lambda r: pd.Series({
        'mean': np.average(r['x'], weights=r['count']),
        'median': median(r['x'].to_numpy(), r['count'].to_numpy())})).reset_index()
    n = 0
    for _, row in ours[ours['over'] == 'runs'].iterrows():
        key = (runs[BY[1:]] == row[BY[1:]]).all(axis=1)
        a, b = (runs[key & (runs['platform'] == p)] for p in (row['platform'], 'bare-metal'))
        shift = np.median(np.subtract.outer(a['median'].to_numpy(), b['median'].to_numpy()))
        welch = stats.ttest_ind(a['mean'], b['mean'], equal_var=False).pvalue
        n += 1
        if row['n'] != len(a) or row['n_baseline'] != len(b):
            yield f'{path}: {tuple(row[BY])}: other runs'
        if abs(row['ratio'] * b['mean'].mean() / a['mean'].mean() - 1) > 1e-12:
            yield f"{path}: {tuple(row[BY])}: ratio {row['ratio']}"
        if abs(row['hl_shift'] - shift) > 1e-9 or abs(row['p_welch'] / welch - 1) > 1e-6:
            yield f"{path}: {tuple(row[BY])}: shift {row['hl_shift']}, expected {shift}, p {welch}"
    if n < 60:
        yield f'{n} comparisons only'


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    where, table = sys.argv[1], load(sys.argv[2])
    found = [*kendall_faults(table, f'{where}/kendall.csv'),
             *outlier_faults(table, f'{where}/outliers.csv', ['platform'], 3.5),
             *outlier_faults(table, f'{where}/within.csv', BY, 5),
             *compare_faults(table, f'{where}/compare.csv')]
    print('\n'.join([*found, f'{table["count"].sum()} samples']))
    sys.exit(bool(found))


main()
