#!/usr/bin/python3
"""judge_kendall.py SAMPLES.csv KENDALL.csv - is what `vanalyze kendall --csv` says what SciPy says?

SAMPLES.csv is a samples table (factors from the column `platform` on), of which KENDALL.csv is the
analysis.  The groups are those of
the columns before x.  tau_b and n must agree for each row, p within 1e-9 (SciPy's normal
approximation; its exact p below 50 samples without ties), p_holm with Holm's rule applied to the
file's own p; and each factor that varies must stand against each metric, by the name the manual
gives it.  Prints how many rows were judged; the exit status is 1 at the first that is wrong.
"""
import math
import sys

import numpy
import pandas
from scipy import stats

UNITS = ('_ns', '_pct')


def is_number(text):
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def values(rows, name):
    """A variable as floats, NaN where it is absent."""
    if name in rows:
        return pandas.to_numeric(rows[name]).to_numpy(float)
    factor, level = name.split('=', 1)
    column = rows[factor]
    return numpy.where(column == '', numpy.nan, (column == level).astype(float))


def variables(rows, factor):
    levels = sorted(set(rows[factor]) - {''})
    if all(is_number(v) for v in levels):
        return [factor] if levels else []
    return [f'{factor}={v}' for v in levels]


def fail(row, what, ours, theirs):
    sys.exit(f'{dict(row)}: {what} is {ours}, but {theirs} was expected')


def judge_row(row, rows):
    x, y = values(rows, row.x), values(rows, row.y)
    both = ~(numpy.isnan(x) | numpy.isnan(y))
    x, y = x[both], y[both]
    if int(row.n) != len(x):
        fail(row, 'n', row.n, len(x))
    if len(x) < 2 or len(set(x)) == 1 or len(set(y)) == 1:
        if row.tau_b != '' or row.p != '' or row.reason == '':
            fail(row, 'tau_b', row.tau_b, 'a reason why there is none')
        return
    exact = len(x) < 50 and len(set(x)) == len(set(y)) == len(x)
    found = stats.kendalltau(x, y, method='exact' if exact else 'asymptotic')
    tau, p, log10_p = float(row.tau_b), float(row.p), float(row.log10_p)
    if not math.isclose(tau, found.statistic, rel_tol=1e-12, abs_tol=1e-15):
        fail(row, 'tau_b', tau, found.statistic)
    if p > 1e-300 and not math.isclose(p, found.pvalue, rel_tol=1e-9):
        fail(row, 'p', p, found.pvalue)
    if p > 1e-300 and not math.isclose(10**log10_p, p, rel_tol=1e-9):
        fail(row, 'log10_p', log10_p, math.log10(p))
    if p == 0 and log10_p > -307:
        fail(row, 'log10_p', log10_p, 'less than -307')


def judge_holm(group):
    defined = group[group.log10_p != '']
    log10_p = defined.log10_p.astype(float).to_numpy()
    order, largest = numpy.argsort(log10_p, kind='stable'), -math.inf
    for place, k in enumerate(order):
        largest = max(largest, min(log10_p[k] + math.log10(len(order) - place), 0))
        row = defined.iloc[k]
        if not math.isclose(float(row.log10_p_holm), largest, rel_tol=1e-9, abs_tol=1e-12):
            fail(row, 'log10_p_holm', row.log10_p_holm, largest)
        if largest > -300 and not math.isclose(float(row.p_holm), 10**largest, rel_tol=1e-9):
            fail(row, 'p_holm', row.p_holm, 10**largest)


def judge_completeness(group, rows, by):
    columns = list(rows)
    fixed, factors = columns[:columns.index('platform')], columns[columns.index('platform'):]
    factors = [c for c in factors if c not in by and c != 'repetition']
    metrics = [c for c in fixed if c.endswith(UNITS) and c != 't_ns' and (rows[c] != '').any()]
    pairs = set(zip(group.x, group.y))
    for metric in metrics:
        for factor in factors:
            for name in variables(rows, factor):
                if (name, metric) not in pairs:
                    sys.exit(f'{name} against {metric} is missing')


def main():
    read = {'dtype': str, 'keep_default_na': False}
    samples, found = pandas.read_csv(sys.argv[1], **read), pandas.read_csv(sys.argv[2], **read)
    by = list(found.columns[:list(found.columns).index('x')])
    for levels, group in found.groupby(by) if by else [((), found)]:
        rows = samples
        for name, level in zip(by, levels if isinstance(levels, tuple) else (levels,)):
            rows = rows[rows[name] == level]
        for row in group.itertuples(index=False):
            judge_row(pandas.Series(row._asdict()), rows)
        judge_holm(group)
        judge_completeness(group, rows, by)
    print(f'{len(found)} rows agree')
    return 0 if len(found) else 1


sys.exit(main())
