#!/usr/bin/env python3
"""Oracle for analyze/stats/kendall, outlier and holm: inputs, and expectations in exact arithmetic.

Run from the project root; writes tests/data/stats/{kendall,kendall_large,outlier,holm}.tsv (the
tests only read those).  Pairs are counted one by one in integers; exact p-values by Kendall's
recurrence in integers; the variance as a fraction; roots, logarithms and the normal tail in 60
decimal digits; each rounded to a double once, when printed.  Then SciPy and R (kendall.R) are asked
for the same, and what they say where their own limits let them must agree.  "-" is undefined.

kendall.tsv        columns of up to 60 values, written out
kendall_large.tsv  columns that t_kendall.c generates itself, by the same splitmix64 as here
outlier.tsv        samples with median, deviation and every score
holm.tsv           from R's p.adjust()
"""
import bisect
import math
import random
import subprocess
import warnings
from decimal import Decimal, getcontext
from fractions import Fraction

from scipy import stats

OUT = "tests/data/stats/"
SIZES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 20, 33, 47, 49, 50, 51, 60)
INF = math.inf
getcontext().prec = 60
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620900")


def decimal(v):
    v = Fraction(v)
    return Decimal(v.numerator) / Decimal(v.denominator)


def log10_erfc(x):
    """Logarithm of the complementary error function, x a Decimal >= 0."""
    if x < 5:
        getcontext().prec = 100
        term, total, k = x, x, 0
        while abs(term) > Decimal(10) ** -90:
            k += 1
            term *= -x * x / k
            total += term / (2 * k + 1)
        tail = 1 - 2 / PI.sqrt() * total
        result = tail.log10()
    else:  # continued fraction, from the far end
        getcontext().prec = 60
        f = x
        for k in range(2000, 0, -1):
            f = x + Decimal(k) / 2 / f
        result = -(x * x) / Decimal(10).ln() - (PI.sqrt() * f).log10()
    getcontext().prec = 60
    return +result


def tie_sums(values):
    sizes = [values.count(v) for v in set(values)] if len(values) < 100 else group_sizes(values)
    return (sum(t * (t - 1) // 2 for t in sizes), sum(t * (t - 1) * (t - 2) for t in sizes),
            sum(t * (t - 1) * (2 * t + 5) for t in sizes))


def group_sizes(values):
    count = {}
    for v in values:
        count[v] = count.get(v, 0) + 1
    return list(count.values())


def score_by_pairs(x, y):
    sign = lambda a, b: (a > b) - (a < b)
    return sum(sign(x[i], x[j]) * sign(y[i], y[j]) for i in range(len(x)) for j in range(i))


def score_by_insertion(x, y):
    """The same in n log n: in groups of equal x, later ones see all earlier y in order."""
    order = sorted(range(len(x)), key=lambda i: x[i])
    seen, score, k = [], 0, 0
    while k < len(order):
        end = k
        while end < len(order) and x[order[end]] == x[order[k]]:
            end += 1
        group = [y[i] for i in order[k:end]]
        for v in group:
            score += bisect.bisect_left(seen, v) - (len(seen) - bisect.bisect_right(seen, v))
        for v in group:
            bisect.insort(seen, v)
        k = end
    return score


def exact_p(n, score):
    counts = [1]
    for size in range(2, n + 1):
        longer = [0] * (len(counts) + size - 1)
        for k, c in enumerate(counts):
            for j in range(size):
                longer[k + j] += c
        counts = longer
    below = (n * (n - 1) // 2 - abs(score)) // 2
    return min(Fraction(2 * sum(counts[:below + 1]), math.factorial(n)), Fraction(1))


def expectation(x, y, count=score_by_pairs):
    """score, tau_b, p, log10 p; None where undefined."""
    n = len(x)
    if n < 2 or len(set(x)) == 1 or len(set(y)) == 1:
        return 0, None, None, None
    score, pairs = count(x, y), n * (n - 1) // 2
    (tx, ux, vx), (ty, uy, vy) = tie_sums(x), tie_sums(y)
    tau = Decimal(score) / (Decimal(pairs - tx) * Decimal(pairs - ty)).sqrt()
    if n < 50 and tx == ty == 0:
        log10_p = decimal(exact_p(n, score)).log10()
    else:
        variance = Fraction(n * (n - 1) * (2 * n + 5) - vx - vy, 18)
        variance += Fraction(4 * tx * ty, 2 * n * (n - 1))
        if n > 2:
            variance += Fraction(ux * uy, 9 * n * (n - 1) * (n - 2))
        log10_p = log10_erfc((decimal(Fraction(score * score) / variance / 2)).sqrt())
    return score, float(tau), float(Decimal(10) ** log10_p), float(log10_p)


def families(rng):
    """name -> function of n, giving two columns."""
    def shuffled(n):
        return rng.sample(range(n), n)

    def uniform(n):
        return [rng.random() for _ in range(n)]

    def levels(n, k):
        return [rng.randrange(k) for _ in range(n)]

    def signed(n, low, high):
        return [rng.choice((-1, 1)) * float(f"{rng.randrange(1, 999)}e{rng.randrange(low, high)}")
                for _ in range(n)]

    def special(n):
        return [rng.choice((-INF, -1.0, -0.0, 0.0, 5e-324, 1.0, INF)) for _ in range(n)]

    def mostly(n):
        return [0 if rng.random() < 0.9 else rng.randrange(1, 5) for _ in range(n)]

    def near(values, spread):
        return [v + rng.uniform(-spread, spread) for v in values]

    def with_near(n):
        ramp = list(range(n))
        return ramp, near(ramp, n / 8)

    def opposite(n):
        x = uniform(n)
        return x, [-v for v in x]

    def same(n):
        x = levels(n, 6)
        return x, x

    return {
        "permutation": lambda n: (list(range(n)), shuffled(n)),
        "uniform": lambda n: (uniform(n), uniform(n)),
        "near": with_near,
        "opposite": opposite,
        "same_ties": same,
        "ties_both": lambda n: (levels(n, 4), levels(n, 3)),
        "ties_one": lambda n: (uniform(n), levels(n, 5)),
        "two_values": lambda n: (levels(n, 2), uniform(n)),
        "two_by_two": lambda n: (levels(n, 2), levels(n, 2)),
        "mostly_zero": lambda n: (mostly(n), mostly(n)),
        "constant_x": lambda n: ([0.1] * n, uniform(n)),
        "constant_both": lambda n: ([1e308] * n, [-3] * n),
        "huge": lambda n: (signed(n, 290, 306), signed(n, 290, 306)),
        "tiny": lambda n: (signed(n, -323, -300), signed(n, -323, -300)),
        "all_sizes": lambda n: (signed(n, -300, 300), levels(n, 7)),
        "special": lambda n: (special(n), special(n)),
    }


def show(v):
    return "-" if v is None else repr(v)


def row(name, x, y):
    fields = [name, " ".join(map(repr, x)), " ".join(map(repr, y)), *map(show, expectation(x, y))]
    return "\t".join(fields)


def write(name, lines):
    with open(OUT + name, "w", encoding="ascii") as f:
        f.write("\n".join(lines) + "\n")


def write_kendall():
    rng = random.Random(5)
    cases = [(f"{name}_{n}", *draw(n)) for name, draw in families(rng).items() for n in SIZES]
    write("kendall.tsv", ["# name\tx\ty\tscore\ttau_b\tp\tlog10 p"] + [row(*c) for c in cases])
    return cases


def splitmix64(seed):
    """Steele, Lea & Flood 2014; the same in tests/unit/stats_cases.h."""
    mask = (1 << 64) - 1
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield z ^ (z >> 31)


def unit(z):
    return (z >> 11) * 2.0**-53


# From two times 64 random bits to a sample of x and y, by operations that IEEE 754 rounds in one
# way only.
LARGE = {
    "independent": lambda a, b: (unit(a), unit(b)),
    "weak": lambda a, b: (unit(a), unit(a) * 0.0625 + unit(b)),
    "strong": lambda a, b: (unit(a), unit(a) * 4 + unit(b)),
    "equal": lambda a, b: (unit(a), unit(a)),
    "ties": lambda a, b: (float(a % 1000), float(a % 1000 // 9 + b % 97)),
    "ties_one": lambda a, b: (unit(a), float(math.floor(unit(a) * 100 + unit(b) * 1000))),
    "two_values": lambda a, b: (float(b % 10 < 3), unit(a) + float(b % 10 < 3) * 0.125),
    "two_by_ties": lambda a, b: (float(b % 2), float(a % 700 + b % 2)),
    "levels": lambda a, b: (float(a % 5), float(a % 5 + b % 200)),
    "levels_by_many": lambda a, b: (float(a % 7), float(a % 7) * 0.015625 + unit(b)),
    "clustered": lambda a, b: (1.0 + unit(a) * 2.0**-20 if a % 8 else -1e300,
                               math.ldexp(1.0 + unit(b), -1000 if b % 8 else 1000)),
}


def write_large():
    lines = ["# family\tseed\tn\tscore\ttau_b\tp\tlog10 p"]
    cases = []
    for seed, (family, draw) in enumerate(LARGE.items(), 1):
        for n in (300, 3000, 100000):
            bits = splitmix64(seed)
            x, y = map(list, zip(*(draw(next(bits), next(bits)) for _ in range(n))))
            cases.append((f"{family}_{n}", x, y))
            found = expectation(x, y, score_by_insertion)
            lines.append("\t".join([family, str(seed), str(n), *map(show, found)]))
    write("kendall_large.tsv", lines)
    return cases


def gap(got, expected):
    return abs(got - expected) / max(abs(expected), 5e-324)


def check_scipy(cases, count):
    """SciPy overflows beyond some 10^5 samples with ties, and takes its exact p in other cases."""
    judged, worst_tau, worst_p = 0, 0.0, 0.0
    for name, x, y in cases:
        score, tau, p, _ = expectation(x, y, count)
        if tau is None:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exact = len(x) < 50 and len(set(x)) == len(set(y)) == len(x)
            theirs = stats.kendalltau(x, y, method="exact" if exact else "asymptotic")
        judged += 1
        worst_tau = max(worst_tau, gap(theirs.statistic, tau) if score else abs(theirs.statistic))
        if p > 1e-300 and len(x) < 5000:
            worst_p = max(worst_p, gap(theirs.pvalue, p))
    print(f"SciPy agrees on {judged} pairs of columns: tau to {worst_tau:.1e}, p to {worst_p:.1e}")
    assert worst_tau < 1e-12 and worst_p < 1e-9


def outlier_families(rng):
    return {
        "normal": lambda i: rng.gauss(0, 1),
        "rtt_ns": lambda i: float(rng.randrange(80_000, 120_000) * (1 if i % 9 else 40)),
        "cauchy": lambda i: round(math.tan(math.pi * (rng.random() - 0.5)), 9),
        "ties": lambda i: float(rng.randrange(4)),
        "mostly_equal": lambda i: 7.0 if rng.random() < 0.8 else rng.random() * 100,
        "constant": lambda i: 0.1,
        "offset": lambda i: 1e15 + rng.randrange(64) * 0.125,
        "subnormal": lambda i: rng.randrange(-1000, 1000) * 5e-324,
        "huge": lambda i: rng.uniform(-1, 1) * 8e307,
        "overflow": lambda i: rng.choice((-1.7e308, 1.7e308)),
    }


def median(values):
    ordered, n = sorted(values), len(values)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2


def outlier_row(name, x):
    """kind: mad, mean, none (all equal), limit (a deviation above all doubles), empty."""
    if not x:
        return "\t".join([name, "", "empty", "-", "-", ""])
    exact = [Fraction(v) for v in x]
    middle = median(exact)
    deviations = [abs(v - middle) for v in exact]
    if max(deviations) >= Fraction(2**1024 - 2**970):
        return "\t".join([name, " ".join(map(repr, x)), "limit", "-", "-", ""])
    mad, mean = median(deviations), sum(deviations) / len(x)
    kind, scale, factor = ("mad", mad, Fraction("0.6745")) if mad else (
        "mean", mean, 1 / Fraction("1.253314")) if mean else ("none", Fraction(0), None)
    scores = " ".join(repr(float(factor * (v - middle) / scale)) for v in exact) if factor else ""
    return "\t".join([name, " ".join(map(repr, x)), kind, repr(float(middle)), repr(float(scale)),
                      scores])


def write_outliers():
    rng = random.Random(6)
    lines = ["# name\tvalues\tkind\tmedian\tdeviation\tmodified z-scores"]
    for name, draw in outlier_families(rng).items():
        for n in (0, 1, 2, 3, 4, 5, 8, 21, 40):
            lines.append(outlier_row(f"{name}_{n}", [draw(i) for i in range(n)]))
    write("outlier.tsv", lines)


def main():
    cases, large = write_kendall(), write_large()
    write_outliers()
    check_scipy([c for c in cases if INF not in map(abs, c[1] + c[2])], score_by_pairs)
    check_scipy(large, score_by_insertion)
    subprocess.run(["Rscript", "tests/oracle/kendall.R"], check=True)


if __name__ == "__main__":
    main()
