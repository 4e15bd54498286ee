"""Where mutants are tried."""
import os
import unittest

from trial import PROGRAMS, ROOT, Copy


class Copies(unittest.TestCase):
    def test_the_checkout_is_left_alone_and_nothing_that_could_end_this_machine_is_copied(self):
        copy = Copy()
        self.addCleanup(copy.remove)
        copied = os.listdir(f"{copy.folder}/{PROGRAMS}")
        self.assertEqual(sorted(copied), sorted(n for n in os.listdir(f"{ROOT}/{PROGRAMS}") if n.endswith(".py")))
        self.assertFalse(os.path.realpath(copy.folder).startswith(os.path.realpath(ROOT) + os.sep))

    def test_a_program_that_is_broken_does_not_survive_and_is_put_back(self):
        copy = Copy()
        self.addCleanup(copy.remove)
        at = f"{copy.folder}/{PROGRAMS}/cloud.py"
        with open(at) as file:
            before = file.read()
        self.assertFalse(copy.survives("cloud.py", "raise ValueError"))
        with open(at) as file:
            self.assertEqual(file.read(), before)
