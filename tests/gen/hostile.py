#!/usr/bin/python3
"""hostile - captures and other files that mean no good, and what may come of reading them.

  hostile.py OUTDIR        writes the files and OUTDIR/expected.tsv

expected.tsv: name, the exit statuses that `vanalyze rtt` may have, how many probes with an RTT it
must give (those that stand before the damage; - where that is not defined), what is wrong with the
file.  Statuses are those of the manual: 0 nothing to complain of, 3 nothing usable, 4 something was
damaged and what came before it was used.  For every file: no crash, no hang, bounded memory, and
when the status is 3 or 4 a message that names the file.

The formats: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng, RFC 8878 (Zstandard), RFC 1952
(gzip).  Same program, same bytes, but for what the zstd command makes of them.  tshark 4.0 finds as
many probes as expected.tsv says in every file where it says a number.
"""
import gzip
import os
import random
import struct
import subprocess
import sys

START_S = 1_700_000_000
PROBES = 10  # in every good part; two records each
CASES = []


# Frames

def checksum(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(proto, payload, src=b'\x0a\0\0\1', dst=b'\x0a\0\0\2', ip_id=1):
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(payload) & 0xFFFF, ip_id, 0x4000, 64,
                       proto, 0, src, dst)
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + payload


def ethernet(payload, kind=0x0800):
    return b'\2\0\0\0\0\2\2\0\0\0\0\1' + struct.pack('!H', kind) + payload


def echo_ip(seq, reply=False, ip_id=None):
    icmp = struct.pack('!BBHHH', 0 if reply else 8, 0, 0, 77, seq) + bytes(range(24))
    icmp = icmp[:2] + struct.pack('!H', checksum(icmp)) + icmp[4:]
    ends = (b'\x0a\0\0\2', b'\x0a\0\0\1') if reply else (b'\x0a\0\0\1', b'\x0a\0\0\2')
    return ipv4(1, icmp, *ends, ip_id=seq if ip_id is None else ip_id)


def good_packets(n=PROBES):
    """(microseconds since START_S, frame): a request every 10 ms, the reply 1.5 ms later."""
    for i in range(n):
        yield 10_000 * i, ethernet(echo_ip(i + 1))
        yield 10_000 * i + 1500, ethernet(echo_ip(i + 1, reply=True))


GOOD = list(good_packets())
HALF = PROBES  # records of the first half of the probes


# Files

def pcap_header(link=1, magic=0xA1B2C3D4, order='<', snaplen=262144):
    return struct.pack(order + 'IHHiIII', magic, 2, 4, 0, 0, snaplen, link)


def record(us, frame, caplen=None, length=None, seconds=None, fraction=None):
    return struct.pack('<IIII', START_S + us // 10**6 if seconds is None else seconds,
                       us % 10**6 if fraction is None else fraction,
                       len(frame) if caplen is None else caplen,
                       len(frame) if length is None else length) + frame


def records(packets):
    return b''.join(record(us, frame) for us, frame in packets)


def block(kind, body, order='<', first=None, last=None):
    body += bytes(-len(body) % 4)
    length = 12 + len(body)
    return (struct.pack(order + 'II', kind, length if first is None else first) + body
            + struct.pack(order + 'I', length if last is None else last))


def option(code, value, length=None):
    return struct.pack('<HH', code, len(value) if length is None else length) + value + bytes(
        -len(value) % 4)


def section(bom=0x1A2B3C4D, major=1, length=-1, options=b''):
    return block(0x0A0D0D0A, struct.pack('<IHHq', bom, major, 0, length) + options)


def interface(link=1, options=b''):
    return block(1, struct.pack('<HHI', link, 0, 0) + options)


def packet(us, frame, ifindex=0, caplen=None, options=b'', **lengths):
    stamp = START_S * 10**6 + us
    body = struct.pack('<IIIII', ifindex, stamp >> 32, stamp & 0xFFFFFFFF,
                       len(frame) if caplen is None else caplen, len(frame))
    return block(6, body + frame + bytes(-len(frame) % 4) + options, **lengths)


PCAP = pcap_header() + records(GOOD)
PCAP_HALF = pcap_header() + records(GOOD[:HALF])
NG_START = section() + interface()
NG = NG_START + b''.join(packet(*p) for p in GOOD)
NG_HALF = NG_START + b''.join(packet(*p) for p in GOOD[:HALF])


def zstd(data, *options):
    return subprocess.run(['zstd', '-q', '-c', *options], input=data, capture_output=True,
                          check=True).stdout


def zstd_zeros(head, megabytes):
    """A frame of head and then nothing but zeros, without holding them in memory."""
    run = subprocess.Popen(['zstd', '-q', '-c', '-1'], stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE)
    run.stdin.write(head)
    for _ in range(megabytes):
        run.stdin.write(bytes(1 << 20))
    run.stdin.close()
    data = run.stdout.read()
    run.wait()
    return data


def add(name, statuses, probes, note, data):
    CASES.append((name, statuses, probes, note, data))


def no_captures():
    add('empty.pcap', '3', '-', 'no byte at all', b'')
    add('nul.pcap', '3', '-', 'a mebibyte of zeros', bytes(1 << 20))
    add('text.pcap', '3', '-', 'a text file', b'64 bytes from nowhere, to no one special\n' * 99)
    add('object.pcap', '3', '-', 'a JSON file', b'{"schema": "vantage/run/1", "id": ' + b'[' * 9999)
    add('magic.pcap', '3', '-', 'pcap but for its magic', b'\xef\xbe\xad\xde' + PCAP[4:])
    add('magic_only.pcap', '3', '-', 'four bytes', PCAP[:4])
    add('noise.pcap', '3', '-', 'random bytes', random.Random(1).randbytes(100_000))


def bad_pcap():
    tail, odd = records(GOOD[HALF + 1:]), GOOD[HALF]
    add('header_cut.pcap', '3', '-', 'ends in the file header', PCAP[:23])
    add('header_only.pcap', '0,3', 0, 'no record', PCAP[:24])
    add('record_header_cut.pcap', '4', 5, 'ends in a record header', PCAP_HALF + record(*odd)[:7])
    add('record_cut.pcap', '4', 5, 'ends in a frame', PCAP_HALF + record(*odd)[:36])
    for name, caplen in (('4g', 0xFFFFFFFF), ('2g', 0x7FFFFFFF), ('1g', 1 << 30), ('9m', 9 << 20)):
        add(f'caplen_{name}.pcap', '4', 5, f'a record that claims {caplen} bytes',
            PCAP_HALF + record(*odd, caplen=caplen, length=caplen) + tail)
    add('caplen_above_length.pcap', '0,4', '-', 'more captured than was on the wire',
        pcap_header() + b''.join(record(*p, length=20) for p in GOOD))
    add('empty_records.pcap', '0,4', 10, 'a record without a byte after every frame',
        pcap_header() + b''.join(record(*p) + record(p[0], b'') for p in GOOD))
    add('fraction.pcap', '0,4', '-', 'microseconds above a million', pcap_header() + b''.join(
        record(*p, fraction=0xFFFFFFFF - i) for i, p in enumerate(GOOD)))
    add('time_jumps.pcap', '0,4', '-', 'between 1970 and 2106 and back', pcap_header() + b''.join(
        record(*p, seconds=(0, 0xFFFFFFFF)[i % 2]) for i, p in enumerate(GOOD * 50)))
    add('link_unknown.pcap', '0,3,4', 0, 'link type 65535',
        pcap_header(link=0xFFFF) + records(GOOD))
    add('other_order_inside.pcap', '4', 5, 'from the sixth probe on in the other byte order',
        PCAP_HALF + struct.pack('>IIII', START_S, 0, 66, 66) + odd[1] + tail)


def bad_pcapng_lengths():
    odd, rest = GOOD[HALF], b''.join(packet(*p) for p in GOOD[HALF + 1:])

    def half(name, statuses, note, damage):
        add(name, statuses, 5, note, NG_HALF + damage + rest)

    add('block_cut.pcapng', '4', 5, 'ends in a block', NG_HALF + packet(*odd)[:30])
    add('block_header_cut.pcapng', '4', 5, 'ends in a block header', NG_HALF + packet(*odd)[:6])
    for name, length in (('zero', 0), ('eight', 8), ('odd', 33), ('huge', 0xFFFFFFFC)):
        half(f'block_{name}.pcapng', '4', f'a block that claims {length} bytes',
             packet(*odd, first=length))
    half('block_trailer.pcapng', '4', 'the two lengths of a block differ', packet(*odd, last=64))
    half('packet_beyond_block.pcapng', '4', 'captured length beyond the block',
         packet(*odd, caplen=5000))
    half('packet_short.pcapng', '4', 'a packet block too short for its fields', block(6, bytes(8)))
    half('interface_unknown.pcapng', '4', 'a packet of interface 7 of 1', packet(*odd, ifindex=7))
    half('interface_huge.pcapng', '4', 'a packet of interface 4294967295',
         packet(*odd, ifindex=0xFFFFFFFF))
    add('option_beyond_block.pcapng', '0,4', '-', 'a packet option of 65535 bytes',
        NG_HALF + packet(*odd, options=option(2, b'\0\0\0\0', length=0xFFFF)) + rest)
    half('section_second_damaged.pcapng', '4', 'a second section without byte order',
         section(bom=0xDEADBEEF))


def bad_pcapng_content():
    body = b''.join(packet(*p) for p in GOOD)

    add('section_order.pcapng', '3', '-', 'byte-order magic unknown', section(bom=0) + NG[28:])
    add('section_version.pcapng', '3', '-', 'version 9', section(major=9) + interface() + body)
    add('section_length.pcapng', '0,3,4', '-', 'a section that claims 2^62 bytes',
        section(length=1 << 62) + interface() + body)
    add('no_section.pcapng', '3', '-', 'begins with an interface', interface() + body)
    add('no_interface.pcapng', '3,4', '-', 'packets before any interface', section() + body)
    add('simple_no_interface.pcapng', '3,4', '-', 'a simple packet before any interface',
        section() + block(3, struct.pack('<I', 66) + GOOD[0][1]))
    for name, value in (('ten_127', 0x7F), ('two_127', 0xFF), ('two_64', 0xC0), ('ten_20', 0x14)):
        add(f'resolution_{name}.pcapng', '0,3,4', '-', f'time resolution byte {value:#x}',
            section() + interface(options=option(9, bytes([value])) + option(0, b'')) + body)
    for name, value in (('least', -1 << 63), ('most', (1 << 63) - 1)):
        add(f'time_offset_{name}.pcapng', '0,3,4', '-', f'time offset {value} s', section()
            + interface(options=option(14, struct.pack('<q', value)) + option(0, b'')) + body)
    add('option_huge.pcapng', '0,3,4', '-', 'an interface option of 65535 bytes',
        section() + interface(options=option(2, b'eth0', length=0xFFFF)) + body)
    add('option_endless.pcapng', '0,3,4', '-', '16000 options of no length',
        section() + interface(options=option(1, b'') * 16000) + body)
    add('interfaces_many.pcapng', '0,3,4', '-', '200000 interfaces',
        NG + interface() * 200_000 + body)
    add('sections_many.pcapng', '0,4', '-', '100000 sections', NG + NG_START * 100_000 + body)


def bad_zstd():
    packed, checked = zstd(PCAP, '-3', '--no-check'), zstd(PCAP, '-3', '--check')
    raw = bytes([0x01, 0, 0])  # an empty raw block, the last one (RFC 8878, 3.1.1.2)
    add('zstd_cut.pcap.zst', '3,4', '-', 'ends in a block', packed[:len(packed) // 2])
    add('zstd_header_cut.pcap.zst', '3', '-', 'ends in the frame header', packed[:5])
    add('zstd_checksum.pcap.zst', '3,4', '-', 'content checksum wrong',
        checked[:-4] + bytes(b ^ 0xFF for b in checked[-4:]))
    add('zstd_garbage.pcap.zst', '4', 10, 'text after a good frame', packed + b'not a frame at all')
    add('zstd_flipped.pcap.zst', '0,3,4', '-', 'one bit of the first block turned',
        packed[:12] + bytes([packed[12] ^ 4]) + packed[13:])
    add('zstd_window.pcap.zst', '3', '-', 'asks for a window of 2^41 bytes (descriptor 0xf8)',
        b'\x28\xb5\x2f\xfd\0\xf8' + raw)
    add('zstd_window_max.pcap.zst', '3', '-', 'asks for a window of 15 * 2^38 bytes',
        b'\x28\xb5\x2f\xfd\0\xff' + raw)
    add('zstd_size.pcap.zst', '3', '-', 'a single segment that claims 2^60 bytes',
        b'\x28\xb5\x2f\xfd\xe0' + struct.pack('<Q', 1 << 60) + raw)
    add('zstd_skippable.pcap.zst', '3,4', '-', 'a skippable frame of 4 GiB that is not there',
        b'\x50\x2a\x4d\x18\xff\xff\xff\xff' + packed)
    add('zstd_empty_frames.pcap.zst', '3', '-', '100000 frames without content',
        (b'\x28\xb5\x2f\xfd\0\0' + raw) * 100_000)
    add('zstd_twice.pcap.zst', '3', '-', 'compressed twice', zstd(packed))


def bombs():
    add('bomb_zeros.pcap.zst', '3', '-', 'a gigabyte of zeros', zstd_zeros(b'', 1024))
    add('bomb_records.pcap.zst', '0,4', 10, 'good probes, then 16 million records without a byte',
        zstd_zeros(PCAP, 256))
    add('bomb_blocks.pcapng.zst', '0,4', 10, 'good probes, then 8 million blocks of nothing',
        zstd(NG + block(0x0BAD, b'') * 8_000_000, '-1'))
    add('bomb_gzip.pcap.gz', '0,4', 10, 'good probes, then 4 million records without a byte',
        gzip.compress(PCAP + bytes(64 << 20), 1, mtime=0))
    add('bomb_gzip_zeros.gz', '3', '-', '64 MiB of zeros',
        gzip.compress(bytes(64 << 20), 1, mtime=0))


def bad_gzip():
    packed = gzip.compress(PCAP, mtime=0)
    add('gzip_cut.pcap.gz', '3,4', '-', 'ends in the deflate stream', packed[:len(packed) // 2])
    add('gzip_header_cut.pcap.gz', '3', '-', 'ends in the gzip header', packed[:6])
    add('gzip_checksum.pcap.gz', '3,4', '-', 'CRC wrong', packed[:-8] + b'\1\2\3\4' + packed[-4:])
    add('gzip_garbage.pcap.gz', '0,4', 10, 'text after a good member', packed + b'not a member')
    add('gzip_reserved.pcap.gz', '3', '-', 'reserved block type', packed[:10] + b'\xff' * 50)


def bad_frames():
    rng = random.Random(2)

    def mixed(name, note, frames):
        between = [(GOOD[i % len(GOOD)][0] + 1, frame) for i, frame in enumerate(frames)]
        add(name, '0,4', 10, note, pcap_header() + records(sorted(GOOD + between)))

    for link in (0, 1, 9, 12, 101, 104, 108, 113, 228, 229, 276):
        noise = [(us, rng.randbytes(rng.randrange(1, 200))) for us in range(3000)]
        add(f'noise_link_{link}.pcap', '0,3,4', '-', f'random frames, link type {link}',
            pcap_header(link=link) + records(noise))
    mixed('frames_cut.pcap', 'frames of every length down to nothing',
          [GOOD[0][1][:n] for n in range(34)])
    mixed('vlan_deep.pcap', '300 VLAN tags', [ethernet(b'\0\1\x81\0' * 300, 0x8100)] * 5)
    nested = b''
    for _ in range(200):
        nested = ipv4(4, nested)
    mixed('tunnel_deep.pcap', '200 times IP in IP', [ethernet(nested)] * 5)
    mixed('gre_deep.pcap', '200 times GRE without an end',
          [ethernet(ipv4(47, b'\0\0\x65\x58' + ethernet(b'\x45')) * 200)] * 5)
    chain = struct.pack('!IHBB32x', 6 << 28, 2000, 0, 64) + b'\0\0\1\4\0\0\0\0' * 250
    mixed('extension_deep.pcap', '250 IPv6 extension headers', [ethernet(chain, 0x86DD)] * 5)
    mixed('header_length.pcap', 'IP header lengths 0 to 60 in a frame of 20 bytes',
          [ethernet(bytes([0x40 | n]) + GOOD[0][1][15:34]) for n in range(16)])


def crowds():
    """Many requests that nothing tells apart: work per reply must not grow with their number."""
    requests = [(100 * i, ethernet(echo_ip(1, ip_id=i & 0xFFFF))) for i in range(60_000)]
    replies = [(6_000_000 + 100 * i, ethernet(echo_ip(1, reply=True))) for i in range(5_000)]
    add('crowd.pcap.zst', '0,3,4', '-', '60000 equal requests, then 5000 replies',
        zstd(pcap_header() + records(requests + replies), '-1'))
    strangers = [(10 * i, ethernet(ipv4(1, struct.pack('!BBHHH', 8, 0, 0, i & 0xFFFF, i >> 16),
                                        src=struct.pack('!I', 0x0A000000 + i), ip_id=i & 0xFFFF)))
                 for i in range(300_000)]
    add('strangers.pcap.zst', '0,3,4', '-', '300000 senders of one request each, never answered',
        zstd(pcap_header() + records(strangers), '-1'))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for make in (no_captures, bad_pcap, bad_pcapng_lengths, bad_pcapng_content, bad_zstd, bad_gzip,
                 bombs, bad_frames, crowds):
        make()
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, 'expected.tsv'), 'w', encoding='ascii') as table:
        print('name', 'statuses', 'probes', 'note', sep='\t', file=table)
        for name, statuses, probes, note, data in CASES:
            with open(os.path.join(out, name), 'wb') as f:
                f.write(data)
            print(name, statuses, probes, note, sep='\t', file=table)
    print(len(CASES), 'files in', out)


if __name__ == '__main__':
    main()
