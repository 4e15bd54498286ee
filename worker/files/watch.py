#!/usr/bin/python3
"""Watches for EC2's notices and for the end of HTCondor. Runs as root, because the metadata service is root's."""
import json
import os
import pwd
import signal
import time
from http.client import HTTPException

import imds
import node

PROC = "/proc"
EVERY_SECONDS = 5
# systemd starts a crashed master again after one minute.
WITHOUT_CONDOR_SECONDS = 180
INTERRUPTION = "meta-data/spot/instance-action"
REBALANCE = "meta-data/events/recommendations/rebalance"
# The queue's setting, as it was at the launch.
ON_REBALANCE = "meta-data/tags/instance/aerie:rebalance"


def processes():
    """Number, name, parent and owner of everything that runs."""
    for entry in os.listdir(PROC):
        if not entry.isdigit():
            continue
        try:
            with open(f"{PROC}/{entry}/stat") as file:
                head, tail = file.read().rsplit(")", 1)
            owner = os.stat(f"{PROC}/{entry}").st_uid
        except OSError:
            continue
        yield int(entry), head.split("(", 1)[1], int(tail.split()[1]), owner


def notice():
    """EC2's notice, if there is one that counts: `ends` is true if the machine will be taken, false if it may be."""
    action = imds.get(INTERRUPTION)
    if action is not None:
        found = json.loads(action)
        when = found.get("time", "")
        return {"ends": True, "why": f"EC2 will {found['action']} this machine at {when}", "at": when}
    advice = imds.get(REBALANCE)
    if advice is None or imds.get(ON_REBALANCE) != "drain":
        return None
    when = json.loads(advice).get("noticeTime", "")
    return {"ends": False, "why": f"EC2 recommended at {when} to leave this machine", "at": when}


def warn_jobs(warned):
    """SIGTERM to the jobs themselves, as batch systems do it: a pilot then reports, and ends its payload."""
    slots = {entry.pw_uid for entry in pwd.getpwall() if entry.pw_name.startswith("slot1_")}
    running = list(processes())
    starters = {pid for pid, name, _, owner in running if name == "condor_starter" and owner not in slots}
    for pid, _, parent, owner in running:
        if parent in starters and owner in slots and pid not in warned:
            warned.add(pid)
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass


def main():
    told = None
    warned = set()
    seen = time.monotonic()
    while True:
        if any(name == "condor_master" for _, name, _, _ in processes()):
            seen = time.monotonic()
        elif time.monotonic() - seen > WITHOUT_CONDOR_SECONDS:
            node.power_off(f"HTCondor has not run for {WITHOUT_CONDOR_SECONDS} s")
        try:
            found = notice()
        except (OSError, HTTPException, ValueError, LookupError, AttributeError):
            found = None
        if found is not None and found != told:
            node.write(node.NOTICE, json.dumps(found) + "\n")
            node.say(found["why"])
            told = found
            # The hook looks each second: what is warned below has no successor.
            time.sleep(2)
        if told is not None and told["ends"]:
            warn_jobs(warned)
        time.sleep(EVERY_SECONDS)


if __name__ == "__main__":
    main()
