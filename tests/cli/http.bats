#!/usr/bin/env bats
# `vanalyze http` and `vanalyze tcp` on generated captures, each sample against the truth of the
# generator, and on public ones against independent accounts.  The last tests turn the judges on
# themselves.  BUILD_DIR holds gencap; VANALYZE is the program; HOSTILE_RSS_MIB raises the memory limit
# for builds with sanitizers.

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	export BUILD_DIR="${BUILD_DIR:-build/release}"
	export VANALYZE="${VANALYZE:-$BUILD_DIR/vanalyze}"
	# a seed that no test was written for; a failure shows it, and setting SEED repeats it
	export SEED="${SEED:-$((RANDOM * 32768 + RANDOM))}"
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	W="$BATS_TEST_TMPDIR"
}

# COMMAND MODE [gencap option]...: samples of what gencap makes of the options
measure() {
	local command=$1 mode=$2
	shift 2
	"$BUILD_DIR/gencap" "$mode" -o "$W/x.pcap" -t "$W/truth.csv" "$@"
	"$VANALYZE" "$command" --samples "$W/samples.csv" "$W/x.pcap" >/dev/null
}

judge_http() {
	/usr/bin/python3 tests/oracle/judge_http.py "$W/samples.csv" "$W/truth.csv" "$@"
}

judge_tcp() {
	/usr/bin/python3 tests/oracle/judge_tcp.py "$W/samples.csv" "$W/truth.csv"
}

@test "http: nothing disturbed" {
	measure http http -n 4000 -s 1 --clean
	judge_http
}

@test "http: copies, losses, reordering, gaps, pipelining" {
	measure http http -n 20000 -s 1
	judge_http
}

@test "http: the same from the first 128 bytes of each packet" {
	measure http http -n 20000 -s 1 -l 128
	judge_http --cut
}

@test "http: -v tells what became of every request, cut or not" {
	# the truth: 8000 requests; the sum of all classes, hidden ones included
	for snaplen in 65535 128; do
		"$BUILD_DIR/gencap" http -n 8000 -s 4 -l $snaplen -o "$W/x.pcap" -t "$W/truth.csv"
		"$VANALYZE" http -v "$W/x.pcap" 2>&1 >/dev/null | grep "HTTP requests" >"$W/classes"
		sed 's/.*HTTP requests: //' "$W/classes" | grep -o '[0-9]\+' |
			awk '{ n += $1 } END { exit n != 8000 }'
	done
	# whole: what lacks its last segment and nothing else
	"$BUILD_DIR/gencap" http -n 8000 -s 4 -o "$W/x.pcap" -t "$W/truth.csv"
	missing=$(awk -F, 'NR > 1 && $19 == 0' "$W/truth.csv" | wc -l)
	"$VANALYZE" http -v "$W/x.pcap" 2>&1 >/dev/null |
		grep -q "8000 HTTP requests: complete $((8000 - missing)), gap $missing$"
}

@test "http: a fresh seed, whole and cut" {
	echo "SEED=$SEED"
	measure http http -n 6000 -s "$SEED"
	judge_http
	measure http http -n 6000 -s "$SEED" -l 128
	judge_http --cut
}

@test "http: cut, a client that always pipelines and whose last turn is the shortest" {
	measure http http -n 6000 -s 1059588606 -l 128
	judge_http --cut
}

@test "http: cut inside headers, anywhere" {
	for snaplen in 70 96 112 144 160 192 256 512; do
		measure http http -n 3000 -s 3 -l $snaplen
		judge_http --cut
	done
}

@test "http: whole and cut give the same samples, but for what is marked" {
	measure http http -n 5000 -s 5
	cut -d, -f 3-6,13,14 "$W/samples.csv" | sort >"$W/whole"
	measure http http -n 5000 -s 5 -l 128
	grep -v ambiguous "$W/samples.csv" | cut -d, -f 3-6,13,14 | sort >"$W/cut"
	[ "$(comm -13 "$W/whole" "$W/cut" | wc -l)" -le 10 ] # pipelined ones
	[ "$(comm -12 "$W/whole" "$W/cut" | wc -l)" -ge 4900 ]
}

@test "tcp: every unambiguous ACK its RTT, every ambiguous one none" {
	measure tcp tcpts -n 200000 -s 1 -l 96
	judge_tcp
}

@test "tcp: a fresh seed" {
	echo "SEED=$SEED"
	measure tcp tcpts -n 100000 -s "$SEED" -l 96
	judge_tcp
}

@test "tcp: flows" {
	"$BUILD_DIR/gencap" tcpts -n 30000 -s 2 --clean -o "$W/x.pcap" -t "$W/truth.csv"
	"$VANALYZE" tcp --flows "$W/flows.csv" "$W/x.pcap" >/dev/null
	[ "$(tail -n +2 "$W/flows.csv" | wc -l)" = \
		"$(tail -n +2 "$W/truth.csv" | cut -d, -f 1 | sort -u | wc -l)" ]
	[ "$(tail -n +2 "$W/flows.csv" | cut -d, -f 12 | sort -u)" = fin ]
	# what was sent twice arrived twice, for nothing is lost here: an ACK of kind D each
	[ "$(awk -F, 'NR > 1 { n += $9 } END { print n }' "$W/flows.csv")" = \
		"$(cut -d, -f 13 "$W/truth.csv" | grep -c D)" ]
}

@test "http and tcp: public captures, as independent programs see them" {
	/usr/bin/python3 tests/oracle/judge_http_public.py "$VANALYZE" tests/data/public/http
}

@test "tcp: one conversation captured in many ways, by hand and by tshark" {
	/usr/bin/python3 -B tests/cli/tcp_scenes.py "$VANALYZE" "$W"
}

@test "http: failed connections are rows, and the rate is given" {
	f=tests/data/public/http/captures/zeek_http-desync-request-response-5.pcap.zst
	"$VANALYZE" http --json "$f" | grep -q '"failed_connections": *1'
	"$VANALYZE" http --samples - "$f" | grep -q ',refused,'
}

@test "http and tcp: the same bytes whatever the number of threads" {
	"$BUILD_DIR/gencap" http -n 2000 -s 1 -o "$W/a.pcap"
	"$BUILD_DIR/gencap" http -n 2000 -s 2 -o "$W/b.pcap"
	for command in http tcp; do
		for j in 1 3; do
			"$VANALYZE" $command -j $j --samples "$W/s$j" "$W/a.pcap" "$W/b.pcap" >"$W/o$j"
		done
		cmp "$W/s1" "$W/s3"
		cmp "$W/o1" "$W/o3"
	done
}

@test "http and tcp: hostile captures" {
	/usr/bin/python3 tests/cli/hostile_tcp.py "$VANALYZE" --rss-mib "${HOSTILE_RSS_MIB:-256}"
}

@test "the judges reject every kind of falsehood" {
	measure http http -n 3000 -s 1
	cp "$W/samples.csv" "$W/true.csv"
	false_by() {
		awk -F, -v OFS=, "$1" "$W/true.csv" >"$W/samples.csv"
		! cmp -s "$W/true.csv" "$W/samples.csv" && ! judge_http 2>/dev/null
	}
	judge_http
	false_by 'NR == 9 { $5++ } 1'     # a first byte wrong by 1 ns
	false_by 'NR == 9 { $6++ } 1'     # a last one
	false_by 'NR == 9 { $6 = "" } 1'  # none
	false_by 'NR != 9'                # no row
	false_by '1; NR == 9'             # a row twice
	false_by '1; NR == 9 { $3++; print }'
	false_by 'NR == 9 { $16++ } 1'    # another position
	false_by 'NR == 9 { $12++ } 1'    # another size
	measure tcp tcpts -n 20000 -s 1
	judge_tcp
	awk -F, -v OFS=, '$6 == "ack" && !n++ { $7++ } 1' "$W/samples.csv" >"$W/false.csv"
	mv "$W/false.csv" "$W/samples.csv"
	! judge_tcp 2>/dev/null
}
