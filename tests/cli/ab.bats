#!/usr/bin/env bats
# ab's own times against those of the captures of the same requests, in the recorded datasets.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	VANALYZE="${VANALYZE:-build/release/vanalyze}"
	W="$BATS_TEST_TMPDIR"
	DATASETS=(tests/data/recordings/http-native tests/data/recordings/http-lxc tests/data/recordings/http-docker-nat
		tests/data/recordings/http-docker-routed tests/data/recordings/http-qemu-tcg-virtio tests/data/recordings/http-qemu-tcg-e1000)
}

measure() {
	"$VANALYZE" http --samples "$W/http.csv" "${DATASETS[@]}" >/dev/null
	"$VANALYZE" tcp --flows "$W/flows.csv" "${DATASETS[@]}" >/dev/null
}

judge() {
	/usr/bin/python3 -B tests/oracle/judge_ab.py "$W/http.csv" "$W/flows.csv" "$@"
}

@test "ab: its mean, percentiles and duration lie between last byte and end of connection, every run" {
	measure
	judge tests/data/recordings/http-{native,lxc,docker-nat,docker-routed,qemu-tcg-virtio,qemu-tcg-e1000}/runs/*
}

@test "ab: the judge notices a millisecond" {
	DATASETS=(tests/data/recordings/http-lxc)
	measure
	judge tests/data/recordings/http-lxc/runs/*
	# all responses a millisecond later than they were
	/usr/bin/python3 - "$W/http.csv" <<-'X'
		import sys
		import pandas as pd
		s = pd.read_csv(sys.argv[1])
		s.latency_ns += 10**6
		s.to_csv(sys.argv[1], index=False)
	X
	run judge tests/data/recordings/http-lxc/runs/*
	[ "$status" -eq 1 ]
	[[ "$output" == *"50 %: ab"* ]]
}
