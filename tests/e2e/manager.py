#!/usr/bin/python3
"""manager - a service manager of one service, as sd_notify(3) describes it.

usage: manager.py SOCKET CHORE COMMAND [ARG]...

Starts COMMAND with NOTIFY_SOCKET=SOCKET.  When it says that it is ready, runs CHORE in a shell,
waits for the next message (a status) and asks the command to stop with SIGTERM.
Prints every message, one a line, its own lines joined by "|"; ends with the status of the command.
"""
import os
import signal
import socket
import subprocess
import sys


def messages(manager):
    """What lies there."""
    manager.setblocking(False)
    while True:
        try:
            yield manager.recv(4096).decode()
        except BlockingIOError:
            return


def main():
    path, chore, *command = sys.argv[1:]
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    # systemd's own is in the abstract namespace where it can be
    manager.bind('\0' + path[1:] if path.startswith('@') else path)
    service = subprocess.Popen(command, env={**os.environ, 'NOTIFY_SOCKET': path})
    manager.settimeout(0.05)
    while service.poll() is None:
        try:
            text = manager.recv(4096).decode()
        except TimeoutError:
            continue
        print(text.replace('\n', '|'), flush=True)
        if 'READY=1' in text.split('\n'):
            subprocess.run(chore, shell=True, check=True, stdout=subprocess.DEVNULL)
            for text in messages(manager):
                print(text.replace('\n', '|'))
            manager.settimeout(20)
            print(manager.recv(4096).decode().replace('\n', '|'), flush=True)
            manager.settimeout(0.05)
            service.send_signal(signal.SIGTERM)
    for text in messages(manager):
        print(text.replace('\n', '|'))
    sys.exit(service.returncode)


main()
