# net.sh - the network and what the campaign's parts have in common; sourced by campaign, inside.
#
#   client 10.77.0.4 --- br0 10.77.0.1 --- recv 10.77.0.2      namespaces of these names; their
#   platform 10.77.0.10 … ---'                                 ends on the bridge: v-client, v-recv
#
# shellcheck shell=sh

WORK=/run/testbed           # on a tmpfs of our own
SHARE=$WORK/share           # what platforms see as /mnt
BRIDGE=br0 BRIDGE_IP=10.77.0.1 RECV_IP=10.77.0.2 CLIENT_IP=10.77.0.4
COOL_DOWN_S=${COOL_DOWN_S:-0.5}

in_ns() { # NAMESPACE CMD... - keeps /sys as it is, unlike ip netns exec
	ns=$1
	shift
	nsenter --net="/run/netns/$ns" -- "$@"
}

# The same for the background, as in `in_ns_background recv CMD & pid=$!`: the process of that id becomes
# CMD, while in_ns would leave a shell between, whose end CMD survives.
in_ns_background() { # NAMESPACE CMD...
	ns=$1
	shift
	exec nsenter --net="/run/netns/$ns" -- "$@"
}

# A port of the bridge: NAMESPACE gets eth0 with that address, the bridge the other end.
port_up() { # NAMESPACE BRIDGE-END ADDRESS
	ip link add "$2" type veth peer name eth0 netns "$1" &&
		ip link set "$2" master $BRIDGE up &&
		in_ns "$1" ip addr add "$3/24" dev eth0 &&
		in_ns "$1" ip link set eth0 up &&
		in_ns "$1" ip route add default via $BRIDGE_IP
}

ns_up() { # NAMESPACE
	ip netns add "$1" && in_ns "$1" ip link set lo up &&
		in_ns "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
}

# Fresh /run and /sys for the new namespaces: the old /sys shows the old interfaces, which LXC and
# Docker look at.  The control groups are bound back.
fresh_mounts() {
	mkdir -p /run && mount -t tmpfs -o mode=755 tmpfs /run && mkdir -p $SHARE /run/netns /run/lock /run/cg || return 1
	mount --rbind /sys/fs/cgroup /run/cg && mount -t sysfs sysfs /sys &&
		mount --rbind /run/cg /sys/fs/cgroup
}

net_up() {
	fresh_mounts || return 1
	hostname testbed
	ip link set lo up
	sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv4.ip_forward=1
	ip link add $BRIDGE type bridge stp_state 0 forward_delay 0 && ip addr add $BRIDGE_IP/24 dev $BRIDGE &&
		ip link set $BRIDGE up || return 1
	# frames on the bridge must not take Docker's rules
	sysctl -qw net.bridge.bridge-nf-call-iptables=0 2>/dev/null
	ns_up recv && port_up recv v-recv $RECV_IP && ns_up client && port_up client v-client $CLIENT_IP
}

# ---- processes that we end ourselves, by their ids ----

wait_for() { # SECONDS CMD... - until CMD succeeds
	tries_left=$(($1 * 20))
	shift
	until "$@" >/dev/null 2>&1; do
		tries_left=$((tries_left - 1))
		[ $tries_left -gt 0 ] || return 1
		sleep 0.05
	done
}

end_process() { # PID
	[ -n "$1" ] || return 0
	kill "$1" 2>/dev/null
	wait "$1" 2>/dev/null
	return 0
}

# ---- factors of the run at hand ----

# f_NAME for each factor; $factor_args for vcap, without what only says how long a run is.
take_factors() { # "a=b c=d"
	for name in $known_factors; do
		unset "f_$name"
	done
	known_factors=
	factor_args=
	for pair in $1; do
		eval "f_${pair%%=*}=\${pair#*=}"
		known_factors="$known_factors ${pair%%=*}"
		case ${pair%%=*} in
		probes | requests | duration_s) ;;
		*) factor_args="$factor_args --factor $pair" ;;
		esac
	done
	captures=${f_captures:-2}
	pins
}
known_factors='' load_pid='' server_pid='' load_inside=''

# affinity=on: the platform and what runs in it on CPU 0, everything else on CPU 1.
pins() {
	inner_pin='' outer_pin=''
	if [ "${f_affinity:-off}" = on ] && [ "$(nproc)" -gt 1 ]; then
		inner_pin="taskset -c 0" outer_pin="taskset -c 1"
	fi
}

# ---- background load ----

# The words of a load; it ends by itself should nobody end it.
load_words() { # TYPE WORKERS DIRECTORY
	case $1 in
	cpu) echo "stress-ng --quiet --cpu $2 --timeout 600" ;;
	io) echo "stress-ng --quiet --hdd $2 --hdd-bytes 16M --temp-path $3 --timeout 600" ;;
	net) echo "iperf3 -u -b 20M -l 1400 -P $2 -c $BRIDGE_IP -t 600" ;;
	esac
}

load_start() {
	load_pid='' server_pid='' load_inside=''
	[ "${f_load_type:-none}" != none ] && [ "${f_background_workers:-0}" -gt 0 ] || return 0
	if [ "$f_load_type" = net ]; then
		$outer_pin iperf3 -s -1 >/dev/null 2>&1 </dev/null &
		server_pid=$!
		wait_for 5 sh -c 'ss -ltn | grep -q :5201'
	fi
	if [ "${f_load_location:-sender}" = sender ]; then
		load_inside=yes
		platform_background 1 load $inner_pin $(load_words "$f_load_type" "$f_background_workers" /tmp)
	else
		in_ns_background recv $outer_pin $(load_words "$f_load_type" "$f_background_workers" "$IO_DIR") \
			>/dev/null 2>&1 </dev/null &
		load_pid=$!
	fi
	sleep 1
}

load_stop() {
	[ -z "$load_inside" ] || platform_end_background 1 load
	end_process "$load_pid"
	end_process "$server_pid"
	load_pid='' server_pid='' load_inside=''
}

# ---- platforms ----

# Sources the platform's file, which defines:
#   platform_name       of its dataset          platform_args   --platform and --driver for vcap
#   platform_share      what $SHARE is called inside
#   platform_start, platform_stop       what all its instances need
#   platform_add N, platform_remove N   the N-th instance, from 1
#   platform_exec N CMD...              run a command inside it
#   platform_prefix N                   words that do so when put before a command (not for machines)
#   platform_guest N    IF@NETNS of its inner capture point     platform_host N   its interface outside
#   platform_address N  where `client` reaches it
#   platform_watch      --watch of what it takes of the machine
#   platform_record inner|outer CMD...  run CMD inside, or in `client`, while vcap records
platform_load() { # PLATFORM
	case $1 in
	native | lxc) platform_file=$1 ;;
	docker-nat | docker-routed) platform_file=docker ;;
	qemu-virtio | qemu-e1000 | qemu-rtl8139 | qemu-vmxnet3) platform_file=qemu ;;
	*) return 1 ;;
	esac
	platform=$1
	platform_port() { echo "$2"; } # where `client` reaches that port: N PORT
	. "./platforms/$platform_file.sh"
}

# A root file system of links and empty directories; needs a merged /usr, as Debian has.
make_root() { # DIRECTORY
	mkdir -p "$1/usr" "$1/etc" "$1/proc" "$1/sys" "$1/dev" "$1/tmp" "$1/run" "$1/var" "$1/mnt" "$1/root"
	for d in bin sbin lib lib64 lib32 libx32; do
		[ ! -L "/$d" ] || ln -sf "usr/$d" "$1/$d"
	done
}

platform_up() {
	instances=0
	platform_start || { platform_stop; return 1; }
	platform_need 1
}

# As many instances as that.
platform_need() { # N
	while [ $instances -lt "$1" ]; do
		platform_add $((instances + 1)) || return 1
		instances=$((instances + 1))
	done
}

platform_down() {
	while [ $instances -gt 0 ]; do
		platform_remove $instances
		instances=$((instances - 1))
	done
	platform_stop
}

# A program that stays inside until it is ended.
platform_background() { # N NAME CMD...
	to=$1 pid_file=$platform_share/$2.$1.pid
	shift 2
	platform_exec "$to" sh -c 'f=$1; shift; "$@" >/dev/null 2>&1 </dev/null & echo $! >"$f"' sh "$pid_file" "$@"
}

# Ends it, and returns when it has ended (an ended process that nobody waited for has no command line).
platform_end_background() { # N NAME [SIGNAL]
	[ -s "$SHARE/$2.$1.pid" ] || return 0
	platform_exec "$1" sh -c 'kill -"$2" "$1"; for n in $(seq 60); do [ -n "$(tr -d "\\0" <"/proc/$1/cmdline")" ] || break; sleep 0.05; done' \
		sh "$(cat "$SHARE/$2.$1.pid")" "${3:-TERM}" 2>/dev/null
	rm -f "$SHARE/$2.$1.pid"
}

# What should have ended with the run would disturb the next ones.  (Zombies do not: they are not D, R, S or T.)
nothing_left() {
	! pgrep -r D,R,S,T -x 'stress-ng.*|iperf3|nginx|squid|ab|ping' >"$WORK/left"
}

# ---- recording ----

client_prefix="nsenter --net=/run/netns/client --"

# The points that the factor `captures` asks for, as the experiment lists them in $points:
# "1:host 2:guest" means `host` with one capture, `guest` too with two.  Innermost first for vcap.
wanted() { # POINT
	for p in $points; do
		[ "${p#*:}" != "$1" ] || [ "${p%%:*}" -gt "$captures" ] || return 0
	done
	return 1
}

points_words() { # inside|outside|all
	words=
	[ "$1" = outside ] || ! wanted guest || words="--iface $(platform_guest 1):guest"
	[ "$1" = inside ] || ! wanted host || words="$words --iface $(platform_host 1):host"
	[ "$1" = inside ] || ! wanted client || words="$words --iface v-client:client"
	[ "$1" = inside ] || ! wanted origin || words="$words --iface v-recv:origin"
	echo "${words:---counters-only}"
}

# Container and native: one vcap sees the inside and the outside, on one clock.
container_record() { # inner|outer CMD...
	prefix=$client_prefix
	[ "$1" = outer ] || prefix=$(platform_prefix 1)
	shift
	$outer_pin "$VCAP" run -o "$dataset" --run-id "$id" --name testbed --host-name host $platform_args \
		$factor_args $vcap_args --filter "$filter" $(points_words all) $(platform_watch) -- $prefix "$@" \
		>"$WORK/vcap.out" 2>"$WORK/vcap.err"
}

# ---- servers and objects of HTTP experiments ----

# Objects of one repeated line: nothing here compresses what it sends, and captures stay small.
make_objects() { # BYTES... below $SHARE/www
	mkdir -p "$SHARE/www"
	for bytes in "$@"; do
		[ -s "$SHARE/www/$bytes" ] || {
			yes 'an object of the testbed' | head -c "$bytes" >"$SHARE/www/$bytes"
			touch -d '30 days ago' "$SHARE/www/$bytes" # old enough for caches
		}
	done
	chmod -R a+rX "$SHARE"
}

nginx_conf() { # FILE ROOT
	cat >"$1" <<X
daemon off;
master_process off;
pid /tmp/vantage-nginx.pid;
error_log stderr crit;
events { worker_connections 1024; }
http {
	access_log off;
	client_body_temp_path /tmp/vantage-nginx.body;
	proxy_temp_path /tmp/vantage-nginx.proxy;
	fastcgi_temp_path /tmp/vantage-nginx.fastcgi;
	uwsgi_temp_path /tmp/vantage-nginx.uwsgi;
	scgi_temp_path /tmp/vantage-nginx.scgi;
	keepalive_requests 1000000;
	server { listen 80 backlog=1024; root $2; }
}
X
}

answers() { # ADDRESS PORT - seen from `client`
	in_ns client bash -c "exec 3<>/dev/tcp/$1/$2"
}

# How long ab asks: so many requests, or so many seconds; of several ab side by side, each its part.
ab_length() { # [PARTS]
	if [ -n "${f_duration_s:-}" ]; then
		echo "-t $f_duration_s -n 10000000"
	else
		echo "-n $((f_requests / ${1:-1}))"
	fi
}

# A point in front of the service that saw nothing had the wrong filter.
captured() { # RUN-DIRECTORY
	! tr -d '[:space:]' <"$1/run.json" | grep -Eo '"name":"client"[^{}]*"packets":[0-9]+' | grep -q ':0$' ||
		{ reason="the client's link was captured, and nothing was seen there"; return 1; }
}

# Every request was answered, and well.
ab_is_good() { # AB-REPORT
	awk '/^Complete requests:/ { ok += $3 } /^Failed requests:/ { bad += $3 } /^Non-2xx/ { bad += $3 }
		END { exit !(ok > 0 && bad == 0) }' "$1" || { reason="requests failed"; return 1; }
}
