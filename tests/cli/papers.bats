#!/usr/bin/env bats
# Published values beside measured ones, and the papers' own tables.  Intervals of ratios are from a
# root search for Fieller's set with SciPy's t quantiles, in this file; texts of tables are the
# papers', typed from them into the golden files.  VANALYZE, VREPORT and VCAP name the programs.

PUBLISHED="datasets/nof2016-http-proxy datasets/http-proxy-balancing datasets/lund-web-server
	datasets/rtt-virtualization datasets/kvm-virtio datasets/netperf-osv-kvm-docker"

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	export VANALYZE="${VANALYZE:-build/release/vanalyze}" VCAP="${VCAP:-build/release/vcap}"
	VREPORT="${VREPORT:-build/release/vreport}"
	W="$BATS_TEST_TMPDIR"
}

# refuses STATUS PATTERN COMMAND... - exit status and message on standard error, nothing else
refuses() {
	local status=$1 pattern=$2 got=0
	shift 2
	"$@" >"$W/out" 2>"$W/err" || got=$?
	cat "$W/err"
	[ "$got" -eq "$status" ]
	[ ! -s "$W/out" ]
	grep -q -e "$pattern" "$W/err"
}

# published LINE... - a dataset of published values in $W/paper
published() {
	mkdir -p "$W/paper"
	cat >"$W/paper/datapackage.json" <<-'END'
		{"name": "paper", "resources": [{"name": "cells", "path": "cells.csv"}],
		 "against": {"note": "Mind the gap.", "equivalents":
			{"size": {"factor": "object_bytes", "levels": {"1 kB": ["1000", "1024"]}}}}}
	END
	{
		echo platform,driver,size,rate,metric,statistic,value,half_width,level,n,unit,printed,relation,place,note
		printf '%s\n' "$@"
	} >"$W/paper/cells.csv"
}

# ours - ping outputs as runs: RTTs of 1, 2, 3 and of 3, 4, 5 ms, so the runs' means are 2 and 4 ms
ours() {
	local run base

	for run in 1 2; do
		base=$((2 * run - 1))
		{
			echo 'PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.'
			echo "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=$base.00 ms"
			echo "64 bytes from 10.0.0.2: icmp_seq=2 ttl=64 time=$((base + 1)).00 ms"
			echo "64 bytes from 10.0.0.2: icmp_seq=3 ttl=64 time=$((base + 2)).00 ms"
			echo
			echo '--- 10.0.0.2 ping statistics ---'
			echo '3 packets transmitted, 3 received, 0% packet loss, time 2003ms'
		} >"$W/ping.txt"
		"$VCAP" import --platform kvm --driver virtio --factor object_bytes=1000 \
			--factor rate=10 --factor repetition=$run --run-id "r$run" -o "$W/ours" \
			app="$W/ping.txt" 2>/dev/null
	done
}

@test "compare: published means with intervals, against a root search" {
	"$VANALYZE" compare --csv datasets/nof2016-http-proxy >"$W/csv"
	/usr/bin/python3 - "$W/csv" <<-'END'
		import csv, math, sys
		from scipy import stats, optimize
		def fieller(mx, hx, my, hy, n=10):
		    q = stats.t.ppf(0.975, n - 1)
		    sx, sy, r = hx / q, hy / q, mx / my
		    df = (sx**2 + (r * sy)**2)**2 / (sx**4 / (n - 1) + (r * sy)**4 / (n - 1))
		    t = stats.t.ppf(0.975, df)
		    f = lambda k: (mx - k * my)**2 - t * t * (sx**2 + k * k * sy**2)
		    return r, optimize.brentq(f, r * 0.5, r), optimize.brentq(f, r, r * 2)
		cells = list(csv.DictReader(open("datasets/nof2016-http-proxy/cells.csv", encoding="utf-8")))
		cells = [c for c in cells if c["value"]]
		key = lambda c: (c["file_size"], c["concurrency"], c["cache"])
		native = {key(c): c for c in cells if c["platform"] == "native"}
		rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8")))
		others = [c for c in cells if c["platform"] != "native"]
		assert len(rows) == len(others) == 42
		for row, c in zip(rows, others):
		    base = native[key(row)]
		    assert row["printed"] == c["printed"]
		    want = fieller(*(float(v) for v in (c["value"], c["half_width"], base["value"], base["half_width"])))
		    got = [float(row[k]) for k in ("ratio", "ratio_lower", "ratio_upper")]
		    # brentq stops within 2e-12, t quantiles of GSL and SciPy agree to 1e-11
		    assert all(abs(g - w) < 5e-11 for g, w in zip(got, want)), (row, want)
		    verdict = "higher" if want[1] > 1 else "lower" if want[2] < 1 else ""
		    assert row["verdict"] == verdict and not row["p_welch"] and not row["hl_shift"]
	END
}

@test "compare: published values without intervals or baseline" {
	# Fig. 13: 29 % and 45.8 %
	"$VANALYZE" compare --csv --baseline kvm --where threads=5000 datasets/lund-web-server >"$W/csv"
	grep -q '^docker,medium,5000,cpu_use_pct,kvm,,,0.6331877.*,,,,,,,,,as published,29%,Fig. 13,no interval published$' "$W/csv"
	refuses 2 'no published mean of platform native' "$VANALYZE" compare datasets/lund-web-server
	refuses 2 'no published mean of colour red' "$VANALYZE" compare --baseline colour=red \
		datasets/lund-web-server
	refuses 3 'describe, ci and compare' "$VANALYZE" cdf datasets/kvm-virtio
	refuses 3 'holds published values' "$VANALYZE" kendall datasets/kvm-virtio
	refuses 3 'holds published values' "$VANALYZE" outliers datasets/kvm-virtio
}

# Ours: runs' means 2 and 4 ms, so 3 with standard error 1 and 1 degree of freedom.  Theirs: 1.5 with
# half width 4.303 * 0.05 over 3.
@test "compare --against: by hand" {
	ours
	published 'kvm,virtio,1 kB,10.0,rtt,mean,1.5,0.215132642,0.95,3,ms,1.5 ± 0.2,exact,Table 1,' \
		'kvm,,,,rtt,median,6,,,,ms,6,exact,Table 2,' \
		'kvm,all,,,rtt,max,6,,,,ms,6,exact,Table 2,' \
		'kvm,virtio,10 kB,,rtt,mean,1,,,,ms,1,exact,Table 3,' \
		'kvm,virtio,,20,rtt,mean,1,,,,ms,1,exact,Table 3,' \
		'xen,,,,rtt,mean,1,,,,ms,1,exact,Table 3,' \
		',,,,rtt,mean,1,,,,ms,1,exact,Table 3,' \
		'kvm,,,,rtt,single,1,,,,ms,1,exact,Table 3,' \
		'kvm,,,,rtt,mean,,,,,ms,?,lost,Table 3,'
	"$VANALYZE" compare --csv --against "$W/paper" "$W/ours" >"$W/csv"
	cat "$W/csv"
	/usr/bin/python3 - "$W/csv" <<-'END'
		import csv, sys
		from scipy import stats, optimize
		rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8")))
		assert [r["statistic"] for r in rows] == ["mean", "median"], rows
		r = rows[0]
		assert (r["estimate"], r["published"], r["runs"], r["ratio"]) == ("3000000", "1500000", "2", "2")
		assert r["conditions"] == "platform=kvm; driver=virtio; size=1 kB; rate=10.0"
		assert r["not_stated"] == "point=app"
		se = 0.05
		df = (1 + (2 * se)**2)**2 / (1 + (2 * se)**4 / 2)
		t = stats.t.ppf(0.975, df)
		f = lambda k: (3 - 1.5 * k)**2 - t * t * (1 + (k * se)**2)
		assert abs(float(r["ratio_lower"]) - optimize.brentq(f, -50, 2)) < 1e-6
		assert abs(float(r["ratio_upper"]) - optimize.brentq(f, 2, 50)) < 1e-6
		assert r["verdict"] == "agrees"
		# median of 1 2 3 3 4 5
		assert rows[1]["estimate"] == "3000000" and rows[1]["ratio"] == "0.5" and not rows[1]["ratio_lower"]
	END
	"$VANALYZE" compare --text --against "$W/paper" "$W/ours" >"$W/text"
	grep -q '^Note: 2 of 9 published values have a counterpart here; 2 are lost, bounds, or' "$W/text"
	grep -q '^Note: Mind the gap\.$' "$W/text"
	# by all but driver, what was pooled over drivers has a counterpart
	"$VANALYZE" compare --csv --against "$W/paper" --by platform,rate "$W/ours" >"$W/csv"
	grep -q ',max,' "$W/csv"
	# one run has no interval over runs
	"$VANALYZE" compare --csv --against "$W/paper" "$W/ours/runs/r1" >"$W/csv"
	grep -q ',mean,1,2000000,.*,a single run here: it does not tell how runs differ$' "$W/csv"
}

@test "compare --against: what cannot be is refused" {
	ours
	published 'xen,,,,rtt,mean,1,,,,ms,1,exact,Table 3,'
	refuses 3 'none of its values is of a cell' "$VANALYZE" compare --against "$W/paper" "$W/ours"
	refuses 3 'no dataset of published values' "$VANALYZE" compare --against "$W/ours" "$W/ours"
	refuses 3 'no dataset of published values' "$VANALYZE" compare --against "$W/none" "$W/ours"
}

@test "all: pairs stand in all.json, layouts in the dataset's own document" {
	ours
	published 'kvm,virtio,1 kB,10.0,rtt,mean,1.5,0.2,0.95,3,ms,1.5 ± 0.2,exact,Table 1,'
	"$VANALYZE" all "$W/ours" "$W/paper" datasets/kvm-virtio -o "$W/results" 2>/dev/null
	for name in all paper kvm-virtio; do
		/usr/bin/python3 tests/oracle/validate.py docs/schema/results-1.schema.json \
			"$W/results/$name.json"
	done
	[ "$(grep -c '"kind": "against"' "$W/results/all.json")" -eq 2 ] # one for each source
	absent '"kind": "against"' "$W/results/ours.json"
	[ "$(grep -c '"kind": "layout"' "$W/results/kvm-virtio.json")" -eq 2 ]
	absent '"kind": "layout"' "$W/results/all.json"
}

@test "layouts that are wrong are named" {
	published 'kvm,,,,rtt,mean,1,,,,ms,1,exact,Table 3,'
	for l in '{"id": "a", "title": "b", "rows": ["colour"], "columns": []}|no column "colour"' \
		'{"id": "a", "title": "b", "rows": [], "columns": "x"}|expected a list called columns' \
		'{"title": "b", "rows": [], "columns": []}|expected an id and a title' \
		'{"id": "a", "title": "b", "rows": [], "columns": [], "where": {"colour": []}}|where: no column' \
		'{"id": "a", "title": "b", "rows": [], "columns": [], "where": {"place": ["x"]}}|selects no value'; do
		echo '{"name": "paper", "resources": [{"name": "cells", "path": "cells.csv"}], "layouts": ['"${l%|*}"']}' \
			>"$W/paper/datapackage.json"
		refuses 3 "layout 1: .*${l#*|}" "$VANALYZE" all "$W/paper" -o "$W/results"
	done
}

# ---- vreport ----

# absent PATTERN FILE: "! grep" would not fail a test
absent() {
	if grep -nE -A2 "$1" "$2"; then
		return 1
	fi
}

# inputs FILE.tex... - each compiles alone when its document loads the packages that the file's first
# comment names and nothing else
inputs() {
	local f packages

	for f in "$@"; do
		head -1 "$f" | grep -q '^% Needs: '
		packages=$(sed -n '1,/^[^%]/p' "$f" | sed -n 's/^%//p' | grep -o '\\usepackage{[^}]*}' | tr -d '\n')
		[ -n "$packages" ]
		{
			printf '\\documentclass{article}\n%s\n' "$packages"
			sed -n '1,/^[^%]/p' "$f" | sed -n 's/^%[^\\]*\(\\pgfplotsset{[^}]*}\).*/\1/p'
			printf '\\begin{document}\n\\input{%s}\n\\end{document}\n' "$f"
		} >"$W/one.tex"
		(cd "$W" && pdflatex -interaction=nonstopmode -halt-on-error one.tex >one.out) ||
			{ echo "$f"; tail -n 20 "$W/one.out"; return 1; }
		absent 'Undefined control|^!' "$W/one.log"
	done
}

@test "papers: their own tables, to the byte" {
	"$VANALYZE" all $PUBLISHED -o "$W/results" 2>/dev/null
	"$VREPORT" --markdown "$W/results" | sed '/^## Datasets/,$d' >"$W/papers.md"
	diff tests/data/golden/papers/papers.md "$W/papers.md"
	"$VREPORT" --latex -o "$W/tex/" "$W/results"
	for f in tests/data/golden/papers/*.tex; do
		diff "$f" "$W/tex/${f##*/}"
	done
	[ "$(ls tests/data/golden/papers/*.tex | wc -l)" -eq "$(ls "$W"/tex/table-*.tex | wc -l)" ]
}

@test "papers: every number of a layout stands in the table of values, and the reverse for tables" {
	"$VANALYZE" all $PUBLISHED -o "$W/results" 2>/dev/null
	/usr/bin/python3 - "$W/results" $PUBLISHED <<-'END'
		import csv, json, sys
		for path in sys.argv[2:]:
		    name = path.split("/")[-1]
		    doc = json.load(open(f"{sys.argv[1]}/{name}.json", encoding="utf-8"))
		    placed = [r["printed"] for a in doc["analyses"] if a["kind"] == "layout" for r in a["rows"]]
		    cells = list(csv.DictReader(open(f"{path}/cells.csv", encoding="utf-8")))
		    printed = [c["printed"] for c in cells]
		    assert placed and set(placed) <= set(printed)
		    tables = [c["printed"] for c in cells if c["place"].startswith("Table")]
		    for text in set(tables):
		        assert placed.count(text) >= tables.count(text), (name, text)
	END
}

@test "vreport --against: ours beside theirs, digits from both" {
	ours
	published 'kvm,virtio,1 kB,10.0,rtt,mean,1.5,0.215132642,0.95,3,ms,1.5 ± 0.2,exact,Table 1,' \
		'kvm,virtio,1 kB,10,rtt,max,6,,,,ms,6,exact,Table 2,'
	"$VANALYZE" all "$W/ours" "$W/paper" -o "$W/results" 2>/dev/null
	for asked in paper "$W/paper/"; do
		"$VREPORT" --markdown --against "$asked" "$W/results" >"$W/md"
		grep -q '^### Beside the published values of paper: RTT$' "$W/md"
		# means 2 and 4 ms: 3 and half width 12.7062 (1 degree of freedom); 1.5 and 0.2151; ratio 2,
		# its interval by the root search above
		grep -q '| app | mean | 3 ± 13 | 1.50 ± 0.22 | 2.0 \[-6.5, 11.3\] | agrees | 1.5 ± 0.2 | Table 1 |' \
			"$W/md"
	done
	refuses 3 'the results hold nothing beside it' "$VREPORT" --against aper "$W/results"
	refuses 3 'the results hold nothing beside it' "$VREPORT" --against nof2016-http-proxy \
		"$W/results"
	"$VANALYZE" all "$W/ours" datasets/kvm-virtio -o "$W/none" 2>/dev/null
	refuses 3 'none of its values is of a cell' "$VREPORT" --against kvm-virtio "$W/none"
}

# Ours, of point app: means of 2 and 4 ms over two runs: 3 ± 12.7 ms; the median of 1 2 3 3 4 5 is 3.
@test "papers: ours in the layout of their tables, where all that they state is met" {
	ours
	published 'kvm,virtio,1 kB,10.0,rtt,mean,1.5,0.215132642,0.95,3,ms,1.5 ± 0.2,exact,Table 1,' \
		'xen,,1 kB,10,rtt,mean,9,,,,ms,9.0,exact,Table 1,' \
		'kvm,virtio,10 kB,10,rtt,mean,4,,,,ms,4.0,exact,Table 1,' \
		'kvm,virtio,1 kB,10,rtt,median,6,,,,ms,6,exact,Table 2,'
	/usr/bin/python3 - "$W/paper/datapackage.json" <<-'END'
		import json, sys
		d = json.load(open(sys.argv[1]))
		d["layouts"] = [{"id": "t1", "title": "One", "where": {"place": ["Table 1"]}, "rows": ["size"],
		                 "columns": ["platform"], "names": {"kvm": "KVM", "xen": "Xen"}},
		                {"id": "t2", "title": "Two", "where": {"size": ["10 kB"]}, "rows": ["size"],
		                 "columns": ["platform"]}]
		json.dump(d, open(sys.argv[1], "w"))
	END
	"$VANALYZE" all "$W/ours" "$W/paper" -o "$W/results" 2>/dev/null
	"$VREPORT" --markdown "$W/results" >"$W/md"
	sed -n '/^### One$/,/^### Two$/p' "$W/md" | grep '^[|#]' >"$W/part"
	diff - "$W/part" <<-'END'
		### One
		| size | KVM | Xen |
		|---|---|---|
		| 1 kB | 1.5 ± 0.2 | 9.0 |
		| 10 kB | 4.0 | – |
		### Measured here, in the layout of "One"
		| size | Ours | KVM (ms) | Xen (ms) |
		|---|---|---:|---:|
		| 1 kB | point=app | 3 ± 13 | – |
		### Two
	END
	absent 'in the layout of "Two"' "$W/md"
	# a condition of all of its values that our runs do not state, or state otherwise
	for asked in '"probes": ["3"]' '"object_bytes": ["10000"]'; do
		sed "s/\"note\": \"Mind/\"conditions\": {$asked}, &/" "$W/paper/datapackage.json" \
			>"$W/new" && cp "$W/new" "$W/paper/datapackage.json"
		"$VANALYZE" all "$W/ours" "$W/paper" -o "$W/none" 2>/dev/null
		absent 'Measured here' <("$VREPORT" --markdown "$W/none")
		sed -i 's/"conditions": {[^}]*}, //' "$W/paper/datapackage.json"
	done
	sed -i 's/"note": "Mind/"conditions": {"rate": ["10"]}, &/' "$W/paper/datapackage.json"
	"$VANALYZE" all "$W/ours" "$W/paper" -o "$W/met" 2>/dev/null
	"$VREPORT" --markdown "$W/met" | grep -q '| 1 kB | point=app | 3 ± 13 | – |'
}

@test "every table's file compiles with the packages that it names" {
	ours
	published 'kvm,virtio,1 kB,10.0,rtt,mean,1.5,0.2,0.95,3,ms,1.5 ± 0.2,exact,Table 1,'
	"$VANALYZE" all "$W/ours" "$W/paper" $PUBLISHED -o "$W/results" 2>/dev/null
	"$VREPORT" --against paper -o "$W/tex/" "$W/results"
	"$VREPORT" -o "$W/others/" tests/data/results
	ls "$W"/tex/table-against-paper-rtt-ns.tex "$W"/others/table-cost.tex
	inputs "$W"/tex/table-*.tex "$W"/others/table-*.tex
}

@test "names of layouts cannot leave the directory" {
	published 'kvm,,,,rtt,mean,1,,,,ms,1,exact,Table 3,'
	echo '{"name": "paper", "resources": [{"name": "cells", "path": "cells.csv"}], "layouts":
		[{"id": "../../x y", "title": "b", "rows": [], "columns": []}]}' >"$W/paper/datapackage.json"
	"$VANALYZE" all "$W/paper" -o "$W/results" 2>/dev/null
	"$VREPORT" -o "$W/tex/" "$W/results"
	ls "$W/tex/table-paper-------x-y.tex"
}

# ---- recipe graft-bench ----

# damaged FILE RATE - made up by hand: what iperf3 writes, behind coloured lines, with a nan in it
damaged() {
	printf '\033[1;33mlibgraft:socket:\033[0m overwrite family 2\n\033[32mconnect\033[0m ok {not JSON\n' >"$1"
	cat >>"$1" <<-END
		{
			"start": {"version": "iperf 3.0.11", "timestamp": {"timesecs": 1529200000},
				"test_start": {"protocol": "TCP", "num_streams": 1, "duration": 2, "reverse": 0}},
			"intervals": [],
			"end": {"streams": [],
				"sum_sent": {"start": 0, "end": 2, "seconds": 2, "bytes": 2000, "bits_per_second": $2, "retransmits": 0},
				"sum_received": {"start": 0, "end": 2, "seconds": 2, "bytes": 1000, "bits_per_second": -nan},
				"cpu_utilization_percent": {"host_total": nan}}
		}
	END
}

@test "recipe graft-bench: preamble, colours and nan; factors from names" {
	mkdir "$W/raw"
	damaged "$W/raw/host_none_host_send_parallel-01_01.txt" 8000
	damaged "$W/raw/host_none_host_send_parallel-01_02.txt" 10000
	damaged "$W/raw/docker_graft_host_send_parallel-01_01.txt" 4000
	damaged "$W/raw/docker_graft_host_send_parallel-10_01.txt" 6000
	echo other >"$W/raw/notes.txt"
	sh datasets/recipes/graft-bench/import.sh "$W/raw" "$W/graft" 2>"$W/err"
	[ "$(ls "$W/graft/runs" | tr '\n' ' ')" = "docker-graft-host-send-1-1 docker-graft-host-send-10-1 host-none-host-send-1-1 host-none-host-send-1-2 " ]
	"$VANALYZE" throughput --csv --metric throughput_bps --by platform,driver,streams "$W/graft" >"$W/csv"
	cat "$W/csv"
	grep -Eq '^native,,1,.*throughput_bps,2,.*,9000,' "$W/csv"
	grep -Eq '^docker,graft,1,.*throughput_bps,1,.*,4000,' "$W/csv"
	grep -Eq '^docker,graft,10,.*throughput_bps,1,.*,6000,' "$W/csv"
	# the received rate is not there: nothing is made of the nan
	absent ',receive,' "$W/csv"
}

# ---- figures that are asked for ----

@test "vreport --figure: what is drawn is what the results say" {
	local spec='x=background_workers;series=platform,driver;facet=load_type;metric=rtt_ns'

	"$VREPORT" --latex --figure "$spec;stat=mean" --figure "$spec;stat=box" \
		--figure "x=load_type;series=platform,driver;background_workers=4;stat=share" \
		--figures "$W/f" -o "$W/tex/" tests/data/results
	/usr/bin/python3 - "$W/f" <<-'END'
		import glob, json, re, sys
		docs = []
		for path in glob.glob("tests/data/results/*.json"):
		    docs.append(json.load(open(path, encoding="utf-8")))
		def rows(kind, metric):
		    for doc in docs:
		        for a in doc["analyses"]:
		            if a["kind"] == kind and a["metric"] == metric:
		                yield from a["rows"]
		def level(v):
		    return "–" if v is None else str(v)
		def series(r):
		    return " ".join(v for v in (r["platform"], r.get("driver")) if v)
		def drawn(n):
		    out = {}
		    for line in open(f"{sys.argv[1]}/figure-asked-{n}.dat", encoding="utf-8"):
		        head = re.match(r'# "(.*)": "(.*)"$', line)
		        if head:
		            panel, curve = head.groups()
		        elif line.strip() and line[0] != "#":
		            x, *values, tick = line.rstrip("\n").split("\t")
		            key = panel.replace("Load type ", ""), curve, tick.strip('"')
		            assert key not in out
		            out[key] = [float(v) for v in values]
		    return out
		def check(n, want):
		    got = drawn(n)
		    assert got and set(got) <= set(want), (n, set(got) - set(want))
		    for key, values in got.items():
		        # some place of the cell has these values: seven digits are drawn
		        assert any(all(abs(g - w) <= 1e-6 * abs(w) for g, w in zip(values, one)) for one in want[key]), (key, values, want[key])
		    return got
		want = {}
		for r in rows("ci", "rtt_ns"):
		    if r["statistic"] == "mean":
		        lo, hi = (r["estimate"] if r[k] is None else r[k] for k in ("lower", "upper"))
		        want.setdefault((level(r["load_type"]), series(r), level(r["background_workers"])), []).append([v / 1e3 for v in (r["estimate"], lo, hi)])
		assert set(check(1, want)) == set(want)
		want = {}
		for r in rows("describe", "rtt_ns"):
		    want.setdefault((level(r["load_type"]), series(r), level(r["background_workers"])), []).append([r[k] / 1e3 for k in ("median", "q1", "q3", "q1", "q3")])
		assert set(check(2, want)) == set(want)
		want = {}
		for r in rows("ci", "overhead_share_pct"):
		    if r["statistic"] == "median" and str(r["background_workers"]) == "4":
		        want.setdefault(("–", series(r), level(r["load_type"])), []).append([r[k] if r[k] is not None else r["estimate"] for k in ("estimate", "lower", "upper")])
		check(3, want)
	END
	inputs "$W"/tex/figure-asked-*.tex
	for n in 1 2 3; do
		[ -s "$W/f/figure-asked-$n.svg" ]
	done
	"$VREPORT" --html --figure "$spec" -o "$W/page.html" tests/data/results
	grep -q 'RTT over background workers' "$W/page.html"
}

@test "vreport --figure: what cannot be drawn is refused" {
	local r=tests/data/results

	refuses 2 'they differ in background_workers: add it' "$VREPORT" \
		--figure 'x=load_type;series=platform,driver;metric=rtt_ns' $r
	refuses 2 'no factor "colour"' "$VREPORT" --figure 'x=colour;metric=rtt_ns' $r
	refuses 2 'no factor "colour"' "$VREPORT" --figure 'x=platform;metric=rtt_ns;colour=red' $r
	refuses 2 'stat=mode: expected median' "$VREPORT" --figure 'x=platform;metric=rtt_ns;stat=mode' $r
	refuses 2 'expected x=FACTOR and metric' "$VREPORT" --figure 'x=platform' $r
	refuses 2 'expected NAME=VALUE' "$VREPORT" --figure 'platform' $r
	refuses 3 'nothing in the results fits' "$VREPORT" --figure 'x=platform;metric=none_ns' $r
	refuses 3 'nothing in the results fits' "$VREPORT" \
		--figure 'x=platform;metric=rtt_ns;load_type=none;point=nowhere' $r
}
