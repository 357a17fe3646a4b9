#!/usr/bin/env bats
# vreport's HTML in a real Chromium: see browser_check.py for what is looked at.
#
# The program is $VREPORT, else build/release/vreport.  The browser is started once for all pages,
# since starting it is what takes the time.

setup_file() {
	export LC_ALL=C TZ=UTC
	VREPORT=${VREPORT:-build/release/vreport}
	VANALYZE=${VANALYZE:-build/release/vanalyze}
	SAMPLE="/usr/bin/python3 -B tests/oracle/sample_results.py"
	export PAGES=$BATS_FILE_TMPDIR
	$SAMPLE --hostile "$PAGES/names"
	$SAMPLE --many 1 1 "$PAGES/one"
	$SAMPLE --many 60 1 "$PAGES/sixty"
	$SAMPLE --many 500 10 "$PAGES/many"
	/usr/bin/python3 -B tests/oracle/hostile_html.py "$PAGES/markup.json"
	"$VREPORT" --html -o "$PAGES/usual.html" tests/data/results
	"$VREPORT" --html -o "$PAGES/bands.html" tests/data/results/docker-nat.json
	"$VREPORT" --html -o "$PAGES/markup.html" "$PAGES/markup.json"
	"$VANALYZE" all tests/data/recordings/native tests/data/recordings/lxc tests/data/recordings/docker-* tests/data/recordings/qemu-tcg-* datasets/http-* \
		tests/data/recordings/iperf3-* --over socket_bytes -o "$PAGES/measured" 2>/dev/null || test $? -eq 4
	"$VREPORT" --html -o "$PAGES/panels.html" tests/data/results \
		--figure 'x=load_type;series=platform,driver;metric=rtt_ns;stat=box;facet=background_workers'
	"$VREPORT" --html -o "$PAGES/measured.html" "$PAGES/measured"
	for name in names one sixty many; do
		"$VREPORT" --html -o "$PAGES/$name.html" "$PAGES/$name"
	done
	PATH=/nonexistent "$VREPORT" --html -o "$PAGES/bare.html" tests/data/golden/report/small.json || test $? -eq 4
	/usr/bin/python3 -B tests/cli/browser_check.py "$PAGES"/*.html >"$PAGES/complaints" 2>&1
	echo $? >"$PAGES/status"
}

# quiet NAME: no complaint about that page
quiet() {
	grep -F "/$1.html: " "$PAGES/complaints" && return 1
	return 0
}

@test "the browser looked at every page" {
	test "$(ls "$PAGES"/*.html | wc -l)" -eq 10
	cat "$PAGES/complaints"
	test "$(cat "$PAGES/status")" -eq 0
}

@test "an ordinary report: layout, contrast, structure, sorting, silence" {
	quiet usual
}

@test "names that try to become markup run nothing and break nothing" {
	quiet markup
	quiet names
}

@test "one cell, sixty platforms, five thousand cells" {
	quiet one
	quiet sixty
	quiet many
}

@test "few curves, with bands" {
	grep -q '<polygon' "$PAGES/bands.html"
	quiet bands
}

@test "measured datasets: correlations, sweeps, from a cell to its runs" {
	grep -q 'class="sort heat"' "$PAGES/measured.html"
	grep -q 'id="plot-sweep-' "$PAGES/measured.html"
	grep -q '<details id="runs-' "$PAGES/measured.html"
	quiet measured
}

@test "panels of boxes that were asked for" {
	quiet panels
}

@test "without figures" {
	quiet bare
}
