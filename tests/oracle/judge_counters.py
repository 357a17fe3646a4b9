#!/usr/bin/python3
"""judge_counters - do the counters of a run come out as pandas has them?

  judge_counters.py RUN CSV [--during SAMPLES [--in-flight]] [--window SECONDS]

RUN is a directory with run.json and its counter files; CSV what `vanalyze counters --csv` printed of
it; SAMPLES what `vanalyze rtt --samples` or `http --samples` wrote of the same run, if the counters were
restricted to its probes.

Shares, rates and levels are worked out anew from the raw columns, with docs/METHODS.md as the only
common ground: cumulative sums, interpolated in time.  The mean over stretches of time is a sum of
differences of the interpolated cumulative.  The peak is looked for by brute force, windows that
begin at every millisecond; since a window that begins elsewhere is at most half a millisecond away
from one of them, the true maximum cannot exceed the largest found by more than what half a
millisecond at the highest rate in the file weighs in a window.
"""
import argparse
import io
import json
import pathlib
import subprocess
import sys

import numpy as np
import pandas as pd

KINDS = 'user nice system idle iowait irq softirq steal'.split()
GRID_NS = 1_000_000


def rises(frame, columns):
    """Differences from row to row, summed over the columns; the first row has none."""
    return sum(frame[c].astype('float64').diff() for c in columns).iloc[1:].to_numpy()


def metrics_of(frame):
    """name: (numerators, denominators) of each interval"""
    seconds = np.diff(frame.t_ns.to_numpy()) / 1e9
    found = {}
    total = rises(frame, ['cpu.' + k for k in KINDS])
    busy = [k for k in KINDS if k not in ('idle', 'iowait')]
    found['cpu_busy_pct'] = 100 * rises(frame, ['cpu.' + k for k in busy]), total
    found['cpu_softirq_pct'] = 100 * rises(frame, ['cpu.softirq']), total
    used = (frame['mem.total_bytes'] - frame['mem.available_bytes']).to_numpy(dtype='float64')
    middle = (used[1:] + used[:-1]) / 2
    found['mem_used_bytes'] = middle * seconds, seconds
    found['mem_used_pct'] = 100 * middle / frame['mem.total_bytes'].iloc[0] * seconds, seconds
    for column in frame.columns:
        if column.startswith('net.') and column.endswith('.rx_bytes'):
            found[column[:-len('rx_bytes')] + 'rx_bps'] = 8 * rises(frame, [column]), seconds
        if column.startswith('net.') and column.endswith('.tx_packets'):
            found[column[:-len('tx_packets')] + 'tx_pps'] = rises(frame, [column]), seconds
        if column.startswith('softirq.'):
            found[column + '_hz'] = rises(frame, [column]), seconds
    found['context_switches_hz'] = rises(frame, ['ctxt']), seconds
    return found


def read_table(path):
    """Debian's pandas has no zstd of its own."""
    if path.suffix != '.zst':
        return pd.read_csv(path)
    text = subprocess.run(['zstd', '-dcq', path], check=True, capture_output=True).stdout
    return pd.read_csv(io.BytesIO(text))


class Integral:
    """Of a metric over time: value(t) between rows is linear."""

    def __init__(self, t_ns, steps):
        self.t = t_ns - t_ns[0]
        self.sum = np.concatenate([[0], np.cumsum(steps)])

    def at(self, t):
        return np.interp(t, self.t, self.sum)


def mean_over(num, den, spans):
    n = sum(num.at(b) - num.at(a) for a, b in spans)
    d = sum(den.at(b) - den.at(a) for a, b in spans)
    return n / d if d > 0 else np.nan


def peak_over(num, den, begin, end, window_ns):
    begin, end = max(begin, 0), min(end, num.t[-1])
    if end - begin < window_ns:
        return np.nan, 0
    starts = np.append(np.arange(begin, end - window_ns, GRID_NS), end - window_ns)
    values = ((num.at(starts + window_ns) - num.at(starts)) /
              (den.at(starts + window_ns) - den.at(starts)))
    rates = np.diff(num.sum) / np.diff(den.sum)
    slack = 2 * np.abs(rates).max() * GRID_NS / window_ns
    return values.max(), slack


def spans_of(path, in_flight, t0):
    """Of answered probes, merged; relative to the first row."""
    s = pd.read_csv(path, low_memory=False)
    columns = ['t_ns', 'rtt_ns'] if 'rtt_ns' in s else ['t_request_ns', 'latency_ns']
    s = s[columns].dropna().to_numpy(dtype='int64')
    pairs = sorted((int(t) - t0, int(t) - t0 + int(r)) for t, r in s)
    if not in_flight:
        return [(pairs[0][0], max(b for _, b in pairs))]
    merged = []
    for a, b in pairs:
        if merged and a <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(b, merged[-1][1])
        else:
            merged.append((a, b))
    return merged


def judge(frame, rows, args):
    t_ns = frame.t_ns.to_numpy()
    spans = [(0, int(t_ns[-1] - t_ns[0]))]
    if args.during:
        spans = spans_of(args.during, args.in_flight, int(t_ns[0]))
    checked, wrong = 0, []
    for name, (n, d) in metrics_of(frame).items():
        num, den = Integral(t_ns, n), Integral(t_ns, d)
        mean = mean_over(num, den, spans)
        peak, slack = peak_over(num, den, spans[0][0], spans[-1][1], args.window * 1e9)
        if name not in rows.index:
            if mean != 0 or (not np.isnan(peak) and peak != 0):
                wrong.append(f'{name}: {mean} and not printed')
            continue
        row = rows.loc[name]
        checked += 1
        # float64 through sums of some ten terms, and cumulative sums up to 2^50
        if not np.isclose(row['mean'], mean, rtol=1e-9):
            wrong.append(f'{name}: mean {row["mean"]}, pandas {mean}')
        if np.isnan(peak) != pd.isna(row.peak):
            wrong.append(f'{name}: peak {row.peak}, pandas {peak}')
        elif not np.isnan(peak) and not (peak * (1 - 1e-9) <= row.peak <= peak + slack + 1e-9):
            wrong.append(f'{name}: peak {row.peak}, pandas {peak} + {slack}')
    return checked, wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('run', type=pathlib.Path)
    parser.add_argument('csv')
    parser.add_argument('--during')
    parser.add_argument('--in-flight', action='store_true')
    parser.add_argument('--window', type=float, default=1)
    args = parser.parse_args()
    document = json.loads((args.run / 'run.json').read_text())
    printed = pd.read_csv(args.csv)
    checked = 0
    for file in document['counters']:
        rows = printed[printed.host == file['host']].set_index('metric')
        n, wrong = judge(read_table(args.run / file['file']), rows, args)
        checked += n
        if wrong:
            sys.exit('\n'.join(wrong))
    print(f'{checked} metrics')
    if checked < 8 * len(document['counters']):
        sys.exit('too few to say anything')


if __name__ == '__main__':
    main()
