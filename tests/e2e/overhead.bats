#!/usr/bin/env bats
# The whole way as a user goes it: vcap run records a ping at two points while it runs, vanalyze
# overhead tells what the way between them costs; every number against tshark and ping's own output.
# Plainly, over IPv6, through address translation (other addresses at the outer point), in a VLAN.

bats_require_minimum_version 1.5.0
load testbed

N=60

setup_file() {
	testbed_setup_file
}

setup() {
	testbed_up
}

teardown() {
	[ -z "${taggers:-}" ] || kill $taggers 2>/dev/null || true
	testbed_down
	[ -z "${C:-}" ] || ip netns del "$C" 2>/dev/null || true
}

# record ADDRESS OPTION...: ping it from $A, the outer point being $OUTER
record() {
	run -0 vcap run --iface "va@$A:guest" --iface "$OUTER" -o "$D" --platform test "${@:2}" -- \
		ip netns exec "$A" ping -D -c "$N" -i 0.01 "$1"
}

# judge [OPTION...]: of judge_overhead.py
judge() {
	run -0 vanalyze check "$D"
	run -0 vanalyze overhead --csv --samples "$W/samples.csv" "$D"
	for pair in app,guest guest,host app,host; do
		grep -q ",$pair,overhead_ns,.*,$N,0," <<<"$output"
	done
	/usr/bin/python3 -B tests/e2e/judge_overhead.py "$(run_dir)" "$W/samples.csv" "$N" "$@"
	for capture in "$(run_dir)"/*.pcap.zst; do
		tshark -r "$capture" >/dev/null 2>&1
	done
	(cd "$(run_dir)" && sha256sum --quiet -c SHA256SUMS)
}

@test "overhead of a ping" {
	OUTER="vb@$B:host"
	record 10.77.0.2 --filter icmp
	judge
}

@test "overhead of a ping over IPv6" {
	OUTER="vb@$B:host"
	record fd77::2 --filter 'icmp6 or icmp'
	judge
}

# $A - va, vb - $B: translates - vc, vd - $C
@test "overhead of a ping through address translation" {
	C="vt$$c"
	ip netns add "$C"
	ip -n "$B" link add vc type veth peer name vd netns "$C"
	ip -n "$B" addr add 10.79.0.1/24 dev vc
	ip -n "$C" addr add 10.79.0.2/24 dev vd
	ip -n "$B" link set vc up
	ip -n "$C" link set vd up
	ip -n "$A" route add default via 10.77.0.2
	ip netns exec "$B" sh -c "echo 1 >/proc/sys/net/ipv4/ip_forward"
	ip netns exec "$B" nft 'add table ip t;
		add chain ip t o { type nat hook postrouting priority 100; };
		add rule ip t o oifname vc masquerade'
	OUTER="vc@$B:host"
	record 10.79.0.2 --filter icmp
	judge
	# at the outer point nobody knows the guest's address, and $C has no way to it
	[ "$(tshark -r "$(run_dir)/host.pcap.zst" -Y 'ip.addr == 10.77.0.1' 2>/dev/null | wc -l)" = 0 ]
	[ "$(tshark -r "$(run_dir)/host.pcap.zst" -Y 'ip.src == 10.79.0.1' 2>/dev/null | wc -l)" = "$N" ]
}

# tag NAMESPACE TAP INTERFACE ADDRESS: VLAN 5 begins at TAP
tag() {
	mkfifo "$W/$2"
	ip netns exec "$1" /usr/bin/python3 -B tests/e2e/tagger.py "$2" "$3" 5 "$4" \
		>"$W/$2" 2>&1 3>&- &
	taggers="${taggers:-} $!"
	read -r line <"$W/$2"
	[ "$line" = ready ]
}

@test "overhead of a ping in a VLAN" {
	[ -c /dev/net/tun ] || skip "no TAP interfaces here"
	tag "$A" ta va 10.78.0.1/24
	tag "$B" tb vb 10.78.0.2/24
	OUTER="vb@$B:host"
	record 10.78.0.2
	judge --vlan 5
}

@test "a filter finds what is in a VLAN" {
	[ -c /dev/net/tun ] || skip "no TAP interfaces here"
	tag "$A" ta va 10.78.0.1/24
	tag "$B" tb vb 10.78.0.2/24
	OUTER="vb@$B:host"
	record 10.78.0.2 --filter 'vlan 5 and icmp'
	judge --vlan 5
	[ "$(run_value points 0 packets)" = "$((2 * N))" ]
	[ "$(run_value points 1 packets)" = "$((2 * N))" ]
}
