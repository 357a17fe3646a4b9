#!/usr/bin/python3
"""many_runs - a dataset of many runs with many factors, to see what that costs.

  many_runs.py DIR [--runs 1000] [--factors 20] [--repetitions 1] [--probes 100]

Makes DIR/datapackage.json and DIR/runs: the output of `ping -D` as iputils prints it for each run.
Half of the factors are loads with "none" among their levels, the others have numbers; each run (or
each group of as many as there are repetitions) has a combination of levels of its own, so that
there are runs / repetitions cells.  Same bytes every time.
"""
import argparse
import json
import os
import random

START_US = 1_700_000_000_000_000
PLATFORMS = ('native', 'lxc', 'docker', 'kvm')


def ping_output(rng, start_us, probes, base_us):
    lines = ['PING 192.0.2.2 (192.0.2.2) 56(84) bytes of data.']
    for i in range(probes):
        rtt_us = base_us + int(rng.expovariate(0.1))
        stamp_us = start_us + i * 10_000 + rtt_us
        lines.append(f'[{stamp_us // 1_000_000}.{stamp_us % 1_000_000:06}] 64 bytes from '
                     f'192.0.2.2: icmp_seq={i + 1} ttl=64 time={rtt_us / 1000:.3f} ms')
    lines += ['', '--- 192.0.2.2 ping statistics ---',
              f'{probes} packets transmitted, {probes} received, 0% packet loss, '
              f'time {probes * 10}ms', 'rtt min/avg/max/mdev = 0.090/0.100/9.990/0.100 ms']
    return '\n'.join(lines) + '\n'


def combinations(rng, n, n_factors):
    """n different combinations of levels; a level is an index."""
    seen = []
    while len(seen) < n:
        levels = (rng.choice(PLATFORMS), *(rng.randrange(3) for _ in range(n_factors)))
        if levels not in seen:
            seen.append(levels)
    return seen


def factors_of(levels):
    loads = ('none', 'cpu', 'net')
    return {f'factor_{i:02}': loads[v] if i % 2 else str(10 ** v) for i, v in enumerate(levels)}


def write(path, text):
    with open(path, 'w', encoding='ascii') as f:
        f.write(text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('directory')
    for name, value in (('runs', 1000), ('factors', 20), ('repetitions', 1), ('probes', 100)):
        parser.add_argument(f'--{name}', type=int, default=value)
    args = parser.parse_args()
    rng = random.Random(1)
    cells = combinations(rng, -(-args.runs // args.repetitions), args.factors)
    resources = []
    for number in range(args.runs):
        platform, *levels = cells[number // args.repetitions]
        run = f'r{number:04}'
        path = os.path.join(args.directory, 'runs', run)
        os.makedirs(path, exist_ok=True)
        write(os.path.join(path, 'ping.txt'), ping_output(
            rng, START_US + number * 60_000_000, args.probes, 100 + 5 * levels[0]))
        write(os.path.join(path, 'run.json'), json.dumps({
            'schema': 'vantage/run/1', 'id': run, 'platform': platform, 'driver': None,
            'factors': {**factors_of(levels), 'repetition': number % args.repetitions + 1},
            'started': None, 'ended': None, 'hosts': [], 'points': [],
            'tools': [{'name': 'ping', 'version': None, 'argv': ['ping', '-D', '192.0.2.2'],
                       'file': 'ping.txt', 'exit': 0, 'host': None}],
            'counters': [], 'events': [], 'status': {'state': 'complete', 'reason': None}},
            indent='\t') + '\n')
        resources.append({'name': run, 'path': f'runs/{run}/run.json'})
    write(os.path.join(args.directory, 'datapackage.json'), json.dumps({
        'name': os.path.basename(os.path.normpath(args.directory)), 'title': 'made up, many runs',
        'resources': resources}, indent='\t') + '\n')


if __name__ == '__main__':
    main()
