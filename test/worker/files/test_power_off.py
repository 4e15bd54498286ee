"""The program that ends the machine. Here its commands are a stand-in's."""
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
