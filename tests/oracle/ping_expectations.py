#!/usr/bin/python3
"""
ping_expectations - what the outputs in tests/data/ping say, for tests/unit/t_in_ping.

    tests/oracle/ping_expectations.py > tests/data/ping/expectations.tsv

A second reader of ping outputs: regular expressions over the whole text, decimals instead of
scaled integers, lost probes as a set difference.  It shares nothing with analyze/in_ping.c, and
it is checked itself: against the jc project's NAME.json for every jc_NAME.out, and against the
NAME.expected.json of a third parser for every live_NAME.out.

Rows, tab-separated, "-" for what is not told:
    T  file  dialect  family  payload  sent  received  duplicates  errors
    A  file  target  min_ns  avg_ns  max_ns  digit_ns      the tool's own words; digit: its last
    P  file  target  seq  rtt_ns  resolution_ns  dup|-  error|-  untimed|-
in the order of targets, then of sending.
"""
import json
import pathlib
import re
import sys
from decimal import Decimal

HERE = pathlib.Path(__file__).resolve().parent.parent / "data" / "ping"

# By the command that made the file; the outputs do not name their program.
DIALECTS = [("busybox", "busybox"), ("alpine", "busybox"), ("inetutils", "inetutils"),
            ("freebsd", "bsd"), ("osx", "bsd"), ("fping", "fping"), ("oping", "unknown")]

REPLY = re.compile(r"^(?:\[(?P<stamp>[\d.]+)\] )?\d+ bytes from .*?\b(?:icmp_)?seq=(?P<seq>\d+)"
                   r".*?(?: time=(?P<time>[\d.]+) ms)?(?P<dup> \(DUP!\))?$", re.M)
TOTAL = re.compile(r"^(\d+) packets transmitted, (\d+) (?:packets )?received,"
                   r"(?: \+(\d+) duplicates,)?(?: \+(\d+) errors,)? [\d.]+% packet loss", re.M)
SPREAD = re.compile(r"^(?:rtt|round-trip) min/avg/max\S* = ([\d.]+)/([\d.]+)/([\d.]+)", re.M)
FPING = re.compile(r"^(?:\[[\d.]+\] )?(\S+) +: \[(\d+)\], \d+ bytes, ([\d.]+) ms", re.M)
FPING_LIST = re.compile(r"^(\S+) +:((?: (?:[\d.]+|-))+)$", re.M)
FPING_TOTAL = re.compile(r"^(\S+) +: xmt/rcv/%loss = (\d+)/(\d+)/\d+%"
                         r"(?:, min/avg/max = ([\d.]+)/([\d.]+)/([\d.]+))?", re.M)
FPING_ALIVE = re.compile(r"^(\S+) \(([\d.]+) ms\)$", re.M)
FPING_ERROR = re.compile(r"^ICMP .* for ICMP Echo sent to (\S+)$", re.M)


def ns(ms):
    return int(Decimal(ms) * 1000000)


def digit_ns(ms):
    """One unit of the last printed digit."""
    return 10 ** (6 - len(ms.partition(".")[2]))


def probe(target, seq, ms=None, dup=False, error=False, untimed=False):
    return {"target": target, "seq": seq, "ms": ms, "dup": dup, "error": error, "untimed": untimed}


def read_ping(text, dialect):
    """One target: replies, then the lost ones as what was sent and not answered."""
    sent, received, duplicates, errors = (int(x or 0) for x in TOTAL.search(text).groups())
    first = 0 if dialect in ("busybox", "inetutils", "bsd") else 1
    probes, seen = [], set()
    for m in REPLY.finditer(text):
        seq = int(m["seq"])
        probes.append(probe(0, seq, m["time"], m["dup"] is not None or seq in seen,
                            untimed=m["time"] is None))
        seen.add(seq)
    if len(seen) == received:
        probes += [probe(0, k, None) for k in range(first, first + sent) if k not in seen]
    probes.sort(key=lambda p: p["seq"])
    spread = SPREAD.search(text)
    spreads = [(0, spread.groups())] if spread else []
    return probes, (sent, received, duplicates, errors), spreads


def read_fping(text):
    order, probes = [], []

    def index(target):
        if target not in order:
            order.append(target)
        return order.index(target)

    for m in FPING.finditer(text):
        probes.append(probe(index(m[1]), int(m[2]), m[3]))
    totals = {}
    for m in FPING_LIST.finditer(text):
        entries = m[2].split()
        k = index(m[1])
        probes += [probe(k, i, None if e == "-" else e) for i, e in enumerate(entries)]
        totals[k] = (len(entries), sum(e != "-" for e in entries), None)
    for m in FPING_ALIVE.finditer(text):
        probes.append(probe(index(m[1]), 0, m[2]))
    for i, m in enumerate(FPING_ERROR.finditer(text)):
        probes.append(probe(index(m[1]), i, None, error=True))
    for m in FPING_TOTAL.finditer(text):  # the last of a target is the total
        totals[index(m[1])] = (int(m[2]), int(m[3]), m.groups()[3:] if m[4] else None)
    probes.sort(key=lambda p: (p["target"], p["seq"]))
    block = re.search(r"(\d+) ICMP Echos sent\n +(\d+) ICMP Echo Replies", text)
    if block:
        sums = (int(block[1]), int(block[2]), "-", "-")
    else:
        sums = (sum(t[0] for t in totals.values()), sum(t[1] for t in totals.values()), "-", "-")
    return probes, sums, [(k, t[2]) for k, t in sorted(totals.items()) if t[2]]


def check_jc(name, probes, sums):
    twin = json.loads((HERE / name.replace(".out", ".json")).read_text(), parse_float=Decimal)
    replies = [r for r in twin["responses"] if r["type"] == "reply"]
    ours = [p for p in probes if p["ms"] is not None]
    theirs = sorted((r["icmp_seq"], i) for i, r in enumerate(replies))
    assert len(ours) == len(replies), name
    for p, (seq, i) in zip(ours, theirs):
        r = replies[i]
        assert (p["seq"], Decimal(p["ms"]), p["dup"]) == (seq, r["time_ms"], r["duplicate"]), name
    assert sums[:3] == (twin["packets_transmitted"], twin["packets_received"],
                        twin["duplicates"]), name
    for r in twin["responses"]:
        if r["type"] == "timeout":
            assert any(p["seq"] == r["icmp_seq"] and p["ms"] is None for p in probes), name


def check_third(name, probes, sums):
    third = json.loads((HERE / (name + ".expected.json")).read_text(), parse_float=Decimal)
    if third["rtt_ms"]["n"] > 0:
        times = [Decimal(p["ms"]) for p in probes if p["ms"] and not p["dup"]]
        assert len(times) == third["rtt_ms"]["n"] == third["replies_with_time"], name
        assert abs(sum(times) - Decimal(third["rtt_ms"]["sum"])) < Decimal("1e-6"), name
        assert min(times) == third["rtt_ms"]["min"], name
        assert max(times) == third["rtt_ms"]["max"], name
        assert sum(p["dup"] for p in probes if p["ms"]) == third["dup_lines"], name
    if third["transmitted_received"]:
        assert list(sums[:2]) == third["transmitted_received"], name
        assert (third["summary_duplicates"] or 0) == sums[2], name


def head_of(text):
    """Family and payload, from the header."""
    head = re.search(r"^PING.*$", text, re.M)
    if not head:
        address = re.search(r"^(?:\[[\d.]+\] )?(\S+) ", text, re.M)[1]
        return (6 if ":" in address else 4), "-"
    payload = re.search(r"\+(\d+) bytes\)|(\d+)\(\d+\) bytes|(\d+) (?:data )?bytes", head[0])
    six = head[0].startswith("PING6") or re.search(r"\([^)]*:[^)]*:", head[0])
    return (6 if six else 4), next(g for g in payload.groups() if g)


def main():
    for path in sorted(HERE.glob("*.out")):
        name, text = path.name, path.read_text()
        if "hping3" in name:
            continue
        dialect = next((d for key, d in DIALECTS if key in name), "iputils")
        if dialect == "fping":
            probes, sums, spreads = read_fping(text)
            if "fping_l" in name or "fping_N" in name:
                text = "10.78.0.2 "  # their first word is a time of day, or CHART
        else:
            probes, sums, spreads = read_ping(text, dialect)
        (check_jc if name.startswith("jc_") else check_third)(name, probes, sums)
        print("T", name, dialect, *head_of(text), *sums, sep="\t")
        for target, values in spreads:
            print("A", name, target, *(ns(v) for v in values),
                  max(digit_ns(v) for v in values), sep="\t")
        for p in probes:
            timed = p["ms"] is not None
            print("P", name, p["target"], p["seq"], ns(p["ms"]) if timed else "-",
                  digit_ns(p["ms"]) if timed else "-",
                  *(word if p[word] else "-" for word in ("dup", "error", "untimed")), sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(main())
