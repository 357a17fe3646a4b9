#!/usr/bin/env bats
# `vanalyze kendall` and `vanalyze outliers`: against SciPy (tests/oracle/judge_kendall.py), against
# the truth of tests/gen/outlier_scenarios.py, whose shares are those of a paper's tables, and on
# small tables by hand.  VANALYZE is the program.

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	export VANALYZE="${VANALYZE:-build/release/vanalyze}"
	export VREPORT="${VREPORT:-build/release/vreport}"
	export BUILD_DIR="${BUILD_DIR:-build/release}"
	export G="$BATS_FILE_TMPDIR"
	/usr/bin/python3 tests/gen/outlier_scenarios.py "$G"
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	W="$BATS_TEST_TMPDIR"
}

# shares DIGITS OPTION...: the levels and the share of each row, rounded as a paper prints them
shares() {
	local digits=$1

	shift
	"$VANALYZE" outliers --metric rtt_ns --csv "$@" |
		awk -F, -v f="%s %s %.${digits}f\n" 'NR > 1 { printf f, $3, $4, $8 }'
}

# table NAME < VALUES: a table with columns cell and value_ns, "cell value" a line
table() {
	{ echo cell,value_ns; tr ' ' ,; } >"$W/$1.csv"
}

judge() {
	/usr/bin/python3 tests/oracle/judge_kendall.py "$@"
}

# ---- outliers ----

@test "outliers: the shares of table 4, levels merged as there" {
	run shares 2 --by load_type,load_location --merge load_type:cpu,io=Others \
		--merge load_type:net=NET "$G/kvm"
	[ "$output" = "$(printf '%s\n' 'NET responder 95.41' 'Others sender 3.31' \
		'Others responder 1.09' 'NET sender 0.19')" ]
	run shares 1 --by load_type,load_location --merge load_type:cpu,io=Others "$G/kvm"
	[ "${lines[1]}" = 'Others sender 3.3' ]
}

@test "outliers: the shares of tables 4 and 6 from a table of samples" {
	"$VANALYZE" rtt --samples "$W/kvm.csv" "$G/kvm" >"$W/rtt"
	run shares 2 --by load_type,load_location --merge load_type:cpu,io=Others \
		--merge load_type:net=NET "$W/kvm.csv"
	[ "$output" = "$(printf '%s\n' 'NET responder 95.41' 'Others sender 3.31' \
		'Others responder 1.09' 'NET sender 0.19')" ]
	"$VANALYZE" rtt --samples "$W/docker.csv" "$G/docker" >"$W/rtt"
	run shares 1 --by load_type,load_location --min-share 1 "$W/docker.csv"
	[ "$output" = "$(printf '%s\n' 'net responder 99.6' 'other scenarios  0.4')" ]
}

@test "outliers: the shares of table 6, small ones in one row" {
	run shares 1 --by load_type,load_location --min-share 1 "$G/docker"
	[ "$output" = "$(printf '%s\n' 'net responder 99.6' 'other scenarios  0.4')" ]
}

@test "outliers: two datasets are two groups, each adding up to 100 %" {
	run "$VANALYZE" outliers --by load_location --csv "$G/kvm" "$G/docker"
	[ "$status" -eq 0 ]
	[ "$(awk -F, 'NR > 1 { sum[$1] += $7 } END { print sum["kvm"], sum["docker"] }' \
		<<<"$output")" = '100 100' ]
	[ "$(cut -d, -f1,3 <<<"$output" | tail -n +2)" = "$(printf '%s\n' docker,responder \
		docker,sender kvm,responder kvm,sender)" ]
}

@test "outliers: --list is the truth, run, time and value" {
	"$VANALYZE" outliers --list "$W/list.csv.zst" "$G/kvm" >"$W/out"
	zstd -qdc "$W/list.csv.zst" | cut -d, -f1,5,7 | sort >"$W/found"
	sort "$G/kvm.csv" | diff - "$W/found"
	header=run,point,inner,outer,t_ns,metric,value,score
	header=$header,dataset,platform,driver,load_location,load_type,repetition
	[ "$(zstd -qdc "$W/list.csv.zst" | head -1)" = "$header" ]
	# instead of the table
	run "$VANALYZE" outliers --list - "$G/docker"
	[ "${#lines[@]}" -eq 10001 ]
}

@test "outliers: a samples table gives what its dataset gives" {
	"$VANALYZE" rtt --samples "$W/kvm.csv" "$G/kvm" >"$W/rtt"
	"$VANALYZE" outliers --csv "$G/kvm" >"$W/dataset"
	"$VANALYZE" outliers --csv "$W/kvm.csv" >"$W/table"
	diff "$W/dataset" "$W/table"
	"$VANALYZE" outliers --list - "$W/kvm.csv" | cut -d, -f1,5,7 | sort |
		diff <(sort "$G/kvm.csv") -
}

# Median 3, deviations 2 1 0 1 97, MAD 1: the score of 100 is 65.4265.
@test "outliers: by hand, and with another threshold" {
	printf '%s\n' 'a 1' 'b 2' 'a 3' 'b 4' 'a 100' | table hand
	run "$VANALYZE" outliers "$W/hand.csv"
	[ "$output" = "$(printf '%s\n' cell,metric,n,outliers,share_pct,reason a,value_ns,3,1,100, \
		b,value_ns,2,0,0,)" ]
	run "$VANALYZE" outliers --threshold 65.43 "$W/hand.csv"
	[ "${lines[1]}" = 'a,value_ns,3,0,,there are no outliers' ]
	run "$VANALYZE" outliers --threshold 65.42 "$W/hand.csv"
	[ "${lines[1]}" = a,value_ns,3,1,100, ]
}

# All of b lies far from the median of all, and none of it far from its own.
@test "outliers: within the dataset, or within each cell" {
	{ seq -f 'a %g' 1 30; seq -f 'b %g' 1001 1005; } | table cells
	run "$VANALYZE" outliers "$W/cells.csv"
	[ "${lines[1]}" = b,value_ns,5,5,100, ]
	run "$VANALYZE" outliers --within cell "$W/cells.csv"
	[ "${lines[1]}" = 'a,value_ns,30,0,,there are no outliers' ]
	[ "${lines[2]}" = 'b,value_ns,5,0,,there are no outliers' ]
	run "$VANALYZE" outliers --within run "$W/cells.csv"
	[ "$status" -eq 2 ]
}

# MAD 0; the mean deviation is 10 * 2 / 10, so the score of 30 is 20 / (1.253314 * 2) = 7.98.
@test "outliers: where most values are equal, and where all are" {
	{ yes 'a 10' | head -9; echo 'a 30'; } | table equal
	run "$VANALYZE" outliers --text "$W/equal.csv"
	[[ "$output" == *'MAD 0, mean absolute deviation 2 ns'* ]]
	run "$VANALYZE" outliers --threshold 7.97 "$W/equal.csv"
	[ "${lines[1]}" = value_ns,10,1,100, ]
	run "$VANALYZE" outliers --threshold 7.99 "$W/equal.csv"
	[ "${lines[1]}" = 'value_ns,10,0,,there are no outliers' ]
	yes 'a 10' | head -5 | table constant
	run "$VANALYZE" outliers --text "$W/constant.csv"
	[ "$status" -eq 0 ]
	[[ "$output" == *'Where all values are equal, none is an outlier'* ]]
}

@test "outliers: --merge of numbers, into a level that is there, and mistakes" {
	printf '%s\n' '1 1' '10 2' '1000 3' '1000 4' '10 100' | table rates
	run "$VANALYZE" outliers --merge 'cell:1,1000=1 or 1000' "$W/rates.csv"
	[ "${lines[1]}" = 10,value_ns,2,1,100, ]
	[ "${lines[2]}" = '1 or 1000,value_ns,3,0,0,' ]
	run "$VANALYZE" outliers --merge 'cell:1,1000=10' "$W/rates.csv"
	[ "${lines[1]}" = value_ns,5,1,100, ] # one level is left, so the factor does not vary
	for wrong in cell:7=x nothing:1=x cell:1 cell=x :1=x cell:1= cell:=x; do
		run "$VANALYZE" outliers --merge "$wrong" "$W/rates.csv"
		[ "$status" -eq 2 ]
		[[ "$output" == *"--merge $wrong: "* ]]
	done
}

# ---- kendall ----

@test "kendall: every row is what SciPy says, and a table gives what its dataset gives" {
	"$VANALYZE" overhead --samples "$W/overhead.csv" tests/data/recordings/lxc >"$W/rows"
	"$VANALYZE" kendall --csv "$W/overhead.csv" >"$W/table"
	run judge "$W/overhead.csv" "$W/table"
	[ "$status" -eq 0 ]
	for metric in rtt_inner_ns,overhead_ns overhead_share_pct; do
		"$VANALYZE" kendall --metric $metric --csv tests/data/recordings/lxc >"$W/dataset"
		"$VANALYZE" kendall --metric $metric --csv "$W/overhead.csv" | diff "$W/dataset" -
	done
	"$VANALYZE" rtt --samples "$W/rtt.csv" tests/data/recordings/docker-nat >"$W/rows"
	"$VANALYZE" kendall --metric rtt_ns --csv tests/data/recordings/docker-nat >"$W/dataset"
	run judge "$W/rtt.csv" "$W/dataset"
	[ "$status" -eq 0 ]
}

@test "kendall: the judge finds a wrong digit and a missing row" {
	"$VANALYZE" rtt --samples "$W/rtt.csv" tests/data/recordings/docker-nat >"$W/rows"
	"$VANALYZE" kendall --csv "$W/rtt.csv" >"$W/good"
	awk -F, -v OFS=, 'NR > 1 && $6 != "" && !done { $6 += 1e-9; done = 1 } 1' "$W/good" \
		>"$W/bad"
	run cmp -s "$W/good" "$W/bad"
	[ "$status" -eq 1 ]
	run judge "$W/rtt.csv" "$W/bad"
	[ "$status" -eq 1 ]
	sed 3d "$W/good" >"$W/bad"
	run judge "$W/rtt.csv" "$W/bad"
	[ "$status" -eq 1 ]
}

@test "kendall: the same with any number of threads, and a valid document" {
	"$VANALYZE" kendall -j1 --json tests/data/recordings/lxc >"$W/one"
	"$VANALYZE" kendall -j4 --json tests/data/recordings/lxc >"$W/four"
	cmp "$W/one" "$W/four"
	"$VANALYZE" outliers --json tests/data/recordings/lxc >"$W/outliers"
	/usr/bin/python3 tests/oracle/validate.py docs/schema/results-1.schema.json "$W/one" \
		"$W/outliers"
}

# 1 2 3 4 against 10 20 40 30: 5 of 6 pairs agree, tau = 4/6, p = 8/24 (t_kendall.c).
@test "kendall: by hand; a constant factor, absent values, exact p" {
	cat >"$W/hand.csv" <<-'END'
	size,kind,value_ns,other_ns
	1,a,10,1
	2,a,20,
	3,a,40,3
	4,a,30,2
	END
	"$VANALYZE" kendall "$W/hand.csv" >"$W/out"
	[ "$(head -1 "$W/out")" = x,y,n,tau_b,p,log10_p,p_holm,log10_p_holm,reason ]
	third=0.3333333333333333
	[[ "$(grep ^size,value_ns "$W/out")" == size,value_ns,4,0.6666666666666666,$third* ]]
	[[ "$(grep ^size,other_ns "$W/out")" == size,other_ns,3,$third* ]]
	grep -q '^kind=a,value_ns,4,,,,,,x is constant$' "$W/out"
	[ "$(grep -c . "$W/out")" -eq 6 ] # 2 factors with 2 metrics, the metrics, the header
}

@test "kendall: one matrix per platform, or per level of what --by names" {
	"$VANALYZE" kendall --csv "$G/kvm" "$G/docker" >"$W/platforms"
	[ "$(cut -d, -f1-4 "$W/platforms" | grep -c 'load_type=net,rtt_ns')" -eq 2 ]
	run "$VANALYZE" kendall --by load_location --csv "$G/kvm" "$G/docker"
	[ "$status" -eq 0 ]
	[ "${lines[0]%%,x,*}" = load_location,point ]
	grep -q ',platform=kvm,rtt_ns,' <<<"$output"
	[ "$(grep -c load_location= <<<"$output")" -eq 0 ]
	run "$VANALYZE" kendall --by nothing "$G/kvm"
	[ "$status" -eq 2 ]
}

# p of tau = 1 over 2000 samples without ties is that of z = 2000 * 1999 / 2 / sqrt(v), v = 2000 * 1999 *
# 4005 / 18: 67.03; R: pnorm(z, lower.tail = FALSE, log.p = TRUE) / log(10) + log10(2) = -977.38.
@test "kendall: p as text has three digits, also below the smallest double" {
	seq 2000 | awk '{ print $1, $1 }' | table line
	run "$VANALYZE" kendall --text "$W/line.csv"
	[[ "${lines[2]}" == *' 4.18e-978 '* ]]
	[[ "$output" != *' 0.000 '* ]]
}

@test "kendall, outliers, describe: --by names the factors that a table has" {
	printf '%s\n' 'a 1' 'b 2' | table names
	for command in kendall outliers describe; do
		run "$VANALYZE" $command --by lod "$W/names.csv"
		[ "$status" -eq 2 ]
		[[ "$output" == *'(there is: cell)' ]]
	done
}

# http --samples and tcp --samples write the same values another way.
@test "kendall, outliers, describe: HTTP and TCP of a capture, as their tables have them" {
	"$BUILD_DIR/gencap" http -n 2000 -s 5 -o "$W/h.pcap" -t "$W/h.csv"
	"$VANALYZE" http --samples "$W/http.csv" "$W/h.pcap" >"$W/out"
	"$VANALYZE" tcp --samples "$W/tcp.csv" "$W/h.pcap" >"$W/out"
	metrics=latency_ns,ttfb_ns
	"$VANALYZE" kendall --metric $metrics --csv "$W/h.pcap" >"$W/capture"
	"$VANALYZE" kendall --metric $metrics --csv "$W/http.csv" >"$W/table"
	grep -q ',latency_ns,ttfb_ns,' "$W/capture"
	[ "$(cut -d, -f5,6 "$W/capture")" = "$(cut -d, -f5,6 "$W/table")" ]
	"$VANALYZE" outliers --metric $metrics --csv "$W/h.pcap" >"$W/capture"
	"$VANALYZE" outliers --metric $metrics --csv "$W/http.csv" >"$W/table"
	[ "$(wc -l <"$W/capture")" -eq 3 ]
	diff <(sort "$W/capture") <(sort "$W/table")
	"$VANALYZE" outliers --metric tcp_ack_ns --list - "$W/h.pcap" | cut -d, -f5,7,8 |
		sort >"$W/capture"
	"$VANALYZE" outliers --metric rtt_ns --where kind=ack --list - "$W/tcp.csv" |
		cut -d, -f5,7,8 | sort >"$W/table"
	[ "$(wc -l <"$W/table")" -gt 100 ]
	diff "$W/capture" "$W/table"
	for command in describe ci cdf; do
		"$VANALYZE" $command --metric ttfb_ns --csv "$W/h.pcap" >"$W/capture"
		"$VANALYZE" $command --metric ttfb_ns --csv "$W/http.csv" >"$W/table"
		diff <(sed -n 's/.*,ttfb_ns/ttfb_ns/p' "$W/capture") \
			<(sed -n 's/.*,ttfb_ns/ttfb_ns/p' "$W/table")
	done
	# without --metric all kinds of probes that are there
	run "$VANALYZE" describe --csv "$W/h.pcap"
	for metric in latency_ns ttfb_ns connect_ns tcp_ack_ns goodput_bps run_total_ns; do
		grep -q ",$metric," <<<"$output"
	done
	[[ "$output" != *rtt_ns* ]]
	run "$VANALYZE" describe --metric rtt_inner_ns "$W/h.pcap"
	[ "$status" -ne 0 ]
}

@test "kendall: the rate that was achieved is a metric, the same for all probes of a run" {
	"$VANALYZE" kendall --metric rate_achieved_pps,rtt_ns --csv "$G/kvm" >"$W/rate"
	grep -q ',rtt_ns,rate_achieved_pps,' "$W/rate"
	run "$VANALYZE" outliers --csv "$G/kvm"
	[[ "$output" != *rate_achieved_pps* ]]
}

@test "all: kendall and outliers are in the documents, within their bounds" {
	"$VANALYZE" all -o "$W/res" "$G/kvm" 2>"$W/err"
	/usr/bin/python3 - "$W/res/kvm.json" <<-'END'
	import json, sys
	a = json.load(open(sys.argv[1]))['analyses']
	kinds = [(x['kind'], x.get('metric')) for x in a]
	assert ('kendall', None) in kinds and ('outliers', 'rtt_ns') in kinds, kinds
	rows = next(x for x in a if x['kind'] == 'outliers')['rows']
	assert abs(sum(r['share_pct'] for r in rows) - 100) < 1e-9
	END
	# and in reports: the shares of table 4, the factors that varied
	"$VREPORT" --latex -o "$W/tex/" "$W/res/kvm.json"
	grep -q '^kvm & app & responder & net & 13541 & 9541 & 95.4 ' "$W/tex/table-outliers-kvm-rtt-ns.tex"
	grep -q '^load\\_type=net & [-0-9.]* ' "$W/tex/table-kendall-kvm.tex"
	"$VREPORT" --csv -o "$W/csv/" "$W/res/kvm.json"
	[ -s "$W/csv/table-kendall-kvm.csv" ]
	[ "$(wc -l <"$W/csv/table-outliers-kvm-rtt-ns.csv")" -gt 6 ]
	# as the commands have them
	"$VANALYZE" outliers --json "$G/kvm" >"$W/outliers"
	"$VANALYZE" kendall --json "$G/kvm" >"$W/kendall"
	/usr/bin/python3 - "$W/res/kvm.json" "$W/outliers" "$W/kendall" <<-'END'
	import json, sys
	doc, outliers, kendall = (json.load(open(p))['analyses'] for p in sys.argv[1:])
	for a in outliers + kendall:
	    assert a in doc, a['kind']
	END
}

@test "all: a factor of many levels leaves kendall out with a note, and outliers bounded" {
	mkdir -p "$W/many"
	/usr/bin/python3 - "$W/many" <<-'END'
	import json, os, sys
	for i in range(90):
	    path = os.path.join(sys.argv[1], 'runs', f'r{i}')
	    os.makedirs(path)
	    lines = ['PING 192.0.2.2 (192.0.2.2) 56(84) bytes of data.']
	    lines += [f'64 bytes from 192.0.2.2: icmp_seq={k} ttl=64 time=0.{101 + (k * 7 + i) % 9} ms'
	              for k in range(1, 12)] + ['64 bytes from 192.0.2.2: icmp_seq=12 ttl=64 time=9.00 ms']
	    lines += ['', '--- 192.0.2.2 ping statistics ---',
	              '12 packets transmitted, 12 received, 0% packet loss, time 1ms']
	    open(os.path.join(path, 'ping.txt'), 'w').write('\n'.join(lines) + '\n')
	    json.dump({'schema': 'vantage/run/1', 'id': f'r{i}', 'platform': 'kvm',
	               'factors': {'size': f's{i % 60}', 'place': f'p{i % 45}'}, 'points': [],
	               'status': {'state': 'complete', 'reason': None},
	               'tools': [{'name': 'ping', 'file': 'ping.txt'}]},
	              open(os.path.join(path, 'run.json'), 'w'))
	END
	"$VANALYZE" all -o "$W/res" "$W/many" 2>"$W/err"
	/usr/bin/python3 - "$W/res/many.json" <<-'END'
	import json, sys
	a = {(x['kind'], x.get('metric')): x for x in json.load(open(sys.argv[1]))['analyses']}
	k, o = a['kendall', None], a['outliers', 'rtt_ns']
	assert k['rows'] == [] and any('106 variables' in n for n in k['notes']), k['notes']
	assert len(o['rows']) == 61 and o['rows'][60]['n'] == 30 * 12, len(o['rows'])
	assert sum(r['outliers'] for r in o['rows']) == 90
	END
	# the command has no such bound
	"$VANALYZE" kendall --csv "$W/many" >"$W/kendall"
	[ "$(wc -l <"$W/kendall")" -gt 1000 ]
}

@test "kendall, outliers: what is not there" {
	for command in kendall outliers; do
		run "$VANALYZE" $command --metric owd_ns "$G/kvm"
		[ "$status" -eq 2 ]
		run "$VANALYZE" $command
		[ "$status" -eq 2 ]
		echo size,value_ns >"$W/empty.csv"
		run "$VANALYZE" $command "$W/empty.csv"
		[ "$status" -eq 3 ]
		run "$VANALYZE" $command "$W/missing.csv"
		[ "$status" -eq 1 ]
	done
}
