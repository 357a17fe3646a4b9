#!/usr/bin/env bats
# The same runs give the same bytes, in results and in each form of a report: in another locale (with
# a decimal comma), another time zone, with other numbers of threads, from a copy whose directories
# list their entries in another order, in another directory, at another time.
bats_require_minimum_version 1.5.0

setup() {
	ROOT="$(cd "$BATS_TEST_DIRNAME/../.." && pwd)"
	VANALYZE="$(realpath "${VANALYZE:-$ROOT/build/release/vanalyze}")"
	VREPORT="$(realpath "${VREPORT:-$ROOT/build/release/vreport}")"
	W="$BATS_TEST_TMPDIR"
	export SOURCE_DATE_EPOCH=1700000000
}

# reversed FROM TO - a copy whose entries are made in the opposite order
reversed() {
	local name

	mkdir "$2"
	find "$1" -mindepth 1 -maxdepth 1 -printf '%f\n' | LC_ALL=C sort -r | while read -r name; do
		if [ -d "$1/$name" ]; then reversed "$1/$name" "$2/$name"; else cp "$1/$name" "$2/"; fi
	done
}

# everything - results and all forms of the report of the datasets here; further arguments: threads
everything() {
	"$VANALYZE" all -j "$1" runs qemu kvm-virtio -o results 2>/dev/null
	"$VREPORT" --latex -o latex/ results
	"$VREPORT" --standalone -o report.tex results
	"$VREPORT" --html -j "$1" -o report.html results
	"$VREPORT" --markdown -o report.md results
	"$VREPORT" --csv -o csv/ results
	"$VREPORT" --figures figures -j "$1" results >/dev/null
}

@test "the same runs give the same bytes, whatever stands around them" {
	mkdir "$W/one" "$W/two" "$W/locale"
	localedef -i de_DE -f UTF-8 "$W/locale/de_DE.UTF-8"
	[ "$(env LOCPATH="$W/locale" LC_ALL=de_DE.UTF-8 locale decimal_point)" = , ]
	/usr/bin/python3 -B "$ROOT/tests/gen/many_runs.py" "$W/one/runs" --runs 24 --factors 3 \
		--repetitions 3 --probes 40
	cp -r "$ROOT/tests/data/recordings/qemu-tcg-e1000" "$W/one/qemu"
	cp -r "$ROOT/datasets/kvm-virtio" "$W/one/kvm-virtio"
	for d in runs qemu kvm-virtio; do
		reversed "$W/one/$d" "$W/two/$d"
	done
	(cd "$W/one" && LC_ALL=C TZ=UTC everything 1)
	sleep 1.1 # dates of files, where a program writes any, have seconds
	export LOCPATH="$W/locale"
	(cd "$W/two" && export LC_ALL=de_DE.UTF-8 TZ=Asia/Kolkata && everything 4)
	for f in results latex csv figures; do
		[ "$(ls "$W/one/$f" | wc -l)" -gt 3 ]
	done
	for f in svg pdf png gp dat; do
		ls "$W/one/figures/" | grep -q "\.$f$"
	done
	grep -q '"generated": "2023-11-14T22:13:20' "$W/one/results/runs.json"
	diff -rq "$W/one" "$W/two"
}
