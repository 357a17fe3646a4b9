#!/usr/bin/python3
"""tool_expectations - what the outputs of load tools in tests/data/load say, read by other means:
Python's csv, json and xml modules and regular expressions.

  tool_expectations.py DIR > expectations.tsv

Each line: file, quantity, value.  Quantities:
  requests failed nested  numbers of requests, of those that failed, of samples inside others
  total connect latency ttfb   sum over requests of the time, in ns (of those that have one)
  bytes clients labels    sum of response bytes; distinct clients and labels
  rate:SIDE[:reverse]     totals: bit/s
  bytes:SIDE[:reverse]    their bytes
  ok:SIDE, err:SIDE       their messages
  streams                 rows of single streams
  stated:METRIC:STATISTIC a number as the tool states it, in the metric's unit

Definitions are those of docs/METHODS.md: latency = elapsed - Connect, ttfb = Latency - Connect,
no times of requests that failed; a transaction controller is no request, the samples in it are.
"""
import csv
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

CONTROLLER = "Number of samples in transaction"
MS = 10**6


class Sums:
    def __init__(self):
        self.v = dict.fromkeys(["requests", "failed", "nested", "total", "connect", "latency",
                                "ttfb", "bytes"], 0)
        self.clients, self.labels = set(), set()

    def add(self, elapsed, latency, connect, ok, size, client, label):
        v = self.v
        v["requests"] += 1
        v["bytes"] += size
        self.clients.add(client)
        self.labels.add(label)
        if connect is not None:
            v["connect"] += connect * MS
        if not ok:
            v["failed"] += 1
        elif elapsed is not None:
            c = connect or 0
            v["total"] += elapsed * MS
            v["latency"] += (elapsed - c) * MS
            if latency and latency > c:
                v["ttfb"] += (latency - c) * MS

    def rows(self):
        yield from self.v.items()
        yield "clients", len(self.clients - {None})
        yield "labels", len(self.labels - {None})


def number(text):
    return int(text) if text not in (None, "") else None


def jtl_csv(text):
    s = Sums()
    for r in csv.DictReader(io.StringIO(text)):
        if r["responseMessage"].startswith(CONTROLLER):
            s.v["nested"] += 1
            continue
        s.add(number(r["elapsed"]), number(r.get("Latency")), number(r.get("Connect")),
              r["success"] == "true", number(r.get("bytes")) or 0, r.get("threadName"), r["label"])
    return s.rows()


def jtl_xml(text):
    s = Sums()

    def visit(node, inside):
        if node.tag in ("sample", "httpSample"):
            a = node.attrib
            if inside or a.get("rm", "").startswith(CONTROLLER):
                s.v["nested"] += 1
            else:
                inside = True
                s.add(number(a.get("t")), number(a.get("lt")), number(a.get("ct")),
                      a.get("s", "true") == "true", number(a.get("by")) or 0, a.get("tn"),
                      a.get("lb"))
        for child in node:
            visit(child, inside)

    visit(ET.fromstring(text.encode()), False)
    return s.rows()


def ab_g(text):
    s = Sums()
    for r in csv.DictReader(io.StringIO(text), delimiter="\t"):
        s.v["requests"] += 1
        for name, column in (("total", "ttime"), ("connect", "ctime"), ("latency", "dtime"),
                             ("ttfb", "wait")):
            s.v[name] += int(r[column]) * MS
    return s.rows()


def ab_e(text):
    for r in list(csv.reader(io.StringIO(text)))[1:]:
        p = int(r[0])
        name = {0: "min", 100: "max"}.get(p, f"q{p / 100:g}")
        yield f"stated:total_ns:{name}", float(r[1]) * MS


def ab_report(text):
    yield "requests", int(re.search(r"Complete requests:\s+(\d+)", text)[1])
    yield "failed", int(re.search(r"Failed requests:\s+(\d+)", text)[1])
    for label, metric in (("Connect", "connect_ns"), ("Processing", "latency_ns"),
                          ("Waiting", "ttfb_ns"), ("Total", "total_ns")):
        values = re.search(label + r":((?:\s+[\d.]+){5})", text)[1].split()
        for name, v in zip(("min", "mean", "sd", "median", "max"), values):
            yield f"stated:{metric}:{name}", float(v) * MS
    for p, v in re.findall(r"^\s*(\d\d)%\s+(\d+)", text, re.M):
        yield f"stated:total_ns:q{int(p) / 100:g}", int(v) * MS
    yield "stated:requests_per_s:mean", float(re.search(r"per second:\s+([\d.]+)", text)[1])


def wrk(text):
    unit = {"us": 1e3, "ms": 1e6, "s": 1e9}
    yield "requests", int(re.search(r"(\d+) requests in", text)[1])
    m = re.search(r"Latency\s+([\d.]+)(\w+)\s+([\d.]+)(\w+)\s+([\d.]+)(\w+)", text)
    for i, name in enumerate(("mean", "sd", "max")):
        yield f"stated:latency_ns:{name}", float(m[2 * i + 1]) * unit[m[2 * i + 2]]
    for p, v, u in re.findall(r"^\s+(\d+)%\s+([\d.]+)(\w+)", text, re.M):
        yield f"stated:latency_ns:q{int(p) / 100:g}", float(v) * unit[u]
    yield "stated:requests_per_s:mean", float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])


def iperf3(text):
    text = re.sub(r"-?\bnan\b", "null", text[text.index("\n{") + 1 if text[0] != "{" else 0:])
    d = json.loads(text)
    test, end = d["start"].get("test_start", {}), d["end"]
    udp = test.get("protocol") == "UDP"
    for key, side, other in (("sum_sent", "send", 0), ("sum_received", "receive", 0),
                             ("sum_sent_bidir_reverse", "send", 1),
                             ("sum_received_bidir_reverse", "receive", 1)):
        if key not in end:
            continue
        name = side + (":reverse" if test.get("reverse", 0) ^ other == 1 else "")
        yield f"rate:{name}", end[key]["bits_per_second"]
        yield f"bytes:{name}", end[key]["bytes"]
        if udp:
            lost = end[key]["lost_packets"] if side == "receive" else 0
            yield f"ok:{name}", end[key]["packets"] - lost
            if side == "receive":
                yield f"err:{name}", lost
    n = len(end.get("streams", []))
    yield "streams", 2 * n if n > 1 else 0


def iperf3_cut(text):
    """Whole lines `"sum": {...}` of intervals that are not omitted."""
    total = seconds = 0
    for m in re.finditer(r'"sum":\s*(\{[^{}]*\})', text):
        s = json.loads(m[1])
        if not s["omitted"]:
            total += s["bytes"]
            seconds += s["seconds"]
    yield "bytes:send", total
    yield "rate:send", 8 * total / seconds


def iperf2(text):
    rows = list(csv.reader(io.StringIO(text)))
    whole = [r for r in rows if r[6].startswith("0.0-")]
    last = {r[5]: r for r in whole}
    yield "rate:send", sum(float(r[8]) for r in last.values())
    yield "bytes:send", sum(int(r[7]) for r in last.values())


READERS = [
    (r"HTMLReport|apiritif|doublequoting|kpi\.jtl|tranctl", jtl_csv),
    (r"\.xml$|sample_log|error|resource-errors|unicode", jtl_xml),
    (r"ab-g", ab_g),
    (r"ab-e", ab_e),
    (r"ab(_500)?\.txt$", ab_report),
    (r"wrk", wrk),
    (r"iperf3_cut", iperf3_cut),
    (r"ip3|iperf3", iperf3),
    (r"iperf2", iperf2),
]


def read(path):
    if path.suffix == ".zst":
        return subprocess.run(["zstdcat", path], check=True, capture_output=True,
                              text=True).stdout
    return path.read_bytes().decode("utf-8-sig")


def main():
    for path in sorted(Path(sys.argv[1]).iterdir()):
        reader = next((f for pattern, f in READERS if re.search(pattern, path.name)), None)
        if reader is None or "refused" in path.name:
            continue
        for name, value in reader(read(path)):
            print(path.name, name, f"{value:.17g}" if isinstance(value, float) else value,
                  sep="\t")


main()
