# docker.sh - a Docker container behind NAT (docker-nat: the default bridge, masqueraded) or routed
# (docker-routed: a bridge of its own without masquerading).  The daemon is the campaign's own.
# shellcheck shell=sh
platform_name=$platform
platform_args="--platform docker --driver ${platform#docker-}"
docker=/usr/bin/docker
[ -x $docker ] || docker=docker
DOCKER_HOST=unix:///run/docker.sock
export DOCKER_HOST

docker_daemon() {
	dockerd --data-root "$WORK/docker" --exec-root /run/docker --pidfile /run/dockerd.pid \
		-H "$DOCKER_HOST" --bip 10.78.0.1/24 --cgroup-parent /vantage-testbed \
		>"$WORK/dockerd.log" 2>&1 </dev/null &
	docker_pid=$!
	wait_for 20 $docker info || {
		tail -n 5 "$WORK/dockerd.log" >&2
		return 1
	}
	# what comes from the bridge may reach routed containers
	iptables -I DOCKER-USER -j ACCEPT
	make_root "$WORK/docker-root"
	tar -C "$WORK/docker-root" -c . | $docker import - testbed:root >/dev/null
}

docker_network() {
	[ "$platform" = docker-routed ] || { echo bridge; return; }
	$docker network create -d bridge --subnet 10.79.0.0/24 --gateway 10.79.0.1 \
		-o com.docker.network.bridge.name=br-routed \
		-o com.docker.network.bridge.enable_ip_masquerade=false routed >/dev/null && echo routed
}

platform_up() {
	docker_daemon || return 1
	$docker run -d --name vt1 --cap-add NET_RAW --cap-add NET_ADMIN --network "$(docker_network)" \
		-p 3128:3128 -p 8080:80 -p 5201:5201 -p 5201:5201/udp -v /usr:/usr:ro -v /etc:/etc:ro \
		-v "$SHARE:/mnt" --tmpfs /run --tmpfs /var testbed:root /bin/sleep infinity >/dev/null || return 1
	docker_container=$($docker inspect -f '{{.State.Pid}}' vt1)
	docker_veth=$(ip -o link | awk -F': ' -v i="$(nsenter -t "$docker_container" -n ip -o link show eth0 |
		sed -n 's/.*eth0@if\([0-9]*\):.*/\1/p')" '$1 == i { sub(/@.*/, "", $2); print $2 }')
	[ -n "$docker_veth" ]
}

platform_down() {
	$docker rm -f vt1 >/dev/null
	end_process "$docker_pid"
	ip link del docker0 2>/dev/null
	ip link del br-routed 2>/dev/null
	iptables -t nat -F
	iptables -F
	rm -rf "${WORK:?}/docker" "${WORK:?}/docker-root"
}

platform_prefix() { echo "$inner_pin $docker exec vt1"; }

platform_exec() { # N CMD...
	shift
	$docker exec vt1 "$@"
}

platform_background() {
	shift
	$docker exec vt1 sh -c '"$@" >/dev/null 2>&1 </dev/null & echo $! >/mnt/background.pid' sh "$@"
}

platform_end_background() {
	platform_exec 1 kill "$(cat "$SHARE/background.pid")"
}

platform_guest() { echo "eth0@$docker_container"; }
platform_host() { echo "$docker_veth"; }
platform_watch() { :; }
platform_address() {
	$docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' vt1
}
platform_record() { container_record "$@"; }
