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
	[ "${#lines[@]}" = 38 ]
	[ "$(grep -c ': Operation not permitted\|: Permission denied' <<<"$output")" = 38 ]
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
	chmod 755 "$W" "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" 2>/dev/null || true
	mkdir "$W/mine"
	chown daemon: "$W/mine" "$W/run"
	SUDO_UID="$(id -u daemon)" SUDO_GID="$(id -g daemon)" \
		vcap start --iface "va@$A" -o "$W/mine/d"
	[ "$(stat -c %U "$W"/mine/d)" = daemon ]
	[ "$(stat -c %U "$W"/mine/d/datapackage.json)" = daemon ]
	[ "$(stat -c %U "$W"/mine/d/runs/*/run.json)" = daemon ]
	[ "$(stat -c %U:%a "$W/run/vcap/vcap.sock")" = daemon:600 ]
	cp "$BUILD_DIR/vcap" "$W/vcap"
	run -0 runuser -u daemon -- env XDG_RUNTIME_DIR="$W/run" "$W/vcap" stop
	[ -z "$(daemon_pid)" ]
}

@test "files are 0640, directories 0750, the socket is the starter's, whatever the umask" {
	for mask in 000 022 077; do
		D="$W/d$mask"
		umask "$mask"
		vcap start --iface "va@$A" -o "$D"
		[ "$(stat -c %U:%a "$W/run/vcap/vcap.sock")" = root:600 ]
		[ "$(stat -c %U:%a "$W/run/vcap/vcap.lock")" = root:600 ]
		vcap stop
		vcap run --iface "va@$A" -o "$D" -- true
		umask 022
		[ "$(find "$D" -type d | wc -l)" = 4 ]
		[ -z "$(find "$D" -type d ! -perm 750)" ]
		[ -z "$(find "$D/runs" -type f ! -perm 640 ! \( -name true.txt -perm 600 \))" ]
		[ "$(stat -c %a "$D"/datapackage.json)" = 640 ]
	done
}

@test "no program is looked up in PATH, but the command of run" {
	mkdir "$W/evil"
	printf '#!/bin/bash\necho "${0##*/}" >>"%s"\n' "$W/tattled" >"$W/evil/.tell"
	chmod 755 "$W/evil/.tell"
	/usr/bin/python3 -c '
import os, sys
for name in set(os.listdir("/usr/bin") + os.listdir("/usr/sbin")):
    os.symlink(".tell", os.path.join(sys.argv[1], name))' "$W/evil"
	mkdir -p "$W/in"
	cp tests/data/ping/live_any_LINUX_SLL.out "$W/in/ping.txt"
	vcap="$BUILD_DIR/vcap"
	(
		PATH="$W/evil"
		"$vcap" start --iface "va@$A" -o "$D" --watch me=$$
		"$vcap" mark something
		"$vcap" status
		"$vcap" stop
		"$vcap" list
		"$vcap" import -o "$W/i" "$W/in/ping.txt"
	)
	[ ! -e "$W/tattled" ]
	PATH="$W/evil" "$vcap" run --iface "va@$A" -o "$D" -- zcat
	[ "$(cat "$W/tattled")" = zcat ]
}

@test "what a recording has open for writing is the run, its socket and its lock" {
	vcap start --iface "va@$A:guest" --iface "vb@$B:host" -o "$D"
	pid="$(daemon_pid)"
	for fd in /proc/"$pid"/fd/*; do
		flags="$(sed -n 's/^flags:	*//p' "/proc/$pid/fdinfo/${fd##*/}")"
		[ $((0$flags & 3)) != 0 ] || continue # only for reading
		case "$(readlink "$fd")" in
		socket:* | anon_inode:* | /dev/null | "$W/run/vcap/vcap.lock") ;;
		"$(run_dir)"/*) ;;
		*)
			readlink "$fd"
			false
			;;
		esac
	done
	# and for reading nothing but counters: no file of anybody's, no directory but the run's
	for fd in /proc/"$pid"/fd/*; do
		case "$(readlink "$fd")" in
		socket:* | anon_inode:* | /dev/null | /proc/* | /sys/* | "$W"/*) ;;
		*)
			readlink "$fd"
			false
			;;
		esac
	done
	vcap stop
}

@test "a process of the same user cannot look into a recording" {
	vcap start --iface "va@$A" -o "$D"
	pid="$(daemon_pid)"
	for file in mem environ fd/0 map_files; do
		run ! runuser -u nobody -- test -r "/proc/$pid/$file"
	done
	run ! runuser -u nobody -- head -c 1 "/proc/$pid/environ"
	vcap stop
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
