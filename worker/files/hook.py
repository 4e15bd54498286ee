#!/usr/bin/python3
"""HTCondor's startd runs this as long as it lives, and publishes what it prints: may this machine take jobs?"""
import json
import os
import pwd
import sys
import time

import checks
import node

CHECK_SECONDS = 60
LOOK_SECONDS = 1


def notice():
    """What the watch over the metadata service has found: EC2 is about to take this machine."""
    try:
        with open(node.NOTICE) as file:
            return [json.load(file)["why"]]
    except (OSError, ValueError, KeyError):
        return []


def publish(reasons):
    """One set of attributes; the line with the dash ends it."""
    reason = "; ".join(reasons).replace("\\", "/").replace('"', "'")
    print(f"NODE_HEALTHY = {not reasons}\nNODE_REASON = \"{reason}\"\n- update:true", flush=True)


def main():
    facts = node.facts()
    execute = sys.argv[1]
    accounts = [entry.pw_name for entry in pwd.getpwall() if entry.pw_name.startswith("slot1_")]
    startd = os.getppid()
    said = None
    failed = []
    # The checks of the boot were made just before, and the first job waits for this line.
    next_check = time.monotonic() + CHECK_SECONDS - (time.time() - os.stat(node.ACCEPTING).st_mtime)
    while os.getppid() == startd:
        if time.monotonic() >= next_check:
            failed = checks.failed(checks.lasting(facts, execute, accounts))
            next_check = time.monotonic() + CHECK_SECONDS
        reasons = notice() + failed
        if reasons != said:
            publish(reasons)
            said = reasons
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    main()
