"""What has to be well on the machine itself."""
import os
import pwd
import shutil
import signal
from types import SimpleNamespace

from bare_machine import BareMachine

import checks


class Cvmfs(BareMachine):
    def look(self, does, ends=0):
        self.commands.has("ls", does=does, ends=ends)
        said = checks.cvmfs("atlas.cern.ch")
        return said and said.replace(self.root, "")

    def test_a_repository_that_can_be_read_is_well(self):
        self.clock.after(0.01, lambda: self.commands.started[0].wait())
        self.assertIsNone(self.look(""))
        self.assertEqual(self.commands.all(), ["ls /cvmfs/atlas.cern.ch"])
        quiet = checks.subprocess.DEVNULL
        self.assertEqual(
            self.commands.started[0].options,
            {"stdin": quiet, "stdout": quiet, "stderr": quiet, "start_new_session": True},
        )
        self.assertLessEqual(len(self.clock.slept), 1)

    def test_a_repository_that_cannot_be_read_is_named(self):
        self.clock.after(0.01, lambda: self.commands.started[0].wait())
        self.assertEqual(self.look("", ends=2), "/cvmfs/atlas.cern.ch is not readable")

    def test_a_repository_that_hangs_is_named_after_half_a_minute_and_left(self):
        def thirty():
            self.clock.now += 30 - 0.05

        self.clock.after(0.05, thirty)
        self.assertEqual(self.look("exec /bin/sleep 20"), "/cvmfs/atlas.cern.ch did not answer within 30 s")
        self.assertEqual(self.clock.slept, [0.05])
        self.assertEqual(self.commands.started[0].wait(), -signal.SIGKILL)

    def test_a_hanging_repository_is_looked_at_until_then(self):
        def almost():
            self.clock.now += 29.5

        self.clock.after(0.05, almost)
        self.look("exec /bin/sleep 20")
        self.assertGreater(len(self.clock.slept), 5)


class Disk(BareMachine):
    def free(self, mb, least):
        seen = []

        def usage(path):
            seen.append(path.replace(self.root, ""))
            return SimpleNamespace(free=mb * 2**20 - 1)

        self.put(shutil, "disk_usage", usage)
        os.makedirs(self.root + "/var/lib", exist_ok=True)
        return checks.disk(self.root + "/var/lib/condor/execute", least), seen

    def test_there_has_to_be_room_also_before_the_folder_is_there(self):
        self.assertEqual(self.free(5001, 5000), (None, ["/var/lib"]))
        said, _ = self.free(5000, 5000)
        self.assertEqual(said.replace(self.root, ""), "/var/lib has 4999 MB free, expected 5000")


class Home(BareMachine):
    def home(self, mode=0o700, uid_more=0, there=True):
        path = self.root + "/home/slot1_1"
        if there:
            os.makedirs(path, exist_ok=True)
            os.chmod(path, mode)
            self.addCleanup(os.chmod, path, 0o700)
        entry = SimpleNamespace(pw_dir=path, pw_uid=os.stat(self.root).st_uid + uid_more)
        self.put(pwd, "getpwnam", {"slot1_1": entry}.__getitem__)
        return checks.home("slot1_1")

    def test_a_home_of_its_own_is_well(self):
        self.assertIsNone(self.home())
        self.assertIsNone(self.home(mode=0o755))

    def test_a_home_of_another_or_without_rights_is_named(self):
        sentence = f"{self.root}/home/slot1_1 is not writable for slot1_1"
        self.assertEqual(self.home(uid_more=1), sentence)
        for mode in (0o300, 0o500, 0o600, 0o077):
            self.assertEqual(self.home(mode=mode), sentence)

    def test_a_home_or_an_account_that_is_not_there_is_named(self):
        self.assertRegex(self.home(there=False), "^slot1_1 has no home: .*No such file")
        self.assertEqual(checks.home("slot1_9"), "slot1_9 has no home: 'slot1_9'")
