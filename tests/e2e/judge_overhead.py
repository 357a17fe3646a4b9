#!/usr/bin/python3
"""Are vanalyze's overheads of a recorded ping those that tshark and ping themselves give?

usage: judge_overhead.py RUN SAMPLES N [--vlan ID]

RUN is a run directory with the points guest and host and ping's output; SAMPLES what
"vanalyze overhead --samples" wrote of it; N how many echo requests were sent, all of them answered.
Every row must have the RTTs of its sequence number to the nanosecond: those of captures are
differences of the times that tshark prints, those of the point app what ping printed.  With --vlan
every echo of both captures must carry that tag.
"""
import argparse
import csv
import decimal
import pathlib
import re
import subprocess

REQUESTS, REPLIES = ('8', '128'), ('0', '129')  # ICMP, ICMPv6


def read_capture(path, vlan):
    """Sequence number -> RTT in ns"""
    fields = ('frame.time_epoch', 'icmp.type', 'icmp.seq', 'icmpv6.type',
              'icmpv6.echo.sequence_number', 'vlan.id')
    done = subprocess.run(['tshark', '-n', '-r', str(path), '-T', 'fields',
                           *(word for field in fields for word in ('-e', field))],
                          capture_output=True, text=True, check=True)
    sent, rtts = {}, {}
    for line in done.stdout.splitlines():
        time, type4, seq4, type6, seq6, tag = line.split('\t')
        kind, seq = type4 or type6, int(seq4 or seq6 or 0)
        if kind in REQUESTS + REPLIES:
            assert tag == vlan, f'{path.name}: VLAN {tag!r}'
        if kind in REQUESTS:
            assert seq not in sent, f'{path.name}: request {seq} twice'
            sent[seq] = decimal.Decimal(time)
        elif kind in REPLIES:
            rtts[seq] = int((decimal.Decimal(time) - sent[seq]) * 10**9)
    return rtts


def read_ping(path):
    found = re.findall(r'icmp_seq=(\d+) .*time=([\d.]+) ms', path.read_text())
    return {int(seq): int(decimal.Decimal(ms) * 10**6) for seq, ms in found}


def main():
    p = argparse.ArgumentParser()
    p.add_argument('run', type=pathlib.Path)
    p.add_argument('samples')
    p.add_argument('n', type=int)
    p.add_argument('--vlan', default='')
    o = p.parse_args()
    truth = {point: read_capture(o.run / f'{point}.pcap.zst', o.vlan)
             for point in ('guest', 'host')}
    truth['app'] = read_ping(o.run / 'ping.txt')
    for point, rtts in truth.items():
        assert len(rtts) == o.n, f'{point}: {len(rtts)} of {o.n} answered'
    counts = {('app', 'guest'): 0, ('guest', 'host'): 0, ('app', 'host'): 0}
    with open(o.samples, encoding='utf-8') as samples:
        for row in csv.DictReader(samples):
            inner, outer, seq = row['inner'], row['outer'], int(row['seq'])
            real = truth[inner][seq], truth[outer][seq]
            assert (int(row['rtt_inner_ns']), int(row['rtt_outer_ns'])) == real, (row, real)
            assert int(row['overhead_ns']) == real[0] - real[1], (row, real)
            counts[inner, outer] += 1
    assert set(counts.values()) == {o.n}, counts


main()
