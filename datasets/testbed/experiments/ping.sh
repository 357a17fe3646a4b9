# ping.sh - echo requests from inside the platform to `recv`.
# Factors: packet_rate_pps, probes, payload_bytes (56).
# shellcheck shell=sh
filter=icmp points="1:host 2:guest" vcap_args=''

experiment_prepare() {
	platform_exec 1 ping -n -q -c 3 -i 0.05 $RECV_IP >/dev/null 2>&1
}

experiment_run() {
	interval=$(awk -v r="$f_packet_rate_pps" 'BEGIN { printf "%.6f", 1 / r }')
	platform_record inner ping -D -n -s "${f_payload_bytes:-56}" -i "$interval" -c "$f_probes" $RECV_IP
}

experiment_finish() { :; }

# Every probe was sent, and at most one in a hundred is missing.
experiment_check() { # RUN-DIRECTORY
	received=$(sed -n 's/.* \([0-9]*\) received.*/\1/p' "$1/ping.txt")
	[ "${received:-0}" -ge $((f_probes * 99 / 100)) ] ||
		{ reason="only ${received:-0} of $f_probes probes answered"; return 1; }
}
