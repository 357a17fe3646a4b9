#!/usr/bin/python3
"""adopt_loads.py RECORDINGS OUTPUT [--vcap PROGRAM] - make the datasets of ab and iperf3.

RECORDINGS is the collection that adopt_recordings.py reads, which makes the datasets of ping from
it.  Here it is the folders of the other load tools:

    http/PLATFORM/OBJECT-cCONCURRENCY-CACHE[-fullsnap]/
        meta.json, ab.txt, ab-g.tsv, ab-e.csv     what ab printed, and its two files
        proxy|client|origin.pcap.zst              tcpdump in front of the proxy, at the client, at
                                                  the web server
    iperf/PLATFORM-wWINDOW/
        meta.json, iperf3.json, host.pcap.zst

Every recording becomes a run OUTPUT/DATASET/runs/ID, made by `vcap import`.  Same recordings, same
bytes.  A README.md in OUTPUT/DATASET is left alone; runs/ must not exist yet.

Left out of http/, to keep the datasets small and balanced over platforms: objects of 10 kB (but for
the short recordings at all points, -fullsnap, which have no other) and of 100 kB; with the proxy's
cache on, which there is on one platform only, all but 1 kB over one connection at a time; and the
three recordings without segmentation offload.  The logs of the proxy are left out too.
"""

import json
import shlex

from adopt_recordings import (ABOUT_MACHINE, DRIVERS, MACHINE, Folder, counters_csv, drops, iso,
                              machine, main)

# A recording's folder: platform, driver.  Without a proxy the client asks the web server itself.
PLATFORMS = {
    "direct": ("native", None),
    "native": ("native", None),
    "lxc": ("lxc", None),
    "docker-nat": ("docker", "nat"),
    "docker-routed": ("docker", "routed"),
}
OBJECTS = {"1k": 1000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
WINDOWS = {"16K": 16384, "64K": 65536, "256K": 262144, "1M": 1048576}
# Our names of the points, from the client's side inwards: the order of the experiment.
POINTS = (("client", "client"), ("proxy", "proxy-in"), ("origin", "proxy-out"))
DIRECT_POINTS = (("client", "client"), ("proxy", "server"))

WHERE = {
    "native": "a network namespace of the host",
    "lxc": "an LXC container",
    "docker-nat": "a Docker container behind docker0 with address translation",
    "docker-routed": "a Docker container on a routed bridge",
    "qemu-tcg-virtio": "a QEMU virtual machine (emulated CPU, virtio-net)",
    "qemu-tcg-e1000": "a QEMU virtual machine (emulated CPU, e1000)",
}
KINDS = {
    "http": {
        "title": "HTTP through a Squid proxy in %s",
        "about": "ab asks nginx for objects of 1 kB and 1 MB through Squid in %s, with one and with "
        "ten connections at a time.",
        "keywords": ["HTTP", "latency", "proxy", "virtualization"],
    },
    "iperf3": {
        "title": "TCP throughput of iperf3 from %s",
        "about": "iperf3 sends for three seconds from %s, with four sizes of the socket buffers; "
        "captures hold the first 4000 packets.",
        "keywords": ["TCP", "throughput", "virtualization"],
    },
}


class Recording(Folder):
    """What the functions of adopt_recordings ask of one, for ab and iperf3."""

    def __init__(self, folder, meta):
        self.folder = folder
        self.meta = meta
        self.kind = "http" if meta["exp"] == "http" else "iperf3"
        self.name = "/".join(folder.parts[-3 if self.kind == "http" else -2:])
        name = meta["platform"]
        if name.startswith("qemu-tcg-"):
            nic = name.removeprefix("qemu-tcg-")
            self.platform, self.driver = "qemu-tcg", DRIVERS.get(nic, nic)
        else:
            self.platform, self.driver = PLATFORMS[name]
        self.where = self.platform + ("-" + self.driver if self.driver else "")
        self.dataset = self.kind + "-" + self.where
        self.direct = name == "direct"

    def points(self):
        """(file, our name) from the innermost"""
        if self.kind == "iperf3":
            return [("host", "host")]
        points = DIRECT_POINTS if self.direct else POINTS
        return [p for p in points if self.path(p[0] + ".pcap.zst").exists()]

    def factors(self):
        captures = "+".join(name for _, name in self.points())
        if self.kind == "iperf3":
            return {"socket_bytes": WINDOWS[self.meta["window"]], "protocol": "tcp",
                    "captures": captures, "repetition": 1}
        factors = {
            "object_bytes": OBJECTS[self.meta["object"]],
            "concurrency": self.meta["concurrency"],
            "path": "direct" if self.direct else "squid",
            "captures": captures,
            "repetition": 1,
        }
        if not self.direct:
            factors["cache"] = self.meta["cache"]  # miss: the proxy's cache was off
        return factors

    def run_name(self):
        if self.kind == "iperf3":
            return "%s-w%s" % (self.dataset, self.meta["window"])
        label = self.folder.name.replace("-none", "")
        return "%s%s-%s" % (self.dataset, "-direct" if self.direct else "", label)

    def begin(self):
        """Seconds; of iperf3 those that it printed, whole ones."""
        if "start" in self.meta:
            return self.meta["start"]
        return "%d.0" % json.loads(self.text("iperf3.json"))["start"]["timestamp"]["timesecs"]

    def tools(self):
        version = self.meta["versions"]["ab" if self.kind == "http" else "iperf3"]
        version = version.removeprefix("This is ").removesuffix(" <$Revision$>")
        argv = shlex.split(self.meta["cmd"])
        names = ("ab.txt", "ab-g.tsv", "ab-e.csv") if self.kind == "http" else ("iperf3.json",)
        for name in names:
            yield {"name": argv[0], "file": name, "version": version, "argv": argv,
                   "exit": self.meta.get("rc"), "host": MACHINE}


def is_kept(folder, meta):
    if meta["exp"] == "iperf3-tcp":
        return True
    if meta["exp"] != "http" or folder.name.endswith("-nooffload"):
        return False
    if folder.name.endswith("-fullsnap"):
        return True
    if meta["cache"] == "hit":
        return meta["object"] == "1k" and meta["concurrency"] == 1
    return meta["object"] in ("1k", "1m")


def recordings(root):
    for path in sorted([*root.glob("http/*/*/meta.json"), *root.glob("iperf/*/meta.json")]):
        meta = json.loads(path.read_text())
        if is_kept(path.parent, meta):
            yield Recording(path.parent, meta)


# ---- description ----


def describe_point(recording, order, file, name):
    netns, _, interface = recording.meta["points"][file].partition("/")
    port = {"proxy": "3128", "client": "3128", "origin": "80", "host": "5201"}[file]
    return {
        "name": name,
        "order": order,
        "host": MACHINE,
        "interface": interface,
        "netns": netns,
        "filter": "tcp port " + ("80" if recording.direct else port),
        "tstamp_type": "host",
        "dropped_by_kernel": drops(recording).get(interface),
    }


def describe_recording(recording):
    meta = recording.meta
    programs = {"capture_program": "tcpdump"}
    if recording.kind == "http" and not recording.direct:
        programs["proxy_program"] = "squid"
    kept = {
        "name": recording.name,
        "entered_by": meta.get("exec_prefix"),
        "capture_max_packets": meta.get("capture_max_packets"),
        **{key: meta["versions"][name] for key, name in programs.items()},
    }
    return {k: v for k, v in kept.items() if v is not None}


def describe(recording):
    points = [describe_point(recording, i, *p) for i, p in enumerate(recording.points())]
    document = {
        "schema": "vantage/run/1",
        "id": "described",
        "started": iso(recording.begin()),
        "ended": iso(recording.meta["end"]) if "end" in recording.meta else None,
        "hosts": [machine(recording)],
        "points": points,
        "tools": list(recording.tools()),
        "counters": [{"file": "counters.csv.zst", "host": MACHINE}],
        "recording": describe_recording(recording),
    }
    return {k: v for k, v in document.items() if v is not None}


# ---- runs and datasets ----


def operands(recording, scratch):
    files = ["%s=%s" % (name, recording.path(file + ".pcap.zst"))
             for file, name in recording.points()]
    files += [str(recording.path(tool["file"])) for tool in recording.tools()]
    csv = counters_csv(recording, "")
    if csv:
        path = scratch / "counters.csv"
        path.write_text(csv)
        files.append(str(path))
    return files


def about_dataset(recording):
    """title, description, keywords"""
    words, where = KINDS[recording.kind], WHERE[recording.where]
    return (words["title"] % where, words["about"] % where + "  " + ABOUT_MACHINE,
            words["keywords"])


if __name__ == "__main__":
    main(__doc__, recordings, about_dataset, describe, operands)
