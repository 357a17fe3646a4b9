# native.sh - no virtualization: a namespace and a veth pair, which is what the others have too.
# shellcheck shell=sh
platform_name=native
platform_args="--platform native"
platform_share=$SHARE

platform_add() { # N
	ns_up "send$1" && port_up "send$1" "v-send$1" "10.77.0.1$1"
}

platform_remove() { # N
	ip netns del "send$1"
}

platform_prefix() { # N
	echo "$inner_pin nsenter --net=/run/netns/send$1 --"
}

platform_exec() { # N CMD...
	ns=send$1
	shift
	in_ns "$ns" "$@"
}

platform_guest() { echo "eth0@send$1"; }
platform_host() { echo "v-send$1"; }
platform_address() { echo "10.77.0.1$1"; }

# No group of its own: what is watched is the server, if one runs.
platform_watch() {
	[ ! -s "$SHARE/server.1.pid" ] || echo "--watch platform=$(cat "$SHARE/server.1.pid")"
}

platform_start() { :; }
platform_stop() { :; }
platform_record() { container_record "$@"; }
