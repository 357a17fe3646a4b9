#!/usr/bin/python3
"""make_corpus - the seeds under tests/fuzz/corpus.

  make_corpus.py [DIRECTORY]

Each is a short exchange that takes a path of its own through the analyses.  fuzz_http has records
as its head comment describes, fuzz_transit too; fuzz_tcp has capture files (pcap, raw IP), fuzz_tools
a byte that names a reader and the text, fuzz_counters a table.  What a fuzzer finds is added by hand,
under a name that says what it was.
"""
import os
import struct
import sys

FIN, SYN, RST, ACK = 1, 2, 4, 16
BITS = ((FIN, 3), (SYN, 4), (RST, 5), (ACK, 6))
GET = b'GET /a HTTP/1.1\r\nHost: x\r\n\r\n'
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'

# (from the server, flags, sequence and acknowledgment number relative to the highest of that side,
# payload, bytes beyond it that were not captured): one segment each
OPEN = [(0, SYN, 0, 0, b'', 0), (1, SYN | ACK, 0, 0, b'', 0), (0, ACK, 1, 1, b'', 0)]
EXCHANGES = {
    'answered': OPEN + [(0, ACK, 1, 1, GET, 0), (1, ACK, 1, 0, OK, 0), (0, FIN | ACK, 0, 0, b'', 0),
                        (1, FIN | ACK, 0, 1, b'', 0)],
    'pipelined': OPEN + [(0, ACK, 1, 1, GET + GET, 0), (1, ACK, 1, 0, OK, 0),
                         (1, ACK, 0, 0, OK, 0)],
    'cut': OPEN + [(0, ACK, 1, 1, GET[:9], 32), (1, ACK, 1, 0, OK[:12], 1600),
                   (0, ACK, 0, 0, GET[:9], 32), (1, ACK, 0, 0, OK[:12], 160)],
    'overlap': OPEN + [(0, ACK, 5, 1, b'HTTP/1.1 ', 0), (0, ACK, -14, 1, GET, 0),
                       (0, ACK, -3, 1, b'\r\n\r\n\r\n', 0), (1, ACK, 1, 0, OK, 0)],
    'hole': OPEN + [(0, ACK, 1, 1, GET, 0), (1, ACK, 9, 0, OK[8:], 0), (0, ACK, 0, 0, b'', 0),
                    (0, ACK, 0, 0, GET, 0), (1, ACK, 0, 0, OK, 0)],
    'chunks': OPEN + [(0, ACK, 1, 1, GET, 0),
                      (1, ACK, 1, 0, b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
                       b'5;x=y\r\nhello\r\n0\r\nA: b\r\n\r\n', 0)],
    'chunk_overflow': OPEN + [(0, ACK, 1, 1, GET, 0),
                              (1, ACK, 1, 0, b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n'
                               b'\r\nffffffffffffffff\r\n', 0)],
    'length_overflow': OPEN + [(0, ACK, 1, 1, GET, 0),
                               (1, ACK, 1, 0, b'HTTP/1.1 200 OK\r\nContent-Length: '
                                b'9223372036854775808\r\n\r\n', 0)],
    'interim': OPEN + [(0, ACK, 1, 1, b'PUT / HTTP/1.1\r\nContent-Length: 2\r\n\r\n', 0),
                       (1, ACK, 1, 0, b'HTTP/1.1 100 Continue\r\n\r\n', 0),
                       (0, ACK, 0, 0, b'ab', 0),
                       (1, ACK, 0, 0, b'HTTP/1.1 204 No\r\n\r\n', 0)],
    'tunnel': OPEN + [(0, ACK, 1, 1, b'CONNECT a:1 HTTP/1.1\r\n\r\n', 0),
                      (1, ACK, 1, 0, b'HTTP/1.1 200 OK\r\n\r\n\x16\x03\x01', 0)],
    'until_close': OPEN + [(0, ACK, 1, 1, GET, 0), (1, ACK, 1, 0, b'HTTP/1.0 200 OK\r\n\r\nab', 0),
                           (1, FIN | ACK, 0, 0, b'', 0)],
    'reset': OPEN + [(0, ACK, 1, 1, GET, 0), (1, RST | ACK, 1, 0, b'', 0)],
    'late_start': [(1, ACK, 0, 0, b'tail of a body', 0), (0, ACK, 0, 0, GET, 0),
                   (1, ACK, 0, 0, OK, 0)],
    'repeats': OPEN + [(0, ACK, 1, 1, b'a' * 99, 0), (0, ACK, 0, 1, b'b' * 99, 0),
                       (0, ACK, 0, 1, b'c' * 99, 0), (1, ACK, 1, -198, b'', 0),
                       (1, ACK, 1, -198, b'', 0), (1, ACK, 1, -198, b'', 0),
                       (0, ACK, -198, 1, b'b' * 99, 0), (1, ACK, 1, 0, b'', 0),
                       (0, ACK, -99, 1, b'c' * 99, 0)],
}

CPU = ('t_ns,cpu.user,cpu.nice,cpu.system,cpu.idle,cpu.iowait,cpu.irq,cpu.softirq,cpu.steal,'
       'cpu.guest,cpu0.user,cpu0.idle,lateness_ns\n')
TABLES = {
    'cpu': CPU + ''.join(f'{i}00000000,{i * 5},0,{i},{i * 4},0,0,0,0,0,{i * 5},{i * 4},{i}\n'
                         for i in range(1, 9)),
    'clock_steps': CPU + '1000000000,1,,,1,,,,,,1,1,\n900000000,2,,,8,,,,,,2,8,\n'
                   '9900000000,3,,,9,,,,,,3,9,\n',
    'wrap_and_reset': 't_ns,net.eth0.rx_bytes,net.eth0.tx_bytes\n0,4294967290,900\n'
                      '1000000000,10,100\n2000000000,11,99\n',
    'no_numbers': 't_ns,mem.available_bytes,proc.q.utime_ns\n0,x,1\n1,,y\nz,3,3\n2,inf,nan\n',
    'large': 't_ns,net.a.rx_bytes,mem.total_bytes\n-9223372036854775807,0,1\n'
             '9223372036854775807,18446744073709551615,-1e308\n',
    'levels': 't_ns,load.1min,mem.total_bytes,mem.available_bytes,cgroup.w.cpu_usage_ns\n'
              '0,0.5,100,50,0\n500000000,0.7,100,40,1000\n',
}


# By the number of their reader in fuzz_tools.c; whole outputs are in tests/data.
TOOLS = {
    'ab_requests': (1, b'starttime\tseconds\tctime\tdtime\tttime\twait\n'
                    b'Sat Nov 21 05:46:02 2026\t1795239962\t0\t2\t2\t1\n'),
    'ab_percentiles': (2, b'Percentage served,Time in ms\n0,0.1\n50,0.25\n99,99999999999999999999\n'),
    'jtl_csv': (3, b'timeStamp,elapsed,label,responseCode,threadName,success,Latency,Connect\n'
                b'1795239962000,5,"a ""b"", c",200,T 1-1,true,4,1\n1795239962001,-5,x,,,false,,\n'),
    'jtl_xml': (4, b'<?xml version="1.0"?>\n<testResults version="1.2">\n<httpSample t="5" lt="4" '
                b'ct="1" ts="1795239962000" s="true" lb="&lt;a&gt;" rc="200" tn="T 1-1" by="9">'
                b'<httpSample t="2" ts="1"/></httpSample>\n</testResults>\n'),
    'netperf_keyval': (10, b'THROUGHPUT=42.20\nTHROUGHPUT_UNITS=10^6bits/s\nELAPSED_TIME=1e309\n'),
    'iperf3': (11, b'{"start":{"version":"iperf 3.12","test_start":{"protocol":"UDP"}},"end":{"sum":'
               b'{"seconds":1,"bytes":9223372036854775808,"bits_per_second":-1,"lost_packets":9,'
               b'"packets":3}}}'),
    'iperf2_csv': (12, b'20261121054602,10.0.0.1,5001,10.0.0.2,40000,3,0.0-1.0,1250000,10000000\n'),
}


# Texts of the kernel, each for several sources of fuzz_proc.c: its own and others.
KERNEL = {
    'stat': b'cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 2 3 4\nintr 9 1 2\nctxt 99999999999999999999\nbtime 1\n',
    'netdev': b'Inter-|   Receive\n face |bytes\n  lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n eth0:7 8\n',
    'keys': b'MemTotal:  1024 kB\nMemFree: x kB\nusage_usec 5\nsome avg10=0.00 avg60=1.50 total=9\n',
    'table': b'   CPU0 CPU1\nHI: 1 2\nNET_RX: 3 4\n 8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n0000000a 0 ff\n',
}
SOURCES = 20


def datagram(number, port, payload, more=False):
    """A frame of fuzz_transit: raw IP, UDP; bit 13 of the offset: more fragments."""
    udp = struct.pack('!HHHH', port, 53, 8 + len(payload), 0) + payload
    return struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(udp), number, 0x2000 if more else 0, 64, 17,
                       0) + b'\x0a\0\0\1\x0a\0\0\2' + udp


def transit(frames):
    """(point, how far time goes, bytes cut off, frame): link type 101 is the fourth."""
    return b''.join(struct.pack('BBB', point | 3 << 1 | step << 4, len(frame), cut) + frame
                    for point, step, cut, frame in frames)


TRANSITS = {
    'forwarded': transit([(0, 1, 0, datagram(1, 9, b'abcd')), (1, 2, 0, datagram(1, 9, b'abcd')),
                          (1, 1, 0, datagram(7, 8, b'efgh')), (0, 1, 0, datagram(7, 8, b'efgh'))]),
    'lost': transit([(0, 1, 0, datagram(i, 9, b'same')) for i in range(4)] +
                    [(1, 7, 0, datagram(2, 9, b'same')), (0, 7, 0, datagram(9, 9, b'end!'))]),
    'duplicated': transit([(0, 1, 0, datagram(1, 9, b'abcd'))] +
                          [(1, 1, 0, datagram(1, 9, b'abcd'))] * 3),
    'translated': transit([(0, 1, 0, datagram(1, 9, b'abcd')), (1, 1, 0, datagram(1, 77, b'abcd'))]),
    'cut': transit([(0, 1, 40, datagram(1, 9, b'')), (1, 1, 200, datagram(1, 9, b'ab'))]),
    'back_in_time': transit([(0, 7, 0, datagram(1, 9, b'abcd')), (1, 15, 0, datagram(1, 9, b'abcd'))]),
    'fragments': transit([(p, 1, 0, datagram(3, 9, b'abcdefgh', more=True)) for p in (0, 1)]),
}


def records(segments):
    out = b''
    for server, flags, seq, ack, payload, more in segments:
        first = server | sum(1 << bit for flag, bit in BITS if flags & flag)
        out += struct.pack('!BhhBB', first, seq, ack, len(payload), more // 16) + payload
    return out


def capture(segments):
    """The same as a capture file; numbers begin shortly before 2^32, where they wrap."""
    top = [0xFFFFFFF0, 0xFFFFFFC0]
    out = struct.pack('<IHHIIII', 0xA1B23C4D, 2, 4, 0, 0, 65535, 101)
    for i, (server, flags, seq, ack, payload, more) in enumerate(segments):
        seq, ack = top[server] + seq, top[1 - server] + ack
        length = 40 + len(payload) + more
        ends = (b'\x0a\0\0\1', b'\x0a\0\0\2')[::-1 if server else 1]
        ports = (40000, 80)[::-1 if server else 1]
        ip = struct.pack('!BBHHHBBH', 0x45, 0, length, i + 1, 0, 64, 6, 0) + ends[0] + ends[1]
        tcp = struct.pack('!HHIIBBHHH', *ports, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags,
                          9999, 0, 0)
        data = ip + tcp + payload
        out += struct.pack('<IIII', 1_700_000_000, 1_000_000 * i, len(data), length) + data
        top[server] = max(top[server], seq + len(payload) + more)
    return out


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else 'tests/fuzz/corpus'
    seeds = {
        'fuzz_http': {name: records(s) for name, s in EXCHANGES.items()},
        'fuzz_tcp': {name: capture(s) for name, s in EXCHANGES.items()},
        'fuzz_transit': TRANSITS,
        'fuzz_counters': {name: text.encode() for name, text in TABLES.items()},
        'fuzz_packet': {name: bytes([5, 0]) + data[3:] for name, data in TRANSITS.items()},
        'fuzz_proc': {f'{name}_{i}': bytes([i]) + text for name, text in KERNEL.items()
                      for i in range(0, SOURCES, 4)},
        'fuzz_tools': {name: bytes([reader]) + text for name, (reader, text) in TOOLS.items()},
    }
    for target, files in seeds.items():
        directory = os.path.join(root, target)
        os.makedirs(directory, exist_ok=True)
        for name, data in files.items():
            with open(os.path.join(directory, name), 'wb') as f:
                f.write(data)


if __name__ == '__main__':
    main()
