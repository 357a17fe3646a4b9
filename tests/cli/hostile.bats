#!/usr/bin/env bats
# The shipped vanalyze over files that mean no good (tests/gen/hostile.py).  Each is read once, in
# setup_file; the tests look at what happened.  VANALYZE names the program; HOSTILE_RSS_MIB raises
# the memory limit for builds with sanitizers.

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	export FILES="$BATS_FILE_TMPDIR/hostile" JOINED="$BATS_FILE_TMPDIR/joined.tsv"
	/usr/bin/python3 tests/gen/hostile.py "$FILES" >/dev/null
	/usr/bin/python3 tests/cli/hostile_run.py "${VANALYZE:-build/release/vanalyze}" "$FILES" \
		>"$BATS_FILE_TMPDIR/results.tsv"
	# name statuses probes note | status seconds rss_kib stderr_lines naming_lines probes
	paste "$FILES/expected.tsv" <(cut -f 2- "$BATS_FILE_TMPDIR/results.tsv") | tail -n +2 >"$JOINED"
}

# fails when the awk condition holds for a file, and shows which
none_with() {
	run awk -F '\t' -v limit="${HOSTILE_RSS_MIB:-256}" \
		"$1"' { print $1 " (" $4 "): status " $5 ", " $6 " s, " $7 " KiB, stderr lines " $8 \
			", naming the file " $9 ", probes " $10 " of " $3 }' "$JOINED"
	[ -s "$JOINED" ]
	[ "$status" -eq 0 ]
	[ -z "$output" ] || { echo "$output"; return 1; }
}

@test "hostile files: all were tried" {
	[ "$(tail -n +2 "$FILES/expected.tsv" | cut -f 1)" = \
		"$(tail -n +2 "$BATS_FILE_TMPDIR/results.tsv" | cut -f 1)" ]
}

@test "hostile files: no crash" {
	none_with '$5 > 124'
}

@test "hostile files: each read in less than 20 s" {
	none_with '$5 == 124'
}

@test "hostile files: never more than 256 MiB" {
	none_with '$7 > limit * 1024'
}

@test "hostile files: the exit status tells what was usable" {
	none_with 'index("," $2 ",", "," $5 ",") == 0'
}

@test "hostile files: what stands before the damage is used, and nothing invented" {
	none_with '$3 != "-" && $10 != $3'
}

@test "hostile files: one message, naming the file, where something was wrong" {
	none_with '$5 != 0 && $9 != 1'
}

@test "hostile files: a damage is told once, not per record" {
	none_with '$8 > 2'
}
