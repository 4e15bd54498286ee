"""The site's own layer: beside aerie's own and never instead of it, bounded in time, and named where it fails."""
import json
import os
import time

import node
import timed

# Read before aerie's own, which is 30-aerie.conf and has the last word.
CONDOR = "/etc/condor/config.d/25-site.conf"
SCRIPT = "/var/lib/aerie/site-script"
# The packages that are there since an earlier start of this machine.
PACKAGES = "/var/lib/aerie/site-packages"


def put(file):
    os.makedirs(os.path.dirname(file["path"]), exist_ok=True)
    node.write(file["path"], file["content"], 0o755 if file["executable"] else 0o644)


def install(packages, until):
    timed.install(packages, until)
    node.write(PACKAGES, "")


def run(script, until, instance, fleet):
    node.write(SCRIPT, script, 0o700)
    timed.bounded("it", until, [SCRIPT], {"AERIE_INSTANCE": instance, "AERIE_FLEET": fleet})


def configure(lines):
    node.write(CONDOR, lines.rstrip("\n") + "\n")
    node.condor_value("DAEMON_LIST")


def apply(instance, fleet):
    """All that the site has asked for."""
    with open(node.SITE) as file:
        layer = json.load(file)
    until = time.monotonic() + layer["seconds"]
    steps = [(f"file {file['path']}", put, (file,)) for file in layer["files"]]
    if layer["packages"] and not os.path.exists(PACKAGES):
        steps.append(("packages", install, (layer["packages"], until)))
    if "script" in layer:
        steps.append(("script", run, (layer["script"], until, instance, fleet)))
    if "condor" in layer:
        steps.append(("lines for HTCondor", configure, (layer["condor"],)))
    for name, step, given in steps:
        try:
            step(*given)
        except (OSError, RuntimeError) as error:
            raise RuntimeError(f"the site's own {name} failed: {error}") from None
