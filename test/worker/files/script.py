"""Runs a shell script of a worker on a bare machine: every path that it names is below the machine's root."""
import os
import subprocess

from bare_machine import BareMachine
from programs import FILES

PLACES = (
    *("/usr/local/libexec/aerie", "/run/systemd/system", "/etc/systemd", "/etc/cloud", "/etc/ssl/certs", "/dev/console"),
    "/var/log",
)
SYSTEM_PATH = "PATH=/usr/sbin:/usr/bin:/sbin:/bin"


class Script(BareMachine):
    """`name` is the script; `commands` are the only ones that it finds, whatever it makes of its PATH."""

    name = ""

    def with_systemd(self):
        os.makedirs(self.root + "/run/systemd/system")

    def run_script(self, *given, env=None):
        """Its exit status, and what it said on its standard error."""
        with open(f"{FILES}/{self.name}") as file:
            text = file.read()
        for place in PLACES:
            text = text.replace(place, self.root + place)
        text = text.replace(SYSTEM_PATH, f"PATH={os.environ['PATH']}")
        self.file("/script", text)
        done = subprocess.run(
            ["/bin/sh", f"{self.root}/script", *given],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(env or {})},
        )
        return done.returncode, done.stderr

    def notes(self, *names):
        """Gives the machine commands that write down what they are called with."""
        for name in names:
            self.commands.has(name, does=f'echo "{name} $*" >> {self.root}/called')

    def called(self):
        return self.read("/called").replace(self.root, "").splitlines() if self.there("/called") else []
