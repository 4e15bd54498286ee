#!/usr/bin/python3
"""Makes this VM a worker of its pool, or says why that failed and ends it."""
import json
import os
import re
import shutil
import sys
import time

import agents
import checks
import gpu
import imds
import join
import layer
import machine
import node
import scratch

CONFIG = "/etc/condor/config.d"
CONDOR_RUNS_IN = ("/run/condor", "/run/lock/condor")
STAMP = "/etc/aerie-image"
CVMFS = "/etc/cvmfs/default.local"
QUEUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
INSTANCE = re.compile(r"i-[0-9a-f]{8,17}")
CLOUD_DRIVES = ("box_plugin.py", "gdrive_plugin.py", "onedrive_plugin.py")


def matched(pattern, text):
    """The text, if it can be written into HTCondor's configuration."""
    if not pattern.fullmatch(text):
        raise ValueError(f'"{text}" is not {pattern.pattern}')
    return text


def same_version(facts):
    """User-data of one version speaks to programs of the same. To a plain image it has brought them."""
    if facts["os"] != "baked" or facts.get("programs") == node.programs_mark():
        return
    image = "an image without a stamp"
    if os.path.exists(STAMP):
        with open(STAMP) as file:
            stamp = json.load(file)
        image = f"the image of aerie {stamp['aerie']}, built at {stamp['builtAt']},"
    raise RuntimeError(f"{image} has programs of another version than the user-data; bake an image of this version")


def install(facts):
    """What a plain image lacks."""
    if facts["os"] != "baked":
        wanted = {
            "AERIE_CVMFS": "yes" if facts["cvmfs"]["repositories"] else "no",
            "AERIE_OSG": facts["osg"],
            "AERIE_STRIPE": "yes" if scratch.has_several_stores() else "no",
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
    """The image's file transfer plugins but those of cloud drives, which need a person's login: before its first ad the
    startd runs every plugin once, and each of these is half a second of Python."""
    try:
        plugins = [plugin.strip() for plugin in node.condor_value("FILETRANSFER_PLUGINS").split(",")]
    except RuntimeError:
        return ()
    kept = [plugin for plugin in plugins if os.path.basename(plugin) not in CLOUD_DRIVES]
    return (f"FILETRANSFER_PLUGINS = {', '.join(kept)}",)


def configure_condor(facts, instance, queue, linger, machine_lines):
    """Facts of this pool and this machine; what they mean is in aerie.conf."""
    environment = " ".join(f"{name}={value}" for name, value in facts["environment"].items())
    lines = (
        f"AERIE_CENTRAL_MANAGER = {facts['centralManager']}",
        f"AERIE_POOL = {facts['pool']}",
        f"AERIE_INSTANCE = {instance}",
        f"AERIE_QUEUE = {queue}",
        f"AERIE_LINGER = {linger}",
        f"AERIE_ENVIRONMENT = {environment}",
        *machine_lines,
        *transfer_plugins(),
    )
    node.write(f"{CONFIG}/20-aerie-facts.conf", "\n".join(lines) + "\n")
    shutil.copy(f"{node.HERE}/aerie.conf", f"{CONFIG}/30-aerie.conf")


def check(facts, accounts):
    """Tries until everything holds, for a while."""
    until = time.time() + facts["checkSeconds"]
    execute = node.condor_value("EXECUTE")
    while True:
        failed = checks.failed(checks.at_boot(facts, execute, accounts))
        if not failed:
            return
        if time.time() > until:
            raise RuntimeError("; ".join(failed))
        time.sleep(2)


def start():
    """HTCondor, and the watch over this machine."""
    # An image brings no revocation lists: those of its day have ended.
    if shutil.which("fetch-crl"):
        node.background("fetch-crl", "--quiet")
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


def boot():
    """The steps, in the order in which one needs the other."""
    began = time.time()
    facts = node.facts()
    for directory in (node.STATE, node.RUN):
        os.makedirs(directory, exist_ok=True)
    late = f"boot failed: not ready after {facts['bootSeconds']} s"
    node.power_off_later("aerie-boot-deadline", facts["bootSeconds"], "--unless", node.ACCEPTING, late)
    same_version(facts)
    instance = matched(INSTANCE, imds.need("meta-data/instance-id"))
    queue = matched(QUEUE, imds.tag("aerie:queue"))
    linger = int(imds.tag("aerie:linger-seconds"))
    machine.limit_life(int(imds.tag("aerie:max-life-seconds")))
    machine.pin_names(facts["pins"])
    install(facts)
    machine.block_metadata()
    accounts = machine.make_accounts()
    reserved = scratch.prepare(facts)
    configure_cvmfs(facts["cvmfs"])
    layer.apply(instance, queue)
    machine_lines = (f"AERIE_RESERVED_DISK = {reserved}", *gpu.lines())
    check(facts, accounts)
    join.join(facts, instance, began + facts["bootSeconds"])
    configure_condor(facts, instance, queue, linger, machine_lines)
    start()
    node.say(f"{instance} takes jobs of {queue} after {time.time() - began:.1f} s")
    agents.start(facts)


def main():
    try:
        boot()
    except Exception as error:
        node.say(f"boot failed: {error}")
        node.power_off("it could not become a worker")


if __name__ == "__main__":
    main()
