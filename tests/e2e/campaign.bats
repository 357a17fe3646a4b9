#!/usr/bin/env bats
# The campaign engine: a small campaign is recorded, passes the checks of vanalyze, and nothing of
# it remains, whatever way it ends.  Expected counts are the plan's own, worked out by hand.

bats_require_minimum_version 1.5.0
load testbed

setup_file() {
	testbed_setup_file
	TESTBED="$PWD/datasets/testbed"
	export TESTBED
}

setup() {
	[ "$(id -u)" = 0 ] || skip "needs root"
	unshare --mount --net --pid --fork --mount-proc true 2>/dev/null || skip "no namespaces here"
	OUT="$BATS_TEST_TMPDIR/out"
	mkdir -p "$OUT"
	cat >"$BATS_TEST_TMPDIR/plan.csv" <<-X
		experiment,platform,captures,packet_rate_pps,probes,load_type,background_workers,repetitions
		ping,native|lxc,2,100,50,none|cpu,1,1
	X
	state >"$BATS_TEST_TMPDIR/before"
}

# What a campaign might leave behind in the system.
state() {
	{
		ls /run/netns | grep -xE 'recv|client|send'
		ip -o link | awk -F': ' '$2 ~ /^(br0|br-|docker|v-)/ { print $2 }'
		awk '$2 ~ /^.run.(testbed|cg|docker)/' /proc/mounts
		find /sys/fs/cgroup -type d -path '*vantage-testbed*'
		iptables-save | sed '/^#/d'
	} 2>/dev/null || true
}

processes_of() { # OUT
	grep -lzs "^VANTAGE_TESTBED=$1\$" /proc/[0-9]*/environ | wc -l
}

nothing_remains() {
	for _ in $(seq 100); do
		[ "$(processes_of "$OUT")" != 0 ] || break
		sleep 0.05
	done
	[ "$(processes_of "$OUT")" = 0 ]
	state | diff "$BATS_TEST_TMPDIR/before" -
}

campaign() {
	"$TESTBED/campaign" -b "$BUILD_DIR" -o "$OUT" "$@"
}

# Starts a campaign and waits for its first run.
start_one() {
	"$TESTBED/campaign" -b "$BUILD_DIR" -o "$OUT" "$BATS_TEST_TMPDIR/plan.csv" \
		>"$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
	pid=$!
	for _ in $(seq 400); do
		grep -q '1 of 4' "$BATS_TEST_TMPDIR/log" && return 0
		sleep 0.05
	done
	return 1
}

runs_there() {
	find "$OUT" -name SHA256SUMS | wc -l
}

@test "the small campaign: ten runs, all good, nothing remains" {
	campaign "$TESTBED/plans/small.csv"
	[ "$(runs_there)" = 10 ]
	for d in native lxc; do
		run -0 vanalyze check "$OUT/$d"
		[ "$(vanalyze rtt --samples - "$OUT/$d" --point app 2>/dev/null | grep -c ',app,')" = 1000 ]
	done
	# with both captures, each of the 3 x 200 probes is paired inside and outside
	[ "$(vanalyze overhead --samples - --inner guest --outer host "$OUT/lxc" 2>/dev/null |
		grep -c ',guest,host,')" = 600 ]
	nothing_remains
}

@test "ended by SIGTERM: nothing remains, and the next start goes on" {
	start_one
	kill -TERM "$pid"
	wait "$pid" || true
	nothing_remains
	there=$(runs_there)
	[ "$there" -ge 1 ]
	[ "$there" -lt 4 ]
	run campaign "$BATS_TEST_TMPDIR/plan.csv"
	echo "$output"
	[ "$status" = 0 ]
	[[ "$output" == *"$((4 - there)) made, $there there before"* ]]
	[ "$(runs_there)" = 4 ]
}

@test "ended by SIGKILL: nothing remains after --cleanup" {
	start_one
	kill -KILL "$pid"
	wait "$pid" || true
	for _ in $(seq 100); do
		[ "$(processes_of "$OUT")" != 0 ] || break
		sleep 0.05
	done
	"$TESTBED/campaign" --cleanup
	nothing_remains
}

@test "a run that fails its check is repeated; both stay, the bad one marked and left out" {
	# more than a datagram holds: ping refuses
	cat >"$BATS_TEST_TMPDIR/bad.csv" <<-X
		experiment,platform,captures,packet_rate_pps,probes,payload_bytes,repetitions
		ping,native,1,100,5,70000,1
	X
	run -4 campaign -t 2 "$BATS_TEST_TMPDIR/bad.csv"
	[[ "$output" == *"gave up on: native/ping-1-100-5-70000-r1"* ]]
	[ "$(find "$OUT/native/runs" -mindepth 1 -maxdepth 1 -name '*.rejected?' | wc -l)" = 2 ]
	grep -q '"state":"failed"\|"state": "failed"' "$OUT"/native/runs/*.rejected1/run.json
	run -3 vanalyze rtt "$OUT/native"
	[[ "$output" == *"left out, it failed (the load tool failed)"* ]]
	nothing_remains
}

@test "--lock: while somebody else holds it, no run begins" {
	printf 'experiment,platform,captures,packet_rate_pps,probes,repetitions\nping,native,1,100,20,1\n' \
		>"$BATS_TEST_TMPDIR/plan.csv"
	exec 7>"$BATS_TEST_TMPDIR/lock"
	flock 7
	"$TESTBED/campaign" -b "$BUILD_DIR" -o "$OUT" --lock "$BATS_TEST_TMPDIR/lock" \
		"$BATS_TEST_TMPDIR/plan.csv" >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- 7>&- &
	pid=$!
	sleep 3 # the run would be recorded by then
	[ "$(runs_there)" = 0 ]
	flock -u 7
	wait $pid
	[ "$(runs_there)" = 1 ]
	nothing_remains
}
