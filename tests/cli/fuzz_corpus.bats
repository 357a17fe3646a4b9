#!/usr/bin/env bats
# Each fuzz target runs over its corpus, without a fuzzer: files of tests/fuzz/corpus, and of
# tests/data where whole inputs are.  A crash, or a trap for what the target asserts, is the failure.
# BUILD_DIR holds the programs regress_TARGET.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	BUILD_DIR="${BUILD_DIR:-build/release}"
}

@test "fuzz targets over their corpora" {
	for corpus in tests/fuzz/corpus/*/; do
		target=$(basename "$corpus")
		"$BUILD_DIR/regress_$target" "$corpus"*
	done
}

@test "fuzz targets over corpora cut anywhere" {
	for corpus in tests/fuzz/corpus/*/; do
		target=$(basename "$corpus")
		for f in "$corpus"*; do
			size=$(stat -c %s "$f")
			for ((n = 1; n < size; n += 7)); do
				head -c $n "$f" >"$BATS_TEST_TMPDIR/$target.$(basename "$f").$n"
			done
		done
		"$BUILD_DIR/regress_$target" "$BATS_TEST_TMPDIR/$target".*
	done
}

@test "fuzz targets over whole inputs" {
	"$BUILD_DIR/regress_fuzz_ping" tests/data/ping/*.out
	"$BUILD_DIR/regress_fuzz_tools" tests/data/tools/* tests/data/load/*
	"$BUILD_DIR/regress_fuzz_counters" tests/data/tools/*.csv
	"$BUILD_DIR/regress_fuzz_csv" tests/data/load/*.csv tests/data/tools/*.csv
	"$BUILD_DIR/regress_fuzz_run" tests/data/recordings/docker-nat/runs/*/run.json
	find tests/data/public/captures -size -64k -type f -exec "$BUILD_DIR/regress_fuzz_trace" {} +
}

@test "every fuzz target is run here" {
	for source in tests/fuzz/fuzz_*.c; do
		target=$(basename "$source" .c)
		[ -d "tests/fuzz/corpus/$target" ] || grep -q "regress_$target\"" "$BATS_TEST_FILENAME"
	done
}
