#!/usr/bin/env bats
# Samples that do not fit into memory: the program ends with a message and status 1, and nothing
# that it leaves looks like a whole result.  VANALYZE is the program.

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	export BUILD_DIR="${BUILD_DIR:-build/release}"
	export VANALYZE="${VANALYZE:-build/release/vanalyze}"
	export D="$BATS_FILE_TMPDIR"
	[ -x "$BUILD_DIR/gencap" ] || make -s "$BUILD_DIR/gencap"
	"$BUILD_DIR/gencap" icmp -n 200000 -s 1 -l 98 -o "$D/a.pcap" -t "$D/a.csv"
	"$VANALYZE" rtt --samples "$D/samples.csv" "$D/a.pcap" >"$D/rtt"
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	# The sanitizers' own memory is counted too, and their allocator ends the program itself.
	[[ "$BUILD_DIR" != */san ]] || skip "not with sanitizers"
	W="$BATS_TEST_TMPDIR"
}

# smallest COMMAND...: the least --max-memory in MiB with which it works
smallest() {
	local low=0 high=512 middle

	while [ $((high - low)) -gt 1 ]; do
		middle=$(((low + high) / 2))
		if "$@" --max-memory ${middle}M >"$W/ignored" 2>&1; then
			high=$middle
		else
			low=$middle
		fi
	done
	echo "$high"
}

# at_the_limit COMMAND...: just enough gives the whole result, one MiB less a message and nothing else
at_the_limit() {
	local enough

	enough=$(smallest "$@")
	[ "$enough" -gt 3 ]
	[ "$enough" -lt 512 ]
	"$@" >"$W/whole"
	"$@" --max-memory "${enough}M" >"$W/enough"
	diff "$W/whole" "$W/enough"
	run --separate-stderr "$@" --max-memory "$((enough - 1))M"
	[ "$status" -eq 1 ]
	[ "$output" = '' ]
	[[ "$stderr" == *'vanalyze: out of memory ('*' bytes wanted): samples are held in memory.'* ]]
	[[ "$stderr" == *--where*--point*--max-memory* ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
}

bats_require_minimum_version 1.5.0

@test "memory: a table of samples, at the limit" {
	at_the_limit "$VANALYZE" describe -j1 --metric rtt_ns "$D/samples.csv"
}

@test "memory: probes of a capture, at the limit" {
	at_the_limit "$VANALYZE" rtt -j1 "$D/a.pcap"
	at_the_limit "$VANALYZE" kendall -j1 --metric rtt_ns "$D/a.pcap"
}

@test "memory: threads that meet the limit say so once" {
	for _ in 1 2 3; do
		run --separate-stderr "$VANALYZE" kendall -j4 --max-memory 12M "$D/samples.csv"
		[ "$status" -eq 1 ]
		[ "${#stderr_lines[@]}" -eq 1 ]
	done
}

@test "memory: a table of samples that was not finished does not bear its name" {
	run --separate-stderr "$VANALYZE" rtt -j1 --samples "$W/s.csv.zst" --max-memory 6M "$D/a.pcap"
	[ "$status" -eq 1 ]
	[ ! -e "$W/s.csv.zst" ]
	"$VANALYZE" rtt -j1 --samples "$W/s.csv" -o "$W/rtt" "$D/a.pcap"
	cmp "$W/s.csv" "$D/samples.csv"
	[ "$(ls "$W"/*s.csv*)" = "$W/s.csv" ] # what is left of the first is hidden
}

@test "memory: documents of all that did not fit do not exist" {
	run --separate-stderr "$VANALYZE" all -j1 --max-memory 6M -o "$W/res" "$D/a.pcap"
	[ "$status" -eq 1 ]
	[ -z "$(ls "$W/res" 2>/dev/null)" ]
}

# Address space is more than memory: the program maps what it does not touch.
@test "memory: a limit of the shell (ulimit -v) ends it the same way" {
	run --separate-stderr bash -c "ulimit -v 20000; '$VANALYZE' rtt -j1 '$D/a.pcap'"
	[ "$status" -eq 1 ]
	[ "$output" = '' ]
	[[ "$stderr" == *'out of memory ('* ]]
	run --separate-stderr bash -c "ulimit -v 400000; '$VANALYZE' rtt -j1 '$D/a.pcap'"
	[ "$status" -eq 0 ]
	[ "$output" = "$(cat "$D/rtt")" ]
}

@test "memory: --where takes less, a wrong size is a usage error" {
	for size in lots 0 -1 1.5G; do
		run "$VANALYZE" rtt --max-memory "$size" "$D/a.pcap"
		[ "$status" -eq 2 ]
		[[ "$output" == *"--max-memory $size: expected a size like 512M or 4G"* ]]
	done
	one=$(smallest "$VANALYZE" rtt -j1 --where run=a.pcap "$D/a.pcap")
	cp "$D/a.pcap" "$W/b.pcap"
	both=$(smallest "$VANALYZE" rtt -j1 "$D/a.pcap" "$W/b.pcap")
	[ "$one" -lt "$both" ]
	[ "$(smallest "$VANALYZE" rtt -j1 --where run=a.pcap "$D/a.pcap" "$W/b.pcap")" -le $((one + 1)) ]
}
