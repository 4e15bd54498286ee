"""What cloud-init starts as its last act."""
import os

from script import Script

HOME = "/usr/local/libexec/aerie"


class Begin(Script):
    name = "begin"

    def setUp(self):
        super().setUp()
        for name in ("aerie-boot.service", "aerie-watch.service"):
            self.file(f"{HOME}/{name}", f"[Unit] of {name}")
        self.file(f"{HOME}/boot.py", f"#!/bin/sh\necho boot.py >> {self.root}/called\n")
        os.chmod(f"{self.root}{HOME}/boot.py", 0o755)
        os.makedirs(self.root + "/etc/systemd/system")
        self.commands.has("cp", does='exec /bin/cp "$@"')
        self.notes("systemctl")

    def test_systemd_gets_the_units_and_starts_the_boot_now_and_after_each_restart(self):
        self.with_systemd()
        self.assertEqual(self.run_script(), (0, ""))
        self.assertEqual(
            self.called(),
            [
                "systemctl daemon-reload",
                "systemctl enable aerie-boot.service",
                "systemctl start --no-block aerie-boot.service",
            ],
        )
        for name in ("aerie-boot.service", "aerie-watch.service"):
            self.assertEqual(self.read(f"/etc/systemd/system/{name}"), f"[Unit] of {name}")

    def test_without_systemd_it_becomes_the_boot(self):
        self.assertEqual(self.run_script(), (0, ""))
        self.assertEqual(self.called(), ["boot.py"])

    def test_a_machine_without_programs_fails(self):
        os.rename(self.root + HOME, self.root + "/elsewhere")
        self.assertEqual(self.run_script()[0], 1)
        self.assertEqual(self.called(), [])
