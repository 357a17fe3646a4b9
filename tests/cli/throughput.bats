#!/usr/bin/env bats
# throughput - outputs of load tools and captures, from outside: what is measured, what is quoted,
# what becomes of damage.
#
# Expected values: read off the outputs (tests/data/load, tests/data/tools), NumPy
# (tests/oracle/sweep.py), tshark.

LOAD=tests/data/load
TOOLS=tests/data/tools

bats_require_minimum_version 1.5.0

setup() {
	W=$BATS_TEST_TMPDIR
	PYTHON=/usr/bin/python3
}

# column NAME - of the CSV on standard input
column() {
	"$PYTHON" -c 'import csv, sys
for row in csv.DictReader(sys.stdin): print(row[sys.argv[1]])' "$1"
}

@test "throughput: the slides' numbers, as they stand there" {
	run "$VANALYZE" throughput --text --metric throughput_bps "$LOAD/slides_udp.txt"
	[ "$status" -eq 0 ]
	[[ "$output" == *"12.860"* && "$output" == *"42.200"* && "$output" == *"37.930"* ]]
	[[ "$output" == *"1054894         89239"* ]]
	"$VANALYZE" throughput --csv --metric throughput_bps "$LOAD/slides_tcp.txt" >"$W/t.csv"
	[ "$(column min <"$W/t.csv")" = 4850000 ]
	[ "$(column max <"$W/t.csv")" = 4900000 ]
	# 1054894 / (1054894 + 89239), and 580762 / (580762 + 651828)
	"$VANALYZE" throughput --csv --metric okay_pct "$LOAD/slides_udp.txt" | column mean >"$W/okay"
	[ "$(cut -c1-9 "$W/okay" | paste -sd' ')" = "92.200294 47.117208" ]
}

@test "throughput: iperf3's sides and directions are kept apart" {
	"$VANALYZE" throughput --csv "$LOAD/live_clean_ip3_bidir.json" >"$W/t.csv"
	[ "$(column direction <"$W/t.csv" | paste -sd' ')" = "forward forward reverse reverse" ]
	[ "$(column side <"$W/t.csv" | paste -sd' ')" = "receive send receive send" ]
	[ "$(column mean <"$W/t.csv" | cut -d. -f1 | paste -sd' ')" = \
		"321462740 334481528 270158952 286773348" ]
}

@test "throughput: a row a stream" {
	"$VANALYZE" throughput --samples "$W/s.csv" "$LOAD/live_clean_ip3_P4_omit.json" >/dev/null
	[ "$(column side <"$W/s.csv" | sort | uniq -c | xargs)" = "4 receive 4 send" ]
	[ "$(column src <"$W/s.csv" | sort -u | wc -l)" -eq 4 ]
	"$VANALYZE" throughput --samples - "$LOAD/slides_udp.txt" >"$W/s.csv"
	[ "$(column messages_ok <"$W/s.csv" | paste -sd' ')" = "1054894 321394 580762 316060" ]
	[ "$(column messages_err <"$W/s.csv" | paste -sd,)" = "89239,,651828," ]
}

@test "throughput: damage is named, what is good is used" {
	run "$VANALYZE" throughput "$LOAD/iperf3_cut.json"
	[ "$status" -eq 4 ]
	[[ "$output" == *"iperf3_cut.json: line 1: cut short"* ]]
	[[ "$output" == *"724466843"* ]]
	run --separate-stderr "$VANALYZE" throughput "$LOAD/iperf3_damaged.json"
	[ "$status" -eq 0 ]
	run "$VANALYZE" throughput "$LOAD/live_clean_ip3_refused.json"
	[ "$status" -eq 3 ]
	[[ "$output" == *"Connection refused"* ]]
	head -c 900 "$TOOLS/netperf-udpstream.txt" | head -n 6 >"$W/cut.txt"
	run "$VANALYZE" throughput "$W/cut.txt"
	[ "$status" -eq 4 ]
	[[ "$output" == *"cut.txt: line 1: the UDP_STREAM test has no result of the receiver"* ]]
}

@test "throughput: sweeps and their ranking, as NumPy has them" {
	for seed in 1 2; do
		rm -rf "$W/sweep"
		"$PYTHON" tests/oracle/sweep.py make "$W/sweep" "$seed"
		for range in "" 0:5000 3333:12345; do
			"$VANALYZE" throughput "$W/sweep" --over socket_bytes ${range:+--range $range} \
				--json -o "$W/r.json"
			run "$PYTHON" tests/oracle/sweep.py judge "$W/sweep" "$W/r.json" $range
			[ "$output" = "48 ratios and 3 areas agree" ]
		done
	done
}

# Ratios by hand: 3.85 / 4.33 and 0.28 / 0.28; area 1000 x (0.889145... - 1 + 0) / 2.
@test "throughput: the slides' collected outputs, imported and compared with the host" {
	one() {
		echo "./netperf -t TCP_STREAM -H 192.168.0.1 -- -P 12866 -s $2 -m 131072"
		echo 'MIGRATED TCP STREAM TEST from (null) (0.0.0.0) port 12866 AF_INET to (null) ()'
		echo 'bytes bytes bytes secs.  10^6bits/sec'
		echo
		echo " 87380 $2 131072 10.00 $3"
	} >>"$W/$1.txt"
	one docker 100 3.85
	one docker 1100 0.28
	one kvm 100 2.99
	one kvm 1100 0.28
	one native 100 4.33
	one native 1100 0.28
	for platform in docker kvm native; do
		"$VCAP" import --platform "$platform" -o "$W/slides" "$W/$platform.txt" 2>/dev/null
	done
	"$VANALYZE" throughput --json --over socket_bytes "$W/slides" >"$W/r.json"
	"$PYTHON" - "$W/r.json" <<-'END'
	import json, sys
	a = {x["kind"]: x["rows"] for x in json.load(open(sys.argv[1]))["analyses"]}
	got = {(r["platform"], r["socket_bytes"]): (r["mean"], r["ratio"]) for r in a["sweep"]}
	assert got["docker", "100"][0] == 3.85e6 and got["kvm", "100"][0] == 2.99e6
	assert abs(got["docker", "100"][1] - 0.88914549653579677) < 1e-12
	assert got["docker", "1100"][1] == 1
	rank = {r["platform"]: (r["rank"], r["area"]) for r in a["ranking"]}
	assert rank["docker"][0] == 1 and rank["kvm"][0] == 2
	assert abs(rank["docker"][1] + 55.427251732101) < 1e-9
	END
}

@test "throughput: wrong use of a sweep" {
	"$PYTHON" tests/oracle/sweep.py make "$W/sweep" 1
	run "$VANALYZE" throughput "$W/sweep" --over colour
	[ "$status" -eq 2 ]
	[[ "$output" == *"--over colour: no run has such a factor"* ]]
	run "$VANALYZE" throughput "$W/sweep" --range 1:2
	[ "$status" -eq 2 ]
	run "$VANALYZE" throughput "$W/sweep" --over socket_bytes --range 5:1
	[ "$status" -eq 2 ]
	[[ "$output" == *"--range 5:1: expected A:B"* ]]
	run "$VANALYZE" throughput "$W/sweep" --over socket_bytes --baseline windows
	[ "$status" -eq 2 ]
}

@test "throughput: a captured flow's payload, as tshark counts it" {
	local pcap=tests/data/public/http/captures/zeek_bro.org.pcap.zst
	"$VANALYZE" throughput --samples - "$pcap" >"$W/s.csv"
	zstd -dcq "$pcap" >"$W/a.pcap"
	for dir in forward reverse; do
		filter="tcp.len > 0 && !tcp.analysis.retransmission && tcp.dstport == 80"
		[ "$dir" = forward ] || filter=${filter/dstport/srcport}
		port=$([ "$dir" = forward ] && echo dst || echo src)
		want=$(tshark -r "$W/a.pcap" -Y "$filter" -T fields -e tcp.len 2>/dev/null |
			awk '{ n += $1 } END { print n }')
		got=$("$PYTHON" -c 'import csv, sys
print(sum(int(r["bytes"]) for r in csv.DictReader(open(sys.argv[1]))
          if r[sys.argv[2]].endswith(":80")))' "$W/s.csv" "$port")
		[ "$want" = "$got" ]
	done
}

@test "http: requests of a tool are the point app, failures are counted and have no latency" {
	"$VANALYZE" http --json --samples "$W/s.csv" "$LOAD/taurus_non-http__kpi.jtl" >"$W/r.json"
	"$PYTHON" - "$W/r.json" "$W/s.csv" <<-'END'
	import csv, json, sys
	a = {(x["kind"], x["metric"]): x["rows"] for x in json.load(open(sys.argv[1]))["analyses"]}
	c = a["counts", "latency_ns"][0]
	assert (c["requests"], c["complete"], c["failed_requests"]) == (11, 3, 8), c
	assert c["point"] == "app"
	assert a["summary", "latency_ns"][0]["n"] == 3
	rows = list(csv.DictReader(open(sys.argv[2])))
	assert len(rows) == 11
	assert all((r["latency_ns"] == "") == ("error" in r["flags"]) for r in rows)
	assert {r["src"] for r in rows} == {"Errors Thread Group 1-1"}
	END
}

@test "http: what ab stated is quoted, and several files of one run are one" {
	"$PYTHON" - "$W/run" <<-'END'
	import json, pathlib, shutil, sys
	run = pathlib.Path(sys.argv[1])
	run.mkdir()
	tools = []
	for f in ("live_ab.txt", "live_ab-g.tsv", "live_ab-e.csv"):
	    shutil.copy(f"tests/data/load/{f}", run)
	    tools.append({"name": "ab", "version": "2.3", "argv": [], "file": f, "exit": 0, "host": None})
	(run / "run.json").write_text(json.dumps({"schema": "vantage/run/1", "id": "r", "platform": "kvm",
	    "driver": None, "factors": {}, "started": None, "ended": None, "hosts": [], "points": [],
	    "tools": tools, "counters": [], "events": [],
	    "status": {"state": "complete", "reason": None}}))
	END
	"$VANALYZE" http --json "$W/run" >"$W/r.json"
	"$PYTHON" - "$W/r.json" <<-'END'
	import json, sys
	a = {(x["kind"], x["metric"]): x["rows"] for x in json.load(open(sys.argv[1]))["analyses"]}
	s = a["summary", "latency_ns"]
	assert [(r["runs"], r["n"]) for r in s] == [(1, 300)], s
	assert abs(s[0]["mean"] - 2635e6 / 300) < 1
	c = a["counts", "latency_ns"][0]
	assert (c["runs"], c["requests"], c["failed_requests"]) == (1, 300, 232), c
	assert a["summary", "run_total_ns"][0]["mean"] == 883e6
	stated = {r["statistic"]: r["stated"] for r in a["stated", "total_ns"]}
	assert stated["q0.5"] == 9.998e6 or stated["q0.5"] == 10e6
	assert any(r["printed"] == "28.037" for r in a["stated", "total_ns"])
	assert not any(k == "describe" for k, _ in a)
	END
}

@test "http: rows that cannot be read are named and counted, the rest is used" {
	sed '5s/,[0-9]*,/,NaN,/; 9s/,[^,]*$//' "$TOOLS/taurus_kpi1.jtl" >"$W/a.jtl"
	run "$VANALYZE" http --text "$W/a.jtl"
	[ "$status" -eq 4 ]
	[[ "$output" == *"a.jtl: line 5: the elapsed time is no number of ms"* ]]
	[[ "$output" == *"a.jtl: line 9: 12 columns instead of 13"* ]]
	[[ "$output" == *"left_out_rows"* ]]
}

@test "all: results of load tools are in the documents" {
	"$PYTHON" tests/oracle/sweep.py make "$W/sweep" 1
	"$VANALYZE" all "$W/sweep" -o "$W/results"
	"$PYTHON" - "$W/results/sweep.json" "$W/results/all.json" <<-'END'
	import json, sys
	for path, kind in zip(sys.argv[1:], ("describe", "compare")):
	    a = json.load(open(path))["analyses"]
	    assert any(x["kind"] == kind and x["metric"] == "throughput_bps" for x in a), path
	    assert not any(x["metric"] == "rtt_ns" for x in a)
	END
}
