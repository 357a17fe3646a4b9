# docker.sh - Docker containers behind NAT (docker-nat: the default bridge, masqueraded) or routed
# (docker-routed: a bridge of their own without masquerading).  The daemon is the campaign's own.
# shellcheck shell=sh
platform_name=$platform
platform_args="--platform docker --driver ${platform#docker-}"
platform_share=/mnt
docker=/usr/bin/docker
[ -x $docker ] || docker=docker
DOCKER_HOST=unix:///run/docker.sock
export DOCKER_HOST

platform_start() {
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
	docker_network=bridge
	[ "$platform" = docker-nat ] || docker_routed
}

docker_routed() {
	docker_network=routed
	$docker network create -d bridge --subnet 10.79.0.0/24 --gateway 10.79.0.1 \
		-o com.docker.network.bridge.name=br-routed \
		-o com.docker.network.bridge.enable_ip_masquerade=false routed >/dev/null
}

platform_stop() {
	end_process "$docker_pid"
	ip link del docker0 2>/dev/null
	ip link del br-routed 2>/dev/null
	iptables -t nat -F
	iptables -F
	rm -rf "${WORK:?}/docker" "${WORK:?}/docker-root"
}

platform_add() { # N - a server inside is reached by the ports that are published
	$docker run -d --name "vt$1" --cap-add NET_RAW --cap-add NET_ADMIN --network $docker_network \
		-p "808$1:80" -p "312$1:3128" -v /usr:/usr:ro -v /etc:/etc:ro -v "$SHARE:/mnt" \
		--tmpfs /run --tmpfs /var testbed:root /bin/sleep infinity >/dev/null
}

platform_remove() { # N
	$docker rm -f "vt$1" >/dev/null
}

platform_prefix() { # N
	echo "$inner_pin $docker exec vt$1"
}

platform_exec() { # N CMD...
	container=vt$1
	shift
	$docker exec "$container" "$@"
}

container_pid() { # N
	$docker inspect -f '{{.State.Pid}}' "vt$1"
}

platform_guest() { echo "eth0@$(container_pid "$1")"; }

# The interface of this side whose number the container's eth0 names as its peer.
platform_host() { # N
	peer=$(nsenter -t "$(container_pid "$1")" -n ip -o link show eth0 | sed -n 's/.*eth0@if\([0-9]*\):.*/\1/p')
	ip -o link | awk -F': ' -v i="$peer" '$1 == i { sub(/@.*/, "", $2); print $2 }'
}

platform_address() { # N
	if [ "$platform" = docker-nat ]; then
		echo $BRIDGE_IP
	else
		$docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "vt$1"
	fi
}

platform_port() { # N PORT - where that port of the container is to be reached
	case $platform-$2 in
	docker-nat-80) echo "808$1" ;;
	docker-nat-3128) echo "312$1" ;;
	*) echo "$2" ;;
	esac
}

platform_watch() {
	echo "--watch platform=/vantage-testbed/$($docker inspect -f '{{.Id}}' vt1)"
}

platform_record() { container_record "$@"; }
