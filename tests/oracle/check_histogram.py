#!/usr/bin/python3
"""check_histogram.py DESCRIBE.csv RUNS.csv - do our quartiles agree with those of the authors?

DESCRIBE.csv: `vanalyze describe --csv --by` all factors and the repetition of
datasets/containerized-low-latency.  RUNS.csv: its runs.csv, where the authors computed the quartiles
of all samples, of which the histograms have only the buckets.  Half a bucket is 50 ns.  Prints a
line per fault, then how many runs were compared; exit status 0 without fault.
"""
import csv
import sys

FACTORS = ('platform', 'kernel', 'optimized', 'packet_rate_pps', 'repetition')
HALF_BUCKET_NS = 50


def rows_of(path):
    with open(path, encoding='utf-8', newline='') as f:
        return {tuple(r[k] for k in FACTORS): r for r in csv.DictReader(f)}


def faults(ours, theirs):
    for key, run in theirs.items():
        if (key in ours) != (run['median_ns'] != ''):
            yield f'{key}: a histogram without quartiles, or the reverse'
    for key, row in ours.items():
        if int(row['n']) > int(theirs[key]['packets_out']):
            yield f'{key}: {row["n"]} samples of {theirs[key]["packets_out"]} packets'
        for name in ('q1', 'median', 'q3'):
            if abs(float(row[name]) - float(theirs[key][f'{name}_ns'])) > HALF_BUCKET_NS:
                yield f'{key}: {name} {row[name]}, expected {theirs[key][name + "_ns"]}'


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    ours, theirs = map(rows_of, sys.argv[1:])
    found = list(faults(ours, theirs))
    print('\n'.join([*found, f'{len(ours)} of {len(theirs)} runs compared']))
    sys.exit(bool(found))


main()
