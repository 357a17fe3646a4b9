#!/usr/bin/env bats
# `vcap reject` without recording: imported runs, one of them made to look like one whose recorder was
# killed.  That somebody records is a lock (docs/formats.md), held here by flock(1).  VCAP and VANALYZE
# are the programs.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	VCAP="${VCAP:-build/release/vcap}"
	VANALYZE="${VANALYZE:-build/release/vanalyze}"
	W="$BATS_TEST_TMPDIR"
	R="$W/set/runs/exp"
	"$VCAP" import -o "$W/set" --run-id exp guest=tests/data/public/captures/der_sameid_be_ns.pcap \
		2>/dev/null
}

state() {
	sed -n '/"status"/,/}/s/.*"state": "\([a-z]*\)".*/\1/p' "$R/run.json"
}

@test "reject: the run stays with all that it holds, marked with the reason, and is left out" {
	"$VANALYZE" rtt "$W/set" >"$W/before"
	cp "$R/guest.pcap.zst" "$W/"
	"$VCAP" reject --reason 'the load was off' "$R"
	[ "$(state)" = failed ]
	grep -q '"reason": "the load was off"' "$R/run.json"
	cmp "$W/guest.pcap.zst" "$R/guest.pcap.zst"
	(cd "$R" && sha256sum --quiet -c SHA256SUMS)
	run -3 "$VANALYZE" rtt "$W/set"
	[[ "$output" == *"the load was off"* ]]
	"$VANALYZE" rtt --keep failed "$W/set" >"$W/after"
	cmp "$W/before" "$W/after"
}

@test "reject: a run that is being recorded is not, a run whose recorder was killed is" {
	sed -i 's/"state": "complete"/"state": "recording"/' "$R/run.json"
	run -2 flock "$R" "$VCAP" reject --reason x "$R"
	[ "$output" = "vcap: reject: $R: still being recorded ('vcap stop' ends it)" ]
	run -4 flock "$R" "$VANALYZE" check "$R"
	[[ "$output" == *"is being recorded: 'vcap stop' ends it"* ]]
	[ "$(state)" = recording ]
	run -4 "$VANALYZE" check "$R"
	[[ "$output" == *"the recording never ended"*"'vcap reject' leaves the run out"* ]]
	"$VCAP" reject --reason x "$R"
	[ "$(state)" = failed ]
}

@test "reject: a reason is needed, and a run" {
	run -2 "$VCAP" reject "$R"
	[ "$output" = "vcap: reject: --reason TEXT is needed" ]
	run -2 "$VCAP" reject --reason x
	[ "$output" = "vcap: reject: no RUN directory" ]
	run -1 "$VCAP" reject --reason x "$W"
	[[ "$output" == "vcap: reject: $W/run.json: cannot open: No such file or directory" ]]
	[ "$(state)" = complete ]
}
