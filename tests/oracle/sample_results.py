#!/usr/bin/python3
"""sample_results.py DIR - write made-up results documents for the tests of vreport.

The documents have the form that vanalyze writes (schema vantage/results/1), and numbers of the
size that a ping over two virtual machines and two containers gives, drawn from a fixed seed.
They are no measurement.  tests/data/results holds what this program writes.
"""
import json
import math
import os
import random
import sys

POINTS = ("app", "guest", "host")
# platform, driver, factors, base RTT, overhead app-guest, overhead guest-host (ns), loss
PLATFORMS = [
    ("native", None, {}, 212e3, 9e3, None, 0.0),
    ("lxc", None, {"captures": 2}, 216e3, 9.5e3, 5.2e3, 0.0),
    ("docker", "nat", {"captures": 2}, 219e3, 9.6e3, 11.4e3, 0.0),
    ("docker", "routed", {"captures": 2}, 217e3, 9.4e3, 6.1e3, 0.0),
    ("qemu-tcg", "virtio", {"captures": 2}, 231e3, 14e3, 148e3, 0.0),
    ("qemu-tcg", "e1000", {"captures": 2}, 233e3, 14e3, 412e3, 0.02),
    ("qemu-tcg", "rtl8139", {"captures": 2}, 236e3, 14e3, 655e3, 0.11),
    ("qemu-tcg", "vmxnet3", {"captures": 2}, 232e3, 14e3, 297e3, 0.0),
]
LOADED = {("native", None), ("lxc", None), ("docker", "nat")}
LOAD_COST = {"cpu": 0.25, "io": 0.12, "net": 0.9}
RUNS, PROBES = 10, 2000
T975 = 2.2621571627409915  # Student t, 9 degrees of freedom


def rounded(x, digits=9):
    return None if x is None else float(f"%.{digits}g" % x)


def text(level):
    """Levels are texts, whatever they look like."""
    return None if level is None else str(level)


class Dataset:
    def __init__(self, platform, driver, factors):
        self.labels = {"platform": platform, "driver": driver}
        self.factors = factors
        self.by = ["platform", "driver"] + sorted(
            list(factors) + ["load_type", "background_workers"])
        self.rows = {k: [] for k in ("describe", "ci", "cdf", "counts")}

    def row(self, kind, load, place, **values):
        row = dict(self.labels)
        row.update(self.factors)
        row["load_type"], row["background_workers"] = load
        self.rows[kind].append(
            ({k: text(row[k]) for k in self.by}, place, values))


def lognormal_quantile(p, mean, sd):
    """A skewed distribution: shifted log-normal, mean and sd as given."""
    shift = mean - 2 * sd
    s2 = math.log(1 + (sd / (2 * sd)) ** 2)
    mu = math.log(2 * sd) - s2 / 2
    z = inverse_normal(p)
    return shift + math.exp(mu + math.sqrt(s2) * z)


def inverse_normal(p):
    lo, hi = -8.0, 8.0
    for _ in range(60):
        mid = (lo + hi) / 2
        if 0.5 * math.erfc(-mid / math.sqrt(2)) < p:
            lo = mid
        else:
            hi = mid
    return (lo + hi) / 2


def metric(d, rng, load, place, name, mean, sd, runs, cdf=False, resolution=0):
    n = runs * PROBES
    most = 99.0 if name.endswith("_pct") else math.inf
    at = lambda p: rounded(min(most, lognormal_quantile(p, mean, sd)))
    d.row("describe", load, place, metric=name, runs=runs, n=n, excluded=0, mean=rounded(mean),
          sd=rounded(sd), min=at(0.5 / n), q1=at(0.25), median=at(0.5), q3=at(0.75),
          max=at(1 - 0.5 / n), reason=None)
    spread = sd / 12
    for statistic, estimate in (("mean", mean), ("median", lognormal_quantile(0.5, mean, sd))):
        if runs > 1:
            half = T975 * spread * (0.8 + 0.4 * rng.random()) / math.sqrt(runs)
            lower, upper, method, n_eff = estimate - half, estimate + half, "t over runs", None
        else:
            half = 1.96 * sd / math.sqrt(300)
            n_eff = 300 + rng.randrange(100)
            lower, upper = estimate - half, estimate + half
            method = "t over probes"
            if statistic == "median":
                lower, upper = estimate - half * 1.1, estimate + half * 1.3
                method = "order statistics over probes"
        d.row("ci", load, place, metric=name, statistic=statistic, n=runs if runs > 1 else PROBES,
              estimate=rounded(estimate), lower=rounded(lower), upper=rounded(upper), level=0.95,
              method=method, n_effective=n_eff, reason=None)
    if cdf:
        eps = math.sqrt(math.log(2 / 0.05) / (2 * n))
        for i in range(61):
            p = (i + 0.5) / 61
            d.row("cdf", load, place, metric=name, x=at(p), p=rounded(p, 6),
                  p_lower=rounded(max(0, p - eps), 6), p_upper=rounded(min(1, p + eps), 6))


def cell(d, rng, platform, load, base, to_guest, to_host, loss, runs):
    extra = 1 + LOAD_COST.get(load[0], 0) * load[1] / 2
    host = base * (1 + 0.1 * (extra - 1))
    idle = load[0] == "none"
    points = {"host": host}
    if to_host is not None:
        points["guest"] = host + to_host * extra
        points["app"] = points["guest"] + to_guest * extra
    else:
        points["app"] = host + to_guest * extra
    for point in POINTS:
        if point not in points:
            continue
        place = {"point": point}
        metric(d, rng, load, place, "rtt_ns", points[point], 0.06 * points[point], runs, cdf=idle)
        n = runs * PROBES
        lost = round(n * loss / 100)
        d.row("counts", load, place, metric="rtt_ns", runs=runs, probes=n, answered=n - lost,
              lost=lost, loss_pct=rounded(100 * lost / n), loss_is_upper_bound=int(loss > 0.1),
              late=0, unfinished=int(point == "host"), duplicate_replies=0,
              copies=n if platform == "lxc" and point == "host" else 0, ambiguous=0, negative=0,
              unmatched_replies=0)
    pairs = [("app", "host")] if to_host is None else [
        ("app", "guest"), ("guest", "host"), ("app", "host")]
    for inner, outer in pairs:
        place = {"inner": inner, "outer": outer}
        cost = points[inner] - points[outer]
        share = 100 * cost / points[inner]
        metric(d, rng, load, place, "overhead_ns", cost, 0.22 * cost, runs,
               cdf=idle and (inner, outer) != ("app", "guest"))
        metric(d, rng, load, place, "overhead_share_pct", share, 0.18 * share, runs)
        n = runs * PROBES
        d.row("counts", load, place, metric="overhead_ns", runs=runs, pairs=n - 1,
              unpaired_inner=1, unpaired_outer=1 + round(n * loss / 100),
              negative=3 if cost < 12e3 else 0, excluded=0, share_undefined=0,
              resolution_ns=1000 if inner == "app" else 1)


def folded(rows):
    """Of a curve the labels once, and arrays of what stands from x on."""
    out = []
    for row in rows:
        keys = list(row)
        cut = keys.index("x")
        labels = {k: row[k] for k in keys[:cut]}
        if not out or {k: out[-1][k] for k in keys[:cut]} != labels:
            out.append({**labels, **{k: [] for k in keys[cut:]}})
        for k in keys[cut:]:
            out[-1][k].append(row[k])
    return out


def document(d, name, title):
    out = []
    for kind, rows in d.rows.items():
        metrics = []
        for _, _, values in rows:
            if values["metric"] not in metrics:
                metrics.append(values["metric"])
        for m in metrics:
            mine = [r for r in rows if r[2]["metric"] == m]
            by = d.by + list(mine[0][1])
            flat = [{**labels, **place, **values} for labels, place, values in mine]
            out.append({
                "kind": kind, "metric": m, "by": by,
                "parameters": {"pooled": kind != "ci"},
                "rows": folded(flat) if kind == "cdf" else flat,
                "notes": ["Made-up numbers for tests; no measurement."] if kind == "ci" else [],
            })
    return {"schema": "vantage/results/1",
            "provenance": {"program": "vanalyze 1.0.0",
                           "command": ["vanalyze", "all", name],
                           "datasets": [{"name": name, "title": title,
                                         "sha256": ("%02x" % len(name)) * 32}]},
            "analyses": out}


def write(path, doc):
    with open(path, "w", encoding="utf-8") as f:
        json.dump(doc, f, ensure_ascii=False, separators=(",", ":"))
        f.write("\n")


def sample(out):
    rng = random.Random(20160301)
    os.makedirs(out, exist_ok=True)
    for platform, driver, factors, base, to_guest, to_host, loss in PLATFORMS:
        d = Dataset(platform, driver, factors)
        runs = 1 if driver == "vmxnet3" else RUNS
        loads = [("none", 0)]
        if (platform, driver) in LOADED:
            loads += [(t, w) for t in LOAD_COST for w in (1, 2, 4)]
        for load in loads:
            cell(d, rng, platform, load, base, to_guest, to_host, loss, runs)
        name = platform + (f"-{driver}" if driver else "")
        write(os.path.join(out, name + ".json"), document(d, name, "Echo delays, " + name))


def hostile(out):
    """Names that try to break out of every output format, and undefined values."""
    rng = random.Random(7)
    os.makedirs(out, exist_ok=True)
    names = ["a_b%c&d#e$f{g}h~i^j\\k", "x|y<z>[w]*`q`\"--?", "µ–é ≤ ü", "漢字 العربية",
             "\\input{/etc/passwd}", "a" * 200, "line\nbreak,comma;\ttab", "[optional] *star"]
    for i, name in enumerate(names):
        d = Dataset(name, "d_%d&" % i, {"fact_or&%": "l$v_#" + str(i % 2)})
        cell(d, rng, name, ("none", 0), 2e5, 1e4, 2e4 * (i + 1) ** 2, 0.0, 2)
        doc = document(d, name, name)
        for a in doc["analyses"]:
            for r in a["rows"]:
                if a["kind"] == "ci" and i == 2:
                    r.update(lower=None, upper=None, method=None,
                             reason="1 run & n_too_small {n = 1}, 50 % of ~2")
                if a["kind"] == "ci" and i == 3:
                    r.update(estimate=None, lower=None, upper=None, method=None,
                             reason="n = 0")
        write(os.path.join(out, "hostile%d.json" % i), doc)


def many(out, platforms, workers):
    """Many cells: platforms times loads, ci and counts only."""
    os.makedirs(out, exist_ok=True)
    ci, counts = [], []
    for p in range(platforms):
        for w in range(workers):
            by = {"platform": "p%d" % p, "driver": None, "background_workers": str(w)}
            for name, value in (("rtt_ns", 2e5 + p), ("overhead_ns", 1e4 + 10 * p + w),
                                ("overhead_share_pct", 5.0)):
                place = {"point": "guest"} if name == "rtt_ns" else {
                    "inner": "guest", "outer": "host"}
                for statistic in ("mean", "median"):
                    ci.append((name, {**by, **place, "metric": name, "statistic": statistic,
                                      "n": 10, "estimate": value, "lower": 0.99 * value,
                                      "upper": 1.01 * value, "level": 0.95,
                                      "method": "t over runs", "n_effective": None,
                                      "reason": None}))
            counts.append({**by, "point": "guest", "metric": "rtt_ns", "runs": 10, "probes": 100,
                           "answered": 100, "lost": 0, "loss_pct": 0.0, "loss_is_upper_bound": 0,
                           "late": 0, "unfinished": 0, "duplicate_replies": 0, "copies": 0,
                           "ambiguous": 0, "negative": 0, "unmatched_replies": 0})
    head = ["platform", "driver", "background_workers"]
    analyses = []
    for name in ("rtt_ns", "overhead_ns", "overhead_share_pct"):
        rows = [r for n, r in ci if n == name]
        by = head + (["point"] if name == "rtt_ns" else ["inner", "outer"])
        analyses.append({"kind": "ci", "metric": name, "by": by, "parameters": {}, "rows": rows,
                         "notes": []})
    analyses.append({"kind": "counts", "metric": "rtt_ns", "by": head + ["point"],
                     "parameters": {}, "rows": counts, "notes": []})
    write(os.path.join(out, "many.json"),
          {"schema": "vantage/results/1",
           "provenance": {"program": "vanalyze 1.0.0", "command": [], "datasets": []},
           "analyses": analyses})


def main():
    if len(sys.argv) == 2:
        sample(sys.argv[1])
    elif len(sys.argv) == 3 and sys.argv[1] == "--hostile":
        hostile(sys.argv[2])
    elif len(sys.argv) == 5 and sys.argv[1] == "--many":
        many(sys.argv[4], int(sys.argv[2]), int(sys.argv[3]))
    else:
        sys.exit(__doc__ + "\n       sample_results.py --hostile DIR"
                 "\n       sample_results.py --many PLATFORMS WORKERS DIR")


if __name__ == "__main__":
    main()
