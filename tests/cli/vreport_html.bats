#!/usr/bin/env bats
# vreport --html and --figures from outside: bytes, exit statuses, limits, escaping.  What the page
# does in a browser is in browser.bats.
#
# The program is $VREPORT, else build/release/vreport.

setup() {
	export LC_ALL=C TZ=UTC
	ROOT=$PWD
	VREPORT=${VREPORT:-build/release/vreport}
	case $VREPORT in /*) ;; *) VREPORT=$ROOT/$VREPORT ;; esac
	DATA=$ROOT/tests/data
	SMALL=$DATA/golden/report/small.json
	SAMPLE="/usr/bin/python3 -B $ROOT/tests/oracle/sample_results.py"
	TMP=$(mktemp -d)
	cd "$TMP"
}

teardown() {
	cd "$ROOT"
	rm -rf "$TMP"
}

absent() {
	if grep -nE "$1" "$2"; then
		return 1
	fi
}

# without_gnuplot COMMAND...: with a PATH in which there is none
without_gnuplot() {
	mkdir -p bin
	PATH=$PWD/bin "$@"
}

# well_formed FILE: every element is closed, but for cells and rows, which end where the next of
# their kind begins or their table ends; void elements are the ones the page has
well_formed() {
	/usr/bin/python3 - "$1" <<-'END'
		import html.parser, sys
		VOID = {'meta', 'link'}
		CELLS = ('td', 'th')
		class Check(html.parser.HTMLParser):
		    open = []
		    def leave(self, *tags):
		        while self.open and self.open[-1] in tags:
		            self.open.pop()
		    def handle_starttag(self, tag, attrs):
		        names = [n for n, _ in attrs]
		        assert len(names) == len(set(names)), (tag, names)
		        if tag in CELLS:
		            self.leave(*CELLS)
		        if tag == 'tr':
		            self.leave('tr', *CELLS)
		        if tag not in VOID:
		            self.open.append(tag)
		    def handle_startendtag(self, tag, attrs):
		        pass
		    def handle_endtag(self, tag):
		        if tag in ('thead', 'tbody', 'table'):
		            self.leave('tr', *CELLS)
		        assert self.open.pop() == tag, (self.getpos(), tag)
		check = Check()
		check.feed(open(sys.argv[1], encoding='utf-8').read())
		assert check.open == [], check.open
	END
}

@test "a page on standard output, in a file, in a directory" {
	"$VREPORT" --html "$SMALL" >1
	"$VREPORT" --html -o 2 "$SMALL"
	"$VREPORT" --html -o dir/ "$SMALL"
	cmp 1 2
	cmp 1 dir/report.html
	head -1 1 | grep -q '^<!DOCTYPE html>$'
	well_formed 1
}

@test "the same results give the same bytes, figures included" {
	for n in 1 2; do
		LC_ALL=C.UTF-8 "$VREPORT" --html -j "$n" -o $n.html --figures $n "$DATA/results"
		sleep 1.1 # a date in it would differ
	done
	cmp 1.html 2.html
	diff -r 1 2
	well_formed 1.html
}

@test "figures: script, data and three pictures of each; the script makes them again" {
	"$VREPORT" --figures figs "$DATA/results" >out
	test ! -s out
	for id in overhead cdf-rtt cdf-overhead; do
		for suffix in gp dat svg pdf png; do
			test -s figs/figure-$id.$suffix
		done
		test ! -e figs/figure-$id.log
		head -c 5 figs/figure-$id.pdf | grep -q '%PDF-'
		head -c 4 figs/figure-$id.png | grep -q 'PNG'
		/usr/bin/python3 -c "import sys, xml.dom.minidom
svg = xml.dom.minidom.parse('figs/figure-$id.svg').documentElement
assert svg.tagName == 'svg' and svg.getAttribute('role') == 'img'
ids = [e.getAttribute('id') for e in svg.getElementsByTagName('*') if e.hasAttribute('id')]
assert len(ids) == len(set(ids)) and all(i.startswith('figure-$id-') for i in ids)"
	done
	pdffonts figs/figure-overhead.pdf | tail -n +3 | grep -q . # text, not outlines
	mkdir again
	cp figs/*.gp figs/*.dat again/
	cd again
	gnuplot -d figure-overhead.gp
	cmp figure-overhead.png ../figs/figure-overhead.png
}

@test "a figure's numbers are those of the results" {
	"$VREPORT" --figures figs "$SMALL"
	# native 11.477 us with half-width 0.077, docker 10.000 with 0.010, by hand
	grep -v '^#' figs/figure-overhead.dat | cut -f 1-2 >got
	printf '0\t11.47721\n1\t10\n' >expected
	/usr/bin/python3 - <<-'END'
		got = [[float(x) for x in line.split()] for line in open('got')]
		expected = [[float(x) for x in line.split()] for line in open('expected')]
		assert len(got) == len(expected)
		for a, b in zip(got, expected):
		    assert all(abs(x - y) < 5e-4 for x, y in zip(a, b)), (a, b)
	END
}

@test "without gnuplot: the page says so (4), --figures fails (1)" {
	run without_gnuplot "$VREPORT" --html -o r.html "$SMALL"
	test "$status" -eq 4
	echo "$output" | grep -q 'gnuplot-nox'
	grep -q 'Figures are left out: gnuplot is not installed' r.html
	grep -q 'The drawing is missing here' r.html
	well_formed r.html
	run without_gnuplot "$VREPORT" --figures figs "$SMALL"
	test "$status" -eq 1
	echo "$output" | grep -q 'gnuplot-nox'
	test -s figs/figure-overhead.gp
}

@test "a gnuplot that fails is told with its own words" {
	mkdir bin
	printf '#!/bin/sh\necho "line 0: no such terminal" >&2\nexit 2\n' >bin/gnuplot
	chmod +x bin/gnuplot
	PATH=$PWD/bin:$PATH run "$VREPORT" --figures figs "$SMALL"
	test "$status" -eq 1
	echo "$output" | grep -q 'figure-overhead.gp: status 2: line 0: no such terminal'
	printf '#!/bin/sh\necho "<svg><g>" >figure-overhead.svg\n' >bin/gnuplot
	PATH=$PWD/bin:$PATH run "$VREPORT" --html -o r.html "$SMALL"
	test "$status" -eq 4
	echo "$output" | grep -q 'figure overhead: the drawing is cut or is no SVG'
}

@test "names that try to become markup stay text" {
	/usr/bin/python3 -B "$ROOT/tests/oracle/hostile_html.py" hostile.json
	"$VREPORT" --html -o r.html --figures figs hostile.json
	well_formed r.html
	test ! -e owned
	test ! -e figs/owned
	# one script, no handler, no element but our own
	/usr/bin/python3 - <<-'END'
		import html.parser
		OURS = set('''html head meta link title style body header h1 p nav ul li a main section h2 h3 div
		    table caption thead tbody tr th td sup span code figure figcaption svg desc g defs path
		    circle rect use text details summary dl dt dd footer script'''.split())
		class Check(html.parser.HTMLParser):
		    scripts = 0
		    def handle_starttag(self, tag, attrs):
		        self.scripts += tag == 'script'
		        assert tag in OURS, tag
		        for name, value in attrs:
		            assert not name.startswith('on'), (tag, name)
		            if name in ('href', 'xlink:href', 'src'):
		                assert value.startswith(('#', 'data:text/plain;', 'data:,')), value
		    handle_startendtag = handle_starttag
		check = Check()
		check.feed(open('r.html', encoding='utf-8').read())
		assert check.scripts == 1
	END
	grep -q '&#60;script&#62;alert(1)&#60;/script&#62;' r.html
	grep -q 'U+202Eevil' r.html
	grep -q 'שרת וירטואלי' r.html
	for f in figs/*.svg; do
		/usr/bin/python3 -c "import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])" "$f"
		absent '<(script|img|b|svg onload)' "$f"
	done
}

@test "the policy names the script's hash" {
	"$VREPORT" --html "$SMALL" >r.html
	/usr/bin/python3 - <<-'END'
		import base64, hashlib, re
		page = open('r.html', encoding='utf-8').read()
		script, = re.findall(r'<script>(.*?)</script>', page, re.S)
		digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
		assert f"script-src 'sha256-{digest}'" in page, f'the hash is {digest}'
	END
}

@test "one cell, sixty platforms, five thousand cells: bounded" {
	for size in '1 1' '60 1' '500 10'; do
		rm -rf many
		$SAMPLE --many $size many
		"$VREPORT" --html -o r.html many
		well_formed r.html
		test "$(wc -c <r.html)" -lt 1500000
	done
	grep -q '4000 of 5000 rows are left out here' r.html
}

@test "no cell: exit 3, no page" {
	printf '%s\n' '{"schema":"vantage/results/1","provenance":{"program":"p","command":[],"datasets":[]},"analyses":[]}' >none.json
	run "$VREPORT" --html -o r.html none.json
	test "$status" -eq 3
	test ! -e r.html
}

@test "what the intervals allow: above, overlapping, below, holding zero" {
	/usr/bin/python3 - <<-'END'
		import json
		CELLS = {'native': (10e3, 1e3), 'more': (13e3, 1e3), 'near': (11e3, 1e3),
		         'less': (5e3, 1e3), 'naught': (1e3, 2e3)}
		rows = [{'platform': p, 'inner': 'guest', 'outer': 'host', 'metric': 'overhead_ns',
		         'statistic': 'mean', 'n': 9, 'estimate': m, 'lower': m - h, 'upper': m + h,
		         'level': 0.9, 'method': 't over runs', 'n_effective': None, 'reason': None}
		        for p, (m, h) in CELLS.items()]
		json.dump({'schema': 'vantage/results/1',
		           'provenance': {'program': 'p', 'command': [], 'datasets': []},
		           'analyses': [{'kind': 'ci', 'metric': 'overhead_ns',
		                         'by': ['platform', 'inner', 'outer'], 'parameters': {},
		                         'rows': rows, 'notes': []}]}, open('r.json', 'w'))
	END
	"$VREPORT" --markdown r.json | tr '\302\240' '  ' | tr -s ' ' >out.md
	grep '^- \*\*native\*\*: Mean overhead 10.0 .*90 % interval 9.0 to 11.0' out.md
	grep '^- \*\*more\*\*: .* lies above that of native, 9.0 to 11.0' out.md
	grep '^- \*\*near\*\*: .* overlaps that of native, .*do not tell the two apart' out.md
	grep '^- \*\*less\*\*: .* lies below that of native' out.md
	grep '^- \*\*naught\*\*: .*holds 0, so no overhead is shown\. .* lies below' out.md
}

@test "a comparison in the results speaks instead of the two intervals" {
	/usr/bin/python3 - <<-'END'
		import json
		def analysis(kind, rows, parameters):
		    return {'kind': kind, 'metric': 'overhead_ns', 'by': ['platform', 'inner', 'outer'],
		            'parameters': parameters, 'rows': rows, 'notes': []}
		pair = {'inner': 'guest', 'outer': 'host', 'metric': 'overhead_ns'}
		ci = [{'platform': p, **pair, 'statistic': 'mean', 'n': 9, 'estimate': m, 'lower': m - 1e3,
		       'upper': m + 1e3, 'level': 0.95, 'method': 't over runs', 'n_effective': None,
		       'reason': None} for p, m in (('native', 10e3), ('x', 11e3), ('y', 11e3))]
		compare = [{'platform': p, **pair, 'baseline': 'native', 'ratio': 1.1, 'ratio_lower': lower,
		            'ratio_upper': 1.2, 'verdict': verdict}
		           for p, lower, verdict in (('x', 1.05, 'higher'), ('y', 0.9, None))]
		json.dump({'schema': 'vantage/results/1',
		           'provenance': {'program': 'p', 'command': [], 'datasets': []},
		           'analyses': [analysis('ci', ci, {}),
		                        analysis('compare', compare, {'level': 0.95})]},
		          open('r.json', 'w'))
	END
	"$VREPORT" --markdown r.json | tr '\302\240' '  ' | tr -s ' ' >out.md
	grep '^- \*\*x\*\*: .* 1.100 times that of native (95 % interval of the ratio 1.050 to 1.200)\.$' out.md
	grep '^- \*\*y\*\*: .* 1.10 times that of native (.* 0.90 to 1.20): the two are not told apart' out.md
	"$VREPORT" --html r.json >r.html
	grep -q 'class="above".*more than native' r.html
	grep -q 'class="overlaps".*not told apart from native' r.html
}

@test "notes are told once, with what they are about" {
	/usr/bin/python3 - <<-'END'
		import json
		for name in 'ab':
		    rows = [{'platform': name, 'point': 'app', 'metric': 'rtt_ns', 'mean': 1e5}]
		    json.dump({'schema': 'vantage/results/1',
		               'provenance': {'program': 'p', 'command': [],
		                              'datasets': [{'name': name, 'title': None, 'sha256': None}]},
		               'analyses': [{'kind': 'describe', 'metric': m, 'by': ['platform', 'point'],
		                             'parameters': {}, 'rows': rows, 'notes': ['Same.'] +
		                             ['Only ' + name + '.'] * (m == 'rtt_ns')}
		                            for m in ('rtt_ns', 'overhead_ns')]}, open(name + '.json', 'w'))
	END
	"$VREPORT" --markdown a.json b.json >out.md
	grep -x -- '- a, b (RTT, overhead): Same.' out.md
	grep -x -- '- a (RTT): Only a.' out.md
	grep -x -- '- b (RTT): Only b.' out.md
	test "$(grep -c 'Same' out.md)" -eq 1
}

@test "the machines of the runs, one column each" {
	/usr/bin/python3 -B "$ROOT/tests/oracle/hostile_html.py" hostile.json
	"$VREPORT" --markdown hostile.json >out.md
	grep -q '^### Environment' out.md
	grep -x '| Memory | 8.0 GiB |' out.md
	grep -x '| Logical CPUs | 2 |' out.md
	"$VREPORT" --standalone -o r.tex hostile.json
	grep -q 'label{tab:vantage-environment}' r.tex
}
