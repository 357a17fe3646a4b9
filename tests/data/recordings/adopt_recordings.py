#!/usr/bin/python3
"""adopt_recordings.py RECORDINGS OUTPUT [--vcap PROGRAM] - make the datasets of the recordings.

RECORDINGS holds a folder per recording, as the scripts of the testbed left them:

    meta.json                        factors, commands, versions, begin and end
    guest|host|recv.pcap.zst         tcpdump at the capture points
    tcpdump.log, guest-tcpdump.log   what tcpdump said at its end
    ping.txt                         ping's output
    proc-before|during|after.txt     sections "### EPOCH /proc/FILE" of the machine,
    guest-proc-*.txt, guest-info.txt and of the virtual machine

Every recording becomes a run OUTPUT/DATASET/runs/ID, made by `vcap import`: packets and ping's
output go in as they are, the sections of /proc as counters tables, and what no file tells is
handed over in a description (--describe).  Same recordings, same bytes: ids and times are those
of the recordings.  A README.md in OUTPUT/DATASET is left alone; runs/ must not exist yet.

The recordings of ab and iperf3 in the same collection are adopt_loads.py's.

Left out: extras/*-pingU.  `ping -U` prints times that end in the process, not in the kernel:
another quantity than all other outputs of ping here, which would stand in the same column.
"""

import argparse
import datetime
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

MACHINE = "testbed"  # one clock: containers, bridge and receiver are on it
GUEST = "guest"  # the virtual machine, with a clock of its own
POINTS = ("guest", "host", "recv")  # from the innermost
NS = 10**9

# meta.json of factorial/ does not name the platform, its folder's name does.
PLATFORMS = {
    "native": ("native", None),
    "lxc": ("lxc", None),
    "docker-nat": ("docker", "nat"),
    "dockernat": ("docker", "nat"),
    "docker-routed": ("docker", "routed"),
}
DRIVERS = {"virtio-net-pci": "virtio"}  # QEMU's name of a device: ours, where they differ

# What the guest's init started, which meta.json does not repeat.
GUEST_LOADS = {
    "none": "",
    "cpu": "stress-ng --cpu {0} --timeout 300",
    "io": "stress-ng --hdd {0} --hdd-bytes 16M --temp-path /tmp --timeout 300",
    "net": "iperf3 -u -b 10M -P {0} -c 10.77.0.2 -t 300",
}

# The extras of the collection do not say at which interface they were captured.
HOST_INTERFACES = {"native": "tbhost/v-send", "lxc": "tbhost/v-lxc"}

CPU_FIELDS = "user nice system idle iowait irq softirq steal guest guest_nice".split()
SOFTIRQ_FIELDS = "HI TIMER NET_TX NET_RX BLOCK IRQ_POLL TASKLET SCHED HRTIMER RCU".split()
MEMORY_COLUMNS = {
    "MemTotal": "total",
    "MemFree": "free",
    "MemAvailable": "available",
    "Buffers": "buffers",
    "Cached": "cached",
}
# The columns of /proc/net/dev: receiving, then sending; None is not kept.
NET_FIELDS = (
    "rx_bytes", "rx_packets", "rx_errors", "rx_dropped", None, None, None, None,
    "tx_bytes", "tx_packets", "tx_errors", "tx_dropped", None, None, None, None,
)

ABOUT_MACHINE = (
    "Recorded on one virtual machine with two cores, on which other work ran at the same time; "
    "idle settings hold one run each.  Good for trying the tools and for effects that are large "
    "or lie inside one run, such as how much of ping's time passes before its packet reaches the "
    "host; not for ranking platforms or drivers, nor as figures of bare hardware."
)
NAT = "Docker container behind docker0 with address translation"
ROUTED = "Docker container on a routed bridge without address translation"
TITLES = {
    "native": "ping from a network namespace of the host, idle and under load",
    "lxc": "ping from an LXC container, idle and under load",
    "docker-nat": "ping from a %s, idle and under load" % NAT,
    "docker-routed": "ping from a %s, idle" % ROUTED,
    "qemu-tcg-virtio": "ping from a QEMU virtual machine (emulated CPU, virtio-net), idle and "
    "under load",
    "qemu-tcg-e1000": "ping from a QEMU virtual machine (emulated CPU, e1000), idle",
    "qemu-tcg-rtl8139": "ping from a QEMU virtual machine (emulated CPU, rtl8139), idle",
    "qemu-tcg-vmxnet3": "ping from a QEMU virtual machine (emulated CPU, vmxnet3), idle",
}
ABOUT = {
    "native": "The baseline: the sender is a network namespace of the host, joined to its bridge "
    "by a veth pair.",
    "lxc": "The sender is a privileged LXC container, joined to the host's bridge by a veth pair.",
    "docker-nat": "The sender is a %s; its packets pass a bridge, a router and a second bridge."
    % NAT,
    "docker-routed": "The sender is a %s; its packets pass a bridge, a router and a second bridge."
    % ROUTED,
    "qemu-tcg": "The sender is a virtual machine whose one processor QEMU emulates in software "
    "(TCG), many times slower than with hardware help; its network card is a %s on a tap "
    "interface.  The guest's clock is not the host's.",
}


# ---- what a recording is ----


class Folder:
    """A recording's files, and its id; the begin and the name of the run are a subclass's."""

    def path(self, name):
        return self.folder / name

    def text(self, name):
        path = self.path(name)
        return path.read_text() if path.exists() else ""

    def run_id(self):
        """None without the time of its begin: that of the first packet will do then."""
        begin = self.begin()
        if not begin:
            return None
        second = int(begin.split(".")[0])
        stamp = datetime.datetime.fromtimestamp(second, datetime.timezone.utc)
        return stamp.strftime("%Y%m%dT%H%M%SZ-") + self.run_name()


class Recording(Folder):
    def __init__(self, root, folder, meta):
        self.folder = folder
        self.meta = meta
        self.name = folder.relative_to(root).as_posix()
        self.collection, self.label = self.name.split("/")
        self.platform, self.driver = self._platform()
        self.dataset = self.platform + ("-" + self.driver if self.driver else "")
        self.is_vm = self.platform.startswith("qemu")

    def _platform(self):
        if self.meta["platform"] == "qemu-tcg":
            return "qemu-tcg", DRIVERS.get(self.meta["nic"], self.meta["nic"])
        by = self.label.split("-")[0] if self.collection in ("factorial", "extras") else None
        return PLATFORMS[by or self.collection]

    def points(self):
        return [p for p in POINTS if self.path(p + ".pcap.zst").exists()]

    def load(self):
        """The command that loaded the sender, "" without."""
        if self.is_vm:
            return GUEST_LOADS[self.meta["load"]].format(self.meta["workers"])
        return self.meta.get("load_cmd", "")

    def series(self):
        """Recordings of one session: between sessions the machine's other work changed."""
        if self.collection == "extras":
            return "payload"
        return "load" if self.collection == "factorial" or self.meta["load"] != "none" else "idle"

    def factors(self):
        return {
            "load_type": self.meta["load"],
            "load_location": "sender",
            "background_workers": self.meta["workers"],
            "captures": "+".join(self.points()) or "none",
            "packet_rate_pps": 100,  # nominal: -i 0.01
            "payload_bytes": self.meta.get("payload", 56),
            "series": self.series(),
            "repetition": self.meta.get("rep", 1),
        }

    def run_name(self):
        """A name that tells the recording: native-cpu-w1-r2, qemu-tcg-e1000-none-w0-gcap."""
        label = self.label.removeprefix("dockernat-").removeprefix("virtio-net-pci-")
        label = label.removeprefix(self.platform + "-").removeprefix((self.driver or "") + "-")
        return self.dataset + "-" + label

    def begin(self):
        return self.meta.get("start")


def recordings(root):
    """Those of ping; the collection holds others, of other tools."""
    for path in sorted(root.glob("*/*/meta.json")):
        meta = json.loads(path.read_text())
        if meta.get("exp") == "ping" and not path.parent.name.endswith("-pingU"):
            yield Recording(root, path.parent, meta)


# ---- /proc to counters ----


def epoch_ns(text):
    """Decimal seconds to nanoseconds, without a float between."""
    seconds, _, fraction = text.partition(".")
    return int(seconds) * NS + int(fraction.ljust(9, "0")[:9])


def stat_cells(line):
    words = line.split()
    if not words:
        return
    if re.fullmatch(r"cpu[0-9]*", words[0]):
        for name, value in zip(CPU_FIELDS, words[1:]):
            yield words[0] + "." + name, value
    elif words[0] == "softirq":
        for name, value in zip(SOFTIRQ_FIELDS, words[2:]):
            yield "softirq." + name, value
    elif words[0] == "intr":
        yield "interrupts", words[1]
    elif words[0] in ("ctxt", "processes", "procs_running", "procs_blocked"):
        yield words[0], words[1]


def meminfo_cells(line):
    name, _, rest = line.partition(":")
    if name in MEMORY_COLUMNS:
        yield "mem.%s_bytes" % MEMORY_COLUMNS[name], str(int(rest.split()[0]) * 1024)


def net_cells(line):
    interface, colon, rest = line.partition(":")
    if colon:
        for name, value in zip(NET_FIELDS, rest.split()):
            if name:
                yield "net.%s.%s" % (interface.strip(), name), value


def loadavg_cells(line):
    for name, value in zip(("1", "5", "15"), line.split()):
        yield "load." + name, value


CELLS = {
    "/proc/stat": stat_cells,
    "/proc/meminfo": meminfo_cells,
    "/proc/net/dev": net_cells,
    "/proc/loadavg": loadavg_cells,
}


def samples(text):
    """Rows {column: text}.  A sample begins with its section of /proc/stat, whose time it bears;
    a last line without its end (the sampler was killed) is dropped."""
    row, cells_of = None, None
    for line in text[: text.rfind("\n") + 1].splitlines():
        if line.startswith("### "):
            _, epoch, file = line.split()
            cells_of = CELLS.get(file)
            if file == "/proc/stat":
                if row:
                    yield row
                row = {"t_ns": str(epoch_ns(epoch))}
        elif cells_of and row is not None:
            row.update(cells_of(line))
    if row:
        yield row


def counters_csv(recording, prefix):
    """The three files of a machine as one table, None where there are none."""
    rows = []
    for when in ("before", "during", "after"):
        rows += samples(recording.text("%sproc-%s.txt" % (prefix, when)))
    if not rows:
        return None
    columns = list(dict.fromkeys(c for row in rows for c in row))
    lines = [",".join(row.get(c, "") for c in columns) for row in rows]
    return "\n".join([",".join(columns)] + lines) + "\n"


# ---- description ----


def memory_bytes(recording, prefix):
    m = re.search(r"^MemTotal: +([0-9]+) kB$", recording.text(prefix + "proc-before.txt"), re.M)
    return int(m[1]) * 1024 if m else None


def machine(recording):
    v = recording.meta["versions"]
    return {
        "name": MACHINE,
        "kernel": v["kernel"],
        "cpu": v["cpu"],
        "cores": v["ncpu"],
        "memory_bytes": memory_bytes(recording, ""),
        "clocksource": v["clocksource"],
        "ntp": None,
        "virtualization": "kvm",
        "hypervisor": None,
    }


def guest_machine(recording):
    info = recording.text("guest-info.txt").splitlines()
    cpu = next(line for line in info if line.startswith("model name"))
    return {
        "name": GUEST,
        "kernel": info[0].split()[2],
        "cpu": cpu.partition(":")[2].strip(),
        "cores": 1,
        "memory_bytes": memory_bytes(recording, "guest-"),
        "clocksource": info[2],
        "ntp": None,
        "virtualization": "qemu",
        "hypervisor": recording.meta["qemu"],
    }


def drops(recording):
    """Interface: packets that the kernel dropped, from tcpdump's last words."""
    log = recording.text("tcpdump.log") + recording.text("guest-tcpdump.log")
    pairs = re.findall(r"listening on ([^,]+),.*?([0-9]+) packets? dropped by kernel", log, re.S)
    return {interface: int(n) for interface, n in pairs}


def place(recording, point):
    """(network namespace, interface)"""
    if point == "guest":
        return None, "eth0"
    where = recording.meta.get("points", {}).get(point) or HOST_INTERFACES[recording.platform]
    netns, _, interface = where.partition("/")
    return netns, interface.removesuffix(" (tap)")


def describe_point(recording, point):
    netns, interface = place(recording, point)
    return {
        "name": point,
        "order": POINTS.index(point),
        "host": GUEST if recording.is_vm and point == "guest" else MACHINE,
        "interface": interface,
        "netns": netns,
        "filter": "icmp",
        "tstamp_type": "host",
        "dropped_by_kernel": drops(recording).get(interface),
    }


def describe_ping(recording):
    """The exit status was not recorded and stays null."""
    version = recording.meta["versions"]["ping"].splitlines()[0]
    return {
        "name": "ping",
        "file": "ping.txt",
        "version": version.removeprefix("ping from "),
        "argv": shlex.split(recording.meta["cmd"]),
        "host": GUEST if recording.is_vm else MACHINE,
    }


def describe_load(recording):
    argv = shlex.split(recording.load())
    if not argv:
        return None
    version = recording.meta["versions"][argv[0].replace("-", "_")]
    return {"location": "sender", "version": version, "argv": argv}


def describe_recording(recording):
    meta = recording.meta
    kept = {
        "name": recording.name,
        "entered_by": meta.get("exec_prefix"),
        "qemu_command": meta.get("qemu_cmd"),
        "capture_program": meta["versions"]["tcpdump"],
    }
    return {k: v for k, v in kept.items() if v}


def iso(epoch):
    seconds, _, fraction = epoch.partition(".")
    stamp = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc)
    return "%s.%sZ" % (stamp.strftime("%Y-%m-%dT%H:%M:%S"), fraction)


def describe(recording):
    document = {
        "schema": "vantage/run/1",
        "id": "described",
        "started": iso(recording.begin()) if recording.begin() else None,
        "ended": iso(recording.meta["end"]) if "end" in recording.meta else None,
        "hosts": ([guest_machine(recording)] if recording.is_vm else []) + [machine(recording)],
        "points": [describe_point(recording, p) for p in recording.points()],
        "tools": [describe_ping(recording)],
        "counters": [{"file": "counters.csv.zst", "host": MACHINE}],
        "load": describe_load(recording),
        "recording": describe_recording(recording),
    }
    return {k: v for k, v in document.items() if v is not None}


# ---- runs and datasets ----


def operands(recording, scratch):
    files = [str(recording.path(p + ".pcap.zst")) for p in recording.points()]
    files.append(str(recording.path("ping.txt")))
    for prefix, operand in (("", "%s"), ("guest-", GUEST + "=%s")):
        csv = counters_csv(recording, prefix)
        if csv:
            path = scratch / (prefix + "counters.csv")
            path.write_text(csv)
            files.append(operand % path)
    return files


def about_dataset(recording):
    """title, description, keywords"""
    name = recording.dataset
    about = ABOUT.get(name) or ABOUT["qemu-tcg"] % name.removeprefix("qemu-tcg-")
    return (TITLES[name], about + "  " + ABOUT_MACHINE,
            ["round-trip time", "ICMP echo", "virtualization"])


def adopt(recording, output, vcap, describe, operands):
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        description = scratch / "describe.json"
        description.write_text(json.dumps(describe(recording)))
        command = [vcap, "import", "-o", str(output / recording.dataset)]
        command += ["--platform", recording.platform, "--describe", str(description)]
        if recording.driver:
            command += ["--driver", recording.driver]
        run_id = recording.run_id()
        command += ["--run-id", run_id] if run_id else ["--name", recording.run_name()]
        for name, level in recording.factors().items():
            command += ["--factor", "%s=%s" % (name, level)]
        subprocess.run(command + operands(recording, scratch), check=True)


def write_descriptor(directory, name, title, description, keywords):
    """What vcap import keeps when it adds the runs."""
    descriptor = {
        "profile": "data-package",
        "name": name,
        "title": title,
        "description": description,
        "keywords": keywords,
        "licenses": [
            {
                "name": "CC0-1.0",
                "path": "https://creativecommons.org/publicdomain/zero/1.0/",
                "title": "Creative Commons Zero v1.0 Universal",
            }
        ],
        "sources": [{"title": "Recorded for this project; see README.md and ../testbed/"}],
        "contributors": [{"title": "The Vantage contributors", "role": "author"}],
        "resources": [],
    }
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "datapackage.json").write_text(json.dumps(descriptor))


def main(doc, recordings, about_dataset, describe, operands):
    """The program: of the pings here, of the load tools in adopt_loads."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("recordings", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--vcap", default="vcap", help="the program (default: vcap)")
    arguments = parser.parse_args()
    found = list(recordings(arguments.recordings))
    for dataset, one in sorted({r.dataset: r for r in found}.items()):
        directory = arguments.output / dataset
        if (directory / "runs").exists():
            sys.exit("%s exists: remove it first" % (directory / "runs"))
        write_descriptor(directory, dataset, *about_dataset(one))
    for r in found:
        adopt(r, arguments.output, arguments.vcap, describe, operands)


if __name__ == "__main__":
    main(__doc__, recordings, about_dataset, describe, operands)
