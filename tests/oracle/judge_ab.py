#!/usr/bin/python3
"""judge_ab - does ab itself agree with what a capture of its requests says?

  judge_ab.py HTTP.csv FLOWS.csv RUN...

HTTP.csv and FLOWS.csv are `vanalyze http --samples` and `vanalyze tcp --flows` of the runs; RUN are
directories with ab.txt and ab-e.csv, what ab printed of the same requests.

ab times a request from just before connect() to just before close().  On the wire these are the SYN, which leaves
inside connect(), and the client's FIN, which leaves inside close().  ab was told not to keep
connections alive, so it ends a request when the server has closed, later than the last byte of the
response.  So for each request, on one clock (ab and tcpdump ran on one machine):

    total = t(last byte) - t(SYN)  <=  ab  <=  t(last packet) - t(SYN) + one system call

If that holds for each request, it holds for their sums and for each order statistic (sorting keeps
the order of two lists of which one is nowhere above the other).  The lower bound allows for ab's microseconds.
The upper one adds SYSTEM_CALL_MS, the time from the clock reading until the SYN has passed socket, veth
and bridge: a few microseconds on an idle core, and as long as something else is served first on a busy
one.  Two tenths of a millisecond are what the busiest of these recordings needs, doubled.

ab -e prints the order statistic number int(0.5 + n i / 100), from 0, for i percent (ab.c); where that is n,
ab reads behind its array, and what it prints is no time: these lines are passed over.
"""
import pathlib
import re
import sys

import numpy as np
import pandas as pd

SYSTEM_CALL_MS = 0.2
MICROSECOND_MS = 1e-3
OUTSIDE = 'proxy-out'  # other requests: those of the proxy


def requests(http, flows):
    """One row a request, with the bounds on what ab may say, in ms"""
    key = ['run', 'point', 'src', 'dst']
    http, flows = (pd.read_csv(f, low_memory=False) for f in (http, flows))
    http = http[~http.point.isin([OUTSIDE, 'app'])]
    both = http.merge(flows[key + ['t_ns', 'duration_ns']], on=key, validate='one_to_one')
    if len(both) != len(http):
        sys.exit('not every request has its connection')
    both['lower'] = (both.t_request_ns + both.latency_ns - both.t_ns) / 1e6
    both['upper'] = both.duration_ns / 1e6
    both['begin'] = both.t_ns
    return both


def number(text, pattern):
    return float(re.search(pattern, text, re.M)[1])


def judge(rows, run):
    """(what is outside of its bounds, the widest distances) of one run at one point"""
    wrong, n = [], len(rows)
    lower, upper = (np.sort(rows[c].to_numpy()) for c in ('lower', 'upper'))
    text = (run / 'ab.txt').read_text()

    def check(what, value, low, high, rounding):
        if not low - rounding <= value <= high + SYSTEM_CALL_MS + rounding:
            wrong.append(f'{what}: ab {value} ms, from the capture {low:.3f} to {high:.3f} ms')

    if np.isnan(lower).any() or n != number(text, r'^Complete requests: +(\d+)'):
        return [f'{n} requests captured'], 0, 0
    printed = pd.read_csv(run / 'ab-e.csv').iloc[:100, 1].to_numpy()
    index = np.array([0] + [int(0.5 + n * i / 100) for i in range(1, 100)])
    used = index < n
    for i in np.flatnonzero(used):
        check(f'{i} %', printed[i], lower[index[i]], upper[index[i]], MICROSECOND_MS)
    # printed as whole milliseconds, rounded
    check('mean', number(text, r'^Total: +\d+ +(\d+)'), lower.mean(), upper.mean(), 0.5)
    # the whole run, from the first SYN, printed to a millisecond; ab adds up and prints after that
    begin = rows.begin.min()
    first, last = ((rows.begin + rows[c] * 1e6).max() - begin for c in ('lower', 'upper'))
    check('time taken', 1e3 * number(text, r'^Time taken for tests: +([\d.]+)'), first / 1e6,
          last / 1e6, 0.5)
    below = printed[used] - lower[index[used]]
    above = printed[used] - upper[index[used]]
    return wrong, np.median(below), above.max()


def main():
    rows = requests(sys.argv[1], sys.argv[2])
    wrong, n, worst = [], 0, 0
    for run in map(pathlib.Path, sys.argv[3:]):
        for point, part in rows[rows.run == run.name].groupby('point'):
            found, below, above = judge(part, run)
            wrong += [f'{run.name}, {point}: {w}' for w in found]
            print(f'{run.name} {point}: {len(part)} requests; ab above ours by {below:.3f} ms '
                  f'(median), beyond the connection by {above:.3f} ms at most')
            n += 1
            worst = max(worst, above)
    print(f'{n} captures, at most {worst:.3f} ms of system calls')
    if n < len(sys.argv[3:]):
        wrong.append('runs without a request')
    if wrong:
        sys.exit('\n'.join(wrong))


if __name__ == '__main__':
    main()
