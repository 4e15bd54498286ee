"""What the watch does about what it sees."""
import json
import os
import runpy
import time

from bare_machine import BareMachine, Ended
from clock import BEGAN, Over
from metadata import Metadata
from processes import CONDOR, SLOT1_1, Processes
from programs import FILES
from web import Web

import cloud
import imds
import machine
import watch

NOTICE = "/run/aerie/notice"
AFTER_JOB = "/run/aerie/after-job.conf"
LINGER = "/run/aerie/linger.conf"
LINGERS_LESS = "STARTD_NOCLAIM_SHUTDOWN = 30\n"
INTERRUPTED = {"action": "terminate", "time": "08:02"}
WHY = "EC2 will terminate this machine at 08:02"


class Watching(BareMachine):
    def setUp(self):
        super().setUp()
        self.processes = Processes(self)
        self.processes.start(7, "condor_master", 1, 0)
        self.processes.start(20, "condor_starter", 7, 0)
        self.processes.start(21, "pilot", 20, SLOT1_1)
        self.file(NOTICE, "")
        self.metadata = Metadata(self, {})
        self.put(imds, "BASE", self.metadata.url)

    def interrupt(self):
        self.metadata.knows[watch.INTERRUPTION] = json.dumps(INTERRUPTED)

    def recommend(self):
        self.metadata.knows[watch.REBALANCE] = json.dumps({"noticeTime": "08:00"})
        self.metadata.knows[watch.ON_REBALANCE] = "drain"

    def watch_for(self, seconds):
        self.clock.over_after(seconds)
        with self.assertRaises(Over):
            watch.main()

    def test_it_looks_each_second(self):
        self.watch_for(4)
        self.assertEqual(self.clock.slept, 4 * [1])
        self.assertEqual(len([path for path in self.metadata.web.paths() if watch.INTERRUPTION in path]), 4)
        self.assertEqual((self.read(NOTICE), self.told(), self.processes.signalled), ("", [], []))

    def test_an_interruption_is_written_down_and_told_once_and_jobs_are_warned(self):
        self.clock.after(10, self.interrupt)
        self.watch_for(40)
        self.assertEqual(json.loads(self.read(NOTICE)), {"ends": True, "why": WHY, "at": "08:02"})
        self.assertEqual(self.read(NOTICE)[-1], "\n")
        self.assertEqual(self.told(), [f"aerie: {WHY}"])
        self.assertEqual(self.processes.signalled, [(21, "SIGTERM")])

    def test_jobs_are_warned_two_seconds_after_the_hook_can_have_seen_it(self):
        self.interrupt()
        seen = []
        self.clock.after(2, lambda: seen.append((list(self.processes.signalled), self.read(NOTICE) != "")))
        self.watch_for(3)
        self.assertEqual(self.clock.slept, [2, 1])
        self.assertEqual((seen, self.processes.signalled), ([([], True)], [(21, "SIGTERM")]))

    def test_a_job_that_starts_later_is_warned_too(self):
        self.interrupt()
        self.clock.after(7, lambda: self.processes.start(22, "pilot", 20, SLOT1_1))
        self.watch_for(20)
        self.assertEqual(self.processes.signalled, [(21, "SIGTERM"), (22, "SIGTERM")])

    def test_a_recommendation_warns_no_job_and_an_interruption_after_it_does(self):
        self.recommend()
        self.clock.after(12, self.interrupt)
        seen = []
        self.clock.after(11, lambda: seen.append(list(self.processes.signalled)))
        self.watch_for(30)
        self.assertEqual(self.told(), ["aerie: EC2 recommended at 08:00 to leave this machine", f"aerie: {WHY}"])
        self.assertEqual((seen, self.processes.signalled), ([[]], [(21, "SIGTERM")]))

    def test_a_notice_that_disappears_has_been_given(self):
        self.interrupt()
        self.clock.after(2, self.metadata.knows.clear)
        self.clock.after(7, lambda: self.processes.start(22, "pilot", 20, SLOT1_1))
        self.watch_for(20)
        self.assertEqual(len(self.processes.signalled), 2)
        self.assertEqual(json.loads(self.read(NOTICE))["why"], WHY)

    def test_a_metadata_service_that_fails_holds_up_nothing(self):
        for broken in ("{", "{}", "[]", "5", "null", '"terminate"'):
            self.metadata.knows[watch.INTERRUPTION] = broken
            with self.subTest(broken):
                self.watch_for(self.clock.now - 1_800_000_000 + 5)
        self.metadata.fails = 500
        self.watch_for(self.clock.now - 1_800_000_000 + 5)
        for url in ("http://127.0.0.1:9", Web(self, lambda _: b"what?\r\n\r\n").url):
            self.put(imds, "BASE", url)
            cloud._session.clear()
            self.watch_for(self.clock.now - 1_800_000_000 + 5)
        self.assertEqual((self.read(NOTICE), self.told()), ("", []))

    def test_ten_minutes_before_its_life_is_over_jobs_are_told_as_of_an_end_by_ec2(self):
        self.file("/var/lib/aerie/ends-at", str(BEGAN + 700))
        self.put(watch, "notice", lambda: None)
        seen = []
        for moment in (100, 101):
            self.clock.after(moment, lambda: seen.append(self.read(NOTICE) != ""))
        self.watch_for(110)
        self.assertEqual(seen, [False, True])
        why = "the longest life of this machine is over at 2027-01-15T08:11:40Z"
        self.assertEqual(json.loads(self.read(NOTICE)), {"ends": True, "why": why, "at": "2027-01-15T08:11:40Z"})
        self.assertEqual((self.told(), self.processes.signalled), ([f"aerie: {why}"], [(21, "SIGTERM")]))

    def test_the_end_of_its_life_comes_before_advice_and_an_interruption_before_both(self):
        self.file("/var/lib/aerie/ends-at", str(BEGAN + 300))
        self.recommend()
        self.clock.after(10, self.interrupt)
        self.watch_for(20)
        self.assertEqual(self.told()[1:], [f"aerie: {WHY}"])
        self.assertIn("longest life", self.told()[0])
        self.assertEqual(self.processes.signalled, [(21, "SIGTERM")])

    def test_a_clock_that_is_set_makes_its_life_no_longer(self):
        self.file("/var/lib/aerie/ends-at", str(BEGAN + 700))
        self.put(watch, "notice", lambda: None)
        real = time.time

        def set_back():
            self.put(time, "time", lambda: real() - 3600)

        self.clock.after(10, set_back)
        self.watch_for(105)
        self.assertEqual(len(self.told()), 1)

    def test_homes_that_jobs_have_shut_are_opened_again_within_five_seconds(self):
        opened = []
        self.put(machine, "open_homes", lambda: opened.append(self.clock.now - BEGAN))
        self.watch_for(11)
        self.assertEqual(opened, [0, 5, 10])

    def test_a_job_that_calls_itself_htcondor_s_master_is_none(self):
        self.put(watch, "notice", lambda: None)
        self.clock.after(10, lambda: self.processes.end(7))
        self.processes.start(22, "condor_master", 20, SLOT1_1)
        with self.assertRaises(Ended):
            watch.main()

    def test_it_ends_the_machine_three_minutes_after_the_end_of_htcondor(self):
        self.put(watch, "notice", lambda: None)
        self.clock.after(600, lambda: self.processes.end(7))
        with self.assertRaises(Ended):
            watch.main()
        self.assertEqual([argv[1:] for _, argv in self.became], [["HTCondor has not run for 180 s"]])
        # It was last seen 5 s before its end; 180 s after that is not yet longer than 180 s.
        self.assertEqual(sum(self.clock.slept), 595 + 180 + 5)

    def test_a_master_that_comes_back_in_time_keeps_the_machine(self):
        self.put(watch, "notice", lambda: None)
        self.clock.after(10, lambda: self.processes.end(7))
        self.clock.after(185, lambda: self.processes.start(7, "condor_master"))
        self.clock.after(190, lambda: self.processes.end(7))
        self.watch_for(365)
        self.assertEqual(self.became, [])

    def starter_writes(self, name, seconds):
        """The log of a starter, last written so long after this machine began to take jobs."""
        for path, at in (("/run/aerie/accepting", 0), (f"/var/log/condor/{name}", seconds)):
            self.file(path, "")
            os.utime(self.root + path, (BEGAN, BEGAN + at))

    def test_after_the_first_job_since_its_start_the_startd_is_told_once_to_linger_less(self):
        self.processes.start(8, "condor_startd", 7, CONDOR)
        self.processes.start(22, "condor_startd", 20, SLOT1_1)
        self.file(AFTER_JOB, LINGERS_LESS)
        self.starter_writes("StarterLog.slot1_1", -60)
        seen = []
        for moment in (10, 11, 15, 16):
            self.clock.after(moment, lambda: seen.append((self.there(LINGER), len(self.processes.signalled))))
        self.clock.after(11, lambda: self.starter_writes("StarterLog.slot1_2", 1))
        self.watch_for(40)
        self.assertEqual(seen, [(False, 0), (False, 0), (False, 0), (True, 1)])
        self.assertEqual((self.read(LINGER), self.there(AFTER_JOB)), (LINGERS_LESS, False))
        self.assertEqual(self.processes.signalled, [(8, "SIGHUP")])

    def test_logs_of_jobs_before_its_start_and_of_no_job_make_it_linger_no_less(self):
        self.processes.start(8, "condor_startd", 7, CONDOR)
        self.file(AFTER_JOB, LINGERS_LESS)
        self.starter_writes("StarterLog.slot1_1", 0)
        self.starter_writes("StarterLog.testing", 1)
        self.watch_for(20)
        self.assertEqual((self.there(AFTER_JOB), self.there(LINGER), self.processes.signalled), (True, False, []))

    def test_a_startd_that_is_being_started_again_reads_it_by_itself(self):
        self.processes.start(8, "condor_startd", 7, CONDOR)
        self.processes.ended.append(8)
        self.file(AFTER_JOB, LINGERS_LESS)
        self.starter_writes("StarterLog.slot1_1", 1)
        self.watch_for(20)
        self.assertEqual((self.read(LINGER), self.processes.signalled), (LINGERS_LESS, []))

    def test_without_it_a_job_changes_nothing(self):
        self.processes.start(8, "condor_startd", 7, CONDOR)
        self.file("/var/log/condor/StarterLog.slot1_1", "")
        self.watch_for(20)
        self.assertEqual((self.there(LINGER), self.processes.signalled), (False, []))

    def test_the_program_is_the_watch(self):
        self.clock.over_after(1)
        with self.assertRaises(Over):
            runpy.run_path(FILES + "/watch.py", run_name="__main__")
        self.assertEqual(self.clock.slept, [1])
