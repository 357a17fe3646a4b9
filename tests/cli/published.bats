#!/usr/bin/env bats
# Datasets of published values: that each cell is what is printed, and what vanalyze quotes of them
# and refuses.  Expected numbers are the papers' own, typed here, in tests/oracle/check_published.py, or
# by a second reader in tests/data/published/second.
# The last tests are of vcap import --from-table.  VANALYZE and VCAP name the programs.

NAMES="nof2016-http-proxy http-proxy-balancing lund-web-server rtt-virtualization kvm-virtio
	netperf-osv-kvm-docker"
PUBLISHED=$(printf 'datasets/%s ' $NAMES)

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	export VANALYZE="${VANALYZE:-build/release/vanalyze}" VCAP="${VCAP:-build/release/vcap}"
	export VREPORT="${VREPORT:-build/release/vreport}"
	W="$BATS_TEST_TMPDIR"
}

check() {
	/usr/bin/python3 tests/oracle/check_published.py "$@"
}

# fake CELLS-LINE... - a dataset of published values whose table has these lines below its header
fake() {
	mkdir -p "$W/fake"
	echo '{"name": "fake", "resources": [{"name": "cells", "path": "cells.csv"}]}' \
		>"$W/fake/datapackage.json"
	{
		echo platform,metric,statistic,value,half_width,level,n,unit,printed,relation,place,note
		printf '%s\n' "$@"
	} >"$W/fake/cells.csv"
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

@test "published: every datapackage.json keeps the rules of data packages" {
	/usr/bin/python3 tests/oracle/validate_package.py $PUBLISHED
}

@test "published: every table keeps its schema, every title says what it is" {
	check schema
}

@test "published: every printed text gives its number, relation and unit" {
	check printed
}

@test "published: tables add up to what the papers' do" {
	check sums
}

@test "published: kvm-virtio is a part of rtt-virtualization" {
	check subset
}

@test "published: a second reader's transcription agrees, and what does not is explained" {
	/usr/bin/python3 tests/oracle/check_second.py
}

@test "published: a digit, a sign, a unit or a row that is not the second reader's is found" {
	local old new

	mkdir -p "$W/tree/tests/oracle" "$W/tree/tests/data" "$W/tree/datasets"
	cp -r tests/data/published "$W/tree/tests/data"
	cp tests/oracle/check_second.py "$W/tree/tests/oracle"
	while IFS='|' read -r old new; do
		for name in $NAMES; do
			mkdir -p "$W/tree/datasets/$name"
			cp "datasets/$name/cells.csv" "$W/tree/datasets/$name"
		done
		sed -i "s/$old/$new/" "$W/tree/datasets"/*/cells.csv
		run /usr/bin/python3 "$W/tree/tests/oracle/check_second.py"
		echo "$old: $output"
		[ "$status" -eq 1 ]
		[[ "$output" == *"not listed,"* ]]
	done <<-'END'
		mean,11.68,0.60|mean,11.68,0.06
		,12.8,1.86,|,-12.8,1.86,
		mean,7,,,10000,ms|mean,7,,,10000,s
		99.6%,exact,Table 6|99.6%,exact,Table 7
		^lxc,,cpu,sender,8,|lxc,,cpu,sender,32,
		3413,exact|3431,exact
	END
}

@test "published: a README each, and no path of one machine" {
	for dataset in $PUBLISHED; do
		[ -s "$dataset/README.md" ]
		run grep -rnE '/(home|root|tmp|var)/' "$dataset"
		[ "$status" -eq 1 ]
	done
}

@test "published: ci quotes every value with its interval" {
	"$VANALYZE" ci --csv $PUBLISHED >"$W/all.csv"
	check quoted "$W/all.csv"
}

@test "rtt datasets/kvm-virtio/ says that the values are published" {
	"$VANALYZE" rtt --text datasets/kvm-virtio/ >"$W/text"
	head -n 1 "$W/text" | grep -q '^Published values, not a recording: .*KVM with VirtIO$'
	grep -q '^Note: Published values, not measured here: ' "$W/text"
	# Section 4.1.1: 11.29 ms under network load with 128 machines, at 0 0.35 ms
	grep -Eq '^kvm +net +responder +128 +– +11290\.000 ' "$W/text"
	"$VANALYZE" rtt --csv datasets/kvm-virtio/ >"$W/csv"
	# a line for each of four conditions in Section 4.1.1, one each for those of Figs. 7 and 8
	[ "$(grep -c ',as published,' "$W/csv")" -eq 6 ]
	[ "$(wc -l <"$W/csv")" -eq 7 ]
	"$VANALYZE" rtt --json datasets/kvm-virtio/ >"$W/doc.json"
	/usr/bin/python3 tests/oracle/validate.py docs/schema/results-1.schema.json "$W/doc.json"
	grep -q '"published": true' "$W/doc.json"
	grep -q '"title": "Published values, not a recording: ' "$W/doc.json"
}

@test "a bound is no estimate, and what is lost has none" {
	"$VANALYZE" ci --csv --metric rtt_ns --where background_vms=128,all datasets/kvm-virtio \
		>"$W/csv"
	grep -q 'median,,,,350000,,as published,lower than 0.35 ms,.*,published as an upper bound only$' \
		"$W/csv"
	"$VANALYZE" describe --csv --metric outlier_share_pct --where platform=lxc \
		datasets/rtt-virtualization >"$W/csv"
	[ "$(grep -c ',not in source$' "$W/csv")" -eq 5 ]
}

@test "describe puts the statistics of a cell side by side" {
	"$VANALYZE" describe --csv --where cpu_affinity=on --metric overhead_share_pct \
		datasets/kvm-virtio >"$W/csv"
	# Table 3, second row
	grep -q ',overhead_share_pct,,27.82,,,16.44,0.06,23.74,26.19,28.66,99.23,,as published,' "$W/csv"
}

@test "info and check know published values" {
	"$VANALYZE" info --text datasets/kvm-virtio >"$W/text"
	grep -Eq '^rtt_ns +median; unspecified; sd; distribution +9 +5 ' "$W/text"
	grep -Eq '^packet_rate_pps +6 +1, 1000, 1000000$' "$W/text"
	run "$VANALYZE" check --csv $PUBLISHED
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 1 ]
}

@test "what needs samples is refused, exit 3" {
	refuses 3 'holds published values' "$VANALYZE" cdf datasets/kvm-virtio
	refuses 3 'no samples to write' "$VANALYZE" rtt --samples - datasets/kvm-virtio
	refuses 3 'it states threads_count' "$VANALYZE" rtt datasets/lund-web-server
	refuses 3 'it states threads_count' "$VANALYZE" overhead datasets/lund-web-server
}

@test "published values are not averaged, and unknown names are usage errors" {
	refuses 3 'are not averaged' "$VANALYZE" ci --by platform datasets/nof2016-http-proxy
	refuses 2 'no such factor' "$VANALYZE" ci --where colour=red datasets/kvm-virtio
	refuses 2 'not among the published' "$VANALYZE" ci --metric colour datasets/kvm-virtio
	refuses 2 '--by place' "$VANALYZE" ci --by place datasets/nof2016-http-proxy
	run "$VANALYZE" ci --csv --by platform,driver --where file_size='1 kB' --where cache=enabled \
		datasets/nof2016-http-proxy
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 5 ]
}

@test "beside recordings: both are shown, and what cannot be given is left out, exit 4" {
	"$VANALYZE" rtt --csv --point app tests/data/recordings/qemu-tcg-virtio datasets/kvm-virtio >"$W/csv"
	grep -q '^qemu-tcg,virtio,' "$W/csv"
	grep -q '^kvm,virtio,' "$W/csv"
	run "$VANALYZE" cdf --csv tests/data/recordings/qemu-tcg-e1000 datasets/kvm-virtio
	[ "$status" -eq 4 ]
}

@test "all writes published values as a kind of their own, exit 0" {
	"$VANALYZE" all tests/data/recordings/qemu-tcg-e1000 $PUBLISHED -o "$W/results" 2>/dev/null
	for name in $NAMES all; do
		/usr/bin/python3 tests/oracle/validate.py docs/schema/results-1.schema.json \
			"$W/results/$name.json"
	done
	[ "$(grep -o '"kind": "[a-z]*"' "$W/results/kvm-virtio.json" | sort -u | tr '\n' ' ')" = '"kind": "layout" "kind": "published" ' ]
	grep -q '"title": "Published values: total time' "$W/results/all.json"
	# the same bytes again
	"$VANALYZE" all tests/data/recordings/qemu-tcg-e1000 $PUBLISHED -o "$W/results2" 2>/dev/null
	sed -i "s|$W/results2|$W/results|" "$W/results2"/*.json
	diff -r "$W/results" "$W/results2"
}

@test "a table that is none is named with its row" {
	fake 'kvm,rtt,mean,1,,,,ms,1,exact,p,' 'kvm,rtt,mean,1,,,,furlong,1,exact,p,'
	refuses 3 'cells.csv: row 2: unit: expected .* found "furlong"' "$VANALYZE" ci "$W/fake"
	run "$VANALYZE" check --csv "$W/fake"
	[ "$status" -eq 4 ]
	fake 'kvm,rtt,mean,1.2.3,,,,ms,1,exact,p,'
	refuses 3 'row 1: value: expected a number' "$VANALYZE" ci "$W/fake"
	fake 'kvm,rtt,mean,,,,,ms,1,exact,p,'
	refuses 3 'row 1: value: expected a number, found ""' "$VANALYZE" ci "$W/fake"
	fake 'kvm,rtt,mean,7,,,,ms,1,lost,p,'
	refuses 3 'row 1: value: expected none' "$VANALYZE" ci "$W/fake"
	fake 'kvm,rtt,mean,7,-1,,,ms,1,exact,p,'
	refuses 3 'row 1: half_width: expected no negative' "$VANALYZE" ci "$W/fake"
	fake 'kvm,rtt,mean,7,,,,ms,1,roughly,p,'
	refuses 3 'row 1: relation: expected exact' "$VANALYZE" ci "$W/fake"
	fake 'kvm,rtt,mean,7,,,,ms,1,exact,,'
	refuses 3 'row 1: place: expected a text' "$VANALYZE" ci "$W/fake"
	fake
	refuses 3 'states nothing' "$VANALYZE" ci "$W/fake"
	echo a,b >"$W/fake/cells.csv"
	refuses 3 'no table of published values' "$VANALYZE" ci "$W/fake"
	fake $(yes 'kvm,rtt,mean,7,,,,ms,1,exact,p,' | head -n 4097)
	refuses 3 'more than 4096 rows' "$VANALYZE" ci "$W/fake"
}

# ---- histograms ----

HISTOGRAMS=datasets/containerized-low-latency

@test "histograms: quartiles agree with the authors' to half a bucket" {
	/usr/bin/python3 tests/oracle/validate_package.py $HISTOGRAMS
	[ -s $HISTOGRAMS/LICENSE ]
	"$VANALYZE" check $HISTOGRAMS
	"$VANALYZE" describe --csv --by platform,kernel,optimized,packet_rate_pps,repetition \
		$HISTOGRAMS >"$W/ours.csv"
	run /usr/bin/python3 tests/oracle/check_histogram.py "$W/ours.csv" $HISTOGRAMS/runs.csv
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$output" = "498 of 504 runs compared" ]
}

@test "histograms: runs pool, intervals are over runs, the width is said" {
	local where="--where platform=vm --where kernel=rt --where packet_rate_pps=10000"

	"$VANALYZE" describe --text $where $HISTOGRAMS >"$W/text"
	grep -q '^Note: From histograms: values are known to 50 ns (half a bucket)\.$' "$W/text"
	"$VANALYZE" ci --csv $where $HISTOGRAMS >"$W/ci.csv"
	grep -q '^vm,rt,yes,10000,delay_ns,median,3,.*,t over runs,' "$W/ci.csv"
	"$VANALYZE" ci --csv $where --where repetition=0 $HISTOGRAMS >"$W/one.csv"
	grep -q ',mean,1,[0-9.]*,,,0.95,t over runs,,.' "$W/one.csv"
	"$VANALYZE" cdf --csv $where $HISTOGRAMS >"$W/cdf.csv"
	tail -n 1 "$W/cdf.csv" | cut -d, -f7 | grep -qx 1
}

@test "histograms: what they cannot give is refused" {
	refuses 3 'holds histograms of delay_ns' "$VANALYZE" rtt $HISTOGRAMS
	refuses 3 'no samples' "$VANALYZE" rtt --samples - $HISTOGRAMS
	refuses 2 'no such factor' "$VANALYZE" cdf --where colour=red $HISTOGRAMS
	refuses 2 'of another' "$VANALYZE" cdf --metric rtt_ns $HISTOGRAMS
	refuses 3 'passes --where' "$VANALYZE" cdf --where platform=mars $HISTOGRAMS
	for command in kendall outliers compare; do
		refuses 2 'no such factor' "$VANALYZE" $command --where colour=red $HISTOGRAMS
		refuses 2 'of another' "$VANALYZE" $command --metric rtt_ns $HISTOGRAMS
		refuses 3 'passes --where' "$VANALYZE" $command --where platform=mars $HISTOGRAMS
	done
	refuses 3 'no samples' "$VANALYZE" outliers --list - $HISTOGRAMS
	refuses 2 'there is no factor called colour' "$VANALYZE" outliers --merge colour:a=b $HISTOGRAMS
	refuses 2 'there are: bare-metal, container, kernel, vm' "$VANALYZE" compare $HISTOGRAMS
}

@test "histograms: rank correlation, outliers and comparison against pandas and exact integers" {
	"$VANALYZE" kendall --csv $HISTOGRAMS >"$W/kendall.csv"
	"$VANALYZE" outliers --csv --by kernel,optimized $HISTOGRAMS >"$W/outliers.csv"
	"$VANALYZE" outliers --csv --within cell --by kernel,optimized --threshold 5 \
		$HISTOGRAMS >"$W/within.csv"
	"$VANALYZE" compare --csv --baseline bare-metal $HISTOGRAMS >"$W/compare.csv"
	/usr/bin/python3 tests/oracle/check_histogram_statistics.py "$W" $HISTOGRAMS
}

@test "histograms: rank correlation and outliers in a document have names of their own" {
	"$VANALYZE" all -o "$W/results" --baseline bare-metal $HISTOGRAMS
	/usr/bin/python3 tests/oracle/validate.py docs/schema/results-1.schema.json "$W"/results/*.json
	for kind in histogram_kendall histogram_outliers; do
		grep -q "\"kind\": *\"$kind\"" "$W/results/containerized-low-latency.json"
	done
	grep -q '"kind": *"histogram_compare"' "$W/results/all.json"
	run grep -qE '"kind": *"(kendall|outliers|compare)"' "$W/results"/*.json
	[ "$status" -eq 1 ]
	# the tables of a report: bare-metal's tau_b of the rate, and all outliers of a platform
	"$VREPORT" --csv "$W"/results/*.json >"$W/report.csv"
	grep -qE '^kendall-containerized-low-latency,.*packet_rate_pps.*,tau_b,.*,-0\.49' "$W/report.csv"
	grep -q '^outliers-containerized-low-latency-delay-ns,.*,share,' "$W/report.csv"
}

# histogram LINE... - a dataset with this table
histogram() {
	mkdir -p "$W/fake"
	echo '{"name": "fake", "resources": [{"name": "h", "path": "h.csv"}]}' \
		>"$W/fake/datapackage.json"
	printf '%s\n' platform,repetition,metric,lower,upper,count "$@" >"$W/fake/h.csv"
}

@test "histograms: by hand, and tables that are none" {
	# samples 5, 15, 15 and 35: mean 17.5, quartiles 12.5, 15, 20
	histogram a,1,x_ns,0,10,1 a,1,x_ns,10,20,2 a,2,x_ns,30,40,1
	"$VANALYZE" describe --csv "$W/fake" | grep -q '^a,x_ns,2,4,0,17.5,12.58.*,5,12.5,15,20,35,'
	histogram a,1,x_ns,0,10,1 a,1,x_ns,5,20,2
	refuses 3 'row 2: buckets of a run have to ascend' "$VANALYZE" describe "$W/fake"
	histogram a,1,x_ns,0,10,1 a,2,x_ns,0,10,1 a,1,x_ns,10,20,2
	refuses 3 'row 3: its run ended before' "$VANALYZE" describe "$W/fake"
	histogram a,1,x_ns,0,10,-1
	refuses 3 'row 1: expected a count' "$VANALYZE" describe "$W/fake"
	histogram a,1,x_ns,0,10,
	refuses 3 'row 1: expected a count' "$VANALYZE" describe "$W/fake"
	histogram a,1,x_ns,20,10,1
	refuses 3 'row 1: the edges' "$VANALYZE" describe "$W/fake"
	histogram a,1,x_ns,-1e308,1e308,1
	refuses 3 'row 1: the edges' "$VANALYZE" describe "$W/fake"
	histogram a,1,x_ns,0,10,9007199254740992 a,1,x_ns,10,20,1 # 2^53, and one
	refuses 3 'row 2: more than 2^53 samples' "$VANALYZE" describe "$W/fake"
	histogram a,1,x_ns,0,10,many
	refuses 3 'column count: expected numbers' "$VANALYZE" describe "$W/fake"
	histogram a,1,,0,10,1
	refuses 3 'row 1: no metric' "$VANALYZE" describe "$W/fake"
	histogram a,1,x_ns,0,10,0
	"$VANALYZE" describe --csv "$W/fake" | grep -q ',no samples$'
	histogram
	refuses 3 'no histogram' "$VANALYZE" describe "$W/fake"
}

@test "histograms: outliers by hand, merged, and in buckets that a threshold cuts" {
	# middles 5 (n 4), 15 (8), 25 (4), 95 (2): median 15, MAD 10, |M| > 3.5 beyond 66.9 and -36.9
	histogram a,1,x_ns,0,10,4 a,1,x_ns,10,20,8 a,1,x_ns,20,30,4 b,1,x_ns,60,130,2
	"$VANALYZE" outliers --csv --merge platform:a,b=both --by repetition "$W/fake" >"$W/merged.csv"
	grep -qx 'both,1,x_ns,18,2,100,' "$W/merged.csv"
	"$VANALYZE" outliers --text --merge platform:a,b=both "$W/fake" | tee "$W/text"
	grep -q '^Note: platform both: median 15 ns, MAD 10 ns\.$' "$W/text"
	grep -q ': 2 samples are in buckets that a threshold cuts, 2 of them counted as outliers\.$' \
		"$W/text"
	# 130 is an outlier where 6.745 (x - 15) / 100 > 7.7, but the middle, 95, is none
	"$VANALYZE" outliers --text --threshold 7.7 --merge platform:a,b=both "$W/fake" |
		grep -q ': 2 samples are in buckets that a threshold cuts, 0 of them counted'
	"$VANALYZE" kendall --csv --by repetition "$W/fake" >"$W/kendall.csv"
	# all 2 of b above all 16 of a: C - D = 32 of 32 pairs that differ in platform; of 153 pairs
	# 6 + 28 + 6 + 1 are equal in x_ns: tau_b = 32 / sqrt(32 * 112)
	grep -q '^1,platform=b,x_ns,18,0\.5345224838' "$W/kendall.csv"
}

# ---- vcap import --from-table ----

# table LINE... - a table of runs of two captures from the tree, which lie in $W/files
table() {
	local run

	run=$(echo tests/data/recordings/lxc/runs/*-lxc-ping-guest-host-recv)
	mkdir -p "$W/files/sub"
	cp "$run/guest.pcap.zst" "$run/host.pcap.zst" "$W/files/sub"
	cp "$run/ping.txt" "$W/files"
	printf '%s\n' "$@" >"$W/files/runs.csv"
}

@test "import --from-table: one run a row, as if imported one by one" {
	table run_id,platform,driver,file:app,file:guest,file:host,load_type,rate \
		one,lxc,,ping.txt,sub/guest.pcap.zst,sub/host.pcap.zst,none,1.50 \
		two,,nat,,sub/guest.pcap.zst,,,
	"$VCAP" import --platform docker --factor series=x --from-table "$W/files/runs.csv" \
		-o "$W/table" 2>/dev/null
	"$VCAP" import --platform lxc --run-id one --factor series=x --factor load_type=none \
		--factor rate=1.50 -o "$W/single" "app=$W/files/ping.txt" \
		"guest=$W/files/sub/guest.pcap.zst" "host=$W/files/sub/host.pcap.zst" 2>/dev/null
	diff -r "$W/table/runs/one" "$W/single/runs/one"
	grep -q '"platform": "docker"' "$W/table/runs/two/run.json"
	grep -q '"driver": "nat"' "$W/table/runs/two/run.json"
	! grep -q load_type "$W/table/runs/two/run.json" || false
	/usr/bin/python3 tests/oracle/validate.py docs/schema/run-1.schema.json \
		"$W"/table/runs/*/run.json
	"$VANALYZE" check "$W/table"
}

@test "import --from-table: paths below the directory that is named, or none" {
	table run_id,file:guest a,sub/guest.pcap.zst b,../files/sub/guest.pcap.zst c,/etc/passwd d, \
		e,missing.pcap
	mkdir "$W/elsewhere"
	mv "$W/files/runs.csv" "$W/elsewhere"
	run "$VCAP" import --from-table "$W/elsewhere/runs.csv" -o "$W/table" "$W/files"
	echo "$output"
	[ "$status" -eq 4 ]
	[[ "$output" == *'row 2: file:guest: "../files/sub/guest.pcap.zst" does not lie below'* ]]
	[[ "$output" == *'row 3: file:guest: "/etc/passwd" does not lie below'* ]]
	[[ "$output" == *'row 4: no file'* ]]
	[[ "$output" == *'row 5 was not imported'* ]]
	[ "$(ls "$W/table/runs")" = a ]
}

@test "import --from-table: tables and operands that are wrong" {
	table run_id,guest a,b
	refuses 3 'expected columns called file:POINT' "$VCAP" import --from-table "$W/files/runs.csv"
	table run_id,file:guest,rtt_ns a,b,c
	refuses 3 'column rtt_ns: no name for a factor' "$VCAP" import --from-table "$W/files/runs.csv"
	table run_id,file:guest
	refuses 3 'no run below the header' "$VCAP" import --from-table "$W/files/runs.csv"
	table run_id,file:guest a,sub/guest.pcap.zst
	refuses 2 'takes one directory' "$VCAP" import --from-table "$W/files/runs.csv" a b
	refuses 2 'for a single run' "$VCAP" import --run-id x --from-table "$W/files/runs.csv"
	refuses 1 'none.csv' "$VCAP" import --from-table "$W/none.csv"
}

# Captures that the collection's names are given to: the table is complete and its columns are right.
@test "recipe contools: imports ten runs of two points" {
	local run i

	run=$(echo tests/data/recordings/lxc/runs/*-lxc-ping-guest-host-recv)
	mkdir "$W/raw"
	for i in 0 1 2 3 4 5 6 7 8 9; do
		cp "$run/guest.pcap.zst" "$W/raw/v4_containeri0.5_s56_$i.pcap"
		cp "$run/host.pcap.zst" "$W/raw/v4_hosti0.5_s56_$i.pcap"
	done
	sh datasets/recipes/contools/import.sh "$W/raw" "$W/contools" 2>/dev/null
	[ "$(ls "$W/contools/runs" | wc -l)" -eq 10 ]
	"$VANALYZE" overhead --csv "$W/contools" | grep -q '^docker,nat,guest,host,overhead_ns,10,'
}
