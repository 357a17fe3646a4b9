#!/usr/bin/python3
"""Is every byte of a TCP stream in a capture, once, in order, in records with the right lengths?

usage: check_stream.py PORT BYTES LARGEST_AT_LEAST [--snaplen BYTES]

Reads a nanosecond pcap (either byte order) from standard input with nothing but struct, so that it
shares no code with what it judges.  The stream to PORT has BYTES bytes; its eight bytes at offset
8 k are k, little-endian.  Nothing gets lost on the way, so record by record the sequence numbers
join without gap, and the lengths in the IP headers lead to BYTES.  What the sender sent again (a
probe when the sink was slow) must have the same bytes again.  LARGEST_AT_LEAST: one record stands
for so many bytes on the wire at least (a super-packet, which the kernel cuts up later).
"""
import argparse
import struct
import sys

from check_numbers import records

SYN = 2


def segments(data, port):
    """(sequence number, is a SYN, payload as far as captured, payload on the wire, frame length)"""
    for _, packet, length in records(data):
        if packet[12:14] != b"\x08\x00" or packet[23] != 6:
            continue
        ip = 14 + 4 * (packet[14] & 15)
        total = struct.unpack_from(">H", packet, 16)[0]
        assert length == 14 + total, f"frame of {length} bytes around a packet of {total}"
        if struct.unpack_from(">H", packet, ip + 2)[0] != port:
            continue
        begin = ip + 4 * (packet[ip + 12] >> 4)
        sequence = struct.unpack_from(">I", packet, ip + 4)[0]
        yield sequence, packet[ip + 13] & SYN, packet[begin:], length - begin, length


def main():
    p = argparse.ArgumentParser()
    p.add_argument("port", type=int)
    p.add_argument("bytes", type=int)
    p.add_argument("largest", type=int)
    p.add_argument("--snaplen", type=int, default=262144)
    o = p.parse_args()
    truth = b"".join(struct.pack("<Q", k) for k in range(o.bytes // 8))
    first = None
    at = largest = 0
    for sequence, syn, payload, n, length in segments(sys.stdin.buffer.read(), o.port):
        if syn:  # again, when the first came before there was a sink
            first = sequence + 1
        if n == 0:
            continue
        offset = (sequence - first) % 2**32
        assert offset == at or offset + n <= at, f"byte {offset} after byte {at}"
        assert len(payload) == n - max(length - o.snaplen, 0), f"{len(payload)} of {n} bytes"
        assert payload == truth[offset:offset + len(payload)], f"other bytes at {offset}"
        at = max(at, offset + n)
        largest = max(largest, length)
    assert at == o.bytes, f"{at} bytes instead of {o.bytes}"
    assert largest >= o.largest, f"no record above {largest} bytes"


main()
