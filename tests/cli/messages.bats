#!/usr/bin/env bats
# What the programs say to those who ask for what is not there: the message names the word, and what
# there is instead.  The expected names are those of the recordings (their run.json) and of the files
# written here.  VANALYZE, VCAP and VREPORT name the programs.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C.UTF-8 TZ=UTC
	: "${VANALYZE:=$PWD/build/release/vanalyze}" "${VCAP:=$PWD/build/release/vcap}"
	: "${VREPORT:=$PWD/build/release/vreport}"
	D=$PWD/tests/data/recordings/lxc
	T=$PWD/tests/data/tools
	W=$BATS_TEST_TMPDIR
	cd "$W" || return 1
}

# says STATUS TEXT COMMAND...: one line of standard error, which holds TEXT
says() {
	local want=$1 text=$2 status=0

	shift 2
	"$@" >out 2>err </dev/null || status=$?
	[ "$status" -eq "$want" ] && [ "$(wc -l <err)" -eq 1 ] && grep -qF -- "$text" err || {
		echo "status $status: $*"
		cat err
		return 1
	}
}

@test "an unknown factor: the nearest, else those that there are" {
	for command in rtt overhead describe ci compare kendall outliers; do
		says 2 '--by load_tpe: there is no such factor in the input; did you mean load_type?' \
			"$VANALYZE" $command --by load_tpe "$D"
	done
	says 2 'no run has a factor called loadtype; did you mean load_type?' \
		"$VANALYZE" rtt --where loadtype=none "$D"
	says 2 'no run has a factor called load (there are: ' "$VANALYZE" rtt --where load=none "$D"
	grep -q 'load_location, load_type' err
	printf 'cell,repetition,x_ns\na,1,5\nb,1,6\n' >table.csv
	says 2 '(there are: cell, repetition)' "$VANALYZE" describe --by xyz table.csv
	says 2 'table.csv: no column called y_ns; did you mean x_ns?' \
		"$VANALYZE" describe --metric y_ns table.csv
}

@test "an unknown level: those that there are" {
	for command in rtt describe kendall counters info; do
		says 3 '--where load_type: no run has such a level (there are: ' \
			"$VANALYZE" $command --where load_type=nothing "$D"
		grep -q '[ ,]none' err
	done
	[ ! -s out ]
}

@test "an unknown point or metric" {
	says 2 '--point gest: no run has a point of that name; did you mean guest?' \
		"$VANALYZE" rtt --point gest "$D"
	says 2 '--outer hst: no run has a point of that name; did you mean host?' \
		"$VANALYZE" overhead --inner guest --outer hst "$D"
	for command in rtt describe; do
		says 2 '--metric rtt: not measured here; did you mean rtt_ns?' \
			"$VANALYZE" $command --metric rtt "$D"
	done
	says 2 '--metric rtt: not measured here (there are: rtt_ns, ' \
		"$VANALYZE" kendall --metric rtt "$D"
}

@test "nothing of what was asked for is named" {
	says 3 'no HTTP/1.x request is in the input' "$VANALYZE" http "$D"
	says 3 'no TCP connection is in the captures' "$VANALYZE" tcp "$D"
}

@test "a file that nothing reads is said to be so, once" {
	echo nothing >x.txt
	printf 'a,b_ns\n1,2\n' >x.csv
	for command in rtt info "all -o r"; do
		says 3 'x.txt: neither a capture (pcap, pcapng) nor the output of a tool' \
			"$VANALYZE" $command x.txt
		says 3 'tables are for describe, ci, cdf, compare, kendall and outliers' \
			"$VANALYZE" $command x.csv
	done
	[ ! -e r/x.json ]
	: >empty.pcap
	says 3 'empty.pcap: the file is empty' "$VANALYZE" info empty.pcap
	says 3 'empty.pcap: the file is empty' "$VCAP" import -o set empty.pcap
}

@test "check: a file on its own needs no checksums, and tools but ping are no damage" {
	local pings=("$D"/runs/*/ping.txt*)

	[ -s "${pings[0]}" ]
	for file in "$T"/ab.txt "$T"/wrk.txt "$T"/mpstat.txt "$T"/iperf3.json "${pings[0]}"; do
		run "$VANALYZE" check --csv "$file"
		[ "$status" -eq 0 ] || { echo "$file: $output"; return 1; }
	done
	echo nothing >x.txt
	run "$VANALYZE" check --csv x.txt
	[ "$status" -eq 4 ]
	[ "${#lines[@]}" -eq 2 ]
	[[ "${lines[1]}" == error,x.txt,*'neither a capture'* ]]
}

@test "vreport: a dataset is no results" {
	says 3 '' "$VREPORT" "$W" # an empty directory
	grep -q 'no results files (\*.json); "vanalyze all' err
	run "$VREPORT" "$D"
	[ "$status" -eq 3 ]
	[[ "$output" == *'lxc: a dataset, not results of it'*'vanalyze all DATASET'* ]]
}
