#!/usr/bin/env bats
# The report's tables of HTTP requests, TCP connections and system counters hold what vanalyze found.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	VANALYZE="${VANALYZE:-build/release/vanalyze}" VREPORT="${VREPORT:-build/release/vreport}"
	W="$BATS_TEST_TMPDIR"
}

@test "report: HTTP, TCP and counters, value by value" {
	"$VANALYZE" all tests/data/recordings/http-lxc -o "$W/results" 2>/dev/null
	"$VREPORT" --csv -o "$W/tables/" "$W/results"
	"$VANALYZE" ci --csv --metric latency_ns --by platform,concurrency,object_bytes,captures \
		tests/data/recordings/http-lxc >"$W/ci.csv"
	"$VANALYZE" counters --csv --metric cpu_busy_pct --by concurrency,object_bytes,captures \
		tests/data/recordings/http-lxc >"$W/counters.csv"
	/usr/bin/python3 - "$W" <<-'X'
		import sys
		import pandas as pd
		read = lambda name: pd.read_csv(f'{sys.argv[1]}/{name}.csv')
		key = ['concurrency', 'object_bytes', 'captures', 'point']
		http, ci = read('tables/table-http'), read('ci')
		shown = http.set_index(key)
		found = ci[ci.statistic == 'mean'].set_index(key)
		assert len(shown) == len(found) > 5
		for k, row in shown.iterrows():
		    for column, name in (('estimate', ''), ('lower', '_lower'), ('upper', '_upper')):
		        a, b = row['latency_ns' + name], found.loc[k, column]
		        assert abs(a - b) <= 1e-9 * abs(b), (k, column)
		key = key[:3]
		shown = read('tables/table-counters').set_index(key)
		found = read('counters').set_index(key)
		assert len(shown) == len(found) == 5
		for k, row in shown.iterrows():
		    assert abs(row.cpu_busy_pct_mean - found.loc[k, 'mean']) < 1e-9, k
		assert len(read('tables/table-tcp'))
	X
}

@test "report: results of HTTP alone have no table of pings" {
	"$VANALYZE" all tests/data/recordings/http-docker-routed -o "$W/results" 2>/dev/null
	run "$VREPORT" --markdown "$W/results"
	[ "$status" -eq 0 ]
	[[ "$output" == *"## HTTP requests"* ]]
	[[ "$output" == *"## What the machines did during HTTP"* ]]
	[[ "$output" != *"costs a ping"* ]]
	[[ "$output" != *"What load does"* ]]
}

@test "report: a run of HTTP that no capture saw a ping in stands in no table of pings" {
	"$VANALYZE" all tests/data/recordings/http-native tests/data/recordings/native -o "$W/results" 2>/dev/null
	# what is tested is there: pairs of points of HTTP runs, without any probe
	/usr/bin/python3 - "$W/results/http-native.json" <<-'X'
		import json, sys
		rows = [r for a in json.load(open(sys.argv[1]))['analyses']
		        if (a['kind'], a['metric']) == ('counts', 'overhead_ns') for r in a['rows']]
		assert rows and not any(r['pairs'] for r in rows)
	X
	"$VREPORT" --csv -o "$W/tables/" "$W/results"
	for table in cost quantiles losses pairs; do
		[ -s "$W/tables/table-$table.csv" ]
		! grep -q 'proxy' "$W/tables/table-$table.csv" || false
	done
	"$VREPORT" --markdown "$W/results" >"$W/report.md"
	! sed -n '/^## What the intervals/,/^## Data quality/p' "$W/report.md" | grep 'proxy' || false
}

@test "report: sections in order, each only with something to show" {
	"$VANALYZE" all tests/data/recordings/http-lxc tests/data/recordings/iperf3-lxc tests/data/recordings/lxc datasets/kvm-virtio \
		-o "$W/results" 2>/dev/null
	"$VREPORT" --markdown "$W/results" | grep '^## ' >"$W/md"
	"$VREPORT" --standalone "$W/results" | sed -n 's/^.section.{\(.*\)}$/## \1/p' >"$W/tex"
	printf '## %s\n' 'What the intervals allow to say' 'Overview' 'Data quality' 'Ping' 'TCP' \
		'Throughput' 'HTTP' 'Proxy' 'System counters' 'Correlations' 'Outliers' \
		'Published values' 'Machines' 'Every cell and point' >"$W/expected"
	grep -v 'Datasets\|Notes' "$W/md" | diff "$W/expected" -
	grep -v 'Datasets\|Notes' "$W/tex" | diff "$W/expected" -
	"$VANALYZE" all datasets/kvm-virtio -o "$W/paper" 2>/dev/null
	"$VREPORT" --markdown "$W/paper" | grep '^## ' >"$W/md"
	printf '## %s\n' 'Published values' 'Datasets' | diff - <(grep -v Notes "$W/md")
}
