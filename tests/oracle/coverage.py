#!/usr/bin/python3
"""coverage - the simulation of tests/bench/coverage.c again, with NumPy and SciPy alone.

  coverage.py --program build/release/coverage [--samples 100000] [--seed 1]

Its own random numbers, its own formulas: nothing but the table's rows is taken from the program.
Prints a Markdown table with both results.  Exit status 1 where a share differs by more than 4.5
standard errors of the difference (once in 150,000 rows by chance), where the t interval of
normal data, or Fieller's, is not at its level within as much, where order statistics of the
median are not at the exact binomial probability, or those of another quantile below the level.
"""
import argparse
import csv
import math
import subprocess
import sys

import numpy as np
from scipy import stats

LEVEL, RESAMPLES, LIMIT = 0.95, 999, 4.5


def normal(rng, shape):
    return rng.normal(10, 2, shape)


def lognormal(rng, shape):
    return rng.lognormal(0, 1, shape)


def pareto(rng, shape):
    return rng.pareto(1.5, shape) + 1


def series(rng, shape):
    z = rng.normal(size=shape)
    x = np.empty(shape)
    x[:, 0] = z[:, 0] / math.sqrt(1 - 0.36)
    for i in range(1, shape[1]):
        x[:, i] = 0.6 * x[:, i - 1] + z[:, i]
    return x


Z90 = stats.norm.ppf(0.9)
DISTRIBUTIONS = {  # draw, mean, median, 90 % quantile
    'normal': (normal, 10, 10, 10 + 2 * Z90),
    'log-normal': (lognormal, math.exp(0.5), 1, math.exp(Z90)),
    'Pareto 1.5': (pareto, 3, 2**(1 / 1.5), 10**(1 / 1.5)),
    'AR(1) 0.6': (series, 0, 0, None),
}


# Each: bounds of every row of x, NaN where there is no interval.

def around(mean, error, df):
    half = stats.t.ppf((1 + LEVEL) / 2, df) * error
    return mean - half, mean + half


def t_mean(x, _):
    n = x.shape[1]
    return around(x.mean(1), x.std(1, ddof=1) / math.sqrt(n), n - 1)


def t_effective(x, _):
    n = x.shape[1]
    d = x - x.mean(1)[:, None]
    rho = (d[:, 1:] * d[:, :-1]).sum(1) / (d * d).sum(1)
    n_eff = np.clip(n * (1 - rho) / (1 + rho), 2, n)
    return around(x.mean(1), x.std(1, ddof=1) / np.sqrt(n_eff), n_eff - 1)


def order_ranks(n, p):
    """Largest l and smallest u (from 1) with tails of at most half of what the level leaves."""
    tail = (1 - LEVEL) / 2
    below = [k for k in range(1, n + 1) if stats.binom.cdf(k - 1, n, p) <= tail]
    above = [k for k in range(1, n + 1) if stats.binom.sf(k - 1, n, p) <= tail]
    return (max(below), min(above)) if below and above else (None, None)


def order_statistics(x, p):
    low, high = order_ranks(x.shape[1], p)
    if low is None:
        return np.full(len(x), np.nan), np.full(len(x), np.nan)
    x = np.sort(x, 1)
    return x[:, low - 1], x[:, high - 1]


def bca(x, rng, statistic):
    n = x.shape[1]
    low, high = np.full(len(x), np.nan), np.full(len(x), np.nan)
    others = np.array([[k for k in range(n) if k != i] for i in range(n)])
    z = stats.norm.ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    for row, values in enumerate(x):
        t = np.sort(statistic(values[rng.integers(0, n, (RESAMPLES, n))], axis=1))
        t0 = statistic(values)
        w = stats.norm.ppf((np.sum(t < t0) + np.sum(t == t0) / 2) / RESAMPLES)
        jack = statistic(values[others], axis=1)
        u = jack.mean() - jack
        squares = np.sum(u * u)
        a = np.sum(u**3) / (6 * squares**1.5) if squares > 0 else 0
        rank = (RESAMPLES + 1) * stats.norm.cdf(w + (w + z) / (1 - a * (w + z)))
        if not np.isfinite(w) or rank[0] < 1 or rank[1] > RESAMPLES:
            continue
        low[row], high[row] = np.interp(rank, np.arange(1, RESAMPLES + 1), t)
    return low, high


def fieller(x, _):
    """Of the ratio of the halves' means: the roots of (mx - r my)^2 = t^2 (vx + r^2 vy)."""
    n = x.shape[1] // 2
    a, b = x[:, :n], x[:, n:]
    mx, my = a.mean(1), b.mean(1)
    vx, vy = a.var(1, ddof=1) / n, b.var(1, ddof=1) / n
    r = mx / my
    df = (vx + r * r * vy)**2 / (vx**2 + (r * r * vy)**2) * (n - 1)
    t2 = stats.t.ppf((1 + LEVEL) / 2, df)**2
    lead = my**2 - t2 * vy
    root = np.sqrt(np.maximum((mx * my)**2 - lead * (mx**2 - t2 * vx), 0))
    with np.errstate(divide='ignore', invalid='ignore'):
        low, high = (mx * my - root) / lead, (mx * my + root) / lead
    low[lead <= 0] = np.nan
    return low, high


METHODS = {
    't of the mean': (t_mean, 1),
    't of the mean with effective n': (t_effective, 1),
    'order statistics of the median': (lambda x, _: order_statistics(x, 0.5), 2),
    'order statistics of the 90 % quantile': (lambda x, _: order_statistics(x, 0.9), 3),
    'BCa of the mean': (lambda x, rng: bca(x, rng, np.mean), 1),
    'BCa of the median': (lambda x, rng: bca(x, rng, np.median), 2),
    'Fieller of the ratio': (fieller, None),
}


def simulate(row, rng):
    """Samples without an interval, with one that holds the truth."""
    take, place = METHODS[row['interval']]
    distribution = DISTRIBUTIONS[row['distribution']]
    truth = distribution[place] if place else 1
    left, none, hold, n = int(row['samples']), 0, 0, int(row['n'])
    while left:
        size = min(left, max(1, 1_000_000 // n))
        low, high = take(distribution[0](rng, (size, n)), rng)
        none += int(np.isnan(low).sum())
        hold += int(((low <= truth) & (truth <= high)).sum())
        left -= size
    return none, hold


def differ(a, n_a, b, n_b):
    """By how many standard errors two shares differ; those of 0 or all count one sample."""
    if not n_a or not n_b:
        return 0 if n_a == n_b else math.inf
    p = min(max((a + b) / (n_a + n_b), 1 / (n_a + n_b)), 1 - 1 / (n_a + n_b))
    return abs(a / n_a - b / n_b) / math.sqrt(p * (1 - p) * (1 / n_a + 1 / n_b))


def exact(row):
    """What the share must be; None where theory says no more than the simulation."""
    name, n = row['interval'], int(row['n'])
    if name == 'order statistics of the median':
        low, high = order_ranks(n, 0.5)
        return low and stats.binom.cdf(high - 1, n, 0.5) - stats.binom.cdf(low - 1, n, 0.5)
    if row['distribution'] == 'normal' and name in ('t of the mean', 'Fieller of the ratio'):
        return LEVEL
    return None


def judge(row, none, hold):
    """What is wrong with a row, or ''."""
    n = int(row['samples'])
    with_one, ours = n - int(row['none']), int(row['hold'])
    if differ(int(row['none']), n, none, n) > LIMIT:
        return 'samples without an interval'
    if with_one and n - none and differ(ours, with_one, hold, n - none) > LIMIT:
        return 'not what NumPy finds'
    p = exact(row)
    if p and abs(ours / n - p) > LIMIT * math.sqrt(p * (1 - p) / n):
        return f'{p:.4f} expected'
    if row['interval'].startswith('order') and with_one and \
            ours / n < LEVEL - LIMIT * math.sqrt(LEVEL * (1 - LEVEL) / n):
        return 'below its level'
    return ''


def percent(count, n):
    return f'{100 * count / n:.2f}' if n else '–'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--program', default='build/release/coverage')
    parser.add_argument('--samples', type=int, default=100000)
    parser.add_argument('--seed', type=int, default=1)
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    out = subprocess.run([args.program, str(args.samples), str(args.seed)], check=True,
                         capture_output=True, text=True).stdout
    wrong = []
    print('| interval at 95 % | distribution | n | samples | none (%) | holds the truth (%) '
          '| NumPy (%) | above it (%) |', '|---|---|---|---|---|---|---|---|', sep='\n')
    for row in csv.DictReader(out.splitlines()):
        none, hold = simulate(row, rng)
        n = int(row['samples'])
        with_one = n - int(row['none'])
        print(f"| {row['interval']} | {row['distribution']} | {row['n']} | {n} "
              f"| {percent(int(row['none']), n)} | {percent(int(row['hold']), with_one)} "
              f"| {percent(hold, n - none)} | {percent(int(row['above']), with_one)} |", flush=True)
        problem = judge(row, none, hold)
        if problem:
            wrong.append(f"{row['interval']}, {row['distribution']}, n = {row['n']}: {problem}")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
