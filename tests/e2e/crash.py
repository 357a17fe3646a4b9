#!/usr/bin/python3
"""crash - kill recordings at random moments of a load, and see what is left of them.

usage: crash.py PROGRAMS WORKDIR [--kills N] [--seed S] [--jobs N] [--lack SECONDS]      (as root)

PROGRAMS is the directory of vcap, vanalyze and udpblast.  Each job has two network namespaces of
its own with a load of numbered datagrams and of pings between them, and records again and again,
with options drawn at random, each time killed by SIGKILL: while it starts, records, or stops.
Afterwards it must hold of every run directory:

 - run.json is whole, and says "recording" if the kill came before the end;
 - tshark reads every file, ends with 0 or says that the last one was cut short;
 - vanalyze info, check and rtt end with 0, 3 or 4, and without a signal;
 - the datagrams are those that were sent from one number to another, each once and in order;
 - the last packet, and the last row of the counters, are at most SECONDS older than the kill (1);
 - the dataset's descriptor is whole, and the next recording of the same name starts.

Packets are read by tshark (zstd -d gives less of a cut file than there is), counters by zstd.
What is drawn depends on the seed alone; it is printed.  The directories of failures stay; all
others are removed.
"""
import argparse
import concurrent.futures
import csv
import io
import json
import os
import pathlib
import random
import select
import shutil
import socket
import subprocess
import sys
import time

READABLE = (0, 3, 4)
PPS = 4000
PHASES = ('starting', 'recording', 'stopping')


class Broken(Exception):
    """What must not be."""


def must(condition, text):
    if not condition:
        raise Broken(text)


def run(*command, **keywords):
    return subprocess.run([str(word) for word in command], capture_output=True, check=False,
                          **keywords)


def ip(*words):
    done = run('ip', *words)
    if done.returncode != 0:
        sys.exit(f'ip {" ".join(words)}: {done.stderr.decode()}')


# ---- one recording and its end ----

def draw(rng):
    """(phase in which to kill, seconds until the signal, then until the kill, options)"""
    phase = rng.choices(PHASES, (15, 70, 15))[0]
    delay = {'starting': rng.uniform(0, 0.08), 'recording': rng.uniform(0.05, 2.2),
             'stopping': rng.uniform(0.1, 1.2)}[phase]
    options = ['--rotate', rng.choice(('64K', '512K', '1G')),
               '--counters', rng.choice(('off', '10ms', '100ms')),
               '--compress', rng.choice(('1', 'auto', '9'))]
    if rng.random() < 0.25:
        options.append('--sync')
    return phase, delay, rng.uniform(0, 0.03), options


def wait_ready(manager, until):
    """Let the time pass; when the recording said that it is ready, or None."""
    ready = None
    while (left := until - time.time()) > 0:
        if select.select([manager], [], [], left)[0] and b'READY=1' in manager.recv(4096):
            ready = time.time()
    return ready


def record_and_kill(job, plan):
    """(moment of the kill, moment of readiness or None)"""
    phase, delay, rest, options = plan
    path = job.work / 'notify'
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        with open(job.work / 'said', 'wb') as said:
            vcap = subprocess.Popen(
                [job.programs / 'vcap', 'start', '--foreground', '--iface', f'va@{job.a}:guest',
                 '--iface', f'vb@{job.b}:host', '-o', job.dataset, '--platform', 'test', *options],
                stderr=said, env={**os.environ, 'NOTIFY_SOCKET': str(path),
                                  'XDG_RUNTIME_DIR': str(job.work)})
        ready = wait_ready(manager, time.time() + delay)
        must(vcap.poll() is None, f'ended by itself: {(job.work / "said").read_text()}')
        if phase == 'stopping':
            vcap.terminate()
            time.sleep(rest)
        killed = time.time()
        vcap.kill()
        vcap.wait()
    return killed, ready


# ---- what is left ----

def index(path):
    parts = path.name.split('.')
    return int(parts[1]) if parts[1].isdigit() else 0


def read_capture(path):
    """What tshark reads: [(seconds, number of the datagram or None)]; is the file whole"""
    done = run('tshark', '-n', '-r', path, '-T', 'fields', '-e', 'frame.time_epoch', '-e',
               'icmp.type', '-e', 'udp.payload')
    said = done.stderr.decode()
    whole = done.returncode == 0 and 'cut short' not in said
    must(whole or 'cut short in the middle' in said,
         f'{path.name}: tshark: status {done.returncode}: {said}')
    packets = []
    for line in done.stdout.decode().splitlines():
        t, icmp, payload = line.split('\t')
        is_ours = payload and not icmp  # an error message quotes the datagram that it is about
        packets.append((float(t), int.from_bytes(bytes.fromhex(payload[:16]), 'little')
                        if is_ours else None))
    return packets, whole


def check_point(files, listed):
    """Time in seconds of the last packet that vanalyze can know of, or None; how many there are."""
    expected, last, total = None, None, 0
    must(set(listed) <= {path.name for path in files}, f'{listed} are listed')
    for path in files:
        if path.name not in listed and path.stat().st_size == 0:
            continue  # killed between its making and its header
        packets, whole = read_capture(path)
        must(whole or path == files[-1], f'{path.name}: cut, and not the last file')
        for t, number in packets:
            last = t if path.name in listed else last
            must(number is None or expected in (None, number),
                 f'{path.name}: datagram {number}, not {expected}')
            expected = expected if number is None else number + 1
        total += len(packets)
    return last, total


def last_row(path):
    """Time of the last whole row of the counters in seconds, or None."""
    text = run('zstd', '-dcq', path).stdout.decode()
    rows = list(csv.DictReader(io.StringIO(text[:text.rfind('\n') + 1])))
    return int(rows[-1]['t_ns']) / 1e9 if rows else None


def check_vanalyze(job, run_dir):
    for command in ('info', 'check', 'rtt'):
        done = run(job.programs / 'vanalyze', command, '--csv', run_dir)
        must(done.returncode in READABLE,
             f'vanalyze {command}: status {done.returncode}: {done.stderr.decode()}')


def check_run(job, run_dir, phase, killed, ready):
    """How many seconds are missing at most, and how many packets there are."""
    description = json.loads((run_dir / 'run.json').read_text())
    state = description['status']['state']
    must(state == 'recording' or (phase == 'stopping' and state == 'complete'), f'state {state}')
    lasts, packets = [], 0
    for point in description['points']:
        files = sorted(run_dir.glob(f'{point["name"]}.*pcap.zst'), key=index)
        last, n = check_point(files, point['files'])
        lasts.append(last)
        packets += n
    if (run_dir / 'counters.csv.zst').exists():
        lasts.append(last_row(run_dir / 'counters.csv.zst'))
    check_vanalyze(job, run_dir)
    if ready is None:
        return 0, packets
    # a stop ends the recording: what comes between it and the kill is not to be there
    return max(killed - max(last or 0, ready) for last in lasts), packets


# ---- many of them ----

class Job:
    """Two namespaces, a load between them, and a dataset."""

    def __init__(self, options, number):
        self.programs = pathlib.Path(options.programs).absolute()
        self.work = pathlib.Path(options.workdir).absolute() / f'job{number}'
        self.dataset = self.work / 'dataset'
        self.rng = random.Random(f'{options.seed} {number}')
        self.a, self.b = (f'vk{os.getpid()}x{number}{side}' for side in 'ab')
        self.load = []
        self.work.mkdir(parents=True)

    def __enter__(self):
        ip('netns', 'add', self.a)
        ip('netns', 'add', self.b)
        ip('-n', self.a, 'link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'vb', 'netns', self.b)
        for name, interface, address in ((self.a, 'va', '10.77.0.1'), (self.b, 'vb', '10.77.0.2')):
            ip('-n', name, 'addr', 'add', f'{address}/24', 'dev', interface)
            ip('-n', name, 'link', 'set', interface, 'up')
        for command in ([self.programs / 'udpblast', '10.77.0.2', '9', str(PPS), '3600'],
                        ['ping', '-q', '-i', '0.01', '10.77.0.2']):
            self.load.append(subprocess.Popen(['ip', 'netns', 'exec', self.a, *command],
                                              stdout=subprocess.DEVNULL))
        return self

    def __exit__(self, *_):
        for process in self.load:
            process.kill()
            process.wait()
        for name in (self.a, self.b):
            run('ip', 'netns', 'del', name)

    def runs(self):
        return set((self.dataset / 'runs').glob('*')) if self.dataset.exists() else set()

    def once(self):
        """(phase, had it begun, seconds missing, packets, how)"""
        plan, before = draw(self.rng), self.runs()
        try:
            killed, ready = record_and_kill(self, plan)
            made = self.runs() - before
            must(len(made) == 1 or ready is None, f'{len(made)} new runs')
            lack, packets = 0, 0
            for run_dir in made:
                # without its description it is a directory that was just being made
                if ready is None and not (run_dir / 'run.json').exists():
                    must(not any(run_dir.glob('*.zst')), 'captures without run.json')
                    continue
                lack, packets = check_run(self, run_dir, plan[0], killed, ready)
            descriptor = self.dataset / 'datapackage.json'
            if ready is not None:
                json.loads(descriptor.read_text())
        except Broken as broken:
            raise Broken(f'{plan[0]}, {plan[1]:.3f} s, {" ".join(plan[3])}: {broken}'
                         f' (in {self.dataset})') from broken
        for run_dir in self.runs() - before:
            shutil.rmtree(run_dir)
        return plan[0], ready is not None, lack, packets, ' '.join(plan[3])


def work(options, number):
    outcomes = []
    with Job(options, number) as job:
        for _ in range(number, options.kills, options.jobs):
            outcomes.append(job.once())
    shutil.rmtree(job.work)
    return outcomes


def main():
    p = argparse.ArgumentParser(description=__doc__.partition('\n')[0])
    p.add_argument('programs')
    p.add_argument('workdir')
    p.add_argument('--kills', type=int, default=200)
    p.add_argument('--seed', type=int, default=random.SystemRandom().randrange(10**6))
    p.add_argument('--jobs', type=int, default=4)
    p.add_argument('--lack', type=float, default=1.0)
    options = p.parse_args()
    options.jobs = min(options.jobs, options.kills)
    print(f'seed {options.seed}, {options.kills} kills', flush=True)
    outcomes, failures = [], []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for future in [pool.submit(work, options, k) for k in range(options.jobs)]:
            try:
                outcomes += future.result()
            except Broken as broken:
                failures.append(str(broken))
    for phase in PHASES:
        of_phase = [o for o in outcomes if o[0] == phase]
        print(f'{phase}: {len(of_phase)} killed, {sum(o[1] for o in of_phase)} of them had begun')
    _, _, lack, _, how = max(outcomes, key=lambda o: o[2], default=(0, 0, 0, 0, ''))
    packets = sum(o[3] for o in outcomes)
    print(f'{packets} packets read; at most the last {lack:.3f} s missing ({how})')
    if lack > options.lack:
        failures.append(f'more than the last {options.lack} s missing')
    print('\n'.join(failures) or 'every directory readable')
    sys.exit(bool(failures))


if __name__ == '__main__':
    main()
