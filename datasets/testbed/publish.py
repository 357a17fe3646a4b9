#!/usr/bin/python3
"""publish.py OUT DATASETS - datasets of a campaign, made ready for others.

OUT is what `campaign -o OUT` left, DATASETS where the datasets go (a dataset that is there already is
replaced).  Each gets a descriptor with title, limits, licence and origin, and a README.md that counts
the runs of each setting.  Runs are copied as they are, but for what saves room (run.json without white
space, ping's output and larger captures compressed at level 19), the path that vcap wrote to, and
factors that only say how long a run is; SHA256SUMS is kept true.  Same OUT, same bytes.
"""
import collections
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys

LICENCE = {"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/",
           "title": "Creative Commons Zero v1.0 Universal"}

PLATFORMS = {  # dataset: what it is, where its inner capture point lies
    "native": ("a network namespace of the host", "The baseline: no container and no virtual machine, "
               "only a network namespace on a veth pair, as containers have."),
    "lxc": ("an LXC container", "A privileged LXC container on a veth pair to the bridge."),
    "docker-nat": ("a Docker container behind address translation", "A container on Docker's own bridge, "
                   "masqueraded: every packet passes the host's connection tracking."),
    "docker-routed": ("a Docker container without address translation", "A container on a bridge that "
                      "the host routes, without masquerading."),
}
CARDS = {"virtio": "virtio-net", "e1000": "an emulated Intel e1000", "rtl8139": "an emulated RTL8139",
         "vmxnet3": "an emulated vmxnet3"}
KINDS = {"qemu-tcg": "a QEMU virtual machine with an emulated CPU",
         "kvm": "a KVM virtual machine"}
EMULATED = ("The CPU is emulated in software (TCG), as the machine could not run KVM guests: times "
            "inside are several times those of KVM, and say nothing about KVM.  ")
EXPERIMENTS = {  # experiment: title, what was done
    "ping": ("ping from {}", "Echo requests from inside the platform to a receiver on the same bridge, "
             "at several rates, idle and under load on either side, with and without captures."),
    "http": ("HTTP through Squid in {}", "ab asks nginx through Squid, which runs inside the platform: object "
             "sizes, connections, cache off and on, one, two and four proxies, under stress."),
    "web": ("a web server in {}", "ab asks nginx inside the platform, with 1, 10 and 100 connections."),
    "throughput": ("iperf3 from {}", "TCP and UDP streams from inside the platform over socket buffer sizes, "
                   "as fast as they go, mostly without captures."),
}
LIMITS = ("Recorded on one virtual machine with two cores, in random order, runs one at a time.  Sender, "
          "receiver, load and recorder share those two cores.  Good for trying the tools, for effects within "
          "this machine, and for repeating the analyses of the papers; no figures of bare hardware.")
NOT_SHOWN = ("repetition",)
WORTH_BYTES = 16384  # smaller captures gain too little
LENGTHS = ("probes", "requests", "duration_s")  # of a run; no factors


def split_name(name):
    """("http", "lxc") of "http-lxc"; ping's datasets have the platform's name alone."""
    experiment, _, platform = name.partition("-")
    return (experiment, platform) if experiment in EXPERIMENTS else ("ping", name)


def platform_texts(platform):
    if platform in PLATFORMS:
        return PLATFORMS[platform]
    kind, _, card = platform.rpartition("-")
    text = f"{KINDS[kind]} and {CARDS[card]} as network card"
    note = EMULATED if kind == "qemu-tcg" else ""
    return text, f"{note}The machine has a clock of its own: vcap ran inside and outside, joined by run."


def descriptor(name, runs):
    experiment, platform = split_name(name)
    title, done = EXPERIMENTS[experiment]
    text, note = platform_texts(platform)
    return {
        "profile": "data-package", "name": name, "title": title.format(text),
        "description": f"{done}  {note}  {LIMITS}",
        "licenses": [LICENCE],
        "sources": [{"title": "Recorded for this project; see README.md and ../testbed/"}],
        "contributors": [{"title": "The Vantage contributors", "role": "author"}],
        "resources": [{"name": r.name.lower(), "path": f"runs/{r.name}/run.json", "format": "json",
                       "mediatype": "application/json"} for r in runs],
    }


# ---- runs ----

def sums_of(run):
    names = sorted(f.name for f in run.iterdir() if f.name != "SHA256SUMS")
    return "".join(f"{hashlib.sha256((run / n).read_bytes()).hexdigest()}  {n}\n" for n in names)


def renamed(value, new):
    """value with every string that is a key of new replaced."""
    if isinstance(value, dict):
        return {k: renamed(v, new) for k, v in value.items()}
    if isinstance(value, list):
        return [renamed(v, new) for v in value]
    return new.get(value, value) if isinstance(value, str) else value


def output_of(doc):
    """Where vcap was told to write: an absolute path of the machine that recorded."""
    argv = doc.get("recorder", {}).get("argv", [])
    return argv[argv.index("-o") + 1] if "-o" in argv else None


def slim(run):
    doc = json.loads((run / "run.json").read_text())
    new = {output_of(doc): run.parents[1].name}
    for packed in (f for f in sorted(run.glob("*.pcap.zst")) if f.stat().st_size > WORTH_BYTES):
        plain = subprocess.run(["zstd", "-dcq", packed], check=True, stdout=subprocess.PIPE).stdout
        small = subprocess.run(["zstd", "-19", "-qc"], input=plain, check=True, stdout=subprocess.PIPE).stdout
        packed.write_bytes(small)
    if (run / "ping.txt").exists():
        subprocess.run(["zstd", "-19", "-q", "--rm", run / "ping.txt", "-o", run / "ping.txt.zst"], check=True)
        new["ping.txt"] = "ping.txt.zst"
    doc = renamed(doc, new)
    for name in LENGTHS:
        doc["factors"].pop(name, None)
    (run / "run.json").write_text(json.dumps(doc, ensure_ascii=False, separators=(",", ":")) + "\n")
    (run / "SHA256SUMS").write_text(sums_of(run))
    return doc


# ---- README.md ----

def level_order(level):
    try:
        return (0, float(level), "")
    except ValueError:
        return (1, 0.0, level)


def factor_rows(docs):
    levels = collections.defaultdict(collections.Counter)
    for doc in docs:
        for factor, level in doc["factors"].items():
            if factor not in NOT_SHOWN:
                levels[factor][str(level)] += 1
    for factor in sorted(levels):
        cells = [f"{level} ({levels[factor][level]})" for level in sorted(levels[factor], key=level_order)]
        yield f"| `{factor}` | {', '.join(cells)} |"


def readme(name, docs):
    experiment, platform = split_name(name)
    title, done = EXPERIMENTS[experiment]
    text, note = platform_texts(platform)
    failed = sum(d["status"]["state"] == "failed" for d in docs)
    points = sorted({p["name"] for d in docs for p in d.get("points", [])})
    marked = (f"{failed} of them failed their quality check, are marked as failed with the reason, and left out "
              "by analyses; they were made again." if failed else "All passed their quality check.")
    table = "\n".join(factor_rows(docs))
    return (f"# {name}: {title.format(text)}\n\n{note.strip()}\n\n{done}\n\n"
            f"{len(docs)} runs, with captures at: {', '.join(points) or 'none'}. {marked}\n\n"
            f"| factor | levels (runs) |\n|---|---|\n{table}\n\n{LIMITS}\n\n"
            "What the factors mean, and how to record the same: [../testbed](../testbed/README.md). "
            "Licence: CC0-1.0.\n")


def publish(source, target):
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(source / "runs", target / "runs")
    runs = sorted(d for d in (target / "runs").iterdir() if (d / "run.json").exists())
    docs = [slim(run) for run in runs]
    text = json.dumps(descriptor(target.name, runs), ensure_ascii=False, indent="\t")
    (target / "datapackage.json").write_text(text + "\n")
    (target / "README.md").write_text(readme(target.name, docs))
    print(f"{target}: {len(runs)} runs")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    out, datasets = map(pathlib.Path, sys.argv[1:])
    for source in sorted(d for d in out.iterdir() if (d / "runs").is_dir()):
        publish(source, datasets / source.name)


main()
