#!/usr/bin/env bats
# `vcap import` over everything that the tree holds: what goes in comes out again for vanalyze, and
# what cannot go in is refused.  (import.bats has the small cases made by hand.)  VCAP and VANALYZE
# name the programs.

CAPTURES=tests/data/public/captures
PINGS=tests/data/ping

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	VCAP="${VCAP:-build/release/vcap}"
	VANALYZE="${VANALYZE:-build/release/vanalyze}"
	W="$BATS_TEST_TMPDIR"
}

# import OPERAND-OR-OPTION...: as run R of $W/set, anew
import() {
	rm -rf "$W/set"
	"$VCAP" import -o "$W/set" --run-id R "$@" 2>"$W/err"
}

valid() {
	/usr/bin/python3 tests/oracle/validate.py docs/schema/run-1.schema.json \
		"$W"/set/runs/*/run.json
}

# samples FILE-OR-DATASET: without what the run is called
samples() {
	"$VANALYZE" rtt --samples - "$1" 2>/dev/null | cut -d, -f 3-11
}

# packets FILE-OR-RUN: number, bytes, first and last time, and classes, without what a pcap of our
# own has otherwise
packets() {
	"$VANALYZE" info --json "$1" 2>/dev/null | grep '"packets": ' |
		sed -E 's/.*("linktype": )/\1/; s/"(snaplen|interfaces)": [^,]*, //g'
}

@test "import: every capture keeps its packets, times, lengths and samples" {
	for f in $CAPTURES/*; do
		name=$(basename "$f")
		"$VANALYZE" info "$f" >/dev/null 2>&1 || continue
		"$VCAP" import -o "$W/set" --run-id "$name" "$f" 2>"$W/err" || { cat "$W/err"; return 1; }
		diff <(packets "$f") <(packets "$W/set/runs/$name")
		diff <(samples "$f") <(samples "$W/set/runs/$name")
	done
	[ "$(ls "$W/set/runs" | wc -l)" -ge 55 ]
	packets "$CAPTURES/der_sameid_be_ns.pcap" | grep -q '"packets": 160, "bytes": 16340, "first": '
	valid
}

@test "import: captures are one Zstandard frame of nanosecond pcap, as tshark reads it" {
	import "$CAPTURES/der_sameid_ng_le_ns.pcapng"
	f=$(echo "$W"/set/runs/R/*.pcap.zst)
	zstd -dcq "$f" | head -c 4 | od -An -tx1 | grep -q '4d 3c b2 a1'
	[ "$(zstd -lq "$f" | awk 'END { print $1 }')" -eq 1 ]
	fields="-T fields -e frame.time_epoch -e frame.cap_len -e frame.len -e icmp.seq"
	diff <(tshark -r "$CAPTURES/der_sameid_ng_le_ns.pcapng" $fields 2>/dev/null) \
		<(tshark -r "$f" $fields 2>/dev/null)
}

@test "import: a capture that one pcap cannot hold is kept as it was" {
	import "$CAPTURES/der_sameid_ng_simple_pb.pcapng" # packets without time
	cmp "$CAPTURES/der_sameid_ng_simple_pb.pcapng" "$W"/set/runs/R/*.pcapng
	valid
}

@test "import: outputs of ping are kept untouched, and read as they were" {
	for f in $PINGS/live_*iputils*.out $PINGS/jc_*.out; do
		name=$(basename "$f")
		"$VCAP" import -o "$W/set" --run-id "$name" "$f" 2>"$W/err" || { cat "$W/err"; return 1; }
		cmp "$f" "$W/set/runs/$name/$name"
		diff <(samples "$f") <(samples "$W/set/runs/$name")
	done
	[ "$(ls "$W/set/runs" | wc -l)" -ge 20 ]
	valid
}

@test "import: captures and ping's output together: points in order, checksums right" {
	import guest="$CAPTURES/der_sameid_be_ns.pcap" "$PINGS/live_lossy_iputils_D.out" \
		host="$CAPTURES/der_sameid_c_gz.pcap.gz"
	valid
	(cd "$W/set/runs/R" && sha256sum --quiet -c SHA256SUMS)
	"$VANALYZE" check "$W/set"
	"$VANALYZE" rtt --csv "$W/set" >"$W/out"
	[ "$(grep rtt_ns "$W/out" | cut -d, -f 2 | xargs)" = "app guest host" ]
}

@test "import: the same run again becomes -2, -3; the descriptor lists all" {
	for k in 1 2 3; do
		"$VCAP" import -o "$W/set" --run-id R "$CAPTURES/der_sameid_be_ns.pcap" 2>/dev/null
	done
	[ "$(ls "$W/set/runs" | xargs)" = "R R-2 R-3" ]
	valid
	[ "$(grep -o '"runs/[^"]*"' "$W/set/datapackage.json" | xargs)" = \
		"runs/R/run.json runs/R-2/run.json runs/R-3/run.json" ]
	"$VANALYZE" check "$W/set"
}

@test "import: without -o into datasets/PLATFORM-DRIVER; the name ends the run's" {
	cp "$CAPTURES/der_sameid_be_ns.pcap" "$W/x.pcap"
	vcap=$(realpath "$VCAP")
	cd "$W"
	"$vcap" import --platform docker --driver nat x.pcap 2>/dev/null
	"$vcap" import --platform docker x.pcap --name again 2>/dev/null
	[ "$(ls -d datasets/*/runs/* | xargs)" = "datasets/docker-nat/runs/20261121T044614Z-docker-nat \
datasets/docker/runs/20261121T044614Z-again" ]
}

@test "import: factors become columns; names that are taken or cut at are refused" {
	import --factor 'load=a,"b"' --factor workers=4 "$CAPTURES/der_sameid_be_ns.pcap"
	valid
	"$VANALYZE" rtt --samples - "$W/set" | head -2 >"$W/out"
	/usr/bin/python3 - "$W/out" <<-'END'
	import csv, sys
	(row,) = csv.DictReader(open(sys.argv[1]))
	assert (row["load"], row["workers"]) == ('a,"b"', "4")
	END
	for name in $(head -1 "$W/out" | tr , '\n' | grep -v '^load$\|^workers$') \
		'a,b' 'a:b' '' $'a\nb' inner overhead_ns; do
		status=0
		import --factor "$name=1" "$CAPTURES/der_sameid_be_ns.pcap" || status=$?
		[ "$status" -eq 2 ] || { echo "$name: $status"; return 1; }
		[ ! -e "$W/set/runs/R" ]
	done
}

@test "import: damaged captures up to the damage: exit 4, and the run says so" {
	for f in der_sameid_be_ns.pcap der_sameid_c_gz.pcap.gz live_lossy_iputils.pcap.zst \
		der_sameid_ng_le_ns.pcapng; do
		head -c -900 "$CAPTURES/$f" >"$W/$f"
		status=0
		import "$W/$f" || status=$?
		[ "$status" -eq 4 ]
		grep -q "$f.*record .* at offset" "$W/err"
		valid
		grep -q '"state": "truncated"' "$W/set/runs/R/run.json"
		diff <("$VANALYZE" rtt --samples - "$W/$f" 2>/dev/null | cut -d, -f 3-10) \
			<("$VANALYZE" rtt --samples - "$W/set" | cut -d, -f 3-10)
		status=0
		"$VANALYZE" check "$W/set" >"$W/out" || status=$?
		[ "$status" -eq 4 ]
		[ "$(grep -c '^error' "$W/out")" -eq 0 ] # nothing but the state itself
	done
}

@test "import: what is no recording is refused, and leaves nothing behind" {
	printf '\211PNG\r\n\032\n' >"$W/x.png"
	printf 'a,b\n1,2,3\n' >"$W/x.csv"
	: >"$W/empty"
	mkdir "$W/dir"
	for f in x.png x.csv empty; do
		status=0
		import "$W/$f" || status=$?
		[ "$status" -eq 3 ] || { echo "$f: $status"; return 1; }
		grep -q "^vcap: .*$f" "$W/err"
		[ ! -e "$W/set" ]
	done
	status=0
	import "$W/dir" || status=$?
	[ "$status" -eq 1 ]
	[ ! -e "$W/set" ]
	status=0
	import "$CAPTURES/der_sameid_be_ns.pcap" "$W/x.png" || status=$?
	[ "$status" -eq 3 ]
	[ ! -e "$W/set/runs/R" ]
}

@test "import: a factor with two levels, and a dataset without a name, are refused" {
	run -2 "$VCAP" import -o "$W/set" --factor a=1 --factor a=2 "$CAPTURES/der_sameid_be_ns.pcap"
	[ "$output" = "vcap: import: --factor a=2: that factor has a level already" ]
	run -2 "$VCAP" import -o '' "$CAPTURES/der_sameid_be_ns.pcap"
	[ "$output" = "vcap: import: -o: the name of the dataset is empty" ]
	[ ! -e "$W/set" ]
}

@test "import: two outputs of one name do not overwrite each other" {
	mkdir "$W/a" "$W/b"
	cp "$PINGS/live_lossy_iputils_D.out" "$W/a/ping.txt"
	cp "$PINGS/live_lossy_iputils_A.out" "$W/b/ping.txt"
	status=0
	import "$W/a/ping.txt" "$W/b/ping.txt" || status=$?
	[ "$status" -eq 2 ]
	grep -q ping.txt "$W/err"
}

# ---- outputs of tools ----

TOOLS=tests/data/tools

# show EXPRESSION [RUN]: of run.json as r
show() {
	/usr/bin/python3 -c "import json, sys; r = json.load(open(sys.argv[1])); print(($1))" \
		"$W/set/runs/${2:-R}/run.json"
}

# Names and versions: who printed the files (tests/data/tools/ORIGIN).
@test "import: outputs of all tools are kept untouched, under their names, with tool and version" {
	while read -r file name version; do
		import "$TOOLS/$file" || [ "$file" = vmstat.txt ]
		cmp "$TOOLS/$file" "$W/set/runs/R/$file"
		[ "$(show '[(t["name"], t["version"], t["file"]) for t in r["tools"]]')" = \
			"[('$name', $version, '$file')]" ]
		valid
	done <<-'END'
	ab.txt ab '2.3'
	ab-g.tsv ab None
	ab-e.csv ab None
	hey.csv hey None
	hey.txt hey None
	wrk.txt wrk None
	pkb_wrk2_output_errors.txt wrk2 None
	iperf3.json iperf3 '3.12'
	iperf3-V.txt iperf3 '3.12'
	iperf2.csv iperf None
	netperf-rr.txt netperf None
	netperf-omni_k_all.txt netperf None
	taurus_kpi1.jtl jmeter None
	taurus_unicode-reqs.jtl jmeter None
	mpstat.txt mpstat None
	mpstat.json mpstat None
	sar.txt sar None
	vmstat.txt vmstat None
	END
	import "$PINGS/live_clean_fping_C.out"
	[ "$(show 'r["tools"][0]["name"]')" = fping ]
}

@test "import: the binary file of sar is refused with what to do" {
	printf '\x96\xd5\x75\x21' >"$W/sa21"
	status=0
	import "$W/sa21" || status=$?
	[ "$status" -eq 3 ]
	grep -q 'sadf -d' "$W/err"
}

@test "import: other CSV is kept as a tool's output" {
	printf 'when,what\n1,x\n' >"$W/x.csv"
	import "$W/x.csv"
	cmp "$W/x.csv" "$W/set/runs/R/x.csv"
	[ "$(show 'r["tools"][0]["name"], r["counters"]')" = "('csv', [])" ]
	valid
}

# 11:08:19 of 2026-11-21 is 1795259299 (date -u); 52.55 stands in the file.
@test "import: mpstat, sar and vmstat also become tables of counters" {
	import "$TOOLS/mpstat.txt" "$TOOLS/sar.txt" vm="$TOOLS/vmstat-t.txt"
	[ "$(show '[(c["file"], c["host"], c["interval_ns"]) for c in r["counters"]]')" = \
		"[('counters.mpstat.csv.zst', 'testbed', 1000000000), \
('counters.sar.csv.zst', 'testbed', 1000000000), ('counters.vmstat.csv.zst', 'vm', 1000000000)]" ]
	[ "$(show 'r["counters"][0]["columns"]["cpu1.idle_pct"], r["counters"][2]["columns"]["interrupts_hz"]')" = \
		"({'unit': 'pct', 'kind': 'level'}, {'unit': 'hz', 'kind': 'level'})" ]
	zstd -dcq "$W/set/runs/R/counters.mpstat.csv.zst" >"$W/out"
	grep -q '^t_ns,cpu.user_pct,' "$W/out"
	grep -q '^1795259298000000000,,' "$W/out"
	grep -q '^1795259299000000000,52.55,0,14.29,' "$W/out"
	grep -q "vmstat-t.txt: not in the table of counters: 1 reports" "$W/err"
	valid
	# 52.55 and 54.69 of one second each; 100 - 32.65 and 100 - 21.88
	import "$TOOLS/mpstat.txt"
	"$VANALYZE" counters --csv "$W/set" >"$W/out2"
	grep -q '^unknown,testbed,cpu_user_pct,1,53.62,' "$W/out2"
	grep -q '^unknown,testbed,cpu_busy_pct,1,72.735,' "$W/out2"
	"$VANALYZE" check "$W/set"
}

@test "import: sar of the same hour by sar and by sadf gives the same numbers" {
	import "$TOOLS/sar.txt"
	zstd -dcq "$W/set/runs/R/counters.sar.csv.zst" >"$W/sar.csv"
	import "$TOOLS/sadf-d.csv"
	zstd -dcq "$W/set/runs/R/counters.sar.csv.zst" >"$W/sadf.csv"
	/usr/bin/python3 - "$W/sar.csv" "$W/sadf.csv" <<-'END'
	import sys, pandas
	a, b = (pandas.read_csv(f, index_col="t_ns") for f in sys.argv[1:])
	assert list(a.index) == list(b.index) and len(a) == 4
	both = [c for c in b.columns if c in a.columns]
	assert len(both) > 20 and (a[both].fillna(-1) == b[both].fillna(-1)).all().all()
	END
}

@test "import: times without a day need --date; the zone too is --date's" {
	sed 1d "$TOOLS/mpstat-iso.txt" >"$W/mpstat.txt"
	status=0
	import "$W/mpstat.txt" || status=$?
	[ "$status" -eq 2 ]
	grep -q -- "mpstat.txt: line 2: .*--date" "$W/err"
	[ ! -e "$W/set/runs/R" ]
	import --date 2026-11-21+01:00 "$W/mpstat.txt" # 11:08:21 is 10:08:21 UTC, 1795255701
	zstd -dcq "$W/set/runs/R/counters.mpstat.csv.zst" | grep -q '^1795255701000000000,,'
	for date in 21.11.2026 2026-11-31 x 2026-11-21CET; do
		status=0
		import --date "$date" "$W/mpstat.txt" || status=$?
		[ "$status" -eq 2 ]
	done
}

@test "import: vmstat without times is kept: exit 4, and said" {
	status=0
	import "$TOOLS/vmstat.txt" || status=$?
	[ "$status" -eq 4 ]
	grep -q 'vmstat -t' "$W/err"
	[ "$(show 'r["counters"], len(r["tools"])')" = "([], 1)" ]
}

@test "import: counters of another hour than the packets: a warning" {
	import "$CAPTURES/der_sameid_be_ns.pcap" "$TOOLS/mpstat.txt"
	grep -q 'warning: .*--date' "$W/err"
}

# Times: 1795259299 s in four forms, by date -u -d @1795259299.
@test "import: CSV that is called counters, with times in the forms that are known" {
	while IFS='|' read -r column time; do
		printf 'cpu.load_pct,note,%s\n1.5,a,%s\n' "$column" "$time" >"$W/c.csv"
		import counters.vm="$W/c.csv"
		[ "$(zstd -dcq "$W/set/runs/R/counters.vm.csv.zst")" = \
			"t_ns,cpu.load_pct
1795259299000000000,1.5" ]
		grep -q 'c.csv: not in the table of counters: 1 columns of texts' "$W/err"
		[ "$(show '[(c["host"], c["file"]) for c in r["counters"]]')" = \
			"[('vm', 'counters.vm.csv.zst')]" ]
		valid
	done <<-'END'
	t_s|1795259299
	time_ms|1795259299000
	Timestamp|1795259299
	timestamp|1795259299000
	time|1795259299000000
	epoch|1795259299000000000
	date|2026-11-21T11:08:19Z
	Time|2026-11-21 11:08:19
	datetime|2026-11-21 11:08:19 UTC
	END
	while IFS='|' read -r column time words; do
		printf 'load,%s\n1.5,%s\n' "$column" "$time" >"$W/c.csv"
		status=0
		import counters="$W/c.csv" || status=$?
		[ "$status" -eq 3 ]
		grep -q "c.csv: $words" "$W/err"
	done <<-'END'
	x|1|no column that is called like a time
	time|0.5|row 1: time 0.5: expected a time since 1970
	time|noon|row 1: time "noon": no time
	END
}

@test "import: a single echoed command gives argv and factors; given ones stay" {
	{ echo '$ ping -D -c 40 -i 0.02 10.0.0.2'; cat "$PINGS/live_clean_busybox.out"; } >"$W/ping.txt"
	import --factor count=7 "$W/ping.txt"
	[ "$(show 'r["factors"], r["tools"][0]["argv"]')" = "({'count': 7, 'interval_s': 0.02}, \
['ping', '-D', '-c', '40', '-i', '0.02', '10.0.0.2'])" ]
	cmp "$W/ping.txt" "$W/set/runs/R/ping.txt"
}

# The tables are those of a published study's slides; what is in them was read off by eye.
@test "import: the name of a tool is what its output says: wrk2 is called wrk" {
	{ echo '$ wrk -t1 -c2 -d60s -R10 https://h/'; cat "$TOOLS/pkb_wrk2_output_errors.txt"; } >"$W/w.txt"
	import "$W/w.txt"
	[ "$(show 'r["tools"][0]["name"], r["factors"]["rate_rps"]')" = "('wrk2', 10)" ]
}

@test "import: echoed commands, each with its output, are one run each" {
	script="$W/TCP_OSv.txt"
	{
		echo 'OSv, second evening'
		for run in '100 4.85' '100 4.90' '1100 0.28'; do
			set -- $run
			echo "./netperf -t TCP_STREAM -H 192.168.0.1 -- -P 12866 -s $1 -m 131072"
			echo 'MIGRATED TCP STREAM TEST from (null) (0.0.0.0) port 12866 AF_INET to (null) ()'
			printf 'Recv   Send    Send\nSocket Socket  Message  Elapsed\n'
			printf 'Size   Size    Size     Time     Throughput\n'
			printf 'bytes  bytes   bytes    secs.    10^6bits/sec\n\n'
			echo " 65536   $1 131072   10.00    $2"
		done
		echo './netperf -t UDP_STREAM -H 192.168.0.1 -- -m 3K'
		echo 'establish control: are you sure there is a netserver listening?'
	} >"$script"
	status=0
	import --platform osv --factor host_os=ubuntu "$script" || status=$?
	[ "$status" -eq 4 ]
	[ "$(ls "$W/set/runs" | xargs)" = "R-1 R-2 R-3 R-4" ]
	grep -q 'TCP_OSv.txt: 1 lines before the first command (line 2) are in no run' "$W/err"
	grep -q 'TCP_OSv.txt: line 26: no output of netperf' "$W/err"
	[ "$(show 'r["factors"]' R-2)" = "{'host_os': 'ubuntu', 'message_bytes': 131072, \
'repetition': 2, 'socket_bytes': 100, 'test': 'TCP_STREAM'}" ]
	[ "$(show 'r["factors"]["socket_bytes"], r["factors"]["repetition"], r["status"]["state"]' R-3)" \
		= "(1100, 1, 'complete')" ]
	[ "$(show 'r["factors"]["message_bytes"], r["status"]["state"]' R-4)" = "(3072, 'failed')" ]
	[ "$(show '[(t["name"], t["argv"][:3], t["file"]) for t in r["tools"]]' R-1)" = \
		"[('netperf', ['./netperf', '-t', 'TCP_STREAM'], 'TCP_OSv.txt')]" ]
	{ head -1 "$script"; cat "$W"/set/runs/R-*/TCP_OSv.txt; } | cmp - "$script"
	valid
	# with other files beside it, it cannot be told which run they belong to
	status=0
	import "$script" "$CAPTURES/der_sameid_be_ns.pcap" || status=$?
	[ "$status" -eq 2 ]
	grep -q 'TCP_OSv.txt: 4 commands' "$W/err"
}

@test "import: a table with several files a row, and with a text of many commands" {
	mkdir "$W/in"
	cp "$CAPTURES/der_sameid_be_ns.pcap" "$PINGS/live_clean_busybox.out" "$TOOLS/sar.txt" "$W/in"
	printf '$ ping -c 1 h\n64 bytes from h: icmp_seq=1 time=1 ms\n+ ping -c 2 h\n' >"$W/in/two.txt"
	printf '%s\n' 'platform,file:guest,file:app,file:counters,load,run_id' \
		'lxc,der_sameid_be_ns.pcap,live_clean_busybox.out,sar.txt,4,a' \
		'kvm,,two.txt,,,b' 'kvm,,absent.txt,,,c' >"$W/in/t.csv"
	status=0
	"$VCAP" import -o "$W/set" --factor study=x --from-table "$W/in/t.csv" 2>"$W/err" || status=$?
	[ "$status" -eq 4 ]
	[ "$(ls "$W/set/runs" | xargs)" = "a b-1 b-2" ]
	[ "$(show 'r["platform"], r["factors"], [p["name"] for p in r["points"]],
		[t["name"] for t in r["tools"]], [c["file"] for c in r["counters"]]' a)" = \
		"('lxc', {'load': 4, 'study': 'x'}, ['guest'], ['ping', 'sar'], ['counters.sar.csv.zst'])" ]
	[ "$(show 'r["platform"], r["factors"]' b-2)" = "('kvm', {'count': 2, 'study': 'x'})" ]
	grep -q 'row 3 was not imported' "$W/err"
}

@test "import: a table whose rows have several files in one cell" {
	mkdir "$W/in"
	cp "$CAPTURES/der_sameid_be_ns.pcap" "$W/in/a=b.pcap"
	cp "$CAPTURES/der_sameid_be_ns.pcap" "$PINGS/live_clean_busybox.out" "$TOOLS/sar.txt" "$W/in"
	printf '%s\n' 'files,load,run_id' \
		'guest=der_sameid_be_ns.pcap; host=./a=b.pcap;live_clean_busybox.out ; vm=sar.txt,4,a' \
		'guest=../x.pcap,5,b' >"$W/in/t.csv"
	status=0
	"$VCAP" import -o "$W/set" --from-table "$W/in/t.csv" 2>"$W/err" || status=$?
	[ "$status" -eq 4 ]
	[ "$(show '[p["name"] for p in r["points"]], [t["file"] for t in r["tools"]],
		r["counters"][0]["host"], r["factors"]' a)" = \
		"(['guest', 'host'], ['live_clean_busybox.out', 'sar.txt'], 'vm', {'load': 4})" ]
	grep -q 'row 2: files: "../x.pcap" does not lie below' "$W/err"
	[ ! -e "$W/set/runs/b" ]
}
