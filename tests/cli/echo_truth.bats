#!/usr/bin/env bats
# `vanalyze rtt` on generated captures: every sample against the truth of the generator, by
# tests/oracle/judge_echo.py.  The last tests turn the judges on themselves: the reference must pass
# too, and a falsified table must not.  BUILD_DIR holds gen_icmp and gencap; VANALYZE is the
# program.

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	export BUILD_DIR="${BUILD_DIR:-build/release}"
	export VANALYZE="${VANALYZE:-$BUILD_DIR/vanalyze}"
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	W="$BATS_TEST_TMPDIR"
}

judge() {
	/usr/bin/python3 tests/oracle/judge_echo.py "$@"
}

# vanalyze on what gen_icmp makes of the options
agrees() {
	"$BUILD_DIR/gen_icmp" -o "$W/x.pcap" -t "$W/truth.csv" "$@"
	"$VANALYZE" rtt --samples "$W/samples.csv" "$W/x.pcap" >/dev/null
	judge "$W/samples.csv" "$W/truth.csv"
}

@test "rtt: nothing disturbed" {
	agrees -n 2000
}

@test "rtt: loss, duplicates, copies, slow and late replies, inverted and swapped records" {
	agrees -n 20000 --mix
}

@test "rtt: the same cut to 98 bytes, among other packets, compressed" {
	agrees -n 5000 --mix -l 98 --noise 700000
	zstd -q "$W/x.pcap"
	"$VANALYZE" rtt --samples "$W/z.csv" "$W/x.pcap.zst" >/dev/null
	judge "$W/z.csv" "$W/truth.csv"
}

@test "rtt: constant payload" {
	agrees -n 5000 --mix --constant 4
}

@test "rtt: the sequence wraps" {
	agrees -n 5000 --mix --first-seq 65000
}

@test "rtt: a probe every 10 us and sender" {
	agrees -n 40000 --mix --senders 8 --interval 10000
}

@test "rtt: 100,000 probes with a fresh seed, each millisecond and each 10 us" {
	seed="${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}"
	echo "# rtt: seed $seed" >&3
	agrees -n 100000 --mix -s "$seed"
	"$BUILD_DIR/gencap" icmp -n 100000 -s "$seed" -l 98 --interval 10000 -o "$W/y.pcap" \
		-t "$W/y.csv"
	"$VANALYZE" rtt --samples "$W/s.csv" "$W/y.pcap" >/dev/null
	judge "$W/s.csv" "$W/y.csv"
}

@test "rtt: one sender, one probe" {
	agrees -n 1 --senders 1 --shared 0 --v6 0
}

@test "rtt: all lost, the capture going on" {
	agrees -n 500 --loss 1000000 --tail 20000000000
}

@test "rtt: the capture ends before the last replies" {
	agrees -n 500 --unfinished 40 --loss 20000
}

@test "rtt: a silent end makes lost what was open" {
	agrees -n 500 --unfinished 40 --tail 11000000000
}

@test "rtt: the clock steps back by 20 ms while probes are under way" {
	agrees -n 5000 --rtt 3000000 --interval 1000000 --step 20000000
}

@test "rtt: the clock steps back by 5 s" {
	agrees -n 5000 --mix --step 5000000000 --tail 40000000000
}

@test "rtt: more probes than sequence numbers, wrong only where it says ambiguous" {
	"$BUILD_DIR/gencap" icmp -n 560000 -s 2 -l 98 --senders 7 --interval 10000 \
		-o "$W/x.pcap" -t "$W/truth.csv"
	"$VANALYZE" rtt --samples "$W/samples.csv" "$W/x.pcap" >/dev/null
	judge "$W/samples.csv" "$W/truth.csv"
}

@test "the generators repeat themselves" {
	for k in 1 2; do
		"$BUILD_DIR/gen_icmp" -o "$W/i$k" -t "$W/t$k" --outer "$W/o$k" -n 3000 --mix --nat 1 \
			--unpaired 10000 --noise 500000 --clock-offset 1000000007
		"$BUILD_DIR/gencap" icmp -n 3000 -o "$W/g$k" -t "$W/c$k"
	done
	for f in i t o g c; do cmp "$W/${f}1" "$W/${f}2"; done
}

@test "the reference implementation agrees with the truth" {
	"$BUILD_DIR/gen_icmp" -o "$W/x.pcap" -t "$W/truth.csv" -n 5000 --mix --constant 2
	/usr/bin/python3 tests/oracle/echo_reference.py "$W/x.pcap" >"$W/samples.csv"
	judge "$W/samples.csv" "$W/truth.csv"
}

@test "the judge rejects every kind of falsehood" {
	"$BUILD_DIR/gen_icmp" -o "$W/x.pcap" -t "$W/truth.csv" -n 500 --mix --copy 50000 --dup 50000
	/usr/bin/python3 tests/oracle/echo_reference.py "$W/x.pcap" >"$W/true.csv"
	judge "$W/true.csv" "$W/truth.csv"
	false_by() {
		awk -F, -v OFS=, "$1" "$W/true.csv" >"$W/false.csv"
		! cmp -s "$W/true.csv" "$W/false.csv" && ! judge "$W/false.csv" "$W/truth.csv" 2>/dev/null
	}
	false_by 'NR == 9 { $9++ } 1'            # an RTT wrong by 1 ns
	false_by 'NR == 9 { $9 = "" } 1'         # no RTT
	false_by 'NR == 9 { $9++; $10 = "ambiguous" } 1' # flagged, but one of 500 is too many
	false_by 'NR != 9'                       # a missing row
	false_by '1; NR == 9'                    # a row twice
	false_by '1; NR == 9 { $3++; print }'    # an invented row
	false_by '{ sub("copy", "") } 1'
	false_by '{ sub("dup", "") } 1'
	false_by '{ sub("lost|unfinished", "late") } 1'
	false_by 'NR == 9 { $10 = "negative" } 1'
}
