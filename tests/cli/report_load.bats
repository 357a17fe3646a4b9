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
	"$VANALYZE" all datasets/http-lxc -o "$W/results" 2>/dev/null
	"$VREPORT" --csv -o "$W/tables/" "$W/results"
	"$VANALYZE" ci --csv --metric latency_ns --by platform,concurrency,object_bytes,captures \
		datasets/http-lxc >"$W/ci.csv"
	"$VANALYZE" counters --csv --metric cpu_busy_pct --by concurrency,object_bytes,captures \
		datasets/http-lxc >"$W/counters.csv"
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
	"$VANALYZE" all datasets/http-docker-routed -o "$W/results" 2>/dev/null
	run "$VREPORT" --markdown "$W/results"
	[ "$status" -eq 0 ]
	[[ "$output" == *"## HTTP requests"* ]]
	[[ "$output" == *"## What the machines did meanwhile"* ]]
	[[ "$output" != *"costs a ping"* ]]
	[[ "$output" != *"What load does"* ]]
}
