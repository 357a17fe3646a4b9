# native.sh - no virtualization: a namespace `send` and a veth pair, which is what the others have too.
# shellcheck shell=sh
platform_name=native
platform_args="--platform native"

platform_up() {
	ns_up send && port_up send v-send 10.77.0.10
}

platform_down() {
	ip netns del send
}

platform_prefix() {
	echo "$inner_pin nsenter --net=/run/netns/send --"
}

platform_exec() { # N CMD...
	shift
	in_ns send "$@"
}

platform_background() {
	shift
	in_ns send "$@" >/dev/null 2>&1 </dev/null &
	background_pid=$!
}

platform_end_background() {
	end_process "$background_pid"
}

platform_guest() { echo eth0@send; }
platform_host() { echo v-send; }
platform_watch() { :; }
platform_address() { echo 10.77.0.10; }
platform_record() { container_record "$@"; }
