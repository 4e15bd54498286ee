"""What cloud-init starts as its last act, and what it leaves to systemd."""
import os

from script import Script

HOME = "/usr/local/libexec/aerie"
UNITS = "/etc/systemd/system"
WANTED = f"{UNITS}/multi-user.target.wants/aerie-boot.service"
DISABLED = "/etc/cloud/cloud-init.disabled"


class Begin(Script):
    name = "begin"

    def setUp(self):
        super().setUp()
        for name in ("aerie-boot.service", "aerie-watch.service"):
            self.file(f"{HOME}/{name}", f"[Unit] of {name}")
        self.file(f"{HOME}/boot.py", f"#!/bin/sh\necho boot.py >> {self.root}/called\n")
        os.chmod(f"{self.root}{HOME}/boot.py", 0o755)
        os.makedirs(self.root + "/etc/cloud")
        for name in ("ln", "mkdir"):
            self.commands.has(name, does=f'exec /bin/{name} "$@"')
        self.commands.has("install", does='exec /usr/bin/install "$@"')
        self.notes("systemctl")

    def test_systemd_gets_the_units_and_starts_the_boot_now_and_at_each_later_start_without_cloud_init(self):
        self.with_systemd()
        self.assertEqual(self.run_script(), (0, ""))
        self.assertEqual(
            self.called(), ["systemctl daemon-reload", "systemctl start --no-block aerie-boot.service"]
        )
        for name in ("aerie-boot.service", "aerie-watch.service"):
            self.assertEqual(self.read(f"{UNITS}/{name}"), f"[Unit] of {name}")
            self.assertEqual(self.mode(f"{UNITS}/{name}"), 0o644)
        self.assertEqual(self.read(WANTED), "[Unit] of aerie-boot.service")
        self.assertTrue(self.there(DISABLED))

    def test_nothing_that_hangs_holds_up_a_power_off(self):
        self.run_script()
        self.assertEqual(self.read(f"{UNITS}/service.d/aerie.conf"), "[Service]\nTimeoutStopSec=4\n")
        self.assertEqual(self.read("/etc/systemd/system.conf.d/aerie.conf"), "[Manager]\nDefaultTimeoutStopSec=4\n")

    def test_without_systemd_it_runs_the_boot_once(self):
        self.assertEqual(self.run_script(), (0, ""))
        self.assertEqual(self.run_script(), (0, ""))
        self.assertEqual(self.called(), ["boot.py"])
        self.assertTrue(self.there(DISABLED))

    def test_an_image_has_the_units_and_starts_nothing_and_its_machines_need_cloud_init(self):
        self.with_systemd()
        self.assertEqual(self.run_script("image"), (0, ""))
        self.assertEqual(self.called(), ["systemctl daemon-reload"])
        self.assertTrue(self.there(WANTED))
        self.assertFalse(self.there(DISABLED))

    def test_a_machine_of_that_image_has_begun_before_and_needs_no_cloud_init_from_then_on(self):
        self.with_systemd()
        self.run_script("image")
        self.assertEqual(self.run_script(), (0, ""))
        self.assertEqual(self.called()[1:], ["systemctl start --no-block aerie-boot.service"])
        self.assertTrue(self.there(DISABLED))

    def test_a_machine_without_programs_fails(self):
        os.rename(self.root + HOME, self.root + "/elsewhere")
        self.assertEqual(self.run_script()[0], 1)
        self.assertEqual(self.called(), [])
