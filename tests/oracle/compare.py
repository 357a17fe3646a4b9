#!/usr/bin/python3
"""Oracle for analyze/stats/compare: exact sums, brute force over all pairs, counting with integers.

Run from the project root; writes tests/data/stats/compare.tsv and compare_large.tsv.  Means,
variances and Fieller's quadratic are fractions, all differences are sorted, the Mann-Whitney
distribution is counted in integers by its recurrence.  Only quantiles and tails of Student's and
the normal distribution come from elsewhere: from R, which also gives a second opinion on the tests
(compare.R).
"""
import functools
import math
import random
import subprocess
from fractions import Fraction

OUT = "tests/data/stats/"
LEVEL = 0.95
SIZES = [(0, 0), (0, 4), (3, 0), (1, 1), (1, 2), (2, 1), (1, 9), (2, 2), (3, 2), (2, 12), (5, 5),
         (8, 7), (13, 20), (20, 13), (30, 31), (49, 49), (49, 50), (50, 49), (60, 60)]


def square_root(v):
    """Of a fraction, to about 200 bits."""
    if v == 0:
        return Fraction(0)
    shift = max(0, 400 - v.numerator.bit_length() + v.denominator.bit_length()) // 2 * 2
    return Fraction(math.isqrt((v.numerator << shift) // v.denominator), 1 << (shift // 2))


def show(v):
    """A fraction or double as the nearest double; '-' for none, 'inf' beyond the largest."""
    if v is None:
        return "-"
    if isinstance(v, (bool, int)):
        return str(int(v))
    try:
        return repr(float(v))
    except OverflowError:
        return "inf" if v > 0 else "-inf"


class R:
    """Collects questions; answers them all in one run of R."""

    def __init__(self):
        self.asked = {}

    def ask(self, *question):
        self.asked.setdefault(question, None)
        return question

    def answer(self):
        text = "".join(f"{kind} {a!r} {b!r}\n" for kind, a, b in self.asked)
        out = subprocess.run(["Rscript", "tests/oracle/compare.R", "answer"], input=text,
                             check=True, capture_output=True, text=True).stdout.split()
        assert len(out) == len(self.asked)
        for question, value in zip(self.asked, out):
            self.asked[question] = float(value)


class Mean:
    def __init__(self, x):
        self.n = len(x)
        x = [Fraction(v) for v in x]
        self.mean = sum(x) / self.n
        if self.n > 1:
            self.error2 = sum((v - self.mean) ** 2 for v in x) / (self.n - 1) / self.n


def satterthwaite(vx, nx, vy, ny):
    return (vx + vy) ** 2 / (vx ** 2 / (nx - 1) + vy ** 2 / (ny - 1))


def float_or_none(v):
    try:
        return float(v)
    except OverflowError:
        return None


@functools.lru_cache(maxsize=None)
def arrangements(n, m):
    """[u] -> how many orders of n and m values have u pairs won."""
    if n == 0 or m == 0:
        return (1,)
    a, b = arrangements(n - 1, m), arrangements(n, m - 1)
    total = [0] * (n * m + 1)
    for u, c in enumerate(a):  # the largest is of the first sample: it wins m pairs
        total[u + m] += c
    for u, c in enumerate(b):
        total[u] += c
    return tuple(total)


def pairs(x, y):
    """2 U, and the sum of t^3 - t."""
    twice_u = sum((a > b) * 2 + (a == b) for a in x for b in y)
    return twice_u, ties(x, y)


def ties(x, y):
    counts = {}
    for v in list(x) + list(y):
        counts[v] = counts.get(v, 0) + 1
    return sum(t ** 3 - t for t in counts.values())


def shift_by_sorting(x, y):
    d = sorted(a - b for a in x for b in y)
    low, high = d[(len(d) - 1) // 2], d[len(d) // 2]
    if math.isinf(low) or math.isinf(high):
        return math.inf  # stands for "beyond the largest"
    return (Fraction(low) + Fraction(high)) / 2


class Row:
    """First all that needs no R, then the fields."""

    def __init__(self, r, x, y, twice_u=None, shift=None):
        self.r, self.n, self.m = r, len(x), len(y)
        self.valid = self.n > 0 and self.m > 0
        if not self.valid:
            return
        self.mx, self.my = Mean(x), Mean(y)
        self.shift = shift_by_sorting(x, y) if shift is None else shift
        self.ask_ranks(x, y, twice_u)
        self.spread = self.n > 1 and self.m > 1 and self.mx.error2 + self.my.error2 > 0
        self.quantile = self.welch = None
        if self.spread:
            self.ask_means()

    def ask_ranks(self, x, y, twice_u):
        if twice_u is None:
            twice_u, tied = pairs(x, y)
        else:
            tied = ties(x, y)
        nm, total = self.n * self.m, self.n + self.m
        self.twice_u, self.p_exact, self.z = twice_u, None, None
        if tied == 0 and self.n < 50 and self.m < 50:
            counts, u = arrangements(self.n, self.m), min(twice_u // 2, nm - twice_u // 2)
            self.p_exact = min(Fraction(1), 2 * Fraction(sum(counts[:u + 1]), sum(counts)))
            return
        variance = Fraction(nm, 12) * (total + 1 - Fraction(tied, total * (total - 1)))
        if variance > 0:
            distance = abs(Fraction(twice_u, 2) - Fraction(nm, 2))
            z = max(distance - Fraction(1, 2), Fraction(0)) / square_root(variance)
            self.z = self.r.ask("z", float(z), 0.0)

    def ask_means(self):
        mx, my = self.mx, self.my
        t = (mx.mean - my.mean) / square_root(mx.error2 + my.error2)
        self.t = float_or_none(t)
        self.df = float(satterthwaite(mx.error2, mx.n, my.error2, my.n))
        if self.t is not None:
            self.welch = self.r.ask("t", self.t, self.df)
        if my.mean == 0:
            return
        scaled = (mx.mean / my.mean) ** 2 * my.error2
        if mx.error2 + scaled == 0:
            self.ratio_df = float(my.n - 1)
        else:
            self.ratio_df = float(satterthwaite(mx.error2, mx.n, scaled, my.n))
        self.quantile = self.r.ask("q", self.ratio_df, LEVEL)

    def ratio_fields(self):
        """ratio, lower, upper, condition of the bounds, set, df"""
        if not self.valid or self.my.mean == 0:
            return [None] * 4 + ["none", None]
        mx, my = self.mx, self.my
        estimate = mx.mean / my.mean
        if float_or_none(estimate) is None or self.quantile is None:
            return [estimate] + [None] * 3 + ["none", None]
        t2 = Fraction(self.r.asked[self.quantile]) ** 2
        a = my.mean ** 2 - t2 * my.error2
        inside = mx.mean ** 2 * my.error2 + a * mx.error2
        if a <= 0:
            kind = "rays" if inside >= 0 else "all"
            return [estimate] + [None] * 3 + [kind, self.ratio_df]
        root = square_root(t2 * inside)
        p = mx.mean * my.mean
        return [estimate, (p - root) / a, (p + root) / a, my.mean ** 2 / a, "interval",
                self.ratio_df]

    def fields(self):
        f = self.ratio_fields()
        if not self.valid:
            return f + [None] * 10
        nm = self.n * self.m
        f += [self.shift, Fraction(self.twice_u - nm, nm), Fraction(self.twice_u, 2)]
        if self.p_exact is not None:
            log = math.log10(self.p_exact.numerator) - math.log10(self.p_exact.denominator)
            f += [self.p_exact, log, True]
        elif self.z is not None:
            log_p = self.r.asked[self.z]
            f += [math.exp(log_p), log_p / math.log(10), False]
        else:
            f += [None, None, False]
        if self.welch is None:
            return f + [None] * 4
        log_p = self.r.asked[self.welch]
        return f + [self.t, self.df, math.exp(log_p), log_p / math.log(10)]


FIELDS = ("ratio\tlower\tupper\tcondition\tset\tratio df\tshift\tdelta\tU\tp_mw\tlog10"
          "\texact\tt\tdf\tp_welch\tlog10")


def families(rng):
    """name -> functions of the index for x and y."""
    sign = lambda: rng.choice((-1.0, 1.0))
    same = lambda draw: (draw, draw)
    unit = lambda: round(rng.random(), 5)
    gauss = lambda mean: round(rng.gauss(mean, 1), 4)
    lognormal = lambda mean, sd: round(rng.lognormvariate(mean, sd), 3)
    return {
        "rtt_ns": (lambda i: float(rng.randrange(90_000, 900_000)),
                   lambda i: float(rng.randrange(80_000, 850_000))),
        "far": (lambda i: 1e6 + unit(), lambda i: 1e3 + unit()),
        "lognormal": (lambda i: lognormal(3.4, 1), lambda i: lognormal(3, 1.5)),
        "cauchy": same(lambda i: round(math.tan(math.pi * (rng.random() - 0.5)), 6)),
        "ties_few": (lambda i: float(rng.randrange(5)), lambda i: float(rng.randrange(1, 5))),
        "ties_two": same(lambda i: float(rng.random() < 0.15)),
        "equal": same(lambda i: 7.25),
        "constants": (lambda i: 0.3, lambda i: 0.1),
        "constant_x": (lambda i: 5.0, lambda i: 4 + unit()),
        "constant_y": (lambda i: -unit(), lambda i: -0.5),
        "zeros_x": (lambda i: 0.0, lambda i: 1 + unit()),
        "offset": (lambda i: 1e15 + rng.randrange(64) * 0.125,
                   lambda i: 1e15 + rng.randrange(60) * 0.125),
        "near_zero": (lambda i: gauss(3), lambda i: gauss(0.2)),
        "negative": (lambda i: gauss(-5), lambda i: gauss(6)),
        "tiny": same(lambda i: rng.randrange(1, 10**6) * 1e-300),
        "subnormal": same(lambda i: rng.randrange(100, 1000) * 5e-324),
        "huge": (lambda i: rng.randrange(1, 10**6) * 1e300,
                 lambda i: rng.randrange(1, 10**6) * 2e299),
        "overflow": same(lambda i: sign() * 1.7e308),
        "overflow_same": same(lambda i: 1.7e308 + rng.randrange(90) * 1e305),
        "apart": (lambda i: rng.randrange(999) * 1e250,
                  lambda i: rng.randrange(10, 999) * 1e-250),
        "magnitudes": same(lambda i: sign() * float(
            f"{rng.randrange(999)}e{rng.randrange(-300, 298)}")),
        "ramp": (lambda i: 2.0 * i, lambda i: 2.0 * i + 1),
    }


def write(name, comment, rows):
    with open(OUT + name, "w", encoding="ascii") as f:
        f.write(comment + FIELDS + "\n")
        for head, row in rows:
            fields = [v if isinstance(v, str) else show(v) for v in row.fields()]
            f.write("\t".join(head + fields) + "\n")


def small_rows(r):
    rng = random.Random(21)
    rows = []
    for name, (draw_x, draw_y) in families(rng).items():
        for n, m in SIZES:
            if n * m == 0 and name != "rtt_ns":
                continue
            x, y = [draw_x(i) for i in range(n)], [draw_y(i) for i in range(m)]
            head = [f"{name}_{n}_{m}", " ".join(map(repr, x)), " ".join(map(repr, y))]
            rows.append((head, Row(r, x, y)))
    return rows


def splitmix64(seed):
    """Steele, Lea & Flood 2014; the same in tests/unit/stats_cases.h."""
    mask = (1 << 64) - 1
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield z ^ (z >> 31)


def draw(seed, n, shift_right, add):
    bits = splitmix64(seed)
    return sorted((next(bits) >> shift_right) + add for _ in range(n))


def count_not_above(x, y, d):
    """Pairs with x - y <= d, both ascending: a walk along the border."""
    count, k = 0, 0
    for v in x:  # y >= v - d from k on
        while k < len(y) and v - y[k] > d:
            k += 1
        count += len(y) - k
    return count


def shift_by_counting(x, y):
    """Of integers: each of the two middle differences by bisection over all values."""
    middle = []
    for rank in ((len(x) * len(y) - 1) // 2, len(x) * len(y) // 2):
        low, high = x[0] - y[-1], x[-1] - y[0]
        while low < high:
            d = (low + high) // 2
            if count_not_above(x, y, d) > rank:
                high = d
            else:
                low = d + 1
        middle.append(low)
    return Fraction(sum(middle), 2)


# n, m, how many bits of the random number go, what x has more: few ties to many, p down to
# 10^-400000.
LARGE = [(1000, 1000, 40, 0), (1000, 700, 40, 10**5), (100000, 100000, 40, 0),
         (100000, 100000, 40, 650_000), (100000, 99999, 40, 790_000), (100000, 100, 40, 10**6),
         (100, 100000, 60, 1), (100000, 100000, 61, 0), (100000, 50000, 61, 1),
         (50001, 49999, 60, 2), (100000, 100000, 63, 0), (99999, 99999, 40, 3_000_000),
         (100000, 100000, 40, 10**9)]


def large_rows(r):
    rows = []
    for seed, (n, m, shift_right, add) in enumerate(LARGE, 1):
        x, y = draw(seed, n, shift_right, add), draw(seed + 100, m, shift_right, 0)
        twice_u = count_not_above(x, y, 0)  # pairs not won; twice a tie is once a half
        twice_u = 2 * n * m - twice_u - count_not_above(x, y, -1)
        head = [str(v) for v in (n, m, shift_right, add, seed, seed + 100)]
        rows.append((head, Row(r, x, y, twice_u, shift_by_counting(x, y))))
    return rows


def main():
    r = R()
    small, large = small_rows(r), large_rows(r)
    r.answer()
    write("compare.tsv", "# name\tx\ty\t", small)
    write("compare_large.tsv", "# n\tm\tbits dropped\tadded to x\tseed x\tseed y\t", large)
    subprocess.run(["Rscript", "tests/oracle/compare.R", "check"], check=True)


main()
