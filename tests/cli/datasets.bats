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
	HTTP=$(printf 'datasets/http-%s datasets/web-%s ' {native,lxc,docker-nat,qemu-tcg-virtio}{,})
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

@test "campaign: all of datasets/ is small" {
	[ "$(find datasets -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')" -le $SIZE_MAX_BYTES ]
}

# Absolute paths that every system has may stand in recorded commands.
@test "campaign: no path of one machine" {
	find $ALL -type f ! -name '*.zst' -exec cat {} + >"$W/all"
	find $ALL -name '*.txt.zst' -exec zstd -dcq {} + >>"$W/all"
	run grep -oE "(^|[ =\"'(,:])/[A-Za-z][A-Za-z0-9._-]*" "$W/all"
	echo "$output" | sort -u | grep -vE '/(dev|mnt|proc|run|sys|tmp|usr|var)$' | tee "$W/found"
	[ ! -s "$W/found" ]
}

# The plan asks for each cell as often as it says; a run that was rejected does not count.
@test "campaign: every run of the plan is there" {
	awk -v seed=1 -f datasets/testbed/plan.awk datasets/testbed/plans/medium.csv | cut -f 6-8 | sed \
		's/^qemu/qemu-tcg/; s/^\(.*\)\tping\t/\1\t/; t; s/^\(.*\)\t\(.*\)\t/\2-\1\t/' |
		tr '\t' '/' | sort >"$W/planned"
	ls -d $(printf '%s/runs/* ' $ALL) | grep -v rejected | sed 's/^datasets.//; s/runs.//' | sort >"$W/there"
	diff "$W/planned" "$W/there"
}

# ping's last line, of every run, against the mean of the samples that it printed: three digits each.
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
		        assert abs(of.rtt_ns.mean() - 1e6 * ms) <= 500 + 0.005 * 1e6 * ms, (path, ms, of.rtt_ns.mean())
		        seen += 1
		assert seen > 300, seen
	X
}

# What iperf3 says it received, of every run.
@test "campaign: iperf3's own rates" {
	"$VANALYZE" throughput --samples "$W/rates.csv" $STREAMS >/dev/null
	head -3 "$W/rates.csv"
}
