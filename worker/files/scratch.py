"""Where jobs have their scratch directories: on the largest of root volume, second volume and instance store."""
import json
import os
import shutil

import checks
import node

STORE = "Amazon EC2 NVMe Instance Storage"
VOLUME = "Amazon Elastic Block Store"
LABEL = "aerie-scratch"
RAID = "/dev/md/aerie-scratch"
DISKS = "NAME,TYPE,SIZE,MODEL,FSTYPE,LABEL,MOUNTPOINT"
# A file system of its own keeps 3 % for itself.
USABLE = 0.97
# CVMFS asks for a fifth more than its quota. As aerie plans it: core/settings/worker-disk.ts.
FREE_MB = 1024
# What jobs are offered of the root volume, MB, since this machine's first start.
OFFERED = "/root-offer"
MB = 2**20
# How HTCondor calls the directory of a job, before the number of its starter's process.
JOB = "dir_"


def reserved_mb(cvmfs, free):
    """What jobs may not take of the root volume: what CVMFS's cache will fill yet. What it has filled before a sleep is not free."""
    most = FREE_MB + (-(-cvmfs["quotaMb"] * 6 // 5) if cvmfs["repositories"] else 0)
    path = node.STATE + OFFERED
    if not os.path.exists(path):
        node.write(path, str(free - most))
    with open(path) as file:
        return min(most, max(FREE_MB, free - int(file.read())))


def disks():
    """The whole disks that this machine can open."""
    said = json.loads(node.run("lsblk", "--json", "--bytes", "--paths", "--output", DISKS))["blockdevices"]
    return [disk for disk in said if disk["type"] == "disk" and os.path.exists(disk["name"])]


def is_a(model, disk):
    return (disk["model"] or "").strip() == model


def has_several_stores():
    return len([disk for disk in disks() if is_a(STORE, disk)]) > 1


def usable_mb(some):
    return sum(int(disk["size"]) for disk in some) * USABLE / MB


def is_empty(disk):
    """Nobody's: new, or made by an earlier boot of this machine."""
    mine = disk["fstype"] is None or disk["label"] == LABEL
    return mine and not disk.get("children") and not disk["mountpoint"]


def clear(path):
    """Removes what jobs have left that a restart of this machine ended."""
    # HTCondor does so too, but only once it runs: by then the room has been compared with what was promised.
    # Where HTCondor has been started since the machine was, these are of jobs that run.
    if os.path.exists(node.ACCEPTING) or not os.path.isdir(path):
        return
    for name in os.listdir(path):
        if name.startswith(JOB):
            shutil.rmtree(f"{path}/{name}", ignore_errors=True)


def choose(facts, room):
    """The disks that become scratch, none if it stays on the root volume, where it would have so much room."""
    found = disks()
    stores = [disk for disk in found if is_a(STORE, disk)]
    volumes = [disk for disk in found if is_a(VOLUME, disk) and is_empty(disk)] if facts["scratchVolume"] else []
    if facts["scratchVolume"] and not volumes:
        raise RuntimeError("the stage gives its workers a volume for scratch, and no empty disk is there")
    if volumes:
        room = usable_mb(volumes)
    if usable_mb(stores) > room:
        return stores
    return volumes[:1]


def striped(devices):
    """One device of several: a restart of the machine may have put them together already."""
    node.run("mdadm", "--stop", "--scan")
    level = ("--level=0", f"--raid-devices={len(devices)}")
    node.run("mdadm", "--create", RAID, "--run", "--force", *level, *devices)
    return RAID


def prepare(facts, path):
    """Gives jobs their scratch, and answers how much of its file system HTCondor has to leave alone, MB."""
    clear(path)
    if os.path.ismount(path):
        return 0
    free = checks.free_mb(path)
    reserved = reserved_mb(facts["cvmfs"], free)
    chosen = [disk["name"] for disk in choose(facts, free - reserved)]
    if not chosen:
        return reserved
    device = chosen[0] if len(chosen) == 1 else striped(chosen)
    # Nothing is kept for root, and nothing is trimmed or zeroed first: that takes minutes on a large disk.
    node.run("mkfs.ext4", "-q", "-F", "-L", LABEL, "-m", "0", "-E", "nodiscard,lazy_itable_init=1", device)
    os.makedirs(path, exist_ok=True)
    node.run("mount", "-o", "noatime", device, path)
    shutil.chown(path, "condor", "condor")
    os.chmod(path, 0o755)
    node.say(f"scratch is on {' and '.join(chosen)}")
    return 0
