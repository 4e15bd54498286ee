"""The look whether jobs would reach the metadata service."""
import os
import sys
from types import SimpleNamespace
from unittest.mock import patch

from bare_machine import BareMachine

import checks


class Metadata(BareMachine):
    def blocked(self, uid, ends):
        self.put(os, "getuid", lambda: uid)
        asked = []

        def run(argv, **options):
            asked.append((argv, options))
            return checks.subprocess.CompletedProcess(argv, ends)

        with patch.object(checks.subprocess, "run", run):
            return checks.metadata_blocked(), asked

    def test_a_service_that_does_not_answer_is_well(self):
        self.assertIsNone(self.blocked(1000, 1)[0])

    def test_a_service_that_answers_is_named(self):
        self.assertEqual(self.blocked(1000, 0)[0], "jobs would reach the metadata service")

    def test_root_looks_as_nobody_and_without_a_word(self):
        _, [(argv, options)] = self.blocked(0, 1)
        quiet = {"stderr": checks.subprocess.DEVNULL}
        self.assertEqual(options, {**quiet, "user": 65534, "group": 65534, "extra_groups": []})
        self.assertEqual(argv[:2], [checks.sys.executable, "-ISc"])
        _, [(_, options)] = self.blocked(1000, 1)
        self.assertEqual(options, quiet)

    def test_the_look_is_one_connection_of_half_a_second(self):
        _, [(argv, _)] = self.blocked(0, 1)
        asked = []
        fake = SimpleNamespace(
            setdefaulttimeout=asked.append, socket=lambda: SimpleNamespace(connect=lambda to: asked.append(to))
        )
        with patch.dict(sys.modules, {"_socket": fake}):
            exec(argv[2], {})
        self.assertEqual(asked, [0.5, ("169.254.169.254", 80)])
        self.assertEqual(len(argv), 3)
