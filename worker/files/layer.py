"""The site's own layer: beside aerie's own and never instead of it, bounded in time, and named where it fails."""
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

import node

LAYER = "/etc/aerie/site.json"
# Read before aerie's own, which is 30-aerie.conf and has the last word.
CONDOR = "/etc/condor/config.d/25-site.conf"
SCRIPT = "/var/lib/aerie/site-script"
LAST_WORDS = 300


def bounded(what, until, argv, env=None):
    """Runs a program that has to succeed before the layer's time is over."""
    with tempfile.TemporaryFile("w+", errors="replace") as out:
        quiet = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": subprocess.STDOUT}
        running = subprocess.Popen(argv, env={**os.environ, **(env or {})}, start_new_session=True, **quiet)
        while running.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        how = "did not end in time"
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
        elif running.returncode == 0:
            return
        else:
            how = f"ended with {running.returncode}"
        out.seek(0)
        said = " ".join(out.read().split())[-LAST_WORDS:]
    raise RuntimeError(f"{what} {how}: {said}")


def put(file):
    os.makedirs(os.path.dirname(file["path"]), exist_ok=True)
    node.write(file["path"], file["content"], 0o755 if file["executable"] else 0o644)


def install(packages, until):
    if shutil.which("dnf"):
        bounded("dnf", until, ["dnf", "-y", "-q", "install", *packages])
        return
    apt = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"]
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    bounded("apt-get update", until, [*apt, "update"], env)
    bounded("apt-get install", until, [*apt, "install", "-y", "--no-install-recommends", *packages], env)


def run(script, until, instance, queue):
    node.write(SCRIPT, script, 0o700)
    bounded("it", until, [SCRIPT], {"AERIE_INSTANCE": instance, "AERIE_QUEUE": queue})


def configure(lines):
    node.write(CONDOR, lines.rstrip("\n") + "\n")
    node.condor_value("DAEMON_LIST")


def apply(instance, queue):
    """All that the site has asked for; nothing if it has asked for nothing."""
    if not os.path.exists(LAYER):
        return
    with open(LAYER) as file:
        layer = json.load(file)
    until = time.monotonic() + layer["seconds"]
    steps = [(f"file {file['path']}", put, (file,)) for file in layer["files"]]
    if layer["packages"]:
        steps.append(("packages", install, (layer["packages"], until)))
    if "script" in layer:
        steps.append(("script", run, (layer["script"], until, instance, queue)))
    if "condor" in layer:
        steps.append(("lines for HTCondor", configure, (layer["condor"],)))
    for name, step, given in steps:
        try:
            step(*given)
        except (OSError, RuntimeError) as error:
            raise RuntimeError(f"the site's own {name} failed: {error}") from None
