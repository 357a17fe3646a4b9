#!/usr/bin/env bats
# Recordings made by hand with tcpdump and imported, which tests use throughout: intact, valid, and with
# the numbers found when they were recorded (tests/data/testbed).  The last tests turn on the judge, and
# convert a made-up recording with adopt_recordings.py beside them.  VANALYZE and VCAP name the programs.

NAMES="native lxc docker-nat docker-routed qemu-tcg-virtio qemu-tcg-e1000 qemu-tcg-rtl8139
	qemu-tcg-vmxnet3"
DATASETS=$(printf 'tests/data/recordings/%s ' $NAMES)
SIZE_MAX_BYTES=$((15 * 1024 * 1024))

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	export VANALYZE="${VANALYZE:-build/release/vanalyze}" VCAP="${VCAP:-build/release/vcap}"
	measure "$BATS_FILE_TMPDIR"
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	W="$BATS_TEST_TMPDIR"
}

# measure DIR: samples of all datasets, and what "describe" makes of the overheads
measure() {
	local point

	"$VANALYZE" rtt --samples "$1/rtt.csv" $DATASETS >/dev/null
	for point in guest host recv; do
		"$VANALYZE" overhead --inner app --outer $point --samples "$1/overhead.$point.csv" \
			$DATASETS >/dev/null
		"$VANALYZE" describe --by run,inner,outer --metric overhead_ns --csv \
			-o "$1/describe.$point.csv" "$1/overhead.$point.csv"
	done
}

judge() {
	/usr/bin/python3 tests/oracle/judge_testbed.py tests/data/testbed/summary.tsv tests/data/recordings "$@"
}

# convert RECORDINGS OUTPUT
convert() {
	/usr/bin/python3 tests/data/recordings/adopt_recordings.py "$1" "$2" --vcap "$VCAP" 2>/dev/null
}

# record DIR: a made-up recording around a capture and an output of ping from the tree.  The sampler
# was killed while it wrote the last line of proc-during.txt.
record() {
	local run

	run=$(echo tests/data/recordings/lxc/runs/*-lxc-ping-host)
	mkdir -p "$1/lxc/ping-host" "$1/iperf/other"
	cp "$run/host.pcap.zst" "$run/ping.txt" "$1/lxc/ping-host"
	echo '{"exp": "iperf"}' >"$1/iperf/other/meta.json"
	cat >"$1/lxc/ping-host/meta.json" <<-'END'
	{"exp": "ping", "platform": "lxc", "load": "cpu", "workers": 3, "rep": 2,
	 "cmd": "ping -D -c 1000 192.0.2.1", "load_cmd": "stress-ng --cpu 3",
	 "start": "1000000000.000000007", "end": "1000000020.5", "points": {"host": "far/veth9"},
	 "versions": {"kernel": "K", "cpu": "C", "ncpu": 2, "clocksource": "tsc",
	  "ping": "ping from iputils 1\nmore", "tcpdump": "T", "stress_ng": "S"}}
	END
	cat >"$1/lxc/ping-host/tcpdump.log" <<-'END'
	tcpdump: listening on veth9, link-type EN10MB (Ethernet), snapshot length 96 bytes
	2000 packets captured
	3 packets dropped by kernel
	END
	printf '### %s /proc/stat\ncpu  1 2 3\nintr 9 1 1\nctxt 5\n%s\n0.10 0.2 0.3 1/2 3\n' \
		999999999.999999999 '### 1.5 /proc/loadavg' >"$1/lxc/ping-host/proc-before.txt"
	printf '### 1000000001.25 /proc/stat\ncpu  2 2 4\n%s\n h|bytes\n  lo: %s\n lo2: 1 ' \
		'### 1 /proc/net/dev' '10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25' \
		>"$1/lxc/ping-host/proc-during.txt"
	printf '### 1000000002 /proc/meminfo\nMemTotal: 9 kB\n### 1000000002 /proc/stat\n%s\n%s\n' \
		'### 2 /proc/meminfo' 'MemTotal:     4 kB' >"$1/lxc/ping-host/proc-after.txt"
}

@test "recordings: the numbers found when it was recorded" {
	run judge "$BATS_FILE_TMPDIR"/*.csv
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "recordings: vanalyze check finds nothing" {
	for dataset in $DATASETS; do
		run "$VANALYZE" check --csv "$dataset"
		echo "$output"
		[ "$status" -eq 0 ]
		[ "${#lines[@]}" -eq 1 ] # the header
	done
}

@test "recordings: sha256sum agrees with every SHA256SUMS" {
	for dataset in $DATASETS; do
		for run in "$dataset"/runs/*; do
			(cd "$run" && sha256sum --quiet -c SHA256SUMS)
		done
	done
}

@test "recordings: every run.json keeps its schema" {
	for dataset in $DATASETS; do
		/usr/bin/python3 tests/oracle/validate.py docs/schema/run-1.schema.json \
			"$dataset"/runs/*/run.json
	done
}

@test "recordings: every datapackage.json keeps the rules of data packages" {
	/usr/bin/python3 tests/oracle/validate_package.py $DATASETS
}

@test "recordings: HTTP and iperf3: intact, valid, small, and a README each" {
	local names="http-native http-lxc http-docker-nat http-docker-routed http-qemu-tcg-virtio
		http-qemu-tcg-e1000 iperf3-native iperf3-lxc iperf3-docker-nat"
	local datasets

	datasets=$(printf 'tests/data/recordings/%s ' $names)
	run "$VANALYZE" check --csv $datasets
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 1 ]
	/usr/bin/python3 tests/oracle/validate_package.py $datasets
	[ "$(find $datasets -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')" -le 10000000 ]
	for dataset in $datasets; do
		[ -s "$dataset/README.md" ]
		/usr/bin/python3 tests/oracle/validate.py docs/schema/run-1.schema.json \
			"$dataset"/runs/*/run.json
		(cd "$dataset/runs" && for run in *; do (cd "$run" && sha256sum -c --quiet SHA256SUMS) ||
			exit 1; done)
	done
}

# What iperf3 measured, as the recording's summary has it (Gbit/s received, to two decimals).
@test "recordings: iperf3 received what was found when it was recorded" {
	/usr/bin/python3 - <<-'X'
		import glob, json
		found = {'native': [5.63, 14.26, 21.0, 18.37], 'lxc': [5.9, 13.72, 15.91, 17.64],
		         'docker-nat': [4.67, 12.23, 13.66, 14.1]}
		for name, rates in found.items():
		    runs = [json.load(open(f)) for f in glob.glob(f'tests/data/recordings/iperf3-{name}/runs/*/run.json')]
		    runs.sort(key=lambda r: r['factors']['socket_bytes'])
		    for run, rate in zip(runs, rates, strict=True):
		        path = f'tests/data/recordings/iperf3-{name}/runs/{run["id"]}/iperf3.json'
		        bps = json.load(open(path))['end']['sum_received']['bits_per_second']
		        assert round(bps / 1e9, 2) == rate, (path, bps)
	X
}

@test "recordings: small, and a README each" {
	[ "$(find $DATASETS -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')" -le \
		"$SIZE_MAX_BYTES" ]
	for dataset in $DATASETS; do
		[ -s "$dataset/README.md" ]
	done
}

# Absolute paths that every system has may stand in recorded commands.
@test "recordings: no path of one machine" {
	find $DATASETS -type f ! -name '*.zst' -exec cat {} + >"$W/all"
	find $DATASETS -name '*.csv.zst' -exec zstd -dcq {} + >>"$W/all"
	run grep -oE "(^|[ =\"'(,:])/[A-Za-z][A-Za-z0-9._-]*" "$W/all"
	echo "$output" | sort -u | grep -vE '/(dev|proc|run|sys|tmp|usr|var)$' | tee "$W/found"
	[ ! -s "$W/found" ]
}

@test "recordings: captures open in tshark" {
	for capture in tests/data/recordings/native/runs/*-native-net-w4-r2/host.pcap.zst \
		tests/data/recordings/qemu-tcg-vmxnet3/runs/*-gcap/guest.pcap.zst; do
		packets=$(tshark -r "$capture" -T fields -e frame.number | wc -l)
		grep -q "\"packets\": $packets," "${capture%/*}/run.json"
	done
}

@test "judge_testbed: notices a wrong median, a missing recording, ping below the guest" {
	sed '2s/\t90795\t/\t90796\t/' tests/data/testbed/summary.tsv >"$W/wrong.tsv"
	run /usr/bin/python3 tests/oracle/judge_testbed.py "$W/wrong.tsv" tests/data/recordings \
		"$BATS_FILE_TMPDIR"/*.csv
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "295 of 295 rows of the summary met, 1 faults" ]
	grep -v native-ping-nocap "$BATS_FILE_TMPDIR/rtt.csv" >"$W/rtt.csv"
	run judge "$W/rtt.csv" "$BATS_FILE_TMPDIR"/overhead.*.csv
	[ "${lines[1]}" = "native/ping-nocap ping: not found" ]
	awk -F, -v OFS=, 'NR == 2 { $9 = -1001 } { print }' "$BATS_FILE_TMPDIR/overhead.guest.csv" \
		>"$W/low.csv"
	run judge "$W/low.csv"
	[[ "$output" == *"-native-ping-guest-host-recv: seq 1: -1001 ns"* ]]
}

@test "adopt_recordings: the same bytes each time, and only what ping recorded" {
	record "$W/in"
	convert "$W/in" "$W/one"
	convert "$W/in" "$W/two"
	diff -r "$W/one" "$W/two"
	[ "$(cd "$W/one" && echo */runs/*)" = lxc/runs/20010909T014640Z-lxc-ping-host ]
	"$VANALYZE" check "$W/one/lxc" >/dev/null || [ $? -eq 4 ] # dropped packets are a finding
	/usr/bin/python3 tests/oracle/validate.py docs/schema/run-1.schema.json "$W"/one/*/runs/*/run.json
	run convert "$W/in" "$W/one" # runs/ is there already
	[ "$status" -eq 1 ]
}

@test "adopt_recordings: packets and ping's output as they were" {
	record "$W/in"
	convert "$W/in" "$W/out"
	cmp "$W/in/lxc/ping-host/ping.txt" "$W"/out/lxc/runs/*/ping.txt
	zstd -dcq "$W/in/lxc/ping-host/host.pcap.zst" >"$W/before"
	zstd -dcq "$W"/out/lxc/runs/*/host.pcap.zst | cmp "$W/before" -
}

# By hand: 9 kB before the first /proc/stat belong to no sample; "lo2: 1 " has no end of line.
@test "adopt_recordings: counters of /proc, absent ones empty" {
	record "$W/in"
	convert "$W/in" "$W/out"
	zstd -dcq "$W"/out/lxc/runs/*/counters.csv.zst >"$W/counters.csv"
	[ "$(head -n 1 "$W/counters.csv")" = "$(paste -sd , <<-'END'
	t_ns,cpu.user,cpu.nice,cpu.system,interrupts,ctxt,load.1,load.5,load.15
	net.lo.rx_bytes,net.lo.rx_packets,net.lo.rx_errors,net.lo.rx_dropped
	net.lo.tx_bytes,net.lo.tx_packets,net.lo.tx_errors,net.lo.tx_dropped
	mem.total_bytes
	END
	)" ]
	tail -n +2 "$W/counters.csv" >"$W/rows"
	diff - "$W/rows" <<-'END'
	999999999999999999,1,2,3,9,5,0.10,0.2,0.3,,,,,,,,,
	1000000001250000000,2,2,4,,,,,,10,11,12,13,18,19,20,21,
	1000000002000000000,,,,,,,,,,,,,,,,,4096
	END
}

@test "adopt_recordings: what meta.json tells" {
	record "$W/in"
	convert "$W/in" "$W/out"
	run /usr/bin/python3 - "$W"/out/lxc/runs/*/run.json <<-'END'
	import json, sys
	r = json.load(open(sys.argv[1]))
	p, t, c = r["points"][0], r["tools"][0], r["counters"][0]
	print(r["started"], r["ended"], r["platform"], r["driver"])
	print(*r["factors"].items(), sep="\n")
	print(p["name"], p["order"], p["netns"], p["interface"], p["dropped_by_kernel"], p["host"])
	print(t["version"], t["argv"][-1], t["exit"], c["host"], c["interval_ns"])
	print(r["load"]["argv"], r["recording"]["name"])
	END
	[ "$status" -eq 0 ]
	diff <(echo "$output") - <<-'END'
	2001-09-09T01:46:40.000000007Z 2001-09-09T01:47:00.5Z lxc None
	('background_workers', 3)
	('captures', 'host')
	('load_location', 'sender')
	('load_type', 'cpu')
	('packet_rate_pps', 100)
	('payload_bytes', 56)
	('repetition', 2)
	('series', 'load')
	host 1 far veth9 3 testbed
	iputils 1 192.0.2.1 None testbed 750000000
	['stress-ng', '--cpu', '3'] lxc/ping-host
	END
}
