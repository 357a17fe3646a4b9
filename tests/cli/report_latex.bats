#!/usr/bin/env bats
# The whole report of the datasets in the tree, and every kind of table with names that try to
# break out: LaTeX compiles without a word of complaint, each file with the packages that its
# first comment names; Markdown's tables keep their columns; HTML keeps its elements.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	VANALYZE="${VANALYZE:-build/release/vanalyze}" VREPORT="${VREPORT:-build/release/vreport}"
	W="$BATS_TEST_TMPDIR"
}

# compiles FILE [ENGINE]...: two runs, and nothing to complain about in the log of the second
compiles() {
	local file=$1 engine
	shift
	for engine in "${@:-pdflatex}"; do
		"$engine" -interaction=nonstopmode -halt-on-error "$file" >"$W/out" ||
			{ tail -n 30 "$W/out"; return 1; }
		"$engine" -interaction=nonstopmode -halt-on-error "$file" >"$W/out"
		! grep -anE 'Warning|Overfull|Underfull|Missing character|[Uu]ndefined|^!' \
			"${file%.tex}.log" || return 1
	done
}

# together DIR: all files of tables and figures in one document with the packages that they name
together() {
	local heads
	heads=$(for f in "$1"/table-*.tex "$1"/figure-*.tex; do
		[ ! -e "$f" ] || sed -n '1,/^[^%]/{/^%/p}' "$f" | tr -d '\n'
		echo
	done | sort -u | grep .)
	[ "$(wc -l <<<"$heads")" -eq 1 ]
	{
		printf '\\documentclass{article}\n'
		grep -o '\\usepackage{[^}]*}' <<<"$heads"
		grep -o '\\pgfplotsset{[^}]*}' <<<"$heads"
		printf '\\begin{document}\n'
		(cd "$1" && ls table-*.tex figure-*.tex 2>/dev/null) |
			sed 's/.*/\\input{&}\\clearpage/'
		printf '\\end{document}\n'
	} >"$1/together.tex"
	(cd "$1" && pdflatex -interaction=nonstopmode -halt-on-error together.tex >"$W/out" ||
		{ tail -n 30 "$W/out"; return 1; })
	! grep -anE 'Overfull|[Uu]ndefined|Missing character|^!' "$1/together.log" || return 1
}

# columns FILE: each table of a Markdown file has as many cells in every row
columns() {
	/usr/bin/python3 - "$1" <<-'X'
		import re, sys
		width, tables = None, 0
		for n, line in enumerate(open(sys.argv[1], encoding='utf-8'), 1):
		    if not line.startswith('|'):
		        width = None
		        continue
		    cells = len(re.findall(r'(?<!\\)(?:\\\\)*\|', line))
		    tables += width is None
		    assert width in (None, cells), (n, line)
		    width = cells
		assert tables > 10, tables
	X
}

@test "LaTeX of all datasets: both engines without a warning, each heading above its tables" {
	"$VANALYZE" all $(for f in datasets/*/datapackage.json; do dirname "$f"; done) \
		--over socket_bytes -o "$W/results" 2>/dev/null
	"$VREPORT" --latex -o "$W/tex/" "$W/results"
	cd "$W/tex"
	compiles report.tex pdflatex
	pdftotext -layout report.pdf report.txt
	# the last line of a page, its number aside, is no heading of a section
	/usr/bin/python3 - <<-'X'
		import re
		heads = re.findall(r'section\*\{(.*)\}', open('report.tex').read())
		assert len(heads) > 12, heads
		for page in open('report.txt').read().split('\f'):
		    lines = [l.strip() for l in page.splitlines() if l.strip()]
		    assert len(lines) < 2 or lines[-2] not in heads, lines[-2]
	X
	compiles report.tex lualatex
	cd - >/dev/null
	together "$W/tex"
}

@test "every kind of table: names that try to break out" {
	/usr/bin/python3 tests/gen/every_table.py "$W/in" --hostile 12 4
	"$VREPORT" --latex -o "$W/tex/" "$W/in" 2>/dev/null
	for kind in cost losses pairs transit transit-platforms tcp tcp-platforms throughput \
		throughput-platforms http http-run-total http-latency proxy proxy-platforms counters \
		heat-echo outlier-shares-rtt ranking-throughput-bps sweep-throughput-bps; do
		[ -s "$W/tex/table-$kind.tex" ] || { echo "$kind is missing"; return 1; }
	done
	[ "$(ls "$W")" = "$(printf 'in\ntex')" ]
	together "$W/tex"
	cd "$W/tex"
	compiles report.tex pdflatex lualatex
	cd - >/dev/null
	"$VREPORT" --markdown -o "$W/r.md" "$W/in" 2>/dev/null
	columns "$W/r.md"
	"$VREPORT" --html -o "$W/r.html" "$W/in" 2>/dev/null || [ $? -eq 4 ]
	/usr/bin/python3 - "$W/r.html" <<-'X'
		import html.parser, sys
		class Check(html.parser.HTMLParser):
		    def handle_starttag(self, tag, attrs):
		        assert tag != 'b' and not any(name.startswith('on') for name, _ in attrs), tag
		text = open(sys.argv[1], encoding='utf-8').read()
		Check().feed(text)
		assert 'שרת וירטואלי' in text and '\u202e' not in text
	X
}

@test "every kind of table: one cell, sixty platforms, five thousand cells" {
	for size in '1 1' '60 2' '100 50'; do
		rm -rf "$W/in" "$W/tex"
		/usr/bin/python3 tests/gen/every_table.py "$W/in" $size
		"$VREPORT" --latex -o "$W/tex/" "$W/in" 2>/dev/null
		cd "$W/tex"
		pdflatex -interaction=nonstopmode -halt-on-error report.tex >"$W/out" ||
			{ tail -n 30 "$W/out"; return 1; }
		! grep -anE 'Overfull|Too many|Float too large|^!' report.log || return 1
		cd - >/dev/null
		"$VREPORT" --markdown -o "$W/r.md" "$W/in" 2>/dev/null
		columns "$W/r.md"
	done
	# what is left out is counted: 50 settings in 6 of 17 tables of platforms, of 5000 rows 200
	grep -q 'Part 6 of 17 by platform. The further parts are in the CSV' "$W/r.md"
	grep -q '4800 of 5000 rows are left out here' "$W/r.md"
	"$VREPORT" --csv -o "$W/csv/" "$W/in" 2>/dev/null
	[ "$(ls "$W"/csv/table-http-latency*.csv | wc -l)" -eq 17 ]
	[ "$(wc -l <"$W/csv/table-http.csv")" -eq 5001 ]
}
