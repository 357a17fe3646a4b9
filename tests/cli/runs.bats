#!/usr/bin/env bats
# The runs behind each cell: what vanalyze says of them, and the way there on a page.
#
# Expected values: counted and averaged here from the samples that vanalyze rtt writes.

setup_file() {
	export LC_ALL=C TZ=UTC
	export D=$BATS_FILE_TMPDIR
	"${VANALYZE:-build/release/vanalyze}" all tests/data/recordings/lxc -o "$D/r" 2>/dev/null
	"${VANALYZE:-build/release/vanalyze}" rtt --samples "$D/s.csv" tests/data/recordings/lxc >/dev/null 2>&1
	"${VREPORT:-build/release/vreport}" --html -o "$D/r.html" "$D/r"
}

@test "each run of each cell has the samples, mean, median and losses that it has" {
	/usr/bin/python3 - "$D" <<-'END'
		import collections, csv, json, statistics, sys
		samples, lost = collections.defaultdict(list), collections.Counter()
		for r in csv.DictReader(open(sys.argv[1] + "/s.csv")):
		    key = r["run"], r["point"]
		    lost[key] += "lost" in r["flags"].split("|")
		    if r["rtt_ns"]:
		        samples[key].append(int(r["rtt_ns"]))
		doc = json.load(open(sys.argv[1] + "/r/lxc.json"))
		a, = (x for x in doc["analyses"] if (x["kind"], x["metric"]) == ("runs", "rtt_ns"))
		told = set()
		for row in a["rows"]:
		    for k, run in enumerate(row["run"]):
		        key = run, row["point"]
		        assert key not in told
		        told.add(key)
		        assert row["lost"][k] == lost[key], (key, row["lost"][k], lost[key])
		        assert row["n"][k] + row["excluded"][k] == len(samples[key]), key
		        if row["excluded"][k] == 0 and samples[key]:
		            mean = statistics.fmean(samples[key])
		            assert abs(row["mean"][k] - mean) <= 1e-9 * mean, (key, row["mean"][k], mean)
		            assert row["median"][k] == statistics.median(samples[key]), key
		assert told == set(lost) and len(told) > 20
		# all rows of a cell together are the cell of the other analyses
		describe, = (x for x in doc["analyses"] if (x["kind"], x["metric"]) == ("describe", "rtt_ns"))
		cell = lambda r: tuple(r[b] for b in a["by"])
		assert {cell(r): (r["runs"], r["n"]) for r in describe["rows"]} == \
		    {cell(r): (sum(n > 0 for n in r["n"]), sum(r["n"])) for r in a["rows"]}
	END
}

@test "a page leads from every cell to its runs, by links that work without a script" {
	/usr/bin/python3 - "$D" <<-'END'
		import html.parser, json, sys
		doc = json.load(open(sys.argv[1] + "/r/lxc.json"))
		want = {r for a in doc["analyses"] if a["kind"] == "runs" for row in a["rows"] for r in row["run"]}
		class Page(html.parser.HTMLParser):
		    links, lists, runs, box, th = set(), {}, set(), None, False
		    def handle_starttag(self, tag, attrs):
		        attrs = dict(attrs)
		        if tag == "a" and attrs.get("class") == "runs":
		            self.links.add(attrs["href"][1:])
		        if tag == "details":
		            self.box = attrs.get("id")
		            assert "open" not in attrs
		            self.lists[self.box] = 0
		        if tag == "summary":
		            self.lists[self.box] += 1
		        self.th = tag == "th" and attrs.get("scope") == "row" and (self.box or "").startswith("runs-")
		    def handle_endtag(self, tag):
		        self.th = False
		        if tag == "details":
		            self.box = None
		    def handle_data(self, data):
		        if self.th:
		            self.runs.add(data)
		page = Page()
		page.feed(open(sys.argv[1] + "/r.html", encoding="utf-8").read())
		assert page.runs == want, page.runs ^ want
		lists = {k for k in page.lists if k}
		assert page.links and page.links <= lists
		assert all(page.lists[k] == 1 for k in lists)
		# every cell that was measured has its list: combinations of levels among the runs
		cells = {tuple(str(row[b]) for b in a["by"] if b not in ("point", "inner", "outer"))
		         for a in doc["analyses"] if a["kind"] == "runs" for row in a["rows"]}
		assert len(lists) == len(cells), (len(lists), len(cells))
	END
}

@test "what a program can decide of accessibility" {
	/usr/bin/python3 - "$D/r.html" <<-'END'
		import re, sys, xml.dom.minidom
		text = open(sys.argv[1], encoding="utf-8").read()
		body = text[text.index("<body>"):text.index("<script>")]
		levels = [int(n) for n in re.findall(r"<h([1-6])\b", body)]
		assert levels[0] == 1 and levels.count(1) == 1
		assert all(b <= a + 1 for a, b in zip(levels, levels[1:]))
		assert re.match(r"<body>\s*<a class=\"skip\" href=\"#main\">", body)
		assert len(re.findall(r"<main id=\"main\"", body)) == 1
		assert '<html lang="en">' in text
		for table in re.findall(r"<table\b.*?</table>", body, re.S):
		    assert re.search(r"<caption>[^<]", table), table[:200]
		    assert not re.search(r"<th\b(?![^>]*\bscope=\"(col|row)(group)?\")", table)
		    assert "<thead" in table and "scope=\"row\"" in table
		for svg in re.findall(r"<svg\b.*?</svg>", body, re.S):
		    label = re.search(r'role="img" aria-labelledby="([\w-]+) ([\w-]+)"', svg)
		    assert label and f'<title id="{label[1]}">' in svg and f'<desc id="{label[2]}">' in svg
		for region in re.findall(r'<[^>]*role="region"[^>]*>', body):
		    assert 'tabindex="0"' in region and re.search(r'aria-label(ledby)?="[^"]+"', region), region
		ids = set(re.findall(r'\bid="([^"]+)"', text))
		for target in re.findall(r'(?:href="#|aria-labelledby=")([^" ]+)', text):
		    assert target in ids, target
	END
}
