#!/usr/bin/env bats
# How often the intervals hold the truth: a short run of the simulation of docs/coverage.md, whose
# judge is an independent one with NumPy (tests/oracle/coverage.py).  Seeds are fixed.

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	export BUILD_DIR="${BUILD_DIR:-build/release}"
	[ -x "$BUILD_DIR/coverage" ] || make -s "$BUILD_DIR/coverage"
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	W="$BATS_TEST_TMPDIR"
}

judge() {
	/usr/bin/python3 -B tests/oracle/coverage.py "$@"
}

@test "coverage: the intervals hold the truth as often as NumPy finds, and as theory demands" {
	run judge --program "$BUILD_DIR/coverage" --samples 4000
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -gt 40 ]
}

# 4 % less than what they hold: 91 instead of 95 %, 80 instead of 84.
@test "coverage: the judge finds intervals that are too narrow" {
	cat >"$W/narrow" <<-END
	#!/bin/sh
	"$BUILD_DIR/coverage" "\$@" | awk -F, -v OFS=, '\$2 == "'"\$ROW"'" && \$3 == 10 { \$6 = int(\$6 * 0.96) } 1'
	END
	chmod +x "$W/narrow"
	for row in normal log-normal; do
		ROW=$row run judge --program "$W/narrow" --samples 4000
		[ "$status" -eq 1 ]
		[[ "$output" == *"t of the mean, $row, n = 10: "* ]]
	done
}

@test "coverage: the table in docs is one of these rows" {
	"$BUILD_DIR/coverage" 20 | tail -n +2 | cut -d, -f1-3 | sort >"$W/rows"
	sed -n 's/^| \([^|]*\) | \([^|]*\) | \([0-9]*\) |.*/\1,\2,\3/p' docs/coverage.md | sort |
		diff "$W/rows" -
}
