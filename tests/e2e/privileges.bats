#!/usr/bin/env bats
# What a recording may not do any more, tried; and who may talk to it.  The kernel's word is in
# /proc/PID/status (proc(5)).

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

@test "nothing that a recording gives up works any more, in any thread" {
	echo secret >"$W/secret"
	chmod 600 "$W/secret"
	run -0 "$BUILD_DIR/priv_try" "$W/secret"
	[ "$(grep -c ': Operation not permitted\|: Permission denied' <<<"$output")" = 30 ]
}

@test "a recording has no root, no groups, no capabilities, no way to new ones, and a filter" {
	vcap start --iface "va@$A" -o "$D"
	for task in /proc/"$(daemon_pid)"/task/*; do
		nobody="$(id -u nobody)"
		grep -q "^Uid:	$nobody	$nobody	$nobody	$nobody$" "$task/status"
		grep -q '^Groups:	 *$' "$task/status"
		[ "$(grep -c '^Cap.*:	0000000000000000$' "$task/status")" = 5 ]
		grep -q '^NoNewPrivs:	1$' "$task/status"
		grep -q '^Seccomp:	2$' "$task/status"
	done
	vcap stop
}

@test "--user: the run belongs to that user" {
	vcap start --iface "va@$A" -o "$D" --user daemon
	[ "$(stat -c %U "$(run_dir)/va.pcap.zst")" = daemon ]
	vcap stop
	[ "$(stat -c %U "$(run_dir)/SHA256SUMS")" = daemon ]
}

@test "started through sudo: the run belongs to who called it, who may also stop it" {
	chmod 755 "$W"
	mkdir "$W/mine"
	chown daemon: "$W/mine" "$W/run"
	SUDO_UID="$(id -u daemon)" SUDO_GID="$(id -g daemon)" \
		vcap start --iface "va@$A" -o "$W/mine/d"
	[ "$(stat -c %U "$W"/mine/d)" = daemon ]
	[ "$(stat -c %U "$W"/mine/d/datapackage.json)" = daemon ]
	[ "$(stat -c %U "$W"/mine/d/runs/*/run.json)" = daemon ]
	vcap stop
}

@test "files are 0640, directories 0750, the socket is the starter's" {
	vcap start --iface "va@$A" -o "$D"
	[ "$(stat -c %a "$W/run/vcap/vcap.sock")" = 600 ]
	[ "$(stat -c %U "$W/run/vcap/vcap.sock")" = root ]
	vcap stop
	[ "$(stat -c %a "$(run_dir)")" = 750 ]
	[ "$(stat -c %a "$D")" = 750 ]
	for f in "$(run_dir)"/*; do
		[ "$(stat -c %a "$f")" = 640 ]
	done
}

@test "another user cannot reach the recording" {
	chmod 755 "$W" "$W/run" "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" 2>/dev/null || true
	vcap start --iface "va@$A" -o "$D"
	chmod 755 "$W/run/vcap"
	run ! runuser -u daemon -- /usr/bin/python3 -c '
import socket, sys
socket.socket(socket.AF_UNIX).connect(sys.argv[1])' "$W/run/vcap/vcap.sock"
	chmod 666 "$W/run/vcap/vcap.sock" # were the mode wrong, the peer would still be looked at
	run -0 runuser -u daemon -- /usr/bin/python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
try:
    s.send(b"stop\n")
    assert s.recv(100) == b""
except (ConnectionResetError, BrokenPipeError):
    pass' "$W/run/vcap/vcap.sock"
	[ -n "$(daemon_pid)" ]
	vcap stop
}

@test "a path that the unprivileged user cannot reach is no obstacle" {
	mkdir -m 700 "$W/closed"
	vcap start --iface "vb@$B:host" -o "$W/closed/d" --rotate 64K --filter 'udp port 9'
	in_a "$BUILD_DIR/udpblast" 10.77.0.2 9 2000 1
	run -0 vcap stop
	D="$W/closed/d"
	[ "$(ls "$(run_dir)" | grep -c pcap.zst)" -gt 2 ]
	run vanalyze check "$D"
	[ "$status" = 0 ]
}

@test "without rights there is no recording, and one message says what is missing" {
	chmod 777 "$W" "$W/run"
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" 2>/dev/null || true
	cp "$BUILD_DIR/vcap" "$W/vcap"
	run -1 runuser -u daemon -- env XDG_RUNTIME_DIR="$W/run" "$W/vcap" start --iface lo -o "$W/x"
	[[ "$output" == *"CAP_NET_RAW"* ]]
	[ ! -e "$W/x" ]
}
