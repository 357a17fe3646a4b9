#!/usr/bin/python3
"""Is every datagram of udpblast in a capture, once, in order, with the right lengths?

usage: check_numbers.py N [--payload BYTES] [--segments K] [--snaplen BYTES] [--at-least]

Reads a nanosecond pcap (either byte order) from standard input with nothing but struct, so that it
shares no code with what it judges.  N datagrams, numbered from 0 by their first eight bytes of
payload (little-endian), behind Ethernet, IPv4 without options and UDP.  With --segments a record
may hold K datagrams (a super-packet that the kernel did not cut up), and at least one does.  --at-least: the file was cut;
the first N must be there.
"""
import argparse
import struct
import sys

HEADERS = 14 + 20 + 8


def records(data):
    order = {b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\x3c\x4d": ">"}[data[:4]]
    at = 24
    while at + 16 <= len(data):
        seconds, nanoseconds, caplen, length = struct.unpack_from(order + "4I", data, at)
        if at + 16 + caplen > len(data):
            return
        yield seconds * 10**9 + nanoseconds, data[at + 16:at + 16 + caplen], length
        at += 16 + caplen


def main():
    p = argparse.ArgumentParser()
    p.add_argument("n", type=int)
    p.add_argument("--payload", type=int, default=58)
    p.add_argument("--segments", type=int, default=1)
    p.add_argument("--snaplen", type=int, default=128)
    p.add_argument("--at-least", action="store_true")
    o = p.parse_args()
    expected = largest = 0
    before = 0
    for t, packet, length in records(sys.stdin.buffer.read()):
        if packet[12:14] != b"\x08\x00" or packet[23] != 17:
            continue
        here, rest = divmod(length - HEADERS, o.payload)
        assert rest == 0 and 1 <= here <= o.segments, f"length {length}"
        assert len(packet) == min(length, o.snaplen), f"{len(packet)} of {length} bytes"
        number = struct.unpack_from("<Q", packet, HEADERS)[0]
        assert number == expected, f"datagram {number} instead of {expected}"
        assert t >= before, f"datagram {number}: time goes back"
        expected += here
        largest = max(largest, here)
        before = t
    assert o.at_least or largest == o.segments, f"no record above {largest} datagrams"
    if expected < o.n or (expected > o.n and not o.at_least):
        sys.exit(f"{expected} datagrams instead of {o.n}")


if __name__ == "__main__":
    main()
