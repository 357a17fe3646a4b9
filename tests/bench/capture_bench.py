#!/usr/bin/python3
"""What vcap costs and loses beside its peers, on a veth pair between two namespaces.

usage: capture_bench.py BUILD_DIR WORK_DIR [--rounds N] [--seconds S] [--only WORD] [--runs]

vcap as it comes (--compress auto: level -1 for cut packets), and as "vcap 1" with --compress 1.
Peers, each with the same snap length (128) and ring (8 MiB):
  bare loop, bare loop 1
                    tests/bench/caploop: libpcap's loop and zstd in one thread, at the same levels
  tcpdump           tcpdump -w FILE
  tcpdump|zstd      tcpdump -w - | zstd -3
Loads, at 300,000 packets a second: numbered datagrams of constant payload (udpblast), and ICMP
echoes, HTTP and TCP as gencap makes them, cut to 128 bytes (replay).

CPU is user plus system time of the whole processes, from exec to exit (wait4), with setting up the
ring and the checksums after the stop.  In every round each load meets every tool once, in an order
that turns from round to round.  A ratio is formed within each round, so that what else runs on the
machine falls on both sides; shown is the median over the rounds, and from where to where they went.
Before the first round, memory is touched once: a virtual machine's host hands pages out when they
are used first, at a cost that would fall on whichever tool happens to get them.

Then, vcap alone or beside tcpdump: packets lost, up to as fast as one core sends; the tail; counters
at 10 Hz, CPU time between two looks 10 s apart without traffic; largest resident size; and what
rings of several sizes cost to set up.  One table; a row with a limit says whether it is met.
--runs also prints every single run.  Needs root; peers that are not installed are left out.
"""
import argparse
import glob
import mmap
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

SNAPLEN = 128
BUFFER_MIB = 8
RATE = "300000"
TAIL_PACKETS = 2000
NS_A, NS_B = f"vb{os.getpid()}a", f"vb{os.getpid()}b"
SECONDS_MAX = 4  # as many packets are generated
GENERATED = {"icmp": ["icmp", "-n", "610000"], "http": ["http", "-n", "120000"],
             "tcp": ["tcpts", "-n", "1200000"]}


def sh(*argv, **more):
    return subprocess.run(argv, check=True, **more)


def in_a(*argv):
    return ["ip", "netns", "exec", NS_A, *argv]


def in_b(*argv):
    return ["ip", "netns", "exec", NS_B, *argv]


def link_up():
    sh("ip", "netns", "add", NS_A)
    sh("ip", "netns", "add", NS_B)
    sh("ip", "-n", NS_A, "link", "add", "va", "type", "veth", "peer", "name", "vb", "netns", NS_B)
    for ns, dev, addr in ((NS_A, "va", "10.77.0.1/24"), (NS_B, "vb", "10.77.0.2/24")):
        sh("ip", "-n", ns, "link", "set", dev, "addrgenmode", "none")  # nobody else's packets
        sh("ip", "-n", ns, "addr", "add", addr, "dev", dev)
        sh("ip", "-n", ns, "link", "set", dev, "gso_max_segs", "1", "up")


def touch_memory():
    """Half of what is free."""
    for line in open("/proc/meminfo"):
        if line.startswith("MemAvailable:"):
            size = int(line.split()[1]) * 1024 // 2
    with mmap.mmap(-1, size) as m:
        for at in range(0, size, mmap.PAGESIZE):
            m[at] = 1


# ---- tools: the commands of a pipeline ----

def vcap(build, d, buffer=BUFFER_MIB, counters="off"):
    return [[f"{build}/vcap", "start", "--foreground", "--counters", counters, "--iface",
             f"vb@{NS_B}:p", "-o", f"{d}/d", "--buffer", f"{buffer}M", "--name",
             f"b{os.getpid()}"]]


def vcap_1(build, d, **params):
    return [vcap(build, d, **params)[0] + ["--compress", "1"]]


def caploop(build, d, buffer=BUFFER_MIB, level="-1"):
    return [in_b(f"{build}/caploop", "vb", f"{d}/p.pcap.zst", level, str(SNAPLEN),
                 str(buffer << 20))]


def caploop_1(build, d, **params):
    return caploop(build, d, level="1", **params)


def tcpdump_to(name):
    return in_b("tcpdump", "-i", "vb", "-s", str(SNAPLEN), "-B", str(BUFFER_MIB << 10), "-Z",
                "root", "-w", name)


def tcpdump(_, d):
    return [tcpdump_to(f"{d}/p.pcap")]


def tcpdump_zstd(_, d):
    return [tcpdump_to("-"), ["zstd", "-3", "-q", "-o", f"{d}/p.pcap.zst"]]


TOOLS = {"vcap": vcap, "bare loop": caploop, "vcap 1": vcap_1, "bare loop 1": caploop_1,
         "tcpdump": tcpdump, "tcpdump|zstd": tcpdump_zstd}


# ---- one run ----

def start(commands):
    procs = []
    feed = None
    for i, argv in enumerate(commands):
        last = i + 1 == len(commands)
        p = subprocess.Popen(argv, stdin=feed, stderr=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL if last else subprocess.PIPE)
        feed = p.stdout
        procs.append(p)
    time.sleep(0.6)
    return procs


def resident_mib(pid):
    """The largest resident size so far; ru_maxrss would count our own from before exec."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0


def cpu_so_far(pid):
    """CPU seconds of a process that runs, of all its threads (nanoseconds in schedstat)."""
    return sum(int(open(f"{t}/schedstat").read().split()[0])
               for t in glob.glob(f"/proc/{pid}/task/*")) / 1e9


def stop(procs):
    """CPU seconds in all."""
    procs[0].send_signal(signal.SIGTERM)
    cpu = 0.0
    for p in procs:
        if p.stdout:
            p.stdout.close()
        _, _, usage = os.wait4(p.pid, 0)
        p.returncode = 0
        cpu += usage.ru_utime + usage.ru_stime
    return cpu


def stored_files(d):
    return glob.glob(f"{d}/d/runs/*/p*.pcap.zst") + glob.glob(f"{d}/p.pcap*")


def decompressed(name):
    data = open(name, "rb").read()
    if not name.endswith(".zst"):
        return data
    return subprocess.run(["zstd", "-qdc"], input=data, stdout=subprocess.PIPE).stdout


def count(d):
    """Records in the files, by their headers alone."""
    n = 0
    for name in stored_files(d):
        data = decompressed(name)
        at = 24
        while at + 16 <= len(data):
            at += 16 + int.from_bytes(data[at + 8:at + 12], "little")
            n += 1
    return n


def disk_ratio(d):
    """Bytes stored by what zstd -3 makes of the same capture."""
    mine = best = 0
    for name in stored_files(d):
        mine += os.path.getsize(name)
        best += len(subprocess.run(["zstd", "-3", "-qc"], input=decompressed(name),
                                   stdout=subprocess.PIPE).stdout)
    return mine / best


def one(commands, load, wait_s=1.2):
    """wait_s after the load: a tool that does not drain its ring needs a second."""
    d = commands[1]
    procs = start(commands[0])
    try:
        sent, _, pps = sh(*in_a(*load), stdout=subprocess.PIPE, text=True).stdout.split()
        time.sleep(wait_s)
        rss = sum(resident_mib(p.pid) for p in procs)
    finally:
        cpu = stop(procs)
    captured = count(d)
    return {"sent": int(sent), "pps": float(pps), "captured": captured, "cpu": cpu, "rss": rss,
            "lost": max(int(sent) - captured, 0), "us": 1e6 * cpu / max(captured, 1),
            "stored": sum(os.path.getsize(f) for f in stored_files(d))}


class Bench:
    def __init__(self, o):
        self.o = o
        self.build = os.path.realpath(o.build)
        self.tools = [t for t in TOOLS if not t.startswith("tcpdump") or shutil.which("tcpdump")]
        self.rows = []

    def loads(self):
        loads = {"constant": [f"{self.build}/udpblast", "10.77.0.2", "9", RATE,
                              str(self.o.seconds), "58", "32"]}
        os.makedirs(self.o.work, exist_ok=True)
        for name, argv in GENERATED.items():
            pcap = os.path.join(self.o.work, f"capture-{name}.pcap")
            if not os.path.exists(pcap):
                sh(f"{self.build}/gencap", *argv, "-s", "1", "-l", str(SNAPLEN), "-o", pcap, "-t",
                   "/dev/null", stdout=subprocess.DEVNULL)
            loads[name] = [f"{self.build}/replay", "va", pcap, RATE,
                           str(int(RATE) * self.o.seconds)]
        return loads

    def row(self, what, load, value, spread="", limit=None, unit=""):
        verdict = "" if limit is None else "met" if value <= limit else "NOT MET"
        shown = str(value) if isinstance(value, int) else f"{value:.3g}"
        self.rows.append((what, load, shown + unit, spread,
                          "" if limit is None else f"<= {limit:g}{unit}", verdict))

    def show_run(self, *cells):
        if self.o.runs:
            print(*cells, sep=",", file=sys.stderr)

    def run(self, tool, load, look=None, wait_s=1.2, **params):
        d = tempfile.mkdtemp(prefix="vbench")
        try:
            x = one((TOOLS[tool](self.build, d, **params), d), load, wait_s)
            if look:
                x["look"] = look(d)
            return x
        finally:
            shutil.rmtree(d)

    # ---- the parts of the table ----

    def cost(self):
        xs = {}
        for r in range(self.o.rounds):
            for load, argv in self.loads().items():
                k = r % len(self.tools)
                for tool in self.tools[k:] + self.tools[:k]:
                    x = self.run(tool, argv, disk_ratio if tool == "vcap" and r == 0 else None)
                    xs.setdefault((load, tool), []).append(x)
                    self.show_run(r, load, tool, x)
        limits = (("vcap", "bare loop", 1.15), ("vcap 1", "bare loop 1", 1.15),
                  ("vcap", "tcpdump", None), ("vcap", "tcpdump|zstd", 0.5))
        for mine, tool, limit in limits:
            for load in self.loads() if tool in self.tools else ():
                ratios = [a["us"] / b["us"] for a, b in zip(xs[load, mine], xs[load, tool])]
                self.row(f"CPU of {mine} / {tool}", load, statistics.median(ratios),
                         f"{min(ratios):.2f} to {max(ratios):.2f}", limit)
        for tool in self.tools:
            for load in self.loads():
                us = [x["us"] for x in xs[load, tool]]
                self.row(f"CPU of {tool} per packet", load, statistics.median(us),
                         f"{min(us):.2f} to {max(us):.2f}", None, " us")
        for load in self.loads():
            self.row("disk: vcap / zstd -3", load, xs[load, "vcap"][0]["look"], "", 1.15)
        self.row("resident size", "largest", max(x["rss"] for (_, t), v in xs.items()
                                                 for x in v if t == "vcap"), "",
                 32 + BUFFER_MIB, " MiB")
        self.row("lost by vcap", f"all at {RATE} pps", sum(
            x["lost"] for (_, t), v in xs.items() for x in v if t == "vcap"), "", 0)

    def loss(self):
        for pps in ("100000", "500000", "0"):
            for tool in ("vcap", "tcpdump"):
                if tool not in self.tools:
                    continue
                load = [f"{self.build}/udpblast", "10.77.0.2", "9", pps, "2", "58", "32"]
                xs = [self.run(tool, load) for _ in range(2)]
                reached = max(x["pps"] for x in xs) / 1000
                self.row(f"lost by {tool}", f"{reached:.0f}k pps" + (", unpaced" * (pps == "0")),
                         sum(x["lost"] for x in xs), f"of {sum(x['sent'] for x in xs)}",
                         0 if tool == "vcap" else None)

    def tail(self):
        for tool in ("vcap", "bare loop", "tcpdump"):
            if tool not in self.tools:
                continue
            load = [f"{self.build}/udpblast", "10.77.0.2", "9", "2000", "1", "58"]
            x = self.run(tool, load, wait_s=0.05)
            self.row(f"lost by {tool}", "tail: stop 50 ms after the last", x["lost"],
                     f"of {TAIL_PACKETS}", 0 if tool == "vcap" else None)

    def counters(self):
        shares = []
        for _ in range(3):
            d = tempfile.mkdtemp(prefix="vbench")
            procs = start(vcap(self.build, d, counters="100ms"))
            before, t0 = cpu_so_far(procs[0].pid), time.monotonic()
            time.sleep(10)
            shares.append(100 * (cpu_so_far(procs[0].pid) - before) / (time.monotonic() - t0))
            stop(procs)
            shutil.rmtree(d)
        self.row("counters at 10 Hz", "no traffic", statistics.median(shares),
                 f"{min(shares):.2f} to {max(shares):.2f}", 0.5, " % of a core")

    def ring(self):
        for mib in (2, 8, 64):
            ms = []
            for _ in range(3):
                d = tempfile.mkdtemp(prefix="vbench")
                ms.append(1000 * stop(start(vcap(self.build, d, buffer=mib))))
                shutil.rmtree(d)
            self.row("start and stop, CPU", f"ring of {mib} MiB", statistics.median(ms),
                     f"{min(ms):.0f} to {max(ms):.0f}", None, " ms")

    def print(self):
        rows = [("measure", "load", "value", "rounds", "limit", "")] + self.rows
        widths = [max(len(r[i]) for r in rows) for i in range(6)]
        for r in rows:
            print("  ".join(c.ljust(w) for c, w in zip(r, widths)).rstrip())


def main():
    p = argparse.ArgumentParser()
    p.add_argument("build")
    p.add_argument("work")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--seconds", type=int, default=SECONDS_MAX, choices=range(1, SECONDS_MAX + 1))
    p.add_argument("--only", choices=["cost", "loss", "tail", "counters", "ring"])
    p.add_argument("--runs", action="store_true")
    b = Bench(p.parse_args())
    touch_memory()
    link_up()
    try:
        for part in ("cost", "loss", "tail", "counters", "ring"):
            if b.o.only in (None, part):
                getattr(b, part)()
    finally:
        sh("ip", "netns", "del", NS_A)
        sh("ip", "netns", "del", NS_B)
    b.print()


main()
