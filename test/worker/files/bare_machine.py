"""A machine on which a worker's programs run in a test: its files, commands, clock and end are its own."""
import io
import json
import os
import shutil
import sys
import tempfile
import unittest
from unittest.mock import patch

import programs
from clock import Clock
from commands import Commands

import boot
import checks
import cloud
import imds
import machine
import node
import version
import watch

# Where the programs find what belongs to the system; here all of it is below one temporary folder.
PLACES = (
    (node, ("FACTS", "CA", "SITE", "STATE", "RUN", "NOTICE", "ACCEPTING", "AFTER_JOB", "LINGER", "TOKEN", "CONSOLE", "POWER_OFF")),
    (machine, ("HOSTS", "PASSWD", "HOMES", "ETC", "IPV6", "SHARED_MEMORY")),
    (boot, ("CONFIG", "CVMFS")),
    (version, ("STAMP",)),
    (checks, ("CVMFS", "MEMINFO")),
    (watch, ("PROC", "STARTER_LOGS")),
)


class Ended(BaseException):
    """The program has become the one that ends the machine. No program catches it."""


class BareMachine(unittest.TestCase):
    """Each test gets a new machine, without systemd unless it says otherwise."""

    maxDiff = None

    def setUp(self):
        self.root = os.path.realpath(tempfile.mkdtemp(prefix="aerie-worker-"))
        self.addCleanup(shutil.rmtree, self.root)
        for module, names in PLACES:
            for name in names:
                self.put(module, name, self.root + getattr(module, name))
        self.put(boot, "CONDOR_RUNS_IN", tuple(self.root + path for path in boot.CONDOR_RUNS_IN))
        self.put(node, "HERE", self.root + "/programs")
        self.put(node, "SYSTEMD", False)
        self.put(cloud, "_session", [])
        self.put(os, "execv", self._becomes)
        # Nobody has to be root to run a test.
        self.put(os, "getuid", lambda: 1000)
        self.stderr = io.StringIO()
        self.put(sys, "stderr", self.stderr)
        self.clock = Clock(self)
        self.commands = Commands(self, self.root)
        # The system's authorities: one that has signed nobody here.
        os.environ.update(SSL_CERT_FILE=f"{programs.CERTIFICATES}/stranger.pem", SSL_CERT_DIR=self.root)
        self.became = []

    def put(self, owner, name, value):
        """Puts something in the place of another until the test has ended."""
        patched = patch.object(owner, name, value)
        patched.start()
        self.addCleanup(patched.stop)

    def _becomes(self, path, argv):
        self.became.append((path.replace(self.root, ""), [part.replace(self.root, "") for part in argv]))
        raise Ended

    def file(self, path, text):
        """Gives the machine a file; a text is written as it is, anything else as JSON."""
        at = self.root + path
        os.makedirs(os.path.dirname(at), exist_ok=True)
        with open(at, "w") as file:
            file.write(text if isinstance(text, str) else json.dumps(text))

    def read(self, path):
        with open(self.root + path) as file:
            return file.read()

    def there(self, path):
        return os.path.exists(self.root + path)

    def mode(self, path):
        return os.stat(self.root + path).st_mode & 0o7777

    def told(self):
        """The lines that the machine said on its console, where all of them end up."""
        return self.stderr.getvalue().splitlines()
