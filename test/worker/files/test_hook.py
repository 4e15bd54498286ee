"""What HTCondor's startd is told about the machine."""
import io
import os
import pwd
import runpy
import subprocess
import sys
import threading
import unittest
from types import SimpleNamespace

from bare_machine import BareMachine
from clock import BEGAN, Over
from programs import FILES

import checks
import hook

def well(tells=""):
    return f'NODE_HEALTHY = True\nNODE_REASON = ""\nNODE_TELLS = "{tells}"\n- update:true\n'


WELL = well()


def ill(reason, tells=""):
    return f'NODE_HEALTHY = False\nNODE_REASON = "{reason}"\nNODE_TELLS = "{tells}"\n- update:true\n'


class Output(io.StringIO):
    """Keeps what each flush has let out."""

    def __init__(self):
        super().__init__()
        self.out = []

    def flush(self):
        self.out.append(self.getvalue())
        self.seek(0)
        self.truncate()


class Hook(BareMachine):
    def setUp(self):
        super().setUp()
        self.output = Output()
        self.put(sys, "stdout", self.output)
        self.put(sys, "argv", ["hook.py", "/execute"])
        self.parent = 77
        self.put(os, "getppid", lambda: self.parent)
        people = [SimpleNamespace(pw_name=name) for name in ("root", "slot1_1", "slot1_2", "slot2_1")]
        self.put(pwd, "getpwall", lambda: people)
        self.file("/etc/aerie/worker.json", {"pool": "cm.example.org"})
        self.accepting(BEGAN)
        self.failed = []
        self.tells = []
        self.looks = []
        self.put(checks, "lasting", lambda *given: given)
        self.put(checks, "telling", lambda facts, when: (facts["pool"], when))
        self.put(checks, "failed", self.look)
        self.hangs = False
        self.hanging = []
        # An exception ends a thread, and nothing else.
        self.broken_off = []
        test = self

        class Thread:
            """Is through at once, or hangs until the test lets it go on."""

            def __init__(self, target, daemon):
                test.assertTrue(daemon)
                self._target = target

            def start(self):
                if test.hangs:
                    test.hanging.append(self._target)
                else:
                    try:
                        self._target()
                    except RuntimeError as error:
                        test.broken_off.append(error)

        self.put(threading, "Thread", Thread)

    def accepting(self, since):
        self.file("/run/aerie/accepting", "")
        os.utime(self.root + "/run/aerie/accepting", (since, since))

    def look(self, given):
        if given == ("cm.example.org", "later"):
            return list(self.tells)
        self.looks.append((self.clock.now - BEGAN, given))
        return list(self.failed)

    def go_on(self):
        self.hangs = False
        for target in self.hanging:
            target()

    def run_for(self, seconds):
        self.clock.over_after(seconds)
        with self.assertRaises(Over):
            hook.main()
        return self.output.out

    def test_a_machine_that_has_just_been_checked_is_well_at_once(self):
        self.assertEqual(self.run_for(1), [WELL])
        self.assertEqual(self.looks, [])
        self.assertEqual(self.clock.slept, [1])

    def test_the_first_line_does_not_wait_for_what_takes_long_to_load(self):
        self.file("/etc/aerie/worker.json", "{")
        with self.assertRaises(ValueError):
            hook.main()
        self.assertEqual(self.output.out, [WELL])

    def test_a_hook_that_is_started_again_under_a_notice_says_so_first(self):
        self.file("/run/aerie/notice", {"why": "EC2 takes it", "ends": True})
        self.assertEqual(self.run_for(1), [ill("EC2 takes it")])

    def test_each_minute_everything_is_looked_at_again_and_only_a_change_is_told(self):
        self.failed = ["disk full"]
        self.clock.after(150, self.failed.clear)
        self.assertEqual(self.run_for(190), [WELL, ill("disk full"), WELL])
        given = ({"pool": "cm.example.org"}, "/execute", ["slot1_1", "slot1_2"])
        self.assertEqual(self.looks, [(moment, given) for moment in (60, 120, 180)])

    def test_a_look_that_breaks_off_is_made_again_a_minute_later(self):
        looks = iter((RuntimeError("can't start new thread"), ["disk full"], [], []))

        def look(_):
            found = next(looks)
            if isinstance(found, Exception):
                raise found
            return found

        self.put(checks, "failed", look)
        self.assertEqual(self.run_for(130), [WELL, ill("disk full")])

    def test_a_hook_that_is_started_again_looks_at_once_if_a_minute_has_gone_by(self):
        self.accepting(BEGAN - 60)
        self.run_for(1)
        self.assertEqual([moment for moment, _ in self.looks], [0])

    def test_a_hook_that_is_started_again_sooner_waits_for_the_rest_of_the_minute(self):
        self.accepting(BEGAN - 20)
        self.run_for(45)
        self.assertEqual([moment for moment, _ in self.looks], [40])

    def test_a_clock_that_was_set_back_since_the_boot_delays_no_look(self):
        self.accepting(BEGAN + 3600)
        self.run_for(1)
        self.assertEqual([moment for moment, _ in self.looks], [0])

    def test_a_notice_of_ec2_is_told_in_the_same_second_beside_what_failed(self):
        self.failed = ["disk full"]
        self.clock.after(70, lambda: self.file("/run/aerie/notice", {"why": "EC2 takes it", "ends": True}))
        self.assertEqual(self.run_for(71), [WELL, ill("disk full"), ill("EC2 takes it; disk full")])

    def test_what_is_only_told_keeps_no_job_away(self):
        self.tells = ["squid does not answer"]
        self.clock.after(70, lambda: self.failed.append("disk full"))
        self.assertEqual(
            self.run_for(130), [WELL, well("squid does not answer"), ill("disk full", "squid does not answer")]
        )

    def test_what_is_only_told_may_take_its_time(self):
        looking = hook.Checks({"pool": "p"}, "/execute")
        seen = []

        def failed(given):
            if given != looking._telling:
                return ["disk full"]
            self.clock.sleep(hook.MOST_SECONDS + 1)
            seen.append((looking.said(), looking.is_looking))
            return ["squid is away"]

        self.put(checks, "failed", failed)
        looking.begin()
        self.assertEqual(seen, [((["disk full"], []), True)])
        self.assertEqual((looking.said(), looking.is_looking), ((["disk full"], ["squid is away"]), False))

    def test_a_notice_is_told_in_the_same_second_while_a_check_hangs(self):
        self.hangs = True
        self.clock.after(70, lambda: self.file("/run/aerie/notice", {"why": "EC2 takes it", "ends": True}))
        self.assertEqual(self.run_for(71), [WELL, ill("EC2 takes it")])
        self.assertEqual(len(self.hanging), 1)

    def test_checks_that_do_not_end_make_the_machine_unwell_after_two_minutes_and_none_begins_beside_them(self):
        self.failed = ["disk full"]
        self.clock.after(100, lambda: setattr(self, "hangs", True))
        late = "the checks have not ended within 120 s; disk full"
        told = []
        self.clock.after(241, lambda: told.append(len(self.output.out)))
        self.clock.after(242, lambda: told.append(len(self.output.out)))
        self.clock.after(260, self.go_on)
        self.assertEqual(self.run_for(265), [WELL, ill("disk full"), ill(late), ill("disk full")])
        self.assertEqual((told, len(self.hanging)), ([2, 3], 1))
        # The minute is over long since, so the next look is at once.
        self.assertEqual([moment for moment, _ in self.looks], [60, 260, 260])

    def test_a_notice_that_cannot_be_read_is_none(self):
        for text in ("{", "{}", ""):
            self.file("/run/aerie/notice", text)
            self.assertEqual(hook.notice(), [])
        os.remove(self.root + "/run/aerie/notice")
        self.assertEqual(hook.notice(), [])

    def test_a_reason_cannot_end_the_string_that_it_stands_in(self):
        hook.publish(['a "b" \\" c', "d"], ['e"'])
        self.assertEqual(self.output.out, [ill("a 'b' /' c; d", "e'")])

    def test_the_hook_ends_with_its_startd(self):
        def orphan():
            self.parent = 1

        self.clock.after(3, orphan)
        hook.main()
        self.assertEqual(self.clock.slept, [1, 1, 1])

    def test_a_machine_that_has_never_accepted_jobs_has_no_hook(self):
        os.remove(self.root + "/run/aerie/accepting")
        with self.assertRaises(FileNotFoundError):
            hook.main()

    def test_the_program_is_the_hook(self):
        self.clock.over_after(1)
        with self.assertRaises(Over):
            runpy.run_path(FILES + "/hook.py", run_name="__main__")
        self.assertEqual(self.output.out, [WELL])


class Loading(unittest.TestCase):
    def test_what_takes_long_to_load_is_not_loaded_for_the_first_line(self):
        look = "import sys; sys.path.insert(0, sys.argv[1]); import hook; print(*sys.modules)"
        loaded = subprocess.run([sys.executable, "-ISBc", look, FILES], stdout=subprocess.PIPE, text=True, check=True)
        self.assertEqual({"checks", "concurrent.futures", "ssl", "urllib"} & set(loaded.stdout.split()), set())
