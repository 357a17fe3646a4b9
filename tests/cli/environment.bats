#!/usr/bin/env bats
# The analysis "environment" of vanalyze all: the machines as run.json describes them.  Expected
# rows are worked out by hand from the run.json files that the test writes.
#
# The program is $VANALYZE, else build/release/vanalyze.

setup() {
	export LC_ALL=C TZ=UTC
	ROOT=$PWD
	VANALYZE=${VANALYZE:-build/release/vanalyze}
	case $VANALYZE in /*) ;; *) VANALYZE=$ROOT/$VANALYZE ;; esac
	TMP=$(mktemp -d)
	cd "$TMP"
}

teardown() {
	cd "$ROOT"
	rm -rf "$TMP"
}

# run_of ID HOSTS POINTS: a run whose only tool is a ping that ran on the machine "g"
run_of() {
	mkdir -p "d/runs/$1"
	printf 'PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.\n[1700000000.000000] 64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.100 ms\n\n--- 10.0.0.2 ping statistics ---\n1 packets transmitted, 1 received, 0%% packet loss, time 0ms\nrtt min/avg/max/mdev = 0.100/0.100/0.100/0.000 ms\n' >"d/runs/$1/ping.txt"
	printf '{"schema": "vantage/run/1", "id": "%s", "platform": "p", "driver": null, "factors": {}, "hosts": [%s], "points": [%s], "tools": [{"name": "ping", "version": "iputils 1", "argv": ["ping", "-D", "10.0.0.2"], "file": "ping.txt", "exit": 0, "host": "g"}], "counters": [], "events": [], "started": null, "ended": null, "status": {"state": "complete", "reason": null}}\n' "$1" "$2" "$3" >"d/runs/$1/run.json"
}

@test "one row a machine; numbers are the most, lists name each once" {
	host='{"name": "h", "kernel": "6.1", "cpu": "C", "cores": 4, "memory_bytes": %s}'
	point='{"name": "host", "order": 1, "host": "h", "interface": "e0", "driver": "virtio_net", "speed_mbps": 1000, "files": []}'
	run_of r1 "{\"name\": \"g\", \"kernel\": \"5.10\", \"os\": \"\", \"cores\": null}, $(printf "$host" 1000000)" "$point"
	run_of r2 "{\"name\": \"g\", \"kernel\": \"5.10\", \"cores\": 2}, $(printf "$host" 1001000)" "$point"
	run_of r3 "{\"name\": \"g\", \"kernel\": \"5.11\", \"cores\": 2}, $(printf "$host" 2000000)" "$point"
	"$VANALYZE" all d -o out
	/usr/bin/python3 - <<-'END'
		import json
		found, = [a for a in json.load(open('out/d.json'))['analyses'] if a['kind'] == 'environment']
		assert found['by'] == ['dataset', 'host', 'kernel', 'os', 'cpu', 'clocksource',
		                       'virtualization', 'hypervisor'], found['by']
		rows = [[r[k] for k in ('host', 'kernel', 'os', 'cores', 'memory_bytes', 'runs',
		                        'interfaces', 'tools')] for r in found['rows']]
		assert rows == [
		    ['g', '5.10', None, 2, None, 2, None, 'ping iputils 1'],
		    ['h', '6.1', None, 4, 2000000, 3, 'virtio_net 1000 Mbit/s', None],
		    ['g', '5.11', None, 2, None, 1, None, 'ping iputils 1']], rows
		assert found['notes'] == ['h: memory_bytes between 1000000 and 2000000, depending on '
		                          'the run.'], found['notes']
		every = json.load(open('out/all.json'))['analyses']
		assert not any(a['kind'] == 'environment' for a in every)
	END
	/usr/bin/python3 -B "$ROOT/tests/oracle/validate.py" "$ROOT/docs/schema/results-1.schema.json" out/d.json
}

@test "no analysis when no run names a machine" {
	run_of r1 '' ''
	"$VANALYZE" all d -o out
	grep -q '"kind": "describe"' out/d.json
	run grep '"environment"' out/d.json
	test "$status" -eq 1
}
