#!/usr/bin/env bats
# `vcap import`: what becomes of captures, outputs and counters, and what a description adds.
# VCAP and VANALYZE are the programs.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	VCAP="${VCAP:-build/release/vcap}"
	VANALYZE="${VANALYZE:-build/release/vanalyze}"
	W="$BATS_TEST_TMPDIR"
	capture 1 >"$W/guest.pcap"
	capture 1 >"$W/wire.pcap"
	printf 't_ns,cpu.user,mem.free_bytes,lateness_ns,odd\n%s' \
		$'1000,1,4096,5,0\n3000,2,8192,6,0\n5000,3,4096,7,0\n95000,4,4096,8,0\n' >"$W/c.csv"
}

le32() {
	printf '%b' "$(printf '\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) \
		$(($1 >> 24 & 255)))"
}

# capture N: microsecond pcap of N packets of 4 bytes (of 60), at 86400 s + 1 us, + 2 us ...
capture() {
	local i

	printf '%b' '\xd4\xc3\xb2\xa1\x02\x00\x04\x00'
	le32 0 && le32 0 && le32 4 && le32 1
	for ((i = 1; i <= $1; i++)); do
		le32 86400 && le32 "$i" && le32 4 && le32 60 && printf abcd
	done
}

import() {
	"$VCAP" import -o "$W/set" --run-id R "$@" 2>"$W/err"
}

# show EXPRESSION: of run.json as r
show() {
	/usr/bin/python3 -c "import json; r = json.load(open('$W/set/runs/R/run.json')); print(($1))"
}

describe() {
	printf '{"schema": "vantage/run/1", "id": "x", %s}' "$1" >"$W/describe.json"
}

valid() {
	/usr/bin/python3 tests/oracle/validate.py docs/schema/run-1.schema.json "$W/set/runs/R/run.json"
	"$VANALYZE" check "$W/set" >/dev/null
}

@test "import: named after the first packet; points from the innermost; pcap with nanoseconds" {
	"$VCAP" import -o "$W/set" --platform lxc --factor load=none --factor k=2 "$W/guest.pcap" \
		outside="$W/wire.pcap" 2>"$W/err"
	[ "$(ls "$W/set/runs")" = 19700102T000000Z-set ]
	mv "$W"/set/runs/* "$W/set/runs/R"
	[ "$(show '[(p["name"], p["order"], *p["files"], p["packets"], p["snaplen"])
		for p in r["points"]]')" = \
		"[('guest', 0, 'guest.pcap.zst', 1, 4), ('outside', 1, 'outside.pcap.zst', 1, 4)]" ]
	[ "$(show 'r["factors"], r["started"], r["ended"]')" = \
		"({'k': 2, 'load': 'none'}, '1970-01-02T00:00:00.000001000Z', '1970-01-02T00:00:00.000001000Z')" ]
	# magic, version, zone, accuracy, snap length, link type; seconds, nanoseconds, 4 of 60 bytes
	zstd -dcq "$W/set/runs/R/guest.pcap.zst" | od -An -tx1 -v | tr -d '\n' >"$W/hex"
	[ "$(cat "$W/hex")" = "$(printf ' %s' 4d 3c b2 a1 02 00 04 00 00 00 00 00 00 00 00 00 \
		04 00 00 00 01 00 00 00 80 51 01 00 e8 03 00 00 04 00 00 00 3c 00 00 00 61 62 63 64)" ]
}

@test "import: two captures of one point" {
	import host="$W/guest.pcap" host="$W/wire.pcap"
	[ "$(show 'r["points"][0]["files"], r["points"][0]["packets"], len(r["points"])')" = \
		"(['host.pcap.zst', 'host.1.pcap.zst'], 2, 1)" ]
	valid
}

@test "import: a cut capture up to the cut; the run says so" {
	capture 3 | head -c 70 >"$W/cut.pcap"
	run import "$W/cut.pcap"
	[ "$status" -eq 4 ]
	[ "$(show 'r["points"][0]["packets"], r["status"]["state"]')" = "(2, 'truncated')" ]
	# told without the folder, which is nobody's business
	show 'r["status"]["reason"]' | grep -q '^cut.pcap: record 3 '
}

# Distances 2000, 2000, 90000: the usual one is 2000.
@test "import: counters with unit and kind where known, and the usual distance of rows" {
	import "$W/guest.pcap" "$W/c.csv" vm="$W/c.csv"
	[ "$(show '[(c["file"], c["host"], c["interval_ns"]) for c in r["counters"]]')" = \
		"[('counters.csv.zst', None, 2000), ('counters.vm.csv.zst', 'vm', 2000)]" ]
	[ "$(show '[tuple(c.values()) for c in r["counters"][0]["columns"].values()]')" = \
		"[('jiffies', 'counter'), ('bytes', 'level'), ('ns', 'level')]" ]
	zstd -dcq "$W/set/runs/R/counters.csv.zst" | cmp - "$W/c.csv"
}

@test "import: a description gives order, host, interface, times, versions, and keys of its own" {
	printf 'PING x (192.0.2.1) 56(84) bytes of data.\n%s\n\n%s\n%s\n' \
		'64 bytes from 192.0.2.1: icmp_seq=1 ttl=64 time=1.00 ms' '--- x ping statistics ---' \
		'1 packets transmitted, 1 received, 0% packet loss, time 0ms' >"$W/ping.txt"
	describe '"started": "1970-01-01T23:00:00Z", "hosts": [{"name": "m"}], "mine": [1],
		"points": [{"name": "wire", "order": 0, "interface": "eth0", "dropped_by_kernel": 0},
			{"name": "guest", "order": 3, "host": "m", "offloads": ["gro"]}, {"name": "absent"}],
		"tools": [{"name": "ping", "file": "ping.txt", "argv": ["ping", "x"], "exit": 1}],
		"counters": [{"file": "counters.csv.zst", "host": "m"}]'
	import --describe "$W/describe.json" "$W/guest.pcap" "$W/wire.pcap" "$W/ping.txt" "$W/c.csv"
	[ "$(show '[(p["name"], p["order"], p["host"], p["interface"]) for p in r["points"]]')" = \
		"[('wire', 0, None, 'eth0'), ('guest', 3, 'm', None)]" ]
	[ "$(show 'r["points"][0]["dropped_by_kernel"], r["points"][1]["offloads"]')" = "(0, ['gro'])" ]
	[ "$(show 'r["started"], r["ended"], r["id"], r["mine"], r["hosts"]')" = \
		"('1970-01-01T23:00:00Z', '1970-01-02T00:00:00.000001000Z', 'R', [1], [{'name': 'm'}])" ]
	[ "$(show 'r["tools"][0]["argv"], r["tools"][0]["exit"], r["counters"][0]["host"]')" = \
		"(['ping', 'x'], 1, 'm')" ]
	/usr/bin/python3 tests/oracle/validate.py docs/schema/run-1.schema.json "$W/set/runs/R/run.json"
}

@test "import: a description without orders leaves those of the operands" {
	describe '"points": [{"name": "wire", "interface": "eth0"}]'
	import --describe "$W/describe.json" "$W/guest.pcap" "$W/wire.pcap"
	[ "$(show '[(p["name"], p["order"]) for p in r["points"]]')" = "[('guest', 0), ('wire', 1)]" ]
	valid
}

@test "import: what somebody wrote into the descriptor stays" {
	mkdir "$W/set"
	echo '{"title": "T", "licenses": [{"name": "CC0-1.0"}],
		"resources": [{"name": "t", "path": "t.csv"}]}' >"$W/set/datapackage.json"
	import "$W/guest.pcap"
	run /usr/bin/python3 -c "import json; d = json.load(open('$W/set/datapackage.json'))
print(d['name'], d['title'], d['licenses'], [r['path'] for r in d['resources']])"
	[ "$output" = "set T [{'name': 'CC0-1.0'}] ['t.csv', 'runs/R/run.json']" ]
}

@test "import: refused with the reason" {
	echo nothing >"$W/x.txt"
	while read -r expected words; do
		run import $words
		[ "$status" -eq "$expected" ]
		[ "$(wc -l <"$W/err")" -ge 1 ]
		rm -rf "$W/set"
	done <<-END
	2
	2 --factor rtt_ns=1 $W/guest.pcap
	2 --factor x $W/guest.pcap
	2 --run-id a/b $W/guest.pcap
	3 $W/x.txt
	1 $W/absent.pcap
	3 --describe $W/x.txt $W/guest.pcap
	END
}
