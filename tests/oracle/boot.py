#!/usr/bin/python3
"""Oracle for analyze/stats/boot: R's boot.ci() on resamples drawn by a second implementation of our
generator.

Run from the project root; writes tests/data/stats/boot.tsv.  Here xoshiro256++, its seeding by
splitmix64 and the bounded numbers are written anew, in integers; boot.R computes the statistics of
the resamples, the jackknife and the intervals.  Values are whole numbers times a power of two,
whose sums are exact, so that both sides agree which replicates equal the estimate.
"""
import random
import subprocess

MASK = (1 << 64) - 1
SCATTERED = ("signed", "ties_few", "skewed", "constant")
SIZES = (1, 2, 3, 5, 8, 13, 17, 21, 30, 34, 47)


def splitmix(state):
    state = (state + 0x9E3779B97F4A7C15) & MASK
    z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return state, z ^ (z >> 31)


def rotl(v, k):
    return ((v << k) | (v >> (64 - k))) & MASK


def stream(seed, number):
    """The 64-bit numbers of a stream."""
    state = (splitmix(seed)[1] + number) & MASK
    s = []
    for _ in range(4):
        state, z = splitmix(state)
        s.append(z)
    while True:
        yield (rotl((s[0] + s[3]) & MASK, 23) + s[0]) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 45)


def below(bits, n):
    """Uniform in [0, n): multiples of n that do not fill 2^64 evenly are drawn again."""
    while True:
        product = next(bits) * n
        if product & MASK >= (1 << 64) % n:
            return product >> 64


def families(rng):
    sign = lambda: rng.choice((-1.0, 1.0))
    return {
        "rtt_ns": lambda: float(rng.randrange(80_000, 900_000)),
        "skewed": lambda: float(int(rng.lognormvariate(5, 1.5))),
        "signed": lambda: sign() * rng.randrange(100),
        "ties_few": lambda: float(rng.randrange(4)),
        "ties_two": lambda: float(rng.random() < 0.3),
        "constant": lambda: 1000.0,
        "eighths": lambda: 1e9 + rng.randrange(200) / 8,
        "huge": lambda: sign() * rng.randrange(1, 1 << 20) * 2.0**1003,
        "tiny": lambda: rng.randrange(1, 1 << 20) * 2.0**-1040,
    }


def main():
    rng = random.Random(22)
    # One line each: name, statistic, seed, resamples, level, values; then the indices, from 1.
    out = []
    for name, draw in families(rng).items():
        for n in SIZES:
            x = sorted(draw() for _ in range(n))
            for statistic in ("mean", "median", "scatter"):
                if statistic == "scatter" and name not in SCATTERED:
                    continue
                seed, resamples = rng.randrange(1 << 63), rng.choice((100, 499, 999))
                level = rng.choice((0.8, 0.9, 0.95))
                out.append(f"{name}_{n}\t{statistic}\t{seed}\t{resamples}\t{level}\t"
                           + " ".join(map(repr, x)))
                index = []
                for number in range(resamples):
                    bits = stream(seed, number)
                    index += [str(below(bits, n) + 1) for _ in range(n)]
                out.append(" ".join(index))
    subprocess.run(["Rscript", "tests/oracle/boot.R"], input="\n".join(out) + "\n", check=True,
                   text=True)


main()
