"""What the command makes of the outcomes."""
import io
import unittest
from contextlib import redirect_stdout

from run import accepted, print_score, wrong_with

ONE, TWO, THREE = (("boot.py", "a", becomes) for becomes in ("b", "c", "d"))


class Outcomes(unittest.TestCase):
    def test_a_score_is_the_share_of_changes_that_are_seen(self):
        output = io.StringIO()
        with redirect_stdout(output):
            self.assertEqual(print_score("boot.py", [True, False, False, False]), 75.0)
            self.assertEqual(print_score("all", []), 100.0)
        self.assertEqual(output.getvalue().splitlines()[0], "boot.py         3 of    4 seen,   1 not:  75.0 %")

    def test_an_equivalent_that_is_seen_or_can_no_longer_be_made_is_wrong(self):
        wrong = list(wrong_with([ONE, TWO, THREE], {ONE, TWO}, {ONE: True, TWO: False}))
        self.assertEqual(wrong, [(TWO, "is seen"), (THREE, "can no longer be made")])
        self.assertEqual(list(wrong_with([ONE], {ONE}, {})), [])

    def test_every_equivalent_has_a_reason(self):
        self.assertEqual([key for key, why in accepted().items() if len(why) < 10], [])
