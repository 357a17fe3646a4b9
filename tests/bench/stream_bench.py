#!/usr/bin/python3
"""stream_bench - what `vanalyze http` and `vanalyze tcp` cost, beside the least possible and peers.

  stream_bench.py WORKDIR [--programs build/release] [--rounds 3] [--scale 1.0]

Measures as bench.py does, whose class it uses, and adds a limit to each ratio.  Peers (tshark,
tcptrace) read smaller files; ratios to them are per packet.  Inputs, made in WORKDIR and kept there
(some 1.1 GB): http_full: gencap http -n 200000, seed 1, 2.2 million packets, 1.4 GB before
compression; http_128: the same cut to 128 bytes; http_N and tcp_N: gencap http -n N and gencap
tcpts -n N -l 96; tcp_peers is not compressed, for tcptrace, and has microseconds.  Others by
zstd -3.

pping is not in Debian.  Its figure, 28.5 times libzstd and a bare walk, was measured once on the
same kind of capture (seed 1) and stands in for it.

Exit status: 0, 1 when a command failed or a limit was missed.
"""
import argparse
import os
import shutil
import subprocess
import sys

from bench import Bench

PPING_OVER_WALK = 28.5
TSHARK_HTTP = ('-Y', 'http.time', '-T', 'fields', '-e', 'http.time')
TSHARK_ACK = ('-Y', 'tcp.analysis.ack_rtt', '-T', 'fields', '-e', 'tcp.analysis.ack_rtt')
MIB_PER_MILLION_SAMPLES = 64  # summaries keep every value; nothing else may grow


class StreamBench(Bench):
    def vanalyze(self, threads, *files, command='tcp'):
        return [self.program('vanalyze'), command, '-j', str(threads), *files]

    def made(self, mode, n, *options):
        n = int(n * self.scale)
        name = '_'.join((mode, str(n), *(o.strip('-') for o in options)))
        return self.compressed(name, [self.program('gencap'), mode, '-n', str(n), '-s', '1',
                                      *options, '-o', '-'])

    def limited(self, what, a, b, factor, limit, at_most):
        """A ratio of CPU, a over b per packet, and whether it keeps to its limit."""
        self.ratio(what, a, b, 0, factor)
        what, ratio, first, second = self.rows.pop()
        value = float(ratio.split()[0])
        kept = value <= limit if at_most else value >= limit
        self.failed |= not kept and self.scale == 1.0
        self.rows.append((what, ratio, f'{"≤" if at_most else "≥"} {limit:g}'
                          f'{"" if kept else " MISSED"}', first, second))

    def note(self, what, value, limit=''):
        self.rows.append((what, value, limit, '', ''))

    def per_packet(self, a, b):
        """So many times more packets has file b."""
        return self.packets(b) / self.packets(a)


def bench_http(b, name, path, small, walk_limit, tshark_limit):
    runs = b.interleaved({'ours': b.vanalyze(1, path, command='http'),
                          'walk': [b.program('loops'), 'zstd', path]})
    b.limited(f'{name}: `http -j1` / libzstd and walk', runs['ours'], runs['walk'], 1, walk_limit,
              True)
    b.note(f'{name}: peak of `http -j1`', f'{max(r[2] for r in runs["ours"]):.1f} MiB')
    what = f'{name}: tshark http.time / `http -j1`, per packet'
    tshark = shutil.which('tshark')
    if not tshark:
        b.note(what, 'left out: tshark is not installed')
        return
    peer = b.interleaved({'tshark': [tshark, '-n', '-r', small, *TSHARK_HTTP]}, 1)['tshark']
    b.limited(what, peer, runs['ours'], b.per_packet(small, path), tshark_limit, False)


def bench_tcp(b, path):
    runs = b.interleaved({'ours': b.vanalyze(1, path), 'walk': [b.program('loops'), 'zstd', path]})
    b.limited('tcp: `tcp -j1` / libzstd and walk', runs['ours'], runs['walk'], 1, 2.85, True)
    walk = [(PPING_OVER_WALK * cpu, wall, peak) for cpu, wall, peak in runs['walk']]
    b.limited('tcp: pping (recorded) / `tcp -j1`', walk, runs['ours'], 1, 10, False)
    tshark, small = shutil.which('tshark'), b.made('tcpts', 100_000, '-l', '96')
    if tshark:
        peer = b.interleaved({'tshark': [tshark, '-n', '-r', small, *TSHARK_ACK]}, 1)['tshark']
        b.limited('tcp: tshark ack_rtt / `tcp -j1`, per packet', peer, runs['ours'],
                  b.per_packet(small, path), 100, False)
    else:
        b.note('tcp: tshark', 'left out: not installed')
    tcptrace = shutil.which('tcptrace')
    if not tcptrace:
        b.note('tcp: tcptrace -lrn', 'left out: not installed')
        return
    plain = os.path.join(b.work, f'tcp_peers@{b.scale:g}.pcap')
    if not os.path.exists(plain):
        subprocess.run([b.program('gencap'), 'tcpts', '-n', str(int(1e6 * b.scale)), '-s', '1',
                        '-l', '96', '--usec', '-o', plain], check=True, stderr=subprocess.DEVNULL)
    pair = b.interleaved({'peer': [tcptrace, '-lrn', plain], 'ours': b.vanalyze(1, plain)})
    b.limited('tcp: tcptrace -lrn / `tcp -j1`, both on plain pcap', pair['peer'], pair['ours'], 1,
              2, False)


def bench_length(b, command, mode, n, *options):
    """Peak memory at 1, 4 and 16 times the length."""
    peaks = []
    for times in (1, 4, 16):
        path = b.made(mode, n * times, *options)
        peaks.append(b.interleaved({'ours': b.vanalyze(1, path, command=command)}, 1)['ours'][0][2])
    allowed = MIB_PER_MILLION_SAMPLES * 15 * n * b.scale / 1e6 + 8
    kept = peaks[2] - peaks[0] <= allowed
    b.failed |= not kept
    b.note(f'peak of `{command} -j1` at 1, 4, 16 × {int(n * b.scale)}',
           ', '.join(f'{p:.1f}' for p in peaks) + ' MiB',
           f'grows by ≤ {allowed:.0f} MiB{"" if kept else " MISSED"}')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('workdir')
    parser.add_argument('--programs', default='build/release')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--scale', type=float, default=1.0)
    b = StreamBench(parser.parse_args())
    for name in ('vanalyze', 'gencap', 'loops'):
        if not os.access(b.program(name), os.X_OK):
            sys.exit(f'{b.program(name)}: not there; build it first')
    os.makedirs(b.work, exist_ok=True)
    bench_http(b, 'http_full', b.made('http', 200_000), b.made('http', 10_000), 2, 20)
    bench_http(b, 'http_128', b.made('http', 200_000, '-l', '128'),
               b.made('http', 10_000, '-l', '128'), 3, 80)
    bench_tcp(b, b.made('tcpts', 1_000_000, '-l', '96'))
    bench_length(b, 'http', 'http', 12_500, '-l', '128')
    bench_length(b, 'tcp', 'tcpts', 62_500, '-l', '96')
    print('| compared | ratio | limit | first | second |', '|---|---|---|---|---|', sep='\n')
    for row in b.rows:
        print('|', ' | '.join(row), '|')
    return 1 if b.failed else 0


if __name__ == '__main__':
    sys.exit(main())
