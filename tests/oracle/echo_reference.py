#!/usr/bin/python3
"""echo_reference - round-trip times of ICMP echo by docs/METHODS.md section 2, a second time.

  echo_reference.py CAPTURE [--expiry SECONDS] > samples.csv

Reads pcap (either byte order and resolution, Ethernet with VLAN tags; compressed when the name ends
in .zst) and writes the columns of `vanalyze rtt --samples`.  Made to be compared with, so written
from the definitions alone: the whole capture in memory, one sort by time, then the rules in the
order in which METHODS states them.  No limits, no streaming, no reorder window, and some 10 us per
packet.  What it leaves out: fragments, tunnels, extension headers, ICMP errors.

Two points that METHODS leaves open are settled here as follows.  Equal time stamps: the request
stands first.  "The payload differs from probe to probe": over the capture, no two sequence numbers
of the same (family, source, destination, id) come with equal payload, and there are two at least.
"""
import argparse
import collections
import hashlib
import ipaddress
import struct
import subprocess
import sys

COPY_WINDOW_NS = 1_000_000
COLUMNS = 'run,point,t_ns,family,src,dst,id,seq,rtt_ns,flags'
FLAG_ORDER = ('copy', 'dup', 'late', 'lost', 'unfinished', 'ambiguous', 'reordered', 'negative')


class Probe:
    __slots__ = ('t', 'place', 'stream', 'seq', 'bytes', 'rtt', 'answered', 'flags')

    def __init__(self, t, place, stream, seq, identity):
        self.t, self.place, self.stream, self.seq, self.bytes = t, place, stream, seq, identity
        self.rtt, self.answered, self.flags = None, False, set()


def records(path):
    """(time in ns, captured bytes) of each record."""
    if path.endswith('.zst'):
        data = subprocess.run(['zstd', '-dcq', path], capture_output=True, check=True).stdout
    else:
        with open(path, 'rb') as f:
            data = f.read()
    order = '<' if data[:4] in (b'\x4d\x3c\xb2\xa1', b'\xd4\xc3\xb2\xa1') else '>'
    magic, _, _, _, _, link = struct.unpack_from(order + 'IIIIII', data)
    if magic not in (0xA1B23C4D, 0xA1B2C3D4) or link != 1:
        sys.exit(f'{path}: not a pcap file of Ethernet frames')
    unit = 1 if magic == 0xA1B23C4D else 1000
    header, at = struct.Struct(order + 'IIII'), 24
    while at + 16 <= len(data):
        seconds, fraction, caplen, _ = header.unpack_from(data, at)
        yield seconds * 10**9 + fraction * unit, data[at + 16:at + 16 + caplen]
        at += 16 + caplen


def network(frame):
    """The bytes from the IP header on, link-layer padding cut off; None if there is none."""
    at = 12
    while frame[at:at + 2] in (b'\x81\x00', b'\x88\xa8'):
        at += 4
    kind, ip = frame[at:at + 2], frame[at + 2:]
    if kind == b'\x08\x00' and len(ip) >= 20:
        return ip[:int.from_bytes(ip[2:4], 'big') or len(ip)]
    if kind == b'\x86\xdd' and len(ip) >= 40:
        return ip[:40 + int.from_bytes(ip[4:6], 'big')]
    return None


def echo(ip):
    """(is a reply, family, source, destination, ICMP bytes, IP bytes less TTL and checksum)."""
    if ip[0] >> 4 == 4:
        head = (ip[0] & 15) * 4
        if ip[9] != 1 or int.from_bytes(ip[6:8], 'big') & 0x3FFF or len(ip) < head + 8:
            return None
        kinds, src, dst = (8, 0), ip[12:16], ip[16:20]
        same = ip[:8] + ip[9:10] + ip[12:]
    else:
        head = 40
        if ip[6] != 58 or len(ip) < 48:
            return None
        kinds, src, dst = (128, 129), ip[8:24], ip[24:40]
        same = ip[:7] + ip[8:]
    if ip[head] not in kinds or ip[head + 1] != 0:
        return None
    return ip[head] == kinds[1], ip[0] >> 4, src, dst, ip[head:], same


def digest(data):
    return hashlib.blake2b(data, digest_size=10).digest()


def read_events(path):
    """All echo messages by time, and the streams whose payload differs from probe to probe."""
    events, payloads, shared, end = [], {}, set(), 0
    for place, (t, frame) in enumerate(records(path)):
        end = max(end, t)
        ip = network(frame)
        found = echo(ip) if ip else None
        if not found:
            continue
        is_reply, family, src, dst, icmp, same = found
        if is_reply:
            src, dst = dst, src
        stream = (family, src, dst, icmp[4:6])
        payload, seq = digest(icmp[8:]), int.from_bytes(icmp[6:8], 'big')
        key = digest(repr(stream).encode() + icmp[6:8] + payload)
        if not is_reply:
            known = payloads.setdefault(stream, {})
            if known.setdefault(payload, seq) != seq:
                shared.add(stream)
        events.append((t, is_reply, place, key, stream, seq, None if is_reply else digest(same)))
    events.sort(key=lambda e: e[:3])
    varies = {s for s, known in payloads.items() if len(known) > 1 and s not in shared}
    return events, varies, end


def take_request(waiting, event, varies, expiry):
    t, _, place, key, stream, seq, identity = event
    window = expiry if stream in varies else COPY_WINDOW_NS
    for p in reversed(waiting[key]):
        if not p.answered and p.bytes == identity and t - p.t <= window:
            p.flags.add('copy')
            return None
    probe = Probe(t, place, stream, seq, identity)
    waiting[key].append(probe)
    return probe


def take_reply(probes, t, place, expiry):
    """False when no request waits for it and none was answered before: left over."""
    young = [p for p in probes if t - p.t <= expiry]
    fits = [p for p in young if not p.answered]
    if not fits:
        old = [p for p in probes if not p.answered and 'late' not in p.flags]
        if any(p.answered for p in young) or (probes and not old):
            next(p for p in reversed(probes)).flags.add('dup')
            return True
        if old:
            old[-1].flags.add('late')
        return bool(old)
    chosen = fits[-1]
    chosen.answered, chosen.rtt = True, t - chosen.t
    if place < chosen.place:
        chosen.flags.add('reordered')
    newer = [p for p in young if p.answered and p.t > chosen.t]
    if len(fits) > 1 or newer:
        for p in fits + newer:
            p.flags.add('ambiguous')
    return True


def match(path, expiry):
    events, varies, end = read_events(path)
    waiting, probes, left_over = collections.defaultdict(list), [], []
    for event in events:
        if not event[1]:
            probe = take_request(waiting, event, varies, expiry)
            probes += [probe] if probe else []
        elif not take_reply(waiting[event[3]], event[0], event[2], expiry):
            left_over.append(event)
    for t, _, place, key, _, _, _ in left_over:
        for p in waiting[key]:
            if not p.answered and p.place < place and t < p.t <= t + expiry:
                p.answered, p.rtt = True, t - p.t
                p.flags.add('negative')
                break
    for p in probes:
        if not p.answered and 'late' not in p.flags:
            p.flags.add('unfinished' if end - p.t < expiry else 'lost')
    return probes


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('capture')
    parser.add_argument('--expiry', type=float, default=10.0)
    args = parser.parse_args()
    print(COLUMNS)
    for p in match(args.capture, int(args.expiry * 10**9)):
        family, src, dst, ident = p.stream
        print('', '', p.t, family, ipaddress.ip_address(src), ipaddress.ip_address(dst),
              int.from_bytes(ident, 'big'), p.seq, '' if p.rtt is None else p.rtt,
              '|'.join(f for f in FLAG_ORDER if f in p.flags), sep=',')


if __name__ == '__main__':
    main()
