"""What the mutants of a program are."""
import unittest

from operators import mutants

IF = ("a <= 1", "a >= 1", "a < 2", "a < 0", "not a < 1", True, False)
CASES = (
    ("if a < 1: b()", {"pass", *(f"if {test}:" for test in IF)}),
    ("x = not a", {"x = a", "pass"}),
    ("x = a and b", {"x = a or b", "x = a", "x = b", "pass"}),
    ("x = [1, 'a']", {"x = [2, 'a']", "x = [0, 'a']", "x = [1, '']", "x = [1]", "x = ['a']", "pass"}),
    ("x = {'a': b}", {"x = {'': b}", "x = {}", "pass"}),
    ("f(a, k=b)", {"f(k=b)", "f(a)", "a", "pass"}),
    ("import m\nx = m.f()", {"pass"}),
    ("x = a.strip()", {"x = a", "pass"}),
    ("x = max(a)", {"x = min(a)", "x = max()", "x = a", "pass"}),
    ("x = [a for a in b if a]", {"x = [a for a in b]", "pass"}),
    ("x = a[1:b]", {"x = a[:b]", "x = a[1:]", "x = a[2:b]", "x = a[0:b]", "pass"}),
    ("x = f'{a} s'", {"x = f'{a}'", "x = f' s'", "pass"}),
    ("x = a + b * -c", {"x = a - b * -c", "x = a + b / -c", "x = a + b * c", "pass"}),
    ("x = a if b else c", {"x = a if not b else c", "x = a if True else c", "x = a if False else c", "pass"}),
)


def becomes(source):
    return {after for _, after, _ in mutants(source)}


class Mutants(unittest.TestCase):
    def test_each_kind_of_change_is_made_one_at_a_time(self):
        for source, expected in CASES:
            with self.subTest(source):
                self.assertEqual(becomes(source), expected)

    def test_what_a_function_gives_and_what_it_does_on_an_error(self):
        source = "def f():\n    try:\n        return a\n    except (E, F):\n        raise G from None"
        expected = {"return None", "pass", "raise", "raise G", "except (F,):", "except (E,):"}
        self.assertLessEqual(expected, becomes(source))

    def test_docstrings_are_no_part_of_a_program(self):
        self.assertEqual(becomes('"""Says."""\ndef f():\n    """Does."""\n    g'), {"pass"})

    def test_a_mutant_says_what_it_was_and_is_the_whole_program(self):
        self.assertIn(("b = 2", "b = 3", "a\nb = 3"), list(mutants("a\nb = 2")))
