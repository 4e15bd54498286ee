"""What the watch sees: processes, and the notices of EC2."""
import builtins
import json
import math
import os
import time

from bare_machine import BareMachine
from clock import BEGAN
from metadata import Metadata
from processes import CONDOR, SLOT1_1, SLOT1_2, Processes

import cloud
import imds
import watch

ACTION = {"action": "terminate", "time": "2027-01-15T08:02:00Z"}
ADVICE = {"noticeTime": "2027-01-15T08:00:00Z"}
DRAINS = {watch.ON_REBALANCE: "drain"}


class WhatRuns(BareMachine):
    def setUp(self):
        super().setUp()
        self.processes = Processes(self)

    def test_each_process_has_a_number_a_name_a_parent_and_an_owner(self):
        self.processes.start(7, "condor_master", 1, CONDOR)
        self.processes.start(81, "a (strange) name)", 7, SLOT1_1)
        self.assertEqual(
            sorted(watch.processes()), [(7, "condor_master", 1, CONDOR), (81, "a (strange) name)", 7, SLOT1_1)]
        )

    def test_a_name_in_bytes_that_are_no_text_hides_no_other_process(self):
        self.processes.start(7, "condor_master", 1, CONDOR)
        self.processes.start(81, "strange", 7, SLOT1_1)
        for name in (b"\xff\xfe) (\n", b"\xc3", b"\xed\xa0\x80"):
            with open(f"{self.root}/proc/81/stat", "wb") as file:
                file.write(b"81 (" + name + b") S 7 900 901 0\n")
            found = {pid: (parent, owner) for pid, _, parent, owner in watch.processes()}
            self.assertEqual(found, {7: (1, CONDOR), 81: (7, SLOT1_1)})

    def test_a_process_that_ends_meanwhile_is_left_out_and_the_others_are_not(self):
        for pid in (7, 8, 9):
            self.processes.start(pid, "sh")
        self.file("/proc/10/other", "")
        real = open

        def ends(path, *given, **options):
            if str(path).endswith("/8/stat"):
                raise ProcessLookupError
            return real(path, *given, **options)

        self.put(builtins, "open", ends)
        self.assertEqual(sorted(pid for pid, *_ in watch.processes()), [7, 9])


class Jobs(BareMachine):
    def setUp(self):
        super().setUp()
        self.processes = Processes(self)
        for pid, name, parent, owner in (
            (10, "condor_startd", 7, 0),
            (20, "condor_starter", 10, 0),
            (21, "pilot", 20, SLOT1_1),
            (22, "payload", 21, SLOT1_1),
            (23, "condor_helper", 20, CONDOR),
            (30, "condor_starter", 10, CONDOR),
            (31, "pilot", 30, SLOT1_2),
            # A job that calls itself a starter.
            (40, "condor_starter", 21, SLOT1_1),
            (41, "payload", 40, SLOT1_1),
            (50, "sh", 1, SLOT1_1),
            (60, "sshd", 1, 0),
            (61, "sh", 60, SLOT1_1),
        ):
            self.processes.start(pid, name, parent, owner)

    def warned(self, before=()):
        warned = set(before)
        watch.warn_jobs(warned)
        return sorted(warned), sorted(self.processes.signalled)

    def test_the_jobs_themselves_are_asked_to_end_and_nothing_else(self):
        self.assertEqual(self.warned(), ([21, 31], [(21, "SIGTERM"), (31, "SIGTERM")]))

    def test_nobody_is_asked_twice(self):
        self.assertEqual(self.warned([21]), ([21, 31], [(31, "SIGTERM")]))

    def test_a_job_that_ends_meanwhile_holds_up_nothing(self):
        self.processes.ended = [21, 31]
        self.assertEqual(self.warned(), ([21, 31], []))


class Pilots(BareMachine):
    """A job of several levels: what HTCondor has started is a wrapper, and dies of a signal without a word to its pilot."""

    def setUp(self):
        super().setUp()
        self.processes = Processes(self)
        self.processes.start(20, "condor_starter", 10, 0)

    def signalled(self):
        watch.warn_jobs(set())
        return [pid for pid, _ in sorted(self.processes.signalled)]

    def test_the_pilot_within_wrappers_and_containers_is_told_and_they_are_not(self):
        container = ["apptainer", "exec", "x86_64-el9", "runpilot2-wrapper.sh", "--pilot", "pilot3/pilot.py"]
        self.processes.start(21, "bash", 20, SLOT1_1, ["/bin/bash", "runpilot2-wrapper.sh", "pilot.py"])
        self.processes.start(22, "apptainer", 21, SLOT1_1, container)
        self.processes.start(23, "bash", 22, SLOT1_1, ["/bin/bash", "runpilot2-wrapper.sh"])
        self.processes.start(24, "python3", 23, SLOT1_1, ["/cvmfs/x/bin/python3.11", "-W", "ignore", "pilot3/pilot.py", "-q"])
        self.processes.start(25, "python3", 24, SLOT1_1, ["/cvmfs/x/bin/python3.11", "-W", "ignore", "pilot3/pilot.py", "-q"])
        self.processes.start(26, "python", 24, SLOT1_1, ["python", "athena.py", "pilot.py"])
        self.assertEqual(self.signalled(), [24])

    def test_a_pilot_that_has_left_its_parents_is_told_too(self):
        self.processes.start(21, "bash", 20, SLOT1_1)
        self.processes.start(24, "python3", 1, SLOT1_1, ["python3", "pilot.py"])
        self.assertEqual(self.signalled(), [24])

    def test_where_there_is_no_pilot_the_job_s_first_process_is_told_whatever_runs_in_other_slots(self):
        self.processes.start(21, "bash", 20, SLOT1_1, ["bash", "job", "pilot.py"])
        self.processes.start(22, "python3", 21, SLOT1_1, ["python3", "job.py"])
        self.processes.start(30, "condor_starter", 10, 0)
        self.processes.start(31, "bash", 30, SLOT1_2)
        self.processes.start(32, "python3", 31, SLOT1_2, ["python3", "pilot.py"])
        self.assertEqual(self.signalled(), [21, 32])

    def test_a_pilot_of_nobody_s_slot_is_none(self):
        self.processes.start(21, "bash", 20, SLOT1_1)
        self.processes.start(40, "python3", 1, 0, ["python3", "pilot.py"])
        self.processes.start(41, "python3", 1, 1003, ["python3", "pilot.py"])
        self.assertEqual(self.signalled(), [21])

    def test_a_process_whose_line_cannot_be_read_is_no_pilot(self):
        self.processes.start(21, "bash", 20, SLOT1_1)
        self.processes.start(22, "python3", 21, SLOT1_1, ["python3", "pilot.py"])
        os.remove(self.root + "/proc/22/cmdline")
        self.assertEqual(self.signalled(), [21])
        self.assertIs(watch.is_pilot(22), False)
        with open(self.root + "/proc/22/cmdline", "wb") as file:
            file.write(b"python3\0\xff/pilot.py\0")
        self.assertTrue(watch.is_pilot(22))
        for line in (b"", b"\0", b"python3\0", b"python3\0-\0", b"sh\0pilot.py\0", b"python3\0copilot.py\0"):
            with open(self.root + "/proc/22/cmdline", "wb") as file:
                file.write(line)
            self.assertFalse(watch.is_pilot(22))


class Condor(BareMachine):
    def setUp(self):
        super().setUp()
        self.processes = Processes(self)
        self.processes.start(7, "systemd")

    def test_the_master_is_root_s_or_htcondor_s_own(self):
        for owner, there in ((0, True), (CONDOR, True), (SLOT1_1, False), (100_000, False)):
            self.processes.start(8, "condor_master", 7, owner)
            self.assertEqual(watch.daemons("condor_master"), [8] if there else [])

    def test_without_one_there_is_none(self):
        self.processes.start(8, "condor_startd", 7, 0)
        self.assertEqual(watch.daemons("condor_master"), [])


class Life(BareMachine):
    def test_its_end_is_known_by_a_clock_that_nobody_sets_and_as_a_text(self):
        self.file("/var/lib/aerie/ends-at", str(BEGAN + 3600))
        over, at = watch.life()
        self.assertEqual((over - time.monotonic(), at), (3600, "2027-01-15T09:00:00Z"))

    def test_a_machine_without_one_lives_on(self):
        self.assertEqual(watch.life(), (math.inf, ""))
        self.file("/var/lib/aerie/ends-at", "soon")
        self.assertEqual(watch.life(), (math.inf, ""))


class Notices(BareMachine):
    def notice(self, *known):
        knows = {}
        for path, text in known:
            knows[path] = text if isinstance(text, str) else json.dumps(text)
        self.put(imds, "BASE", Metadata(self, knows).url)
        cloud._session.clear()
        return watch.notice()

    def test_the_service_is_asked_where_ec2_tells_them(self):
        self.assertEqual(
            (watch.INTERRUPTION, watch.REBALANCE, watch.ON_REBALANCE),
            (
                "meta-data/spot/instance-action",
                "meta-data/events/recommendations/rebalance",
                "meta-data/tags/instance/aerie:rebalance",
            ),
        )

    def test_there_is_none_while_ec2_has_none(self):
        self.assertIsNone(self.notice())
        self.assertIsNone(self.notice((watch.ON_REBALANCE, "drain")))

    def test_an_interruption_says_what_happens_and_when(self):
        why = "EC2 will terminate this machine at 2027-01-15T08:02:00Z"
        expected = {"ends": True, "why": why, "at": "2027-01-15T08:02:00Z"}
        self.assertEqual(self.notice((watch.INTERRUPTION, ACTION)), expected)
        both = ((watch.INTERRUPTION, ACTION), (watch.REBALANCE, ADVICE), (watch.ON_REBALANCE, "drain"))
        self.assertEqual(self.notice(*both), expected)

    def test_an_interruption_without_a_time_is_one(self):
        self.assertEqual(
            self.notice((watch.INTERRUPTION, {"action": "stop"})),
            {"ends": True, "why": "EC2 will stop this machine at ", "at": ""},
        )

    def test_a_recommendation_counts_if_the_fleet_drains_on_one(self):
        why = "EC2 recommended at 2027-01-15T08:00:00Z to leave this machine"
        self.assertEqual(
            self.notice((watch.REBALANCE, ADVICE), (watch.ON_REBALANCE, "drain")),
            {"ends": False, "why": why, "at": "2027-01-15T08:00:00Z"},
        )
        self.assertEqual(
            self.notice((watch.REBALANCE, {}), (watch.ON_REBALANCE, "drain")),
            {"ends": False, "why": "EC2 recommended at  to leave this machine", "at": ""},
        )

    def test_a_recommendation_does_not_count_for_other_fleets(self):
        self.assertIsNone(self.notice((watch.REBALANCE, ADVICE), (watch.ON_REBALANCE, "ignore")))
        self.assertIsNone(self.notice((watch.REBALANCE, ADVICE)))
