#!/usr/bin/env bats
# The datasets of the testbed's campaign as they are in the tree: intact, valid, small, and with the
# numbers that ping, ab and iperf3 printed themselves.  VANALYZE names the program.

SIZE_MAX_BYTES=40000000

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export LC_ALL=C TZ=UTC
	export VANALYZE="${VANALYZE:-build/release/vanalyze}"
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	W="$BATS_TEST_TMPDIR"
	PING="datasets/native datasets/lxc datasets/docker-nat datasets/docker-routed datasets/qemu-tcg-virtio
		datasets/qemu-tcg-e1000 datasets/qemu-tcg-rtl8139 datasets/qemu-tcg-vmxnet3"
	HTTP=$(printf 'datasets/http-%s ' native lxc docker-nat qemu-tcg-virtio
		printf 'datasets/web-%s ' native lxc docker-nat qemu-tcg-virtio)
	STREAMS=$(printf 'datasets/throughput-%s ' native lxc docker-nat qemu-tcg-virtio)
	ALL="$PING $HTTP $STREAMS"
}

# What a run that was rejected is good for: to be seen, and to be left out.
@test "campaign: vanalyze check finds nothing but what made it reject a run" {
	run "$VANALYZE" check --csv $ALL
	printf '%s\n' "${lines[@]:1}" | grep -v '\.rejected[0-9]' | grep . | tee "$W/found"
	[ ! -s "$W/found" ]
}

@test "campaign: sha256sum agrees with every SHA256SUMS" {
	for dataset in $ALL; do
		(cd "$dataset/runs" && for run in *; do (cd "$run" && sha256sum -c --quiet SHA256SUMS) ||
			exit 1; done)
	done
}

@test "campaign: descriptors, schemas, READMEs" {
	/usr/bin/python3 tests/oracle/validate_package.py $ALL
	for dataset in $ALL; do
		[ -s "$dataset/README.md" ]
		/usr/bin/python3 tests/oracle/validate.py docs/schema/run-1.schema.json "$dataset"/runs/*/run.json
	done
}

@test "campaign: small" {
	[ "$(find $ALL -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')" -le $SIZE_MAX_BYTES ]
}

# Absolute paths that every system has may stand in recorded commands; and the control group.
# (It is /vantage-testbed everywhere.)
@test "campaign: no path of one machine" {
	find $ALL -type f ! -name '*.zst' -exec cat {} + >"$W/all"
	find $ALL -name '*.txt.zst' -exec zstd -dcq {} + >>"$W/all"
	run grep -oE "(^|[ =\"'(,:])/[A-Za-z][A-Za-z0-9._-]*" "$W/all"
	echo "$output" | sort -u | grep -vE '/(dev|mnt|proc|run|sys|tmp|usr|vantage-testbed|var)$' | tee "$W/found"
	[ ! -s "$W/found" ]
}

# The plan asks for each cell as often as it says; a run that was rejected does not count.
@test "campaign: every run of the plan is there" {
	awk -v seed=1 -f datasets/testbed/plan.awk datasets/testbed/plans/medium.csv | awk -F '\t' '
		{ sub(/^qemu/, "qemu-tcg", $6); print ($7 == "ping" ? $6 : $7 "-" $6) "/" $8 }' |
		sort >"$W/planned"
	ls -d $(printf '%s/runs/* ' $ALL) | grep -v rejected | sed 's/^datasets.//; s/runs.//' | sort >"$W/there"
	diff "$W/planned" "$W/there"
}

# ping's last line, of every run, against the mean of the samples that it printed: three digits each,
# and whole microseconds of the mean, cut off.
@test "campaign: ping's own mean" {
	"$VANALYZE" rtt --samples "$W/rtt.csv" --point app $PING >/dev/null
	/usr/bin/python3 - "$W/rtt.csv" $PING <<-'X'
		import glob, re, subprocess, sys
		import pandas as pd
		means = pd.read_csv(sys.argv[1], usecols=['run', 'platform', 'driver', 'rtt_ns'])
		seen = 0
		for dataset in sys.argv[2:]:
		    for path in glob.glob(dataset + '/runs/*/ping.txt.zst'):
		        text = subprocess.run(['zstd', '-dcq', path], capture_output=True, text=True).stdout
		        ms = float(re.search(r'= [\d.]+/([\d.]+)/', text)[1])
		        name = dataset.split('/')[1]
		        platform, _, driver = name.rpartition('-') if '-' in name else (name, '', '')
		        of = means[(means.run == path.split('/')[3]) & (means.platform == platform)]
		        of = of[of.driver.fillna('') == driver]
		        if not len(of):
		            assert 'rejected' in path, path
		            continue
		        assert abs(of.rtt_ns.mean() - 1e6 * ms) <= 1000 + 0.005 * 1e6 * ms, (path, ms, of.rtt_ns.mean())
		        seen += 1
		assert seen > 270, seen
	X
}

# What iperf3 says was sent and received, of every run.
@test "campaign: iperf3's own rates" {
	"$VANALYZE" throughput --samples "$W/rates.csv" --point app $STREAMS >/dev/null
	/usr/bin/python3 - "$W/rates.csv" $STREAMS <<-'X'
		import glob, json, sys
		import pandas as pd
		rates = pd.read_csv(sys.argv[1])
		seen = 0
		for dataset in sys.argv[2:]:
		    platform = dataset.split('throughput-')[1].split('-')[0].replace('qemu', 'qemu-tcg')
		    for path in glob.glob(dataset + '/runs/*/iperf3.json'):
		        end = json.load(open(path))['end']
		        run = path.split('/')[3]
		        of = rates[(rates.run == run) & (rates.platform == platform)]
		        if not len(of):
		            assert 'rejected' in run, path
		            continue
		        if 'sum_received' in end and of.proto.iloc[0] == 'tcp':
		            for side, key in (('send', 'sum_sent'), ('receive', 'sum_received')):
		                ours = of[of.side == side].throughput_bps.iloc[0]
		                theirs = end[key]['bits_per_second']
		                assert abs(ours - theirs) <= 1e-6 * theirs, (path, side, ours, theirs)
		            seen += 1
		assert seen > 40, seen
	X
}

# ab counts the requests that were answered; the capture of its link holds each of them.
@test "campaign: as many requests as ab counted" {
	"$VANALYZE" http --samples "$W/http.csv" --where captures=1 --point client $HTTP >/dev/null
	/usr/bin/python3 - "$W/http.csv" $HTTP <<-'X'
		import collections, csv, glob, re, sys
		rows = collections.Counter()
		for row in csv.DictReader(open(sys.argv[1])):
		    name = row['platform'] + ('-' + row['driver'] if row['driver'] else '')
		    rows[name, row['run']] += 1
		seen = 0
		for dataset in sys.argv[2:]:
		    name = dataset.split('/')[1].split('-', 1)[1]
		    for path in glob.glob(dataset + '/runs/http-1-*/ab.txt') + glob.glob(dataset + '/runs/web-1-*/ab.txt'):
		        run = path.split('/')[3]
		        if 'rejected' in run:
		            continue
		        ab = sum(int(n) for n in re.findall(r'^Complete requests: +(\d+)', open(path).read(), re.M))
		        assert rows[name, run] == ab, (path, rows[name, run], ab)
		        seen += 1
		assert seen > 150, seen
	X
}
