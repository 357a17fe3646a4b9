#!/usr/bin/env bats
# make install: everything under DESTDIR/PREFIX, and nothing that names another place.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	W="$BATS_TEST_TMPDIR"
}

@test "install: programs, manual pages, schemas and unit, below PREFIX" {
	make -s install DESTDIR="$W/root" PREFIX=/opt/vantage >/dev/null
	cd "$W/root"
	[ "$(find . -type f | sed 's|^\./opt/vantage/||' | sort | tr '\n' ' ')" = "bin/vanalyze \
bin/vcap bin/vreport lib/systemd/system/vcap@.service share/man/man1/vanalyze.1 \
share/man/man1/vreport.1 share/man/man8/vcap.8 share/vantage/schema/results-1.schema.json \
share/vantage/schema/run-1.schema.json " ]
	[ "$(find . -type f ! -path '*/bin/*' ! -perm 644)" = "" ]
	cd opt/vantage
	for program in vcap vanalyze vreport; do
		bin/$program --version | grep -q "^$program [0-9]"
	done
}

@test "install: the unit starts the program that was installed" {
	make -s install DESTDIR="$W/root" PREFIX=/opt/vantage >/dev/null
	unit="$W/root/opt/vantage/lib/systemd/system/vcap@.service"
	grep -q '^ExecStart=/opt/vantage/bin/vcap start --foreground --name %i --iface %i ' "$unit"
	grep -q '^Type=notify$' "$unit"
	! grep -q '@[A-Z]*@' "$unit" || false
	# every option that it gives is one that the program has
	for option in $(grep '^ExecStart=' "$unit" | grep -o -- ' --[a-z-]*'); do
		"${VCAP:-build/release/vcap}" start --help | grep -q -- "$option\b"
	done
}

@test "install: systemd takes the unit as it is" {
	command -v systemd-analyze >/dev/null || skip "no systemd-analyze"
	make -s install PREFIX="$W/opt" >/dev/null
	systemd-analyze verify --man=no "$W/opt/lib/systemd/system/vcap@.service" 2>"$W/said"
	[ ! -s "$W/said" ]
}
