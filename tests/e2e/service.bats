#!/usr/bin/env bats
# vcap under a service manager: what it says, and when, by sd_notify(3).

bats_require_minimum_version 1.5.0
load testbed

setup_file() {
	testbed_setup_file
}

setup() {
	testbed_up
}

teardown() {
	testbed_down
}

# manage SOCKET CHORE ARG...: vcap in the foreground, its messages on standard output
manage() {
	/usr/bin/python3 -B tests/e2e/manager.py "$1" "$2" vcap start --foreground "${@:3}" 2>"$W/err"
}

@test "ready when packets are recorded, then how many, then stopping" {
	# the chore begins the moment the manager hears READY=1: all that it sends must be there
	manage "$W/notify" "ip netns exec $A ping -q -c 3 -i 0.01 10.77.0.2" \
		--iface "va@$A" -o "$D" --filter icmp >"$W/said"
	[ "$(run_value status state)" = '"complete"' ]
	[ "$(run_value points 0 packets)" = 6 ]
	id="$(basename "$(run_dir)")"
	head -1 "$W/said" | grep -qxF "READY=1|STATUS=recording $id: 0 packets, 0 dropped"
	grep -qxF "STATUS=recording $id: 6 packets, 0 dropped" "$W/said"
	[ "$(grep -cx 'READY=1.*' "$W/said")" = 1 ]
	[ "$(grep -cx 'STOPPING=1' "$W/said")" = 1 ]
	sed -n '/^STOPPING=1$/,$p' "$W/said" | tail -1 |
		grep -qxF "STATUS=ending $id: 6 packets, 0 dropped"
}

@test "a socket in the abstract namespace" {
	manage "@vcap-test-$$" true --iface "va@$A" -o "$D" >"$W/said"
	grep -q '^READY=1' "$W/said"
	grep -qx 'STOPPING=1' "$W/said"
}

@test "who cannot record is never ready" {
	run -2 --separate-stderr manage "$W/notify" true --iface "nope@$A" -o "$D"
	[ -z "$output" ]
	[ "$(wc -l <"$W/err")" = 1 ]
	grep -q 'no such interface' "$W/err"
}

@test "without a manager, and with a socket that nobody reads, it records all the same" {
	for socket in "" relative/path "$W/nobody" "$(printf '/%0200d' 0)"; do
		NOTIFY_SOCKET="$socket" run -0 vcap start --foreground --iface "va@$A" -o "$D" \
			--duration 50ms
		[ "$(run_value status state)" = '"complete"' ]
		rm -r "$D"
	done
}
