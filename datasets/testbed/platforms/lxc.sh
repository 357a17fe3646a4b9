# lxc.sh - a privileged LXC container that sees this system's programs read-only, so that platforms
# differ by nothing but themselves.
# shellcheck shell=sh
platform_name=lxc
platform_args="--platform lxc"
LXC="-P $WORK/lxc -n vt1"

platform_up() {
	root=$WORK/lxc-root
	make_root "$root"
	mkdir -p "$WORK/lxc/vt1"
	cat >"$WORK/lxc/vt1/config" <<X
lxc.uts.name = vt1
lxc.rootfs.path = dir:$root
lxc.mount.entry = /usr usr none bind,ro 0 0
lxc.mount.entry = /etc etc none bind,ro 0 0
lxc.mount.entry = $SHARE mnt none bind 0 0
lxc.mount.entry = tmpfs dev/shm tmpfs rw,nosuid,nodev,create=dir 0 0
lxc.mount.entry = tmpfs run tmpfs rw 0 0
lxc.mount.auto = proc:mixed sys:ro cgroup:mixed
lxc.net.0.type = veth
lxc.net.0.link = $BRIDGE
lxc.net.0.veth.pair = v-lxc
lxc.net.0.name = eth0
lxc.net.0.flags = up
lxc.net.0.ipv4.address = 10.77.0.20/24
lxc.net.0.ipv4.gateway = $BRIDGE_IP
lxc.apparmor.profile = unconfined
lxc.cgroup.dir = vantage-testbed
lxc.init.cmd = /bin/sleep infinity
X
	lxc-start $LXC -l INFO -o "$WORK/lxc.log" && wait_for 5 lxc-attach $LXC -- true || {
		tail -n 5 "$WORK/lxc.log" >&2
		return 1
	}
	lxc_pid=$(lxc-info $LXC -p -H)
}

platform_down() {
	lxc-stop $LXC -k
}

platform_prefix() { echo "$inner_pin lxc-attach $LXC --"; }

platform_exec() { # N CMD...
	shift
	lxc-attach $LXC -- "$@"
}

platform_background() {
	shift
	lxc-attach $LXC -- sh -c '"$@" >/dev/null 2>&1 </dev/null & echo $! >/mnt/background.pid' sh "$@"
}

platform_end_background() {
	platform_exec 1 kill "$(cat "$SHARE/background.pid")"
}

platform_guest() { echo "eth0@$lxc_pid"; }
platform_host() { echo v-lxc; }
platform_watch() { :; }
platform_address() { echo 10.77.0.20; }
platform_record() { container_record "$@"; }
