#!/usr/bin/env bats
# The plan of a campaign and its scripts, without root.  Counts are combinations worked out by hand.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	T=datasets/testbed
	PLAN="$BATS_TEST_TMPDIR/plan.csv"
}

expand() { # SEED
	awk -v seed="$1" -f $T/plan.awk "$PLAN" | sort -k1,1n -k2,2n -k3,3n | cut -f 6-
}

@test "a row is all combinations of its levels, times the repetitions; doubles are made once" {
	cat >"$PLAN" <<-X
		# a comment
		experiment,platform,captures,load_type,background_workers,packet_rate_pps,probes,repetitions
		ping,native|lxc,0|1|2,none,,10,5,3
		ping,native,2,none|cpu,,10,5,3
		ping,lxc,1,net,1|2|4,10,5,2
	X
	# 2 x 3 x 3 = 18; native cpu 3, native none is there already; 3 x 2 = 6
	[ "$(expand 1 | wc -l)" = 27 ]
	[ "$(expand 1 | sort -u | wc -l)" = 27 ]
	[ "$(expand 1 | grep -c '^lxc')" = 15 ]
	expand 1 | grep -qx "$(printf 'lxc\tping\tping-1-net-4-10-5-r2\tcaptures=1 load_type=net background_workers=4 packet_rate_pps=10 probes=5 repetition=2')"
}

@test "order: whole repetitions, platforms in blocks, the same for the same seed only" {
	printf 'experiment,platform,n,packet_rate_pps,probes,repetitions\nping,a|b|c,1|2|3|4|5,1,1,2\n' >"$PLAN"
	[ "$(expand 7)" = "$(expand 7)" ]
	[ "$(expand 7)" != "$(expand 8)" ]
	[ "$(expand 7 | sort)" = "$(expand 8 | sort)" ]
	[ "$(expand 7 | head -n 15 | grep -c 'repetition=1')" = 15 ]
	[ "$(expand 7 | cut -f 1 | uniq | wc -l)" = 6 ]
}

@test "a plan that is damaged is refused with its line" {
	printf 'experiment,platform\n' >"$PLAN"
	run -2 awk -v seed=1 -f $T/plan.awk "$PLAN"
	[[ "$output" == *"plan.csv:1: the first line must name"* ]]
	printf 'experiment,platform,repetitions\nping,native\n' >"$PLAN"
	run -2 awk -v seed=1 -f $T/plan.awk "$PLAN"
	[[ "$output" == *"plan.csv:2: expected 3 cells, found 2"* ]]
	printf 'experiment,platform,repetitions\nping,$(reboot),1\n' >"$PLAN"
	run -2 awk -v seed=1 -f $T/plan.awk "$PLAN"
	[[ "$output" == *"plan.csv:2: level"* ]]
	run -2 $T/campaign --plan "$PLAN"
}

@test "--plan says what will be made and how long it takes" {
	[ -x "${BUILD_DIR:=build/release}/vcap" ]
	run -0 $T/campaign -b "$BUILD_DIR" --plan $T/plans/small.csv
	[[ "$output" == *"# 10 runs in 2 blocks, about "*" minutes"* ]]
	run -2 $T/campaign
	run -1 $T/campaign -b "$BUILD_DIR" /nowhere.csv
}

@test "the scripts pass shellcheck" {
	command -v shellcheck >/dev/null || skip "no shellcheck"
	cd $T && shellcheck campaign net.sh platforms/*.sh experiments/*.sh vm/build vm/init vm/serve
}

@test "the medium plan is a fraction of the full one, and fits into three hours" {
	run -0 $T/campaign -b "${BUILD_DIR:=build/release}" --plan --of $T/plans/full.csv $T/plans/medium.csv
	[[ "$output" == *"cells are left out"* ]]
	minutes=$(printf '%s\n' "$output" | sed -n 's/.* runs in .* about \([0-9]*\) minutes/\1/p')
	[ "$minutes" -le 180 ]
	# nothing in it that the full plan does not have
	run -0 $T/campaign -b "$BUILD_DIR" --plan --of $T/plans/medium.csv $T/plans/full.csv
	[[ "$output" != *"left out:"* ]]
}
