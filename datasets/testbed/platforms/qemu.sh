# qemu.sh - a virtual machine on a tap device; the driver is the card that QEMU shows to the guest.
# With KVM where it really runs the guest, else with an emulated CPU, which the name then says.
#
# A machine has its own clock: it records its own part of a run, and `vcap join` puts the two together.
# shellcheck shell=sh
vm_card=${platform#qemu-}
# Boots the N-th machine; succeeds once it answers.
vm_start() { # N ACCELERATOR SECONDS
	cpu=max
	[ "$2" != kvm ] || cpu=host
	rm -f "$WORK/vm$1.in" "$WORK/vm$1.out"
	mkfifo "$WORK/vm$1.in" "$WORK/vm$1.out"
	cp "$HERE/vm/serve" "$SHARE/serve"
	cp "$VCAP" "$SHARE/vcap"
	ip tuntap add "v-vm$1" mode tap && ip link set "v-vm$1" master $BRIDGE up || return 1
	qemu-system-x86_64 -M pc -accel "$2" -cpu $cpu -smp 1 -m 512 -display none -no-reboot \
		-kernel "$VM_DIR/vmlinuz" -initrd "$VM_DIR/initrd.gz" \
		-append "console=ttyS0 quiet panic=-1 tb.nic=$vm_card tb.ip=10.77.0.3$1 tb.gateway=$BRIDGE_IP" \
		-netdev "tap,id=n0,ifname=v-vm$1,script=no,downscript=no" \
		-device "$vm_device,netdev=n0,mac=52:54:00:77:00:3$1" \
		-serial "file:$WORK/vm$1-console.txt" -serial "pipe:$WORK/vm$1" \
		-fsdev local,id=usr,path=/usr,security_model=none,readonly=on \
		-device virtio-9p-pci,fsdev=usr,mount_tag=usr \
		-fsdev local,id=etc,path=/etc,security_model=none,readonly=on \
		-device virtio-9p-pci,fsdev=etc,mount_tag=etc \
		-fsdev "local,id=share,path=$SHARE,security_model=none" \
		-device virtio-9p-pci,fsdev=share,mount_tag=share >"$WORK/qemu$1.log" 2>&1 </dev/null &
	echo $! >"$WORK/vm$1.pid"
	# QEMU holds both pipes open, for reading and writing: opening them here waits for nobody once
	# it runs, and nothing is lost between two openings.
	timeout "$3" sh -c "head -n 1 <'$WORK/vm$1.out'" | grep -q ready
}

vm_end() { # N
	pid=$(cat "$WORK/vm$1.pid")
	kill -KILL "$pid" 2>/dev/null
	end_process "$pid"
	ip link del "v-vm$1" 2>/dev/null
}

# Which accelerator really runs the guest.  A /dev/kvm alone proves nothing: where this system is
# itself a guest, KVM may refuse the processor or run it a thousand times too slowly.
vm_probe() {
	echo tcg >"$WORK/vm-accel"
	[ -w /dev/kvm ] || return 0
	! vm_start 1 kvm 20 || echo kvm >"$WORK/vm-accel"
	vm_end 1
}

platform_start() { :; }
platform_stop() { :; }

platform_add() { # N
	vm_start "$1" "$vm_accel" 60 || {
		tail -n 5 "$WORK/qemu$1.log" "$WORK/vm$1-console.txt" >&2
		vm_end "$1"
		return 1
	}
}

platform_remove() { # N
	echo poweroff >"$WORK/vm$1.in"
	wait_for 5 sh -c "! kill -0 $(cat "$WORK/vm$1.pid")"
	vm_end "$1"
}

quoted() { # WORD... - for the guest's shell
	for word in "$@"; do
		printf "'%s' " "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"
	done
}

# Runs a shell's command line in the N-th guest; its output is in $SHARE/output.N.
vm_shell() { # N LINE
	printf '{ %s; } >/mnt/output.%s 2>/mnt/errors.%s\n' "$2" "$1" "$1" >"$WORK/vm$1.in"
	read -r status <"$WORK/vm$1.out"
	return "$status"
}

platform_exec() { # N CMD...
	vm=$1
	shift
	vm_shell "$vm" "$(quoted "$@")" || return
	cat "$SHARE/output.$vm"
}

platform_guest() { echo eth0; }
platform_host() { echo "v-vm$1"; }
platform_address() { echo "10.77.0.3$1"; }
platform_watch() { echo "--watch platform=$(cat "$WORK/vm1.pid")"; }

# The guest's part in the shared directory, the host's beside it, then one run of both.
platform_record() { # inner|outer CMD...
	where=$1
	shift
	rm -rf "$SHARE/part" "$WORK/part"
	vm_pin 0
	both="--run-id $id --name testbed $platform_args $factor_args $vcap_args"
	inside="-o /mnt/part --host-name guest $both $(points_words inside) --filter $(quoted "$filter")"
	if [ "$where" = inner ]; then
		vm_outside start && vm_shell 1 "/mnt/vcap run $inside -- $(quoted "$@")"
		status=$?
		"$VCAP" stop --name testbed >"$WORK/vcap.out" 2>>"$WORK/vcap.err"
	else
		vm_shell 1 "/mnt/vcap start $inside" && vm_outside run -- $client_prefix "$@"
		status=$?
		vm_shell 1 "/mnt/vcap stop --name testbed"
	fi
	vm_pin "0-$(($(nproc) - 1))"
	"$VCAP" join -o "$dataset" "$SHARE/part/runs/$id" "$WORK/part/runs/$id" >/dev/null && return "$status"
}

vm_outside() { # start|run [-- CMD...]
	verb=$1
	shift
	$outer_pin "$VCAP" "$verb" -o "$WORK/part" --host-name host $both $(points_words outside) --filter "$filter" \
		$(platform_watch) "$@" >"$WORK/vcap.out" 2>"$WORK/vcap.err"
}

vm_pin() { # CPUS
	[ -z "$inner_pin" ] || taskset -a -p -c "$1" "$(cat "$WORK/vm1.pid")" >/dev/null
}

vm_device=$vm_card
[ "$vm_card" != virtio ] || vm_device=virtio-net-pci
[ -s "$WORK/vm-accel" ] || vm_probe
vm_accel=$(cat "$WORK/vm-accel")
vm_kind=qemu-tcg
[ "$vm_accel" = tcg ] || vm_kind=$vm_accel
platform_name=$vm_kind-$vm_card
platform_args="--platform $vm_kind --driver $vm_card"
platform_share=/mnt
