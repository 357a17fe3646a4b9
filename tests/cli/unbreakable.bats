#!/usr/bin/env bats
# What the statistics commands make of no samples, of one and two, of equal values, of factors with one
# level and with ten thousand, of missing and infinite values, and of datasets without samples: a row with
# a reason, or a refusal that says why.  Expected values are worked out by hand.  VANALYZE is the program.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	VANALYZE="${VANALYZE:-build/release/vanalyze}"
	W="$BATS_TEST_TMPDIR"
}

# table NAME < VALUES: a table with columns cell and value_ns, "cell value" a line
table() {
	{ echo cell,value_ns; tr ' ' ,; } >"$W/$1.csv"
}

# column NAME OUTPUT: the values of a column, one a line
column() {
	awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i }
		NR > 1 { print $c }' <<<"$2"
}

commands='describe ci cdf kendall outliers'

@test "no row: every command refuses, and says what is missing" {
	table empty </dev/null
	echo >"$W/nothing.csv"
	for command in $commands compare; do
		for name in empty nothing; do
			run --separate-stderr "$VANALYZE" $command "$W/$name.csv"
			[ "$status" -eq 3 ]
			[ -z "$output" ]
			[ "${#stderr_lines[@]}" -eq 1 ]
		done
	done
}

@test "one value: what it has, and why it has no more" {
	echo 'a 7' | table one
	run "$VANALYZE" describe "$W/one.csv"
	[ "$(column n "$output"):$(column mean "$output"):$(column sd "$output")" = 1:7: ]
	run "$VANALYZE" ci "$W/one.csv"
	[ "$(column estimate "$output" | tr '\n' ' ')" = '7 7 ' ]
	[ "$(column lower "$output" | tr -d '\n')" = '' ]
	[ "$(column reason "$output" | grep -c .)" -eq 2 ]
	run "$VANALYZE" cdf "$W/one.csv"
	[ "$(column x "$output"):$(column p "$output")" = 7:1 ]
	run "$VANALYZE" outliers "$W/one.csv"
	[ "${lines[1]}" = 'value_ns,1,0,,there are no outliers' ]
	run "$VANALYZE" kendall "$W/one.csv"
	[ "$(column tau_b "$output")" = '' ]
	[ -n "$(column reason "$output")" ]
}

@test "two values: a mean with its interval, no interval of the median, tau of one pair" {
	printf '%s\n' '1 10' '2 30' | table two
	run "$VANALYZE" ci --by cell "$W/two.csv"
	[ "$status" -eq 0 ]
	printf '%s\n' 'a 10' 'a 30' | table same
	run "$VANALYZE" ci "$W/same.csv"
	# 20 -+ 12.7062 * sqrt(200) / sqrt(2), t of one degree of freedom
	[ "$(column lower "$output" | head -1 | cut -c1-8)" = -107.062 ]
	[[ "$(column reason "$output" | tail -1)" == *'n too small'* ]]
	run "$VANALYZE" kendall "$W/two.csv"
	[ "$(column tau_b "$output"):$(column p "$output")" = 1:1 ]
}

@test "all equal, and a factor with one level: no tau, no outlier, an interval of no width" {
	yes 'a 5' | head -20 | table equal
	run "$VANALYZE" kendall "$W/equal.csv"
	[[ "$(column reason "$output")" == *constant* ]]
	run "$VANALYZE" outliers "$W/equal.csv"
	[ "${lines[1]}" = 'value_ns,20,0,,there are no outliers' ]
	run "$VANALYZE" ci "$W/equal.csv"
	[ "$(column lower "$output" | tr '\n' ' ')$(column upper "$output" | tr '\n' ' ')" = '5 5 5 5 ' ]
	run "$VANALYZE" describe "$W/equal.csv"
	[ "$(column sd "$output")" = 0 ]
}

@test "ten thousand levels: numbers correlate, names are left out with a note" {
	seq 10000 | awk '{ print $1, 10001 - $1 }' | table numbers
	run "$VANALYZE" kendall "$W/numbers.csv"
	[ "$(column tau_b "$output")" = -1 ]
	seq 10000 | awk '{ print "x" $1, $1 }' | table names
	run "$VANALYZE" kendall --text "$W/names.csv"
	[ "$status" -eq 0 ]
	run "$VANALYZE" kendall --json "$W/names.csv"
	[[ "$output" == *'more than 64 levels that are no numbers: cell'* ]]
	for command in describe outliers; do
		run "$VANALYZE" $command "$W/names.csv"
		[ "$status" -eq 0 ]
		[ "${#lines[@]}" -eq 10001 ]
	done
}

@test "seventy thousand levels: the factor is left out with a warning" {
	seq 70000 | awk '{ print $1, $1 }' | table levels
	run --separate-stderr "$VANALYZE" outliers "$W/levels.csv"
	[ "$status" -eq 0 ]
	[[ "$stderr" == *'cell has more than 65534 levels: left out'* ]]
}

@test "missing and infinite values: left out, the infinite ones counted" {
	printf '%s\n' 'a 1' 'a ' 'a inf' 'a 3' 'a -inf' 'a nan' 'a NA' 'b ' | table gaps
	run "$VANALYZE" describe --metric value_ns "$W/gaps.csv"
	[ "$(column n "$output" | tr '\n' ' ')" = '2 0 ' ]
	[ "$(column excluded "$output" | head -1)" = 2 ]
	[ "$(column reason "$output" | tail -1)" = 'no samples' ]
	for command in kendall outliers; do
		run "$VANALYZE" $command --metric value_ns "$W/gaps.csv"
		[ "$status" -eq 0 ]
		[ "$(column n "$output" | head -1)" -eq 2 ]
	done
	for command in $commands; do
		"$VANALYZE" $command --json "$W/gaps.csv" | /usr/bin/python3 -c \
			'import json, sys; json.load(sys.stdin, parse_constant=sys.exit)'
	done
}

@test "datasets of published values: kendall and outliers say why not" {
	for command in kendall outliers; do
		run --separate-stderr "$VANALYZE" $command datasets/rtt-virtualization
		[ "$status" -eq 3 ]
		[[ "$stderr" == *'rtt-virtualization holds published values, not samples'* ]]
		[ "${#stderr_lines[@]}" -eq 1 ]
		# beside others it is left out
		run --separate-stderr "$VANALYZE" $command datasets/rtt-virtualization tests/data/recordings/lxc
		[ "$status" -eq 4 ]
		[ "${#lines[@]}" -gt 5 ]
	done
}
