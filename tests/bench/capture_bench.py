#!/usr/bin/python3
"""What vcap costs and loses beside its peers, on a veth pair between two namespaces.

usage: capture_bench.py BUILD_DIR [--rounds N] [--seconds S] [--capture FILE.pcap]... [--rates P,P]

Peers: caploop (libpcap and zstd of the same level in one thread: the floor), tcpdump -w, and
tcpdump -w - | zstd -3, each with the same snap length and buffer; what is not installed is left
out.  Loads: udpblast (constant payload) at each rate, 0 being as fast as possible, and replayed
captures.  Rounds are interleaved.  CPU is user plus system time of the recording processes, by
wait4(), setting up the ring included; "recording" is the part before the stop, without what a stop
costs (checksums).  Prints one CSV row a run, then medians.  Needs root.
"""
import argparse
import glob
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

SNAPLEN = 128
BUFFER = 8 << 20
NS_A, NS_B = f"vb{os.getpid()}a", f"vb{os.getpid()}b"


def sh(*argv):
    subprocess.run(argv, check=True)


def lines():
    sh("ip", "netns", "add", NS_A)
    sh("ip", "netns", "add", NS_B)
    sh("ip", "-n", NS_A, "link", "add", "va", "type", "veth", "peer", "name", "vb", "netns", NS_B)
    for ns, dev, addr in ((NS_A, "va", "10.77.0.1/24"), (NS_B, "vb", "10.77.0.2/24")):
        sh("ip", "-n", ns, "addr", "add", addr, "dev", dev)
        sh("ip", "-n", ns, "link", "set", dev, "gso_max_segs", "1", "up")


def vcap(build, d):
    return [[f"{build}/vcap", "start", "--foreground", "--counters", "off", "--iface",
             f"vb@{NS_B}:p", "-o", f"{d}/d", "--buffer", str(BUFFER), "--name", f"b{os.getpid()}"]]


def vcap_counters(build, d):
    argv = vcap(build, d)
    argv[0].remove("--counters")
    argv[0].remove("off")
    return argv


def in_b(*argv):
    return ["ip", "netns", "exec", NS_B, *argv]


def caploop(build, d):
    return [in_b(f"{build}/caploop", "vb", f"{d}/p.pcap.zst", "1", str(SNAPLEN), str(BUFFER))]


def tcpdump(build, d):
    return [in_b("tcpdump", "-i", "vb", "-s", str(SNAPLEN), "-B", str(BUFFER >> 10), "-w",
                 f"{d}/p.pcap", "-Z", "root")]


def tcpdump_zstd(build, d):
    return [in_b("tcpdump", "-i", "vb", "-s", str(SNAPLEN), "-B", str(BUFFER >> 10), "-w", "-",
                 "-Z", "root"), ["zstd", "-3", "-q", "-o", f"{d}/p.pcap.zst"]]


TOOLS = {"vcap": vcap, "vcap+counters": vcap_counters, "caploop-1": caploop, "tcpdump": tcpdump,
         "tcpdump|zstd-3": tcpdump_zstd}


def start(commands):
    """The processes of a pipeline, recording."""
    procs = []
    feed = None
    for i, argv in enumerate(commands):
        last = i + 1 == len(commands)
        p = subprocess.Popen(argv, stdin=feed, stderr=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL if last else subprocess.PIPE)
        feed = p.stdout
        procs.append(p)
    time.sleep(0.7)
    return procs


def resident(pid):
    """The largest resident size so far (MiB); ru_maxrss would count our own from before exec."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0


def cpu_so_far(pid):
    """CPU seconds of a process that runs, of all its threads (nanoseconds in schedstat)."""
    return sum(int(open(f"{t}/schedstat").read().split()[0])
               for t in glob.glob(f"/proc/{pid}/task/*")) / 1e9


def stop(procs):
    """CPU seconds until the stop and in all, and the largest resident size (MiB)."""
    time.sleep(1.2)  # what is in a ring block of a tool that does not drain is not the subject
    rss = max(resident(p.pid) for p in procs)
    before = sum(cpu_so_far(p.pid) for p in procs)
    procs[0].send_signal(signal.SIGTERM)
    cpu = 0.0
    for p in procs:
        if p.stdout:
            p.stdout.close()
        _, _, usage = os.wait4(p.pid, 0)
        p.returncode = 0
        cpu += usage.ru_utime + usage.ru_stime
    return before, cpu, rss


def count(d):
    """Records and bytes stored."""
    files = glob.glob(f"{d}/d/runs/*/p*.pcap.zst") + glob.glob(f"{d}/p.pcap*")
    n = 0
    for f in files:
        data = open(f, "rb").read()
        if f.endswith(".zst"):
            data = subprocess.run(["zstd", "-qdc"], input=data, stdout=subprocess.PIPE).stdout
        at = 24
        while at + 16 <= len(data):
            at += 16 + int.from_bytes(data[at + 8:at + 12], "little")
            n += 1
    return n, sum(os.path.getsize(f) for f in files)


def one(build, tool, load):
    d = tempfile.mkdtemp(prefix="vbench")
    try:
        procs = start(TOOLS[tool](build, d))
        out = subprocess.run(["ip", "netns", "exec", NS_A, *load], check=True,
                             stdout=subprocess.PIPE, text=True).stdout.split()
        before, cpu, rss = stop(procs)
        captured, stored = count(d)
        sent = int(out[0])
        return {"sent": sent, "pps": float(out[2]), "captured": captured, "cpu": cpu, "rss": rss,
                "cpu_per_mpkt": 1e6 * cpu / max(captured, 1),
                "recording_per_mpkt": 1e6 * before / max(captured, 1), "stored": stored,
                "lost": max(sent - captured, 0) / max(sent, 1)}
    finally:
        shutil.rmtree(d)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("build")
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--seconds", type=int, default=3)
    p.add_argument("--capture", action="append", default=[])
    p.add_argument("--rates", default="100000,300000,0")
    o = p.parse_args()
    build = os.path.realpath(o.build)
    loads = {f"udp@{r or 'max'}": [f"{build}/udpblast", "10.77.0.2", "9", r, str(o.seconds), "58",
                                   "32"] for r in o.rates.split(",") if r}
    loads |= {os.path.basename(c): [f"{build}/replay", "va", c, "300000"] for c in o.capture}
    tools = [t for t in TOOLS if not t.startswith("tcpdump") or shutil.which("tcpdump")]
    keys = ["sent", "pps", "captured", "lost", "cpu", "cpu_per_mpkt", "recording_per_mpkt", "rss",
            "stored"]
    results = {}
    lines()
    try:
        print("round,load,tool," + ",".join(keys))
        for r in range(o.rounds):
            for load, argv in loads.items():
                for tool in tools:
                    x = one(build, tool, argv)
                    results.setdefault((load, tool), []).append(x)
                    print(f"{r},{load},{tool}," + ",".join(f"{x[k]:.6g}" for k in keys))
                    sys.stdout.flush()
    finally:
        sh("ip", "netns", "del", NS_A)
        sh("ip", "netns", "del", NS_B)
    print("load,tool,median_cpu_per_mpkt,ratio_to_caploop,recording_ratio,worst_lost,median_stored,median_rss_mib")
    for (load, tool), xs in results.items():
        cpu = statistics.median(x["cpu_per_mpkt"] for x in xs)
        floor = statistics.median(x["cpu_per_mpkt"] for x in results[load, "caploop-1"])
        mine, least = (statistics.median(x["recording_per_mpkt"] for x in results[load, t])
                       for t in (tool, "caploop-1"))
        print(f"{load},{tool},{cpu:.4f},{cpu / floor:.3f},{mine / least:.3f},{max(x['lost'] for x in xs):.6f},"
              f"{statistics.median(x['stored'] for x in xs):.0f},"
              f"{statistics.median(x['rss'] for x in xs):.1f}")


main()
