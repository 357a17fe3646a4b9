#!/usr/bin/env bats
# The shipped vanalyze from outside: what its commands print, where, and how they end.  Inputs are
# generated (gen_icmp, with the truth beside them) and adopted with `vcap import`.  BUILD_DIR holds
# the generator; VANALYZE and VCAP name the programs.

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	export BUILD_DIR="${BUILD_DIR:-$PWD/build/release}"
	export VANALYZE="${VANALYZE:-$BUILD_DIR/vanalyze}" VCAP="${VCAP:-$BUILD_DIR/vcap}"
	export D="$BATS_FILE_TMPDIR"
	adopt kvm 1 net 1
	adopt kvm 2 net 2
	adopt kvm 3 cpu 1
	adopt kvm 4 cpu 2
	adopt lxc 5 net 1
}

# adopt PLATFORM SEED LOAD REPETITION: a run of two points in $D/PLATFORM, its truth beside it
adopt() {
	"$BUILD_DIR/gen_icmp" -o "$D/guest.pcap" --outer "$D/host.pcap" -t "$D/truth.$2.csv" \
		-n 1500 --mix --unpaired 10000 -s "$2"
	"$VCAP" import -o "$D/$1" --platform "$1" --factor "load_type=$3" \
		--factor "repetition=$4" --run-id "r$2" "$D/guest.pcap" "$D/host.pcap" 2>/dev/null
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	W="$BATS_TEST_TMPDIR"
}

# expect STATUS COMMAND...: standard output in $W/out, standard error in $W/err
expect() {
	local want=$1 status=0

	shift
	"$@" >"$W/out" 2>"$W/err" </dev/null || status=$?
	[ "$status" -eq "$want" ] || {
		echo "status $status instead of $want: $*"
		cat "$W/err"
		return 1
	}
}

# said WORDS...: in one message, which begins with the program's name
said() {
	[ "$(wc -l <"$W/err")" -eq 1 ]
	grep -q '^vanalyze: ' "$W/err"
	for word in "$@"; do
		grep -qF -- "$word" "$W/err" || { cat "$W/err"; return 1; }
	done
}

# absent PATTERN FILE: "! grep" would not fail a test
absent() {
	if grep -n "$1" "$2"; then
		return 1
	fi
}

valid() {
	/usr/bin/python3 tests/oracle/validate.py docs/schema/results-1.schema.json "$@"
}

# column NAME FILE: of a CSV, without the header
column() {
	/usr/bin/python3 -c 'import csv, sys
for row in csv.DictReader(open(sys.argv[2])): print(row[sys.argv[1]])' "$@"
}

# ---- forms of output ----

@test "vanalyze: CSV when standard output is no terminal" {
	expect 0 "$VANALYZE" rtt "$D/kvm"
	"$VANALYZE" rtt --csv "$D/kvm" | cmp - "$W/out"
	[ "$(head -1 "$W/out")" = "platform,load_type,point,metric,runs,n,excluded,mean,mean_lower,\
mean_upper,sd,min,q1,median,q3,max,interval,reason" ]
	[ "$(grep -c rtt_ns "$W/out")" -eq 4 ]
	[ ! -s "$W/err" ]
}

@test "vanalyze: text has titles with units, tables and notes" {
	expect 0 "$VANALYZE" rtt --text "$D/kvm" "$D/lxc"
	grep -q '^summary of rtt_ns (µs)' "$W/out"
	grep -q '^counts of rtt_ns' "$W/out"
	grep -q '^Note: 1 of 3 cells hold a single run\|^Note: 2 of 6 cells hold a single run' "$W/out"
	[ ! -s "$W/err" ]
}

@test "vanalyze: a terminal gets text" {
	script -qec "'$VANALYZE' rtt '$D/kvm'" "$W/typescript" >/dev/null
	grep -q 'summary of rtt_ns' "$W/typescript"
}

@test "vanalyze: no colours, no progress, nothing on standard error but messages" {
	for command in rtt overhead describe ci cdf info check; do
		expect 0 "$VANALYZE" $command "$D/kvm"
		[ ! -s "$W/err" ]
		absent $'\033\|\r' "$W/out"
	done
}

@test "vanalyze: JSON of every command satisfies the schema" {
	for command in rtt overhead describe ci cdf info check; do
		expect 0 "$VANALYZE" $command --json "$D/kvm"
		cp "$W/out" "$W/$command.json"
	done
	valid "$W"/*.json
}

@test "vanalyze: CSV and JSON hold the same numbers" {
	for command in rtt overhead describe ci cdf; do
		"$VANALYZE" $command --by platform,load_type --json -o "$W/a.json" "$D/kvm"
		"$VANALYZE" $command --by platform,load_type --csv -o "$W/a.csv" "$D/kvm"
		/usr/bin/python3 - "$W" <<-'END'
		import csv, json, sys
		analyses = json.load(open(sys.argv[1] + "/a.json"))["analyses"]
		def points(row): # of a curve, whose values are arrays
		    arrays = [k for k in row if isinstance(row[k], list)]
		    if not arrays:
		        return [row]
		    return [{**row, **dict(zip(arrays, v))} for v in zip(*(row[k] for k in arrays))]
		rows = [p for a in analyses if a["kind"] == analyses[0]["kind"] for r in a["rows"] for p in points(r)]
		table = list(csv.DictReader(open(sys.argv[1] + "/a.csv")))
		assert len(rows) == len(table) > 0
		for a, b in zip(rows, table):
		    for name, value in a.items():
		        want = "" if value is None else value
		        assert b[name] == want if isinstance(want, str) else float(b[name]) == want, (a, b)
		END
	done
}

@test "vanalyze: numbers of a cell against the generator's truth" {
	"$VANALYZE" describe --metric rtt_ns --where load_type=net --point guest --csv -o "$W/d.csv" \
		"$D/kvm"
	"$VANALYZE" ci --metric rtt_ns --where load_type=net --point guest --csv -o "$W/c.csv" \
		--level 0.9 "$D/kvm"
	/usr/bin/python3 - "$D" "$W" <<-'END'
	import csv, sys
	import numpy, scipy.stats
	rows = lambda path: list(csv.DictReader(open(path)))
	runs = [[int(r["rtt_ns"]) for r in rows(f"{sys.argv[1]}/truth.{i}.csv") if r["rtt_ns"]]
	        for i in (1, 2)]
	pooled = numpy.concatenate(runs)
	(d,) = rows(sys.argv[2] + "/d.csv")
	assert (int(d["n"]), int(d["runs"]), d["excluded"]) == (len(pooled), 2, "0")
	want = [pooled.mean(), pooled.std(ddof=1), *numpy.quantile(pooled, [0, .25, .5, .75, 1])]
	have = [float(d[k]) for k in ("mean", "sd", "min", "q1", "median", "q3", "max")]
	numpy.testing.assert_allclose(have, want, rtol=1e-12)
	for row, statistic in zip(rows(sys.argv[2] + "/c.csv"), (numpy.mean, numpy.median)):
	    x = [statistic(run) for run in runs]
	    t = scipy.stats.t.interval(0.9, 1, numpy.mean(x), scipy.stats.sem(x))
	    have = [float(row[k]) for k in ("estimate", "lower", "upper")]
	    numpy.testing.assert_allclose(have, [numpy.mean(x), *t], rtol=1e-9)
	END
}

@test "vanalyze: distribution functions rise to 1 within their band" {
	expect 0 "$VANALYZE" cdf --metric rtt_ns --by platform --csv "$D/kvm" "$D/lxc"
	/usr/bin/python3 - "$W/out" <<-'END'
	import csv, itertools, sys
	rows = list(csv.DictReader(open(sys.argv[1])))
	cell = lambda r: (r["platform"], r["point"])
	cells = [list(g) for _, g in itertools.groupby(rows, cell)]
	assert len(cells) == len({cell(r) for r in rows}) == 4
	for g in cells:
	    x, p = ([float(r[k]) for r in g] for k in ("x", "p"))
	    assert x == sorted(set(x)) and p == sorted(set(p)) and p[-1] == 1 and len(g) <= 400
	    assert all(0 <= float(r["p_lower"]) <= float(r["p"]) <= float(r["p_upper"]) <= 1 for r in g)
	END
}

# ---- grouping and selecting ----

@test "vanalyze: --by groups by what it names, and by point" {
	expect 0 "$VANALYZE" rtt --by run "$D/kvm"
	[ "$(column run "$W/out" | sort -u | xargs)" = "r1 r2 r3 r4" ]
	[ "$(grep -c ',rtt_ns,' "$W/out")" -eq 8 ]
	expect 0 "$VANALYZE" rtt --by load_type --by repetition "$D/kvm"
	[ "$(head -1 "$W/out" | cut -d, -f 1-3)" = load_type,repetition,point ]
	expect 0 "$VANALYZE" rtt --by load_type,repetition "$D/kvm"
	[ "$(head -1 "$W/out" | cut -d, -f 1-3)" = load_type,repetition,point ]
}

@test "vanalyze: --by something unknown: exit 2 with a hint" {
	expect 2 "$VANALYZE" rtt --by laod_type "$D/kvm"
	said laod_type "mean load_type?"
	[ ! -s "$W/out" ]
}

@test "vanalyze: --where selects runs" {
	expect 0 "$VANALYZE" rtt --by run --where load_type=net --where repetition=2 "$D/kvm"
	[ "$(column run "$W/out" | sort -u)" = r2 ]
	expect 0 "$VANALYZE" rtt --by run --where repetition=1,7 "$D/kvm"
	[ "$(column run "$W/out" | sort -u | xargs)" = "r1 r3" ]
	expect 0 "$VANALYZE" rtt --by run --where platform=lxc "$D/kvm" "$D/lxc"
	[ "$(column run "$W/out" | sort -u)" = r5 ]
}

@test "vanalyze: --where an unknown factor: exit 2 with a hint; a level nobody has: exit 3" {
	expect 2 "$VANALYZE" rtt --where laod_type=net "$D/kvm"
	said laod_type "mean load_type?"
	expect 2 "$VANALYZE" rtt --where load_type "$D/kvm"
	said FACTOR=LEVEL
	expect 3 "$VANALYZE" rtt --where load_type=disk "$D/kvm"
	[ -s "$W/err" ]
}

@test "vanalyze: --point selects points, and knows which there are" {
	expect 0 "$VANALYZE" rtt --point host "$D/kvm"
	[ "$(column point "$W/out" | sort -u)" = host ]
	expect 0 "$VANALYZE" rtt --point host,guest "$D/kvm"
	[ "$(column point "$W/out" | sort -u | xargs)" = "guest host" ]
	expect 2 "$VANALYZE" rtt --point hots "$D/kvm"
	said hots "mean host?"
}

@test "vanalyze: --inner and --outer go together, name points, and keep their order" {
	expect 0 "$VANALYZE" overhead --inner guest --outer host "$D/kvm"
	"$VANALYZE" overhead "$D/kvm" | cmp - "$W/out"
	expect 2 "$VANALYZE" overhead --inner guest "$D/kvm"
	said --outer
	expect 2 "$VANALYZE" overhead --inner gest --outer host "$D/kvm"
	said gest "mean guest?"
	expect 2 "$VANALYZE" overhead --inner host --outer guest "$D/kvm"
	said outer
}

@test "vanalyze: one point alone has no overhead: exit 3" {
	expect 3 "$VANALYZE" overhead --point guest "$D/kvm"
	said "two points"
}

@test "vanalyze: --metric" {
	expect 0 "$VANALYZE" rtt --metric rate_achieved_pps "$D/kvm"
	[ "$(column metric "$W/out" | sort -u)" = rate_achieved_pps ]
	expect 2 "$VANALYZE" rtt --metric rtt_ms "$D/kvm"
	said rtt_ms
}

@test "vanalyze: --level, within its range" {
	for level in 0.9 0.99; do
		"$VANALYZE" ci --metric rtt_ns --by platform --point guest --level $level --csv \
			-o "$W/$level.csv" "$D/kvm"
	done
	# Student's t with three degrees of freedom: 5.8409 and 2.3534
	/usr/bin/python3 - "$W" <<-'END'
	import csv, sys
	width = lambda r: float(r["upper"]) - float(r["lower"])
	a, b = ([width(r) for r in csv.DictReader(open(f"{sys.argv[1]}/{k}.csv"))]
	        for k in ("0.9", "0.99"))
	assert all(abs(y / x - 5.8409093 / 2.3533634) < 1e-6 for x, y in zip(a, b)), (a, b)
	END
	expect 2 "$VANALYZE" ci --level 95 "$D/kvm"
	said --level
}

@test "vanalyze: --timeout decides what is late" {
	expect 0 "$VANALYZE" rtt --timeout 1s --samples "$W/s.csv" --by run --where run=r1 --point guest \
		"$D/kvm"
	/usr/bin/python3 - "$D/truth.1.csv" "$W/s.csv" <<-'END'
	import csv, sys
	truth, samples = ({(r["src"], r["id"], r["seq"]): r for r in csv.DictReader(open(p))}
	                  for p in sys.argv[1:])
	late = {k for k, r in truth.items() if r["class"] == "late" or int(r["rtt_ns"] or 0) > 10**9}
	assert late == {k for k, r in samples.items() if "late" in r["flags"].split("|")} and late
	END
	expect 2 "$VANALYZE" rtt --timeout soon "$D/kvm"
	expect 2 "$VANALYZE" rtt --timeout 0 "$D/kvm"
}

# A constant payload, a sequence that wraps after 0.66 s, and losses: the bytes cannot decide.
@test "vanalyze: --keep takes in what is left out, and says how much is" {
	"$BUILD_DIR/gen_icmp" -o "$W/x.pcap" -n 140000 --senders 1 --shared 0 --v6 0 --constant 1 \
		--interval 10000 --loss 1000
	expect 0 "$VANALYZE" describe --metric rtt_ns "$W/x.pcap"
	n=$(column n "$W/out") excluded=$(column excluded "$W/out")
	[ "$excluded" -gt 50 ]
	expect 0 "$VANALYZE" describe --metric rtt_ns --keep negative,ambiguous "$W/x.pcap"
	[ "$(column n "$W/out")" -eq $((n + excluded)) ]
	[ "$(column excluded "$W/out")" -eq 0 ]
	expect 0 "$VANALYZE" rtt --text "$W/x.pcap"
	grep -q "^Note: $excluded samples are left out" "$W/out"
	expect 2 "$VANALYZE" rtt --keep lost "$W/x.pcap"
	said ambiguous
}

# ---- samples, files, threads ----

@test "vanalyze: --samples: a row per probe, compressed or not, or in the place of the table" {
	expect 0 "$VANALYZE" rtt --samples "$W/s.csv" "$D/kvm"
	cp "$W/out" "$W/table"
	[ "$(head -1 "$W/s.csv")" = \
		run,point,t_ns,family,src,dst,id,seq,rtt_ns,flags,platform,driver,load_type,repetition ]
	[ "$(column point "$W/s.csv" | grep -c guest)" -eq 6000 ]
	expect 0 "$VANALYZE" rtt --samples "$W/s.csv.zst" "$D/kvm"
	zstd -dcq "$W/s.csv.zst" | cmp - "$W/s.csv"
	expect 0 "$VANALYZE" rtt --samples - "$D/kvm"
	cmp "$W/out" "$W/s.csv"
	expect 0 "$VANALYZE" rtt --samples - -o "$W/t.csv" "$D/kvm"
	cmp "$W/out" "$W/s.csv"
	cmp "$W/t.csv" "$W/table"
}

@test "vanalyze: a table of samples gives the numbers of its dataset" {
	"$VANALYZE" rtt --samples "$W/rtt.csv.zst" "$D/kvm" >/dev/null
	"$VANALYZE" overhead --samples "$W/overhead.csv" "$D/kvm" >/dev/null
	for command in describe ci cdf; do
		"$VANALYZE" $command --metric rtt_ns --by load_type,point --csv -o "$W/a" "$D/kvm"
		"$VANALYZE" $command --metric rtt_ns --by load_type,point --csv -o "$W/b" "$W/rtt.csv.zst"
		cmp "$W/a" "$W/b"
		for metric in overhead_ns overhead_share_pct; do
			"$VANALYZE" $command --metric $metric --by load_type,inner,outer --csv -o "$W/a" \
				"$D/kvm"
			"$VANALYZE" $command --metric $metric --by load_type,inner,outer --csv -o "$W/b" \
				"$W/overhead.csv"
			cmp "$W/a" "$W/b"
		done
	done
}

@test "vanalyze: tables that group otherwise stand side by side" {
	printf 'x_ns,load\n1,a\n2,b\n' >"$W/a.csv"
	printf 'x_ns\n7\n9\n' >"$W/b.csv"
	expect 0 "$VANALYZE" describe "$W/b.csv" "$W/a.csv"
	[ "$(column load "$W/out" | xargs)" = "a b" ]
	[ "$(column mean "$W/out" | xargs)" = "8 1 2" ]
	expect 3 "$VANALYZE" describe --where load=c "$W/a.csv"
	said a.csv --where
	expect 2 "$VANALYZE" describe --where laod=c "$W/a.csv"
	said a.csv laod
	expect 2 "$VANALYZE" describe --by laod "$W/a.csv"
	said laod
	expect 2 "$VANALYZE" describe --metric y_ns "$W/a.csv"
	said a.csv y_ns
}

@test "vanalyze: -o writes all or nothing" {
	expect 0 "$VANALYZE" rtt -o "$W/o.csv" "$D/kvm"
	[ ! -s "$W/out" ]
	"$VANALYZE" rtt "$D/kvm" | cmp - "$W/o.csv"
	expect 2 "$VANALYZE" rtt -o "$W/o.csv" --by nothing "$D/kvm"
	"$VANALYZE" rtt "$D/kvm" | cmp - "$W/o.csv"
	expect 1 "$VANALYZE" rtt -o "$W/no/where.csv" "$D/kvm"
	said no/where.csv
}

@test "vanalyze: the same bytes twice, and whatever the number of threads" {
	for command in rtt overhead "describe --by run" ci cdf; do
		for j in 1 1 4; do
			"$VANALYZE" $command -j$j --json "$D/kvm" "$D/lxc" >"$W/$j"
			[ -e "$W/first" ] || cp "$W/$j" "$W/first"
			cmp "$W/first" "$W/$j"
		done
		rm "$W/first"
	done
	for command in info check; do
		"$VANALYZE" $command --json "$D/kvm" >"$W/1"
		"$VANALYZE" $command --json "$D/kvm" | cmp - "$W/1"
	done
	for command in rtt overhead; do
		for j in 1 4 9; do
			"$VANALYZE" $command -j$j --samples "$W/s$j" "$D/kvm" "$D/lxc" >/dev/null
		done
		cmp "$W/s1" "$W/s4"
		cmp "$W/s1" "$W/s9"
	done
}

@test "vanalyze: SOURCE_DATE_EPOCH dates a document, and nothing else does" {
	"$VANALYZE" rtt --json -o "$W/a" "$D/lxc"
	absent generated "$W/a"
	SOURCE_DATE_EPOCH=86400 "$VANALYZE" rtt --json -o "$W/b" "$D/lxc"
	grep -q '"generated": "1970-01-02T00:00:00' "$W/b"
	valid "$W/a" "$W/b"
}

# ---- inputs ----

@test "vanalyze: standard input" {
	zstd -dcq "$D/lxc/runs/r5/guest.pcap.zst" >"$W/x.pcap"
	"$VANALYZE" describe --by platform --csv -o "$W/a" "$W/x.pcap"
	for f in "$W/x.pcap" "$D/lxc/runs/r5/guest.pcap.zst"; do
		"$VANALYZE" describe --by platform --csv - <"$f" >"$W/b"
		cmp <(cut -d, -f 3- "$W/a") <(cut -d, -f 3- "$W/b")
	done
}

@test "vanalyze: several inputs; datasets of one platform are told apart by name" {
	expect 0 "$VANALYZE" rtt --by platform "$D/lxc" "$D/kvm"
	[ "$(column platform "$W/out" | sort -u | xargs)" = "kvm lxc" ]
	cp -r "$D/lxc" "$W/again"
	sed -i 's/"name": *"lxc"/"name": "again"/' "$W/again/datapackage.json"
	expect 0 "$VANALYZE" rtt "$D/lxc" "$W/again"
	[ "$(column dataset "$W/out" | sort -u | xargs)" = "again lxc" ]
	expect 0 "$VANALYZE" rtt --by run "$D/kvm/runs/r1" "$D/lxc/runs/r5/host.pcap.zst"
	[ "$(column run "$W/out" | sort -u | xargs)" = "host.pcap.zst r1" ]
}

@test "vanalyze: POINT=FILE: the points of one run, innermost first" {
	run=$D/lxc/runs/r5
	expect 0 "$VANALYZE" overhead --csv in="$run/guest.pcap.zst" out="$run/host.pcap.zst"
	[ "$(column inner "$W/out" | sort -u)" = in ]
	"$VANALYZE" overhead --csv "$D/lxc" >"$W/b"
	cmp <(column mean "$W/out") <(column mean "$W/b")
	expect 4 "$VANALYZE" rtt in="$run/guest.pcap.zst" out=nowhere.pcap
	said nowhere.pcap
}

# ping's lines made from the truth: the captured RTT cut to whole microseconds, and 40 us more;
# every tenth reply comes twice.
@test "vanalyze: a ping program's output is the point app; its duplicates are no probes" {
	"$BUILD_DIR/gen_icmp" -o "$W/x.pcap" -t "$W/truth.csv" -n 300 --senders 1 --shared 0 --v6 0 \
		--loss 50000 -s 3
	/usr/bin/python3 - "$W/truth.csv" >"$W/ping.txt" <<-'END'
	import csv, sys
	rows = list(csv.DictReader(open(sys.argv[1])))
	print("PING 10.0.255.1 (10.0.255.1) 56(84) bytes of data.")
	for r in rows:
	    if r["rtt_ns"]:
	        line = "64 bytes from 10.0.255.1: icmp_seq=%s ttl=64 time=%.3f ms" % (
	            r["seq"], (int(r["rtt_ns"]) // 1000 + 40) / 1000)
	        print(line)
	        if int(r["seq"]) % 10 == 0:
	            print(line + " (DUP!)")
	n = sum(bool(r["rtt_ns"]) for r in rows)
	d = sum(bool(r["rtt_ns"]) and int(r["seq"]) % 10 == 0 for r in rows)
	print("\n--- 10.0.255.1 ping statistics ---")
	print(f"300 packets transmitted, {n} received, +{d} duplicates, "
	      f"{100 - n / 3:g}% packet loss, time 3000ms")
	END
	"$VANALYZE" overhead --json -o "$W/o.json" --samples "$W/s.csv" app="$W/ping.txt" \
		wire="$W/x.pcap"
	/usr/bin/python3 - "$W" <<-'END'
	import csv, json, sys
	rows = list(csv.DictReader(open(sys.argv[1] + "/s.csv")))
	truth = {r["seq"]: r for r in csv.DictReader(open(sys.argv[1] + "/truth.csv"))}
	assert len(rows) == 300 and {r["seq"] for r in rows} == truth.keys()
	for r in rows:
	    t = truth[r["seq"]]
	    assert r["rtt_outer_ns"] == t["rtt_ns"] and r["t_ns"] == t["t_ns"], r
	    want = (int(t["rtt_ns"]) // 1000 + 40) * 1000 - int(t["rtt_ns"]) if t["rtt_ns"] else ""
	    assert r["overhead_ns"] == str(want), (r, t)
	(counts,) = [a["rows"][0] for a in json.load(open(sys.argv[1] + "/o.json"))["analyses"]
	             if a["kind"] == "counts" and a["metric"] == "overhead_ns"]
	assert counts["resolution_ns"] == 1000 and counts["pairs"] == 300
	END
}

@test "vanalyze: several outputs of ping in a run are all the point app" {
	printf 'PING 10.0.255.%d (10.0.255.%d) 56(84) bytes of data.\n64 bytes from 10.0.255.%d: %s\n\n' \
		1 1 1 'icmp_seq=1 ttl=64 time=1.00 ms' >"$W/a.txt"
	printf -- '--- x ping statistics ---\n1 packets transmitted, 1 received, 0%% packet loss\n' \
		>>"$W/a.txt"
	cp "$W/a.txt" "$W/b.txt"
	"$VCAP" import -o "$W/set" "$W/a.txt" "$W/b.txt" "$D/guest.pcap" "$D/host.pcap" 2>/dev/null
	expect 0 "$VANALYZE" overhead "$W/set"
	[ "$(cut -d, -f 2,3 "$W/out" | sort -u | xargs)" = "app,guest app,host guest,host inner,outer" ]
}

# ---- how commands end ----

@test "vanalyze: exit 1 when the system refuses" {
	expect 1 "$VANALYZE" rtt "$W/absent.pcap"
	said absent.pcap "No such file"
	for command in "rtt --text" "rtt --csv" "rtt --json" "rtt --samples -" info check; do
		status=0
		"$VANALYZE" $command "$D/kvm" >/dev/full 2>"$W/err" || status=$?
		[ "$status" -eq 1 ]
		[ "$(grep -c 'cannot write standard output: No space left on device' "$W/err")" = 1 ]
	done
	expect 1 "$VANALYZE" rtt --samples /dev/full "$D/kvm"
	said /dev/full
}

@test "vanalyze: exit 2 for wrong usage, with the nearest name" {
	expect 2 "$VANALYZE"
	expect 2 "$VANALYZE" rrt
	grep -q 'did you mean rtt' "$W/err"
	expect 2 "$VANALYZE" rtt
	expect 2 "$VANALYZE" rtt --timout 3 "$D/kvm"
	said timeout
	expect 2 "$VANALYZE" rtt -j 0 "$D/kvm"
	for command in rtt overhead describe ci cdf info check all; do
		expect 2 "$VANALYZE" $command
		[ ! -s "$W/out" ]
		expect 0 "$VANALYZE" $command --help
		grep -q "vanalyze $command" "$W/out"
	done
	expect 0 "$VANALYZE" --help
	expect 0 "$VANALYZE" --version
}

@test "vanalyze: exit 3 when nothing is usable" {
	echo nothing >"$W/x.txt"
	expect 3 "$VANALYZE" rtt "$W/x.txt"
	said x.txt
	: >"$W/empty.pcap"
	expect 3 "$VANALYZE" rtt "$W/empty.pcap"
	said empty.pcap
	mkdir -p "$W/dir"
	expect 3 "$VANALYZE" rtt "$W/dir"
	said "$W/dir"
}

@test "vanalyze: exit 3 writes no file, and leaves the one that is there" {
	: >"$W/empty.pcap"
	for command in rtt "overhead --text" http tcp describe "cdf --json" kendall; do
		expect 3 "$VANALYZE" $command -o "$W/new" "$W/empty.pcap"
		[ ! -e "$W/new" ]
		echo before >"$W/old"
		expect 3 "$VANALYZE" $command -o "$W/old" "$W/empty.pcap"
		[ "$(cat "$W/old")" = before ]
	done
}

@test "vanalyze: a dataset without runs: exit 3" {
	mkdir -p "$W/set/runs"
	echo '{"name": "set", "resources": []}' >"$W/set/datapackage.json"
	for command in rtt overhead describe info check "all -o $W/results"; do
		expect 3 "$VANALYZE" $command "$W/set"
		[ -s "$W/err" ]
	done
	[ -z "$(ls "$W/results")" ]
}

@test "vanalyze: exit 4 for damage; what precedes it is used" {
	zstd -dcq "$D/lxc/runs/r5/guest.pcap.zst" >"$W/x.pcap"
	head -c 60000 "$W/x.pcap" >"$W/cut.pcap"
	expect 4 "$VANALYZE" rtt --samples "$W/s.csv" "$W/cut.pcap"
	said cut.pcap record offset
	[ "$(grep -c rtt_ns "$W/out")" -eq 1 ]
	"$VANALYZE" rtt --samples "$W/t.csv" "$W/x.pcap" >/dev/null
	# all rows of answered probes are rows of the whole capture
	grep -v 'lost\|late\|unfinished\|dup' "$W/s.csv" | sed '1d; s/cut/x/g' | sort >"$W/a"
	sed 's/dup//' "$W/t.csv" | sort >"$W/b"
	[ "$(comm -23 "$W/a" "$W/b" | wc -l)" -eq 0 ]
	[ "$(wc -l <"$W/a")" -gt 100 ]
}

@test "vanalyze: a dataset with a run that cannot be read: the others are used, exit 4" {
	cp -r "$D/kvm" "$W/kvm"
	echo '{' >"$W/kvm/runs/r2/run.json"
	expect 4 "$VANALYZE" rtt --by run "$W/kvm"
	said r2/run.json
	[ "$(column run "$W/out" | sort -u | xargs)" = "r1 r3 r4" ]
	rm "$W/kvm/runs/r3/host.pcap.zst" "$W/kvm/runs/r2/run.json"
	expect 4 "$VANALYZE" rtt --by run "$W/kvm"
	grep -q r3/host.pcap.zst "$W/err"
	[ "$(column run "$W/out" | sort -u | xargs)" = "r1 r3 r4" ]
}

# ---- every packet is counted ----

@test "vanalyze: -v: the classes of a capture's packets add up to its packets" {
	for f in tests/data/public/captures/*; do
		n=$("$VANALYZE" info --json "$f" 2>/dev/null | /usr/bin/python3 -c 'import json, sys
print(*(r["packets"] for a in json.load(sys.stdin)["analyses"] if a["kind"] == "captures"
	for r in a["rows"]))' || true)
		[ -n "$n" ] || continue
		"$VANALYZE" rtt -v --samples "$W/s.csv" "$f" >/dev/null 2>"$W/err" || true
		line=$(grep " packets: " "$W/err")
		[ "$(sed 's/.* \([0-9]*\) packets: .*/\1/' <<<"$line")" = "$n" ]
		[ "$(sed 's/.* packets: //' <<<"$line" | grep -o '[0-9]*\(,\|$\)' | tr -d , |
			awk '{ s += $1 } END { print s + 0 }')" = "$n" ]
	done
}

# ---- info, check, all ----

@test "vanalyze info: runs, factors and levels of a dataset; format and span of a file" {
	expect 0 "$VANALYZE" info --json "$D/kvm"
	/usr/bin/python3 - "$W/out" <<-'END'
	import json, sys
	by_kind = {a["kind"]: a["rows"] for a in json.load(open(sys.argv[1]))["analyses"]}
	assert [r["run"] for r in by_kind["runs"]] == ["r1", "r2", "r3", "r4"]
	assert by_kind["runs"][0]["points"] == "guest host"
	assert {r["factor"]: r["levels"] for r in by_kind["factors"]} == {
	    "platform": "kvm", "driver": None, "load_type": "cpu, net", "repetition": "1, 2"}
	END
	expect 0 "$VANALYZE" info --json "$D/guest.pcap"
	grep -q '"format": "pcap".*"resolution": "ns".*"linktype": 1,' "$W/out"
	expect 0 "$VANALYZE" info --text tests/data/public/captures/der_sameid_ng_multi_if_res.pcapng
	grep -q pcapng "$W/out"
}

@test "vanalyze check: nothing found in what vcap made" {
	expect 0 "$VANALYZE" check "$D/kvm" "$D/lxc"
	[ "$(cat "$W/out")" = severity,dataset,run,file,finding ]
}

@test "vanalyze check: damage, missing and foreign files are found" {
	cp -r "$D/kvm" "$W/kvm"
	printf x | dd of="$W/kvm/runs/r1/guest.pcap.zst" bs=1 seek=5000 conv=notrunc status=none
	rm "$W/kvm/runs/r2/host.pcap.zst"
	echo >"$W/kvm/runs/r3/foreign"
	rm -r "$W/kvm/runs/r4"
	expect 4 "$VANALYZE" check "$W/kvm"
	for words in error.*r1.*guest.pcap.zst error.*r2.*host.pcap.zst r3.*foreign \
		runs/r4/run.json; do
		grep -q "$words" "$W/out" || { echo "$words"; return 1; }
	done
	absent 'r3.*pcap' "$W/out"
}

@test "vanalyze check: drops and an unfinished recording are told" {
	cp -r "$D/lxc" "$W/lxc"
	/usr/bin/python3 - "$W/lxc/runs/r5/run.json" <<-'END'
	import json, sys
	run = json.load(open(sys.argv[1]))
	run["points"][0]["dropped_by_kernel"] = 7
	run["status"] = {"state": "recording", "reason": None}
	json.dump(run, open(sys.argv[1], "w"))
	END
	expect 4 "$VANALYZE" check "$W/lxc"
	grep -q '7 packets dropped by the kernel' "$W/out"
	grep -q 'recording' "$W/out"
	expect 0 "$VANALYZE" rtt --text "$W/lxc"
	grep -q 'upper bound' "$W/out"
}

@test "vanalyze: one input of no use among others is exit 4, nothing else is 3" {
	printf 'platform,run,rtt_ns\nkvm,a,120\nkvm,b,130\nlxc,c,125\nlxc,d,135\n' >"$W/table.csv"
	echo 'no capture' >"$W/bad.pcap"
	for command in describe kendall; do
		expect 0 "$VANALYZE" "$command" "$W/table.csv"
		expect 4 "$VANALYZE" "$command" --csv "$W/table.csv" "$W/bad.pcap"
		said bad.pcap
		"$VANALYZE" "$command" --csv "$W/table.csv" | cmp - "$W/out"
		expect 3 "$VANALYZE" "$command" "$W/bad.pcap"
	done
	expect 4 "$VANALYZE" describe datasets/kvm-virtio "$W/bad.pcap"
	cp -r "$D/lxc" "$W/broken"
	for file in "$W"/broken/runs/*/*.pcap.zst; do
		cp "$W/bad.pcap" "$file"
	done
	expect 4 "$VANALYZE" all -o "$W/results" "$W/broken" "$D/kvm"
	[ "$(ls "$W/results" | xargs)" = "all.json kvm.json" ]
	expect 3 "$VANALYZE" all -o "$W/none" "$W/broken"
	[ -z "$(ls "$W/none")" ]
}

@test "vanalyze all: a document for each dataset, and one for all" {
	expect 0 "$VANALYZE" all -o "$W/results" "$D/kvm" "$D/lxc"
	[ "$(ls "$W/results" | xargs)" = "all.json kvm.json lxc.json" ]
	valid "$W"/results/*.json
	/usr/bin/python3 - "$W/results" <<-'END'
	import json, sys
	kinds = lambda name: {a["kind"] for a in json.load(open(f"{sys.argv[1]}/{name}.json"))["analyses"]}
	assert {"describe", "ci", "cdf", "counts"} <= kinds("kvm"), kinds("kvm")
	sources = json.load(open(sys.argv[1] + "/all.json"))["provenance"]["datasets"]
	assert [s["name"] for s in sources] == ["kvm", "lxc"] and all(s["sha256"] for s in sources)
	END
	"$VANALYZE" all -j1 -o "$W/again" "$D/kvm" "$D/lxc" 2>/dev/null
	for f in all kvm lxc; do
		cmp "$W/results/$f.json" "$W/again/$f.json"
	done
	mkdir "$W/here"
	(cd "$W/here" && "$VANALYZE" all "$D/lxc" 2>/dev/null && ls results/all.json)
}
