#!/usr/bin/env bats
# `vanalyze proxy` and `vanalyze transit` on generated captures of two points: every sample and every
# count against the truth of the generator, by tests/oracle/judge_proxy.py and judge_transit.py.  The
# last tests turn the judges on themselves.  BUILD_DIR holds gencap, VANALYZE and VCAP name the
# programs.  Two tests draw a fresh seed in every run and print it; SEED sets it.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	BUILD_DIR="${BUILD_DIR:-build/release}"
	VANALYZE="${VANALYZE:-$BUILD_DIR/vanalyze}"
	VCAP="${VCAP:-$BUILD_DIR/vcap}"
	W="$BATS_TEST_TMPDIR"
}

fresh_seed() {
	seed="${SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}"
	echo "# $1: seed $seed" >&3
}

# MODE [gencap option]...: what gencap makes of the options, as two points
generate() {
	"$BUILD_DIR/gencap" "$@" -o "$W/in.pcap" --outer "$W/out.pcap" -t "$W/truth.csv"
}

judge_proxy() {
	/usr/bin/python3 tests/oracle/judge_proxy.py "$W/samples.csv" "$W/truth.csv" "$@"
}

judge_transit() {
	/usr/bin/python3 tests/oracle/judge_transit.py "$W/samples.csv" "$W/truth.csv" "$@"
}

proxy_agrees() {
	generate proxy "$@"
	"$VANALYZE" proxy --samples "$W/samples.csv" --json -o "$W/results.json" \
		proxy-in="$W/in.pcap" proxy-out="$W/out.pcap"
	judge_proxy --results "$W/results.json"
}

# TIMEOUT [gencap option]...
transit_agrees() {
	local timeout=$1
	shift
	generate transit --interval 10000 "$@"
	"$VANALYZE" transit --timeout "${timeout}s" --samples "$W/samples.csv" --json \
		-o "$W/results.json" guest="$W/in.pcap" host="$W/out.pcap"
	judge_transit --results "$W/results.json" --timeout "$timeout"
}

@test "proxy: misses and hits" {
	proxy_agrees -n 3000 --clean
}

@test "proxy: retries, revalidation, requests denied, ahead of anybody; a fresh seed" {
	fresh_seed proxy
	proxy_agrees -n 5000 -s "$seed"
}

@test "proxy: the same from the first 128 bytes of each packet" {
	proxy_agrees -n 5000 -s 4 -l 128
}

@test "proxy: two views of the same connections have no proxy between them" {
	generate proxy -n 100
	run "$VANALYZE" proxy client="$W/in.pcap" server="$W/in.pcap"
	[ "$status" = 3 ]
	[[ "$output" == *"no run was captured on both sides of a proxy"* ]]
	"$VANALYZE" proxy --inner client --outer server client="$W/in.pcap" server="$W/in.pcap"
}

@test "proxy: among all results of a run that has one, and of no other" {
	generate proxy -n 100
	"$VCAP" import -o "$W/set" client="$W/in.pcap" origin="$W/out.pcap" 2>/dev/null
	"$VANALYZE" all -o "$W/results" "$W/set"
	grep -q '"metric": *"proxy_overhead_ns"' "$W/results/set.json"
	"$VCAP" import -o "$W/other" client="$W/in.pcap" server="$W/in.pcap" 2>/dev/null
	"$VANALYZE" all -o "$W/results" "$W/other"
	! grep -q '"metric": *"proxy_overhead_ns"' "$W/results/other.json" || false
	run "$VANALYZE" all -o "$W/results" "$W/other"
	[[ "$output" != *"no proxy"* ]]
}

@test "proxy and transit: points of different machines are refused" {
	generate proxy -n 100
	echo '{"schema": "vantage/run/1", "id": "x", "hosts": [{"name": "a"}, {"name": "b"}],
		"points": [{"name": "in", "host": "a"}, {"name": "out", "host": "b"}]}' \
		>"$W/describe.json"
	"$VCAP" import -o "$W/set" --describe "$W/describe.json" "$W/in.pcap" "$W/out.pcap" \
		2>/dev/null
	for command in proxy transit; do
		run "$VANALYZE" "$command" "$W/set"
		[ "$status" = 3 ]
		[[ "$output" == *"points in and out were recorded by different machines, a and b"* ]]
	done
}

@test "transit: nothing disturbed" {
	transit_agrees 10 -n 5000 --clean
}

@test "transit: loss, duplication, reordering, fragments, constant payload; a fresh seed" {
	fresh_seed transit
	transit_agrees 10 -n 20000 -s "$seed"
}

@test "transit: addresses and ports translated, cut to 128 bytes, a short timeout" {
	transit_agrees 0.05 -n 20000 -s 5 --nat -l 128
}

@test "transit: one point cut to 128 bytes, the other whole" {
	generate transit --interval 10000 -n 5000 -s 6 -l 128
	mv "$W/in.pcap" "$W/cut.pcap"
	generate transit --interval 10000 -n 5000 -s 6
	"$VANALYZE" transit --samples "$W/samples.csv" guest="$W/cut.pcap" host="$W/out.pcap" >/dev/null
	judge_transit
}

@test "transit: the delays are the parts of echo's overhead" {
	# two ways to the same number: the pairing of probes, and the matching of packets
	for part in out in; do
		"$VANALYZE" overhead --csv --metric "overhead_${part}_ns" --where series=idle \
			tests/data/recordings/lxc tests/data/recordings/docker-nat >"$W/overhead"
		"$VANALYZE" transit --csv --metric "delay_${part}_ns" --where series=idle \
			tests/data/recordings/lxc tests/data/recordings/docker-nat >"$W/delay"
		for points in guest,host host,recv; do
			grep ",$points," "$W/overhead" | sed "s/overhead_${part}_ns/-/" >"$W/a"
			grep ",$points," "$W/delay" | sed "s/delay_${part}_ns/-/" >"$W/b"
			[ -s "$W/a" ]
			cmp "$W/a" "$W/b"
		done
	done
}

@test "transit: the same bytes whatever the number of threads" {
	generate transit --interval 10000 -n 2000
	"$VCAP" import -o "$W/set" a="$W/in.pcap" b="$W/out.pcap" 2>/dev/null
	"$VCAP" import -o "$W/set" b="$W/in.pcap" c="$W/out.pcap" 2>/dev/null
	for j in 1 3; do
		"$VANALYZE" transit -j $j --samples "$W/s$j" "$W/set" >"$W/o$j"
		"$VANALYZE" transit -j $j "$W/set" >"$W/p$j"
	done
	cmp "$W/s1" "$W/s3"
	cmp "$W/o1" "$W/o3"
	cmp "$W/p1" "$W/p3"
	cmp "$W/o1" "$W/p1"
}

@test "transit: one point is not enough, and a damaged capture gives what precedes the damage" {
	generate transit --interval 10000 -n 2000
	run "$VANALYZE" transit "$W/in.pcap"
	[ "$status" = 3 ]
	head -c 100000 "$W/out.pcap" >"$W/damaged.pcap"
	run "$VANALYZE" transit --json guest="$W/in.pcap" host="$W/damaged.pcap"
	[ "$status" = 4 ]
	[[ "$output" == *damaged.pcap* ]]
	[[ "$output" == *'"forwarded_out"'* ]]
}

@test "the judges reject every kind of falsehood" {
	proxy_agrees -n 1000 -s 2
	cp "$W/samples.csv" "$W/true.csv"
	false_by() {
		awk -F, -v OFS=, "$2" "$W/true.csv" >"$W/samples.csv"
		! cmp -s "$W/true.csv" "$W/samples.csv" && ! "$1" 2>/dev/null
	}
	false_by judge_proxy '$10 == "miss" && !n++ { $7++ } 1'
	false_by judge_proxy '$10 == "miss" && !n++ { $6++ } 1'
	false_by judge_proxy '$10 == "hit" && !n++ { $5++ } 1'
	false_by judge_proxy '$10 == "hit" && !n++ { $10 = "undecidable" } 1'
	false_by judge_proxy '$10 == "undecidable" && !n++ { $10 = "hit" } 1'
	false_by judge_proxy '{ sub("revalidated", "") } 1'
	false_by judge_proxy 'NR != 9'
	false_by judge_proxy '1; NR == 9'
	transit_agrees 10 -n 3000 -s 2 --nat
	cp "$W/samples.csv" "$W/true.csv"
	false_by judge_transit 'NR == 9 { $9++ } 1'
	false_by judge_transit 'NR == 9 { $5 = $6 } 1'
	false_by judge_transit '!n { n = sub("ambiguous", "") } 1'
	false_by judge_transit '!n { n = sub("reordered", "") } 1'
	false_by judge_transit '!n { n = sub("inbound", "") } 1'
	false_by judge_transit '!n { n = sub("translated", "") } 1'
	false_by judge_transit '/unfinished/ && !n++ { $9 = 1 } 1'
	false_by judge_transit 'NR != 9'
	false_by judge_transit '1; NR == 9'
}
