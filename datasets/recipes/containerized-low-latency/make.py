#!/usr/bin/python3
"""make.py MEASUREMENTS DATASET - the tables of datasets/containerized-low-latency.

MEASUREMENTS is the folder of that name in github.com/WiednerF/containerized-low-latency (commit
d157322).  Its 504 histograms become one table, latency.hist.csv.zst: a row a bucket, with the factors
that the folders and file names tell.  runs.csv gets what the other files of each run say: packets
in and out, and the quantiles that the authors computed from all samples.  Uses zstd(1).
"""
import csv
import io
import pathlib
import re
import subprocess
import sys

NAME = re.compile(r'latencies-pre-rate(\d+)-repeat(\d+)\.pcap\.zst\.bucket_size(\d+)\.trim_ms0\.hist')
FACTORS = ('platform', 'kernel', 'optimized', 'packet_rate_pps', 'repetition')
QUANTILES = {'0.25': 'q1_ns', '0.5': 'median_ns', '0.75': 'q3_ns'}


def read(path):
    text = subprocess.run(['zstd', '-dcq', str(path)], check=True, capture_output=True).stdout
    return list(csv.DictReader(io.StringIO(text.decode())))


def factors_of(path, measurements):
    """container/rt/optimized and vm/rt-non-optimized are written in two ways."""
    platform, rest = path.parent.relative_to(measurements).as_posix().split('/', 1)
    kernel, optimized = re.split('[/-]', rest, maxsplit=1)
    rate, repetition, width = NAME.match(path.name).groups()
    yes = {'optimized': 'yes', 'non-optimized': 'no'}[optimized]
    return (platform, kernel, yes, int(rate), int(repetition)), int(width)


def about_run(path):
    stem = path.name.split('.bucket_size')[0]
    packets = read(path.with_name(f'{stem}.trim_ms0.stats.csv.zst'))[0]
    found = {row['percentile']: row['value']
             for row in read(path.with_name(f'{stem}.trim_ms0.percentiles.csv.zst'))}
    return [packets['pre_received'], packets['post_received'], *(found[q] for q in QUANTILES)]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    measurements, dataset = map(pathlib.Path, sys.argv[1:])
    runs = sorted((*factors_of(p, measurements), p) for p in measurements.rglob('*.hist.csv.zst'))
    out = io.StringIO()
    table = csv.writer(out, lineterminator='\n')
    table.writerow([*FACTORS, 'metric', 'lower', 'upper', 'count'])
    with open(dataset / 'runs.csv', 'w', encoding='utf-8', newline='') as f:
        about = csv.writer(f, lineterminator='\n')
        about.writerow([*FACTORS, 'packets_in', 'packets_out', *QUANTILES.values()])
        for factors, width, path in runs:
            about.writerow([*factors, *about_run(path)])
            for row in read(path):
                lower = int(row['latency_bucket'])
                table.writerow([*factors, 'delay_ns', lower, lower + width, row['count']])
    subprocess.run(['zstd', '-q', '-19', '--check', '-f', '-o', str(dataset / 'latency.hist.csv.zst')],
                   check=True, input=out.getvalue().encode())


main()
