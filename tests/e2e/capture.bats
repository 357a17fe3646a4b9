#!/usr/bin/env bats
# vcap from outside, on namespaces that each test makes: what was sent is in the files, once, in
# order, to the last packet; and what goes wrong is said and recorded.  Expected numbers are those
# of the senders (ping's count, udpblast's datagram numbers) and of the kernel's counters.

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

@test "ping between two namespaces: every echo at both points, overhead out of them" {
	vcap start --iface "va@$A:guest" --iface "vb@$B:host" -o "$D" --platform test \
		--factor rate=100 --filter icmp
	in_a ping -q -c 50 -i 0.01 10.77.0.2
	vcap stop >"$W/stop.csv"
	grep -q 'complete,guest,100,0,' "$W/stop.csv"
	grep -q 'complete,host,100,0,' "$W/stop.csv"
	[ "$(run_value status state)" = '"complete"' ]
	[ "$(run_value points 0 order)" = 0 ]
	[ "$(run_value points 0 netns)" = "\"$A\"" ]
	[ "$(run_value factors rate)" = 100 ]
	/usr/bin/python3 -B tests/oracle/validate.py docs/schema/run-1.schema.json "$(run_dir)/run.json"
	[ "$(vanalyze rtt --samples - "$D" --point guest 2>/dev/null | grep -c ',guest,')" = 50 ]
	vanalyze overhead --csv "$D" | grep -q '^test,guest,host,overhead_ns,.*,50,0,'
	run vanalyze check "$D"
	[ "$status" = 0 ]
	(cd "$(run_dir)" && sha256sum --quiet -c SHA256SUMS)
}

@test "run: output kept, status passed on, the command among the tools" {
	run vcap run --iface "va@$A:guest" --iface "vb@$B:host" -o "$D" --filter icmp -- \
		ip netns exec "$A" ping -D -c 100 -i 0.01 10.77.0.2
	[ "$status" = 0 ]
	[ "$(run_value tools 0 name)" = '"ping"' ]
	[ "$(run_value tools 0 exit)" = 0 ]
	[ "$(run_value tools 0 argv 4)" = '"ping"' ]
	[[ "$(run_value tools 0 version)" == *iputils* ]]
	[ "$(grep -c 'bytes from' "$(run_dir)/ping.txt")" = 100 ]
	vanalyze overhead --csv "$D" >"$W/overhead.csv"
	grep -q ',app,guest,overhead_ns,.*,100,0,' "$W/overhead.csv"
	grep -q ',guest,host,overhead_ns,.*,100,0,' "$W/overhead.csv"
	(cd "$(run_dir)" && sha256sum --quiet -c SHA256SUMS)
}

@test "run: statuses of the command and its own" {
	run vcap run --iface "va@$A" -o "$D" -- sh -c 'exit 7'
	[ "$status" = 7 ]
	run vcap run --iface "va@$A" -o "$D" -- sh -c 'kill -KILL $$'
	[ "$status" = 137 ]
	rm -r "$D"
	for absent in /nonexistent nonexistent-command; do
		run -127 vcap run --iface "va@$A" -o "$D" -- $absent
		[ "$output" = "vcap: run: $absent: not found" ]
	done
	run vcap run --iface "va@$A" -o "$D" -- /etc/passwd
	[ "$status" = 126 ]
	[ ! -e "$D" ]
	run vcap run --iface "nope@$A" -o "$D" -- true
	[ "$status" = 125 ]
	run vcap run --iface "va@$A" -o "$D"
	[ "$status" = 125 ]
	[ -z "$(vcap status 2>/dev/null)" ]
}

@test "run: the recording ends with whoever runs it" {
	setsid vcap run --iface "va@$A" -o "$D" -- sleep 60 3>&- &
	runner=$!
	for _ in $(seq 100); do
		pid="$(daemon_pid)"
		[ -n "$pid" ] && break
		sleep 0.05
	done
	[ -n "$pid" ]
	kill -KILL "$runner"
	for _ in $(seq 100); do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.05
	done
	pkill -KILL -g "$runner" || true
	[ "$(run_value status state)" = '"complete"' ]
}

@test "a namespace by the PID of a process in it, and by its path" {
	ip netns exec "$A" sleep 60 3>&- &
	sleeper=$!
	vcap start --iface "va@$sleeper:guest" --iface "vb@/run/netns/$B:host" -o "$D" --filter icmp
	kill "$sleeper"
	in_a ping -q -c 10 -i 0.01 10.77.0.2
	vcap stop
	[ "$(run_value points 0 packets)" = 20 ]
	[ "$(run_value points 1 packets)" = 20 ]
	[ "$(run_value points 0 netns)" = "\"pid:$sleeper\"" ]
	[ "$(run_value points 1 netns)" = "\"/run/netns/$B\"" ]
}

@test "no packet is lost at the tail" {
	for _ in 1 2 3; do
		rm -rf "$D"
		vcap start --iface "vb@$B:host" -o "$D" --filter 'udp port 9'
		in_a "$BUILD_DIR/udpblast" 10.77.0.2 9 2000 1
		sleep 0.05
		vcap stop
		numbers "$(run_dir)/host.pcap.zst" 2000
	done
}

@test "no packet is lost when the stop comes at once" {
	vcap start --iface "vb@$B:host" -o "$D" --filter 'udp port 9'
	in_a "$BUILD_DIR/udpblast" 10.77.0.2 9 1000 1
	vcap stop
	numbers "$(run_dir)/host.pcap.zst" 1000
}

@test "every datagram once, in order, over rotated files; the kernel counts the same" {
	vcap start --iface "vb@$B:host" -o "$D" --filter 'udp port 9' --rotate 1M
	before="$(in_b_rx)"
	in_a "$BUILD_DIR/udpblast" 10.77.0.2 9 50000 2
	after="$(in_b_rx)"
	vcap stop
	[ "$(run_value points 0 packets)" = 100000 ]
	[ "$(ls "$(run_dir)" | grep -c 'host.*pcap.zst')" -gt 5 ]
	[ "$(run_value points 0 files 1)" = '"host.1.pcap.zst"' ]
	[ $((after - before)) -ge 100000 ]
	total=0
	for f in "$(run_dir)"/host*.pcap.zst; do
		n="$(tshark -r "$f" -T fields -e frame.number 2>/dev/null | wc -l)"
		total=$((total + n))
	done
	[ "$total" = 100000 ]
	run vanalyze check "$D"
	[ "$status" = 0 ]
}

in_b_rx() {
	ip netns exec "$B" cat /proc/net/dev | sed -n 's/^ *vb: *[0-9]* *\([0-9]*\).*/\1/p'
}

@test "the kernel counted as many packets as the file holds" {
	local f before after n

	for f in "$A" "$B"; do
		ip netns exec "$f" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	done
	vcap start --iface "vb@$B:host" -o "$D"
	before="$(vb_packets)"
	in_a "$BUILD_DIR/udpblast" 10.77.0.2 9 20000 1
	in_a ping -q -c 20 -i 0.01 10.77.0.2
	after="$(vb_packets)"
	vcap stop
	n="$(run_value points 0 packets)"
	[ "$n" -ge 20040 ]
	[ $((after - before)) = "$n" ]
	[ "$(tshark -r "$(run_dir)/host.pcap.zst" -T fields -e frame.number 2>/dev/null | wc -l)" = "$n" ]
	run vanalyze check "$D"
	[ "$status" = 0 ]
}

# packets that vb has received and sent, in the words of the kernel
vb_packets() {
	ip netns exec "$B" cat /proc/net/dev | sed -n 's/^ *vb: *//p' | awk '{ print $2 + $10 }'
}

@test "TCP super-packets of 64 kB: every byte of the stream once, in order" {
	for snaplen in 0 128; do
		rm -rf "$D"
		vcap start --iface "va@$A:guest" -o "$D" --filter 'tcp port 5001' \
			--snaplen "$snaplen"
		ip netns exec "$B" /usr/bin/python3 tests/e2e/stream.py sink 10.77.0.2 5001 3>&- &
		in_a /usr/bin/python3 tests/e2e/stream.py source 10.77.0.2 5001 8000000
		wait $!
		vcap stop
		zstd -qdc "$(run_dir)/guest.pcap.zst" | /usr/bin/python3 -B \
			tests/e2e/check_stream.py 5001 8000000 60000 \
			$([ "$snaplen" = 0 ] || echo --snaplen "$snaplen")
		run vanalyze check "$D"
		[ "$status" = 0 ]
	done
}

@test "UDP super-packets of 64 kB have their lengths" {
	vcap start --iface "va@$A:guest" -o "$D" --filter 'udp port 9' --snaplen 0
	in_a "$BUILD_DIR/udpblast" 10.77.0.2 9 4600 1 1400 46
	vcap stop
	numbers "$(run_dir)/guest.pcap.zst" 4600 --payload 1400 --segments 46 --snaplen 262144
}

@test "super-packets cut to 128 bytes keep their original lengths" {
	vcap start --iface "va@$A:guest" -o "$D" --filter 'udp port 9'
	in_a "$BUILD_DIR/udpblast" 10.77.0.2 9 4600 1 1400 46
	vcap stop
	numbers "$(run_dir)/guest.pcap.zst" 4600 --payload 1400 --segments 46
}

@test "status, mark and stop" {
	vcap start --iface "va@$A:guest" -o "$D" --name one --filter icmp
	vcap start --iface "vb@$B:host" -o "$D" --name two --filter icmp
	[ "$(vcap status | grep -c recording)" = 3 ] # the header is one
	in_a ping -q -c 5 -i 0.01 10.77.0.2
	sleep 0.2
	vcap status --json | /usr/bin/python3 -c '
import json, os, sys
r = json.load(sys.stdin)["recordings"]
assert [x["name"] for x in r] == ["one", "two"], r
assert len({x["pid"] for x in r}) == 2, r
for x, point, interface in zip(r, ("guest", "host"), ("va", "vb")):
    assert x["state"] == "recording" and x["reason"] is None, x
    assert "--foreground" not in open("/proc/%d/cmdline" % x["pid"]).read(), x
    assert x["run"].endswith("/runs/" + x["id"]) and os.path.isdir(x["run"]), x
    p, = x["points"]
    assert (p["name"], p["interface"]) == (point, interface), p
    assert p["packets"] == 10 and p["files"] == 1, p
    assert p["dropped_by_kernel"] == p["dropped_by_writer"] == 0, p'
	[ "$(vcap status --name two --json | grep -c '"pid"')" = 1 ]
	vcap mark --name one the load begins
	vcap stop --name one
	vcap stop --name two
	[ "$(ls "$D/runs" | wc -l)" = 2 ]
	grep -q '"label": "the load begins"' "$D"/runs/*-one/run.json
	! grep -q 'the load' "$D"/runs/*-two/run.json || false
	[ -z "$(vcap status 2>/dev/null)" ]
	/usr/bin/python3 -c '
import json, sys
assert len(json.load(open(sys.argv[1]))["resources"]) == 2' "$D/datapackage.json"
}

# exit 0, or tshark's notice that the file was cut
opens_in_tshark() {
	tshark -r "$1" >/dev/null 2>"$W/tshark" || grep -q 'cut short in the middle' "$W/tshark"
}

@test "kill -9: everything but the last second can be read" {
	vcap start --iface "vb@$B:host" -o "$D" --filter 'udp port 9'
	in_a "$BUILD_DIR/udpblast" 10.77.0.2 9 2000 2
	sleep 1
	kill -KILL "$(daemon_pid)"
	numbers "$(run_dir)/host.pcap.zst" 4000 --at-least
	opens_in_tshark "$(run_dir)/host.pcap.zst"
	[ "$(run_value status state)" = '"recording"' ]
	run -4 vanalyze check "$D"
	run -4 vanalyze rtt "$D"
	vcap start --iface "vb@$B:host" -o "$W/e" # the name is free
	vcap stop
}

# A stalled machine may delay the flush of a second; `make crash` asks for the second itself.
@test "kill -9 at random moments: every directory can be read" {
	run -0 /usr/bin/python3 -B tests/e2e/crash.py "$BUILD_DIR" "$W/crash" --kills 12 --jobs 3 \
		--lack 5
	[[ "$output" == *"every directory readable" ]]
}

# where a message of the recorder is to be found: said TEXT N-IN-EVENTS
said() {
	[ "$(run_value recorder warnings | grep -o "$1" | wc -l)" = 1 ]
	[ "$(run_value events | grep -o "$1" | wc -l)" = "$2" ]
}

@test "merged packets: one warning, at the start, and in the run" {
	vcap start --iface "va@$A" -o "$D" 2>"$W/err" # a veth begins with its offloads on
	[ "$(grep -c '^vcap: warning: va: segmentation or receive offload' "$W/err")" = 1 ]
	vcap status --json | grep -q '"va: segmentation or receive offload'
	vcap stop
	said 'va: segmentation or receive offload' 0
	in_a ethtool -K va tso off gso off gro off >/dev/null 2>&1
	vcap start --iface "va@$A" -o "$W/e" 2>"$W/err"
	vcap stop
	! grep -q warning "$W/err"
}

@test "packets dropped: one warning and event, every packet counted, status 4" {
	vcap start --iface "vb@$B:host" -o "$D" --filter 'udp port 9' --buffer 1M --counters off
	pid="$(daemon_pid)"
	kill -STOP "$pid" # it cannot keep up
	in_a "$BUILD_DIR/udpblast" 10.77.0.2 9 50000 1
	kill -CONT "$pid"
	for _ in $(seq 100); do
		vcap status --json | grep -q '"host: packets are being dropped"' && break
		sleep 0.05
	done
	vcap status --json | grep -q '"host: packets are being dropped"'
	run -4 vcap stop
	[[ "$output" == *"packets were lost"* ]]
	said 'host: packets are being dropped' 1
	dropped="$(run_value points 0 dropped_by_kernel)"
	[ "$dropped" -gt 0 ]
	[ $(($(run_value points 0 packets) + dropped)) = 50000 ]
	[ "$(run_value status state)" = '"complete"' ]
	run -4 vanalyze check --text "$D"
}

@test "duration, and the size on disk, end a recording" {
	vcap start --iface "va@$A" -o "$D" --duration 300ms
	vcap start --iface "vb@$B" -o "$W/e" --name size --snaplen 0 --max-size 64K
	in_a /usr/bin/python3 -c '
import os, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(400):
    try:
        s.sendto(os.urandom(1400), ("10.77.0.2", 9))
    except OSError:
        pass'
	for _ in $(seq 100); do
		[ -z "$(vcap status 2>/dev/null)" ] && break
		sleep 0.05
	done
	[ "$(run_value status state)" = '"complete"' ]
	D="$W/e"
	[[ "$(run_value status reason)" == *"--max-size"* ]]
}

@test "counters: rows on the grid, the capture's own counts among them" {
	vcap start --iface "vb@$B:host" -o "$D" --filter icmp --counters 20ms --watch me=$$
	in_a ping -q -c 10 -i 0.05 10.77.0.2
	sleep 1.1
	vcap stop
	zstd -qdc "$(run_dir)/counters.csv.zst" | /usr/bin/python3 -c '
import csv, sys
rows = list(csv.DictReader(sys.stdin))
assert len(rows) > 50, len(rows)
assert int(rows[0]["capture.host.packets"]) == 0
assert int(rows[-1]["capture.host.packets"]) == 20
assert all(int(r["lateness_ns"]) >= 0 for r in rows)
grid = [(int(r["t_ns"]) - int(r["lateness_ns"])) for r in rows]
steps = [b - a for a, b in zip(grid, grid[1:])]
# the two clocks are read one after the other, so the grid is true to the time between
assert all(abs(s - 20e6 * round(s / 20e6)) < 5e6 and s > 0 for s in steps), steps
assert any(c.startswith("proc.me.") for c in rows[0])'
	vanalyze counters --csv "$D" >"$W/counters.csv"
	grep -q ',cpu_busy_pct,1,[0-9]' "$W/counters.csv"
	grep -q ",net\.$B:vb\.rx_bps,1,[0-9]" "$W/counters.csv"
}

# the column names of the counters that match a pattern
columns() {
	zstd -qdc "$(run_dir)/counters.csv.zst" | head -1 | tr ',' '\n' | grep -c "$1"
}

@test "counters: interrupts are those of our own namespace's interfaces" {
	local nic found=

	for nic in $(ls /sys/class/net); do
		rm -rf "$D"
		vcap start --iface "$nic" -o "$D" --filter 'less 1' 2>/dev/null || continue
		vcap stop
		[ "$(columns '^irq\.')" -gt 0 ] && found="$nic" && break
	done
	[ -n "$found" ] || skip "no interface here has interrupts"
	ip -n "$A" link add "$found" type veth peer name vz
	ip -n "$A" link set "$found" up
	rm -rf "$D"
	vcap start --iface "$found@$A" -o "$D" --filter 'less 1'
	vcap stop
	[ "$(columns '^irq\.')" = 0 ]
	[ "$(columns '^cpu')" -gt 0 ]
}

@test "counters: a low soft limit of open files is no obstacle" {
	(
		ulimit -Sn 24
		vcap start --iface "va@$A" --iface "vb@$B" -o "$D"
	)
	vcap stop
	[ "$(columns '^cpu')" -gt 0 ]
}

@test "join: parts of two hosts become one run" {
	vcap start --iface "va@$A:guest" -o "$W/p1" --name one --run-id exp7 --host-name g \
		--filter icmp
	vcap start --iface "vb@$B:host" -o "$W/p2" --name two --run-id exp7 --host-name h \
		--filter icmp
	in_a ping -q -c 10 -i 0.01 10.77.0.2
	vcap stop --name one
	vcap stop --name two
	vcap join "$W/p1/runs/exp7" "$W/p2/runs/exp7" -o "$D"
	[ "$(run_dir)" = "$D/runs/exp7" ]
	[ "$(run_value points 0 host)" = '"g"' ]
	[ "$(run_value points 1 host)" = '"h"' ]
	[ "$(run_value hosts 1 name)" = '"h"' ]
	[ "$(run_value counters 1 file)" = '"counters.h.csv.zst"' ]
	run vanalyze check "$D"
	[ "$status" = 0 ]
	[ "$(vanalyze rtt --samples - "$D" 2>/dev/null | grep -c '^exp7,')" = 20 ]
	run -2 vcap join "$W/p1/runs/exp7" "$W/p1/runs/exp7" -o "$W/x"
	[[ "$output" == *"both have a host g"* ]]
	[ ! -e "$W/x" ]
}

@test "list: the interfaces of a namespace" {
	in_a "$BUILD_DIR/vcap" list >"$W/list.csv"
	head -1 "$W/list.csv" | grep -q '^interface,driver,tstamp_types,offloads$'
	grep -q '^va,veth,host' "$W/list.csv"
}
