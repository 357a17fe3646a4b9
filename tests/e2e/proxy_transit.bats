#!/usr/bin/env bats
# `vanalyze proxy` and `vanalyze transit` on what really passes through a function: Squid, against its
# own log; the kernel's forwarding and address translation, against its own counters.  Three
# namespaces in a row: $A the client, $B the function, $C the origin.

bats_require_minimum_version 1.5.0
load testbed

setup_file() {
	testbed_setup_file
}

setup() {
	testbed_up
	C="vt$$c"
	ip netns add "$C"
	ip -n "$B" link add vc type veth peer name vd netns "$C"
	ip -n "$B" addr add 10.78.0.1/24 dev vc
	ip -n "$C" addr add 10.78.0.2/24 dev vd
	ip -n "$B" link set vc up
	ip -n "$C" link set vd up
	ip -n "$C" link set lo up
	ip -n "$B" link set lo up
	PIDS=()
}

teardown() {
	for pid in "${PIDS[@]}"; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	testbed_down
	[ -n "$C" ] && ip netns del "$C" 2>/dev/null
	return 0
}

# NAMESPACE ADDRESS PORT: until somebody listens there
wait_for() {
	for _ in $(seq 200); do
		ip netns exec "$1" /usr/bin/python3 -c \
			"import socket; socket.create_connection(('$2', $3), 1)" 2>/dev/null && return
		sleep 0.05
	done
	return 1
}

start_squid() {
	mkdir -m 777 "$W/squid"
	cat >"$W/squid.conf" <<-CONF
		http_port 3128
		acl no url_regex /denied/
		http_access deny no
		http_access allow all
		visible_hostname function
		pid_filename none
		pinger_enable off
		netdb_filename none
		memory_cache_shared off
		cache_mem 8 MB
		max_filedescriptors 1024
		shutdown_lifetime 0 seconds
		coredump_dir $W/squid
		cache_log $W/squid/cache.log
		access_log stdio:$W/squid/access.log squid
		buffered_logs off
	CONF
	ip netns exec "$B" squid -N -f "$W/squid.conf" 3>&- >/dev/null 2>&1 &
	PIDS+=($!)
	wait_for "$A" 10.77.0.2 3128
}

@test "a proxy: hits, misses and revalidations are those in Squid's log" {
	command -v squid >/dev/null || skip "no squid"
	chmod 755 "$BATS_RUN_TMPDIR" "$W" # Squid gives up root
	ip netns exec "$C" /usr/bin/python3 tests/e2e/origin.py 10.78.0.2 80 3>&- &
	PIDS+=($!)
	wait_for "$B" 10.78.0.2 80
	start_squid
	vcap start -i "vb@$B:proxy-in" -i "vc@$B:proxy-out" -o "$D" --filter tcp
	: >"$W/squid/access.log"
	in_a /usr/bin/python3 tests/e2e/check_proxy.py ask 10.77.0.2:3128 10.78.0.2
	sleep 0.1
	vcap stop
	vanalyze proxy --samples "$W/samples.csv" --csv "$D" >"$W/results.csv"
	/usr/bin/python3 tests/e2e/check_proxy.py judge "$W/samples.csv" "$W/squid/access.log"
}

# DIRECTION: packets that a counter of the function's rules has
counted() {
	ip netns exec "$B" nft list counter ip t "$1" | sed -n 's/.*packets \([0-9]*\) .*/\1/p'
}

# NAME: a count of the results
count() {
	/usr/bin/python3 - "$W/results.json" "$1" <<-'PYTHON'
		import json, sys
		row, = (row for a in json.load(open(sys.argv[1]))['analyses'] if a['kind'] == 'counts'
		        for row in a['rows'])
		print(row[sys.argv[2]])
	PYTHON
}

@test "a translator of addresses that drops every tenth datagram: counts are the kernel's" {
	command -v nft >/dev/null || skip "no nft"
	ip netns exec "$B" sysctl -qw net.ipv4.ip_forward=1
	ip -n "$A" route add default via 10.77.0.2
	ip netns exec "$B" nft -f - <<-'RULES'
		table ip t {
			counter out { }
			counter back { }
			counter dropped { }
			chain f {
				type filter hook forward priority 0;
				udp dport 9 numgen inc mod 10 0 counter name dropped drop
				iifname "vb" counter name out
				iifname "vc" counter name back
			}
			chain n {
				type nat hook postrouting priority 100;
				oifname "vc" masquerade
			}
		}
	RULES
	vcap start -i "vb@$B:inner" -i "vc@$B:outer" -o "$D"
	in_a ping -q -c 20 -i 0.01 10.78.0.2
	in_a "$BUILD_DIR/udpblast" 10.78.0.2 9 1000 1
	ip netns exec "$C" /usr/bin/python3 tests/e2e/origin.py 10.78.0.2 80 3>&- &
	PIDS+=($!)
	wait_for "$A" 10.78.0.2 80
	in_a /usr/bin/python3 tests/e2e/check_proxy.py ask 10.78.0.2:80 10.78.0.2 || true
	sleep 0.2
	vcap stop
	vanalyze transit --timeout 100ms --samples "$W/samples.csv" --json -o "$W/results.json" "$D"
	[ "$(counted dropped)" = 100 ]
	[ "$(count lost_out)" = 100 ]
	[ "$(count lost_in)" = 0 ]
	[ "$(count forwarded_out)" = "$(counted out)" ]
	[ "$(count forwarded_in)" = "$(counted back)" ]
	[ "$(count translated)" = $(($(counted out) + $(counted back))) ]
	[ "$(count duplicates)" = 0 ]
	[ "$(count ambiguous)" = 0 ]
	[ "$(count clock_assumed)" = 0 ]
	[ "$(grep -c ',udp,.*,lost,' "$W/samples.csv")" = 100 ]
}
