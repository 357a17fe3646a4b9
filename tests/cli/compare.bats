#!/usr/bin/env bats
# `vanalyze compare`, and --bootstrap and --quantiles of `ci`, on small tables.  Expected numbers:
# R 4.2.2, the calls stand beside them.  VANALYZE is the program, else that in BUILD_DIR.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	unset SOURCE_DATE_EPOCH
	VANALYZE="${VANALYZE:-${BUILD_DIR:-build/release}/vanalyze}"
	W="$BATS_TEST_TMPDIR"
}

# value FILE ROW COLUMN: a cell of a CSV table, rows from 1
value() {
	/usr/bin/python3 -c '
import csv, sys
print(list(csv.DictReader(open(sys.argv[1])))[int(sys.argv[2]) - 1][sys.argv[3]])' "$@"
}

# equals FILE ROW COLUMN EXPECTED: as text, or as numbers to 1e-12 (1e-9 for p)
equals() {
	/usr/bin/python3 -c '
import sys
got, expected, column = sys.argv[1:]
slack = 1e-9 if column.startswith("p_") else 1e-12
try:
    same = abs(float(got) - float(expected)) <= slack * abs(float(expected))
except ValueError:
    same = got == expected
sys.exit(not same and f"{column}: {got!r}, expected {expected!r}")' \
		"$(value "$1" "$2" "$3")" "$4" "$3"
}

# refused TEXT OPTION...: wrong usage, and the message says so
refused() {
	local text=$1
	shift
	run "$VANALYZE" "$@"
	[ "$status" -eq 2 ]
	[[ "$output" == *"$text"* ]]
}

# absent COMMAND...: it must fail ("! grep" would not fail a test)
absent() {
	if "$@"; then
		return 1
	fi
}

# Four runs of two probes on each side; mean = median = 120 130 125 135 and 100 104 98 102.
four_runs() {
	echo platform,run,rtt_ns
	for run in kvm:a:120 kvm:b:130 kvm:c:125 kvm:d:135 native:e:100 native:f:104 native:g:98 \
		native:h:102; do
		IFS=: read -r platform name mean <<<"$run"
		echo "$platform,$name,$((mean - 1))"
		echo "$platform,$name,$((mean + 1))"
	done
}

# One run on each side, in an order that alternates, so that the effective size is the full one.
one_run() {
	echo platform,rtt_ns
	printf 'kvm,%s\n' 10 14 11 15 9 13 12 16
	printf 'native,%s\n' 8 11 7 12 6 10 9 13 7
}

@test "compare: columns" {
	four_runs >"$W/t.csv"
	"$VANALYZE" compare --csv "$W/t.csv" >"$W/out.csv"
	columns=platform,metric,baseline,n,n_baseline,ratio,ratio_lower,ratio_upper,hl_shift
	columns+=,cliffs_delta,p_mw,p_welch,p_holm,verdict,over,n_effective,n_baseline_effective
	columns+=,log10_p_mw,log10_p_welch,reason
	[ "$(head -1 "$W/out.csv")" = "$columns" ]
	[ "$(wc -l <"$W/out.csv")" -eq 2 ]
}

# x <- c(120, 130, 125, 135); y <- c(100, 104, 98, 102); t.test(x, y); wilcox.test(x, y);
# median(outer(x, y, "-")); the roots of (my^2 - q^2 vy) r^2 - 2 mx my r + mx^2 - q^2 vx with
# q = qt(0.975, df), df = (vx + r^2 vy)^2 / (vx^2 / 3 + r^4 vy^2 / 3), r = mx / my
@test "compare: several runs on both sides are the samples" {
	four_runs >"$W/t.csv"
	"$VANALYZE" compare --csv "$W/t.csv" >"$W/out.csv"
	equals "$W/out.csv" 1 platform kvm
	equals "$W/out.csv" 1 baseline native
	equals "$W/out.csv" 1 over runs
	equals "$W/out.csv" 1 n 4
	equals "$W/out.csv" 1 n_baseline 4
	equals "$W/out.csv" 1 n_effective ""
	equals "$W/out.csv" 1 ratio 1.26237623762376238
	equals "$W/out.csv" 1 ratio_lower 1.16813176086675
	equals "$W/out.csv" 1 ratio_upper 1.35956916798223
	equals "$W/out.csv" 1 hl_shift 26.5
	equals "$W/out.csv" 1 cliffs_delta 1
	equals "$W/out.csv" 1 p_mw 0.0285714285714286
	equals "$W/out.csv" 1 p_welch 0.00169576928046834
	equals "$W/out.csv" 1 p_holm 0.00169576928046834
	equals "$W/out.csv" 1 verdict higher
	equals "$W/out.csv" 1 reason ""
}

# t.test(x, y), wilcox.test(x, y), median(outer(x, y, "-")), (2 * W - 72) / 72
@test "compare: single runs are compared by their probes, and marked" {
	one_run >"$W/t.csv"
	"$VANALYZE" compare --csv "$W/t.csv" >"$W/out.csv"
	equals "$W/out.csv" 1 over probes
	equals "$W/out.csv" 1 n 8
	equals "$W/out.csv" 1 n_baseline 9
	equals "$W/out.csv" 1 n_effective 8
	equals "$W/out.csv" 1 ratio 1.35542168674699
	equals "$W/out.csv" 1 hl_shift 3
	equals "$W/out.csv" 1 cliffs_delta 0.652777777777778
	equals "$W/out.csv" 1 p_mw 0.0263267330511683
	equals "$W/out.csv" 1 p_welch 0.014770039658947
	"$VANALYZE" compare --text "$W/t.csv" | grep -q 'p_mw as if probes were independent'
}

@test "compare: a slow drift leaves fewer effective probes, and a larger p" {
	{
		echo platform,rtt_ns
		printf 'kvm,%s\n' 9 10 11 12 13 14 15 16
		printf 'native,%s\n' 6 7 7 8 9 10 11 12 13
	} >"$W/t.csv"
	"$VANALYZE" compare --csv "$W/t.csv" >"$W/out.csv"
	equals "$W/out.csv" 1 p_mw 0.0263267330511683
	/usr/bin/python3 -c 'import sys
n, p = map(float, sys.argv[1:])
sys.exit(not (2 <= n < 4 and p > 0.1))' "$(value "$W/out.csv" 1 n_effective)" \
		"$(value "$W/out.csv" 1 p_welch)"
}

@test "compare: one run against several goes by probes" {
	four_runs | grep -v 'native,[fgh]' >"$W/t.csv"
	"$VANALYZE" compare --csv "$W/t.csv" >"$W/out.csv"
	equals "$W/out.csv" 1 over probes
	equals "$W/out.csv" 1 n 8
	equals "$W/out.csv" 1 n_baseline 2
}

@test "compare: cells match in all other factors; who has no counterpart says so" {
	{
		echo platform,load,rtt_ns
		printf 'kvm,cpu,%s\n' 20 24 21
		printf 'kvm,net,%s\n' 30 34 31
		printf 'native,cpu,%s\n' 10 12 11
		printf 'native,io,%s\n' 1 2 3
	} >"$W/t.csv"
	"$VANALYZE" compare --csv "$W/t.csv" >"$W/out.csv"
	[ "$(wc -l <"$W/out.csv")" -eq 3 ]
	equals "$W/out.csv" 1 load cpu
	equals "$W/out.csv" 1 hl_shift 10
	equals "$W/out.csv" 2 load net
	equals "$W/out.csv" 2 ratio ""
	equals "$W/out.csv" 2 n_baseline 0
	equals "$W/out.csv" 2 reason "no counterpart in the baseline"
}

@test "compare: a factor that the baseline does not have matches every level" {
	{
		echo platform,driver,rtt_ns
		printf 'kvm,virtio,%s\n' 20 24 21
		printf 'kvm,e1000,%s\n' 30 34 31
		printf 'native,,%s\n' 10 12 11
	} >"$W/t.csv"
	"$VANALYZE" compare --csv "$W/t.csv" >"$W/out.csv"
	equals "$W/out.csv" 1 driver e1000
	equals "$W/out.csv" 1 hl_shift 20
	equals "$W/out.csv" 2 driver virtio
	equals "$W/out.csv" 2 hl_shift 10
}

@test "compare: runs of the baseline with and without a driver meet the cells that they agree with" {
	{
		echo run,platform,driver,rtt_ns
		printf '%s\n' 1,native,,10 1,native,,12 2,native,virtio,20 2,native,virtio,22
		printf '%s\n' 3,native,e1000,50 3,native,e1000,52 4,kvm,virtio,31 4,kvm,virtio,33
		printf '%s\n' 5,kvm,,90 5,kvm,,96
	} >"$W/t.csv"
	"$VANALYZE" compare --csv "$W/t.csv" >"$W/out.csv"
	equals "$W/out.csv" 1 driver ""
	equals "$W/out.csv" 1 n_baseline 2 # run 1
	equals "$W/out.csv" 2 driver virtio
	equals "$W/out.csv" 2 n_baseline 4 # runs 1 and 2
	equals "$W/out.csv" 2 ratio 2      # 32 / mean of 10, 12, 20, 22
	# The same twice, told apart by a last factor: each run still counts once.
	awk -F, '{ z = NR == 1 ? "zone" : "z"; print $1 "," $2 "," $3 "," z "," $4 }
		NR > 1 { print 5 + $1 "," $2 "," $3 ",y," $4 }' "$W/t.csv" >"$W/zones.csv"
	"$VANALYZE" compare --csv --by platform,driver,zone "$W/zones.csv" >"$W/out.csv"
	for row in 1 2; do equals "$W/out.csv" $row n_baseline 2; done
	for row in 3 4; do equals "$W/out.csv" $row n_baseline 4; done
}

@test "compare: each of 20,000 cells meets its own run of the baseline" {
	seq 20000 | awk 'BEGIN { print "platform,cell,rtt_ns" }
		{ printf "native,c%d,%d\nkvm,c%d,%d\n", $1, $1, $1, 3 * $1 }' >"$W/t.csv"
	"$VANALYZE" compare --csv "$W/t.csv" >"$W/out.csv"
	[ "$(wc -l <"$W/out.csv")" -eq 20001 ]
	[ "$(tail -n +2 "$W/out.csv" | cut -d, -f7 | sort -u)" = 3 ]
	refused ", ...)" compare --baseline cell=none "$W/t.csv"
}

@test "compare: another baseline, another factor" {
	{
		echo platform,load,rtt_ns
		printf 'kvm,cpu,%s\n' 20 24 21
		printf 'kvm,net,%s\n' 30 34 31
		printf 'native,cpu,%s\n' 10 12 11
		printf 'native,net,%s\n' 14 16 15
	} >"$W/t.csv"
	"$VANALYZE" compare --csv --baseline kvm "$W/t.csv" >"$W/out.csv"
	equals "$W/out.csv" 1 platform native
	equals "$W/out.csv" 1 hl_shift -10
	equals "$W/out.csv" 1 verdict lower
	"$VANALYZE" compare --csv --baseline load=cpu "$W/t.csv" >"$W/a.csv"
	"$VANALYZE" compare --csv --by load,platform --baseline cpu "$W/t.csv" >"$W/b.csv"
	equals "$W/a.csv" 1 platform kvm
	equals "$W/a.csv" 1 hl_shift 10
	equals "$W/a.csv" 2 platform native
	equals "$W/a.csv" 2 hl_shift 4
	equals "$W/b.csv" 1 hl_shift 10
	equals "$W/b.csv" 2 hl_shift 4
}

# p.adjust(c(p1, p2, p3), "holm") of the p_welch column
@test "compare: Holm over the rows of a metric" {
	{
		echo platform,rtt_ns
		printf 'a,%s\n' 12 9 13 8 12 10
		printf 'b,%s\n' 14 11 15 10 14 12
		printf 'c,%s\n' 19 16 20 15 19 17
		printf 'native,%s\n' 10 8 12 7 11 9
	} >"$W/t.csv"
	"$VANALYZE" compare --csv "$W/t.csv" >"$W/out.csv"
	/usr/bin/python3 - "$W/out.csv" <<-'EOF'
		import csv, sys
		rows = list(csv.DictReader(open(sys.argv[1])))
		p = sorted(float(r["p_welch"]) for r in rows)
		expected, highest = {}, 0
		for k, v in enumerate(p):
		    highest = max(highest, min(1, (len(p) - k) * v))
		    expected[v] = highest
		assert len(p) == 3
		for r in rows:
		    assert abs(float(r["p_holm"]) / expected[float(r["p_welch"])] - 1) < 1e-12
	EOF
}

@test "compare: what is undefined is empty, with a reason" {
	{
		echo platform,load,rtt_ns
		printf 'kvm,single,5\n'
		printf 'native,single,3\n'
		printf 'kvm,constant,%s\n' 5 5 5
		printf 'native,constant,%s\n' 4 4 4
		printf 'kvm,equal,%s\n' 5 5 5
		printf 'native,equal,%s\n' 5 5 5
		printf 'kvm,zero,%s\n' 5 6 7
		printf 'native,zero,%s\n' -1 1 0.5
	} >"$W/t.csv"
	"$VANALYZE" compare --csv "$W/t.csv" >"$W/out.csv"
	absent grep -qi nan "$W/out.csv"
	equals "$W/out.csv" 1 load constant
	equals "$W/out.csv" 1 ratio 1.25
	equals "$W/out.csv" 1 ratio_lower ""
	equals "$W/out.csv" 1 cliffs_delta 1
	equals "$W/out.csv" 1 p_welch ""
	[[ "$(value "$W/out.csv" 1 reason)" == *"neither side varies"* ]]
	equals "$W/out.csv" 2 load equal
	equals "$W/out.csv" 2 cliffs_delta 0
	equals "$W/out.csv" 2 p_mw ""
	[[ "$(value "$W/out.csv" 2 reason)" == *"all values are equal"* ]]
	equals "$W/out.csv" 3 load single
	equals "$W/out.csv" 3 hl_shift 2
	equals "$W/out.csv" 3 p_mw 1
	equals "$W/out.csv" 3 p_welch ""
	[[ "$(value "$W/out.csv" 3 reason)" == *"n too small"* ]]
	equals "$W/out.csv" 4 load zero
	equals "$W/out.csv" 4 ratio_upper ""
	equals "$W/out.csv" 4 verdict ""
	[[ "$(value "$W/out.csv" 4 reason)" == *"unbounded"* ]]
}

@test "compare: a baseline that is not there is wrong usage, and the levels are named" {
	four_runs >"$W/t.csv"
	refused "there are: kvm, native" compare --baseline xen "$W/t.csv"
	refused "name it in --by" compare --by platform --baseline run=a "$W/t.csv"
	refused "no factor has two levels" compare --where platform=kvm "$W/t.csv"
}

@test "compare: the same from one thread and from four, and the schema holds" {
	"$VANALYZE" compare -j1 --json tests/data/recordings/native tests/data/recordings/lxc >"$W/1.json"
	"$VANALYZE" compare -j4 --json tests/data/recordings/native tests/data/recordings/lxc >"$W/4.json"
	sed 's/"-j[14]"//' "$W/1.json" >"$W/a"
	sed 's/"-j[14]"//' "$W/4.json" >"$W/b"
	cmp "$W/a" "$W/b"
	/usr/bin/python3 tests/oracle/validate.py docs/schema/results-1.schema.json "$W/1.json"
}

@test "compare: datasets give what their samples table gives" {
	"$VANALYZE" compare --csv --metric rtt_ns --by platform tests/data/recordings/native tests/data/recordings/lxc \
		>"$W/a.csv"
	"$VANALYZE" rtt --samples "$W/s.csv" tests/data/recordings/native tests/data/recordings/lxc >"$W/rtt.csv"
	"$VANALYZE" compare --csv --metric rtt_ns --by platform,point "$W/s.csv" >"$W/b.csv"
	sort "$W/a.csv" >"$W/a.sorted"
	sort "$W/b.csv" >"$W/b.sorted"
	[ "$(wc -l <"$W/a.csv")" -gt 3 ]
	cmp "$W/a.sorted" "$W/b.sorted"
}

@test "all: comparisons where the baseline is among the datasets" {
	"$VANALYZE" all tests/data/recordings/native tests/data/recordings/lxc -o "$W/both"
	grep -q '"kind": "compare"' "$W/both/all.json"
	"$VANALYZE" all tests/data/recordings/lxc -o "$W/alone"
	absent grep -q '"kind": "compare"' "$W/alone/all.json"
	refused "no samples of platform xen" all tests/data/recordings/lxc --baseline xen -o "$W/none"
}

@test "ci: bootstrap rows, the same with any number of threads, other with another seed" {
	one_run >"$W/t.csv"
	"$VANALYZE" ci --csv "$W/t.csv" >"$W/plain.csv"
	"$VANALYZE" ci --csv --bootstrap 999 -j1 "$W/t.csv" >"$W/1.csv"
	"$VANALYZE" ci --csv --bootstrap 999 -j4 --seed 1 "$W/t.csv" >"$W/4.csv"
	"$VANALYZE" ci --csv --bootstrap 999 --seed 2 "$W/t.csv" >"$W/other.csv"
	cmp "$W/1.csv" "$W/4.csv"
	absent cmp -s "$W/1.csv" "$W/other.csv"
	grep -v 'BCa' "$W/1.csv" | cmp - "$W/plain.csv"
	[ "$(grep -c 'BCa bootstrap over probes' "$W/1.csv")" -eq 4 ]
	"$VANALYZE" ci --text --bootstrap 999 --seed 7 "$W/t.csv" | grep -q '999 resamples, seed 7'
	refused "--bootstrap: 5" ci --bootstrap 5 "$W/t.csv"
}

@test "ci: over runs, the bootstrap resamples their means" {
	four_runs >"$W/t.csv"
	"$VANALYZE" ci --csv --bootstrap 999 "$W/t.csv" >"$W/out.csv"
	equals "$W/out.csv" 3 statistic mean
	equals "$W/out.csv" 3 method "BCa bootstrap over runs"
	equals "$W/out.csv" 3 n 4
	equals "$W/out.csv" 3 estimate 127.5
}

# qbinom(c(0.025, 0.975), 100, 0.9) brackets: P(Bin(100, 0.9) < 84) = 0.0206, P(Bin >= 96) = 0.0237
@test "ci: quantiles that are asked for" {
	{
		echo platform,rtt_ns
		for i in $(seq 100); do echo "native,$i"; done
	} >"$W/t.csv"
	"$VANALYZE" ci --csv --quantiles 0.5,0.9,0.999 "$W/t.csv" >"$W/out.csv"
	equals "$W/out.csv" 2 statistic median
	equals "$W/out.csv" 3 statistic q0.9
	equals "$W/out.csv" 3 estimate 90.1
	equals "$W/out.csv" 3 lower 84
	equals "$W/out.csv" 3 upper 96
	equals "$W/out.csv" 4 statistic q0.999
	equals "$W/out.csv" 4 lower ""
	[[ "$(value "$W/out.csv" 4 reason)" == *"n too small"* ]]
	refused "expected probabilities" ci --quantiles 0.5,1 "$W/t.csv"
}

# x <- c(1:10, 30): boxplot.stats(x)$stats (whose hinges are the quartiles here), sd(x) / mean(x)
@test "describe: whiskers and coefficient of variation" {
	{
		echo platform,rtt_ns
		printf 'native,%s\n' 1 2 3 4 5 6 7 8 9 10 30
	} >"$W/t.csv"
	"$VANALYZE" describe --csv "$W/t.csv" >"$W/out.csv"
	equals "$W/out.csv" 1 whisker_low 1
	equals "$W/out.csv" 1 whisker_high 10
	equals "$W/out.csv" 1 cv 1.02569075382951
}

@test "describe: a coarse clock and a warm-up are reported, and nothing is left out" {
	{
		echo platform,rtt_ns
		for i in $(seq 400); do
			echo "native,$((i <= 20 ? 90000 + i : 40000 + i % 50))"
		done
	} >"$W/warm.csv"
	{
		echo platform,rtt_ns
		for i in $(seq 400); do echo "native,$((40000 + i % 7 * 1000))"; done
	} >"$W/coarse.csv"
	"$VANALYZE" describe --text "$W/warm.csv" >"$W/warm.txt"
	"$VANALYZE" describe --text "$W/coarse.csv" >"$W/coarse.txt"
	grep -q 'begin differently, perhaps warming up: 1 .*at most 1.00' "$W/warm.txt"
	absent grep -q 'steps of more than' "$W/warm.txt"
	grep -q 'steps of more than 1 % of their median (at most 1000 ns)' "$W/coarse.txt"
	absent grep -q 'begin differently' "$W/coarse.txt"
	grep -Eq '\b400\b' "$W/warm.txt"
}

@test "describe, compare: recorded samples, against NumPy and SciPy" {
	W="$BATS_TEST_TMPDIR"
	"${VANALYZE:-build/release/vanalyze}" rtt --samples "$W/all.csv" --point app --where series=idle \
		tests/data/recordings/native tests/data/recordings/docker-nat tests/data/recordings/lxc >"$W/rtt"
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i }
		$c["rtt_ns"] != "" { print $c["platform"] "," $c["rtt_ns"] }' "$W/all.csv" >"$W/table.csv"
	"${VANALYZE:-build/release/vanalyze}" describe --csv "$W/table.csv" >"$W/describe"
	"${VANALYZE:-build/release/vanalyze}" compare --csv "$W/table.csv" >"$W/compare"
	/usr/bin/python3 -B tests/oracle/judge_real.py "$W/table.csv" "$W/describe" "$W/compare"
	# and it notices
	sed -i '2s/\.\([0-9]\)/.9\1/' "$W/describe"
	run /usr/bin/python3 -B tests/oracle/judge_real.py "$W/table.csv" "$W/describe" "$W/compare"
	[ "$status" -eq 1 ]
}
