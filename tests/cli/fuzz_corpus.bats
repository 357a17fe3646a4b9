#!/usr/bin/env bats
# Each fuzz target that has a corpus in tests/fuzz/corpus runs over it, without a fuzzer: a crash, or a
# trap for what the target asserts, is the failure.  BUILD_DIR holds the programs regress_TARGET.

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
