#!/usr/bin/env bats
# vreport from outside: formats, exit statuses, and that its LaTeX compiles without warnings.
#
# The program is $VREPORT, else build/release/vreport.  The golden files were read line by line
# against tests/data/golden/report/small.json when they were made; its numbers are made up by hand so
# that every rounding can be done in the head.

setup() {
	export LC_ALL=C TZ=UTC
	ROOT=$PWD
	VREPORT=${VREPORT:-build/release/vreport}
	case $VREPORT in /*) ;; *) VREPORT=$ROOT/$VREPORT ;; esac
	DATA=$ROOT/tests/data
	SAMPLE="/usr/bin/python3 $ROOT/tests/oracle/sample_results.py"
	TMP=$(mktemp -d)
	cd "$TMP"
}

teardown() {
	cd "$ROOT"
	rm -rf "$TMP"
}

# absent PATTERN FILE: "! grep" would not fail a test
absent() {
	if grep -nE -A2 "$1" "$2"; then
		return 1
	fi
}

# compiles FILE: two runs of both engines, and nothing to complain about in the log
compiles() {
	for engine in pdflatex lualatex; do
		"$engine" -interaction=nonstopmode -halt-on-error "$1" >/dev/null
		"$engine" -interaction=nonstopmode -halt-on-error "$1" >/dev/null
		absent 'Warning|Overfull|Underfull|Missing character|^!' "${1%.tex}.log"
		test -s "${1%.tex}.pdf"
	done
}

@test "Markdown of a small report, to the byte" {
	"$VREPORT" --markdown "$DATA/golden/report/small.json" >out.md
	diff "$DATA/golden/report/vreport-small.md" out.md
}

@test "LaTeX of its first table, to the byte" {
	"$VREPORT" --latex -o out/ "$DATA/golden/report/small.json"
	diff "$DATA/golden/report/vreport-table-cost.tex" out/table-cost.tex
}

@test "the default is a LaTeX fragment of ./results" {
	mkdir results
	cp "$DATA/golden/report/small.json" results/
	"$VREPORT" >a.tex
	"$VREPORT" --latex "$DATA/golden/report/small.json" >b.tex
	cmp a.tex b.tex
	head -1 a.tex | grep -q '^% Needs: .*pgfplots'
	absent documentclass a.tex
}

@test "the same results give the same bytes" {
	for f in latex markdown csv; do
		"$VREPORT" --$f "$DATA/results" >1
		LC_ALL=C.UTF-8 "$VREPORT" --$f "$DATA/results" >2
		cmp 1 2
	done
}

@test "standalone document compiles without warnings" {
	"$VREPORT" --standalone -o r.tex "$DATA/results"
	compiles r.tex
}

@test "a directory of fragments and its report compile" {
	"$VREPORT" -o out/ "$DATA/results"
	ls out | grep -q '^table-quantiles.tex$'
	ls out | grep -q '^figure-cdf-rtt.tex$'
	cd out
	compiles report.tex
}

@test "names with special characters and foreign scripts compile" {
	$SAMPLE --hostile h
	"$VREPORT" --standalone -o r.tex h
	absent 'input[{]/etc' r.tex
	compiles r.tex
}

@test "a fragment compiles in somebody else's two-column article" {
	"$VREPORT" "$DATA/results" -o f.tex
	cat >main.tex <<-'END'
		\documentclass[twocolumn]{article}
		\usepackage{textcomp,array,booktabs,siunitx,threeparttable,adjustbox,pgfplots,colortbl}
		\pgfplotsset{compat=1.16}
		\begin{document}
		Text.
		\input{f.tex}
		\end{document}
	END
	pdflatex -interaction=nonstopmode -halt-on-error main.tex >/dev/null
	absent 'Overfull|^!' main.log
}

@test "one cell, sixty platforms, five thousand cells compile" {
	for size in '1 1' '60 1' '500 10'; do
		rm -rf many
		$SAMPLE --many $size many
		"$VREPORT" --standalone -o r.tex many
		pdflatex -interaction=nonstopmode -halt-on-error r.tex >/dev/null
		absent 'Overfull|Too many|Float too large|^!' r.log
	done
	grep -q '300 of 500 rows are left out here' r.tex
	"$VREPORT" --csv -o all/ many
	test "$(wc -l <all/table-losses.csv)" -eq 5001
}

@test "datasets that nothing tells apart are told apart by name" {
	sed 's/"name": "small"/"name": "other"/' "$DATA/golden/report/small.json" >other.json
	run "$VREPORT" --markdown "$DATA/golden/report/small.json" other.json
	test "$status" -eq 0
	echo "$output" | grep -q '^| Platform | Driver | Dataset |'
}

@test "correlations: one shaded table, unshaded where p is large, details beside the document" {
	/usr/bin/python3 - <<-'END'
		import json
		def row(point, x, n, tau, p):
		    return {'platform': 'native', 'point': point, 'x': x, 'y': 'rtt_ns', 'n': n,
		            'tau_b': tau, 'p_holm': p, 'reason': None}
		rows = [row('host', 'load_type=net', 10, 0.9, 0.0), row('app', 'load_type=net', 20, -0.5, 0.001),
		        row('app', 'load_type=cpu', 20, 0.25, 0.2), row('app', 'rtt_ns', 20, 1, 0.0)]
		described = [{'platform': 'native', 'point': 'app', 'metric': 'rtt_ns', 'mean': 1e5}]
		def analysis(kind, metric, rows, parameters):
		    return {'kind': kind, 'metric': metric, 'by': ['platform', 'point'],
		            'parameters': parameters, 'rows': rows, 'notes': []}
		json.dump({'schema': 'vantage/results/1',
		           'provenance': {'program': 'p', 'command': [],
		                          'datasets': [{'name': 'a', 'title': None, 'sha256': None}]},
		           'analyses': [analysis('describe', 'rtt_ns', described, {}),
		                        analysis('kendall', None, rows, {'metrics': 'rtt_ns'})]},
		          open('k.json', 'w'))
	END
	"$VREPORT" --latex -o out/ k.json
	# halfway from white to 0.7 of the blue (0, 114, 178): 255 + 0.35 (0 - 255) = 165.75, 205.65, 228.05
	grep -qx 'load\\_type=net & \\cellcolor\[RGB\]{166,206,228}\\num{-0.50} \\\\' out/table-heat-echo.tex
	grep -qx 'load\\_type=cpu & \\num{0.25} \\\\' out/table-heat-echo.tex
	absent '0.90' out/table-heat-echo.tex
	grep -q 'input{table-heat-echo.tex}' out/report.tex
	test -s out/table-kendall-a.tex
	absent 'table-kendall' out/report.tex
	"$VREPORT" --html -o r.html k.json
	grep -q '<td class="n fall" data-v="-0.5" style="--t:0.50">' r.html
}

@test "CSV: one long table on standard output, one file a table in a directory" {
	"$VREPORT" --csv "$DATA/golden/report/small.json" >tidy.csv
	head -1 tidy.csv | grep -q '^table,platform,driver,load_type,pair,.*metric,statistic,x,estimate,lower,upper,unit,reason$'
	grep -q '^cost,docker,nat,none,guest–host,,overhead_ns,mean,,10000,9990,10010,ns,$' tidy.csv
	/usr/bin/python3 - <<-'END'
		import csv
		rows = list(csv.reader(open("tidy.csv", encoding="utf-8")))
		assert len({len(r) for r in rows}) == 1
	END
	"$VREPORT" --csv -o out/ "$DATA/results"
	head -1 out/figure-cdf-rtt.csv | grep -q 'metric,x,p,p_lower,p_upper$'
	test -e out/table-cost.csv
}

@test "exit 3 and a hint when there is nothing to report" {
	mkdir empty
	run "$VREPORT" empty
	test "$status" -eq 3
	echo "$output" | grep -q 'vanalyze all'
	printf '%s\n' '{"schema":"vantage/results/1","provenance":{"program":"p","command":[],"datasets":[]},"analyses":[]}' >none.json
	run "$VREPORT" none.json
	test "$status" -eq 3
}

@test "exit 4 when one file is damaged and the others are used" {
	mkdir results
	cp "$DATA/golden/report/small.json" results/
	head -c 300 "$DATA/golden/report/small.json" >results/cut.json
	run "$VREPORT" --markdown
	test "$status" -eq 4
	echo "$output" | grep -q 'cut.json'
	echo "$output" | grep -q '^| native '
}

@test "exit 1 when nothing can be opened, 2 for wrong usage, 0 for help" {
	run "$VREPORT" nosuch.json
	test "$status" -eq 1
	run "$VREPORT" --nosuch
	test "$status" -eq 2
	run "$VREPORT" --csv --standalone "$DATA/golden/report/small.json"
	test "$status" -eq 2
	run "$VREPORT" --help
	test "$status" -eq 0
	echo "$output" | grep -q -- '--standalone'
	run bash -c '"$1" "$2" >/dev/full' - "$VREPORT" "$DATA/golden/report/small.json"
	test "$status" -eq 1
	test "$output" = "vreport: cannot write standard output: No space left on device"
}
