#!/usr/bin/env bats
# What goes wrong, one case a test: one clear message, the right exit status, and nothing lost of
# what had been written.  Numbers of packets are those that udpblast and ping sent.

bats_require_minimum_version 1.5.0
load testbed

setup_file() {
	testbed_setup_file
}

setup() {
	testbed_up
	# so that the warning of merged packets is not among the messages
	for side in "$A va" "$B vb"; do
		ip netns exec ${side% *} ethtool -K ${side#* } tso off gso off gro off >/dev/null 2>&1
	done
}

teardown() {
	testbed_down
}

# refused STATUS TEXT COMMAND...: ends with STATUS and one line that holds TEXT
refused() {
	run "-$1" "${@:3}"
	[ "${#lines[@]}" = 1 ]
	[[ "$output" == *"$2"* ]]
}

# wait_gone: the recording has ended by itself
wait_gone() {
	for _ in $(seq 200); do
		[ -z "$(daemon_pid)" ] && return
		sleep 0.05
	done
	false
}

# wait_exit: nobody uses the full disk any more
wait_exit() {
	for _ in $(seq 200); do
		umount "$W/full" 2>/dev/null && return
		sleep 0.05
	done
	false
}

# noise BYTES-OF-DATAGRAM N: datagrams that cannot be compressed, from $A to port 9 of $B
noise() {
	in_a /usr/bin/python3 -c '
import os, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(int(sys.argv[2])):
    try:
        s.sendto(os.urandom(int(sys.argv[1])), ("10.77.0.2", 9))
    except OSError:
        pass' "$@"
}

# ---- mistakes ----

@test "mistakes: one message, the right status, nothing left behind" {
	refused 2 "--iface IF is needed" vcap start
	refused 2 "no such interface" vcap start --iface "nope@$A" -o "$D"
	refused 2 "icmpp" vcap start --iface "va@$A" -o "$D" --filter icmpp
	refused 2 "--filter" vcap start --iface "va@$A" -o "$D" --filter 'tcp port'
	refused 1 "/run/netns/no-such-namespace" vcap start --iface va@no-such-namespace -o "$D"
	refused 2 "adapter" vcap start --iface "va@$A" -o "$D" --tstamp-type adapter
	refused 2 "no-such-user" vcap start --iface "va@$A" -o "$D" --user no-such-user
	refused 2 "root" vcap start --iface "va@$A" -o "$D" --user root
	refused 2 "no-such-group" vcap start --iface "va@$A" -o "$D" --watch x=no-such-group
	refused 2 "two points are called va" vcap start --iface "va@$A" --iface "va@$A" -o "$D"
	refused 2 "unexpected argument" vcap start --iface "va@$A" -o "$D" extra
	refused 1 "/proc/nowhere" vcap start --iface "va@$A" -o /proc/nowhere
	[ ! -e "$D" ]
	[ -z "$(vcap status 2>/dev/null)" ]
}

@test "a start that is refused says nothing of merged packets" {
	ip netns exec "$A" ethtool -K va tso on gso on >/dev/null 2>&1
	refused 2 "there is no process" vcap start --iface "va@$A" -o "$D" --watch x=4194304
	vcap start --iface "va@$A" -o "$D" 2>"$W/err"
	[ "$(grep -c 'warning: va: segmentation' "$W/err")" = 1 ]
	vcap stop
}

@test "stop, mark and status without a start" {
	refused 1 "no recording called vcap is running" vcap stop
	refused 1 "no recording called other is running" vcap stop --name other
	refused 1 "no recording called vcap is running" vcap mark something
	refused 1 "no recording called vcap is running" vcap status --name vcap
	refused 0 "no recording is running" vcap status
	refused 2 "no text to mark with" vcap mark
	refused 2 "no text to mark with" vcap mark ' ' ''
	refused 2 "control byte" vcap mark $'one line\nand another'
}

@test "run: its own failures are not those of the command" {
	refused 125 "no such interface" vcap run --iface "nope@$A" -o "$D" -- touch "$W/ran"
	refused 125 "no command to run" vcap run --iface "va@$A" -o "$D"
	[ ! -e "$W/ran" ]
	[ ! -e "$D" ]
}

@test "starts of one name at once: one records, the others say so" {
	for k in 1 2 3 4; do
		(status=0
			vcap start --iface "va@$A" -o "$D" >"$W/out$k" 2>"$W/err$k" 3>&- || status=$?
			echo $status >"$W/ended$k") &
	done
	wait
	[ "$(cat "$W"/ended? | sort | tr '\n' ' ')" = "0 1 1 1 " ]
	[ "$(cat "$W"/err? | grep -c 'already running; stop it, or give another --name')" = 3 ]
	[ "$(cat "$W"/out?)" = "$(run_dir)" ]
	[ "$(run_value status state)" = '"recording"' ]
	vcap stop
	vcap start --iface "va@$A" -o "$D" # the name is free again at once
	vcap stop
}

# ---- the disk ----

@test "a file system that cannot be written" {
	mkdir "$W/full"
	mount -t tmpfs -o ro tmpfs "$W/full"
	refused 1 "Read-only file system" vcap start --iface "va@$A" -o "$W/full/d"
	refused 125 "Read-only file system" vcap run --iface "va@$A" -o "$W/full/d" -- true
}

full_disk() {
	mkdir "$W/full"
	mount -t tmpfs -o "size=$1,mode=755" tmpfs "$W/full"
	D="$W/full/d"
}

# the digests are those of the files, and of all of them
sums_hold() {
	(cd "$(run_dir)" && sha256sum --quiet --strict -c SHA256SUMS)
	[ "$(wc -l <"$(run_dir)/SHA256SUMS")" = "$(($(ls -A "$(run_dir)" | wc -l) - 1))" ]
}

# what a full disk leaves: all that was written, and why there is no more
judge_full_disk() {
	[ "$(run_value status state)" = '"truncated"' ]
	[[ "$(run_value status reason)" == *"No space left on device"* ]]
	[ "$(run_value points 0 dropped_by_writer)" -gt 0 ]
	n=0
	for f in "$(run_dir)"/host*.pcap.zst; do
		n=$((n + $(tshark -r "$f" -T fields -e frame.number 2>/dev/null | wc -l)))
	done
	[ "$n" -gt 100 ]
	[ "$(run_value points 0 packets)" = "$n" ]
	sums_hold
	run -4 vanalyze check --text "$D"
	[[ "$output" == *"No space left on device"* ]]
	[[ "$output" != *"the files hold"* ]]
	[[ "$output" != *"digest"* ]]
}

@test "disk full: what was written stays, and the run says why it ended" {
	full_disk 3m
	vcap start --iface "vb@$B:host" -o "$D" --snaplen 0 --filter 'udp port 9'
	noise 1400 4000
	wait_gone
	judge_full_disk
	run -1 vcap stop
	[ "${#lines[@]}" = 2 ]
	[[ "${lines[1]}" == *"truncated: host: "*"No space left on device"* ]]
}

@test "disk full after several files: the complete ones count, too" {
	full_disk 3m
	vcap start --iface "vb@$B:host" -o "$D" --snaplen 0 --filter 'udp port 9' --rotate 256K
	noise 1400 4000
	wait_gone
	[ "$(ls "$(run_dir)" | grep -c pcap.zst)" -gt 3 ]
	judge_full_disk
}

@test "disk full while a command runs: it ends as it would, and the loss is told" {
	full_disk 3m
	export -f noise in_a
	export A
	run -4 vcap run --iface "vb@$B:host" -o "$D" --snaplen 0 --filter 'udp port 9' -- \
		bash -c 'echo begun; noise 1400 4000; sleep 0.3; exit 0'
	[[ "$output" == *"No space left on device"* ]]
	[ "$(cat "$(run_dir)/bash.txt")" = begun ]
	[ "$(run_value tools 0 exit)" = 0 ]
	judge_full_disk
}

@test "disk full in the foreground: one message, status 4" {
	full_disk 3m
	vcap start --foreground --iface "vb@$B:host" -o "$D" --snaplen 0 --filter 'udp port 9' \
		2>"$W/err" 3>&- &
	for _ in $(seq 100); do
		[ -n "$(daemon_pid)" ] && break
		sleep 0.05
	done
	noise 1400 4000
	wait $! && status=0 || status=$?
	[ "$status" = 4 ]
	[ "$(grep -c 'No space left on device' "$W/err")" = 1 ]
	judge_full_disk
}

@test "a disk that is full already: nothing begins" {
	full_disk 1m
	refused 1 "bytes free on the disk" vcap start --iface "vb@$B:host" -o "$D"
	[ ! -e "$D" ]
	mkdir -p "$D/runs/earlier"
	refused 1 "bytes free on the disk" vcap start --iface "vb@$B:host" -o "$D"
	[ "$(find "$D" | sort | xargs)" = "$D $D/runs $D/runs/earlier" ]
}

# From a size on there is room for the start, and below it none; between the two what the recording
# needs is there, but for its own first files.
@test "a disk that fills while the recording begins: a failed run, which the message names" {
	local failed=0 pages page_kb=$(($(getconf PAGESIZE) / 1024))

	mkdir "$W/full"
	for pages in 2 3 4 5 6 7 8 9; do
		mount -t tmpfs -o "size=$((1024 + pages * page_kb))k,mode=755" tmpfs "$W/full"
		D="$W/full/d"
		run vcap start --iface "vb@$B:host" -o "$D"
		[ "$status" != 0 ] || break
		if [ -e "$D" ]; then
			[ "$status" = 1 ]
			[ "${#lines[@]}" = 1 ]
			[[ "$output" == *"No space left on device ($(run_dir) stays, as a failed run)" ]]
			[ "$(run_value status state)" = '"failed"' ]
			sums_hold
			run -4 vanalyze check "$D"
			[[ "$output" == *"the run's state is failed: "*"No space left on device"* ]]
			[[ "$output" != *"SHA256SUMS"* ]]
			failed=$((failed + 1))
		fi
		umount "$W/full"
	done
	[ "$failed" -gt 0 ]
	[ "$status" = 0 ]
	vcap stop
	wait_exit
}

# ---- the run's directory ----

@test "the run's directory vanishes: stop says that nothing was kept" {
	vcap start --iface "vb@$B:host" -o "$D" --filter icmp
	gone="$(run_dir)"
	rm -r "$gone"
	run -4 --separate-stderr vcap stop
	[[ "${lines[1]}" == vcap,*,failed,host,* ]]
	[[ "$stderr" == "vcap: warning: $gone: "*"No such file or directory" ]]
}

@test "a file in the run that the recorder may not read: all else is kept, and it is told" {
	vcap start --iface "vb@$B:host" -o "$D" --filter icmp
	in_a ping -q -c 5 -i 0.01 10.77.0.2
	install -m 600 /dev/null "$(run_dir)/private"
	run -4 --separate-stderr vcap stop
	[[ "${lines[1]}" == vcap,*,truncated,host,10,* ]]
	[[ "$stderr" == "vcap: warning: $(run_dir): "*"private: Permission denied" ]]
	[[ "$(run_value status)" == *'"truncated", "reason": "'*'private: Permission denied"'* ]]
	[ "$(tshark -r "$(run_dir)/host.pcap.zst" 2>/dev/null | wc -l)" = 10 ]
}

@test "reject: not while it is being recorded, but when its recorder was killed" {
	vcap start --iface "va@$A:guest" -o "$D" --filter icmp
	in_a ping -q -c 5 -i 0.01 10.77.0.2
	refused 2 "still being recorded" vcap reject --reason 'load was off' "$(run_dir)"
	run -4 vanalyze check "$D"
	[[ "$output" == *"is being recorded: 'vcap stop' ends it"* ]]
	kill -KILL "$(daemon_pid)"
	wait_gone
	run -4 vanalyze check "$D"
	[[ "$output" == *"the recording never ended"*"'vcap reject'"* ]]
	vcap reject --reason 'load was off' "$(run_dir)"
	[ "$(run_value status)" = '{"state": "failed", "reason": "load was off"}' ]
	run -3 vanalyze rtt "$D"
	(cd "$(run_dir)" && sha256sum --quiet -c SHA256SUMS)
}

@test "a limit that comes before the command's end: the run is complete, the command known" {
	run -7 vcap run --iface "vb@$B:host" -o "$D" --duration 100ms -- \
		sh -c 'sleep 0.5; echo late; exit 7'
	[ "$(run_value status state)" = '"complete"' ]
	[ "$(run_value tools 0 exit)" = 7 ]
	[ "$(cat "$(run_dir)/sh.txt")" = late ]
}

# ---- interfaces ----

@test "an interface vanishes: its point ends, the other goes on" {
	ip -n "$A" link add vx type veth peer name vy
	ip -n "$A" link set vx up
	ip -n "$A" link set vy up
	vcap start --iface "va@$A:stays" --iface "vx@$A:goes" -o "$D" --filter icmp
	ip -n "$A" link del vx
	in_a ping -q -c 10 -i 0.1 10.77.0.2
	run -4 vcap stop
	[ "$(run_value points 0 packets)" = 20 ]
	[ "$(run_value status state)" = '"truncated"' ]
	[[ "$(run_value status reason)" == *"goes: The interface disappeared"* ]]
	sums_hold
}

@test "the only interface vanishes: the recording ends, with all that came before" {
	vcap start --iface "vb@$B:host" -o "$D" --filter 'udp port 9'
	in_a "$BUILD_DIR/udpblast" 10.77.0.2 9 2000 1
	ip -n "$B" link del vb
	wait_gone
	numbers "$(run_dir)/host.pcap.zst" 2000
	[ "$(run_value status state)" = '"truncated"' ]
	run -1 vcap stop
	[[ "${lines[1]}" == *"truncated: host: The interface disappeared"* ]]
	sums_hold
	run -4 vanalyze check --csv "$D"
	[ "${#lines[@]}" = 2 ] # a header, and that the run is truncated
	[[ "${lines[1]}" == *truncated* ]]
}

@test "an interface goes down and comes back: the recording outlives it" {
	vcap start --iface "vb@$B:host" -o "$D" --filter icmp
	ip -n "$B" link set vb down
	sleep 0.7
	ip -n "$B" link set vb up
	in_a ping -q -c 10 -i 0.01 10.77.0.2
	vcap stop
	[ "$(run_value points 0 packets)" = 20 ]
}

# ---- the clock ----

@test "the clock is set back: told at once, an event of the run, nothing lost" {
	"$BUILD_DIR/clock_back" -1500 1500 --iface "vb@$B:host" -o "$D" --filter 'udp port 9' \
		>"$W/dir" 2>"$W/err" 3>&- &
	for _ in $(seq 100); do
		[ -s "$W/dir" ] && break
		sleep 0.05
	done
	in_a "$BUILD_DIR/udpblast" 10.77.0.2 9 1000 2
	vcap stop
	wait $!
	[ "$(cat "$W/dir")" = "$(run_dir)" ]
	numbers "$(run_dir)/host.pcap.zst" 2000
	[ "$(run_value status state)" = '"complete"' ]
	# the clocks are read one after the other: a busy machine adds microseconds
	[ "$(grep -cE 'warning: clock step of -1(5000|4999)[0-9]{5} ns$' "$W/err")" = 1 ]
	[ "$(run_value events | grep -o label | wc -l)" = 1 ]
	run_value events | grep -qE '"label": "clock step of -1(5000|4999)[0-9]{5} ns"'
}

@test "the clock is set forward in the last moment: still an event of the run" {
	run -0 "$BUILD_DIR/clock_back" 3600000 900 --iface "vb@$B:host" -o "$D" --duration 1s
	[[ "$(run_value events)" == *'clock step of 3'[56]* ]]
	[ "$(run_value status state)" = '"complete"' ]
}

# ---- signals ----

@test "SIGTERM is a stop" {
	for signal in TERM INT; do
		vcap start --iface "va@$A" -o "$W/$signal" --filter icmp
		pid="$(daemon_pid)"
		in_a ping -q -c 5 -i 0.01 10.77.0.2
		kill "-$signal" "$pid"
		wait_gone
		D="$W/$signal"
		[ "$(run_value status state)" = '"complete"' ]
		[ "$(run_value points 0 packets)" = 10 ]
	done
}

@test "SIGTERM during the start leaves no recording" {
	for delay in 0 0.005 0.01 0.02 0.03 0.04 0.06; do
		vcap start --iface "va@$A" -o "$D" --name "t$delay" 3>&- 2>"$W/err" &
		sleep "$delay"
		kill -TERM $! 2>/dev/null || true
		wait $! && status=0 || status=$?
		if [ "$status" = 0 ]; then
			vcap stop --name "t$delay" # the signal came after it was ready
		else # before the program looks at signals, or as an error of its own
			[ "$status" = 143 ] || grep -qxE 'vcap: stopped by a signal \(SIGTERM\) before packets were recorded( \(.* stays, as a failed run\))?' "$W/err"
		fi
	done
	[ -z "$(vcap status 2>/dev/null)" ]
	for run in "$D"/runs/*/; do
		(cd "$run" && sha256sum --quiet -c SHA256SUMS)
	done
	! grep -l '"state": "recording"' "$D"/runs/*/run.json
}
