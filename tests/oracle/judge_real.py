#!/usr/bin/python3
"""judge_real - describe and compare of recorded samples against NumPy and SciPy.

  judge_real.py TABLE DESCRIBE COMPARE

TABLE has columns platform and rtt_ns, native the baseline; the others are what vanalyze said of it
as CSV.  Means, deviations and quantiles must agree to 1e-12, Cliff's delta and the shift (a
sorted list of all differences) to 1e-12, Mann-Whitney's p to 1e-9.  Exit status 1 if not.
"""
import sys

import numpy as np
import pandas as pd
from scipy import stats

table, describe, compare = (pd.read_csv(path) for path in sys.argv[1:])
samples = {name: g.rtt_ns.to_numpy(float) for name, g in table.groupby('platform')}
judged = 0


def agree(what, got, expected, limit):
    global judged
    judged += 1
    if abs(got - expected) > limit * abs(expected):
        sys.exit(f'{what}: {got!r}, expected {expected!r}')


for _, row in describe.iterrows():
    x = samples[row.platform]
    for name, value in (('n', len(x)), ('mean', x.mean()), ('sd', x.std(ddof=1)),
                        *zip(('min', 'q1', 'median', 'q3', 'max'),
                             np.quantile(x, (0, 0.25, 0.5, 0.75, 1)))):
        agree(f'{row.platform} {name}', row[name], value, 1e-12)
for _, row in compare.iterrows():
    x, y = samples[row.platform], samples['native']
    test = stats.mannwhitneyu(x, y, method='asymptotic')
    agree('p_mw', row.p_mw, test.pvalue, 1e-9)
    agree('delta', row.cliffs_delta, 2 * test.statistic / len(x) / len(y) - 1, 1e-12)
    agree('shift', row.hl_shift, np.median(np.subtract.outer(x, y)), 1e-12)
    agree('ratio', row.ratio, x.mean() / y.mean(), 1e-12)
sys.exit(0 if judged >= 16 + 4 else 'nothing to judge')
