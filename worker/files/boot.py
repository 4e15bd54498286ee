#!/usr/bin/python3
"""Makes this VM a worker of its pool, at each of its starts, or says why that failed and ends it."""
import glob
import os
import re
import shutil
import socket
import sys
import time
from functools import partial

import checks
import cloud
import gpu
import imds
import join
import machine
import node
import scratch

CONFIG = "/etc/condor/config.d"
CONDOR_RUNS_IN = ("/run/condor", "/run/lock/condor")
CRLS = "/etc/grid-security/certificates/*.r0"
# They are good for a week or more, and fetched each six hours.
CRL_SECONDS = 24 * 3600
CVMFS = "/etc/cvmfs/default.local"
FLEET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
NUMBER = re.compile(r"[0-9]+|undefined")
WORD = re.compile(r"[A-Za-z0-9.-]{1,64}")
# What is left of the boot's time when packages are given up: for the sentence that says so.
LEFT_SECONDS = 30
# What jobs are accounted by; on a machine that has none of it, they are all the same.
ACCOUNTS_FOR = {
    "AERIE_TYPE": "meta-data/instance-type",
    "AERIE_ZONE": "meta-data/placement/availability-zone",
    "AERIE_MARKET": "meta-data/instance-life-cycle",
    "AERIE_IMAGE": "meta-data/ami-id",
}
# What START asks of this machine, the tag that says it, and what it is without: jobs of so many cores only, at first of so
# many or more, and how long a job is taken to run that does not say it.
TAKES = (("AerieWidth", "width", "undefined"), ("AerieFirstWidth", "first-width", "0"), ("AerieJobWall", "job-wall-seconds", "0"))
LOOKING_IN = ("sessionManager", "logGroup", "syslogHost")
CLOUD_DRIVES = ("box_plugin.py", "gdrive_plugin.py", "onedrive_plugin.py")


def matched(pattern, text):
    """The text, if it can be written into HTCondor's configuration."""
    if not pattern.fullmatch(text):
        raise ValueError(f'"{text}" is not {pattern.pattern}')
    return text


def install(facts, deadline):
    """What a plain image lacks."""
    if facts["os"] != "baked":
        wanted = {
            "AERIE_CVMFS": "yes" if facts["cvmfs"]["repositories"] else "no",
            "AERIE_OSG": facts["osg"],
            "AERIE_STRIPE": "yes" if scratch.has_several_stores() else "no",
            "AERIE_UNTIL": str(int(deadline - LEFT_SECONDS)),
        }
        node.run("sh", f"{node.HERE}/packages-{facts['os']}.sh", env={**os.environ, **wanted})


def configure_cvmfs(cvmfs):
    """Repositories, proxies and cache, and the automounter."""
    if not cvmfs["repositories"]:
        return
    node.write(
        CVMFS,
        f"CVMFS_REPOSITORIES={','.join(cvmfs['repositories'])}\n"
        f'CVMFS_HTTP_PROXY="{cvmfs["proxy"]}"\n'
        f"CVMFS_QUOTA_LIMIT={cvmfs['quotaMb']}\n"
        # Without a squid every worker asks the servers themselves: the CDN in front of them is made for that.
        + ("CVMFS_USE_CDN=yes\n" if cvmfs["proxy"].split(";")[0] == "DIRECT" else ""),
    )
    node.run("cvmfs_config", "setup")


def transfer_plugins():
    """The image's file transfer plugins but those of cloud drives, which need a person's login."""
    # Before its first ad the startd runs every plugin once, and each of these is half a second of Python.
    try:
        plugins = [plugin.strip() for plugin in node.condor_value("FILETRANSFER_PLUGINS").split(",")]
    except RuntimeError:
        return ()
    kept = [plugin for plugin in plugins if os.path.basename(plugin) not in CLOUD_DRIVES]
    return (f"FILETRANSFER_PLUGINS = {', '.join(kept)}",)


def environment(variables):
    """Variables for every job, each between quotes of HTCondor's: within them two quotes are one, and a blank is a blank."""
    quoted = " ".join("'" + f"{name}={value}".replace("'", "''") + "'" for name, value in variables.items())
    return quoted.replace('"', '""').replace("$", "$(DOLLAR)")


def memory_limit(policy):
    """How much memory a job may have, as HTCondor's expression: what it asks for, so many times that, or all there is."""
    if policy in ("hard", "soft"):
        return "Memory" if policy == "hard" else "TotalMemory"
    return "int(min({Memory * %s, TotalMemory}))" % policy


def which_jobs():
    """Which jobs of its fleet this machine takes."""
    return [f"{name} = {matched(NUMBER, imds.tag(tag, without))}" for name, tag, without in TAKES]


def accounting(prices):
    """What the machine is and what AWS's list says that it costs an hour, for the history of its jobs."""
    place = {name: matched(WORD, imds.need(path, "unknown")) for name, path in ACCOUNTS_FOR.items()}
    kind = place["AERIE_TYPE"]
    core = prices.get(kind.split(".")[0])
    price = prices.get(kind, "undefined" if core is None else round(core * (os.cpu_count() or 1), 6))
    return [*(f"{name} = {value}" for name, value in place.items()), f"AERIE_PRICE = {price}"]


def address_family(facts):
    """HTCondor takes the collector's IPv4 address if its name has one, also where none of its packets gets through."""
    family, _ = checks.answering_one(checks.collectors(facts))
    return () if family is None else (f"PREFER_IPV4 = {family == socket.AF_INET}",)


def configure_condor(facts, instance, fleet, linger, machine_lines):
    """Facts of this pool and this machine; what they mean is in aerie.conf."""
    lines = (
        f"AERIE_CENTRAL_MANAGER = {facts['centralManager']}",
        f"AERIE_POOL = {facts['pool']}",
        f"AERIE_INSTANCE = {instance}",
        f'AerieFleet = "{fleet}"',
        f"AERIE_LINGER = {linger}",
        f"AERIE_MEMORY_LIMIT = {memory_limit(facts['memory'])}",
        f"AERIE_ENVIRONMENT = {environment(facts['environment'])}",
        *accounting(facts["listPrices"]),
        *address_family(facts),
        *machine_lines,
        *transfer_plugins(),
    )
    node.write(f"{CONFIG}/20-aerie-facts.conf", "\n".join(lines) + "\n")
    shutil.copy(f"{node.HERE}/aerie.conf", f"{CONFIG}/30-aerie.conf")


def check(facts, execute, accounts, room):
    """Tries until everything holds, for a while. What says nothing about this machine is told, and holds up nothing."""
    until = time.time() + facts["checkSeconds"]
    while True:
        failed = checks.failed(checks.at_boot(facts, execute, accounts, room))
        if not failed:
            for sentence in checks.failed(checks.telling(facts, "boot")):
                node.say(f"goes on although {sentence}")
            return
        if time.time() > until:
            raise RuntimeError("; ".join(failed))
        time.sleep(2)


def start():
    """HTCondor, and the watch over this machine."""
    # An image brings no revocation lists, and those of a machine that has slept for long may have ended: they refuse everybody.
    for path in glob.glob(CRLS):
        if time.time() - os.stat(path).st_mtime > CRL_SECONDS:
            os.unlink(path)
    if shutil.which("fetch-crl"):
        # HTCondor's start goes first.
        node.background("nice", "fetch-crl", "--quiet")
    node.write(node.ACCEPTING, "")
    if node.SYSTEMD:
        node.run("systemctl", "unmask", "--runtime", "condor.service")
        # After a restart of the VM it waits for this program, which keeps jobs from the metadata service first.
        node.run("systemctl", "disable", "condor.service")
        node.run("systemctl", "restart", "--no-block", "aerie-watch.service", "condor.service")
        return
    for directory in CONDOR_RUNS_IN:
        os.makedirs(directory, exist_ok=True)
        shutil.chown(directory, "condor", "condor")
    node.run("condor_master")
    node.background(sys.executable, f"{node.HERE}/watch.py")


class Steps:
    """How long each of them takes, for the line on the console that ends a boot."""

    def __init__(self):
        self.at = self.began = time.monotonic()
        self.took = ""

    def past(self, name):
        now = time.monotonic()
        if now - self.at >= 0.05:
            self.took += f", {name} {now - self.at:.1f}"
        self.at = now


def boot():
    """The steps, in the order in which one needs the other. User-data brings only those programs that facts ask for."""
    steps = Steps()
    facts = node.facts()
    deadline = time.time() + facts["bootSeconds"]
    for directory in (node.STATE, node.RUN):
        os.makedirs(directory, exist_ok=True)
    late = f"boot failed: not ready after {facts['bootSeconds']} s"
    node.power_off_later("aerie-boot-deadline", facts["bootSeconds"], "--unless", node.ACCEPTING, late)
    if facts["os"] == "baked":
        import version

        version.same(facts)
    instance = matched(cloud.INSTANCE, imds.need("meta-data/instance-id"))
    fleet = matched(FLEET, imds.tag("fleet"))
    takes = which_jobs()
    linger = int(imds.tag("linger-seconds"))
    after_job = imds.tag("linger-after-job-seconds", "")
    if after_job:
        node.write(node.AFTER_JOB, f"STARTD_NOCLAIM_SHUTDOWN = {int(after_job)}\n")
    life = int(imds.tag("max-life-seconds"))
    machine.limit_life(life)
    machine.pin_names(facts["pins"])
    steps.past("identity")
    install(facts, deadline)
    steps.past("packages")
    machine.block_metadata()
    accounts = machine.make_accounts()
    machine.shut_timetables()
    machine.forget_shared_memory()
    steps.past("accounts")
    execute = node.condor_value("EXECUTE")
    reserved = scratch.prepare(facts, execute)
    steps.past("scratch")
    configure_cvmfs(facts["cvmfs"])
    steps.past("CVMFS")
    if os.path.exists(node.SITE):
        import layer

        layer.apply(instance, fleet)
    gpu_lines = gpu.lines()
    steps.past("site and GPUs")
    # Scratch is in its place by now: what was promised of disk is compared with that.
    check(facts, execute, accounts, partial(checks.promised, imds.tag("promised", ""), execute, reserved))
    steps.past("checks")
    join.join(facts, instance, deadline)
    steps.past("join")
    lines = (*takes, f"AERIE_LIFE = {life}", f"AerieEndsAt = {machine.ends_at()}", f"AERIE_RESERVED_DISK = {reserved}")
    configure_condor(facts, instance, fleet, linger, (*lines, *gpu_lines))
    start()
    steps.past("start")
    node.say(f"{instance} takes jobs of {fleet} after {steps.at - steps.began:.1f} s{steps.took}")
    if any(facts[name] for name in LOOKING_IN):
        import agents

        agents.start(facts)


def main():
    try:
        boot()
    except Exception as error:
        node.say(f"boot failed: {error}")
        node.power_off("it could not become a worker")


if __name__ == "__main__":
    main()
