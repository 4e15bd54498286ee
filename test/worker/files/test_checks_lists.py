"""Which checks are made when, and what comes of them together."""
import socket
import threading
from functools import partial
from unittest.mock import patch

from bare_machine import BareMachine

import checks

FACTS = {
    "centralManager": "cm.example.org",
    "endpointUrl": "https://cm.example.org:9619",
    "pins": {"lfc.example.org": "10.0.0.1"},
    "requiredHosts": [
        {"host": "both:1", "boot": "refuse", "later": "refuse"},
        {"host": "boot:2", "boot": "refuse", "later": "tell"},
        {"host": "later:3", "boot": "tell", "later": "refuse"},
        {"host": "none:4", "boot": "tell", "later": "tell"},
    ],
    "cvmfs": {"repositories": ["atlas.cern.ch"], "later": "refuse"},
    "minScratchMb": 5000,
}


def named(checks_made):
    """What each check is and what it is given."""
    return [(one.func.__name__, *one.args) if hasattr(one, "func") else (one.__name__,) for one in checks_made]


class Lists(BareMachine):
    lasting = [
        ("metadata_blocked",),
        ("cvmfs", "atlas.cern.ch"),
        ("reach", "both:1"),
        ("reach", "later:3"),
        ("home", "slot1_1"),
        ("home", "slot1_2"),
        ("disk", "/execute", 5000),
    ]

    def test_all_the_time_the_machine_and_what_jobs_need_is_looked_at(self):
        self.assertEqual(named(checks.lasting(FACTS, "/execute", ["slot1_1", "slot1_2"])), self.lasting)

    def test_before_the_first_job_the_pool_is_looked_at_too(self):
        self.assertEqual(
            named(checks.at_boot(FACTS, "/execute", ["slot1_1", "slot1_2"], partial(checks.promised, "2c"))),
            [
                ("reach", "cm.example.org:9618"),
                ("clock", "https://cm.example.org:9619"),
                ("promised", "2c"),
                ("pinned", "lfc.example.org", "10.0.0.1"),
                ("metadata_blocked",),
                ("cvmfs", "atlas.cern.ch"),
                ("reach", "both:1"),
                ("reach", "boot:2"),
                ("home", "slot1_1"),
                ("home", "slot1_2"),
                ("disk", "/execute", 5000),
            ],
        )

    def test_what_says_nothing_about_the_machine_is_looked_at_to_be_told(self):
        self.assertEqual(named(checks.telling(FACTS, "boot")), [("reach", "later:3"), ("reach", "none:4")])
        self.assertEqual(named(checks.telling(FACTS, "later")), [("reach", "boot:2"), ("reach", "none:4")])

    def test_repositories_can_be_told_of_too_but_not_at_boot(self):
        facts = {**FACTS, "requiredHosts": [], "cvmfs": {"repositories": ["atlas.cern.ch"], "later": "tell"}}
        cvmfs = ("cvmfs", "atlas.cern.ch")
        self.assertEqual(named(checks.telling(facts, "later")), [cvmfs])
        self.assertEqual(named(checks.telling(facts, "boot")), [])
        self.assertNotIn(cvmfs, named(checks.lasting(facts, "/execute", [])))
        self.assertIn(cvmfs, named(checks.at_boot(facts, "/execute", [], checks.metadata_blocked)))

    def test_a_central_manager_can_have_a_port_of_its_own(self):
        facts = {**FACTS, "centralManager": "cm.example.org:9700"}
        self.assertEqual(named(checks.at_boot(facts, "/execute", [], checks.metadata_blocked))[0], ("reach", "cm.example.org:9700"))

    def test_a_pool_with_high_availability_has_several(self):
        facts = {**FACTS, "centralManager": "cm1.example.org, cm2.example.org:9700"}
        self.assertEqual(checks.collectors(facts), ("cm1.example.org:9618", "cm2.example.org:9700"))
        both = ("reach", "cm1.example.org:9618", "cm2.example.org:9700")
        self.assertEqual(named(checks.at_boot(facts, "/execute", [], checks.metadata_blocked))[0], both)


class Reach(BareMachine):
    def reach_where(self, answers):
        """What is said of these places, each with what a try of it says; those that were tried."""
        tried = []

        def answering(place):
            tried.append(place)
            return (socket.AF_INET if answers[place] is None else None), answers[place]

        with patch.object(checks, "answering", answering):
            return checks.reach(*answers), tried

    def test_the_first_that_answers_is_enough(self):
        self.assertEqual(self.reach_where({"a:1": None, "b:2": "b is down"}), (None, ["a:1"]))
        self.assertEqual(self.reach_where({"a:1": "a is down", "b:2": None}), (None, ["a:1", "b:2"]))

    def test_where_none_answers_each_is_named(self):
        said, _ = self.reach_where({"a:1": "a is down", "b:2": "b is none"})
        self.assertEqual(said, "a is down; b is none")


class Failed(BareMachine):
    def test_only_failures_are_told_in_the_order_of_the_checks(self):
        self.assertEqual(checks.failed([lambda: "one", lambda: None, lambda: "two"]), ["one", "two"])
        self.assertEqual(checks.failed([]), [])

    def test_a_check_that_breaks_off_has_failed_like_any_other(self):
        def broken():
            raise ValueError("no number")

        self.assertEqual(checks.failed([broken, lambda: "two"]), ["broken broke off: ValueError('no number')", "two"])
        self.assertEqual(checks.said(checks.partial(broken)), "broken broke off: ValueError('no number')")

    def test_sixteen_checks_wait_side_by_side(self):
        together = threading.Barrier(16, timeout=20)
        self.assertEqual(checks.failed(16 * [lambda: together.wait() and None]), [])
        self.assertEqual(checks.SIDE_BY_SIDE, 16)
