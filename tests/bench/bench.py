#!/usr/bin/python3
"""bench - what `vanalyze rtt` costs, beside the least possible and beside tshark; and what a report
of many runs costs.

  bench.py WORKDIR [--programs build/release] [--rounds 7] [--scale 1.0]

Makes its inputs in WORKDIR with gencap and gen_icmp (kept there for the next time: some 110 MB),
runs the commands that are compared in turn, A B C A B C, so that what else the machine does falls
on all of them, and prints one Markdown table.  CPU is user + system time from wait4(2).  Peak
memory is what time(1) says; without it ru_maxrss, which never falls below what this program itself
holds (the first line says how much).  A ratio is that of the medians over the rounds;
in brackets the smallest and largest of the rounds.  --scale makes all inputs smaller, to try the
benchmark itself.  A peer that is not installed is left out, and the table says so.

Inputs: icmp_1m: gencap icmp -n 1000000 -l 98, seed 1, some 1.99 million packets (a second file:
seed 4); icmp_250k: the same with 125000 probes, some 250 thousand packets; noise_K: gen_icmp, 20000
probes and K times as many other frames as echo messages.  All compressed by zstd -3.  runs_C: tests/gen/many_runs.py, 1000 runs of C cells with 20 factors, 100 pings each, and
what `vanalyze all` makes of them.

Exit status: 0, or 1 when a command failed, or took more than the seconds that it may.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time

NOISE = (0, 10, 50)
REPORT_MAX_S = 2  # CPU, without figures
MANY_RUNS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../gen/many_runs.py')


class Bench:
    def __init__(self, args):
        self.work, self.programs, self.rounds, self.scale = (args.workdir, args.programs,
                                                             args.rounds, args.scale)
        self.rows, self.failed = [], False
        self.peak_file = os.path.join(self.work, 'peak')
        timer = shutil.which('time')
        self.timer = [timer, '-f', '%M', '-o', self.peak_file] if timer else []

    def program(self, name):
        return os.path.join(self.programs, name)

    def vanalyze(self, threads, *files):
        return [self.program('vanalyze'), 'rtt', '-j', str(threads), *files]

    # Inputs

    def compressed(self, name, command):
        """Path of the file that the command writes to standard output, compressed."""
        path = os.path.join(self.work, f'{name}@{self.scale:g}.pcap.zst')
        if not os.path.exists(path):
            source = subprocess.Popen(command, stdout=subprocess.PIPE)
            with open(path + '.tmp', 'wb') as out:
                subprocess.run(['zstd', '-3', '-q', '-c'], stdin=source.stdout, stdout=out,
                               check=True)
            if source.wait() != 0:
                sys.exit(f'{command[0]} failed')
            os.rename(path + '.tmp', path)
        return path

    def gencap(self, name, probes, seed):
        return self.compressed(name, [
            self.program('gencap'), 'icmp', '-n', str(int(probes * self.scale)), '-s', str(seed),
            '-l', '98', '-o', '-'])

    def noisy(self, times):
        return self.compressed(f'noise_{times}', [
            self.program('gen_icmp'), '-n', str(int(20_000 * self.scale)), '--mix', '--interval',
            '1000000', '--noise', str(times * 1_000_000), '-o', '-'])

    # Measuring

    def once(self, command):
        """CPU seconds, wall seconds, peak MiB."""
        start = time.monotonic()
        child = subprocess.Popen(self.timer + command, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        if child.returncode not in (0, 4):
            print(f'exit status {child.returncode}: {" ".join(command)}', file=sys.stderr)
            self.failed = True
        peak_kib = usage.ru_maxrss
        if self.timer:
            with open(self.peak_file, encoding='ascii') as f:
                peak_kib = int(f.read().split()[-1])
        return usage.ru_utime + usage.ru_stime, wall, peak_kib / 1024

    def interleaved(self, commands, rounds=None):
        """{name: list of measurements}, after one round that only warms the caches."""
        found = {name: [] for name in commands}
        for turn in range((rounds or self.rounds) + 1):
            for name, command in commands.items():
                result = self.once(command)
                if turn > 0:
                    found[name].append(result)
        return found

    # The table

    def ratio(self, what, a, b, field, factor=1.0):
        """One row: field (0 CPU, 1 wall) of a over that of b, times factor."""
        unit = ('s CPU', 's wall')[field]
        middle = [statistics.median(r[field] for r in runs) for runs in (a, b)]
        each = [x[field] / max(y[field], 1e-3) * factor for x, y in zip(a, b)]
        self.rows.append((what, f'{middle[0] / max(middle[1], 1e-3) * factor:.2f} '
                          f'({min(each):.2f}-{max(each):.2f})',
                          f'{middle[0]:.3f} {unit}', f'{middle[1]:.3f} {unit}'))

    def memory(self, what, runs):
        self.rows.append((what, '', f'{statistics.median(r[2] for r in runs):.1f} MiB', ''))

    def seconds(self, what, runs, limit):
        """One row: the CPU time, and the limit where there is one."""
        middle = statistics.median(r[0] for r in runs)
        self.failed |= limit is not None and middle > limit
        self.rows.append((what, '', f'{middle:.3f} s CPU', f'≤ {limit} s' if limit else ''))

    def absent(self, what, why):
        self.rows.append((what, f'left out: {why}', '', ''))

    def packets(self, path):
        out = subprocess.run([self.program('loops'), 'zstd', path], capture_output=True, check=True)
        return int(out.stdout.split()[0])


def bench_one_file(b, big):
    runs = b.interleaved({
        'one': b.vanalyze(1, big), 'walk': [b.program('loops'), 'zstd', big],
        'two': b.vanalyze(2, big), 'unpack': [b.program('loops'), 'unzstd', big]})
    b.ratio('icmp_1m: `rtt -j1` / libzstd and walk', runs['one'], runs['walk'], 0)
    b.ratio('icmp_1m: `rtt -j2` / `rtt -j1`', runs['two'], runs['one'], 1)
    b.ratio('icmp_1m: `rtt -j2` / libzstd alone', runs['two'], runs['unpack'], 1)
    b.ratio('icmp_1m: `rtt -j2` / `rtt -j1`', runs['two'], runs['one'], 0)
    b.memory('icmp_1m: peak of `rtt -j1`', runs['one'])
    b.memory('icmp_1m: peak of `rtt -j2`', runs['two'])


def bench_two_files(b, files):
    runs = b.interleaved({'one': b.vanalyze(1, *files), 'two': b.vanalyze(2, *files)})
    b.ratio('two files of icmp_1m: `rtt -j2` / `rtt -j1`', runs['two'], runs['one'], 1)
    b.memory('two files of icmp_1m: peak of `rtt -j2`', runs['two'])


def bench_tshark(b, big, small):
    what = 'tshark icmp.resptime (icmp_250k) / `rtt -j1` (icmp_1m), per packet'
    tshark = shutil.which('tshark')
    if not tshark:
        b.absent(what, 'tshark is not installed')
        return
    ask = [tshark, '-n', '-r', small, '-Y', 'icmp.resptime', '-T', 'fields', '-e', 'icmp.resptime']
    runs = b.interleaved({'tshark': ask, 'ours': b.vanalyze(1, big), 'small': b.vanalyze(1, small)},
                         min(b.rounds, 3))
    b.ratio(what, runs['tshark'], runs['ours'], 0, b.packets(big) / b.packets(small))
    b.memory('icmp_250k: peak of tshark', runs['tshark'])
    b.memory('icmp_250k: peak of `rtt -j1`', runs['small'])


def bench_noise(b):
    for times in NOISE:
        path = b.noisy(times)
        runs = b.interleaved({'ours': b.vanalyze(1, path)}, 1)
        b.memory(f'noise_{times}, {b.packets(path)} packets: peak of `rtt -j1`', runs['ours'])


def bench_report(b, cells):
    n = max(cells, int(1000 * b.scale))
    data = os.path.join(b.work, f'runs_{cells}@{b.scale:g}')
    results, out = data + '.results', data + '.report'
    if not os.path.exists(os.path.join(data, 'datapackage.json')):
        subprocess.run([sys.executable, MANY_RUNS, data, '--runs', str(n), '--repetitions',
                        str(n // cells)], check=True)
    all_of_it = [b.program('vanalyze'), 'all', '-j', '1', '-o', results, data]
    b.seconds(f'runs_{cells}: `vanalyze all -j1`', b.interleaved({'all': all_of_it}, 3)['all'], None)
    report = b.program('vreport')
    forms = {f: [report, f, '-o', f'{out}{f}', results] for f in ('--html', '--markdown')}
    forms |= {f: [report, f, '-o', f'{out}{f}/', results] for f in ('--latex', '--csv')}
    for form, runs in b.interleaved(forms, 3).items():
        b.seconds(f'runs_{cells}: `vreport {form}`', runs, REPORT_MAX_S)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('workdir')
    parser.add_argument('--programs', default='build/release')
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--scale', type=float, default=1.0)
    b = Bench(parser.parse_args())
    for name in ('vanalyze', 'vreport', 'gencap', 'gen_icmp', 'loops'):
        if not os.access(b.program(name), os.X_OK):
            sys.exit(f'{b.program(name)}: not there; build it first')
    os.makedirs(b.work, exist_ok=True)
    big, second = b.gencap('icmp_1m', 1_000_000, 1), b.gencap('icmp_1m_second', 1_000_000, 4)
    print(f'{b.rounds} rounds, {os.cpu_count()} CPUs; icmp_1m: {b.packets(big)} packets; '
          f'smallest peak that can be seen: {b.once(["true"])[2]:.1f} MiB\n')
    bench_one_file(b, big)
    bench_two_files(b, (big, second))
    bench_tshark(b, big, b.gencap('icmp_250k', 125_000, 1))
    bench_noise(b)
    for cells in (100, 1000):
        bench_report(b, cells)
    print('| compared | ratio | first | second |', '|---|---|---|---|', sep='\n')
    for row in b.rows:
        print('|', ' | '.join(row), '|')
    return 1 if b.failed else 0


if __name__ == '__main__':
    sys.exit(main())
