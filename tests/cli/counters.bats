#!/usr/bin/env bats
# `vanalyze counters`: against pandas on recorded runs, and with files that are damaged.
# VANALYZE is the program.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	VANALYZE="${VANALYZE:-build/release/vanalyze}"
	W="$BATS_TEST_TMPDIR"
	R="$W/run"
	LXC=tests/data/recordings/lxc/runs/20261121T051616Z-lxc-cpu-w4-r1
	VM=tests/data/recordings/qemu-tcg-virtio/runs/20261121T052425Z-qemu-tcg-virtio-io-w1
}

judge() {
	/usr/bin/python3 -B tests/oracle/judge_counters.py "$@"
}

# a run of its own, with the counters table that stands on standard input
make_run() {
	mkdir -p "$R"
	cat >"$R/counters.csv"
	echo '{"schema": "vantage/run/1", "id": "made", "platform": "native", "driver": null,
		"factors": {}, "hosts": [{"name": "h"}], "points": [], "tools": [], "events": [],
		"counters": [{"file": "counters.csv", "host": "h", "interval_ns": "1000000000",
		"columns": {}}], "status": {"state": "complete", "reason": null}}' >"$R/run.json"
}

@test "counters: means and peaks as pandas has them, a container" {
	"$VANALYZE" counters --csv "$LXC" >"$W/out.csv"
	judge "$LXC" "$W/out.csv"
}

@test "counters: two machines with clocks of their own" {
	"$VANALYZE" counters --csv "$VM" >"$W/out.csv"
	judge "$VM" "$W/out.csv"
	"$VANALYZE" counters --csv --window 2.5s "$VM" >"$W/out.csv"
	judge --window 2.5 "$VM" "$W/out.csv"
}

@test "counters: while probes were under way" {
	"$VANALYZE" rtt --samples "$W/samples.csv" --point host "$LXC" >/dev/null
	"$VANALYZE" counters --csv --during rtt --point host "$LXC" >"$W/out.csv"
	judge --during "$W/samples.csv" "$LXC" "$W/out.csv"
	"$VANALYZE" counters --csv --during rtt --in-flight --point host "$LXC" >"$W/out.csv"
	judge --during "$W/samples.csv" --in-flight "$LXC" "$W/out.csv"
}

@test "counters: while requests were under way" {
	local run=tests/data/recordings/http-lxc/runs/20261121T052744Z-http-lxc-1m-c10-miss
	"$VANALYZE" http --samples "$W/samples.csv" --point proxy-in "$run" >/dev/null
	for extent in "" --in-flight; do
		"$VANALYZE" counters --csv --window 100ms --during http $extent --point proxy-in \
			"$run" >"$W/out.csv"
		judge --window 0.1 --during "$W/samples.csv" $extent "$run" "$W/out.csv"
	done
}

@test "counters: a machine on whose clock nothing was probed is counted" {
	run "$VANALYZE" counters --json --during rtt --point host "$VM"
	[ "$status" -eq 0 ]
	/usr/bin/python3 - "$output" <<-'X'
		import json, sys
		doc = json.loads(sys.argv[1])
		hosts = {row['host'] for a in doc['analyses'] if a['kind'] == 'counters' for row in a['rows']}
		assert hosts == {'testbed'}, hosts
		counts = {row['host']: row['files_without_probes']
		          for a in doc['analyses'] if a['kind'] == 'counts' for row in a['rows']}
		assert counts == {'testbed': 0, 'guest': 1}, counts
	X
}

@test "counters: every interval as a row of samples" {
	"$VANALYZE" counters --metric cpu_busy_pct --samples "$W/s.csv" "$LXC" >"$W/out.csv"
	zstd -dcq "$LXC/counters.csv.zst" >"$W/raw.csv"
	/usr/bin/python3 - "$W/s.csv" "$W/raw.csv" <<-'X'
		import sys
		import pandas as pd
		s, raw = pd.read_csv(sys.argv[1]), pd.read_csv(sys.argv[2])
		d = raw.diff().iloc[1:]
		total = sum(d['cpu.' + k] for k in
		            'user nice system idle iowait irq softirq steal'.split())
		pct = 100 * (1 - (d['cpu.idle'] + d['cpu.iowait']) / total)
		assert list(s.columns[:5]) == ['run', 'host', 't_ns', 'name', 'value'], s.columns
		assert list(s.t_ns) == list(raw.t_ns.iloc[1:])
		assert (abs(s.value.to_numpy() - pct.to_numpy()) < 1e-9).all()
	X
}

@test "counters: a cell's interval is over its runs" {
	"$VANALYZE" counters --csv --metric cpu_busy_pct --by load_type,background_workers \
		tests/data/recordings/lxc >"$W/out.csv"
	"$VANALYZE" counters --metric cpu_busy_pct --by run --csv \
		--where load_type=io --where background_workers=2 tests/data/recordings/lxc >"$W/runs.csv"
	/usr/bin/python3 - "$W/out.csv" "$W/runs.csv" <<-'X'
		import sys
		import pandas as pd
		from scipy import stats
		cells, runs = pd.read_csv(sys.argv[1]), pd.read_csv(sys.argv[2])
		cell = cells[(cells.load_type == 'io') & (cells.background_workers == 2)].iloc[0]
		for name in ('mean', 'peak'):
		    lower, upper = stats.t.interval(0.95, len(runs) - 1, runs[name].mean(),
		                                    stats.sem(runs[name]))
		    assert abs(cell[name] - runs[name].mean()) < 1e-9
		    assert abs(cell[name + '_lower'] - lower) < 1e-6, (cell, lower)
		    assert abs(cell[name + '_upper'] - upper) < 1e-6
	X
}

@test "counters: a metric for the other statistics" {
	"$VANALYZE" counters --csv --metric cpu_busy_pct --by run tests/data/recordings/lxc >"$W/runs.csv"
	"$VANALYZE" describe --csv --metric cpu_busy_pct --by platform tests/data/recordings/lxc >"$W/describe.csv"
	"$VANALYZE" kendall --csv --metric cpu_busy_pct,rtt_ns --point host tests/data/recordings/lxc >"$W/tau.csv"
	"$VANALYZE" rtt --samples "$W/s.csv" --point host tests/data/recordings/lxc >/dev/null
	/usr/bin/python3 - "$W" <<-'X'
		import sys
		import pandas as pd
		from scipy import stats
		runs, d, tau, s = (pd.read_csv(f'{sys.argv[1]}/{name}.csv')
		                   for name in ('runs', 'describe', 'tau', 's'))
		assert abs(d['mean'][0] - runs['mean'].mean()) < 1e-9 and d.n[0] == len(runs)
		s['cpu'] = s.run.map(runs.set_index('run')['mean'])
		s = s.dropna(subset=['rtt_ns', 'cpu'])
		row = tau[tau.x.isin(['cpu_busy_pct', 'rtt_ns']) & tau.y.isin(['cpu_busy_pct', 'rtt_ns'])]
		expected = stats.kendalltau(s.cpu, s.rtt_ns).statistic
		assert len(row) == 1 and abs(row.tau_b.iloc[0] - expected) < 1e-9, (row, expected)
	X
}

@test "counters: a table alone" {
	run "$VANALYZE" counters --csv --metric cpu_busy_pct "$LXC/counters.csv.zst"
	[ "$status" -eq 0 ]
	[[ "${lines[1]}" == unknown,,cpu_busy_pct,1,* || "${lines[1]}" == unknown,*cpu_busy_pct,1,* ]]
}

@test "counters: damage is told and counted, what is good is used" {
	make_run <<-'X'
		t_ns,net.a.rx_packets,cpu.user
		1000000000,0,5
		2000000000,bad,6
		x,7,7
		3000000000,20,8
	X
	run --separate-stderr "$VANALYZE" counters --csv --metric net.a.rx_pps "$R"
	[ "$status" -eq 4 ]
	[[ "$output" == *"net.a.rx_pps,1,10,"* ]]
	[[ "$stderr" == *"counters.csv: 1 rows without a time were left out"* ]]
	[[ "$stderr" == *"counters.csv: 1 cells are no numbers and were left out"* ]]
}

@test "counters: a row of the wrong length ends the file, with its line" {
	printf 't_ns,net.a.rx_packets\n0,0\n1000000000,10\n2000000000\n3000000000,1\n' | make_run
	run --separate-stderr "$VANALYZE" counters --csv --metric net.a.rx_pps "$R"
	[ "$status" -eq 4 ]
	[[ "$output" == *"net.a.rx_pps,1,10,"* ]]
	[[ "$stderr" == *"counters.csv"*"line 4"* ]]
}

@test "counters: a cut file gives what precedes the cut" {
	# 10 packets a second throughout, in digits that do not compress to nothing
	/usr/bin/python3 -c '
import random
random.seed(1)
print("t_ns,net.a.rx_packets,noise")
for i in range(40000):
    print(f"{i * 10**9},{10 * i},{random.random()}")' | make_run
	zstd -q --rm "$R/counters.csv"
	sed -i 's/counters.csv"/counters.csv.zst"/' "$R/run.json"
	truncate -s "$(($(stat -c %s "$R/counters.csv.zst") / 2))" "$R/counters.csv.zst"
	run --separate-stderr "$VANALYZE" counters --csv --metric net.a.rx_pps "$R"
	[ "$status" -eq 4 ]
	[[ "$output" == *"net.a.rx_pps,1,10,"* ]]
	[[ "$stderr" == *"counters.csv.zst"* ]]
}

@test "counters: no table, no file, no counters" {
	printf 'time,cpu.user\n1,2\n' | make_run
	run --separate-stderr "$VANALYZE" counters "$R"
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"the first column is not t_ns"* ]]
	rm "$R/counters.csv"
	run "$VANALYZE" counters "$R"
	[ "$status" -eq 1 ]
	run --separate-stderr "$VANALYZE" counters tests/data/public/http/captures/zeek_bro.org.pcap.zst
	[ "$status" -eq 3 ]
	[[ "$stderr" == *"no run has system counters"* ]]
}

@test "counters: wrong usage" {
	run "$VANALYZE" counters --during nothing "$LXC"
	[ "$status" -eq 2 ]
	run "$VANALYZE" counters --in-flight "$LXC"
	[ "$status" -eq 2 ]
	run "$VANALYZE" counters --metric no_such_pct "$LXC"
	[ "$status" -eq 2 ]
}
