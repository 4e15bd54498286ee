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


class Promised(BareMachine):
    def setUp(self):
        super().setUp()
        self.put(os, "cpu_count", lambda: 4)
        self.file("/proc/meminfo", "MemFree: 12 kB\nMemTotal:       15728640 kB\n")
        self.put(shutil, "disk_usage", lambda _: SimpleNamespace(free=9 * 2**30))

    def promised(self, promise, reserved=0):
        return checks.promised(promise, self.root + "/execute", reserved)

    def test_a_machine_that_has_what_was_counted_on_is_well(self):
        self.assertIsNone(self.promised("4c,15360m,9216d,0g"))
        self.assertIsNone(self.promised("2c,900m,1d,0g"))
        self.assertIsNone(self.promised(""))

    def test_a_twentieth_less_is_no_less(self):
        self.assertIsNone(self.promised("4c,16168m,9701d,0g"))
        self.assertEqual(self.promised("4c,16170m,0d,0g"), "has 15 GB of memory, promised 15.79")
        self.assertEqual(self.promised("4c,0m,9702d,0g"), "has 9 GB of disk, promised 9.475")

    def test_what_is_less_is_named(self):
        self.assertEqual(self.promised("8c,900m,900d,0g"), "has 4 cores, promised 8")
        self.assertEqual(self.promised("4c,900m,81920d,0g"), "has 9 GB of disk, promised 80")

    def test_of_the_disk_only_what_is_for_jobs_is_counted(self):
        self.assertIsNone(self.promised("4c,900m,5120d,0g", reserved=4 * 1024))
        self.assertEqual(self.promised("4c,900m,9216d,0g", reserved=4 * 1024), "has 5 GB of disk, promised 9")

    def test_a_gpu_is_one_that_the_driver_knows(self):
        self.assertEqual(self.promised("1c,0m,0d,1g"), "has 0 GPUs, promised 1")
        self.commands.has("nvidia-smi", says="No devices were found", ends=6)
        self.assertEqual(self.promised("1c,0m,0d,1g"), "has 0 GPUs, promised 1")
        self.commands.has("nvidia-smi", says="GPU 0: NVIDIA A10G (UUID: GPU 1)\nGPU 1: NVIDIA A10G (UUID: GPU-2)")
        self.assertIsNone(self.promised("1c,0m,0d,2g"))
        self.assertEqual(self.promised("1c,0m,0d,3g"), "has 2 GPUs, promised 3")
        self.assertEqual(self.commands.all()[-1], "nvidia-smi -L")

    def test_where_no_gpu_was_promised_no_driver_is_asked(self):
        self.promised("4c,0m,0d,0g")
        self.assertEqual(self.commands.all(), [])


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
