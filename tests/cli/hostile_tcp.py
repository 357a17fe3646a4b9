#!/usr/bin/python3
"""hostile_tcp - `vanalyze http` and `vanalyze tcp` over TCP and HTTP that mean no good.

  hostile_tcp.py VANALYZE [--rss-mib 256] [--seconds 60] [CASE]...

Each case is a capture that is made while it is read, through a pipe.  Whatever it holds, the
program must end with status 0, 3 or 4, within the time, within the memory, and count what the case
says (keys of the counts table of its results).

Exit status: 0 all as it should be, 1 not.
"""
import argparse
import json
import os
import random
import struct
import subprocess
import sys
import threading
import time

FIN, SYN, RST, ACK = 1, 2, 4, 16
GET = b'GET / HTTP/1.1\r\nHost: x\r\n\r\n'


def segment(t_us, client, seq, ack, flags, payload=b'', up=True, wire=None):
    """One record: client is a number that becomes address and port; the server is one."""
    addr, port = struct.pack('!I', 0x0A000000 + (client >> 14)), 1024 + (client & 0x3FFF)
    ends = (addr, b'\xc0\xa8\0\1') if up else (b'\xc0\xa8\0\1', addr)
    ports = (port, 80) if up else (80, port)
    length = min(40 + (len(payload) if wire is None else wire), 65535)
    ip = struct.pack('!BBHHHBBH', 0x45, 0, length, t_us & 0xFFFF, 0, 64, 6, 0) + ends[0] + ends[1]
    tcp = struct.pack('!HHIIBBHHH', *ports, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, 9999,
                      0, 0)
    data = ip + tcp + payload
    head = struct.pack('<IIII', 1_700_000_000 + t_us // 1_000_000, t_us % 1_000_000, len(data),
                       max(length, len(data)))
    return head + data


def handshake(client, t=0, isn=0, peer=0):
    yield segment(t, client, isn - 1, 0, SYN)
    yield segment(t + 1, client, peer - 1, isn, SYN | ACK, up=False)
    yield segment(t + 2, client, isn, peer, ACK)


def exchange(payload, t=10):
    """A handshake, a request and that answer; the next request and its good answer."""
    yield from handshake(1)
    yield segment(t, 1, 0, 0, ACK, GET)
    yield segment(t + 1, 1, 0, len(GET), ACK, payload, up=False)
    yield segment(t + 50, 1, len(GET), len(payload), ACK, GET)
    yield segment(t + 60, 1, len(payload), 2 * len(GET), ACK,
                  b'HTTP/1.1 204 No\r\n\r\n', up=False)


def overlap():
    """Overlapping segments whose bytes differ, in all orders."""
    rng = random.Random(1)
    yield from handshake(1)
    for i in range(100_000):
        at = rng.randrange(4000)
        yield segment(10 + i, 1, at, 0, ACK, rng.choice((b'GET / ', b'HTTP/1.1 ', b'\r\n')) *
                      rng.randrange(1, 40), up=rng.random() < 0.5)


def wrap():
    """100,000 exchanges over numbers that wrap in both directions, many times."""
    isn, peer, answer = 0xFFFFFF00, 0xFFFFF000, \
        b'HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n' + bytes(60000)
    yield from handshake(1, 0, isn, peer)
    for i in range(100_000):
        t, q, r = 10 + 100 * i, isn + len(GET) * i, peer + len(answer) * i
        yield segment(t, 1, q, r, ACK, GET)
        yield segment(t + 1, 1, r, q + len(GET), ACK, answer[:99], up=False, wire=len(answer))


def long_line():
    """A header line of 1 GB."""
    yield from handshake(1)
    yield segment(3, 1, 0, 0, ACK, b'GET /')
    for i in range(16_000):
        yield segment(4 + i, 1, 5 + 65_000 * i, 0, ACK, b'a' * 65_000)


def huge_length():
    """Content-Length of 2^63, and of a hundred digits."""
    yield from exchange(b'HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\nabc')
    yield from handshake(2)
    yield segment(10, 2, 0, 0, ACK, b'POST / HTTP/1.1\r\nContent-Length: ' + b'9' * 100 +
                  b'\r\n\r\n')


def chunk_overflow():
    """Chunk sizes that overflow, 64 bits and more."""
    yield from exchange(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
                        b'ffffffffffffffff\r\nabc')


def half_open():
    """A million connections that never open."""
    for i in range(1_000_000):
        yield segment(i, i, 5 * i, 0, SYN)


def one_byte_holes():
    """Every other byte is missing."""
    yield from handshake(1)
    for i in range(300_000):
        yield segment(3 + i, 1, 2 * i + 1, 0, ACK, b'G')


def held_back():
    """20,000 connections, each with 64 kB behind a hole."""
    for i in range(20_000):
        yield from handshake(i, 10 * i)
        for k in range(4):
            yield segment(10 * i + 4 + k, i, 1 + 16_000 * k, 0, ACK, bytes(16_000))


def unanswered():
    """Half a million requests of one connection, then one each of 100,000 connections."""
    yield from handshake(0)
    for i in range(500_000):
        yield segment(3 + i, 0, len(GET) * i, 0, ACK, GET)
    for i in range(1, 100_000):
        yield from handshake(i, 600_000 + 4 * i)
        yield segment(600_003 + 4 * i, i, 0, 0, ACK, b'GET /' + b'a' * 500 + b' HTTP/1.1\r\n\r\n')


def noise():
    """Anything at all behind an IP header that is right."""
    rng = random.Random(2)
    for i in range(200_000):
        record = bytearray(segment(i, rng.randrange(50), rng.getrandbits(32), rng.getrandbits(32),
                                   rng.getrandbits(5), rng.randbytes(rng.randrange(60)),
                                   rng.random() < 0.5, rng.randrange(2000)))
        record[16 + 32] = rng.getrandbits(8)  # the length of the TCP header
        yield bytes(record)


# name: generator, what must be counted: command, column, at least
CASES = {
    'overlap': (overlap, ()),
    'wrap': (wrap, (('http', 'complete', 99_000), ('http', 'requests', 100_000))),
    'long_line': (long_line, ()),
    'huge_length': (huge_length, (('http', 'malformed', 2), ('http', 'complete', 2))),
    'chunk_overflow': (chunk_overflow, (('http', 'malformed', 1), ('http', 'complete', 2))),
    'half_open': (half_open, (('http', 'evicted_connections', 800_000),
                              ('tcp', 'evicted_connections', 800_000))),
    'one_byte_holes': (one_byte_holes, ()),
    'held_back': (held_back, ()),
    'unanswered': (unanswered, (('http', 'requests', 599_999),)),
    'noise': (noise, ()),
}


def feed(pipe, packets):
    try:
        pipe.write(struct.pack('<IHHIIII', 0xA1B2C3D4, 2, 4, 0, 0, 262144, 101))
        block = []
        for record in packets:
            block.append(record)
            if len(block) == 256:
                pipe.write(b''.join(block))
                block.clear()
        pipe.write(b''.join(block))
        pipe.close()
    except BrokenPipeError:
        pass


def counts_of(text):
    """Columns of the counts tables, added up."""
    found = {}
    for analysis in json.loads(text).get('analyses', ()):
        if analysis['kind'] == 'counts':
            for row in analysis['rows']:
                for key, value in row.items():
                    if isinstance(value, int):
                        found[key] = found.get(key, 0) + value
    return found


def run(program, command, case, args):
    """What is wrong, or None."""
    start = time.monotonic()
    child = subprocess.Popen([program, command, '--json', '-'], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    feeder = threading.Thread(target=feed, args=(child.stdin, CASES[case][0]()))
    feeder.start()
    text = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    feeder.join()
    seconds, mib = time.monotonic() - start, usage.ru_maxrss / 1024
    print(f'{case} {command}: status {child.returncode}, {seconds:.1f} s, {mib:.0f} MiB')
    if child.returncode not in (0, 3, 4):
        return f'{case} {command}: status {child.returncode}'
    if mib > args.rss_mib or seconds > args.seconds:
        return f'{case} {command}: {seconds:.1f} s, {mib:.0f} MiB'
    counts = counts_of(text) if text else {}
    for wanted, column, least in CASES[case][1]:
        if wanted == command and counts.get(column, 0) < least:
            return f'{case} {command}: {column} {counts.get(column)}, not {least}'
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('vanalyze')
    parser.add_argument('cases', nargs='*')
    parser.add_argument('--rss-mib', type=float, default=256)
    parser.add_argument('--seconds', type=float, default=60)
    args = parser.parse_args()
    faults = [run(args.vanalyze, command, case, args)
              for case in args.cases or CASES for command in ('http', 'tcp')]
    faults = [f for f in faults if f]
    print(*(f'FAILED: {f}' for f in faults), sep='\n')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
