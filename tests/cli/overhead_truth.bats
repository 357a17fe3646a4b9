#!/usr/bin/env bats
# `vanalyze overhead` on generated captures of two points: every sample and every count against the
# truth of the generator, by tests/oracle/judge_overhead.py.  BUILD_DIR holds gen_icmp, VANALYZE
# and VCAP name the programs.  One test draws a fresh seed in every run and prints it; SEED sets it.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	BUILD_DIR="${BUILD_DIR:-build/release}"
	VANALYZE="${VANALYZE:-$BUILD_DIR/vanalyze}"
	VCAP="${VCAP:-$BUILD_DIR/vcap}"
	W="$BATS_TEST_TMPDIR"
}

judge() {
	/usr/bin/python3 tests/oracle/judge_overhead.py "$@"
}

# what gen_icmp makes of the options, as two files of a run made up on the command line
agrees() {
	"$BUILD_DIR/gen_icmp" -o "$W/in.pcap" --outer "$W/out.pcap" -t "$W/truth.csv" "$@"
	"$VANALYZE" overhead --samples "$W/samples.csv" --json -o "$W/results.json" \
		guest="$W/in.pcap" host="$W/out.pcap"
	judge "$W/samples.csv" "$W/truth.csv" --results "$W/results.json"
}

@test "overhead: nothing disturbed" {
	agrees -n 2000
}

@test "overhead: 100,000 probes, disturbed, with a fresh seed" {
	seed="${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}"
	echo "# overhead: seed $seed" >&3
	agrees -n 100000 --mix --unpaired 20000 --first-seq 60000 -s "$seed"
}

@test "overhead: addresses and identifiers translated, the clocks hours apart" {
	agrees -n 20000 --mix --unpaired 20000 --nat 1 --clock-offset 9000000000000 -s 5
}

@test "overhead: constant payload" {
	agrees -n 5000 --mix --unpaired 20000 --constant 4 -s 6
}

@test "overhead: captured to the first 16 bytes of payload" {
	agrees -n 5000 --mix --unpaired 20000 -l 78 -s 7
}

@test "overhead: samples on standard output" {
	"$BUILD_DIR/gen_icmp" -o "$W/in.pcap" --outer "$W/out.pcap" -t "$W/truth.csv" -n 500 --mix
	"$VANALYZE" overhead --samples - guest="$W/in.pcap" host="$W/out.pcap" |
		judge - "$W/truth.csv"
}

@test "overhead: two points with one clock: outbound and inbound parts" {
	"$BUILD_DIR/gen_icmp" -o "$W/in.pcap" --outer "$W/out.pcap" -t "$W/truth.csv" -n 5000 --mix \
		--unpaired 20000 -s 8
	echo '{"schema": "vantage/run/1", "id": "x", "hosts": [{"name": "m"}], "points": [
		{"name": "in", "host": "m"}, {"name": "out", "host": "m"}]}' >"$W/describe.json"
	"$VCAP" import -o "$W/set" --describe "$W/describe.json" "$W/in.pcap" "$W/out.pcap" \
		2>/dev/null
	"$VANALYZE" overhead --samples "$W/samples.csv" "$W/set" >/dev/null
	judge "$W/samples.csv" "$W/truth.csv" --clock shared
}

@test "the judge of overheads rejects every kind of falsehood" {
	agrees -n 500 --mix --copy 50000 --dup 50000 --unpaired 50000
	mv "$W/samples.csv" "$W/true.csv"
	false_by() {
		awk -F, -v OFS=, "$1" "$W/true.csv" >"$W/false.csv"
		! cmp -s "$W/true.csv" "$W/false.csv" && ! judge "$W/false.csv" "$W/truth.csv" 2>/dev/null
	}
	false_by 'NR == 9 { $7++ } 1'
	false_by 'NR == 9 { $8++ } 1'
	false_by 'NR == 9 { $9++ } 1'
	false_by 'NR == 9 { $10 += 0.000001 } 1'
	false_by 'NR == 9 { $11 = 1 } 1' # parts where the clocks are not one
	false_by 'NR == 9 { $13 = "ambiguous" } 1'
	false_by 'NR != 9'
	false_by '1; NR == 9'
	false_by '1; NR == 9 { $4++; print }'
	false_by '{ sub("copy", "") } 1'
	false_by '{ sub("dup", "") } 1'
	sed 's/"pairs": /"pairs": 1/' "$W/results.json" >"$W/false.json"
	! judge "$W/true.csv" "$W/truth.csv" --results "$W/false.json" 2>/dev/null
}
