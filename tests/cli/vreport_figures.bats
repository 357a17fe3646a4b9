#!/usr/bin/env bats
# vreport's figures over a factor: sweeps with their areas, boxes, bars, and the numbers behind them.
#
# Expected values: the rows of the results that a figure is of, a trapezoid rule written here, and
# results made by hand.

bats_require_minimum_version 1.5.0

setup_file() {
	export LC_ALL=C TZ=UTC
	export SWEEP=$BATS_FILE_TMPDIR/sweep
	/usr/bin/python3 -B tests/oracle/sweep.py make "$SWEEP" 3
	"${VANALYZE:-build/release/vanalyze}" throughput "$SWEEP" --over socket_bytes --range 2000:15000 \
		--json -o "$SWEEP.json"
}

setup() {
	W=$BATS_TEST_TMPDIR
	VREPORT=${VREPORT:-build/release/vreport}
}

@test "a sweep: curves and ratios are those of the results, what is shaded is what ranks them" {
	"$VREPORT" --figures "$W/f" --csv -o "$W/csv/" "$SWEEP.json"
	/usr/bin/python3 - "$SWEEP.json" "$W" <<-'END'
		import csv, json, re, sys
		a = {x["kind"]: x["rows"] for x in json.load(open(sys.argv[1]))["analyses"]}
		def blocks(name):
		    found, key = {}, None
		    for line in open(f"{sys.argv[2]}/f/figure-{name}.dat", encoding="utf-8"):
		        head = re.match(r'# (shaded: )?"all": "(?:\d\. )?(\w+)(?: \(virtio\))?(?:, area [+-]([\d.]+))?"', line)
		        if head:
		            key = (bool(head[1]), head[2])
		            found[key] = [[], head[3]]
		        elif line.strip() and line[0] != "#":
		            found[key][0].append([float(v) for v in line.split("\t")])
		    return found
		def same(got, want):
		    return abs(got - want) <= 1e-6 * abs(want)
		for name, column, unit in (("sweep-1", "mean", 1e6), ("sweep-2", "ratio", 1)):
		    want = {}
		    for r in a["sweep"]:
		        if r[column] is not None and not (name == "sweep-2" and r["platform"] == "native"):
		            want.setdefault(r["platform"], []).append((float(r["socket_bytes"]), r[column] / unit))
		    got = {k[1]: v[0] for k, v in blocks(name).items() if not k[0]}
		    assert set(got) == set(want) and len(want) == (4 if name == "sweep-1" else 3)
		    for p, points in want.items():
		        assert len(points) == len(got[p])
		        for (x, y), row in zip(sorted(points), got[p]):
		            assert same(row[0], x) and same(row[1], y), (p, x, y, row)
		    rows = list(csv.DictReader(open(f"{sys.argv[2]}/csv/figure-{name}.csv")))
		    assert len(rows) == sum(map(len, want.values()))
		    for r in rows:
		        assert (float(r["x"]), float(r["estimate"]) / unit) in want[r["platform"]], r
		        assert r["statistic"] == column
		shades = {k[1]: v for k, v in blocks("sweep-2").items() if k[0]}
		assert len(shades) == 3
		for r in a["ranking"]:
		    xy, told = shades[r["platform"]]
		    assert (xy[0][0], xy[-1][0]) == (r["from"], r["to"])
		    area = sum((x1 - x0) * (y0 + y1 - 2) / 2 for (x0, y0), (x1, y1) in zip(xy, xy[1:]))
		    # seven digits of each height, over the width of the range
		    assert abs(area - r["area"]) < 1e-5 * 13000, (area, r["area"])
		    assert abs(float(told) - abs(r["area"])) <= 0.5 * 10 ** -(len(told.partition(".")[2])), (told, r["area"])
	END
	for n in 1 2; do
		for type in svg pdf png gp dat; do
			[ -s "$W/f/figure-sweep-$n.$type" ]
		done
	done
	"$VREPORT" --csv "$SWEEP.json" | grep -c '^sweep-2,.*,ratio,' | grep -qx "$(tail -n +2 "$W/csv/figure-sweep-2.csv" | wc -l)"
}

@test "a sweep as LaTeX, and on a page" {
	"$VREPORT" --latex --standalone -o "$W/r.tex" "$SWEEP.json"
	(cd "$W" && pdflatex -interaction=batchmode -halt-on-error r.tex >/dev/null)
	! grep -E '^!|Overfull' "$W/r.log" || false
	grep -q 'Ratio to native' "$W/r.tex"
	"$VREPORT" --html -o "$W/r.html" "$SWEEP.json"
	grep -q 'Throughput over socket bytes, against native' "$W/r.html"
}

# describe rows by hand: of two cells one has whiskers
boxes() {
	/usr/bin/python3 - "$1" "$2" <<-'END'
		import json, sys
		rows = []
		for n, platform in enumerate(("native", "docker")):
		    whisker = sys.argv[2] == "all" or (sys.argv[2] == "some" and platform == "native")
		    rows.append({"platform": platform, "point": "app", "message_bytes": "64", "metric": "rtt_ns",
		        "runs": 1, "n": 9, "excluded": 0, "mean": 3e4, "sd": 1e3, "min": 1e3, "q1": 2e4 + n,
		        "median": 3e4 + n, "q3": 4e4 + n, "max": 9e4, "whisker_low": 1e4 if whisker else None,
		        "whisker_high": 6e4 if whisker else None, "cv": None, "reason": None})
		json.dump({"schema": "vantage/results/1", "provenance": {"program": "p", "command": [], "datasets": []},
		           "analyses": [{"kind": "describe", "metric": "rtt_ns", "by": ["platform", "point", "message_bytes"],
		                         "parameters": {}, "rows": rows, "notes": []}]}, open(sys.argv[1], "w"))
	END
}

@test "boxes reach from quartile to quartile, whiskers as far as the results say" {
	local spec='x=message_bytes;series=platform;metric=rtt_ns;stat=box'

	boxes "$W/some.json" some
	boxes "$W/all.json" all
	boxes "$W/none.json" none
	for which in some all none; do
		"$VREPORT" --figures "$W/$which" --csv -o "$W/csv-$which/" --figure "$spec" "$W/$which.json"
		"$VREPORT" --latex --figure "$spec" -o "$W/$which.tex" "$W/$which.json"
	done
	# median, quartiles, whiskers in microseconds; without whiskers they end at the quartiles
	grep -v '^#' "$W/some/figure-asked-1.dat" | grep . | cut -f 2-6 >"$W/got"
	printf '30\t20\t40\t10\t60\n30.001\t20.001\t40.001\t20.001\t40.001\n' >"$W/want"
	diff "$W/want" "$W/got"
	grep -q 'where the results have none, whiskers are missing' "$W/some.tex"
	grep -q 'the results have no whiskers' "$W/none.tex"
	! grep -q 'no whiskers\|missing' "$W/all.tex" || false
	# what the boxes are made of
	cat >"$W/want" <<-'END'
		platform,message_bytes,metric,statistic,x,estimate,lower,upper,whisker_low,whisker_high
		native,64,rtt_ns,median,,30000,20000,40000,10000,60000
		docker,64,rtt_ns,median,,30001,20001,40001,,
	END
	diff "$W/want" "$W/csv-some/figure-asked-1.csv"
}

@test "bars, panels in rows, levels where their value is" {
	local r=tests/data/results

	"$VREPORT" --figures "$W/f" --latex --standalone -o "$W/r.tex" \
		--figure 'x=platform,driver;series=background_workers;facet=load_type;metric=rtt_ns;stat=mean;draw=bars' \
		--figure 'x=background_workers;series=platform,driver;facet=load_type;metric=rtt_ns;axis=number' $r
	(cd "$W" && pdflatex -interaction=batchmode -halt-on-error r.tex >/dev/null)
	! grep -E '^!|Overfull|too large' "$W/r.log" || false
	grep -q 'ybar' "$W/r.tex"
	# levels are positions: 0, 1, 2, 4
	grep -v '^#' "$W/f/figure-asked-2.dat" | grep . | cut -f 1 | sort -un | paste -sd' ' | grep -qx '0 1 2 4'
	grep -q '"Load type net": "native"' "$W/f/figure-asked-2.dat"
	"$VREPORT" --csv --figure 'x=load_type;series=platform,driver;background_workers=4;metric=rtt_ns;stat=mean' $r \
		>"$W/tidy.csv"
	/usr/bin/python3 - "$W/tidy.csv" <<-'END'
		import csv, glob, json, sys
		want = {}
		for path in glob.glob("tests/data/results/*.json"):
		    for a in json.load(open(path, encoding="utf-8"))["analyses"]:
		        if (a["kind"], a["metric"]) == ("ci", "rtt_ns"):
		            for r in a["rows"]:
		                if r["statistic"] == "mean" and str(r["background_workers"]) == "4":
		                    want.setdefault((r["platform"], r["load_type"]), []).append(r["estimate"])
		rows = [r for r in csv.DictReader(open(sys.argv[1])) if r["table"] == "asked-1"]
		assert {(r["platform"], r["load_type"]) for r in rows} == set(want)
		for r in rows:
		    assert float(r["estimate"]) in want[r["platform"], r["load_type"]], r
		    assert r["background_workers"] == "4" and r["unit"] == "ns" and r["statistic"] == "mean"
	END
}

@test "what cannot be drawn so is refused" {
	run "$VREPORT" --figure 'x=platform;metric=rtt_ns;draw=pie' tests/data/results
	[ "$status" -eq 2 ]
	[[ "$output" == *"draw=pie: expected lines or bars"* ]]
	run "$VREPORT" --figure 'x=platform;metric=rtt_ns;axis=log' tests/data/results
	[ "$status" -eq 2 ]
	[[ "$output" == *"axis=log: expected levels or number"* ]]
	run "$VREPORT" --figure 'x=background_workers;metric=rtt_ns;stat=box;axis=number' tests/data/results
	[ "$status" -eq 2 ]
	[[ "$output" == *"axis=number goes with lines only"* ]]
	run "$VREPORT" --figure 'x=load_type;series=platform,driver;background_workers=0;metric=rtt_ns;axis=number' tests/data/results
	[ "$status" -eq 2 ]
	[[ "$output" == *"axis=number: none is no number"* ]]
}
