#!/usr/bin/python3
"""HTCondor's startd runs this as long as it lives, and publishes what it prints: may this machine take jobs?"""
import json
import os
import sys
import time

import node

CHECK_SECONDS = 60
LOOK_SECONDS = 1
# Each check gives up by itself within half a minute; what still waits then hangs in the kernel.
MOST_SECONDS = 120


class Checks:
    """The checks of each minute, beside whatever else is looked at. A check that hangs holds up nothing but itself."""

    def __init__(self, facts, execute):
        # They take longer to load than all else here, and the first line is not to wait for that.
        global checks, threading
        import checks
        import machine
        import threading

        self._refusing = checks.lasting(facts, execute, [entry.pw_name for entry in machine.slots()])
        self._telling = checks.telling(facts, "later")
        self.found = [], []
        self.is_looking = False
        # When what may refuse jobs began to be looked at; None while nothing of that is. What is only told may take its time.
        self.began = None

    def _look(self):
        # Jobs may have left no room for another thread: the next look may find some.
        try:
            self.found = checks.failed(self._refusing), self.found[1]
            self.began = None
            self.found = self.found[0], checks.failed(self._telling)
        finally:
            self.is_looking = False

    def begin(self):
        self.is_looking = True
        self.began = time.monotonic()
        threading.Thread(target=self._look, daemon=True).start()

    def said(self):
        """Why this machine takes no jobs, and what is only told."""
        began = self.began
        refused, tells = self.found
        if began is not None and time.monotonic() > began + MOST_SECONDS:
            refused = [f"the checks have not ended within {MOST_SECONDS} s", *refused]
        return refused, tells


def notice():
    """What the watch over the metadata service has found: EC2 is about to take this machine."""
    try:
        with open(node.NOTICE) as file:
            return [json.load(file)["why"]]
    except (OSError, ValueError, KeyError):
        return []


def text(reasons):
    """A string of a ClassAd that no reason can end."""
    return '"' + "; ".join(reasons).replace("\\", "/").replace('"', "'") + '"'


def publish(reasons, tells):
    """One set of attributes; the line with the dash ends it."""
    print(f"NODE_HEALTHY = {not reasons}\nNODE_REASON = {text(reasons)}\nNODE_TELLS = {text(tells)}")
    print("- update:true", flush=True)


def main():
    startd = os.getppid()
    # The checks of the boot were made just before, and the first job waits for this line.
    next_check = time.monotonic() + CHECK_SECONDS - abs(time.time() - os.stat(node.ACCEPTING).st_mtime)
    # The startd's first ad goes out a second after its start. What comes later waits for the next one: UPDATE_INTERVAL, 300 s.
    published = notice(), []
    publish(*published)
    looking = Checks(node.facts(), sys.argv[1])
    while os.getppid() == startd:
        if time.monotonic() >= next_check and not looking.is_looking:
            looking.begin()
            next_check = time.monotonic() + CHECK_SECONDS
        refused, tells = looking.said()
        said = notice() + refused, tells
        if said != published:
            publish(*said)
            published = said
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    main()
