# qemu.sh - a virtual machine on a tap device; the driver is the card that QEMU shows to the guest.
# With KVM where it really runs the guest, else with an emulated CPU, which the name then says.
#
# A machine has its own clock: it records its own part of a run, and `vcap join` puts the two together.
# shellcheck shell=sh
vm_card=${platform#qemu-}
vm_device=$vm_card
[ "$vm_card" != virtio ] || vm_device=virtio-net-pci

# Boots a machine; succeeds once it answers.
vm_start() { # ACCELERATOR SECONDS
	cpu=max
	[ "$1" != kvm ] || cpu=host
	rm -f "$WORK/vm.in" "$WORK/vm.out"
	mkfifo "$WORK/vm.in" "$WORK/vm.out"
	cp "$HERE/vm/serve" "$SHARE/serve"
	cp "$VCAP" "$SHARE/vcap"
	ip tuntap add v-vm mode tap && ip link set v-vm master $BRIDGE up || return 1
	qemu-system-x86_64 -M pc -accel "$1" -cpu $cpu -smp 1 -m 512 -display none -no-reboot \
		-kernel "$VM_DIR/vmlinuz" -initrd "$VM_DIR/initrd.gz" \
		-append "console=ttyS0 quiet panic=-1 tb.nic=$vm_card tb.ip=10.77.0.30 tb.gateway=$BRIDGE_IP" \
		-netdev tap,id=n0,ifname=v-vm,script=no,downscript=no \
		-device "$vm_device,netdev=n0,mac=52:54:00:77:00:30" \
		-serial "file:$WORK/vm-console.txt" -serial "pipe:$WORK/vm" \
		-fsdev local,id=usr,path=/usr,security_model=none,readonly=on \
		-device virtio-9p-pci,fsdev=usr,mount_tag=usr \
		-fsdev local,id=etc,path=/etc,security_model=none,readonly=on \
		-device virtio-9p-pci,fsdev=etc,mount_tag=etc \
		-fsdev "local,id=share,path=$SHARE,security_model=none" \
		-device virtio-9p-pci,fsdev=share,mount_tag=share >"$WORK/qemu.log" 2>&1 </dev/null &
	vm_pid=$!
	# Both ends open for reading and writing, so that no open waits for the other side.
	exec 6<>"$WORK/vm.in" 7<>"$WORK/vm.out"
	timeout "$2" head -n 1 <&7 | grep -q ready
}

vm_end() {
	exec 6>&- 7>&-
	[ -z "$vm_pid" ] || kill -KILL "$vm_pid" 2>/dev/null
	end_process "$vm_pid"
	vm_pid=
	ip link del v-vm 2>/dev/null
}

# Which accelerator really runs the guest.  A /dev/kvm alone proves nothing: where this system is
# itself a guest, KVM may refuse the processor or run it a thousand times too slowly.
vm_probe() {
	echo tcg >"$WORK/vm-accel"
	[ -w /dev/kvm ] || return 0
	! vm_start kvm 20 || echo kvm >"$WORK/vm-accel"
	vm_end
}

platform_up() {
	vm_start "$vm_accel" 60 || {
		tail -n 5 "$WORK/qemu.log" "$WORK/vm-console.txt" >&2
		vm_end
		return 1
	}
}

platform_down() {
	echo poweroff >&6
	wait_for 5 sh -c "! kill -0 $vm_pid"
	vm_end
}

quoted() { # WORD... - for the guest's shell
	for word in "$@"; do
		printf "'%s' " "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"
	done
}

# Runs a shell's command line in the guest; its output is in $SHARE/output.
vm_shell() { # LINE
	printf '{ %s; } >/mnt/output 2>/mnt/errors\n' "$1" >&6
	read -r status <&7
	return "$status"
}

platform_exec() { # N CMD...
	shift
	vm_shell "$(quoted "$@")" || return
	cat "$SHARE/output"
}

platform_background() {
	shift
	vm_shell "$(quoted "$@") >/dev/null 2>&1 </dev/null & echo \$! >/run/background.pid"
}

platform_end_background() {
	vm_shell 'kill $(cat /run/background.pid)'
}

platform_guest() { echo eth0; }
platform_host() { echo v-vm; }
platform_address() { echo 10.77.0.30; }

vm_host_points() {
	if [ "$captures" -ge 1 ]; then
		echo "--iface v-vm:host"
	else
		echo --counters-only
	fi
}

vm_guest_points() {
	if [ "$captures" -ge 2 ]; then
		echo "--iface eth0:guest"
	else
		echo --counters-only
	fi
}

# The guest's part in the shared directory, the host's beside it, then one run of both.
platform_record() { # inner|outer CMD...
	where=$1
	shift
	rm -rf "$SHARE/part" "$WORK/part"
	[ -z "$inner_pin" ] || taskset -a -p -c 0 "$vm_pid" >/dev/null
	both="--run-id $id --name testbed $platform_args $factor_args --filter"
	if [ "$where" = inner ]; then
		$outer_pin "$VCAP" start -o "$WORK/part" --host-name host $both "$filter" $(vm_host_points) \
			--watch "qemu=$vm_pid" >"$WORK/vcap.out" 2>"$WORK/vcap.err" &&
			vm_shell "/mnt/vcap run -o /mnt/part --host-name guest $both $(quoted "$filter") $(vm_guest_points) -- $(quoted "$@")"
		status=$?
		"$VCAP" stop --name testbed >"$WORK/vcap.out" 2>>"$WORK/vcap.err"
	else
		vm_shell "/mnt/vcap start -o /mnt/part --host-name guest $both $(quoted "$filter") $(vm_guest_points)" &&
			$outer_pin "$VCAP" run -o "$WORK/part" --host-name host $both "$filter" $(vm_host_points) \
				--watch "qemu=$vm_pid" -- nsenter --net=/run/netns/client -- "$@" \
				>"$WORK/vcap.out" 2>"$WORK/vcap.err"
		status=$?
		vm_shell "/mnt/vcap stop --name testbed"
	fi
	[ -z "$inner_pin" ] || taskset -a -p -c "0-$(($(nproc) - 1))" "$vm_pid" >/dev/null
	"$VCAP" join -o "$dataset" "$SHARE/part/runs/$id" "$WORK/part/runs/$id" >/dev/null && return $status
}

[ -s "$WORK/vm-accel" ] || vm_probe
vm_accel=$(cat "$WORK/vm-accel")
vm_kind=qemu-tcg
[ "$vm_accel" = tcg ] || vm_kind=$vm_accel
platform_name=$vm_kind-$vm_card
platform_args="--platform $vm_kind --driver $vm_card"
