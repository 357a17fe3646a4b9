#!/usr/bin/python3
"""A TCP stream whose eight bytes at offset 8 k are k, little-endian: for check_stream.py.

usage: stream.py sink ADDRESS PORT          takes one connection to its end
       stream.py source ADDRESS PORT BYTES  waits for the sink, then sends
"""
import socket
import struct
import sys
import time

PATIENCE_S = 20


def sink(address):
    server = socket.create_server(address)
    server.settimeout(PATIENCE_S)
    connection = server.accept()[0]
    while connection.recv(1 << 20):
        pass


def source(address, n):
    data = b"".join(struct.pack("<Q", k) for k in range(n // 8))
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            s = socket.create_connection(address)
            break
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
    s.sendall(data)


where = (sys.argv[2], int(sys.argv[3]))
if sys.argv[1] == "sink":
    sink(where)
else:
    source(where, int(sys.argv[4]))
