#!/usr/bin/env python3
"""Oracle for analyze/stats/kendall_counts and outlier_counts: tau_b and p of counted samples.

Run from the project root; writes tests/data/stats/kendall_counts.tsv (the tests only read it).
Every pair of rows is counted one by one, in Python's integers of any length, weighted by the
product of both counts; tie sums likewise over dictionaries; the variance is a fraction; roots,
logarithms and the normal tail have 60 decimal digits (kendall.py).  Where the counts are small they
are written out as samples, and SciPy's kendalltau of these must agree.

The last columns are median and MAD, and the mean absolute deviation where the MAD is 0, of x by its
counts, as fractions.
"""
import random
from decimal import Decimal
from fractions import Fraction

from scipy import stats

from kendall import decimal, exact_p, log10_erfc

OUT = "tests/data/stats/kendall_counts.tsv"
TOTAL_MAX = 2**41


def group_sizes(values, counts):
    size = {}
    for v, c in zip(values, counts):
        size[v] = size.get(v, 0) + c
    return [s for s in size.values() if s]


def score_of(x, y, counts):
    sign = lambda a, b: (a > b) - (a < b)
    return sum(sign(x[i], x[j]) * sign(y[i], y[j]) * counts[i] * counts[j]
               for i in range(len(x)) for j in range(i))


def expectation(x, y, counts):
    n, sx, sy = sum(counts), group_sizes(x, counts), group_sizes(y, counts)
    if n < 2 or len(sx) == 1 or len(sy) == 1:
        return None
    score, pairs = score_of(x, y, counts), n * (n - 1) // 2
    tx, ty = (sum(t * (t - 1) // 2 for t in s) for s in (sx, sy))
    ux, uy = (sum(t * (t - 1) * (t - 2) for t in s) for s in (sx, sy))
    vx, vy = (sum(t * (t - 1) * (2 * t + 5) for t in s) for s in (sx, sy))
    tau = Decimal(score) / (Decimal(pairs - tx) * Decimal(pairs - ty)).sqrt()
    if n < 50 and tx == ty == 0:
        return score, float(tau), float(decimal(exact_p(n, score)).log10())
    variance = Fraction(n * (n - 1) * (2 * n + 5) - vx - vy, 18)
    variance += Fraction(4 * tx * ty, 2 * n * (n - 1))
    if n > 2:
        variance += Fraction(ux * uy, 9 * n * (n - 1) * (n - 2))
    return score, float(tau), float(log10_erfc(decimal(Fraction(score**2) / variance / 2).sqrt()))


def median(values, counts):
    """Of exact values: the mean of the middle two samples."""
    n, below, found = sum(counts), 0, []
    for v, c in sorted(zip(values, counts)):
        found += [v for rank in ((n - 1) // 2, n // 2) if below <= rank < below + c]
        below += c
    return Fraction(sum(found), 2)


def deviation(x, counts):
    x = [Fraction(v) for v in x]
    m = median(x, counts)
    off = [abs(v - m) for v in x]
    return m, median(off, counts), sum(d * c for d, c in zip(off, counts)) / sum(counts)


def check_by_samples(x, y, counts, expected):
    a = [v for v, c in zip(x, counts) for _ in range(c)]
    b = [v for v, c in zip(y, counts) for _ in range(c)]
    if len(a) < 50:
        return  # SciPy is exact there, by rules of its own
    r = stats.kendalltau(a, b, method="asymptotic")
    assert abs(r.statistic - expected[1]) < 1e-12, (r, expected)
    assert abs(r.pvalue - 10**expected[2]) <= 1e-9 * r.pvalue + 1e-300, (r, expected)


def rows(rng):
    for k in range(60):
        n, top = rng.choice((2, 3, 8, 20, 40)), rng.choice((1, 3, 30, 1000, 10**6, 2**34))
        x = [rng.randrange(rng.choice((2, 5, 1000))) for _ in range(n)]
        y = [rng.randrange(rng.choice((2, 5, 1000))) - v for v in x]
        yield f"random_{k}", x, y, [rng.randrange(top + 1) for _ in range(n)]
    yield "untied", [1, 2, 3, 4], [2, 1, 3, 4], [1, 1, 1, 1]
    yield "one_row", [1], [1], [5]
    yield "constant_but_for_nothing", [1, 1, 2], [1, 2, 3], [4, 5, 0]
    yield "all_there_may_be", [1, 2, 3], [3, 3, 1], [TOTAL_MAX - 2, 1, 1]
    yield "halves", [0, 1], [0, 1], [TOTAL_MAX // 2, TOTAL_MAX // 2]
    yield "opposite", [0, 1], [1, 0], [TOTAL_MAX // 2 - 1, TOTAL_MAX // 2]


def main():
    lines = ["# name\tx\ty\tcounts\tscore\ttau_b\tlog10 p\tmedian\tMAD\tmean deviation"]
    for name, x, y, counts in rows(random.Random(11)):
        if not sum(counts):
            continue
        e = expectation(x, y, counts)
        if e and sum(counts) < 20000:
            check_by_samples(x, y, counts, e)
        numbers = [" ".join(map(str, v)) for v in (x, y, counts)]
        scale = [repr(float(v)) for v in deviation(x, counts)]
        lines.append("\t".join([name, *numbers, *(map(repr, e) if e else "---"), *scale]))
    with open(OUT, "w", encoding="ascii") as f:
        f.write("\n".join(lines) + "\n")
    print(f"{len(lines) - 1} cases")


if __name__ == "__main__":
    main()
