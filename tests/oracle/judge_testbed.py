#!/usr/bin/python3
"""judge_testbed - compare what vanalyze finds in the datasets of the testbed with summary.tsv.

  judge_testbed.py SUMMARY.tsv DATASETS TABLE.csv...

DATASETS is the folder of the datasets: their run.json tell the recording (recording.name) of each
run, by which summary.tsv calls it.  The tables, told apart by their columns, may be

  samples of `vanalyze rtt`       n, min, median, mean, p95 and max of what ping printed and of each
                                  capture, computed here
  samples of `vanalyze overhead`  the same of ping's time minus that of a capture
  a table of `vanalyze describe --by run,inner,outer --metric overhead_ns`: n, min, median, mean, max

Every row of summary.tsv must be met by the samples, within 0.51 ns: its numbers were rounded to
whole nanoseconds, and came from microseconds in binary fractions (below 1e-5 ns off at 1 s).
The captures at the host of a virtual machine also hold five echoes that were sent before the
measurement, under another id: of each capture, the id with the most probes counts.

Where both are in the samples of overhead, ping's time must exceed that of the capture inside the
machine (guest) for every probe, up to the step in which ping printed it.

Exit status: 0 as it should be, 1 not.
"""
import collections
import csv
import json
import pathlib
import statistics
import sys

TOLERANCE_NS = 0.51
# iputils prints three digits: times below the left (ns) in steps of the right.
PING_STEPS = ((10**6, 10**3), (10**7, 10**4), (10**8, 10**5), (10**15, 10**6))


def recording_names(datasets):
    """Run id: name of the recording."""
    names = {}
    for path in datasets.glob('*/runs/*/run.json'):
        run = json.loads(path.read_text())
        if 'recording' in run:
            names[run['id']] = run['recording']['name']
    return names


def metric_name(inner, outer=None):
    first = 'ping' if inner == 'app' else inner
    return first if outer is None else '%s_minus_%s' % (first, outer)


def numbers(samples):
    x = sorted(samples)
    return {'n': len(x), 'min': x[0], 'median': statistics.median(x), 'mean': statistics.fmean(x),
            'p95': x[int(len(x) * 0.95) - 1], 'max': x[-1]}


def rtt_numbers(table):
    series = collections.defaultdict(lambda: collections.defaultdict(list))
    for r in table:
        series[r['run'], metric_name(r['point'])][r['id']].append(int(r['rtt_ns']))
    for key, by_id in series.items():
        yield key, numbers(max(by_id.values(), key=len))


def overhead_numbers(table):
    series = collections.defaultdict(list)
    for r in table:
        series[r['run'], metric_name(r['inner'], r['outer'])].append(int(r['overhead_ns']))
    for key, samples in series.items():
        yield key, numbers(samples)


def described_numbers(table):
    for r in table:
        yield ((r['run'], metric_name(r['inner'], r['outer'])),
               {k: float(r[k]) for k in ('n', 'min', 'median', 'mean', 'max')})


def numbers_of(table):
    if 'metric' in table[0]:
        return described_numbers(table)
    return overhead_numbers(table) if 'overhead_ns' in table[0] else rtt_numbers(table)


def step_ns(rtt_ns):
    return next(step for below, step in PING_STEPS if rtt_ns < below)


def below_guest(table):
    """Probes for which ping printed less than passed at the guest's own capture."""
    for r in table:
        if r.get('inner') == 'app' and r.get('outer') == 'guest' and 'rtt_inner_ns' in r:
            if int(r['overhead_ns']) < -step_ns(int(r['rtt_inner_ns'])):
                yield '%s: seq %s: %s ns' % (r['run'], r['seq'], r['overhead_ns'])


def differences(found, expected):
    for name, value in found.items():
        if abs(value - float(expected[name])) > TOLERANCE_NS:
            yield '%s %s, expected %s' % (name, value, expected[name])


def read(path, **options):
    with open(path, newline='', encoding='ascii') as f:
        return list(csv.DictReader(f, **options))


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    expected = {(r['recording'], r['metric']): r for r in read(sys.argv[1], delimiter='\t')}
    names = recording_names(pathlib.Path(sys.argv[2]))
    faults, met = [], set()
    for path in sys.argv[3:]:
        table = read(path)
        faults += below_guest(table)
        for (run, metric), found in numbers_of(table) if table else ():
            key = names[run], metric
            if 'p95' in found:
                met.add(key)
            faults += ['%s %s: %s' % (*key, d) for d in differences(found, expected[key])]
    faults += ['%s %s: not found' % key for key in sorted(expected.keys() - met)]
    print('%d of %d rows of the summary met, %d faults' % (len(met), len(expected), len(faults)))
    print('\n'.join(faults[:20]))
    sys.exit(bool(faults))


main()
