"""Where jobs have their scratch directories."""
import json
import os
import shutil
from types import SimpleNamespace

from bare_machine import BareMachine

import scratch

GB = 10**9
NO_CVMFS = {"repositories": [], "quotaMb": 10_000}


class Reserved(BareMachine):
    def setUp(self):
        super().setUp()
        os.makedirs(self.root + "/var/lib/aerie")
        self.cvmfs = {"repositories": ["a"], "quotaMb": 10_000}

    def reserved(self, free):
        return scratch.reserved_mb(self.cvmfs, free)

    def test_the_room_of_the_cache_is_its_quota_a_fifth_of_it_and_a_gigabyte(self):
        self.assertEqual(self.reserved(80_000), 13_024)
        self.cvmfs["quotaMb"] = 1_001
        os.unlink(self.root + "/var/lib/aerie/root-offer")
        self.assertEqual(self.reserved(80_000), 1_024 + 1_202)

    def test_a_worker_without_cvmfs_keeps_a_gigabyte(self):
        self.cvmfs["repositories"] = []
        self.assertEqual(self.reserved(80_000), 1_024)

    def test_jobs_are_offered_the_same_after_a_sleep_whatever_the_cache_has_taken_by_then(self):
        first = 80_000 - self.reserved(80_000)
        for taken in (0, 5_000, 12_000):
            self.assertEqual(80_000 - taken - self.reserved(80_000 - taken), first)

    def test_no_less_than_a_gigabyte_and_no_more_than_the_cache_s_room_is_kept_later(self):
        self.reserved(80_000)
        self.assertEqual(self.reserved(50_000), 1_024)
        self.assertEqual(self.reserved(90_000), 13_024)


class Scratch(BareMachine):
    def setUp(self):
        super().setUp()
        self.path = self.root + "/execute"
        os.makedirs(self.root + "/var/lib/aerie")
        for name in ("mkfs.ext4", "mount", "mdadm"):
            self.commands.has(name)
        self.owners = []
        self.put(shutil, "chown", lambda *given: self.owners.append(given))
        self.put(shutil, "disk_usage", lambda path: SimpleNamespace(free=80 * GB))
        self.put(os.path, "ismount", lambda path: path in self.mounted)
        self.mounted = []
        self.disks = [self.disk("nvme0n1", 100 * GB, children=[{"name": "/dev/nvme0n1p1"}])]
        self.facts = {"scratchVolume": False, "cvmfs": NO_CVMFS}

    def disk(self, name, size, model="Amazon Elastic Block Store", **more):
        path = f"/dev/{name}"
        self.file(path, "")
        kept = {"type": "disk", "model": model, "fstype": None, "label": None, "mountpoint": None}
        return {"name": self.root + path, "size": size, **kept, **more}

    def store(self, name, size, **more):
        return self.disk(name, size, "Amazon EC2 NVMe Instance Storage       ", **more)

    def prepare(self):
        self.commands.has("lsblk", says=json.dumps({"blockdevices": self.disks}))
        return scratch.prepare(self.facts, self.path)

    def made(self):
        return [one for one in self.commands.all() if one.split()[0] in ("mkfs.ext4", "mount", "mdadm")]

    def made_on(self, device):
        return [
            f"mkfs.ext4 -q -F -L aerie-scratch -m 0 -E nodiscard,lazy_itable_init=1 {device}",
            f"mount -o noatime {device} /execute",
        ]

    def test_it_stays_on_the_root_volume_where_there_is_nothing_else(self):
        self.assertEqual(self.prepare(), 1_024)
        self.assertEqual(self.made(), [])
        # HTCondor takes no directory that is root's: it ended at once when it was tried.
        self.assertFalse(self.there("/execute"))

    def test_a_larger_instance_store_takes_it_and_nothing_is_to_be_left_alone_there(self):
        self.disks.append(self.store("nvme1n1", 118 * GB))
        self.assertEqual(self.prepare(), 0)
        self.assertEqual(self.made(), self.made_on("/dev/nvme1n1"))
        self.assertEqual(self.owners, [(self.path, "condor", "condor")])
        self.assertEqual(self.mode("/execute"), 0o755)
        self.assertEqual(self.told(), [f"aerie: scratch is on {self.root}/dev/nvme1n1"])

    def test_an_instance_store_that_is_smaller_than_the_root_volume_s_room_does_not(self):
        self.disks.append(self.store("nvme1n1", 75 * GB))
        self.assertEqual(self.prepare(), 1_024)
        self.assertEqual(self.made(), [])

    def test_what_cvmfs_will_fill_is_no_room(self):
        self.facts["cvmfs"] = {"repositories": ["atlas.cern.ch"], "quotaMb": 10_000}
        self.disks.append(self.store("nvme1n1", 75 * GB))
        self.assertEqual(self.prepare(), 0)

    def test_a_sleep_that_has_filled_the_cache_moves_no_scratch(self):
        self.facts["cvmfs"] = {"repositories": ["atlas.cern.ch"], "quotaMb": 10_000}
        self.disks.append(self.store("nvme1n1", 65 * GB))
        self.assertEqual(self.prepare(), 13_024)
        self.put(shutil, "disk_usage", lambda path: SimpleNamespace(free=68 * GB))
        self.assertEqual(self.prepare(), 13_024 - 11_444)
        self.assertEqual(self.made(), [])

    def test_several_instance_stores_become_one(self):
        self.disks += [self.store("nvme1n1", 75 * GB), self.store("nvme2n1", 75 * GB)]
        self.prepare()
        self.assertEqual(
            self.made(),
            [
                "mdadm --stop --scan",
                "mdadm --create /dev/md/aerie-scratch --run --force --level=0 --raid-devices=2 "
                "/dev/nvme1n1 /dev/nvme2n1",
                *self.made_on("/dev/md/aerie-scratch"),
            ],
        )

    def test_what_an_earlier_boot_has_left_in_an_instance_store_is_overwritten(self):
        self.disks.append(self.store("nvme1n1", 118 * GB, fstype="ext4", label="other"))
        self.prepare()
        self.assertEqual(self.made(), self.made_on("/dev/nvme1n1"))

    def test_the_stage_s_own_volume_takes_it(self):
        self.facts["scratchVolume"] = True
        self.disks.append(self.disk("nvme1n1", 50 * GB))
        self.assertEqual(self.prepare(), 0)
        self.assertEqual(self.made(), self.made_on("/dev/nvme1n1"))

    def test_the_stage_s_own_volume_is_found_again_after_a_restart(self):
        self.facts["scratchVolume"] = True
        self.disks.append(self.disk("nvme1n1", 50 * GB, fstype="ext4", label="aerie-scratch"))
        self.prepare()
        self.assertEqual(self.made(), self.made_on("/dev/nvme1n1"))

    def test_a_larger_instance_store_goes_before_the_stage_s_own_volume(self):
        self.facts["scratchVolume"] = True
        self.disks += [self.disk("nvme1n1", 50 * GB), self.store("nvme2n1", 75 * GB)]
        self.prepare()
        self.assertEqual(self.made(), self.made_on("/dev/nvme2n1"))

    def test_a_volume_with_something_on_it_is_never_taken(self):
        self.facts["scratchVolume"] = True
        for more in (
            {"fstype": "xfs"},
            {"children": [{"name": "/dev/nvme1n1p1"}]},
            {"mountpoint": "/data"},
            {"type": "loop"},
            # Memory that is compressed, and a disk of something else's.
            {"model": None},
        ):
            self.disks[1:] = [self.disk("nvme1n1", 50 * GB, **more)]
            with self.assertRaisesRegex(RuntimeError, "^the stage gives its workers a volume .* no empty disk is there$"):
                self.prepare()
        self.assertEqual(self.made(), [])

    def test_an_empty_volume_that_the_stage_knows_nothing_of_is_left_alone(self):
        self.disks.append(self.disk("nvme1n1", 500 * GB))
        self.prepare()
        self.assertEqual(self.made(), [])

    def test_a_disk_that_cannot_be_opened_is_none(self):
        self.disks.append({**self.store("nvme1n1", 118 * GB), "name": "/nowhere/nvme1n1"})
        self.prepare()
        self.assertEqual(self.made(), [])

    def test_what_is_mounted_already_is_not_made_again(self):
        self.mounted.append(self.path)
        self.assertEqual(self.prepare(), 0)
        self.assertEqual(self.made(), [])

    def leaves(self, *names):
        for name in names:
            self.file(f"/execute/{name}", "of a job")
        # What is free follows from what is there.
        self.put(shutil, "disk_usage", lambda path: SimpleNamespace(free=(80 - 40 * self.there("/execute/dir_7")) * GB))

    def test_what_jobs_left_that_a_restart_has_ended_takes_no_room(self):
        self.leaves("dir_7/deep/data", "dir_12/data", "lost+found/x", "a-file")
        self.disks.append(self.store("nvme1n1", 75 * GB))
        self.assertEqual(self.prepare(), 1_024)
        self.assertEqual(self.made(), [])
        self.assertEqual(sorted(os.listdir(self.path)), ["a-file", "lost+found"])

    def test_what_they_left_on_a_file_system_of_its_own_goes_too(self):
        self.leaves("dir_7/data")
        self.mounted.append(self.path)
        self.prepare()
        self.assertEqual(os.listdir(self.path), [])

    def test_what_jobs_have_that_run_is_left_alone(self):
        self.leaves("dir_7/data")
        self.file("/run/aerie/accepting", "")
        self.prepare()
        self.assertTrue(self.there("/execute/dir_7/data"))

    def test_disks_are_to_be_made_one_where_there_are_several_instance_stores(self):
        for count, several in ((0, False), (1, False), (2, True)):
            disks = [self.store(f"nvme{at}n1", GB) for at in range(count)]
            self.commands.has("lsblk", says=json.dumps({"blockdevices": disks}))
            self.assertEqual(scratch.has_several_stores(), several)
