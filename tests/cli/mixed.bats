#!/usr/bin/env bats
# mixed - one dataset that holds runs of several kinds: pings, HTTP captured at several points,
# tools that print quantiles and nothing else.  Only what was measured has a row.
#
# Expected values: what the generator was told, and what a run is without the disturbance.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	BUILD_DIR="${BUILD_DIR:-build/release}"
	VANALYZE="${VANALYZE:-$BUILD_DIR/vanalyze}"
	VCAP="${VCAP:-$BUILD_DIR/vcap}"
	PYTHON=/usr/bin/python3
	W=$BATS_TEST_TMPDIR
	"$BUILD_DIR/gencap" http -n 60 -s 1 --clean -o "$W/http.pcap" -t "$W/truth.csv"
	"$BUILD_DIR/gencap" icmp -n 40 -s 1 -o "$W/ping.pcap"
}

# mixed DIRECTORY: a run of each kind
mixed() {
	"$VCAP" import -o "$1" --platform kvm --factor load=web client="$W/http.pcap" \
		origin="$W/ping.pcap" >/dev/null
	"$VCAP" import -o "$1" --platform kvm --factor load=ping guest="$W/ping.pcap" >/dev/null
	"$VCAP" import -o "$1" --platform kvm --factor load=wrk tests/data/tools/wrk.txt >/dev/null
}

@test "mixed: a point has a row where it saw something, a note counts the others" {
	mixed "$W/d"
	for command in http tcp; do
		"$VANALYZE" $command --json "$W/d" >"$W/$command.json"
	done
	"$PYTHON" - "$W" <<-'END'
	import json, sys
	for command, metric in (("http", "latency_ns"), ("tcp", "tcp_ack_ns")):
	    a = json.load(open(f"{sys.argv[1]}/{command}.json"))["analyses"]
	    for x in a:
	        if x["kind"] == "summary":
	            assert all(r["n"] for r in x["rows"]), x
	    counts = [x for x in a if x["kind"] == "counts" and x["metric"] == metric][0]
	    points = {r["point"]: r for r in counts["rows"]}
	    assert set(points) == ({"client", "app"} if command == "http" else {"client"}), points
	    name = command.upper()
	    assert f"2 of 3 captures hold no {name} and have no row." in counts["notes"], counts["notes"]
	    if command == "http":
	        # 2844: "2844 requests in 1.10s" of wrk.txt
	        assert points["client"]["requests"] == 60 and points["app"]["requests"] == 2844
	        assert any(x["kind"] == "stated" for x in a)
	END
}

@test "mixed: without any HTTP there is nothing usable; TLS alone is counted" {
	run "$VANALYZE" http "$W/ping.pcap"
	[ "$status" -eq 3 ]
	[ "${#lines[@]}" -eq 1 ]
	"$PYTHON" - "$W/tls.pcap" <<-'END'
	import struct, sys
	out = struct.pack("<IHHIIII", 0xA1B23C4D, 2, 4, 0, 0, 65535, 101)
	for i, (server, flags, seq, ack, data) in enumerate(((0, 2, 9, 0, b""), (1, 18, 99, 10, b""),
	        (0, 16, 10, 100, b""), (0, 16, 10, 100, b"\x16\x03\x01\0\x05\1\0\0\1\0"))):
	    ends, ports = [b"\x0a\0\0\1", b"\x0a\0\0\2"], [40000, 443]
	    if server:
	        ends.reverse(), ports.reverse()
	    n = 40 + len(data)
	    p = struct.pack("!BBHHHBBH", 0x45, 0, n, i, 0, 64, 6, 0) + ends[0] + ends[1] + struct.pack(
	        "!HHIIBBHHH", *ports, seq, ack, 0x50, flags, 999, 0, 0) + data
	    out += struct.pack("<IIII", 1, i, n, n) + p
	open(sys.argv[1], "wb").write(out)
	END
	"$VANALYZE" http --json "$W/tls.pcap" | grep -q '"tls_connections": *1'
}

@test "mixed: a factor may bear the name of any number" {
	mixed "$W/d"
	"$VANALYZE" all "$W/d" -o "$W/before" >/dev/null
	"$PYTHON" - "$W" <<-'END'
	import glob, json, sys
	w = sys.argv[1]
	names = set()
	for x in json.load(open(f"{w}/before/d.json"))["analyses"]:
	    for row in x["rows"]:
	        names |= set(row) - set(x["by"])
	# those are taken by the samples' columns: docs/formats.md lists them
	text = open("docs/formats.md").read().split("```text reserved")[1]
	refused = set(text.split("```")[0].split())
	for i, path in enumerate(sorted(glob.glob(f"{w}/d/runs/*/run.json"))):
	    run = json.load(open(path))
	    run["factors"].update({name: f"level{i}" for name in names - refused})
	    json.dump(run, open(path, "w"))
	assert {"requests", "complete", "connections", "mean", "sd"} <= names - refused
	END
	"$VANALYZE" all "$W/d" -o "$W/after" >/dev/null
	"$PYTHON" - "$W" <<-'END'
	import json, sys
	def values(path):
	    out = []
	    for x in json.load(open(path))["analyses"]:
	        if x["kind"] in ("describe", "ci", "cdf", "counts", "stated"):
	            out += [(x["kind"], tuple((k, v) for k, v in r.items() if k not in x["by"]))
	                    for r in x["rows"]]
	    return sorted(out, key=repr)
	before, after = (values(f"{sys.argv[1]}/{d}/d.json") for d in ("before", "after"))
	assert before and before == after
	END
}
