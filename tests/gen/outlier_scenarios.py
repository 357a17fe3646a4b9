#!/usr/bin/python3
"""outlier_scenarios - datasets whose outliers lie where we say, with the truth.

  outlier_scenarios.py DIR

Makes DIR/kvm and DIR/docker: one run per load type, load location and repetition, each with the
output of `ping -D` as iputils prints it, and DIR/kvm.csv, DIR/docker.csv: the outliers, as
run,t_ns,value.  Same bytes every time.

Ordinary probes take 90 to 110 us, in all scenarios alike, so the median of all is near 100 us and
the MAD below 10; an outlier takes 1 to 10 ms.  The outliers, 10000 in each dataset, are spread as
the paper's tables 4 and 6 have them: of KVM 95.41, 0.19, 1.09 and 3.3 % (3.31 here, to make it
100), of Docker 99.6 and 0.4 %, each share of "others" divided among what the paper put together.
"""
import json
import os
import random
import sys

ORDINARY = 2000  # probes of a run
START_US = 1_700_000_000_000_000
OUTLIERS = {
    'kvm': {('net', 'responder'): 9541, ('net', 'sender'): 19,
            ('cpu', 'responder'): 50, ('io', 'responder'): 59,
            ('cpu', 'sender'): 200, ('io', 'sender'): 131},
    'docker': {('net', 'responder'): 9960, ('net', 'sender'): 10,
               ('cpu', 'responder'): 10, ('io', 'responder'): 5,
               ('cpu', 'sender'): 10, ('io', 'sender'): 5},
}


def ping_output(rng, start_us, n_outliers):
    """The text, and the outliers' (time of sending in ns, RTT in ns)."""
    slow = [True] * n_outliers + [False] * ORDINARY
    rng.shuffle(slow)
    lines, outliers = ['PING 192.0.2.2 (192.0.2.2) 56(84) bytes of data.'], []
    for i, is_slow in enumerate(slow):
        rtt_us = rng.randrange(100, 1000) * 10 if is_slow else rng.randrange(90, 111)
        stamp_us = start_us + i * 10_000 + rtt_us
        shown = f'{rtt_us / 1000:.2f}' if is_slow else f'{rtt_us / 1000:.3f}'
        lines.append(f'[{stamp_us // 1_000_000}.{stamp_us % 1_000_000:06}] 64 bytes from '
                     f'192.0.2.2: icmp_seq={i + 1} ttl=64 time={shown} ms')
        if is_slow:  # what is printed is the time of printing
            outliers.append(((stamp_us - rtt_us) * 1000, rtt_us * 1000))
    n = len(slow)
    lines += ['', '--- 192.0.2.2 ping statistics ---',
              f'{n} packets transmitted, {n} received, 0% packet loss, time {n * 10}ms',
              'rtt min/avg/max/mdev = 0.090/0.100/9.990/0.100 ms']
    return '\n'.join(lines) + '\n', outliers


def write(path, text):
    with open(path, 'w', encoding='ascii') as f:
        f.write(text)


def make(directory, platform, cells):
    rng = random.Random(platform)
    truth, resources = ['run,t_ns,value'], []
    for number, ((load, location), n) in enumerate(cells.items()):
        for repetition in (1, 2):
            run = f'{load}-{location}-{repetition}'
            path = os.path.join(directory, platform, 'runs', run)
            os.makedirs(path, exist_ok=True)
            text, outliers = ping_output(rng, START_US + (2 * number + repetition) * 10**9,
                                         n // 2 + (n % 2 if repetition == 1 else 0))
            write(os.path.join(path, 'ping.txt'), text)
            write(os.path.join(path, 'run.json'), json.dumps({
                'schema': 'vantage/run/1', 'id': run, 'platform': platform,
                'factors': {'load_type': load, 'load_location': location,
                            'repetition': repetition},
                'points': [], 'status': {'state': 'complete', 'reason': None},
                'tools': [{'name': 'ping', 'file': 'ping.txt'}]}))
            resources.append({'name': run, 'path': f'runs/{run}/run.json'})
            truth += [f'{run},{t_ns},{rtt_ns}' for t_ns, rtt_ns in outliers]
    write(os.path.join(directory, platform, 'datapackage.json'),
          json.dumps({'name': platform, 'resources': resources}))
    write(os.path.join(directory, platform + '.csv'), '\n'.join(truth) + '\n')


def main():
    for platform, cells in OUTLIERS.items():
        make(sys.argv[1], platform, cells)


main()
