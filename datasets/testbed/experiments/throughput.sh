# throughput.sh - iperf3 from inside the platform to `recv`.
# Factors: protocol (tcp, udp), socket_bytes, message_bytes, duration_s; offered_bps for udp (0: all it can).
# shellcheck shell=sh
filter="port 5201" points="1:host 2:guest" vcap_args="--snaplen 68"

experiment_prepare() {
	in_ns_background recv $outer_pin iperf3 -s -1 >/dev/null 2>&1 </dev/null &
	receiver_pid=$!
	wait_for 5 in_ns recv sh -c 'ss -ltn | grep -q :5201'
}

experiment_run() {
	words="-t $f_duration_s -w $f_socket_bytes"
	[ -z "${f_message_bytes:-}" ] || words="$words -l $f_message_bytes"
	[ "${f_protocol:-tcp}" = tcp ] || words="$words -u -b ${f_offered_bps:-0}"
	platform_record inner iperf3 -J -c $RECV_IP $words
}

experiment_finish() {
	end_process "$receiver_pid"
	receiver_pid=''
}
receiver_pid=''

experiment_check() { # RUN-DIRECTORY
	grep -q '"bits_per_second"' "$1/iperf3.json" && ! grep -q '"error"' "$1/iperf3.json" ||
		{ reason="iperf3 failed"; return 1; }
}
