#!/usr/bin/python3
"""tcp_scenes - `vanalyze tcp` on captures that show one conversation in different ways.

  tcp_scenes.py VANALYZE WORKDIR

The conversation: a handshake of 10 ms and 1 ms, then 20 segments from the client, each acknowledged
after 10 ms and 10 us more each time, then both FINs.  Each scene changes what of it was captured,
or how; what must come out follows from that by hand.  tshark's tcp.analysis.ack_rtt must be the
same RTTs.

Exit status: 0 all as it should be, 1 not.
"""
import csv
import io
import json
import os
import struct
import subprocess
import sys

FIN, SYN, RST, ACK = 1, 2, 4, 16
MS = 1_000_000
START = 1_700_000_000_000_000_000
N = 20
ISN = (0xFFFFF000, 77)  # of client and server: the client's numbers wrap


class Packet:
    def __init__(self, t, server, seq, ack, flags, size=0, window=9999):
        self.t, self.server, self.seq, self.ack = t, server, seq, ack
        self.flags, self.size, self.window = flags, size, window

    def frame(self, v6, ip_id):
        ports = (40000, 80)[::-1 if self.server else 1]
        seq = self.seq + ISN[self.server] & 0xFFFFFFFF
        ack = self.ack + ISN[1 - self.server] & 0xFFFFFFFF
        tcp = struct.pack('!HHIIBBHHH', *ports, seq, ack if self.flags & ACK else 0, 0x50,
                          self.flags, self.window, 0, 0) + bytes(self.size)
        if v6:
            ends = [bytes([0xfd] + [0] * 14 + [n]) for n in (1, 2)][::-1 if self.server else 1]
            return struct.pack('!IHBB', 6 << 28, len(tcp), 6, 64) + b''.join(ends) + tcp
        ends = (b'\x0a\0\0\1', b'\x0a\0\0\2')[::-1 if self.server else 1]
        return struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(tcp), ip_id, 0x4000, 64, 6, 0) + \
            b''.join(ends) + tcp


def conversation(size=1000):
    packets = [Packet(0, 0, 0, 0, SYN), Packet(10 * MS, 1, 0, 1, SYN | ACK),
               Packet(11 * MS, 0, 1, 1, ACK)]
    for i in range(N):
        t = (20 + 20 * i) * MS
        packets += [Packet(t, 0, 1 + size * i, 1, ACK, size),
                    Packet(t + rtt(i), 1, 1, 1 + size * (i + 1), ACK)]
    end, t = 1 + size * N, (30 + 20 * N) * MS
    return packets + [Packet(t, 0, end, 1, FIN | ACK), Packet(t + MS, 1, 1, end + 1, FIN | ACK),
                      Packet(t + 2 * MS, 0, end + 1, 2, ACK)]


def rtt(i):
    return 10 * MS + 10_000 * i


def write(path, packets, v6=False, every=1):
    with open(path, 'wb') as f:
        f.write(struct.pack('<IHHIIII', 0xA1B23C4D, 2, 4, 0, 0, 65535, 101))
        for number, p in enumerate(packets, 1):
            for copy in range(every):
                t, data = START + p.t + 5000 * copy, p.frame(v6, number)
                f.write(struct.pack('<IIII', t // 10 ** 9, t % 10 ** 9, len(data), len(data)))
                f.write(data)


ALL = [rtt(i) for i in range(N)]


def zero_window():
    packets = conversation()
    for p in packets[10:14]:
        if p.server:
            p.window = 0  # two ACKs in a row: closed once
    return packets


# name: packets, options of write(), the RTTs, counts of the results; does tshark agree on the RTTs?
def scenes():
    whole = conversation()
    reset = whole[:-3] + [Packet(900 * MS, 1, 1, 1 + 1000 * N, RST | ACK)]
    refused = [Packet(0, 0, 0, 0, SYN), Packet(MS, 1, 0, 1, RST | ACK)]
    return {
        'ipv4': (whole, {}, ALL, {'handshake_samples': 2, 'ack_samples': N, 'bytes': 1000 * N},
                 True),
        'ipv6': (whole, {'v6': True}, ALL, {'handshake_samples': 2, 'bytes': 1000 * N}, True),
        'late start': (whole[7:], {}, ALL[2:], {'unopened_connections': 1, 'handshake_samples': 0},
                       True),
        'late start, between a segment and its ACK': (
            whole[8:], {}, ALL[3:], {'unopened_connections': 1, 'ack_samples': N - 3}, True),
        'client to server only': ([p for p in whole if not p.server], {}, [],
                                  {'connections': 1, 'bytes': 1000 * N, 'retransmitted': 0,
                                   # the server's FIN
                                   'acks_of_uncaptured': 1}, True),
        'server to client only': ([p for p in whole if p.server], {}, [],
                                  {'connections': 1, 'bytes': 0, 'ack_samples': 0}, True),
        'a segment missing': (whole[:9] + whole[10:], {}, ALL[:3] + ALL[4:],
                              {'acks_of_uncaptured': 1, 'ack_samples': N - 1}, True),
        'an ACK missing': (whole[:10] + whole[11:], {}, ALL[:3] + ALL[4:],
                           {'acks_of_uncaptured': 0, 'ack_samples': N - 1}, True),
        'each packet twice': (whole, {'every': 2}, ALL,
                              {'copies': len(whole), 'retransmitted': 0, 'handshake_samples': 2,
                               'bytes': 1000 * N}, False),
        'merged segments': (conversation(20_000), {}, ALL,
                            {'merged': N, 'bytes': 20_000 * N}, True),
        'a closed window': (zero_window(), {}, ALL, {'zero_windows': 1}, True),
        'reset': (reset, {}, ALL, {'resets': 1, 'refused_connections': 0}, True),
        'refused': (refused, {}, [], {'refused_connections': 1, 'resets': 1}, True),
    }


def tshark_rtts(path):
    """Of ACKs of data: those of SYN and FIN are other samples with us, or none."""
    which = 'tcp.analysis.ack_rtt && tcp.srcport == 80 && !(tcp.flags & 7)'
    out = subprocess.run(['tshark', '-n', '-r', path, '-Y', which, '-T', 'fields', '-e',
                          'tcp.analysis.ack_rtt'], capture_output=True, check=True, text=True)
    return [round(float(x) * 1e9) for x in out.stdout.split()]


def main():
    vanalyze, work = sys.argv[1:3]
    faults = 0
    for name, (packets, options, rtts, counts, agrees) in scenes().items():
        path = os.path.join(work, 'scene.pcap')
        write(path, packets, **options)
        samples = subprocess.run([vanalyze, 'tcp', '--samples', '-', '-o', os.devnull, path],
                                 capture_output=True, check=True, text=True).stdout
        ours = [int(r['rtt_ns']) for r in csv.DictReader(io.StringIO(samples))
                if r['kind'] == 'ack']
        found = json.loads(subprocess.run([vanalyze, 'tcp', '--json', path], capture_output=True,
                                          check=True, text=True).stdout)
        row = next(a for a in found['analyses'] if a['kind'] == 'counts')['rows'][0]
        wrong = [f'{k} is {row[k]}, not {v}' for k, v in counts.items() if row[k] != v]
        if ours != rtts:
            wrong.append(f'RTTs {ours}, not {rtts}')
        if agrees and ours != tshark_rtts(path):
            wrong.append(f'RTTs {ours}, by tshark {tshark_rtts(path)}')
        faults += len(wrong)
        print(f'{"FAILED" if wrong else "ok"}: {name}', *wrong, sep='\n  ')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
