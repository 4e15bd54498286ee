#!/usr/bin/python3
"""Watches for EC2's notices, and for the ends of this machine's life and of HTCondor. It is root's, as the metadata is."""
import glob
import json
import math
import os
import pwd
import signal
import time
from http.client import HTTPException

import imds
import machine
import node

PROC = "/proc"
EVERY_SECONDS = 1
# All processes are looked through; on a machine of 96 cores that takes some hundredths of a second.
LOOK_SECONDS = 5
# systemd starts a crashed master again after one minute.
WITHOUT_CONDOR_SECONDS = 180
# A pilot that hears of its end stops its payload, and sends its logs away: minutes.
AHEAD_SECONDS = 600
INTERRUPTION = "meta-data/spot/instance-action"
REBALANCE = "meta-data/events/recommendations/rebalance"
# The fleet's setting, as it was at the launch.
ON_REBALANCE = "meta-data/tags/instance/aerie:rebalance"
PILOT = "pilot.py"
# Each starter writes one as it starts and as it ends.
STARTER_LOGS = "/var/log/condor/StarterLog.slot*"


def processes():
    """Number, name, parent and owner of everything that runs."""
    for entry in os.listdir(PROC):
        if not entry.isdigit():
            continue
        try:
            # A process calls itself what it likes, in whatever bytes.
            with open(f"{PROC}/{entry}/stat", errors="replace") as file:
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


def life():
    """When the longest life is over: by a clock that nobody sets, and as a text."""
    try:
        ends = machine.ends_at()
    except (OSError, ValueError):
        return math.inf, ""
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(ends))
    return time.monotonic() + ends - time.time(), at


def announced(over, at):
    """What jobs have to know of: the end that EC2 has announced, or that of the longest life, or EC2's advice."""
    try:
        found = notice()
    except (OSError, HTTPException, ValueError, LookupError, AttributeError):
        found = None
    if found is not None and found["ends"] or time.monotonic() < over - AHEAD_SECONDS:
        return found
    return {"ends": True, "why": f"the longest life of this machine is over at {at}", "at": at}


def is_pilot(pid):
    """Whether a process is Python whose program is a pilot, and not a wrapper or a container around one."""
    try:
        with open(f"{PROC}/{pid}/cmdline", errors="replace") as file:
            program, *given = file.read().split("\0")
    except OSError:
        return False
    script = next((one for one in given if one.endswith(".py")), program)
    return os.path.basename(program).startswith("python") and os.path.basename(script) == PILOT


def told_of_the_end(slots):
    """Of each slot's account the pilot, which knows how to end; where there is none, the first process of the job."""
    running = {pid: (name, parent, owner) for pid, name, parent, owner in processes()}
    starters = {pid for pid, (name, _, owner) in running.items() if name == "condor_starter" and owner not in slots}
    own = {pid: parent for pid, (_, parent, owner) in running.items() if owner in slots}
    pilots = {pid for pid in own if is_pilot(pid)}
    with_pilot = {running[pid][2] for pid in pilots}
    for pid, parent in own.items():
        if pid in pilots:
            # What a pilot forks looks like it until it becomes something else.
            if parent not in pilots:
                yield pid
        elif running[pid][2] not in with_pilot and parent in starters:
            yield pid


def send(pid, number):
    """A signal to a process that may have ended."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def warn_jobs(warned):
    """SIGTERM as batch systems give it: a pilot then reports, and ends its payload. Nobody gets it twice."""
    for pid in told_of_the_end({entry.pw_uid for entry in machine.slots()}):
        if pid not in warned:
            warned.add(pid)
            send(pid, signal.SIGTERM)


def daemons(wanted):
    """HTCondor's own processes of this name. A job may call itself so; only root and HTCondor's own user are believed."""
    own = {0, *(entry.pw_uid for entry in pwd.getpwall() if entry.pw_name == "condor")}
    return [pid for pid, name, _, owner in processes() if name == wanted and owner in own]


def linger_less():
    """Once a job has run since this machine takes jobs, the startd reads what the boot has left for then. It is told once."""
    # A job that was over before anybody looked has left the log of its starter.
    since = os.stat(node.ACCEPTING).st_mtime
    if any(os.stat(log).st_mtime > since for log in glob.glob(STARTER_LOGS)):
        os.replace(node.AFTER_JOB, node.LINGER)
        for pid in daemons("condor_startd"):
            send(pid, signal.SIGHUP)


def main():
    told = None
    warned = set()
    over, at = life()
    seen = next_look = time.monotonic()
    while True:
        now = time.monotonic()
        if now >= next_look:
            next_look = now + LOOK_SECONDS
            machine.open_homes()
            if os.path.exists(node.AFTER_JOB):
                linger_less()
            if daemons("condor_master"):
                seen = now
            elif now - seen > WITHOUT_CONDOR_SECONDS:
                node.power_off(f"HTCondor has not run for {WITHOUT_CONDOR_SECONDS} s")
        found = announced(over, at)
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
