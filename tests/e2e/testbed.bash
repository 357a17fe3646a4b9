# What the end-to-end tests share: two network namespaces joined by a veth pair, a runtime directory
# of the test's own, and an end that leaves nothing behind.  To be loaded by tests run as root.
#
#   testbed_up      namespaces $A (interface va, 10.77.0.1, fd77::1) and $B (vb, 10.77.0.2, fd77::2)
#   testbed_down    ends what the test started and removes the namespaces
#
# BUILD_DIR holds the programs.

testbed_setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	BUILD_DIR="$(realpath "${BUILD_DIR:-build/release}")"
	export BUILD_DIR LC_ALL=C TZ=UTC ASAN_OPTIONS=detect_leaks=0
	export PATH="$BUILD_DIR:$PATH"
}

testbed_up() {
	[ "$(id -u)" = 0 ] || skip "needs root"
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	W="$BATS_TEST_TMPDIR"
	D="$W/d"
	mkdir -p "$W/run"
	export XDG_RUNTIME_DIR="$W/run"
	unset SUDO_UID SUDO_GID
	A="vt$$a" B="vt$$b"
	ip netns add "$A"
	ip netns add "$B"
	ip -n "$A" link add va type veth peer name vb netns "$B"
	ip -n "$A" addr add 10.77.0.1/24 dev va
	ip -n "$B" addr add 10.77.0.2/24 dev vb
	ip -n "$A" addr add fd77::1/64 dev va nodad
	ip -n "$B" addr add fd77::2/64 dev vb nodad
	ip -n "$A" link set va up
	ip -n "$B" link set vb up
}

# Recordings are known by their sockets; each is asked to stop, and killed by its id if it does not.
testbed_down() {
	local socket name pid

	for socket in "$XDG_RUNTIME_DIR"/vcap/*.sock; do
		[ -S "$socket" ] || continue
		name="$(basename "$socket" .sock)"
		pid="$(daemon_pid "$name")"
		timeout 10 vcap stop --name "$name" >/dev/null 2>&1 || true
		[ -n "$pid" ] && kill -KILL "$pid" 2>/dev/null
	done
	[ -n "$A" ] && ip netns del "$A" 2>/dev/null
	[ -n "$B" ] && ip netns del "$B" 2>/dev/null
	mountpoint -q "$W/full" 2>/dev/null && umount "$W/full"
	return 0
}

in_a() {
	ip netns exec "$A" "$@"
}

daemon_pid() {
	vcap status --json --name "${1:-vcap}" 2>/dev/null | sed -n 's/.*"pid": \([0-9]*\),.*/\1/p'
}

# the run directory, when there is one run
run_dir() {
	echo "$D"/runs/*
}

# a key of run.json: run_value KEY...
run_value() {
	/usr/bin/python3 -c '
import json, sys
v = json.load(open(sys.argv[1] + "/run.json"))
for key in sys.argv[2:]:
    v = v[int(key)] if isinstance(v, list) else v[key]
print(json.dumps(v))' "$(run_dir)" "$@"
}

# numbers in a capture by an independent reader: numbers FILE N [check_numbers.py's options]
numbers() {
	zstd -qdc "$1" 2>/dev/null | /usr/bin/python3 tests/e2e/check_numbers.py "${@:2}"
}
