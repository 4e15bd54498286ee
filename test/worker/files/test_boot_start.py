"""The last steps of a boot: until everything holds, and then HTCondor."""
import os

from bare_machine import BareMachine

import boot
import checks
import node


class Checking(BareMachine):
    def setUp(self):
        super().setUp()
        self.asked = []
        self.answers = []
        self.put(checks, "at_boot", lambda *given: given)
        self.put(checks, "telling", lambda facts, when: f"telling at {when}")
        self.put(checks, "failed", self._failed)

    def _failed(self, given):
        self.asked.append(given)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def test_a_machine_on_which_everything_holds_goes_on_at_once(self):
        self.answers = [[]]
        boot.check({"checkSeconds": 60}, "/execute", ["slot1_1"], "1c")
        self.assertEqual(self.asked, [({"checkSeconds": 60}, "/execute", ["slot1_1"], "1c"), "telling at boot"])
        self.assertEqual(self.clock.slept, [])

    def test_it_tries_again_each_two_seconds_until_everything_holds(self):
        self.answers = [["a"], ["a", "b"], [], []]
        boot.check({"checkSeconds": 60}, "/execute", [], "")
        self.assertEqual((len(self.asked), self.clock.slept), (4, [2, 2]))

    def test_what_says_nothing_about_the_machine_is_told_and_holds_up_nothing(self):
        self.answers = [[], ["a does not answer", "b does not resolve"]]
        boot.check({"checkSeconds": 60}, "/execute", [], "")
        self.assertEqual(
            self.told(), ["aerie: goes on although a does not answer", "aerie: goes on although b does not resolve"]
        )
        self.assertEqual(self.clock.slept, [])

    def test_it_gives_up_after_its_time_and_says_all_that_failed(self):
        self.answers = [["a", "b"]]
        with self.assertRaisesRegex(RuntimeError, "^a; b$"):
            boot.check({"checkSeconds": 4}, "/execute", [], "")
        self.assertEqual(self.clock.slept, [2, 2, 2])


class Starting(BareMachine):
    def test_systemd_starts_htcondor_and_the_watch_and_htcondor_never_starts_by_itself(self):
        os.makedirs(node.RUN)
        self.put(node, "SYSTEMD", True)
        self.commands.has("systemctl", does=f"[ -e {node.ACCEPTING} ] || exit 1")
        boot.start()
        self.assertEqual(
            self.commands.all(),
            [
                "systemctl unmask --runtime condor.service",
                "systemctl disable condor.service",
                "systemctl restart --no-block aerie-watch.service condor.service",
            ],
        )
        self.assertEqual(self.read("/run/aerie/accepting"), "")

    def test_a_unit_that_systemd_does_not_start_is_an_error(self):
        os.makedirs(node.RUN)
        self.put(node, "SYSTEMD", True)
        for failing in ("unmask", "disable", "restart"):
            self.commands.has("systemctl", does=f'[ "$1" = {failing} ] && echo masked && exit 1')
            with self.assertRaisesRegex(RuntimeError, f"^systemctl {failing} .* ended with 1: masked$"):
                boot.start()

    def test_without_systemd_the_master_and_the_watch_are_started(self):
        os.makedirs(node.RUN)
        owned = []
        self.put(boot.shutil, "chown", lambda *given: owned.append(given))
        self.commands.has("condor_master", does=f"[ -d {self.root}/run/lock/condor ] || exit 1")
        self.commands.has("python3")
        for _ in range(2):
            boot.start()
        self.assertEqual(self.commands.all(), 2 * ["condor_master", "python3 /programs/watch.py"])
        self.assertEqual(
            owned, 2 * [(self.root + path, "condor", "condor") for path in ("/run/condor", "/run/lock/condor")]
        )
        self.assertTrue(self.commands.started[1].options["start_new_session"])


