"""A clock that only sleeping moves."""
import time
from unittest.mock import patch

BEGAN = 1_800_000_000
# A program that never ends asks for the time, or sleeps, more often than any that does.
MOST_CALLS = 4_000


class Over(BaseException):
    """The test has seen enough of a program that never ends. No program catches it."""


class Clock:
    """Stands for `time` in everything that runs in this process. `monotonic` counts from another moment than `time`."""

    def __init__(self, test):
        self.now = float(BEGAN)
        self.slept = []
        self._then = []
        self.in_each_sleep = lambda: None
        self._calls = 0
        real_gmtime = time.gmtime
        fakes = {
            "time": lambda: self._called() or self.now,
            "monotonic": lambda: self._called() or self.now - BEGAN + 500.0,
            "sleep": self.sleep,
            "gmtime": lambda seconds=None: real_gmtime(self.now if seconds is None else seconds),
        }
        for name, fake in fakes.items():
            patched = patch.object(time, name, fake)
            patched.start()
            test.addCleanup(patched.stop)

    def after(self, seconds, does):
        """Lets something happen in the first sleep that ends so long after the beginning, or later."""
        self._then.append((BEGAN + seconds, does))
        self._then.sort(key=lambda one: one[0])

    def over_after(self, seconds):
        """Ends the program in the first sleep that ends so long after the beginning, or later."""
        self.after(seconds, self._end)

    @staticmethod
    def _end():
        raise Over

    def _called(self):
        self._calls += 1
        if self._calls > MOST_CALLS:
            raise Over

    def sleep(self, seconds):
        self._called()
        self.slept.append(seconds)
        self.now += seconds
        self.in_each_sleep()
        while self._then and self._then[0][0] <= self.now:
            self._then.pop(0)[1]()
