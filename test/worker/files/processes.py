"""The processes of a machine, as /proc shows them."""
import os
import pwd
import shutil
import signal
from types import SimpleNamespace

SLOT1_1, SLOT1_2, CONDOR = 1001, 1002, 64


class Processes:
    """Processes that are there, and the signals that were sent to them; others cannot be signalled."""

    def __init__(self, test):
        self._test = test
        self._owners = {}
        self.ended = []
        self.signalled = []
        os.makedirs(test.root + "/proc")
        test.file("/proc/uptime", "1 1")
        self._stat = os.stat
        test.put(os, "stat", self._stat_of)
        test.put(os, "kill", self._kill)
        people = [("root", 0), ("condor", CONDOR), ("slot1_1", SLOT1_1), ("slot1_2", SLOT1_2), ("slot2_1", 1003)]
        test.put(pwd, "getpwall", lambda: [
            SimpleNamespace(pw_name=name, pw_uid=uid, pw_dir=f"{test.root}/home/{name}") for name, uid in people
        ])

    def start(self, pid, name, parent=1, owner=0, line=()):
        # All that /proc says of a process is in this order: pid (name) state parent group …
        self._test.file(f"/proc/{pid}/stat", f"{pid} ({name}) S {parent} 900 901 0\n")
        self._test.file(f"/proc/{pid}/cmdline", "".join(one + "\0" for one in line or (name,)))
        self._owners[f"{self._test.root}/proc/{pid}"] = owner

    def end(self, pid):
        shutil.rmtree(f"{self._test.root}/proc/{pid}")

    def _stat_of(self, path, **options):
        if path in self._owners:
            return SimpleNamespace(st_uid=self._owners[path], st_mode=self._stat(path).st_mode)
        return self._stat(path, **options)

    def _kill(self, pid, number):
        if pid in self.ended or not os.path.exists(f"{self._test.root}/proc/{pid}"):
            raise ProcessLookupError
        self.signalled.append((pid, signal.Signals(number).name))
