#!/usr/bin/python3
"""tagger - a VLAN without the kernel's help: what leaves a TAP interface travels tagged on another.

usage: tagger.py TAP INTERFACE VLAN ADDRESS/LENGTH      (as root, in the namespace of INTERFACE)

Makes TAP with that address, prints "ready", and forwards until it is killed: frames of TAP go out
of INTERFACE with an 802.1Q tag, frames of INTERFACE with this tag go to TAP without it.  So a ping
between two TAPs really travels in tagged frames also where the kernel has no VLAN module.  A
received tag is not in the frame but in the packet's auxiliary data (packet(7), PACKET_AUXDATA), as
capturing programs meet it.
"""
import fcntl
import os
import select
import socket
import struct
import subprocess
import sys

TUNSETIFF = 0x400454ca  # linux/if_tun.h
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
SOL_PACKET, PACKET_AUXDATA = 263, 8  # linux/if_packet.h
TP_STATUS_VLAN_VALID = 1 << 4
ETH_P_ALL, ETH_P_8021Q = 0x0003, 0x8100
PACKET_OUTGOING = 4
FRAME_MAX_BYTES = 65536
AUXDATA = struct.Struct('=IIIHHHH')  # status, len, snaplen, mac, net, vlan_tci, vlan_tpid


def open_tap(name):
    fd = os.open('/dev/net/tun', os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack('16sH22x', name.encode(), IFF_TAP | IFF_NO_PI))
    return fd


def open_interface(name):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    s.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    s.bind((name, ETH_P_ALL))
    return s


def add_tag(frame, vlan):
    return frame[:12] + struct.pack('>HH', ETH_P_8021Q, vlan) + frame[12:]


def receive(s, vlan):
    """The frame without its tag; None if it has another tag or none, or leaves."""
    frame, auxiliary, _, address = s.recvmsg(FRAME_MAX_BYTES, socket.CMSG_SPACE(AUXDATA.size))
    if address[2] == PACKET_OUTGOING:
        return None
    for level, kind, data in auxiliary:
        if (level, kind) == (SOL_PACKET, PACKET_AUXDATA):
            status, *_, tci, _ = AUXDATA.unpack(data)
            return frame if status & TP_STATUS_VLAN_VALID and tci & 0xfff == vlan else None
    return None


def main():
    tap_name, interface, vlan, address = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    tap, s = open_tap(tap_name), open_interface(interface)
    subprocess.run(['ip', 'addr', 'add', address, 'dev', tap_name], check=True)
    subprocess.run(['ip', 'link', 'set', tap_name, 'up'], check=True)
    print('ready', flush=True)
    while True:
        ready = select.select([tap, s], [], [])[0]
        if tap in ready:
            s.send(add_tag(os.read(tap, FRAME_MAX_BYTES), vlan))
        if s in ready and (frame := receive(s, vlan)):
            os.write(tap, frame)


main()
