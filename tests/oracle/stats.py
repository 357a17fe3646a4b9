#!/usr/bin/env python3
"""Oracle for analyze/stats: inputs, and expectations in exact rational arithmetic.

Run from the project root; writes tests/data/stats/*.tsv (the tests only read those).  Needs R for
the t quantiles and the binomial ranks of large n.  Doubles are rationals, so mean, variance,
quantiles and autocorrelation are computed without any rounding, and rounded once when printed
(Python's division of integers is correctly rounded).  "-" is undefined, "inf" is above the largest
double.

samples.tsv  generated samples of up to 60 values, written out
large.tsv    samples that t_describe.c generates itself, by the same splitmix64 as here
ranks.tsv    from stats.R
"""
import math
import random
import subprocess
from fractions import Fraction

OUT = "tests/data/stats/"
LEVELS = (0.9, 0.95, 0.99)
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 20, 33, 47, 60)
LARGEST = Fraction(2**1024 - 2**970)  # rounds to infinity from here on


def show(value):
    """A Fraction, float or None as a field."""
    if value is None:
        return "-"
    if isinstance(value, Fraction):
        if abs(value) >= LARGEST:
            return "-inf" if value < 0 else "inf"
        value = float(value)
    return repr(value)


def square_root(v):
    """Of a Fraction, to 200 bits beyond its leading one."""
    shift = 400 + 2 * max(0, v.denominator.bit_length() - v.numerator.bit_length())
    return Fraction(math.isqrt((v.numerator << shift) // v.denominator), 1 << (shift // 2))


class Exact:
    """Sums over x in integers: x = k * unit."""

    def __init__(self, x):
        self.x = x
        self.n = n = len(x)
        bits = max((v.as_integer_ratio()[1].bit_length() for v in x), default=1)
        self.unit = Fraction(1, 1 << bits)
        self.k = [a * ((1 << bits) // b) for a, b in (v.as_integer_ratio() for v in x)]
        self.total = sum(self.k)
        # n squared times the sum of squared deviations over n.
        self.spread = n * sum(v * v for v in self.k) - self.total * self.total

    def mean(self):
        return Fraction(self.total, self.n) * self.unit if self.n else None

    def sd(self):
        if self.n < 2:
            return None
        return square_root(Fraction(self.spread, self.n * (self.n - 1))) * self.unit

    def quantile(self, p):
        if not self.n:
            return None
        ordered = sorted(self.k)
        h = Fraction(p) * (self.n - 1)
        k = int(h)
        step = ordered[k + 1] - ordered[k] if k + 1 < self.n else 0
        return (ordered[k] + (h - k) * step) * self.unit

    def autocorrelation(self):
        n, k = self.n, self.k
        if n < 3 or self.spread == 0:
            return None
        lagged = n * sum(a * b for a, b in zip(k, k[1:]))
        cross = lagged - self.total * (2 * self.total - k[0] - k[-1])
        # Both times n: sum (x_i - m)(x_i+1 - m) = lagged - m (2 S - x_1 - x_n) + (n - 1) m m.
        return (cross + Fraction((n - 1) * self.total * self.total, n)) / self.spread

    def effective(self):
        rho = self.autocorrelation()
        if rho is None:
            return Fraction(self.n)
        return min(max(self.n * (1 - rho) / (1 + rho), Fraction(2)), Fraction(self.n))

    def t_bounds(self, t):
        if self.n < 2:
            return None, None
        half = Fraction(t) * self.sd() / square_root(Fraction(self.n))
        return self.mean() - half, self.mean() + half


def median_ranks(n, level=0.95):
    """Ranks of the interval of a median, by exact counting; None where there is none."""
    tail, at_most = Fraction((1 - level) / 2), [Fraction(0)]
    for k in range(n + 1):
        at_most.append(at_most[-1] + Fraction(math.comb(n, k), 2**n))
    lower = max(l for l in range(n + 1) if at_most[l] <= tail)
    return (lower, n + 1 - lower) if lower > 0 else (None, None)


def families(rng):
    """name -> function of the index, giving one value."""
    sign = lambda: rng.choice((-1.0, 1.0))
    return {
        "rtt_ns": lambda i: float(rng.randrange(80_000, 900_000)),
        "uniform": lambda i: rng.random(),
        "lognormal": lambda i: round(rng.lognormvariate(3, 1.5), 6),
        "pareto": lambda i: round(rng.random() ** -2, 3),
        "cauchy": lambda i: round(math.tan(math.pi * (rng.random() - 0.5)), 9),
        "ties_few": lambda i: float(rng.randrange(4)),
        "ties_two": lambda i: float(rng.random() < 0.15),
        "constant_int": lambda i: 1000000.0,
        "constant_tenth": lambda i: 0.1,
        "constant_huge": lambda i: -1.7976931348623157e308,
        "offset": lambda i: 1e15 + rng.randrange(64) * 0.125,
        "tiny": lambda i: rng.randrange(1, 10**6) * 1e-300,
        "subnormal": lambda i: rng.randrange(-1000, 1000) * 5e-324,
        "huge": lambda i: sign() * rng.randrange(1, 10**6) * 1e300,
        "overflow": lambda i: sign() * 1.7e308,
        "overflow_same": lambda i: 1.7e308 + rng.randrange(90) * 1e305,
        "magnitudes": lambda i: sign() * float(f"{rng.randrange(999)}e{rng.randrange(-300, 298)}"),
        "cancelling": lambda i: (1 - 2 * (i % 2)) * 1e15 + rng.randrange(8) * 0.5,
        "ramp": lambda i: 5.0 * i,
        "alternating": lambda i: float(i % 2),
    }


def sample_row(name, x, t_of):
    e = Exact(x)
    fields = [name, " ".join(repr(v) for v in x), e.mean(), e.sd()]
    fields += [e.quantile(p) for p in QUANTILES]
    fields += [e.autocorrelation(), e.effective()]
    for level in LEVELS:
        fields += e.t_bounds(t_of.get((len(x) - 1, level)))
    fields += median_ranks(len(x))
    return "\t".join(f if isinstance(f, str) else str(f) if isinstance(f, int) else show(f)
                     for f in fields)


def write_samples(t_of):
    rng = random.Random(20)
    lines = ["# name\tvalues\tmean\tsd\tq10\tq25\tq50\tq75\tq90\tq99\tacf1\tn_eff"
             "\tt interval at 0.9\tupper\tat 0.95\tupper\tat 0.99\tupper"
             "\tranks of the median's at 0.95\tupper",
             sample_row("empty", [], t_of)]
    for name, draw in families(rng).items():
        for n in SIZES:
            lines.append(sample_row(f"{name}_{n}", [draw(i) for i in range(n)], t_of))
    with open(OUT + "samples.tsv", "w", encoding="ascii") as f:
        f.write("\n".join(lines) + "\n")


def splitmix64(seed):
    """Steele, Lea & Flood 2014; the same in tests/unit/stats_cases.h."""
    mask = (1 << 64) - 1
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield z ^ (z >> 31)


# From 64 random bits to a value, by operations that IEEE 754 rounds in one way only.
LARGE = {
    "uniform": lambda z: (z >> 11) * 2.0**-53,
    "rtt": lambda z: float(z >> 40),
    "ties": lambda z: float(z % 10),
    "heavy": lambda z: 1.0 / (((z >> 11) + 1) * 2.0**-53),
    "heavier": lambda z: 1.0 / ((((z >> 11) + 1) * 2.0**-53) * (((z >> 11) + 1) * 2.0**-53)),
    "offset": lambda z: 1e15 + float(z >> 58) * 0.125,
    "huge": lambda z: math.ldexp((z >> 11) * 2.0**-53 - 0.5, 1023),
    "tiny": lambda z: math.ldexp((z >> 11) * 2.0**-53 - 0.5, -990),
}


def write_large():
    lines = ["# family\tseed\tn\tmean\tsd\tq10\tq25\tq50\tq75\tq90\tq99\tacf1\tn_eff"]
    for seed, (family, draw) in enumerate(LARGE.items(), 1):
        for n in (1000, 100000):
            bits = splitmix64(seed)
            e = Exact([draw(next(bits)) for _ in range(n)])
            values = [e.mean(), e.sd(), *map(e.quantile, QUANTILES), e.autocorrelation(),
                      e.effective()]
            lines.append("\t".join([family, str(seed), str(n), *map(show, values)]))
    with open(OUT + "large.tsv", "w", encoding="ascii") as f:
        f.write("\n".join(lines) + "\n")


def main():
    r = ["Rscript", "tests/oracle/stats.R"]
    t_of = {}
    quantiles = subprocess.run(r + ["t"], check=True, capture_output=True, text=True).stdout
    for line in quantiles.splitlines():
        df, level, t = line.split()
        t_of[int(df), float(level)] = float(t)
    write_samples(t_of)
    write_large()
    subprocess.run(r + ["ranks"], check=True)
    subprocess.run(r + ["check"], check=True)


main()
