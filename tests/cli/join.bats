#!/usr/bin/env bats
# `vcap join`: parts that several machines recorded, without recording: the parts are imported,
# and told of their hosts by --describe.  What is expected stands in the commands.  VCAP and
# VANALYZE are the programs.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	VCAP="${VCAP:-build/release/vcap}"
	VANALYZE="${VANALYZE:-build/release/vanalyze}"
	W="$BATS_TEST_TMPDIR"
	CAPTURE=tests/data/public/captures/der_sameid_be_ns.pcap
	printf 't_ns,cpu.user\n1000,1\n2000,2\n' >"$W/c.csv"
	printf 'PING x (192.0.2.1) 56(84) bytes of data.\n%s\n\n%s\n%s\n' \
		'64 bytes from 192.0.2.1: icmp_seq=1 ttl=64 time=1.00 ms' '--- x ping statistics ---' \
		'1 packets transmitted, 1 received, 0% packet loss, time 0ms' >"$W/ping.txt"
}

# part NAME HOST POINT [OPTION]...: run exp of dataset NAME, recorded by HOST
part() {
	local name=$1 host=$2 point=$3

	shift 3
	printf '{"schema": "vantage/run/1", "id": "x", "hosts": [{"name": "%s"}], "by-%s": 1,
		"points": [{"name": "%s", "host": "%s"}], "counters": [{"file": "counters.csv.zst",
		"host": "%s", "sampled-by": "%s"}],
		"tools": [{"name": "ping", "file": "ping.txt", "host": "%s", "pinned-to": "%s"}],
		"events": [{"t_ns": "5", "label": "of %s"}]}' \
		"$host" "$name" "$point" "$host" "$host" "$name" "$host" "$name" \
		"$name" >"$W/describe.json"
	"$VCAP" import -o "$W/$name" --run-id exp --platform lxc --describe "$W/describe.json" \
		"$point=$CAPTURE" "$W/c.csv" "$W/ping.txt" "$@" 2>"$W/err"
}

join() {
	"$VCAP" join -o "$W/set" "$@" >"$W/out" 2>"$W/err"
}

# show EXPRESSION: of run.json as r
show() {
	/usr/bin/python3 -c "import json; r = json.load(open('$W/set/runs/exp/run.json')); print(($1))"
}

@test "join: hosts, points, counters, outputs and marks keep their machine; no file is lost" {
	part a g guest --factor load=4
	part b h host --factor repetition=2
	join "$W/a/runs/exp" "$W/b/runs/exp"
	[ "$(cat "$W/out")" = "$W/set/runs/exp" ]
	[ "$(show '[(p["name"], p["order"], p["host"], *p["files"]) for p in r["points"]]')" = \
		"[('guest', 0, 'g', 'guest.pcap.zst'), ('host', 1, 'h', 'host.pcap.zst')]" ]
	[ "$(show '[(c["file"], c["host"]) for c in r["counters"]]')" = \
		"[('counters.g.csv.zst', 'g'), ('counters.h.csv.zst', 'h')]" ]
	[ "$(show '[(t["file"], t["host"]) for t in r["tools"]]')" = \
		"[('ping.g.txt', 'g'), ('ping.h.txt', 'h')]" ]
	[ "$(show '[(e["label"], e["host"]) for e in r["events"]]')" = "[('of a', 'g'), ('of b', 'h')]" ]
	[ "$(show 'r["factors"], r["by-a"], r["by-b"], [h["name"] for h in r["hosts"]]')" = \
		"({'load': 4, 'repetition': 2}, 1, 1, ['g', 'h'])" ]
	# keys that the program does not know stay, whatever they belong to
	[ "$(show '[t["pinned-to"] for t in r["tools"]]')" = "['a', 'b']" ]
	[ "$(show '[c["sampled-by"] for c in r["counters"]]')" = "['a', 'b']" ]
	/usr/bin/python3 tests/oracle/validate.py docs/schema/run-1.schema.json \
		"$W/set/runs/exp/run.json"
	"$VANALYZE" check "$W/set"
	for f in guest.pcap.zst ping.g.txt counters.g.csv.zst; do
		cmp "$W/set/runs/exp/$f" "$W/a/runs/exp/${f/.g/}"
	done
}

@test "join: files of one name of unknown hosts are numbered" {
	for name in a b c; do
		"$VCAP" import -o "$W/$name" --run-id exp "$name=$CAPTURE" "$W/ping.txt" 2>/dev/null
	done
	join "$W"/[abc]/runs/exp
	[ "$(show '[t["file"] for t in r["tools"]]')" = \
		"['ping.other.txt', 'ping.other-2.txt', 'ping.other-3.txt']" ]
	"$VANALYZE" check "$W/set"
}

@test "join: a host's name cannot lead out of the run" {
	part a ../../../evil guest
	part b 'x/y' host
	join "$W/a/runs/exp" "$W/b/runs/exp"
	[ "$(show '[c["file"] for c in r["counters"]]')" = \
		"['counters._________evil.csv.zst', 'counters.x_y.csv.zst']" ]
	[ "$(show '[c["host"] for c in r["counters"]]')" = "['../../../evil', 'x/y']" ]
}

@test "join: what does not belong together is refused, and nothing is made" {
	part a g guest --factor load=4
	part b h host --factor load=5
	part c g host
	part d h guest
	part e h host
	part f i host --driver nat
	sed -i 's/"id": "exp"/"id": "other"/' "$W/e/runs/exp/run.json"
	while read -r other words; do
		status=0
		join "$W/a/runs/exp" "$W/$other/runs/exp" || status=$?
		[ "$status" -eq 2 ]
		grep -q "$words" "$W/err" || { cat "$W/err"; return 1; }
		[ "$(wc -l <"$W/err")" -eq 1 ]
		[ ! -e "$W/set" ]
	done <<-'END'
	b differ in the factor load: 4, 5
	c both have a host g
	d both have a point guest
	e were recorded under different ids
	f differ in platform or driver
	END
	rm -r "$W/b"
	part b h host
	join "$W/a/runs/exp" "$W/b/runs/exp"
	status=0
	join "$W/a/runs/exp" "$W/b/runs/exp" || status=$?
	[ "$status" -eq 2 ]
	grep -q 'exists already' "$W/err"
	"$VANALYZE" check "$W/set"
}

@test "join: a part that lacks a file leaves nothing half-made" {
	part a g guest
	part b h host
	rm "$W/b/runs/exp/ping.txt"
	status=0
	join "$W/a/runs/exp" "$W/b/runs/exp" || status=$?
	[ "$status" -eq 1 ]
	grep -q ping.txt "$W/err"
	[ ! -e "$W/set/runs/exp" ]
}

@test "join: directories that were there stay after a failure" {
	part a g guest
	part b h host
	rm "$W/a/runs/exp/guest.pcap.zst"
	mkdir -p "$W/set"
	! join "$W/a/runs/exp" "$W/b/runs/exp" || false
	[ "$(find "$W/set" | xargs)" = "$W/set" ]
	rmdir "$W/set"
	! join "$W/a/runs/exp" "$W/b/runs/exp"
	[ ! -e "$W/set" ]
}

@test "join: a part that was cut short makes the run so, named without its folder" {
	head -c -900 "$CAPTURE" >"$W/cut.pcap"
	part a g guest
	CAPTURE="$W/cut.pcap"
	part b h host || [ $? -eq 4 ]
	join "$W/a/runs/exp" "$W/b/runs/exp"
	[ "$(show 'r["status"]["state"], r["status"]["reason"][:14]')" = "('truncated', 'exp: cut.pcap:')" ]
}
