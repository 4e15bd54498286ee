"""Whether an image has programs of the user-data's version."""
from bare_machine import BareMachine

import version


class Programs(BareMachine):
    def mark(self, **files):
        for name, text in {"boot.py": "x = 1\n", **files}.items():
            self.file(f"/programs/{name}", text)
        return version.mark()

    def test_are_known_by_what_they_do(self):
        first = self.mark()
        self.assertRegex(first, "^[0-9a-f]{16}$")
        self.assertEqual(self.mark(**{"boot.py": '"""What it is."""\n# Why.\n\nx = 1\n'}), first)
        self.assertEqual(self.mark(**{"boot.py": "if 1:\n    x = 1\n"}), self.mark(**{"boot.py": "if 1:\n x = 1\n"}))
        self.assertEqual(self.mark(**{"boot.py": "f(x, 'y')\n"}), self.mark(**{"boot.py": 'f(x,"y")\n'}))
        self.mark()
        self.assertEqual(self.mark(**{"packages-el9.sh": "dnf\n", "__pycache__": ""}), first)
        self.assertNotEqual(self.mark(**{"boot.py": "x = 2\n"}), first)
        self.assertNotEqual(self.mark(**{"hook.py": "x = 1\n"}), first)
