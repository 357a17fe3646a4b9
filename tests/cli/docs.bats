#!/usr/bin/env bats
# The documents against the programs: every command that README.md and the EXAMPLES of the manual
# pages show is run, every option, column, flag and link is looked up.  docs_check.py says how.
# VCAP, VANALYZE and VREPORT name the programs, which lie in one directory.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C.UTF-8 TZ=UTC
	unset SOURCE_DATE_EPOCH
}

check() {
	/usr/bin/python3 -B tests/cli/docs_check.py "$1" "$BATS_TEST_TMPDIR/work"
}

@test "README: every command runs, every output shown is real" {
	check readme
}

@test "findings: every command runs, every number shown is real" {
	check findings
}

@test "manual pages: their examples run" {
	check man_examples
}

@test "manual pages: nothing for mandoc to complain about" {
	check man_lint
}

@test "manual pages: every command" {
	check commands
}

@test "manual pages: every option of every command, and no other" {
	check options
}

@test "formats: kinds of analyses and their columns" {
	check results
}

@test "formats: CSV has the same columns" {
	check csv
}

@test "formats: the example run, and all results, satisfy the schemas" {
	check schema
}

@test "formats: every key of run.json, and the names that are taken" {
	check run_keys
}

@test "formats: columns of samples" {
	check samples
}

@test "flags: words, meanings, which are left out" {
	check flags
}

@test "documents: files and headings that they point to exist" {
	check links
}

@test "vcap start --help fits a screen" {
	for command in start run; do
		"$VCAP" $command --help >"$BATS_TEST_TMPDIR/help"
		lines="$(wc -l <"$BATS_TEST_TMPDIR/help")"
		[ "$lines" -ge 24 ]
		[ "$lines" -le 50 ]
		[ "$(wc -L <"$BATS_TEST_TMPDIR/help")" -le 80 ]
	done
}
