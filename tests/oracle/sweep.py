#!/usr/bin/python3
"""sweep - throughput over a factor: a generated dataset, and its ranking by other means.

  sweep.py make DIR SEED           runs of netperf at several socket sizes on four platforms
  sweep.py judge DIR JSON [A:B]    does `vanalyze throughput --over socket_bytes --json` agree?

The judge reads netperf's numbers out of the files with a regular expression.  Areas: NumPy's
interpolation of the ratios on the union of all levels, the ends of the range and the crossings
of 1, each found with a polynomial's root; then the trapezoid rule.
"""
import json
import random
import re
import sys
from pathlib import Path

import numpy as np

SIZES = {"native": range(100, 20000, 1000), "osv": range(100, 19000, 1000),
         "kvm": range(1100, 20000, 1000), "docker": range(100, 20000, 2000)}
REPETITIONS = 2
TEXT = """./netperf -t TCP_STREAM -H 10.0.0.1 -- -s {size} -m 131072
MIGRATED TCP STREAM TEST from 0.0.0.0 (0.0.0.0) port 0 AF_INET to 10.0.0.1 () port 0 AF_INET
Recv   Send    Send
Socket Socket  Message  Elapsed
Size   Size    Size     Time     Throughput
bytes  bytes   bytes    secs.    10^6bits/sec

 87380 {size:6} 131072    10.00    {rate:.2f}
"""


def make(root, seed):
    rng = random.Random(seed)
    for platform, sizes in SIZES.items():
        for size in sizes:
            for rep in range(1, REPETITIONS + 1):
                run = root / "runs" / f"{platform}-{size}-{rep}"
                run.mkdir(parents=True)
                (run / "netperf.txt").write_text(
                    TEXT.format(size=size, rate=rng.uniform(1, 95)))
                (run / "run.json").write_text(json.dumps({
                    "schema": "vantage/run/1", "id": run.name, "platform": platform,
                    "driver": None if platform == "native" else "virtio",
                    "factors": {"socket_bytes": size, "repetition": rep}, "started": None,
                    "ended": None, "hosts": [], "points": [],
                    "tools": [{"name": "netperf", "version": None, "argv": [],
                               "file": "netperf.txt", "exit": 0, "host": None}],
                    "counters": [], "events": [],
                    "status": {"state": "complete", "reason": None}}))
    (root / "datapackage.json").write_text(json.dumps({
        "name": "sweep", "title": "generated", "licenses": [{"name": "CC0-1.0"}],
        "resources": [{"name": p.name, "path": f"runs/{p.name}/run.json"}
                      for p in sorted((root / "runs").iterdir())]}))


def read(root):
    """Mean over repetitions, {platform: {size: bit/s}}."""
    values = {}
    for run in (root / "runs").iterdir():
        platform, size, _ = run.name.split("-")
        rate = float(re.search(r"10\.00\s+([\d.]+)\s*$", (run / "netperf.txt").read_text())[1])
        values.setdefault(platform, {}).setdefault(int(size), []).append(rate * 1e6)
    return {p: {x: float(np.mean(v)) for x, v in sizes.items()} for p, sizes in values.items()}


def area(x, ratio, lo, hi):
    grid = set(x) | {lo, hi}
    for (x0, y0), (x1, y1) in zip(zip(x, ratio), zip(x[1:], ratio[1:])):
        if (y0 - 1) * (y1 - 1) < 0:
            slope = (y1 - y0) / (x1 - x0)
            grid.add(float(np.roots([slope, y0 - slope * x0 - 1])[0]))
    grid = np.array(sorted(g for g in grid if lo <= g <= hi))
    d = np.interp(grid, x, ratio) - 1
    up, down = np.maximum(d, 0), np.maximum(-d, 0)
    return [float(np.trapz(v, grid)) for v in (d, up, down)]


def expected(root, lo, hi):
    curves = read(root)
    base = curves.pop("native")
    ratios = {}
    for platform, curve in curves.items():
        x = sorted(set(curve) & set(base))
        ratios[platform] = (x, [curve[v] / base[v] for v in x])
    lo = max([lo] + [x[0] for x, _ in ratios.values()])
    hi = min([hi] + [x[-1] for x, _ in ratios.values()])
    rows = {p: [lo, hi] + area(x, r, lo, hi) for p, (x, r) in ratios.items()}
    order = sorted(rows, key=lambda p: -rows[p][2])
    return ratios, {p: rows[p] + [order.index(p) + 1] for p in rows}


def close(a, b):
    return abs(a - b) <= 1e-9 * max(1, abs(a), abs(b))


def judge(root, path, lo=-np.inf, hi=np.inf):
    ratios, ranks = expected(root, lo, hi)
    found = {a["kind"]: a["rows"] for a in json.loads(Path(path).read_text())["analyses"]
             if a["metric"] == "throughput_bps" and a["kind"] in ("sweep", "ranking")}
    n = 0
    for row in found["ranking"]:
        want = ranks.pop(row["platform"])
        got = [row[k] for k in ("from", "to", "area", "area_above", "area_below", "rank")]
        assert all(map(close, got, want)), (row["platform"], got, want)
    assert not ranks, f"missing: {ranks}"
    for row in found["sweep"]:
        if row["platform"] == "native":
            assert row["ratio"] == 1
            continue
        x, r = ratios[row["platform"]]
        size = int(row["socket_bytes"])
        if size in x:
            assert close(row["ratio"], r[x.index(size)]), row
            n += 1
        else:
            assert row["ratio"] is None and row["reason"], row
    assert n == sum(len(x) for x, _ in ratios.values())
    print(f"{n} ratios and {len(found['ranking'])} areas agree")


if sys.argv[1] == "make":
    make(Path(sys.argv[2]), int(sys.argv[3]))
else:
    judge(Path(sys.argv[2]), sys.argv[3], *map(float, sys.argv[4].split(":") if sys.argv[4:] else []))
