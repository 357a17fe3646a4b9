#!/usr/bin/env bats
# The report's tables that set platforms beside each other, of packets in transit, proxies, rankings
# and outliers: value by value what vanalyze found, and on numbers made by hand.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	VANALYZE="${VANALYZE:-build/release/vanalyze}" VREPORT="${VREPORT:-build/release/vreport}"
	W="$BATS_TEST_TMPDIR"
}

# results FILE NAME ANALYSIS...: a results document of one dataset; each analysis in Python
results() {
	/usr/bin/python3 - "$@" <<-'X'
		import json, sys
		def analysis(kind, metric, by, rows, notes=(), **parameters):
		    by = by.split()
		    rows = [{k: r.get(k) for k in by} | r for r in rows]
		    return {'kind': kind, 'metric': metric, 'by': by, 'parameters': parameters,
		            'rows': rows, 'notes': list(notes)}
		json.dump({'schema': 'vantage/results/1', 'provenance': {'program': 'p', 'command': [],
		           'datasets': [{'name': sys.argv[2], 'title': None, 'sha256': None}]},
		           'analyses': [eval(a) for a in sys.argv[3:]]}, open(sys.argv[1], 'w'))
	X
}

@test "throughput: results of tools, flows of captures together, a table a direction" {
	"$VANALYZE" all tests/data/recordings/iperf3-lxc tests/data/recordings/iperf3-native -o "$W/results" 2>/dev/null
	"$VREPORT" --csv -o "$W/tables/" "$W/results"
	/usr/bin/python3 - "$W" <<-'X'
		import csv, json, sys
		want = {}
		for name in ('lxc', 'native'):
		    for a in json.load(open(f'{sys.argv[1]}/results/iperf3-{name}.json'))['analyses']:
		        if a['kind'] == 'describe' and a['metric'] in ('throughput_bps', 'total_throughput_bps'):
		            total = a['metric'].startswith('total')
		            for r in a['rows']:
		                key = (name, r['socket_bytes'], r['point'], r['direction'], r['side'] or '')
		                if total or key not in want:
		                    want[key] = r['mean']
		n = 0
		for way in ('forward', 'reverse'):
		    for r in csv.DictReader(open(f'{sys.argv[1]}/tables/table-throughput-platforms-{way}.csv')):
		        for name in ('lxc', 'native'):
		            value = [v for k, v in r.items() if k.split(' ')[0] in (name, name + '_bps')]
		            key = (name, r['socket_bytes'], r['point'], way, r['side'])
		            assert abs(float(value[0]) - want[key]) <= 1e-9 * want[key], (key, value)
		            n += 1
		assert n == len(want) == 32, (n, len(want))
	X
}

@test "HTTP by platform: the client's point, captures no setting, rates of its flows left out" {
	"$VANALYZE" all tests/data/recordings/http-lxc tests/data/recordings/http-qemu-tcg-virtio -o "$W/results" 2>/dev/null
	"$VREPORT" --csv -o "$W/tables/" "$W/results"
	/usr/bin/python3 - "$W" <<-'X'
		import csv, json, sys
		rows = list(csv.DictReader(open(f'{sys.argv[1]}/tables/table-http-run-total.csv')))
		assert 'captures' not in rows[0] and len(rows) > 3
		a = [a for a in json.load(open(f'{sys.argv[1]}/results/http-lxc.json'))['analyses']
		     if (a['kind'], a['metric']) == ('describe', 'run_total_ns')][0]['rows']
		found = 0
		for r in rows:
		    same = [x for x in a if x['point'] == r['point'] and all(
		            (x[f] or '') == r[f] for f in ('concurrency', 'object_bytes', 'cache', 'path'))]
		    column = next(k for k in r if k.startswith('lxc') and not k.endswith(('_lower', '_upper', '_reason')))
		    assert not same or r[column] in [f"{x['mean']:.0f}" for x in same], (r, same)
		    found += len(same) > 0
		    better = [x['point'] for x in a if all((x[f] or '') == r[f] for f in ('concurrency', 'object_bytes', 'cache', 'path'))]
		    assert r['point'] == 'client' or 'client' not in better, r
		assert found > 3
	X
	[ ! -e "$W/tables/table-throughput.csv" ]
	# overhead and counts of the proxy, at each pair
	[ "$(wc -l <"$W/tables/table-proxy.csv")" -gt 2 ]
	"$VREPORT" --markdown "$W/results" | grep -A9 '^### Requests through a proxy' |
		grep -q '^| lxc | .* | 10 | 10 | 0 |'
}

@test "transit: delay, loss, duplication and reordering as vanalyze transit counts them" {
	results "$W/t.json" set "analysis('summary', 'delay_ns', 'platform inner outer', [{
			'platform': 'docker', 'inner': 'in', 'outer': 'out', 'metric': 'delay_ns', 'runs': 3,
			'n': 900, 'excluded': 0, 'mean': 1500, 'mean_lower': 1400, 'mean_upper': 1600, 'sd': 200,
			'median': 1490, 'interval': 'runs', 'reason': None}], level=0.95)" \
		"analysis('counts', 'delay_ns', 'platform inner outer', [{
			'platform': 'docker', 'inner': 'in', 'outer': 'out', 'metric': 'delay_ns', 'runs': 3,
			'packets_inner': 1000, 'packets_outer': 900, 'loss_out_pct': 20, 'loss_in_pct': None,
			'duplicates': 7, 'reordered': 3, 'ambiguous': 0, 'unfinished': 0}])"
	"$VREPORT" --markdown "$W/t.json" >"$W/md"
	grep -q '^## Transit$' "$W/md"
	grep -qF '| Platform | Pair | Inside | Outside | Lost outward (%) | Lost inward (%) | Duplicates | Reordered | Delay (µs) |' "$W/md"
	grep -qF '| docker | in–out | 1000 | 900 | 20.0 | –<sup>a</sup> | 7 | 3 | 1.50 ± 0.10 |' "$W/md"
	grep -q 'Means with 95.\{1,2\}% intervals over runs (Student t, 3 runs)' "$W/md"
	grep -q '^<sup>a</sup> no packets went that way' "$W/md"
	! grep -q 'ping' "$W/md" || false
}

@test "rankings: by setting, then rank; three decimals of a ratio" {
	results "$W/r.json" set "analysis('ranking', 'throughput_bps', 'platform side', [
		{'platform': p, 'side': s, 'metric': 'throughput_bps', 'levels': 4, 'from': 0, 'to': 5000,
		 'area': a, 'area_above': max(a, 0), 'area_below': max(-a, 0), 'mean_ratio': 1 + a / 5000,
		 'rank': r, 'reason': None}
		for p, s, a, r in (('docker', 'send', -250, 2), ('docker', 'receive', -500, 2),
		                   ('osv', 'send', 500, 1), ('osv', 'receive', 1250, 1))],
		['A note.'], over='socket_bytes', baseline='native')"
	"$VREPORT" --markdown "$W/r.json" >"$W/md"
	grep '^| [do]' "$W/md" | cut -d'|' -f2-4,8,11 >"$W/rows"
	diff "$W/rows" - <<-'X'
		 osv | receive | 1 | 1250 | 1.250 
		 docker | receive | 2 | -500 | 0.900 
		 osv | send | 1 | 500 | 1.100 
		 docker | send | 2 | -250 | 0.950 
	X
	grep -q '^A note. ' "$W/md"
	"$VANALYZE" throughput --over socket_bytes --json -o "$W/sweep.json" tests/data/recordings/iperf3-lxc \
		tests/data/recordings/iperf3-native
	"$VREPORT" --latex -o "$W/tex/" "$W/sweep.json"
	grep -q 'input{table-ranking-throughput-bps.tex}' "$W/tex/report.tex"
	[ -s "$W/tex/table-sweep-throughput-bps.tex" ]
}

@test "outliers: the shares of two platforms beside each other, small ones as others" {
	/usr/bin/python3 tests/gen/outlier_scenarios.py "$W"
	"$VANALYZE" all "$W/kvm" "$W/docker" -o "$W/results" 2>/dev/null
	"$VREPORT" --markdown "$W/results" >"$W/md"
	# of 10000 outliers: kvm 9541, others 19 + 50 + 59 + 200 + 131; docker 9960, others 40
	sed -n '/^### Where the outliers of the RTT/,/^##/p' "$W/md" | grep '^|' >"$W/table"
	diff "$W/table" - <<-'X'
		| Load location | Load type | docker (%) | kvm (%) |
		|---|---|---:|---:|
		| responder | net | 99.6 | 95.4 |
		| others |  | 0.4 | 4.6 |
	X
	grep -q 'less than 5.\{1,2\}% in every dataset (5) are added up as others. Outliers of samples in all: docker 10000 of 34000 at app; kvm 10000 of 34000 at app' "$W/md"
}

@test "outliers: load at rest and load not recorded are one scenario, other factors are added up" {
	# by hand: a varies load and size, b neither; a's two sizes of rest are 30 + 20 %
	row="'metric': 'rtt_ns', 'n': 100, 'platform': 'p', 'point': 'app', 'reason': None"
	mean="'metric': 'rtt_ns', 'runs': 1, 'n': 9, 'mean': 1e5, 'platform': 'p', 'point': 'app'"
	results "$W/a.json" a "analysis('describe', 'rtt_ns', 'platform load_type point', [
			{$mean, 'load_type': l} for l in ('none', 'net')])" \
		"analysis('outliers', 'rtt_ns', 'platform point load_type payload_bytes', [
			{$row, 'load_type': l, 'payload_bytes': s, 'outliers': o, 'share_pct': o}
			for l, s, o in (('net', '9', 48), ('none', '9', 30), ('none', '1', 20),
			                ('cpu', '9', 2))], threshold=3.5)"
	results "$W/b.json" b "analysis('describe', 'rtt_ns', 'platform point', [{$mean}])" \
		"analysis('outliers', 'rtt_ns', 'platform point', [
			{$row, 'outliers': 4, 'share_pct': 100}], threshold=3.5)"
	"$VREPORT" --markdown "$W/a.json" "$W/b.json" >"$W/md" 2>/dev/null
	sed -n '/^### Where the outliers of the RTT/,/^##/p' "$W/md" | grep '^|' >"$W/table"
	diff "$W/table" - <<-'X'
		| Load type | a (%) | b (%) |
		|---|---:|---:|
		| none | 50.0 | 100.0 |
		| net | 48.0 | –<sup>a</sup> |
		| others | 2.0 | –<sup>a</sup> |
	X
	grep -q 'Added up over payload bytes\.' "$W/md"
}

@test "names of datasets in names of files: only letters and digits, and no file twice" {
	for name in a_b a-b ../../up; do
		results "$W/$((++n)).json" "$name" "analysis('outliers', 'rtt_ns', 'platform point', [
			{'platform': 'p', 'point': 'app', 'metric': 'rtt_ns', 'n': 9, 'outliers': 1,
			 'share_pct': 100, 'reason': None}])" \
			"analysis('kendall', None, 'platform point', [{'platform': 'p', 'point': 'app',
			 'x': 'load', 'y': 'rtt_ns', 'n': 9, 'tau_b': 0.5, 'p_holm': 0}], metrics='rtt_ns')" \
			"analysis('describe', 'rtt_ns', 'platform point', [{'platform': 'p', 'point': 'app',
			 'metric': 'rtt_ns', 'runs': 1, 'n': 9, 'mean': 1e5}])"
	done
	mkdir "$W/in"
	"$VREPORT" --latex -o "$W/in/tex/" "$W"/*.json
	[ "$(cd "$W/in/tex" && ls table-outliers-* table-kendall-* | sort | tr '\n' ' ')" = \
		"$(printf '%s ' table-kendall-------up.tex table-kendall-a-b-2.tex \
			table-kendall-a-b.tex table-outliers-------up-rtt-ns.tex \
			table-outliers-a-b-rtt-ns-2.tex table-outliers-a-b-rtt-ns.tex | tr ' ' '\n' |
			sort | tr '\n' ' ')" ]
	[ "$(ls "$W/in")" = tex ]
}
