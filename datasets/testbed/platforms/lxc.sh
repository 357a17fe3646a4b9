# lxc.sh - privileged LXC containers that see this system's programs read-only, so that platforms
# differ by nothing but themselves.
# shellcheck shell=sh
platform_name=lxc
platform_args="--platform lxc"
platform_share=/mnt

lxc_of() { # N
	echo "-P $WORK/lxc -n vt$1"
}

platform_add() { # N
	root=$WORK/lxc-root$1
	make_root "$root"
	mkdir -p "$WORK/lxc/vt$1"
	cat >"$WORK/lxc/vt$1/config" <<X
lxc.uts.name = vt$1
lxc.rootfs.path = dir:$root
lxc.mount.entry = /usr usr none bind,ro 0 0
lxc.mount.entry = /etc etc none bind,ro 0 0
lxc.mount.entry = $SHARE mnt none bind 0 0
lxc.mount.entry = tmpfs dev/shm tmpfs rw,nosuid,nodev,create=dir 0 0
lxc.mount.entry = tmpfs run tmpfs rw 0 0
lxc.mount.auto = proc:mixed sys:ro cgroup:mixed
lxc.net.0.type = veth
lxc.net.0.link = $BRIDGE
lxc.net.0.veth.pair = v-lxc$1
lxc.net.0.name = eth0
lxc.net.0.flags = up
lxc.net.0.ipv4.address = 10.77.0.2$1/24
lxc.net.0.ipv4.gateway = $BRIDGE_IP
lxc.apparmor.profile = unconfined
lxc.cgroup.dir = vantage-testbed
lxc.init.cmd = /bin/sleep infinity
X
	lxc-start $(lxc_of "$1") -l INFO -o "$WORK/lxc$1.log" && wait_for 5 lxc-attach $(lxc_of "$1") -- true || {
		tail -n 5 "$WORK/lxc$1.log" >&2
		return 1
	}
}

platform_remove() { # N
	lxc-stop $(lxc_of "$1") -k
}

platform_prefix() { # N
	echo "$inner_pin lxc-attach $(lxc_of "$1") --"
}

platform_exec() { # N CMD...
	lxc=$(lxc_of "$1")
	shift
	lxc-attach $lxc -- "$@"
}

platform_guest() { echo "eth0@$(lxc-info $(lxc_of "$1") -p -H)"; }
platform_host() { echo "v-lxc$1"; }
platform_address() { echo "10.77.0.2$1"; }
platform_watch() { echo "--watch platform=/vantage-testbed/lxc.payload.vt1"; }
platform_start() { :; }
platform_stop() { :; }
platform_record() { container_record "$@"; }
