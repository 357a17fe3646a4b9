#!/usr/bin/python3
"""every_table.py DIR [--hostile] [PLATFORMS [SETTINGS]] - results documents in which every kind of
table of a report occurs.

Made-up numbers, schema vantage/results/1: PLATFORMS (2) platforms at SETTINGS (2) settings each, of
pings, packets in transit, TCP, throughput, HTTP, a proxy, counters, correlations, outliers, a
ranking, its sweep, and a table of a published source.  With --hostile all names (platforms, drivers,
factors, levels, points, datasets, notes, reasons) hold what LaTeX, Markdown, HTML or a file system
would take for its own, and scripts from right to left.  Same bytes every time.
"""
import json
import os
import sys

HOSTILE = ['a_b', '50% & more', '#1 $x$ ~y^2', 'c:\\new\\input{x}', '{open', 'close}', '|pipe|`tick`',
           '<b onclick="x">&amp;</b>', 'שרת וירטואלי', 'خادم', '漢字 µs ≤ 1', '../../up', '*star* [link](x)',
           'é' * 40, '--', '\u202eright\u202c']


def name(plain, i, hostile):
    """The i-th of its kind; hostile names stay apart by their number."""
    return f'{HOSTILE[i % len(HOSTILE)]} {plain}{i}' if hostile else f'{plain}{i}'


def analysis(kind, metric, by, rows, notes=(), **parameters):
    rows = [{k: r.get(k) for k in by} | r for r in rows]
    return {'kind': kind, 'metric': metric, 'by': by, 'parameters': parameters, 'rows': rows,
            'notes': list(notes)}


class Documents:
    def __init__(self, hostile, n_platforms, n_settings):
        self.hostile = hostile
        self.factor = 'size_%&#' if hostile else 'size'
        self.platforms = ['native'] + [
            self.name('platform', i) for i in range(1, n_platforms)]
        self.settings = [self.name('s', i) for i in range(n_settings)]
        self.reason = 'n_too {small} & 5% of $x$ \\' if hostile else 'n too small'

    def name(self, plain, i):
        return name(plain, i, self.hostile)

    def cells(self):
        for p, platform in enumerate(self.platforms):
            for s, level in enumerate(self.settings):
                yield {'platform': platform, 'driver': self.name('d', p) if p % 2 else None,
                       self.factor: level}, 1 + p + 0.1 * s

    def by(self, *places):
        return ['platform', 'driver', self.factor, *places]

    def measured(self, metric, place, scale):
        """ci, with every fourth value undefined, and describe."""
        ci, described = [], []
        for i, (cell, size) in enumerate(self.cells()):
            value = None if i % 4 == 3 else scale * size
            row = {**cell, **place, 'metric': metric}
            ci.append({**row, 'statistic': 'mean', 'n': 10, 'estimate': value,
                       'lower': value and 0.93 * value, 'upper': value and 1.07 * value,
                       'level': 0.95, 'method': 't over runs', 'n_effective': None,
                       'reason': None if value else self.reason})
            described.append({**row, 'runs': 10, 'n': 100, 'excluded': 0, 'mean': value,
                              'sd': value and value / 5, 'min': value, 'q1': value, 'median': value,
                              'q3': value, 'max': value, 'reason': None if value else self.reason})
        by = self.by(*place)
        return [analysis('ci', metric, by, ci), analysis('describe', metric, by, described)]

    def counted(self, metric, place, **counts):
        return analysis('counts', metric, self.by(*place), [
            {**cell, **place, 'metric': metric, 'runs': 10, **counts} for cell, _ in self.cells()])

    def echo(self):
        point, pair = {'point': 'guest'}, {'inner': 'guest', 'outer': 'host'}
        return [*self.measured('rtt_ns', point, 1e5), *self.measured('overhead_ns', pair, 1e4),
                *self.measured('overhead_share_pct', pair, 3),
                self.counted('rtt_ns', point, probes=100, answered=99, lost=1, loss_pct=1.0,
                             loss_is_upper_bound=1, late=0),
                self.counted('overhead_ns', pair, pairs=99, unpaired_inner=1)]

    def others(self):
        point, pair = {'point': self.name('eth', 1)}, {'inner': 'proxy-in', 'outer': 'proxy-out'}
        return [
            *self.measured('delay_ns', pair, 1e3),
            self.counted('delay_ns', pair, packets_inner=9, packets_outer=9, loss_out_pct=1.5,
                         loss_in_pct=None, duplicates=1, reordered=2),
            *self.measured('tcp_ack_ns', point, 2e4),
            self.counted('tcp_ack_ns', point, connections=3, packets=99, retransmitted=1),
            *self.measured('throughput_bps', point, 2.5e9),
            self.counted('throughput_bps', point, results=1, flows=0, messages_ok=5, messages_err=1),
            self.counters()]

    def http(self):
        point, pair = {'point': 'client'}, {'inner': 'proxy-in', 'outer': 'proxy-out'}
        return [
            *self.measured('latency_ns', point, 2e6), *self.measured('run_total_ns', point, 3e9),
            self.counted('latency_ns', point, requests=10, complete=9, failed_connections=1,
                         failed_connections_pct=10.0),
            *self.measured('proxy_overhead_ns', pair, 5e5),
            self.counted('proxy_overhead_ns', pair, requests=10, misses=8, hits=2)]

    def counters(self):
        rows = []
        for cell, size in self.cells():
            for metric in ('cpu_busy_pct', 'mem_used_pct'):
                rows.append({**cell, 'host': self.name('host', 1), 'metric': metric, 'runs': 3,
                             'mean': 10 + size % 80, 'mean_lower': 9 + size % 80,
                             'mean_upper': 11 + size % 80, 'peak': None, 'reason': self.reason})
        return analysis('counters', None, self.by('host'), rows)

    def associations(self):
        by = ['platform', 'point']
        place = {'platform': self.platforms[-1], 'point': 'guest'}
        tau = [{**place, 'x': x, 'y': 'rtt_ns', 'n': 99, 'tau_b': t, 'p_holm': 0.0}
               for x, t in ((self.factor, 0.8), (f'{self.factor}={self.settings[0]}', -0.3))]
        out = [{**place, self.factor: level, 'metric': 'rtt_ns', 'n': 50, 'outliers': o,
                'share_pct': o, 'reason': None}
               for level, o in zip(self.settings, (90.0, 7.0, 2.0, 1.0))]
        return [analysis('kendall', None, by, tau, metrics='rtt_ns'),
                analysis('outliers', 'rtt_ns', by + [self.factor], out, threshold=3.5)]

    def rankings(self):
        note = self.name('A note', 3)
        rows = [{'platform': p, 'side': 'send', 'metric': 'throughput_bps', 'levels': 4, 'from': 0,
                 'to': 5000, 'area': 100.5 - i, 'area_above': 200, 'area_below': 99.5 + i,
                 'mean_ratio': 1.02, 'rank': i + 1} for i, p in enumerate(self.platforms)]
        points = [{'platform': p, 'side': 'send', 'socket_bytes': str(b), 'metric': 'throughput_bps',
                   'runs': 2, 'mean': 1e9 + b, 'baseline_mean': 1e9, 'ratio': 1 + b / 1e9}
                  for p in self.platforms[:2] for b in (100, 5000)]
        base = {'over': 'socket_bytes', 'factor': 'platform', 'baseline': self.platforms[0]}
        return [analysis('ranking', 'throughput_bps', ['platform', 'side'], rows, [note], **base),
                analysis('sweep', 'throughput_bps', ['platform', 'side', 'socket_bytes'], points,
                         **base)]

    def layout(self):
        rows = [{'platform': p, 'row': i, 'column': self.name('Column', 0), 'printed': '≈25.26 ± 1 %'}
                for i, p in enumerate(self.platforms[:30])]
        return [analysis('layout', None, ['platform'], rows, [self.name('Note', 5)],
                         id=self.name('t', 11), title=self.name('Table', 1), heads=['Platform'])]


def write(directory, n, dataset, analyses):
    doc = {'schema': 'vantage/results/1',
           'provenance': {'program': 'vanalyze 1.0.0', 'command': ['vanalyze', 'all', dataset],
                          'datasets': [{'name': dataset, 'title': dataset, 'sha256': None}]},
           'analyses': analyses}
    with open(os.path.join(directory, f'{n}.json'), 'w', encoding='utf-8') as f:
        json.dump(doc, f, ensure_ascii=False)


def main():
    args = [a for a in sys.argv[2:] if a != '--hostile']
    d = Documents('--hostile' in sys.argv, *map(int, args + ['2', '2'][len(args):]))
    os.makedirs(sys.argv[1], exist_ok=True)
    parts = (d.echo() + d.associations(), d.others() + d.rankings(), d.http(), d.layout())
    for n, analyses in enumerate(parts):
        write(sys.argv[1], n, d.name('set', n), analyses)


if __name__ == '__main__':
    main()
