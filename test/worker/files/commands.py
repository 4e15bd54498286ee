"""The commands of a machine: what is not here cannot be started."""
import os
import subprocess
import sys
from unittest.mock import patch


class Commands:
    """A PATH of its own. Each command says what it is told to, and what was started is kept in its order."""

    def __init__(self, test, root):
        self._root = root
        self._folder = os.path.join(root, "bin")
        self.started = started = []
        os.makedirs(self._folder)

        class Started(subprocess.Popen):
            def __init__(self, argv, **options):
                self.options = options
                super().__init__(argv, **options)
                started.append(self)

        python = os.path.join(self._folder, "python3")
        for patched in (
            patch.object(subprocess, "Popen", Started),
            patch.object(sys, "executable", python),
            patch.dict(os.environ, {"PATH": self._folder}, clear=True),
        ):
            patched.start()
            test.addCleanup(patched.stop)
        test.addCleanup(self._end)

    def has(self, name, says="", ends=0, does=""):
        """Gives the machine a command; `does` is a line for the shell."""
        path = os.path.join(self._folder, name)
        with open(path, "w") as file:
            file.write(f"#!/bin/sh\n{does}\n/bin/cat <<'SAID'\n{says}\nSAID\nexit {ends}\n")
        os.chmod(path, 0o755)

    def all(self):
        """Everything that was started, one line each, with the paths as the machine sees them."""
        return [self._seen(one.args) for one in self.started]

    def _seen(self, argv):
        return " ".join(argv).replace(self._folder + "/", "").replace(self._root, "")

    def _end(self):
        for one in self.started:
            if one.poll() is None:
                one.kill()
            one.wait()
            if one.stdout is not None:
                one.stdout.close()
