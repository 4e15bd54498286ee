"""The program that ends the machine. Here its commands are a stand-in's."""
import os

from script import SYSTEM_PATH, Script
from programs import FILES


class PowerOff(Script):
    name = "power-off"

    def setUp(self):
        super().setUp()
        with open(f"{FILES}/power-off") as file:
            # What follows would end this machine if the script did not find the stand-ins.
            self.assertEqual(file.read().count(SYSTEM_PATH + "\n"), 1)
        self.file("/dev/console", "")
        self.notes("shutdown", "poweroff")
        for name in ("cat", "cut", "head", "ls", "sed", "tail"):
            self.commands.has(name, does=f'exec /bin/{name} "$@"')
        self.commands.has("timeout", does='shift; exec "$@"')

    def test_it_says_why_on_the_console_and_ends_the_machine(self):
        sentence = "aerie: power-off: it could not become a worker\n"
        self.assertEqual(self.run_script("it could not become a worker"), (0, sentence))
        self.assertEqual(self.read("/dev/console"), sentence)
        self.assertEqual(self.called(), ["shutdown -h now"])

    def test_without_arguments_htcondor_s_master_has_become_it(self):
        self.assertEqual(self.run_script(), (0, "aerie: power-off: HTCondor has ended on this machine\n"))

    def test_a_shutdown_that_fails_is_forced(self):
        self.commands.has("shutdown", ends=1)
        self.run_script("why")
        self.assertEqual(self.called(), ["poweroff -f"])

    def test_a_boot_s_deadline_does_nothing_to_a_machine_that_accepts_jobs(self):
        given = ("--unless", self.root + "/accepting", "boot failed: not ready")
        self.assertEqual(self.run_script(*given), (0, "aerie: power-off: boot failed: not ready\n"))
        self.assertEqual(self.called(), ["shutdown -h now"])
        self.file("/accepting", "")
        self.assertEqual(self.run_script(*given), (0, ""))
        self.assertEqual(self.called(), ["shutdown -h now"])

    def test_the_last_lines_of_what_led_to_it_come_before_its_sentence(self):
        for name, lines in (
            ("cloud-init-output.log", ["unpacked"]),
            ("condor/MasterLog", [f"master {number}" for number in range(12)]),
            ("condor/StartLog", ["x" * 500]),
        ):
            self.file(f"/var/log/{name}", "\n".join(lines) + "\n")
        for number, slot in enumerate(("slot1_1", "slot1_2", "slot1_3")):
            self.file(f"/var/log/condor/StarterLog.{slot}", f"starter of {slot}\n")
            os.utime(f"{self.root}/var/log/condor/StarterLog.{slot}", (number, number))
        self.run_script("why")
        self.assertEqual(
            self.read("/dev/console").splitlines(),
            [
                "aerie: cloud-init-output.log: unpacked",
                *(f"aerie: MasterLog: master {number}" for number in range(4, 12)),
                f"aerie: StartLog: {'x' * 160}",
                "aerie: StarterLog.slot1_3: starter of slot1_3",
                "aerie: StarterLog.slot1_2: starter of slot1_2",
                "aerie: power-off: why",
            ],
        )
        self.assertEqual(self.called(), ["shutdown -h now"])

    def test_under_systemd_the_boot_s_lines_are_in_the_journal(self):
        self.with_systemd()
        self.commands.has("journalctl", does=f'echo "journalctl $*" >> {self.root}/called', says="boot.py said")
        self.run_script("why")
        self.assertEqual(self.read("/dev/console"), "aerie: boot: boot.py said\naerie: power-off: why\n")
        self.assertEqual(self.called(), ["journalctl -q -b -u aerie-boot -n 8 -o cat", "shutdown -h now"])

    def test_whatever_of_it_fails_the_machine_ends(self):
        self.with_systemd()
        for name in ("cat", "cut", "head", "ls", "sed", "tail", "timeout"):
            self.commands.has(name, ends=1)
        self.run_script("why")
        self.assertEqual(self.called(), ["shutdown -h now"])
