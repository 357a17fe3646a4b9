#!/usr/bin/env bats
# `vcap import` over everything that the tree holds: what goes in comes out again for vanalyze, and
# what cannot go in is refused.  (import.bats has the small cases made by hand.)  VCAP and VANALYZE
# name the programs.

CAPTURES=tests/data/public/captures
PINGS=tests/data/ping

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
	printf 'a,b\n1,2\n' >"$W/x.csv"
	: >"$W/empty"
	mkdir "$W/dir"
	for f in x.png x.csv empty; do
		status=0
		import "$W/$f" || status=$?
		[ "$status" -eq 3 ] || { echo "$f: $status"; return 1; }
		grep -q "^vcap: .*$f" "$W/err"
		[ ! -e "$W/set/runs/R" ]
	done
	status=0
	import "$W/dir" || status=$?
	[ "$status" -eq 1 ]
	status=0
	import "$CAPTURES/der_sameid_be_ns.pcap" "$W/x.png" || status=$?
	[ "$status" -eq 3 ]
	[ ! -e "$W/set/runs/R" ]
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
